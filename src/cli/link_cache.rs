//! What outside links were found to be fine lately, so that nobody is asked every day. It belongs to the user, not to a programme:
//! `check` writes nothing into a programme.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use jiff::civil::Date;

/// Days after which a link is asked again.
const GOOD_FOR: i32 = 7;

/// The user's own cache folder: below `XDG_CACHE_HOME`, else `.cache` at home, or `LOCALAPPDATA` on Windows.
pub fn user_cache() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = folder("XDG_CACHE_HOME").or_else(|| folder("LOCALAPPDATA"));
    cache.or_else(|| folder("HOME").map(|home| home.join(".cache"))).map(|cache| cache.join("bevara"))
}

/// The links that were fine, with the day they were asked. A file that cannot be read or written is done without.
pub struct LinkCache {
    path: Option<PathBuf>,
    fine: BTreeMap<String, Date>,
}

impl LinkCache {
    /// Opens the user's cache.
    pub fn open() -> Self {
        let path = user_cache().map(|folder| folder.join("links.json"));
        let text = path.as_ref().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        let days: BTreeMap<String, String> = serde_json::from_str(&text).unwrap_or_default();
        let fine = days.into_iter().filter_map(|(url, day)| Some((url, day.parse().ok()?))).collect();
        LinkCache { path, fine }
    }

    /// Was the link fine within the last week?
    pub fn knows(&self, url: &str, today: Date) -> bool {
        self.fine.get(url).is_some_and(|&day| is_fresh(day, today))
    }

    /// Remembers what is fine today, and forgets what is old.
    pub fn remember<'a>(mut self, fine: impl Iterator<Item = &'a String>, today: Date) {
        self.fine.extend(fine.map(|url| (url.clone(), today)));
        self.fine.retain(|_, &mut day| is_fresh(day, today));
        let days: BTreeMap<&String, String> = self.fine.iter().map(|(url, day)| (url, day.to_string())).collect();
        if let (Some(path), Ok(text)) = (&self.path, serde_json::to_string_pretty(&days)) {
            // Without a cache the next check only takes longer.
            let _ = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, text + "\n"));
        }
    }
}

fn is_fresh(day: Date, today: Date) -> bool {
    (0..GOOD_FOR).contains(&(today - day).get_days())
}
