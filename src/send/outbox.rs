//! What is meant to leave now: the audience, less what the journal holds back, compared with what was built.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::emit::build::Shard;
use crate::emit::digest::Digest;
use crate::emit::edition::{Edition, FIRST_GENERATION};
use crate::emit::manifest::Built;
use crate::model::email_address::EmailAddress;
use crate::model::id::ContactId;
use crate::model::journal::{Entry, Journal, State};
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Refusal, Route};

/// Days after its own in which a message may still leave (design §5).
pub const LATEST_DAYS: i32 = 7;

/// One message that is meant to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// Whose it is.
    pub contact: ContactId,
    /// Their place in the audience.
    pub index: usize,
    /// Where it goes.
    pub to: EmailAddress,
    /// Its id, without brackets.
    pub message_id: Box<str>,
    /// The digest of what was built.
    pub sha256: Digest,
    /// Octets of it.
    pub bytes: usize,
    /// How often a person has decided that it must leave again, counted from 1.
    pub generation: u32,
}

impl Dispatch {
    /// A line of the journal about it.
    pub fn entry(&self, t: Timestamp, state: State) -> Entry {
        Entry {
            message_id: Some(self.message_id.clone()),
            generation: self.generation,
            ..Entry::new(t, self.contact.clone(), state)
        }
    }
}

/// What of a mailing is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Only these contacts; everybody where it is empty.
    pub only: Vec<ContactId>,
    /// At most so many.
    pub limit: Option<usize>,
    /// Those too that the relay wanted later.
    pub resume: bool,
    /// Those too whose day has not come or is long past.
    pub off_schedule: bool,
    /// Only this part.
    pub shard: Option<Shard>,
    /// The day.
    pub today: Date,
}

/// Somebody whose message is meant to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Their place in the audience.
    pub index: usize,
    /// See [`Dispatch::generation`].
    pub generation: u32,
}

/// Everybody of the audience, by what becomes of them in this run.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    /// Their messages leave, in the order of the contacts.
    pub chosen: Vec<Chosen>,
    /// Who belongs to the audience and gets nothing, by the reason's code.
    pub left_out: Vec<(ContactId, Refusal)>,
    /// How many get it on paper.
    pub on_paper: usize,
    /// How many have it.
    pub accepted: usize,
    /// How many the relay has refused.
    pub refused: usize,
    /// How many the relay wanted later, and who are not chosen now.
    pub deferred: usize,
    /// How many are in doubt.
    pub in_doubt: usize,
    /// How many have their day still before them, and the first of these days.
    pub early: Option<(usize, Date)>,
    /// How many had their day too long ago, and the last of these days.
    pub late: Option<(usize, Date)>,
    /// How many more there would be without a limit.
    pub beyond_limit: usize,
}

impl Outbox {
    /// Sorts an audience by what the journal says of each.
    pub fn new(
        audience: &Audience<'_>,
        contact_of: impl Fn(u32) -> ContactId,
        past: &Journal,
        request: &Request,
    ) -> Self {
        let mut outbox = Outbox::default();
        let wanted = |id: &ContactId| request.only.is_empty() || request.only.contains(id);
        for (index, recipient) in audience.recipients.iter().enumerate() {
            let is_ours = request.shard.is_none_or(|shard| shard.has(recipient));
            if is_ours && wanted(&recipient.contact().id) {
                outbox.sort(index, recipient, past, request);
            }
        }
        let refusals = audience.refusals.iter().map(|(index, refusal)| (contact_of(*index), *refusal));
        outbox.left_out.extend(refusals.filter(|(id, _)| wanted(id)));
        let limit = request.limit.unwrap_or(usize::MAX);
        outbox.beyond_limit = outbox.chosen.len().saturating_sub(limit);
        outbox.chosen.truncate(limit);
        outbox
    }

