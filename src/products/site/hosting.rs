//! What search engines and hosts read: sitemap, robots, response headers.

use std::fmt::Write as _;

use data_encoding::BASE64;

use super::feed::element;
use super::leaf::Leaf;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::render::site_urls::SiteUrls;
use html::entity::escape_attribute;
use store::digest::Digest;

/// Every page and letter, each with its other languages (sitemaps.org 0.9).
pub(super) fn sitemap(ground: SiteUrls<'_>, default: Language, leaves: &[Leaf<'_>]) -> String {
    let mut out =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
                   xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n"
            .to_owned();
    for leaf in leaves.iter().filter(|leaf| !leaf.is_missing_page()) {
        out.push_str("<url>\n");
        element("loc", &ground.absolute(&leaf.url), &mut out);
        leaf.date.into_iter().for_each(|date| element("lastmod", &date.to_string(), &mut out));
        let others = if leaf.siblings.len() > 1 { &leaf.siblings[..] } else { &[] };
        for (language, url) in others {
            alternate(language.tag(), &ground.absolute(url), &mut out);
            if *language == default {
                alternate("x-default", &ground.absolute(url), &mut out);
            }
        }
        out.push_str("</url>\n");
    }
    out.push_str("</urlset>\n");
    out
}

fn alternate(language: &str, url: &str, out: &mut String) {
    let _ = write!(out, "<xhtml:link rel=\"alternate\" hreflang=\"{language}\" href=\"");
    escape_attribute(url, out);
    out.push_str("\"/>\n");
}

/// Everybody may read everything.
pub(super) fn robots(ground: SiteUrls<'_>) -> String {
    format!("User-agent: *\nAllow: /\n\nSitemap: {}\n", ground.absolute(&ground.rooted("sitemap.xml")))
}

/// Response headers in the form that static hosts read.
pub(super) fn headers(ground: SiteUrls<'_>, policy: &str) -> String {
    format!(
        "{}\n  Content-Security-Policy: {policy}; frame-ancestors 'none'\n  X-Content-Type-Options: nosniff\n  \
         Referrer-Policy: strict-origin\n  Permissions-Policy: camera=(), geolocation=(), microphone=()\n{}\n  \
         Cache-Control: public, max-age=31536000, immutable\n",
        ground.rooted("*"),
        ground.rooted("assets/*")
    )
}

/// What a page may load and where its form may go: nothing but the site's own files, the one style sheet that stands in it (CSP 3
/// §6.7.3, by its hash), and the endpoint that was configured.
pub(super) fn policy(programme: &Programme, style: &str) -> String {
    let form = match &programme.settings.refer.form_action {
        Some(action) => {
            let host = action.find("://").map_or(0, |at| at + "://".len());
            let end = action[host..].find(['/', '?', '#']).map_or(action.len(), |at| host + at);
            // An endpoint may send the reader back here, and browsers hold redirects to the policy too.
            format!("'self' {}", &action[..end])
        }
        None => "mailto:".to_owned(),
    };
    let style = BASE64.encode(Digest::of(style.as_bytes()).as_bytes());
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'self'; img-src 'self'; form-action {form}; base-uri 'none'"
    )
}
