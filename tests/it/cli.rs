//! The command line: what it prints where, how it ends, and where it finds a programme (design §2).

use crate::programme::Programme;
use crate::run::{bevara, finish, run};
use crate::scratch;
use crate::snapshot::assert_snapshot;

const NEXT: &str = "2026-11-newsletter";

#[test]
fn help_is_printed_on_stdout() {
    let folder = scratch::folder();
    for command in ["", "init", "build", "check", "plan", "post"] {
        let arguments: Vec<&str> = [command, "--help"].into_iter().filter(|argument| !argument.is_empty()).collect();
        let help = finish(bevara(folder.path()).args(&arguments).env("COLUMNS", "100"), folder.path()).succeeds();
        assert_eq!(help.stderr, "");
        let name = if command.is_empty() { "help".to_owned() } else { format!("help-{command}") };
        assert_snapshot(&name, &help.stdout);
    }
}

#[test]
fn what_nobody_offers_is_wrong_usage() {
    let folder = scratch::folder();
    for arguments in
        [&["biuld"][..], &["build", "--al"], &["build", "--shard", "3/2"], &["--today", "soon", "check"], &[]]
    {
        let refused = finish(bevara(folder.path()).args(arguments), folder.path()).ends_with(2);
        assert_eq!(refused.stdout, "", "{arguments:?}");
        assert!(!refused.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn where_there_is_no_programme_that_is_wrong_usage() {
    let folder = scratch::folder();
    let refused = run(folder.path(), &["build"]).ends_with(2);
    assert_eq!(
        refused.stderr,
        "error: there is no bevara.yaml in . or above it\n  help: `bevara init` writes a programme to start from\n"
    );
}

#[test]
fn a_programme_is_found_from_any_of_its_folders() {
    let programme = Programme::new();
    finish(bevara(&programme.path("content/newsletters")).args(["--today", "2026-11-21", "build"]), programme.root())
        .succeeds();
    assert!(programme.path(&format!("output/mail/{NEXT}/manifest.jsonl")).is_file());
    let elsewhere = scratch::folder();
    let root = programme.root().to_str().expect("UTF-8");
    finish(bevara(elsewhere.path()).args(["-C", root, "--today", "2026-11-21", "check"]), elsewhere.path()).succeeds();
}

#[test]
fn a_build_says_a_line_a_stage_and_what_to_do_next() {
    let built = Programme::new().run(["build"]).succeeds();
    assert_eq!(built.stdout, "");
    assert_snapshot("build", &built.stderr);
}

#[test]
fn a_quiet_build_says_nothing() {
    let built = Programme::new().run(["-q", "build"]).succeeds();
    assert_eq!((built.stdout.as_str(), built.stderr.as_str()), ("", ""));
}

#[test]
fn check_writes_nothing() {
    let programme = Programme::new();
    let checked = programme.run(["check"]).succeeds();
    assert_eq!(checked.stdout, "");
    assert!(checked.stderr.ends_with("  → nothing to mend\n"), "{}", checked.stderr);
    assert!(!programme.path("output").exists());
}

#[test]
fn a_strict_check_fails_on_a_warning() {
    let warned = Programme::new().replace(
        "contacts/referrals.yaml",
        "    referred: {what: Measure the workshop, on: 2026-11-27, by: olof}\n",
        "",
    );
    let checked = warned.run(["check"]).succeeds();
    assert!(
        checked.stderr.contains("warning[r19-next-step]: no next step for the referred side"),
        "{}",
        checked.stderr
    );
    warned.run(["check", "--strict"]).ends_with(1);
    let quiet = warned.run(["-q", "check"]).succeeds();
    assert_eq!(quiet.stderr, "");
}

#[test]
fn every_finding_of_check_is_in_build_too() {
    let warned = Programme::new().replace(
        "contacts/referrals.yaml",
        "    referred: {what: Measure the workshop, on: 2026-11-27, by: olof}\n",
        "",
    );
    let found = |command: &str| warned.run(["--format", "json", command]).succeeds().json()["diagnostics"].clone();
    assert_eq!(found("check"), found("build"));
    assert_eq!(found("check").as_array().map(Vec::len), Some(1));
}

#[test]
fn a_check_can_be_given_another_level() {
    let stricter = Programme::new()
        .replace(
            "contacts/referrals.yaml",
            "    referred: {what: Measure the workshop, on: 2026-11-27, by: olof}\n",
            "",
        )
        .append("bevara.yaml", "\nseverity: {r19-next-step: error}\n");
    stricter.run(["check"]).ends_with(1);
    let wall = Programme::new().append("bevara.yaml", "\nseverity: {r02-keep-in-mind: note}\n");
    assert!(wall.complaint().contains("the level of `r02-keep-in-mind` cannot be changed"));
}

#[test]
fn findings_for_github_are_workflow_commands() {
    let mistaken = Programme::new().replace("bevara.yaml", "Europe/Stockholm", "Europe/Stokholm, 100 %");
    let checked = mistaken.run(["--format", "github", "check"]).ends_with(1);
    assert_eq!(
        checked.stdout,
        "::error file=bevara.yaml,line=5,col=11,title=timezone::unknown time zone `Europe/Stokholm, 100 %25` (an IANA name, like Europe/Stockholm)\n"
    );
    assert_eq!(checked.stderr, "");
}

#[test]
fn r36_findings_for_github_name_files_from_the_root_of_the_repository() {
    let repository = scratch::folder();
    let mistaken = Programme::new().replace("bevara.yaml", "Europe/Stockholm", "Europe/Stokholm");
    let root = repository.path().join("post/north, east");
    crate::files::copy(mistaken.root(), &root);
    let said = || run(&root, &["--format", "github", "check"]).ends_with(1).stdout;
    assert!(said().starts_with("::error file=bevara.yaml,line=5,"), "no repository: {}", said());
    std::fs::create_dir(repository.path().join(".git")).expect("a folder");
    assert!(said().starts_with("::error file=post/north%2C east/bevara.yaml,line=5,"), "{}", said());
}

#[test]
fn findings_as_json_have_file_line_column_and_hint() {
    let mistaken = Programme::new().replace("bevara.yaml", "Europe/Stockholm", "Europe/Stokholm");
    let checked = mistaken.run(["--format", "json", "check"]).ends_with(1);
    assert_eq!(checked.stderr, "");
    assert_eq!(
        checked.json()["diagnostics"],
        serde_json::json!([{
            "severity": "error",
            "code": "timezone",
            "message": "unknown time zone `Europe/Stokholm`",
            "file": "bevara.yaml",
            "line": 5,
            "column": 11,
            "hint": "an IANA name, like Europe/Stockholm",
        }])
    );
}

#[test]
fn the_plan_is_shown_as_a_table() {
    let shown = Programme::new().run(["plan"]).succeeds();
    assert_snapshot("plan", &shown.stdout);
    let json = Programme::new().run(["--format", "json", "plan"]).succeeds().json();
    let mailings = json["years"]["2026"].as_array().expect("a list");
    assert_eq!(mailings.len(), 3);
    assert_eq!(mailings[0]["by_tier"], serde_json::json!({ "A": 2, "B": 2, "C": 2 }));
    assert_eq!(mailings[0]["by_language"], serde_json::json!({ "en": 3, "sv": 3 }));
    Programme::new().run(["plan", "2031"]).ends_with(2);
}

/// The mailing whose messages a build makes.
fn next(programme: &Programme, environment: Option<&str>, today: Option<&str>) -> String {
    let mut command = bevara(programme.root());
    if let Some(seconds) = environment {
        command.env("SOURCE_DATE_EPOCH", seconds);
    }
    if let Some(today) = today {
        command.args(["--today", today]);
    }
    let built = finish(command.args(["--format", "json", "build"]), programme.root()).succeeds().json();
    built["mailings"][0]["id"].as_str().unwrap_or("none").to_owned()
}

#[test]
fn today_is_the_day_that_is_given_before_the_one_of_the_environment() {
    let programme = Programme::new();
    // 1796342400 is 4 December 2026 in UTC.
    assert_eq!(next(&programme, Some("1796342400"), None), "2026-12-letter");
    assert_eq!(next(&programme, Some("1796342400"), Some("2026-11-21")), NEXT);
    assert_eq!(next(&programme, None, Some("2026-12-12")), "2026-12-christmas");
    let mut command = bevara(programme.root());
    let refused = finish(command.env("SOURCE_DATE_EPOCH", "yesterday").arg("check"), programme.root()).ends_with(2);
    assert!(refused.stderr.contains("SOURCE_DATE_EPOCH is `yesterday`"), "{}", refused.stderr);
}

#[test]
fn two_builds_at_once_are_one_too_many() {
    let programme = Programme::new();
    programme.run(["build"]).succeeds();
    let lock = std::fs::OpenOptions::new().write(true).open(programme.path("output/.lock")).expect("the lock file");
    lock.lock().expect("nobody else holds it");
    let refused = programme.run(["build"]).ends_with(4);
    assert!(refused.stderr.contains("another build is writing"), "{}", refused.stderr);
}

#[test]
fn a_secret_in_dot_env_changes_the_tokens_and_nothing_else_reads_it() {
    let token = |programme: &Programme| {
        programme.run(["build"]).succeeds();
        crate::message::of_mailing(&programme.path("output"), NEXT)["fiona-gray"].field("List-Unsubscribe")
    };
    let plain = token(&Programme::new());
    let keyed = token(&Programme::new().file(".env", "# keys\nexport BEVARA_LINK_KEY=\"en hemlighet\"\n"));
    assert_ne!(plain, keyed);
}
