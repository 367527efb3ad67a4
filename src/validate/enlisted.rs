//! The list of contacts while it is drawn up: nobody's id or address stands there twice, also not in an entry that is wrong
//! elsewhere.

use std::collections::{HashMap, HashSet};
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
    /// Who is there but could not be read: what refers to them is not wrong.
    pub faulty: HashSet<ContactId>,
    /// True where a whole file could not be read.
    pub is_torn: bool,
    /// The files they stand in.
    pub files: Vec<Arc<SourceFile>>,
}

/// An entry of a list as far as it could be read, with the folded address.
pub(super) enum Entry {
    /// A contact.
    Sound(Contact, Option<String>),
    /// One that is wrong somewhere, and that was said.
    Broken(Broken),
}

/// What is known of an entry that is wrong somewhere.
pub(super) struct Broken {
    pub id: Option<ContactId>,
    pub email: Option<EmailAddress>,
    pub origin: Origin,
}

/// Who has an address: their position on the list, or among the broken entries.
#[derive(Clone, Copy)]
enum Holder {
    Listed(u32),
    Broken(usize),
}

/// The list while it is drawn up.
pub(super) struct Enlisted {
    list: Vec<Contact>,
    by_id: HashMap<ContactId, u32>,
    by_address: HashMap<String, Holder>,
    broken: Vec<Broken>,
    broken_by_id: HashMap<ContactId, usize>,
    /// Whole files could not be read.
    pub is_torn: bool,
    files: Vec<Arc<SourceFile>>,
}

impl Enlisted {
    /// A list of some `count` entries of these files.
    pub fn new(files: Vec<Arc<SourceFile>>, count: usize) -> Self {
        Enlisted {
            list: Vec::with_capacity(count),
            by_id: HashMap::with_capacity(count),
            by_address: HashMap::with_capacity(count),
            broken: Vec::new(),
            broken_by_id: HashMap::new(),
            is_torn: false,
            files,
        }
    }

    /// Adds an entry: to the list, if it is a contact whose id nobody before had.
    pub fn add(&mut self, entry: Entry, found: &mut Vec<Diagnostic>) {
        match entry {
            Entry::Sound(contact, folded) => {
                if self.is_taken(&contact.id, contact.origin, found) {
                    return;
                }
                let index = u32::try_from(self.list.len()).expect("fewer than 2^32 contacts");
                if let (Some(email), Some(folded)) = (&contact.email, folded) {
                    self.hold(email, folded, Holder::Listed(index), contact.origin, found);
                }
                self.by_id.insert(contact.id.clone(), index);
                self.list.push(contact);
            }
            Entry::Broken(broken) => {
                if broken.id.as_ref().is_some_and(|id| self.is_taken(id, broken.origin, found)) {
                    return;
                }
                if let Some(email) = &broken.email {
                    let holder = Holder::Broken(self.broken.len());
                    self.hold(email, email.folded_without_tag(), holder, broken.origin, found);
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

    /// Notes who has an address, and says so where somebody before has it.
    fn hold(
        &mut self,
        email: &EmailAddress,
        folded: String,
        holder: Holder,
        origin: Origin,
        found: &mut Vec<Diagnostic>,
    ) {
        let Some(first) = self.by_address.insert(folded, holder) else { return };
        let id = match first {
            Holder::Listed(first) => Some(&self.list[first as usize].id),
            Holder::Broken(first) => self.broken[first].id.as_ref(),
        };
        let first = id.map_or_else(|| "an entry without an id".to_owned(), |id| format!("`{id}`"));
        let document = self.document(origin);
        let error = spot(&document, origin)
            .key("email")
            .error("duplicate-address", format!("`{email}` is also the address of {first}"));
        found.push(error.hint("one person, one contact: or everything reaches them twice"));
    }

    fn document(&self, origin: Origin) -> Document {
        Document::whole(&self.files[origin.file as usize])
    }

    /// The list.
    pub fn finish(self) -> Contacts {
        let Enlisted { list, by_id, by_address: _, broken: _, broken_by_id, is_torn, files } = self;
        let faulty = broken_by_id.into_keys().collect();
        Contacts { list: list.into(), by_id: Arc::new(by_id), faulty, is_torn, files }
    }
}

fn spot<'d>(document: &'d Document, origin: Origin) -> NodePath<'d> {
    NodePath::root(document).item(origin.item as usize)
}
