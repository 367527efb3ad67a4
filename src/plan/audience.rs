//! Who a mailing reaches: its audience, drawn from the bottom up (R9), and who of it is refused.

use std::collections::HashMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::model::contact::{Contact, Tier};
use crate::model::expression::Expression;
use crate::model::id::{ContactId, MailingId};
use crate::model::law::Way;
use crate::model::ledger::{Side, Touch};
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::programme::Programme;
use crate::model::touch::TouchKind;
use crate::model::wall::Wall;
use crate::plan::admission::{Cleared, Gate, Recipient, Refusal};
use crate::plan::dates::Dates;
use crate::plan::events::Events;
use crate::plan::pace;

/// The meaning of a `where`, which the templates' language has and the plan has not.
pub trait Narrowing: Sync {
    /// True where `contact` meets the condition.
    fn holds(&self, condition: &Expression, contact: &Contact) -> bool;

    /// The condition, made ready to be asked of many: of a contact and their position on the list.
    fn prepared<'a>(&'a self, condition: &'a Expression) -> Prepared<'a> {
        Box::new(move |_, contact| self.holds(condition, contact))
    }
}

/// A condition that is asked of many.
pub type Prepared<'a> = Box<dyn Fn(u32, &Contact) -> bool + Sync + 'a>;

impl<F: Fn(&Expression, &Contact) -> bool + Sync> Narrowing for F {
    fn holds(&self, condition: &Expression, contact: &Contact) -> bool {
        self(condition, contact)
    }
}

/// Contacts that one thread looks at at a time.
const CHUNK: usize = 4096;

/// Days before a thank-you mailing in which a referral earns it (R20).
const THANKED_FOR_DAYS: i32 = 365;

/// A referral, as far as its referrer's thanks go.
struct Named {
    /// The day it reached us.
    on: Date,
    /// The day the referrer was thanked.
    thanked: Option<Date>,
}

/// Who a mailing reaches and who is left out; who lies below its tier or outside its `where` is neither.
#[derive(Debug, Clone)]
pub struct Audience<'p> {
    /// The mailing.
    pub mailing: &'p Mailing,
    /// Who gets it, each with their own day, in the order of the contacts.
    pub recipients: Vec<Recipient<'p>>,
    /// Who does not, as indices into [`Programme::contacts`] and in their order.
    pub refusals: Vec<(u32, Refusal)>,
}

impl<'p> Audience<'p> {
    fn empty(mailing: &'p Mailing) -> Self {
        Audience { mailing, recipients: Vec::new(), refusals: Vec::new() }
    }
}

/// What decides whether a mailing reaches a contact; each is asked for alone.
pub struct Door<'p> {
    programme: &'p Programme,
    narrowing: &'p dyn Narrowing,
    dates: Dates<'p>,
    events: Events<'p>,
    gate: Gate<'p>,
    /// What each side of the ledger is to be thanked for, by who it is.
    named: HashMap<(Side, &'p ContactId), Vec<Named>>,
}

/// All contacts, asked once what no mailing changes; audiences are drawn from it.
pub struct Roster<'p> {
    door: Door<'p>,
    /// By contact, in the order of the contacts.
    cleared: Vec<Result<Cleared<'p>, Refusal>>,
    /// What somebody does not get who wants few mailings, or time between them.
    left_out: HashMap<&'p ContactId, HashMap<&'p MailingId, Refusal>>,
}

impl<'p> Door<'p> {
    /// The door of a programme.
    pub fn new(programme: &'p Programme, narrowing: &'p dyn Narrowing) -> Self {
        let mut by_hand: HashMap<&ContactId, Vec<Date>> = HashMap::new();
        let settling = |touch: &&Touch| matches!(touch.kind, TouchKind::Thanks | TouchKind::Gift) && !touch.inbound;
        for touch in programme.touches.iter().filter(settling) {
            by_hand.entry(&touch.contact).or_default().push(touch.on);
        }
        let mut named: HashMap<(Side, &ContactId), Vec<Named>> = HashMap::new();
        for referral in &programme.referrals {
            for &side in Side::ALL {
                let (Some(on), Some(who)) = (referral.thanks_owed_since(side), referral.contact_on(side)) else {
                    continue;
                };
                let by_hand = by_hand.get(who).into_iter().flatten().copied().filter(|day| *day >= on).min();
                let thanked = referral.thanked.of(side).copied().or(by_hand);
                named.entry((side, who)).or_default().push(Named { on, thanked });
            }
        }
        let (dates, events, gate) = (Dates::new(programme), Events::new(programme), Gate::new(programme));
        Door { programme, narrowing, dates, events, gate, named }
    }

