//! `bevara dkim-record`

use serde_json::json;

use super::Outcome;
use super::session::Session;
use super::terminal::Terminal;
use mail::dkim::Key;

/// Longest string of a TXT record, in octets (RFC 1035 §3.3).
const MAX_STRING: usize = 255;

/// Prints the DNS record under which receivers find the public key.
pub fn run(session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let Some(dkim) = &session.programme.settings.dkim else {
        let hint =
            format!("add `dkim: {{selector: 2027a, domain: {}}}`", session.programme.settings.sender.email.domain());
        terminal.failure("bevara.yaml has no `dkim:`, so mail is not signed", Some(&hint));
        return Err(Outcome::Usage);
    };
    let key = Key::load(session.dkim_key_file().as_deref()).map_err(|error| {
        terminal.failure(&error.to_string(), Some(error.hint()));
        Outcome::Environment
    })?;
    let name = dkim.record_name();
    let record = key.record();
    let strings = strings(&record);
    if terminal.is_json() {
        terminal.document(json!({
            "name": name,
            "type": "TXT",
            "value": record,
            "strings": strings,
            "algorithm": key.algorithm(),
            "bits": key.bits(),
        }));
        return Ok(Outcome::Done);
    }
    let quoted: Vec<String> = strings.iter().map(|string| format!("\"{string}\"")).collect();
    terminal.result(&match &quoted[..] {
        [only] => format!("{name}. IN TXT {only}"),
        several => format!("{name}. IN TXT (\n  {}\n)", several.join("\n  ")),
    });
    let next = "publish it, look it up with `dig TXT`, and only then send";
    terminal.next(&format!("{}, {} bits: {next}", key.algorithm(), key.bits()));
    Ok(Outcome::Done)
}

/// The value cut into the strings of a TXT record; receivers join them without white space.
fn strings(value: &str) -> Vec<&str> {
    let mut rest = value;
    let mut strings = Vec::new();
    while !rest.is_empty() {
        let (string, behind) = rest.split_at(rest.len().min(MAX_STRING));
        strings.push(string);
        rest = behind;
    }
    strings
}
