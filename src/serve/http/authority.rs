//! By which name a request calls us (RFC 9112 §3.2), and whether who asks was told the key.

use std::net::IpAddr;

use axum::http::header::{COOKIE, HOST};
use axum::http::{HeaderMap, Uri};

/// The name of the cookie that holds the key.
pub const COOKIE_NAME: &str = "bevara-token";

/// The name that a request calls us by; `None` where it has none, two, or something that is no host with perhaps a port.
pub fn called<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> Option<&'r str> {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    let host = host_of(host.to_str().ok()?)?;
    // A request to a whole URL names us twice (RFC 9112 §3.2.2).
    match uri.authority() {
        Some(authority) if host_of(authority.as_str()) != Some(host) => None,
        _ => Some(host),
    }
}

/// The host of `host [":" port]` (RFC 3986 §3.2), an IPv6 address without its brackets; no user, no path.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, behind) = rest.split_once(']')?;
            address.parse::<std::net::Ipv6Addr>().ok()?;
            (address, behind)
        }
        None => {
            let end = authority.find(':').unwrap_or(authority.len());
            authority.split_at(end)
        }
    };
    let is_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit()));
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    (is_port && !host.is_empty() && host.bytes().all(is_host)).then_some(host)
}

/// True for an address, or one of our names: a name that somebody else has pointed here is not ours.
pub fn is_ours(host: &str, names: &[String]) -> bool {
    host.parse::<IpAddr>().is_ok() || names.iter().any(|own| own.eq_ignore_ascii_case(host))
}

/// The key that a request shows: in its query, or in its cookie.
pub fn key_shown(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    in_query(uri).or_else(|| {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let mut pairs = cookies.flat_map(|cookie| cookie.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value.to_owned())
    })
}

/// The key in the query of a URL.
pub fn in_query(uri: &Uri) -> Option<String> {
    let mut pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == "token").map(|(_, value)| value.to_owned())
}

/// Compares keys in a time that tells nothing of where they differ.
pub fn is_same(shown: &str, key: &str) -> bool {
    let differs = shown.bytes().zip(key.bytes()).fold(0, |differs, (one, other)| differs | (one ^ other));
    shown.len() == key.len() && differs == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(hosts: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, host.parse().expect("a value"));
        }
        headers
    }

    #[test]
    fn a_host_is_an_authority_and_nothing_more() {
        let uri: Uri = "/".parse().expect("a path");
        for (host, expected) in [
            ("localhost:4321", Some("localhost")),
            ("127.0.0.1", Some("127.0.0.1")),
            ("[::1]:4321", Some("::1")),
            ("[::1]", Some("::1")),
            ("[::1].evil.example", None),
            ("[::1]evil:4321", None),
            ("[evil.example]", None),
            ("user@localhost", None),
            ("localhost:4321@evil.example", None),
            ("localhost:43x", None),
            ("localhost:", Some("localhost")),
            ("localhost/evil", None),
            ("evil.example\\@localhost", None),
            ("::1", None),
            ("", None),
        ] {
            assert_eq!(called(&headers(&[host]), &uri), expected, "{host}");
        }
        assert_eq!(called(&headers(&["localhost", "evil.example"]), &uri), None);
        assert_eq!(called(&headers(&[]), &uri), None);
        let whole: Uri = "http://evil.example/".parse().expect("a URL");
        assert_eq!(called(&headers(&["localhost"]), &whole), None);
        assert!(
            is_ours("::1", &[]) && is_ours("LocalHost", &["localhost".to_owned()]) && !is_ours("evil.example", &[])
        );
    }

    #[test]
    fn a_key_is_shown_in_the_query_or_in_the_cookie() {
        let mut headers = HeaderMap::new();
        let plain: Uri = "/preview/".parse().expect("a path");
        assert_eq!(key_shown(&headers, &"/?a=b&token=abc".parse().expect("a path")).as_deref(), Some("abc"));
        assert_eq!(key_shown(&headers, &plain), None);
        headers.append(COOKIE, "theme=dark; bevara-token=abc".parse().expect("a value"));
        assert_eq!(key_shown(&headers, &plain).as_deref(), Some("abc"));
        assert!(is_same("abc", "abc") && !is_same("abd", "abc") && !is_same("abcd", "abc"));
    }
}
