//! A contact's own page, and the sheet for an account review (R15).

use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::data::{ROWS, ReportData};
use super::facts;
use crate::model::contact::{Contact, Issue, Tier};
use crate::model::id::{ContactId, MailingId};
use crate::model::ledger::{Referral, Side, Touch};
use crate::model::mailing::Mailing;
use crate::model::meeting::{Meeting, MeetingPlace, Service};
use crate::model::review::Area;
use crate::model::text::{Localised, Prose};
use crate::model::touch::TouchKind;
use crate::plan::agenda::{Agenda, Item, State};
use crate::plan::thanks::thanked_on;

/// Touches that are read up on before a review.
const READ_UP: usize = 6;

/// How many questions of each area a review asks; there is time for no more.
const QUESTIONS: [(Area, usize); 5] =
    [(Area::Opening, 1), (Area::Feelings, 2), (Area::Needs, 2), (Area::Competitors, 2), (Area::Closing, 1)];

/// What is planned for those who have a page, looked up once for all of them.
pub struct Files<'f, 'p> {
    items: HashMap<&'p ContactId, Vec<&'f Item<'p>>>,
    mailings: HashMap<&'p ContactId, Vec<(Date, &'p Mailing)>>,
    referrals: HashMap<&'p ContactId, Vec<&'p Referral>>,
    came: HashMap<&'p ContactId, &'p Referral>,
}

impl<'f, 'p> Files<'f, 'p> {
    /// What `agenda`, of all plan years, and the mailings of the plans have for everybody with a page.
    pub fn new(data: &ReportData<'_, 'p>, agenda: &'f Agenda<'p>) -> Self {
        let mut files =
            Files { items: HashMap::new(), mailings: HashMap::new(), referrals: HashMap::new(), came: HashMap::new() };
        for item in &agenda.items {
            if let Some(contact) = item.contact.filter(|contact| data.linked.has(contact)) {
                files.items.entry(&contact.id).or_default().push(item);
            }
        }
        // Mailings on personal days are items of the agenda already.
        let dated = data.memory.statuses.iter().filter(|status| status.days.is_some());
        for status in dated {
            let parts = data.memory.roster.visit(status.mailing, Vec::new, |own, _, admitted| {
                own.extend(admitted.ok().filter(|recipient| data.linked.has(recipient.contact())));
            });
            for recipient in parts.into_iter().flatten() {
                let own = files.mailings.entry(&recipient.contact().id).or_default();
                own.push((recipient.date(), status.mailing));
            }
        }
        for referral in &data.programme().referrals {
            files.referrals.entry(&referral.referrer).or_default().push(referral);
            if let Some(contact) = &referral.lead.contact {
                files.came.insert(contact, referral);
            }
        }
        files
    }
}

/// Everything planned, sent, logged and referred.
pub(super) fn contact(data: &ReportData<'_, '_>, files: &Files<'_, '_>, contact: &Contact) -> Value {
    let position = data.memory.position(contact);
    let care = data.measures.care.iter().find(|care| care.contact.id == contact.id);
    let history = history(data, contact);
    let named = files.referrals.get(&contact.id).map(Vec::as_slice).unwrap_or_default();
    let came = files.came.get(&contact.id).and_then(|referral| data.programme().contact(&referral.referrer));
    json!({
        "who": data.who(contact),
        "role": contact.role.as_ref().map(|role| role.as_str()),
        "planned": care.map_or(data.memory.planned(position).mailings, |care| care.planned),
        "done": data.memory.heard(position).done(),
        "min": care.map_or(0, |care| care.min),
        "days": data.memory.silence(position, contact).map_or(-1, i64::from),
        "allowed": care.and_then(|care| care.allowed).unwrap_or(0),
        "leads": named.len(),
        "facts": facts::of_page(data, contact),
        "issues": contact.details.issues.iter().map(issue).collect::<Value>(),
        "coming": coming(data, files, contact),
        "history": history[..history.len().min(ROWS)],
        "history_total": history.len(),
        "named": named.iter().map(|referral| of_ledger(data, referral)).collect::<Value>(),
        "came_through": came.map(|contact| data.who(contact)),
    })
}

fn issue(issue: &Issue) -> Value {
    json!({
        "what": issue.what.as_str(),
        "since": issue.since.map(|day| day.to_string()),
        "closed": issue.closed.is_some(),
    })
}

fn of_ledger(data: &ReportData<'_, '_>, referral: &Referral) -> Value {
    let option = referral.reward.of(Side::Referrer).and_then(|id| {
        let policy = data.programme().settings.reward.as_ref()?;
        let option = policy.options.iter().find(|option| option.id == *id)?;
        option.label.get(data.words.language(), &data.programme().settings.languages)
    });
    json!({
        "received": referral.received.to_string(),
        "lead": data.lead(&referral.lead),
        "stage": referral.stage.name(),
        "thanked": thanked_on(data.memory, referral, Side::Referrer).map(|day| day.to_string()),
        "reward": option.unwrap_or_default(),
    })
}

