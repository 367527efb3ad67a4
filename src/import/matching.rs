//! Whom a row is about: known by id, by mailbox in any spelling, by telephone, or by name and firm. What is only likely is
//! never taken for certain.

use std::collections::HashMap;

use mail::address::EmailAddress;
use rayon::prelude::*;

use super::fields::Key;
use super::rows::{Said, Values};
use crate::model::contact::Contact;
use crate::model::forgotten::{Traces, fold_firm, fold_name};
use crate::model::language::Country;
use crate::model::programme::Programme;

/// How many may share a telephone number, or are named as candidates.
const MOST_HOLDERS: usize = 20;

/// Somebody a row may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// A contact, by position.
    Known(usize),
    /// Somebody of an earlier row, by its position among the rows.
    Earlier(usize),
}

/// Whom a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// Nobody we know.
    Nobody,
    /// Certainly this one.
    Certain(Who),
    /// Perhaps one of these, and why that is not certain.
    Doubtful(Vec<Who>, String),
}

/// What somebody is compared by.
#[derive(Debug, Clone, Default)]
pub struct Sketch {
    name: String,
    firm: String,
    /// The firm's name stands for a person's.
    is_firm: bool,
    traces: Traces,
}

impl Sketch {
    /// What a contact is compared by; a telephone number without a calling code is one of their country, or of `home`.
    fn of(contact: &Contact, home: Country) -> Self {
        let name = contact.name.full();
        let firm = contact.company.as_ref().map_or("", |firm| firm.as_str());
        Sketch::new(&name, firm, Traces::of(contact, home))
    }

    /// What the values of a row are compared by.
    pub fn of_values(values: &Values, home: Country) -> Self {
        Sketch::new(&full_name(values), text(values, "company").unwrap_or_default(), traces_of(values, home))
    }

    /// What they may have been forgotten by.
    pub fn traces(&self) -> &Traces {
        &self.traces
    }

    fn new(name: &str, firm: &str, traces: Traces) -> Self {
        let folded = fold_firm(firm);
        let is_firm = !folded.is_empty() && fold_firm(name) == folded;
        Sketch { name: fold_name(name), firm: folded, is_firm, traces }
    }
}

/// Everybody a row may be about, by what they are known by.
pub struct Register {
    by_id: HashMap<String, Who>,
    by_mailbox: HashMap<String, Who>,
    by_phone: HashMap<String, Vec<Who>>,
    /// By name, then by firm; the empty firm is that of who has none.
    by_name: HashMap<String, HashMap<String, Vec<Who>>>,
    known: Vec<Sketch>,
    earlier: HashMap<usize, Sketch>,
}

impl Register {
    /// Everybody of a programme.
    pub fn new(programme: &Programme) -> Self {
        let home = programme.settings.country;
        let contacts = &programme.contacts;
        let mut register = Register {
            by_id: HashMap::with_capacity(contacts.len()),
            by_mailbox: HashMap::with_capacity(contacts.len()),
            by_phone: HashMap::with_capacity(contacts.len()),
            by_name: HashMap::with_capacity(contacts.len()),
            known: contacts.par_iter().map(|contact| Sketch::of(contact, home)).collect(),
            earlier: HashMap::new(),
        };
        let known = std::mem::take(&mut register.known);
        for (position, (contact, sketch)) in contacts.iter().zip(&known).enumerate() {
            register.add(Who::Known(position), contact.id.as_str(), sketch, &[]);
        }
        register.known = known;
        register
    }

    /// Adds somebody whom a row brings.
    pub fn note(&mut self, row: usize, id: &str, sketch: Sketch, mailboxes: &[EmailAddress]) {
        self.add(Who::Earlier(row), id, &sketch, mailboxes);
        self.earlier.insert(row, sketch);
    }

    /// Takes note of the mailboxes by which a row knows somebody.
    pub fn note_mailboxes(&mut self, who: Who, mailboxes: &[EmailAddress]) {
        for mailbox in mailboxes {
            self.by_mailbox.entry(mailbox.folded_without_tag()).or_insert(who);
        }
    }

    fn add(&mut self, who: Who, id: &str, sketch: &Sketch, mailboxes: &[EmailAddress]) {
        self.by_id.entry(id.to_owned()).or_insert(who);
        if let Some(mailbox) = &sketch.traces.mailbox {
            self.by_mailbox.entry(mailbox.clone()).or_insert(who);
        }
        self.note_mailboxes(who, mailboxes);
        if let Some(phone) = &sketch.traces.phone {
            self.by_phone.entry(phone.clone()).or_default().push(who);
        }
        if !sketch.name.is_empty() {
            self.by_name.entry(sketch.name.clone()).or_default().entry(sketch.firm.clone()).or_default().push(who);
        }
    }

    fn sketch(&self, who: Who) -> &Sketch {
        match who {
            Who::Known(position) => &self.known[position],
            Who::Earlier(row) => &self.earlier[&row],
        }
    }

