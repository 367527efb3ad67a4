//! The last look before a message is offered: whoever has become a D, opted out or moved since the run began is passed over.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::Date;

use crate::check::forgotten;
use crate::load::Folder;
use crate::load::trace::Trace;
use crate::model::id::{ContactId, MailingId};
use crate::model::programme::Programme;
use crate::plan::audience::Roster;
use crate::plan::{Refusal, Route};
use crate::render::links::LinkKey;
use crate::render::narrowing::Conditions;
use crate::send::outbox::Dispatch;
use crate::validate::validate;
use mail::clock::Clock;
use source::diagnostic::{Diagnostic, Severity};

/// Files that somebody is saving may be half there: how often they are read again, and after what time.
const SAVING: [Duration; 3] = [Duration::from_millis(200), Duration::from_millis(500), Duration::from_millis(1500)];

/// Why somebody's message does not leave after all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldBack {
    /// They are not to be written to.
    Refusal(Refusal),
    /// The mailing does not reach them any more.
    OutOfAudience,
    /// They have another address now.
    Moved,
}

impl HeldBack {
    /// A stable name for the reason.
    pub fn code(&self) -> &'static str {
        match self {
            HeldBack::Refusal(refusal) => refusal.code(),
            HeldBack::OutOfAudience => "not-in-audience",
            HeldBack::Moved => "moved",
        }
    }
}

impl fmt::Display for HeldBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HeldBack::Refusal(refusal) => refusal.fmt(f),
            HeldBack::OutOfAudience => f.write_str("no longer in the audience"),
            HeldBack::Moved => f.write_str("another address now: build again, then send again"),
        }
    }
}

/// Why nobody's message may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blind {
    /// The files cannot be read; holds what the system says.
    Unreadable(String),
    /// The programme does not hold together any more.
    Broken(Vec<Diagnostic>),
}

impl fmt::Display for Blind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Blind::Unreadable(error) => write!(f, "the contacts cannot be read any more: {error}"),
            Blind::Broken(errors) => {
                let first = errors.first().map_or("", |error| error.message.as_str());
                write!(f, "the programme has errors since it was changed: {first}")
            }
        }
    }
}

/// Watches the contact files while a mailing leaves.
pub struct Recheck<'c> {
    root: PathBuf,
    mailing: MailingId,
    today: Date,
    key: LinkKey,
    clock: &'c dyn Clock,
    seen: Mutex<Seen>,
}

/// What the files said when they were last read.
#[derive(Default)]
struct Seen {
    trace: Option<Trace>,
    /// Who gets the mailing, and where.
    reached: HashMap<ContactId, String>,
    refused: HashMap<ContactId, Refusal>,
}

impl<'c> Recheck<'c> {
    /// A watch over a mailing of the programme at `root`; `key` knows who was forgotten. The files are read at the first question,
    /// and then when they changed.
    pub fn new(root: &Path, mailing: &MailingId, today: Date, key: LinkKey, clock: &'c dyn Clock) -> Self {
        Recheck { root: root.to_owned(), mailing: mailing.clone(), today, key, clock, seen: Mutex::default() }
    }

    /// Whether a message may leave, by what the files say now.
    ///
    /// # Errors
    /// The files do not say anything that could be relied on.
    pub fn look(&self, dispatch: &Dispatch) -> Result<Option<HeldBack>, Blind> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let trace = self.trace().map_err(|error| Blind::Unreadable(error.to_string()))?;
        if seen.trace.as_ref() != Some(&trace) {
            *seen = self.read_patiently()?;
        }
        Ok(seen.held_back(dispatch))
    }

    fn trace(&self) -> std::io::Result<Trace> {
        let now = self.clock.now().as_duration();
        Trace::take(&self.root, now.try_into().unwrap_or_default())
    }

    fn read_patiently(&self) -> Result<Seen, Blind> {
        let mut seen = self.read();
        for pause in SAVING {
            if seen.is_ok() {
                break;
            }
            self.clock.sleep(pause);
            seen = self.read();
        }
        seen
    }

    fn read(&self) -> Result<Seen, Blind> {
        // Before the files: what changes while they are read is seen by the next question.
        let trace = self.trace().map_err(|error| Blind::Unreadable(error.to_string()))?;
        let mut found = Vec::new();
        let folder = Folder::read(&self.root, &mut found)
            .map_err(|error| Blind::Unreadable(format!("{}: {}", error.path.display(), error.error)))?;
        let programme = validate(&folder, self.today, &mut found);
        let Some(programme) = programme else {
            found.retain(|finding| finding.severity == Severity::Error);
            return Err(Blind::Broken(found));
        };
        let back = forgotten::findings(&programme, &self.key);
        if !back.is_empty() {
            return Err(Blind::Broken(back));
        }
        let conditions = Conditions::new(&programme).map_err(Blind::Broken)?;
        let roster = Roster::new(&programme, &conditions);
        let Some(mailing) = programme.mailing(self.mailing.as_str()) else {
            return Ok(Seen { trace: Some(trace), ..Seen::default() });
        };
        let audience = roster.audience(mailing);
        let mut seen = Seen { trace: Some(trace), ..Seen::default() };
        for recipient in &audience.recipients {
            let contact = recipient.contact();
            match recipient.route() {
                Route::Email(_) if contact.is_paused(self.today) => {
                    let until = contact.details.pause.as_ref().and_then(|pause| pause.until);
                    seen.refused.insert(contact.id.clone(), Refusal::Paused(until));
                }
                Route::Email(address) => _ = seen.reached.insert(recipient.key(), address.as_str().to_owned()),
                Route::Post(_) => {}
            }
        }
        let refusals = audience.refusals.iter().map(|(index, refusal)| (id(&programme, *index), *refusal));
        seen.refused.extend(refusals);
        Ok(seen)
    }
}

fn id(programme: &Programme, index: u32) -> ContactId {
    programme.contacts[index as usize].id.clone()
}

impl Seen {
    fn held_back(&self, dispatch: &Dispatch) -> Option<HeldBack> {
        match self.reached.get(&dispatch.contact) {
            Some(address) if *address == dispatch.to.as_str() => None,
            Some(_) => Some(HeldBack::Moved),
            None => Some(match self.refused.get(dispatch.contact.parts().0) {
                Some(refusal) => HeldBack::Refusal(*refusal),
                None => HeldBack::OutOfAudience,
            }),
        }
    }
}
