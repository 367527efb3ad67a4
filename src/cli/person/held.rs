//! Everything that is held on one person, with the file and line of each.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::super::Outcome;
use super::super::session::{Session, report_errors, unreadable};
use super::super::terminal::Terminal;
use crate::load::{Folder, journals};
use crate::model::contact::Contact;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::{Door, Recipient, Refusal, Route};
use crate::render::narrowing::Conditions;
use mail::address::EmailAddress;
use source::SourceFile;
use yaml::edit::{item_text, items_of};
use yaml::{At, Document, Step};

/// What an entry of a list is to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The person's own entry among the contacts.
    Person,
    /// A referral they made.
    Named,
    /// A referral that named them.
    Came,
    /// A line of the wall.
    Wall,
    /// Anything else that says it is about them: a touch, a meeting.
    Other,
}

/// An entry of a list below `contacts/` that is about the person.
pub struct Entry {
    /// What it is to them.
    pub about: About,
    /// Its file.
    pub file: Arc<SourceFile>,
    /// Its number in the list.
    pub item: usize,
    /// Its line, from 1.
    pub line: usize,
    /// What it says.
    pub fields: Map<String, Value>,
}

impl Entry {
    /// The line of one of its keys.
    pub fn line_of(&self, key: &str) -> usize {
        let path = [Step::Item(self.item), key.into()];
        self.file.position(Document::whole(&self.file).locate(&path, At::Key(0)).start).line
    }
}

/// A line of a journal that is about the person.
pub struct Sent {
    /// The mailing, as its journal is named.
    pub mailing: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What it says.
    pub fields: Map<String, Value>,
}

/// A mailing that is still to come, and what becomes of it for the person.
pub struct Coming<'p> {
    /// Which.
    pub mailing: &'p Mailing,
    /// Their day; `None` where they have none.
    pub on: Option<Date>,
    /// The channel, or why not.
    pub outcome: Result<&'static str, Refusal>,
}

/// Everything that is held on one person.
pub struct Held<'p> {
    /// The person.
    pub contact: &'p Contact,
    /// Entries of lists, their own first.
    pub entries: Vec<Entry>,
    /// Lines of journals.
    pub sent: Vec<Sent>,
    /// What is still to come.
    pub coming: Vec<Coming<'p>>,
    /// What they are spoken of by in free text.
    pub needles: Vec<String>,
}

impl<'p> Held<'p> {
    /// Looks through the whole programme for `contact`.
    ///
    /// # Errors
    /// The exit code, after it was said what cannot be read.
    pub fn on(contact: &'p Contact, session: &'p Session, terminal: &Terminal) -> Result<Self, Outcome> {
        let known = Known::of(contact, session);
        let folder = Folder::read(&session.root, &mut Vec::new()).map_err(|error| unreadable(&error, terminal))?;
        let lists = folder.below("contacts/").filter(|file| file.path().ends_with(".yaml"));
        let mut entries: Vec<Entry> = lists.flat_map(|file| known.entries(file)).collect();
        entries.sort_by_key(|entry| entry.about != About::Person);
        let texts = journals::texts(&session.root).map_err(|error| unreadable(&error, terminal))?;
        let sent = texts.iter().flat_map(|file| known.lines(file)).collect();
        let needles = needles(contact, &session.programme);
        Ok(Held { contact, entries, sent, coming: coming(contact, session, terminal)?, needles })
    }
}

/// What the person is known by in files.
pub struct Known<'p> {
    contact: &'p Contact,
    own_file: &'p str,
    mailbox: Option<String>,
    /// Texts of which one stands in whatever is about them, in lower case.
    needles: Vec<String>,
}

impl<'p> Known<'p> {
    /// What `contact` is known by.
    pub fn of(contact: &'p Contact, session: &'p Session) -> Self {
        let domain =
            contact.email.as_ref().map(|email| format!("@{}", email.as_str().rsplit('@').next().unwrap_or_default()));
        let needles = [Some(contact.id.as_str().to_owned()), domain.map(|domain| domain.to_lowercase())];
        Known {
            contact,
            own_file: session.programme.files[contact.origin.file as usize].path(),
            mailbox: contact.email.as_ref().map(EmailAddress::folded_without_tag),
            needles: needles.into_iter().flatten().collect(),
        }
    }

    fn may_be_in(&self, text: &str) -> bool {
        let small = text.to_lowercase();
        self.needles.iter().any(|needle| small.contains(needle))
    }

