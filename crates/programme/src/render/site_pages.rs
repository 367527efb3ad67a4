//! Which pages there will be, known without rendering any: messages lead to them long before anybody builds the site.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::contact::Tier;
use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::render::links::archive_path;
use crate::render::site_urls::SiteUrls;
use source::diagnostic::did_you_mean;

/// The team's own page: it goes to the report, never to the site.
pub const INTERNAL: &str = "briefing";

/// The page that hosts show where there is none.
pub const MISSING: &str = "404";

/// The addresses of a site's pages.
pub struct SitePages<'p> {
    urls: SiteUrls<'p>,
    /// The paths of pages, with a slash at their end.
    pages: HashSet<String>,
}

impl<'p> SitePages<'p> {
    /// Every page and every public letter, be it published already or not.
    pub fn new(programme: &'p Programme) -> Self {
        let urls = SiteUrls::new(&programme.settings);
        let written = places(programme).map(|(language, place)| urls.url(language, &place));
        let mut pages: HashSet<String> = written.collect();
        for mailing in programme.mailings().filter(|mailing| mailing.public) {
            let languages = programme.settings.languages.all.iter();
            pages.extend(languages.map(|&language| urls.url(language, &archive_path(mailing))));
        }
        SitePages { urls, pages }
    }

    /// The path of a URL that leads to a page of this site which there is not. Of files nothing is known, nor of a site that has
    /// no page of ours at all.
    pub fn missing<'u>(&self, url: &'u str) -> Option<&'u str> {
        let path = self.urls.own(url)?;
        let page = path.split(['?', '#']).next().unwrap_or_default();
        let is_file = page.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let known =
            self.pages.is_empty() || is_file || self.pages.contains(&format!("{}/", page.trim_end_matches('/')));
        (!known).then_some(page)
    }

    /// The page that is meant by a path that leads to none, as a hint.
    pub fn meant(&self, path: &str) -> Option<String> {
        did_you_mean(&format!("{}/", path.trim_end_matches('/')), self.pages.iter().map(String::as_str))
    }
}

/// Where the pages that somebody wrote stand in their language.
fn places(programme: &Programme) -> impl Iterator<Item = (Language, String)> {
    written(programme)
        .filter(|(.., tier, _)| tier.is_none())
        .map(|(name, language, _, content)| (language, place(name, content)))
}

/// Every text below `content/pages/` that is meant for the site: its name, language, tier and file.
pub fn written(programme: &Programme) -> impl Iterator<Item = (&str, Language, Option<Tier>, &ContentFile)> {
    let pages = programme.pages.iter().filter(|(name, _)| *name != INTERNAL && *name != MISSING);
    let texts = pages.flat_map(|(name, page)| {
        page.variants.iter().map(|((language, tier), content)| (name.as_str(), *language, *tier, content))
    });
    texts.filter(|(_, language, ..)| programme.settings.languages.all.contains(language))
}

/// The place of a page below its language, as it stands in a URL.
pub fn place(name: &str, content: &ContentFile) -> String {
    match content.front.slug.as_deref() {
        Some("index") => String::new(),
        Some(slug) => format!("{slug}/"),
        None if name == "index" => String::new(),
        None => format!("{}/", name.split('/').map(clean).collect::<Vec<_>>().join("/")),
    }
}

/// A part of a page's name as addresses are written: small Latin letters without their marks, digits, and one hyphen in the place
/// of whatever else stands between words. Letters of other scripts stay, percent-encoded.
fn clean(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for letter in part.to_lowercase().nfkd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'þ' => out.push_str("th"),
            letter if letter.is_ascii_alphanumeric() => out.push(letter),
            letter if letter.is_alphanumeric() => out.push_str(&encoded(letter.encode_utf8(&mut [0; 4]))),
            _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    let end = out.trim_end_matches('-').len();
    out.truncate(end);
    // A name of signs alone must not become the address of what it lies in.
    if out.is_empty() { encoded(part) } else { out }
}

/// Every octet percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::content::Front;
    use crate::plan::fixture::Fixture;

    #[test]
    fn a_pages_name_becomes_a_clean_address() {
        for (name, clean) in [
            ("about", "about/"),
            ("Våra priser", "vara-priser/"),
            ("50 % off!", "50-off/"),
            ("a_b--c", "a-b-c/"),
            ("Smørrebrød/æbler", "smorrebrod/aebler/"),
            ("Groß & Klein", "gross-klein/"),
            ("цены", "%D1%86%D0%B5%D0%BD%D1%8B/"),
            ("e\u{301}t\u{e9}", "ete/"),
            ("index", ""),
            ("?", "%3F/"),
        ] {
            let file = source::SourceFile::new(format!("content/pages/{name}.md"), "");
            let content = ContentFile { file, body_at: 0, front: Front::default() };
            assert_eq!(place(name, &content), clean, "{name}");
        }
    }

    #[test]
    fn r28_a_link_to_a_page_that_nobody_wrote_is_known_before_the_site_is_built() {
        let bare = Fixture::new().settings(|s| s.base_url = "https://x.example/coffee".into()).build();
        assert_eq!(SitePages::new(&bare).missing("https://x.example/coffee/refer/"), None, "somebody else's site");
        let slug = Front { slug: Some("about-us".into()), ..Front::default() };
        let programme = Fixture::new()
            .settings(|s| s.base_url = "https://x.example/coffee".into())
            .page("index", Front::default())
            .page("about", slug)
            .mailing("letter", "2027-01-20", |mailing| mailing.public = true)
            .build();
        let addresses = SitePages::new(&programme);
        for there in ["", "/", "/?a#b", "/about-us/", "/about-us", "/archive/letter/", "/assets/x.pdf"] {
            assert_eq!(addresses.missing(&format!("https://x.example/coffee{there}")), None, "{there}");
        }
        assert_eq!(addresses.missing("https://x.example/coffee/refer/?ref=abc"), Some("/coffee/refer/"));
        assert_eq!(addresses.missing("https://x.example/coffee/about/"), Some("/coffee/about/"));
        assert_eq!(addresses.missing("https://x.example/tea/"), None);
    }
}
