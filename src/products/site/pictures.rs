//! Which copies of a picture a page offers, and what they are called.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::names::{hashed_name, name_parts};
use super::{File, Held};
use crate::model::content::Asset;
use crate::model::programme::Programme;
use crate::render::copies::Copier;
use crate::render::site_urls::SiteUrls;
use html::{Picture, Source};
use picture::copies::{self, Form, Pixels};
use store::Store;
use store::digest::Digest;

/// How wide a picture in running text is shown: the column, and on small screens what its margins leave.
const SIZES: &str = "(min-width: 680px) 640px, calc(100vw - 40px)";

/// The most that a WebP copy may weigh of what it stands for, in hundredths, and the least that it must save, in bytes; else it is
/// not worth the words that every page with the picture needs for it.
const HEAVIEST: usize = 90;
const SAVED: usize = 512;

/// Which copies of its pictures a site offers.
pub enum Copies {
    /// Those in the format of the picture, which need not be made to be offered: enough to look at, and for every check.
    Plain,
    /// WebP besides, where it is smaller in every width. What an earlier build made of pictures lies at these paths below `output/`.
    Modern(BTreeSet<String>),
}

impl Copies {
    /// All, for a site that is published.
    pub fn for_store(store: &Store) -> Self {
        Copies::Modern(store.earlier("site/assets").map(str::to_owned).collect())
    }
}

/// The pictures of a site.
pub(super) struct Pictures<'p> {
    ground: SiteUrls<'p>,
    copies: Copies,
    copier: Arc<Copier>,
    /// Each picture's copies as far as they were made to choose them, when a page shows it first.
    made: BTreeMap<&'p str, OnceLock<Made>>,
}

/// Copies of a picture.
#[derive(Default)]
struct Made {
    /// In its own format, by their widths.
    plain: BTreeMap<usize, Vec<u8>>,
    /// As WebP, from the smallest; `None` where they are not worth it.
    modern: Option<Vec<Modern>>,
}

/// A WebP copy.
struct Modern {
    width: usize,
    url: String,
    /// `None` where an earlier build has made it.
    bytes: Option<Vec<u8>>,
}

impl<'p> Pictures<'p> {
    pub(super) fn new(programme: &'p Programme, ground: SiteUrls<'p>, copies: Copies, copier: Arc<Copier>) -> Self {
        let made = programme.assets.keys().map(|path| (path.as_str(), OnceLock::new())).collect();
        Pictures { ground, copies, copier, made }
    }

    /// What a page shows of the picture at `path`, which is called `src` itself: the copies that browsers choose from, and the one
    /// for those that cannot.
    pub(super) fn offered(&self, path: &str, asset: &Asset, src: String) -> Picture {
        let Some((width, height)) = asset.size else { return src.into() };
        let (widths, itself) = copies::widths(asset.original());
        let mut offered: Vec<(usize, String)> =
            widths.map(|width| (width, self.copy_url(asset, width, Form::Same))).collect();
        if itself {
            offered.push((width, src));
        }
        let srcset = srcset(offered.iter().map(|(width, url)| (*width, url.as_str())));
        let (_, src) = offered.pop().expect("a picture that is not offered itself has copies");
        let side = |pixels: usize| u32::try_from(pixels).ok();
        Picture {
            src,
            srcset: srcset.map(|srcset| (srcset, SIZES)),
            modern: self.made(path, asset).and_then(|made| made.modern.as_deref()).map(|modern| Source {
                kind: "image/webp",
                srcset: srcset_of(modern),
                sizes: (modern.len() > 1).then_some(SIZES),
            }),
            size: side(width).zip(side(height)),
        }
    }

