//! Whom referrals name: the same person named by two, and contacts who are somebody's lead without saying so (R19, R20).

use std::collections::{HashMap, HashSet};

use crate::model::contact::Contact;
use crate::model::forgotten::{fold_firm, fold_name};
use crate::model::id::{ContactId, ReferralId};
use crate::model::ledger::{Lead, Referral};
use crate::model::phone;
use crate::model::programme::Programme;
use mail::address::EmailAddress;

/// What two spellings of one person have in common: mailbox, telephone, or name with firm.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Sign<'p> {
    Contact(&'p ContactId),
    Mailbox(String),
    Phone(String),
    /// Name and firm, folded.
    Person(String, String),
}

/// By what a lead can be known again, the surest first; a name alone says nothing.
fn signs<'p>(programme: &Programme, lead: &'p Lead) -> Vec<Sign<'p>> {
    let home = programme.settings.country;
    let phone = lead.phone.as_ref().and_then(|phone| phone::folded(phone.as_str(), home));
    let person =
        lead.company.as_ref().map(|firm| Sign::Person(fold_name(lead.name.as_str()), fold_firm(firm.as_str())));
    let mailbox = lead.email.as_ref().map(EmailAddress::folded_without_tag);
    let signs = [lead.contact.as_ref().map(Sign::Contact), mailbox.map(Sign::Mailbox), phone.map(Sign::Phone), person];
    signs.into_iter().flatten().collect()
}

/// Referrals that name somebody whom an earlier one names that is still open: one first contact, and thanks for both who named
/// them.
pub fn repeated(programme: &Programme) -> HashSet<&ReferralId> {
    let mut known: HashSet<Sign<'_>> = HashSet::new();
    let mut repeated = HashSet::new();
    for referral in programme.referrals.iter().filter(|referral| referral.stage.is_open()) {
        let signs = signs(programme, &referral.lead);
        if signs.iter().any(|sign| known.contains(sign)) {
            repeated.insert(&referral.id);
        }
        known.extend(signs);
    }
    repeated
}

/// True where two leads are the same person, as far as anything says.
pub fn are_the_same(programme: &Programme, one: &Lead, other: &Lead) -> bool {
    let known = signs(programme, one);
    signs(programme, other).iter().any(|sign| known.contains(sign))
        || (fold_name(one.name.as_str()) == fold_name(other.name.as_str())
            && one.company.is_none()
            && other.company.is_none())
}

/// The open referral that names whom `lead` names, where there is one.
pub fn named_before<'p>(programme: &'p Programme, lead: &Lead) -> Option<&'p Referral> {
    let wanted = signs(programme, lead);
    let open = programme.referrals.iter().filter(|referral| referral.stage.is_open());
    open.into_iter().find(|referral| signs(programme, &referral.lead).iter().any(|sign| wanted.contains(sign)))
}

/// Contacts who are whom a referral names though its lead does not say so, each with the referral.
///
/// Looked for by telephone, and by name with firm: an address that is somebody's is refused when the ledger is read (R19).
pub fn unlinked(programme: &Programme) -> Vec<(&Contact, &Referral)> {
    let home = programme.settings.country;
    let mut by_person: HashMap<(String, String), &Referral> = HashMap::new();
    let mut by_phone: HashMap<String, &Referral> = HashMap::new();
    for referral in programme.referrals.iter().filter(|referral| referral.lead.contact.is_none()) {
        for sign in signs(programme, &referral.lead) {
            match sign {
                Sign::Person(name, firm) => _ = by_person.entry((name, firm)).or_insert(referral),
                Sign::Phone(phone) => _ = by_phone.entry(phone).or_insert(referral),
                Sign::Contact(_) | Sign::Mailbox(_) => {}
            }
        }
    }
    if by_person.is_empty() && by_phone.is_empty() {
        return Vec::new();
    }
    let who = |contact: &Contact| {
        let phone = contact.phone.as_ref().filter(|_| !by_phone.is_empty());
        let phone = phone.and_then(|phone| phone::folded(phone.as_str(), contact.country(home)));
        let firm = contact.company.as_ref().filter(|_| !by_person.is_empty());
        let person = firm.map(|firm| (fold_name(&contact.name.full()), fold_firm(firm.as_str())));
        let by_phone = phone.and_then(|phone| by_phone.get(&phone).copied());
        by_phone.or_else(|| by_person.get(&person?).copied()).filter(|referral| referral.referrer != contact.id)
    };
    programme.contacts.iter().filter_map(|contact| Some((contact, who(contact)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ledger::Stage;
    use crate::plan::fixture::Fixture;
    use jiff::civil::date;

    #[test]
    fn r19_the_same_person_named_by_two_is_one_first_contact() {
        let named = |stage| {
            Fixture::new()
                .contact("anna", "A", |_| {})
                .contact("bo", "B", |_| {})
                .referral("anna", None, date(2027, 1, 2), stage)
                .referral("bo", None, date(2027, 1, 3), Stage::Received)
                .referral("bo", None, date(2027, 1, 4), Stage::Received)
                .change(|programme| {
                    let spellings = ["q@q.example", "Q+news@q.example", "other@q.example"];
                    for (referral, spelling) in programme.referrals.iter_mut().zip(spellings) {
                        referral.lead.email = Some(spelling.parse().expect("an address"));
                    }
                })
                .build()
        };
        let programme = named(Stage::Contacted);
        let found: Vec<&str> = repeated(&programme).into_iter().map(|id| id.as_str()).collect();
        assert_eq!(found, ["r-1"]);
        assert!(repeated(&named(Stage::Lost)).is_empty(), "what is lost is over");
    }

    #[test]
    fn r20_a_contact_written_in_by_hand_is_known_by_telephone_or_name_and_firm() {
        let programme = Fixture::new()
            .contact("anna", "A", |_| {})
            .contact("zed", "C", |c| {
                c.name = "Zed Zet".parse().expect("a name");
                c.company = Some("ZET ".trim().parse().expect("a firm"));
            })
            .contact("zoe", "C", |c| c.phone = Some("070-174 06 05".parse().expect("a number")))
            .referral("anna", None, date(2027, 1, 2), Stage::Received)
            .referral("anna", None, date(2027, 1, 3), Stage::Received)
            .change(|programme| {
                let lead = &mut programme.referrals[0].lead;
                (lead.name, lead.company) = ("zed  zet".parse().expect("a name"), Some("Zet".parse().expect("a firm")));
                programme.referrals[1].lead.phone = Some("+46 70 174 06 05".parse().expect("a number"));
            })
            .build();
        let found = unlinked(&programme);
        let found: Vec<_> = found.iter().map(|(contact, by)| (contact.id.as_str(), by.id.as_str())).collect();
        assert_eq!(found, [("zed", "r-0"), ("zoe", "r-1")]);
    }
}
