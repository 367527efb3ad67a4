//! What holds for any value, tried with thousands: it comes back exactly, and it is nothing but text.

use bevara::model::language::Language;
use bevara::render::markdown::{self, Medium};
use data_encoding::BASE64;
use html::mark;
use html::{self, visible_text};
use mail::header;

use super::generator::Generator;

const ROUNDS: usize = 4000;

#[test]
fn a_value_in_marks_comes_back() {
    let mut generator = Generator::new(1);
    for _ in 0..ROUNDS {
        let (a, b) = (generator.text(40), generator.text(40));
        let marks = mark::encode(&a);
        assert!(marks.chars().all(|mark| mark::is_mark(mark) && !mark::HOLES.contains(&mark)));
        assert_eq!(mark::decode(&format!("{marks} and {}{marks}", mark::encode(&b))), format!("{a} and {b}{a}"));
        assert_eq!(mark::decode(&a), a, "an ordinary text is left alone");
    }
}

/// Markdown around a value: before, after.
const PLACES: [(&str, &str); 14] = [
    ("", ""),
    ("Hej ", ", hur är det?"),
    ("**", "**"),
    ("# ", ""),
    ("- ", "\n- två"),
    ("1. ", ""),
    ("> ", "\n> mer"),
    ("| a | b |\n|---|---|\n| ", " | x |"),
    ("[", "](https://firm.example/)"),
    ("[länk](https://firm.example/?q=", ")"),
    ("![", "](https://firm.example/a.png)"),
    ("`", "`"),
    ("<p title=\"", "\">x</p>"),
    ("ett\n", "\ntvå"),
];

/// The HTML that a reader gets of a text with a value in it.
fn rendered(before: &str, value: &str, behind: &str) -> String {
    let source = format!("{before}{}{behind}\n", mark::encode(value));
    let picture = |_: &str| None;
    let options =
        markdown::Options { language: Language::Sv, allow_html: true, medium: Medium::Mail, picture: &picture };
    html::finish(&markdown::render(&source, &options).html, &mut |_, _| None)
}

/// The tags of an HTML text, attributes cut off where their values begin.
fn structure(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1).map(|rest| {
        let (tag, _) = rest.split_once('>').unwrap_or((rest, ""));
        let mut inside = false;
        let names = tag.chars().filter(|&character| {
            let quote = character == '"';
            inside ^= quote;
            !inside && !quote
        });
        names.collect()
    });
    tags.collect()
}

fn folded(text: &str) -> String {
    text.split(char::is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_value_in_markdown_is_nothing_but_text() {
    let mut generator = Generator::new(2);
    for round in 0..ROUNDS {
        let value = generator.text(60);
        let (before, behind) = PLACES[round % PLACES.len()];
        let html = rendered(before, &value, behind);
        assert_eq!(structure(&html), structure(&rendered(before, "x", behind)), "{value:?} in {before:?}: {html}");
        let is_shown = !before.contains("?q=") && !before.contains("title");
        assert!(!is_shown || folded(&visible_text(&html)).contains(&folded(&value)), "{value:?} in {before:?}: {html}");
    }
}

#[test]
fn a_value_in_an_attribute_stays_in_it() {
    let mut generator = Generator::new(3);
    let attributes =
        ["title=\"", "alt='", "href=\"", "href=\"https://firm.example/", "style=\"color:", "onclick=\"", "class="];
    for round in 0..ROUNDS {
        let value = generator.text(60);
        let before = attributes[round % attributes.len()];
        let quote = if before.contains('"') {
            "\""
        } else if before.contains('\'') {
            "'"
        } else {
            ""
        };
        let page =
            |value: &str| html::finish(&format!("<a {before}{}{quote}>b</a>", mark::encode(value)), &mut |_, _| None);
        let html = page(&value);
        assert_eq!(structure(&html), structure(&page("x")), "{value:?} in {before}: {html}");
        assert_eq!(visible_text(&html), "b");
        assert!(!html.contains("javascript:") && !html.contains("url("), "{html}");
    }
}

/// Reads an unfolded text with encoded-words as RFC 2047 has it; white space between two of them is nothing.
fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut gap = "";
    while let Some(at) = rest.find("=?UTF-8?") {
        let before = &rest[..at];
        if !before.trim().is_empty() || out.is_empty() {
            out.push_str(gap);
            out.push_str(before);
        }
        let word = &rest[at..];
        let (kind, inner) = word["=?UTF-8?".len()..].split_once('?').expect("an encoding");
        let (inner, behind) = inner.split_once("?=").expect("an end");
        assert!(word.len() - behind.len() <= 75, "RFC 2047 §2: {word}");
        let bytes = match kind {
            "B" => BASE64.decode(inner.as_bytes()).expect("base64"),
            _ => quoted(inner),
        };
        out.push_str(&String::from_utf8(bytes).expect("no character is split"));
        rest = behind;
        gap = "";
    }
    out + rest
}

fn quoted(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut octets = text.bytes();
    while let Some(octet) = octets.next() {
        bytes.push(match octet {
            b'_' => b' ',
            b'=' => {
                let digits = [octets.next().expect("a digit"), octets.next().expect("a digit")];
                u8::from_str_radix(std::str::from_utf8(&digits).expect("ASCII"), 16).expect("two digits")
            }
            other => other,
        });
    }
    bytes
}

/// Checks the lines of a field and unfolds it.
fn unfolded(field: &[u8], name: &str) -> String {
    let field = std::str::from_utf8(field).expect("ASCII");
    assert!(field.is_ascii(), "{field}");
    let body =
        field.strip_suffix("\r\n").and_then(|field| field.strip_prefix(&format!("{name}: "))).expect("one field");
    for (index, line) in field.trim_end_matches("\r\n").split("\r\n").enumerate() {
        assert!(index == 0 || line.starts_with(' '), "{field}");
        assert!(!line.trim().is_empty() && !line.contains(['\r', '\n', '\0']), "{field}");
        assert!(line.len() <= 998 && (!line.contains("=?UTF-8?") || line.len() <= 76), "{field}");
    }
    body.replace("\r\n", "")
}

#[test]
fn a_subject_comes_back() {
    let mut generator = Generator::new(4);
    for round in 0..ROUNDS {
        let text = generator.text(if round % 50 == 0 { 900 } else { 90 });
        let mut out = Vec::new();
        header::unstructured("Subject", &text, &mut out);
        assert_eq!(decoded(&unfolded(&out, "Subject")), text);
    }
}

#[test]
fn a_name_comes_back_and_never_touches_the_address() {
    let address = "anna.lind@firm.example".parse().expect("an address");
    let mut generator = Generator::new(5);
    for round in 0..ROUNDS {
        let text = generator.text(if round % 50 == 0 { 900 } else { 60 });
        let mut out = Vec::new();
        header::mailbox("To", &text, &address, &mut out);
        let field = unfolded(&out, "To");
        let phrase = field.strip_suffix("<anna.lind@firm.example>").expect("the address is last");
        let phrase = phrase.strip_suffix(' ').expect("a space before it");
        assert_eq!(decoded(&without_quotes(phrase)), text, "{phrase}");
    }
}

/// The phrase with its quoted strings taken out of their quotes.
fn without_quotes(phrase: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    let mut characters = phrase.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => inside = !inside,
            '\\' if inside => out.extend(characters.next()),
            other => {
                assert!(inside || other == ' ' || !"()<>[]:;@\\,.".contains(other), "{other} stands bare in {phrase}");
                out.push(other);
            }
        }
    }
    assert!(!inside, "{phrase}");
    out
}
