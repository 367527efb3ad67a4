//! A new user's first minutes: `init` in every language and on awkward days, `new`, `schema`, `explain`, `eject`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::files;
use crate::programme::Programme;
use crate::run::{Run, bevara, finish};
use crate::scratch;

const DAYS: [&str; 4] = ["2027-01-01", "2027-06-30", "2027-12-30", "2028-02-29"];
const FIRM: &str = "Ek & Ask Snickeri";

/// The languages that there are texts in.
fn languages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("starter");
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut languages: Vec<String> = folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    languages.sort();
    languages
}

fn on(day: &str, folder: &Path, arguments: &[&str]) -> Run {
    finish(bevara(folder).args(["--today", day]).args(arguments), folder)
}

/// A fresh programme in a folder of its own.
fn fresh(language: &str, day: &str) -> TempDir {
    let folder = scratch::folder();
    let arguments = ["init", "--name", FIRM, "--language", language, "--email", "elin.ek@ek-ask.se"];
    on(day, folder.path(), &arguments).succeeds();
    folder
}

/// The code of every finding of `check`.
fn codes(folder: &Path, day: &str) -> Vec<String> {
    codes_of(&on(day, folder, &["--format", "json", "check"]).json())
}

fn codes_of(checked: &serde_json::Value) -> Vec<String> {
    let findings = checked["diagnostics"].as_array().expect("a list");
    let text = |finding: &serde_json::Value| {
        format!(
            "{} {}:{} {}",
            finding["code"].as_str().expect("a code"),
            finding["file"],
            finding["line"],
            finding["message"]
        )
    };
    findings.iter().map(text).collect()
}

/// Puts words into the place of every placeholder.
fn fill(folder: &Path) {
    for (path, bytes) in files::read(folder) {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if path.starts_with(".") || !text.contains("[[") {
            continue;
        }
        let mut filled = String::new();
        let mut rest = text.as_str();
        while let Some((before, behind)) = rest.split_once("[[") {
            filled.push_str(before);
            match behind.split_once("]]") {
                Some((inner, after)) if !inner.contains(['\n', '[', ']']) && !before.ends_with('`') => {
                    let is_number = before.ends_with("phone: \"") || before.ends_with("postcode: \"");
                    filled.push_str(if is_number { "753 23" } else { "Kungsgatan 5" });
                    rest = after;
                }
                _ => {
                    filled.push_str("[[");
                    rest = behind;
                }
            }
        }
        filled.push_str(rest);
        fs::write(folder.join(path), filled).expect("a file");
    }
}

fn passes_when_filled(day: &str) {
    for language in languages() {
        let folder = fresh(&language, day);
        let fresh_findings = codes(folder.path(), day);
        let others: Vec<&String> = fresh_findings.iter().filter(|code| !code.starts_with("placeholder ")).collect();
        assert!(others.is_empty() && !fresh_findings.is_empty(), "{language} on {day}: {others:#?}");
        fill(folder.path());
        let strict = on(day, folder.path(), &["--format", "json", "check", "--strict"]).succeeds();
        assert_eq!(codes_of(&strict.json()), [""; 0], "{language} on {day}, filled");
        on(day, folder.path(), &["build"]).succeeds();
    }
}

#[test]
fn a_fresh_programme_passes_on_new_years_day() {
    passes_when_filled(DAYS[0]);
}

#[test]
fn a_fresh_programme_passes_in_the_middle_of_the_year() {
    passes_when_filled(DAYS[1]);
}

#[test]
fn a_fresh_programme_passes_at_the_end_of_the_year() {
    passes_when_filled(DAYS[2]);
}

#[test]
fn a_fresh_programme_passes_on_a_leap_day() {
    passes_when_filled(DAYS[3]);
}

