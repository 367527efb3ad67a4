//! The checks that concern a message, and those of the whole mailing.

use std::fmt::Write as _;

use super::html;
use super::message::{Absent, Message};
use super::snapshot::Desk;
use crate::check;
use crate::load::places;
use crate::model::mailing::Mailing;
use crate::plan::Roster;
use source::diagnostic::{Diagnostic, Diagnostics, Place};

/// Most messages that are looked at without being asked to.
const FEW: usize = 1_000;

impl<'p> Desk<'p> {
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
        let known = self.crowd.known_lists().and_then(|lists| lists.as_ref().ok());
        let count = known.and_then(|lists| lists.get(&mailing.id)).map(|list| list.recipients.len());
        if !wanted && count.is_none_or(|count| count > FEW) {
            return None;
        }
        let roster = Roster::new(self.programme, &self.crowd.conditions);
        let audience = roster.audience(mailing);
        let found = check::mailing_findings(self.programme, self.composer, &audience);
        Some(found.into_iter().collect::<Diagnostics>().sorted())
    }
}

/// The panel of checks.
pub(super) fn panel(own: &Diagnostics, everybody: Option<&Diagnostics>, all: &str) -> String {
    let mut out = String::new();
    match own.is_empty() {
        true => out.push_str("<p class=\"empty\">Nothing to mend in this message.</p>"),
        false => _ = write!(out, "<h2>This message</h2>{}", html::findings(own.iter())),
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
