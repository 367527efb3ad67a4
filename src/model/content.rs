//! What is written: Markdown with its front matter, in languages and for tiers, and the files beside it.

use std::collections::BTreeMap;
use std::num::NonZeroU8;
use std::sync::Arc;

use crate::model::contact::Tier;
use crate::model::language::Language;
use crate::source::SourceFile;

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

/// A picture's pixels are not stored as they are to be shown, since a camera was not held level: 2 to 8, as Exif counts the ways
/// (Exif 3.0 §4.6.5, tag `Orientation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn(NonZeroU8);

impl Turn {
    /// The way with this number; `None` for 1, which is upright, and for what is no way.
    pub fn new(number: u16) -> Option<Self> {
        let known = u8::try_from(number).ok().filter(|number| (2..=8).contains(number));
        known.and_then(NonZeroU8::new).map(Turn)
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.0.get()
    }

    /// Width and height change places.
    pub fn lies(self) -> bool {
        self.number() >= 5
    }

    /// Where the pixel that is shown in a column and a row is stored, in a picture that is stored with so many of both.
    pub fn stored(self, (x, y): (usize, usize), (columns, rows): (usize, usize)) -> (usize, usize) {
        let from_end = |length: usize, at: usize| length - 1 - at;
        match self.number() {
            2 => (from_end(columns, x), y),
            3 => (from_end(columns, x), from_end(rows, y)),
            4 => (x, from_end(rows, y)),
            5 => (y, x),
            6 => (y, from_end(rows, x)),
            7 => (from_end(columns, y), from_end(rows, x)),
            _ => (from_end(columns, y), x),
        }
    }
}
