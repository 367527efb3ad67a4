//! What `bevara doctor` says of a relay and of an endpoint for one click: sound ones, and each way in which they are not.

use std::io::Read;
use std::net::TcpListener;
use std::thread;

use serde_json::Value;

use crate::programme::{Programme, at_once};
use crate::server::{Deed, Options, Phase, Server, tls_config};

/// No name server: what the DNS knows cannot be seen.
const NOBODY: &str = "127.0.0.1:9";

/// The line of a check.
fn line(programme: &Programme, url: &str, check: &str) -> Value {
    let run = programme.run(url, &["--format", "json", "doctor", "--resolver", NOBODY]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let lines = document["lines"].as_array().expect("lines");
    let unseen = lines.iter().filter(|line| line["state"] == "unseen").count();
    assert_eq!(document["unseen"], unseen);
    assert_eq!(run.status, Some(i32::from(document["failed"] != 0)));
    lines.iter().find(|line| line["check"] == check).cloned().unwrap_or_else(|| panic!("{check}: {document}"))
}

fn assert_line(line: &Value, state: &str, said: &str) {
    let is_said = line["said"].as_str().is_some_and(|text| text.contains(said));
    assert!(line["state"] == state && is_said, "{state}, {said}: {line}");
    assert_eq!(line["remedy"].is_string(), state == "failed", "what failed has a remedy: {line}");
}

#[test]
fn a_relay_passes_only_with_a_certificate_of_its_own() {
    let programme = Programme::unbuilt(1, "connections: 1");
    let ways = [(false, "smtp://", "?tls=required"), (true, "smtps://", "")];
    let certificates = [
        ("right.pem", "passed", "proves who it is"),
        ("expired.pem", "failed", "has expired"),
        ("wrong-name.pem", "failed", "is for another name"),
        ("untrusted.pem", "failed", "from an authority we do not know"),
    ];
    let cases: Vec<_> = certificates.into_iter().flat_map(|case| ways.map(|way| (case, way))).collect();
    at_once(&cases, |&((certificate, state, said), (implicit, scheme, query))| {
        let options = Options { certificate: Some(certificate), implicit, ..Options::default() };
        let server = Server::with(options, |_| Deed::Fine);
        assert_line(&line(&programme, &(server.url(scheme) + query), "tls"), state, said);
        server.settle();
        assert!(server.kept().is_empty() && server.said().iter().all(|line| !line.contains("AUTH")));
    });
}

#[test]
fn a_relay_without_tls_fails_and_one_that_cannot_be_seen_does_not_pass() {
    let programme = Programme::unbuilt(1, "connections: 1");
    let bare = Server::new(|_| Deed::Fine);
    let refuses = |moment: &crate::server::Moment<'_>| match moment.phase {
        Phase::StartTls => Deed::Say("454 4.7.0 TLS not available"),
        _ => Deed::Fine,
    };
    let busy = Server::with(Options { certificate: Some("right.pem"), ..Options::default() }, refuses);
    let free = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port");
    let cases = [
        (bare.url("smtp://") + "?tls=required", "failed", "STARTTLS"),
        (bare.url("smtps://"), "failed", ""),
        (busy.url("smtp://") + "?tls=required", "failed", "454"),
        (bare.url("smtp://"), "unseen", "in the clear"),
        (format!("smtp://{free}?tls=required"), "unseen", ""),
        ("smtp://relay.example.invalid:25?tls=required".to_owned(), "unseen", "is not found"),
        ("smtp://relay.example.invalid:25?tls=none&insecure=yes".to_owned(), "failed", "in the clear"),
        ("smpt://relay.example.invalid".to_owned(), "failed", "cannot be read"),
        (String::new(), "unseen", "names no relay"),
    ];
    at_once(&cases, |(url, state, said)| assert_line(&line(&programme, url, "tls"), state, said));
}

/// An endpoint that only ever gets as far as the handshake.
fn endpoint(certificate: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(tls_config(certificate)).expect("a configuration");
            let _ = rustls::StreamOwned::new(connection, stream).read(&mut [0; 64]);
        }
    });
    format!("https://{address}/opt-out")
}

#[test]
fn an_endpoint_that_mail_programs_do_not_trust_fails() {
    let programme = Programme::unbuilt(1, "connections: 1");
    at_once(&["expired.pem", "wrong-name.pem", "untrusted.pem"], |certificate| {
        let twin = programme.twin();
        let url = format!("unsubscribe: {{url: \"{}\", ", endpoint(certificate));
        twin.write("bevara.yaml", &twin.read("bevara.yaml").replacen("unsubscribe: {", &url, 1));
        assert_line(&line(&twin, "", "one-click"), "failed", "certificate");
    });
    assert_line(&line(&programme, "", "one-click"), "failed", "no endpoint");
}

#[test]
fn a_built_message_is_looked_at_for_the_way_out() {
    let programme = Programme::unbuilt(1, "connections: 1");
    assert_line(&line(&programme, "", "list-unsubscribe"), "unseen", "no message is built");
    programme.build();
    assert_line(&line(&programme, "", "list-unsubscribe"), "passed", "by mail");
    let settings = programme.read("bevara.yaml");
    let with_url = settings.replacen("unsubscribe: {", "unsubscribe: {url: \"https://nej.example.invalid/\", ", 1);
    programme.write("bevara.yaml", &with_url);
    assert_line(&line(&programme, "", "list-unsubscribe"), "failed", "was built before");
    programme.build();
    assert_line(&line(&programme, "", "list-unsubscribe"), "passed", "for one click");
}
