//! The journal of a mailing: what became of each message, an object a line (design §5, §7).

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::model::contact::Contact;
use crate::model::id::{ContactId, MailingId};
use mail::address::EmailAddress;
use source::diagnostic::Fault;
use source::words;
use std::fmt;

words! {
    /// What became of a message.
    State, "state" {
        /// It is meant to leave in this run.
        Planned = "planned",
        /// Its body is about to leave; found last, it is in doubt.
        Attempting = "attempting",
        /// The relay refused it for good (5xx).
        Refused = "refused",
        /// The relay wants it later (4xx).
        Deferred = "deferred",
        /// It may have arrived or not; a person decides.
        InDoubt = "in_doubt",
        /// The relay has taken it.
        Accepted = "accepted",
        /// It was handed to the post.
        Posted = "posted",
    }
}

impl State {
    /// The message is on its way: it is never sent again.
    pub fn is_sent(self) -> bool {
        matches!(self, State::Accepted | State::Posted)
    }

    /// How much it settles, within one generation: what is sent stays sent and what is refused stays refused, in whatever
    /// order and with whatever moments the lines stand; that a message is planned says nothing against what came of it.
    fn weight(self) -> u8 {
        match self {
            State::Planned => 0,
            State::Deferred | State::Attempting | State::InDoubt => 1,
            State::Refused => 2,
            State::Accepted | State::Posted => 3,
        }
    }

    /// Of two that are equally old and settle equally much, the one that holds a message back is believed.
    fn caution(self) -> u8 {
        match self {
            State::Attempting => 1,
            State::InDoubt => 2,
            _ => 0,
        }
    }
}

/// One line of a journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When.
    pub t: Timestamp,
    /// Whose message.
    pub contact: ContactId,
    /// What became of it.
    pub state: State,
    /// The message's id, without brackets.
    pub message_id: Option<Box<str>>,
    /// The address it went to.
    pub to: Option<Box<str>>,
    /// SHA-256 of the message as it was built, lower-case hexadecimal.
    pub sha256: Option<Box<str>>,
    /// What the relay said.
    pub reply: Option<Box<str>>,
    /// The commit it was sent from.
    pub commit: Option<Box<str>>,
    /// How often a person has decided that it must leave again, counted from 1.
    pub generation: u32,
    /// What we do not know and keep.
    pub rest: Map<String, Value>,
}

/// A line as it is written, its fields in the order in which a person reads them.
#[derive(Serialize)]
struct Line<'e> {
    t: String,
    contact: &'e str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'e str>,
    generation: u32,
    #[serde(flatten)]
    rest: &'e Map<String, Value>,
}

impl Entry {
    /// A line that says no more than what became of whose message.
    pub fn new(t: Timestamp, contact: ContactId, state: State) -> Self {
        Entry {
            t,
            contact,
            state,
            message_id: None,
            to: None,
            sha256: None,
            reply: None,
            commit: None,
            generation: 1,
            rest: Map::new(),
        }
    }

    /// Reads one line.
    ///
    /// # Errors
    /// No JSON object, a field that is missing or of another type, an unknown state.
    pub fn parse(line: &str) -> Result<Self, Fault> {
        let Fields(mut fields) =
            serde_json::from_str(line).map_err(|error| Fault::new(format!("this line is no JSON object: {error}")))?;
        let mut text = |name: &'static str| match fields.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(Fault::new(format!("`{name}` is a text, not `{other}`"))),
        };
        let required = |name, value: Option<String>| value.ok_or_else(|| Fault::new(format!("`{name}` is missing")));
        let moment = required("t", text("t")?)?;
        let t = moment.parse().map_err(|_| Fault::new(format!("`{moment}` is no moment like 2027-01-20T09:00:00Z")))?;
        let contact = ContactId::parse_key(&required("contact", text("contact")?)?)?;
        let state = required("state", text("state")?)?.parse()?;
        let mut optional = |name| text(name).map(|value| value.map(String::into_boxed_str));
        let (message_id, to, sha256) = (optional("message_id")?, optional("to")?, optional("sha256")?);
        let (reply, commit) = (optional("reply")?, optional("commit")?);
        let generation = match fields.remove("generation") {
            None => 1,
            Some(value) => value
                .as_u64()
                .and_then(|number| u32::try_from(number).ok())
                .filter(|&number| number > 0)
                .ok_or_else(|| Fault::new(format!("`generation` counts from 1, and is `{value}`")))?,
        };
        Ok(Entry { t, contact, state, message_id, to, sha256, reply, commit, generation, rest: fields })
    }

    /// The line, without its end.
    pub fn to_line(&self) -> String {
        let line = Line {
            t: self.t.to_string(),
            contact: self.contact.as_str(),
            state: self.state.name(),
            message_id: self.message_id.as_deref(),
            to: self.to.as_deref(),
            sha256: self.sha256.as_deref(),
            reply: self.reply.as_deref(),
            commit: self.commit.as_deref(),
            generation: self.generation,
            rest: &self.rest,
        };
        serde_json::to_string(&line).expect("texts and numbers are JSON")
    }

    /// What it says of a message, without its texts.
    pub fn outcome(&self) -> Outcome {
        Outcome { t: self.t, state: self.state, generation: self.generation }
    }
}

