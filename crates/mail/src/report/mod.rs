//! Delivery reports: what a mail system says became of a message it had taken (RFC 3464; RFC 6533 beyond ASCII).

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use crate::address::EmailAddress;
use source::diagnostic::Fault;
use source::words;

pub mod complaint;
mod qmail;

words! {
    /// What a mail system did (RFC 3464 §2.3.3).
    Action, "action" {
        /// It has given up.
        Failed = "failed",
        /// It tries on.
        Delayed = "delayed",
        /// It is in the mailbox.
        Delivered = "delivered",
        /// It went on to a system that sends no reports.
        Relayed = "relayed",
        /// It went on to several addresses.
        Expanded = "expanded",
    }
}

impl Action {
    /// True where the message went on its way.
    pub fn arrived(self) -> bool {
        matches!(self, Action::Delivered | Action::Relayed | Action::Expanded)
    }
}

/// An enhanced status code (RFC 3463): class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    class: u8,
    subject: u16,
    detail: u16,
}

/// What became of a message for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// The address as the sender knew it, where it is said, and then the address that was tried last.
    pub addresses: Vec<EmailAddress>,
    /// What was done.
    pub action: Action,
    /// How it ended.
    pub status: Status,
    /// What the other side answered, in one line.
    pub diagnostic: Option<String>,
}

impl Fate {
    /// True where it failed for good: given up, and for a reason that stays (5.x.x).
    pub fn is_final(&self) -> bool {
        self.action == Action::Failed && self.status.class == 5
    }
}

/// One delivery report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// When it was written.
    pub written: Option<Timestamp>,
    /// The Message-ID of the message it is about, without brackets.
    pub about: Option<String>,
    /// What became of it, a recipient each.
    pub fates: Vec<Fate>,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl FromStr for Status {
    type Err = Fault;

    /// Three numbers with dots between; a comment may follow.
    fn from_str(text: &str) -> Result<Self, Fault> {
        let word = text.split([' ', '\t', '(', ';']).next().unwrap_or_default();
        let bad = || Fault::new(format!("`{}` is no status like 5.1.1", one_line(text)));
        let mut parts = word.split('.').map(|part| {
            let digits = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            if digits { part.parse::<u16>().map_err(|_| bad()) } else { Err(bad()) }
        });
        let mut next = || parts.next().unwrap_or_else(|| Err(bad()));
        let (class, subject, detail) = (next()?, next()?, next()?);
        match (class, parts.next()) {
            (2 | 4 | 5, None) => Ok(Status { class: class as u8, subject, detail }),
            _ => Err(bad()),
        }
    }
}

/// Reads a message as a delivery report; `None` where it is something else, such as an answer.
///
/// # Errors
/// A report that does not say what became of whose message.
pub fn read(bytes: &[u8]) -> Result<Option<Report>, Fault> {
    let Some(message) = MessageParser::default().parse(bytes) else {
        return Err(Fault::new("this is no mail message"));
    };
    let Some(part) = message.parts.iter().find(|part| has_type(part, "message", STATUS_TYPES)) else {
        if let Some((fates, about)) = qmail::read(&message).filter(|(fates, _)| !fates.is_empty()) {
            return Ok(Some(Report { written: written(&message), about, fates }));
        }
        return if claims_to_be_a_report(&message) {
            Err(Fault::new("this report has no part that machines can read").hint("read it yourself"))
        } else {
            Ok(None)
        };
    };
    let text = String::from_utf8_lossy(part.contents());
    let is_recipient = |fields: &Fields| RECIPIENT_FIELDS.iter().any(|name| field(fields, name).is_some());
    let (recipients, head): (Vec<_>, Vec<_>) = groups(&text).into_iter().partition(is_recipient);
    let fates = recipients.iter().map(fate).collect::<Result<Vec<_>, _>>()?;
    if fates.is_empty() {
        return Err(Fault::new("this report names no recipient"));
    }
    let about = original_id(&message).or_else(|| {
        let id = field(head.first()?, "x-original-message-id")?;
        Some(id.strip_prefix('<')?.strip_suffix('>')?.to_owned())
    });
    Ok(Some(Report { written: written(&message), about, fates }))
}

/// When a message was written, as it says.
fn written(message: &Message<'_>) -> Option<Timestamp> {
    let date = message.date().filter(|date| date.is_valid())?;
    Timestamp::from_second(date.to_timestamp()).ok()
}

/// Who has one of these is a group about a recipient; the others are about the message.
const RECIPIENT_FIELDS: [&str; 3] = ["final-recipient", "original-recipient", "action"];

const STATUS_TYPES: &[&str] = &["delivery-status", "global-delivery-status"];

fn has_type(part: &MessagePart<'_>, kind: &str, subtypes: &[&str]) -> bool {
    part.content_type().is_some_and(|content_type| {
        let subtype = content_type.subtype().unwrap_or_default();
        content_type.ctype().eq_ignore_ascii_case(kind)
            && subtypes.iter().any(|known| subtype.eq_ignore_ascii_case(known))
    })
}