    /// The wall.
    pub fn wall(&self) -> &Wall {
        self.gate.wall()
    }

    /// The days of the mailings.
    pub fn dates(&self) -> &Dates<'p> {
        &self.dates
    }

    /// Whether `mailing` reaches a contact; `None` where they are not of its audience.
    pub fn admission(&self, mailing: &'p Mailing, contact: &'p Contact) -> Option<Result<Recipient<'p>, Refusal>> {
        if !self.is_meant(mailing, contact) {
            return None;
        }
        let admitted = self.gate.clear(contact).and_then(|cleared| {
            let recipient = self.admit(mailing, cleared)?;
            match self.left_out(cleared).remove(&mailing.id) {
                Some(refusal) => Err(refusal),
                None => Ok(recipient),
            }
        });
        Some(admitted)
    }

    /// True where `contact` belongs to the audience of `mailing`, refused or not. Of tier D no narrowing is asked: whatever is
    /// planned, they are left out, and that is shown.
    pub fn is_meant(&self, mailing: &Mailing, contact: &Contact) -> bool {
        self.is_named(mailing, contact, contact.tier()) && self.is_of_audience(mailing, contact)
    }

    /// R14: who has no project on the day of a status mailing has nothing to be told.
    fn is_in_project(&self, status: &Mailing, contact: &Contact) -> bool {
        let Some(project) = &contact.details.project else { return false };
        self.dates.of(status, contact).is_some_and(|on| project.runs_on(on))
    }

    /// Of tier and ledger alone, whatever its `where` says.
    fn is_named(&self, mailing: &Mailing, contact: &Contact, tier: Option<Tier>) -> bool {
        tier.is_none_or(|tier| tier >= mailing.to)
            && match mailing.kind {
                MailingKind::Thanks => self.owes_thanks(mailing, contact),
                MailingKind::Status => self.is_in_project(mailing, contact),
                _ => true,
            }
    }

    /// True where `contact` meets the condition, or there is none.
    fn is_within(&self, condition: Option<&Expression>, contact: &Contact) -> bool {
        condition.is_none_or(|condition| self.narrowing.holds(condition, contact))
    }

    /// Of tier and `where` alone, whatever the ledger says.
    fn is_of_audience(&self, mailing: &Mailing, contact: &Contact) -> bool {
        match contact.tier() {
            Some(tier) if tier < mailing.to => false,
            None => true,
            Some(_) => self.is_within(mailing.narrowing.as_ref(), contact),
        }
    }

    /// True where `referrer` named somebody, or was named, and is owed thanks for it: somebody for whom neither a person nor an earlier mailing has thanked them by the day of
    /// `thanks`: each referral is thanked for once (R20).
    fn owes_thanks(&self, thanks: &Mailing, referrer: &Contact) -> bool {
        let Some(named) = self.named.get(&(thanks.side, &referrer.id)) else { return false };
        let Some(on) = self.dates.of(thanks, referrer) else { return false };
        let is_open = |named: &&Named| {
            (0..=THANKED_FOR_DAYS).contains(&(on - named.on).get_days())
                && named.thanked.is_none_or(|thanked| thanked >= on)
        };
        let open: Vec<Date> = named.iter().filter(is_open).map(|named| named.on).collect();
        if open.is_empty() {
            return false;
        }
        let is_such = |other: &&Mailing| other.kind == MailingKind::Thanks && other.side == thanks.side;
        let earlier = self.programme.mailings().filter(is_such).filter(|other| other.id != thanks.id);
        let earlier: Vec<Date> = earlier
            .filter(|other| self.is_of_audience(other, referrer))
            .filter_map(|other| self.dates.of(other, referrer))
            .filter(|&day| day < on)
            .collect();
        open.iter().any(|&named| !earlier.iter().any(|&day| (0..=THANKED_FOR_DAYS).contains(&(day - named).get_days())))
    }

    fn admit(&self, mailing: &Mailing, cleared: Cleared<'p>) -> Result<Recipient<'p>, Refusal> {
        if mailing.when.after().is_some() {
            let first = self.events.of(mailing, cleared.contact(), cleared.country()).first().copied();
            let (on, event) = first.ok_or(Refusal::NoDate)?;
            return Recipient::admit(cleared, mailing, on).map(|recipient| recipient.about(event));
        }
        let date = self.dates.of(mailing, cleared.contact()).ok_or(Refusal::NoDate)?;
        Recipient::admit(cleared, mailing, date)
    }

    /// The mailings that somebody does not get who wants few, or time between them; none where they do not say.
    fn left_out(&self, cleared: Cleared<'p>) -> HashMap<&'p MailingId, Refusal> {
        let Some(wish) = cleared.pace() else { return HashMap::new() };
        let contact = cleared.contact();
        let reaches = |mailing: &'p Mailing| {
            let admitted = self.is_meant(mailing, contact).then(|| self.admit(mailing, cleared).ok()).flatten();
            admitted.map(|recipient| (recipient.date(), mailing))
        };
        pace::left_out(wish, self.programme.mailings().filter_map(reaches).collect())
    }
}

