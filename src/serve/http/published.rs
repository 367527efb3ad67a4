//! The public site and the report, out of memory.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{Path, Query, State as Shared};
use axum::http::header::CACHE_CONTROL;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;

use super::{AppState, Draft, FOREVER, Lighting, fault, missing, moved, nothing_yet, page, refuse};
use crate::model::programme::Programme;
use crate::serve::frame::{lit, plain};
use crate::serve::framed_page;
use crate::serve::html::findings;
use crate::serve::report_sources;
use crate::serve::snapshot::{Loaded, Snapshot};
use crate::serve::state::State;
use crate::serve::view_query::Look;
use mail::media_type;
use source::diagnostic::Diagnostic;

/// The public site runs its own script, in an origin of its own.
const PUBLIC: &str = "sandbox allow-scripts allow-forms allow-popups; frame-ancestors 'self'";

/// The report has no script.
const PRIVATE: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                       sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'self'";

/// Either of them in a frame of ours: no script, and links that lead out of the frame.
const SHOWN: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'none'; \
                     base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups \
                     allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

/// Where names tell what is in a file.
const HASHED: &str = "assets/";

/// What the site has at a path.
enum Found {
    /// A file: its path, and what it holds.
    File(String, Vec<u8>),
    /// A page, for whoever puts a slash after.
    Folder,
    /// Nothing but perhaps a page that says so.
    Nothing(Option<Vec<u8>>),
}

/// What a site has at a path; `None` where there is no site to be had. What is framed says where it was written, and what is the
/// same in both is taken from there.
fn found(loaded: &Loaded<'_>, path: &str, is_framed: bool) -> Option<Found> {
    // Pages, feeds and the sitemap; what is named without a suffix is a page as well.
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_page = [".html", ".xml"].iter().any(|suffix| name.ends_with(suffix)) || !name.contains('.');
    let site = if is_page && !is_framed { loaded.site() } else { loaded.traced_site() }.as_ref().ok()?;
    let bytes = |name: &str| site.file(&format!("site/{name}")).map(Cow::into_owned);
    let is_folder = || site.paths().any(|known| known.strip_prefix("site/") == Some(&format!("{path}/index.html")));
    let name = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    Some(match bytes(&name) {
        Some(bytes) => Found::File(name, bytes),
        None if is_folder() => Found::Folder,
        None => Found::Nothing(bytes("404.html")),
    })
}

/// The same, of the site as it was last rendered well where it cannot be rendered now.
async fn look_up(state: &State, snapshot: &Snapshot, path: &str, is_framed: bool) -> Option<Found> {
    let wanted = path.to_owned();
    let now = snapshot.ask(move |loaded| found(loaded, &wanted, is_framed)).await.flatten();
    if now.is_some() {
        return now;
    }
    let wanted = path.to_owned();
    state.last_site()?.ask(move |loaded| found(loaded, &wanted, is_framed)).await.flatten()
}

fn file(path: &str, status: StatusCode, bytes: Vec<u8>, policy: &str) -> Response {
    let mut response = plain(status, media_type::of(path), bytes, policy);
    // The page asks from an origin of its own.
    response.headers_mut().remove("cross-origin-resource-policy");
    if path.starts_with(HASHED) {
        response.headers_mut().insert(CACHE_CONTROL, FOREVER);
    }
    response
}

/// A page as the preview frames it, by day or by night; its style sheet is asked for in the same light.
fn shown(path: &str, status: StatusCode, bytes: Vec<u8>, policy: &str, lighting: &Lighting) -> Response {
    let Some(dark) = lighting.dark.as_deref().map(|dark| dark == "1") else {
        return file(path, status, bytes, policy);
    };
    let is_page = path.ends_with(".html");
    if !is_page && !path.ends_with(".css") {
        return file(path, status, bytes, policy);
    }
    let text = lit(without_policy(&String::from_utf8_lossy(&bytes)).as_ref(), dark);
    let text = text.replace("report.css\"", &format!("report.css?dark={}\"", u8::from(dark)));
    file(path, status, text.into_bytes(), if is_page { SHOWN } else { policy })
}

/// A page without the policy that stands in it: it knows the style sheet by its hash, and light changes that. Ours is stricter.
fn without_policy(html: &str) -> Cow<'_, str> {
    let begin = html.find("<meta http-equiv=\"Content-Security-Policy\"");
    let end = begin.and_then(|begin| Some(begin + html[begin..].find('>')? + 1));
    match begin.zip(end) {
        Some((begin, end)) => Cow::Owned(format!("{}{}", &html[..begin], &html[end..])),
        None => Cow::Borrowed(html),
    }
}

pub(super) async fn site_home(state: AppState, lighting: Query<Lighting>) -> Response {
    site_page(state, Path(String::new()), lighting).await
}

