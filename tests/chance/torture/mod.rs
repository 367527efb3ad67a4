//! Names, firms and subjects that break mail merges: each comes back exactly, or is refused at load with its line.
//!
//! What the test builds below `target/tmp/torture` is read by `tests/acceptance/torture.py` with Python's own mail parser and
//! in Chromium.

mod corpus;
mod generator;
mod properties;
mod words;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

const MAILING: &str = "2027-01-torture";

/// The text every value of a contact is printed in, in many places; tokens stand around those that are looked for.
const CONTENT: &str = "---
subject: \"{{ contact.extra.subject }}\"
preheader: \"{{ contact.name.given }} {{ contact.company }}\"
---

QN {{ contact.name.full }} QQ

{{ contact.company }}

## QH {{ contact.company }} QQ

- QL {{ contact.extra.subject }} QQ
- **{{ contact.name.given }}**

> {{ contact.company }} *och* {{ contact.extra.subject }}

| Firma | Namn |
|---|---|
| QC {{ contact.company }} QQ | {{ contact.name.full }} |

[{{ contact.company }}](https://www.lindholm-saar.example/?firm={{ contact.company }}) `{{ contact.name.given }}`

{{ <button label={contact.company} href={links.refer} /> }}
";

/// What is printed in the layouts besides: an attribute, a style, a comment, a line of its own.
const IN_HTML: &str = "<p title=\"{{ contact.name.full }}\" style=\"color: {{ contact.company }}\">QB {{ contact.company }} QQ</p>\n\
<!-- {{ contact.company }} -->\n";
const IN_TEXT: &str = "QB {{ contact.company }}\nQQ {{ contact.name.full }}\n{{ contact.extra.subject }}\n\n";

struct Programme {
    root: PathBuf,
}

impl Programme {
    /// The demo with other contacts and one mailing.
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("torture").join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).expect("a folder");
        let programme = Programme { root };
        assert!(programme.run(&["init", "--demo"]).status.success());
        fs::remove_dir_all(programme.root.join("contacts")).expect("it was there");
        fs::remove_dir_all(programme.root.join("content/plan")).expect("it was there");
        programme.write("content/newsletters/torture.sv.md", CONTENT);
        programme.insert("templates/email/base.html", "{% block eyebrow %}", IN_HTML);
        programme.insert("templates/email/base.txt", "{% if links.browser %}", IN_TEXT);
        let plan = format!(
            "year: 2027\nmailings:\n  - {{id: {MAILING}, kind: newsletter, content: newsletters/torture, when: 2027-01-20, to: C, \
             channel: email, signed_by: ceo}}\n"
        );
        programme.write("content/plan/2027.yaml", &plan);
        programme
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    /// Puts `text` in front of a word of a file.
    fn insert(&self, path: &str, word: &str, text: &str) {
        let before = fs::read_to_string(self.root.join(path)).expect("a file");
        assert!(before.contains(word), "{word} in {path}");
        self.write(path, &before.replacen(word, &format!("{text}{word}"), 1));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bevara"));
        command.arg("-C").arg(&self.root).args(["-q", "--today", "2027-01-18"]).args(arguments);
        command.output().expect("bevara starts")
    }

    fn findings(&self) -> Vec<Value> {
        let output = self.run(&["--format", "json", "check"]);
        let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
        document["diagnostics"].as_array().expect("a list").clone()
    }
}

