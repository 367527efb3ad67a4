//! The addresses: who may ask for what, and who answers.
//!
//! Everything is served from memory, out of the snapshot or out of the binary: there is no path here that names a file.

mod authority;
mod listener;
mod posts;
mod published;
mod talk;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, Request, State as Shared};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::Said;
use super::frame::{forced, framed, lit, plain};
use super::gallery;
use super::html::{Page, Text, findings};
use super::message::{Absent, Part};
use super::preview::{self, View};
use super::snapshot::Snapshot;
use super::state::State;
use super::view_query::Look;
use crate::model::id::MailingId;
pub(super) use listener::Patient;
use mail::media_type;
use posts::{approve, changed, open, painted, proof};
use published::{elsewhere, report_home, report_page, site_home, site_page};
use talk::{events, search};

/// What our pages are made of, by name: how they look and what they do.
const APP: [(&str, &str); 8] = [
    ("app.css", include_str!("../app/app.css")),
    ("preview.css", include_str!("../app/preview.css")),
    ("app.js", include_str!("../app/app.js")),
    ("look.js", include_str!("../app/look.js")),
    ("frames.js", include_str!("../app/frames.js")),
    ("follow.js", include_str!("../app/follow.js")),
    ("review.js", include_str!("../app/review.js")),
    ("search.js", include_str!("../app/search.js")),
];

/// What our own pages may do.
const OURS: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                    frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a bare resource may do when somebody opens it: nothing.
const NOTHING: &str = "default-src 'none'; sandbox";

/// How long what is named after its own bytes may be kept.
const FOREVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

type AppState = Shared<Arc<State>>;

/// Everything that can be asked for.
pub(super) fn routes(state: Arc<State>) -> Router {
    Router::new()
        .route("/", get(year))
        .route("/preview/{mailing}", get(first))
        .route("/preview/{mailing}/", get(first))
        .route("/preview/{mailing}/{name}", get(message))
        .route("/preview/{mailing}/pictures/{name}", get(picture))
        .route("/search", get(search))
        .route("/events", get(events))
        .route("/painted", post(painted))
        .route("/proof/{mailing}/{contact}", post(proof))
        .route("/site", get(|| async { moved("/site/") }))
        .route("/site/", get(site_home))
        .route("/site/{*path}", get(site_page))
        .route("/show/{*path}", get(published::framed))
        .route("/report", get(|| async { moved("/report/") }))
        .route("/report/", get(report_home))
        .route("/report/{*path}", get(report_page))
        .route("/approve/{mailing}", post(approve))
        .route("/changed/{mailing}", get(changed))
        .route("/open", post(open))
        .route("/app/{name}", get(app))
        .fallback(elsewhere)
        .layer(middleware::from_fn_with_state(Arc::clone(&state), guard))
        .with_state(state)
}

/// Lets in who calls us by an address or by our own name and, where others can reach us, who was told the key.
async fn guard(Shared(state): AppState, request: Request, next: Next) -> Response {
    let Some(called) = authority::called(request.headers(), request.uri()) else {
        return refuse(StatusCode::BAD_REQUEST, "a request names its host once, as a host with perhaps a port");
    };
    if !authority::is_ours(called, &state.names) {
        return refuse(StatusCode::FORBIDDEN, "this server does not answer to that name");
    }
    let Some(key) = state.key.as_deref() else { return next.run(request).await };
    let shown = authority::key_shown(request.headers(), request.uri());
    if !shown.is_some_and(|shown| authority::is_same(&shown, key)) {
        return refuse(StatusCode::FORBIDDEN, "the address that `bevara serve` printed has a token in it");
    }
    if authority::in_query(request.uri()).is_none() {
        return next.run(request).await;
    }
    // From here on the browser shows it by itself, and no address that somebody copies has it.
    let cookie = format!("{}={key}; HttpOnly; SameSite=Strict; Path=/", authority::COOKIE_NAME);
    let path = format!("/{}", request.uri().path().trim_start_matches('/'));
    (StatusCode::SEE_OTHER, [(LOCATION, path), (SET_COOKIE, cookie)]).into_response()
}

fn refuse(status: StatusCode, why: &str) -> Response {
    plain(status, "text/plain; charset=utf-8", format!("{why}\n"), NOTHING)
}

async fn app(Path(name): Path<String>) -> Response {
    match APP.iter().find(|(known, _)| *known == name) {
        Some((name, text)) => plain(StatusCode::OK, media_type::of(name), *text, OURS),
        None => refuse(StatusCode::NOT_FOUND, "there is no such file"),
    }
}

