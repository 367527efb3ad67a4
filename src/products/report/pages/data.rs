//! What every page of the report is written from: the plan's numbers, the words, and who has a page of their own.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::model::contact::{Contact, Tier};
use crate::model::id::{ContactId, TeamId};
use crate::model::mailing::Mailing;
use crate::model::meeting::Service;
use crate::model::programme::Programme;
use crate::model::text::{Line, Localised};
use crate::plan::Memory;
use crate::plan::agenda::Agenda;
use crate::plan::measure::Measures;
use crate::render::local_words::LocalWords;
use crate::render::locale::spoken;

/// Rows of a list of many; the worst come first, and how many there are is said.
pub(super) const ROWS: usize = 200;

/// Up to this many active contacts everybody has a page and a review sheet; above, whoever is asked for.
pub const PAGES: usize = 400;

/// Who has a page of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linked {
    /// Every active contact.
    All,
    /// These.
    Some(HashSet<ContactId>),
}

impl Linked {
    /// Everybody where they are few, else the `wanted`.
    pub fn new(active: usize, wanted: HashSet<ContactId>) -> Self {
        if active <= PAGES { Linked::All } else { Linked::Some(wanted) }
    }

    /// True where this contact has a page.
    pub fn has(&self, contact: &Contact) -> bool {
        contact.tier().is_some()
            && match self {
                Linked::All => true,
                Linked::Some(wanted) => wanted.contains(&contact.id),
            }
    }
}

/// Everything the report is written from.
pub struct ReportData<'d, 'p> {
    /// What the programme remembers.
    pub memory: &'d Memory<'p>,
    /// How it is doing.
    pub measures: &'d Measures<'p>,
    /// What is to be done around today.
    pub agenda: &'d Agenda<'p>,
    /// In which words.
    pub words: LocalWords,
    /// Who has a page.
    pub linked: Linked,
}

impl<'p> ReportData<'_, 'p> {
    /// The programme.
    pub(super) fn programme(&self) -> &'p Programme {
        self.memory.programme
    }

    /// A contact as pages show them.
    pub(super) fn who(&self, contact: &Contact) -> Value {
        json!({
            "id": contact.id.as_str(),
            "name": contact.name.full(),
            "company": contact.company.as_ref().map(|company| company.as_str()),
            "tier": contact.tier().map(Tier::letter),
            "linked": self.linked.has(contact) && !self.memory.is_walled(self.memory.position(contact)),
        })
    }

    /// What a mailing is called: its subject, or else its kind.
    pub(super) fn subject(&self, mailing: &Mailing) -> String {
        let programme = self.programme();
        let chain = programme.settings.languages.chain(self.words.language());
        let subject = programme.content(mailing).name(&chain);
        subject.map_or_else(|| self.words.word(&format!("kind_{}", mailing.kind.name())), str::to_owned)
    }

    /// The language of what somebody noted about a contact, where it is the contact's own and not that of the report; else nothing.
    pub(super) fn lang(&self, note: &str, contact: &Contact) -> &'static str {
        let theirs = contact.language;
        if spoken::is_rather(note, theirs, self.words.language()) { theirs.tag() } else { "" }
    }

    /// The service that an entry of `owned` means: by its id, or by its name in any language.
    pub(super) fn service(&self, owned: &str) -> Option<&'p Service> {
        let owned = owned.to_lowercase();
        self.programme().services.iter().find(|service| {
            let is_name = |text: &Line| text.as_str().to_lowercase() == owned;
            let named = match &service.name {
                Localised::Same(text) => is_name(text),
                Localised::Each(texts) => texts.values().any(is_name),
            };
            named || service.id.as_str().replace('-', " ") == owned
        })
    }

    /// What a service is called.
    pub(super) fn service_name<'s>(&self, service: &'s Service) -> &'s str {
        service.name.get(self.words.language(), &self.programme().settings.languages).unwrap_or(service.id.as_str())
    }

    /// What an entry of `owned` is called: the service it means, or as it was written.
    pub(super) fn owned_name<'t>(&self, owned: &'t str) -> &'t str
    where
        'p: 't,
    {
        self.service(owned).map_or(owned, |service| self.service_name(service))
    }

    /// The name of somebody on the team.
    pub(super) fn member(&self, id: &TeamId) -> String {
        let member = self.programme().settings.member(id);
        member.map_or_else(|| id.to_string(), |member| member.name.as_str().to_owned())
    }

    /// The given name of somebody on the team: enough in a column of colleagues.
    pub(super) fn given(&self, id: &TeamId) -> String {
        let name = self.member(id);
        name.split_whitespace().next().unwrap_or(&name).to_owned()
    }
}

/// Somebody who is not on the list, as pages show them.
pub(super) fn stranger(name: &str, company: Option<&str>) -> Value {
    json!({ "id": "", "name": name, "company": company, "tier": null, "linked": false })
}
