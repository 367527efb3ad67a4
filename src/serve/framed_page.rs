//! A page of the public site or of the report in a frame, with the controls of a message's.

use std::fmt::Write as _;

use super::html::Text;
use super::view_query::Look;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::render::links::site_path;
use crate::render::site_pages::{INTERNAL, MISSING};

/// A page of the site in all its languages.
pub(super) struct SitePage<'p> {
    /// Its title in the default language.
    pub title: &'p str,
    /// By language, its path below `/site` and its title.
    pub variants: Vec<(Language, String, &'p str)>,
}

/// The pages of the site, the first one first.
pub(super) fn site_pages(programme: &Programme) -> Vec<SitePage<'_>> {
    let settings = &programme.settings;
    let mut pages: Vec<_> = programme.pages.iter().filter(|(name, _)| *name != INTERNAL && *name != MISSING).collect();
    pages.sort_by_key(|(name, page)| {
        let weight = page.variants.values().next().map_or(0, |content| content.front.weight);
        (*name != "index", weight == 0, weight, *name)
    });
    let default = settings.languages.default();
    pages
        .into_iter()
        .map(|(name, page)| {
            let title = page.variants.get(&(default, None)).or_else(|| page.variants.values().next());
            let variants = page.variants.iter().map(|((language, _), content)| {
                let slug = content.front.slug.as_deref().unwrap_or(name);
                let place = if slug == "index" { String::new() } else { format!("{slug}/") };
                (*language, site_path(settings, *language, &place), content.front.title.as_deref().unwrap_or(name))
            });
            SitePage {
                title: title.and_then(|content| content.front.title.as_deref()).unwrap_or(name),
                variants: variants.collect(),
            }
        })
        .collect()
}

fn page_at<'p>(programme: &'p Programme, below: &str) -> Option<SitePage<'p>> {
    let is_at = |page: &SitePage<'_>| page.variants.iter().any(|(_, path, _)| path == below);
    site_pages(programme).into_iter().find(is_at)
}

/// Links to the languages of a page, the one at `current` marked.
pub(super) fn tongues(page: &SitePage<'_>, current: Option<&str>, out: &mut String) {
    for (language, path, title) in &page.variants {
        let mark = if current == Some(path.as_str()) { " aria-current=\"page\"" } else { "" };
        let _ = write!(
            out,
            "<a href=\"/show/site{}\" lang=\"{tag}\" title=\"{}\"{mark}>{tag} <span class=\"unseen\">{}</span></a>",
            Text(path),
            language.own_name(),
            Text(title),
            tag = language.tag(),
        );
    }
}

/// What stands in the bar above the page at `path`, which begins with `/site/` or `/report/`.
pub(super) fn bar(programme: &Programme, path: &str) -> String {
    let Some(below) = path.strip_prefix("/site") else {
        return "<h1>Report</h1>".to_owned();
    };
    let known = page_at(programme, below);
    let title = known.as_ref().and_then(|page| page.variants.iter().find(|(_, path, _)| path == below));
    let title = title.map_or("Site", |(_, _, title)| title);
    let place = if below == "/" { String::new() } else { format!("<span class=\"quiet\">{}</span>", Text(below)) };
    format!("<h1>{}</h1>{place}", Text(title))
}

/// Controls and frame.
pub(super) fn body(programme: &Programme, path: &str, look: &Look) -> String {
    let mut out = String::from(
        "<button type=\"button\" id=\"drawer\" class=\"drawer\" aria-expanded=\"false\" aria-controls=\"tools\">\
         <span class=\"name\">Width, language</span><span class=\"knob\">Controls</span></button>\
         <section id=\"tools\" class=\"tools\" aria-label=\"Controls\"><div class=\"who\">",
    );
    let below = path.strip_prefix("/site");
    if let Some(page) = below.and_then(|below| page_at(programme, below)) {
        out.push_str("<span class=\"group\" role=\"group\" aria-label=\"Language\">");
        tongues(&page, below, &mut out);
        out.push_str("</span>");
    }
    let _ = write!(
        out,
        "<a href=\"{path}\" target=\"_blank\" rel=\"noopener\">Open alone</a></div>\
         <div class=\"group\" role=\"group\" aria-label=\"Width\">",
        path = Text(path)
    );
    look.widths(&mut out);
    let _ = write!(
        out,
        "</div><div class=\"group\" role=\"group\" aria-label=\"Display\">{}</div></section>\
         <main class=\"preview\"><div class=\"stage\"><div id=\"frames\" class=\"frames {}\"><figure class=\"view\">\
         <div class=\"device\"><iframe sandbox=\"allow-same-origin allow-popups allow-popups-to-escape-sandbox \
         allow-top-navigation-by-user-activation\" title=\"{}\" data-src=\"{path}\" src=\"{path}{}\"></iframe></div>\
         </figure></div></div></main>",
        look.dark_button(),
        look.width(),
        if below.is_some() { "The page" } else { "The report" },
        Text(look.frame_query()),
        path = Text(path),
    );
    out
}
