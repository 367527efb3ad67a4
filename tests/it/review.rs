//! `bevara diff` and `bevara approve`: who gets what differently, and nothing that was not approved (R36; design §10).

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::files;
use crate::programme::Programme;
use crate::run::{Run, bevara, finish};
use crate::scratch;

pub const CHRISTMAS: &str = "2026-12-christmas";
pub const GREETING: &str = "content/greetings/christmas.sv.md";

/// git in the programme's folder, as Elin, who leads the firm.
#[track_caller]
pub fn git(programme: &Programme, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Elin", "-c", "user.email=elin@ek-ask.example", "-c", "commit.gpgsign=false"]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let output = command.args(arguments).current_dir(programme.root()).output().expect("git is there");
    assert!(output.status.success(), "{arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The small programme in a repository with one commit.
pub fn committed() -> Programme {
    let programme = Programme::new().file(".gitignore", "/output/\n");
    git(&programme, &["init", "-q", "-b", "main", "."]);
    git(&programme, &["config", "user.email", "elin@ek-ask.example"]);
    commit(&programme);
    programme
}

/// Everything as it is now.
pub fn commit(programme: &Programme) {
    git(programme, &["add", "-A"]);
    git(programme, &["commit", "-q", "-m", "as it is"]);
}

/// Runs the command with `--today`.
pub fn diff(programme: &Programme, arguments: &[&str]) -> Run {
    let mut command = bevara(programme.root());
    finish(command.args(["--today", crate::run::TODAY]).args(arguments), programme.root())
}

/// What a document says of a mailing.
pub fn mailing<'d>(document: &'d Value, id: &str) -> &'d Value {
    let mailings = document["mailings"].as_array().expect("a list");
    mailings.iter().find(|mailing| mailing["id"] == id).unwrap_or_else(|| panic!("no {id} in {document:#}"))
}

#[test]
fn r36_nothing_changed_is_said_and_ends_with_0() {
    let programme = committed();
    let said = diff(&programme, &["-q", "diff"]).ends_with(0);
    assert_eq!(said.stdout, "nobody gets anything else in the work tree than in HEAD\n");
    let json = diff(&programme, &["--format", "json", "diff", "HEAD"]).ends_with(0).json();
    assert_eq!(json["mailings"], Value::Array(Vec::new()));
}

#[test]
fn r36_the_variants_that_differ_are_those_whose_messages_do() {
    let programme = committed();
    programme.run(["-q", "build", "--all"]).succeeds();
    let before = files::read(&programme.path("output/mail"));
    let changed = programme.replace(GREETING, "\n\nSågen vilar", "\n\nOch sågen vilar");
    let said = diff(&changed, &["--format", "json", "diff"]).ends_with(5).json();
    changed.run(["-q", "build", "--all"]).succeeds();
    let after = files::read(&changed.path("output/mail"));
    let differing: BTreeSet<&str> = after
        .iter()
        .filter(|(path, bytes)| path.contains("/messages/") && before.get(*path) != Some(*bytes))
        .map(|(path, _)| path.split('/').next().expect("a mailing"))
        .collect();
    let named: BTreeSet<&str> =
        said["mailings"].as_array().expect("a list").iter().filter_map(|mailing| mailing["id"].as_str()).collect();
    assert_eq!(named, differing);
    let variants = mailing(&said, CHRISTMAS)["variants"].as_array().expect("a list").clone();
    assert!(
        variants.iter().all(|variant| variant["name"].as_str().is_some_and(|name| name.contains("/sv"))),
        "{variants:?}"
    );
    assert_eq!(variants[0]["changed"], serde_json::json!(["text", "html"]));
    assert_eq!(variants[0]["words"][0]["added"], "Och sågen");
    let readers: u64 = variants.iter().filter_map(|variant| variant["readers"].as_u64()).sum();
    let messages = after.keys().filter(|path| path.starts_with(CHRISTMAS) && path.contains("/messages/"));
    let read = messages.filter(|path| before.get(*path) != after.get(*path)).count();
    assert_eq!(readers, read as u64);
}

