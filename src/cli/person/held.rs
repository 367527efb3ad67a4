//! Everything that is held on one person, with the file and line of each.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::super::Outcome;
use super::super::session::{Session, report_errors, unreadable};
use super::super::terminal::Terminal;
use super::mentions::Mentions;
use super::whom::Person;
use crate::load::{Folder, journals};
use crate::model::contact::Contact;
use crate::model::mailing::Mailing;
use crate::plan::{Eligibility, Recipient, Refusal, Route};
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
    pub person: &'p Person<'p>,
    /// Entries of lists, their own first.
    pub entries: Vec<Entry>,
    /// Lines of journals.
    pub sent: Vec<Sent>,
    /// What is still to come.
    pub coming: Vec<Coming<'p>>,
    /// What they are spoken of by in free text.
    pub mentions: Mentions,
}

impl<'p> Held<'p> {
    /// Looks through the whole programme for `person`.
    ///
    /// # Errors
    /// The exit code, after it was said what cannot be read.
    pub fn on(person: &'p Person<'p>, session: &'p Session, terminal: &Terminal) -> Result<Self, Outcome> {
        let known = Known::of(person, session);
        let folder = Folder::read(&session.root, &mut Vec::new()).map_err(|error| unreadable(&error, terminal))?;
        let lists = folder.below("contacts/").filter(|file| file.path().ends_with(".yaml"));
        let mut entries: Vec<Entry> = lists.flat_map(|file| known.entries(file)).collect();
        entries.sort_by_key(|entry| entry.about != About::Person);
        let texts = journals::texts(&session.root).map_err(|error| unreadable(&error, terminal))?;
        let sent = texts.iter().flat_map(|file| known.lines(file)).collect();
        let mentions = Mentions::of(person, &session.programme);
        let coming = person.contact().map_or(Ok(Vec::new()), |contact| coming(contact, session, terminal))?;
        Ok(Held { person, entries, sent, coming, mentions })
    }
}

/// What the person is known by in files.
pub struct Known<'p> {
    /// The id of the contact.
    id: Option<&'p str>,
    /// The file and the item of the contact.
    own: Option<(&'p str, usize)>,
    /// The ids of the referrals that name them.
    referrals: Vec<&'p str>,
    mailboxes: Vec<String>,
    /// Texts of which one stands in whatever is about them, in lower case.
    needles: Vec<String>,
}

impl<'p> Known<'p> {
    /// What `person` is known by.
    pub fn of(person: &Person<'p>, session: &'p Session) -> Self {
        let programme = &session.programme;
        let contact = person.contact();
        let file = |contact: &Contact| programme.files[contact.origin.file as usize].path();
        let named = person.named_in(programme);
        let referrals: Vec<&str> = named.iter().map(|referral| referral.id.as_str()).collect();
        let own_email = contact.and_then(|contact| contact.email.as_ref()).into_iter();
        let emails = own_email.chain(named.iter().filter_map(|referral| referral.lead.email.as_ref()));
        // Another spelling of a mailbox has the same domain.
        let domain =
            |email: &EmailAddress| format!("@{}", email.as_str().rsplit('@').next().unwrap_or_default()).to_lowercase();
        let ids = contact.map(|contact| contact.id.as_str()).into_iter().chain(referrals.iter().copied());
        Known {
            id: contact.map(|contact| contact.id.as_str()),
            own: contact.map(|contact| (file(contact), contact.origin.item as usize)),
            needles: ids.map(str::to_lowercase).chain(emails.map(domain)).collect(),
            mailboxes: person.mailboxes(programme),
            referrals,
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
        let is_theirs = |id: &str| self.referrals.contains(&id);
        if self.own == Some((path, item)) {
            Some(About::Person)
        } else if self.is_id(fields.get("referrer")) {
            Some(About::Named)
        } else if fields.contains_key("lead") && fields.get("id").and_then(Value::as_str).is_some_and(is_theirs) {
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
        id.is_some() && id == self.id
    }

    fn is_mailbox(&self, value: Option<&Value>) -> bool {
        let folded = value.and_then(Value::as_str).and_then(|text| text.parse::<EmailAddress>().ok());
        folded.is_some_and(|email| self.mailboxes.contains(&email.folded_without_tag()))
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
    let eligibility = Eligibility::new(&session.programme, &conditions);
    let mut coming: Vec<Coming<'p>> = session
        .programme
        .mailings()
        .filter_map(|mailing| {
            let on = eligibility.dates().of(mailing, contact);
            if on.is_some_and(|on| on < session.today) {
                return None;
            }
            let admitted = eligibility.admission(mailing, contact)?;
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
