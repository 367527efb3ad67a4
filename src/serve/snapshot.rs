//! A programme as it was at one moment, with everything that renders it.
//!
//! Engine and composer borrow from the programme, so one thread owns all three and lends them to [`Job`]s that come over a
//! channel. When the last handle is gone the channel closes, and the thread ends with everything it owned.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use jiff::civil::Date;
use tokio::sync::oneshot;

use super::STACK;
use super::audiences::Audiences;
use super::standings::Standings;
use crate::load::{approvals, journals};
use crate::model::id::{ContactId, MailingId};
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::{Eligibility, Memory, Roster};
use crate::products::report::Report;
use crate::products::site::{Copies, Site};
use crate::render::compose::{Composed, Composer};
use crate::render::copies::Copier;
use crate::render::engine::Engine;
use crate::render::links::LinkKey;
use crate::review::approvals::reviews;
use crate::review::variants::{VariantText, variants};
use source::diagnostic::Diagnostic;

/// A list so long is not gone through before a page is shown.
const LONG_LIST: usize = 2_000;

/// Requests that are answered at the same time.
const MAX_ANSWERED: usize = 3;

/// The files of the report, by their path below its folder.
pub(super) type Files = BTreeMap<String, Arc<[u8]>>;

/// What a request is answered with.
pub(super) struct Loaded<'p> {
    /// The programme.
    pub programme: &'p Programme,
    /// What was found while reading it: warnings only.
    pub warnings: &'p [Diagnostic],
    /// What makes messages.
    pub composer: &'p Composer<'p>,
    /// Who gets what.
    pub eligibility: &'p Eligibility<'p>,
    /// What it shares with other snapshots.
    pub audiences: &'p Audiences,
    /// The day that counts as today.
    pub today: Date,
    /// Where journals are read.
    pub root: &'p Path,
    /// Messages that somebody looks at, as they were composed.
    pub kept: Mutex<Kept<'p>>,
    engine: &'p Engine,
    standings: OnceLock<Standings>,
    report: OnceLock<Result<Arc<Files>, Vec<Diagnostic>>>,
    site: OnceLock<Result<Site<'p>, Vec<Diagnostic>>>,
    traced_site: OnceLock<Result<Site<'p>, Vec<Diagnostic>>>,
    variants: Mutex<BTreeMap<&'p MailingId, Arc<Vec<VariantText>>>>,
}

/// Composed messages, by mailing and contact, the latest last.
pub(super) type Kept<'p> = VecDeque<((&'p MailingId, &'p ContactId), Arc<Composed<'p>>)>;

impl<'p> Loaded<'p> {
    /// The public site as it is framed: its elements say where they were written. Rendered when it is first asked for; its cards and
    /// smaller pictures are not drawn yet.
    pub fn traced_site(&self) -> &Result<Site<'p>, Vec<Diagnostic>> {
        self.traced_site.get_or_init(|| Site::traced(self.programme, self.engine, self.composer, self.today))
    }

    /// How far the mailings are; whoever asks first waits.
    pub fn standings(&self) -> &Standings {
        let (programme, conditions) = (self.programme, &self.audiences.conditions);
        self.standings.get_or_init(|| Standings::of(programme, conditions, self.root, self.today))
    }

    /// The same, where it is known or soon found out.
    pub fn known_standings(&self) -> Option<&Standings> {
        match self.programme.contacts.len() <= LONG_LIST {
            true => Some(self.standings()),
            false => self.standings.get(),
        }
    }

    /// The variants of a mailing, worked out when somebody first asks.
    pub fn variants(&self, mailing: &'p Mailing) -> Arc<Vec<VariantText>> {
        let known = || self.variants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(variants) = known().get(&mailing.id) {
            return Arc::clone(variants);
        }
        let roster = Roster::new(self.programme, &self.audiences.conditions);
        let made = Arc::new(variants(self.composer, &roster.audience(mailing)));
        known().insert(&mailing.id, Arc::clone(&made));
        made
    }

    /// The public site, byte for byte as it is built; rendered when it is first asked for.
    pub fn site(&self) -> &Result<Site<'p>, Vec<Diagnostic>> {
        self.site.get_or_init(|| Site::render(self.programme, self.engine, self.composer, self.today, Copies::Plain))
    }

    /// The report, rendered when it is first asked for.
    pub fn report(&self) -> &Result<Arc<Files>, Vec<Diagnostic>> {
        self.report.get_or_init(|| self.report_with(HashSet::new()))
    }

    /// The report with the pages of these contacts, where not everybody has one.
    ///
    /// # Errors
    /// What cannot be rendered or read.
    pub fn report_with(&self, wanted: HashSet<ContactId>) -> Result<Arc<Files>, Vec<Diagnostic>> {
        let mut found = Vec::new();
        let journals = journals::all(self.root, self.programme, &mut found)
            .map_err(|error| vec![Diagnostic::error("unreadable", error.error.to_string())])?;
        if !found.is_empty() {
            return Err(found);
        }
        let roster = Roster::new(self.programme, &self.audiences.conditions);
        let mut memory = Memory::new(self.programme, self.today, &roster, &journals);
        if !self.programme.settings.approval.is_empty() {
            let read = |mailing: &Mailing| approvals::read(self.root, &mailing.id, &mut Vec::new());
            let reviews = reviews(self.composer, &roster, read)
                .map_err(|error| vec![Diagnostic::error("unreadable", error.error.to_string())])?;
            memory = memory.with_reviews(reviews);
        }
        let report = Report::render(&memory, self.engine, wanted)?;
        let below = |(path, bytes): (&str, Arc<[u8]>)| Some((path.strip_prefix("report/")?.to_owned(), bytes));
        Ok(Arc::new(report.files().filter_map(below).collect()))
    }
}

