//! What differs, as pages for a browser: an index, and a page for each variant that reads otherwise, with before, after and the words
//! that changed. Each page has everything in itself but its pictures of phone and desk, which lie beside it.

use data_encoding::BASE64;
use html::{escape_attribute, escape_text};

use super::compare::{Differences, MailingDifference, VariantDifference};
use super::told::{People, movements};
use super::variants::VariantText;
use super::{highlight, holes};
use crate::model::programme::Programme;
use crate::model::settings::{Brand, Palette};
use crate::model::text::counted;
use crate::render::copies::Copier;
use crate::render::pictures;
use mail::media_type;

/// Variants that pictures are made of; of more nobody looks at them.
const MAX_PICTURED: usize = 12;
/// The widths at which a mail is looked at, in CSS pixels, with what they are called.
const SCREENS: [(&str, u32); 2] = [("phone", 375), ("desk", 680)];
const STYLE: &str = include_str!("pages.css");

/// A file of the comparison, by its name.
pub type File = (String, Vec<u8>);

/// Draws a page: its HTML, its width in CSS pixels, whether its reader prefers dark.
pub type Draw<'d> = dyn FnMut(&str, u32, bool) -> Option<Vec<u8>> + 'd;

/// What is compared.
pub struct Comparison<'c> {
    /// What both sides are called.
    pub names: &'c (String, String),
    /// What differs.
    pub differences: &'c Differences,
    /// The programme before.
    pub old: &'c Programme,
    /// The programme now.
    pub new: &'c Programme,
    /// What makes the pictures that leave.
    pub copier: &'c Copier,
    /// Whether people are named.
    pub people: &'c People,
}

