use super::*;
use crate::render::text::{Links, TextOptions, render_text};
use html::mark::encode;
use html::{finish, links, visible_text};

fn rendered(markdown: &str, language: Language, medium: Medium) -> Rendered {
    let picture = |name: &str| name.strip_prefix('/').map(str::to_owned);
    render(markdown, &Options { language, allow_html: true, medium, picture: &picture })
}

fn mail(markdown: &str) -> String {
    rendered(markdown, Language::Sv, Medium::Mail).html
}

/// What does harm in one of the places a value passes on its way.
const NASTY: [&str; 36] = [
    "<script>alert(1)</script>",
    "*a*",
    "**a**",
    "_a_",
    "`a`",
    "{{ x }}",
    "{% if %}",
    "&amp;",
    "&lt;b&gt;",
    "\"x\"",
    "'x'",
    "O'Hara",
    "a -- b --- c...",
    "Lindholm & Saar",
    "שלום עולם",
    "👩‍🌾 👨‍👩‍👧",
    "𠮷野家",
    "\u{2d800}",
    "javascript:alert(1)",
    "# x",
    "1. x",
    "- x",
    "+ x",
    "> x",
    "| a | b |",
    "[a](b)",
    "![a](b)",
    "\\",
    "\\*",
    "https://x.example",
    "a@x.example",
    "~~x~~",
    "[^1]",
    "=?utf-8?q?x?=",
    "--> <!--",
    "😀\nradbryt  två",
];

#[test]
fn nasty_values_come_out_of_every_place_as_they_went_in() {
    let places = [
        "{v}",
        "Hej {v}, hej",
        "**{v}**",
        "*{v}*",
        "~~{v}~~",
        "\"{v}\"",
        "`{v}`",
        "## {v}",
        "- {v}",
        "1. {v}",
        "> {v}",
        "{v}\n---",
        "| {v} |\n|---|\n| {v} |",
        "[{v}](https://x.example)",
        "![{v}](/a.png)",
        "<p>{v}</p>",
        "a[^1]\n\n[^1]: {v}",
        "- [ ] {v}",
        "    {v}",
        "```\n{v}\n```",
        "<table>\n<tr><td>{v}</td></tr>\n</table>",
        "![a](/a.png \"{v}\")",
    ];
    for place in places {
        let template = |value: &str| finish(&mail(&place.replace("{v}", value)), &mut |_, _| None);
        let around = visible_text(&template("Q"));
        for value in NASTY {
            let html = template(&encode(value));
            let folded = value.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(visible_text(&html), around.replace('Q', &folded), "{value:?} in {place:?}: {html}");
            assert!(!html.contains("<script") && !html.contains(['\u{f0041}', '\u{fdc02}']));
        }
    }
}

#[test]
fn values_in_links_cannot_run_or_break_out() {
    for value in NASTY {
        let v = encode(value);
        let html = finish(
            &mail(&format!("[a]({v}) [b](https://x.example/?q={v}&r=1) <i title=\"{v}\">c</i>")),
            &mut |_, _| None,
        );
        let found = links(&html);
        assert_eq!(found.len(), 2, "{html}");
        assert!(!found[0].href.to_lowercase().starts_with("javascript"), "{html}");
        assert!(found[1].href.starts_with("https://x.example/?q=") && found[1].href.ends_with("&r=1"), "{html}");
        assert!(!found[1].href.contains([' ', '<', '>', '"']), "{html}");
        assert_eq!(visible_text(&html), "a b c");
    }
    let whole = finish(&mail(&format!("[a]({})", encode("https://x.example/?a=1&b=å"))), &mut |_, _| None);
    assert_eq!(whole, "<p><a href=\"https://x.example/?a=1&amp;b=%C3%A5\">a</a></p>\n");
}

#[test]
fn marks_pass_the_css_inliner() {
    for value in NASTY.into_iter().chain(["\u{fffe}\u{1ffff}\u{2fffe}"]) {
        let v = encode(value);
        let html =
            format!("<style>p {{ color: red }}</style><p title=\"{v}\">{v}</p><a href=\"https://x.example/{v}\">x</a>");
        let inlined = css_inline::inline(&html).expect("it is fine HTML");
        let done = finish(&inlined, &mut |_, _| None);
        let folded = value.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(visible_text(&done), format!("{folded}\nx"));
        assert!(done.contains("style=\"color: red;\""), "{done}");
        assert_eq!(links(&done).len(), 1);
    }
}