fn moved(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned())]).into_response()
}

fn fault() -> Response {
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "bevara failed at this page")
}

/// What a page of ours consists of besides its frame; see [`Page`].
struct Draft {
    title: String,
    kind: &'static str,
    id: String,
    path: String,
    body: String,
}

impl Draft {
    /// A page that is about no mailing, and has nothing in its bar.
    fn bare(title: &str, kind: &'static str, body: String) -> Self {
        Draft { title: title.to_owned(), kind, id: String::new(), path: String::new(), body }
    }
}

fn page(state: &State, snapshot: Option<&Snapshot>, draft: Draft, status: StatusCode) -> Response {
    let trouble = state.trouble();
    let mailing = |id: &MailingId| id.as_str() == draft.id;
    let concerned = draft.kind == "of-gallery"
        || !trouble.programme.is_empty()
        || trouble.mailings.keys().any(mailing)
        || draft.id == "site" && !trouble.site.is_empty();
    let broken = (!trouble.is_none()).then(|| (findings(trouble.all().iter()), concerned));
    let programme = snapshot.map_or("bevara", |snapshot| snapshot.programme.settings.name.as_str());
    let page = Page {
        title: &format!("{} · {programme}", draft.title),
        kind: draft.kind,
        id: &draft.id,
        path: draft.path,
        mailing: (draft.kind == "of-preview").then_some(draft.id.as_str()),
        body: draft.body,
        broken,
        programme,
        token: &state.token,
        editor: state.editor.as_deref().unwrap_or_default(),
    };
    plain(status, "text/html; charset=utf-8", page.render(), OURS)
}

/// Where there never was a good state, what is broken is all there is to show.
fn nothing_yet(state: &State) -> Response {
    let body = "<main class=\"nothing\"><h1>The programme cannot be shown yet.</h1></main>".to_owned();
    page(state, None, Draft::bare("Broken", "of-gallery", body), StatusCode::OK)
}

#[derive(Deserialize)]
struct Year {
    year: Option<i16>,
}

async fn year(Shared(state): AppState, Query(query): Query<Year>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let shared = Arc::clone(&state);
    let Some(body) = snapshot.ask(move |loaded| gallery::body(loaded, &shared, query.year)).await else {
        return fault();
    };
    page(&state, Some(&snapshot), Draft::bare("The year", "of-gallery", body), StatusCode::OK)
}

/// A mailing without a contact: its first reader.
async fn first(Shared(state): AppState, Path(mailing): Path<String>, Query(look): Query<Look>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let shared = Arc::clone(&state);
    let id = mailing.clone();
    let asked = snapshot.ask(move |loaded| {
        let mailing = loaded.mailing(&mailing)?;
        Some(match loaded.first_recipient(mailing) {
            Some(contact) => Ok(format!("/preview/{}/{}{}", mailing.id, contact.id, look.query("", ""))),
            None => Err(Draft {
                title: mailing.id.to_string(),
                kind: "of-preview",
                id: mailing.id.to_string(),
                path: preview::path(loaded, mailing, &gallery::name(loaded, &shared, mailing)),
                body: format!(
                    "<main class=\"nothing\"><div id=\"live-absent\"><p class=\"lead\">Nobody gets this mailing.</p>{}</div>\
                     </main>",
                    loaded.audience_panel(mailing, "")
                ),
            }),
        })
    });
    match asked.await {
        Some(Some(Ok(link))) => moved(&link),
        Some(Some(Err(draft))) => page(&state, Some(&snapshot), draft, StatusCode::OK),
        Some(None) => missing(&state, &snapshot, &format!("There is no mailing {id}.")),
        None => fault(),
    }
}

fn missing(state: &State, snapshot: &Snapshot, what: &str) -> Response {
    let body = format!("<main class=\"nothing\"><h1>{}</h1><p><a href=\"/\">The year</a></p></main>", Text(what));
    page(state, Some(snapshot), Draft::bare("Not here", "of-nothing", body), StatusCode::NOT_FOUND)
}

/// What the frame asks for besides the message. Whoever says how it is lit wants to look at it, and to be led to its source.
#[derive(Deserialize)]
struct Lighting {
    /// 1: as by night, 0: as by day.
    dark: Option<String>,
    /// 1: turned dark by a mail program that does so by itself.
    forced: Option<String>,
    images: Option<String>,
    /// 1: small, in a list; nobody reads it.
    thumb: Option<String>,
}

