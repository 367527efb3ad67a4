//! Keeps the last good snapshot: waits for changes, reads what changed, and swaps only when all of it holds together.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use super::crowd::Crowd;
use super::message::Face;
use super::snapshot::{Desk, Snapshot, Subject};
use super::state::{Event, State, Trouble};
use super::watch::{Notice, Watcher};
use super::{Options, Said};
use crate::diagnostic::Diagnostic;
use crate::load::{Folder, ReadError, Trust, is_checking_out};
use crate::model::id::{ContactId, MailingId};
use crate::model::mailing::Channel;
use crate::model::programme::Programme;
use crate::render::links::LinkKey;
use crate::validate::Validator;

/// After this much silence a save is complete.
const QUIET: Duration = Duration::from_millis(30);

/// The same where many files change at once: version control at work.
const QUIET_STORM: Duration = Duration::from_millis(150);

/// Notices that make a storm.
const STORM: usize = 24;

/// Longest wait for silence; programs that write all the time do not keep us from looking.
const LONGEST: Duration = Duration::from_secs(5);

/// After this much silence every file is read once more and compared.
const SETTLED: Duration = Duration::from_millis(400);

/// How often files are looked at where there are no events.
const POLL: Duration = Duration::from_millis(250);

/// How often we look whether it is another day.
const DAYBREAK: Duration = Duration::from_secs(60);

pub(super) struct Keeper {
    options: Options,
    state: Arc<State>,
    watcher: Watcher,
    validator: Validator,
    folder: Folder,
    /// What was wrong with the files themselves.
    found: Vec<Diagnostic>,
    /// What has changed since the last good state.
    pending: BTreeSet<String>,
    /// Every file is still to be compared once more.
    is_unsettled: bool,
}

/// What woke the keeper.
enum Woken {
    Change,
    Silence,
    End,
}

impl Keeper {
    pub fn new(options: Options, state: Arc<State>) -> Self {
        let watcher = Watcher::new(&options.root);
        Keeper {
            options,
            state,
            watcher,
            validator: Validator::default(),
            folder: Folder::default(),
            found: Vec::new(),
            pending: BTreeSet::new(),
            is_unsettled: false,
        }
    }

    /// Reads the programme, then follows every change until the server ends.
    pub fn run(mut self) {
        if !self.options.poll {
            self.begin_watching();
        }
        self.refresh(Trust::Nothing, self.state.host.elapsed());
        loop {
            let trust = match self.wait() {
                Woken::End => return,
                Woken::Change => Trust::Stamps,
                Woken::Silence if self.is_unsettled => {
                    self.is_unsettled = false;
                    Trust::Nothing
                }
                Woken::Silence => Trust::Stamps,
            };
            let noticed = self.state.host.elapsed();
            if matches!(trust, Trust::Stamps) {
                self.settle(noticed);
            }
            self.refresh(trust, noticed);
        }
    }

    fn begin_watching(&mut self) {
        if let Err(error) = self.watcher.begin() {
            self.state.host.say(Said::Blind(&error.to_string()));
            self.options.poll = true;
        }
    }

    fn wait(&mut self) -> Woken {
        let patience = match (self.is_unsettled, self.options.poll) {
            (true, _) => SETTLED,
            (false, true) => POLL,
            (false, false) => DAYBREAK,
        };
        match self.watcher.notices().recv_timeout(patience) {
            Ok(notice) => {
                self.heed(&notice);
                Woken::Change
            }
            Err(RecvTimeoutError::Timeout) => Woken::Silence,
            Err(RecvTimeoutError::Disconnected) => Woken::End,
        }
    }

    fn heed(&mut self, notice: &Notice) {
        if matches!(notice, Notice::Upheaval) {
            self.begin_watching();
        }
    }

    /// Waits until nothing more is noticed.
    fn settle(&mut self, noticed: Duration) {
        let mut notices = 0;
        while self.state.host.elapsed().saturating_sub(noticed) < LONGEST {
            let quiet = if notices > STORM { QUIET_STORM } else { QUIET };
            match self.watcher.notices().recv_timeout(quiet) {
                Ok(notice) => {
                    notices += 1;
                    self.heed(&notice);
                }
                // Whoever checks out a branch holds the index until every file is there.
                Err(_) if is_checking_out(&self.options.root) => notices += 1,
                Err(_) => return,
            }
        }
    }