#[test]
fn no_noise_makes_a_render_panic() {
    const PIECES: [&str; 40] = [
        "<",
        ">",
        "</",
        "<!--",
        "-->",
        "<!",
        "[if mso]>",
        "<![endif]",
        "\"",
        "'",
        "=",
        "/",
        " ",
        "\n",
        "\n\n",
        "&",
        "#",
        ";",
        "a",
        "href",
        "<p ",
        "<b style=",
        "<title>",
        "<style>",
        "å",
        "*",
        "**",
        "[",
        "](",
        ")",
        "![",
        "|",
        "\n|---|\n",
        "- ",
        "1. ",
        "> ",
        "`",
        "[^1]",
        "[^1]: ",
        "\u{f0041}\u{fd801}\u{fdc02}",
    ];
    // A linear congruential generator (Knuth's constants): the same noise in every run.
    let mut state = 1_u64;
    for _ in 0..1_500 {
        let mut noise = String::new();
        for _ in 0..(state >> 60) + 4 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            noise.push_str(PIECES[(state >> 33) as usize % PIECES.len()]);
        }
        let html = finish(&mail(&noise), &mut |_, _| None);
        visible_text(&html);
        finish(&noise, &mut |src, _| Some(src.to_owned().into()));
        let options = TextOptions { language: Language::En, allow_html: true, links: Links::Inline };
        render_text(&noise, &options);
    }
}

#[test]
fn typography_stops_at_code_addresses_and_escapes() {
    assert_eq!(
        mail("\"*Hej*\" och *\"hej\"*, `\"a\" -- b`, \\\"rakt\\\", &quot;rakt&quot; -- <https://x.example/a--b>"),
        "<p>”<em>Hej</em>” och <em>”hej”</em>, <code>&quot;a&quot; -- b</code>, &quot;rakt&quot;, &quot;rakt&quot; – \
         <a href=\"https://x.example/a--b\">https://x.example/a--b</a></p>\n"
            .replace("&quot;rakt&quot;", "\"rakt\"")
            .replace("<code>&quot;a&quot;", "<code>\"a\"")
    );
}

#[test]
fn tables_say_what_their_heads_are_for_and_how_cells_align() {
    let table = "| a | b |\n|---|--:|\n| 1 | 2 |";
    assert_eq!(
        mail(table),
        "<table>\n<thead>\n<tr>\n<th scope=\"col\">a</th>\n\
         <th scope=\"col\" align=\"right\" style=\"text-align: right\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n\
         <td align=\"right\" style=\"text-align: right\">2</td>\n</tr>\n</tbody>\n</table>\n"
    );
    assert!(rendered(table, Language::Sv, Medium::Page).html.contains("<td class=\"align-right\">2</td>"));
}

#[test]
fn a_picture_with_a_title_becomes_a_figure() {
    let page = rendered(
        "![\"A\" & b](/i/a.png \"Klockan 'fyra'\")\n\nx ![b](https://x.example/b.png)",
        Language::Sv,
        Medium::Mail,
    );
    assert_eq!(
        page.html,
        "<div class=\"picture\">\n<img src=\"i/a.png\" alt=\"”A” &amp; b\">\n\
         <p class=\"caption\">Klockan ’fyra’</p>\n</div>\n<p>x <img src=\"https://x.example/b.png\" alt=\"b\"></p>\n"
    );
    let on_a_page = rendered("![a](/i/a.png \"b\")", Language::Sv, Medium::Page).html;
    assert!(on_a_page.contains("<figcaption class=\"caption\">b</figcaption>\n</figure>"));
    assert_eq!(page.pictures, ["i/a.png"]);
}

#[test]
fn footnotes_stand_at_the_end_in_the_order_of_their_references() {
    let text = "a[^z] b[^a]\n\n[^a]: Första\n\n[^z]: Sista[^a]\n\nslut";
    assert_eq!(
        mail(text),
        "<p>a<sup class=\"footnote-reference\">1</sup> b<sup class=\"footnote-reference\">2</sup></p>\n<p>slut</p>\n\
         <div class=\"footnote-definition\">\n<p><sup class=\"footnote-definition-label\">1</sup> \
         Sista<sup class=\"footnote-reference\">2</sup></p>\n</div>\n\
         <div class=\"footnote-definition\">\n<p><sup class=\"footnote-definition-label\">2</sup> Första</p>\n</div>\n"
    );
    assert!(
        rendered(text, Language::Sv, Medium::Page).html.contains("<div class=\"footnote-definition\" id=\"note-2\">")
    );
}