/// True for a report without its heart, and for what a mail system writes in words alone.
fn claims_to_be_a_report(message: &Message<'_>) -> bool {
    let root = message.root_part();
    let kind = root.content_type().and_then(|content_type| content_type.attribute("report-type"));
    let sender = message.from().and_then(|from| from.first()).and_then(|from| from.address());
    let local = sender.and_then(|address| address.split('@').next()).unwrap_or_default();
    match kind {
        Some(kind) => kind.eq_ignore_ascii_case("delivery-status"),
        None => local.eq_ignore_ascii_case("mailer-daemon"),
    }
}

/// The Message-ID of the message that came back, whole or its header alone.
fn original_id(message: &Message<'_>) -> Option<String> {
    let header = |bytes: &[u8]| {
        MessageParser::default().parse_headers(bytes).and_then(|original| original.message_id().map(str::to_owned))
    };
    message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(original) => original.message_id().map(str::to_owned),
        _ if has_type(part, "text", &["rfc822-headers"]) || has_type(part, "message", &["global-headers"]) => {
            header(part.contents())
        }
        _ => None,
    })
}

type Fields = Vec<(String, String)>;

/// The groups of fields between empty lines, folded lines joined (RFC 3464 §2.1).
fn groups(text: &str) -> Vec<Fields> {
    let mut groups = vec![Fields::new()];
    for line in text.lines() {
        let fields = groups.last_mut().expect("there is always a last group");
        if line.trim().is_empty() {
            if !fields.is_empty() {
                groups.push(Fields::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups.retain(|fields| !fields.is_empty());
    groups
}

fn field<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn fate(fields: &Fields) -> Result<Fate, Fault> {
    let recipient = |name| field(fields, name).map(spellings).unwrap_or_default();
    let mut addresses = recipient("original-recipient");
    addresses.extend(recipient("final-recipient"));
    addresses.dedup();
    if addresses.is_empty() {
        return Err(Fault::new("this report names no recipient"));
    }
    let action = field(fields, "action").ok_or_else(|| Fault::new("this report does not say what was done"))?;
    let action = action.split([' ', '\t', '(']).next().unwrap_or_default().to_ascii_lowercase().parse()?;
    let diagnostic = field(fields, "diagnostic-code").map(answer).filter(|answer| !answer.is_empty());
    let status = match field(fields, "status") {
        Some(status) => status.parse()?,
        None => diagnostic.as_deref().and_then(status_of).ok_or_else(|| Fault::new("this report has no status"))?,
    };
    Ok(Fate { addresses, action, status, diagnostic })
}

/// What stands after the kind of a typed value: `smtp; 550 …`.
fn typed(text: &str) -> &str {
    text.split_once(';').map_or(text, |(_, value)| value).trim()
}

fn answer(text: &str) -> String {
    one_line(typed(text))
}

/// A text in one line, without what could steer a terminal.
fn one_line(text: &str) -> String {
    let calm = text.chars().map(|c| if c.is_control() || source::characters::is_reserved(c) { ' ' } else { c });
    calm.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The enhanced status in an answer such as `550 5.1.1 unknown`.
fn status_of(answer: &str) -> Option<Status> {
    answer.split([' ', '-']).take(3).find_map(|word| word.parse().ok())
}

/// The addresses a recipient field may mean: as it stands, and with what was encoded on the way decoded (`+2B` of RFC 3461,
/// `\x{E5}` of RFC 6533).
fn spellings(text: &str) -> Vec<EmailAddress> {
    let plain = typed(text).trim_start_matches('<').trim_end_matches('>');
    let mut found: Vec<EmailAddress> = Vec::new();
    for spelling in [plain.to_owned(), decoded(plain, "+", ""), decoded(plain, "\\x{", "}")] {
        if let Ok(address) = spelling.parse()
            && !found.contains(&address)
        {
            found.push(address);
        }
    }
    found
}

/// `text` with every hexadecimal number between `open` and `close` as the character it stands for; without a `close`, a
/// number has two digits.
fn decoded(text: &str, open: &str, close: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(open) {
        let behind = &rest[at + open.len()..];
        let end = if close.is_empty() { Some(2) } else { behind.find(close) };
        let digits = end.and_then(|end| behind.get(..end));
        let upper = |digits: &&str| digits.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
        let number = digits.filter(upper).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let (character, used) = match (number.and_then(char::from_u32), digits) {
            (Some(character), Some(digits)) => (character.to_string(), digits.len() + close.len()),
            _ => (open.to_owned(), 0),
        };
        out.push_str(&rest[..at]);
        out.push_str(&character);
        rest = &behind[used..];
    }
    out + rest
}

#[cfg(test)]
mod tests;
