//! The single messages of a mailing, written a block at a time, and the manifest beside them.

use rayon::prelude::*;

use super::batch::{Batch, FIRST_GENERATION, written};
use super::built::BuiltMessage;
use super::mailer::Mailer;
use super::manifest;
use crate::model::mailing::Mailing;
use crate::plan::Recipient;
use crate::plan::audience::Audience;
use crate::products::ProductError;
use crate::render::compose::Composed;
use store::digest::Digest;
use store::{Store, Stream};

/// Recipients whose messages are made before their lines are written.
const BLOCK: usize = 1024;

/// In which form the single messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Messages {
    /// A file a message (RFC 5322).
    Eml,
    /// One file a mailing (RFC 4155).
    Mbox,
    /// Not at all.
    None,
}

impl<'p> Mailer<'p> {
    /// All messages of a mailing, to be made one by one.
    pub fn batch<'m>(&'m self, audience: &'m Audience<'p>) -> Batch<'m, 'p> {
        Batch::new(self, audience)
    }

    /// The message of what was composed for `recipient`, as a build makes it of the [first](FIRST_GENERATION) generation.
    pub fn built(
        &self,
        mailing: &'p Mailing,
        recipient: Recipient<'p>,
        composed: &Composed<'p>,
        generation: &str,
    ) -> BuiltMessage<'p> {
        written(self, mailing, recipient, composed, generation)
    }

    /// Writes the single messages of a mailing and its manifest; the number of messages and their bytes. `step` hears of each.
    ///
    /// # Errors
    /// What cannot be rendered; the disk.
    pub fn messages(
        &self,
        audience: &Audience<'p>,
        form: Messages,
        store: &Store,
        step: &(dyn Fn() + Sync),
    ) -> Result<(usize, u64), ProductError> {
        let folder = format!("mail/{}", audience.mailing.id);
        let batch = self.batch(audience);
        let write = |index: usize| {
            let Some(built) = batch.message(index, FIRST_GENERATION)? else { return Ok(None) };
            let contact = built.recipient.key();
            let digest = match form {
                Messages::Eml => store.put(&format!("{folder}/messages/{contact}.eml"), &built.bytes)?,
                _ => Digest::of(&built.bytes),
            };
            let line = manifest::line(&built, digest);
            let length = built.bytes.len() as u64;
            step();
            Ok::<_, ProductError>(Some((line, (form == Messages::Mbox).then_some(built.bytes), length)))
        };
        let mut lines = store.stream(&manifest::path(&audience.mailing.id))?;
        let mut mbox = match form {
            Messages::Mbox => Some(store.stream(&format!("{folder}/messages.mbox"))?),
            _ => None,
        };
        let (mut count, mut total) = (0, 0);
        let all = audience.recipients.len();
        for start in (0..all).step_by(BLOCK) {
            let block = start..all.min(start + BLOCK);
            let written: Vec<Option<Line>> = block.into_par_iter().map(write).collect::<Result<_, _>>()?;
            for (line, bytes, length) in written.into_iter().flatten() {
                lines.write(line.as_bytes())?;
                count += 1;
                total += length;
                if let (Some(mbox), Some(bytes)) = (&mut mbox, bytes) {
                    let mut entry = Vec::with_capacity(bytes.len() + 128);
                    mail::mbox::append(&bytes, &self.composer().programme().settings.sender.email, &mut entry);
                    mbox.write(&entry)?;
                }
            }
        }
        mbox.map_or(Ok(()), Stream::finish)?;
        lines.finish()?;
        Ok((count, total))
    }
}

/// What is kept of a message once it is written: its line of the manifest, its bytes where they go into one file, their number.
type Line = (String, Option<Vec<u8>>, u64);
