//! `contacts/meetings.yaml` and `content/services.yaml`: meetings leave a trace (R30).

use std::collections::HashSet;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;

use super::ledgers::Known;
use super::node_path::{NodePath, Required};
use crate::load::scalar::{Clock, Day, Lit, Texts};
use crate::load::{Folder, wire};
use crate::model::contact::Origin;
use crate::model::id::ServiceId;
use crate::model::ledger::{NextStep, Touch};
use crate::model::meeting::{Action, Meeting, MeetingPlace, Service};
use crate::model::settings::Settings;
use crate::model::touch::{Purpose, TouchKind};
use source::SourceFile;
use source::diagnostic::Diagnostic;
use yaml::{Document, Read, Step};

/// Where meetings are written down.
pub const FILE: &str = "contacts/meetings.yaml";
/// Where our services stand.
const SERVICES: &str = "content/services.yaml";
/// Days before a meeting from which on its agenda should be approved.
const APPROVED_BEFORE: i32 = 7;

/// Reads the meetings.
pub fn meetings(
    folder: &Folder,
    known: &Known<'_>,
    files: &mut Vec<Arc<SourceFile>>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Meeting> {
    let mut meetings: Vec<Meeting> = Vec::new();
    let Some(file) = folder.yaml(FILE) else { return meetings };
    let document = Document::whole(file);
    let number = u32::try_from(files.len()).expect("fewer than 2^32 files");
    files.push(Arc::clone(file));
    document.read_list::<wire::Meeting>(found, |first, read, found| {
        let Read { value, faulty } = read;
        let read = Read { value: (), faulty };
        for (index, wire) in value.into_iter().enumerate() {
            let spot = NodePath::root(&document).item(first + index);
            let origin = Origin { file: number, item: u32::try_from(first + index).expect("fewer than 2^32 meetings") };
            let path = &[Step::Item(index)];
            let mut need = Required { spot: &spot, read: &read, path, found };
            let Some(meeting) = meeting(wire, &mut need, known, origin) else { continue };
            // What a key would say that cannot be read is not known to be missing.
            let told = ["place", "agenda", "agenda_ok", "actions", "next", "recommendation", "done"];
            if !told.iter().any(|key| read.is_faulty(path, key)) {
                findings(&meeting, &spot, known.today, found);
            }
            meetings.push(meeting);
        }
    });
    meetings
}

fn meeting(wire: wire::Meeting, need: &mut Required<'_, '_, ()>, known: &Known<'_>, origin: Origin) -> Option<Meeting> {
    let wire::Meeting { contact, on, at, place, kind, agenda, agenda_ok, actions, next, recommendation, done } = wire;
    let contact = need.take(contact, "contact", "with whom?");
    let on = need.take(on, "on", "the day").map(|Lit(Day(day))| day);
    let Required { spot, read, path, found } = need;
    let is_torn = |key: &str| read.is_faulty(path, key);
    if let Some(Lit(contact)) = &contact {
        found.extend(known.check_contact(contact, &spot.key("contact"), "the contact"));
    }
    let day = |value: Option<Lit<Day>>| value.map(|Lit(Day(day))| day);
    let place = match place {
        None | Some(wire::MeetingPlace::Theirs) => MeetingPlace::Theirs,
        Some(wire::MeetingPlace::Other(wire::OtherPlace { at, why })) => {
            let spot = spot.key("place");
            if at.is_none() && !is_torn("place") {
                found.push(spot.error("missing-key", "`at` is missing").hint("ours, online or elsewhere"));
            }
            MeetingPlace::Other(at?.0, why.map(|Lit(why)| why))
        }
    };
    let kind = kind.map_or(TouchKind::Meeting, |Lit(kind)| kind);
    if !matches!(kind, TouchKind::Meeting | TouchKind::Review | TouchKind::Visit) {
        let error = spot.key("kind").error("bad-value", format!("`{}` is no meeting", kind.name()));
        found.push(error.hint("meeting, review or visit"));
    }
    let actions = actions.unwrap_or_default().into_iter().enumerate().filter_map(|(index, wire)| {
        let wire::Action { who, what, by } = wire;
        if (who.is_none() || what.is_none() || by.is_none()) && !is_torn("actions") {
            let error = spot.key("actions").item(index).error("missing-key", "an action has `who`, `what` and `by`");
            found.push(error.hint("who does what by when"));
        }
        Some(Action { who: who?.0, what: what?.0, by: day(by)? })
    });
    let actions = actions.collect();
    Some(Meeting {
        contact: contact?.0,
        on: on?,
        at: at.map(|Lit(Clock(time))| time),
        place,
        kind,
        agenda: agenda.unwrap_or_default().into_iter().map(|Lit(line)| line).collect(),
        agenda_ok: day(agenda_ok),
        actions,
        next: day(next),
        recommendation: recommendation.map(|Lit(text)| text),
        done: day(done),
        origin,
    })
}

/// R30: what a meeting lacks.
fn findings(meeting: &Meeting, spot: &NodePath<'_>, today: Date, found: &mut Vec<Diagnostic>) {
    if let MeetingPlace::Other(venue, None) = &meeting.place {
        let warning =
            spot.key("place").warning("r30-place", format!("this meeting is `{}`, and not at theirs", venue.name()));
        found.push(warning.hint("meet at the customer's; where that cannot be, add `why:`"));
    }
    let is_near = meeting.on.saturating_sub(APPROVED_BEFORE.days()) <= today;
    let key = if meeting.agenda.is_empty() { "on" } else { "agenda" };
    if is_near && meeting.agenda_ok.is_none() && (meeting.done.is_some() || meeting.on >= today) {
        let what = if meeting.agenda.is_empty() { "this meeting has no agenda" } else { "nobody approved this agenda" };
        let warning = spot.key(key).warning("r30-agenda", what);
        found.push(warning.hint("send it to the customer, and note the day of their yes as `agenda_ok:`"));
    }
    let Some(done) = meeting.done else { return };
    if done > today {
        let error = spot.key("done").error("future", format!("{done} is in the future"));
        found.push(error.hint(format!("`done:` is the day on which you met; today is {today}")));
    }
    let lacks = [
        ("a recommendation", meeting.recommendation.is_none()),
        ("who does what by when", meeting.actions.is_empty()),
        ("the next date", meeting.next.is_none()),
    ];
    let lacks: Vec<&str> = lacks.into_iter().filter(|(_, is_missing)| *is_missing).map(|(what, _)| what).collect();
    if !lacks.is_empty() {
        let message = format!("this {} is not done: it lacks {}", meeting.kind.name(), lacks.join(", "));
        let warning = spot.key("done").warning("r30-no-trace", message);
        found.push(warning.hint("`bevara meeting done` takes `--recommendation`, `--action` and `--next`"));
    }
}

/// What was done at meetings, as touches; where somebody logged the same on the same day, theirs stands.
pub fn as_touches(meetings: &[Meeting], touches: &[Touch], settings: Option<&Settings>) -> Vec<Touch> {
    let logged: HashSet<_> = touches.iter().map(|touch| (&touch.contact, touch.on, touch.kind)).collect();
    let new = meetings.iter().filter_map(|meeting| {
        let on = meeting.done?;
        let of_ours = |action: &Action| {
            let by = settings?.team.iter().find(|member| member.id.as_str() == action.who.as_str())?.id.clone();
            Some(NextStep { what: action.what.clone(), on: action.by, by })
        };
        (!logged.contains(&(&meeting.contact, on, meeting.kind))).then(|| Touch {
            contact: meeting.contact.clone(),
            on,
            kind: meeting.kind,
            by: None,
            purpose: Purpose::Care,
            note: None,
            next: meeting.actions.iter().filter_map(of_ours).filter(|step| step.on >= on).min_by_key(|step| step.on),
            recommendation: meeting.recommendation.clone(),
            inbound: false,
            origin: meeting.origin,
        })
    });
    new.collect()
}

/// Reads what we offer; a programme need not have a list.
pub fn services(folder: &Folder, found: &mut Vec<Diagnostic>) -> Vec<Service> {
    let Some(file) = folder.yaml(SERVICES) else { return Vec::new() };
    let document = Document::whole(file);
    let mut services: Vec<Service> = Vec::new();
    let mut ids: HashSet<ServiceId> = HashSet::new();
    document.read_list::<wire::Service>(found, |first, read, found| {
        let Read { value, faulty } = read;
        let read = Read { value: (), faulty };
        for (index, wire) in value.into_iter().enumerate() {
            let spot = NodePath::root(&document).item(first + index);
            let wire::Service { id, name, what } = wire;
            let mut need = Required { spot: &spot, read: &read, path: &[Step::Item(index)], found };
            let id = need.take(id, "id", "a short id, like `espresso-machine`");
            let name = need.take(name, "name", "what it is called, a text a language");
            let (Some(Lit(id)), Some(Texts(name))) = (id, name) else { continue };
            if ids.insert(id.clone()) {
                services.push(Service { id, name, what: what.map(|Texts(what)| what) });
            } else {
                found.push(spot.key("id").error("duplicate-id", format!("the id `{id}` is taken")));
            }
        }
    });
    services
}
