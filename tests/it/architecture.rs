//! The house rules that a compiler does not check: the way of the data, and who may touch the world.

use std::collections::BTreeMap;
use std::path::Path;

use crate::files;

/// The stages in the order of the data; imports only point back.
const STAGES: [&str; 16] = [
    "model",
    "load",
    "validate",
    "plan",
    "render",
    "reference",
    "starter",
    "products",
    "build",
    "check",
    "import",
    "review",
    "send",
    "serve",
    "lsp",
    "cli",
];

/// What a programme makes, side by side: none imports another.
const PRODUCTS: [&str; 5] = ["mail", "post", "site", "report", "calendar"];

/// Every source file of `crates/programme` and `bevara` by its path below `src/`, without comments and without its tests.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.join("crates/programme/src"), root.join("src")];
    let files = folders.iter().flat_map(|src| files::read(src));
    let own = files.filter(|(path, _)| path.ends_with(".rs") && !path.ends_with("tests.rs"));
    own.map(|(path, bytes)| (path, code_of(&String::from_utf8(bytes).expect("UTF-8")))).collect()
}

fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// The stage that a source file belongs to; `None` for the doors, `lib.rs` and `main.rs`.
fn stage_of(path: &str) -> Option<&'static str> {
    let name = path.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    match name {
        "lib" | "main" => None,
        name => Some(STAGES.into_iter().find(|stage| *stage == name).unwrap_or_else(|| panic!("no stage: {path}"))),
    }
}

/// The stages that a text names: `crate::plan::…`, and those of `crate::{plan::…, model::…}`.
fn imported(code: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            None => names.push(word(rest)),
            Some(group) => {
                let mut depth = 0;
                let mut begins = true;
                for (offset, letter) in group.char_indices() {
                    match letter {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => begins = true,
                        letter if letter.is_alphanumeric() && begins => {
                            names.push(word(&group[offset..]));
                            begins = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    names
}

#[test]
fn imports_only_point_back_along_the_way_of_the_data() {
    let position = |name: &str| STAGES.iter().position(|stage| *stage == name);
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let Some(own) = stage_of(&path).and_then(position) else { continue };
        for name in imported(&code) {
            if position(&name).is_some_and(|other| other > own) {
                wrong.push(format!("src/{path} imports crate::{name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_product_imports_another() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let Some(own) = path.strip_prefix("products/").and_then(|path| path.split(['/', '.']).next()) else { continue };
        for other in PRODUCTS.iter().filter(|other| **other != own && own != "mod") {
            if code.contains(&format!("products::{other}")) || code.contains(&format!("super::super::{other}")) {
                wrong.push(format!("src/{path} imports the product {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn imports_are_found_in_every_form() {
    let code = "use crate::{\n    model::{id, text},\n    plan,\n};\nuse crate::load::yaml;\nlet a = crate::products::mail::x();";
    assert_eq!(imported(code), ["model", "plan", "load", "products"]);
}

/// Fails where a word stands in a stage that has no right to it.
#[track_caller]
fn only_in(words: &[&str], stages: &[&str], why: &str) {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let allowed = stages.iter().any(|allowed| path.trim_end_matches(".rs").starts_with(allowed));
        for word in words.iter().filter(|word| !allowed && code.contains(**word)) {
            wrong.push(format!("src/{path}: `{word}`"));
        }
    }
    assert!(wrong.is_empty(), "{why}\n{wrong:#?}");
}

#[test]
fn only_the_command_line_prints() {
    only_in(&["println!", "eprintln!", "print!(", "stdout()", "stderr()", "dbg!"], &["cli/"], "only cli prints");
}

#[test]
fn only_the_command_line_reads_the_environment_and_the_clock() {
    let words = ["std::env", "env::var", "SystemTime", "Instant::now", "Zoned::now", "Timestamp::now", "Utc::now"];
    only_in(&words, &["cli/"], "no hidden input: what day it is comes in as a parameter");
}

#[test]
fn only_load_reads_the_programme_and_only_products_and_send_write() {
    let words = ["std::fs", "fs::read", "fs::write", "File::open", "File::create", "WalkDir"];
    only_in(
        &words,
        // What `cli/link_cache`, `cli/picture_cache` and `cli/verdicts` keep lies in the user's own cache, outside of any programme; `cli/last_build` keeps a
        // note beside the output.
        &[
            "load/",
            "products/",
            "send/bounces/mailbox",
            "send/journal",
            "send/transport",
            "cli/init",
            "cli/last_build",
            "cli/link_cache",
            "cli/picture_cache",
            "cli/revision",
            // A copy for the person outside of any programme, and what was built of who is forgotten.
            "cli/person/export",
            "cli/person/forget",
            "cli/session",
            // The summary of a job on a forge.
            "cli/terminal",
            "cli/verdicts",
        ],
        "files are read in load and written by products, through the store; send has its journal, the queues it delivers into, and the \
         reports that come back",
    );
}

#[test]
fn only_the_check_of_outside_links_asks_the_web() {
    only_in(
        &["ureq", "TcpStream", "TcpListener"],
        &["check/outside/http", "cli/serve", "send/", "serve/"],
        "no network by surprise",
    );
}

#[test]
fn wire_structs_stay_in_load_and_validate() {
    only_in(&["wire::"], &["load/", "validate/", "reference/"], "what stands in the files is taken apart in validate");
}

#[test]
fn templates_stay_in_render() {
    only_in(&["tera::", "Tera::"], &["render/"], "tera is a detail of rendering");
}

#[test]
fn smtp_stays_in_send() {
    only_in(&["lettre::"], &[], "what SMTP looks like is a detail of the mail tool");
}

#[test]
fn the_binary_is_thin_and_the_library_safe() {
    let sources = sources();
    assert!(sources["main.rs"].lines().count() <= 20);
    for stage in STAGES {
        assert!(sources.keys().any(|path| stage_of(path) == Some(stage)), "the sources of {stage} were read");
    }
    only_in(&["unsafe "], &[], "no unsafe code");
}

#[test]
fn every_test_file_is_declared() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = std::fs::read_to_string(folder.join("main.rs")).expect("a file");
    let declared: Vec<String> = main
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .map(|name| format!("{name}.rs"))
        .collect();
    let own = |path: &String| path.ends_with(".rs") && !path.contains('/') && path != "main.rs";
    let there: Vec<String> = files::paths(&folder).into_iter().filter(own).collect();
    assert_eq!(declared, there);
}