#[test]
fn r36_who_gains_and_loses_is_counted_and_named_only_when_asked() {
    let programme = committed();
    let list = programme.read("contacts/people.yaml");
    let id = list.split("- id: ").find(|entry| entry.contains("tier: A")).and_then(|entry| entry.lines().next());
    let id = id.expect("somebody of tier A").to_owned();
    let at = list.find(&format!("- id: {id}\n")).expect("there");
    let walled = format!("{}{}", &list[..at], list[at..].replacen("tier: A", "tier: D", 1));
    let programme = programme.file("contacts/people.yaml", walled);
    let said = diff(&programme, &["-q", "diff"]).ends_with(5);
    assert!(said.stdout.contains("loses 1 do-not-contact") && !said.stdout.contains(&id), "{}", said.stdout);
    let named = diff(&programme, &["-q", "diff", "--names"]).ends_with(5);
    assert!(named.stdout.contains(&format!("do-not-contact: {id}")), "{}", named.stdout);
    let comment = diff(&programme, &["--format", "markdown", "diff"]).ends_with(5).stdout;
    assert!(comment.starts_with("<!-- bevara:diff -->\n") && !comment.contains(&id), "{comment}");
}

#[test]
fn r36_two_revisions_are_read_without_touching_the_work_tree() {
    let programme = committed();
    let changed = programme.replace(GREETING, "\n\nSågen vilar", "\n\nOch sågen vilar");
    commit(&changed);
    let broken = changed.file("bevara.yaml.orig", "").append(GREETING, "\n{{ nobody }}\n");
    let said = diff(&broken, &["--format", "json", "diff", "HEAD~1", "HEAD"]).ends_with(5).json();
    assert_eq!((&said["from"], &said["to"]), (&"HEAD~1".into(), &"HEAD".into()));
    for range in ["HEAD~1..HEAD", "HEAD~1...HEAD"] {
        let same = diff(&broken, &["--format", "json", "diff", range]).ends_with(5).json();
        assert_eq!(same["mailings"], said["mailings"], "{range}");
    }
}

#[test]
fn r36_a_revision_that_cannot_be_read_is_one_clear_error() {
    let programme = committed();
    let said = diff(&programme, &["-q", "diff", "nowhere"]).ends_with(2);
    assert!(said.stderr.starts_with("error: there is no revision `nowhere`\n"), "{}", said.stderr);
    let option = diff(&programme, &["-q", "diff", "--", "--output=x"]).ends_with(2);
    assert!(option.stderr.contains("there is no revision"), "{}", option.stderr);
    assert!(!programme.path("x").exists());
    let broken = programme.append(GREETING, "\n").replace("bevara.yaml", "format: 1", "format: 9");
    commit(&broken);
    let mended = broken.replace("bevara.yaml", "format: 9", "format: 1");
    let said = diff(&mended, &["-q", "diff"]).ends_with(1);
    assert!(said.stderr.starts_with("error: the programme has errors at `HEAD`\n"), "{}", said.stderr);
    let bare = Programme::new();
    assert_eq!(diff(&bare, &["-q", "diff"]).status, 4);
}

#[test]
fn r36_a_shallow_clone_says_how_to_get_the_rest() {
    let programme = committed().append(GREETING, "\nEn rad.\n");
    commit(&programme);
    let clone = scratch::folder();
    let from = format!("file://{}", programme.root().display());
    git(&programme, &["clone", "-q", "--depth", "1", &from, clone.path().join("clone").to_str().expect("UTF-8")]);
    let clone = clone.path().join("clone");
    for revisions in [&["HEAD~1"][..], &["HEAD~1...HEAD"]] {
        let arguments = [&["--today", crate::run::TODAY, "-q", "diff"], revisions].concat();
        let said = finish(bevara(&clone).args(arguments), &clone).ends_with(2);
        assert!(said.stderr.contains("fetch-depth: 0"), "{}", said.stderr);
        assert_eq!(said.stderr.lines().filter(|line| line.starts_with("error")).count(), 1, "{}", said.stderr);
    }
}

