//! `output/mail/<mailing>/`: the proofs of each tier and language, the single messages, and who got none and why.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::json;

use crate::model::contact::Tier;
use crate::model::content::{Asset, asset_named};
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::model::settings::{Member, Settings};
use crate::plan::admission::{Recipient, Route};
use crate::plan::audience::Audience;
use crate::products::ProductError;
use crate::render::compose::{Composed, Composer};
use crate::render::copies::ShownPicture;
use crate::render::pictures;
use mail::address::EmailAddress;
use mail::media_type;
use mail::mime::{self, Attachment, InlineImage, ListId, Mailbox, Message};
use store::Store;
use store::digest::Digest;

/// What the proofs of a mailing were made of, beside them.
const PROOFS: &str = "proofs.sha256";

/// A picture beside the HTML of a proof.
pub struct Beside<'p> {
    name: String,
    asset: &'p Asset,
    /// The width of the copy that stands for it.
    copy: Option<usize>,
}

/// Writes messages of one programme.
pub struct Mailer<'p> {
    programme: &'p Programme,
    composer: &'p Composer<'p>,
    reference: bool,
}

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

    /// The id of a recipient's message, without brackets.
    pub(super) fn message_id(&self, mailing: &Mailing, recipient: &Recipient<'_>, generation: &str) -> String {
        let domain = self.programme.settings.sender.email.domain();
        mime::message_id(mailing.id.as_str(), recipient.key().as_str(), generation, domain)
    }

    /// Where a recipient's message goes: who is written to on paper has ours in it.
    pub(super) fn address(&self, recipient: &Recipient<'p>) -> &'p EmailAddress {
        match recipient.route() {
            Route::Email(address) => address,
            Route::Post(_) => &self.programme.settings.sender.email,
        }
    }

    /// Every field of a message but its texts' values; `composed` is that of the reader or of their variant.
    pub(super) fn message<'c>(
        &self,
        mailing: &Mailing,
        recipient: &Recipient<'p>,
        composed: &'c Composed<'p>,
        subject: String,
        generation: &str,
    ) -> Message<'c> {
        let settings = &self.programme.settings;
        let contact = recipient.contact();
        let Head { from, reply_to, list_id } = head(settings, mailing, composed.signer);
        Message {
            from,
            to: Mailbox { phrase: contact.name.full(), address: self.address(recipient).clone() },
            reply_to,
            subject,
            date: settings.written_at(recipient.date()),
            message_id: self.message_id(mailing, recipient, generation),
            list_id: Some(list_id),
            list_unsubscribe: self.composer.unsubscribe(contact),
            one_click: settings.unsubscribe.url.is_some(),
            auto_submitted: false,
            text: composed.sealed.text(),
            html: composed.sealed.html(),
            inline: self.images(&composed.pictures),
            attachments: attachments(self.programme, mailing, composed.language, recipient.tier()),
        }
    }

    fn images(&self, shown: &BTreeSet<ShownPicture>) -> Vec<InlineImage> {
        let domain = self.programme.settings.sender.email.domain();
        let mut images: BTreeMap<String, InlineImage> = BTreeMap::new();
        for (ShownPicture { path, copy }, asset) in self.assets(shown) {
            let content_id = pictures::content_id(asset, *copy, domain);
            images.entry(content_id.clone()).or_insert_with(|| InlineImage {
                content_id,
                content_type: media_type::of(path).to_owned(),
                filename: file_name(path).to_owned(),
                bytes: self.composer.copier().bytes(asset, *copy),
            });
        }
        images.into_values().collect()
    }

    fn assets<'s>(
        &self,
        shown: &'s BTreeSet<ShownPicture>,
    ) -> impl Iterator<Item = (&'s ShownPicture, &'p Asset)> + use<'s, 'p> {
        let assets = &self.programme.assets;
        shown.iter().filter_map(|picture| Some((picture, assets.get(&picture.path)?)))
    }

    /// Writes a proof for each tier and language that the audience has: what the first such reader gets. Proofs of an earlier build
    /// that were made of the same `inputs` for the same readers stay as they are.
    ///
    /// # Errors
    /// The disk; nothing that was not rendered before.
    pub fn proofs(&self, audience: &Audience<'p>, inputs: Digest, store: &Store) -> Result<usize, ProductError> {
        let mut first: BTreeMap<(Tier, Language), Recipient<'p>> = BTreeMap::new();
        for recipient in audience.recipients.iter().filter(|recipient| matches!(recipient.route(), Route::Email(_))) {
            first.entry((recipient.tier(), recipient.contact().language)).or_insert(*recipient);
        }
        let folder = format!("mail/{}", audience.mailing.id);
        let proofs: Vec<_> = first.into_iter().collect();
        let mut made_of = Digest::builder();
        made_of.add(&inputs.to_string());
        for (_, recipient) in &proofs {
            made_of.add(&format!("{} {}", recipient.contact().id, recipient.date()));
        }
        let note = format!("{folder}/{PROOFS}");
        let made_of = format!("{}\n", made_of.finish());
        if !self.reference && store.earlier_text(&note)?.is_some_and(|earlier| earlier == made_of) {
            let files: Vec<&str> =
                store.earlier(&folder).filter(|path| is_of_proofs(&path[folder.len() + 1..])).collect();
            if files.iter().try_fold(true, |all, path| store.keep(path).map(|kept| all && kept))? {
                return Ok(proofs.len());
            }
        }
        proofs.par_iter().try_for_each(|((tier, language), recipient)| {
            let composed = self.composer.compose(audience.mailing, recipient)?;
            composed.fit_to_leave()?;
            let stem = format!("{folder}/tier-{}.{language}", tier.letter());
            store.put(&format!("{stem}.html"), self.with_files(&composed, &folder, store)?.as_bytes())?;
            store.put(&format!("{stem}.txt"), composed.sealed.text().as_bytes())?;
            Ok::<(), ProductError>(())
        })?;
        store.put(&note, made_of.as_bytes())?;
        Ok(proofs.len())
    }

    /// The HTML of a proof, its pictures written beside it.
    fn with_files(&self, composed: &Composed<'_>, folder: &str, store: &Store) -> Result<String, ProductError> {
        let (html, files) = self.proof(composed);
        for Beside { name, asset, copy } in files {
            store.put(&format!("{folder}/{name}"), &self.composer.copier().bytes(asset, copy))?;
        }
        Ok(html)
    }

    /// The HTML of a proof, and the pictures that lie beside it instead of in the message.
    pub fn proof(&self, composed: &Composed<'_>) -> (String, Vec<Beside<'p>>) {
        let domain = self.programme.settings.sender.email.domain();
        let mut html = composed.sealed.html().to_owned();
        let mut files = Vec::new();
        for (&ShownPicture { copy, .. }, asset) in self.assets(&composed.pictures) {
            let name = pictures::file_beside(asset, copy);
            html = html.replace(&format!("cid:{}", pictures::content_id(asset, copy, domain)), &name);
            files.push(Beside { name, asset, copy });
        }
        (html, files)
    }

    /// Writes who belongs to the audience and gets nothing: id and reason, nothing more (design §7).
    ///
    /// # Errors
    /// The disk.
    pub fn refusals(&self, audience: &Audience<'p>, store: &Store) -> Result<(), ProductError> {
        let mut lines = String::new();
        for (index, refusal) in &audience.refusals {
            let contact = &self.programme.contacts[*index as usize];
            let mut line =
                json!({ "contact": contact.id.as_str(), "why": refusal.to_string(), "code": refusal.code() });
            if let Some(paragraph) = refusal.paragraph() {
                line["paragraph"] = paragraph.into();
            }
            let _ = writeln!(lines, "{line}");
        }
        store.put(&format!("mail/{}/refusals.jsonl", audience.mailing.id), lines.as_bytes())?;
        Ok(())
    }
}