impl Comparison<'_> {
    /// Every page, and the pictures that `draw` makes.
    pub fn files(&self, draw: &mut Draw<'_>) -> Vec<File> {
        let mut files = vec![("index.html".to_owned(), self.index().into_bytes())];
        let mut pictured = 0;
        for mailing in &self.differences.mailings {
            for variant in &mailing.variants {
                let stem = stem(mailing, variant);
                let mut drawn = Vec::new();
                if pictured < MAX_PICTURED && !variant.new.is_source {
                    drawn = self.drawn(&stem, variant, draw);
                    pictured += usize::from(!drawn.is_empty());
                }
                let page = self.page(mailing, variant, &drawn);
                files.push((format!("{stem}.html"), page.into_bytes()));
                files.extend(drawn);
            }
        }
        files
    }

    /// A picture a screen, before and after side by side.
    fn drawn(&self, stem: &str, variant: &VariantDifference, draw: &mut Draw<'_>) -> Vec<File> {
        let (old, new) = self.views(variant);
        let mut files = Vec::new();
        for (screen, width) in SCREENS {
            let views: Vec<&String> = old.iter().chain([&new]).collect();
            let count = u32::try_from(views.len()).unwrap_or(1);
            let sheet = sheet(&views, width);
            let Some(bytes) = draw(&sheet, count * (width + GAP) + GAP, false) else { return Vec::new() };
            files.push((format!("{stem}-{screen}.png"), bytes));
        }
        files
    }

    /// The mail before and after as its readers see it, changed words marked.
    fn views(&self, variant: &VariantDifference) -> (Option<String>, String) {
        let new = self.with_pictures(&variant.new, self.new, variant.old.as_ref());
        match &variant.old {
            None => (None, holes::in_pages("", &new).1),
            Some(old) => {
                let (old, new) = holes::in_pages(&self.with_pictures(old, self.old, Some(&variant.new)), &new);
                let (old, new) = highlight::pages(&old, &new);
                (Some(old), new)
            }
        }
    }

    /// The HTML of a variant with the pictures that leave with it; those that the other one does not show are framed.
    fn with_pictures(&self, variant: &VariantText, programme: &Programme, other: Option<&VariantText>) -> String {
        let domain = programme.settings.sender.email.domain();
        let mut page = variant.html.clone();
        let assets = variant.shown.iter().filter_map(|shown| Some((programme.assets.get(&shown.path)?, shown.copy)));
        for (asset, copy) in assets {
            let cid = format!("cid:{}", pictures::content_id(asset, copy, domain));
            let known = other.is_none_or(|other| other.pictures.iter().any(|name| name.ends_with(&*asset.digest)));
            if !known {
                page = page.replace(&format!("src=\"{cid}\""), &format!("data-changed src=\"{cid}\""));
            }
            let data = format!(
                "data:{};base64,{}",
                media_type::of(&asset.path),
                BASE64.encode(&self.copier.bytes(asset, copy))
            );
            page = page.replace(&cid, &data);
        }
        let style = "<style>[data-changed]{outline:4px solid #2f5d50;outline-offset:2px}</style>";
        match page.find("</head>") {
            Some(at) => format!("{}{style}{}", &page[..at], &page[at..]),
            None => page,
        }
    }

    fn page(&self, mailing: &MailingDifference, variant: &VariantDifference, drawn: &[File]) -> String {
        let title = subject(variant);
        let mut body = format!(
            "<p class=\"back\"><a href=\"index.html\">All that changed</a></p>\n<h1>{}</h1>\n<p class=\"lead\">{} · {} · {} · {}</p>\n",
            escaped(&title),
            escaped(&mailing.id),
            escaped(&variant.name),
            counted(variant.readers, "reader"),
            parts(variant)
        );
        body.push_str(&fields(variant));
        let none = String::new();
        let old_text = variant.old.as_ref().map_or(&none, |old| &old.text);
        if *old_text != variant.new.text {
            let (old_text, new_text) = holes::readable(old_text, &variant.new.text);
            let text = only_changed(&highlight::plain(&old_text, &new_text));
            body.push_str(&format!("<h2>Words</h2>\n<div class=\"words\">{text}</div>\n"));
        }
        if variant.new.is_source {
            body.push_str(
                "<p class=\"note\">This mailing is rendered for each reader, so it is shown as it was written. \
                 <code>bevara build -v</code> says what makes it so.</p>\n",
            );
        } else {
            let (old, new) = self.views(variant);
            body.push_str("<h2>Before and after</h2>\n<div class=\"pair\">\n");
            for (caption, view) in [("Before", old), ("After", Some(new))] {
                if let Some(view) = view {
                    body.push_str(&framed(caption, &view));
                }
            }
            body.push_str("</div>\n");
        }
        for (name, _) in drawn {
            let screen = if name.ends_with("-phone.png") { "On a phone" } else { "On a desk" };
            let what = if variant.old.is_some() { "before and after" } else { "as it is now" };
            body.push_str(&format!(
                "<h2>{screen}</h2>\n<figure class=\"shot\"><a href=\"{name}\"><img src=\"{name}\" alt=\"{screen}: {what}\"></a></figure>\n"
            ));
        }
        self.document(&title, &body)
    }

    fn index(&self) -> String {
        let (from, to) = self.names;
        let mut body = format!(
            "<h1>Who gets what, differently</h1>\n<p class=\"lead\"><code>{}</code> → <code>{}</code></p>\n",
            escaped(from),
            escaped(to)
        );
        if self.differences.is_empty() {
            body.push_str("<p>Nobody gets anything else than before.</p>\n");
        }
        for mailing in &self.differences.mailings {
            let default = self.new.settings.languages.default();
            let first = mailing.variants.iter().find(|variant| variant.new.language == default);
            match first.or(mailing.variants.first()).map(subject) {
                Some(subject) => body.push_str(&format!(
                    "<h2>{} <span class=\"id\">{}</span></h2>\n",
                    escaped(&subject),
                    escaped(&mailing.id)
                )),
                None => body.push_str(&format!("<h2>{}</h2>\n", escaped(&mailing.id))),
            }
            if !mailing.variants.is_empty() {
                body.push_str(&table(mailing));
            }
            for (what, those) in movements(mailing) {
                let (first, rest) = what.split_at(1);
                let told = escaped(&self.people.told(those));
                body.push_str(&format!("<p class=\"moved\">{}{rest} {told}</p>\n", first.to_uppercase()));
            }
        }
        let letters = |(id, letters): &(String, usize)| format!("{id}: {}", counted(*letters, "letter"));
        let post: Vec<String> = self.differences.post.iter().map(letters).collect();
        for (title, rows) in [("Plan", &self.differences.plan), ("Site", &self.differences.site), ("Paper", &post)] {
            if !rows.is_empty() {
                let rows: String = rows.iter().map(|row| format!("<li>{}</li>\n", coded(row))).collect();
                body.push_str(&format!("<h2>{title}</h2>\n<ul>\n{rows}</ul>\n"));
            }
        }
        self.document("Who gets what, differently", &body)
    }

    fn document(&self, title: &str, body: &str) -> String {
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <style>\n{ground}{STYLE}</style>\n</head>\n<body>\n<header><p class=\"firm\">{firm}</p></header>\n\
             <main>\n{body}</main>\n</body>\n</html>\n",
            title = escaped(title),
            ground = ground(&self.new.settings.brand),
            firm = escaped(self.new.settings.name.as_str()),
        )
    }
}