    /// Reads what may have changed. Nothing more happens where nothing has.
    fn refresh(&mut self, trust: Trust, noticed: Duration) {
        let mut found = Vec::new();
        let folder = match Folder::read_again(&self.options.root, &self.folder, trust, &mut found) {
            Ok(folder) => folder,
            Err(error) => return self.fail(vec![unreadable(&error)]),
        };
        let changed = folder.differences(&self.folder);
        let same_journals = folder.has_journals_of(&self.folder);
        let stand = self.state.stand();
        let today = self.state.host.today();
        let is_new_day = stand.snapshot.as_ref().is_some_and(|snapshot| snapshot.today != today);
        if changed.is_empty() && same_journals && !is_new_day && stand.is_read && found == self.found {
            return;
        }
        self.is_unsettled = true;
        self.found = found.clone();
        self.pending.extend(changed);
        self.folder = folder;
        if !same_journals {
            self.state.forget_journals();
        }
        let Some(programme) = self.validator.validate(&self.folder, today, &mut found) else {
            return self.fail(found);
        };
        let subject = match self.subject(programme, found, stand.snapshot.as_deref()) {
            Ok(subject) => subject,
            Err(found) => return self.fail(found),
        };
        match Snapshot::take(subject) {
            Ok(snapshot) => self.succeed(Arc::new(snapshot), noticed, stand.snapshot.as_deref()),
            Err(found) => self.fail(found),
        }
    }

    fn subject(
        &self,
        programme: Programme,
        warnings: Vec<Diagnostic>,
        earlier: Option<&Snapshot>,
    ) -> Result<Subject, Vec<Diagnostic>> {
        let crowd = earlier.map(|earlier| &earlier.crowd).filter(|crowd| crowd.is_of(&self.folder));
        let crowd = match crowd {
            Some(crowd) => Arc::clone(crowd),
            None => Arc::new(Crowd::new(&self.folder, &programme)?),
        };
        let key = LinkKey::new(self.options.link_key.as_deref(), &programme.settings);
        let (today, root) = (self.state.host.today(), self.options.root.clone());
        Ok(Subject { programme: Arc::new(programme), warnings, crowd, key, today, root })
    }

    /// The last good state stays.
    fn fail(&mut self, found: Vec<Diagnostic>) {
        let changed = self.state.update_trouble(|trouble| trouble.programme = found);
        self.is_unsettled |= changed;
        self.state.settle(None);
        if changed {
            self.state.host.say(Said::Broken(&self.state.trouble().all()));
            self.state.publish_trouble();
        }
    }

    fn succeed(&mut self, snapshot: Arc<Snapshot>, noticed: Duration, earlier: Option<&Snapshot>) {
        let is_another_day = earlier.is_some_and(|earlier| earlier.today != snapshot.today);
        let is_first = earlier.is_none();
        let pending = std::mem::take(&mut self.pending);
        let programme = &snapshot.programme;
        let planned: BTreeSet<MailingId> = programme.mailings().map(|mailing| mailing.id.clone()).collect();
        let before = self.state.trouble();
        let affected: Vec<MailingId> = match is_first || is_another_day {
            true => planned.iter().cloned().collect(),
            // What was broken may be well again.
            false => planned
                .iter()
                .filter(|id| before.mailings.contains_key(*id) || concerns(programme, id, &pending))
                .cloned()
                .collect(),
        };
        let of_site = is_first || pending.iter().any(|path| concerns_site(path));
        self.state.settle(Some(Arc::clone(&snapshot)));
        if is_first {
            self.state.update_trouble(|trouble| trouble.programme.clear());
            let (contacts, mailings) = (programme.contacts.len(), planned.len());
            let took = self.state.host.elapsed();
            self.state.host.say(Said::Ready { contacts, mailings, took });
        }
        let knows_everybody = snapshot.crowd.known_lists().is_some();
        if knows_everybody || !is_first {
            self.look_at(&snapshot, &affected, &planned);
        }
        let site = of_site.then(|| "site".to_owned());
        let mut ids: Vec<String> = affected.iter().map(MailingId::to_string).chain(site).collect();
        if ids.is_empty() && (!before.is_none() || !pending.is_empty()) {
            // The gallery and whoever shows an overlay still want to know.
            ids.push("programme".to_owned());
        }
        // Pages wait for the first state; only who was shown what is broken has to hear that it is there.
        if !is_first || !before.is_none() || is_another_day {
            self.state.publish(&ids, noticed);
        }
        if !is_first {
            let took = self.state.host.elapsed().saturating_sub(noticed);
            self.state.host.say(Said::Reloaded { ids: &ids, took });
        }
        if of_site || !before.site.is_empty() {
            look_at_site(&self.state, &snapshot);
        }
        self.report(&before);
        if !knows_everybody {
            let (state, affected) = (Arc::clone(&self.state), affected);
            thread::spawn(move || ask_everybody(&state, &snapshot, &affected, &planned));
        }
    }

