//! Who is let through: a [`Recipient`], or a [`Refusal`] with its reason.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use jiff::civil::Date;

use crate::model::channel::Channel;
use crate::model::contact::{BasisKind, Contact, PostalAddress, RareDetails, Standing, Tier};
use crate::model::id::ContactId;
use crate::model::language::Country;
use crate::model::law::{self, Breach, Law, Ruling, Way};
use crate::model::ledger::Stage;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::preference::{Preference, PreferredChannel};
use crate::model::programme::Programme;
use crate::model::touch::Interval;
use crate::model::wall::{Stop, Wall};
use crate::plan::leads;
use mail::address::EmailAddress;

/// Why somebody who belongs to a mailing's audience gets nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// Tier D (R1, R4).
    DoNotContact,
    /// Their firm, domain or address stands on the wall (R4).
    Wall(Stop),
    /// They opted out on that day (R26).
    Unsubscribed(Date),
    /// A friend named them, and they have neither written to us nor agreed (R20).
    OnlyNamed,
    /// No ground to write to them (R26).
    NoBasis,
    /// Their country's law does not let us write to them on the ground we have (R26).
    Law(Breach),
    /// Their country keeps no such day, or they have none: no birthday, no first anniversary (R16).
    NoDate,
    /// They want to be left in peace until that day, or until further notice.
    Paused(Option<Date>),
    /// They want this channel and no other (R13).
    Prefers(PreferredChannel),
    /// Nothing to reach them by on this channel; `Preferred` is on none.
    NoAddress(Channel),
    /// Their e-mail address failed for good on that day.
    Bounced(Date),
    /// They get no more than this many mailings a calendar year (R13).
    Capped(u32),
    /// They want this much time between two mailings (R13).
    TooSoon(Interval),
}

impl Refusal {
    /// A stable name for the reason, in kebab case.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::DoNotContact => "do-not-contact",
            Refusal::Wall(_) => "wall",
            Refusal::Unsubscribed(_) => "unsubscribed",
            Refusal::OnlyNamed => "only-named",
            Refusal::NoBasis => "no-basis",
            Refusal::Law(breach) => breach.code(),
            Refusal::NoDate => "no-date",
            Refusal::Paused(_) => "paused",
            Refusal::Prefers(PreferredChannel::Email) => "prefers-email",
            Refusal::Prefers(PreferredChannel::Phone) => "prefers-phone",
            Refusal::Prefers(PreferredChannel::Post) => "prefers-post",
            Refusal::NoAddress(Channel::Email) => "no-email",
            Refusal::NoAddress(Channel::Post) => "no-postal-address",
            Refusal::NoAddress(Channel::Preferred) => "no-address",
            Refusal::Bounced(_) => "bounced",
            Refusal::Capped(_) => "capped",
            Refusal::TooSoon(_) => "too-soon",
        }
    }

    /// The paragraph that was read, where a law is the reason.
    pub fn paragraph(self) -> Option<&'static str> {
        match self {
            Refusal::Law(breach) => Some(breach.paragraph()),
            Refusal::NoBasis => Some("GDPR art. 6"),
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    /// One sentence without any name: it is written beside mail, where no firm or domain of the wall may appear.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::DoNotContact => f.write_str("tier D: we leave them alone"),
            Refusal::Wall(Stop::Company(_)) => f.write_str("their company is on the do-not-contact list"),
            Refusal::Wall(Stop::Domain(_)) => f.write_str("their e-mail domain is on the do-not-contact list"),
            Refusal::Wall(Stop::Mailbox(_)) => f.write_str("their address is on the do-not-contact list"),
            Refusal::Wall(Stop::MailboxOfD(_)) => f.write_str("their address belongs to a contact of tier D"),
            Refusal::Wall(Stop::PhoneOfD(_)) => f.write_str("their telephone number belongs to a contact of tier D"),
            Refusal::Wall(Stop::NameOfD(_)) => f.write_str("they have name and company of a contact of tier D"),
            Refusal::Unsubscribed(on) => write!(f, "unsubscribed on {on}"),
            Refusal::OnlyNamed => f.write_str("somebody named them; they have neither written to us nor consented"),
            Refusal::NoBasis => f.write_str("no basis to write to them"),
            Refusal::Law(breach) => breach.fmt(f),
            Refusal::NoDate => f.write_str("the occasion falls on no day for them"),
            Refusal::Paused(Some(until)) => write!(f, "paused until {until}"),
            Refusal::Paused(None) => f.write_str("paused until further notice"),
            Refusal::Prefers(PreferredChannel::Email) => f.write_str("prefers e-mail"),
            Refusal::Prefers(PreferredChannel::Phone) => f.write_str("would rather be called"),
            Refusal::Prefers(PreferredChannel::Post) => f.write_str("prefers post"),
            Refusal::NoAddress(Channel::Email) => f.write_str("no e-mail address"),
            Refusal::NoAddress(Channel::Post) => f.write_str("no complete postal address"),
            Refusal::NoAddress(Channel::Preferred) => f.write_str("no e-mail address and no complete postal address"),
            Refusal::Bounced(on) => write!(f, "the e-mail address failed on {on}"),
            Refusal::Capped(1) => f.write_str("gets at most one mailing a year"),
            Refusal::Capped(max) => write!(f, "gets at most {max} mailings a year"),
            Refusal::TooSoon(every) => write!(f, "wants {every} between two mailings"),
        }
    }
}

