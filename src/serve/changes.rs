//! What has changed in a message since it was last built.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::html::Text;

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// The difference between a message as it was built and as it is now, as HTML.
pub(super) fn since_built(built: Option<&[u8]>, now: &[u8]) -> String {
    let Some(built) = built else {
        return "<p class=\"empty\">This message was not built yet: <code>bevara build</code> writes it.</p>"
            .to_owned();
    };
    if built == now {
        return "<p class=\"empty\">Nothing has changed since it was last built, byte for byte.</p>".to_owned();
    }
    let (old, new) = (readable(built), readable(now));
    if old == new {
        return "<p class=\"empty\">Its words are those last built. What differs is in the HTML part or in a picture.</p>"
            .to_owned();
    }
    let mut html = String::from("<p class=\"lead\">Since it was last built:</p><div class=\"diff\">");
    let diff = TextDiff::from_lines(&old, &new);
    for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if number > 0 {
            html.push_str("<p class=\"gap\">…</p>");
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let (class, mark, spoken) = match change.tag() {
                ChangeTag::Delete => ("gone", "−", "removed: "),
                ChangeTag::Insert => ("new", "+", "added: "),
                ChangeTag::Equal => ("same", " ", ""),
            };
            let line = change.value().trim_end_matches('\n');
            let _ = write!(
                html,
                "<p class=\"{class}\"><span aria-hidden=\"true\">{mark} </span><span class=\"unseen\">{spoken}</span>{}</p>",
                Text(line)
            );
        }
    }
    html.push_str("</div>");
    html
}

/// The subject and the text part of a message.
fn readable(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let subject = fields(head).into_iter().find(|(name, _)| name == "Subject").map(|(_, value)| value);
    format!("{}\n\n{}", subject.unwrap_or_default(), decoded(text_part(body).unwrap_or_default()))
}

/// The text part, still encoded: up to the delimiter that it began with, since a text may have lines of hyphens itself.
fn text_part(body: &str) -> Option<&str> {
    let (before, part) = body.split_once("Content-Type: text/plain")?;
    let delimiter = before.rsplit("\r\n").find(|line| line.starts_with("--"))?;
    let (_, text) = part.split_once("\r\n\r\n")?;
    text.split(&format!("\r\n{delimiter}")).next()
}

/// The header fields of a message, unfolded.
pub(super) fn fields(head: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.lines() {
        match (line.starts_with([' ', '\t']), fields.last_mut()) {
            (true, Some((_, value))) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                fields.push((name.to_owned(), value.trim().to_owned()));
            }
        }
    }
    fields
}

/// Quoted-printable text as it was (RFC 2045 §6.7).
fn decoded(part: &str) -> String {
    let joined = part.replace("=\r\n", "").replace("\r\n", "\n");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = (byte == b'=').then(|| after.get(..2)).flatten();
        let escaped = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(subject: &str, text: &str) -> Vec<u8> {
        let mut body = Vec::new();
        mail::quoted_printable::encode_into(text, &mut body);
        let head = format!(
            "Subject: {subject}\r\nMIME-Version: 1.0\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        );
        [head.as_bytes(), &body, b"\r\n--b--\r\n"].concat()
    }

    #[test]
    fn a_changed_line_stands_beside_the_old_one() {
        let text = |state: &str| message("Hej", &format!("Hej Åsa,\n\nNytt\n----\n\nkaffet är {state}.\n"));
        let (old, new) = (text("rostat"), text("här"));
        let html = since_built(Some(&old), &new);
        assert!(html.contains("removed: </span>kaffet är rostat."), "{html}");
        assert!(html.contains("added: </span>kaffet är här."), "{html}");
        assert!(html.contains("class=\"same\"") && html.contains("Nytt"), "{html}");
        assert!(since_built(Some(&new), &new).contains("byte for byte"));
        assert!(since_built(None, &new).contains("not built yet"));
    }

    #[test]
    fn folded_fields_are_one_line() {
        let head = "Subject: one\r\n two\r\nTo: x@y.example";
        let expected = [("Subject", "one two"), ("To", "x@y.example")];
        assert_eq!(fields(head), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