/// The fields of a line, each once: of two with one name nobody can say which holds.
struct Fields(Map<String, Value>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Fields, A::Error> {
                let mut fields = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if fields.contains_key(&name) {
                        return Err(serde::de::Error::custom(format_args!("`{name}` stands there twice")));
                    }
                    fields.insert(name, value);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// What became of each message of a mailing, whatever order the lines stand in: git joins journals line by line.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    last: HashMap<ContactId, Entry>,
    /// Whose message went to a mailbox, by the folded address: somebody's id may change, and they have their message still.
    by_mailbox: HashMap<String, Vec<ContactId>>,
    /// The content that was sent, as its lines say it.
    content: Vec<ContentTrace>,
}

/// Which text a run of a mailing sent, as the first line of the run says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentTrace {
    /// Its path below `content/`, without language and suffix.
    pub path: Box<str>,
    /// The digest of its source.
    pub digest: Box<str>,
}

impl ContentTrace {
    /// The key of a line that holds the path.
    const PATH: &str = "content";
    /// The key of a line that holds the digest.
    const DIGEST: &str = "text";

    /// Writes it into a line.
    pub fn add_to(&self, entry: &mut Entry) {
        entry.rest.insert(Self::PATH.to_owned(), Value::from(&*self.path));
        entry.rest.insert(Self::DIGEST.to_owned(), Value::from(&*self.digest));
    }

    fn of(entry: &Entry) -> Option<Self> {
        let text = |key: &str| entry.rest.get(key).and_then(Value::as_str).map(Into::into);
        Some(ContentTrace { path: text(Self::PATH)?, digest: text(Self::DIGEST)? })
    }

    /// The same text: at the same path, or word for word.
    pub fn is_same(&self, other: &ContentTrace) -> bool {
        self.path == other.path || self.digest == other.digest
    }
}

impl Journal {
    /// Takes note of a line. What lines of the same generation leave out is known from those that say it.
    pub fn note(&mut self, mut entry: Entry) {
        if let Some(to) = &entry.to {
            let known = self.by_mailbox.entry(folded(to)).or_default();
            if !known.contains(&entry.contact) {
                known.push(entry.contact.clone());
            }
        }
        if let Some(content) = ContentTrace::of(&entry).filter(|content| !self.content.contains(content)) {
            self.content.push(content);
        }
        let Some(last) = self.last.get_mut(&entry.contact) else {
            self.last.insert(entry.contact.clone(), entry);
            return;
        };
        if entry.outcome().overrules(last.outcome()) {
            std::mem::swap(last, &mut entry);
        }
        if last.generation == entry.generation {
            let Entry { message_id, to, sha256, commit, .. } = entry;
            last.message_id = last.message_id.take().or(message_id);
            last.to = last.to.take().or(to);
            last.sha256 = last.sha256.take().or(sha256);
            last.commit = last.commit.take().or(commit);
        }
    }

    /// What was last said of a contact's message.
    pub fn last(&self, contact: &ContactId) -> Option<&Entry> {
        self.last.get(contact)
    }

    /// What was last said of the message to a person, whom their mailbox tells as well as their id does: of all lines that
    /// are about them, those that settle most.
    pub fn of(&self, contact: &Contact) -> Option<&Entry> {
        self.known_as(&contact.id, contact.email.as_ref())
    }

