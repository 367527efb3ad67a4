//! Keeps the last good snapshot: waits for changes, reads what changed, and swaps only when all of it holds together.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use super::audiences::Audiences;
use super::background;
use super::news::News;
use super::snapshot::{Snapshot, Subject};
use super::state::State;
use super::watch::{Notice, Watcher};
use super::{Options, Said};
use crate::check::forgotten;
use crate::load::{Folder, ReadError, Trust, is_checking_out};
use crate::model::programme::Programme;
use crate::render::links::LinkKey;
use crate::validate::Validator;
use source::diagnostic::Diagnostic;

/// After this much silence a save is complete.
const QUIET: Duration = Duration::from_millis(30);

/// The same where the file was closed or moved into its place: whoever saves another one does so at once.
const QUIET_SAVED: Duration = Duration::from_millis(8);

/// The same where many files change at once: version control at work.
const QUIET_STORM: Duration = Duration::from_millis(150);

/// Notices that make a storm.
const STORM: usize = 24;

/// Longest wait for silence; programs that write all the time do not keep us from looking.
const MAX_LENGTH: Duration = Duration::from_secs(5);

/// After this much silence every file is read once more and compared.
const SETTLED: Duration = Duration::from_millis(400);

/// How often files are looked at where there are no events.
const POLL: Duration = Duration::from_millis(250);

/// How often we look whether it is another day.
const DAYBREAK: Duration = Duration::from_secs(60);

/// How long what nobody looks at gives way to what somebody does.
const COURTESY: Duration = Duration::from_millis(250);

pub(super) struct Reloader {
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

/// What woke the reloader.
enum Woken {
    Change(Notice),
    Silence,
    End,
}

impl Reloader {
    pub fn new(options: Options, state: Arc<State>) -> Self {
        let watcher = Watcher::new(&options.root);
        Reloader {
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
            let woken = self.wait();
            let noticed = self.state.host.elapsed();
            let trust = match woken {
                Woken::End => return,
                Woken::Change(notice) => {
                    self.settle(notice, noticed);
                    Trust::Stamps
                }
                Woken::Silence if self.is_unsettled => {
                    self.is_unsettled = false;
                    Trust::Nothing
                }
                Woken::Silence => Trust::Stamps,
            };
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
                self.heed(notice);
                Woken::Change(notice)
            }
            Err(RecvTimeoutError::Timeout) => Woken::Silence,
            Err(RecvTimeoutError::Disconnected) => Woken::End,
        }
    }

    fn heed(&mut self, notice: Notice) {
        if notice == Notice::Upheaval {
            self.begin_watching();
        }
    }

    /// Waits until nothing more is noticed.
    fn settle(&mut self, first: Notice, noticed: Duration) {
        let (mut last, mut notices) = (first, 0);
        while self.state.host.elapsed().saturating_sub(noticed) < MAX_LENGTH {
            let quiet = match last {
                _ if notices > STORM => QUIET_STORM,
                Notice::Saved => QUIET_SAVED,
                Notice::Change | Notice::Upheaval => QUIET,
            };
            match self.watcher.notices().recv_timeout(quiet) {
                Ok(notice) => {
                    notices += 1;
                    last = notice;
                    self.heed(notice);
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
        let is_concerned = self.pending.iter().any(|path| path.starts_with("contacts/"));
        let back = if is_concerned { forgotten::findings(&programme, &self.key(&programme)) } else { Vec::new() };
        if !back.is_empty() {
            found.extend(back);
            return self.fail(found);
        }
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
        let audiences = earlier.map(|earlier| &earlier.audiences).filter(|audiences| audiences.is_of(&self.folder));
        let audiences = match audiences {
            Some(audiences) => Arc::clone(audiences),
            None => Arc::new(Audiences::new(&self.folder, &programme)?),
        };
        let key = self.key(&programme);
        let (today, root) = (self.state.host.today(), self.options.root.clone());
        let copier = Arc::clone(&self.options.copier);
        Ok(Subject { programme: Arc::new(programme), warnings, audiences, key, copier, today, root })
    }

    fn key(&self, programme: &Programme) -> LinkKey {
        LinkKey::new(self.options.link_key.as_deref(), &programme.settings)
    }

    /// The last good state stays.
    fn fail(&mut self, found: Vec<Diagnostic>) {
        let changed = self.state.update_trouble(|trouble| trouble.programme = found);
        self.is_unsettled |= changed;
        self.state.settle(None);
        if changed {
            self.state.report();
            self.state.publish_trouble();
        }
    }

    fn succeed(&mut self, snapshot: Arc<Snapshot>, noticed: Duration, earlier: Option<&Snapshot>) {
        let is_first = earlier.is_none();
        let is_another_day = earlier.is_some_and(|earlier| earlier.today != snapshot.today);
        let pending = std::mem::take(&mut self.pending);
        let before = self.state.trouble();
        let news = News::of(&snapshot, &pending, &before, is_first || is_another_day);
        self.state.settle(Some(Arc::clone(&snapshot)));
        self.state.untried().add(&news);
        if is_first {
            self.state.update_trouble(|trouble| trouble.programme.clear());
            let (contacts, mailings) = (snapshot.programme.contacts.len(), news.mailings.len());
            let took = self.state.host.elapsed();
            self.state.host.say(Said::Ready { contacts, mailings, took });
        }
        // What somebody looks at comes first; the rest is tried while they look.
        let watched = background::try_watched(&self.state, &snapshot, &news.mailings);
        // Pages wait for the first state; only who was shown what is broken has to hear that it is there.
        let ids = news.ids();
        if !is_first || !before.is_none() {
            self.state.publish(&ids, noticed);
        }
        if !is_first {
            let took = self.state.host.elapsed().saturating_sub(noticed);
            self.state.host.say(Said::Reloaded { ids: &ids, took });
        }
        let state = Arc::clone(&self.state);
        thread::spawn(move || {
            if watched || is_first {
                thread::sleep(COURTESY);
            }
            background::look_at(&state, &snapshot);
        });
    }
}

fn unreadable(error: &ReadError) -> Diagnostic {
    Diagnostic::error("unreadable", format!("this cannot be read: {}", error.error))
        .in_file(error.path.to_string_lossy())
}
