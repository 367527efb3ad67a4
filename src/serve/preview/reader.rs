//! What stands beside a message: its reader, what is to mend, and the proof.

use std::fmt::Write as _;

use super::View;
use crate::model::language::Language;
use crate::model::settings::Member;
use crate::plan::Recipient;
use crate::render::locale::{DateStyle, format_date};
use crate::serve::checks;
use crate::serve::html::{self, Text};
use crate::serve::message::{GROUP, Message};
use crate::serve::snapshot::Loaded;
use source::diagnostic::Diagnostics;

impl View<'_, '_> {
    /// Who they are, and what became of their message.
    pub(super) fn about(&self, message: Option<&Message>, recipient: Option<&Recipient<'_>>, out: &mut String) {
        let contact = self.contact;
        out.push_str("<h2>Reader</h2><dl class=\"facts\">");
        let mut fact = |name: &str, value: String| {
            if !value.is_empty() {
                let _ = write!(out, "<dt>{name}</dt><dd>{value}</dd>");
            }
        };
        fact("Name", Text(contact.name.full()).to_string());
        fact("Id", format!("<code>{}</code>", contact.id));
        let company = contact.company.as_ref().map(|company| Text(company.as_str()).to_string());
        fact("Company", company.unwrap_or_default());
        fact("Tier", contact.standing.letter().to_owned());
        fact("Language", contact.language.own_name().to_owned());
        let owner = self.loaded.programme.settings.member(&contact.owner);
        fact("Owner", owner.map(|owner| Text(owner.name.as_str()).to_string()).unwrap_or_default());
        // A long address breaks at its sign and its dots.
        let breaking = |to: String| to.replace('@', "<wbr>@").replace('.', ".<wbr>");
        let to = recipient.map(|recipient| breaking(Text(Loaded::route(recipient)).to_string()));
        fact("To", to.unwrap_or_default());
        fact(
            "Day",
            message.map(|message| format_date(message.date, DateStyle::Full, Language::En)).unwrap_or_default(),
        );
        if self.loaded.programme.is_begun(&self.mailing.id) {
            let journal = self.state.journal(&self.mailing.id);
            let last = journal.of_message(contact, recipient.and_then(Recipient::event));
            let said = last.map(|entry| {
                format!("{} <span class=\"quiet\">{}</span>", entry.state.name().replace('_', " "), entry.t)
            });
            fact("Journal", said.unwrap_or_else(|| "not sent".to_owned()));
        }
        out.push_str("</dl>");
    }

    pub(super) fn few_checks(&self, message: Option<&Message>, checks: &Diagnostics, out: &mut String) {
        const FEW: usize = 3;
        out.push_str("<h2>To fix</h2>");
        if checks.is_empty() {
            let passed = message.map_or(0, |message| checks::passed(message, checks).count());
            let link = self.link(self.contact, "tab", "checks");
            let _ = match passed {
                0 => write!(out, "<p class=\"quiet\">Nothing in this message.</p>"),
                _ => write!(out, "<p class=\"passed\">Nothing: <a href=\"{link}\">{passed} checks passed</a></p>"),
            };
            return;
        }
        out.push_str("<ul class=\"few\">");
        for finding in checks.iter().take(FEW) {
            let place = finding.place.as_ref().map(html::place).unwrap_or_default();
            let _ = write!(out, "<li class=\"{}\">{} {place}</li>", finding.severity.name(), Text(&finding.message));
        }
        out.push_str("</ul>");
        if checks.iter().count() > FEW {
            let link = self.link(self.contact, "tab", "checks");
            let _ = write!(out, "<p><a href=\"{link}\">All {}</a></p>", checks.iter().count());
        }
    }

    /// The proof: to whom, and why not.
    pub(super) fn proof(&self, message: Option<&Message>, out: &mut String) {
        let settings = &self.loaded.programme.settings;
        let me = self.state.host.me();
        let mine =
            me.and_then(|me| settings.team.iter().find(|member| member.email.as_str().eq_ignore_ascii_case(&me)));
        let chosen = &mine.unwrap_or_else(|| settings.ceo()).id;
        let on_paper = message.is_some_and(|message| message.source.is_none());
        let reason = match on_paper {
            true => Some("It goes by post: there is no e-mail to send.".to_owned()),
            false => self.state.host.no_proofs(),
        };
        let _ = write!(
            out,
            "<form id=\"proof\" class=\"proof\" method=\"post\" action=\"/proof/{}/{}\"><h2>Proof</h2>\
             <input type=\"hidden\" name=\"token\" value=\"{}\"><label>To <select name=\"to\">",
            self.mailing.id,
            self.contact.id,
            Text(&self.state.token)
        );
        let group: Vec<&str> = settings.proofs.iter().filter_map(|id| settings.member(id)).map(first_name).collect();
        if !group.is_empty() {
            let _ = write!(out, "<option value=\"{GROUP}\">All of us: {}</option>", Text(group.join(", ")));
        }
        for member in &settings.team {
            let selected = if member.id == *chosen { " selected" } else { "" };
            let _ = write!(
                out,
                "<option value=\"{}\"{selected}>{}, {}</option>",
                member.id,
                Text(member.name.as_str()),
                Text(member.email.as_str())
            );
        }
        let disabled = if reason.is_some() { " disabled aria-describedby=\"proof-said\"" } else { "" };
        let _ = write!(
            out,
            "</select></label><button type=\"submit\"{disabled}>Send me a proof</button>\
             <button type=\"submit\" class=\"plain\" name=\"what\" value=\"variants\"{disabled}>One of each variant</button>\
             <p id=\"proof-said\" class=\"quiet\" role=\"status\">{}</p></form>",
            Text(reason.unwrap_or_default())
        );
    }
}

fn first_name(member: &Member) -> &str {
    let name = member.name.as_str();
    name.split(' ').next().unwrap_or(name)
}