    /// [`of`](Self::of), for the message about what happened on a day, where it is about an event (R33).
    pub fn of_message(&self, contact: &Contact, event: Option<Date>) -> Option<&Entry> {
        let Some(event) = event else { return self.of(contact) };
        let mailbox = contact.email.as_ref().and_then(|mailbox| self.by_mailbox.get(&mailbox.folded_without_tag()));
        let others = mailbox.into_iter().flatten().filter(|key| key.parts().1 == Some(event));
        let entries =
            self.last.get(&contact.id.at(event)).into_iter().chain(others.filter_map(|key| self.last.get(key)));
        entries.max_by_key(|entry| (entry.state.weight(), entry.state.caution(), entry.generation))
    }

    /// [`sent_to`](Self::sent_to), for the message about what happened on a day.
    pub fn sent_message(&self, contact: &Contact, event: Option<Date>) -> Option<Timestamp> {
        self.of_message(contact, event).filter(|entry| entry.state.is_sent()).map(|entry| entry.t)
    }

    /// When the message to a person was taken by a relay or handed to the post.
    pub fn sent_to(&self, contact: &Contact) -> Option<Timestamp> {
        self.of(contact).filter(|entry| entry.state.is_sent()).map(|entry| entry.t)
    }

    /// [`of`](Self::of) by id and mailbox.
    pub fn known_as(&self, contact: &ContactId, mailbox: Option<&EmailAddress>) -> Option<&Entry> {
        let by_mailbox = mailbox.and_then(|mailbox| self.by_mailbox.get(&mailbox.folded_without_tag()));
        let others = by_mailbox.into_iter().flatten().filter_map(|id| self.last.get(id));
        let settles = |entry: &&Entry| (entry.state.weight(), entry.state.caution(), entry.generation);
        self.last.get(contact).into_iter().chain(others).max_by_key(settles)
    }

    /// The texts that were sent.
    pub fn content(&self) -> &[ContentTrace] {
        &self.content
    }

    /// What was last said of everybody, in no order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.last.values()
    }

    /// How many messages came this far; `attempting` counts as in doubt.
    pub fn count(&self, state: State) -> usize {
        self.entries()
            .filter(|entry| {
                let reached = if entry.state == State::Attempting { State::InDoubt } else { entry.state };
                reached == state
            })
            .count()
    }

    /// True where nothing is known.
    pub fn is_empty(&self) -> bool {
        self.last.is_empty()
    }
}

/// What became of one message, as little as the plan has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// When that was.
    pub t: Timestamp,
    /// What became of it.
    pub state: State,
    /// See [`Entry::generation`].
    pub generation: u32,
}

impl Outcome {
    /// The state, an attempt without an end being in doubt.
    pub fn state(self) -> State {
        if self.state == State::Attempting { State::InDoubt } else { self.state }
    }

    fn overrules(self, other: Outcome) -> bool {
        let rank = |outcome: Outcome| (outcome.generation, outcome.state.weight(), outcome.t, outcome.state.caution());
        rank(self) >= rank(other)
    }
}

/// The form in which two spellings of one mailbox are equal; what is no address is compared as it is.
fn folded(to: &str) -> String {
    to.parse::<EmailAddress>().map_or_else(|_| to.to_lowercase(), |address| address.folded_without_tag())
}

/// What became of all messages of one mailing: a [`Journal`] without its texts, for a whole year of them at a time.
#[derive(Debug, Clone, Default)]
pub struct Outcomes {
    /// By the contact's position on the list.
    known: HashMap<u32, Outcome>,
    /// Of messages about events, by position and the day of the event (R33).
    events: BTreeMap<(u32, Date), Outcome>,
    /// Of who is no longer on the list.
    gone: HashMap<ContactId, Outcome>,
    /// Refusals because there is no such mailbox, by position: the last, and which mailbox, folded, where the line says it.
    dead: BTreeMap<u32, (Timestamp, Option<Box<str>>)>,
}

impl Outcomes {
    /// Takes note of what became of the message to the contact at `position` on the list.
    pub fn note(&mut self, position: u32, outcome: Outcome) {
        let last = self.known.entry(position).or_insert(outcome);
        if outcome.overrules(*last) {
            *last = outcome;
        }
    }

    /// Takes note of what became of the message to the contact at `position` about what happened on a day.
    pub fn note_event(&mut self, position: u32, event: Date, outcome: Outcome) {
        let last = self.events.entry((position, event)).or_insert(outcome);
        if outcome.overrules(*last) {
            *last = outcome;
        }
    }

