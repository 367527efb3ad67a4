//! `bevara send` without a relay: dry runs, refusals, proofs, Maildirs, parts, and what a person decides about doubts.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::files;
use crate::programme::Programme;
use crate::run::{Run, bevara, finish};

const NEWSLETTER: &str = "2026-11-newsletter";
const LETTER: &str = "2026-12-letter";
const JOURNAL: &str = "contacts/journal/2026-11-newsletter.jsonl";

/// The day of the newsletter.
const DAY: &str = "2026-11-25";

impl Programme {
    /// Runs `send` for the newsletter on its day.
    fn send(&self, arguments: &[&str]) -> Run {
        self.send_on(DAY, NEWSLETTER, arguments)
    }

    fn send_on(&self, day: &str, mailing: &str, arguments: &[&str]) -> Run {
        let mut command = bevara(self.root());
        command.args(["--today", day, "send", mailing]).args(arguments);
        if arguments.contains(&"--confirm") && !self.path(".git").exists() {
            command.arg("--allow-dirty");
        }
        finish(&mut command, self.root())
    }

    /// The programme, built.
    fn built(self) -> Self {
        self.run(["-q", "build", "--all"]).succeeds();
        self
    }

    /// The ids in one state, by what `--status` says.
    fn in_state(&self, state: &str) -> Vec<String> {
        let status = self.send(&["--status", "--format", "json"]).succeeds().json();
        let entries = status[state].as_array().expect("a list");
        entries.iter().map(|entry| entry["contact"].as_str().expect("an id").to_owned()).collect()
    }

    fn letters(&self) -> BTreeSet<String> {
        let names = fs::read_dir(self.path("queue/new")).expect("a Maildir");
        names.map(|name| name.expect("a name").file_name().to_string_lossy().into_owned()).collect()
    }
}

