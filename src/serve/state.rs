//! What requests and the reloader share: the last good snapshot, what is broken, and who wants to hear of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use data_encoding::HEXLOWER;
use ring::rand::SystemRandom;
use serde_json::json;
use tokio::sync::{broadcast, watch};

use super::message::Face;
use super::news::News;
use super::snapshot::Snapshot;
use super::trouble::{Event, Trouble};
use super::{Host, Options, Said};
use crate::load;
use crate::model::approval::Review;
use crate::model::id::{ContactId, MailingId};
use crate::model::journal::Journal;
use crate::review::variants::VariantText;

/// Views that are remembered: what somebody looks at is tried first after a change.
const REMEMBERED: usize = 16;

/// Messages that are rendered before browsers are told of a change: two may stand side by side.
const AT_ONCE: usize = 2;

/// What has changed since it was last tried.
#[derive(Debug, Clone, Default)]
pub(super) struct Untried {
    pub mailings: BTreeSet<MailingId>,
    pub site: bool,
}

impl Untried {
    /// Something else has changed.
    pub fn add(&mut self, news: &News) {
        self.mailings.extend(news.mailings.iter().cloned());
        self.site |= news.site;
    }

    /// This was tried, and nothing newer has come.
    pub fn settle(&mut self, tried: &Untried) {
        self.mailings.retain(|id| !tried.mailings.contains(id));
        self.site &= !tried.site;
    }
}

/// The state of things; none before the first reading has ended.
#[derive(Clone, Default)]
pub(super) struct Stand {
    /// True once the programme was read, well or not.
    pub is_read: bool,
    /// The last good state.
    pub snapshot: Option<Arc<Snapshot>>,
}

/// The variants of a mailing at a commit; none where that cannot be told.
type Earlier = Option<Arc<Vec<VariantText>>>;

pub(super) struct State {
    pub root: PathBuf,
    pub host: Arc<dyn Host>,
    /// The names that requests may call us by, next to addresses.
    pub names: Vec<String>,
    /// What everybody has to show where others can reach us.
    pub key: Option<String>,
    /// The address that opens an editor; see [`Options::editor`].
    pub editor: Option<String>,
    /// What a POST has to know.
    pub token: String,
    stand: watch::Sender<Stand>,
    trouble: Mutex<Trouble>,
    /// What the terminal was last told to be broken.
    reported: Mutex<Trouble>,
    faces: Mutex<BTreeMap<MailingId, Face>>,
    recent: Mutex<VecDeque<(MailingId, ContactId)>>,
    good: Mutex<VecDeque<(String, Arc<[u8]>)>>,
    site: Mutex<Option<Arc<Snapshot>>>,
    untried: Mutex<Untried>,
    journals: Mutex<BTreeMap<MailingId, Arc<Journal>>>,
    reviews: Mutex<BTreeMap<MailingId, Review>>,
    earlier: Mutex<BTreeMap<(String, MailingId), Earlier>>,
    events: broadcast::Sender<Event>,
    changes: Mutex<VecDeque<(u64, Duration)>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    pub fn new(root: PathBuf, host: Arc<dyn Host>, names: Vec<String>, options: &Options) -> Self {
        State {
            root,
            host,
            names,
            key: options.key.clone(),
            editor: options.editor.clone(),
            token: token(),
            stand: watch::Sender::new(Stand::default()),
            trouble: Mutex::default(),
            reported: Mutex::default(),
            faces: Mutex::default(),
            recent: Mutex::default(),
            good: Mutex::default(),
            site: Mutex::default(),
            untried: Mutex::default(),
            journals: Mutex::default(),
            reviews: Mutex::default(),
            earlier: Mutex::default(),
            events: broadcast::Sender::new(64),
            changes: Mutex::default(),
        }
    }

    /// The last good snapshot, once the programme was read; `None` where there never was one.
    pub async fn snapshot(&self) -> Option<Arc<Snapshot>> {
        let mut stand = self.stand.subscribe();
        let read = stand.wait_for(|stand| stand.is_read).await.ok()?;
        read.snapshot.clone()
    }

    /// The state of things now.
    pub fn stand(&self) -> Stand {
        self.stand.borrow().clone()
    }

    /// From now on this is the last good state; without one, the reading has failed.
    pub fn settle(&self, snapshot: Option<Arc<Snapshot>>) {
        self.stand.send_modify(|stand| {
            stand.is_read = true;
            stand.snapshot = snapshot.or(stand.snapshot.take());
        });
    }

    /// Changes what is known to be broken; true where that made a difference.
    pub fn update_trouble(&self, change: impl FnOnce(&mut Trouble)) -> bool {
        let mut trouble = lock(&self.trouble);
        let before = trouble.clone();
        change(&mut trouble);
        *trouble != before
    }

    pub fn trouble(&self) -> Trouble {
        lock(&self.trouble).clone()
    }

    /// Tells the terminal what is broken now, where that is not what it was told last.
    pub fn report(&self) {
        let now = self.trouble();
        let before = std::mem::replace(&mut *lock(&self.reported), now.clone());
        match (before.is_none(), now.is_none()) {
            (true, true) => {}
            (false, true) => self.host.say(Said::Mended),
            _ if now.all() == before.all() => {}
            _ => self.host.say(Said::Broken(&now.all())),
        }
    }

