//! Who is to be left alone and stands in a ledger (R4): what lies after the day on which they asked for it, and what is still
//! owed to them. What was before is the past, and no finding.

use jiff::civil::Date;

use super::Known;
use crate::model::contact::{Contact, Standing};
use crate::model::id::ContactId;
use crate::model::ledger::{Lead, Referral, Side};
use crate::model::wall::Stop;
use crate::validate::node_path::NodePath;
use source::diagnostic::{Diagnostic, Severity};

impl Known<'_> {
    /// Since when a contact is to be left alone; `Some(None)` where nobody wrote down the day.
    fn left_alone(&self, contact: &Contact) -> Option<Option<Date>> {
        match self.wall.stops(contact) {
            Some(stop) => Some(self.since(stop)),
            None => (contact.standing == Standing::DoNotContact).then_some(None),
        }
    }

    fn since(&self, stop: Stop) -> Option<Date> {
        stop.entry().and_then(|entry| self.entries[entry as usize].since)
    }

    /// What was done for a contact, or came from them, after the day since which they are to be left alone.
    pub(super) fn too_late(
        &self,
        id: &ContactId,
        on: Option<Date>,
        spot: &NodePath<'_>,
        what: &str,
    ) -> Option<Diagnostic> {
        let since = self.left_alone(self.contact(id)?)??;
        on.filter(|on| *on > since).map(|on| {
            let message = format!("{what} `{id}` is to be left alone since {since}, and this is of {on}");
            spot.error("r04-do-not-contact", message)
                .hint("who is on the do-not-contact list gets nothing, on no channel (R4)")
        })
    }

    /// What is still to be done for a contact who is to be left alone.
    pub(super) fn owed(&self, id: &ContactId, spot: &NodePath<'_>) -> Option<Diagnostic> {
        self.left_alone(self.contact(id)?)?;
        let warning = spot.warning("r04-owed", format!("this is promised to `{id}`, who is to be left alone (R4)"));
        Some(warning.hint("take it out; it stands on nobody's agenda any more"))
    }

    /// Somebody who was named to us and stands on the wall, while it is not decided what becomes of them.
    pub(super) fn walled_lead(&self, lead: &Lead, received: Option<Date>, spot: &NodePath<'_>) -> Option<Diagnostic> {
        let stop = self.wall.stops_lead(lead)?;
        let since = self.since(stop);
        let was_before = received.zip(since).is_some_and(|(received, since)| received < since);
        let whose = match stop {
            Stop::Company(_) => "this company is",
            Stop::Domain(_) => "the domain of this address is",
            Stop::Mailbox(_) => "this address is",
            Stop::MailboxOfD(_) => "this address belongs to a D and is",
            Stop::PhoneOfD(_) => "this telephone number belongs to a D and is",
            Stop::NameOfD(_) => "this is the name and company of a D, who is",
        };
        let error = spot.key(stop.key()).error("r04-do-not-contact", format!("{whose} to be left alone"));
        // One whom we knew of before they asked to be left alone is not wrong; the referral only has to end.
        let severity = if was_before { Severity::Warning } else { Severity::Error };
        Some(Diagnostic { severity, ..error }.hint("who is to be left alone is no lead (R4, R19): write `stage: lost`"))
    }

    /// What an open referral still promises to a side that is to be left alone.
    pub(super) fn owed_steps(&self, referral: &Referral, spot: &NodePath<'_>) -> Vec<Diagnostic> {
        if !referral.stage.is_open() {
            return Vec::new();
        }
        let owed = |&side: &Side| {
            let id = match side {
                Side::Referrer => Some(&referral.referrer),
                Side::Referred => referral.lead.contact.as_ref(),
            }?;
            referral.next.of(side)?;
            self.owed(id, &spot.key("next").key(side.name()))
        };
        Side::ALL.iter().filter_map(owed).collect()
    }
}