fn line(contact: &str, state: &str, id: &str) -> String {
    format!(r#"{{"t":"2026-11-25T08:00:00Z","contact":"{contact}","state":"{state}","message_id":"{id}"}}"#) + "\n"
}

#[test]
fn a_dry_run_shows_what_would_leave_and_writes_nothing() {
    let programme = Programme::new().built();
    let before = files::read(programme.root());
    let run = programme.send(&[]).succeeds();
    for shown in [
        "6 messages",
        "A 2 · B 2 · C 2",
        "en 3 · sv 3",
        "1 do-not-contact, 1 unsubscribed",
        "BEVARA_SMTP_URL is not set",
        "for 2026-11-25",
    ] {
        assert!(run.stdout.contains(shown), "{shown}\n{}", run.stdout);
    }
    assert!(run.stdout.lines().count() < 20, "it fits a screen");
    assert!(run.stderr.ends_with("→ bevara send 2026-11-newsletter --confirm 6\n"), "{}", run.stderr);
    let document = programme.send(&["--limit", "4", "--format", "json"]).succeeds().json();
    assert_eq!(document["confirm"], 4);
    assert_eq!(document["command"], "bevara send 2026-11-newsletter --limit 4 --confirm 4");
    assert_eq!((&document["beyond_limit"], &document["left_out"][1]["code"]), (&2.into(), &"unsubscribed".into()));
    assert!(files::read(programme.root()) == before, "nothing was written");
}

#[test]
fn what_is_confirmed_leaves_once_and_the_journal_has_it() {
    let programme = Programme::new().built();
    programme.send(&["--via", "maildir:queue", "--confirm", "5"]).ends_with(2);
    assert!(!programme.path("contacts/journal").join("2026-11-newsletter.jsonl").exists());
    let mut command = bevara(programme.root());
    let folder = format!("maildir:{}", programme.path("queue").display());
    command.args(["--today", DAY, "send", NEWSLETTER, "--allow-dirty", "--via", &folder, "--confirm", "6"]);
    finish(&mut command, programme.root()).succeeds();
    let letters = programme.letters();
    assert_eq!(letters.len(), 6);
    let built = programme.read("output/mail/2026-11-newsletter/messages/anna-lind.eml");
    let id = built.split("Message-ID: <").nth(1).and_then(|rest| rest.split('@').next()).expect("an id");
    let undated = |text: String| text.lines().filter(|line| !line.starts_with("Date: ")).collect::<String>();
    assert_eq!(undated(programme.read(&format!("queue/new/{id}.bevara"))), undated(built));
    let states: Vec<&str> = ["planned", "attempting", "accepted"].into();
    for state in states {
        assert_eq!(programme.read(JOURNAL).matches(&format!(r#""state":"{state}""#)).count(), 6, "{state}");
    }
    programme.send(&["--confirm", "6"]).ends_with(2);
    let again = programme.send(&[]).succeeds();
    assert!(again.stdout.contains("0 messages") && !again.stderr.contains("--confirm"), "{}", again.stdout);
    assert_eq!(programme.letters(), letters);
}

#[test]
fn an_mbox_and_a_command_are_ways_out_too() {
    let programme = Programme::new().built();
    let path = programme.path("out.mbox");
    let only = ["--only", "anna-lind,brian-oneill"];
    let mbox = format!("mbox:{}", path.display());
    programme.send(&[&only[..], &["--via", &mbox, "--confirm", "2"]].concat()).succeeds();
    let text = programme.read("out.mbox");
    assert_eq!(text.lines().filter(|line| line.starts_with("From ")).count(), 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Takes the first, wants the second later, refuses the third, and does not survive the fourth.
        let script = "#!/bin/sh\ncat >>\"$0.out\"\ncase $5 in cecilia*) exit 0;; david*) exit 75;; erik*) exit 67;; esac\nkill -9 $$\n";
        let programme = programme.file("sendmail", script);
        let program = programme.path("sendmail");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("allowed");
        let via = format!("sendmail:{}", program.display());
        programme.send(&["--via", &via, "--confirm", "4"]).ends_with(3);
        assert_eq!(programme.in_state("deferred"), ["david-okafor"]);
        assert_eq!(programme.in_state("refused"), ["erik-aberg"]);
        assert_eq!(programme.in_state("in_doubt"), ["fiona-gray"]);
        assert!(!programme.read("sendmail.out").contains('\r'), "lines end as the system has them");
    }
}

#[test]
fn a_message_that_was_not_built_or_is_another_now_does_not_leave() {
    let programme = Programme::new();
    let run = programme.send(&["--confirm", "6"]).ends_with(1);
    assert!(run.stderr.contains("no message of `2026-11-newsletter` was built"), "{}", run.stderr);
    assert!(run.stderr.contains("bevara build --mailing 2026-11-newsletter"), "{}", run.stderr);
    let programme = programme.built().replace("contacts/people.yaml", "given: Brian", "given: Bryan").contact(
        "nils-ny",
        "Nils Ny",
        "email: nils@ny.example\nlanguage: sv\ntier: C\nowner: elin\nbasis: {kind: customer, evidence: order}",
    );
    let run = programme.send(&[]).ends_with(1);
    assert!(run.stderr.contains("1 new, 1 changed of 7 messages (brian-oneill, nils-ny)"), "{}", run.stderr);
    let moved = Programme::new().built().replace("contacts/people.yaml", "fiona@gray.example", "fiona@grey.example");
    moved.send(&["--confirm", "6"]).ends_with(1);
}

#[test]
fn r04_r26_an_audience_that_shrinks_needs_no_build() {
    let programme = Programme::new()
        .built()
        .replace(
            "contacts/people.yaml",
            "email: anna@linds-bokhandel.example\n",
            "email: anna@linds-bokhandel.example\n  pause: {until: 2027-01-07}\n",
        )
        .append("contacts/do-not-contact.yaml", "- email: brian@oneill.example\n  why: asked us to\n");
    let document = programme.send(&["--format", "json"]).succeeds().json();
    assert_eq!(document["confirm"], 4);
    let left: BTreeSet<&str> =
        document["left_out"].as_array().expect("a list").iter().filter_map(|one| one["code"].as_str()).collect();
    assert_eq!(left, BTreeSet::from(["do-not-contact", "paused", "unsubscribed", "wall"]));
}

#[test]
fn errors_of_the_programme_keep_everything_at_home() {
    let programme = Programme::new().built();
    let wrong = programme.append("content/newsletters/november.sv.md", "\n{{ contact.nam.given }}\n");
    wrong.send(&["--confirm", "6"]).ends_with(1);
    assert!(!wrong.path(JOURNAL).exists());
}

#[test]
fn another_day_than_its_own_is_a_decision() {
    let programme = Programme::new().built();
    for (day, words) in
        [("2026-11-24", "its day is 2026-11-25"), ("2026-12-03", "its day was 2026-11-25, more than 7 days ago")]
    {
        let refused = programme.send_on(day, NEWSLETTER, &["--confirm", "6"]).ends_with(2);
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
        let shown = programme.send_on(day, NEWSLETTER, &[]).succeeds();
        assert!(shown.stdout.contains("6 messages"), "{}", shown.stdout);
        assert!(shown.stderr.contains("--off-schedule --confirm 6"), "{}", shown.stderr);
    }
    let mbox = format!("mbox:{}", programme.path("out.mbox").display());
    programme.send_on("2026-12-02", NEWSLETTER, &["--limit", "1", "--via", &mbox, "--confirm", "1"]).succeeds();
    programme.send_on("2026-12-03", NEWSLETTER, &["--off-schedule", "--via", &mbox, "--confirm", "5"]).succeeds();
}

#[test]
fn wrong_usage_is_said_before_anything_happens() {
    let programme = Programme::new().built();
    let help = |arguments: &[&str], status: i32| programme.send(arguments).ends_with(status).stderr;
    assert!(help(&["--only", "ana-lind"], 2).contains("did you mean `anna-lind`?"));
    assert!(help(&["--confirm", "6", "--max", "5"], 2).contains("--max allows 5"));
    assert!(help(&["--via", "maildir"], 2).contains("maildir:DIR"));
    assert!(help(&["--resolve", "maybe"], 2).contains("assume-sent, resend, from-log FILE"));
    assert!(help(&["--confirm", "6"], 4).contains("BEVARA_SMTP_URL is not set"));
    let unknown = programme.send_on(DAY, "2026-11-newsleter", &[]).ends_with(2);
    assert!(unknown.stderr.contains("did you mean `2026-11-newsletter`?"), "{}", unknown.stderr);
    assert!(!programme.path(JOURNAL).exists());
}

#[test]
fn a_proof_goes_to_the_house_and_no_journal_knows_of_it() {
    let programme = Programme::new().built();
    let mbox = format!("mbox:{}", programme.path("out.mbox").display());
    programme.send(&["--to", "elin@ek-ask.example", "--only", "brian-oneill", "--via", &mbox]).succeeds();
    programme.send(&["--to", "elin@ek-ask.example", "--only", "brian-oneill", "--via", &mbox]).succeeds();
    let text = programme.read("out.mbox");
    let ids: BTreeSet<&str> = text.lines().filter(|line| line.starts_with("Message-ID: ")).collect();
    let built = programme.read("output/mail/2026-11-newsletter/messages/brian-oneill.eml");
    assert_eq!(ids.len(), 2, "no mail program takes two proofs for one");
    assert!(!ids.iter().any(|id| built.contains(id)), "or a proof for the message itself");
    assert!(!programme.path(JOURNAL).exists());
    programme.send(&["--to", "Gustav+x@holms-bygg.example", "--via", &mbox]).ends_with(2);
}

#[test]
fn parts_have_journals_of_their_own_and_make_a_whole() {
    let programme = Programme::new().built();
    let via = format!("maildir:{}", programme.path("queue").display());
    let mut sent = 0;
    for part in ["1/2", "2/2"] {
        let document = programme.send(&["--shard", part, "--format", "json"]).succeeds().json();
        let count = document["confirm"].to_string();
        sent += document["confirm"].as_u64().expect("a number");
        programme.send(&["--shard", part, "--via", &via, "--confirm", &count]).succeeds();
    }
    assert_eq!((sent, programme.letters().len()), (6, 6));
    assert!(programme.path("contacts/journal/2026-11-newsletter.2-of-2.jsonl").exists());
    programme.send(&["--shard", "1/3", "--confirm", "1", "--via", &via]).ends_with(2);
    assert!(programme.send(&[]).succeeds().stdout.contains("0 messages"));
}

#[test]
fn doubts_are_held_until_somebody_decides() {
    let log = "Nov 25 08:00:01 mail postfix/cleanup[2]: 4Xy9: message-id=<1@ek-ask.example>\n\
        Nov 25 08:00:01 mail postfix/qmgr[3]: 4Xy9: from=<hej@ek-ask.example>, size=900, nrcpt=1 (queue active)\n\
        Nov 25 08:00:02 mail postfix/cleanup[2]: 5Ab1: message-id=<2@ek-ask.example>\n";
    let journal = [
        line("anna-lind", "attempting", "1@ek-ask.example"),
        line("brian-oneill", "in_doubt", "2@ek-ask.example"),
        line("cecilia-dahl", "in_doubt", "3@ek-ask.example"),
        line("david-okafor", "refused", "4@ek-ask.example"),
        line("erik-aberg", "deferred", "5@ek-ask.example"),
    ];
    let programme = Programme::new().built().file(JOURNAL, journal.concat()).file("mail.log", log);
    let shown = programme.send(&[]).succeeds();
    for name in ["anna-lind", "brian-oneill", "cecilia-dahl"] {
        assert!(shown.stdout.contains(name), "{name}\n{}", shown.stdout);
    }
    assert!(shown.stdout.contains("1 message\n"), "one is left: {}", shown.stdout);
    assert_eq!(programme.send(&["--resume", "--format", "json"]).json()["confirm"], 2);
    let path = programme.path("mail.log").display().to_string();
    programme.send(&["--resolve", "from-log", &path]).succeeds();
    assert_eq!(programme.in_state("in_doubt"), ["cecilia-dahl"]);
    assert_eq!(programme.in_state("deferred"), ["brian-oneill", "erik-aberg"]);
    programme.send(&["--resolve", "resend", "--only", "cecilia-dahl,david-okafor"]).succeeds();
    assert_eq!(programme.in_state("planned"), ["cecilia-dahl", "david-okafor"]);
    let mbox = format!("mbox:{}", programme.path("out.mbox").display());
    programme.send(&["--resume", "--via", &mbox, "--confirm", "5"]).succeeds();
    let text = programme.read("out.mbox");
    assert!(!text.contains("anna@linds-bokhandel.example"), "the relay has it");
    assert!(text.contains("cecilia@dahl.example") && !text.contains("<3@ek-ask.example>"), "another message now");
    assert!(programme.read(JOURNAL).starts_with(&journal.concat()), "a journal only grows");
}

#[test]
fn everything_in_doubt_can_be_taken_for_sent() {
    let journal = line("anna-lind", "attempting", "1@x.example") + &line("erik-aberg", "in_doubt", "2@x.example");
    let programme = Programme::new().built().file(JOURNAL, journal);
    programme.send(&["--resolve", "assume-sent"]).succeeds();
    assert_eq!(programme.send(&["--status", "--format", "json"]).json()["accepted"], 2);
    assert_eq!(programme.send(&["--format", "json"]).json()["confirm"], 4);
}

#[test]
fn a_mailing_that_was_sent_is_not_the_next_one_due() {
    let programme = Programme::new().built();
    let mbox = format!("mbox:{}", programme.path("out.mbox").display());
    programme.send(&["--via", &mbox, "--confirm", "6"]).succeeds();
    let mut command = bevara(programme.root());
    command.args(["--today", "2026-11-26", "--format", "json", "build"]);
    let document = finish(&mut command, programme.root()).succeeds().json();
    assert_eq!(document["mailings"][0]["id"], LETTER);
}

/// Runs git in a folder; false where there is none.
fn git(folder: &std::path::Path, arguments: &[&str]) -> bool {
    let identity = ["-c", "user.name=Elin", "-c", "user.email=elin@ek-ask.example", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(identity).args(["-c", "init.defaultBranch=main"]).args(arguments);
    command.env("GIT_CONFIG_NOSYSTEM", "1").output().is_ok_and(|output| output.status.success())
}

#[test]
fn what_is_not_committed_does_not_leave_and_a_journal_behind_its_upstream_waits() {
    let programme = Programme::new().file(".gitignore", "/output/\n/upstream/\n/other/\n/*.mbox\n").built();
    let root = programme.root();
    if !git(root, &["init", "-q", "."]) {
        return;
    }
    let mbox = format!("mbox:{}", programme.path("out.mbox").display());
    let one = ["--limit", "1", "--via", &mbox, "--confirm", "1"];
    let dirty = programme.send(&one).ends_with(1);
    assert!(dirty.stderr.contains("not committed: contacts/"), "{}", dirty.stderr);
    assert!(programme.send(&[]).succeeds().stderr.contains("not committed"), "the dry run says it too");
    assert!(git(root, &["add", "."]) && git(root, &["commit", "-qm", "Begin"]));
    programme.send(&one).succeeds();
    let journal = programme.read(JOURNAL);
    assert!(journal.contains(r#""commit":""#), "{journal}");
    // The journal's own lines are no reason to wait.
    programme.send(&one).succeeds();
    let upstream = programme.path("upstream").display().to_string();
    let other = programme.path("other");
    assert!(git(root, &["add", "."]) && git(root, &["commit", "-qm", "Sent two"]));
    assert!(git(root, &["init", "-q", "--bare", &upstream]) && git(root, &["push", "-qu", &upstream, "HEAD:main"]));
    assert!(git(root, &["remote", "add", "origin", &upstream]) && git(root, &["fetch", "-q", "origin"]));
    assert!(git(root, &["branch", "-q", "--set-upstream-to=origin/main"]));
    assert!(git(root, &["clone", "-q", &upstream, &other.display().to_string()]));
    fs::write(other.join(JOURNAL), journal + &line("fiona-gray", "accepted", "9@x.example")).expect("written");
    assert!(git(&other, &["commit", "-qam", "Sent one more"]) && git(&other, &["push", "-q", "origin", "HEAD:main"]));
    let behind = programme.send(&one).ends_with(1);
    assert!(behind.stderr.contains("the journal is 1 commit behind"), "{}", behind.stderr);
}

#[test]
fn where_git_cannot_answer_nothing_leaves_unasked() {
    let programme = Programme::new().file(".gitignore", "/output/\n/upstream/\n/*.mbox\n").built();
    let root = programme.root();
    let confirm = |more: &[&str]| {
        let mut command = bevara(root);
        command.args(["--today", DAY, "send", NEWSLETTER, "--confirm", "6"]).args(more);
        finish(command.env("BEVARA_SMTP_URL", "smtp://127.0.0.1:1"), root)
    };
    let outside = programme.send(&[]).succeeds();
    assert!(outside.stderr.contains("this is no git work tree"), "the dry run says it: {}", outside.stderr);
    assert!(confirm(&[]).ends_with(1).stderr.contains("--allow-dirty"));
    let nowhere = |mut command: Command| finish(command.env("PATH", "/nowhere").args(["--via", "mbox:out.mbox"]), root);
    let mut without = bevara(root);
    without.args(["--today", DAY, "send", NEWSLETTER, "--confirm", "6"]);
    assert!(nowhere(without).ends_with(1).stderr.contains("there is no git"));

    if !git(root, &["init", "-q", "."]) {
        return;
    }
    assert!(git(root, &["add", "."]) && git(root, &["commit", "-qm", "Begin"]));
    let upstream = programme.path("upstream").display().to_string();
    assert!(git(root, &["init", "-q", "--bare", &upstream]) && git(root, &["remote", "add", "origin", &upstream]));
    let mbox = ["--via", "mbox:out.mbox"];
    let unknown = confirm(&mbox).ends_with(1);
    assert!(unknown.stderr.contains("follows no other") && unknown.stderr.contains("--offline"), "{}", unknown.stderr);
    assert!(git(root, &["push", "-qu", "origin", "HEAD:main"]) && git(root, &["checkout", "-q", "--detach"]));
    assert!(confirm(&mbox).ends_with(1).stderr.contains("no branch is checked out"));
    assert!(git(root, &["checkout", "-q", "main"]));
    fs::remove_dir_all(&upstream).expect("it was there");
    assert!(confirm(&mbox).ends_with(1).stderr.contains("the upstream cannot be asked"));
    let index = fs::read(programme.path(".git/index")).expect("an index");
    fs::write(programme.path(".git/index"), "garbage").expect("written");
    assert!(confirm(&mbox).ends_with(1).stderr.contains("git fails"));
    assert!(confirm(&[&mbox[..], &["--offline"]].concat()).ends_with(1).stderr.contains("git fails"));
    fs::write(programme.path(".git/index"), index).expect("written");
    assert!(!programme.path("out.mbox").exists(), "nothing has left");
    confirm(&[&mbox[..], &["--offline"]].concat()).succeeds();
    // A journal that lacks what is committed is not believed, whatever else is.
    assert!(git(root, &["add", "."]) && git(root, &["commit", "-qm", "Sent"]));
    fs::remove_file(programme.path(JOURNAL)).expect("removed");
    fs::remove_dir_all(programme.path("output/.journal")).expect("removed");
    let mut again = bevara(root);
    again.args(["--today", DAY, "send", NEWSLETTER, "--confirm", "6", "--offline", "--allow-dirty"]).args(mbox);
    assert!(finish(&mut again, root).ends_with(4).stderr.contains("that are committed"));
}