    /// The copies of the picture at `path`.
    pub(super) fn copies(&self, path: &str, asset: &'p Asset) -> Vec<File<'p>> {
        let made = self.made(path, asset);
        let held = |bytes: Option<&Vec<u8>>, width, form| match bytes {
            Some(bytes) => Held::Ready(Cow::Owned(bytes.clone())),
            None => Held::Copy(asset, width, form),
        };
        let smaller = copies::widths(asset.original()).0.map(|width| {
            let bytes = made.and_then(|made| made.plain.get(&width));
            (self.copy_url(asset, width, Form::Same), held(bytes, width, Form::Same))
        });
        let modern = made.and_then(|made| made.modern.as_deref()).unwrap_or_default().iter();
        smaller
            .chain(modern.map(|copy| (copy.url.clone(), held(copy.bytes.as_ref(), copy.width, Form::Webp))))
            .collect()
    }

    /// The copies of a picture that had to be made to know which are offered; `None` where none is asked for.
    fn made(&self, path: &str, asset: &Asset) -> Option<&Made> {
        let Copies::Modern(earlier) = &self.copies else { return None };
        Some(self.made.get(path)?.get_or_init(|| self.make(asset, earlier)))
    }

    fn make(&self, asset: &Asset, earlier: &BTreeSet<String>) -> Made {
        let mut made = Made::default();
        let Some((own, _)) = asset.size.filter(|_| copies::can_copy(asset.original())) else { return made };
        let (widths, itself) = copies::widths(asset.original());
        let is_there = |width, form| earlier.contains(&self.ground.file(&self.copy_url(asset, width, form)));
        if let Some(width) = widths.clone().next()
            && is_there(width, Form::Same)
            && !is_there(width, Form::Webp)
        {
            // An earlier build found that it is not worth it.
            return made;
        }
        let pixels = OnceCell::new();
        let pixels = || pixels.get_or_init(|| Pixels::read(asset.original())).as_ref();
        let plain = &mut made.plain;
        let mut modern = |width: usize| {
            let url = self.copy_url(asset, width, Form::Webp);
            if is_there(width, Form::Webp) {
                return Some(Modern { width, url, bytes: None });
            }
            let scaled = OnceCell::new();
            let scaled = || scaled.get_or_init(|| pixels()?.scaled(width)).as_ref();
            let copy = |form| self.copier.kept(&kept_name(asset, width, form), || scaled()?.encoded(form));
            let weight = match width == own {
                true => asset.bytes.len(),
                false => plain.entry(width).or_insert(copy(Form::Same)?).len(),
            };
            let bytes = copy(Form::Webp)?;
            let saves = bytes.len() * 100 <= weight * HEAVIEST && bytes.len() + SAVED <= weight;
            saves.then_some(Modern { width, url, bytes: Some(bytes) })
        };
        made.modern = widths.chain(itself.then_some(own)).map(&mut modern).collect();
        made
    }

    /// The path of a copy, named by what it is made from.
    fn copy_url(&self, asset: &Asset, width: usize, form: Form) -> String {
        let (stem, suffix) = name_parts(&asset.path);
        let suffix = if form == Form::Webp { "webp" } else { suffix };
        let digest = Digest::of(format!("{} {width} {}", copies::EDITION, asset.digest).as_bytes());
        self.ground.rooted(&hashed_name(&format!("{stem}-{width}"), suffix, &digest.to_string()))
    }
}

/// A picture at so many pixels of width and in a form; `None` where it cannot be read.
pub(super) fn copy(copier: &Copier, asset: &Asset, width: usize, form: Form) -> Option<Vec<u8>> {
    copier.kept(&kept_name(asset, width, form), || copies::copy(asset.original(), width, form))
}

/// What a copy is kept under: all that it is made from.
fn kept_name(asset: &Asset, width: usize, form: Form) -> String {
    format!("site-{}-{width}-{form:?}-{}", asset.digest, copies::EDITION)
}

fn srcset_of(modern: &[Modern]) -> String {
    let sizes = modern.iter().map(|copy| (copy.width, copy.url.as_str()));
    srcset(sizes).unwrap_or_else(|| modern.iter().map(|copy| copy.url.as_str()).collect())
}

/// What a browser chooses from (HTML, `srcset`); `None` where there is no choice.
fn srcset<'u>(offered: impl Iterator<Item = (usize, &'u str)>) -> Option<String> {
    let offered: Vec<String> = offered.map(|(width, url)| format!("{url} {width}w")).collect();
    (offered.len() > 1).then(|| offered.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    /// A photograph of which WebP is a good deal smaller.
    fn photograph() -> Asset {
        let pixels: Vec<u8> = (0..540_u32)
            .flat_map(|y| (0..960_u32).flat_map(move |x| [x / 4, y / 3, (x * y) / 4096]))
            .map(|value| u8::try_from(value % 256).expect("a byte"))
            .collect();
        let mut bytes = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
        encoder.encode(&pixels, 960, 540, jpeg_encoder::ColorType::Rgb).expect("it is encoded");
        Asset {
            path: "content/a.jpg".to_owned(),
            bytes: bytes.into(),
            digest: "d".into(),
            size: Some((960, 540)),
            turn: None,
        }
    }

    #[test]
    fn what_an_earlier_build_found_of_a_picture_is_not_found_again() {
        let programme = Fixture::new().change(|p| _ = p.assets.insert("a.jpg".to_owned(), photograph())).build();
        let asset = &programme.assets["a.jpg"];
        let made = |earlier: &[&str]| {
            let earlier = earlier.iter().map(|&path| path.to_owned()).collect();
            let (ground, copier) = (SiteUrls::new(&programme.settings), Arc::default());
            let pictures = Pictures::new(&programme, ground, Copies::Modern(earlier), copier);
            let made = pictures.made("a.jpg", asset).and_then(|made| made.modern.as_deref());
            let made = made.map(|modern| modern.iter().map(|copy| copy.bytes.is_some()).collect());
            let paths = pictures.copies("a.jpg", asset).into_iter().map(|(url, _)| pictures.ground.file(&url));
            (made, paths.collect::<Vec<String>>())
        };
        let (fresh, paths) = made(&[]);
        assert!(fresh.as_ref().is_some_and(|made: &Vec<bool>| made.iter().all(|&made| made)), "{fresh:?}");
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let known = made(&paths).0;
        assert!(known.is_some_and(|made| !made.contains(&true)), "all of them are there");
        let plain: Vec<&str> = paths.iter().copied().filter(|path| path.ends_with(".jpg")).collect();
        assert_eq!(made(&plain).0, None, "they were not worth it");
    }
}
