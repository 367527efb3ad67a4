//! `output/mail/<mailing>/`: the proofs of each tier and language, the single messages, and who got none and why.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use serde_json::json;

use super::die::Die;
use super::digest::Digest;
use super::mime::{self, Attachment, InlineImage, ListId, Mailbox, Message};
use super::store::{Store, StoreError, Stream};
use crate::diagnostic::Diagnostic;
use crate::model::contact::Tier;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::model::programme::{Asset, Member, Programme};
use crate::plan::admission::{Recipient, Route};
use crate::plan::audience::Audience;
use crate::render::compose::{Composed, Composer};
use crate::render::pictures;
use crate::render::stamp::{Key, Press, Variant, look_up};

/// The hour at which a built message is dated, on its planned day in the programme's time zone (design §7).
const HOUR: i8 = 9;

/// A message may be sent again under the same id only as another generation; a build makes the first.
const GENERATION: &str = "1";

/// Room for a message without pictures, in bytes.
const ROOMY: usize = 48 * 1024;

/// Room for the head of a message and the values in its texts, in bytes.
const HEAD: usize = 4 * 1024;

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

/// One message, ready to be written.
pub struct Letter<'p> {
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
    /// The whole message.
    pub bytes: Vec<u8>,
}

/// Writes messages of one programme.
pub struct Mailer<'p> {
    programme: &'p Programme,
    composer: &'p Composer<'p>,
    reference: bool,
}

/// A variant, ready to be stamped; none where its readers are rendered in full.
type Struck<'p> = Option<(Variant<'p>, Die)>;

impl<'p> Mailer<'p> {
    /// A mailer for the messages of `composer`; with `reference` every message is rendered in full.
    pub fn new(programme: &'p Programme, composer: &'p Composer<'p>, reference: bool) -> Self {
        Mailer { programme, composer, reference }
    }

    /// What composes the messages.
    pub fn composer(&self) -> &'p Composer<'p> {
        self.composer
    }

    /// True where every message is rendered in full.
    pub fn is_reference(&self) -> bool {
        self.reference
    }

    /// A digest of the key that codes and tokens are derived with.
    pub fn key(&self) -> Digest {
        Digest::of(self.composer.key().as_bytes())
    }

