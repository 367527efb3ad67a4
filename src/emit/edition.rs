//! The messages of one mailing, each made when it is asked for: 62,500 of them never lie in memory together.

use std::collections::HashMap;

use rayon::prelude::*;

use super::die::Die;
use super::mail::{Letter, Mailer};
use crate::diagnostic::Diagnostic;
use crate::model::mailing::Mailing;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Route};
use crate::render::compose::Composed;
use crate::render::stamp::{Key, Press, Variant, look_up};

/// What a build makes; a message that is sent once more on purpose is of a later one and has another id (design §4).
pub const FIRST_GENERATION: &str = "1";

/// Room for a message without pictures, in bytes.
const ROOMY: usize = 48 * 1024;

/// Room for the head of a message and the values in its texts, in bytes.
const HEAD: usize = 4 * 1024;

/// A variant, ready to be stamped; none where its readers are rendered in full.
type Struck<'p> = Option<(Variant<'p>, Die)>;

/// All messages of a mailing: its variants are rendered once, a reader's copy is made when it is asked for.
pub struct Edition<'m, 'p> {
    mailer: &'m Mailer<'p>,
    audience: &'m Audience<'p>,
    press: Press<'p>,
    /// The variant of each recipient; none where they are rendered in full.
    variants: Vec<Option<usize>>,
    struck: Vec<Struck<'p>>,
}

impl<'m, 'p> Edition<'m, 'p> {
    /// Strikes a die for every variant of the audience.
    pub(super) fn new(mailer: &'m Mailer<'p>, audience: &'m Audience<'p>) -> Self {
        let press = Press::new(mailer.composer(), audience.mailing);
        let mut edition = Edition { mailer, audience, press, variants: Vec::new(), struck: Vec::new() };
        (edition.variants, edition.struck) = edition.strike();
        edition
    }

    /// Who they are for.
    pub fn audience(&self) -> &'m Audience<'p> {
        self.audience
    }

    /// The message for a recipient, by their place in the audience; `None` where it goes by post.
    ///
    /// # Errors
    /// What cannot be rendered.
    pub fn letter(&self, index: usize, generation: &str) -> Result<Option<Letter<'p>>, Box<Diagnostic>> {
        let recipient = self.audience.recipients[index];
        let struck = self.variants[index].and_then(|variant| self.struck[variant].as_ref());
        match struck.and_then(|struck| self.stamped(recipient, struck, generation)) {
            Some(letter) => Ok(Some(letter)),
            None => full(self.mailer, self.mailing(), recipient, generation),
        }
    }

    /// The id of a recipient's message, without brackets.
    pub fn message_id(&self, index: usize, generation: &str) -> String {
        self.mailer.message_id(self.mailing(), &self.audience.recipients[index], generation)
    }

    fn mailing(&self) -> &'p Mailing {
        self.audience.mailing
    }

    /// The message of one reader from their variant; `None` where it has to be rendered in full.
    fn stamped(
        &self,
        recipient: Recipient<'p>,
        (variant, die): &(Variant<'p>, Die),
        generation: &str,
    ) -> Option<Letter<'p>> {
        let reader = self.press.reader(&recipient);
        let values = variant.values(&reader)?;
        let subject = variant.subject.fill(&|number| look_up(&values, number).to_owned());
        let message = self.mailer.message(self.mailing(), &recipient, &variant.composed, subject, generation);
        let mut bytes = Vec::with_capacity(die.length() + HEAD);
        message.write_head(&mut bytes);
        die.write(&message.message_id, &values, &mut String::new(), &mut bytes);
        let Composed { language, signer, .. } = variant.composed;
        let (subject, message_id) = (message.subject, message.message_id);
        Some(Letter { recipient, language, signer, subject, message_id, bytes })
    }

    /// The variant of each recipient, and the dies of all variants, each rendered once.
    fn strike(&self) -> (Vec<Option<usize>>, Vec<Struck<'p>>) {
        let by_mail =
            |recipient: &Recipient<'p>| !self.mailer.is_reference() && matches!(recipient.route(), Route::Email(_));
        let keys: Vec<Option<Key>> = self
            .audience
            .recipients
            .par_iter()
            .map(|recipient| {
                by_mail(recipient).then(|| self.press.key(recipient, &self.press.reader(recipient))).flatten()
            })
            .collect();
        let mut numbers: HashMap<&Key, usize> = HashMap::new();
        let mut firsts: Vec<(&Key, &Recipient<'p>)> = Vec::new();
        let mut variants = Vec::with_capacity(keys.len());
        for (key, recipient) in keys.iter().zip(&self.audience.recipients) {
            variants.push(key.as_ref().map(|key| {
                *numbers.entry(key).or_insert_with(|| {
                    firsts.push((key, recipient));
                    firsts.len() - 1
                })
            }));
        }
        let strike = |(key, recipient): &(&Key, &Recipient<'p>)| {
            let variant = self.press.variant(key, recipient)?;
            let composed = &variant.composed;
            let message = self.mailer.message(self.mailing(), recipient, composed, String::new(), FIRST_GENERATION);
            let die = Die::new(&variant, &message);
            Some((variant, die))
        };
        let struck = firsts.par_iter().map(strike).collect();
        (variants, struck)
    }
}

/// The message of `mailing` for `recipient`, rendered in full; `None` where it goes by post.
pub(super) fn full<'p>(
    mailer: &Mailer<'p>,
    mailing: &'p Mailing,
    recipient: Recipient<'p>,
    generation: &str,
) -> Result<Option<Letter<'p>>, Box<Diagnostic>> {
    let Route::Email(_) = recipient.route() else { return Ok(None) };
    let composed = mailer.composer().compose(mailing, &recipient)?;
    Ok(Some(written(mailer, mailing, recipient, &composed, generation)))
}

/// The message of what was composed for `recipient`.
pub(super) fn written<'p>(
    mailer: &Mailer<'p>,
    mailing: &'p Mailing,
    recipient: Recipient<'p>,
    composed: &Composed<'p>,
    generation: &str,
) -> Letter<'p> {
    let message = mailer.message(mailing, &recipient, composed, composed.subject.clone(), generation);
    let mut bytes = Vec::with_capacity(ROOMY);
    message.write(&mut bytes);
    let message_id = message.message_id;
    let Composed { language, signer, subject, .. } = composed;
    Letter { recipient, language: *language, signer, subject: subject.clone(), message_id, bytes }
}