/// What is asked of a contact before any mailing: the wall, and who was merely named by a friend.
#[derive(Debug, Clone)]
pub struct Gate<'p> {
    wall: Wall,
    home: Country,
    law: &'p Law,
    /// Leads that became contacts, and of whom we know nothing but their name.
    only_named: HashSet<&'p ContactId>,
}

impl<'p> Gate<'p> {
    /// The gate of a programme.
    pub fn new(programme: &'p Programme) -> Self {
        let referrers: BTreeSet<&ContactId> = programme.referrals.iter().map(|referral| &referral.referrer).collect();
        let came: BTreeSet<&ContactId> =
            programme.touches.iter().filter(|touch| touch.inbound).map(|touch| &touch.contact).collect();
        // Who bought, wrote or named others has spoken to us.
        let silent = |id: &&ContactId| !referrers.contains(*id) && !came.contains(*id);
        let linked = programme.referrals.iter().map(|referral| (referral.lead.contact.as_ref(), referral));
        let unlinked = leads::unlinked(programme).into_iter().map(|(contact, referral)| (Some(&contact.id), referral));
        let open = linked.chain(unlinked).filter(|(_, referral)| referral.stage != Stage::Customer);
        let only_named = open.filter_map(|(lead, _)| lead).filter(silent).collect();
        Gate { wall: Wall::new(programme), home: programme.settings.country, law: &programme.settings.law, only_named }
    }

    /// The wall.
    pub fn wall(&self) -> &Wall {
        &self.wall
    }

    /// Lets a contact pass to the mailings, if they may be written to at all.
    ///
    /// # Errors
    /// Tier D, the wall, an opt-out, a mere naming, or no basis.
    pub fn clear<'c>(&self, contact: &'c Contact) -> Result<Cleared<'c>, Refusal> {
        let Standing::Active(tier) = contact.standing else { return Err(Refusal::DoNotContact) };
        if let Some(stop) = self.wall.stops(contact) {
            return Err(Refusal::Wall(stop));
        }
        if let Some(unsubscribed) = &contact.details.unsubscribed {
            return Err(Refusal::Unsubscribed(unsubscribed.on));
        }
        let basis = contact.basis.as_ref().map(|basis| basis.kind);
        if basis.is_none_or(|kind| kind == BasisKind::LegitimateInterest) && self.only_named.contains(&contact.id) {
            return Err(Refusal::OnlyNamed);
        }
        match basis {
            Some(_) => {
                let (country, has_terms) = (contact.country(self.home), has_terms(&contact.details));
                let (email, post) = (self.ruling(contact, Way::Email), self.ruling(contact, Way::Post));
                Ok(Cleared { contact, tier, country, has_terms, email, post })
            }
            None => Err(Refusal::NoBasis),
        }
    }

    /// What the law asks for to reach a contact in some way (R26).
    pub fn ruling(&self, contact: &Contact, way: Way) -> Ruling {
        self.law.ruling(law::country_of(contact, self.home), contact.nature, way)
    }
}

/// A contact that may be written to; whether a mailing reaches them is asked of [`Recipient::admit`].
#[derive(Debug, Clone, Copy)]
pub struct Cleared<'p> {
    contact: &'p Contact,
    tier: Tier,
    country: Country,
    /// They are paused, ask for a channel or a cap, or their address failed: the most have no terms, and are let through unread.
    has_terms: bool,
    /// What the law asks for before they are sent an e-mail.
    email: Ruling,
    /// What it asks for before they are sent a letter.
    post: Ruling,
}

impl<'p> Cleared<'p> {
    /// The contact.
    pub fn contact(&self) -> &'p Contact {
        self.contact
    }

    /// Their tier.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// Where they live, or the firm's country.
    pub fn country(&self) -> Country {
        self.country
    }

    /// What they want that counts their mailings against each other: a most a year, or a time between two (R13).
    pub fn pace(&self) -> Option<&'p Preference> {
        let prefers = &self.contact.details.prefers;
        (self.has_terms && (prefers.max_per_year.is_some() || prefers.every.is_some())).then_some(prefers)
    }
}

/// True where something of `details` may keep a mailing away.
fn has_terms(details: &RareDetails) -> bool {
    let RareDetails { pause, prefers, email_bounced, .. } = details;
    let Preference { channel, every, max_per_year, asked: _ } = prefers;
    pause.is_some() || channel.is_some() || every.is_some() || max_per_year.is_some() || email_bounced.is_some()
}