    /// The message of `mailing` for `recipient`, rendered in full; `None` where it goes by post.
    ///
    /// # Errors
    /// What cannot be rendered.
    pub fn letter(
        &self,
        mailing: &'p Mailing,
        recipient: Recipient<'p>,
    ) -> Result<Option<Letter<'p>>, Box<Diagnostic>> {
        let Route::Email(_) = recipient.route() else { return Ok(None) };
        let composed = self.composer.compose(mailing, &recipient)?;
        let message = self.message(mailing, &recipient, &composed, composed.subject.clone());
        let mut bytes = Vec::with_capacity(ROOMY);
        message.write(&mut bytes);
        let message_id = message.message_id;
        let Composed { language, signer, subject, .. } = composed;
        Ok(Some(Letter { recipient, language, signer, subject, message_id, bytes }))
    }

    /// The message of one reader from their variant; `None` where it has to be rendered in full.
    fn stamped(
        &self,
        mailing: &'p Mailing,
        recipient: Recipient<'p>,
        struck: &(Variant<'p>, Die),
        press: &Press<'p>,
    ) -> Option<Letter<'p>> {
        let (variant, die) = struck;
        let reader = press.reader(&recipient);
        let values = variant.values(&reader)?;
        let subject = variant.subject.fill(&|number| look_up(&values, number).to_owned());
        let message = self.message(mailing, &recipient, &variant.composed, subject);
        let mut bytes = Vec::with_capacity(die.length() + HEAD);
        message.write_head(&mut bytes);
        die.write(&message.message_id, &values, &mut String::new(), &mut bytes);
        let Composed { language, signer, .. } = variant.composed;
        let (subject, message_id) = (message.subject, message.message_id);
        Some(Letter { recipient, language, signer, subject, message_id, bytes })
    }

    /// Every field of a message but its texts' values; `composed` is that of the reader or of their variant.
    fn message<'c>(
        &self,
        mailing: &Mailing,
        recipient: &Recipient<'p>,
        composed: &'c Composed<'p>,
        subject: String,
    ) -> Message<'c> {
        let settings = &self.programme.settings;
        let domain = settings.sender.email.domain();
        let contact = recipient.contact();
        let address = match recipient.route() {
            Route::Email(address) => address.clone(),
            Route::Post(_) => settings.sender.email.clone(),
        };
        let firm = settings.sender.name.as_str();
        Message {
            from: Mailbox {
                phrase: format!("{}, {firm}", composed.signer.name.as_str()),
                address: settings.sender.email.clone(),
            },
            to: Mailbox { phrase: contact.name.full(), address },
            reply_to: self.reply_to(composed.signer),
            subject,
            date: dated(recipient.date(), &settings.timezone),
            message_id: mime::message_id(mailing.id.as_str(), contact.id.as_str(), GENERATION, domain),
            list_id: Some(ListId {
                description: settings.name.as_str().to_owned(),
                id: format!("{}.{domain}", mailing.kind.name()),
            }),
            list_unsubscribe: self.composer.unsubscribe(contact),
            one_click: settings.unsubscribe.url.is_some(),
            auto_submitted: false,
            text: composed.sealed.text(),
            html: composed.sealed.html(),
            inline: self.images(&composed.pictures),
            attachments: self.attachments(mailing, composed, recipient.tier()),
        }
    }

    /// The dies of a mailing by variant, each variant rendered once.
    fn strike(&self, audience: &Audience<'p>, press: &Press<'p>) -> (Vec<Option<usize>>, Vec<Struck<'p>>) {
        let by_mail = |recipient: &Recipient<'p>| !self.reference && matches!(recipient.route(), Route::Email(_));
        let keys: Vec<Option<Key>> = audience
            .recipients
            .par_iter()
            .map(|recipient| by_mail(recipient).then(|| press.key(recipient, &press.reader(recipient))).flatten())
            .collect();
        let mut numbers: HashMap<&Key, usize> = HashMap::new();
        let mut firsts: Vec<(&Key, &Recipient<'p>)> = Vec::new();
        let mut variants = Vec::with_capacity(keys.len());
        for (key, recipient) in keys.iter().zip(&audience.recipients) {
            variants.push(key.as_ref().map(|key| {
                *numbers.entry(key).or_insert_with(|| {
                    firsts.push((key, recipient));
                    firsts.len() - 1
                })
            }));
        }
        let strike = |(key, recipient): &(&Key, &Recipient<'p>)| {
            let variant = press.variant(key, recipient)?;
            let message = self.message(audience.mailing, recipient, &variant.composed, String::new());
            let die = Die::new(&variant, &message);
            Some((variant, die))
        };
        let struck = firsts.par_iter().map(strike).collect();
        (variants, struck)
    }

    /// Answers go to who signed, unless that is the sender's own address.
    fn reply_to(&self, signer: &Member) -> Option<Mailbox> {
        let own = self.programme.settings.sender.email.folded() == signer.email.folded();
        (!own).then(|| Mailbox { phrase: signer.name.as_str().to_owned(), address: signer.email.clone() })
    }

    fn images(&self, paths: &BTreeSet<String>) -> Vec<InlineImage> {
        let domain = self.programme.settings.sender.email.domain();
        let mut images: BTreeMap<String, InlineImage> = BTreeMap::new();
        for (path, asset) in paths.iter().filter_map(|path| Some((path, self.programme.assets.get(path)?))) {
            let content_id = pictures::content_id(asset, domain);
            images.entry(content_id.clone()).or_insert_with(|| InlineImage {
                content_id,
                content_type: mime::content_type_of(path).to_owned(),
                filename: file_name(path).to_owned(),
                bytes: Arc::clone(&asset.bytes),
            });
        }
        images.into_values().collect()
    }

    fn attachments(&self, mailing: &Mailing, composed: &Composed<'_>, tier: Tier) -> Vec<Attachment> {
        let chain = self.programme.settings.languages.chain(composed.language);
        let Some((_, content)) = self.programme.content(mailing).pick(&chain, Some(tier)) else { return Vec::new() };
        let folder = crate::render::compose::content_folder(content);
        let asset = |name: &str| pictures::resolve(folder, name).and_then(|path| self.programme.assets.get(&path));
        let names = content.front.attachments.iter();
        let files = names.filter_map(|name| Some((name, asset(name)?))).map(|(name, asset)| Attachment {
            filename: file_name(name).to_owned(),
            content_type: mime::content_type_of(name).to_owned(),
            bytes: Arc::clone(&asset.bytes),
        });
        files.collect()
    }

    /// Writes a proof for each tier and language that the audience has: what the first such reader gets.
    ///
    /// # Errors
    /// The disk; nothing that was not rendered before.
    pub fn proofs(&self, audience: &Audience<'p>, store: &Store) -> Result<usize, EmitError> {
        let mut first: BTreeMap<(Tier, Language), Recipient<'p>> = BTreeMap::new();
        for recipient in audience.recipients.iter().filter(|recipient| matches!(recipient.route(), Route::Email(_))) {
            first.entry((recipient.tier(), recipient.contact().language)).or_insert(*recipient);
        }
        let folder = format!("mail/{}", audience.mailing.id);
        let proofs: Vec<_> = first.into_iter().collect();
        proofs.par_iter().try_for_each(|((tier, language), recipient)| {
            let composed = self.composer.compose(audience.mailing, recipient)?;
            let stem = format!("{folder}/tier-{}.{language}", tier.letter());
            store.put(&format!("{stem}.html"), self.with_files(&composed, &folder, store)?.as_bytes())?;
            store.put(&format!("{stem}.txt"), composed.sealed.text().as_bytes())?;
            Ok::<(), EmitError>(())
        })?;
        Ok(proofs.len())
    }

    /// The HTML of a proof, its pictures written beside it.
    fn with_files(&self, composed: &Composed<'_>, folder: &str, store: &Store) -> Result<String, EmitError> {
        let (html, files) = self.proof(composed);
        for (name, asset) in files {
            store.put(&format!("{folder}/{name}"), &asset.bytes)?;
        }
        Ok(html)
    }

    /// The HTML of a proof, and the pictures that lie beside it instead of in the message: `pictures/<digest>.<suffix>`.
    pub fn proof(&self, composed: &Composed<'_>) -> (String, Vec<(String, &'p Asset)>) {
        let domain = self.programme.settings.sender.email.domain();
        let mut html = composed.sealed.html().to_owned();
        let mut files = Vec::new();
        for (path, asset) in composed.pictures.iter().filter_map(|path| Some((path, self.programme.assets.get(path)?)))
        {
            let name = pictures::file_beside(path, asset);
            html = html.replace(&format!("cid:{}", pictures::content_id(asset, domain)), &name);
            files.push((name, asset));
        }
        (html, files)
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
    ) -> Result<(usize, u64), EmitError> {
        let folder = format!("mail/{}", audience.mailing.id);
        let press = Press::new(self.composer, audience.mailing);
        let (variants, struck) = self.strike(audience, &press);
        let write = |(recipient, variant): (&Recipient<'p>, &Option<usize>)| {
            let struck = variant.and_then(|variant| struck[variant].as_ref());
            let stamped = struck.and_then(|struck| self.stamped(audience.mailing, *recipient, struck, &press));
            let letter = match stamped {
                Some(letter) => letter,
                None => match self.letter(audience.mailing, *recipient)? {
                    Some(letter) => letter,
                    None => return Ok(None),
                },
            };
            let digest = match form {
                Messages::Eml => {
                    store.put(&format!("{folder}/messages/{}.eml", recipient.contact().id), &letter.bytes)?
                }
                _ => Digest::of(&letter.bytes),
            };
            let line = manifest_line(&letter, digest);
            let length = letter.bytes.len() as u64;
            step();
            Ok::<_, EmitError>(Some((line, (form == Messages::Mbox).then_some(letter.bytes), length)))
        };
        let mut manifest = store.stream(&format!("{folder}/manifest.jsonl"))?;
        let mut mbox = match form {
            Messages::Mbox => Some(store.stream(&format!("{folder}/messages.mbox"))?),
            _ => None,
        };
        let (mut count, mut total) = (0, 0);
        for (recipients, variants) in audience.recipients.chunks(BLOCK).zip(variants.chunks(BLOCK)) {
            let written: Vec<Option<Line>> =
                recipients.par_iter().zip(variants).map(write).collect::<Result<_, _>>()?;
            for (line, bytes, length) in written.into_iter().flatten() {
                manifest.write(line.as_bytes())?;
                count += 1;
                total += length;
                if let (Some(mbox), Some(bytes)) = (&mut mbox, bytes) {
                    let mut entry = Vec::with_capacity(bytes.len() + 128);
                    super::mbox::append(&bytes, &self.programme.settings.sender.email, &mut entry);
                    mbox.write(&entry)?;
                }
            }
        }
        mbox.map_or(Ok(()), Stream::finish)?;
        manifest.finish()?;
        Ok((count, total))
    }

    /// Writes who belongs to the audience and gets nothing: id and reason, nothing more (design §7).
    ///
    /// # Errors
    /// The disk.
    pub fn refusals(&self, audience: &Audience<'p>, store: &Store) -> Result<(), EmitError> {
        let mut lines = String::new();
        for (index, refusal) in &audience.refusals {
            let contact = &self.programme.contacts[*index as usize];
            let _ = writeln!(
                lines,
                "{}",
                json!({ "contact": contact.id.as_str(), "why": refusal.to_string(), "code": refusal.code() })
            );
        }
        store.put(&format!("mail/{}/refusals.jsonl", audience.mailing.id), lines.as_bytes())?;
        Ok(())
    }
}

