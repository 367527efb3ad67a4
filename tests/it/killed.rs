//! Commands that write what people decided are killed: each file below `contacts/` is as it was or as it was to become, and the same
//! command ends what it began (design §3). `KILLS=300 cargo test --test it killed` kills each of them so often.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::edits::{Dice, count};
use crate::files;
use crate::post::on_paper;
use crate::programme::Programme;
use crate::run::{TODAY, bevara, finish};

type Files = BTreeMap<String, Vec<u8>>;

/// Sixty people of a fair, the first of whom is known already.
fn fair() -> String {
    let row = |number: usize| format!("Gäst,Nummer {number},Mässan AB,gast{number}@massan{number}.example\r\n");
    let known = "Erik,Åberg,Åbergs Glas AB,erik@aberg.example\r\n";
    let rows: String = (1..60).map(row).collect();
    format!("First Name,Last Name,Company,E-mail Address\r\n{known}{rows}")
}

fn command(programme: &Programme, arguments: &[&str]) -> Command {
    let mut command = bevara(programme.root());
    command.env("BEVARA_LINK_KEY", "kill-2026-kill-2026-kill-2026-key").args(["--today", TODAY, "-q"]).args(arguments);
    command
}

/// Every file below `contacts/` that is read: what is hidden the program keeps for itself, or a kill left it behind.
fn contacts(programme: &Programme) -> Files {
    let is_hidden = |path: &str| path.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
    files::read(&programme.path("contacts")).into_iter().filter(|(path, _)| !is_hidden(path)).collect()
}

/// Puts every file below `contacts/` back, removes what was not there, and forgets how long journals once were.
fn put_back(programme: &Programme, before: &Files) {
    let folder = programme.path("contacts");
    fs::remove_dir_all(&folder).expect("it was there");
    let _ = fs::remove_dir_all(programme.path("output/.journal"));
    for (path, bytes) in before {
        let place = folder.join(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        fs::write(place, bytes).expect("a file");
    }
}

/// Kills a command at random moments, half of them just after the first file has changed.
fn kill(programme: &Programme, arguments: &[&str], dice: &mut Dice) {
    let before = contacts(programme);
    let start = Instant::now();
    finish(&mut command(programme, arguments), programme.root()).succeeds();
    let usual = start.elapsed();
    let after = contacts(programme);
    assert_ne!(before, after, "{arguments:?} writes");
    let mut between = 0;
    for round in 0..count("KILLS", 3) {
        put_back(programme, &before);
        let stamps = files::stamps(&programme.path("contacts"));
        let mut child =
            command(programme, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let start = Instant::now();
        let is_waiting = || round % 2 == 1 && files::stamps(&programme.path("contacts")) == stamps;
        while is_waiting() && start.elapsed() < Duration::from_secs(20) && child.try_wait().expect("asked").is_none() {}
        let most = if round % 2 == 1 { 2_000 } else { usual.as_micros() as usize };
        std::thread::sleep(Duration::from_micros(dice.below(most.max(1)) as u64));
        child.kill().expect("it is ours");
        child.wait().expect("it ended");
        let left = contacts(programme);
        for (path, bytes) in &left {
            let is_whole = before.get(path) == Some(bytes) || is_written(path, bytes, &after);
            assert!(is_whole, "{arguments:?}, kill {round}: {path} is torn:\n{}", String::from_utf8_lossy(bytes));
        }
        let lost: Vec<&String> =
            before.keys().filter(|path| after.contains_key(*path) && !left.contains_key(*path)).collect();
        assert!(lost.is_empty(), "{arguments:?}, kill {round}: {lost:?} are gone");
        between += usize::from(left != before && left != after);
        if left != after {
            finish(&mut command(programme, arguments), programme.root()).succeeds();
        }
        files::assert_same(&contacts(programme), &after);
    }
    println!("{arguments:?}: {between} were killed between two writes");
}

/// A file has all that was to be written, a journal its first lines: it is written line by line.
fn is_written(path: &str, bytes: &[u8], after: &Files) -> bool {
    let Some(whole) = after.get(path) else { return false };
    match path.ends_with(".jsonl") {
        true => whole.starts_with(bytes) && (bytes.is_empty() || bytes.ends_with(b"\n")),
        false => whole == bytes,
    }
}

#[test]
fn an_import_that_is_killed_leaves_each_file_as_it_was_or_as_it_was_to_become() {
    let programme = Programme::new().file("list.csv", fair());
    kill(&programme, &["import", "list.csv", "--set", "tier=C", "owner=elin", "--write"], &mut Dice::new(1));
}

#[test]
fn letters_that_were_being_noted_as_posted_are_noted_once() {
    let programme = on_paper();
    programme.run(["build"]).succeeds();
    kill(&programme, &["post", "2026-12-christmas", "--posted", "2026-11-20"], &mut Dice::new(2));
}

#[test]
fn a_note_in_a_ledger_that_is_killed_is_there_or_not() {
    kill(
        &Programme::new(),
        &["log", "touch", "anna-lind", "call", "--note", "Vill se luckorna i ek"],
        &mut Dice::new(3),
    );
}

#[test]
fn somebody_who_was_being_forgotten_is_forgotten_by_the_same_command() {
    let programme = Programme::new();
    kill(&programme, &["person", "forget", "anna-lind", "--write"], &mut Dice::new(4));
}