/// Stands for paragraphs that are as they were.
const LEFT_OUT: &str = "<span class=\"quiet\">⋯</span>";

/// Pixels around the mails on a sheet.
const GAP: u32 = 24;

/// A page with mails side by side, each as wide as a screen and as high as it is.
fn sheet(views: &[&String], width: u32) -> String {
    let frames: String = views
        .iter()
        .map(|view| {
            format!(
                "<iframe width=\"{width}\" height=\"1\" onload=\"fit(this)\" srcdoc=\"{}\"></iframe>\n",
                quoted(view)
            )
        })
        .collect();
    format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<style>body {{ margin: 0; padding: {GAP}px; display: flex; gap: {GAP}px; \
         align-items: flex-start; background: #e9e3da }} iframe {{ border: 0; flex: none }}</style>\n\
         <script>const fit = (frame) => {{ frame.height = frame.contentDocument.documentElement.scrollHeight; }};</script>\n{frames}"
    )
}

/// A mail in a frame that runs nothing.
fn framed(caption: &str, view: &str) -> String {
    format!(
        "<figure><figcaption>{caption}</figcaption><iframe sandbox title=\"{caption}\" srcdoc=\"{}\"></iframe></figure>\n",
        quoted(view)
    )
}

/// What a variant is called for its readers.
fn subject(variant: &VariantDifference) -> String {
    holes::readable(&variant.new.subject, "").0
}

/// The variants of a mailing, a row for those that change alike.
fn table(mailing: &MailingDifference) -> String {
    let row = |alike: &[VariantDifference]| {
        let first = alike[0].words.first().map(|change| {
            highlight::plain(
                &[&change.before, &change.removed, &change.after].map(String::as_str).join(" "),
                &[&change.before, &change.added, &change.after].map(String::as_str).join(" "),
            )
        });
        let link = |variant: &VariantDifference| {
            format!("<a href=\"{}.html\">{}</a>", stem(mailing, variant), escaped(&variant.name))
        };
        format!(
            "<tr><th scope=\"row\">{}</th><td class=\"num\">{}</td><td>{}</td><td class=\"words\">{}</td></tr>\n",
            alike.iter().map(link).collect::<Vec<_>>().join(", "),
            alike.iter().map(|variant| variant.readers).sum::<usize>(),
            parts(&alike[0]),
            first.unwrap_or_default()
        )
    };
    let alike = |one: &VariantDifference, other: &VariantDifference| {
        (&one.changed, &one.words) == (&other.changed, &other.words)
    };
    let rows: String = mailing.variants.chunk_by(alike).map(row).collect();
    format!(
        "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Variant</th><th scope=\"col\" class=\"num\">Readers</th>\
         <th scope=\"col\">Changed</th><th scope=\"col\">First words</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

/// What stands before the text and is shown apart: subject, preheader, head, pictures, attachments, where they changed.
fn fields(variant: &VariantDifference) -> String {
    let lists = |names: &std::collections::BTreeSet<String>| {
        let short = |name: &String| match name.rsplit_once(' ') {
            Some((name, digest)) => format!("{name} ({})", digest.get(..8).unwrap_or(digest)),
            None => name.clone(),
        };
        names.iter().map(short).collect::<Vec<_>>().join("\n")
    };
    let of = |variant: &VariantText| {
        [
            ("Subject", variant.subject.clone()),
            ("Preheader", variant.preheader.clone()),
            ("Sender", variant.head.trim_end().to_owned()),
            ("Pictures", lists(&variant.pictures)),
            ("Attachments", lists(&variant.attachments)),
        ]
    };
    let new = of(&variant.new);
    let old = variant.old.as_ref().map(of);
    let mut rows = String::new();
    for (index, (name, now)) in new.iter().enumerate() {
        let before = old.as_ref().map_or("", |old| old[index].1.as_str());
        if before != now.as_str() && (variant.old.is_some() || index < 2) {
            let (before, now) = holes::readable(before, now);
            rows.push_str(&format!("<dt>{name}</dt><dd class=\"words\">{}</dd>\n", highlight::plain(&before, &now)));
        }
    }
    if rows.is_empty() { rows } else { format!("<dl class=\"fields\">\n{rows}</dl>\n") }
}

/// The paragraphs of a marked text in which something is marked; what stands between them is left out.
fn only_changed(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for paragraph in text.split("\n\n") {
        let is_marked = paragraph.contains("<ins>") || paragraph.contains("<del>");
        match is_marked {
            true => out.push(paragraph),
            false if out.last() != Some(&LEFT_OUT) => out.push(LEFT_OUT),
            false => {}
        }
    }
    out.join("\n\n")
}

/// What is other about a variant, in words.
fn parts(variant: &VariantDifference) -> String {
    variant.changed.join(", ").replace("html", "HTML")
}

/// The name of a variant's page, without its suffix.
fn stem(mailing: &MailingDifference, variant: &VariantDifference) -> String {
    format!("{}.{}", mailing.id, variant.name.replace(['/', ' '], "-"))
}

/// The colours and fonts of the firm, as the report has them.
fn ground(brand: &Brand) -> String {
    let colours = |palette: &Palette| {
        let Palette { page, card, text, quiet, accent, on_accent, tint, second, line } = palette;
        format!(
            "--page: {page}; --card: {card}; --text: {text}; --quiet: {quiet}; --accent: {accent}; --on-accent: {on_accent}; \
             --tint: {tint}; --second: {second}; --line: {line};"
        )
    };
    format!(
        ":root {{ color-scheme: light dark; {} --heading: {}; --body: {}; }}\n\
         @media (prefers-color-scheme: dark) {{ :root {{ {} }} }}\n",
        colours(&brand.light),
        brand.heading_font,
        brand.body_font,
        colours(&brand.dark)
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_text(text, &mut out);
    out
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    escape_attribute(text, &mut out);
    out
}

/// A line in which names stand in backticks.
fn coded(line: &str) -> String {
    let parts = line.split('`').enumerate();
    parts
        .map(|(index, part)| if index % 2 == 1 { format!("<code>{}</code>", escaped(part)) } else { escaped(part) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_that_are_as_they_were_are_left_out() {
        let text = only_changed("a\n\nb\n\nc <ins>d</ins>\n\ne");
        assert_eq!(text, format!("{LEFT_OUT}\n\nc <ins>d</ins>\n\n{LEFT_OUT}"));
    }

    #[test]
    fn names_in_backticks_are_code_and_nothing_is_markup() {
        assert_eq!(coded("`a-b` is <new>"), "<code>a-b</code> is &lt;new&gt;");
    }
}
