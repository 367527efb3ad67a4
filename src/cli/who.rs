//! Who is meant by what was typed: an id, the beginning of one, a name, an address, a referral code or a token.
//!
//! Every command that takes an id asks here, so that all of them understand the same.

use std::collections::HashSet;

use crate::model::contact::Contact;
use crate::model::forgotten::{Traces, fold_name};
use crate::model::ledger::Referral;
use crate::model::phone;
use crate::model::programme::Programme;
use crate::render::links::LinkKey;
use mail::address::EmailAddress;

/// What was typed means one thing, none, or several.
#[derive(Debug)]
pub enum Match<T> {
    /// This one.
    One(T),
    /// None.
    Nobody,
    /// Each of these.
    Several(Vec<T>),
}

impl<T> Match<T> {
    fn of(found: impl IntoIterator<Item = T>) -> Self {
        let mut found: Vec<T> = found.into_iter().collect();
        match found.len() {
            0 => Match::Nobody,
            1 => found.pop().map_or(Match::Nobody, Match::One),
            _ => Match::Several(found),
        }
    }

    /// This, or what `other` finds where this is nobody.
    fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Match::Nobody => other(),
            found => found,
        }
    }
}

/// The contact that is meant by `typed`.
///
/// What is looked at, in this order, the first that finds anybody: the id; the address, in any spelling; the code or the token
/// of a link; the whole name; the beginning of the id; words of the name.
pub fn contact<'p>(programme: &'p Programme, key: &LinkKey, typed: &str) -> Match<&'p Contact> {
    let typed = typed.trim();
    if let Some(&position) = programme.by_id.get(typed) {
        return Match::One(&programme.contacts[position as usize]);
    }
    let all = || programme.contacts.iter();
    if let Some(mailbox) = mailbox(typed) {
        let has_it =
            |contact: &&Contact| contact.email.as_ref().is_some_and(|email| *email.folded_without_tag() == mailbox);
        return Match::of(all().filter(has_it));
    }
    let small = typed.to_lowercase();
    let name = fold_name(typed);
    let of_name = || Match::of(all().filter(|contact| !name.is_empty() && fold_name(&contact.name.full()) == name));
    let of_prefix = || Match::of(all().filter(|contact| !small.is_empty() && contact.id.as_str().starts_with(&small)));
    let words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    let of_words = || {
        let has_all = |contact: &&Contact| {
            let own = fold_name(&contact.name.full());
            !words.is_empty() && words.iter().all(|word| own.split(' ').any(|other| other == *word))
        };
        Match::of(all().filter(has_all))
    };
    of_link(programme, key, &small).or(of_name).or(of_prefix).or(of_words)
}

/// The folded mailbox of an address as people write or paste it: alone, after `mailto:`, or after a name in `<…>`.
fn mailbox(typed: &str) -> Option<String> {
    let inside = typed.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(typed, |(inside, _)| inside);
    let bare = inside.trim().strip_prefix("mailto:").unwrap_or(inside).trim();
    bare.contains('@').then(|| bare.parse::<EmailAddress>().ok()).flatten().map(|email| email.folded_without_tag())
}

/// Whose code or token this is. Both are worked out anew for everybody, so they are looked at only where their length fits.
fn of_link<'p>(programme: &'p Programme, key: &LinkKey, typed: &str) -> Match<&'p Contact> {
    let is_base32 = typed.bytes().all(|letter| matches!(letter, b'a'..=b'z' | b'2'..=b'7'));
    let written =
        |contact: &&Contact| contact.details.code.as_ref().is_some_and(|code| code.as_str().to_lowercase() == typed);
    let all = || programme.contacts.iter();
    Match::of(all().filter(written)).or(|| match typed.len() {
        LinkKey::CODE if is_base32 => Match::of(all().filter(|contact| key.code(contact) == typed)),
        LinkKey::TOKEN if is_base32 => Match::of(all().filter(|contact| key.token(contact) == typed)),
        _ => Match::Nobody,
    })
}

/// Whom referrals name and who is no contact: the referral that was found, and the others that name the same person.
pub type Lead<'p> = (&'p Referral, Vec<&'p Referral>);

