//! What is tried when somebody looks, and what of the rest is tried while they look.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::message::Face;
use super::snapshot::Snapshot;
use super::state::State;
use super::trouble::Event;
use crate::model::id::MailingId;
use source::diagnostic::Diagnostic;

/// Renders the messages that are looked at of these mailings; true where there are any.
pub(super) fn try_watched(state: &State, snapshot: &Snapshot, mailings: &BTreeSet<MailingId>) -> bool {
    let watched = state.watched(mailings);
    let asked = watched.clone();
    let failed = snapshot.ask_here(move |loaded| loaded.try_watched(&asked)).unwrap_or_default();
    state.update_trouble(|trouble| {
        trouble.programme.clear();
        trouble.conditions = conditions_in_trouble(snapshot);
        // What fails for others is found soon after.
        trouble.mailings.retain(|id, _| !watched.iter().any(|(known, _)| known == id));
        for (mailing, error) in failed {
            trouble.mailings.entry(mailing).or_default().push(error);
        }
    });
    !watched.is_empty()
}

/// What `where` conditions turned out to be wrong about somebody, if everybody was asked.
fn conditions_in_trouble(snapshot: &Snapshot) -> Vec<Diagnostic> {
    snapshot.audiences.known_lists().and_then(|lists| lists.as_ref().err().cloned()).unwrap_or_default()
}

/// Asks everybody who gets what where that is not known, tries every mailing that was not on a few of them, and the site; tells
/// browsers and the terminal what is broken. Gives way to a newer snapshot, which has the rest to do as well.
pub(super) fn look_at(state: &State, snapshot: &Arc<Snapshot>) {
    let is_current = || state.stand().snapshot.is_some_and(|current| Arc::ptr_eq(&current, snapshot));
    let (shown, untried) = (state.trouble(), state.untried().clone());
    let knew_everybody = snapshot.audiences.known_lists().is_some();
    let mut faces = Vec::new();
    if is_current() {
        let _ = snapshot.audiences.lists(&snapshot.programme);
        let knew_standings = snapshot.ask_here(|loaded| {
            let knew = loaded.known_standings().is_some();
            loaded.standings();
            knew
        });
        if !knew_everybody || knew_standings == Some(false) {
            state.tell(Event { name: "figures", data: "{}".to_owned() });
        }
    }
    for id in &untried.mailings {
        if !is_current() {
            return;
        }
        faces.extend(probe(state, snapshot, id));
    }
    if untried.site || !shown.site.is_empty() {
        look_at_site(state, snapshot);
    }
    if !is_current() {
        return;
    }
    state.untried().settle(&untried);
    note(state, snapshot, faces);
    for id in &untried.mailings {
        if !is_current() {
            return;
        }
        let own = id.clone();
        let review = snapshot.ask_here(move |loaded| loaded.review(loaded.programme.mailing(own.as_str())?));
        state.set_review(id, review.flatten());
    }
    if !knew_everybody || !untried.mailings.is_empty() {
        state.tell(Event { name: "figures", data: "{}".to_owned() });
    }
    if state.trouble() != shown {
        state.publish_trouble();
    }
    state.report();
}

fn probe(state: &State, snapshot: &Snapshot, id: &MailingId) -> Option<Face> {
    let (id, also) = (id.clone(), state.looked_at(id));
    snapshot.ask_here(move |loaded| Some(loaded.probe(loaded.programme.mailing(id.as_str())?, &also))).flatten()
}

/// Takes note of what could be rendered and what not.
fn note(state: &State, snapshot: &Snapshot, faces: Vec<Face>) {
    let planned: BTreeSet<MailingId> = snapshot.programme.mailings().map(|mailing| mailing.id.clone()).collect();
    state.update_trouble(|trouble| {
        trouble.conditions = conditions_in_trouble(snapshot);
        trouble.mailings.retain(|id, _| planned.contains(id));
        for face in &faces {
            match face.errors.is_empty() {
                true => _ = trouble.mailings.remove(&face.mailing),
                false => _ = trouble.mailings.insert(face.mailing.clone(), face.errors.clone()),
            }
        }
    });
    state.set_faces(faces, &planned);
}

fn look_at_site(state: &State, snapshot: &Arc<Snapshot>) {
    let errors = snapshot.ask_here(|loaded| loaded.traced_site().as_ref().err().cloned().unwrap_or_default());
    let errors = errors.unwrap_or_else(|| vec![Diagnostic::error("fault", "the site made bevara fail")]);
    if errors.is_empty() {
        state.set_site(snapshot);
    }
    state.update_trouble(|trouble| trouble.site = errors);
}
