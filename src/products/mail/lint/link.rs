//! Links: where they lead, and what they say of it.

use std::collections::BTreeSet;

use super::Subject;
use super::origin::{Sources, plain_piece};
use crate::model::language::Language;
use crate::render::site_pages::SitePages;
use html::url::scheme;
use html::{self, Link, Token, entity, scan};
use source::diagnostic::{Diagnostic, Place};

/// Link texts that say nothing to who hears only the links, by language; in lower case.
fn vague(language: Language) -> &'static [&'static str] {
    match language {
        Language::Sv => {
            &["här", "klicka", "klicka här", "läs mer", "läs mera", "läs vidare", "länk", "mer", "tryck här"]
        }
        Language::Nb => &["her", "klikk", "klikk her", "les mer", "les videre", "lenke", "mer", "trykk her"],
        Language::Da => &["her", "klik", "klik her", "læs mere", "læs videre", "link", "mere", "tryk her"],
        Language::Et => {
            &["kliki siia", "link", "loe edasi", "loe lisaks", "loe rohkem", "rohkem", "siia", "siin", "siit"]
        }
        Language::Fi => &["klikkaa", "klikkaa tästä", "linkki", "lisää", "lue lisää", "tästä", "täällä", "tässä"],
        Language::De => &["hier", "hier klicken", "klicken sie hier", "link", "mehr", "mehr lesen", "weiterlesen"],
        Language::En => {
            &["click", "click here", "here", "learn more", "link", "more", "read more", "this", "this link"]
        }
    }
}

pub fn findings(subject: &Subject<'_>, sources: &Sources<'_>) -> Vec<Diagnostic> {
    let anchors = anchors(subject.html);
    let mut found = Vec::new();
    for link in html::links(subject.html) {
        let fault = target(&link.href, &anchors).or_else(|| own_page(&link.href, subject));
        found.extend(fault.map(|fault| fault.place(place(&link, sources))));
        found.extend(text(&link, subject.language).map(|fault| fault.place(place(&link, sources))));
    }
    found
}

fn place(link: &Link, sources: &Sources<'_>) -> Place {
    let escaped = link.href.replace('&', "&amp;");
    sources.find(&[&link.href, &escaped, link.text.trim(), plain_piece(&link.text)])
}

/// Everything a link inside the message can lead to.
fn anchors(html: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for token in scan(html) {
        if let Token::Open(tag) = token {
            let names = tag.value("id").into_iter().chain(tag.value("name").filter(|_| tag.is("a")));
            anchors.extend(names.map(|name| entity::decode(name).into_owned()));
        }
    }
    anchors
}

/// What is wrong with where a link leads.
fn target(href: &str, anchors: &BTreeSet<String>) -> Option<Diagnostic> {
    let href = href.trim();
    if let Some(anchor) = href.strip_prefix('#') {
        let dead = anchor.is_empty() || !anchors.contains(anchor);
        return dead.then(|| {
            Diagnostic::error("dead-anchor", format!("nothing in this message is called `{href}`"))
                .hint("link to a page, or leave the link out")
        });
    }
    let broken = |message: String| Some(Diagnostic::error("broken-link", message));
    match scheme(href).map(str::to_ascii_lowercase).as_deref() {
        None => Some(
            Diagnostic::error("relative-link", format!("`{href}` leads nowhere from inside a message"))
                .hint("write the whole address, from `https://` on"),
        ),
        Some("http") => Some(
            Diagnostic::warning("insecure-link", format!("`{href}` is not encrypted"))
                .hint("write `https://`; many mail programs warn of the other"),
        ),
        Some("https") if !has_host(href) => broken(format!("`{href}` names no host")),
        Some("mailto") if !href.contains(['@', '?']) => broken(format!("`{href}` names no address")),
        Some("tel") if href.bytes().filter(u8::is_ascii_digit).count() < 3 => broken(format!("`{href}` is no number")),
        Some("https" | "mailto" | "tel" | "sms") => None,
        Some(other) => broken(format!("mail programs do not follow `{other}:` links")),
    }
}

/// A link to the programme's own site needs a page there.
fn own_page(href: &str, subject: &Subject<'_>) -> Option<Diagnostic> {
    no_such_page(href.trim(), subject.addresses)
}