    fn sort(&mut self, index: usize, recipient: &Recipient<'_>, past: &Journal, request: &Request) {
        let contact = recipient.contact();
        if matches!(recipient.route(), Route::Post(_)) {
            self.on_paper += 1;
            return;
        }
        let last = past.last(&contact.id);
        let generation = last.map_or(1, |entry| entry.generation);
        match last.map(|entry| entry.state) {
            Some(State::Accepted | State::Posted) => self.accepted += 1,
            Some(State::Refused) => self.refused += 1,
            Some(State::Attempting | State::InDoubt) => self.in_doubt += 1,
            Some(State::Deferred) if !request.resume => self.deferred += 1,
            Some(State::Deferred | State::Planned) | None => {
                // The plan asked for the mailing's own day; this is the day on which it would leave.
                if contact.is_paused(request.today) {
                    let until = contact.details.pause.as_ref().and_then(|pause| pause.until);
                    self.left_out.push((contact.id.clone(), Refusal::Paused(until)));
                } else if self.is_in_time(recipient.date(), request) {
                    self.chosen.push(Chosen { index, generation });
                }
            }
        }
    }

    fn is_in_time(&mut self, date: Date, request: &Request) -> bool {
        if request.off_schedule {
            return true;
        }
        let days = (request.today - date).get_days();
        match days {
            ..0 => {
                let (count, first) = self.early.unwrap_or((0, date));
                self.early = Some((count + 1, first.min(date)));
                false
            }
            0..=LATEST_DAYS => true,
            _ => {
                let (count, last) = self.late.unwrap_or((0, date));
                self.late = Some((count + 1, last.max(date)));
                false
            }
        }
    }

    /// How many are left out, by reason.
    pub fn reasons(&self) -> BTreeMap<&'static str, usize> {
        let mut reasons = BTreeMap::new();
        for (_, refusal) in &self.left_out {
            *reasons.entry(refusal.code()).or_default() += 1;
        }
        reasons
    }
}

/// How a message differs from what was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// None was built.
    New,
    /// Another was built.
    Changed,
    /// It was built for another address.
    Moved,
}

impl Difference {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Difference::New => "new",
            Difference::Changed => "changed",
            Difference::Moved => "another address",
        }
    }
}

/// Composes every chosen message again and compares it with what was built: those that are equal, and those that are not.
///
/// # Errors
/// What cannot be rendered.
pub fn compare(
    edition: &Edition<'_, '_>,
    chosen: &[Chosen],
    built: &HashMap<ContactId, Built>,
) -> Result<(Vec<Dispatch>, Vec<(ContactId, Difference)>), Box<Diagnostic>> {
    let made: Vec<_> =
        chosen.par_iter().map(|chosen| compare_one(edition, *chosen, built)).collect::<Result<_, _>>()?;
    let (mut same, mut other) = (Vec::with_capacity(chosen.len()), Vec::new());
    for made in made {
        match made {
            Ok(dispatch) => same.push(dispatch),
            Err(difference) => other.push(difference),
        }
    }
    Ok((same, other))
}

type Compared = Result<Dispatch, (ContactId, Difference)>;

fn compare_one(
    edition: &Edition<'_, '_>,
    chosen: Chosen,
    built: &HashMap<ContactId, Built>,
) -> Result<Compared, Box<Diagnostic>> {
    let Chosen { index, generation } = chosen;
    let recipient = &edition.audience().recipients[index];
    let contact = &recipient.contact().id;
    let letter = edition.letter(index, FIRST_GENERATION)?;
    let (Some(letter), Route::Email(to)) = (letter, recipient.route()) else {
        return Ok(Err((contact.clone(), Difference::New)));
    };
    let sha256 = Digest::of(&letter.bytes);
    Ok(match built.get(contact) {
        None => Err((contact.clone(), Difference::New)),
        Some(built) if &*built.to != to.as_str() => Err((contact.clone(), Difference::Moved)),
        Some(built) if built.sha256 != sha256 => Err((contact.clone(), Difference::Changed)),
        Some(_) => Ok(Dispatch {
            contact: contact.clone(),
            index,
            to: to.clone(),
            message_id: edition.message_id(index, &generation.to_string()).into(),
            sha256,
            bytes: letter.bytes.len(),
            generation,
        }),
    })
}
