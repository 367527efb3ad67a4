//! What is said about files that cannot be read, word for word.

use std::fs::File;
use std::time::{Duration, Instant};

use crate::programme::{Programme, says};

const PEOPLE: &str = "contacts/people.yaml";
const PLAN: &str = "content/plan/2026.yaml";
const LETTER: &str = "content/newsletters/workshop.sv.md";

#[test]
fn what_is_no_yaml() {
    says(
        &Programme::new().replace(PLAN, "    to: B\n", "    to: B: C\n"),
        r#"
error[yaml]: this is not YAML: mapping values are not allowed in this context
  --> content/plan/2026.yaml:20:10
   |
20 |     to: B: C
   |          ^
   |
   = help: a value with a colon in it is put in quotes"#,
    );
}

#[test]
fn a_front_matter_that_nobody_closed() {
    says(
        &Programme::new().file(LETTER, "---\nsubject: Kom\n\nHej,\n"),
        r#"
error[front-matter]: the front matter is not closed
 --> content/newsletters/workshop.sv.md:1:1
  |
1 | ---
  | ^^^
  |
  = help: put a line `---` between the front matter and the text"#,
    );
}

#[test]
fn a_file_in_another_encoding() {
    says(
        &Programme::new().file(LETTER, b"---\nsubject: Kom\n---\n\nGl\xf6gg.\n"),
        r#"
error[not-utf-8]: this file is not UTF-8 text
 --> content/newsletters/workshop.sv.md:5:3
  |
5 | Gl�gg.
  |   ^
  |
  = help: save it with the encoding UTF-8"#,
    );
}

#[test]
fn anchors_and_aliases() {
    says(
        &Programme::new().append(PEOPLE, "\n- &ivar\n  id: ivar-ek\n"),
        r#"
error[yaml]: anchors and aliases are not read
  --> contacts/people.yaml:86:3
   |
86 | - &ivar
   |   ^^^^^
   |
   = help: write the value out, or put it in quotes if it is text"#,
    );
}

#[test]
fn a_file_of_more_than_64_mebibytes() {
    let programme = Programme::new().file("contacts/list.yaml", "");
    File::create(programme.path("contacts/list.yaml")).and_then(|file| file.set_len(65 << 20)).expect("a sparse file");
    says(
        &programme,
        r#"
error[too-large]: this file is 65 MiB large
--> contacts/list.yaml
 = help: split it: a file has at most 64 MiB"#,
    );
}

/// An attack on memory or patience ends in an error at once.
#[track_caller]
fn ends_at_once(programme: &Programme, expected: &str) {
    let start = Instant::now();
    says(programme, expected);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[test]
fn an_alias_bomb_ends_at_once() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let before = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", [before.as_str(); 9].join(", "));
    }
    ends_at_once(
        &Programme::new().file("contacts/bomb.yaml", bomb),
        r#"
error[yaml]: anchors and aliases are not read
 --> contacts/bomb.yaml:1:5
  |
1 | a0: &a0 [x, x, x, x, x, x, x, x, x]
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write the value out, or put it in quotes if it is text"#,
    );
}

#[test]
fn a_million_brackets_end_at_once() {
    ends_at_once(
        &Programme::new().append("bevara.yaml", &format!("extra: {}\n", "[".repeat(1_000_000))),
        r#"
error[yaml]: this is nested too deeply
  --> bevara.yaml:51:1
   |
51 | extra: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...
   | ^^^^^
   |
   = help: nothing in a programme needs more than a few levels"#,
    );
}

#[test]
fn a_thousand_levels_end_at_once() {
    let deep: String = (0..1000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    ends_at_once(
        &Programme::new().file("templates/strings/sv.yaml", deep),
        r#"
error[wrong-type]: `a` should be one value, but is a group of keys
 --> templates/strings/sv.yaml:2:2
  |
2 |  a:
  |  ^"#,
    );
}

#[test]
fn ten_thousand_hyphens_end_at_once() {
    ends_at_once(
        &Programme::new().file("contacts/hyphens.yaml", "- ".repeat(10_000) + "x\n"),
        r#"
error[yaml]: this is nested too deeply
 --> contacts/hyphens.yaml:1:1
  |
1 | - - - - - - - - - - - - - - - - - - - - - - -... - - - - - - - - - - - - - - - - - - - - - - 
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: nothing in a programme needs more than a few levels"#,
    );
}
