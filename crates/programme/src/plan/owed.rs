//! What the sides of referrals are owed thanks for, and which mailing says them (R20).

use std::collections::HashMap;

use jiff::civil::Date;

use crate::model::id::ContactId;
use crate::model::ledger::{Side, Touch};
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::model::touch::TouchKind;
use crate::model::when::Event;

/// Days before a thank-you mailing in which a referral earns it (R20).
const THANKED_FOR_DAYS: i32 = 365;

/// A day of a mailing for one contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// The day; `None` where the contact has no such day.
    pub on: Option<Date>,
    /// The day of the event that it comes after, where it comes after one (R33).
    pub event: Option<Date>,
}

/// A referral, as far as the thanks to one of its sides go.
pub(super) struct Debt {
    side: Side,
    /// The day the referral reached us.
    received: Date,
    /// The day since which thanks are owed.
    since: Date,
    /// The day the ledger or a person's note says they were thanked.
    thanked: Option<Date>,
}

impl Debt {
    /// True where a thanks mailing on a day is about this referral: the one it comes after, or any of the last year.
    pub fn is_meant_by(&self, thanks: &Mailing, slot: Slot) -> bool {
        let is_about_it = match (thanks.when.after(), slot.event) {
            (Some((Event::Referral, _)), Some(event)) => self.received == event,
            _ => true,
        };
        is_about_it && slot.on.is_some_and(|on| (0..=THANKED_FOR_DAYS).contains(&(on - self.since).get_days()))
    }

    /// True where nobody has noted thanks from before a day.
    pub fn is_open(&self, on: Date) -> bool {
        self.thanked.is_none_or(|thanked| thanked >= on)
    }
}

/// What each side of the ledger is to be thanked for, by who it is.
pub(super) struct Debts<'p>(HashMap<&'p ContactId, Vec<Debt>>);

impl<'p> Debts<'p> {
    /// Looks through the ledger and the notes of what people did.
    pub fn new(programme: &'p Programme) -> Self {
        let mut by_hand: HashMap<&ContactId, Vec<Date>> = HashMap::new();
        let settling = |touch: &&Touch| matches!(touch.kind, TouchKind::Thanks | TouchKind::Gift) && !touch.inbound;
        for touch in programme.touches.iter().filter(settling) {
            by_hand.entry(&touch.contact).or_default().push(touch.on);
        }
        let mut debts: HashMap<&ContactId, Vec<Debt>> = HashMap::new();
        for referral in &programme.referrals {
            for &side in Side::ALL {
                let (Some(since), Some(who)) = (referral.thanks_owed_since(side), referral.contact_on(side)) else {
                    continue;
                };
                let by_hand = by_hand.get(who).into_iter().flatten().copied().filter(|day| *day >= since).min();
                let thanked = referral.thanked.of(side).copied().or(by_hand);
                debts.entry(who).or_default().push(Debt { side, received: referral.received, since, thanked });
            }
        }
        Debts(debts)
    }

    /// What somebody on a side of the ledger is to be thanked for, thanked or not.
    pub fn of(&self, side: Side, who: &ContactId) -> impl Iterator<Item = &Debt> {
        self.0.get(who).into_iter().flatten().filter(move |debt| debt.side == side)
    }
}
