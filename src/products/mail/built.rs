//! A message as it is built: what is written, and what the manifest says of it.

use crate::model::language::Language;
use crate::model::settings::Member;
use crate::plan::Recipient;

/// One message, ready to be written.
pub struct BuiltMessage<'p> {
    /// To whom.
    pub recipient: Recipient<'p>,
    /// The language of its text.
    pub language: Language,
    /// Who signed.
    pub signer: &'p Member,
    /// Its subject.
    pub subject: String,
    /// Its Message-ID without brackets.
    pub message_id: String,
    /// A digest of what it is made of, where that is known without its bytes: see [`inputs`](super::inputs).
    pub inputs: Option<String>,
    /// The whole message.
    pub bytes: Vec<u8>,
}
