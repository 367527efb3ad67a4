//! The addresses: who may ask for what, and who answers.
//!
//! Everything is served from memory, out of the snapshot or out of the binary: there is no path here that names a file.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Path, Query, Request, State as Shared};
use axum::http::header::{CACHE_CONTROL, HOST, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;

use super::frame::{framed, lit, plain};
use super::gallery;
use super::html::{Page, Text, findings};
use super::message::{Absent, Part};
use super::preview::{self, Look, View};
use super::snapshot::{Desk, Files, Snapshot};
use super::state::{Event, State};
use super::{Proof, Said};
use crate::diagnostic::Diagnostic;
use crate::emit::mime;
use crate::model::id::TeamId;
use crate::plan::calendar::next_due;

const CSS: &str = include_str!("app/app.css");
const JS: &str = include_str!("app/app.js");

/// What our own pages may do.
const OURS: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                    frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a bare resource may do when somebody opens it: nothing.
const NOTHING: &str = "default-src 'none'; sandbox";

/// The public site runs its own script, in an origin of its own.
const PUBLIC: &str = "sandbox allow-scripts allow-forms allow-popups; frame-ancestors 'self'";

/// The report has no script.
const PRIVATE: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                       sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'self'";

/// Header of a POST that comes from one of our pages.
const TOKEN: &str = "x-bevara-token";

/// Most hits of a search.
const HITS: usize = 12;

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
        .route("/report", get(|| async { moved("/report/") }))
        .route("/report/", get(report_home))
        .route("/report/{*path}", get(report_page))
        .route("/app/app.css", get(|| async { own("text/css; charset=utf-8", CSS) }))
        .route("/app/app.js", get(|| async { own("text/javascript; charset=utf-8", JS) }))
        .fallback(elsewhere)
        .layer(middleware::from_fn_with_state(Arc::clone(&state), guard))
        .with_state(state)
}

/// Lets in who calls us by an address or by our own name: a name somebody else has pointed here is not ours.
async fn guard(Shared(state): AppState, request: Request, next: Next) -> Response {
    let called = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let Some(called) = called else { return refuse(StatusCode::BAD_REQUEST, "a request names its host") };
    let name = match called.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => called.rsplit_once(':').map_or(called, |(name, _)| name),
    };
    let ours = name.parse::<IpAddr>().is_ok() || state.names.iter().any(|own| own.eq_ignore_ascii_case(name));
    if !ours {
        return refuse(StatusCode::FORBIDDEN, "this server does not answer to that name");
    }
    next.run(request).await
}

fn refuse(status: StatusCode, why: &str) -> Response {
    plain(status, "text/plain; charset=utf-8", format!("{why}\n"), NOTHING)
}

fn own(media: &'static str, text: &'static str) -> Response {
    plain(StatusCode::OK, media, text, OURS)
}

fn moved(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned())]).into_response()
}

fn fault() -> Response {
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "bevara failed at this page")
}

/// What a page of ours consists of besides its frame.
struct Draft {
    title: String,
    kind: &'static str,
    id: String,
    path: String,
    body: String,
}

fn page(state: &State, snapshot: Option<&Snapshot>, draft: Draft, status: StatusCode) -> Response {
    let trouble = state.trouble();
    let concerned = draft.kind == "of-gallery" || !trouble.programme.is_empty() || {
        let mailing = |id: &crate::model::id::MailingId| id.as_str() == draft.id;
        trouble.mailings.keys().any(mailing)
    };
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
    };
    plain(status, "text/html; charset=utf-8", page.render(), OURS)
}

/// Where there never was a good state, what is broken is all there is to show.
fn nothing_yet(state: &State) -> Response {
    let body = "<main class=\"nothing\"><p class=\"lead\">The programme cannot be shown yet.</p></main>".to_owned();
    let draft = Draft { title: "Broken".to_owned(), kind: "of-gallery", id: String::new(), path: String::new(), body };
    page(state, None, draft, StatusCode::OK)
}

#[derive(Deserialize)]
struct Year {
    year: Option<i16>,
}

async fn year(Shared(state): AppState, Query(query): Query<Year>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let shared = Arc::clone(&state);
    let Some(body) = snapshot.ask(move |desk| gallery::body(desk, &shared, query.year)).await else { return fault() };
    let draft =
        Draft { title: "The year".to_owned(), kind: "of-gallery", id: String::new(), path: String::new(), body };
    page(&state, Some(&snapshot), draft, StatusCode::OK)
}

