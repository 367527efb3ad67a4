//! What depends on the list and the plan alone: who gets which mailing, and the index that search asks. Snapshots taken one
//! after the other share it while the files of both stay the same.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::load::{Folder, MARKER};
use crate::model::contact::{Contact, Tier};
use crate::model::id::MailingId;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::plan::{Audience, Refusal, Roster, Route};
use crate::render::narrowing::Conditions;
use source::SourceFile;
use source::diagnostic::Diagnostic;

/// The audience of a mailing, people as positions in the list.
#[derive(Debug, Default)]
pub(super) struct List {
    /// Who gets it, in the order of the list.
    pub recipients: Vec<u32>,
    /// Who is left out, and why.
    pub refusals: Vec<(u32, Refusal)>,
    /// How many of each tier and language.
    pub groups: BTreeMap<(Tier, Language), usize>,
    /// The first of each tier and language.
    pub first: BTreeMap<(Tier, Language), u32>,
    /// How many get it on paper.
    pub on_paper: usize,
}

/// The audiences of all mailings.
pub(super) type Lists = BTreeMap<MailingId, List>;

/// The list and the plan, asked once.
pub(super) struct Audiences {
    sources: Vec<Arc<SourceFile>>,
    /// The meaning of every `where`.
    pub conditions: Conditions,
    lists: OnceLock<Result<Lists, Vec<Diagnostic>>>,
    index: OnceLock<Vec<Box<str>>>,
}

impl Audiences {
    /// The audiences of a programme; nobody is asked yet.
    ///
    /// # Errors
    /// Every `where` that cannot be read.
    pub fn new(folder: &Folder, programme: &Programme) -> Result<Self, Vec<Diagnostic>> {
        Ok(Audiences {
            sources: sources(folder),
            conditions: Conditions::parse(programme)?,
            lists: OnceLock::new(),
            index: OnceLock::new(),
        })
    }

    /// True where nothing it depends on has changed.
    pub fn is_of(&self, folder: &Folder) -> bool {
        let now = sources(folder);
        self.sources.len() == now.len() && self.sources.iter().zip(&now).all(|(one, other)| Arc::ptr_eq(one, other))
    }

    /// Who gets which mailing, if that is known already.
    pub fn known_lists(&self) -> Option<&Result<Lists, Vec<Diagnostic>>> {
        self.lists.get()
    }

    /// Who gets which mailing; the first to ask waits until everybody was asked.
    pub fn lists(&self, programme: &Programme) -> &Result<Lists, Vec<Diagnostic>> {
        self.lists.get_or_init(|| {
            self.conditions.ask_everybody(programme)?;
            let roster = Roster::new(programme, &self.conditions);
            let mailings: Vec<_> = programme.mailings().collect();
            let list = |mailing| list_of(programme, &roster.audience(mailing));
            let lists: Vec<List> = mailings.par_iter().map(|mailing| list(*mailing)).collect();
            Ok(mailings.iter().map(|mailing| mailing.id.clone()).zip(lists).collect())
        })
    }

    /// The positions of the contacts that every word of `query` occurs in, the likeliest first.
    pub fn search(&self, programme: &Programme, query: &str, most: usize) -> Vec<u32> {
        let index =
            self.index.get_or_init(|| programme.contacts.par_iter().map(|contact| searched(contact).into()).collect());
        let query = fold(query);
        let words: Vec<&str> = query.split_whitespace().collect();
        let Some(first) = words.first() else { return Vec::new() };
        let hits = index.par_iter().enumerate().filter(|(_, text)| words.iter().all(|word| text.contains(word)));
        let begins_a_word = format!(" {first}");
        // Whose id or name begins with it comes before whom it merely occurs in.
        let rank = |text: &str| match text {
            text if text.starts_with(first) => 0,
            text if text.contains(&begins_a_word) => 1,
            _ => 2,
        };
        let mut hits: Vec<(u8, u32)> =
            hits.map(|(at, text)| (rank(text), u32::try_from(at).unwrap_or(u32::MAX))).collect();
        hits.sort_unstable();
        hits.into_iter().take(most).map(|(_, at)| at).collect()
    }
}

fn sources(folder: &Folder) -> Vec<Arc<SourceFile>> {
    let is_list = |file: &&Arc<SourceFile>| !file.path().ends_with(".jsonl");
    let lists = folder.below("contacts/").filter(is_list).chain(folder.below("content/plan/"));
    folder.text(MARKER).into_iter().chain(lists).cloned().collect()
}

fn list_of(programme: &Programme, audience: &Audience<'_>) -> List {
    let mut list = List { refusals: audience.refusals.clone(), ..List::default() };
    for recipient in &audience.recipients {
        let contact = recipient.contact();
        let Some(&index) = programme.by_id.get(&contact.id) else { continue };
        let group = (recipient.tier(), contact.language);
        list.recipients.push(index);
        *list.groups.entry(group).or_default() += 1;
        list.first.entry(group).or_insert(index);
        list.on_paper += usize::from(matches!(recipient.route(), Route::Post(_)));
    }
    list
}

/// What of a contact is searched: id, name, company, addresses; the id's words once more without their hyphens.
fn searched(contact: &Contact) -> String {
    let address = contact.address.as_deref();
    let lines = address.into_iter().flat_map(|address| [&address.street, &address.postcode, &address.city]);
    let lines = lines.flatten().map(|line| line.as_str());
    let company = contact.company.as_ref().map(|company| company.as_str());
    let email = contact.email.as_ref().map(|email| email.as_str());
    let name = contact.name.full();
    let parts = [contact.id.as_str(), name.as_str()].into_iter().chain(company).chain(email).chain(lines);
    fold(&parts.collect::<Vec<_>>().join(" "))
}

/// Text as it is searched: small letters without their marks.
fn fold(text: &str) -> String {
    let plain = text.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    plain.map(|letter| if letter == 'ø' { 'o' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn search_finds_every_word_in_id_name_company_and_address_without_their_marks() {
        let programme = Fixture::new()
            .contact("asa-bjork", "A", |c| c.name = "Åsa Björk".parse().expect("a name"))
            .contact("bo-ek", "B", |c| c.company = Some("Björk & Blad".parse().expect("a firm")))
            .contact("kari-moe", "C", |c| c.email = Some("kari@havn.example".parse().expect("an address")))
            .build();
        let audiences = Audiences::new(&Folder::default(), &programme).expect("no conditions");
        let find = |query| audiences.search(&programme, query, 9);
        assert_eq!(find("bjork"), [0, 1]);
        assert_eq!(find("BJÖRK blad"), [1]);
        assert_eq!(find("havn.ex"), [2]);
        assert_eq!(find("bo-"), [1]);
        assert_eq!(find("nobody"), [0_u32; 0]);
        assert_eq!(find(" "), [0_u32; 0]);
    }
}
