//! `contacts/touches/*.yaml`: what people did.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Known, day, next_step};
use crate::load::Folder;
use crate::load::kind::Kind;
use crate::load::scalar::{Flag, Lit};
use crate::load::wire;
use crate::model::contact::Origin;
use crate::model::id::ContactId;
use crate::model::ledger::Touch;
use crate::model::touch::Purpose;
use crate::validate::node_path::{NodePath, Required};
use source::SourceFile;
use source::diagnostic::Diagnostic;
use yaml::{Document, Read, Step};

/// Reads what people did (R10, R11).
pub fn touches(
    folder: &Folder,
    known: &Known<'_>,
    files: &mut Vec<Arc<SourceFile>>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Touch> {
    let mut touches = Vec::new();
    for file in folder.of(Kind::Touches) {
        let document = Document::whole(file);
        let number = u32::try_from(files.len()).expect("fewer than 2^32 files");
        files.push(Arc::clone(file));
        let groups = document.read_long_list::<wire::Touch, Vec<Touch>>(found, |first, read, found| {
            let Read { value, faulty } = read;
            let read = Read { value: (), faulty };
            let mut group = Vec::new();
            for (index, wire) in value.into_iter().enumerate() {
                let spot = NodePath::root(&document).item(first + index);
                let origin =
                    Origin { file: number, item: u32::try_from(first + index).expect("fewer than 2^32 lines") };
                let mut need = Required { spot: &spot, read: &read, path: &[Step::Item(index)], found };
                group.extend(touch(wire, &mut need, known, origin));
            }
            group
        });
        touches.extend(groups.into_iter().flatten());
    }
    touches
}

fn touch(wire: wire::Touch, need: &mut Required<'_, '_, ()>, known: &Known<'_>, origin: Origin) -> Option<Touch> {
    let wire::Touch { contact, on, kind, by, purpose, note, next, recommendation, inbound } = wire;
    let contact = need.take(contact, "contact", "whose touch was it?");
    let on = day(need.take(on, "on", "the day"));
    let kind = need.take(kind, "kind", "call, visit, review, meeting …");
    let is_torn = need.read.is_faulty(need.path, "next");
    let Required { spot, found, .. } = need;
    if let Some(Lit(contact)) = &contact {
        let spot = spot.key("contact");
        found.extend(known.check_contact(contact, &spot, "the contact"));
        let is_inbound = matches!(inbound, Some(Lit(Flag(true))));
        found.extend(known.too_late(contact, on.filter(|_| !is_inbound), &spot, "the contact"));
    }
    if let Some(on) = on.filter(|&on| on > known.today) {
        let error = spot.key("on").error("future", format!("{on} is in the future"));
        found.push(error.hint(format!("touches are what was done; today is {}", known.today)));
    }
    if let Some(Lit(by)) = &by {
        found.extend(known.frame.check_member(by, &spot.key("by"), "the name"));
    }
    let next = next.and_then(|step| next_step(step, &spot.key("next"), is_torn, known.frame, found));
    if let (Some(next), Some(on)) = (&next, on)
        && next.on < on
    {
        let error =
            spot.key("next").key("on").error("r10-order", format!("{} is before the touch itself ({on})", next.on));
        found.push(error.hint("what comes next comes later"));
    }
    if let (Some(next), Some(Lit(contact))) = (&next, &contact)
        && next.on >= known.today
    {
        found.extend(known.owed(contact, &spot.key("next")));
    }
    let kind = kind?.0;
    let purpose = purpose.map_or_else(|| kind.usual_purpose(), |Lit(purpose)| purpose);
    let contact = contact?.0;
    if purpose == Purpose::Sales && !matches!(inbound, Some(Lit(Flag(true)))) {
        found.extend(on.and_then(|on| over_an_issue(known, &contact, on, spot)));
    }
    Some(Touch {
        contact,
        on: on?,
        kind,
        by: by.map(|Lit(by)| by),
        purpose,
        note: note.map(|Lit(note)| note),
        next,
        recommendation: recommendation.map(|Lit(text)| text),
        inbound: matches!(inbound, Some(Lit(Flag(true)))),
        origin,
    })
}

/// R17, R29: nobody is asked or sold to while something is not well.
fn over_an_issue(known: &Known<'_>, contact: &ContactId, on: Date, spot: &NodePath<'_>) -> Option<Diagnostic> {
    let issues = &known.contact(contact)?.details.issues;
    let issue = issues.iter().find(|issue| issue.since.is_none_or(|since| since < on) && issue.is_open(on))?;
    let message = format!("`{contact}` was asked or sold to while something was not well");
    let warning = spot.key("on").warning("r17-open-issue", message);
    Some(warning.hint(format!("first solve this: {}", issue.what.as_str())))
}
