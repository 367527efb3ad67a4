//! `quotes`: the words of customers that texts may show by their id (R31). Validation made sure that those in use may be used.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::model::contact::Contact;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::model::value::ValuePoint;

/// One quote.
#[derive(Debug, Clone, Serialize)]
pub struct QuoteView<'p> {
    /// The words.
    pub text: &'p str,
    /// Who said them.
    pub said_by: String,
}

/// Every quote by its id, in a language.
pub fn quotes(programme: &Programme, language: Language) -> BTreeMap<&str, QuoteView<'_>> {
    let said = programme.values.iter();
    said.filter_map(|value| Some((value.id.as_str(), quote(programme, value, language)?))).collect()
}

/// Somebody's words with their name, where they were written down in a language that will do.
pub(super) fn quote<'p>(programme: &'p Programme, value: &'p ValuePoint, language: Language) -> Option<QuoteView<'p>> {
    let who = value.said_by.as_ref()?;
    let text = value.text.get(language, &programme.settings.languages)?;
    let contact = value.said_by_id().and_then(|id| programme.by_id.get(id));
    let contact = contact.map(|&index| &programme.contacts[index as usize]);
    let firm =
        |contact: &Contact| contact.company.as_ref().map_or_else(String::new, |firm| format!(", {}", firm.as_str()));
    let said_by = match contact {
        Some(contact) => format!("{}{}", contact.name.full(), firm(contact)),
        None => who.get(language, &programme.settings.languages)?.to_owned(),
    };
    Some(QuoteView { text, said_by })
}

/// The first quote that everybody may see on a day: permitted, meant for all segments, and of nobody who is on the list, because no
/// public page names a contact.
pub fn public_quote(programme: &Programme, language: Language, on: Date) -> Option<QuoteView<'_>> {
    let mut free = programme.values.iter().filter(|value| value.hindrance(on).is_none() && value.segments.is_empty());
    free.find_map(|value| {
        let is_contact = value.said_by_id().is_some_and(|id| programme.by_id.contains_key(id));
        let said_by = value.said_by.as_ref().filter(|_| !is_contact)?;
        let text = value.text.get(language, &programme.settings.languages)?;
        Some(QuoteView { text, said_by: said_by.get(language, &programme.settings.languages)?.to_owned() })
    })
}