/// What is said of a link to a page of the own site that is not there.
pub fn no_such_page(href: &str, addresses: &SitePages<'_>) -> Option<Diagnostic> {
    let path = addresses.missing(href)?;
    let usual = || "pages stand below content/pages/; `links.refer` leads to the one called refer".to_owned();
    let warning = Diagnostic::warning("no-such-page", format!("`{path}` is no page of the site"));
    Some(warning.hint(addresses.meant(path).unwrap_or_else(usual)))
}

fn has_host(href: &str) -> bool {
    let host = href.split_once("//").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| host.contains('.') || host.starts_with("localhost"))
}

/// What is wrong with what a link says.
fn text(link: &Link, language: Language) -> Option<Diagnostic> {
    let said = html::fold(&link.text).to_lowercase();
    let said = said.trim_matches(|letter: char| !letter.is_alphanumeric());
    if said.is_empty() {
        let message = format!("the link to `{}` has no text", link.href);
        return Some(Diagnostic::error("empty-link", message).hint("say where it leads"));
    }
    let is_vague = vague(language).contains(&said) || vague(Language::En).contains(&said);
    is_vague.then(|| {
        Diagnostic::warning("vague-link", format!("`{}` does not say where this link leads", link.text.trim()))
            .hint("name what is behind it: screen readers read links by themselves")
    })
}

#[cfg(test)]
mod tests {
    use crate::model::language::Language;
    use crate::products::mail::lint::fixture::Message;

    /// The finding about one link, which stands on the third line of the Markdown.
    fn found(href: &str, text: &str) -> Vec<String> {
        let markdown = format!("Some words\n\n[{text}]({href})\n");
        Message::new(&markdown, &format!("<p id=\"top\">Words <a href=\"{href}\">{text}</a></p>")).codes()
    }

    #[test]
    fn r28_a_link_to_the_own_site_leads_to_a_page_that_there_is() {
        let site = "https://www.lindholm-saar.example";
        assert!(found(&format!("{site}/"), "Our site").is_empty());
        assert_eq!(found(&format!("{site}/refer/?ref=abc"), "Refer us"), ["no-such-page content/news.en.md:7"]);
    }

    #[test]
    fn a_link_leads_to_a_whole_encrypted_address() {
        assert_eq!(found("/boka", "Book"), ["relative-link content/news.en.md:7"]);
        assert_eq!(found("//x.example/boka", "Book"), ["relative-link content/news.en.md:7"]);
        assert_eq!(found("http://x.example", "Book"), ["insecure-link content/news.en.md:7"]);
        assert_eq!(found("https://", "Book"), ["broken-link content/news.en.md:7"]);
        assert_eq!(found("javascript:alert(1)", "Book"), ["broken-link content/news.en.md:7"]);
        assert_eq!(found("mailto:", "Book"), ["broken-link content/news.en.md:7"]);
        assert_eq!(found("tel:+", "Book"), ["broken-link content/news.en.md:7"]);
        for good in ["https://x.example/?a=1&amp;b=2", "mailto:a@x.example", "mailto:?subject=x", "tel:+46855501020"] {
            assert!(found(good, "Book").is_empty(), "{good}");
        }
    }

    #[test]
    fn an_anchor_is_there() {
        assert_eq!(found("#bottom", "Down"), ["dead-anchor content/news.en.md:7"]);
        assert_eq!(found("#", "Down"), ["dead-anchor content/news.en.md:7"]);
        assert!(found("#top", "Up").is_empty());
    }

    #[test]
    fn a_link_says_where_it_leads() {
        assert_eq!(found("https://x.example", ""), ["empty-link content/news.en.md:7"]);
        assert_eq!(found("https://x.example", "Click here"), ["vague-link content/news.en.md:7"]);
        assert_eq!(found("https://x.example", "Read more »"), ["vague-link content/news.en.md:7"]);
        assert!(found("https://x.example", "Read more about Huila").is_empty());
        let picture = "<a href=\"https://x.example\"><img src=\"https://x.example/a.png\" alt=\"Book\"></a>";
        assert!(Message::new("Some words", picture).codes().is_empty());
    }

    #[test]
    fn vague_words_are_those_of_the_language() {
        for (language, text) in [(Language::Sv, "Läs mer"), (Language::Nb, "Klikk her"), (Language::Et, "Loe edasi")] {
            let mut message = Message::new(&format!("[{text}](https://x.example)"), "");
            message.html = format!("<a href=\"https://x.example\">{text}</a>");
            message.language = language;
            assert_eq!(message.codes(), ["vague-link content/news.en.md:5"]);
        }
    }
}