/// What a message says of who sends it and of the list it belongs to, the same for all readers of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Who signs, at the sender's address.
    pub from: Mailbox,
    /// Where answers go: to who signed, unless that is the sender's own address.
    pub reply_to: Option<Mailbox>,
    /// The list.
    pub list_id: ListId,
}

/// The head of a mailing's messages that `signer` signs.
pub fn head(settings: &Settings, mailing: &Mailing, signer: &Member) -> Head {
    let sender = &settings.sender;
    let own = sender.email.folded() == signer.email.folded();
    Head {
        from: Mailbox {
            phrase: format!("{}, {}", signer.name.as_str(), sender.name.as_str()),
            address: sender.email.clone(),
        },
        reply_to: (!own).then(|| Mailbox { phrase: signer.name.as_str().to_owned(), address: signer.email.clone() }),
        list_id: ListId {
            description: settings.name.as_str().to_owned(),
            id: format!("{}.{}", mailing.kind.name(), sender.email.domain()),
        },
    }
}

/// The files that go with the text of a mailing in a language and for a tier.
pub fn attachments(programme: &Programme, mailing: &Mailing, language: Language, tier: Tier) -> Vec<Attachment> {
    let chain = programme.settings.languages.chain(language);
    let Some((_, content)) = programme.content(mailing).pick(&chain, Some(tier)) else { return Vec::new() };
    let folder = content.folder();
    let asset = |name: &str| pictures::resolve(folder, name).and_then(|path| asset_named(&programme.assets, &path));
    let names = content.front.attachments.iter();
    let files = names.filter_map(|name| asset(name)).map(|(name, asset)| Attachment {
        filename: file_name(name).to_owned(),
        content_type: media_type::of(name).to_owned(),
        bytes: Arc::clone(&asset.bytes),
    });
    files.collect()
}

/// A message as it was last built for a contact of the programme at `root`, if it was.
pub fn built(root: &Path, mailing: &str, contact: &str) -> Option<Vec<u8>> {
    std::fs::read(root.join("output/mail").join(mailing).join("messages").join(format!("{contact}.eml"))).ok()
}

/// Is this file, by its path below the mailing's folder, a proof or shown by one?
fn is_of_proofs(path: &str) -> bool {
    path == PROOFS || path.starts_with("tier-") || path.starts_with("pictures/")
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