#[test]
fn headings_get_anchors_without_values_and_html_is_shown_where_it_is_not_allowed() {
    let page =
        rendered(&format!("## Blåbär & øl\n\n## Blåbär & øl\n\n## {}!", encode("Åsa")), Language::Nb, Medium::Page);
    let ids: Vec<_> = page.headings.iter().filter_map(|heading| heading.id.as_deref()).collect();
    assert_eq!(ids, ["blabar-ol", "blabar-ol-2", "section"]);
    assert_eq!(page.headings[2].text, "Åsa!");
    assert!(page.html.contains("<h2 id=\"blabar-ol\">Blåbär &amp; øl</h2>"));
    let options = Options { language: Language::Sv, allow_html: false, medium: Medium::Page, picture: &|_| None };
    assert_eq!(render("<b>x</b>\n\n<div>\n- [x] y", &options).html.matches("&lt;").count(), 3);
}

#[test]
fn tasks_are_rows_in_a_message_and_items_on_a_page_and_mixed_lists_have_both_marks() {
    let done = "<tr>\n<td class=\"task-mark task-done\" width=\"32\" valign=\"top\">✓</td>\n<td class=\"task\" valign=\"top\">";
    let left = "<tr>\n<td class=\"task-mark\" width=\"32\" valign=\"top\">○</td>\n<td class=\"task\" valign=\"top\">";
    let table = "<table role=\"presentation\" class=\"tasks\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">";
    assert_eq!(
        mail("- [x] y\n- [ ] z\n  - w"),
        format!("{table}\n{done}y</td>\n</tr>\n{left}z\n<ul>\n<li>w</li>\n</ul>\n</td>\n</tr>\n</table>\n")
    );
    assert!(mail("- [x] y\n\n- [ ] z").contains(&format!("{done}\n<p>y</p>\n</td>\n</tr>\n{left}")));
    let page = rendered("- [x] y\n- [ ] z", Language::Sv, Medium::Page).html;
    assert!(page.contains("<li class=\"task\"><span class=\"task-mark task-done\">✓ </span>y</li>"), "{page}");
    assert_eq!(mail("- [x] y\n- z"), "<ul>\n<li>✓ y</li>\n<li>z</li>\n</ul>\n");
}

#[test]
fn a_picture_that_stands_alone_is_a_block_in_a_message() {
    assert_eq!(mail("![a](b.png)"), "<div class=\"picture\">\n<img src=\"b.png\" alt=\"a\">\n</div>\n");
    assert_eq!(rendered("![a](b.png)", Language::Sv, Medium::Page).html, "<p><img src=\"b.png\" alt=\"a\"></p>\n");
}

#[test]
fn raw_html_is_shown_as_text_and_that_of_components_is_kept() {
    let guarded = |text: &str, component: &str| {
        let picture = |_: &str| None;
        let options = Options { language: Language::En, allow_html: false, medium: Medium::Page, picture: &picture };
        render_shielded(&shield(text).replace("{{ x }}", component), &options)
    };
    let done = guarded(
        "<script>alert(1)</script>\n\n{{ x }}\n\na <b>c</b> <!-- d --> `<e>`\n\n<!-- f\n\ng -->\n",
        "<div>h</div>",
    );
    assert_eq!(
        done.html,
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;\n</p>\n<div>h</div>\n<p>a &lt;b&gt;c&lt;/b&gt;  <code>&lt;e&gt;</code></p>\n"
    );
    assert_eq!(done.refused.as_deref(), Some("<script>alert(1)</script>"));
    let mixed = guarded("{{ x }}\n<b>c</b>\n</div>\n", "<div>");
    assert_eq!(mixed.html, "<div>\n&lt;b&gt;c&lt;/b&gt;\n&lt;/div&gt;\n");
    assert_eq!(guarded("[a](<b c>) <https://d.example>\n\n{{ x }}\n", "<hr>").refused, None);
}
