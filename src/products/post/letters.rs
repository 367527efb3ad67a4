//! The letters of one mailing, made a file at a time: 62,500 of them never lie in memory together.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{A_FILE, Addressee};
use crate::model::content::Asset;
use crate::model::mailing::Mailing;
use crate::render::compose::Composer;
use crate::render::pictures;
use crate::render::stamp::{LetterKey, LetterRenderer, LetterVariant, Variants};
use source::diagnostic::Diagnostic;

/// All letters of a mailing: its variants are rendered once, a reader's copy is made when its file is.
pub(super) struct Letters<'l, 'p> {
    composer: &'p Composer<'p>,
    mailing: &'p Mailing,
    addressees: &'l [Addressee<'p>],
    press: LetterRenderer<'p>,
    variants: Variants<LetterVariant<'p>>,
}

/// One file of letters.
pub(super) struct Sheets<'p> {
    pub(super) html: String,
    /// The pictures that it shows, by the path beside it.
    pub(super) pictures: BTreeMap<String, &'p [u8]>,
}

impl<'l, 'p> Letters<'l, 'p> {
    /// Renders the variants.
    pub(super) fn new(
        composer: &'p Composer<'p>,
        reference: bool,
        mailing: &'p Mailing,
        addressees: &'l [Addressee<'p>],
    ) -> Self {
        let press = LetterRenderer::new(composer, mailing);
        let key = |one: &Addressee<'p>| if reference { None } else { press.key(&one.recipient) };
        let make = |key: &LetterKey<'p>, one: &Addressee<'p>| {
            press.variant(key, &one.recipient).filter(|variant| variant.composed.fit_to_leave().is_ok())
        };
        let variants = Variants::new(addressees, key, make);
        Letters { composer, mailing, addressees, press, variants }
    }

    /// How many files they fill.
    pub(super) fn files(&self) -> usize {
        self.addressees.len().div_ceil(A_FILE)
    }

    /// One file of them, counted from 0.
    ///
    /// # Errors
    /// What cannot be rendered.
    pub(super) fn file(&self, part: usize) -> Result<Sheets<'p>, Box<Diagnostic>> {
        let range = part * A_FILE..self.addressees.len().min((part + 1) * A_FILE);
        let letters: Vec<_> = range.into_par_iter().map(|index| self.letter(index)).collect::<Result<_, _>>()?;
        let (html, shown): (Vec<String>, Vec<_>) = letters.into_iter().unzip();
        let paths: BTreeSet<&String> = shown.iter().flat_map(|paths| paths.iter()).collect();
        let assets = &self.composer.programme().assets;
        let file = |path: &String, asset: &'p Asset| (pictures::file_beside(path, asset), &*asset.bytes);
        let pictures = paths.into_iter().filter_map(|path| Some(file(path, assets.get(path)?))).collect();
        Ok(Sheets { html: self.composer.run(self.mailing, &html)?, pictures })
    }

    /// The letter of one addressee, and the pictures it shows.
    fn letter(&self, index: usize) -> Result<(String, Cow<'_, BTreeSet<String>>), Box<Diagnostic>> {
        let recipient = &self.addressees[index].recipient;
        let stamped = self.variants.of(index).and_then(|variant| {
            Some((self.press.fill(variant, recipient)?, Cow::Borrowed(&variant.composed.pictures)))
        });
        match stamped {
            Some(letter) => Ok(letter),
            None => {
                let letter = self.press.full(recipient)?.expect("an addressee gets a letter");
                letter.fit_to_leave()?;
                Ok((letter.sealed.into_html(), Cow::Owned(letter.pictures)))
            }
        }
    }
}
