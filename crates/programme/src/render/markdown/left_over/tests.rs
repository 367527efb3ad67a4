//! What is a mistake, where it stands, and what is none.

use super::*;
use crate::model::content::Front;
use crate::model::language::Language;
use crate::render::markdown::{Medium, Options, render};
use source::SourceFile;

/// Codes and places of what is left over in a text, rendered as it stands.
fn found(markdown: &str) -> Vec<String> {
    found_in(markdown, markdown)
}

/// The same of a text that was rendered from `source`.
fn found_in(source: &str, markdown: &str) -> Vec<String> {
    let text = format!("---\nsubject: S\n---\n{source}");
    let body_at = text.len() - source.len();
    let content = ContentFile { file: SourceFile::new("content/a.md", text), body_at, front: Front::default() };
    let options = Options { language: Language::En, allow_html: true, medium: Medium::Mail, picture: &|_| None };
    let left = render(markdown, &options).left_over;
    let finding = |left: &LeftOver| {
        let finding = left.finding(&content);
        let (line, column) = finding.place.as_ref().and_then(|place| place.line_column()).expect("a place");
        format!("{} {}:{column} {}", finding.code, line - 3, mark::decode(&left.text))
    };
    left.iter().map(finding).collect()
}

#[test]
fn r28_fields_of_this_and_other_programs_are_found() {
    let text = "Hello {contact.name.given}, *|FNAME|* %%name%%\n<<First Name>>\n\n# {{ x }} ${name}\n";
    assert_eq!(
        found(text),
        [
            "merge-field 1:7 {contact.name.given}",
            "merge-field 1:29 *|FNAME|*",
            "merge-field 1:39 %%name%%",
            "merge-field 2:1 <<First Name>>",
            "merge-field 4:3 {{",
            "merge-field 4:8 }}",
            "merge-field 4:12 {name}",
        ]
    );
}

#[test]
fn r28_fields_are_known_by_what_they_name_where_signs_are_common() {
    let text = "«Förnamn» «First_Name» [FIRSTNAME] [First name], %name% #etunimi# @@x@@ *|LIST:COMPANY|* <%= name %> [% x %]\n";
    assert_eq!(
        found(text),
        [
            "merge-field 1:1 «Förnamn»",
            "merge-field 1:11 «First_Name»",
            "merge-field 1:24 [FIRSTNAME]",
            "merge-field 1:36 [First name]",
            "merge-field 1:50 %name%",
            "merge-field 1:57 #etunimi#",
            "merge-field 1:67 @@x@@",
            "merge-field 1:73 *|LIST:COMPANY|*",
            "merge-field 1:90 <%= name %>",
            "merge-field 1:102 [% x %]",
        ]
    );
}

#[test]
fn r28_blanks_that_are_too_many_or_too_few_are_found() {
    let text = "See [the list] (https://x.example/list), ![a fern] (/images/fern.png) and ** bold ** or __ bold __.\n\nWe have\n-fern\n-palm\n\n• ivy\n• moss\n\n[b]Bold[/b]\n\n> [!NOTE]\n> Hello\n";
    assert_eq!(
        found(text),
        [
            "raw-markup 1:5 [the list] (https://x.example/list)",
            "raw-markup 1:42 ![a fern] (/images/fern.png)",
            "raw-markup 1:75 ** bold **",
            "raw-markup 1:89 __ bold __",
            "raw-markup 4:1 -fern",
            "raw-markup 5:1 -palm",
            "raw-markup 7:1 • ivy",
            "raw-markup 8:1 • moss",
            "raw-markup 10:8 [/b]",
            "raw-markup 12:3 [!NOTE]",
        ]
    );
}

#[test]
fn r28_markdown_that_came_to_nothing_is_found() {
    let text = "[call us](tel:08-555 010 31), see [the list](https://x.example/price list.pdf)\nand ![a fern](/images/green fern.png).\n\n**\"Fern\"**en is here[^1], see [the terms][terms]. ~~ 100 ~~ kr\n\n##Prices\n\n- a\n| Fern | little |\n";
    assert_eq!(
        found(text),
        [
            "raw-markup 1:1 [call us](tel:08-555 010 31)",
            "raw-markup 1:35 [the list](https://x.example/price list.pdf)",
            "raw-markup 2:5 ![a fern](/images/green fern.png)",
            "raw-markup 4:1 **\"Fern\"**",
            "raw-markup 4:21 [^1]",
            "raw-markup 4:31 [the terms][terms]",
            "raw-markup 4:51 ~~ 100 ~~",
            "raw-markup 6:1 ##Prices",
            "raw-markup 9:1 | Fern | little |",
        ]
    );
}

#[test]
fn r28_markdown_right_below_html_is_none() {
    let text = "<p>A button</p>\nRead [more](/nope/) on **coffee**, {name}\n<pre>{x} **y**</pre>\n\n**Bold**.\n";
    let expected = ["raw-markup 2:6 [more](/nope/)", "raw-markup 2:24 **coffee**", "merge-field 2:36 {name}"];
    assert_eq!(found(text), expected);
}

