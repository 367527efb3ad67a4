//! Complaints: a reader has marked a message as spam, and their provider says so (ARF, RFC 5965; redacted as in RFC 6590).

use jiff::Timestamp;
use mail_parser::{Message, MessageParser, PartType};

use super::{groups, has_type, one_line, original_id, spellings};
use crate::address::EmailAddress;
use source::diagnostic::Fault;

/// One complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What was complained of: `abuse`, `fraud`, `opt-out` …
    pub kind: String,
    /// When it was written.
    pub written: Option<Timestamp>,
    /// The Message-ID of the message it is about, without brackets.
    pub about: Option<String>,
    /// Who complained, as far as it is said.
    pub addresses: Vec<EmailAddress>,
}

/// Reads a message as a complaint; `None` where it is something else, or says that a message is no spam after all.
///
/// # Errors
/// A complaint that does not say about what message or from whom.
pub fn read(bytes: &[u8]) -> Result<Option<Complaint>, Fault> {
    let Some(message) = MessageParser::default().parse(bytes) else { return Ok(None) };
    let Some(part) = message.parts.iter().find(|part| has_type(part, "message", &["feedback-report"])) else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(part.contents()).into_owned();
    let fields: Vec<(String, String)> = groups(&text).into_iter().flatten().collect();
    let all =
        |name: &'static str| fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str());
    let kind = all("feedback-type").next().map(|kind| one_line(kind).to_ascii_lowercase()).unwrap_or_default();
    if kind == "not-spam" {
        return Ok(None);
    }
    let mut addresses: Vec<EmailAddress> = all("original-rcpt-to").flat_map(spellings).collect();
    if addresses.is_empty() {
        addresses = original_to(&message);
    }
    addresses.dedup();
    let about = original_id(&message);
    if addresses.is_empty() && about.is_none() {
        return Err(Fault::new("this complaint does not say about what message").hint("read it yourself"));
    }
    let written = message.date().filter(|date| date.is_valid());
    let written = written.and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    Ok(Some(Complaint { kind, written, about, addresses }))
}

/// Whom the message went to that came back.
fn original_to(message: &Message<'_>) -> Vec<EmailAddress> {
    let to = |original: &Message<'_>| -> Vec<EmailAddress> {
        let list = original.to().map(|to| to.iter().filter_map(|one| one.address()?.parse().ok()).collect());
        list.unwrap_or_default()
    };
    let found = message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(original) => Some(to(original)),
        _ if has_type(part, "text", &["rfc822-headers"]) => {
            MessageParser::default().parse_headers(part.contents()).map(|original| to(&original))
        }
        _ => None,
    });
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(report: &str, original: &str) -> Result<Option<Complaint>, Fault> {
        let text = format!(
            "From: staff@provider.example\r\nDate: Fri, 20 Nov 2026 08:00:00 +0000\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n\
             --b\r\nContent-Type: message/feedback-report\r\n\r\n{report}\r\n\r\n\
             --b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n\r\nHej\r\n--b--\r\n"
        );
        read(text.as_bytes())
    }

    #[test]
    fn a_complaint_says_about_what_and_from_whom() {
        let report =
            "Feedback-Type: abuse\r\nUser-Agent: X/1\r\nVersion: 1\r\nOriginal-Rcpt-To: <anna+x@linds.example>";
        let read =
            complaint(report, "Message-ID: <abc@ek.example>\r\nTo: other@x.example").expect("read").expect("one");
        assert_eq!((read.kind.as_str(), read.about.as_deref()), ("abuse", Some("abc@ek.example")));
        assert_eq!(read.addresses[0].as_str(), "anna+x@linds.example");
        assert_eq!(read.written.expect("a date").to_string(), "2026-11-20T08:00:00Z");
        let redacted = complaint("Feedback-Type: Abuse", "To: Anna <anna@linds.example>\r\nSubject: x");
        assert_eq!(redacted.expect("read").expect("one").addresses[0].as_str(), "anna@linds.example");
    }

    #[test]
    fn what_is_no_complaint_is_none() {
        assert_eq!(complaint("Feedback-Type: not-spam", "To: anna@linds.example"), Ok(None));
        assert_eq!(read(b"From: a@b.example\r\n\r\nhej"), Ok(None));
        assert!(complaint("Feedback-Type: abuse", "Subject: x").is_err());
    }
}
