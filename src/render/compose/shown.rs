//! The pictures that a text shows: in their new places, and known by name.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::Composer;
use crate::model::content::{Asset, ContentFile};
use crate::model::programme::Programme;
use crate::render::pictures;
use html::{self, Picture};
use source::Span;
use source::diagnostic::{Diagnostic, did_you_mean};

/// Widest picture in a message or letter, in CSS pixels: the card less its margins.
const MAX_WIDTH: u32 = 520;

/// The new `src` of a picture, by its path and bytes.
type NewPlace<'s> = Box<dyn Fn(&str, &Asset) -> String + 's>;

/// Notes the pictures of a text while its marks become text.
pub(super) struct Shown<'s> {
    programme: &'s Programme,
    src: NewPlace<'s>,
    /// Those that are there, and those that are missing, as paths below `content/`.
    found: RefCell<(BTreeSet<String>, BTreeSet<String>)>,
}

impl<'s> Shown<'s> {
    /// Nothing seen yet.
    pub(super) fn new(programme: &'s Programme, src: impl Fn(&str, &Asset) -> String + 's) -> Self {
        Shown { programme, src: Box::new(src), found: RefCell::default() }
    }

    /// Turns marks into text, and pictures into what `src` says.
    pub(super) fn finish(&self, part: &str) -> String {
        html::finish(part, &mut |source| {
            let path = pictures::local(source)?;
            let (there, missing) = &mut *self.found.borrow_mut();
            match self.programme.assets.get(path) {
                Some(asset) => {
                    there.insert(path.to_owned());
                    let size = asset.size.map(|size| pictures::fitted(size, MAX_WIDTH));
                    Some(Picture { size, ..(self.src)(path, asset).into() })
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
    ) -> Result<BTreeSet<String>, Box<Diagnostic>> {
        let (there, missing) = shown.found.into_inner();
        match missing.first() {
            None => Ok(there),
            Some(path) => {
                let error = self.about(content, "missing-picture", &format!("there is no picture content/{path}"));
                let error = match written_at(content, path) {
                    Some(span) => error.at(&content.file, span),
                    None => error,
                };
                let known = self.programme.assets.keys().map(String::as_str);
                let hint = did_you_mean(path, known).unwrap_or_else(|| {
                    "the path is counted from the Markdown file, or from content/ with a leading slash".to_owned()
                });
                Err(Box::new(error.hint(hint)))
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