async fn message(
    Shared(state): AppState,
    Path((mailing, name)): Path<(String, String)>,
    Query(look): Query<Look>,
    Query(lighting): Query<Lighting>,
) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    if let Some((contact, part)) = Part::of(&name) {
        return bare(&state, &snapshot, &mailing, contact, part, &lighting).await;
    }
    let shared = Arc::clone(&state);
    let what = format!("There is no {name} in {mailing}.");
    let asked = snapshot.ask(move |loaded| {
        let (mailing, contact) = (loaded.mailing(&mailing)?, loaded.contact(&name)?);
        let view = View { loaded, state: &shared, mailing, contact, look: &look };
        let (subject, path, body) = view.parts();
        let title = format!("{subject} · {}", contact.name.full());
        Some(Draft { title, kind: "of-preview", id: mailing.id.to_string(), path, body })
    });
    match asked.await {
        Some(Some(draft)) => page(&state, Some(&snapshot), draft, StatusCode::OK),
        Some(None) => missing(&state, &snapshot, &what),
        None => fault(),
    }
}

/// One part of a message and nothing else.
async fn bare(
    state: &State,
    snapshot: &Snapshot,
    mailing: &str,
    contact: &str,
    part: Part,
    lighting: &Lighting,
) -> Response {
    let began = state.host.elapsed();
    let (id, who) = (mailing.to_owned(), contact.to_owned());
    let is_framed = part == Part::Html && lighting.dark.is_some();
    let made = snapshot.ask(move |loaded| match is_framed {
        true => loaded.traced(&id, &who),
        false => loaded.part(&id, &who, part),
    });
    let made = made.await;
    let path = format!("{mailing}/{contact}/{part:?}/{is_framed}");
    let bytes: Arc<[u8]> = match made {
        None => return fault(),
        Some(Ok(bytes)) => {
            let took = state.host.elapsed().saturating_sub(began);
            state.host.say(Said::Rendered { what: &format!("{mailing} for {contact}"), took });
            let bytes = bytes.into();
            if lighting.thumb.is_none() {
                state.keep_good(&path, &bytes);
            }
            bytes
        }
        Some(Err(Absent::Broken(error))) => match state.last_good(&path) {
            Some(bytes) => bytes,
            None => {
                let body = format!("<!doctype html><title>Broken</title>{}", findings([*error].iter()));
                return plain(StatusCode::UNPROCESSABLE_ENTITY, "text/html; charset=utf-8", body, NOTHING);
            }
        },
        Some(Err(absent)) => return refuse(StatusCode::NOT_FOUND, &why(&absent)),
    };
    if let (Ok(mailing), Ok(contact), None) = (mailing.parse(), contact.parse(), &lighting.thumb) {
        state.remember(&mailing, &contact);
    }
    match part {
        Part::Html => {
            let html = String::from_utf8_lossy(&bytes);
            let html = match (lighting.dark.as_deref(), lighting.forced.as_deref()) {
                (_, Some("1")) => forced(&lit(&html, false)).into_bytes(),
                (Some(dark), _) => lit(&html, dark == "1").into_bytes(),
                (None, _) => bytes.to_vec(),
            };
            framed(html, lighting.images.as_deref() != Some("off"))
        }
        Part::Text => plain(StatusCode::OK, "text/plain; charset=utf-8", bytes.to_vec(), NOTHING),
        Part::Source => plain(StatusCode::OK, "message/rfc822", bytes.to_vec(), NOTHING),
    }
}

fn why(absent: &Absent) -> String {
    match absent {
        Absent::Mailing => "there is no such mailing".to_owned(),
        Absent::Contact => "there is no such contact".to_owned(),
        Absent::Outside => "they get no such message".to_owned(),
        Absent::Refused(refusal) => format!("they get nothing: {refusal}"),
        Absent::Broken(error) => error.message.clone(),
    }
}

async fn picture(Shared(state): AppState, Path((_, name)): Path<(String, String)>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    match snapshot.ask(move |loaded| loaded.picture(&name)).await.flatten() {
        Some((media, bytes)) => {
            let mut response = plain(StatusCode::OK, media, bytes.to_vec(), NOTHING);
            // Its name is made from its bytes.
            response.headers_mut().insert(CACHE_CONTROL, FOREVER);
            response
        }
        None => refuse(StatusCode::NOT_FOUND, "there is no such picture"),
    }
}
