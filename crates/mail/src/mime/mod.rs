//! Messages (RFC 5322, RFC 2045–2049): one personal e-mail as bytes.
//!
//! The shape is `mixed( alternative( text, related( html, images ) ), attachments )`, with only those levels that have something
//! to hold. A message is its head and its body; the body is a row of [`Segment`]s, of which only the texts and the boundaries
//! differ between the recipients of one variant.

mod shared_head;

use std::sync::Arc;

use data_encoding::BASE64;
use jiff::Zoned;

use crate::address::EmailAddress;
use crate::{header, quoted_printable};
pub use shared_head::{DateField, OwnFields, SharedHead};
use store::digest::Digest;

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name people see; may be empty.
    pub phrase: String,
    /// The address.
    pub address: EmailAddress,
}

/// The list a message belongs to (RFC 2919).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListId {
    /// What people call it; may be empty.
    pub description: String,
    /// Its identifier below the sender's domain, without brackets.
    pub id: String,
}

/// A picture that the HTML part shows by `cid:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineImage {
    /// What stands after `cid:`; see [`content_id`].
    pub content_id: String,
    /// Its media type; see [`media_type`](super::media_type).
    pub content_type: String,
    /// The name it is saved under.
    pub filename: String,
    /// The picture.
    pub bytes: Arc<[u8]>,
}

/// A file that goes with the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The name it is saved under.
    pub filename: String,
    /// Its media type; see [`media_type`](super::media_type).
    pub content_type: String,
    /// The file.
    pub bytes: Arc<[u8]>,
}

/// One e-mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'a> {
    /// The one author.
    pub from: Mailbox,
    /// The one recipient.
    pub to: Mailbox,
    /// Where answers go, if not to the author.
    pub reply_to: Option<Mailbox>,
    /// The subject.
    pub subject: String,
    /// When the message counts as written.
    pub date: Zoned,
    /// Its id without brackets; see [`message_id`].
    pub message_id: String,
    /// The list it belongs to.
    pub list_id: Option<ListId>,
    /// URIs that end the subscription (RFC 2369), the preferred one first.
    pub list_unsubscribe: Vec<String>,
    /// One of these URIs is HTTPS and takes a one-click POST (RFC 8058).
    pub one_click: bool,
    /// No person signs it (RFC 3834).
    pub auto_submitted: bool,
    /// The text part.
    pub text: &'a str,
    /// The HTML part.
    pub html: &'a str,
    /// The pictures of the HTML part.
    pub inline: Vec<InlineImage>,
    /// The files that go with it.
    pub attachments: Vec<Attachment>,
}

/// A level of the nesting that holds several parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Multipart {
    /// The message and its attachments.
    Mixed,
    /// The same in text and in HTML.
    Alternative,
    /// The HTML part and its pictures (RFC 2387).
    Related,
}

/// A stretch of a message's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Bytes that are the same for every recipient: the heads of parts, pictures, attachments.
    Fixed(Vec<u8>),
    /// The boundary of a level; it comes from the message's id.
    Boundary(Multipart),
    /// The text part, as quoted-printable.
    Text,
    /// The HTML part, as quoted-printable.
    Html,
}

/// The boundaries of one message. They hold `=_`, which neither quoted-printable nor base64 ever does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boundaries {
    stem: String,
}

impl Boundaries {
    /// The boundaries of the message with this id.
    pub fn of(message_id: &str) -> Self {
        Boundaries { stem: format!("=_{}", Digest::of(message_id.as_bytes()).base32(24)) }
    }

    /// Writes the boundary of one level, always 27 octets.
    pub fn write(&self, level: Multipart, out: &mut Vec<u8>) {
        out.extend_from_slice(self.stem.as_bytes());
        out.push(match level {
            Multipart::Mixed => b'm',
            Multipart::Alternative => b'a',
            Multipart::Related => b'r',
        });
    }
}