#[test]
fn r14_whoever_has_a_project_or_was_named_gets_a_text_of_init_in_every_language() {
    for language in languages() {
        let (folder, day) = (fresh(&language, "2027-06-30"), "2027-06-30");
        fill(folder.path());
        let list = folder.path().join("contacts/people.yaml");
        let text = fs::read_to_string(&list).expect("a list").replace("kind: other", "kind: customer");
        let project = "  project: {name: Kök, from: 2027-06-01, to: 2027-12-18, done: [Ett], next: [Två], needs: En nyckel, changed: 2027-06-30}\n";
        let named = format!("\n{}", text.split("- id: elin\n").nth(1).expect("the first contact"));
        let named = named.replace("elin.ek@", "nils.ny@").replace("Elin, family: Ek", "Nils, family: Ny");
        fs::write(&list, format!("{text}{project}\n- id: nils-ny{named}")).expect("written");
        let ledger = "- {id: r-2027-001, referrer: elin, lead: {name: Nils Ny, contact: nils-ny}, received: 2027-06-20, stage: contacted, contacted: 2027-06-21, next: {referrer: {what: Ring, on: 2027-07-02, by: elin}, referred: {what: Ring, on: 2027-07-02, by: elin}}}\n";
        fs::write(folder.path().join("contacts/referrals.yaml"), ledger).expect("written");
        let worse: Vec<String> =
            codes(folder.path(), day).into_iter().filter(|code| code.contains("content/")).collect();
        assert_eq!(worse, [""; 0], "{language}");
        on(day, folder.path(), &["build", "--all", "--only", "mail"]).succeeds();
        let mail = files::paths(&folder.path().join("output/mail"));
        for (mailing, who) in [("2027-08-status", "elin"), ("2027-09-thanks-referred", "nils-ny")] {
            let message = format!("{mailing}/messages/{who}.eml");
            assert!(mail.contains(&message), "{language}: no {message} in {mail:?}");
        }
    }
}

#[test]
fn nothing_of_the_demo_is_in_a_fresh_programme_or_its_output() {
    for language in languages() {
        let folder = fresh(&language, "2027-06-30");
        fill(folder.path());
        on("2027-06-30", folder.path(), &["build", "--all"]).succeeds();
        for (path, bytes) in files::read(folder.path()) {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            for word in ["lindholm", "kadri", "mikkel", "roast", "kaffe", "kohv"] {
                assert!(!text.contains(word), "`{word}` in {path} ({language})");
            }
        }
    }
}

#[test]
fn init_asks_for_what_is_missing_and_writes_nothing_without_it() {
    let folder = scratch::folder();
    let refused = on("2027-01-01", folder.path(), &["init", "ours"]).ends_with(2);
    assert!(refused.stderr.starts_with("error: --name is missing"), "{}", refused.stderr);
    let refused = on("2027-01-01", folder.path(), &["init", "ours", "--name", "X", "--email", "nobody"]).ends_with(2);
    assert!(refused.stderr.contains("--email"), "{}", refused.stderr);
    let strange = ["init", "ours", "--name", "X", "--email", "a@b.se", "--language", "xx"];
    on("2027-01-01", folder.path(), &strange).ends_with(2);
    assert!(!folder.path().join("ours").exists());
}

#[test]
fn a_repository_made_elsewhere_is_no_obstacle() {
    let folder = scratch::folder();
    fs::create_dir(folder.path().join(".vscode")).expect("a folder");
    for (path, text) in [
        ("README.md", "# Ours\n"),
        ("LICENSE", "MIT\n"),
        (".gitignore", "node_modules\n/output/*\n"),
        (".vscode/settings.json", "{ \"editor.rulers\": [100] }\n"),
        (".vscode/extensions.json", "{}\n"),
    ] {
        fs::write(folder.path().join(path), text).expect("a file");
    }
    on("2027-01-01", folder.path(), &["init", "--name", FIRM, "--email", "elin@ek-ask.se", "--country", "SE"])
        .succeeds();
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).expect("a file");
    assert_eq!(read("README.md"), "# Ours\n");
    assert_eq!(read(".vscode/settings.json"), "{ \"editor.rulers\": [100] }\n");
    assert_eq!(read(".vscode/extensions.json"), "{}\n");
    assert!(folder.path().join(".vscode/schemas/plan.json").is_file());
    assert_eq!(read(".gitignore"), "node_modules\n/output/*\n!/output/.gitkeep\n.env\n");
    let settings = read("bevara.yaml");
    assert!(settings.contains("languages: [sv]") && settings.contains("timezone: Europe/Stockholm"), "{settings}");
    let again = on("2027-01-01", folder.path(), &["init", "--name", FIRM, "--email", "elin@ek-ask.se"]).ends_with(1);
    assert!(again.stderr.contains("already"), "{}", again.stderr);
}