pub(super) async fn site_page(
    Shared(state): AppState,
    Path(path): Path<String>,
    Query(lighting): Query<Lighting>,
) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    match look_up(&state, &snapshot, &path, lighting.dark.is_some()).await {
        Some(Found::File(name, bytes)) => shown(&name, StatusCode::OK, bytes, PUBLIC, &lighting),
        Some(Found::Folder) => moved(&format!("/site/{path}/")),
        Some(Found::Nothing(Some(page))) => shown("404.html", StatusCode::NOT_FOUND, page, PUBLIC, &lighting),
        Some(Found::Nothing(None)) => refuse(StatusCode::NOT_FOUND, "there is no such page"),
        None => refuse(StatusCode::UNPROCESSABLE_ENTITY, "the site cannot be rendered; the year page says why"),
    }
}

pub(super) async fn report_home(state: AppState, lighting: Query<Lighting>) -> Response {
    report_page(state, Path("index.html".to_owned()), lighting).await
}

/// A file by its name, with what it holds.
type Named = (String, Arc<[u8]>);

/// A file of the report; in a long list a contact's page is made when somebody asks for it.
fn report_file(loaded: &Loaded<'_>, path: &str) -> Result<Option<Named>, Vec<Diagnostic>> {
    let name = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    if let Some(bytes) = loaded.report().as_ref().map_err(Vec::clone)?.get(&name) {
        return Ok(Some((name, Arc::clone(bytes))));
    }
    let id = name.rsplit('/').next().and_then(|file| file.strip_suffix(".html")).and_then(|id| id.parse().ok());
    let Some(id) = id.filter(|id| loaded.programme.contact(id).is_some()) else { return Ok(None) };
    let files = loaded.report_with([id].into())?;
    Ok(files.get(&name).map(|bytes| (name, Arc::clone(bytes))))
}

/// The same; a page that is framed says where what it shows was written.
fn traced_report_file(
    loaded: &Loaded<'_>,
    path: &str,
    is_framed: bool,
) -> Result<Option<(String, Vec<u8>)>, Vec<Diagnostic>> {
    let Some((name, bytes)) = report_file(loaded, path)? else { return Ok(None) };
    let bytes = match std::str::from_utf8(&bytes) {
        Ok(html) if is_framed && name.ends_with(".html") => {
            report_sources::traced(html, &name, loaded.programme).into_bytes()
        }
        _ => bytes.to_vec(),
    };
    Ok(Some((name, bytes)))
}

pub(super) async fn report_page(
    Shared(state): AppState,
    Path(path): Path<String>,
    Query(lighting): Query<Lighting>,
) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let wanted = path.clone();
    let is_framed = lighting.dark.is_some();
    match snapshot.ask(move |loaded| traced_report_file(loaded, &wanted, is_framed)).await {
        None => fault(),
        Some(Ok(Some((name, bytes)))) => shown(&name, StatusCode::OK, bytes, PRIVATE, &lighting),
        Some(Ok(None)) => missing(&state, &snapshot, "There is no such page in the report."),
        Some(Err(errors)) => {
            let body = format!(
                "<main class=\"nothing\"><h1>The report cannot be made.</h1>{}</main>",
                findings(errors.iter())
            );
            let draft = Draft::bare("Broken", "of-nothing", body);
            page(&state, Some(&snapshot), draft, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// The site's page for missing ones counts its addresses from the site's own root: what it asks for is found below `/site/`.
pub(super) async fn elsewhere(Shared(state): AppState, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "this is only looked at");
    }
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let path = below_base(&snapshot.programme, uri.path().trim_start_matches('/'));
    match look_up(&state, &snapshot, path, false).await {
        Some(Found::File(name, _)) if name.ends_with(".html") => moved(&format!("/site/{path}")),
        Some(Found::File(name, bytes)) => file(&name, StatusCode::OK, bytes, PUBLIC),
        Some(Found::Folder) if !path.starts_with("site/") => moved(&format!("/site/{path}/")),
        _ => missing(&state, &snapshot, "There is no such page."),
    }
}

/// A page of the site or of the report in a frame with controls.
pub(super) async fn framed(Shared(state): AppState, Path(path): Path<String>, Query(look): Query<Look>) -> Response {
    let Some(snapshot) = state.snapshot().await else { return nothing_yet(&state) };
    let programme = &snapshot.programme;
    let (id, below) = path.split_once('/').unwrap_or((&path, ""));
    let path = match id {
        "site" => format!("/site/{}", below_base(programme, below)),
        "report" => format!("/report/{below}"),
        _ => return missing(&state, &snapshot, "There is no such page."),
    };
    let draft = Draft {
        title: if id == "site" { "Site" } else { "Report" }.to_owned(),
        kind: "of-show",
        id: id.to_owned(),
        path: framed_page::bar(programme, &path),
        body: framed_page::body(programme, &path, &look),
    };
    page(&state, Some(&snapshot), draft, StatusCode::OK)
}

/// A path of the site, counted from the site's own root.
fn below_base<'a>(programme: &Programme, path: &'a str) -> &'a str {
    let base = programme.settings.base_url.splitn(4, '/').nth(3).unwrap_or_default();
    path.strip_prefix(base).map_or(path, |below| below.trim_start_matches('/'))
}