impl Message<'_> {
    /// Writes the whole message at the end of `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.write_head(out);
        self.write_body(out);
    }

    /// Writes the header fields, in a fixed order, and the blank line after them.
    pub fn write_head(&self, out: &mut Vec<u8>) {
        let own = OwnFields {
            phrase: &self.to.phrase,
            to: &self.to.address,
            subject: &self.subject,
            date: &DateField::new(self.date.clone()),
            message_id: &self.message_id,
            list_unsubscribe: &self.list_unsubscribe,
        };
        SharedHead::new(self).write(&own, &Boundaries::of(&self.message_id), out);
    }

    /// The outermost level of the body.
    fn level(&self) -> Multipart {
        if self.attachments.is_empty() { Multipart::Alternative } else { Multipart::Mixed }
    }

    /// Writes what stands after the blank line.
    fn write_body(&self, out: &mut Vec<u8>) {
        let boundaries = Boundaries::of(&self.message_id);
        for segment in self.segments() {
            match segment {
                Segment::Fixed(bytes) => out.extend_from_slice(&bytes),
                Segment::Boundary(level) => boundaries.write(level, out),
                Segment::Text => quoted_printable::encode_into(self.text, out),
                Segment::Html => quoted_printable::encode_into(self.html, out),
            }
        }
    }

    /// The body as a row of segments, equal for all messages with the same pictures and attachments.
    pub fn segments(&self) -> Vec<Segment> {
        let mut body = Body::default();
        if self.attachments.is_empty() {
            self.alternative(&mut body);
        } else {
            body.next_part(Multipart::Mixed);
            body.open(Multipart::Alternative);
            self.alternative(&mut body);
            for attachment in &self.attachments {
                body.next_part(Multipart::Mixed);
                body.file("attachment", &attachment.content_type, None, &attachment.filename, &attachment.bytes);
            }
            body.close(Multipart::Mixed);
        }
        body.fixed(b"\r\n");
        body.segments
    }

    /// The text part first, then the one that most readers prefer (RFC 2046 §5.1.4).
    fn alternative(&self, body: &mut Body) {
        body.next_part(Multipart::Alternative);
        body.text("text/plain", Segment::Text);
        body.next_part(Multipart::Alternative);
        if self.inline.is_empty() {
            body.text("text/html", Segment::Html);
        } else {
            body.open(Multipart::Related);
            body.next_part(Multipart::Related);
            body.text("text/html", Segment::Html);
            for image in &self.inline {
                body.next_part(Multipart::Related);
                body.file("inline", &image.content_type, Some(&image.content_id), &image.filename, &image.bytes);
            }
            body.close(Multipart::Related);
        }
        body.close(Multipart::Alternative);
    }
}

/// The segments so far; bytes that follow each other are one segment.
#[derive(Default)]
struct Body {
    segments: Vec<Segment>,
    /// A part stands before the next delimiter, whose line end the delimiter brings (RFC 2046 §5.1.1).
    after_part: bool,
}

impl Body {
    /// A delimiter, after which the next part of `level` begins.
    fn next_part(&mut self, level: Multipart) {
        self.fixed(if self.after_part { b"\r\n--" } else { b"--" });
        self.segments.push(Segment::Boundary(level));
        self.fixed(b"\r\n");
    }

    /// The head of a part that is itself a `level`.
    fn open(&mut self, level: Multipart) {
        self.fixed(level.opening().as_bytes());
        self.segments.push(Segment::Boundary(level));
        self.fixed(CLOSING.as_bytes());
        self.after_part = false;
    }

    fn close(&mut self, level: Multipart) {
        self.fixed(b"\r\n--");
        self.segments.push(Segment::Boundary(level));
        self.fixed(b"--");
    }

    fn text(&mut self, content_type: &str, segment: Segment) {
        self.with_fixed(|out| {
            header::parameterised("Content-Type", content_type, &[("charset", "utf-8")], out);
            header::literal("Content-Transfer-Encoding", "quoted-printable", out);
            out.extend_from_slice(b"\r\n");
        });
        self.segments.push(segment);
        self.after_part = true;
    }

    fn file(&mut self, disposition: &str, content_type: &str, content_id: Option<&str>, filename: &str, bytes: &[u8]) {
        self.with_fixed(|out| {
            header::literal("Content-Type", content_type, out);
            header::literal("Content-Transfer-Encoding", "base64", out);
            if let Some(id) = content_id {
                header::content_id(id, out);
            }
            header::parameterised("Content-Disposition", disposition, &[("filename", filename)], out);
            out.extend_from_slice(b"\r\n");
            base64_into(bytes, out);
        });
        self.after_part = true;
    }

    fn fixed(&mut self, bytes: &[u8]) {
        self.with_fixed(|out| out.extend_from_slice(bytes));
    }

    fn with_fixed(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if let Some(Segment::Fixed(out)) = self.segments.last_mut() {
            return write(out);
        }
        let mut out = Vec::new();
        write(&mut out);
        self.segments.push(Segment::Fixed(out));
    }
}

/// What stands after the boundary in the head of a multipart.
const CLOSING: &str = "\"\r\n\r\n";

impl Multipart {
    /// The Content-Type field up to the boundary; with the boundary's 27 octets no line is longer than 78.
    fn opening(self) -> &'static str {
        match self {
            Multipart::Mixed => "Content-Type: multipart/mixed; boundary=\"",
            Multipart::Alternative => "Content-Type: multipart/alternative; boundary=\"",
            Multipart::Related => "Content-Type: multipart/related; type=\"text/html\";\r\n boundary=\"",
        }
    }
}

/// Writes base64 in lines of 76 characters, no line end after the last (RFC 2045 §6.8).
fn base64_into(bytes: &[u8], out: &mut Vec<u8>) {
    out.reserve(bytes.len() / 57 * 78 + 78);
    for (index, chunk) in bytes.chunks(57).enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\r\n");
        }
        let mut line = [0; 76];
        let line = &mut line[..BASE64.encode_len(chunk.len())];
        BASE64.encode_mut(chunk, line);
        out.extend_from_slice(line);
    }
}

