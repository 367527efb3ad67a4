//! Signs every message of the demo's years with both kinds of keys, for a verifier that is not ours.
//!
//! What is written to `target/tmp/dkim` is verified by `tests/acceptance/verify_dkim.py`, which needs dkimpy.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use mail::dkim::{Key, sign};

const DOMAIN: &str = "lindholm-saar.example";

fn manifest(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn bevara(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bevara"));
    let output = command.arg("-C").arg(folder).args(["-q", "--today", "2027-01-04"]).args(arguments).output();
    let output = output.expect("bevara starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The demo with an endpoint for one-click opt-outs, so that every field that can be signed is there.
fn demo(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("a folder");
    bevara(folder, &["init", "--demo"]);
    let path = folder.join("bevara.yaml");
    let settings = fs::read_to_string(&path).expect("a file");
    let mailbox = "unsubscribe: {mailto:";
    assert!(settings.contains(mailbox));
    let endpoint = format!("unsubscribe: {{url: \"https://www.{DOMAIN}/unsubscribe\", mailto:");
    fs::write(&path, settings.replace(mailbox, &endpoint)).expect("written");
}

fn messages(folder: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths
    };
    let mailings = entries(folder).into_iter().map(|mailing| mailing.join("messages")).filter(|path| path.is_dir());
    mailings.flat_map(|folder| entries(&folder)).collect()
}

#[test]
fn every_message_of_the_demo_is_signed_with_both_keys() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dkim");
    demo(&folder.join("demo"));
    bevara(&folder.join("demo"), &["build", "--all", "--only", "mail"]);
    let keys: BTreeMap<&str, Key> = ["rsa", "ed25519"]
        .map(|name| (name, Key::load(Some(&manifest(&format!("tests/keys/{name}.pem")))).expect("a key")))
        .into();
    let at: Timestamp = "2026-01-07T08:00:00Z".parse().expect("a moment");
    let signed = folder.join("signed");
    let _ = fs::remove_dir_all(&signed);
    fs::create_dir_all(&signed).expect("a folder");
    let messages = messages(&folder.join("demo/output/mail"));
    assert!(messages.len() > 1000, "the demo has {} messages", messages.len());
    for (number, path) in messages.iter().enumerate() {
        let message = fs::read(path).expect("a message");
        let mut whole: Vec<u8> =
            keys.iter().flat_map(|(name, key)| sign(&message, key, name, DOMAIN, at).into_bytes()).collect();
        for line in whole.split(|&byte| byte == b'\n') {
            assert!(line.len() <= 79 && line.is_ascii(), "{}", String::from_utf8_lossy(line));
        }
        whole.extend_from_slice(&message);
        fs::write(signed.join(format!("{number:05}.eml")), whole).expect("written");
    }
    let records: BTreeMap<String, String> =
        keys.iter().map(|(name, key)| (format!("{name}._domainkey.{DOMAIN}"), key.record())).collect();
    fs::write(signed.join("records.json"), serde_json::to_string(&records).expect("JSON")).expect("written");
}

#[test]
fn a_signature_depends_on_nothing_but_its_input() {
    let key = Key::load(Some(&manifest("tests/keys/rsa.pem"))).expect("a key");
    let at: Timestamp = "2026-01-07T08:00:00Z".parse().expect("a moment");
    let message = b"From: a@lindholm-saar.example\r\nSubject: x\r\n\r\nHej\r\n";
    let once = sign(message, &key, "rsa", DOMAIN, at);
    assert_eq!(once, sign(message, &key, "rsa", DOMAIN, at));
    assert_ne!(once, sign(&message.to_ascii_uppercase(), &key, "rsa", DOMAIN, at));
}
