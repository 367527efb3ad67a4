//! The pictures that a text shows: in their new places, and known by name.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::Composer;
use crate::model::content::{Asset, ContentFile, asset_named};
use crate::model::programme::Programme;
use crate::render::copies::ShownPicture;
use crate::render::pictures;
use html::{self, Picture};
use picture::copies;
use source::Span;
use source::diagnostic::Diagnostic;

/// Widest picture in a message or letter, in CSS pixels: the card less its margins.
const MAX_WIDTH: u32 = 520;

/// Widest picture of a greeting, which goes from edge to edge: the card less its borders. Outlook shows it as wide as its tag says.
const EDGE_TO_EDGE: u32 = 598;

/// Widest picture on paper, in pixels of 1/300 inch: a column of 165 mm.
const MAX_PRINTED: usize = 1949;

/// What a picture is looked at on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Surface {
    /// Screens with up to two pixels for one of CSS.
    Screen,
    /// The same, of a message whose pictures go from edge to edge.
    WholeCard,
    /// Paper that is printed with 300 dots an inch.
    Paper,
}

impl Surface {
    /// The widest picture, in CSS pixels.
    fn widest(self) -> u32 {
        if matches!(self, Surface::WholeCard) { EDGE_TO_EDGE } else { MAX_WIDTH }
    }

    /// The pixels of width that are of use to a picture which is so wide in CSS pixels, if its tag says so.
    fn pixels(self, width: Option<u32>) -> usize {
        let given = width.and_then(|width| usize::try_from(width).ok());
        match self {
            Surface::Screen | Surface::WholeCard => given.unwrap_or(self.widest() as usize).saturating_mul(2),
            Surface::Paper => given.map_or(MAX_PRINTED, |width| width.saturating_mul(300) / 96),
        }
    }
}

/// The new `src` of a picture, or of the copy of so many pixels that stands for it.
type NewPlace<'s> = Box<dyn Fn(&Asset, Option<usize>) -> String + 's>;

/// Notes the pictures of a text while its marks become text.
pub(super) struct Shown<'s> {
    programme: &'s Programme,
    surface: Surface,
    src: NewPlace<'s>,
    /// Those that are there, and the paths below `content/` of those that are missing.
    found: RefCell<(BTreeSet<ShownPicture>, BTreeSet<String>)>,
}

impl<'s> Shown<'s> {
    /// Nothing seen yet.
    pub(super) fn new(
        programme: &'s Programme,
        surface: Surface,
        src: impl Fn(&Asset, Option<usize>) -> String + 's,
    ) -> Self {
        Shown { programme, surface, src: Box::new(src), found: RefCell::default() }
    }

    /// Turns marks into text, and pictures into what `src` says.
    pub(super) fn finish(&self, part: &str) -> String {
        html::finish(part, &mut |source, width| {
            let path = pictures::local(source)?;
            let (there, missing) = &mut *self.found.borrow_mut();
            match asset_named(&self.programme.assets, path) {
                Some((path, asset)) => {
                    let copy = copies::fitting(asset.original(), self.surface.pixels(width));
                    there.insert(ShownPicture { path: path.clone(), copy });
                    let size = asset.size.map(|size| pictures::fitted(size, self.surface.widest()));
                    Some(Picture { size, ..(self.src)(asset, copy).into() })
                }
                None => {
                    missing.insert(path.to_owned());
                    None
                }
            }
        })
    }
}

impl Composer<'_> {
    /// The pictures of a text, all of which must be there.
    pub(super) fn found_pictures(
        &self,
        shown: Shown<'_>,
        content: &ContentFile,
    ) -> Result<BTreeSet<ShownPicture>, Box<Diagnostic>> {
        let (there, missing) = shown.found.into_inner();
        match missing.first() {
            None => Ok(there),
            Some(path) => {
                let error = self.about(content, "missing-picture", &format!("there is no picture content/{path}"));
                let error = match written_at(content, path) {
                    Some(span) => error.at(&content.file, span),
                    None => error,
                };
                Err(Box::new(error.hint(pictures::missing_hint(path, &self.programme.assets))))
            }
        }
    }
}

/// Where a picture is named in the Markdown: by its path from content/, from the text's own folder, or by its name alone.
fn written_at(content: &ContentFile, path: &str) -> Option<Span> {
    let body = content.markdown();
    let own = path.strip_prefix(content.folder()).map(|rest| rest.trim_start_matches('/'));
    let name = path.rsplit('/').next();
    let (at, needle) =
        [Some(path), own, name].into_iter().flatten().find_map(|needle| Some((body.find(needle)?, needle)))?;
    let start = content.body_at + at;
    Some(Span { start, end: start + needle.len() })
}
