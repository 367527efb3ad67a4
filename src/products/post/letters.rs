//! The letters of one mailing, made a file at a time: 62,500 of them never lie in memory together.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{A_FILE, Addressee};
use crate::model::mailing::Mailing;
use crate::render::compose::Composer;
use crate::render::copies::ShownPicture;
use crate::render::pictures;
use crate::render::stamp::{LetterKey, LetterRenderer, LetterVariant, Variants};
use source::diagnostic::Diagnostic;

/// All letters of a mailing: its variants are rendered once, a reader's copy is made when its file is.
pub(super) struct Letters<'l, 'p> {
    composer: &'p Composer<'p>,
    mailing: &'p Mailing,
    addressees: &'l [Addressee<'p>],
    renderer: LetterRenderer<'p>,
    variants: Variants<LetterVariant<'p>>,
}

/// One file of letters.
pub(super) struct Sheets {
    pub(super) html: String,
    /// The pictures that it shows, by the path beside it.
    pub(super) pictures: BTreeMap<String, Arc<[u8]>>,
}

impl<'l, 'p> Letters<'l, 'p> {
    /// Renders the variants.
    pub(super) fn new(
        composer: &'p Composer<'p>,
        reference: bool,
        mailing: &'p Mailing,
        addressees: &'l [Addressee<'p>],
    ) -> Self {
        let renderer = LetterRenderer::new(composer, mailing);
        let key = |one: &Addressee<'p>| if reference { None } else { renderer.key(&one.recipient) };
        let make = |key: &LetterKey<'p>, one: &Addressee<'p>| {
            renderer.variant(key, &one.recipient).filter(|variant| variant.composed.fit_to_leave().is_ok())
        };
        let variants = Variants::new(addressees, key, make);
        Letters { composer, mailing, addressees, renderer, variants }
    }

    /// How many files they fill.
    pub(super) fn files(&self) -> usize {
        self.addressees.len().div_ceil(A_FILE)
    }

    /// One file of them, counted from 0.
    ///
    /// # Errors
    /// What cannot be rendered.
    pub(super) fn file(&self, part: usize) -> Result<Sheets, Box<Diagnostic>> {
        let range = part * A_FILE..self.addressees.len().min((part + 1) * A_FILE);
        let letters: Vec<_> = range.into_par_iter().map(|index| self.letter(index)).collect::<Result<_, _>>()?;
        let (html, shown): (Vec<String>, Vec<_>) = letters.into_iter().unzip();
        let shown: BTreeSet<&ShownPicture> = shown.iter().flat_map(|shown| shown.iter()).collect();
        let assets = &self.composer.programme().assets;
        let file = |ShownPicture { path, copy }: &ShownPicture| {
            let asset = assets.get(path)?;
            Some((pictures::file_beside(asset, *copy), self.composer.copier().bytes(asset, *copy)))
        };
        let pictures = shown.into_iter().filter_map(file).collect();
        Ok(Sheets { html: self.composer.run(self.mailing, &html)?, pictures })
    }

    /// The letter of one addressee, and the pictures it shows.
    fn letter(&self, index: usize) -> Result<(String, Cow<'_, BTreeSet<ShownPicture>>), Box<Diagnostic>> {
        let recipient = &self.addressees[index].recipient;
        let stamped = self.variants.of(index).and_then(|variant| {
            Some((self.renderer.fill(variant, recipient)?, Cow::Borrowed(&variant.composed.pictures)))
        });
        match stamped {
            Some(letter) => Ok(letter),
            None => {
                let letter = self.renderer.full(recipient)?.expect("an addressee gets a letter");
                letter.fit_to_leave()?;
                Ok((letter.sealed.into_html(), Cow::Owned(letter.pictures)))
            }
        }
    }
}
