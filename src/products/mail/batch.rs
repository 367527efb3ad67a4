//! The messages of one mailing, each made when it is asked for: 62,500 of them never lie in memory together.

use super::built::BuiltMessage;
use super::encoded_body::EncodedBody;
use super::mailer::Mailer;
use crate::model::mailing::Mailing;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Route};
use crate::render::compose::Composed;
use crate::render::stamp::{Key, MailingRenderer, Variant, Variants, look_up};
use source::diagnostic::Diagnostic;

/// What a build makes; a message that is sent once more on purpose is of a later one and has another id (design §4).
pub const FIRST_GENERATION: &str = "1";

/// Room for a message without pictures, in bytes.
const ROOMY: usize = 48 * 1024;

/// Room for the head of a message and the values in its texts, in bytes.
const HEAD: usize = 4 * 1024;

/// All messages of a mailing: its variants are rendered once, a reader's copy is made when it is asked for.
pub struct Batch<'m, 'p> {
    mailer: &'m Mailer<'p>,
    audience: &'m Audience<'p>,
    renderer: MailingRenderer<'p>,
    variants: Variants<(Variant<'p>, EncodedBody)>,
}

impl<'m, 'p> Batch<'m, 'p> {
    /// Compiles the body of every variant of the audience.
    pub(super) fn new(mailer: &'m Mailer<'p>, audience: &'m Audience<'p>) -> Self {
        let renderer = MailingRenderer::new(mailer.composer(), audience.mailing);
        let key = |recipient: &Recipient<'p>| {
            let by_mail = !mailer.is_reference() && matches!(recipient.route(), Route::Email(_));
            by_mail.then(|| renderer.key(recipient, &renderer.reader(recipient))).flatten()
        };
        let compile = |key: &Key<'p>, recipient: &Recipient<'p>| {
            let variant = renderer.variant(key, recipient)?;
            variant.composed.fit_to_leave().ok()?;
            let composed = &variant.composed;
            let message = mailer.message(audience.mailing, recipient, composed, String::new(), FIRST_GENERATION);
            let body = EncodedBody::new(&variant, &message);
            Some((variant, body))
        };
        let variants = Variants::new(&audience.recipients, key, compile);
        Batch { mailer, audience, renderer, variants }
    }

    /// Who they are for.
    pub fn audience(&self) -> &'m Audience<'p> {
        self.audience
    }

    /// The message for a recipient, by their place in the audience; `None` where it goes by post.
    ///
    /// # Errors
    /// What cannot be rendered.
    pub fn message(&self, index: usize, generation: &str) -> Result<Option<BuiltMessage<'p>>, Box<Diagnostic>> {
        let recipient = self.audience.recipients[index];
        match self.variants.of(index).and_then(|compiled| self.stamped(recipient, compiled, generation)) {
            Some(built) => Ok(Some(built)),
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
        (variant, body): &(Variant<'p>, EncodedBody),
        generation: &str,
    ) -> Option<BuiltMessage<'p>> {
        let reader = self.renderer.reader(&recipient);
        let values = variant.values(&reader)?;
        let subject = variant.subject.fill(&|number| look_up(&values, number).to_owned());
        let message = self.mailer.message(self.mailing(), &recipient, &variant.composed, subject, generation);
        let mut bytes = Vec::with_capacity(body.length() + HEAD);
        message.write_head(&mut bytes);
        body.write(&message.message_id, &values, &mut String::new(), &mut bytes);
        let Composed { language, signer, .. } = variant.composed;
        let (subject, message_id) = (message.subject, message.message_id);
        Some(BuiltMessage { recipient, language, signer, subject, message_id, bytes })
    }
}

/// The message of `mailing` for `recipient`, rendered in full; `None` where it goes by post.
pub(super) fn full<'p>(
    mailer: &Mailer<'p>,
    mailing: &'p Mailing,
    recipient: Recipient<'p>,
    generation: &str,
) -> Result<Option<BuiltMessage<'p>>, Box<Diagnostic>> {
    let Route::Email(_) = recipient.route() else { return Ok(None) };
    let composed = mailer.composer().compose(mailing, &recipient)?;
    composed.fit_to_leave()?;
    Ok(Some(written(mailer, mailing, recipient, &composed, generation)))
}

/// The message of what was composed for `recipient`.
pub(super) fn written<'p>(
    mailer: &Mailer<'p>,
    mailing: &'p Mailing,
    recipient: Recipient<'p>,
    composed: &Composed<'p>,
    generation: &str,
) -> BuiltMessage<'p> {
    let message = mailer.message(mailing, &recipient, composed, composed.subject.clone(), generation);
    let mut bytes = Vec::with_capacity(ROOMY);
    message.write(&mut bytes);
    let message_id = message.message_id;
    let Composed { language, signer, subject, .. } = composed;
    BuiltMessage { recipient, language: *language, signer, subject: subject.clone(), message_id, bytes }
}