    /// Renders what changed for a few readers, and takes note of what cannot be rendered.
    fn look_at(&self, snapshot: &Arc<Snapshot>, affected: &[MailingId], planned: &BTreeSet<MailingId>) {
        let faces = probe(&self.state, snapshot, affected);
        note(&self.state, snapshot, faces, planned);
    }

    /// Tells the terminal what is broken now and was not, or that all is well again.
    fn report(&self, before: &Trouble) {
        let now = self.state.trouble();
        if now.is_none() {
            if !before.is_none() {
                self.state.host.say(Said::Mended);
            }
        } else if now.all() != before.all() {
            self.state.host.say(Said::Broken(&now.all()));
        }
    }
}

fn unreadable(error: &ReadError) -> Diagnostic {
    Diagnostic::error("unreadable", format!("this cannot be read: {}", error.error))
        .in_file(error.path.to_string_lossy())
}

fn probe(state: &State, snapshot: &Snapshot, ids: &[MailingId]) -> Vec<Face> {
    let wanted: Vec<_> = ids.iter().map(|id| (id.clone(), state.looked_at(id))).collect();
    let look = move |desk: &Desk<'_>| probe_all(desk, &wanted);
    snapshot.ask_here(look).unwrap_or_default()
}

fn probe_all<'p>(desk: &Desk<'p>, wanted: &[(MailingId, Vec<ContactId>)]) -> Vec<Face> {
    let mailings = wanted.iter().filter_map(|(id, also)| Some((desk.programme.mailing(id.as_str())?, also)));
    mailings.map(|(mailing, also)| desk.probe(mailing, also)).collect()
}

/// Takes note of what could be rendered and what not.
fn note(state: &State, snapshot: &Snapshot, faces: Vec<Face>, planned: &BTreeSet<MailingId>) {
    let asked = snapshot.crowd.known_lists().and_then(|lists| lists.as_ref().err());
    state.update_trouble(|trouble| {
        trouble.programme = asked.cloned().unwrap_or_default();
        trouble.mailings.retain(|id, _| planned.contains(id));
        for face in &faces {
            match face.errors.is_empty() {
                true => _ = trouble.mailings.remove(&face.mailing),
                false => _ = trouble.mailings.insert(face.mailing.clone(), face.errors.clone()),
            }
        }
    });
    state.set_faces(faces, planned);
}

fn look_at_site(state: &State, snapshot: &Snapshot) {
    let site = snapshot.ask_here(|desk| desk.site().clone());
    let errors = match site {
        Some(Ok(site)) => {
            state.set_site(site);
            Vec::new()
        }
        Some(Err(errors)) => errors,
        None => vec![Diagnostic::error("fault", "the site made bevara fail")],
    };
    if state.update_trouble(|trouble| trouble.site = errors) {
        state.publish_trouble();
    }
}

/// Asks everybody once who gets what, tries every mailing on a few of them, and tells the browsers.
fn ask_everybody(state: &State, snapshot: &Snapshot, affected: &[MailingId], planned: &BTreeSet<MailingId>) {
    let _ = snapshot.crowd.lists(&snapshot.programme);
    let faces = probe(state, snapshot, affected);
    let is_current =
        |state: &State| state.stand().snapshot.is_some_and(|current| std::ptr::eq(Arc::as_ptr(&current), snapshot));
    if !is_current(state) {
        return;
    }
    let before = state.trouble();
    note(state, snapshot, faces, planned);
    state.tell(Event { name: "figures", data: "{}".to_owned() });
    let now = state.trouble();
    if now != before && !now.is_none() {
        state.host.say(Said::Broken(&now.all()));
        state.publish_trouble();
    }
}

/// True where one of these files has a say in what a mailing looks like.
fn concerns(programme: &Programme, id: &MailingId, paths: &BTreeSet<String>) -> bool {
    let Some(mailing) = programme.mailing(id.as_str()) else { return false };
    paths.iter().any(|path| match path.strip_prefix("content/") {
        Some(below) if below.starts_with("pages/") || below.starts_with("reviews/") => false,
        Some(below) if below.ends_with(".md") && !below.starts_with("keep-in-mind") => {
            let rest = below.strip_prefix(mailing.content.as_ref());
            rest.is_some_and(|rest| rest.starts_with(['.', '/']))
        }
        Some(_) => true,
        None if path.starts_with("templates/letter/") => mailing.channel != Channel::Email,
        None => !path.starts_with("templates/site/") && !path.starts_with("templates/report/"),
    })
}

/// True where a file has a say in what the public site looks like.
fn concerns_site(path: &str) -> bool {
    !path.starts_with("contacts/") && !path.starts_with("templates/report/") && !path.starts_with("templates/letter/")
}
