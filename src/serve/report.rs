//! The report, as `build` would write it, from memory: `/report/…`.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;

use super::frame::plain;
use super::http::{fault, nothing_yet, refuse};
use super::state::State;
use crate::emit::mime;

/// What a page of the report may do: it has a style sheet and pictures, and neither script nor form.
const PRIVATE: &str =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self'";

pub(super) async fn home(state: Shared<Arc<State>>) -> Response {
    file(state, Path("index.html".to_owned())).await
}

/// A file of the report; here every contact has a page, however long the list is.
pub(super) async fn file(Shared(state): Shared<Arc<State>>, Path(path): Path<String>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let journals = state.all_journals(&snapshot.programme);
    let name = path.clone();
    match snapshot.ask(move |desk| desk.report(&name, &journals)).await {
        Some(Some(Ok(bytes))) => {
            let media = match path.rsplit('.').next() {
                Some("html") => "text/html; charset=utf-8",
                Some("css") => "text/css; charset=utf-8",
                Some("json") => "application/json",
                _ => mime::content_type_of(&path),
            };
            plain(StatusCode::OK, media, bytes, PRIVATE)
        }
        Some(Some(Err(error))) => refuse(StatusCode::UNPROCESSABLE_ENTITY, error.to_human(false).trim_end()),
        Some(None) => refuse(StatusCode::NOT_FOUND, "there is no such page in the report"),
        None => fault(),
    }
}