    /// Whom a row is about.
    pub fn find(&self, said: &Said, sketch: &Sketch) -> Match {
        let by_id = text(&said.values, "id").and_then(|id| self.by_id.get(id)).copied();
        let mut by_mailbox: Vec<Who> = Vec::new();
        for mailbox in &said.mailboxes {
            if let Some(&who) = self.by_mailbox.get(&mailbox.folded_without_tag())
                && !by_mailbox.contains(&who)
            {
                by_mailbox.push(who);
            }
        }
        if let Some(who) = by_id {
            // The first mailbox is the one that would be written.
            return match by_mailbox.first() {
                Some(&other) if other != who => Match::Doubtful(
                    vec![who, other],
                    "the id is that of one contact, the mailbox that of another".into(),
                ),
                _ => Match::Certain(who),
            };
        }
        // An id that nobody has yet says that this is somebody new, whoever they look like.
        if text(&said.values, "id").is_some() && by_mailbox.is_empty() {
            return Match::Nobody;
        }
        match by_mailbox.as_slice() {
            [] => {}
            [who] => return self.by_mailbox(*who, sketch),
            several => return Match::Doubtful(several.to_vec(), "its mailboxes are those of several contacts".into()),
        }
        self.by_phone(sketch).or_else(|| self.by_name(sketch)).unwrap_or(Match::Nobody)
    }

    /// A mailbox is somebody's own, unless two names that have nothing in common share it.
    fn by_mailbox(&self, who: Who, sketch: &Sketch) -> Match {
        let known = self.sketch(who);
        match sketch.name.is_empty() || share_a_word(&known.name, &sketch.name) || known.is_firm || sketch.is_firm {
            true => Match::Certain(who),
            false => Match::Doubtful(vec![who], "the mailbox is the same, the name is another".into()),
        }
    }

    /// A number is shared by whole offices: it counts with the name.
    fn by_phone(&self, sketch: &Sketch) -> Option<Match> {
        let holders = self.by_phone.get(sketch.traces.phone.as_ref()?)?;
        // A number that so many have is a switchboard's, and says nothing.
        if holders.len() > MOST_HOLDERS {
            return None;
        }
        let same_name = holders.iter().copied().filter(|who| self.sketch(*who).name == sketch.name);
        let same_name: Vec<Who> = same_name.collect();
        if !sketch.name.is_empty() {
            match same_name.as_slice() {
                [who] => return Some(Match::Certain(*who)),
                [] => {}
                several => {
                    return Some(Match::Doubtful(
                        several.to_vec(),
                        "several contacts have this telephone and name".into(),
                    ));
                }
            }
        }
        let alike = holders.iter().copied().filter(|who| {
            let known = self.sketch(*who);
            let one_is_nobody = sketch.name.is_empty() || known.is_firm || sketch.is_firm;
            // Colleagues are told apart by their mailboxes.
            let both_have_mail = known.traces.mailbox.is_some() && sketch.traces.mailbox.is_some();
            share_a_word(&known.name, &sketch.name) || one_is_nobody && !both_have_mail
        });
        let alike: Vec<Who> = alike.collect();
        (!alike.is_empty()).then(|| Match::Doubtful(alike, "the telephone is the same, the name is not quite".into()))
    }

    /// A name counts with the firm.
    fn by_name(&self, sketch: &Sketch) -> Option<Match> {
        let namesakes = self.by_name.get(&sketch.name).filter(|_| !sketch.name.is_empty())?;
        let doubtful = |whom: Vec<Who>, why: &str| Some(Match::Doubtful(whom, why.to_owned()));
        match namesakes.get(&sketch.firm).map_or(&[][..], Vec::as_slice) {
            [who] if !sketch.firm.is_empty() => {
                let known = &self.sketch(*who).traces;
                let differ =
                    |one: &Option<String>, other: &Option<String>| one.is_some() && other.is_some() && one != other;
                return match differ(&known.mailbox, &sketch.traces.mailbox) {
                    true => doubtful(vec![*who], "name and firm are the same, the mailbox is another"),
                    false => Some(Match::Certain(*who)),
                };
            }
            [] => {}
            several => {
                let why = if sketch.firm.is_empty() {
                    "the name is the same, and no firm tells them apart"
                } else {
                    "several contacts have this name and firm"
                };
                return doubtful(several.to_vec(), why);
            }
        }
        // Where only one side says the firm, it may be the same person.
        let mut half: Vec<Who> = match sketch.firm.is_empty() {
            true => namesakes.values().flatten().copied().collect(),
            false => namesakes.get("").cloned().unwrap_or_default(),
        };
        half.sort_unstable();
        half.truncate(MOST_HOLDERS);
        match half.is_empty() {
            true => None,
            false => doubtful(half, "the name is the same, and only one of the two has a firm"),
        }
    }
}

fn share_a_word(one: &str, other: &str) -> bool {
    one.split(' ').any(|word| !word.is_empty() && other.split(' ').any(|known| known == word))
}

/// The text of a value.
pub fn text<'v>(values: &'v Values, path: &str) -> Option<&'v str> {
    match values.get(&Key::of(path))? {
        super::values::Value::Text(text) => Some(text),
        super::values::Value::List(_) => None,
    }
}

/// Given and family name.
pub fn full_name(values: &Values) -> String {
    let parts = [text(values, "name.given"), text(values, "name.family")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The country of an address, or `home`.
pub fn country_of(values: &Values, home: Country) -> Country {
    text(values, "address.country").and_then(|code| code.parse().ok()).unwrap_or(home)
}

/// What somebody may have been forgotten by.
pub fn traces_of(values: &Values, home: Country) -> Traces {
    let name = full_name(values);
    let email = text(values, "email").and_then(|email| email.parse::<EmailAddress>().ok());
    let name = Some(name.as_str()).filter(|name| !name.is_empty());
    Traces::new(name, text(values, "company"), email.as_ref(), text(values, "phone"), country_of(values, home))
}
