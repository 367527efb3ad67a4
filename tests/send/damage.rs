//! Whatever happens to a journal, nobody gets a mailing twice: either it is refused and left as it is, or everybody has it.

use std::fs;
use std::path::Path;

use bevara::load::{journal_record, journals};

use crate::programme::{MAILING, Programme, at_once, person};
use crate::scratch;
use crate::server::{Deed, Server};

const PEOPLE: usize = 4;

fn journal_path(programme: &Programme) -> std::path::PathBuf {
    programme.path(&format!("contacts/journal/{MAILING}.jsonl"))
}

/// A programme whose mailing has left, and the server that took it.
fn sent() -> (Programme, Server) {
    sent_to(PEOPLE)
}

fn sent_to(people: usize) -> (Programme, Server) {
    let programme = Programme::new(people, "connections: 1");
    let server = Server::new(|_| Deed::Fine);
    programme.send(&server, people, &[]).ends_with(0);
    assert_eq!(server.kept().len(), people);
    (programme, server)
}

/// Tries to send what the journal says is left; the status of the last command.
fn send_again(programme: &Programme, server: &Server) -> Option<i32> {
    let dry = programme.run(&server.url("smtp://"), &["send", MAILING, "--format", "json"]);
    if dry.status != Some(0) {
        return dry.status;
    }
    let shown: serde_json::Value = serde_json::from_str(&dry.stdout).expect("JSON");
    let count = usize::try_from(shown["confirm"].as_u64().expect("a number")).expect("a small one");
    programme.send(server, count, &["--resume"]).status
}

