//! The journal of a mailing: what became of each message, an object a line (design §5, §7).

mod entry;
mod outcomes;

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::model::contact::Contact;
use crate::model::id::ContactId;
use entry::folded;
pub use entry::{Entry, State};
use mail::address::EmailAddress;
pub use outcomes::{Journals, Outcome, Outcomes};

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
