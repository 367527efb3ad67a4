//! One build: everything below `output/` for a programme in which [`check`](crate::check) found no error.

use sha2::{Digest as _, Sha256};

use super::digest::Digest;
use super::mail::{EmitError, Mailer, Messages};
use super::site::Site;
use super::store::{Store, Summary};
use crate::model::id::{ContactId, MailingId};
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Route};

/// What is wanted beyond site and proofs.
pub struct Request {
    /// The mailings whose single messages are written.
    pub mailings: Vec<MailingId>,
    /// In which form.
    pub messages: Messages,
    /// This many-th part of the recipients, of so many (`--shard I/N`).
    pub shard: Option<Shard>,
}

/// One part of an audience, for building on several machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub index: u32,
    /// Of how many.
    pub of: u32,
}

impl Shard {
    /// True where a recipient belongs to this part; by the hash of their id, so that new contacts do not move others.
    pub fn has(self, recipient: &Recipient<'_>) -> bool {
        self.has_contact(&recipient.contact().id)
    }

    /// True where whoever has this id belongs to this part.
    pub fn has_contact(self, id: &ContactId) -> bool {
        let hash = Sha256::digest(id.as_str().as_bytes());
        let number = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
        number % self.of == self.index - 1
    }
}

/// A mailing whose messages were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Which.
    pub mailing: MailingId,
    /// How many messages.
    pub messages: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// How many recipients get it on paper instead.
    pub on_paper: usize,
}

/// What a build came to.
#[derive(Debug, Clone)]
pub struct Report {
    /// Pages of the site.
    pub pages: usize,
    /// Proofs of mailings.
    pub proofs: usize,
    /// Messages, by mailing.
    pub written: Vec<Written>,
    /// Files.
    pub files: Summary,
}

/// A stage of a build that has ended.
pub enum Stage<'r> {
    /// The site, with so many pages.
    Site(usize),
    /// The proofs, so many.
    Proofs(usize),
    /// The messages of a mailing.
    Messages(&'r Written),
}

/// Who is told how a build gets on.
pub trait Progress: Sync {
    /// So many messages of a mailing are about to be written.
    fn begin(&self, mailing: &MailingId, messages: usize);
    /// One more of them is.
    fn step(&self);
    /// A stage has ended.
    fn end(&self, stage: Stage<'_>);
}

/// Writes everything and moves it into place at the end.
///
/// # Errors
/// What cannot be rendered or stored; the last good output stays as it was.
pub fn build<'p>(
    programme: &'p Programme,
    site: &Site<'_>,
    mailer: &Mailer<'p>,
    audiences: &[Audience<'p>],
    request: &Request,
    store: Store,
    progress: &dyn Progress,
) -> Result<Report, EmitError> {
    let pages = site.write(&store)?;
    progress.end(Stage::Site(pages));
    let mut proofs = 0;
    for audience in audiences.iter().filter(|audience| has_mail(audience)) {
        proofs += mailer.proofs(audience, &store)?;
        mailer.refusals(audience, &store)?;
    }
    progress.end(Stage::Proofs(proofs));
    let mut written = Vec::new();
    let common = common_inputs(programme, mailer.key());
    for audience in audiences {
        let inputs = fingerprint(programme, audience.mailing, common);
        let asked = request.messages != Messages::None && request.mailings.contains(&audience.mailing.id);
        if asked {
            let one = messages(mailer, audience, request, &store, progress)?;
            progress.end(Stage::Messages(&one));
            written.push(one);
            store.put(&inputs_path(audience.mailing), format!("{inputs}\n").as_bytes())?;
        } else {
            keep(audience.mailing, &inputs, &store)?;
        }
    }
    Ok(Report { pages, proofs, written, files: store.finish()? })
}

fn has_mail(audience: &Audience<'_>) -> bool {
    audience.recipients.iter().any(|recipient| matches!(recipient.route(), Route::Email(_)))
}

fn messages<'p>(
    mailer: &Mailer<'p>,
    audience: &Audience<'p>,
    request: &Request,
    store: &Store,
    progress: &dyn Progress,
) -> Result<Written, EmitError> {
    let mut part = audience.clone();
    if let Some(shard) = request.shard {
        part.recipients.retain(|recipient| shard.has(recipient));
    }
    let on_paper = part.recipients.iter().filter(|recipient| matches!(recipient.route(), Route::Post(_))).count();
    progress.begin(&part.mailing.id, part.recipients.len() - on_paper);
    let (messages, bytes) = mailer.messages(&part, request.messages, store, &|| progress.step())?;
    Ok(Written { mailing: audience.mailing.id.clone(), messages, bytes, on_paper })
}

/// Keeps the messages of a mailing that this build was not asked for, while what they were made of is the same.
fn keep(mailing: &Mailing, inputs: &Digest, store: &Store) -> Result<(), EmitError> {
    let path = inputs_path(mailing);
    if store.earlier_digest(&path) != Some(Digest::of(format!("{inputs}\n").as_bytes())) {
        return Ok(());
    }
    let folder = format!("mail/{}/", mailing.id);
    let messages: Vec<String> = store.earlier(&format!("{folder}messages")).map(str::to_owned).collect();
    let others = [path, format!("{folder}manifest.jsonl"), format!("{folder}messages.mbox")];
    for path in messages.into_iter().chain(others) {
        store.keep(&path)?;
    }
    Ok(())
}

fn inputs_path(mailing: &Mailing) -> String {
    format!("mail/{}/inputs.sha256", mailing.id)
}

/// What the messages of every mailing are made of: settings, contacts, ledgers, templates, standing text, pictures.
fn common_inputs(programme: &Programme, key: Digest) -> Digest {
    let mut inputs = Inputs::default();
    inputs.add(env!("CARGO_PKG_VERSION"));
    inputs.add(&format!("{key} {:?}", programme.settings));
    let lists = programme.files.iter().filter(|file| !file.path().starts_with("content/plan/"));
    let standing = programme.keep_in_mind.variants.values().map(|content| &content.file);
    for file in lists.chain(programme.templates.values()).chain(standing) {
        inputs.add(file.path());
        inputs.add(file.text());
    }
    inputs.add(&format!("{:?}", programme.strings));
    for (path, asset) in &programme.assets {
        inputs.add(path);
        inputs.add(&asset.digest);
    }
    inputs.digest()
}

/// What the messages of one mailing are made of: the common inputs, its line in the plan and its texts.
fn fingerprint(programme: &Programme, mailing: &Mailing, common: Digest) -> Digest {
    let mut inputs = Inputs::default();
    inputs.add(&format!("{common} {mailing:?}"));
    for content in programme.content(mailing).variants.values() {
        inputs.add(content.file.path());
        inputs.add(content.file.text());
    }
    inputs.digest()
}

/// A hash of parts, in which no part can run into the next.
#[derive(Default)]
struct Inputs(Sha256);

impl Inputs {
    fn add(&mut self, part: &str) {
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part.as_bytes());
    }

    fn digest(self) -> Digest {
        Digest::of(&self.0.finalize())
    }
}
