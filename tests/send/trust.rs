//! Whom the command trusts with mail and password: certificates and AUTH.

use crate::connections::nothing_left;
use crate::programme::{Programme, at_once};
use crate::server::{Deed, Options, Phase, Server};

const LOGIN: Option<(&str, &str, &str)> = Some(("PLAIN LOGIN", "anna@firm.example", "hemligt: &/?%"));
/// The same in a URL.
const CREDENTIALS: &str = "anna%40firm.example:hemligt%3A%20%26%2F%3F%25@";

fn secure(certificate: &'static str) -> Options {
    Options { certificate: Some(certificate), smtputf8: true, ..Options::default() }
}

#[test]
fn only_a_certificate_for_this_host_of_a_known_authority_and_of_today_is_trusted() {
    let programme = Programme::new(2, "connections: 2");
    let ways = [(false, "smtp://", "?tls=required"), (true, "smtps://", "")];
    let wrong = ["expired.pem", "wrong-name.pem", "untrusted.pem"];
    let cases: Vec<_> = wrong.into_iter().flat_map(|certificate| ways.map(|way| (certificate, way))).collect();
    at_once(&cases, |&(certificate, (implicit, scheme, query))| {
        let twin = programme.twin();
        let server = Server::with(Options { implicit, login: LOGIN, ..secure(certificate) }, |_| Deed::Fine);
        let run = twin.send_to(&(server.url(&format!("{scheme}{CREDENTIALS}")) + query), 2, &[]);
        assert!(run.stderr.contains("certificate"), "{certificate} {scheme}: {}", run.stderr);
        assert!(!run.stderr.contains("hemligt"), "no password is printed");
        nothing_left(&twin, run);
        server.settle();
        assert!(server.said().iter().all(|line| !line.contains("AUTH")), "no password goes to a stranger");
    });
}

#[test]
fn mail_goes_to_a_trusted_relay_encrypted_and_with_a_name() {
    let programme = Programme::new(5, "connections: 2");
    for (mechanisms, implicit, before, query) in [
        ("PLAIN LOGIN", false, "smtp://", "?tls=required"),
        ("LOGIN", false, "smtp://", "?tls=required"),
        ("PLAIN", true, "smtps://", ""),
        ("PLAIN XOAUTH2", false, "smtp://", "?tls=required&auth=xoauth2"),
    ] {
        let twin = programme.twin();
        let login = LOGIN.map(|(_, name, password)| (mechanisms, name, password));
        let server = Server::with(Options { implicit, login, ..secure("right.pem") }, |_| Deed::Fine);
        twin.send_to(&(server.url(&format!("{before}{CREDENTIALS}")) + query), 5, &[]).ends_with(0);
        let kept = server.kept();
        assert_eq!(kept.len(), 5);
        assert!(kept.iter().all(|kept| kept.encrypted && kept.login.as_deref() == Some("anna@firm.example")));
    }
}

#[test]
fn without_encryption_where_it_is_asked_for_nothing_leaves() {
    let programme = Programme::new(2, "connections: 2");
    let bare = Server::new(|_| Deed::Fine);
    nothing_left(&programme, programme.send_to(&(bare.url("smtp://") + "?tls=required"), 2, &[]));
    assert!(bare.said().iter().all(|line| !line.contains("MAIL")));
    let broken = Server::with(secure("right.pem"), |moment| match moment.phase {
        Phase::StartTls => Deed::Say("454 4.7.0 TLS not available"),
        _ => Deed::Fine,
    });
    nothing_left(&programme, programme.send_to(&(broken.url("smtp://") + "?tls=required"), 2, &[]));
    assert!(broken.kept().is_empty());
}

#[test]
fn a_login_that_fails_or_is_missing_stops_the_run_before_anything_is_attempted() {
    let programme = Programme::new(2, "connections: 2");
    let server = || Server::with(Options { login: LOGIN, ..secure("right.pem") }, |_| Deed::Fine);
    let busy = Server::with(Options { login: LOGIN, ..secure("right.pem") }, |moment| match moment.phase {
        Phase::Auth => Deed::Say("454 4.7.0 temporary authentication failure"),
        _ => Deed::Fine,
    });
    let absent = Server::with(secure("right.pem"), |_| Deed::Fine);
    let cases = [
        (server(), "anna%40firm.example:wrong@", "535"),
        (server(), "", "530"),
        (busy, CREDENTIALS, "454"),
        (absent, CREDENTIALS, "AUTH"),
    ];
    at_once(&cases, |(server, credentials, word)| {
        let twin = programme.twin();
        let run = twin.send_to(&(server.url(&format!("smtp://{credentials}")) + "?tls=required"), 2, &[]).says(word);
        assert!(!run.stderr.contains("hemligt") && !run.stderr.contains("wrong@"), "no password is printed");
        nothing_left(&twin, run);
        assert!(server.kept().is_empty());
    });
}