#[test]
fn the_recipe_for_continuous_integration_checks_builds_and_publishes() {
    let folder = fresh("en", "2027-06-30");
    let text = fs::read_to_string(folder.path().join(".github/workflows/bevara.yaml")).expect("a recipe");
    let recipe: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
    let steps = recipe["jobs"]["programme"]["steps"].as_array().expect("steps");
    let text = fs::read_to_string(folder.path().join(".github/actions/bevara/action.yaml")).expect("an action");
    let action: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
    let within = action["runs"]["steps"].as_array().expect("steps");
    let commands: Vec<&str> = within.iter().filter_map(|step| step["run"].as_str()).collect();
    let ours: Vec<&str> = commands.iter().filter_map(|command| command.strip_prefix("bevara ")).collect();
    assert_eq!(ours, ["--format github check", "build --messages none"]);
    fill(folder.path());
    for command in ours {
        on("2027-06-30", folder.path(), &command.split(' ').collect::<Vec<_>>()).succeeds();
    }
    let published = steps.iter().find_map(|step| step["with"]["path"].as_str()).expect("what is published");
    assert!(folder.path().join(published).join("index.html").is_file(), "{published}");
    let publish = &recipe["jobs"]["publish"];
    assert_eq!(
        (publish["needs"].as_str(), publish["permissions"]["pages"].as_str()),
        (Some("programme"), Some("write"))
    );
    assert_eq!(publish["permissions"]["id-token"].as_str(), Some("write"));
    assert!(publish["steps"][0]["uses"].as_str().is_some_and(|action| action.starts_with("actions/deploy-pages@")));
}

#[test]
fn five_of_the_files_in_the_way_are_named_and_the_rest_counted() {
    let folder = scratch::folder();
    for name in ["a", "b", "c"] {
        fs::write(folder.path().join(name), name).expect("a file");
    }
    for path in ["index", "refer", "briefing"].map(|name| format!("content/pages/{name}.md")) {
        fs::create_dir_all(folder.path().join("content/pages")).expect("a folder");
        fs::write(folder.path().join(path), "mine").expect("a file");
    }
    for name in ["january", "march", "may", "august"] {
        fs::create_dir_all(folder.path().join("content/newsletters")).expect("a folder");
        fs::write(folder.path().join(format!("content/newsletters/{name}.md")), "mine").expect("a file");
    }
    let before = files::read(folder.path());
    let refused = on("2027-01-01", folder.path(), &["init", "--name", FIRM, "--email", "elin@ek-ask.se"]).ends_with(1);
    assert!(refused.stderr.starts_with("error: 7 files in the way"), "{}", refused.stderr);
    assert!(refused.stderr.contains("and 2 more"), "{}", refused.stderr);
    files::assert_same(&before, &files::read(folder.path()));
}

#[test]
fn a_text_a_page_and_a_contact_are_added_with_their_lines() {
    let folder = fresh("sv", "2027-06-30");
    fill(folder.path());
    let run = |arguments: &[&str]| on("2027-06-30", folder.path(), arguments);
    run(&["new", "newsletter", "september", "--when", "2027-09-07"]).succeeds();
    run(&["new", "gift", "honey"]).succeeds();
    run(&["new", "page", "about"]).succeeds();
    run(&["new", "contact", "Anna Lind", "--email", "anna@lind.se"]).succeeds();
    let plan = fs::read_to_string(folder.path().join("content/plan/2027.yaml")).expect("a plan");
    assert!(plan.contains("- id: 2027-09-newsletter\n") && plan.contains("content: newsletters/september\n"), "{plan}");
    let people = fs::read_to_string(folder.path().join("contacts/people.yaml")).expect("a list");
    assert!(people.contains("- id: anna-lind\n  name: {given: Anna, family: Lind}\n"), "{people}");
    let found = codes(folder.path(), "2027-06-30");
    let known = |code: &&String| ["placeholder ", "no-basis "].iter().any(|known| code.starts_with(known));
    assert!(found.iter().all(|code| known(&code)), "{found:#?}");
    assert_eq!(found.iter().filter(|code| code.starts_with("no-basis ")).count(), 1);
    let before = files::read(folder.path());
    for wrong in
        [&["new", "newsletter", "September"][..], &["new", "gift", "x", "--when", "estr"], &["new", "page", "a b"]]
    {
        run(wrong).ends_with(2);
    }
    for there in [&["new", "newsletter", "september"][..], &["new", "contact", "Anna Lind"], &["new", "year", "2028"]] {
        run(there).ends_with(1);
    }
    files::assert_same(&before, &files::read(folder.path()));
}

