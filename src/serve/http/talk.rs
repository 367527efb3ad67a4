//! What pages ask for behind the scenes: hits of a search, events, and the two things they may post.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Form, Path, Query, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;

use super::{AppState, NOTHING, OURS, fault, nothing_yet, refuse, why};
use crate::model::id::TeamId;
use crate::plan::calendar::next_due;
use crate::serve::frame::plain;
use crate::serve::html::Text;
use crate::serve::snapshot::Desk;
use crate::serve::state::State;
use crate::serve::trouble::Event;
use crate::serve::{Proof, Said};

/// Header of a POST that comes from one of our pages.
const TOKEN: &str = "x-bevara-token";

/// Most hits of a search.
const HITS: usize = 12;

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    mailing: Option<String>,
}

pub(super) async fn search(Shared(state): AppState, Query(wanted): Query<Wanted>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let Some(html) = snapshot.ask(move |desk| hits(desk, &wanted)).await else { return fault() };
    plain(StatusCode::OK, "text/html; charset=utf-8", html, OURS)
}

/// The contacts that a search finds, as links into the mailing that is looked at, or into the next one due.
fn hits(desk: &Desk<'_>, wanted: &Wanted) -> String {
    let programme = desk.programme;
    let next = || next_due(programme, desk.today).or_else(|| programme.mailings().last());
    let Some(mailing) = wanted.mailing.as_deref().and_then(|id| desk.mailing(id)).or_else(next) else {
        return "<p class=\"empty\">No mailing is planned.</p>".to_owned();
    };
    let found = desk.crowd.search(programme, &wanted.q, HITS);
    if found.is_empty() {
        return "<p class=\"empty\">Nobody</p>".to_owned();
    }
    let line = |index: u32| {
        let contact = desk.at(index);
        let company = contact.company.as_ref().map(|company| company.as_str()).unwrap_or_default();
        let gets = match desk.door.admission(mailing, contact) {
            Some(Ok(_)) => String::new(),
            Some(Err(refusal)) => refusal.to_string(),
            None => "not in the audience".to_owned(),
        };
        format!(
            "<li><a href=\"/preview/{}/{}\"><span class=\"name\">{}</span> <span class=\"quiet\">{}</span>\
             <span class=\"quiet\">{} · {}</span> <span class=\"why\">{}</span></a></li>",
            mailing.id,
            contact.id,
            Text(contact.name.full()),
            Text(company),
            contact.standing.letter(),
            contact.language.tag(),
            Text(gets),
        )
    };
    format!("<ul>{}</ul>", found.into_iter().map(line).collect::<String>())
}

pub(super) async fn events(Shared(state): AppState) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let listener = state.listen();
    let first: Vec<Event> = state.broken().into_iter().collect();
    let stream = stream::unfold((listener, first), |(mut listener, mut first)| async move {
        let event = match first.pop() {
            Some(event) => event,
            None => match listener.recv().await {
                Ok(event) => event,
                // Who missed some shows everything anew.
                Err(RecvError::Lagged(_)) => Event { name: "reload", data: r#"{"ids":["*"]}"#.to_owned() },
                Err(RecvError::Closed) => return None,
            },
        };
        Some((Ok(sse::Event::default().event(event.name).data(event.data)), (listener, first)))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

#[derive(Deserialize)]
pub(super) struct Painted {
    change: u64,
    #[serde(default)]
    page: String,
}

fn is_from_us(state: &State, headers: &HeaderMap, token: Option<&str>) -> bool {
    headers.get(TOKEN).and_then(|own| own.to_str().ok()).or(token) == Some(state.token.as_str())
}

pub(super) async fn painted(Shared(state): AppState, headers: HeaderMap, Form(painted): Form<Painted>) -> Response {
    if !is_from_us(&state, &headers, None) {
        return refuse(StatusCode::FORBIDDEN, "this does not come from a page of this server");
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
    token: Option<String>,
}

pub(super) async fn proof(
    Shared(state): AppState,
    Path((mailing, contact)): Path<(String, String)>,
    headers: HeaderMap,
    Form(form): Form<ProofTo>,
) -> Response {
    if !is_from_us(&state, &headers, form.token.as_deref()) {
        return refuse(StatusCode::FORBIDDEN, "this does not come from a page of this server");
    }
    if let Some(reason) = state.host.no_proofs() {
        return refuse(StatusCode::CONFLICT, &reason);
    }
    let Some(snapshot) = state.snapshot().await else { return fault() };
    let team = &snapshot.programme.settings;
    let member = form.to.parse::<TeamId>().ok().and_then(|id| team.member(&id));
    let Some(to) = member.map(|member| member.email.clone()) else {
        return refuse(StatusCode::BAD_REQUEST, "a proof goes to somebody on the team");
    };
    let generation = state.host.generation();
    let (contact, message_id, bytes) = match snapshot.ask(move |desk| desk.proof(&mailing, &contact, &generation)).await
    {
        None => return fault(),
        Some(Err(absent)) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, &why(&absent)),
        Some(Ok(made)) => made,
    };
    let address = to.as_str().to_owned();
    let host = Arc::clone(&state.host);
    let proof = Proof { programme: Arc::clone(&snapshot.programme), contact, message_id, bytes, to };
    match tokio::task::spawn_blocking(move || host.prove(&proof)).await {
        Ok(Ok(reply)) => {
            plain(StatusCode::OK, "text/plain; charset=utf-8", format!("Sent to {address} ({reply})\n"), NOTHING)
        }
        Ok(Err(why)) => refuse(StatusCode::BAD_GATEWAY, &why),
        Err(_) => fault(),
    }
}