#[test]
fn r36_of_two_programmes_in_one_repository_each_is_compared_alone() {
    let root = scratch::folder();
    let small = Programme::new();
    for name in ["north", "south"] {
        files::copy(small.root(), &root.path().join(name));
    }
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Elin", "-c", "user.email=elin@ek-ask.example", "-c", "commit.gpgsign=false"]);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        assert!(command.args(arguments).current_dir(root.path()).status().expect("git is there").success());
    };
    git(&["init", "-q", "-b", "main", "."]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "both"]);
    let greeting = root.path().join("south").join(GREETING);
    let text = fs::read_to_string(&greeting).expect("a text");
    fs::write(&greeting, format!("{text}\nEn rad till.\n")).expect("written");
    let in_folder = |folder: &str, arguments: &[&str]| {
        let folder = root.path().join(folder);
        finish(bevara(&folder).args(["--today", crate::run::TODAY, "-q"]).args(arguments), &folder)
    };
    in_folder("north", &["diff"]).ends_with(0);
    assert!(in_folder("south", &["diff"]).ends_with(5).stdout.contains("{+En rad till.+}"));
    let neither = in_folder("", &["diff"]).ends_with(2);
    assert!(neither.stderr.contains("name one with `-C`: north, south"), "{}", neither.stderr);
    git(&["mv", "north", "west"]);
    git(&["commit", "-q", "-m", "moved"]);
    let moved = in_folder("west", &["diff", "HEAD~1"]).ends_with(2);
    assert!(moved.stderr.contains("at that revision there was one in `north`, `south`"), "{}", moved.stderr);
}

#[test]
fn r36_the_pages_stand_alone_and_mark_the_words() {
    let programme = committed().replace(GREETING, "\n\nSågen vilar", "\n\nOch sågen vilar");
    let said = diff(&programme, &["diff", "--html", "output/difference"]).ends_with(5);
    assert!(said.stderr.contains("without pictures: there is no Chromium"), "{}", said.stderr);
    let pages = files::read(&programme.path("output/difference"));
    let page = |name: &str| String::from_utf8(pages[name].clone()).expect("UTF-8");
    let index = page("index.html");
    assert!(index.contains("<a href=\"2026-12-christmas.B-sv.html\">B/sv</a>"), "{index}");
    let variant = page("2026-12-christmas.B-sv.html");
    assert!(variant.contains("<del>Sågen</del> <ins>Och sågen</ins>"), "{variant}");
    assert_eq!(variant.matches("<iframe sandbox ").count(), 2);
    for (name, bytes) in &pages {
        let page = String::from_utf8_lossy(bytes);
        let outside = ["src=\"http", "<script", "<link", "@import", "url(http"];
        assert!(outside.iter().all(|outside| !page.contains(outside)), "{name}");
    }
}

/// The small programme where a greeting needs the leader's approval.
pub fn with_approval() -> Programme {
    let programme = committed().append("bevara.yaml", "\napproval: {greeting: [ceo]}\n");
    commit(&programme);
    programme
}

/// A dry run on the day of the greeting.
fn dry_run(programme: &Programme) -> Run {
    programme.run(["-q", "build", "--all"]).succeeds();
    diff(programme, &["--format", "json", "send", CHRISTMAS, "--off-schedule"])
}

fn obstacles(run: &Run) -> String {
    run.json()["obstacles"].to_string()
}

#[test]
fn r36_only_what_was_approved_leaves() {
    let programme = with_approval();
    assert!(obstacles(&dry_run(&programme)).contains("`ceo` has not approved"), "nobody has seen it");
    let approved = programme.run(["approve", CHRISTMAS]).succeeds();
    assert!(approved.stderr.contains("approved 2026-12-christmas as ceo"), "{}", approved.stderr);
    commit(&programme);
    assert!(!obstacles(&dry_run(&programme)).contains("approved"), "all of it was seen");

    let audience = programme.contact("nils-ny", "Nils Ny", "tier: B\nowner: elin\nlanguage: sv\nemail: nils@ny.example\nkind: customer\nrecipient: legal\nbasis: {kind: customer, evidence: order 7, on: 2026-01-02}");
    assert!(!obstacles(&dry_run(&audience)).contains("approved"), "another reader of the same words");

    let original = audience.read(GREETING);
    let changed = audience.replace(GREETING, "\n\nSågen vilar", "\n\nOch sågen vilar");
    let said = obstacles(&dry_run(&changed));
    assert!(said.contains("approved other words") && said.contains("approved by elin"), "{said}");
    assert!(said.contains("[-Sågen-] {+Och sågen+}"), "the words that changed: {said}");
    let sent = diff(&changed, &["send", CHRISTMAS, "--off-schedule", "--allow-dirty", "--confirm", "1"]);
    assert_ne!(sent.status, 0, "{}", sent.stderr);
    assert!(!changed.path(&format!("contacts/journal/{CHRISTMAS}.jsonl")).exists());

    let back = changed.file(GREETING, original);
    assert!(!obstacles(&dry_run(&back)).contains("approved"), "bytes that were approved before and come back");
}