    /// Tells browsers what is shown anew, and then what is still broken.
    pub fn publish(&self, ids: &[String], noticed: Duration) {
        let number = {
            let mut changes = lock(&self.changes);
            let number = changes.back().map_or(1, |(number, _)| number + 1);
            changes.push_back((number, noticed));
            if changes.len() > REMEMBERED {
                changes.pop_front();
            }
            number
        };
        if !ids.is_empty() {
            self.tell(Event { name: "reload", data: json!({ "ids": ids, "change": number }).to_string() });
        }
        self.publish_trouble();
    }

    /// Tells browsers what is broken, if anything is.
    pub fn publish_trouble(&self) {
        self.broken().into_iter().for_each(|event| self.tell(event));
    }

    /// What is broken, as an event.
    pub fn broken(&self) -> Option<Event> {
        let trouble = lock(&self.trouble);
        (!trouble.is_none()).then(|| trouble.event())
    }

    pub fn tell(&self, event: Event) {
        // Nobody may be listening.
        let _ = self.events.send(event);
    }

    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// When a change was noticed.
    pub fn noticed(&self, change: u64) -> Option<Duration> {
        lock(&self.changes).iter().find(|(number, _)| *number == change).map(|(_, noticed)| *noticed)
    }

    /// Remembers that somebody looks at a message.
    pub fn remember(&self, mailing: &MailingId, contact: &ContactId) {
        let mut recent = lock(&self.recent);
        recent.retain(|(known, who)| (known, who) != (mailing, contact));
        recent.push_back((mailing.clone(), contact.clone()));
        if recent.len() > REMEMBERED {
            recent.pop_front();
        }
    }

    /// The messages of these mailings that somebody looked at last.
    pub fn watched(&self, mailings: &BTreeSet<MailingId>) -> Vec<(MailingId, ContactId)> {
        let recent = lock(&self.recent);
        let concerned = recent.iter().rev().filter(|(mailing, _)| mailings.contains(mailing));
        concerned.take(AT_ONCE).cloned().collect()
    }

    /// Whose messages of a mailing somebody looks at.
    pub fn looked_at(&self, mailing: &MailingId) -> Vec<ContactId> {
        lock(&self.recent).iter().filter(|(known, _)| known == mailing).map(|(_, contact)| contact.clone()).collect()
    }

    /// Keeps a part that was rendered well.
    pub fn keep_good(&self, path: &str, bytes: &Arc<[u8]>) {
        let mut good = lock(&self.good);
        good.retain(|(known, _)| known != path);
        good.push_back((path.to_owned(), Arc::clone(bytes)));
        if good.len() > REMEMBERED {
            good.pop_front();
        }
    }

    /// A part as it was last rendered well.
    pub fn last_good(&self, path: &str) -> Option<Arc<[u8]>> {
        lock(&self.good).iter().find(|(known, _)| known == path).map(|(_, bytes)| Arc::clone(bytes))
    }

    pub fn set_faces(&self, faces: Vec<Face>, planned: &BTreeSet<MailingId>) {
        let mut known = lock(&self.faces);
        for mut face in faces {
            // A mailing keeps its name while the text of its first reader is broken.
            let before = known.remove(&face.mailing).and_then(|face| face.subject);
            if !face.errors.is_empty() {
                face.subject = before.or(face.subject);
            }
            known.insert(face.mailing.clone(), face);
        }
        known.retain(|id, _| planned.contains(id));
    }

    pub fn face(&self, mailing: &MailingId) -> Option<Face> {
        lock(&self.faces).get(mailing).cloned()
    }

    pub fn set_site(&self, snapshot: &Arc<Snapshot>) {
        *lock(&self.site) = Some(Arc::clone(snapshot));
    }

    /// The snapshot whose site was last rendered well.
    pub fn last_site(&self) -> Option<Arc<Snapshot>> {
        lock(&self.site).clone()
    }

    /// What has changed and was not tried yet.
    pub fn untried(&self) -> MutexGuard<'_, Untried> {
        lock(&self.untried)
    }

    /// Takes note of how far the approval of a mailing is.
    pub fn set_review(&self, mailing: &MailingId, review: Option<Review>) {
        let mut reviews = lock(&self.reviews);
        match review {
            Some(review) => _ = reviews.insert(mailing.clone(), review),
            None => _ = reviews.remove(mailing),
        }
    }

    /// How far the approval of a mailing was when somebody last asked.
    pub fn review(&self, mailing: &MailingId) -> Option<Review> {
        lock(&self.reviews).get(mailing).cloned()
    }

    /// The variants of a mailing as they were at a commit, which never change.
    pub fn variants_at(&self, commit: &str, mailing: &MailingId) -> Earlier {
        let key = (commit.to_owned(), mailing.clone());
        if let Some(known) = lock(&self.earlier).get(&key) {
            return known.clone();
        }
        let found = self.host.variants_at(commit, mailing).map(Arc::new);
        lock(&self.earlier).insert(key, found.clone());
        found
    }

    /// Forgets what was read of the journals.
    pub fn forget_journals(&self) {
        lock(&self.journals).clear();
    }

    /// What became of a mailing's messages.
    pub fn journal(&self, mailing: &MailingId) -> Arc<Journal> {
        if let Some(journal) = lock(&self.journals).get(mailing) {
            return Arc::clone(journal);
        }
        // What cannot be read there is said by the commands that need it.
        let journal = Arc::new(load::journals::read(&self.root, mailing, &[], &mut Vec::new()).unwrap_or_default());
        lock(&self.journals).insert(mailing.clone(), Arc::clone(&journal));
        journal
    }
}

/// 128 bits that nobody can guess.
pub fn token() -> String {
    let bytes: [u8; 16] = ring::rand::generate(&SystemRandom::new()).expect("the system has randomness").expose();
    HEXLOWER.encode(&bytes)
}
