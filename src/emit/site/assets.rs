//! Files that pages need, under names that tell their content, so that they can be kept for ever.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::File;
use super::drawings;
use super::ground::Ground;
use crate::diagnostic::Diagnostic;
use crate::emit::digest::Digest;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::render::engine::Engine;
use crate::render::html::Picture;
use crate::render::page::{AssetView, Shelf, style_sheet};

/// Hexadecimal digits of the content's hash in a name.
const DIGITS: usize = 12;

const SCRIPT: &str = "site/site.js";

/// The files of a site that are no pages.
pub(super) struct Assets<'p> {
    programme: &'p Programme,
    ground: Ground<'p>,
    /// What was made for the site, by path.
    made: BTreeMap<String, Vec<u8>>,
    /// The style sheet, which stands in every page.
    css: String,
    script: Option<String>,
    icon: String,
    qr: BTreeMap<Language, String>,
}

impl<'p> Assets<'p> {
    /// Makes the style sheet, the script, the icon, and a QR code for each refer-us page (language and absolute URL).
    pub(super) fn new(
        programme: &'p Programme,
        engine: &Engine,
        ground: Ground<'p>,
        refer_pages: &[(Language, String)],
    ) -> Result<Self, Box<Diagnostic>> {
        let css = style_sheet(programme, engine)?;
        let icon = drawings::icon(programme.settings.name.as_str(), &programme.settings.brand);
        let script = programme.templates.get(SCRIPT).map(|file| file.text().to_owned());
        let mut made = BTreeMap::new();
        let mut make = |stem: &str, suffix: &str, text: String| {
            let digest = Digest::of(text.as_bytes()).to_string();
            let url = ground.rooted(&hashed_name(stem, suffix, &digest));
            made.insert(url.clone(), text.into_bytes());
            url
        };
        let icon = make("icon", "svg", icon);
        let script = script.map(|text| make("site", "js", text));
        let code = |(language, url): &(Language, String)| Some((*language, drawings::qr_code(url)?));
        let codes = refer_pages.iter().filter_map(code);
        let qr = codes.map(|(language, svg)| (language, make(&format!("refer-{language}"), "svg", svg))).collect();
        Ok(Assets { programme, ground, made, css, script, icon, qr })
    }

    /// What templates see of them.
    pub(super) fn view(&self) -> AssetView<'_> {
        AssetView { style: &self.css, script: self.script.as_deref(), icon: &self.icon }
    }

    /// The style sheet.
    pub(super) fn style(&self) -> &str {
        &self.css
    }

    /// The path of the QR code for a language's refer-us page.
    pub(super) fn qr(&self, language: Language) -> Option<&str> {
        self.qr.get(&language).map(String::as_str)
    }

    /// Every file by its path: what was made, and those below `content/` that pages use.
    pub(super) fn files(&self, used: BTreeSet<&String>) -> Vec<File<'p>> {
        let made = self.made.iter().map(|(url, bytes)| (url.clone(), Cow::Owned(bytes.clone())));
        let shown = used.into_iter().filter_map(|path| self.shown(path));
        let shown: BTreeMap<_, _> = shown.map(|(url, bytes)| (url, Cow::Borrowed(bytes))).collect();
        made.chain(shown).collect()
    }

    /// The path on the site of a file below `content/`, and its bytes.
    fn shown(&self, path: &str) -> Option<(String, &'p [u8])> {
        let asset = self.programme.assets.get(path)?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let (stem, suffix) = name.rsplit_once('.').unwrap_or((name, "bin"));
        Some((self.ground.rooted(&hashed_name(stem, suffix, &asset.digest)), &*asset.bytes))
    }
}

impl Shelf for Assets<'_> {
    fn picture(&self, path: &str) -> Option<Picture> {
        let (src, _) = self.shown(path)?;
        let side = |pixels: usize| u32::try_from(pixels).ok();
        let size = self.programme.assets.get(path)?.size;
        Some(Picture { src, size: size.and_then(|(width, height)| Some((side(width)?, side(height)?))) })
    }

    fn file(&self, path: &str) -> Option<String> {
        self.shown(path).map(|(url, _)| url)
    }

    fn rooted(&self, path: &str) -> String {
        self.ground.rooted(path)
    }

    fn is_made(&self, path: &str) -> bool {
        self.made.contains_key(path)
    }
}

/// `assets/cups-0123456789ab.png`; letters that URLs have trouble with become hyphens.
fn hashed_name(stem: &str, suffix: &str, digest: &str) -> String {
    let plain = |text: &str| -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' };
        text.chars().map(letter).collect()
    };
    format!("assets/{}-{}.{}", plain(stem), &digest[..DIGITS], plain(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_content_and_suits_a_url() {
        assert_eq!(hashed_name("Två koppar", "PNG", "0123456789abcdef"), "assets/tv--koppar-0123456789ab.png");
    }
}