/// A mailing without a contact: its first reader.
async fn first(Shared(state): AppState, Path(mailing): Path<String>, Query(look): Query<Look>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let shared = Arc::clone(&state);
    let id = mailing.clone();
    let asked = snapshot.ask(move |desk| {
        let mailing = desk.mailing(&mailing)?;
        Some(match desk.first_recipient(mailing) {
            Some(contact) => Ok(format!("/preview/{}/{}{}", mailing.id, contact.id, look.query("", ""))),
            None => Err(Draft {
                title: mailing.id.to_string(),
                kind: "of-preview",
                id: mailing.id.to_string(),
                path: preview::path(desk, &shared, mailing),
                body: format!(
                    "<main class=\"nothing\"><div id=\"live-absent\"><p class=\"lead\">Nobody gets this mailing.</p>{}</div></main>",
                    desk.audience_panel(mailing, "")
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
    let body =
        format!("<main class=\"nothing\"><p class=\"lead\">{}</p><p><a href=\"/\">The year</a></p></main>", Text(what));
    let draft =
        Draft { title: "Not here".to_owned(), kind: "of-nothing", id: String::new(), path: String::new(), body };
    page(state, Some(snapshot), draft, StatusCode::NOT_FOUND)
}

/// What the frame asks for besides the message.
#[derive(Deserialize)]
struct Lighting {
    dark: Option<String>,
    images: Option<String>,
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
    let asked = snapshot.ask(move |desk| {
        let (mailing, contact) = (desk.mailing(&mailing)?, desk.contact(&name)?);
        let view = View { desk, state: &shared, mailing, contact, look: &look };
        let title = format!("{} for {}", mailing.id, contact.name.full());
        Some(Draft { title, kind: "of-preview", id: mailing.id.to_string(), path: view.path(), body: view.body() })
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
    let made = snapshot.ask(move |desk| desk.part(&id, &who, part)).await;
    let path = format!("{mailing}/{contact}/{part:?}");
    let bytes: Arc<[u8]> = match made {
        None => return fault(),
        Some(Ok(bytes)) => {
            let took = state.host.elapsed().saturating_sub(began);
            state.host.say(Said::Rendered { what: &format!("{mailing} for {contact}"), took });
            let bytes = bytes.into();
            state.keep_good(&path, &bytes);
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
    if let (Ok(mailing), Ok(contact)) = (mailing.parse(), contact.parse()) {
        state.remember(&mailing, &contact);
    }
    match part {
        Part::Html => {
            let html = match lighting.dark.as_deref() {
                Some(dark) => lit(&String::from_utf8_lossy(&bytes), dark == "1").into_bytes(),
                None => bytes.to_vec(),
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
    match snapshot.ask(move |desk| desk.picture(&name)).await.flatten() {
        Some((media, bytes)) => {
            let mut response = plain(StatusCode::OK, media, bytes.to_vec(), NOTHING);
            // Its name is made from its bytes.
            response
                .headers_mut()
                .insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
            response
        }
        None => refuse(StatusCode::NOT_FOUND, "there is no such picture"),
    }
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    q: String,
    mailing: Option<String>,
}

async fn search(Shared(state): AppState, Query(wanted): Query<Wanted>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let Some(html) = snapshot.ask(move |desk| hits(desk, &wanted)).await else { return fault() };
    plain(StatusCode::OK, "text/html; charset=utf-8", html, OURS)
}

/// The contacts that a search finds, as links into the mailing that is looked at, or into the next one due.
fn hits(desk: &Desk<'_>, wanted: &Wanted) -> String {
    let programme = desk.programme;
    let sent = |id: &crate::model::id::MailingId| programme.journals.contains(id.as_str());
    let next = || next_due(programme, desk.today, &sent).or_else(|| programme.mailings().last());
    let Some(mailing) = wanted.mailing.as_deref().and_then(|id| desk.mailing(id)).or_else(next) else {
        return "<p class=\"empty\">No mailing is planned.</p>".to_owned();
    };
    let found = desk.crowd.search(programme, &wanted.q, HITS);
    if found.is_empty() {
        return "<p class=\"empty\">Nobody</p>".to_owned();
    }
    let line = |index: u32| {
        let contact = desk.at(index);
        let tier = contact.tier().map_or("D", |tier| tier.letter());
        let company = contact.company.as_ref().map(|company| company.as_str()).unwrap_or_default();
        let gets = match desk.door.admission(mailing, contact) {
            Some(Ok(_)) => String::new(),
            Some(Err(refusal)) => refusal.to_string(),
            None => "not in the audience".to_owned(),
        };
        format!(
            "<li><a href=\"/preview/{}/{}\"><span class=\"name\">{}</span> <span class=\"quiet\">{}</span>\
             <span class=\"quiet\">{tier} · {}</span> <span class=\"why\">{}</span></a></li>",
            mailing.id,
            contact.id,
            Text(contact.name.full()),
            Text(company),
            contact.language.tag(),
            Text(gets),
        )
    };
    format!("<ul>{}</ul>", found.into_iter().map(line).collect::<String>())
}

async fn events(Shared(state): AppState) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
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
struct Painted {
    change: u64,
    #[serde(default)]
    page: String,
}

fn is_from_us(state: &State, headers: &HeaderMap, token: Option<&str>) -> bool {
    headers.get(TOKEN).and_then(|own| own.to_str().ok()).or(token) == Some(state.token.as_str())
}

async fn painted(Shared(state): AppState, headers: HeaderMap, Form(painted): Form<Painted>) -> Response {
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
struct ProofTo {
    to: String,
    token: Option<String>,
}

async fn proof(
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
    let (id, who) = (mailing.clone(), contact.clone());
    match snapshot.ask(move |desk| desk.part(&id, &who, Part::Source).map(drop)).await {
        None => return fault(),
        Some(Err(absent)) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, &why(&absent)),
        Some(Ok(())) => {}
    }
    let address = to.as_str().to_owned();
    let host = Arc::clone(&state.host);
    let proof = Proof { mailing, contact, to };
    match tokio::task::spawn_blocking(move || host.prove(&proof)).await {
        Ok(Ok(reply)) => {
            plain(StatusCode::OK, "text/plain; charset=utf-8", format!("Sent to {address} ({reply})\n"), NOTHING)
        }
        Ok(Err(why)) => refuse(StatusCode::BAD_GATEWAY, &why),
        Err(_) => fault(),
    }
}

/// The site, or as it was last rendered well.
async fn site(state: &State, snapshot: &Snapshot) -> Option<Arc<Files>> {
    let made = snapshot.ask(|desk| desk.site().clone()).await?;
    made.ok().or_else(|| state.last_site())
}

fn file(path: &str, status: StatusCode, bytes: &Arc<[u8]>, policy: &str) -> Response {
    let media = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("xml") => "application/xml; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        _ => mime::content_type_of(path),
    };
    let mut response = plain(status, media, bytes.to_vec(), policy);
    // The page asks from an origin of its own.
    response.headers_mut().remove("cross-origin-resource-policy");
    response
}

async fn site_home(state: AppState) -> Response {
    site_page(state, Path(String::new())).await
}

async fn site_page(Shared(state): AppState, Path(path): Path<String>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let Some(files) = site(&state, &snapshot).await else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "the site cannot be rendered; the year page says why");
    };
    let name = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.clone() };
    if let Some(bytes) = files.get(&name) {
        return file(&name, StatusCode::OK, bytes, PUBLIC);
    }
    if files.contains_key(&format!("{path}/index.html")) {
        return moved(&format!("/site/{path}/"));
    }
    match files.get("404.html") {
        Some(bytes) => file("404.html", StatusCode::NOT_FOUND, bytes, PUBLIC),
        None => refuse(StatusCode::NOT_FOUND, "there is no such page"),
    }
}

async fn report_home(state: AppState) -> Response {
    report_page(state, Path("index.html".to_owned())).await
}

/// A file of the report; in a long list a contact's page is made when somebody asks for it.
fn report_file(desk: &Desk<'_>, path: &str) -> Result<Option<(String, Arc<[u8]>)>, Vec<Diagnostic>> {
    let name = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    if let Some(bytes) = desk.report().as_ref().map_err(Vec::clone)?.get(&name) {
        return Ok(Some((name, Arc::clone(bytes))));
    }
    let id = name.rsplit('/').next().and_then(|file| file.strip_suffix(".html")).and_then(|id| id.parse().ok());
    let Some(id) = id.filter(|id| desk.programme.contact(id).is_some()) else { return Ok(None) };
    let files = desk.report_with([id].into())?;
    Ok(files.get(&name).map(|bytes| (name, Arc::clone(bytes))))
}

async fn report_page(Shared(state): AppState, Path(path): Path<String>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let wanted = path.clone();
    match snapshot.ask(move |desk| report_file(desk, &wanted)).await {
        None => fault(),
        Some(Ok(Some((name, bytes)))) => file(&name, StatusCode::OK, &bytes, PRIVATE),
        Some(Ok(None)) => missing(&state, &snapshot, "There is no such page in the report."),
        Some(Err(errors)) => {
            let body = format!("<main class=\"nothing\">{}</main>", findings(errors.iter()));
            let draft =
                Draft { title: "Broken".to_owned(), kind: "of-nothing", id: String::new(), path: String::new(), body };
            page(&state, Some(&snapshot), draft, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// The site counts its addresses from its own root: what it asks for there is found below `/site/`.
async fn elsewhere(Shared(state): AppState, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "this is only looked at");
    }
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let base = snapshot.programme.settings.base_url.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
    let path = uri.path().trim_start_matches('/');
    let path = path.strip_prefix(base.as_str()).map_or(path, |below| below.trim_start_matches('/'));
    let Some(files) = site(&state, &snapshot).await else {
        return missing(&state, &snapshot, "There is no such page.");
    };
    let page = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    match files.get(&page) {
        Some(_) if page.ends_with(".html") => moved(&format!("/site/{path}")),
        Some(bytes) => file(&page, StatusCode::OK, bytes, PUBLIC),
        None if path.starts_with("site/") || !files.contains_key(&format!("{path}/index.html")) => {
            missing(&state, &snapshot, "There is no such page.")
        }
        None => moved(&format!("/site/{path}/")),
    }
}
