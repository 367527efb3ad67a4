//! What pages ask for behind the scenes: hits of a search, and events.

use std::convert::Infallible;

use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use axum::response::sse::{self, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;

use super::{AppState, OURS, fault, nothing_yet};
use crate::model::mailing::Mailing;
use crate::plan::calendar::next_due;
use crate::serve::frame::plain;
use crate::serve::gallery;
use crate::serve::html::Text;
use crate::serve::snapshot::Loaded;
use crate::serve::trouble::Event;

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
    let Some(html) = snapshot.ask(move |loaded| hits(loaded, &wanted)).await else { return fault() };
    plain(StatusCode::OK, "text/html; charset=utf-8", html, OURS)
}

/// The contacts that a search finds, as links into the mailing that is looked at, or into the next one due.
fn hits(loaded: &Loaded<'_>, wanted: &Wanted) -> String {
    let programme = loaded.programme;
    let is_read = |mailing: &Mailing| gallery::is_read(loaded, mailing);
    let next = || next_due(programme, loaded.today, is_read).or_else(|| programme.mailings().last());
    let Some(mailing) = wanted.mailing.as_deref().and_then(|id| loaded.mailing(id)).or_else(next) else {
        return "<p class=\"empty\">No mailing is planned.</p>".to_owned();
    };
    let found = loaded.audiences.search(programme, &wanted.q, HITS);
    if found.is_empty() {
        return "<p class=\"empty\">Nobody</p>".to_owned();
    }
    let line = |index: u32| {
        let contact = loaded.at(index);
        let company = contact.company.as_ref().map(|company| company.as_str()).unwrap_or_default();
        let gets = match loaded.eligibility.admission(mailing, contact) {
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
