//! The header fields of messages that differ in their reader alone: what they have in common is written once.

use jiff::Zoned;

use super::{Boundaries, CLOSING, Mailbox, Message, Multipart};
use crate::address::EmailAddress;
use crate::header;

/// The header fields of many messages, with gaps for what is a reader's own.
pub struct SharedHead {
    before_to: Vec<u8>,
    before_subject: Vec<u8>,
    before_unsubscribe: Vec<u8>,
    /// Up to the boundary.
    after_unsubscribe: Vec<u8>,
    level: Multipart,
}

/// A Date field, written.
pub struct DateField {
    /// The moment it tells.
    pub when: Zoned,
    field: Vec<u8>,
}

/// What the head of one message has of its own.
pub struct OwnFields<'a> {
    /// The name of the one recipient; may be empty.
    pub phrase: &'a str,
    /// Their address.
    pub to: &'a EmailAddress,
    /// The subject.
    pub subject: &'a str,
    /// When the message counts as written.
    pub date: &'a DateField,
    /// Its id without brackets.
    pub message_id: &'a str,
    /// URIs that end the subscription (RFC 2369), the preferred one first.
    pub list_unsubscribe: &'a [String],
}

impl DateField {
    /// The field of a moment.
    pub fn new(when: Zoned) -> Self {
        let mut field = Vec::new();
        header::date(&when, &mut field);
        DateField { when, field }
    }
}

impl SharedHead {
    /// What `message` has in common with the others, of which it is one.
    pub fn new(message: &Message<'_>) -> Self {
        let mailbox = |name, mailbox: &Mailbox, out: &mut Vec<u8>| {
            header::mailbox(name, &mailbox.phrase, &mailbox.address, out);
        };
        let [mut before_to, mut before_subject, mut before_unsubscribe, mut after_unsubscribe] =
            [const { Vec::new() }; 4];
        mailbox("From", &message.from, &mut before_to);
        if let Some(reply_to) = &message.reply_to {
            mailbox("Reply-To", reply_to, &mut before_subject);
        }
        if let Some(list) = &message.list_id {
            header::list_id(&list.description, &list.id, &mut before_unsubscribe);
        }
        if message.one_click {
            header::literal("List-Unsubscribe-Post", "List-Unsubscribe=One-Click", &mut after_unsubscribe);
        }
        if message.auto_submitted {
            header::literal("Auto-Submitted", "auto-generated", &mut after_unsubscribe);
        }
        header::literal("MIME-Version", "1.0", &mut after_unsubscribe);
        let level = message.level();
        after_unsubscribe.extend_from_slice(level.opening().as_bytes());
        SharedHead { before_to, before_subject, before_unsubscribe, after_unsubscribe, level }
    }

    /// Writes the header fields of one message, in a fixed order, and the blank line after them.
    pub fn write(&self, own: &OwnFields<'_>, boundaries: &Boundaries, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.before_to);
        header::mailbox("To", own.phrase, own.to, out);
        out.extend_from_slice(&self.before_subject);
        header::unstructured("Subject", own.subject, out);
        out.extend_from_slice(&own.date.field);
        header::message_id(own.message_id, out);
        out.extend_from_slice(&self.before_unsubscribe);
        if !own.list_unsubscribe.is_empty() {
            header::uris("List-Unsubscribe", own.list_unsubscribe.iter().map(String::as_str), out);
        }
        out.extend_from_slice(&self.after_unsubscribe);
        boundaries.write(self.level, out);
        out.extend_from_slice(CLOSING.as_bytes());
    }
}
