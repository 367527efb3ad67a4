//! What is written, what is refused, and what stays after a crash.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::build::Shard;
use crate::fixture::Fixture;
use crate::load::journals;
use crate::model::contact::Contact;
use crate::model::id::MailingId;
use store::digest::Digest;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        "2027-01-20T08:00:00Z".parse().expect("a moment")
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _time: Duration) {}
}

fn dispatch(contact: &str) -> Dispatch {
    Dispatch {
        contact: contact.parse().expect("an id"),
        index: 0,
        to: format!("{contact}@x.example").parse().expect("an address"),
        message_id: format!("{contact}@ek.example").into(),
        sha256: Digest::of(b"built"),
        bytes: 5,
        generation: 1,
    }
}

fn mailing() -> MailingId {
    "news".parse().expect("an id")
}

fn open(root: &Path) -> Journal<'static> {
    let lock = Lock::take(root, &mailing(), None, "tests").expect("nobody else has it");
    let past = journals::read(root, &mailing(), &[], &mut Vec::new()).expect("read");
    Journal::open(lock, &past, &Still).expect("it ends well")
}

#[test]
fn r10_a_letter_is_noted_once_and_settles_what_was_tried_before() {
    let root = tempfile::tempdir().expect("a folder");
    let programme =
        ["anna", "kari", "tiina"].iter().fold(Fixture::new(), |all, id| all.contact(id, "C", |_| {})).build();
    let [anna, kari, tiina] = [0, 1, 2].map(|index| &programme.contacts[index]);
    let post = |letters: &[&Contact]| {
        let lock = Lock::take(root.path(), &mailing(), None, "tests").expect("nobody else has it");
        let past = journals::read(root.path(), &mailing(), &[], &mut Vec::new()).expect("read");
        note_posted(lock, &past, Still.now(), letters.iter().map(|letter| (*letter, None))).expect("written").len()
    };
    assert_eq!(post(&[anna, kari, anna]), 2);
    let path = root.path().join("contacts/journal/news.jsonl");
    let again = "{\"t\":\"2027-01-21T08:00:00Z\",\"contact\":\"tiina\",\"state\":\"deferred\",\"generation\":2}\n";
    let before = fs::read_to_string(&path).expect("read") + again;
    fs::write(&path, format!("{before}{{\"t\":\"20")).expect("written");
    assert_eq!(post(&[kari, tiina]), 1);
    let past = journals::read(root.path(), &mailing(), &[], &mut Vec::new()).expect("read");
    assert_eq!(past.last(&tiina.id).map(|entry| (entry.state, entry.generation)), Some((State::Posted, 2)));
    assert_eq!(fs::read_to_string(&path).expect("read").lines().count(), 4, "the torn line is gone");
    assert_eq!(post(&[anna, tiina]), 0);
}

fn states(root: &Path) -> Vec<String> {
    let text = fs::read_to_string(root.join("contacts/journal/news.jsonl")).expect("there is one");
    text.lines().map(|line| Entry::parse(line).expect("a good line").state.name().to_owned()).collect()
}

#[test]
fn a_message_is_claimed_once_and_the_disk_knows_before_it_leaves() {
    let root = tempfile::tempdir().expect("a folder");
    let journal = open(root.path());
    let anna = dispatch("anna");
    assert_eq!(journal.claim(&anna).err(), Some(Refused::Unplanned));
    journal.plan([&anna], Some("abc"), None).expect("written");
    let claim = journal.claim(&anna).expect("it is planned").durable().expect("written");
    assert_eq!(states(root.path()), ["planned", "attempting"]);
    assert_eq!(journal.claim(&anna).err(), Some(Refused::Already(State::Attempting)));
    claim.settle(State::Accepted, "250 ok").expect("written");
    assert_eq!(journal.claim(&anna).err(), Some(Refused::Already(State::Accepted)));
    journal.close().expect("written");
    assert_eq!(states(root.path()), ["planned", "attempting", "accepted"]);
    let text = fs::read_to_string(root.path().join("contacts/journal/news.jsonl")).expect("there is one");
    let first = text.lines().next().expect("a line");
    let sha256 = Digest::of(b"built");
    assert_eq!(
        first,
        format!(
            r#"{{"t":"2027-01-20T08:00:00Z","contact":"anna","state":"planned","message_id":"anna@ek.example","to":"anna@x.example","sha256":"{sha256}","commit":"abc","generation":1}}"#
        )
    );
}