#[test]
fn r34_next_years_plan_is_made_of_this_years() {
    let folder = fresh("en", "2027-01-01");
    fill(folder.path());
    let day = "2027-11-02";
    let missing = |found: &[String]| found.iter().filter(|code| code.starts_with("r34-next-year ")).count();
    assert_eq!(missing(&codes(folder.path(), day)), 1);
    let status = on(day, folder.path(), &["status", "--all"]);
    assert!(status.stderr.contains("there is no plan for 2028 yet"), "{}", status.stderr);
    let before = fs::read_to_string(folder.path().join("content/plan/2027.yaml")).expect("a plan");
    on(day, folder.path(), &["new", "year", "2028"]).succeeds();
    let plan = fs::read_to_string(folder.path().join("content/plan/2028.yaml")).expect("a plan");
    let comments =
        |plan: &str| plan.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(comments(&plan), comments(&before));
    assert!(plan.contains("year: 2028\n") && plan.contains("- id: 2028-01-newsletter\n"), "{plan}");
    assert!(
        plan.contains("content: newsletters/2028-january\n") && plan.contains("content: greetings/easter\n"),
        "{plan}"
    );
    assert!(folder.path().join("content/newsletters/2028-january.md").is_file());
    let found = codes(folder.path(), day);
    assert!(found.iter().all(|code| code.starts_with("placeholder ")), "{found:#?}");
    on(day, folder.path(), &["new", "year", "2028"]).ends_with(1);
}

#[test]
fn a_layout_is_ejected_once_and_then_it_counts() {
    let folder = fresh("en", "2027-01-01");
    let run = |arguments: &[&str]| on("2027-01-01", folder.path(), arguments);
    run(&["eject", "templates/email/base.html"]).succeeds();
    let own = fs::read(folder.path().join("templates/email/base.html")).expect("a layout");
    let ours = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/email/base.html")).expect("a layout");
    assert!(own == ours);
    run(&["eject", "templates/email/base.html"]).ends_with(1);
    let near = run(&["eject", "email/bas.html"]).ends_with(2);
    assert!(near.stderr.contains("did you mean `templates/email/base.html`?"), "{}", near.stderr);
}

#[test]
fn every_file_that_init_writes_names_its_schema() {
    let folder = fresh("sv", "2027-06-30");
    for (path, bytes) in files::read(folder.path()) {
        let is_ours = path.ends_with(".yaml") && !path.starts_with('.') && !path.contains("reviews/");
        if is_ours {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let line = text.lines().next().unwrap_or_default();
            let schema =
                line.strip_prefix("# yaml-language-server: $schema=").unwrap_or_else(|| panic!("{path}: {line}"));
            let parent = folder.path().join(&path);
            assert!(parent.parent().expect("a folder").join(schema).is_file(), "{path}: {schema}");
        }
    }
}

#[test]
fn a_schema_for_nothing_and_a_code_of_nothing_are_wrong_usage() {
    let folder = scratch::folder();
    let schema = on("2027-01-01", folder.path(), &["schema", "plan"]).succeeds().json();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    let near = on("2027-01-01", folder.path(), &["schema", "plans"]).ends_with(2);
    assert!(near.stderr.contains("did you mean `plan`?"), "{}", near.stderr);
    let explained = on("2027-01-01", folder.path(), &["explain", "unknown-key"]).succeeds();
    assert!(explained.stdout.contains("The way out"), "{}", explained.stdout);
    on("2027-01-01", folder.path(), &["explain", "unknwon-key"]).ends_with(2);
}

#[test]
fn completions_and_the_man_page_name_every_command() {
    let folder = scratch::folder();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = on("2027-01-01", folder.path(), &["completions", shell]).succeeds().stdout;
        assert!(script.contains("dkim-record") && script.contains("dry-run"), "{shell}");
        // What only the script calls is no command to offer.
        let calls = script.lines().filter(|line| line.contains("complete-ids") && !line.contains("complete-ids -- "));
        assert_eq!(calls.collect::<Vec<_>>(), Vec::<&str>::new(), "{shell}");
    }
    on("2027-01-01", folder.path(), &["completions", "tcl"]).ends_with(2);
    let page = on("2027-01-01", folder.path(), &["man"]).succeeds().stdout;
    assert!(page.contains(".TH bevara 1") && page.contains(".SH EXPLAIN"), "{page}");
}