fn manifest_line(letter: &Letter<'_>, digest: Digest) -> String {
    let contact = letter.recipient.contact();
    let to = match letter.recipient.route() {
        Route::Email(address) => address.as_str(),
        Route::Post(_) => "",
    };
    let line = json!({
        "contact": contact.id.as_str(),
        "to": to,
        "tier": letter.recipient.tier().letter(),
        "language": letter.language.tag(),
        "signer": letter.signer.id.as_str(),
        "subject": letter.subject,
        "bytes": letter.bytes.len(),
        "sha256": digest.to_string(),
        "message_id": letter.message_id,
    });
    format!("{line}\n")
}

/// A message as it was last built for a contact of the programme at `root`, if it was.
pub fn built(root: &Path, mailing: &str, contact: &str) -> Option<Vec<u8>> {
    std::fs::read(root.join("output/mail").join(mailing).join("messages").join(format!("{contact}.eml"))).ok()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Nine in the morning of a day, in the programme's zone.
pub(super) fn dated(date: Date, zone: &TimeZone) -> jiff::Zoned {
    let morning = date.at(HOUR, 0, 0, 0);
    morning.to_zoned(zone.clone()).unwrap_or_else(|_| jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC))
}

/// What is kept of a message once it is written: its line of the manifest, its bytes where they go into one file, their number.
type Line = (String, Option<Vec<u8>>, u64);

/// Why an artifact was not written.
#[derive(Debug)]
pub enum EmitError {
    /// It cannot be rendered.
    Render(Box<Diagnostic>),
    /// It cannot be stored.
    Store(StoreError),
}

impl From<Box<Diagnostic>> for EmitError {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        EmitError::Render(diagnostic)
    }
}

impl From<StoreError> for EmitError {
    fn from(error: StoreError) -> Self {
        EmitError::Store(error)
    }
}
