//! Who gets a mailing, who does not, and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::audiences::List;
use super::html::Text;
use super::snapshot::Loaded;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::render::locale::format_number;

/// Names that are shown of each reason.
const NAMES: usize = 40;

impl<'p> Loaded<'p> {
    /// The panel of a mailing's audience. Waits until everybody was asked.
    pub fn audience_panel(&self, mailing: &'p Mailing, query: &str) -> String {
        let Ok(lists) = self.audiences.lists(self.programme) else {
            return "<p class=\"empty\">A condition of the plan fails; see what is broken.</p>".to_owned();
        };
        let Some(list) = lists.get(&mailing.id) else { return String::new() };
        let mut out = String::new();
        let paper = match list.on_paper {
            0 => String::new(),
            count => format!(", {count} of them on paper"),
        };
        let _ = write!(out, "<p class=\"lead\"><strong>{}</strong> get it{paper}.</p>", grouped(list.recipients.len()));
        if !list.groups.is_empty() {
            self.groups(mailing, list, query, &mut out);
        }
        match list.refusals.len() {
            0 => out.push_str("<p class=\"lead\">Nobody is left out.</p>"),
            _ => self.reasons(list, &mut out),
        }
        out
    }

    /// How many of each tier and language get it, with the first of them.
    fn groups(&self, mailing: &Mailing, list: &List, query: &str, out: &mut String) {
        out.push_str(
            "<table class=\"figures\"><thead><tr><th scope=\"col\">Tier</th><th scope=\"col\">Language</th>\
             <th scope=\"col\" class=\"number\">People</th><th scope=\"col\">First</th></tr></thead><tbody>",
        );
        for (&(tier, language), &count) in list.groups.iter().rev() {
            let first = list.first.get(&(tier, language)).map(|&index| self.at(index));
            let first = first.map(|contact| {
                let link = format!("/preview/{}/{}{query}", mailing.id, contact.id);
                format!("<a href=\"{}\">{}</a>", Text(link), Text(contact.name.full()))
            });
            let _ = write!(
                out,
                "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td><td>{}</td></tr>",
                tier.letter(),
                language.own_name(),
                grouped(count),
                first.unwrap_or_default()
            );
        }
        out.push_str("</tbody></table>");
    }

    /// Who is left out, by reason.
    fn reasons(&self, list: &List, out: &mut String) {
        let mut reasons: BTreeMap<&str, (String, Vec<u32>)> = BTreeMap::new();
        for (index, refusal) in &list.refusals {
            reasons.entry(refusal.code()).or_insert_with(|| (refusal.to_string(), Vec::new())).1.push(*index);
        }
        let _ = write!(out, "<h2>{} left out</h2><dl class=\"reasons\">", grouped(list.refusals.len()));
        for (code, (why, people)) in &reasons {
            let names = people.iter().take(NAMES).map(|&index| {
                let contact = self.at(index);
                format!("<li>{} <code>{}</code></li>", Text(contact.name.full()), contact.id)
            });
            let more = match people.len().saturating_sub(NAMES) {
                0 => String::new(),
                more => format!("<li class=\"more\">and {} more</li>", grouped(more)),
            };
            let _ = write!(
                out,
                "<dt>{} <span class=\"code\">{code}</span> <span class=\"number\">{}</span></dt><dd><ul>{}{more}</ul></dd>",
                Text(why),
                grouped(people.len()),
                names.collect::<String>()
            );
        }
        out.push_str("</dl>");
    }
}

/// A count as English, the language of these pages, writes it.
pub(super) fn grouped(count: usize) -> String {
    format_number(i64::try_from(count).unwrap_or(i64::MAX), Language::En)
}
