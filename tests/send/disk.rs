//! The journal's disk: full, written by another, torn.

use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::programme::{MAILING, Programme};
use crate::server::{Deed, Phase, Server};

/// `send` in a shell that lets no file grow beyond so many blocks of 512 bytes.
fn send_with_little_room(
    programme: &Programme,
    server: &Server,
    people: usize,
    blocks: usize,
) -> (Option<i32>, String) {
    let send = programme
        .command(&server.url("smtp://"), &["send", MAILING, "--allow-dirty", "--confirm", &people.to_string()]);
    let mut shell = Command::new("sh");
    // A write beyond the limit is an error and no signal then.
    shell.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")).arg(send.get_program());
    shell.args(send.get_args()).current_dir(programme.path("")).env("NO_COLOR", "1");
    let output = shell.env("BEVARA_SMTP_URL", server.url("smtp://")).stdin(Stdio::null()).output().expect("a shell");
    (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
fn when_the_journal_cannot_grow_nothing_more_is_sent() {
    let whole = Programme::new(20, "connections: 2");
    // From no room for the first line to room for nearly everything.
    for blocks in [0, 1, 4, 8, 12, 16, 20] {
        let programme = whole.twin();
        let server = Server::new(|_| Deed::Fine);
        let (status, stderr) = send_with_little_room(&programme, &server, 20, blocks);
        server.settle();
        let kept = server.kept().len();
        if status == Some(0) {
            assert_eq!(kept, 20);
            continue;
        }
        assert_eq!(status, Some(4), "{blocks} blocks: {stderr}");
        assert!(kept < 20, "{blocks} blocks");
        // Whatever is at the server was written down before.
        let begun: Vec<String> = programme
            .journal()
            .iter()
            .filter(|line| line["state"] == "attempting")
            .map(|line| line["message_id"].as_str().expect("an id").to_owned())
            .collect();
        for message in server.kept() {
            assert!(begun.contains(&message.message_id), "{blocks} blocks: {} left unwritten", message.to);
        }
        // With room again, the rest gets theirs and nobody gets two.
        let doubts =
            programme.states().values().filter(|state| ["attempting", "in_doubt"].contains(&state.as_str())).count();
        let accepted = programme.in_state("accepted").len();
        let again = programme.send(&server, 20 - accepted - doubts, &["--resume"]);
        assert!(matches!(again.status, Some(0 | 3)), "{}", again.stderr);
        server.settle();
        assert!(server.by_address().values().all(|&count| count == 1), "{blocks} blocks: {:?}", server.by_address());
        assert!(server.kept().len() >= 20 - doubts);
    }
}

#[test]
fn a_full_device_is_said_and_nothing_is_sent() {
    let programme = Programme::new(3, "connections: 1");
    let journal = programme.path(&format!("contacts/journal/{MAILING}.jsonl"));
    std::fs::create_dir_all(journal.parent().expect("a folder")).expect("made");
    std::os::unix::fs::symlink("/dev/full", &journal).expect("linked");
    let server = Server::new(|_| Deed::Fine);
    let run = programme.send(&server, 3, &[]);
    assert!(run.status != Some(0) && server.kept().is_empty(), "{}", run.stderr);
}

#[test]
fn of_two_senders_at_the_same_time_one_is_turned_away() {
    let programme = Programme::new(6, "connections: 2");
    let released: Arc<OnceLock<()>> = Arc::default();
    let gate = Arc::clone(&released);
    let server = Server::new(move |moment| {
        if moment.phase == Phase::Dot {
            gate.wait();
        }
        Deed::Fine
    });
    let first = programme.start(&server.url("smtp://"), 6, &[]);
    while programme.in_state("attempting").len() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let another = "another sender has this mailing";
    programme.send(&server, 4, &["--resume"]).ends_with(4).says(another);
    programme.run("", &["send", MAILING, "--resolve", "assume-sent"]).ends_with(4).says(another);
    released.set(()).expect("once");
    let output = first.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(server.kept().len() == 6 && server.by_address().len() == 6);
}

#[test]
fn a_torn_last_line_is_cut_and_what_it_began_to_say_never_was() {
    let programme = Programme::new(4, "connections: 1");
    let server = Server::new(|_| Deed::Fine);
    programme.send(&server, 4, &["--limit", "2"]);
    programme.send(&server, 2, &["--limit", "2"]).ends_with(0);
    let path = format!("contacts/journal/{MAILING}.jsonl");
    let journal = programme.read(&path);
    programme.write(&path, &format!("{journal}{{\"t\":\"2026-11-25T0"));
    programme.send(&server, 2, &["--resume"]).ends_with(0);
    let after = programme.read(&path);
    assert!(after.starts_with(&journal) && after.ends_with('\n') && !after.contains("T0{"), "{after}");
    assert_eq!(programme.in_state("accepted"), [1, 2, 3, 4]);
    assert_eq!(server.kept().len(), 4);
}
