//! The preview of one mailing for one contact, with everything one wants to know of it.

mod approval_bar;
mod panels;
mod reader;

use std::fmt::Write as _;
use std::sync::Arc;

use super::changes;
use super::checks;
use super::gallery;
use super::html::Text;
use super::message::{Absent, Message};
use super::snapshot::Loaded;
use super::state::State;
use super::subject;
use super::view_query::{Look, TABS};
use crate::load::layouts;
use crate::model::contact::{Contact, Tier};
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::plan::Route;
use crate::products::mail;
use crate::render::locale::{DateStyle, format_date};
use source::diagnostic::Diagnostics;

/// One preview.
pub(super) struct View<'v, 'p> {
    pub loaded: &'v Loaded<'p>,
    pub state: &'v State,
    pub mailing: &'p Mailing,
    pub contact: &'p Contact,
    pub look: &'v Look,
}

impl<'p> View<'_, 'p> {
    /// What the message is called, the path in the bar, and everything below the bar.
    pub fn parts(&self) -> (String, String, String) {
        let message = self.loaded.message(self.mailing.id.as_str(), self.contact.id.as_str());
        let subject = match &message {
            Ok(message) => message.subject.clone(),
            // The text that they would get says what it is called, as long as no value stands in it.
            Err(_) => subject::written(self.loaded.programme, self.mailing, self.contact.language)
                .unwrap_or_else(|| gallery::name(self.loaded, self.state, self.mailing)),
        };
        let path = path(self.loaded, self.mailing, &subject);
        (subject, path, self.body(&message))
    }

    fn body(&self, message: &Result<Message, Absent>) -> String {
        let shown = message.as_ref().ok();
        let recipient = self.loaded.recipient(self.mailing.id.as_str(), self.contact.id.as_str()).ok();
        let recipient = recipient.map(|(_, recipient)| recipient);
        let checks = self.loaded.concerning(self.mailing, message);
        let mut out = String::new();
        self.tools(checks.iter().count(), &mut out);
        out.push_str("<main class=\"preview\"><div class=\"stage\">");
        self.approval(recipient.as_ref(), &mut out);
        match message {
            Ok(_) | Err(Absent::Broken(_)) => self.stage(shown, &checks, &mut out),
            Err(absent) => {
                let _ = write!(
                    out,
                    "<div id=\"live-absent\" class=\"absent\"><p class=\"lead\">{}</p>{}</div>",
                    Text(self.why(absent)),
                    self.loaded.audience_panel(self.mailing, &self.look.query("", ""))
                );
            }
        }
        out.push_str("</div><aside><div id=\"live-aside\">");
        self.about(shown, recipient.as_ref(), &mut out);
        self.few_checks(shown, &checks, &mut out);
        out.push_str("</div>");
        if shown.is_some() {
            self.proof(shown, &mut out);
        }
        out.push_str("</aside></main>");
        out
    }

    fn why(&self, absent: &Absent) -> String {
        let name = self.contact.name.full();
        match absent {
            Absent::Refused(refusal) => format!("{name} does not get this: {refusal}."),
            _ => format!("{name} is not in the audience of this mailing."),
        }
    }

    pub(super) fn link(&self, contact: &Contact, key: &str, value: &str) -> String {
        format!("/preview/{}/{}{}", self.mailing.id, contact.id, self.look.query(key, value)).replace('&', "&amp;")
    }

    /// Who, how wide, how lit, which tab.
    fn tools(&self, checks: usize, out: &mut String) {
        let [before, after] = self.loaded.neighbours(self.mailing, self.contact);
        let step = |contact: Option<&Contact>, name: &str, key: &str, arrow: &str| match contact {
            Some(contact) => format!(
                "<a class=\"step\" id=\"{key}\" href=\"{}\" aria-label=\"{name}\" title=\"{name} ({arrow})\">{arrow}</a>",
                self.link(contact, "", "")
            ),
            None => format!("<span class=\"step\" aria-hidden=\"true\">{arrow}</span>"),
        };
        let _ = write!(
            out,
            "<button type=\"button\" id=\"drawer\" class=\"drawer\" aria-expanded=\"false\" aria-controls=\"tools\">\
             <span class=\"name\">{name}</span><span class=\"knob\">Controls</span></button>\
             <section id=\"tools\" class=\"tools\" aria-label=\"Controls\"><div id=\"live-who\" class=\"who\">{}<span class=\"name\">{name}</span>{}",
            step(before, "Previous", "before", "←"),
            step(after, "Next", "after", "→"),
            name = Text(self.contact.name.full()),
        );
        self.choices(out);
        out.push_str("</div><div class=\"group\" role=\"group\" aria-label=\"Width\">");
        self.look.widths(out);
        let _ = write!(
            out,
            "</div><div class=\"group\" role=\"group\" aria-label=\"Display\">{}{}\
             <button type=\"button\" id=\"images\" aria-pressed=\"{}\">Images</button></div>",
            self.look.dark_button(),
            self.look.forced_button(),
            self.look.has_images()
        );
        out.push_str("<div class=\"tabs\" role=\"tablist\" aria-label=\"Parts\">");
        for (name, label) in TABS {
            let current = name == self.look.tab();
            let count = match (name, checks) {
                ("checks", 1..) => format!("<span class=\"count\" aria-hidden=\"true\">{checks}</span>"),
                _ => String::new(),
            };
            let _ = write!(
                out,
                "<a role=\"tab\" id=\"tab-{name}\" data-tab=\"{name}\" href=\"{}\" aria-selected=\"{current}\" \
                 aria-controls=\"panel\" tabindex=\"{}\"{}>{label}{count}</a>",
                self.link(self.contact, "tab", name),
                if current { 0 } else { -1 },
                if name == "text" { " title=\"Text (t)\"" } else { "" },
            );
        }
        out.push_str("</div></section>");
    }

    /// Tier, language, and whose message stands beside.
    fn choices(&self, out: &mut String) {
        let others = self.loaded.representatives(self.mailing);
        let own = (self.contact.tier(), self.contact.language);
        let group = |name: &str, options: Vec<(bool, String, String, &Contact)>, out: &mut String| {
            if options.is_empty() {
                return;
            }
            let _ = write!(out, "<span class=\"group\" role=\"group\" aria-label=\"{name}\">");
            for (current, label, spoken, contact) in options {
                let current = if current { " aria-current=\"true\"" } else { "" };
                let link = self.link(contact, "", "");
                let _ = write!(out, "<a href=\"{link}\" title=\"{spoken}\"{current}>{label}</a>");
            }
            out.push_str("</span>");
        };
        let tiers = Tier::ALL.iter().filter_map(|&tier| {
            let of_tier = || others.iter().filter(move |(known, ..)| *known == tier);
            let same = of_tier().find(|(_, language, _)| *language == own.1).or_else(|| of_tier().next())?;
            let contact = if own.0 == Some(tier) { self.contact } else { same.2 };
            let letter = tier.letter();
            let label = format!("<span class=\"unseen\">Tier </span>{letter}");
            Some((own.0 == Some(tier), label, format!("Tier {letter}"), contact))
        });
        group("Tier", tiers.collect(), out);
        let mut languages: Vec<Language> = others.iter().map(|(_, language, _)| *language).collect();
        languages.sort_unstable();
        languages.dedup();
        let languages = languages.into_iter().filter_map(|language| {
            let of_language = || others.iter().filter(move |(_, known, _)| *known == language);
            let same = of_language().find(|(tier, ..)| Some(*tier) == own.0).or_else(|| of_language().next())?;
            let contact = if own.1 == language { self.contact } else { same.2 };
            let name = language.own_name();
            let label = format!("{} <span class=\"unseen\">{name}</span>", language.tag());
            Some((own.1 == language, label, name.to_owned(), contact))
        });
        group("Language", languages.collect(), out);
        let _ = write!(out, "<select id=\"beside\" aria-label=\"Beside\"><option value=\"\">Beside…</option>");
        let beside = self.look.beside.as_deref();
        for (tier, language, contact) in others.iter().filter(|(.., contact)| contact.id != self.contact.id) {
            let chosen = if beside == Some(contact.id.as_str()) { " selected" } else { "" };
            let label = format!("{} · {}", tier.letter(), language.own_name());
            let _ = write!(out, "<option value=\"{}\"{chosen}>{label}</option>", contact.id);
        }
        let named = beside
            .and_then(|id| self.loaded.contact(id))
            .filter(|contact| others.iter().all(|(.., known)| known.id != contact.id));
        if let Some(contact) = named {
            let _ = write!(out, "<option value=\"{}\" selected>{}</option>", contact.id, Text(contact.name.full()));
        }
        out.push_str("</select>");
    }

    /// The message, and what the open tab shows of it.
    fn stage(&self, message: Option<&Message>, checks: &Diagnostics, out: &mut String) {
        out.push_str("<div id=\"live-inbox\">");
        if let Some(message) = message {
            let _ = write!(
                out,
                "<p class=\"inbox\" lang=\"{}\"><span class=\"initial\" aria-hidden=\"true\">{}</span><span class=\"from\">{}</span>\
                 <span class=\"subject\">{}</span> <span class=\"preheader\">{}</span><span class=\"date\" lang=\"en\">{}</span></p>",
                message.language.tag(),
                Text(message.from.chars().take(1).collect::<String>()),
                Text(&message.from),
                Text(&message.subject),
                Text(message.preheader.as_deref().unwrap_or_default()),
                format_date(message.date, DateStyle::DayMonth, Language::En),
            );
        }
        out.push_str("</div>");
        let tab = self.look.tab();
        let hidden = |name: &str| if (tab == "html") == (name == "html") { "" } else { " hidden" };
        let _ = write!(out, "<div id=\"frames\" class=\"frames {}\"{}>", self.look.width(), hidden("html"));
        self.frame(self.contact, out);
        let beside = self.look.beside.as_deref().and_then(|id| self.loaded.contact(id));
        if let Some(beside) = beside.filter(|beside| beside.id != self.contact.id) {
            self.frame(beside, out);
        }
        let _ = write!(
            out,
            "</div><div id=\"panel\" class=\"panel {tab}\" role=\"tabpanel\" aria-labelledby=\"tab-{tab}\" tabindex=\"0\"{}>\
             <div id=\"live-panel\">{}</div></div>",
            hidden("panel"),
            self.panel(message, checks),
        );
    }

    fn frame(&self, contact: &Contact, out: &mut String) {
        let name = contact.name.full();
        let tier = contact.standing.letter();
        let recipient = self.loaded.recipient(self.mailing.id.as_str(), contact.id.as_str()).ok();
        let is_paper = recipient.is_some_and(|(_, recipient)| matches!(recipient.route(), Route::Post(_)));
        let paper = if is_paper { " data-paper" } else { "" };
        let layout = self.layout(is_paper).map(|path| format!(" data-layout=\"{}\"", Text(path))).unwrap_or_default();
        let _ = write!(
            out,
            "<figure class=\"view\"><figcaption>{} <span class=\"quiet\">{tier} · {}</span></figcaption><div class=\"device\">\
             <iframe sandbox=\"allow-same-origin allow-popups allow-popups-to-escape-sandbox\" title=\"Message to {}\"{paper}{layout} \
             data-src=\"/preview/{}/{}.html\" src=\"/preview/{}/{}.html{}\"></iframe></div></figure>",
            Text(&name),
            contact.language.own_name(),
            Text(&name),
            self.mailing.id,
            contact.id,
            self.mailing.id,
            contact.id,
            self.look.frame_query().replace('&', "&amp;"),
        );
    }

    /// The layout around the text, where it is a file of the programme's own.
    fn layout(&self, is_paper: bool) -> Option<&'p str> {
        let folder = if is_paper { "letter" } else { "email" };
        let names = [format!("{folder}/{}.html", self.mailing.kind.name()), format!("{folder}/letter.html")];
        let file = names.iter().find_map(|name| self.loaded.programme.templates.get(name))?;
        let comes_along = layouts::find(file.path()).is_some_and(|known| Arc::ptr_eq(known, file));
        (!comes_along).then(|| file.path())
    }

    fn panel(&self, message: Option<&Message>, checks: &Diagnostics) -> String {
        match (self.look.tab(), message) {
            ("checks", _) => {
                let wanted = self.look.checks.as_deref() == Some("all");
                let everybody = self.loaded.of_everybody(self.mailing, wanted);
                let all = format!("{}&amp;checks=all", self.link(self.contact, "tab", "checks"));
                checks::panel(message, checks, everybody.as_ref(), &all)
            }
            ("audience", _) => self.loaded.audience_panel(self.mailing, &self.look.query("tab", "html")),
            (_, None) => "<p class=\"empty\">This message cannot be rendered; see what is broken.</p>".to_owned(),
            ("text", Some(message)) => {
                format!("<pre class=\"plain\" lang=\"{}\">{}</pre>", message.language.tag(), Text(&message.text))
            }
            ("source", Some(message)) => panels::source(self.mailing, self.contact, message),
            ("headers", Some(message)) => panels::headers(message),
            ("changes", Some(message)) => {
                let built = mail::built(&self.state.root, self.mailing.id.as_str(), self.contact.id.as_str());
                match &message.source {
                    Some(source) => changes::since_built(built.as_deref(), source),
                    None => "<p class=\"empty\">It goes by post: there is no message to compare.</p>".to_owned(),
                }
            }
            _ => String::new(),
        }
    }
}

/// The path in the bar: the year, the mailing.
pub(super) fn path(loaded: &Loaded<'_>, mailing: &Mailing, subject: &str) -> String {
    let day =
        loaded.eligibility.dates().days(mailing).map(|days| format_date(days.first, DateStyle::Long, Language::En));
    let parts: Vec<String> = [Some(mailing.kind.name().to_owned()), day].into_iter().flatten().collect();
    format!(
        "<a href=\"/?year={year}\">{year}</a><h1>{}</h1><span class=\"quiet\">{}</span>",
        Text(subject),
        Text(parts.join(" · ")),
        year = mailing.year,
    )
}
