use super::*;
use html::mark::encode;

fn text(markdown: &str) -> String {
    render_text(markdown, &TextOptions { language: Language::Sv, allow_html: true, links: Links::Numbered })
}

fn inline_text(markdown: &str) -> String {
    render_text(markdown, &TextOptions { language: Language::Sv, allow_html: true, links: Links::Inline })
}

#[test]
fn a_letter_reads_as_if_somebody_had_typed_it() {
    let markdown = "\
Hej Åsa,

mötet börjar **om tio minuter**, de är *tolv*, och någon öser kaffe i filtret tills det ser \"lagom\" ut.

![Tolv koppar](/images/cups.png \"Tolv koppar, 108 gram\")

## Nio gram per kopp

| Koppar | Kaffe | Vatten |
|-------:|------:|:------:|
| 6 | 54 g | 0,9 liter |
| 12 | 108 g | 1,8 liter |

1. **Vattnet.** Kallt och nytappat, och 92–96 grader när det möter kaffet, varje gång.
2. Bryggaren
   - korg
   - termos

> Det här är ett citat.
>
> -- Björk

Läs mer [hos oss](https://www.x.example/a) eller [här](https://www.x.example/b), [igen](https://www.x.example/a).

- [x] klart
- [ ] kvar

---

    kod  här
";
    assert_eq!(
        text(markdown),
        "\
Hej Åsa,

mötet börjar om tio minuter, de är tolv, och någon öser kaffe i filtret
tills det ser ”lagom” ut.

[Tolv koppar]
Tolv koppar, 108 gram

Nio gram per kopp
-----------------

Koppar  Kaffe   Vatten
------  -----  ---------
     6   54 g  0,9 liter
    12  108 g  1,8 liter

1. Vattnet. Kallt och nytappat, och 92–96 grader när det möter kaffet,
   varje gång.
2. Bryggaren
   - korg
   - termos

> Det här är ett citat.
>
> – Björk

Läs mer hos oss [1] eller här [2], igen [1].

✓ klart
○ kvar

------------------------

    kod  här

[1] https://www.x.example/a
[2] https://www.x.example/b"
    );
}

#[test]
fn a_button_is_its_label_and_its_address_on_lines_of_their_own() {
    let button = format!(
        "Hej\n\n<table role=\"presentation\" class=\"button\">\n<tr><td align=\"center\"><a href=\"{}\">{}</a></td></tr>\n</table>\n\nSlut",
        encode("https://x.example/en/mycket/lång/adress/som/aldrig/får/brytas/hur/lång/den/än/blir?a=1&b=2"),
        encode("Boka en *provning*")
    );
    assert_eq!(
        text(&button),
        "Hej\n\nBoka en *provning*:\n\
         https://x.example/en/mycket/l%C3%A5ng/adress/som/aldrig/f%C3%A5r/brytas/hur/l%C3%A5ng/den/%C3%A4n/blir?a=1&b=2\n\nSlut"
    );
    assert_eq!(text("[Vill du?](https://x.example)"), "Vill du?\nhttps://x.example");
}

#[test]
fn an_address_that_is_said_is_not_repeated() {
    assert_eq!(text("Se <https://x.example/a>."), "Se https://x.example/a.");
    assert_eq!(text("Se [x.example/a](https://x.example/a/)."), "Se x.example/a.");
    assert_eq!(text("Skriv till [a@x.example](mailto:a@x.example?subject=Hej)!"), "Skriv till a@x.example!");
    assert_eq!(text("[Skriv](mailto:a%2Bb@x.example) eller <c@x.example>"), "Skriv (a+b@x.example) eller c@x.example");
    assert_eq!(
        text("Ring [08-555 010 20](tel:+46855501020), [oss](tel:+46855501020)"),
        "Ring 08-555 010 20, oss (+46855501020)"
    );
    assert_eq!(text("Ring [+46 8 555 010 20](tel:+46855501020)."), "Ring +46 8 555 010 20.");
    assert_eq!(text("[upp](#topp)"), "upp");
    assert_eq!(inline_text("Se [priserna](https://x.example/p) nu"), "Se priserna (https://x.example/p) nu");
}

#[test]
fn components_are_read_for_their_words() {
    let markdown = "<blockquote class=\"quote\">\n\n*Så* gott!\n\n<p class=\"by\">Anna &amp; Per</p>\n</blockquote>\n\n\
        <div style=\"display:none\">gömt<div>x</div></div><!--[if mso]>Outlook<![endif]-->\n<ul><li>ett<li>två</li></ul>\n\n\
        <figure><img src=\"a.png\" alt=\"En bild\">\n<figcaption>Text</figcaption></figure>\n\n\
        <table>\n<tr><td>0</td><td>1</td></tr>\n<tr><td>låg</td><td>hög</td></tr>\n</table>\n\na<br>b <i>c</i>";
    assert_eq!(
        text(markdown),
        "> Så gott!\n>\n> Anna & Per\n\n- ett\n- två\n\n[En bild]\nText\n\n0 1\nlåg hög\n\na\nb c"
    );
}

#[test]
fn footnotes_and_links_share_one_numbering() {
    let markdown =
        "En not[^n] och en [länk](https://x.example).\n\n[^n]: Noten har en [egen](https://y.example).\n\nSlut[^n].";
    assert_eq!(
        text(markdown),
        "En not [1] och en länk [2].\n\nSlut [1].\n\n[1] Noten har en egen [3].\n[2] https://x.example\n[3] https://y.example"
    );
}

#[test]
fn a_table_too_wide_becomes_paragraphs_and_loose_lists_have_air() {
    let long = "ett ganska långt innehåll i en cell som";
    let markdown = format!("| A | B |\n|---|---|\n| {long} | {long} |\n| c | |");
    assert_eq!(text(&markdown), format!("A: {long}\nB: {long}\n\nA: c"));
    assert_eq!(text("- a\n\n- b\n\n  c\n"), "- a\n\n- b\n\n  c");
    assert_eq!(text("> - a\n> - b\n\nc"), "> - a\n> - b\n\nc");
    assert_eq!(text("- \n- a"), "-\n- a");
}

#[test]
fn values_are_wrapped_as_text_and_never_interpreted() {
    let nasty = [
        "<script>",
        "*a*",
        "{{ x }}",
        "&amp;",
        "\"x\" -- y",
        "# a",
        "1. x",
        "- x",
        "> x",
        "[a](b)",
        "\\",
        "שלום",
        "👩‍🌾",
        "𠮷",
        "`a`",
        "| a |",
        "~~x~~",
        "https://x.example/a--b",
        "&#65;",
    ];
    for value in nasty {
        for place in [
            "{v}",
            "Hej {v}, hej",
            "**{v}**",
            "`{v}`",
            "> {v}",
            "<p>{v}</p>",
            "- {v}",
            "| aaaaaaaaaaaaaaaaaaaaaaaa |\n|---|\n| {v} |",
        ] {
            let around = text(&place.replace("{v}", "Q"));
            let expected = around.replace('Q', value);
            assert_eq!(text(&place.replace("{v}", &encode(value))), expected, "{place}");
        }
    }
    let name = "Åsa ".repeat(40);
    assert!(text(&encode(&name)).lines().all(|line| line.chars().count() <= WIDTH));
    assert_eq!(text(&format!("[x]({})", encode("javascript:alert(1)"))), "x");
    assert_eq!(
        text(&format!("249{}kr {}", encode("\u{a0}"), "ord ".repeat(20)))
            .lines()
            .next()
            .map(|line| line.contains("249\u{a0}kr")),
        Some(true)
    );
}