    /// Takes note that a relay refused the message to the contact at `position` because there is no such mailbox as `to`.
    pub fn note_dead(&mut self, position: u32, t: Timestamp, to: Option<&str>) {
        let to = to.map(|to| folded(to).into());
        if self.dead.get(&position).is_none_or(|(known, _)| *known < t) {
            self.dead.insert(position, (t, to));
        }
    }

    /// Refusals because there is no such mailbox: whose, by position, when, and which mailbox, folded, where that is known.
    pub fn dead(&self) -> impl Iterator<Item = (u32, Timestamp, Option<&str>)> {
        self.dead.iter().map(|(position, (t, to))| (*position, *t, to.as_deref()))
    }

    /// What became of a message: of that about an event, where it is about one.
    pub fn of_message(&self, position: u32, event: Option<Date>) -> Option<Outcome> {
        match event {
            Some(event) => self.events.get(&(position, event)).copied(),
            None => self.known.get(&position).copied(),
        }
    }

    /// Takes note of what became of the message to somebody who is not on the list.
    pub fn note_gone(&mut self, contact: ContactId, outcome: Outcome) {
        let last = self.gone.entry(contact).or_insert(outcome);
        if outcome.overrules(*last) {
            *last = outcome;
        }
    }

    /// What became of every message to the contact at `position` on the list: of the one, or of one an event, the first event
    /// first.
    pub fn of(&self, position: u32) -> impl Iterator<Item = Outcome> {
        let about_events =
            self.events.range((position, Date::MIN)..=(position, Date::MAX)).map(|(_, outcome)| *outcome);
        self.known.get(&position).copied().into_iter().chain(about_events)
    }

    /// What became of the messages to everybody on the list, by position, in no order.
    pub fn known(&self) -> impl Iterator<Item = (u32, Outcome)> {
        let about_events = self.events.iter().map(|((position, _), outcome)| (*position, *outcome));
        self.known.iter().map(|(&position, &outcome)| (position, outcome)).chain(about_events)
    }

    /// How many messages came this far, also to who is no longer on the list.
    pub fn count(&self, state: State) -> usize {
        self.known
            .values()
            .chain(self.events.values())
            .chain(self.gone.values())
            .filter(|outcome| outcome.state() == state)
            .count()
    }

    /// True where nothing was tried.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.events.is_empty() && self.gone.is_empty()
    }
}