#[test]
fn r36_who_may_not_approve_is_told() {
    let programme = with_approval();
    let wrong = programme.run(["-q", "approve", CHRISTMAS, "--as", "legal"]).ends_with(2);
    assert!(wrong.stderr.starts_with("error: `elin` does not hold the role `legal`\n"), "{}", wrong.stderr);
    git(&programme, &["config", "user.email", "somebody@else.example"]);
    let stranger = programme.run(["-q", "approve", CHRISTMAS]).ends_with(2);
    assert!(stranger.stderr.contains("`somebody@else.example`"), "{}", stranger.stderr);
    git(&programme, &["config", "user.email", "olof@ek-ask.example"]);
    let without = programme.run(["-q", "approve", CHRISTMAS]).ends_with(2);
    assert!(without.stderr.contains("holds no role"), "{}", without.stderr);
    assert!(!programme.path("contacts/approvals").exists());
}

#[test]
fn r36_an_approval_in_the_name_of_who_does_not_hold_the_role_is_none() {
    let programme = with_approval();
    programme.run(["-q", "approve", CHRISTMAS]).succeeds();
    let path = format!("contacts/approvals/{CHRISTMAS}.jsonl");
    let by_hand = fs::read_to_string(programme.path(&path)).expect("written").replace("\"elin\"", "\"olof\"");
    let programme = programme.file(&path, by_hand);
    assert!(obstacles(&dry_run(&programme)).contains("`ceo` has not approved"), "olof is not the leader");
}

#[test]
fn r36_another_attachment_or_opt_out_address_needs_a_new_approval() {
    let programme = with_approval().file("content/greetings/prices.csv", "oak;1\n").replace(
        GREETING,
        "\npreheader:",
        "\nattachments: [prices.csv]\npreheader:",
    );
    programme.run(["-q", "approve", CHRISTMAS]).succeeds();
    assert!(!obstacles(&dry_run(&programme)).contains("approved"));
    let programme = programme.file("content/greetings/prices.csv", "oak;2\n");
    assert!(obstacles(&dry_run(&programme)).contains("approved other words"));
    let programme = programme.file("content/greetings/prices.csv", "oak;1\n");
    assert!(!obstacles(&dry_run(&programme)).contains("approved"));
    let programme = programme.replace("bevara.yaml", "mailto: avregistrera@", "mailto: nej-tack@");
    assert!(obstacles(&dry_run(&programme)).contains("approved other words"));
}

#[test]
fn r36_approvals_that_were_changed_by_hand_stop_a_send() {
    let programme = with_approval();
    programme.run(["-q", "approve", CHRISTMAS]).succeeds();
    let path = format!("contacts/approvals/{CHRISTMAS}.jsonl");
    let lines = fs::read_to_string(programme.path(&path)).expect("written");
    programme.run(["-q", "build", "--all"]).succeeds();
    let programme = programme.file(&path, format!("{lines}{{\"by\": \"elin\", \"role\": \"ceo\"}}\n"));
    let dry_run = |programme: &Programme| diff(programme, &["--format", "json", "send", CHRISTMAS, "--off-schedule"]);
    let said = dry_run(&programme).ends_with(1).json();
    assert_eq!((&said["diagnostics"][0]["code"], &said["diagnostics"][0]["line"]), (&"approval".into(), &2.into()));
    let checked = programme.run(["-q", "check"]).ends_with(1);
    assert!(checked.stderr.starts_with("error[approval]"), "{}", checked.stderr);
    let programme = programme.file(&path, format!("<<<<<<< HEAD\n{lines}>>>>>>> theirs\n"));
    let conflict = programme.run(["-q", "check"]).ends_with(1);
    assert!(conflict.stderr.starts_with("error[conflict]"), "{}", conflict.stderr);
}

/// The small programme where proofs go to both of the team.
fn with_proofs() -> Programme {
    committed().append("bevara.yaml", "\nproofs: [elin, olof]\n")
}