impl<'p> Roster<'p> {
    /// The wall.
    pub fn wall(&self) -> &Wall {
        self.door.wall()
    }

    /// The roster of a programme.
    pub fn new(programme: &'p Programme, narrowing: &'p dyn Narrowing) -> Self {
        let door = Door::new(programme, narrowing);
        let cleared = programme.contacts.par_iter().map(|contact| door.gate.clear(contact)).collect();
        let mut roster = Roster { door, cleared, left_out: HashMap::new() };
        roster.left_out = roster.look_at_paces();
        roster
    }

    /// Whose roster it is.
    pub fn programme(&self) -> &'p Programme {
        self.door.programme
    }

    /// The days of the mailings.
    pub fn dates(&self) -> &Dates<'p> {
        self.door.dates()
    }

    /// True where `contact` belongs to the audience of `mailing`, as [`Door::is_meant`] says.
    pub fn is_meant(&self, mailing: &Mailing, contact: &Contact) -> bool {
        self.door.is_meant(mailing, contact)
    }

    /// True where a contact meets a condition of the plans.
    pub fn holds(&self, condition: &Expression, contact: &Contact) -> bool {
        self.door.narrowing.holds(condition, contact)
    }

    /// True where the law lets us do what is planned with `contact` on the day `on`: call them, or write to them in person (R26).
    pub fn may_be_reached(&self, contact: &Contact, kind: TouchKind, on: Date) -> bool {
        let way = match kind {
            TouchKind::Call | TouchKind::Sales => Way::Phone,
            TouchKind::Mail => Way::Email,
            TouchKind::Post => Way::Post,
            _ => return true,
        };
        self.door.gate.ruling(contact, way).judge(contact, on).is_ok()
    }

    /// A condition of the plans, ready to be asked of many.
    pub fn prepared(&self, condition: &'p Expression) -> Prepared<'p> {
        self.door.narrowing.prepared(condition)
    }

    /// Who `mailing` reaches.
    pub fn audience(&self, mailing: &'p Mailing) -> Audience<'p> {
        let mut whole = Audience::empty(mailing);
        let parts = self.visit(
            mailing,
            || Audience::empty(mailing),
            |part, position, admitted| match admitted {
                Ok(recipient) => part.recipients.push(recipient),
                Err(refusal) => part.refusals.push((position, refusal)),
            },
        );
        for part in parts {
            whole.recipients.extend(part.recipients);
            whole.refusals.extend(part.refusals);
        }
        whole
    }

    /// Shows `each` everybody whom `mailing` is meant for, by their position on the list: as its recipient, or why they are not.
    /// All cores look at parts of the list, each with what `start` makes; what became of that comes back in the list's order.
    pub fn visit<T: Send>(
        &self,
        mailing: &'p Mailing,
        start: impl Fn() -> T + Sync,
        each: impl Fn(&mut T, u32, Result<Recipient<'p>, Refusal>) + Sync,
    ) -> Vec<T> {
        let within = mailing.narrowing.as_ref().map(|condition| self.door.narrowing.prepared(condition));
        let days = self.door.dates.of_mailing(mailing);
        let is_about_event = mailing.when.after().is_some();
        let contacts = self.door.programme.contacts.par_chunks(CHUNK).zip(self.cleared.par_chunks(CHUNK));
        let parts = contacts.enumerate().map(|(number, (contacts, cleared))| {
            let first = u32::try_from(number * CHUNK).expect("contacts are counted in 32 bits");
            let mut part = start();
            for (position, (contact, cleared)) in (first..).zip(contacts.iter().zip(cleared)) {
                let tier = cleared.map_or_else(|_| contact.tier(), |cleared| Some(cleared.tier()));
                let is_within = || tier.is_none() || within.as_ref().is_none_or(|holds| holds(position, contact));
                if is_about_event {
                    self.after_events(mailing, (contact, cleared), is_within, |admitted| {
                        each(&mut part, position, admitted)
                    });
                } else if self.door.is_named(mailing, contact, tier) && is_within() {
                    let admitted = cleared.and_then(|cleared| {
                        let on = days.in_country(cleared.country(), contact).ok_or(Refusal::NoDate)?;
                        let recipient = Recipient::admit(cleared, mailing, on)?;
                        self.within_pace(mailing, cleared).map(|()| recipient)
                    });
                    each(&mut part, position, admitted);
                }
            }
            part
        });
        parts.collect()
    }

    /// Shows `each` what a mailing after an event means for one contact, once an event (R33). To whom nothing happened, it is not
    /// meant for.
    fn after_events(
        &self,
        mailing: &'p Mailing,
        (contact, cleared): (&'p Contact, &Result<Cleared<'p>, Refusal>),
        is_within: impl Fn() -> bool,
        mut each: impl FnMut(Result<Recipient<'p>, Refusal>),
    ) {
        let days = self.door.events.of(mailing, contact, contact.country(self.door.programme.settings.country));
        if days.is_empty() || !self.door.is_named(mailing, contact, contact.tier()) || !is_within() {
            return;
        }
        match cleared {
            Err(refusal) => each(Err(*refusal)),
            Ok(cleared) => days.into_iter().for_each(|(on, event)| {
                let admitted = Recipient::admit(*cleared, mailing, on).map(|recipient| recipient.about(event));
                each(admitted.and_then(|recipient| self.within_pace(mailing, *cleared).map(|()| recipient)));
            }),
        }
    }

    /// Whether the contact at `position` on the list may be written to at all.
    pub fn cleared(&self, position: u32) -> Result<Cleared<'p>, Refusal> {
        self.cleared[position as usize]
    }

    /// Keeps from somebody what is more than they want (R13).
    fn within_pace(&self, mailing: &Mailing, cleared: Cleared<'p>) -> Result<(), Refusal> {
        let refusal = self.left_out.get(&cleared.contact().id).and_then(|left_out| left_out.get(&mailing.id));
        refusal.map_or(Ok(()), |refusal| Err(*refusal))
    }

    /// What each gets no more of who wants few mailings, or time between them: the first are kept (R13).
    fn look_at_paces(&self) -> HashMap<&'p ContactId, HashMap<&'p MailingId, Refusal>> {
        let choosy = self.cleared.iter().flatten().filter(|cleared| cleared.pace().is_some());
        choosy.map(|&cleared| (&cleared.contact().id, self.door.left_out(cleared))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ledger::Stage;
    use crate::plan::fixture::{Fixture, everybody};
    use jiff::civil::date;

    fn ids(programme: &Programme, narrowing: &dyn Narrowing, mailing: &str) -> Vec<String> {
        let roster = Roster::new(programme, narrowing);
        let audience = roster.audience(programme.mailing(mailing).expect("it is planned"));
        let reached = audience.recipients.iter().map(|recipient| recipient.contact().id.to_string());
        let refused = audience
            .refusals
            .iter()
            .map(|(index, refusal)| format!("{}: {}", programme.contacts[*index as usize].id, refusal.code()));
        reached.chain(refused).collect()
    }

    #[test]
    fn r09_a_gets_all_that_b_gets_and_b_all_that_c_gets() {
        let programme = Fixture::new()
            .contact("cid", "C", |_| {})
            .contact("dag", "D", |_| {})
            .contact("anna", "A", |_| {})
            .contact("bo", "B", |_| {})
            .mailing("to-a", "2027-01-20", |m| m.to = Tier::A)
            .mailing("to-b", "2027-02-20", |m| m.to = Tier::B)
            .mailing("to-c", "2027-03-20", |m| m.to = Tier::C)
            .build();
        assert_eq!(ids(&programme, &everybody, "to-a"), ["anna", "dag: do-not-contact"]);
        assert_eq!(ids(&programme, &everybody, "to-b"), ["anna", "bo", "dag: do-not-contact"]);
        assert_eq!(ids(&programme, &everybody, "to-c"), ["cid", "anna", "bo", "dag: do-not-contact"]);
    }

    #[test]
    fn r09_a_narrowing_takes_people_out_of_the_audience_without_refusing_them() {
        let programme = Fixture::new()
            .contact("anna", "A", |_| {})
            .contact("bo", "B", |c| c.details.tags = vec!["golf".parse().expect("a tag")])
            .mailing("golf", "2027-01-20", |m| m.narrowing = Some("'golf' in tags".parse().expect("a condition")))
            .mailing("all", "2027-01-21", |_| {})
            .build();
        let golfers = |_: &Expression, contact: &Contact| !contact.details.tags.is_empty();
        assert_eq!(ids(&programme, &golfers, "golf"), ["bo"]);
        assert_eq!(ids(&programme, &golfers, "all"), ["anna", "bo"]);
    }

    #[test]
    fn r13_a_cap_keeps_the_first_mailings_of_each_calendar_year() {
        let programme = Fixture::new()
            .contact("anna", "A", |c| c.details.prefers.max_per_year = Some(2))
            .mailing("spring", "2027-03-01", |_| {})
            .mailing("winter", "2027-01-10", |_| {})
            .mailing("autumn", "2027-10-01", |_| {})
            .mailing("new-year", "new-year+365d", |_| {})
            .build();
        assert_eq!(ids(&programme, &everybody, "winter"), ["anna"]);
        assert_eq!(ids(&programme, &everybody, "spring"), ["anna"]);
        assert_eq!(ids(&programme, &everybody, "autumn"), ["anna: capped"]);
        assert_eq!(ids(&programme, &everybody, "new-year"), ["anna"], "it falls into the next year");
    }

    #[test]
    fn r16_a_birthday_mailing_reaches_each_on_their_own_day() {
        let programme = Fixture::new()
            .contact("anna", "A", |c| c.details.birthday = Some(date(1980, 2, 29)))
            .contact("bo", "B", |_| {})
            .mailing("birthday", "birthday", |_| {})
            .build();
        assert_eq!(ids(&programme, &everybody, "birthday"), ["anna", "bo: no-date"]);
        let roster = Roster::new(&programme, &everybody);
        let audience = roster.audience(programme.mailing("birthday").expect("it is planned"));
        assert_eq!(audience.recipients[0].date(), date(2027, 2, 28));
    }

    #[test]
    fn r20_thanks_go_to_referrers_of_the_last_year_and_never_to_the_named() {
        let programme = Fixture::new()
            .contact("anna", "A", |_| {})
            .contact("bo", "B", |_| {})
            .contact("cid", "C", |_| {})
            .contact("dag", "D", |_| {})
            .contact("nils", "C", |_| {})
            .referral("anna", Some("nils"), date(2026, 6, 1), Stage::Lost)
            .referral("bo", None, date(2026, 5, 31), Stage::Customer)
            .referral("cid", None, date(2027, 6, 2), Stage::Received)
            .referral("dag", None, date(2027, 5, 1), Stage::Received)
            .mailing("thanks", "2027-06-01", |m| m.kind = MailingKind::Thanks)
            .build();
        assert_eq!(ids(&programme, &everybody, "thanks"), ["anna", "dag: do-not-contact"]);
    }
}
