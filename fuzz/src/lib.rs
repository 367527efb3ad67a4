//! What must hold for any input, whoever wrote it: each function takes octets and panics where it does not.
//!
//! The targets of cargo-fuzz call these, and so does `tests/chance/torture/corpus.rs` in every run of the tests.

use std::sync::Arc;

use bevara::model::journal::Entry;
use html::{Token, fold, mark, scan, visible_text};
use mail::smtp::data::with_final_dot;
use mail::smtp::reply::Reading;
use serde_yaml::Value;
use source::SourceFile;
use yaml::{Document, edit, front_matter};

/// Something that must hold, by the name of its folder in `corpus/`.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 9] = [
    ("css", css),
    ("delivery_report", delivery_report),
    ("edit", edit),
    ("front_matter", front_matter),
    ("html", html),
    ("journal", journal),
    ("message_body", message_body),
    ("smtp_reply", smtp_reply),
    ("yaml", yaml),
];

fn file(data: &[u8]) -> Option<Arc<SourceFile>> {
    let text = std::str::from_utf8(data).ok()?;
    Some(SourceFile::new("input", text))
}

/// Whatever style an element has, whether it is seen can be told; text beside it is seen.
pub fn css(data: &[u8]) {
    let Ok(style) = std::str::from_utf8(data) else { return };
    let value = style.replace('&', "&amp;").replace('"', "&quot;");
    let page = format!("<p>before</p><p style=\"{value}\">maybe</p><p>after</p>");
    let seen = fold(&visible_text(&page));
    assert!(seen == "before after" || seen == "before maybe after", "{seen:?}");
}

/// A delivery report is read or refused; what it names can be shown on a terminal.
pub fn delivery_report(data: &[u8]) {
    if let Ok(Some(report)) = mail::report::read(data) {
        assert!(!report.fates.is_empty());
        for fate in &report.fates {
            assert!(!fate.is_final() || fate.status.to_string().starts_with("5."));
        }
    }
}

/// An edit changes one value and nothing else, or nothing at all.
pub fn edit(data: &[u8]) {
    let Some(file) = file(data) else { return };
    let Ok(before) = serde_yaml::from_str::<Value>(file.text()) else { return };
    let count = before.as_sequence().map_or(0, Vec::len);
    for item in [0, count / 2, count.saturating_sub(1)] {
        if let Ok(after) = edit::put(&file, item, &["tier"], "A") {
            let mut expected = before.clone();
            expected[item]["tier"] = "A".into();
            assert_eq!(serde_yaml::from_str::<Value>(&after).expect("it stays YAML"), expected, "{after}");
        }
        if let Ok(after) = edit::remove(&file, item, "tier") {
            let mut expected = before.clone();
            expected[item].as_mapping_mut().expect("an item with keys").shift_remove("tier");
            assert_eq!(serde_yaml::from_str::<Value>(&after).expect("it stays YAML"), expected, "{after}");
        }
    }
    if let Ok(after) = edit::append(file.text(), "id: new\ntier: C") {
        let expected = before.as_sequence().cloned().unwrap_or_default();
        let after = serde_yaml::from_str::<Vec<Value>>(&after).expect("it stays a list");
        assert_eq!(after[..after.len() - 1], expected);
        assert_eq!(after[after.len() - 1]["id"], "new");
    }
}

/// The two parts of a file lie in it, one after the other, and the front matter is read to the end.
pub fn front_matter(data: &[u8]) {
    let Some(file) = file(data) else { return };
    let Ok(parts) = front_matter::split(&file) else { return };
    let text = file.text();
    assert!(text[parts.front.start..parts.front.end].len() <= text.len());
    assert!(parts.front.end <= parts.body_at);
    assert!(text[parts.front.end..parts.body_at].trim().trim_matches('-').is_empty());
    let mut found = Vec::new();
    let read = Document::part(&file, parts.front).read::<Value>(&mut found);
    assert!(read.is_some() || !found.is_empty(), "what cannot be read is said");
    found.iter().for_each(|finding| drop(finding.to_human(false)));
}

/// The pieces of an HTML text are the text again, and minified it says what it said before.
pub fn html(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut pieces = String::with_capacity(text.len());
    for token in scan(text) {
        match token {
            Token::Text(text) | Token::Raw(text) | Token::Declaration(text) => pieces.push_str(text),
            Token::Open(tag) => pieces.push_str(tag.raw),
            Token::Close(_, raw) | Token::Comment(_, raw) => pieces.push_str(raw),
        }
    }
    assert_eq!(pieces, text);
    let (before, after) = (visible_text(text), visible_text(&html::minified(text)));
    let letters = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(letters(&fold(&after)), letters(&fold(&before)), "{}", html::minified(text));
    // White space beside a block that is hidden is white space between the words around it, and that is not kept.
    if !["hidden", "style", "details"].iter().any(|word| text.to_ascii_lowercase().contains(word)) {
        assert_eq!(fold(&after), fold(&before), "{}", html::minified(text));
    }
    if !mark::has_marks(text) {
        assert_eq!(mark::decode(&mark::encode(text)), text);
        let finished = html::finish(&format!("<p>{}</p>", mark::encode(text)), &mut |_, _| None);
        assert_eq!(finished.matches('<').count(), 2, "a value is nothing but text: {finished}");
    }
    html::links(text);
    html::images(text);
}

/// A line of a journal that is read is written as a line that reads the same.
pub fn journal(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for line in text.lines() {
        if let Ok(entry) = Entry::parse(line) {
            let written = entry.to_line();
            assert!(!written.contains('\n'), "{written}");
            let again = Entry::parse(&written).expect("we read what we write");
            assert_eq!(again.to_line(), written);
            assert_eq!(
                (again.state, again.generation, &again.contact),
                (entry.state, entry.generation, &entry.contact)
            );
        }
    }
}

/// A message ends where it ends and nowhere before, whatever is in it.
pub fn message_body(data: &[u8]) {
    let Ok(sent) = with_final_dot(data) else { return };
    assert!(sent.ends_with(b"\r\n.\r\n") || sent == b".\r\n", "{sent:?}");
    let body = &sent[..sent.len() - 3];
    let mut back = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|&octet| octet == b'\n') {
        assert!(!line.starts_with(b".\r\n"), "it ends too early");
        back.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
    assert!(back == data || back == [data, b"\r\n"].concat(), "{back:?}");
}

/// Whatever a relay says is a reply, garbage or the beginning of a reply, and can be shown on a terminal.
pub fn smtp_reply(data: &[u8]) {
    let mut reading = Reading::default();
    for line in data.split(|&octet| octet == b'\n') {
        let shown = match reading.line(line.strip_suffix(b"\r").unwrap_or(line)) {
            Ok(None) => continue,
            Ok(Some(reply)) => {
                assert!((200..=559).contains(&reply.code()));
                reply.to_string() + &reply.kind()
            }
            Err(garbage) => {
                reading = Reading::default();
                garbage.0
            }
        };
        assert!(!shown.contains(char::is_control), "{shown:?}");
    }
}

/// What is read without a finding is what the library reads; what the library refuses has a finding.
pub fn yaml(data: &[u8]) {
    let Some(file) = file(data).filter(|file| !file.text().trim().is_empty()) else { return };
    let mut found = Vec::new();
    let read = Document::whole(&file).read::<Value>(&mut found);
    found.iter().for_each(|finding| drop(finding.to_human(false)));
    if found.is_empty() {
        let read = read.expect("what cannot be read is said").value;
        assert_eq!(serde_yaml::from_str::<Value>(file.text()).expect("the library reads it too"), read);
    }
}