    fn entries(&self, file: &Arc<SourceFile>) -> Vec<Entry> {
        if !self.may_be_in(file.text()) {
            return Vec::new();
        }
        let read = items_of::<Value>;
        let items: Vec<(usize, Value)> = match Document::whole(file).items() {
            Some(starts) => (0..starts.len())
                .filter_map(|item| {
                    let text = item_text(file, &starts, item).filter(|text| self.may_be_in(text))?;
                    Some((item, read(&text).into_iter().next()?))
                })
                .collect(),
            None => read(file.text()).into_iter().enumerate().collect(),
        };
        let entry = |(item, value): (usize, Value)| {
            let Value::Object(fields) = value else { return None };
            let about = self.about(file.path(), item, &fields)?;
            let start = Document::whole(file).locate(&[Step::Item(item)], At::Value).start;
            Some(Entry { about, file: Arc::clone(file), item, line: file.position(start).line, fields })
        };
        items.into_iter().filter_map(entry).collect()
    }

    fn about(&self, path: &str, item: usize, fields: &Map<String, Value>) -> Option<About> {
        let lead = fields.get("lead").and_then(Value::as_object);
        if path == self.own_file && item == self.contact.origin.item as usize {
            Some(About::Person)
        } else if self.is_id(fields.get("referrer")) {
            Some(About::Named)
        } else if lead.is_some_and(|lead| self.is_id(lead.get("contact")) || self.is_mailbox(lead.get("email"))) {
            Some(About::Came)
        } else if fields.contains_key("why") && self.is_mailbox(fields.get("email")) {
            Some(About::Wall)
        } else {
            self.is_id(fields.get("contact")).then_some(About::Other)
        }
    }

    fn is_id(&self, value: Option<&Value>) -> bool {
        // A mailing after an event has a line a day: `anna-lind@2027-01-20`.
        let id = value.and_then(Value::as_str).and_then(|id| id.split('@').next());
        id == Some(self.contact.id.as_str())
    }

    fn is_mailbox(&self, value: Option<&Value>) -> bool {
        let folded = value.and_then(Value::as_str).and_then(|text| text.parse::<EmailAddress>().ok());
        folded.is_some_and(|email| Some(email.folded_without_tag()) == self.mailbox)
    }

    /// The lines of a journal that are about them: by id, or by the mailbox they went to.
    pub fn lines(&self, file: &Arc<SourceFile>) -> Vec<Sent> {
        let name = file.path().rsplit('/').next().unwrap_or_default();
        let mailing = journals::mailing_of(name).unwrap_or(name);
        let lines = file.text().lines().enumerate().filter(|(_, line)| self.may_be_in(line));
        let sent = lines.filter_map(|(number, line)| {
            let fields = serde_json::from_str::<Map<String, Value>>(line).ok()?;
            let is_theirs = self.is_id(fields.get("contact")) || self.is_mailbox(fields.get("to"));
            is_theirs.then(|| Sent {
                mailing: mailing.to_owned(),
                path: file.path().to_owned(),
                line: number + 1,
                fields,
            })
        });
        sent.collect()
    }
}

/// What is still to come for the person, by day.
fn coming<'p>(contact: &'p Contact, session: &'p Session, terminal: &Terminal) -> Result<Vec<Coming<'p>>, Outcome> {
    let conditions = Conditions::new(&session.programme).map_err(|errors| report_errors(errors, terminal))?;
    let door = Door::new(&session.programme, &conditions);
    let mut coming: Vec<Coming<'p>> = session
        .programme
        .mailings()
        .filter_map(|mailing| {
            let on = door.dates().of(mailing, contact);
            if on.is_some_and(|on| on < session.today) {
                return None;
            }
            let admitted = door.admission(mailing, contact)?;
            let channel = |recipient: Recipient<'_>| match recipient.route() {
                Route::Email(_) => "email",
                Route::Post(_) => "post",
            };
            Some(Coming { mailing, on, outcome: admitted.map(channel) })
        })
        .collect();
    coming.sort_by_key(|coming| (coming.on.is_none(), coming.on));
    Ok(coming)
}

/// What somebody is spoken of by in free text: name, address, telephone and id, but for what others share.
fn needles(contact: &Contact, programme: &Programme) -> Vec<String> {
    let others = || programme.contacts.iter().filter(|other| other.id != contact.id);
    let mut needles = Vec::new();
    let name = contact.name.full();
    let is_shared = others().any(|other| other.name.full() == name)
        || programme.settings.team.iter().any(|member| member.name.as_str() == name);
    if let (Some(family), false) = (&contact.name.family, is_shared) {
        needles.push(format!("{}, {}", family.as_str(), contact.name.given.as_str()));
        needles.push(name);
    }
    needles.extend(contact.email.as_ref().map(|email| email.as_str().to_owned()));
    let phone = contact.phone.as_ref().filter(|phone| !others().any(|other| other.phone.as_ref() == Some(*phone)));
    needles.extend(phone.map(|phone| phone.as_str().to_owned()));
    // A word of the language may be an id, but hardly one with a hyphen in it.
    needles.extend(Some(contact.id.as_str().to_owned()).filter(|id| id.contains('-')));
    needles
}
