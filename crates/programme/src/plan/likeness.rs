//! Contacts who are only like somebody on the wall: a warning each, for a person to decide (R4).

use std::collections::HashMap;

use rayon::prelude::*;

use crate::model::contact::Contact;
use crate::model::ledger::WallKey;
use crate::model::programme::Programme;
use crate::model::wall::likeness::{Like, Likeness};
use crate::plan::audience::Roster;
use crate::plan::finding::PlanFinding;

/// Everybody who may be written to and is like somebody on the wall, in the order of the list.
pub(super) fn findings(programme: &Programme, roster: &Roster<'_>) -> Vec<PlanFinding> {
    let likeness = Likeness::new(&programme.wall, &programme.contacts);
    if likeness.is_empty() {
        return Vec::new();
    }
    let open = || (0..).zip(&programme.contacts).filter(|(position, _)| roster.cleared(*position).is_ok());
    // A firm's name is looked at once, however many of its people are on the list.
    let mut firms: HashMap<&str, Option<Like>> =
        open().filter_map(|(_, contact)| Some((contact.company.as_ref()?.as_str(), None))).collect();
    firms.par_iter_mut().for_each(|(name, like)| *like = likeness.of_firm(name));
    let all: Vec<(u32, &Contact)> = open().collect();
    let of = |(_, contact): &(u32, &Contact)| {
        let firm =
            contact.company.as_ref().and_then(|company| Some((company.as_str(), (*firms.get(company.as_str())?)?)));
        let firm = firm.map(|(name, like)| (name.to_owned(), like));
        let (written, like) = firm.or_else(|| {
            let email = contact.email.as_ref()?;
            Some((email.as_str().to_owned(), likeness.of_address(email)?))
        })?;
        Some(finding(programme, contact, &written, like))
    };
    all.par_iter().filter_map(of).collect()
}

fn finding(programme: &Programme, contact: &Contact, written: &str, like: Like) -> PlanFinding {
    let walled = match like {
        Like::Contact(position) => format!("`{}`, who is of tier D", programme.contacts[position as usize].id),
        Like::Entry(entry) => match &programme.wall[entry as usize].key {
            WallKey::Company(name) => format!("`{}` of the do-not-contact list", name.as_str()),
            WallKey::Domain(domain) => format!("`{domain}` of the do-not-contact list"),
            WallKey::Email(email) => format!("`{email}` of the do-not-contact list"),
        },
    };
    PlanFinding {
        code: "r04-like-walled",
        message: format!("`{written}` of `{}` is very like {walled}", contact.id),
        hint: Some(
            "if they are the same, spell it as there or give tier D; if not, nothing needs to be done".to_owned(),
        ),
        origin: Some(contact.origin),
        year: None,
    }
}
