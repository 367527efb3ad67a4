//! Who asked to be forgotten stays so (R27): nobody brings them back by hand, by import or as a lead.

use std::collections::HashMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::load::places;
use crate::model::forgotten::{TraceHash, Traces};
use crate::model::language::Country;
use crate::model::programme::Programme;
use crate::render::links::LinkKey;
use source::diagnostic::Diagnostic;

/// The hashes of a programme, to look people up in.
pub struct Register<'p> {
    key: &'p LinkKey,
    home: Country,
    days: HashMap<&'p TraceHash, Date>,
}

impl<'p> Register<'p> {
    /// Everybody who was forgotten.
    pub fn new(programme: &'p Programme, key: &'p LinkKey) -> Self {
        let days = programme.forgotten.iter().map(|line| (&line.hash, line.on)).collect();
        Register { key, home: programme.settings.country, days }
    }

    /// The day on which somebody with these traces was forgotten.
    pub fn day_of(&self, traces: &Traces) -> Option<Date> {
        traces.iter().find_map(|trace| self.days.get(&self.key.trace_hash(&trace)).copied())
    }
}

/// Every contact and lead who was forgotten, each an error.
pub fn findings(programme: &Programme, key: &LinkKey) -> Vec<Diagnostic> {
    if programme.forgotten.is_empty() {
        return Vec::new();
    }
    let register = Register::new(programme, key);
    let error = |what: &str, id: &str, on: Date| {
        Diagnostic::error("forgotten", format!("{what} asked to be forgotten, on {on}")).hint(format!(
            "`bevara person forget {id} --write` takes them out; if they came back by themselves, take their lines out of \
             contacts/forgotten.yaml"
        ))
    };
    let contacts: Vec<Diagnostic> = programme
        .contacts
        .par_iter()
        .filter_map(|contact| {
            let on = register.day_of(&Traces::of(contact, register.home))?;
            let error = error(&format!("`{}`", contact.id), contact.id.as_str(), on);
            Some(error.place(places::of_contact(programme, contact, "id")))
        })
        .collect();
    let leads = programme.referrals.iter().filter_map(|referral| {
        let on = register.day_of(&Traces::of_lead(&referral.lead, register.home))?;
        Some(
            error(&format!("the lead of `{}`", referral.id), referral.id.as_str(), on)
                .place(places::of_item(programme, referral.origin)),
        )
    });
    contacts.into_iter().chain(leads).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::fixture::Fixture;
    use crate::model::forgotten::Forgotten;

    #[test]
    fn r27_who_was_forgotten_is_known_again_by_any_trace_and_no_other_key() {
        let programme = Fixture::new().contact("anna", "A", |c| {
            c.email = Some("Anna+news@linds.example".parse().expect("an address"));
        });
        let mut programme = programme.contact("bo", "B", |_| {}).build();
        let key = LinkKey::new(Some("one"), &programme.settings);
        let origin = programme.contacts[0].origin;
        let hash = key.trace_hash("mailbox:anna@linds.example");
        programme.forgotten.push(Forgotten { hash, on: date(2026, 11, 1), origin });
        programme.files.push(source::SourceFile::new("contacts/a.yaml", "- id: anna\n- id: bo\n"));
        let found = findings(&programme, &key);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "`anna` asked to be forgotten, on 2026-11-01");
        assert!(findings(&programme, &LinkKey::new(Some("two"), &programme.settings)).is_empty());
    }
}
