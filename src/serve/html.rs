//! Writing HTML by hand: escaping, findings, and the frame that every page has.

use std::fmt;

use source::diagnostic::{Diagnostic, Place};

/// Text as it stands in HTML, in content and in quoted attributes.
pub(super) struct Text<T>(pub T);

impl<T: AsRef<str>> fmt::Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.as_ref();
        let mut from = 0;
        for (at, letter) in text.match_indices(['&', '<', '>', '"', '\'']) {
            f.write_str(&text[from..at])?;
            f.write_str(match letter {
                "&" => "&amp;",
                "<" => "&lt;",
                ">" => "&gt;",
                "\"" => "&quot;",
                _ => "&#39;",
            })?;
            from = at + letter.len();
        }
        f.write_str(&text[from..])
    }
}

/// Findings as the terminal prints them: message, place, excerpt with a caret, hint.
pub(super) fn findings<'d>(findings: impl Iterator<Item = &'d Diagnostic>) -> String {
    findings.map(finding).collect()
}

fn finding(finding: &Diagnostic) -> String {
    let report = finding.to_human(false);
    // The first line is the title, the second says where; after the excerpt is the hint.
    let below = report.lines().skip(1).take_while(|line| !line.trim_start().starts_with("= help:"));
    let below = below.filter(|line| !line.trim_start().starts_with("-->")).map(str::trim_end);
    let excerpt: Vec<&str> = below.skip_while(|line| line.trim() == "|").collect();
    let excerpt = excerpt.join("\n");
    let excerpt = match excerpt.trim_matches(['|', ' ', '\n']).is_empty() {
        true => String::new(),
        false => format!(
            "<pre tabindex=\"0\" aria-label=\"Excerpt\">{}</pre>",
            Text(excerpt.trim_end_matches(['|', ' ', '\n']))
        ),
    };
    let hint = finding.hint.as_ref().map(|hint| format!("<p class=\"hint\">{}</p>", Text(hint))).unwrap_or_default();
    let place = finding.place.as_ref().map(place).unwrap_or_default();
    format!(
        "<article class=\"finding {}\"><h3><span class=\"level\">{}</span> {}</h3><p class=\"place\">{place} \
         <span class=\"code\">{}</span></p>{excerpt}{hint}</article>",
        finding.severity.name(),
        finding.severity.name(),
        Text(&finding.message),
        Text(finding.code),
    )
}

/// A place that leads to its source.
pub(super) fn place(place: &Place) -> String {
    let line = place.line_column().map_or(1, |(line, _)| line);
    format!(
        "<button type=\"button\" class=\"source\" data-source=\"{}:{line}\" title=\"Open in the editor\"><code>{}</code></button>",
        Text(place.path()),
        Text(place.to_string()),
    )
}

/// A page of ours: its title, where it is, its tools and its body.
pub(super) struct Page<'a> {
    /// The title of the window.
    pub title: &'a str,
    /// Which kind of page; a class of the body.
    pub kind: &'static str,
    /// The id that events name it by.
    pub id: &'a str,
    /// What stands in the bar beside the programme's name.
    pub path: String,
    /// What the search is narrowed to.
    pub mailing: Option<&'a str>,
    /// Everything below the bar.
    pub body: String,
    /// What is broken, already as HTML, and whether it concerns this page.
    pub broken: Option<(String, bool)>,
    /// The programme's name.
    pub programme: &'a str,
    /// What a POST has to know.
    pub token: &'a str,
    /// The address that opens an editor, with `{file}` and `{line}`; empty where the server opens it.
    pub editor: &'a str,
}

impl Page<'_> {
    /// The whole document.
    pub fn render(&self) -> String {
        let (broken, concerned) = self.broken.clone().unwrap_or_default();
        let hidden = if broken.is_empty() { " hidden" } else { "" };
        let open = if concerned { "open" } else { "closed" };
        format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="token" content="{token}">
<meta name="editor" content="{editor}">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/app/app.css">
<link rel="stylesheet" href="/app/preview.css">
<script type="module" src="/app/app.js"></script>
</head>
<body class="{kind}" data-id="{id}">
<header class="bar">
<div class="where"><a class="home" href="/">{programme}</a><div id="live-path" class="path">{path}</div></div>
<form class="search" role="search" action="/search" data-mailing="{mailing}">
<input id="search" name="q" type="search" aria-label="Search" placeholder="Search people" autocomplete="off" spellcheck="false">
<kbd aria-hidden="true">/</kbd>
<div id="hits" class="hits" hidden></div>
</form>
</header>
{body}
<section id="broken" class="broken {open}" role="region" aria-label="What is broken"{hidden}>
<button type="button" id="broken-fold" class="fold"><span class="dot" aria-hidden="true"></span><span id="broken-title">Broken</span></button>
<div id="broken-list" class="list">{broken}</div>
</section>
<p id="said" class="unseen" role="status"></p>
</body>
</html>
"#,
            token = Text(self.token),
            editor = Text(self.editor),
            title = Text(self.title),
            kind = self.kind,
            id = Text(self.id),
            programme = Text(self.programme),
            path = self.path,
            mailing = Text(self.mailing.unwrap_or_default()),
            body = self.body,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_for_content_and_attributes() {
        assert_eq!(Text("<a b=\"c\">&'é").to_string(), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;é");
    }
}
