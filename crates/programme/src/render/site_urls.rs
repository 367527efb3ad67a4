//! Where the site stands: paths, absolute URLs and files of its pages.

use percent_encoding::percent_decode_str;

use crate::model::language::Language;
use crate::model::settings::Settings;
use crate::render::links::site_path;

/// The ground a site stands on: a host, perhaps a folder of it.
#[derive(Clone, Copy)]
pub struct SiteUrls<'p> {
    settings: &'p Settings,
    /// Scheme and host.
    origin: &'p str,
    /// The path of the folder, without a slash at its end; empty where the site has the whole host.
    base: &'p str,
}

impl<'p> SiteUrls<'p> {
    /// Where the site of these settings stands.
    pub fn new(settings: &'p Settings) -> Self {
        let url: &'p str = &settings.base_url;
        let host = url.find("://").map_or(0, |at| at + "://".len());
        let (origin, base) = url.split_at(url[host..].find('/').map_or(url.len(), |at| host + at));
        SiteUrls { settings, origin, base }
    }

    /// The path of a place in the site of one language.
    pub fn url(&self, language: Language, place: &str) -> String {
        format!("{}{}", self.base, site_path(self.settings, language, place))
    }

    /// The path of a file or page that is the same in every language.
    pub fn rooted(&self, place: &str) -> String {
        format!("{}/{}", self.base, place.trim_start_matches('/'))
    }

    /// The absolute URL of a path.
    pub fn absolute(&self, url: &str) -> String {
        format!("{}{url}", self.origin)
    }

    /// What an absolute URL is called on this site; `None` for what lies elsewhere.
    pub fn own<'u>(&self, url: &'u str) -> Option<&'u str> {
        let path = url.strip_prefix(self.origin).filter(|path| path.is_empty() || path.starts_with(['/', '?', '#']))?;
        let below = path.strip_prefix(self.base)?;
        (below.is_empty() || below.starts_with(['/', '?', '#'])).then_some(path)
    }

    /// The file below `output/` in which a page or file of the site lies.
    pub fn file(&self, url: &str) -> String {
        let path = url.strip_prefix(self.base).unwrap_or(url);
        let index = if path.ends_with('/') { "index.html" } else { "" };
        format!("site{}{index}", percent_decode_str(path).decode_utf8_lossy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::Fixture;

    #[test]
    fn a_site_may_stand_in_a_folder_of_its_host() {
        let programme = Fixture::new().settings(|s| s.base_url = "https://x.example/coffee".into()).build();
        let ground = SiteUrls::new(&programme.settings);
        let url = ground.url(Language::Sv, "refer/");
        assert_eq!(url, "/coffee/refer/");
        assert_eq!(ground.absolute(&url), "https://x.example/coffee/refer/");
        assert_eq!(ground.file(&url), "site/refer/index.html");
        assert_eq!(ground.file(&ground.rooted("/atom.xml")), "site/atom.xml");
        assert_eq!(ground.file("/coffee/%D1%86/"), "site/ц/index.html");
        assert_eq!(ground.own("https://x.example/coffee?a"), Some("/coffee?a"));
        for elsewhere in ["https://x.example/coffeehouse/", "https://x.example/", "https://x.example.org/coffee/"] {
            assert_eq!(ground.own(elsewhere), None);
        }
    }
}
