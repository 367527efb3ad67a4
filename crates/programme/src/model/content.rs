//! What is written: Markdown with its front matter, in languages and for tiers, and the files beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::contact::Tier;
use crate::model::language::Language;
use percent_encoding::percent_decode_str;
use picture::Turn;
use picture::copies::Original;
use source::SourceFile;
use source::characters::nfkc;
use source::diagnostic::did_you_mean;

/// A piece of Markdown in one language, perhaps for one tier.
#[derive(Debug, Clone)]
pub struct ContentFile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where the Markdown begins, in bytes.
    pub body_at: usize,
    /// Its front matter.
    pub front: Front,
}

impl ContentFile {
    /// Its Markdown.
    pub fn markdown(&self) -> &str {
        &self.file.text()[self.body_at..]
    }

    /// The line of the file at which the Markdown begins, from 1.
    pub fn first_line(&self) -> usize {
        self.file.position(self.body_at).line
    }

    /// The folder it lies in, below `content/`; empty for `content/` itself.
    pub fn folder(&self) -> &str {
        let path = self.file.path().strip_prefix("content/").unwrap_or(self.file.path());
        path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// What a front matter says, of mailings and pages alike.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// Subject template of a mailing.
    pub subject: Option<Box<str>>,
    /// Preheader template of a mailing.
    pub preheader: Option<Box<str>>,
    /// One public sentence for archive and feed.
    pub summary: Option<Box<str>>,
    /// Files beside the Markdown.
    pub attachments: Vec<Box<str>>,
    /// The reward box is printed.
    pub reward_block: bool,
    /// Title of a page.
    pub title: Option<Box<str>>,
    /// Description of a page.
    pub description: Option<Box<str>>,
    /// The page's place in its language's site; from the file name where absent.
    pub slug: Option<Box<str>>,
    /// Place in the navigation; 0 where absent.
    pub weight: i32,
    /// Raw HTML is allowed.
    pub html: bool,
    /// The page asks for a social card.
    pub card: bool,
    /// Free fields.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// All variants of one content: a text a language, and overrides for single tiers.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// By language and, for overrides, tier.
    pub variants: BTreeMap<(Language, Option<Tier>), ContentFile>,
}

impl Content {
    /// The text for a reader: the tier's override before the common text, in the first language of `chain` that has either.
    pub fn pick(&self, chain: &[Language], tier: Option<Tier>) -> Option<(Language, &ContentFile)> {
        chain.iter().find_map(|&language| {
            let own = tier.and_then(|tier| self.variants.get(&(language, Some(tier))));
            own.or_else(|| self.variants.get(&(language, None))).map(|file| (language, file))
        })
    }

    /// What a mailing is called where people speak of it: its subject up to what is merged into it, in the first of these languages
    /// that has one, else in any; `None` where nothing is left.
    pub fn name(&self, chain: &[Language]) -> Option<&str> {
        let own = self.pick(chain, None).map(|(_, file)| file);
        own.into_iter().chain(self.variants.values()).find_map(|file| authored(file.front.subject.as_deref()?))
    }
}

/// The part of a subject that its author wrote, up to the first tag.
fn authored(subject: &str) -> Option<&str> {
    let end = ["{{", "{%", "{#"].iter().filter_map(|tag| subject.find(tag)).min().unwrap_or(subject.len());
    let part = subject[..end].trim();
    let part =
        if end < subject.len() { part.trim_end_matches([',', ':', ';', '–', '—', '-']).trim_end() } else { part };
    (!part.is_empty()).then_some(part)
}

/// A file that is not text: a picture, an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its path below the root.
    pub path: String,
    /// What it holds; of a picture, what is picture.
    pub bytes: Arc<[u8]>,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub digest: Box<str>,
    /// Width and height in pixels as it is shown, of pictures.
    pub size: Option<(usize, usize)>,
    /// How its pixels are turned to be shown; `None` where they are stored upright.
    pub turn: Option<Turn>,
}

/// The file that a text names by its path below `content/`, whichever way that is written: as the file is called, percent-encoded
/// as in a URL, or in the other Unicode form.
pub fn asset_named<'a>(assets: &'a BTreeMap<String, Asset>, path: &str) -> Option<(&'a String, &'a Asset)> {
    if let Some(found) = assets.get_key_value(path) {
        return Some(found);
    }
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    if let Some(found) = assets.get_key_value(&*decoded) {
        return Some(found);
    }
    // Only letters beyond ASCII have two forms.
    if decoded.is_ascii() {
        return None;
    }
    let folded = nfkc(&decoded);
    assets.iter().find(|(known, _)| !known.is_ascii() && nfkc(known) == folded)
}

/// What to do about a file that is not there: which one of its folder is called nearly so, or which of another as it is.
pub fn asset_hint(path: &str, assets: &BTreeMap<String, Asset>) -> Option<String> {
    let decoded = percent_decode_str(path).decode_utf8().unwrap_or_default();
    let decoded = nfkc(&decoded);
    let split = |path: &'_ str| path.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, name) = decoded.split_at(split(&decoded));
    let beside = assets.keys().filter_map(|known| known.strip_prefix(folder)).filter(|rest| !rest.contains('/'));
    let near = did_you_mean(name, beside).map(|hint| {
        let part =
            |(index, part): (usize, &str)| if index % 2 == 1 { format!("{folder}{part}") } else { part.to_owned() };
        hint.split('`').enumerate().map(part).collect::<Vec<_>>().join("`")
    });
    let so_called = |known: &&String| known[split(known)..].to_lowercase() == name.to_lowercase();
    near.or_else(|| did_you_mean(&decoded, assets.keys().filter(so_called).map(String::as_str)))
}

impl Asset {
    /// The picture as copies are made of it.
    pub fn original(&self) -> Original<'_> {
        Original { bytes: &self.bytes, size: self.size, turn: self.turn }
    }
}
