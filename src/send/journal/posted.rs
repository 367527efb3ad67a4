//! Letters that were handed to the post, in the journal of their mailing: what is sent is never noted twice, on paper or not.

use std::collections::HashSet;
use std::io;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Lock, push_line};
use crate::model::contact::Contact;
use crate::model::id::ContactId;
use crate::model::journal::{Entry, Journal, State};

/// Notes that the letters to `contacts`, each with the day of the event where it is about one, were handed to the post at `t`,
/// and says which were new, by the keys of their messages: who was sent the mailing
/// before, as `past` knows it, is left as they are. What was added is on the disk when this returns, and the journal free.
///
/// # Errors
/// The disk.
pub fn note_posted<'c>(
    mut lock: Lock,
    past: &Journal,
    t: Timestamp,
    contacts: impl IntoIterator<Item = (&'c Contact, Option<Date>)>,
) -> io::Result<Vec<ContactId>> {
    let mut named = HashSet::new();
    let key = |contact: &Contact, event: Option<Date>| match event {
        Some(event) => contact.id.at(event),
        None => contact.id.clone(),
    };
    let is_new = |(contact, event): &(&'c Contact, Option<Date>)| {
        past.sent_message(contact, *event).is_none() && named.insert(key(contact, *event))
    };
    let new: Vec<(&Contact, Option<Date>)> = contacts.into_iter().filter(is_new).collect();
    let mut lines = String::new();
    for (contact, event) in &new {
        // It settles what became of an e-mail that a person decided to send again.
        let generation = past.of_message(contact, *event).map_or(1, |last| last.generation);
        let to = contact.email.as_ref().map(|email| email.as_str().into());
        push_line(&Entry { generation, to, ..Entry::new(t, key(contact, *event), State::Posted) }, &mut lines);
    }
    lock.mend()?;
    if !lines.is_empty() {
        lock.append(lines.as_bytes())?;
        lock.file()?.sync_data()?;
    }
    Ok(new.into_iter().map(|(contact, event)| key(contact, event)).collect())
}