#[test]
fn r36_proofs_of_every_variant_go_to_everybody_who_looks_at_them() {
    let programme = with_proofs();
    let proofs = |arguments: &[&str]| {
        let folder = scratch::folder();
        let via = format!("maildir:{}", folder.path().join("box").display());
        let all = [&["-q", "send", CHRISTMAS, "--proofs", "--via", &via][..], arguments].concat();
        diff(&programme, &all).succeeds();
        let files = fs::read_dir(folder.path().join("box/new")).expect("a Maildir").flatten();
        let mut subjects: Vec<String> = files
            .map(|file| {
                let text = fs::read_to_string(file.path()).expect("a message");
                let head = text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
                let subject = head.lines().find_map(|line| line.strip_prefix("Subject: ")).expect("a subject");
                ::mail::header::decoded(subject)
            })
            .collect();
        subjects.sort();
        subjects
    };
    let all = proofs(&[]);
    let one = proofs(&["--variant", "A/sv"]);
    assert_eq!(one.len(), 2, "one variant, two people: {one:?}");
    assert!(one.iter().all(|subject| subject.starts_with("[A/sv] ")), "{one:?}");
    assert!(all.len() > one.len() && all.len().is_multiple_of(2), "{all:?}");
    assert!(!programme.path(&format!("contacts/journal/{CHRISTMAS}.jsonl")).exists(), "nothing is journalled");
}

#[test]
fn r36_who_looks_at_proofs_is_on_the_team_and_named_once() {
    let nobody = committed().run(["-q", "send", CHRISTMAS, "--proofs"]).ends_with(2);
    assert!(nobody.stderr.starts_with("error: bevara.yaml names nobody who looks at proofs\n"), "{}", nobody.stderr);
    let programme = with_proofs();
    let unknown = programme.run(["-q", "send", CHRISTMAS, "--proofs", "--variant", "A/sw"]).ends_with(2);
    assert!(unknown.stderr.starts_with("error: there is no variant `A/sw`\n"), "{}", unknown.stderr);
    let wrong = programme.replace("bevara.yaml", "proofs: [elin, olof]", "proofs: [elin, oluf, elin]");
    let said = wrong.run(["--format", "json", "-q", "check"]).ends_with(1).json();
    let found: Vec<_> = said["diagnostics"].as_array().expect("a list").iter().collect();
    assert_eq!(found.len(), 2, "{said}");
    assert_eq!((&found[0]["code"], &found[0]["column"]), (&"unknown-member".into(), &16.into()), "{said}");
    assert_eq!((&found[1]["code"], &found[1]["column"]), (&"duplicate-id".into(), &22.into()), "{said}");
}

#[test]
fn r36_approval_of_what_is_not_planned_and_by_a_role_nobody_holds_is_found() {
    let programme = committed().append("bevara.yaml", "\napproval:\n  greting: [ceo]\n  newsletter: [ceo, legal]\n");
    let said = programme.run(["--format", "json", "-q", "check"]).ends_with(1).json();
    let found = said["diagnostics"].as_array().expect("a list").iter();
    let found: Vec<_> = found.filter(|one| one["code"].as_str().is_some_and(|code| code.starts_with("r36"))).collect();
    assert_eq!(found.len(), 2, "{said}");
    assert_eq!(found[0]["code"], "r36-approval");
    assert!(found[0]["hint"].as_str().is_some_and(|hint| hint.contains("`greeting`")), "{said}");
    assert_eq!(found[1]["code"], "r36-role");
    assert!(found[1]["message"].as_str().is_some_and(|message| message.contains("`legal`")), "{said}");
}

#[test]
fn r36_status_plan_and_report_say_how_far_an_approval_is() {
    let programme = with_approval();
    let state = |programme: &Programme| {
        let said = programme.run(["--format", "json", "status"]).json();
        let mailings = said["mailings"].as_array().expect("a list").clone();
        let own = mailings.into_iter().find(|mailing| mailing["id"] == CHRISTMAS).expect("it is planned");
        own["approval"].clone()
    };
    let before = state(&programme);
    assert_eq!((&before["state"], &before["waits_for"][0]), (&"draft".into(), &"ceo".into()), "{before}");
    assert!(programme.run(["plan"]).stdout.contains("draft"));
    programme.run(["-q", "approve", CHRISTMAS]).succeeds();
    assert_eq!(state(&programme)["state"], "approved");
    let changed = programme.replace(GREETING, "\n\nSågen vilar", "\n\nOch sågen vilar");
    let after = state(&changed);
    assert_eq!((&after["state"], &after["since"]["by"]), (&"changed".into(), &"elin".into()), "{after}");
    assert!(changed.run(["plan"]).stdout.contains("changed since elin approved"));
    changed.run(["-q", "build", "--only", "report"]).succeeds();
    let report = changed.read("output/report/year-2026.html");
    assert!(report.contains("Ändrat sedan Elin Ek godkände"), "{report}");
}
