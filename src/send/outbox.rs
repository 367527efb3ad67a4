//! What is meant to leave now: the audience, less what the journal holds back, compared with what was built.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::build::Shard;
use crate::model::id::ContactId;
use crate::model::journal::{Entry, Journal, State};
use crate::model::mailing::LATE_DAYS;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Refusal, Route};
use crate::products::mail::batch::{Batch, FIRST_GENERATION, Made};
use crate::products::mail::manifest::Built;
use mail::address::EmailAddress;
use source::diagnostic::Diagnostic;
use store::digest::Digest;

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
        let last = past.of_message(contact, recipient.event());
        let generation = last.map_or(1, |entry| entry.generation);
        match last.map(|entry| entry.state) {
            Some(State::Accepted | State::Posted) => self.accepted += 1,
            Some(State::Refused) => self.refused += 1,
            // Held until somebody decides.
            Some(State::Attempting | State::InDoubt) => {}
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
            0..=LATE_DAYS => true,
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

/// Whose messages differ from what was built, and how.
pub type Differences = Vec<(ContactId, Difference)>;

/// Compares what every chosen message is made of with what was built: those that are equal, and those that are not. Whoever sends one
/// compares its bytes as well.
///
/// # Errors
/// What cannot be rendered.
pub fn compare(
    batch: &Batch<'_, '_>,
    chosen: &[Chosen],
    built: &HashMap<ContactId, Built>,
) -> Result<(Vec<Dispatch>, Differences), Box<Diagnostic>> {
    let made: Vec<_> = chosen.par_iter().map(|chosen| compare_one(batch, *chosen, built)).collect::<Result<_, _>>()?;
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
    batch: &Batch<'_, '_>,
    chosen: Chosen,
    built: &HashMap<ContactId, Built>,
) -> Result<Compared, Box<Diagnostic>> {
    let Chosen { index, generation } = chosen;
    let recipient = &batch.audience().recipients[index];
    let contact = &recipient.key();
    let Route::Email(to) = recipient.route() else { return Ok(Err((contact.clone(), Difference::New))) };
    let built = built.get(contact);
    let is_known = |inputs: &str| built.is_some_and(|built| *built.inputs == *inputs);
    // What is not made of the same may still be the same: another version of bevara built it.
    let is_same = match batch.message_unless(index, FIRST_GENERATION, &is_known)? {
        Made::Known => true,
        Made::Anew(letter) => built.is_some_and(|built| built.sha256 == Digest::of(&letter.bytes)),
        Made::OnPaper => false,
    };
    Ok(match built {
        None => Err((contact.clone(), Difference::New)),
        Some(built) if &*built.to != to.as_str() => Err((contact.clone(), Difference::Moved)),
        Some(_) if !is_same => Err((contact.clone(), Difference::Changed)),
        Some(built) => Ok(Dispatch {
            contact: contact.clone(),
            index,
            to: to.clone(),
            message_id: batch.message_id(index, &generation.to_string()).into(),
            sha256: built.sha256,
            bytes: built.bytes,
            generation,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, everybody, in_country, postal_address};
    use crate::model::contact::Pause;
    use crate::model::programme::Programme;
    use crate::plan::Roster;
    use jiff::civil::date;

    fn request(today: Date) -> Request {
        Request { only: Vec::new(), limit: None, resume: false, off_schedule: false, shard: None, today }
    }

    fn outbox(programme: &Programme, past: &Journal, request: &Request) -> (Outbox, Vec<String>) {
        let mailing = programme.mailing("news").expect("it is planned");
        let audience = Roster::new(programme, &everybody).audience(mailing);
        let contact_of = |index: u32| programme.contacts[index as usize].id.clone();
        let outbox = Outbox::new(&audience, contact_of, past, request);
        let id = |chosen: &Chosen| audience.recipients[chosen.index].contact().id.to_string();
        let chosen = outbox.chosen.iter().map(id).collect();
        (outbox, chosen)
    }

    fn past(lines: &[(&str, &str, u32)]) -> Journal {
        let mut journal = Journal::default();
        for (contact, state, generation) in lines {
            let line = format!(
                r#"{{"t":"2027-01-20T08:00:00Z","contact":"{contact}","state":"{state}","generation":{generation}}}"#
            );
            journal.note(Entry::parse(&line).expect("a good line"));
        }
        journal
    }

    #[test]
    fn what_the_journal_says_decides_who_is_chosen() {
        let states = ["planned", "attempting", "in_doubt", "accepted", "refused", "deferred"];
        let fixture = states.iter().fold(Fixture::new().contact("fresh", "C", |_| {}), |fixture, state| {
            fixture.contact(&state.replace('_', "-"), "C", |_| {})
        });
        let programme = fixture.mailing("news", "2027-01-20", |_| {}).build();
        let ids: Vec<String> = states.iter().map(|state| state.replace('_', "-")).collect();
        let lines: Vec<(&str, &str, u32)> = ids.iter().zip(states).map(|(id, state)| (id.as_str(), state, 1)).collect();
        let journal = past(&lines);
        let day = request(date(2027, 1, 20));
        let (found, chosen) = outbox(&programme, &journal, &day);
        assert_eq!(chosen, ["fresh", "planned"]);
        assert_eq!((found.accepted, found.refused, found.deferred), (1, 1, 1));
        let (_, chosen) = outbox(&programme, &journal, &Request { resume: true, ..day.clone() });
        assert_eq!(chosen, ["fresh", "planned", "deferred"]);
        let again = past(&[("in-doubt", "in_doubt", 1), ("in-doubt", "planned", 2)]);
        let (found, _) = outbox(&programme, &again, &Request { only: vec!["in-doubt".parse().expect("an id")], ..day });
        assert_eq!(found.chosen.iter().map(|chosen| chosen.generation).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn r26_the_day_of_sending_counts_for_pauses_and_the_own_day_for_the_rest() {
        let until = |day| {
            move |c: &mut crate::model::contact::Contact| c.details.pause = Some(Pause { until: Some(day), why: None })
        };
        let programme = Fixture::new()
            .contact("anna", "A", |_| {})
            .contact("kari", "A", |c| in_country(c, "NO"))
            .contact("bo", "B", until(date(2027, 6, 25)))
            .contact("ivo", "C", |c| {
                c.details.prefers.channel = Some(crate::model::preference::PreferredChannel::Post);
                postal_address(c);
            })
            .mailing("news", "midsummer", |m| m.channel = crate::model::channel::Channel::Preferred)
            .build();
        let nothing = Journal::default();
        // St Hans in Norway is two days before midsummer's eve in Sweden.
        let (found, chosen) = outbox(&programme, &nothing, &request(date(2027, 6, 23)));
        assert_eq!((chosen, found.early, found.on_paper), (vec!["kari".to_owned()], Some((1, date(2027, 6, 25))), 1));
        assert_eq!(found.reasons(), BTreeMap::from([("paused", 1)]));
        let (found, chosen) = outbox(&programme, &nothing, &request(date(2027, 7, 1)));
        assert_eq!((chosen, found.late), (vec!["anna".to_owned(), "bo".to_owned()], Some((1, date(2027, 6, 23)))));
        let anyhow = Request { off_schedule: true, limit: Some(2), ..request(date(2027, 7, 1)) };
        let (found, chosen) = outbox(&programme, &nothing, &anyhow);
        assert_eq!((chosen.len(), found.beyond_limit), (2, 1));
    }
}
