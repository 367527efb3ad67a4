//! Whether the endpoint takes a click, as a mail program makes it, for a token of nobody (RFC 8058).

use super::{Line, State};
use crate::check::outside::http::{self, OneClick};
use crate::render::links::LinkKey;

/// Clicks once at `url`, where there is one.
pub fn one_click(url: Option<&str>) -> Line {
    const CHECK: &str = "one-click";
    let Some(url) = url else {
        let said = "there is no endpoint for one click, which Gmail and Yahoo ask of bulk senders";
        let remedy = "run an endpoint and name it: `unsubscribe: {url: https://…}` (docs/unsubscribe.md)";
        return Line::failed(CHECK, said, remedy);
    };
    let joint = if url.contains('?') { '&' } else { '?' };
    let nobody = "a".repeat(LinkKey::TOKEN);
    match http::one_click(&format!("{url}{joint}token={nobody}")) {
        OneClick::Status(200..=299) => Line::new(CHECK, State::Passed, format!("{url} takes a click")),
        OneClick::Status(status @ 300..=399) => {
            Line::failed(CHECK, format!("{url} answers with a redirect ({status})"), "answer the POST itself, with 200")
        }
        OneClick::Status(status) => Line::failed(
            CHECK,
            format!("{url} answers {status} to a token of nobody"),
            "answer 200 to every POST; mail programs cannot show a reason",
        ),
        OneClick::Untrusted(why) => {
            Line::failed(CHECK, why, format!("give {url} a certificate that every mail program accepts"))
        }
        OneClick::Nothing(why) => Line::unseen(CHECK, format!("{url}: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// An endpoint that answers each click with this.
    fn endpoint(answer: String) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (mut request, mut part) = (Vec::new(), [0; 2048]);
                while !request.ends_with(b"List-Unsubscribe=One-Click") {
                    match stream.read(&mut part) {
                        Ok(length) if length > 0 => request.extend(&part[..length]),
                        _ => break,
                    }
                }
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        format!("http://{address}/opt-out?list=1")
    }

    #[test]
    fn an_endpoint_passes_only_where_it_takes_a_click() {
        let says = |head: &str| endpoint(format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        let free = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port");
        for (url, state, said) in [
            (says("200 OK"), State::Passed, "takes a click"),
            (says("302 Found\r\nLocation: /login"), State::Failed, "redirect (302)"),
            (says("403 Forbidden"), State::Failed, "answers 403"),
            (says("404 Not Found"), State::Failed, "answers 404"),
            (says("500 Oh no"), State::Failed, "answers 500"),
            (endpoint("what?\r\n\r\n".to_owned()), State::Unseen, "http://"),
            (format!("http://{free}/"), State::Unseen, "http://"),
        ] {
            let line = one_click(Some(&url));
            assert!(line.state == state && line.said.contains(said), "{state:?}, {said}: {line:?}");
        }
        assert_eq!(one_click(None).state, State::Failed);
    }
}
