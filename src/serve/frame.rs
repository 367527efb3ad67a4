//! A message's HTML as the preview frames it: by day or by night, whatever the system prefers.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;

/// No script, no form, nothing from elsewhere; the page around it may look inside to keep its place.
const LOCKED: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
                      frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox";

/// How mail asks whether it is night.
const NIGHT: &str = "(prefers-color-scheme: dark)";

/// `html` in the dark or in the light, whatever the reader's system prefers.
pub(super) fn lit(html: &str, dark: bool) -> String {
    let (always, scheme) = if dark { ("(min-width: 0px)", "dark") } else { ("(max-width: 0px)", "light") };
    let declared = |name: &str| format!("<meta name=\"{name}\" content=\"light dark\">");
    let only = |name: &str| format!("<meta name=\"{name}\" content=\"{scheme}\">");
    html.replace(NIGHT, always)
        .replace(&NIGHT.replace(": ", ":"), always)
        .replace(&declared("color-scheme"), &only("color-scheme"))
        .replace(&declared("supported-color-schemes"), &only("supported-color-schemes"))
        .replace("color-scheme: light dark", &format!("color-scheme: {scheme}"))
}

/// `html` as a mail program shows it that turns light mail dark by itself, whatever the mail declares: colours inverted, hues kept,
/// pictures as they are.
pub(super) fn forced(html: &str) -> String {
    const STYLE: &str = "<style>html{background:#fff;filter:invert(.9) hue-rotate(180deg)}\
                         img,video,[background]{filter:invert(1) hue-rotate(180deg)}</style>";
    match html.find("</head>") {
        Some(end) => format!("{}{STYLE}{}", &html[..end], &html[end..]),
        None => format!("{STYLE}{html}"),
    }
}

/// A previewed page: without scripts, and with or without its pictures.
pub(super) fn framed(html: Vec<u8>, images: bool) -> Response {
    let pictures = if images { "img-src 'self' data:" } else { "img-src 'none'" };
    plain(StatusCode::OK, "text/html; charset=utf-8", html, &format!("{LOCKED}; {pictures}"))
}

/// Bytes of the programme that are no page of ours, with a policy of what they may do.
pub(super) fn plain(status: StatusCode, media: &str, bytes: impl Into<Body>, policy: &str) -> Response {
    let response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, media)
        .header(CONTENT_SECURITY_POLICY, policy)
        .header(CACHE_CONTROL, "no-store")
        .header(REFERRER_POLICY, "no-referrer")
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    response.body(bytes.into()).expect("the headers are fixed texts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn night_is_a_matter_of_choice() {
        let mail = "<meta name=\"color-scheme\" content=\"light dark\"><style>@media screen and (prefers-color-scheme: dark) {a}</style>";
        assert_eq!(
            lit(mail, true),
            "<meta name=\"color-scheme\" content=\"dark\"><style>@media screen and (min-width: 0px) {a}</style>"
        );
        assert!(lit(mail, false).contains("(max-width: 0px)"));
    }
}
