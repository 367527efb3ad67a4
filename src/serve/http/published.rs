//! The public site and the report, out of memory.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;

use super::{AppState, Draft, fault, missing, moved, nothing_yet, page, refuse};
use crate::diagnostic::Diagnostic;
use crate::emit::mime;
use crate::serve::frame::plain;
use crate::serve::html::findings;
use crate::serve::snapshot::{Desk, Files, Snapshot};
use crate::serve::state::State;

/// The public site runs its own script, in an origin of its own.
const PUBLIC: &str = "sandbox allow-scripts allow-forms allow-popups; frame-ancestors 'self'";

/// The report has no script.
const PRIVATE: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                       sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'self'";

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

pub(super) async fn site_home(state: AppState) -> Response {
    site_page(state, Path(String::new())).await
}

pub(super) async fn site_page(Shared(state): AppState, Path(path): Path<String>) -> Response {
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

pub(super) async fn report_home(state: AppState) -> Response {
    report_page(state, Path("index.html".to_owned())).await
}

/// A file by its name, with what it holds.
type Named = (String, Arc<[u8]>);

/// A file of the report; in a long list a contact's page is made when somebody asks for it.
fn report_file(desk: &Desk<'_>, path: &str) -> Result<Option<Named>, Vec<Diagnostic>> {
    let name = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    if let Some(bytes) = desk.report().as_ref().map_err(Vec::clone)?.get(&name) {
        return Ok(Some((name, Arc::clone(bytes))));
    }
    let id = name.rsplit('/').next().and_then(|file| file.strip_suffix(".html")).and_then(|id| id.parse().ok());
    let Some(id) = id.filter(|id| desk.programme.contact(id).is_some()) else { return Ok(None) };
    let files = desk.report_with([id].into())?;
    Ok(files.get(&name).map(|bytes| (name, Arc::clone(bytes))))
}

pub(super) async fn report_page(Shared(state): AppState, Path(path): Path<String>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let wanted = path.clone();
    match snapshot.ask(move |desk| report_file(desk, &wanted)).await {
        None => fault(),
        Some(Ok(Some((name, bytes)))) => file(&name, StatusCode::OK, &bytes, PRIVATE),
        Some(Ok(None)) => missing(&state, &snapshot, "There is no such page in the report."),
        Some(Err(errors)) => {
            let body = format!(
                "<main class=\"nothing\"><h1>The report cannot be made.</h1>{}</main>",
                findings(errors.iter())
            );
            let draft =
                Draft { title: "Broken".to_owned(), kind: "of-nothing", id: String::new(), path: String::new(), body };
            page(&state, Some(&snapshot), draft, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// The site counts its addresses from its own root: what it asks for there is found below `/site/`.
pub(super) async fn elsewhere(Shared(state): AppState, method: Method, uri: Uri) -> Response {
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
