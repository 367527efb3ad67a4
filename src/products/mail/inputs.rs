//! What a message is made of, as a digest that costs a hundredth of its bytes: two messages with the same inputs are the same.
//!
//! A stamped message is its variant, the fields of its head and its values, written out by one version of bevara. One that is rendered in
//! full is only known by its bytes.

use std::borrow::Cow;

use super::encoded_body::EncodedBody;
use crate::model::contact::Tier;
use crate::render::compose::Composed;
use mail::mime::{Message, OwnFields};
use store::digest::{Builder, Digest};

/// Characters of a digest in the manifest: 130 bits.
const LENGTH: usize = 26;

/// What all messages of a variant are made of.
pub(super) struct VariantInputs(Digest);

impl VariantInputs {
    /// Takes in the body, what the head of `message` has in common with the others, and what the list of messages says of a variant.
    pub(super) fn new(message: &Message<'_>, composed: &Composed<'_>, tier: Tier, body: &EncodedBody) -> Self {
        let Message { from, reply_to, list_id, one_click, auto_submitted, attachments, .. } = message;
        let mut inputs = begun("stamped");
        inputs.add(&format!("{from:?} {reply_to:?} {list_id:?} {one_click} {auto_submitted} {}", attachments.len()));
        let Composed { language, signer, .. } = composed;
        inputs.add(&format!("{language} {} {}", signer.id, tier.letter()));
        body.add_to(&mut inputs);
        VariantInputs(inputs.finish())
    }

    /// Those of the message of one reader, with these values in its body.
    pub(super) fn of(&self, own: &OwnFields<'_>, values: &[(usize, Cow<'_, str>)]) -> String {
        let OwnFields { phrase, to, subject, date, message_id, list_unsubscribe } = own;
        let mut inputs = Digest::builder();
        inputs.add_bytes(self.0.as_bytes());
        for part in [phrase, to.as_str(), subject, message_id] {
            inputs.add(part);
        }
        inputs.add_bytes(&date.when.timestamp().as_second().to_be_bytes());
        inputs.add_bytes(&date.when.offset().seconds().to_be_bytes());
        list_unsubscribe.iter().for_each(|way| inputs.add(way));
        // Which holes there are is known from the variant.
        values.iter().for_each(|(_, value)| inputs.add(value));
        inputs.finish().base32(LENGTH)
    }
}

/// The inputs of a message that only its bytes tell.
pub(super) fn of_bytes(sha256: Digest) -> String {
    let mut inputs = begun("in full");
    inputs.add_bytes(sha256.as_bytes());
    inputs.finish().base32(LENGTH)
}

fn begun(method: &str) -> Builder {
    let mut inputs = Digest::builder();
    inputs.add(env!("CARGO_PKG_VERSION"));
    inputs.add(method);
    inputs
}
