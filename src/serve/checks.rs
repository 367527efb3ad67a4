//! The checks that concern a message, and those of the whole mailing.

use std::fmt::Write as _;

use super::html;
use super::message::{Absent, Message};
use super::snapshot::Loaded;
use crate::check;
use crate::load::places;
use crate::model::mailing::Mailing;
use crate::model::text::counted;
use crate::plan::Roster;
use source::diagnostic::{Diagnostic, Diagnostics, Place};

/// Most messages that are looked at without being asked to.
const FEW: usize = 1_000;

impl<'p> Loaded<'p> {
    /// What concerns this message: what stops it or the linter says of it, and warnings about the files of its mailing.
    pub fn concerning(&self, mailing: &'p Mailing, message: &Result<Message, Absent>) -> Diagnostics {
        let of_files = self.warnings.iter().filter(|finding| self.is_about(mailing, finding));
        let own = match message {
            Ok(message) => message.findings.as_slice(),
            Err(Absent::Broken(error)) => std::slice::from_ref(&**error),
            Err(_) => &[],
        };
        of_files.chain(own).cloned().collect::<Diagnostics>().sorted()
    }

    fn is_about(&self, mailing: &Mailing, finding: &Diagnostic) -> bool {
        let Some(place) = &finding.place else { return false };
        let planned = places::of_item(self.programme, mailing.origin);
        if place.path() == planned.path() {
            let line = |place: &Place| place.line_column().map(|(line, _)| line);
            return line(place).zip(line(&planned)).is_some_and(|(one, other)| (other..other + 12).contains(&one));
        }
        let contents = self.programme.content(mailing).variants.values();
        contents.chain(self.programme.keep_in_mind.variants.values()).any(|content| content.file.path() == place.path())
    }

    /// Everything `check` says of the messages of a mailing, where they are few or somebody asks for it.
    pub fn of_everybody(&self, mailing: &'p Mailing, wanted: bool) -> Option<Diagnostics> {
        let known = self.audiences.known_lists().and_then(|lists| lists.as_ref().ok());
        let count = known.and_then(|lists| lists.get(&mailing.id)).map(|list| list.recipients.len());
        if !wanted && count.is_none_or(|count| count > FEW) {
            return None;
        }
        let roster = Roster::new(self.programme, &self.audiences.conditions);
        let audience = roster.audience(mailing);
        let found = check::mailing_findings(self.programme, self.composer, &audience);
        Some(found.into_iter().collect::<Diagnostics>().sorted())
    }
}

/// What is looked at in every message: what is good about it, and the findings that say it is not.
const LOOKED_AT: [(&str, &[&str]); 13] = [
    ("The standing text is the last word", &["r02-keep-in-mind"]),
    ("The way out and the postal address are there", &["r26-opt-out", "r26-postal-address"]),
    ("The subject is short enough, and says it without shouting", &["long-subject", "shouting", "spam-phrase"]),
    ("There is a preheader", &["missing-preheader"]),
    ("No value is missing", &["empty-merge-field", "placeholder"]),
    (
        "Every link leads somewhere, encrypted",
        &["broken-link", "dead-anchor", "empty-link", "relative-link", "insecure-link", "no-such-page"],
    ),
    ("Every link says where it leads", &["vague-link"]),
    ("Every picture says what it shows", &["missing-alt", "only-pictures"]),
    ("Pictures are light", &["heavy-picture"]),
    ("The HTML is small enough to arrive whole", &["html-large", "html-too-large"]),
    ("Everything can be read, by day and by night", &["low-contrast"]),
    ("The text is in its reader’s language", &["wrong-language"]),
    ("Mail programs know all that it is made of", &["unsupported-html", "unsupported-css", "unsupported-picture"]),
];

/// What was looked at in a message and found good, with its figure where it has one.
pub(super) fn passed<'m>(
    message: &'m Message,
    found: &'m Diagnostics,
) -> impl Iterator<Item = (&'static str, String)> + 'm {
    // Nothing of a letter is linted as mail is.
    let looked_at = LOOKED_AT.iter().filter(|_| message.weight.is_some());
    let is_good = |codes: &[&str]| !found.iter().any(|finding| codes.contains(&finding.code));
    let (octets, pictures) = message.weight.unwrap_or_default();
    looked_at.filter(move |(_, codes)| is_good(codes)).map(move |(name, codes)| {
        let figure = match codes[0] {
            "long-subject" => counted(message.subject.chars().count(), "character"),
            "missing-alt" => counted(pictures, "picture"),
            "html-large" => format!("{} kB", octets.div_ceil(1000)),
            _ => String::new(),
        };
        (*name, figure)
    })
}

/// The panel of checks.
pub(super) fn panel(
    message: Option<&Message>,
    own: &Diagnostics,
    everybody: Option<&Diagnostics>,
    all: &str,
) -> String {
    let mut out = String::new();
    match own.is_empty() {
        true => out.push_str("<p class=\"lead\">Nothing to mend in this message.</p>"),
        false => _ = write!(out, "<h2>This message</h2>{}", html::findings(own.iter())),
    }
    let good = message.into_iter().flat_map(|message| passed(message, own));
    let good = good.map(|(name, figure)| format!("<li>{name} <span class=\"quiet\">{figure}</span></li>"));
    let good: String = good.collect();
    if !good.is_empty() {
        let _ = write!(out, "<h2>Checked and good</h2><ul class=\"good\">{good}</ul>");
    }
    match everybody {
        None => _ = write!(out, "<p class=\"lead\"><a href=\"{all}\">Check the messages of everybody</a></p>"),
        Some(found) => {
            let others: Vec<&Diagnostic> =
                found.iter().filter(|finding| !own.iter().any(|known| known == *finding)).collect();
            match others.is_empty() {
                true => out.push_str("<p class=\"empty\">Nothing else in the messages of everybody.</p>"),
                false => _ = write!(out, "<h2>Everybody’s messages</h2>{}", html::findings(others.into_iter())),
            }
        }
    }
    out
}
