//! What pages may post, all of it with the token that only they know: that they have painted, proofs, approvals, and the wish to open
//! a source.

use std::path::{Component, Path as FilePath};
use std::sync::Arc;

use axum::extract::{Form, Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{AppState, NOTHING, OURS, fault, nothing_yet, refuse, why};
use crate::load::{FOLDERS, MARKER};
use crate::model::id::TeamId;
use crate::model::settings::Settings;
use crate::serve::approval::{Yes, changed_words};
use crate::serve::frame::plain;
use crate::serve::message::GROUP;
use crate::serve::state::State;
use crate::serve::trouble::Event;
use crate::serve::{Proof, Said};
use mail::address::EmailAddress;

/// Header of a POST that comes from one of our pages.
const TOKEN: &str = "x-bevara-token";

fn is_from_us(state: &State, headers: &HeaderMap, token: Option<&str>) -> bool {
    headers.get(TOKEN).and_then(|own| own.to_str().ok()).or(token) == Some(state.token.as_str())
}

fn not_from_us() -> Response {
    refuse(StatusCode::FORBIDDEN, "this does not come from a page of this server")
}

fn said(text: &str) -> Response {
    plain(StatusCode::OK, "text/plain; charset=utf-8", format!("{text}\n"), NOTHING)
}

#[derive(Deserialize)]
pub(super) struct Painted {
    change: u64,
    #[serde(default)]
    page: String,
}

pub(super) async fn painted(Shared(state): AppState, headers: HeaderMap, Form(painted): Form<Painted>) -> Response {
    if !is_from_us(&state, &headers, None) {
        return not_from_us();
    }
    if let Some(noticed) = state.noticed(painted.change) {
        let page: String = painted.page.chars().filter(|letter| !letter.is_control()).take(120).collect();
        state.host.say(Said::Painted { page: &page, took: state.host.elapsed().saturating_sub(noticed) });
    }
    StatusCode::NO_CONTENT.into_response()
}

#[derive(Deserialize)]
pub(super) struct ProofTo {
    to: String,
    /// `variants`: one of each, not only this message.
    #[serde(default)]
    what: String,
    token: Option<String>,
}

/// Who looks at it: one of the team, or all whom `proofs:` names.
fn readers(settings: &Settings, to: &str) -> Vec<EmailAddress> {
    let wanted = to.parse::<TeamId>().ok();
    let ids = if to == GROUP { settings.proofs.as_slice() } else { wanted.as_slice() };
    ids.iter().filter_map(|id| settings.member(id)).map(|member| member.email.clone()).collect()
}

pub(super) async fn proof(
    Shared(state): AppState,
    Path((mailing, contact)): Path<(String, String)>,
    headers: HeaderMap,
    Form(form): Form<ProofTo>,
) -> Response {
    if !is_from_us(&state, &headers, form.token.as_deref()) {
        return not_from_us();
    }
    if let Some(reason) = state.host.no_proofs() {
        return refuse(StatusCode::CONFLICT, &reason);
    }
    let Some(snapshot) = state.snapshot().await else { return fault() };
    let readers = readers(&snapshot.programme.settings, &form.to);
    if readers.is_empty() {
        return refuse(StatusCode::BAD_REQUEST, "a proof goes to somebody on the team");
    }
    let generation = state.host.generation();
    let wants_all = form.what == "variants";
    let made = snapshot.ask(move |loaded| match wants_all {
        true => loaded.proofs(&mailing, &generation),
        false => loaded.proof(&mailing, &contact, &generation).map(|one| vec![one]),
    });
    let made = match made.await {
        None => return fault(),
        Some(Err(absent)) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, &why(&absent)),
        Some(Ok(made)) => made,
    };
    let count = made.len() * readers.len();
    let names = readers.iter().map(EmailAddress::as_str).collect::<Vec<_>>().join(", ");
    let (host, programme) = (Arc::clone(&state.host), Arc::clone(&snapshot.programme));
    let sending = tokio::task::spawn_blocking(move || {
        let mut reply = String::new();
        for (sent, (one, to)) in made.iter().flat_map(|one| readers.iter().map(move |to| (one, to))).enumerate() {
            let proof = Proof {
                programme: Arc::clone(&programme),
                contact: one.contact.clone(),
                message_id: one.message_id.clone(),
                bytes: one.bytes.clone(),
                to: to.clone(),
            };
            let of = one.variant.as_deref().map(|name| format!("{name} to ")).unwrap_or_default();
            reply = host.prove(&proof).map_err(|why| match sent {
                0 => why,
                _ => format!("{of}{to}: {why}; {sent} went before"),
            })?;
        }
        Ok::<String, String>(reply)
    });
    match sending.await {
        Ok(Ok(reply)) if count == 1 => said(&format!("Sent to {names} ({reply})")),
        Ok(Ok(_)) => said(&format!("{count} proofs sent to {names}")),
        Ok(Err(why)) => refuse(StatusCode::BAD_GATEWAY, &why),
        Err(_) => fault(),
    }
}