/// What is to come, by day.
fn coming(data: &ReportData<'_, '_>, files: &Files<'_, '_>, contact: &Contact) -> Value {
    let memory = data.memory;
    let position = memory.position(contact);
    let mut rows: Vec<(Date, Value)> = Vec::new();
    let items = files.items.get(&contact.id).into_iter().flatten();
    for item in items.filter(|item| item.state != State::Done) {
        rows.push((
            item.on,
            json!({
                "on": item.on.to_string(), "state": item.state.name(), "what": data.what(item), "note": null,
                "lang": data.lang_of(item), "by": data.given(item.owner),
            }),
        ));
    }
    for &(on, mailing) in files.mailings.get(&contact.id).into_iter().flatten() {
        let is_sent = memory.sent_on(mailing, position).next().is_some();
        let is_unsent = || {
            let status = memory.statuses.iter().find(|status| status.mailing.id == mailing.id);
            status.is_some_and(|status| status.unsent.iter().any(|(other, _)| *other == position))
        };
        // What was never owed to them, because they came later, is not late.
        if is_sent || (on <= memory.today && !is_unsent()) {
            continue;
        }
        let state = if on < memory.today { State::Overdue } else { State::Coming };
        let by = crate::plan::agenda::person(data.programme(), &mailing.signed_by, Some(contact));
        rows.push((
            on,
            json!({
                "on": on.to_string(), "state": state.name(), "what": data.subject(mailing),
                "note": kind(data, mailing), "lang": "", "by": data.given(by),
            }),
        ));
    }
    rows.sort_by_key(|(on, _)| *on);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn kind(data: &ReportData<'_, '_>, mailing: &Mailing) -> String {
    data.words.word(&format!("kind_{}", mailing.kind.name()))
}

/// What was sent to and done with a contact, the latest first.
fn history(data: &ReportData<'_, '_>, contact: &Contact) -> Vec<Value> {
    let memory = data.memory;
    let position = memory.position(contact);
    let touched = memory.touches(position).iter().map(|touch| {
        let by = touch.by.as_ref().unwrap_or(&contact.owner);
        let row = json!({
            "on": touch.on.to_string(),
            "what": data.words.word(&format!("touch_{}", touch.kind.name())),
            "state": "done",
            "note": touch.note.as_ref().map(|note| note.as_str()),
            "recommendation": touch.recommendation.as_ref().map(|text| text.as_str()),
            "lang": lang_of(data, contact, touch),
            "by": if touch.inbound { data.words.word("inbound") } else { data.given(by) },
        });
        (touch.on, row)
    });
    let name = |id: &MailingId| {
        let planned = data.programme().mailing(id.as_str());
        planned.map_or_else(|| (id.to_string(), None), |mailing| (data.subject(mailing), Some(kind(data, mailing))))
    };
    let sent = memory.sent(position).map(|(id, outcome, on)| {
        let state = outcome.state();
        let said = data.words.word(&format!("sent_{}", state.name()));
        let shown = if state.is_sent() { "accepted" } else { state.name() };
        let (name, kind) = name(id);
        let note = kind.map_or_else(|| said.clone(), |kind| format!("{kind}, {said}"));
        let row = json!({
            "on": on.to_string(), "what": name, "state": shown, "note": note, "recommendation": null, "lang": "",
            "by": "",
        });
        (on, row)
    });
    let mut rows: Vec<(Date, Value)> = touched.chain(sent).collect();
    rows.sort_by(|(one, _), (other, _)| other.cmp(one));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The language of what was noted of a touch, where it is the contact's; else nothing.
fn lang_of(data: &ReportData<'_, '_>, contact: &Contact, touch: &Touch) -> &'static str {
    let said = |text: &Option<Prose>| text.as_ref().map_or_else(String::new, |text| text.as_str().to_owned());
    data.lang(&format!("{} {}", said(&touch.note), said(&touch.recommendation)), contact)
}

/// The sheet to take along to an account review (R15).
pub(super) fn review(data: &ReportData<'_, '_>, files: &Files<'_, '_>, contact: &Contact) -> Value {
    let position = data.memory.position(contact);
    let earlier = data.memory.days_of(position, TouchKind::Review).count();
    let ours = |touch: &&&Touch| touch.note.is_some() || touch.recommendation.is_some();
    let read_up = data.memory.touches(position).iter().rev().filter(ours).take(READ_UP).map(|touch| {
        json!({
            "on": touch.on.to_string(),
            "what": data.words.word(&format!("touch_{}", touch.kind.name())),
            "note": touch.note.as_ref().map(|note| note.as_str()),
            "recommendation": touch.recommendation.as_ref().map(|text| text.as_str()),
            "lang": lang_of(data, contact, touch),
        })
    });
    let on = planned_review(files, contact);
    let every = contact.tier().and_then(|tier: Tier| data.programme().settings.cadence.get(&tier)?.review_every);
    let next = every.and_then(|every| every.after(on.unwrap_or(data.memory.today)));
    let open = contact.details.issues.iter().filter(|issue| issue.closed.is_none());
    let agreed =
        data.programme().meetings.iter().filter(|meeting| meeting.contact == contact.id && meeting.done.is_none());
    let agreed = agreed.filter(|meeting| meeting.on >= data.memory.today).min_by_key(|meeting| meeting.on);
    json!({
        "meeting": agreed.map(|meeting| of_meeting(data, contact, meeting)),
        "services": services(data, contact),
        "competitors": contact.details.competitors.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
        "who": data.who(contact),
        "given": contact.name.given.as_str(),
        "facts": facts::of_sheet(data, contact, on, files.referrals.get(&contact.id).map_or(0, Vec::len)),
        "history": read_up.collect::<Value>(),
        "issues": open.map(issue).collect::<Value>(),
        "areas": areas(data, contact, earlier),
        "question_language": question_language(data, contact),
        "next": next.map(|day| day.to_string()),
    })
}

/// A meeting that was agreed on, as its sheet shows it.
fn of_meeting(data: &ReportData<'_, '_>, contact: &Contact, meeting: &Meeting) -> Value {
    let words = &data.words;
    let place = match &meeting.place {
        MeetingPlace::Theirs => words.word("fact_place_theirs"),
        MeetingPlace::Other(venue, why) => {
            let place = words.word(&format!("place_{}", venue.name()));
            why.as_ref().map_or_else(|| place.clone(), |why| format!("{place}: {}", why.as_str()))
        }
    };
    json!({
        "on": meeting.on.to_string(),
        "at": meeting.at.map(|at| at.strftime("%H:%M").to_string()),
        "place": place,
        "agenda": meeting.agenda.iter().map(|line| line.as_str()).collect::<Vec<_>>(),
        "approved": meeting.agenda_ok.map(|day| day.to_string()),
        "booking": words.say("booking", &[("name", contact.name.given.as_str())]),
    })
}

/// What we offer against what they have: an entry of `owned` that is the service's id or name in any language.
fn services(data: &ReportData<'_, '_>, contact: &Contact) -> Value {
    let languages = &data.programme().settings.languages;
    let owned: Vec<&Service> = contact.details.owned.iter().filter_map(|line| data.service(line.as_str())).collect();
    let service = |service: &Service| {
        let has_it = owned.iter().any(|own| own.id == service.id);
        json!({
            "name": data.service_name(service),
            "what": service.what.as_ref().and_then(|what| what.get(data.words.language(), languages)),
            "owned": has_it,
        })
    };
    data.programme().services.iter().map(service).collect()
}

/// The day of the next review in the agenda.
fn planned_review(files: &Files<'_, '_>, contact: &Contact) -> Option<Date> {
    let items = files.items.get(&contact.id).into_iter().flatten();
    let is_review = |item: &&&Item<'_>| item.kind() == TouchKind::Review.name() && item.state != State::Done;
    items.filter(is_review).map(|item| item.on).min()
}

/// The questions of this review: each time the next ones of the bank, so that nobody hears the same twice in a row.
fn areas(data: &ReportData<'_, '_>, contact: &Contact, earlier: usize) -> Value {
    let programme = data.programme();
    let of = |(area, count): (Area, usize)| {
        let bank: Vec<_> = programme.questions.iter().filter(|question| question.area == area).collect();
        let turn = bank.iter().cycle().skip(earlier * count).take(count.min(bank.len()));
        let texts: Vec<&str> =
            turn.filter_map(|question| question.text.get(contact.language, &programme.settings.languages)).collect();
        (!texts.is_empty()).then(|| json!({ "id": area.name(), "questions": texts }))
    };
    QUESTIONS.into_iter().filter_map(of).collect()
}

/// The language the questions are in: the contact's, where the bank speaks it.
fn question_language(data: &ReportData<'_, '_>, contact: &Contact) -> &'static str {
    let speaks = |text: &Localised| matches!(text, Localised::Each(texts) if texts.contains_key(&contact.language));
    match data.programme().questions.iter().any(|question| speaks(&question.text)) {
        true => contact.language.tag(),
        false => data.words.language().tag(),
    }
}
