//! One message of one mailing for one contact, rendered when it is asked for by what `build` renders it with.

use std::sync::{Arc, PoisonError};

use super::snapshot::Loaded;
use super::subject;
use crate::check;
use crate::model::contact::{Contact, Tier};
use crate::model::id::{ContactId, MailingId};
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Refusal, Route};
use crate::products::mail::Mailer;
use crate::products::mail::batch::FIRST_GENERATION;
use crate::render::compose::Composed;
use crate::render::compose::letter::ComposedLetter;
use crate::render::pictures;
use crate::review::variants::{VariantText, variants};
use jiff::civil::Date;
use mail::media_type;
use source::diagnostic::Diagnostic;

/// Contacts that are asked at most to find somebody while not everybody is known.
const PATIENCE: usize = 2_000;

/// Messages that are kept as they were composed.
const KEPT: usize = 4;

/// One message, in all its forms.
pub(super) struct Message {
    /// The text part.
    pub text: String,
    /// The whole message as `build` writes it; none on paper.
    pub source: Option<Arc<[u8]>>,
    /// The From phrase.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// Its preheader.
    pub preheader: Option<String>,
    /// How many octets its HTML has, and how many pictures it shows; none on paper.
    pub weight: Option<(usize, usize)>,
    /// The language of its text.
    pub language: Language,
    /// Its day.
    pub date: Date,
    /// What the linter says, and the text's own files.
    pub findings: Vec<Diagnostic>,
}

/// Who stands for everybody that looks at proofs.
pub(super) const GROUP: &str = "*";

/// A message for somebody on the team to look at.
pub(super) struct Proven {
    /// Which variant it is, where it stands for one.
    pub variant: Option<String>,
    /// Whose message it is.
    pub contact: ContactId,
    /// Its id, without brackets.
    pub message_id: String,
    /// The whole message, unsigned.
    pub bytes: Vec<u8>,
}

/// Why there is no message.
pub(super) enum Absent {
    /// No such mailing.
    Mailing,
    /// No such contact.
    Contact,
    /// They are not of its audience.
    Outside,
    /// They are left out.
    Refused(Refusal),
    /// It cannot be rendered.
    Broken(Box<Diagnostic>),
}

