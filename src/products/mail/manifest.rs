//! `output/mail/<mailing>/manifest.jsonl`: what was built for whom, a message a line.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::{fs, io};

use serde::Serialize;
use serde_json::Value;

use super::built::BuiltMessage;
use super::inputs;
use crate::model::id::{ContactId, MailingId};
use crate::plan::Route;
use store::digest::Digest;

/// The message that was built for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The address.
    pub to: Box<str>,
    /// The digest of the whole message.
    pub sha256: Digest,
    /// What it was made of.
    pub inputs: Box<str>,
    /// Its length.
    pub bytes: usize,
}

/// Where the manifest of a mailing lies below the output folder.
pub fn path(mailing: &MailingId) -> String {
    format!("mail/{mailing}/manifest.jsonl")
}

/// A line of the manifest; keys stand in the order of the alphabet.
#[derive(Serialize)]
struct ManifestLine<'l> {
    bytes: usize,
    contact: &'l str,
    inputs: &'l str,
    language: &'l str,
    message_id: &'l str,
    sha256: &'l str,
    signer: &'l str,
    subject: &'l str,
    tier: &'l str,
    to: &'l str,
}

/// The line of a message, with its end.
pub(super) fn line(letter: &BuiltMessage<'_>, digest: Digest) -> String {
    let to = match letter.recipient.route() {
        Route::Email(address) => address.as_str(),
        Route::Post(_) => "",
    };
    let inputs = letter.inputs.as_ref().map_or_else(|| Cow::Owned(inputs::of_bytes(digest)), Cow::Borrowed);
    let contact = letter.recipient.key();
    let line = ManifestLine {
        bytes: letter.bytes.len(),
        contact: contact.as_str(),
        inputs: &inputs,
        language: letter.language.tag(),
        message_id: &letter.message_id,
        sha256: &digest.to_string(),
        signer: letter.signer.id.as_str(),
        subject: &letter.subject,
        tier: letter.recipient.tier().letter(),
        to,
    };
    let mut line = serde_json::to_string(&line).expect("texts and a number");
    line.push('\n');
    line
}

/// What was built of a mailing below `output`, by contact; `None` where nothing was, or where what lies there is not what the last
/// build wrote: another digest than `manifest.json` has, a line that no build writes, two lines of one contact.
///
/// # Errors
/// A file that the system does not let us read.
pub fn read_as_built(output: &Path, mailing: &MailingId) -> io::Result<Option<HashMap<ContactId, Built>>> {
    let path = path(mailing);
    let Some(bytes) = if_there(fs::read(output.join(&path)))? else { return Ok(None) };
    let Some(all) = if_there(fs::read(output.join("manifest.json")))? else { return Ok(None) };
    let written: HashMap<String, String> = serde_json::from_slice(&all).unwrap_or_default();
    if written.get(&path).and_then(|digest| Digest::from_hex(digest)) != Some(Digest::of(&bytes)) {
        return Ok(None);
    }
    let Ok(text) = String::from_utf8(bytes) else { return Ok(None) };
    let mut built = HashMap::new();
    for line in text.lines() {
        let is_new = parse(line).is_some_and(|(contact, message)| built.insert(contact, message).is_none());
        if !is_new {
            return Ok(None);
        }
    }
    Ok(Some(built))
}

fn if_there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse(line: &str) -> Option<(ContactId, Built)> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let sha256 = Digest::from_hex(text("sha256")?)?;
    let bytes = value.get("bytes")?.as_u64()?.try_into().ok()?;
    let built = Built { to: text("to")?.into(), sha256, inputs: text("inputs")?.into(), bytes };
    Some((ContactId::parse_key(text("contact")?).ok()?, built))
}

/// A line of an earlier manifest, as far as a build needs to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EarlierLine<'t> {
    /// With its end.
    pub(super) line: &'t str,
    pub(super) inputs: &'t str,
    pub(super) bytes: u64,
}

/// The lines of a manifest that a build wrote, by contact. Only what is asked of them is read: there may be 62,500.
pub(super) fn earlier_lines(text: &str) -> HashMap<&str, EarlierLine<'_>> {
    text.split_inclusive('\n').filter_map(earlier_line).collect()
}

fn earlier_line(line: &str) -> Option<(&str, EarlierLine<'_>)> {
    // Within a text a quote has a backslash before it: such a key is found nowhere else.
    let behind = |key: &str| line.find(key).map(|at| &line[at + key.len()..]);
    let text = |key: &str| behind(key)?.split_once('"').map(|(text, _)| text);
    let bytes = behind("\"bytes\":")?.split([',', '}']).next()?.parse().ok()?;
    Some((text("\"contact\":\"")?, EarlierLine { line, inputs: text("\"inputs\":\"")?, bytes }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_read_as_json_reads_it() {
        let line = json!({
            "contact": "anna-lind@2027-01-02",
            "to": "\"inputs\":\"no\"@lind.example",
            "subject": "\\\"contact\":\"nobody\", \"bytes\":7,",
            "bytes": 26_000,
            "inputs": "xj4bnp4pahh6uqkbidpf3lrceo",
        });
        let text = format!("{line}\n");
        let expected = EarlierLine { line: &text, inputs: "xj4bnp4pahh6uqkbidpf3lrceo", bytes: 26_000 };
        assert_eq!(earlier_lines(&text), HashMap::from([("anna-lind@2027-01-02", expected)]));
        assert_eq!(earlier_lines("garbage\n{}\n"), HashMap::new());
    }
}
