//! `output/mail/<mailing>/manifest.jsonl`: what was built for whom, a message a line.

use std::collections::HashMap;
use std::path::Path;
use std::{fs, io};

use serde_json::{Value, json};

use super::mail::Letter;
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
}

/// Where the manifest of a mailing lies below the output folder.
pub fn path(mailing: &MailingId) -> String {
    format!("mail/{mailing}/manifest.jsonl")
}

/// The line of a message, with its end.
pub(super) fn line(letter: &Letter<'_>, digest: Digest) -> String {
    let contact = letter.recipient.contact();
    let to = match letter.recipient.route() {
        Route::Email(address) => address.as_str(),
        Route::Post(_) => "",
    };
    let line = json!({
        "contact": contact.id.as_str(),
        "to": to,
        "tier": letter.recipient.tier().letter(),
        "language": letter.language.tag(),
        "signer": letter.signer.id.as_str(),
        "subject": letter.subject,
        "bytes": letter.bytes.len(),
        "sha256": digest.to_string(),
        "message_id": letter.message_id,
    });
    format!("{line}\n")
}

/// What was built of a mailing below `output`, by contact; `None` where nothing was. A line that no build has written counts as
/// not built.
///
/// # Errors
/// A file that the system does not let us read.
pub fn read(output: &Path, mailing: &MailingId) -> io::Result<Option<HashMap<ContactId, Built>>> {
    let text = match fs::read_to_string(output.join(path(mailing))) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(text.lines().filter_map(parse).collect()))
}

fn parse(line: &str) -> Option<(ContactId, Built)> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let sha256 = Digest::from_hex(text("sha256")?)?;
    Some((text("contact")?.parse().ok()?, Built { to: text("to")?.into(), sha256 }))
}