/// A question to what is loaded.
type Job = Box<dyn for<'p> FnOnce(&Loaded<'p>) + Send>;

/// What a snapshot is taken of.
pub(super) struct Subject {
    pub programme: Arc<Programme>,
    pub warnings: Vec<Diagnostic>,
    pub audiences: Arc<Audiences>,
    pub key: LinkKey,
    pub copier: Arc<Copier>,
    pub today: Date,
    pub root: PathBuf,
}

/// The handle of a snapshot.
pub(super) struct Snapshot {
    /// The programme.
    pub programme: Arc<Programme>,
    /// What it shares with other snapshots.
    pub audiences: Arc<Audiences>,
    /// The day that counts as today.
    pub today: Date,
    jobs: Sender<Job>,
}

impl Snapshot {
    /// Sets everything up that renders.
    ///
    /// # Errors
    /// Templates that cannot be used.
    pub fn take(subject: Subject) -> Result<Snapshot, Vec<Diagnostic>> {
        let (jobs, taken) = channel();
        let (ready, answer) = channel();
        let (programme, audiences, today) =
            (Arc::clone(&subject.programme), Arc::clone(&subject.audiences), subject.today);
        let tending = thread::Builder::new().stack_size(STACK).spawn(move || tend(&subject, taken, &ready));
        tending.map_err(|error| vec![Diagnostic::error("fault", format!("no thread can be started: {error}"))])?;
        // A thread that ends without an answer has panicked.
        let found =
            answer.recv().unwrap_or_else(|_| vec![Diagnostic::error("fault", "the templates made bevara fail")]);
        match found.is_empty() {
            true => Ok(Snapshot { programme, audiences, today, jobs }),
            false => Err(found),
        }
    }

    /// Puts a question; `None` where answering it failed for a fault of ours.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl for<'p> FnOnce(&Loaded<'p>) -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.put(question, |made| drop(answer.send(made)));
        answered.await.ok()
    }

    /// Puts a question and waits for the answer on this thread.
    pub fn ask_here<T: Send + 'static>(
        &self,
        question: impl for<'p> FnOnce(&Loaded<'p>) -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = channel();
        self.put(question, move |made| drop(answer.send(made)));
        answered.recv().ok()
    }

    fn put<T>(
        &self,
        question: impl for<'p> FnOnce(&Loaded<'p>) -> T + Send + 'static,
        answer: impl FnOnce(T) + Send + 'static,
    ) {
        // Where the thread is gone, so is the answer's channel, and whoever waits hears of it.
        let _ = self.jobs.send(Box::new(move |loaded| answer(question(loaded))));
    }
}

fn tend(subject: &Subject, jobs: Receiver<Job>, ready: &Sender<Vec<Diagnostic>>) {
    let programme = &*subject.programme;
    let engine = match Engine::new(programme) {
        Ok(engine) => engine,
        Err(found) => return drop(ready.send(found)),
    };
    let composer = match Composer::new(programme, &engine, &subject.key) {
        Ok(composer) => composer.with_copier(Arc::clone(&subject.copier)),
        Err(found) => return drop(ready.send(vec![*found])),
    };
    let eligibility = Eligibility::new(programme, &subject.audiences.conditions);
    let loaded = Loaded {
        programme,
        warnings: &subject.warnings,
        composer: &composer,
        eligibility: &eligibility,
        audiences: &subject.audiences,
        today: subject.today,
        root: &subject.root,
        engine: &engine,
        kept: Mutex::default(),
        standings: OnceLock::new(),
        report: OnceLock::new(),
        site: OnceLock::new(),
        traced_site: OnceLock::new(),
        variants: Mutex::default(),
    };
    let jobs = Mutex::new(jobs);
    if ready.send(Vec::new()).is_err() {
        return;
    }
    thread::scope(|scope| {
        for _ in 0..MAX_ANSWERED {
            scope.spawn(|| {
                let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                while let Ok(job) = next() {
                    // Whoever asked hears that there is no answer; the next question is answered all the same.
                    let _ = catch_unwind(AssertUnwindSafe(|| job(&loaded)));
                }
            });
        }
    });
}
