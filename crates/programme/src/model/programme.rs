//! The whole programme, validated: settings, contacts, plans, ledgers and content.

use std::collections::{BTreeMap, HashMap};
use std::ops::Index;
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::contact::Contact;
use crate::model::content::{Asset, Content};
use crate::model::forgotten::Forgotten;
use crate::model::id::{ContactId, MailingId};
use crate::model::language::Language;
use crate::model::ledger::{Referral, Touch, WallEntry};
use crate::model::mailing::{Mailing, Plan};
use crate::model::meeting::{Meeting, Service};
use crate::model::review::Question;
use crate::model::settings::Settings;
use crate::model::value::ValuePoint;
use source::SourceFile;

/// Everybody on the list. Programmes read one after the other share it while the contact files stay the same, and share whoever
/// stands in a file that did; whoever changes it gets a copy of their own.
#[derive(Debug, Clone, Default)]
pub struct People(Arc<Vec<Arc<Contact>>>);

/// Goes through the list.
pub type PeopleIter<'p> = std::iter::Map<std::slice::Iter<'p, Arc<Contact>>, fn(&'p Arc<Contact>) -> &'p Contact>;

impl People {
    /// True where both are the very same list, not only an equal one.
    pub fn is(&self, other: &People) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True where there is nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Who stands at a position.
    pub fn get(&self, position: usize) -> Option<&Contact> {
        self.0.get(position).map(Arc::as_ref)
    }

    /// Everybody, in the order of the list.
    pub fn iter(&self) -> PeopleIter<'_> {
        self.0.iter().map(Arc::as_ref)
    }

    /// The same, on all cores.
    pub fn par_iter(&self) -> impl IndexedParallelIterator<Item = &Contact> {
        self.0.par_iter().map(Arc::as_ref)
    }

    /// The list as it is shared.
    pub fn shared(&self) -> &[Arc<Contact>] {
        &self.0
    }

    /// Adds somebody at the end.
    pub fn push(&mut self, contact: Contact) {
        Arc::make_mut(&mut self.0).push(Arc::new(contact));
    }

    /// Everybody, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Contact> {
        Arc::make_mut(&mut self.0).iter_mut().map(Arc::make_mut)
    }
}

impl From<Vec<Arc<Contact>>> for People {
    fn from(list: Vec<Arc<Contact>>) -> Self {
        People(Arc::new(list))
    }
}

impl Index<usize> for People {
    type Output = Contact;

    fn index(&self, position: usize) -> &Contact {
        &self.0[position]
    }
}

impl<'p> IntoIterator for &'p People {
    type Item = &'p Contact;
    type IntoIter = PeopleIter<'p>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A programme that holds together.
#[derive(Debug)]
pub struct Programme {
    /// `bevara.yaml`.
    pub settings: Settings,
    /// Every contact, in the order of the files and of the items in them.
    pub contacts: People,
    /// Who must be left alone, next to tier D.
    pub wall: Vec<WallEntry>,
    /// Who asked to be forgotten, a line a trace (R27).
    pub forgotten: Vec<Forgotten>,
    /// The year plans, by year.
    pub plans: BTreeMap<i16, Plan>,
    /// The referral ledger.
    pub referrals: Vec<Referral>,
    /// What people did.
    pub touches: Vec<Touch>,
    /// Meetings that were agreed on, done or not (R30).
    pub meetings: Vec<Meeting>,
    /// What we offer.
    pub services: Vec<Service>,
    /// What customers value, and the words of theirs that we have (R31).
    pub values: Vec<ValuePoint>,
    /// The question bank for account reviews (R15), in its own order.
    pub questions: Vec<Question>,
    /// Mailing contents by their path below `content/`, without language and suffix.
    pub contents: BTreeMap<String, Content>,
    /// Pages by their path below `content/pages/`, without language and suffix.
    pub pages: BTreeMap<String, Content>,
    /// The standing text, a file a language (R2).
    pub keep_in_mind: Content,
    /// Texts of the templates: language, then key.
    pub strings: BTreeMap<Language, BTreeMap<String, String>>,
    /// Templates below `templates/`, by name.
    pub templates: BTreeMap<String, Arc<SourceFile>>,
    /// Pictures and attachments below `content/`, by path below `content/`.
    pub assets: BTreeMap<String, Asset>,
    /// The ids of mailings that have a journal, and whether it tells of more than letters posted; see
    /// [`is_begun`](Programme::is_begun).
    pub journals: BTreeMap<String, bool>,
    /// The files that list items came from.
    pub files: Vec<Arc<SourceFile>>,
    /// Contacts by id: positions in `contacts`.
    pub by_id: Arc<HashMap<ContactId, u32>>,
}

impl Programme {
    /// The contact with this id.
    pub fn contact(&self, id: &ContactId) -> Option<&Contact> {
        self.by_id.get(id).map(|&index| &self.contacts[index as usize])
    }

    /// The contact whose message has this key.
    pub fn contact_of(&self, key: &ContactId) -> Option<&Contact> {
        self.by_id.get(key.parts().0).map(|&index| &self.contacts[index as usize])
    }

    /// Every mailing of every year, in the order of the plans.
    pub fn mailings(&self) -> impl Iterator<Item = &Mailing> {
        self.plans.values().flat_map(|plan| &plan.mailings)
    }

    /// The mailing with this id.
    pub fn mailing(&self, id: &str) -> Option<&Mailing> {
        self.mailings().find(|mailing| mailing.id.as_str() == id)
    }

    /// True where something of a mailing was sent, or at least tried.
    pub fn is_begun(&self, mailing: &MailingId) -> bool {
        self.journals.contains_key(mailing.as_str())
    }

    /// True where a message of a mailing was sent, or at least tried; its letters may go to the post days before.
    pub fn is_begun_by_mail(&self, mailing: &MailingId) -> bool {
        self.journals.get(mailing.as_str()).is_some_and(|&by_mail| by_mail)
    }

    /// The content of a mailing; validation made sure that it is there.
    pub fn content(&self, mailing: &Mailing) -> &Content {
        &self.contents[mailing.content.as_ref()]
    }
}