/// A text in double quotes; `escaped` writes everything beyond ASCII as an escape, which YAML needs for some characters.
fn yaml(text: &str, escaped: bool) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        let must = character.is_control()
            || matches!(character, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}'..='\u{ffff}');
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            _ if must || (escaped && !character.is_ascii()) => {
                let _ = write!(out, "\\U{:08X}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// A contact in one line.
fn contact(number: usize, name: &str, company: &str, subject: &str, escaped: bool) -> String {
    format!(
        "- {{id: t-{number:03}, name: {{given: {}}}, company: {}, email: t-{number:03}@firm.example, tier: C, language: sv, \
         owner: astrid, kind: customer, recipient: legal, basis: {{kind: customer, on: 2026-01-01}}, extra: {{subject: {}}}}}\n",
        yaml(name, escaped),
        yaml(company, escaped),
        yaml(subject, escaped),
    )
}

#[test]
fn the_list_has_five_hundred_texts() {
    let all: BTreeSet<String> = words::fine().into_iter().chain(words::refused()).collect();
    assert_eq!(all.len(), words::fine().len() + words::refused().len(), "no text stands there twice");
    assert!(all.len() >= words::COUNT, "{}", all.len());
}

#[test]
fn every_fine_text_is_built_and_adds_nothing_to_the_head() {
    let programme = Programme::new("fine");
    let texts = words::fine();
    let count = texts.len();
    let mut list = contact(0, "Anna Lind", "Linds AB", "Hej", false);
    let mut expected = vec![json!({"id": "t-000", "name": "Anna Lind", "company": "Linds AB", "subject": "Hej"})];
    for (index, name) in texts.iter().enumerate() {
        // Every text is a name once, a firm once and a subject once, in another company each time.
        let (company, subject) = (&texts[(index + 7) % count], &texts[(index + 31) % count]);
        list.push_str(&contact(index + 1, name, company, subject, index % 2 == 0));
        let id = format!("t-{:03}", index + 1);
        expected.push(json!({"id": id, "name": name, "company": company, "subject": subject}));
    }
    programme.write("contacts/people.yaml", &list);
    let output = programme.run(&["build", "--mailing", MAILING]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    programme.write("expected.json", &serde_json::to_string(&expected).expect("JSON"));
    let folder = programme.root.join(format!("output/mail/{MAILING}/messages"));
    let manifest = || fs::read_to_string(folder.join("../manifest.jsonl")).expect("a manifest");
    let stamped = manifest();
    assert!(programme.run(&["build", "--mailing", MAILING, "--reference"]).status.success());
    assert_eq!(stamped, manifest(), "stamped and rendered in full, the same bytes");
    let mut plain: Option<Vec<String>> = None;
    for number in 0..=count {
        let message = fs::read(folder.join(format!("t-{number:03}.eml"))).expect("a message");
        assert!(message.is_ascii());
        let message = String::from_utf8(message).expect("ASCII");
        let (head, _) = message.split_once("\r\n\r\n").expect("a head and a body");
        let names: Vec<String> = head
            .split("\r\n")
            .filter(|line| !line.starts_with(' '))
            .map(|line| line.split(':').next().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(*plain.get_or_insert(names.clone()), names, "t-{number:03}");
        assert!(message.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])), "t-{number:03}");
    }
}

#[test]
fn every_other_text_is_refused_with_its_line() {
    let programme = Programme::new("refused");
    let mut list = String::from("# Line 1.\n");
    let mut lines = Vec::new();
    for (index, text) in words::refused().iter().enumerate() {
        for (name, company) in [(text.as_str(), "Linds AB"), ("Anna Lind", text.as_str())] {
            list.push_str(&contact(lines.len(), name, company, "Hej", index % 2 == 0));
            lines.push((list.lines().count(), text.clone()));
        }
    }
    programme.write("contacts/people.yaml", &list);
    let findings = programme.findings();
    for (line, text) in lines {
        let here = |finding: &&Value| finding["file"] == "contacts/people.yaml" && finding["line"] == line;
        let found: Vec<_> = findings.iter().filter(here).collect();
        assert!(found.iter().any(|finding| finding["severity"] == "error"), "line {line}, {text:?}: {findings:#?}");
        let message = found[0]["message"].as_str().expect("a text");
        assert!(!message.contains(|character: char| character.is_control()), "{message:?}");
    }
}

#[test]
fn a_control_character_in_the_file_itself_has_its_line_too() {
    for character in ['\u{1}', '\u{7}', '\u{1b}', '\u{7f}', '\u{ffff}'] {
        let programme = Programme::new("raw");
        let first = contact(1, "Anna Lind", "Linds AB", "Hej", false);
        let bad = contact(2, "Bo Ek", "Ek", "Hej", false).replace("Bo", &format!("B{character}o"));
        programme.write(
            "contacts/people.yaml",
            &format!("{first}# {{\n{bad}{}", contact(3, "Eva Ask", "Ask", "Hej", false)),
        );
        let findings = programme.findings();
        let places: Vec<_> = findings.iter().map(|found| (found["file"].as_str(), found["line"].as_u64())).collect();
        assert!(places.contains(&(Some("contacts/people.yaml"), Some(3))), "{character:?}: {findings:#?}");
    }
}