#[test]
fn r28_days_of_machines_and_words_to_be_replaced_are_found() {
    assert_eq!(found("We met on 2026-12-24. TODO: more"), ["raw-date 1:11 2026-12-24", "filler 1:23 TODO"]);
    let value = mark::encode("2026-12-24");
    assert_eq!(
        found_in("On {{ date }}.\n", &format!("On {value}.\n")),
        ["raw-date 1:1 2026-12-24"],
        "printed by a tag"
    );
}

#[test]
fn r28_rows_and_elements_that_do_not_come_out_even_are_errors() {
    let table = "| a | b |\n|---|---|\n| 1 | 2 |\n| 1 | 2 | 3 |\n| only |\n| x \\| y | `z` |\n";
    assert_eq!(found(table), ["table-row 4:1 | 1 | 2 | 3 |", "table-row 5:1 | only |"]);
    assert_eq!(
        found("a <b>bold\n\n<div class=\"x\">\n\ntext <i>i</i>\n"),
        ["unclosed-element 1:3 <b>", "unclosed-element 3:1 <div class=\"x\">",]
    );
}

#[test]
fn what_stands_where_in_the_result_is_found_in_the_source() {
    let source = "{% if contact.company %}Hello{% endif %}\n\nSee {name} now.\n";
    assert_eq!(found_in(source, "Hello\n\nSee {name} now.\n"), ["merge-field 3:5 {name}"]);
    let name = mark::encode("Åsa");
    assert_eq!(
        found_in("**\"{{ contact.name.given }}\"**s list\n", &format!("**\"{name}\"**s list\n")),
        ["raw-markup 1:1 **\"Åsa\"**"]
    );
}

#[test]
fn what_customers_are_called_and_what_is_meant_so_is_no_mistake() {
    let value = mark::encode("*|x|* {name} **a** [a](b) TODO | a | b |");
    assert!(found(&format!("Hello {value}, and **{value}**\n")).is_empty());
    for fine in [
        "`{name}` and `**` and\n\n    | code | {x} |\n\n```\n*|FNAME|* TODO\n```\n",
        "**bold** ~~struck~~ [a](https://x.example/2026-12-24) <https://x.example/?d=2026-12-24>\n",
        "\\*\\*two stars\\*\\* \\[not\\](a link) 5 ** 2 *** ornament ***\n",
        "Home | About | Contact, #hashtag, [sic], 100 %, 50%% off {1, 2} { }\n",
        "He said «navn» and «I Guds navn», [the company] grew 5 %to 10 %, #fika #kaffe, [Name](https://x.example) and %C3%A5\n",
        "Warm regards\n-Ada\n\n2.Place for us. See [1] (page 3), a__b and ____.\n",
        "Text[^1].\n\n[^1]: A note.\n",
        "| a | b |\n|:--|--:|\n| [x](y) | `c` |\n",
        "<p>one<br>two <img src=\"a.png\" alt=\"\"> <li>x\n\n<div>\n\ntext\n\n</div>\n",
        "Order 12026-12-24-7, TODOS, phone 2026-12-244\n",
        "<!-- TODO: {name} -->\n",
    ] {
        assert!(found(fine).is_empty(), "{fine}: {:?}", found(fine));
    }
}

#[test]
fn signs_without_an_end_are_told_by_the_first_and_take_no_time() {
    for sign in [
        "![",
        "[a](",
        "[a][",
        "{a",
        "{{ ",
        "*|A",
        "<<",
        "%%a",
        "%a",
        "«a",
        "[a",
        "#a ",
        "<% a",
        "**a ",
        "__ ",
        "[/",
        "] (/",
        "-a\n",
        "~~ ",
        "[^",
        "](",
        "| a | b\n\n",
    ] {
        let found = found(&sign.repeat(20_000));
        assert!(found.len() < 45_000 && found.iter().map(String::len).sum::<usize>() < 3_000_000, "{sign}");
    }
}

#[test]
fn lines_of_the_front_matter_are_looked_at_too() {
    let found = |subject: &str| {
        let text = format!("---\nsubject: '{subject}'\n---\nText.\n");
        let content = ContentFile { file: SourceFile::new("content/a.md", text), body_at: 0, front: Front::default() };
        let place = |finding: &Diagnostic| finding.place.as_ref().and_then(|place| place.line_column());
        let found = in_front(&content, "subject", subject);
        found.iter().map(|finding| (finding.code, place(finding))).collect::<Vec<_>>()
    };
    let place = Some((2, 10));
    let expected = [("merge-field", place), ("raw-markup", place), ("filler", place)];
    assert_eq!(found("News for {name}: **now** TODO"), expected);
    assert!(found("{{ contact.name.given }}{% if tier == \"A\" %}, 5 * 3{% endif %}, {} and [x]").is_empty());
}