/// The outcomes of every mailing that has a journal, planned or not.
pub type Journals = BTreeMap<MailingId, Outcomes>;

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(t: &str, state: &str, more: &str) -> Entry {
        let line = format!(r#"{{"t":"2027-01-20T{t}Z","contact":"anna-lind","state":"{state}"{more}}}"#);
        Entry::parse(&line).expect("a good line")
    }

    #[test]
    fn a_line_is_read_and_written_with_what_we_do_not_know() {
        let line = r#"{"t":"2027-01-20T08:00:00Z","contact":"anna-lind","state":"accepted","reply":"250 ok","generation":2,"host":"mx1"}"#;
        let entry = Entry::parse(line).expect("a good line");
        assert_eq!((entry.state, entry.generation, entry.rest.len()), (State::Accepted, 2, 1));
        assert_eq!(entry.to_line(), line);
    }

    #[test]
    fn what_is_sent_stays_sent_in_any_order_of_lines() {
        let lines =
            [entry("08:00:02", "accepted", ""), entry("08:00:01", "attempting", ""), entry("08:00:03", "planned", "")];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut journal = Journal::default();
            order.iter().for_each(|&index| journal.note(lines[index].clone()));
            assert!(journal.last(&lines[0].contact).is_some_and(|entry| entry.state.is_sent()));
        }
        let mut journal = Journal::default();
        journal.note(lines[0].clone());
        journal.note(entry("09:00:00", "attempting", r#","generation":2"#));
        assert_eq!((journal.count(State::InDoubt), journal.count(State::Accepted)), (1, 0));
    }

    #[test]
    fn states_are_compared_and_neither_moments_nor_the_order_of_lines() {
        for (lines, expected) in [
            // The clock stepped back between a run and the next.
            (&[("09:00:00", "refused"), ("07:00:00", "planned")][..], State::Refused),
            (&[("07:00:00", "deferred"), ("09:00:00", "planned")], State::Deferred),
            // An attempt without an outcome, whatever is planned later.
            (&[("08:00:00", "attempting"), ("09:00:00", "planned")], State::Attempting),
            (&[("08:00:00", "attempting"), ("08:00:01", "deferred"), ("08:00:02", "attempting")], State::Attempting),
            (&[("08:00:00", "attempting"), ("08:00:01", "deferred")], State::Deferred),
            (&[("08:00:00", "attempting"), ("08:00:00", "deferred")], State::Attempting),
            (&[("08:00:00", "accepted"), ("09:00:00", "in_doubt")], State::Accepted),
        ] {
            for backwards in [false, true] {
                let mut journal = Journal::default();
                let mut lines: Vec<Entry> = lines.iter().map(|(t, state)| entry(t, state, "")).collect();
                if backwards {
                    lines.reverse();
                }
                let contact = lines[0].contact.clone();
                lines.into_iter().for_each(|line| journal.note(line));
                assert_eq!(journal.last(&contact).expect("noted").state, expected);
            }
        }
    }

    #[test]
    fn a_person_has_their_message_whatever_their_id_is_now() {
        let mut journal = Journal::default();
        journal.note(entry("08:00:00", "planned", r#","to":"Anna+news@Lind.example""#));
        journal.note(entry("08:00:01", "accepted", ""));
        let (renamed, mailbox) = ("anna-ros".parse().expect("an id"), "anna@lind.example".parse().expect("an address"));
        assert_eq!(journal.known_as(&renamed, Some(&mailbox)).expect("known").state, State::Accepted);
        assert!(journal.known_as(&renamed, None).is_none());
    }

    #[test]
    fn what_the_planned_line_says_holds_for_those_that_follow() {
        let lines = [
            entry("08:00:01", "planned", r#","to":"anna@x.example","commit":"abc""#),
            entry("08:00:02", "attempting", r#","message_id":"1@ek.example""#),
            entry("08:00:03", "accepted", r#","reply":"250 ok""#),
        ];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut journal = Journal::default();
            order.iter().for_each(|&index| journal.note(lines[index].clone()));
            let last = journal.last(&lines[0].contact).expect("noted");
            assert_eq!((last.state, last.to.as_deref()), (State::Accepted, Some("anna@x.example")));
            assert_eq!((last.message_id.as_deref(), last.commit.as_deref()), (Some("1@ek.example"), Some("abc")));
            assert_eq!(last.reply.as_deref(), Some("250 ok"), "what a relay said belongs to its own line");
        }
    }

    #[test]
    fn r33_every_event_has_an_outcome_of_its_own() {
        let outcome = |t: i64, state| Outcome { t: Timestamp::from_second(t).expect("a moment"), state, generation: 1 };
        let mut outcomes = Outcomes::default();
        let (may, june) = (jiff::civil::date(2027, 5, 1), jiff::civil::date(2027, 6, 1));
        outcomes.note_event(3, june, outcome(9, State::Refused));
        outcomes.note_event(3, may, outcome(5, State::Accepted));
        outcomes.note_event(4, may, outcome(7, State::Deferred));
        outcomes.note(2, outcome(1, State::Posted));
        let of = |position| outcomes.of(position).map(Outcome::state).collect::<Vec<_>>();
        assert_eq!(of(2), [State::Posted]);
        assert_eq!(of(3), [State::Accepted, State::Refused]);
        assert_eq!(of(4), [State::Deferred]);
        assert!(of(5).is_empty());
    }

    #[test]
    fn a_bad_line_says_what_is_wrong_with_it() {
        for (line, message) in [
            ("{", "this line is no JSON object"),
            ("[]", "this line is no JSON object"),
            (r#"{"contact":"a","state":"accepted"}"#, "`t` is missing"),
            (r#"{"t":"2027-01-20T08:00:00Z","contact":"a","state":"sent"}"#, "unknown state `sent`"),
            (r#"{"t":"2027-01-20T08:00:00Z","contact":"a","state":"accepted","generation":0}"#, "counts from 1"),
            (
                r#"{"t":"2027-01-20T08:00:00Z","contact":"a","state":"accepted","state":"planned"}"#,
                "`state` stands there twice",
            ),
        ] {
            let fault = Entry::parse(line).expect_err("a bad line");
            assert!(fault.message.contains(message), "{}", fault.message);
        }
    }
}
