//! The messages of one mailing, each made when it is asked for: 62,500 of them never lie in memory together.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::Date;

use super::built::BuiltMessage;
use super::encoded_body::EncodedBody;
use super::inputs::VariantInputs;
use super::mailer::Mailer;
use crate::model::mailing::Mailing;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Route};
use crate::render::compose::Composed;
use crate::render::stamp::{Drafts, Key, MailingRenderer, Variant, Variants, look_up};
use mail::mime::{Boundaries, DateField, OwnFields, SharedHead};
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
    variants: Variants<Compiled<'p>>,
    /// For readers without a variant.
    drafts: Option<Drafts<'p, Compiled<'p>>>,
    /// Of each day on which somebody of the audience gets it.
    dates: BTreeMap<Date, DateField>,
}

/// A variant, ready to be stamped.
struct Compiled<'p> {
    variant: Variant<'p>,
    head: SharedHead,
    body: EncodedBody,
    inputs: VariantInputs,
    /// The length of the longest message so far: the room for the next.
    longest: AtomicUsize,
}

/// What came of asking for the message of somebody.
pub enum Made<'p> {
    /// Theirs goes by post.
    OnPaper,
    /// It is made of what is known already.
    Known,
    /// It was made.
    Anew(BuiltMessage<'p>),
}

impl<'m, 'p> Batch<'m, 'p> {
    /// Compiles the body of every variant of the audience.
    pub(super) fn new(mailer: &'m Mailer<'p>, audience: &'m Audience<'p>) -> Self {
        let renderer = MailingRenderer::new(mailer.composer(), audience.mailing);
        let key = |recipient: &Recipient<'p>| {
            let by_mail = matches!(recipient.route(), Route::Email(_));
            by_mail.then(|| renderer.key(recipient, &renderer.reader(recipient))).flatten()
        };
        let compile = |key: &Key<'p>, recipient: &Recipient<'p>| {
            compiled(mailer, audience.mailing, recipient, renderer.variant(key, recipient)?)
        };
        let variants = Variants::new(&audience.recipients, key, compile);
        let drafts = Drafts::new(mailer.composer(), audience.mailing);
        let settings = &mailer.composer().programme().settings;
        let days: BTreeSet<Date> = audience.recipients.iter().map(Recipient::date).collect();
        let dates = days.into_iter().map(|day| (day, DateField::new(settings.written_at(day)))).collect();
        Batch { mailer, audience, renderer, variants, drafts, dates }
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
        match self.message_unless(index, generation, &|_| false)? {
            Made::Anew(built) => Ok(Some(built)),
            Made::OnPaper | Made::Known => Ok(None),
        }
    }

    /// The same, but only where what it is made of is not known.
    ///
    /// # Errors
    /// What cannot be rendered.
    pub fn message_unless(
        &self,
        index: usize,
        generation: &str,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Result<Made<'p>, Box<Diagnostic>> {
        let recipient = self.audience.recipients[index];
        let stamped = self.variants.of(index).and_then(|it| self.stamped(recipient, it, generation, is_known));
        let inputs = match stamped.or_else(|| self.drafted(recipient, generation, is_known)) {
            Some(Made::Anew(built)) if self.mailer.is_reference() => built.inputs,
            Some(made) => return Ok(made),
            None => None,
        };
        let built = full(self.mailer, self.mailing(), recipient, generation)?;
        Ok(built.map_or(Made::OnPaper, |built| Made::Anew(BuiltMessage { inputs, ..built })))
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
        compiled: &Compiled<'p>,
        generation: &str,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Option<Made<'p>> {
        let reader = self.renderer.reader(&recipient);
        let values = compiled.variant.values(&reader)?;
        Some(self.filled(recipient, compiled, &values, generation, is_known))
    }

    /// The same where tera has to see the reader.
    fn drafted(&self, recipient: Recipient<'p>, generation: &str, is_known: &dyn Fn(&str) -> bool) -> Option<Made<'p>> {
        let drafts = self.drafts.as_ref().filter(|_| matches!(recipient.route(), Route::Email(_)))?;
        let mut drafted = drafts.of(&recipient)?;
        let compile = |variant| compiled(self.mailer, self.mailing(), &recipient, variant);
        let compiled = drafts.variant(&recipient, &mut drafted, compile)?;
        let values = drafted.values(&compiled.variant);
        Some(self.filled(recipient, &compiled, &values, generation, is_known))
    }

    /// The message of one reader from a variant and their values in it.
    fn filled(
        &self,
        recipient: Recipient<'p>,
        Compiled { variant, head, body, inputs, longest }: &Compiled<'p>,
        values: &[(usize, Cow<'_, str>)],
        generation: &str,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Made<'p> {
        let contact = recipient.contact();
        let subject = variant.subject.fill(&|number| look_up(values, number).into());
        let message_id = self.mailer.message_id(self.mailing(), &recipient, generation);
        let own = OwnFields {
            phrase: &contact.name.full(),
            to: self.mailer.address(&recipient),
            subject: &subject,
            date: &self.dates[&recipient.date()],
            message_id: &message_id,
            list_unsubscribe: &self.mailer.composer().unsubscribe(contact),
        };
        let inputs = inputs.of(&own, values);
        if is_known(&inputs) {
            return Made::Known;
        }
        let mut bytes = Vec::with_capacity(longest.load(Ordering::Relaxed));
        let boundaries = Boundaries::of(&message_id);
        head.write(&own, &boundaries, &mut bytes);
        body.write(&boundaries, values, &mut bytes);
        longest.fetch_max(bytes.len(), Ordering::Relaxed);
        let Composed { language, signer, .. } = variant.composed;
        Made::Anew(BuiltMessage { recipient, language, signer, subject, message_id, inputs: Some(inputs), bytes })
    }
}

/// A variant, ready for its readers, of whom `recipient` is one; `None` where it may not leave.
fn compiled<'p>(
    mailer: &Mailer<'p>,
    mailing: &'p Mailing,
    recipient: &Recipient<'p>,
    variant: Variant<'p>,
) -> Option<Compiled<'p>> {
    variant.composed.fit_to_leave().ok()?;
    let message = mailer.message(mailing, recipient, &variant.composed, String::new(), FIRST_GENERATION);
    let body = EncodedBody::new(&variant, &message);
    let inputs = VariantInputs::new(&message, &variant.composed, recipient.tier(), &body);
    let longest = AtomicUsize::new(body.length() + HEAD);
    Some(Compiled { head: SharedHead::new(&message), variant, body, inputs, longest })
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
    BuiltMessage { recipient, language: *language, signer, subject: subject.clone(), message_id, inputs: None, bytes }
}
