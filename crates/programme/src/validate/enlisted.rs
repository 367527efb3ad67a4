//! The list of contacts while it is drawn up: nobody's id or address stands there twice, also not in an entry that is wrong
//! elsewhere.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::node_path::NodePath;
use crate::model::contact::{Contact, Origin};
use crate::model::id::ContactId;
use crate::model::programme::People;
use mail::address::EmailAddress;
use source::SourceFile;
use source::diagnostic::Diagnostic;
use yaml::Document;

/// Everybody, and who was read before.
#[derive(Default)]
pub struct Contacts {
    /// Every contact that could be read, in the order of the files.
    pub list: People,
    /// Position by id.
    pub by_id: Arc<HashMap<ContactId, u32>>,
    /// Position of the first who has a mailbox, by its folded address.
    pub by_mailbox: HashMap<String, u32>,
    /// Who is there but could not be read: what refers to them is not wrong.
    pub faulty: HashSet<ContactId>,
    /// True where an entry has no id: who is not known may be that one.
    pub has_nameless: bool,
    /// True where a whole file could not be read.
    pub is_torn: bool,
    /// The files they stand in.
    pub files: Vec<Arc<SourceFile>>,
    /// What is known of each of these files; `None` where not everybody in it is on the list.
    whole: Vec<Option<Whole>>,
}

/// A file that everybody in it could be read of.
struct Whole {
    /// Where on the list they stand.
    listed: Range<usize>,
    /// What was found in the file.
    found: Vec<Diagnostic>,
}

impl Contacts {
    /// The contacts of the `number`th file and what was found in it, where it is the very same still and everybody could be read.
    pub fn of_same(&self, number: usize, file: &Arc<SourceFile>) -> Option<(&[Arc<Contact>], &[Diagnostic])> {
        let same = self.files.get(number).is_some_and(|known| Arc::ptr_eq(known, file));
        let whole = self.whole.get(number).filter(|_| same)?.as_ref()?;
        Some((&self.list.shared()[whole.listed.clone()], &whole.found))
    }
}

/// An entry of a list as far as it could be read, with the folded address.
pub(super) enum Entry {
    /// A contact.
    Sound(Arc<Contact>, Option<String>),
    /// One that is wrong somewhere, and that was said.
    Broken(Broken),
}

/// What is known of an entry that is wrong somewhere.
pub(super) struct Broken {
    pub id: Option<ContactId>,
    pub email: Option<EmailAddress>,
    pub origin: Origin,
}

/// The list while it is drawn up.
pub(super) struct Enlisted {
    list: Vec<Arc<Contact>>,
    by_id: HashMap<ContactId, u32>,
    by_mailbox: HashMap<String, u32>,
    broken: Vec<Broken>,
    broken_by_id: HashMap<ContactId, usize>,
    broken_by_mailbox: HashMap<String, usize>,
    /// Whole files could not be read.
    is_torn: bool,
    files: Vec<Arc<SourceFile>>,
    whole: Vec<Option<Whole>>,
}

impl Enlisted {
    /// A list of some `count` entries of these files.
    pub fn new(files: Vec<Arc<SourceFile>>, count: usize) -> Self {
        Enlisted {
            list: Vec::with_capacity(count),
            by_id: HashMap::with_capacity(count),
            by_mailbox: HashMap::with_capacity(count),
            broken: Vec::new(),
            broken_by_id: HashMap::new(),
            broken_by_mailbox: HashMap::new(),
            is_torn: false,
            whole: Vec::with_capacity(files.len()),
            files,
        }
    }

    /// Adds what the next file holds, and what was found in it.
    pub fn add_file(&mut self, entries: Vec<Entry>, own: Vec<Diagnostic>, found: &mut Vec<Diagnostic>) {
        self.is_torn |= own.iter().any(|finding| finding.code == "yaml");
        let (first, last) = (self.list.len(), self.list.len() + entries.len());
        found.extend_from_slice(&own);
        let before = found.len();
        entries.into_iter().for_each(|entry| self.add(entry, found));
        let is_whole = self.list.len() == last && found.len() == before;
        self.whole.push(is_whole.then_some(Whole { listed: first..last, found: own }));
    }

    /// Adds an entry: to the list, if it is a contact whose id nobody before had.
    fn add(&mut self, entry: Entry, found: &mut Vec<Diagnostic>) {
        match entry {
            Entry::Sound(contact, folded) => {
                if self.is_taken(&contact.id, contact.origin, found) {
                    return;
                }
                let index = u32::try_from(self.list.len()).expect("fewer than 2^32 contacts");
                if let (Some(email), Some(folded)) = (&contact.email, folded)
                    && !self.is_held(email, &folded, contact.origin, found)
                {
                    self.by_mailbox.insert(folded, index);
                }
                self.by_id.insert(contact.id.clone(), index);
                self.list.push(contact);
            }
            Entry::Broken(broken) => {
                if broken.id.as_ref().is_some_and(|id| self.is_taken(id, broken.origin, found)) {
                    return;
                }
                if let Some(email) = &broken.email {
                    let folded = email.folded_without_tag();
                    if !self.is_held(email, &folded, broken.origin, found) {
                        self.broken_by_mailbox.insert(folded, self.broken.len());
                    }
                }
                self.broken_by_id.extend(broken.id.clone().map(|id| (id, self.broken.len())));
                self.broken.push(broken);
            }
        }
    }

    /// True where an entry before has the id, which is said.
    fn is_taken(&self, id: &ContactId, origin: Origin, found: &mut Vec<Diagnostic>) -> bool {
        let listed = self.by_id.get(id).map(|&first| self.list[first as usize].origin);
        let broken = || self.broken_by_id.get(id).map(|&first| self.broken[first].origin);
        let Some(first) = listed.or_else(broken) else { return false };
        let document = self.document(origin);
        let error = spot(&document, origin).key("id").error("duplicate-id", format!("the id `{id}` is taken"));
        found.push(error.hint(format!("the first stands in {}", self.files[first.file as usize].path())));
        true
    }

    /// True where an entry before has the mailbox, which is said.
    fn is_held(&self, email: &EmailAddress, folded: &str, origin: Origin, found: &mut Vec<Diagnostic>) -> bool {
        let listed = self.by_mailbox.get(folded).map(|&first| Some(&self.list[first as usize].id));
        let broken = || self.broken_by_mailbox.get(folded).map(|&first| self.broken[first].id.as_ref());
        let Some(id) = listed.or_else(broken) else { return false };
        let first = id.map_or_else(|| "an entry without an id".to_owned(), |id| format!("`{id}`"));
        let document = self.document(origin);
        let error = spot(&document, origin)
            .key("email")
            .error("duplicate-address", format!("`{email}` is also the address of {first}"));
        found.push(error.hint("one person, one contact: or everything reaches them twice"));
        true
    }

    fn document(&self, origin: Origin) -> Document {
        Document::whole(&self.files[origin.file as usize])
    }

    /// The list.
    pub fn finish(self) -> Contacts {
        let has_nameless = self.broken.iter().any(|entry| entry.id.is_none());
        Contacts {
            list: self.list.into(),
            by_id: Arc::new(self.by_id),
            by_mailbox: self.by_mailbox,
            faulty: self.broken_by_id.into_keys().collect(),
            has_nameless,
            is_torn: self.is_torn,
            files: self.files,
            whole: self.whole,
        }
    }
}

fn spot<'d>(document: &'d Document, origin: Origin) -> NodePath<'d> {
    NodePath::root(document).item(origin.item as usize)
}
