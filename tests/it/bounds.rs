//! A text that has no end, or no bottom, is an error at its place, soon, whatever it would have cost.

use std::time::{Duration, Instant};

use crate::programme::Programme;

const TEXT: &str = "content/newsletters/november.sv.md";

/// Longer than anything here may take on a busy machine with a slow build.
const PATIENCE: Duration = Duration::from_secs(60);

#[track_caller]
fn is_refused(name: &str, programme: &Programme, place: &str, words: &str) {
    let began = Instant::now();
    let run = programme.run(["check"]).ends_with(1);
    assert!(run.stderr.contains(words) && run.stderr.contains(place), "{name}: {}", run.stderr);
    assert!(began.elapsed() < PATIENCE, "{name} took {:?}", began.elapsed());
}

#[test]
fn what_is_nested_without_a_bottom_is_an_error_at_its_line() {
    let lists: String = (0..300).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
    for (name, text) in [
        ("quotes", ">".repeat(3000) + " x"),
        ("quotes with blanks", "> ".repeat(3000) + "x"),
        ("lists in one line", "- ".repeat(3000) + "x"),
        ("numbers in one line", "1. ".repeat(3000) + "x"),
        ("lists below each other", lists),
        ("<b>", "<b>".repeat(5000) + "x"),
        ("<div>", "<div>\n".repeat(5000) + "x"),
        ("<span> and end", "<span>".repeat(500) + "x" + &"</span>".repeat(500)),
        ("a loop of <div>", "{% for a in range(end=5000) %}<div>{% endfor %}".to_owned()),
    ] {
        let programme = Programme::new().append(TEXT, &format!("\n{text}\n"));
        is_refused(name, &programme, TEXT, "nested more than 100 deep");
    }
    // What nobody would write, and any mail program shows.
    Programme::new().append(TEXT, &format!("\n{}x\n", "> ".repeat(60))).run(["check"]).succeeds();
}

#[test]
fn what_runs_without_an_end_is_an_error_at_its_line() {
    let twice = "{% set x = x ~ x %}";
    for (name, text, words) in [
        (
            "loops",
            "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% endfor %}{% endfor %}".to_owned(),
            "more than a million steps",
        ),
        (
            "a loop that prints",
            "{% for a in range(end=90000) %}All of it again and again and again, as long as there is room for it, and \
             then some more, because nobody said when it is enough: that is what this sentence is here for. {% endfor %}"
                .repeat(2),
            "more than 16 MiB",
        ),
        ("doubling", format!("{{% set x = \"abcdefgh\" %}}{}", twice.repeat(40)), "larger than 1 MiB"),
        (
            "doubling in a loop",
            "{% set x = \"a\" %}{% for a in range(end=60) %}{% set_global x = x ~ x %}{% endfor %}".to_owned(),
            "larger than 1 MiB",
        ),
    ] {
        let programme = Programme::new().append(TEXT, &format!("\n{text}\n"));
        is_refused(name, &programme, TEXT, words);
    }
    let mut programme = Programme::new().append(TEXT, "\n{% include \"email/i1.html\" %}\n");
    for level in 1..40 {
        let include = format!("{{% include \"email/i{}.html\" %}}", level + 1);
        programme = programme.file(&format!("templates/email/i{level}.html"), include.repeat(2));
    }
    programme = programme.file("templates/email/i40.html", "x");
    is_refused("includes that double", &programme, "templates/email/i", "more than a million steps");
}

#[test]
fn a_picture_with_too_many_pixels_is_said_and_not_decoded() {
    // The head of a PNG of 60,000 × 60,000 pixels, and nothing in it (PNG §11.2.2).
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(60_000_u32.to_be_bytes());
    png.extend(60_000_u32.to_be_bytes());
    png.extend(b"\x08\x02\0\0\0\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82");
    let programme = Programme::new().file("content/newsletters/huge.png", png).append(TEXT, "\n![Stor](huge.png)\n");
    is_refused("a picture", &programme, "content/newsletters/huge.png", "60000 × 60000 pixels");
}
