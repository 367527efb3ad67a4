//! Properties of every message of the demo programme (design §4).

use std::collections::{BTreeMap, HashSet};
use std::fs;

use data_encoding::HEXLOWER;
use memchr::{memchr, memchr2_iter, memmem};
use ring::digest::{SHA256, digest};
use serde_json::Value;

use crate::demo;
use crate::files;
use crate::message::Part;

/// Every message by its path below `output/mail`.
fn messages() -> BTreeMap<String, Vec<u8>> {
    let all = files::read(&demo::output().join("mail"));
    all.into_iter().filter(|(path, _)| path.ends_with(".eml")).collect()
}

#[test]
fn lines_end_in_crlf_and_are_no_longer_than_allowed() {
    for (path, bytes) in messages() {
        assert!(bytes.is_ascii() && bytes.ends_with(b"\r\n"), "{path}");
        let ends: Vec<usize> = memmem::find_iter(&bytes, "\r\n").collect();
        assert_eq!(ends.len() * 2, memchr2_iter(b'\r', b'\n', &bytes).count(), "{path}: a bare CR or LF");
        assert_eq!(memchr(0, &bytes), None, "{path}");
        let head = memmem::find(&bytes, b"\r\n\r\n").expect("a blank line");
        for line in std::str::from_utf8(&bytes[..head]).expect("ASCII").split("\r\n") {
            // A single word that is longer cannot be folded (RFC 5322 §2.1.1): an address of a List-Unsubscribe.
            let foldable = line.trim_start().contains(' ');
            assert!(line.len() <= if foldable { 78 } else { 998 }, "{path}: {line}");
        }
        let begins = ends.iter().map(|end| end + 2);
        for line in begins.zip(&ends[1..]).map(|(begin, &end)| &bytes[begin..end]).skip_while(|line| !line.is_empty()) {
            let is_short = line.len() <= 76 || line.starts_with(b"Content-");
            assert!(is_short, "{path}: {}", String::from_utf8_lossy(line));
        }
    }
}

#[test]
fn every_message_has_the_fields_it_needs_once_and_no_other() {
    let mut ids = HashSet::new();
    for (path, bytes) in messages() {
        let message = Part::parse(std::str::from_utf8(&bytes).expect("ASCII"));
        let needed = [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "List-Id",
            "List-Unsubscribe",
            "MIME-Version",
            "Content-Type",
        ];
        for name in needed {
            assert!(!message.field(name).is_empty(), "{path}: {name}");
        }
        let known = |name: &str| needed.contains(&name) || name == "Reply-To";
        assert!(message.fields.iter().all(|(name, _)| known(name)), "{path}: {:?}", message.fields);
        assert!(ids.insert(message.field("Message-ID")), "{path}: its Message-ID is taken");
        assert!(message.field("From").ends_with("<hej@lindholm-saar.example>"), "{path}");
    }
}

#[test]
fn every_message_has_a_text_and_then_an_html_that_is_small_enough() {
    for (path, bytes) in messages() {
        let message = Part::parse(std::str::from_utf8(&bytes).expect("ASCII"));
        assert!(message.field("Content-Type").starts_with("multipart/alternative"), "{path}");
        let parts = message.parts();
        assert_eq!(parts.len(), 2, "{path}");
        assert!(parts[0].field("Content-Type").starts_with("text/plain"), "{path}");
        let html = parts[1].find("text/html").expect("an HTML part").text();
        assert!(html.len() < 100 * 1024, "{path}: {} bytes", html.len());
        assert!(html.contains("<html lang=\"") && html.contains("color-scheme"), "{path}");
        let text = parts[0].text();
        for raw in ["{{", "{%", "**", "](", "<p", "&amp;"] {
            assert!(!text.contains(raw), "{path}: `{raw}` in the text part");
        }
        for raw in ["{{", "{%", "src=\"images/"] {
            assert!(!html.contains(raw), "{path}: `{raw}` in the HTML part");
        }
    }
}

#[test]
fn every_picture_of_a_message_travels_with_it() {
    for (path, bytes) in messages() {
        let message = Part::parse(std::str::from_utf8(&bytes).expect("ASCII"));
        let html = message.find("text/html").expect("an HTML part").text();
        let related = &message.parts()[1];
        let sent: HashSet<String> =
            related.parts().iter().filter(|part| part.has("Content-ID")).map(|part| part.field("Content-ID")).collect();
        let shown: HashSet<String> = html
            .split("cid:")
            .skip(1)
            .map(|rest| format!("<{}>", rest.split(['"', '\'', ')']).next().unwrap_or_default()))
            .collect();
        assert_eq!(shown, sent, "{path}");
    }
}

#[test]
fn the_manifest_of_a_mailing_tells_the_truth_about_every_message() {
    let output = demo::output();
    let messages = messages();
    let mut listed = 0;
    for path in files::paths(&output).into_iter().filter(|path| path.ends_with("/manifest.jsonl")) {
        let folder = path.trim_start_matches("mail/").trim_end_matches("manifest.jsonl");
        let text = fs::read_to_string(output.join(&path)).expect("a file");
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).expect("an object a line");
            let name = format!("{folder}messages/{}.eml", line["contact"].as_str().expect("an id"));
            let bytes = &messages[&name];
            assert_eq!(line["sha256"], HEXLOWER.encode(digest(&SHA256, bytes).as_ref()), "{name}");
            assert_eq!(line["bytes"], bytes.len(), "{name}");
            let message = Part::parse(std::str::from_utf8(bytes).expect("ASCII"));
            assert_eq!(line["subject"], message.field("Subject"), "{name}");
            assert_eq!(message.field("Message-ID"), format!("<{}>", line["message_id"].as_str().expect("an id")));
            let to = message.field("To");
            let address = line["to"].as_str().expect("an address");
            assert!(to == address || to.ends_with(&format!("<{address}>")), "{name}: {to}");
            for key in ["tier", "language", "signer"] {
                assert!(line[key].is_string(), "{name}: {key}");
            }
            listed += 1;
        }
    }
    assert_eq!(listed, messages.len());
    assert!(listed > 1000);
}