impl<'p> Loaded<'p> {
    /// The mailing with this id.
    pub fn mailing(&self, id: &str) -> Option<&'p Mailing> {
        self.programme.mailing(id)
    }

    /// The contact with this id.
    pub fn contact(&self, id: &str) -> Option<&'p Contact> {
        self.programme.contact(&id.parse().ok()?)
    }

    /// Who gets a message.
    ///
    /// # Errors
    /// Why nobody does.
    pub fn recipient(&self, mailing: &str, contact: &str) -> Result<(&'p Mailing, Recipient<'p>), Absent> {
        let mailing = self.mailing(mailing).ok_or(Absent::Mailing)?;
        let contact = self.contact(contact).ok_or(Absent::Contact)?;
        let admitted = self.eligibility.admission(mailing, contact).ok_or(Absent::Outside)?;
        admitted.map(|recipient| (mailing, recipient)).map_err(Absent::Refused)
    }

    /// A message.
    ///
    /// # Errors
    /// Why there is none.
    pub fn message(&self, mailing: &str, contact: &str) -> Result<Message, Absent> {
        let (mailing, recipient) = self.recipient(mailing, contact)?;
        if let Some(letter) = self.composer.letter(mailing, &recipient).map_err(Absent::Broken)? {
            return Ok(on_paper(self.programme, mailing, &recipient, &letter));
        }
        let composed = self.composed(mailing, &recipient).map_err(Absent::Broken)?;
        let firm = self.programme.settings.sender.name.as_str();
        Ok(Message {
            text: composed.sealed.text().to_owned(),
            source: Some(self.mailer().built(mailing, recipient, &composed, FIRST_GENERATION).bytes.into()),
            from: format!("{}, {firm}", composed.signer.name.as_str()),
            findings: check::message_findings(self.programme, mailing, &recipient, &composed),
            subject: composed.subject.clone(),
            preheader: composed.preheader.clone(),
            weight: Some((composed.sealed.html().len(), composed.pictures.len())),
            language: composed.language,
            date: recipient.date(),
        })
    }

    /// What is composed for a recipient. A page asks for it in several forms, so the last few are kept.
    fn composed(&self, mailing: &'p Mailing, recipient: &Recipient<'p>) -> Result<Arc<Composed<'p>>, Box<Diagnostic>> {
        let key = (&mailing.id, &recipient.contact().id);
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, composed)) = kept().iter().find(|(known, _)| *known == key) {
            return Ok(Arc::clone(composed));
        }
        let composed = Arc::new(self.composer.compose(mailing, recipient)?);
        let mut kept = kept();
        kept.push_back((key, Arc::clone(&composed)));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        Ok(composed)
    }

    fn mailer(&self) -> Mailer<'p> {
        Mailer::new(self.programme, self.composer, false)
    }

    /// Why messages that somebody looks at cannot be rendered.
    pub fn try_watched(&self, watched: &[(MailingId, ContactId)]) -> Vec<(MailingId, Diagnostic)> {
        let made = watched.iter().filter_map(|(mailing, contact)| {
            let (planned, recipient) = self.recipient(mailing.as_str(), contact.as_str()).ok()?;
            let error = match self.composer.letter(planned, &recipient) {
                Ok(None) => self.composed(planned, &recipient).err()?,
                letter => letter.err()?,
            };
            Some((mailing.clone(), *error))
        });
        made.collect()
    }

    /// A message for somebody on the team, in a generation of its own.
    ///
    /// # Errors
    /// Why there is none.
    pub fn proof(&self, mailing: &str, contact: &str, generation: &str) -> Result<Proven, Absent> {
        let (mailing, recipient) = self.recipient(mailing, contact)?;
        let Route::Email(_) = recipient.route() else { return Err(Absent::Outside) };
        let composed = self.composed(mailing, &recipient).map_err(Absent::Broken)?;
        let built = self.mailer().built(mailing, recipient, &composed, generation);
        let contact = recipient.contact().id.clone();
        Ok(Proven { variant: None, contact, message_id: built.message_id, bytes: built.bytes })
    }

    /// The message of the first reader of each variant, the subjects marked as those of proofs.
    ///
    /// # Errors
    /// Why there is none.
    pub fn proofs(&self, mailing: &str, generation: &str) -> Result<Vec<Proven>, Absent> {
        let planned = self.mailing(mailing).ok_or(Absent::Mailing)?;
        let variants = self.variants(planned);
        let one = |variant: &VariantText| {
            let (_, recipient) = self.recipient(mailing, self.at(variant.first()).id.as_str())?;
            let mut composed = Composed::clone(&*self.composed(planned, &recipient).map_err(Absent::Broken)?);
            composed.subject = variant.proof_subject(&composed.subject);
            let built = self.mailer().built(planned, recipient, &composed, generation);
            let (variant, contact) = (Some(variant.name.clone()), recipient.contact().id.clone());
            Ok(Proven { variant, contact, message_id: built.message_id, bytes: built.bytes })
        };
        variants.iter().map(one).collect()
    }

    /// The variant that a recipient reads; `None` of a letter.
    pub fn variant_of(&self, mailing: &'p Mailing, recipient: &Recipient<'p>) -> Option<VariantText> {
        let audience = Audience { mailing, recipients: vec![*recipient], refusals: Vec::new() };
        let own = variants(self.composer, &audience).pop()?;
        let all = self.variants(mailing);
        let is_own = |other: &&VariantText| {
            other.digest == own.digest && other.tier == own.tier && other.language == own.language
        };
        all.iter().find(is_own).cloned()
    }

    /// The HTML of a message as it is framed: its elements say where they were written.
    ///
    /// # Errors
    /// Why there is none.
    pub fn traced(&self, mailing: &str, contact: &str) -> Result<Vec<u8>, Absent> {
        let (mailing, recipient) = self.recipient(mailing, contact)?;
        let html = match self.composer.letter_traced(mailing, &recipient) {
            Ok(Some(letter)) => self.composer.run(mailing, &[letter.sealed.html()]),
            Ok(None) => {
                let composed = self.composer.compose_traced(mailing, &recipient);
                composed.map(|composed| self.mailer().proof(&composed).0)
            }
            Err(error) => Err(error),
        };
        // Why it cannot be rendered is told as everywhere.
        html.map(String::into_bytes).or_else(|_| self.part(mailing.id.as_str(), contact, Part::Html))
    }

    /// A bare part of a message, byte for byte as it is built.
    ///
    /// # Errors
    /// Why there is none.
    pub fn part(&self, mailing: &str, contact: &str, part: Part) -> Result<Vec<u8>, Absent> {
        let (mailing, recipient) = self.recipient(mailing, contact)?;
        if let Some(letter) = self.composer.letter(mailing, &recipient).map_err(Absent::Broken)? {
            return match part {
                Part::Html => {
                    self.composer.run(mailing, &[letter.sealed.html()]).map(String::into_bytes).map_err(Absent::Broken)
                }
                Part::Text => Ok(words(&letter).into_bytes()),
                Part::Source => Err(Absent::Outside),
            };
        }
        let composed = self.composed(mailing, &recipient).map_err(Absent::Broken)?;
        Ok(match part {
            Part::Html => self.mailer().proof(&composed).0.into_bytes(),
            Part::Text => composed.sealed.text().as_bytes().to_vec(),
            Part::Source => self.mailer().built(mailing, recipient, &composed, FIRST_GENERATION).bytes,
        })
    }

    /// The first who gets a mailing, of the highest tier and in the programme's own language where there is somebody.
    pub fn first_recipient(&self, mailing: &'p Mailing) -> Option<&'p Contact> {
        let own = self.programme.settings.languages.default();
        match self.audiences.known_lists() {
            Some(Ok(lists)) => {
                let list = lists.get(&mailing.id)?;
                let in_own = list.first.iter().rev().find(|((_, language), _)| *language == own);
                in_own.map(|(_, index)| index).or(list.recipients.first()).map(|&index| self.at(index))
            }
            _ => {
                let gets = |contact: &&'p Contact| matches!(self.eligibility.admission(mailing, contact), Some(Ok(_)));
                let mut in_own = self.programme.contacts.iter().filter(|contact| contact.language == own);
                in_own.find(gets).or_else(|| self.programme.contacts.iter().find(gets))
            }
        }
    }

    /// The first who gets a mailing of each tier and language; while not everybody is known, of those found soon.
    pub fn representatives(&self, mailing: &'p Mailing) -> Vec<(Tier, Language, &'p Contact)> {
        if let Some(Ok(lists)) = self.audiences.known_lists() {
            let first = lists.get(&mailing.id).into_iter().flat_map(|list| &list.first);
            return first.map(|(&(tier, language), &index)| (tier, language, self.at(index))).rev().collect();
        }
        let mut found: Vec<(Tier, Language, &'p Contact)> = Vec::new();
        let mut asked = 0;
        for contact in &self.programme.contacts {
            let Some(tier) = contact.tier().filter(|tier| *tier >= mailing.to) else { continue };
            if found.iter().any(|(known, language, _)| *known == tier && *language == contact.language) {
                continue;
            }
            asked += 1;
            if asked > PATIENCE {
                break;
            }
            if let Some(Ok(_)) = self.eligibility.admission(mailing, contact) {
                found.push((tier, contact.language, contact));
            }
        }
        found.sort_by_key(|(tier, language, _)| (std::cmp::Reverse(*tier), *language));
        found
    }

    /// Who gets a mailing before and after a contact in the list.
    pub fn neighbours(&self, mailing: &'p Mailing, contact: &Contact) -> [Option<&'p Contact>; 2] {
        let Some(&own) = self.programme.by_id.get(&contact.id) else { return [None, None] };
        if let Some(Ok(lists)) = self.audiences.known_lists() {
            let list = lists.get(&mailing.id).map(|list| list.recipients.as_slice()).unwrap_or_default();
            let before = list.partition_point(|&index| index < own);
            let after = list.partition_point(|&index| index <= own);
            let at = |position: Option<&u32>| position.map(|&index| self.at(index));
            return [at(before.checked_sub(1).and_then(|before| list.get(before))), at(list.get(after))];
        }
        let own = own as usize;
        let gets = |contact: &&'p Contact| matches!(self.eligibility.admission(mailing, contact), Some(Ok(_)));
        let contacts = self.programme.contacts.shared();
        let (before, after) = (&contacts[..own], &contacts[own + 1..]);
        let near = |side: &mut dyn Iterator<Item = &'p Arc<Contact>>| side.map(Arc::as_ref).take(PATIENCE).find(gets);
        [near(&mut before.iter().rev()), near(&mut after.iter())]
    }

    /// The contact at a position of the list.
    pub fn at(&self, index: u32) -> &'p Contact {
        &self.programme.contacts[index as usize]
    }

    /// The picture with this name beside a proof: its media type and bytes.
    pub fn picture(&self, name: &str) -> Option<(&'static str, Arc<[u8]>)> {
        let (asset, copy) = pictures::of_file_beside(name, self.programme.assets.values())?;
        Some((media_type::of(&asset.path), self.composer.copier().bytes(asset, copy)))
    }

    /// Renders a mailing for a reader of each tier and language: the subject of the first, and every error.
    pub fn probe(&self, mailing: &'p Mailing, also: &[ContactId]) -> Face {
        let mut readers: Vec<&'p Contact> =
            self.representatives(mailing).into_iter().map(|(_, _, contact)| contact).collect();
        for contact in also.iter().filter_map(|id| self.programme.contact(id)) {
            if !readers.iter().any(|known| known.id == contact.id) {
                readers.push(contact);
            }
        }
        let own = self.programme.settings.languages.default();
        readers.sort_by_key(|reader| reader.language != own);
        let admitted = readers.into_iter().filter_map(|contact| self.eligibility.admission(mailing, contact)?.ok());
        let mut face = Face { mailing: mailing.id.clone(), subject: None, errors: Vec::new() };
        // One after the other: whoever looks at a message meanwhile has the other cores.
        for recipient in admitted {
            match self.try_out(mailing, &recipient) {
                Ok(Some(subject)) => _ = face.subject.get_or_insert(subject),
                Ok(None) => {}
                Err(error)
                    if face.errors.iter().any(|known| known.place == error.place && known.code == error.code) => {}
                Err(error) => face.errors.push(*error),
            }
        }
        face
    }

    /// The subject of a message that can be rendered; a letter has none.
    fn try_out(&self, mailing: &'p Mailing, recipient: &Recipient<'p>) -> Result<Option<String>, Box<Diagnostic>> {
        match self.composer.letter(mailing, recipient)? {
            Some(_) => Ok(None),
            None => self.composer.compose(mailing, recipient).map(|composed| Some(composed.subject)),
        }
    }

    /// By which way a recipient is reached, for people.
    pub fn route(recipient: &Recipient<'_>) -> String {
        match recipient.route() {
            Route::Email(address) => address.as_str().to_owned(),
            Route::Post(_) => "by post".to_owned(),
        }
    }
}

