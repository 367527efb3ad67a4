//! The single messages of a mailing, written a block at a time, and the manifest beside them.

use std::borrow::Cow;

use rayon::prelude::*;

use super::batch::{Batch, FIRST_GENERATION, Made, written};
use super::built::BuiltMessage;
use super::mailer::Mailer;
use super::manifest::{self, EarlierLine};
use crate::model::mailing::Mailing;
use crate::plan::Recipient;
use crate::plan::audience::Audience;
use crate::products::ProductError;
use crate::render::compose::Composed;
use store::digest::Digest;
use store::{Fresh, Store, Stream};

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

    /// Writes the single messages of a mailing and its manifest; the number of messages and their bytes. `step` hears of each. A
    /// message whose inputs are those of an earlier build is neither made nor written.
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
        let manifest = manifest::path(&audience.mailing.id);
        let keeps = form == Messages::Eml && !self.is_reference();
        let earlier = if keeps { store.earlier_text(&manifest)? } else { None }.unwrap_or_default();
        let earlier = manifest::earlier_lines(&earlier);
        let fresh = if form == Messages::Eml { store.fresh(&format!("{folder}/messages"))? } else { None };
        let write = |index: usize| {
            let contact = audience.recipients[index].key();
            let path = || format!("{folder}/messages/{contact}.eml");
            let earlier = earlier.get(contact.as_str()).copied();
            // What keeps a file from being kept is said when it is put.
            let stays = |line: EarlierLine<'_>| store.keep_of_length(&path(), line.bytes).unwrap_or(false);
            let is_known = |inputs: &str| earlier.is_some_and(|line| line.inputs == inputs && stays(line));
            let line = match (batch.message_unless(index, FIRST_GENERATION, &is_known)?, earlier) {
                (Made::OnPaper, _) | (Made::Known, None) => return Ok(None),
                (Made::Known, Some(EarlierLine { line, bytes, .. })) => {
                    Line { manifest: line.into(), message: None, length: bytes }
                }
                (Made::Anew(built), _) => {
                    let digest = match (form, &fresh) {
                        (Messages::Eml, Some(fresh)) => fresh.put(&format!("{contact}.eml"), &built.bytes)?,
                        (Messages::Eml, None) => store.put(&path(), &built.bytes)?,
                        _ => Digest::of(&built.bytes),
                    };
                    let (manifest, length) = (manifest::line(&built, digest).into(), built.bytes.len() as u64);
                    Line { manifest, message: (form == Messages::Mbox).then_some(built.bytes), length }
                }
            };
            step();
            Ok::<_, ProductError>(Some(line))
        };
        let mut lines = store.stream(&manifest)?;
        let mut mbox = match form {
            Messages::Mbox => Some(store.stream(&format!("{folder}/messages.mbox"))?),
            _ => None,
        };
        let (mut count, mut total) = (0, 0);
        let all = audience.recipients.len();
        for start in (0..all).step_by(BLOCK) {
            let block = start..all.min(start + BLOCK);
            let written: Vec<Option<Line<'_>>> = block.into_par_iter().map(write).collect::<Result<_, _>>()?;
            for Line { manifest, message, length } in written.into_iter().flatten() {
                lines.write(manifest.as_bytes())?;
                count += 1;
                total += length;
                if let (Some(mbox), Some(bytes)) = (&mut mbox, message) {
                    let mut entry = Vec::with_capacity(bytes.len() + 128);
                    mail::mbox::append(&bytes, &self.composer().programme().settings.sender.email, &mut entry);
                    mbox.write(&entry)?;
                }
            }
        }
        mbox.map_or(Ok(()), Stream::finish)?;
        lines.finish()?;
        fresh.into_iter().for_each(Fresh::finish);
        Ok((count, total))
    }
}

/// What is kept of a message once it is written.
struct Line<'e> {
    /// Its line of the manifest.
    manifest: Cow<'e, str>,
    /// Its bytes, where they go into one file.
    message: Option<Vec<u8>>,
    length: u64,
}
