//! One build: everything below `output/` for a programme in which [`check`](crate::check) found no error.

use crate::model::channel::Channel;
use crate::model::id::{ContactId, MailingId};
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::audience::{Audience, Roster};
use crate::plan::{Recipient, Route};
use crate::products::calendar::Calendars;
use crate::products::mail::{Mailer, Messages};
use crate::products::post::{Order, Poster, PrintRun};
use crate::products::site::Site;
use crate::products::{ProductError, Steps, report};
use crate::render::inputs::Inputs;
use store::digest::Digest;
use store::{Store, StoreError, Summary};

source::words! {
    /// Something a build makes, each below a folder of its own name.
    Product, "product" {
        /// Proofs, messages and refusals.
        Mail = "mail",
        /// Letters, labels and packing lists.
        Post = "post",
        /// The public site.
        Site = "site",
        /// The private report.
        Report = "report",
        /// The plan as calendars.
        Calendar = "calendar",
    }
}

/// What is wanted beyond site and proofs.
pub struct Request {
    /// The mailings whose single messages are written.
    pub mailings: Vec<MailingId>,
    /// What is made at all (`--only`).
    pub products: Vec<Product>,
    /// In which form.
    pub messages: Messages,
    /// This many-th part of the recipients, of so many (`--shard I/N`).
    pub shard: Option<Shard>,
    /// What is printed.
    pub paper: Order,
}

impl Request {
    /// The form and the part in one word.
    fn form(&self) -> String {
        let form = match self.messages {
            Messages::Eml => "eml",
            Messages::Mbox => "mbox",
            Messages::None => "none",
        };
        self.shard.map_or_else(|| form.to_owned(), |shard| format!("{form}:{}/{}", shard.index, shard.of))
    }
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
        Digest::of(id.as_str().as_bytes()).number() % self.of == self.index - 1
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

/// What is rendered before a build begins; what is not stays as the last build left it.
pub struct Rendered<'r, 's, 'm, 'p> {
    /// The public pages.
    pub site: Option<&'r Site<'s>>,
    /// The private ones.
    pub report: Option<&'r report::Report<'m, 'p>>,
    /// The plan as calendars.
    pub calendars: Option<&'r Calendars>,
}

/// What a build came to.
#[derive(Debug, Clone)]
pub struct Report {
    /// Pages of the site.
    pub pages: usize,
    /// Pages of the report.
    pub report: usize,
    /// Events in the calendar of everything.
    pub events: usize,
    /// Proofs of mailings.
    pub proofs: usize,
    /// Messages, by mailing.
    pub written: Vec<Written>,
    /// Letters, by mailing.
    pub runs: Vec<PrintRun>,
    /// Files.
    pub files: Summary,
}

/// A stage of a build that has ended.
pub enum Stage<'r> {
    /// The site, with so many pages.
    Site(usize),
    /// The report and the calendars: so many pages and events.
    Report(usize, usize),
    /// The proofs, so many.
    Proofs(usize),
    /// The messages of a mailing.
    Messages(&'r Written),
    /// The letters of all mailings that go by post.
    Letters(&'r [PrintRun]),
}

/// Who is told how a build gets on.
pub trait Progress: Steps {
    /// A stage has ended.
    fn end(&self, stage: Stage<'_>);
}

/// Writes everything and moves it into place at the end.
///
/// # Errors
/// What cannot be rendered or stored; the last good output stays as it was.
pub fn build<'p>(
    programme: &'p Programme,
    rendered: &Rendered<'_, '_, '_, '_>,
    mailer: &Mailer<'p>,
    roster: &Roster<'p>,
    request: &Request,
    store: Store,
    progress: &dyn Progress,
) -> Result<Report, ProductError> {
    for product in Product::ALL.iter().filter(|product| !request.products.contains(product)) {
        keep_all(product.name(), &store)?;
    }
    let mut pages = 0;
    if let Some(site) = rendered.site {
        pages = site.write(&store)?;
        progress.end(Stage::Site(pages));
    }
    rendered.report.map_or(Ok(()), |report| report.write(&store))?;
    rendered.calendars.map_or(Ok(()), |calendars| calendars.write(&store))?;
    let report = rendered.report.map_or(0, report::Report::pages);
    let events = rendered.calendars.map_or(0, Calendars::events);
    if rendered.report.is_some() || rendered.calendars.is_some() {
        progress.end(Stage::Report(report, events));
    }
    let inputs_of = Inputs::new(programme, mailer.key());
    let (proofs, written) = match request.products.contains(&Product::Mail) {
        true => mail(programme, mailer, roster, request, &inputs_of, &store, progress)?,
        false => (0, Vec::new()),
    };
    let mut runs = Vec::new();
    if request.products.contains(&Product::Post) {
        let poster = Poster::new(programme, mailer.composer(), mailer.is_reference(), &request.paper);
        for mailing in programme.mailings().filter(|mailing| mailing.channel != Channel::Email) {
            runs.extend(poster.write(&roster.audience(mailing), inputs_of.of(mailing), &store, progress)?);
        }
        progress.end(Stage::Letters(&runs));
    }
    Ok(Report { pages, report, events, proofs, written, runs, files: store.finish()? })
}

/// Keeps everything that an earlier build wrote below a folder.
fn keep_all(folder: &str, store: &Store) -> Result<(), StoreError> {
    store.earlier(folder).try_for_each(|path| store.keep(path).map(drop))
}

/// Writes proofs, refusals and the messages that are asked for: how many proofs, and the messages by mailing.
fn mail<'p>(
    programme: &'p Programme,
    mailer: &Mailer<'p>,
    roster: &Roster<'p>,
    request: &Request,
    inputs_of: &Inputs<'p>,
    store: &Store,
    progress: &dyn Progress,
) -> Result<(usize, Vec<Written>), ProductError> {
    let mut proofs = 0;
    for audience in programme.mailings().map(|mailing| roster.audience(mailing)) {
        let has_mail = has_mail(&audience);
        if has_mail {
            proofs += mailer.proofs(&audience, inputs_of.of(audience.mailing), store)?;
        }
        // Also where everybody is refused: then above all somebody asks why.
        if has_mail || (audience.mailing.channel != Channel::Post && !audience.refusals.is_empty()) {
            mailer.refusals(&audience, store)?;
        }
    }
    progress.end(Stage::Proofs(proofs));
    let mut written = Vec::new();
    for mailing in programme.mailings() {
        let inputs = inputs_of.of(mailing);
        let asked = request.messages != Messages::None && request.mailings.contains(&mailing.id);
        let earlier = Earlier::read(store, mailing)?.filter(|earlier| earlier.inputs == inputs.to_string());
        let as_wanted = |earlier: &Earlier| earlier.form == request.form() && !mailer.is_reference();
        if let Some(earlier) = earlier.filter(|earlier| !asked || as_wanted(earlier)) {
            let whole = keep(mailing, store)?;
            if !asked || whole {
                written.extend(asked.then(|| earlier.written(mailing)));
                continue;
            }
        }
        if asked {
            let one = messages(mailer, roster.audience(mailing), request, store, progress)?;
            Earlier::of(&one, inputs, request).note(mailing, store)?;
            progress.end(Stage::Messages(&one));
            written.push(one);
        }
    }
    Ok((proofs, written))
}

fn has_mail(audience: &Audience<'_>) -> bool {
    audience.recipients.iter().any(|recipient| matches!(recipient.route(), Route::Email(_)))
}

fn messages<'p>(
    mailer: &Mailer<'p>,
    mut part: Audience<'p>,
    request: &Request,
    store: &Store,
    progress: &dyn Progress,
) -> Result<Written, ProductError> {
    if let Some(shard) = request.shard {
        part.recipients.retain(|recipient| shard.has(recipient));
    }
    let on_paper = part.recipients.iter().filter(|recipient| matches!(recipient.route(), Route::Post(_))).count();
    progress.begin(&part.mailing.id, part.recipients.len() - on_paper);
    let (messages, bytes) = mailer.messages(&part, request.messages, store, &|| progress.step())?;
    Ok(Written { mailing: part.mailing.id.clone(), messages, bytes, on_paper })
}

