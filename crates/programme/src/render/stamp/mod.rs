//! Rendering once for many readers.
//!
//! A variant is a mailing for everybody who gets the same text: one language, tier, signer and day, and the same answers to the
//! conditions its templates ask. [`analysis`] finds in the templates' source what they do with personal data and puts
//! [`hole`](html::hole)s where they print it; a variant is rendered once with these holes, and [`stencil`] takes the result
//! apart into fixed lines and lines to fill. [`finder`] knows where the value of each hole comes from, [`values`] asks it for one reader.
//!
//! The full render stays the reference: whatever the analysis does not understand is rendered in full for every reader, and a
//! check compares both, byte for byte, for a reader of every variant.

pub mod analysis;
mod drafts;
pub mod finder;
mod letters;
mod on_paper;
mod printed;
mod reason;
mod renderer;
pub mod stencil;
pub mod values;
mod variants;

pub use drafts::{Drafted, Drafts};
pub use letters::{LetterKey, LetterRenderer, LetterVariant};
pub use reason::Reason;
pub use renderer::{Filled, Key, MailingRenderer, Method, Variant, look_up};
pub use variants::Variants;

use crate::plan::Recipient;
use source::diagnostic::Diagnostic;

/// A finding where what is stamped for a reader is not what is rendered in full.
pub fn stamp_differs(recipient: &Recipient<'_>) -> Diagnostic {
    let message = format!("stamped and rendered in full differ for `{}`", recipient.contact().id);
    Diagnostic::error("stamp-differs", message)
        .hint("this is a fault of bevara: `build --reference` renders everything in full; please report it")
}