/// The way a mailing takes to one recipient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Route<'p> {
    /// By e-mail to this address.
    Email(&'p EmailAddress),
    /// On paper to this complete address.
    Post(&'p PostalAddress),
}

/// Somebody who gets a mailing, the only thing that can be addressed.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'p> {
    contact: &'p Contact,
    tier: Tier,
    route: Route<'p>,
    date: Date,
    event: Option<Date>,
}

impl<'p> Recipient<'p> {
    /// Admits a contact to `mailing` on the day `on`.
    ///
    /// # Errors
    /// They are paused on that day, want another channel, cannot be reached on this one, or the law is against it (R26).
    pub fn admit(cleared: Cleared<'p>, mailing: &Mailing, on: Date) -> Result<Self, Refusal> {
        let Cleared { contact, tier, has_terms, .. } = cleared;
        let terms = has_terms.then_some(&**contact.details);
        if terms.is_some() && contact.is_paused(on) {
            return Err(Refusal::Paused(contact.details.pause.as_ref().and_then(|pause| pause.until)));
        }
        let route = route(&cleared, terms, mailing, on)?;
        Ok(Recipient { contact, tier, route, date: on, event: None })
    }

    /// The contact.
    pub fn contact(&self) -> &'p Contact {
        self.contact
    }

    /// Their tier.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// How it travels to them, with the address.
    pub fn route(&self) -> Route<'p> {
        self.route
    }

    /// The same, because of what happened on a day (R33).
    #[must_use]
    pub(super) fn about(self, event: Date) -> Self {
        Recipient { event: Some(event), ..self }
    }

    /// The day of what it is about, where it comes after an event.
    pub fn event(&self) -> Option<Date> {
        self.event
    }

    /// What journals and manifests know the message by: the contact's id, with the day of the event where it is about one.
    pub fn key(&self) -> ContactId {
        match self.event {
            Some(event) => self.contact.id.at(event),
            None => self.contact.id.clone(),
        }
    }

    /// The day they were admitted for.
    pub fn date(&self) -> Date {
        self.date
    }
}

/// The way to a contact: the mailing's channel unless they want another (R13); what is preferred is by e-mail where they do not
/// say and have an address that works, else on paper.
fn route<'p>(
    cleared: &Cleared<'p>,
    terms: Option<&RareDetails>,
    mailing: &Mailing,
    on: Date,
) -> Result<Route<'p>, Refusal> {
    let Cleared { contact, email, post, .. } = *cleared;
    let wanted = terms.and_then(|terms| terms.prefers.channel);
    let lawful = |ruling: Ruling| ruling.judge(contact, on).map_err(Refusal::Law);
    let by_email = || by_email(contact, terms).and_then(|route| lawful(email).map(|()| route));
    let by_post = || by_post(contact).and_then(|route| lawful(post).map(|()| route));
    match (mailing.channel, wanted) {
        // A gift goes neither into an e-mail nor down a telephone line; who likes these better is still given one.
        (Channel::Post | Channel::Preferred, Some(PreferredChannel::Phone)) if mailing.kind == MailingKind::Gift => {
            by_post()
        }
        (Channel::Post, Some(PreferredChannel::Email)) if mailing.kind == MailingKind::Gift => by_post(),
        (_, Some(wanted @ PreferredChannel::Phone))
        | (Channel::Email, Some(wanted @ PreferredChannel::Post))
        | (Channel::Post, Some(wanted @ PreferredChannel::Email)) => Err(Refusal::Prefers(wanted)),
        (Channel::Email, _) | (Channel::Preferred, Some(PreferredChannel::Email)) => by_email(),
        (Channel::Post, _) | (Channel::Preferred, Some(PreferredChannel::Post)) => by_post(),
        (Channel::Preferred, _) => by_email().or_else(|refusal| {
            by_post().map_err(|on_paper| match (refusal, on_paper) {
                (Refusal::NoAddress(_), Refusal::NoAddress(_)) => Refusal::NoAddress(Channel::Preferred),
                (Refusal::NoAddress(_), other) | (other, _) => other,
            })
        }),
    }
}

fn by_email<'p>(contact: &'p Contact, terms: Option<&RareDetails>) -> Result<Route<'p>, Refusal> {
    match (&contact.email, terms.and_then(|terms| terms.email_bounced)) {
        (None, _) => Err(Refusal::NoAddress(Channel::Email)),
        (Some(_), Some(on)) => Err(Refusal::Bounced(on)),
        (Some(email), None) => Ok(Route::Email(email)),
    }
}

fn by_post(contact: &Contact) -> Result<Route<'_>, Refusal> {
    let complete = contact.address.as_deref().filter(|address| address.is_complete());
    complete.map(Route::Post).ok_or(Refusal::NoAddress(Channel::Post))
}

#[cfg(test)]
mod tests;