#[derive(Deserialize)]
pub(super) struct Approved {
    yes: String,
    variant: Option<String>,
    token: Option<String>,
}

pub(super) async fn approve(
    Shared(state): AppState,
    Path(mailing): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Approved>,
) -> Response {
    if !is_from_us(&state, &headers, form.token.as_deref()) {
        return not_from_us();
    }
    let Some(snapshot) = state.snapshot().await else { return fault() };
    let yes = Yes { variant: form.variant.filter(|name| !name.is_empty()), digest: form.yes };
    let shared = Arc::clone(&state);
    let given = snapshot.ask(move |loaded| {
        let mailing = loaded.mailing(&mailing)?;
        Some(loaded.approvals(&shared, mailing, &yes).map(|approvals| (mailing.id.clone(), approvals)))
    });
    let (mailing, approvals) = match given.await {
        None => return fault(),
        Some(None) => return refuse(StatusCode::NOT_FOUND, "there is no such mailing"),
        Some(Some(Err(why))) => return refuse(StatusCode::CONFLICT, &why),
        Some(Some(Ok(given))) => given,
    };
    let host = Arc::clone(&state.host);
    match tokio::task::spawn_blocking(move || host.approve(&mailing, &approvals)).await {
        Ok(Ok(())) => {
            state.tell(Event { name: "figures", data: "{}".to_owned() });
            said("Approved; commit contacts/approvals with the rest")
        }
        Ok(Err(why)) => refuse(StatusCode::CONFLICT, &why),
        Err(_) => fault(),
    }
}

/// The words that changed since somebody approved a mailing.
pub(super) async fn changed(Shared(state): AppState, Path(mailing): Path<String>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let shared = Arc::clone(&state);
    let asked = snapshot.ask(move |loaded| {
        let mailing = loaded.mailing(&mailing)?;
        Some(changed_words(&shared, mailing, &loaded.review(mailing)?, &loaded.variants(mailing)))
    });
    match asked.await {
        None => fault(),
        Some(None) => refuse(StatusCode::NOT_FOUND, "nothing of it was approved"),
        Some(Some(html)) => plain(StatusCode::OK, "text/html; charset=utf-8", html, OURS),
    }
}

#[derive(Deserialize)]
pub(super) struct Source {
    file: String,
    #[serde(default)]
    line: usize,
}

pub(super) async fn open(Shared(state): AppState, headers: HeaderMap, Form(source): Form<Source>) -> Response {
    if !is_from_us(&state, &headers, None) {
        return not_from_us();
    }
    if !is_of_programme(&source.file) {
        return refuse(StatusCode::BAD_REQUEST, "this is no file of the programme");
    }
    let host = Arc::clone(&state.host);
    match tokio::task::spawn_blocking(move || host.open(&source.file, source.line.max(1))).await {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(why)) => refuse(StatusCode::CONFLICT, &why),
        Err(_) => fault(),
    }
}

/// True for a path from the root to where a programme's files lie.
fn is_of_programme(path: &str) -> bool {
    let inside = FilePath::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let folder = path.split('/').next().unwrap_or_default();
    inside && !path.contains('\\') && (path == MARKER || FOLDERS.contains(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_programme_are_opened() {
        assert!(["bevara.yaml", "content/pages/index.en.md", "contacts/sverige.yaml"].into_iter().all(is_of_programme));
        for path in ["/etc/passwd", "content/../../x", ".git/config", "", "-x", "output/site/index.html"] {
            assert!(!is_of_programme(path), "{path}");
        }
    }
}