/// The id of a message, without brackets (design §4): the same for the same mailing, contact and generation, and telling
/// nothing about them.
pub fn message_id(mailing: &str, contact: &str, generation: &str, domain: &str) -> String {
    let seed = format!("{mailing}\0{contact}\0{generation}");
    format!("{}@{domain}", Digest::of(seed.as_bytes()).base32(26))
}

/// The id of a picture, without brackets: the same picture has the same id wherever it is shown.
pub fn content_id(bytes: &[u8], domain: &str) -> String {
    format!("{}@{domain}", Digest::of(bytes).base32(26))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media_type;
    use jiff::civil::date;

    fn mailbox(phrase: &str, address: &str) -> Mailbox {
        Mailbox { phrase: phrase.into(), address: address.parse().expect("an address") }
    }

    fn message() -> Message<'static> {
        Message {
            from: mailbox("Sara Nyström, Lindholm & Saar", "hej@lindholm-saar.example"),
            to: mailbox("Anna Lind", "anna.lind@firm.example"),
            reply_to: Some(mailbox("Sara Nyström", "sara@lindholm-saar.example")),
            subject: "Vatten".into(),
            date: date(2027, 1, 20).at(9, 0, 0, 0).in_tz("Europe/Stockholm").expect("a zone"),
            message_id: message_id("2027-01-newsletter", "anna-lind", "1", "lindholm-saar.example"),
            list_id: Some(ListId { description: "Lindholm & Saar".into(), id: "brev.lindholm-saar.example".into() }),
            list_unsubscribe: vec!["https://lindholm-saar.example/u/abc".into()],
            one_click: true,
            auto_submitted: false,
            text: "Hej Anna,\n",
            html: "<p>Hej Anna,</p>\n",
            inline: Vec::new(),
            attachments: Vec::new(),
        }
    }

    fn written(message: &Message) -> String {
        let mut out = Vec::new();
        message.write(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn a_message_without_files_is_one_alternative() {
        let expected = "From: =?UTF-8?Q?Sara_Nystr=C3=B6m=2C_Lindholm_=26_Saar?=\r\n <hej@lindholm-saar.example>\r\n\
            To: Anna Lind <anna.lind@firm.example>\r\n\
            Reply-To: =?UTF-8?Q?Sara_Nystr=C3=B6m?= <sara@lindholm-saar.example>\r\n\
            Subject: Vatten\r\n\
            Date: Wed, 20 Jan 2027 09:00:00 +0100\r\n\
            Message-ID: <ID@lindholm-saar.example>\r\n\
            List-Id: Lindholm & Saar <brev.lindholm-saar.example>\r\n\
            List-Unsubscribe: <https://lindholm-saar.example/u/abc>\r\n\
            List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\
            MIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative; boundary=\"BOUNDARY\"\r\n\r\n\
            --BOUNDARY\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            Hej Anna,\r\n\r\n\
            --BOUNDARY\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            <p>Hej Anna,</p>\r\n\r\n\
            --BOUNDARY--\r\n";
        let message = message();
        let mut boundary = Vec::new();
        Boundaries::of(&message.message_id).write(Multipart::Alternative, &mut boundary);
        let boundary = String::from_utf8(boundary).expect("ASCII");
        let (id, _) = message.message_id.split_once('@').expect("an id");
        assert_eq!(written(&message), expected.replace("BOUNDARY", &boundary).replace("ID@", &format!("{id}@")));
    }

    #[test]
    fn the_levels_nest_only_where_they_hold_something() {
        let image = InlineImage {
            content_id: content_id(b"png", "firm.example"),
            content_type: media_type::of("images/beans.PNG").into(),
            filename: "bönor.png".into(),
            bytes: Arc::from(&b"png"[..]),
        };
        let attachment = Attachment {
            filename: "plan 2027.pdf".into(),
            content_type: media_type::of("plan 2027.pdf").into(),
            bytes: vec![7; 100].into(),
        };
        let message = Message { inline: vec![image], attachments: vec![attachment], ..message() };
        let text = written(&message);
        let kinds: Vec<_> =
            text.split("Content-Type: ").skip(1).filter_map(|rest| rest.split([';', '\r']).next()).collect();
        let expected = ["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html"];
        assert_eq!(kinds, [&expected[..], &["image/png", "application/pdf"]].concat());
        assert!(text.contains("Content-Disposition: inline; filename*=utf-8''b%C3%B6nor.png\r\n\r\ncG5n\r\n--=_"));
        assert!(text.split("\r\n").all(|line| line.len() <= 78 && !line.contains('\n')), "{text}");
    }

    #[test]
    fn a_message_id_is_made_from_mailing_contact_and_generation() {
        let id = message_id("2027-01-newsletter", "anna-lind", "1", "firm.example");
        assert_eq!(id, "uhtejeqmxsazwxkjepgjttv3e2@firm.example");
    }
}