#[test]
fn a_claim_that_is_lost_is_in_doubt_and_a_deferred_one_may_be_claimed_again() {
    let root = tempfile::tempdir().expect("a folder");
    let journal = open(root.path());
    let (anna, kari) = (dispatch("anna"), dispatch("kari"));
    journal.plan([&anna, &kari], None, None).expect("written");
    drop(journal.claim(&anna).expect("it is planned"));
    journal.claim(&kari).expect("it is planned").turned_down(State::Deferred, "the connection broke").expect("written");
    journal.claim(&kari).expect("once more").turned_down(State::Deferred, "again").expect("written");
    journal.close().expect("written");
    let journal = open(root.path());
    assert_eq!(journal.claim(&anna).err(), Some(Refused::Already(State::Attempting)));
    assert!(journal.claim(&kari).is_ok());
}

#[test]
fn a_torn_line_is_cut_and_an_empty_journal_does_not_stay() {
    let root = tempfile::tempdir().expect("a folder");
    open(root.path()).close().expect("written");
    let path = root.path().join("contacts/journal/news.jsonl");
    assert!(!path.exists());
    let journal = open(root.path());
    journal.plan([&dispatch("anna")], None, None).expect("written");
    journal.close().expect("written");
    let whole = fs::read(&path).expect("there is one");
    fs::write(&path, [&whole[..], &whole[..40]].concat()).expect("written");
    let lock = Lock::take(root.path(), &mailing(), None, "tests").expect("nobody else has it");
    assert_eq!(lock.torn(), Some(40));
    drop(lock);
    assert_eq!(fs::read(&path).expect("there is one").len(), whole.len() + 40, "who only looks cuts nothing");
    open(root.path()).close().expect("written");
    assert_eq!(fs::read(&path).expect("there is one"), whole);
    // A line that lacks nothing but its end was written whole: it counts, and is given its end.
    fs::write(&path, &whole[..whole.len() - 1]).expect("written");
    open(root.path()).close().expect("written");
    assert_eq!(fs::read(&path).expect("there is one"), whole);
    let twice = whole.repeat(2).into_iter().map(|byte| if byte == b'\n' { b'\r' } else { byte });
    fs::write(&path, twice.collect::<Vec<u8>>()).expect("written");
    let damaged = fs::read(&path).expect("there is one");
    let lock = Lock::take(root.path(), &mailing(), None, "tests").expect("nobody else has it");
    assert!(Journal::open(lock, &journal::Journal::default(), &Still).is_err());
    assert_eq!(fs::read(&path).expect("there is one"), damaged);
}

#[test]
fn one_sender_a_mailing_and_parts_only_beside_parts_of_the_same_cut() {
    let root = tempfile::tempdir().expect("a folder");
    let take = |shard: Option<(u32, u32)>| {
        let shard = shard.map(|(index, of)| Shard { index, of });
        Lock::take(root.path(), &mailing(), shard, "process 7 of sara")
    };
    let whole = take(None).expect("nobody else has it");
    let held = take(None).expect_err("somebody has it");
    assert!(held.to_string().contains("another sender has this mailing: process 7 of sara"), "{held}");
    assert!(matches!(take(Some((1, 2))), Err(LockError::Held { .. })));
    drop(whole);
    let (one, two) = (take(Some((1, 2))).expect("free"), take(Some((2, 2))).expect("free"));
    assert!(matches!(take(Some((1, 2))), Err(LockError::Held { .. })));
    assert!(matches!(take(Some((1, 3))), Err(LockError::OtherParts(_))));
    assert!(matches!(take(None), Err(LockError::Held { .. })));
    assert!(!root.path().join("contacts/journal/news.1-of-3.jsonl").exists(), "who is refused leaves nothing");
    drop((one, two));
    assert!(take(None).is_ok());
}

#[cfg(unix)]
#[test]
fn a_journal_that_somebody_replaces_is_not_written_to_any_more() {
    let root = tempfile::tempdir().expect("a folder");
    let journal = open(root.path());
    let anna = dispatch("anna");
    journal.plan([&anna], None, None).expect("written");
    let path = root.path().join("contacts/journal/news.jsonl");
    fs::copy(&path, root.path().join("other")).expect("copied");
    fs::rename(root.path().join("other"), &path).expect("moved");
    assert!(journal.claim(&anna).expect("it is planned").durable().is_err());
}