/// The person whom a referral names, and who is no contact, that is meant by `typed`: by the id of the referral or its beginning,
/// the address, the telephone number, the name, or words of it.
pub fn lead<'p>(programme: &'p Programme, typed: &str) -> Match<Lead<'p>> {
    let (typed, home) = (typed.trim(), programme.settings.country);
    let leads = programme.referrals.iter().filter(|referral| referral.lead.contact.is_none());
    let leads: Vec<(&Referral, Traces)> =
        leads.map(|referral| (referral, Traces::of_lead(&referral.lead, home))).collect();
    let people = |is_meant: &dyn Fn(&Referral, &Traces) -> bool| {
        let mut found: Vec<Lead<'p>> = Vec::new();
        for (referral, traces) in leads.iter().filter(|(referral, traces)| is_meant(referral, traces)) {
            if !found.iter().any(|(_, others)| others.iter().any(|other| other.id == referral.id)) {
                found.push((referral, same_person(&leads, referral, traces)));
            }
        }
        Match::of(found)
    };
    let (name, mailbox, number) = (fold_name(typed), mailbox(typed), phone::folded(typed, home));
    let words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    let own_name = |referral: &Referral| fold_name(referral.lead.name.as_str());
    people(&|referral, _| referral.id.as_str() == typed)
        .or(|| people(&|_, traces| mailbox.is_some() && traces.mailbox == mailbox))
        .or(|| people(&|_, traces| number.is_some() && traces.phone == number))
        .or(|| people(&|referral, _| !name.is_empty() && own_name(referral) == name))
        .or(|| people(&|referral, _| !typed.is_empty() && referral.id.as_str().starts_with(typed)))
        .or(|| {
            let has_all = |own: &str| words.iter().all(|word| own.split(' ').any(|other| other == *word));
            people(&|referral, _| !words.is_empty() && has_all(&own_name(referral)))
        })
}

/// The other referrals that name the same person: those that share a trace with them, or with one that does.
fn same_person<'p>(leads: &[(&'p Referral, Traces)], first: &Referral, traces: &Traces) -> Vec<&'p Referral> {
    let mut known: HashSet<String> = traces.iter().collect();
    let mut others: Vec<&'p Referral> = Vec::new();
    loop {
        let is_new = |(referral, traces): &&(&'p Referral, Traces)| {
            referral.id != first.id
                && !others.iter().any(|other| other.id == referral.id)
                && traces.iter().any(|trace| known.contains(&trace))
        };
        let Some((referral, traces)) = leads.iter().find(is_new) else { return others };
        others.push(referral);
        known.extend(traces.iter());
    }
}

/// The id that is meant by `typed`: itself, or the only one that begins so.
pub fn id<'i, T>(all: impl Iterator<Item = T> + Clone, id_of: impl Fn(&T) -> &'i str, typed: &str) -> Match<T> {
    let typed = typed.trim();
    Match::of(all.clone().find(|one| id_of(one) == typed))
        .or(|| Match::of(all.filter(|one| !typed.is_empty() && id_of(one).starts_with(typed))))
}

/// A few of those who may be meant, in one line.
pub fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const SHOWN: usize = 5;
    let names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn found(programme: &Programme, typed: &str) -> Vec<String> {
        let key = LinkKey::new(Some("a key"), &programme.settings);
        match contact(programme, &key, typed) {
            Match::One(one) => vec![one.id.to_string()],
            Match::Nobody => Vec::new(),
            Match::Several(several) => several.iter().map(|contact| contact.id.to_string()).collect(),
        }
    }

    #[test]
    fn somebody_is_found_by_id_name_address_code_token_and_the_beginning_of_the_id() {
        let programme = Fixture::new()
            .contact("anna-lind", "A", |c| {
                c.name = "Anna Lind".parse().expect("a name");
                c.email = Some("Anna.Lind@linds.example".parse().expect("an address"));
            })
            .contact("anna-lindqvist", "B", |c| {
                c.name = "Anna Lindqvist".parse().expect("a name");
                c.details.code = Some("ANNA2".parse().expect("a code"));
            })
            .contact("bo-ek", "B", |c| c.name = "Bo Ek".parse().expect("a name"))
            .build();
        let key = LinkKey::new(Some("a key"), &programme.settings);
        let (code, token) = (key.code(&programme.contacts[2]), key.token(&programme.contacts[2]));
        for typed in [
            "anna-lind",
            "anna.lind+news@linds.example",
            "Lind, Anna",
            "mailto:ANNA.LIND@linds.example",
            "Anna <anna.lind@linds.example>",
        ] {
            assert_eq!(found(&programme, typed), ["anna-lind"], "{typed}");
        }
        for typed in ["bo", "BO-", "bo ek", "ek", &code, &token.to_uppercase()] {
            assert_eq!(found(&programme, typed), ["bo-ek"], "{typed}");
        }
        assert_eq!(found(&programme, "anna2"), ["anna-lindqvist"]);
        assert_eq!(found(&programme, "anna-lindq"), ["anna-lindqvist"]);
        assert_eq!(found(&programme, "anna"), ["anna-lind", "anna-lindqvist"]);
        for typed in ["", "  ", "carl", "nobody@linds.example", "-"] {
            assert!(found(&programme, typed).is_empty(), "{typed}");
        }
    }

    #[test]
    fn an_id_is_itself_before_it_is_the_beginning_of_others() {
        let ids = ["2027-01", "2027-01-news", "2027-02"];
        let one = |typed: &str| match id(ids.iter(), |id| id, typed) {
            Match::One(id) => (*id).to_owned(),
            Match::Nobody => "nobody".to_owned(),
            Match::Several(several) => listed(several.into_iter().copied()),
        };
        assert_eq!(one("2027-01"), "2027-01");
        assert_eq!(one("2027-01-n"), "2027-01-news");
        assert_eq!(one("2027"), "`2027-01`, `2027-01-news`, `2027-02`");
        assert_eq!(one(""), "nobody");
    }
}
