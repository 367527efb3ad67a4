//! `check --external`, against a server on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::programme::Programme;
use crate::run::{Run, TODAY, bevara, finish};
use crate::scratch;

/// A server that answers by the path, and the questions it was asked.
struct Host {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Host {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { break };
                let log = Arc::clone(&log);
                std::thread::spawn(move || {
                    let mut lines = BufReader::new(&stream).lines();
                    let request = lines.next().and_then(Result::ok).unwrap_or_default();
                    while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
                    let question = request.trim_end_matches(" HTTP/1.1").to_owned();
                    let answer = match question.as_str() {
                        "GET /no-head" | "HEAD /fine?a=1&b=2" | "HEAD /there" => "200 OK",
                        "HEAD /no-head" => "405 Method Not Allowed",
                        "HEAD /moved" => "301 Moved Permanently\r\nLocation: /there",
                        "HEAD /closed" | "GET /closed" => "403 Forbidden",
                        _ => "404 Not Found",
                    };
                    log.lock().expect("a log").push(question);
                    let head = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                    let _ = (&stream).write_all(head.as_bytes());
                });
            }
        });
        Host { base, asked }
    }

    fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().expect("a log"));
        asked.sort();
        asked
    }
}

fn check(programme: &Programme, cache: &TempDir, arguments: &[&str]) -> Run {
    let mut command = bevara(programme.root());
    command.env("XDG_CACHE_HOME", cache.path()).args(["--today", TODAY, "check", "--external", "--pause", "0"]);
    finish(command.args(arguments), programme.root())
}

fn page(base: &str, paths: &[&str]) -> Programme {
    let links: String = paths.iter().map(|path| format!("[page]({base}{path})\n")).collect();
    // The refer-us pages offer to share them in networks that no test asks.
    let programme = Programme::new().remove("content/pages/refer.sv.md").remove("content/pages/refer.en.md");
    programme.file("content/pages/links.md", format!("---\ntitle: Links\n---\n\n{links}"))
}

#[test]
fn r28_a_broken_outside_link_is_an_error_where_it_was_written() {
    let host = Host::start();
    let cache = scratch::folder();
    let programme = page(&host.base, &["/fine?a=1&amp;b=2#part", "/no-head", "/gone", "/moved", "/closed"]);
    let run = check(&programme, &cache, &[]).ends_with(1);
    let said = run.stderr.replace(&host.base, "<host>");
    for part in [
        "links     5 outside links: 3 fine, 1 broken, 1 unsure",
        "error[broken-outside-link]: `<host>/gone` is broken: it answers 404",
        "content/pages/links.md:7:8",
        "note[unsure-outside-link]: `<host>/closed` could not be checked: it answers 403",
        "content/pages/links.md:9:8",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let asked = host.asked();
    let expected = [
        "GET /closed",
        "GET /gone",
        "GET /no-head",
        "HEAD /closed",
        "HEAD /fine?a=1&b=2",
        "HEAD /gone",
        "HEAD /moved",
        "HEAD /no-head",
        "HEAD /there",
    ];
    assert_eq!(asked, expected);

    // What was fine is not asked again within a week, what was not is.
    check(&programme, &cache, &[]).ends_with(1);
    assert_eq!(host.asked(), ["GET /closed", "GET /gone", "HEAD /closed", "HEAD /gone"]);
    let json = check(&page(&host.base, &["/no-head"]), &cache, &["--format", "json"]).succeeds().json();
    assert_eq!((&json["external"]["fine"], &json["external"]["cached"]), (&1.into(), &1.into()));
    assert_eq!(host.asked(), Vec::<String>::new());
}

#[test]
fn without_the_option_nobody_is_asked() {
    let host = Host::start();
    let run = page(&host.base, &["/gone"]).run(["check"]).succeeds();
    assert!(!run.stderr.contains("outside link"), "{}", run.stderr);
    assert_eq!(host.asked(), Vec::<String>::new());
}
