//! `contacts/referrals.yaml` and `contacts/touches/*.yaml`: what is recorded must have been possible.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::enlisted::Contacts;
use super::node_path::NodePath;
use super::settings::Frame;
use crate::load::scalar::{Day, Lit};
use crate::load::wire;
use crate::model::contact::Contact;
use crate::model::id::{ContactId, MailingId};
use crate::model::language::Country;
use crate::model::ledger::{NextStep, WallEntry};
use crate::model::phone::country_of_domain;
use crate::model::settings::{Reward, Settings};
use crate::model::wall::Wall;
use mail::address::EmailAddress;
use source::diagnostic::{Diagnostic, did_you_mean};

mod left_alone;
mod referrals;
mod together;
mod touches;

pub use referrals::referrals;
pub use touches::touches;

/// What the ledgers are checked against.
pub struct Known<'a> {
    /// Languages, team, rewards.
    pub frame: &'a Frame,
    /// The settings, where they hold together.
    pub settings: Option<&'a Settings>,
    /// Everybody.
    pub contacts: &'a Contacts,
    /// The mailings of all plans.
    pub mailings: BTreeSet<MailingId>,
    /// True where any id may be that of a mailing, because a plan could not be read.
    pub is_plan_torn: bool,
    /// The lines of the wall.
    pub entries: &'a [WallEntry],
    /// What is compared with them.
    pub wall: &'a Wall,
    /// The day on which the programme is looked at.
    pub today: Date,
}

impl Known<'_> {
    /// The reward policy, where all of it could be read.
    fn policy(&self) -> Option<&Reward> {
        self.settings.filter(|_| self.frame.is_reward_read).and_then(|settings| settings.reward.as_ref())
    }

    fn contact(&self, id: &ContactId) -> Option<&Contact> {
        self.contacts.by_id.get(id).map(|&index| &self.contacts.list[index as usize])
    }

    /// Who of the list has this mailbox.
    fn holder(&self, email: &EmailAddress) -> Option<&Contact> {
        let position = self.contacts.by_mailbox.get(&email.folded_without_tag())?;
        Some(&self.contacts.list[*position as usize])
    }

    /// Where a lead is: as the contact they became, as the domain of their address says, or where whoever named them is.
    fn country(
        &self,
        contact: Option<&ContactId>,
        email: Option<&EmailAddress>,
        referrer: Option<&ContactId>,
    ) -> Option<Country> {
        let of = |id: Option<&ContactId>| self.contact(id?).and_then(|contact| contact.address.as_ref()?.country);
        let of_domain = || email.and_then(|email| country_of_domain(email.domain()));
        of(contact).or_else(of_domain).or_else(|| of(referrer))
    }

    pub(super) fn check_contact(&self, id: &ContactId, spot: &NodePath<'_>, what: &str) -> Option<Diagnostic> {
        match self.contact(id) {
            None if id.is_forgotten() => None,
            None if self.contacts.is_torn || self.contacts.faulty.contains(id) => None,
            None => {
                let error = spot.error("unknown-contact", format!("{what} `{id}` is no contact"));
                let known = self.contacts.by_id.keys().map(ContactId::as_str);
                match did_you_mean(id.as_str(), known) {
                    Some(hint) => Some(error.hint(hint)),
                    None if self.contacts.has_nameless => None,
                    None => Some(error.hint("the id of somebody under contacts/")),
                }
            }
            Some(_) => None,
        }
    }
}

fn next_step(
    wire: wire::NextStep,
    spot: &NodePath<'_>,
    is_torn: bool,
    frame: &Frame,
    found: &mut Vec<Diagnostic>,
) -> Option<NextStep> {
    let wire::NextStep { what, on, by } = wire;
    // What of it could not be read was said.
    let is_short = what.is_none() || on.is_none() || by.is_none();
    if is_short && !is_torn {
        found.push(spot.error("missing-key", "a next step has `what`, `on` and `by`").hint("who does what by when"));
    }
    if let Some(Lit(by)) = &by {
        found.extend(frame.check_member(by, &spot.key("by"), "the name"));
    }
    Some(NextStep { what: what?.0, on: day(on)?, by: by?.0 })
}

fn day(value: Option<Lit<Day>>) -> Option<Date> {
    value.map(|Lit(Day(day))| day)
}