/// What bash offers for a line whose last word is begun.
fn completed(programme: &Programme, line: &[&str]) -> Vec<String> {
    let script = r#"
        eval "$("$1" completions bash)"
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        COMP_LINE="$*"
        _bevara_with_ids "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let mut bash = Command::new("bash");
    bash.current_dir(programme.root())
        .env("SOURCE_DATE_EPOCH", "1795262400")
        .args(["--norc", "-c", script, "bash", env!("CARGO_BIN_EXE_bevara")])
        .args(line);
    let output = bash.output().expect("bash");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    lines.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn a_shell_completes_the_ids_of_mailings_contacts_and_referrals() {
    let programme = Programme::new();
    assert_eq!(completed(&programme, &["person", "show", "an"]), ["anna-lind"]);
    assert_eq!(completed(&programme, &["person", "forget", "r-"]), ["r-2026-001"]);
    assert_eq!(completed(&programme, &["refer", "thank", ""]), ["r-2026-001"]);
    assert_eq!(completed(&programme, &["send", "2026-11"]), ["2026-11-newsletter"]);
    assert_eq!(completed(&programme, &["send", "2026-11-newsletter", "--only", "b"]), ["brian-oneill"]);
    let commands = completed(&programme, &["comp"]);
    assert!(commands.contains(&"completions".to_owned()), "{commands:?}");
    let wrong = programme.replace("contacts/people.yaml", "tier: B\n  owner: elin", "tier: E\n  owner: elin").replace(
        "content/plan/2026.yaml",
        "christmas-3d",
        "chrismas-3d",
    );
    assert_eq!(completed(&wrong, &["person", "show", "an"]), ["anna-lind"]);
    assert_eq!(completed(&wrong, &["person", "forget", "r-"]), ["r-2026-001"]);
    assert_eq!(completed(&wrong, &["send", "2026-1"]), ["2026-11-newsletter", "2026-12-letter", "2026-12-christmas"]);
    let broken = wrong.append("contacts/people.yaml", "- id: [\n");
    assert_eq!(completed(&broken, &["refer", "thank", ""]), ["r-2026-001"], "other files can be read");
}

/// Words that stand where codes do and are none.
const NO_CODES: [&str; 3] = ["country", "fault", "year"];

/// String literals that are the code of a finding: after what makes findings, and those that begin with a rule's number.
fn codes_in(source: &str) -> Vec<String> {
    const MAKERS: [&str; 10] = [
        "error(",
        "warning(",
        "note(",
        "fault(",
        "from_fault(",
        "of_year(",
        "finding(",
        "code: ",
        "(code, ",
        "about(content, ",
    ];
    let mut found = Vec::new();
    for maker in MAKERS {
        for (at, _) in source.match_indices(maker) {
            let rest = source[at + maker.len()..].trim_start();
            found.extend(rest.strip_prefix('"').and_then(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
    for (at, _) in source.match_indices("\"r") {
        found.extend(source[at + 1..].split('"').next().map(str::to_owned).filter(|code| {
            let bytes = code.as_bytes();
            bytes.len() > 4 && bytes[1].is_ascii_digit() && bytes[2].is_ascii_digit() && bytes[3] == b'-'
        }));
    }
    let is_code = |code: &String| {
        !NO_CODES.contains(&code.as_str())
            && code.len() > 2
            && !code.starts_with('-')
            && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    found.retain(is_code);
    found
}

#[test]
fn every_code_that_can_be_printed_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = scratch::folder();
    let explained = on("2027-01-01", folder.path(), &["explain"]).succeeds().stdout;
    let explained: Vec<&str> = explained.lines().collect();
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    for top in ["src", "crates"] {
        for (path, bytes) in files::read(&root.join(top)) {
            if !path.ends_with(".rs") || path.ends_with("tests.rs") || path.contains("fixture") {
                continue;
            }
            let text = String::from_utf8(bytes).expect("UTF-8");
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            for code in codes_in(code).into_iter().filter(|code| !explained.contains(&code.as_str())) {
                missing.entry(code).or_insert_with(|| format!("{top}/{path}"));
            }
        }
    }
    assert!(missing.is_empty(), "add a section for each of these to docs/reference/findings.md: {missing:#?}");
}