/// A letter as a message: it has no source, and is called what its text is called.
fn on_paper(
    programme: &Programme,
    mailing: &Mailing,
    recipient: &Recipient<'_>,
    letter: &ComposedLetter<'_>,
) -> Message {
    Message {
        text: words(letter),
        source: None,
        from: letter.signer.name.as_str().to_owned(),
        subject: subject::written(programme, mailing, letter.language).unwrap_or_else(|| mailing.id.to_string()),
        weight: None,
        preheader: letter.words.lines().find(|line| !line.trim().is_empty()).map(str::to_owned),
        language: letter.language,
        date: recipient.date(),
        findings: Vec::new(),
    }
}

fn words(letter: &ComposedLetter<'_>) -> String {
    format!("{}\n\n{}\n", letter.words.trim(), letter.keep_in_mind.trim())
}

/// What the gallery shows of a mailing that was rendered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Face {
    pub mailing: MailingId,
    /// Its subject for the first reader.
    pub subject: Option<String>,
    /// What cannot be rendered.
    pub errors: Vec<Diagnostic>,
}

/// The parts of a message that have an address of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Html,
    Text,
    Source,
}

impl Part {
    /// A file name as its contact and the part its suffix names.
    pub fn of(name: &str) -> Option<(&str, Part)> {
        let (contact, suffix) = name.split_once('.')?;
        let part = match suffix {
            "html" => Part::Html,
            "txt" => Part::Text,
            "eml" => Part::Source,
            _ => return None,
        };
        Some((contact, part))
    }
}