/// What an earlier build noted of the messages it wrote.
struct Earlier {
    /// What they were made of.
    inputs: String,
    /// In which form, and which part of them.
    form: String,
    messages: usize,
    bytes: u64,
    on_paper: usize,
}

impl Earlier {
    fn read(store: &Store, mailing: &Mailing) -> Result<Option<Self>, StoreError> {
        let text = store.earlier_text(&inputs_path(mailing))?;
        Ok(text.and_then(|text| {
            let mut words = text.split_whitespace();
            Some(Earlier {
                inputs: words.next()?.to_owned(),
                form: words.next()?.to_owned(),
                messages: words.next()?.parse().ok()?,
                bytes: words.next()?.parse().ok()?,
                on_paper: words.next()?.parse().ok()?,
            })
        }))
    }

    fn of(written: &Written, inputs: Digest, request: &Request) -> Self {
        let Written { messages, bytes, on_paper, .. } = *written;
        Earlier { inputs: inputs.to_string(), form: request.form(), messages, bytes, on_paper }
    }

    fn written(&self, mailing: &Mailing) -> Written {
        let Earlier { messages, bytes, on_paper, .. } = *self;
        Written { mailing: mailing.id.clone(), messages, bytes, on_paper }
    }

    fn note(&self, mailing: &Mailing, store: &Store) -> Result<(), StoreError> {
        let Earlier { inputs, form, messages, bytes, on_paper } = self;
        let text = format!("{inputs} {form} {messages} {bytes} {on_paper}\n");
        store.put(&inputs_path(mailing), text.as_bytes()).map(|_| ())
    }
}

/// Keeps the messages of a mailing as they are; false where some are gone.
fn keep(mailing: &Mailing, store: &Store) -> Result<bool, StoreError> {
    let folder = format!("mail/{}/", mailing.id);
    let messages: Vec<String> = store.earlier(&format!("{folder}messages")).map(str::to_owned).collect();
    let lists = [inputs_path(mailing), format!("{folder}manifest.jsonl")];
    let mut whole = true;
    let mbox = format!("{folder}messages.mbox");
    let mbox = store.earlier_digest(&mbox).map(|_| mbox);
    for path in messages.iter().chain(&lists).chain(&mbox) {
        whole &= store.keep(path)?;
    }
    Ok(whole)
}

fn inputs_path(mailing: &Mailing) -> String {
    format!("mail/{}/inputs.sha256", mailing.id)
}
