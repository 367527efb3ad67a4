//! Letters that were handed to the post, in the journal of their mailing: what is sent is never noted twice, on paper or not.

use std::collections::HashSet;
use std::io;

use jiff::Timestamp;

use super::{Lock, push_line};
use crate::model::contact::Contact;
use crate::model::id::ContactId;
use crate::model::journal::{Entry, Journal, State};

/// Notes that the letters to `contacts` were handed to the post at `t`, and says whose were new: who was sent the mailing
/// before, as `past` knows it, is left as they are. What was added is on the disk when this returns, and the journal free.
///
/// # Errors
/// The disk.
pub fn note_posted<'c>(
    mut lock: Lock,
    past: &Journal,
    t: Timestamp,
    contacts: impl IntoIterator<Item = &'c Contact>,
) -> io::Result<Vec<&'c ContactId>> {
    let mut named = HashSet::new();
    let is_new = |contact: &&'c Contact| past.sent_to(contact).is_none() && named.insert(&contact.id);
    let new: Vec<&Contact> = contacts.into_iter().filter(is_new).collect();
    let mut lines = String::new();
    for contact in &new {
        // It settles what became of an e-mail that a person decided to send again.
        let generation = past.of(contact).map_or(1, |last| last.generation);
        let to = contact.email.as_ref().map(|email| email.as_str().into());
        push_line(&Entry { generation, to, ..Entry::new(t, contact.id.clone(), State::Posted) }, &mut lines);
    }
    lock.mend()?;
    if !lines.is_empty() {
        lock.append(lines.as_bytes())?;
        lock.file()?.sync_data()?;
    }
    Ok(new.into_iter().map(|contact| &contact.id).collect())
}