type Damage = (&'static str, fn(&str) -> Vec<u8>);

/// What happens to a file at one octet.
type AtOctet = (&'static str, fn(&mut Vec<u8>, usize));

/// What may happen to a file of lines, and does.
const DAMAGES: [Damage; 16] = [
    ("CR only", |text| text.replace('\n', "\r").into()),
    ("only NULs", |text| vec![0; text.len()]),
    ("NULs at the end", |text| [text.as_bytes(), &[0; 300]].concat()),
    ("a torn page of NULs", |text| {
        let mut bytes = text.as_bytes().to_vec();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 200].fill(0);
        bytes
    }),
    ("joined lines", |text| text.replace('\n', "").into()),
    ("joined by blanks", |text| text.replace('\n', " ").into()),
    ("one array", |text| format!("[{}]\n", text.trim_end().replace('\n', ",")).into()),
    ("pretty-printed", |text| {
        let values = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        values.map(|value| serde_json::to_string_pretty(&value).expect("JSON") + "\n").collect::<String>().into()
    }),
    ("keys twice", |text| text.replace(r#""state":"accepted""#, r#""state":"accepted","state":"planned""#).into()),
    ("UTF-16", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("conflict markers", |text| format!("<<<<<<< HEAD\n{text}=======\n>>>>>>> other\n").into()),
    ("the first half", |text| text[..text.len() / 2].into()),
    ("whole lines cut off", |text| {
        text.lines().take(PEOPLE).map(|line| format!("{line}\n")).collect::<String>().into()
    }),
    ("the second half", |text| text[text.len() / 2..].into()),
    ("empty", |_| Vec::new()),
    ("a pointer of Git LFS", |_| b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n".to_vec()),
];

#[test]
fn a_damaged_journal_is_refused_and_left_as_it_is() {
    let (programme, server) = sent();
    let text = fs::read_to_string(journal_path(&programme)).expect("a journal");
    at_once(&DAMAGES, |(name, damage)| {
        let twin = programme.twin();
        let damaged = damage(&text);
        fs::write(journal_path(&twin), &damaged).expect("written");
        assert_eq!(send_again(&twin, &server), Some(4), "{name}");
        assert_eq!(fs::read(journal_path(&twin)).expect("there"), damaged, "{name}: nothing is cut");
    });
    assert_eq!(server.kept().len(), PEOPLE, "nobody twice");
}

#[test]
fn a_journal_in_another_place_or_under_another_name_is_missed() {
    let (programme, server) = sent();
    let other_names: [fn(&Path); 7] = [
        |path| fs::remove_file(path).expect("removed"),
        |path| fs::rename(path, path.with_extension("JSONL")).expect("moved"),
        |path| fs::rename(path, path.with_extension("jsonl.txt")).expect("moved"),
        |path| fs::rename(path, path.with_extension("json")).expect("moved"),
        |path| fs::rename(path, path.with_file_name("newsletter.jsonl")).expect("moved"),
        |path| {
            fs::remove_file(path).expect("removed");
            fs::create_dir(path).expect("made");
        },
        |path| {
            let folder = path.parent().expect("a folder");
            fs::rename(folder, folder.with_file_name("journals")).expect("moved");
        },
    ];
    at_once(&other_names, |change| {
        let twin = programme.twin();
        change(&journal_path(&twin));
        let status = send_again(&twin, &server);
        assert!(matches!(status, Some(1 | 4)), "{status:?}");
    });
    assert_eq!(server.kept().len(), PEOPLE, "nobody twice");
}

#[test]
fn what_is_no_damage_is_read_and_nobody_gets_it_twice() {
    let (programme, server) = sent();
    let text = fs::read_to_string(journal_path(&programme)).expect("a journal");
    let harmless: [Damage; 7] = [
        ("CRLF", |text| text.replace('\n', "\r\n").into()),
        ("sorted", |text| {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.sort_unstable();
            (lines.join("\n") + "\n").into()
        }),
        ("backwards", |text| text.lines().rev().map(|line| format!("{line}\n")).collect::<String>().into()),
        ("twice, as a merge may leave it", |text| format!("{text}{text}").into()),
        ("blank lines", |text| text.replace('\n', "\n\n").into()),
        ("no end", |text| text.trim_end().into()),
        ("the beginning of a line more", |text| format!("{text}{{\"t\":\"2026-11-2").into()),
    ];
    at_once(&harmless, |(name, change)| {
        let twin = programme.twin();
        fs::write(journal_path(&twin), change(&text)).expect("written");
        assert_eq!(send_again(&twin, &server), Some(0), "{name}: nobody is left");
    });
    assert_eq!(server.kept().len(), PEOPLE, "nobody twice");
}

/// In the process itself, because there are so many: every octet of a journal cut off, removed, or put in the place of another.
#[test]
fn a_journal_damaged_at_any_octet_is_found_out_or_says_what_it_said() {
    const FEW: usize = 2;
    let (programme, _server) = sent_to(FEW);
    let whole = fs::read(journal_path(&programme)).expect("a journal");
    let mailing = MAILING.parse().expect("an id");
    let kinds: [AtOctet; 9] = [
        ("cut off", |bytes, at| bytes.truncate(at)),
        ("gone", |bytes, at| _ = bytes.remove(at)),
        ("NUL", |bytes, at| bytes[at] = 0),
        ("CR", |bytes, at| bytes[at] = b'\r'),
        ("LF", |bytes, at| bytes[at] = b'\n'),
        ("a quote", |bytes, at| bytes[at] = b'"'),
        ("another letter", |bytes, at| bytes[at] ^= 1),
        ("no UTF-8", |bytes, at| bytes[at] = 0xff),
        ("cut off in front", |bytes, at| _ = bytes.drain(..at)),
    ];
    let mut refused = 0;
    for (name, damage) in kinds {
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            damage(&mut bytes, at);
            fs::write(journal_path(&programme), &bytes).expect("written");
            let mut found = Vec::new();
            let journal = journals::read(&programme.path(""), &mailing, &[], &mut found);
            let missing = journal_record::missing(&programme.path(""), |id| id == MAILING).expect("read");
            if journal.is_err() || !found.is_empty() || !missing.is_empty() {
                refused += 1;
                continue;
            }
            let journal = journal.expect("read");
            for number in 1..=FEW {
                let last = journal.last(&person(number).parse().expect("an id"));
                assert!(
                    last.is_some_and(|entry| entry.state.is_sent()),
                    "{name} at {at}: {} is forgotten",
                    person(number)
                );
            }
        }
    }
    assert!(refused > whole.len() * 7, "{refused} of {}", whole.len() * 9);
}

/// Nothing at all remembers what was there: then a journal that was cut off looks like one of a run that was stopped, and all
/// that was attempted is still held back.
#[test]
fn without_a_record_what_was_attempted_is_held_back() {
    let (programme, server) = sent();
    let text = fs::read_to_string(journal_path(&programme)).expect("a journal");
    let without: String =
        text.lines().filter(|line| !line.contains("accepted")).map(|line| format!("{line}\n")).collect();
    fs::write(journal_path(&programme), without).expect("written");
    fs::remove_dir_all(programme.path("output/.journal")).expect("a record");
    assert_eq!(send_again(&programme, &server), Some(3), "everybody is in doubt");
    assert_eq!(server.kept().len(), PEOPLE);
}

#[test]
fn a_contact_with_another_id_and_a_mailing_with_another_id_have_left() {
    let (programme, server) = sent();
    let renamed = programme.twin();
    renamed.change(2, "id: p002", "id: persson");
    renamed.build();
    assert_eq!(send_again(&renamed, &server), Some(0));

    let plan = programme.read("content/plan/2026.yaml");
    programme.write("content/plan/2026.yaml", &plan.replace(&format!("id: {MAILING}"), "id: 2026-11-letter"));
    let other = |more: &[&str]| programme.run(&server.url("smtp://"), &[&["send", "2026-11-letter"], more].concat());
    programme.run("", &["build", "--mailing", "2026-11-letter"]).ends_with(0).says("orphan-journal");
    other(&[]).ends_with(1).says("left before").says("was: [2026-11-newsletter]");
    let with = |line: &str| plan.replace(&format!("id: {MAILING}"), &format!("id: 2026-11-letter\n    {line}"));
    programme.write("content/plan/2026.yaml", &with(&format!("was: [{MAILING}]")));
    programme.run("", &["build", "--mailing", "2026-11-letter"]).ends_with(0);
    other(&["--allow-dirty", "--confirm", "4"]).ends_with(2).says("0 messages");
    assert_eq!(server.kept().len(), PEOPLE, "nobody twice");
    programme.write("content/plan/2026.yaml", &with("again: true"));
    programme.run("", &["build", "--mailing", "2026-11-letter"]).ends_with(0);
    other(&["--allow-dirty", "--confirm", "4"]).ends_with(0);
    assert_eq!(server.kept().len(), 2 * PEOPLE, "somebody wanted it so");
}

#[test]
fn a_manifest_that_the_build_did_not_write_is_no_build() {
    let (programme, server) = sent();
    fs::remove_file(journal_path(&programme)).expect("removed");
    fs::remove_dir_all(programme.path("output/.journal")).expect("removed");
    let manifest = format!("output/mail/{MAILING}/manifest.jsonl");
    let text = programme.read(&manifest);
    for other in ["garbage\n".to_owned(), format!("{text}garbage\n"), format!("{text}{text}"), format!("{text}\n\n")] {
        let twin = programme.twin();
        twin.write(&manifest, &other);
        twin.send(&server, PEOPLE, &[]).ends_with(1).says("bevara build");
    }
    assert_eq!(server.kept().len(), PEOPLE);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_that_leaves_the_programme() {
    use std::os::unix::fs::symlink;
    let server = Server::new(|_| Deed::Fine);
    let outside = scratch::folder();
    let programme = Programme::new(1, "connections: 1");
    for (link, leads_to) in [
        ("contacts/journal".to_owned(), "folder"),
        (format!("contacts/journal/{MAILING}.jsonl"), "file.jsonl"),
        ("output/.sending".to_owned(), "folder"),
        ("output/.journal".to_owned(), "folder"),
    ] {
        let twin = programme.twin();
        let place = twin.path(&link);
        let _ = fs::remove_dir_all(&place);
        fs::create_dir_all(place.parent().expect("a folder")).expect("made");
        fs::create_dir_all(outside.path().join("folder")).expect("made");
        symlink(outside.path().join(leads_to), &place).expect("linked");
        twin.send(&server, 1, &[]);
        let written = fs::read_dir(outside.path().join("folder")).expect("a folder").count();
        assert!(written == 0 && !outside.path().join("file.jsonl").exists(), "{link}");
    }
    let twin = programme.twin();
    fs::remove_dir_all(twin.path("output")).expect("removed");
    symlink(outside.path().join("folder"), twin.path("output")).expect("linked");
    twin.run("", &["build"]).ends_with(4);
    assert_eq!(fs::read_dir(outside.path().join("folder")).expect("a folder").count(), 0);
}
