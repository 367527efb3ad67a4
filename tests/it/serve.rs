//! What `serve` promises: the bytes of a fresh build at each address, following each save, for nobody but us (design §7).

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::files;
use crate::programme::Programme;
use crate::run::{TODAY, bevara};

const NEXT: &str = "2026-11-newsletter";
const TEXT: &str = "content/newsletters/november.sv.md";
const READER: &str = "anna-lind";

/// Longer than anything here should take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that ends with its test.
pub struct Server {
    child: Child,
    port: u16,
    said: Receiver<String>,
}

/// An answer.
pub struct Reply {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What `/events` sends: the name and the data of each.
struct Events {
    lines: Receiver<String>,
    earlier: VecDeque<(String, Value)>,
}

impl Server {
    pub fn start(root: &Path, arguments: &[&str]) -> Self {
        Server::run(bevara(root).args(["--today", TODAY, "serve", "--port", "0"]).args(arguments))
    }

    fn run(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let out = lines(child.stdout.take().expect("piped"));
        let said = lines(child.stderr.take().expect("piped"));
        let url = out.recv_timeout(PATIENCE).expect("the first line is the URL");
        let port = url.trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        Server { child, port: port.unwrap_or_else(|| panic!("no port in {url}")), said }
    }

    fn ask(&self, request: &str) -> Reply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let at = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&answer[..at]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Reply { status, head, body: answer[at + 4..].to_vec() }
    }

    fn get_as(&self, host: &str, path: &str) -> Reply {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }

    /// Asks again and again until `is` is true of the answer.
    pub fn until(&self, path: &str, is: impl Fn(&Reply) -> bool) -> Reply {
        for _ in 0..600 {
            let reply = self.get(path);
            if is(&reply) {
                return reply;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("{path} is never as it should be: {}", self.get(path).text());
    }

    pub fn get(&self, path: &str) -> Reply {
        self.get_as(&format!("127.0.0.1:{}", self.port), path)
    }

    pub fn post(&self, path: &str, token: &str, body: &str) -> Reply {
        let length = body.len();
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Bevara-Token: {token}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }

    fn events(&self) -> Events {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.write_all(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it reads");
        let lines = lines(stream);
        // Behind the head we are heard of.
        while lines.recv_timeout(PATIENCE).is_ok_and(|line| !line.is_empty()) {}
        Events { lines, earlier: VecDeque::new() }
    }

    pub fn token(&self) -> String {
        let page = self.get("/").text();
        let (_, rest) = page.split_once("name=\"token\" content=\"").expect("a token");
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// The first line on stderr that holds `part`.
    fn says(&self, part: &str) -> String {
        loop {
            let line = self.said.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("it never says {part}"));
            if line.contains(part) {
                return line;
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

impl Events {
    /// The next event of this name.
    fn next(&mut self, name: &str) -> Value {
        loop {
            let position = self.earlier.iter().position(|(known, _)| known == name);
            if let Some((_, data)) = position.and_then(|position| self.earlier.remove(position)) {
                return data;
            }
            let event = self.read().unwrap_or_else(|| panic!("there is no event {name}"));
            self.earlier.push_back(event);
        }
    }

    fn read(&mut self) -> Option<(String, Value)> {
        let mut name = String::new();
        // What only keeps the connection open is no event.
        let mut beats = 0;
        while beats < 6 {
            let line = self.lines.recv_timeout(PATIENCE).ok()?;
            beats += usize::from(line.starts_with(':'));
            if let Some(event) = line.strip_prefix("event: ") {
                event.clone_into(&mut name);
            } else if let Some(data) = line.strip_prefix("data: ") {
                return Some((name, serde_json::from_str(data).expect("JSON")));
            }
        }
        None
    }

    /// The next event of this name that `is` is true of: a save may be noticed before it is complete.
    fn until(&mut self, name: &str, is: impl Fn(&Value) -> bool) -> Value {
        loop {
            let data = self.next(name);
            if is(&data) {
                return data;
            }
        }
    }

    /// How many events of this name come while nothing else happens.
    fn count(&mut self, name: &str, quiet: Duration) -> usize {
        let mut count = self.earlier.iter().filter(|(known, _)| known == name).count();
        self.earlier.clear();
        while let Ok(line) = self.lines.recv_timeout(quiet) {
            count += usize::from(line.strip_prefix("event: ") == Some(name));
        }
        count
    }
}

fn path(suffix: &str) -> String {
    format!("/preview/{NEXT}/{READER}{suffix}")
}

#[test]
fn a_preview_has_the_bytes_of_a_fresh_build_and_nothing_is_written() {
    let programme = Programme::new();
    let server = Server::start(programme.root(), &[]);
    let previewed = server.get(&path(".eml"));
    let (html, text) = (server.get(&path(".html")), server.get(&path(".txt")));
    assert_eq!((previewed.status, html.status, text.status), (200, 200, 200));
    assert_eq!(server.get("/").status, 200);
    assert_eq!(server.get("/site/").status, 200);
    let page = server.get(&path(""));
    assert!(page.text().contains("Anna Lind") && page.text().contains("sandbox="), "{}", page.text());
    assert!(!programme.path("output").exists(), "serve writes nothing");

    programme.run(["build"]).succeeds();
    let built = fs::read(programme.path(&format!("output/mail/{NEXT}/messages/{READER}.eml"))).expect("it was built");
    assert_eq!(previewed.body, built);
    let proof = |suffix: &str| programme.read(&format!("output/mail/{NEXT}/tier-A.sv.{suffix}"));
    assert_eq!(html.text(), proof("html"));
    assert_eq!(text.text(), proof("txt"));
    for picture in html.text().split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert_eq!(server.get(&format!("/preview/{NEXT}/{picture}")).status, 200, "{picture}");
    }
    let site = files::read(&programme.path("output/site"));
    for name in site.keys().filter(|name| name.ends_with(".html") && *name != "404.html") {
        assert_eq!(server.get(&format!("/site/{name}")).body, site[name], "{name}");
    }
}

#[test]
fn a_save_is_followed_and_what_is_broken_is_said_until_it_is_mended() {
    let programme = Programme::new();
    let server = Server::start(programme.root(), &["-v"]);
    let mut events = server.events();
    server.says("ready");
    let good = server.get(&path(".txt")).text();
    let programme = programme.append(TEXT, "\nSågen är tillbaka.\n");
    let reload = events.next("reload");
    assert!(reload["ids"].as_array().expect("ids").contains(&NEXT.into()), "{reload}");
    let changed = server.until(&path(".txt"), |reply| reply.text().contains("Sågen är tillbaka.")).text();
    assert_ne!(changed, good);
    let shown = server.get(&path(".html")).text();

    let sound = programme.read(TEXT);
    let programme = programme.file(TEXT, format!("{sound}\n{{{{ contact.nothing }}}}\n"));
    let line = sound.lines().count() + 2;
    let broken = events.until("broken", |broken| broken["diagnostics"][0]["line"].as_u64() == Some(line as u64));
    assert_eq!(broken["diagnostics"][0]["file"], TEXT, "{broken}");
    assert!(broken["html"].as_str().is_some_and(|html| html.contains(&format!("{TEXT}:{line}:"))), "{broken}");
    assert_eq!(server.get(&path(".txt")).text(), changed, "the last good render stays");
    assert!(server.get(&path("")).text().contains(&format!("{TEXT}:{line}:")));

    let layout = programme.read("templates/email/newsletter.html");
    let programme = programme.file(TEXT, sound).file("templates/email/newsletter.html", "{% if %}");
    events.until("broken", |broken| broken["diagnostics"][0]["file"] == "templates/email/newsletter.html");
    assert_eq!(server.get(&path(".html")).text(), shown, "and so does what a template broke");
    let _programme = programme.file("templates/email/newsletter.html", layout);
    server.says("mended");
    server.until(&path(".txt"), |reply| reply.text() == changed);
    server.until(&path(""), |reply| reply.text().contains("aria-label=\"What is broken\" hidden>"));
}

#[test]
fn what_is_broken_stays_said_while_the_rest_is_tried() {
    let programme = Programme::new();
    let server = Server::start(programme.root(), &[]);
    let mut events = server.events();
    assert_eq!(server.get(&path(".html")).status, 200);
    events.next("figures");
    let programme = programme.append(TEXT, "\nSågen är tillbaka.\n");
    events.next("reload");
    let _programme = programme.replace("bevara.yaml", "format: 1", "format: 2");
    events.next("broken");
    events.next("figures");
    let page = server.get("/").text();
    assert!(page.contains("unknown format 2"), "{page}");
}

#[test]
fn a_page_of_the_site_is_framed_without_its_script_and_in_the_light_that_is_asked_for() {
    let programme = Programme::new();
    let server = Server::start(programme.root(), &[]);
    let page = server.get("/show/site/").text();
    assert!(page.contains("src=\"/site/?dark=0\"") && page.contains("sandbox="), "{page}");
    let framed = server.get("/site/?dark=1");
    assert!(!framed.head.contains("script"), "{}", framed.head);
    assert!(!framed.text().contains("Content-Security-Policy"), "{}", framed.text());
    assert!(!framed.text().contains("(prefers-color-scheme: dark) {"), "{}", framed.text());
    assert!(server.get("/show/report/").text().contains("src=\"/report/?dark=0\""));
    assert_eq!(server.get("/show/elsewhere/").status, 404);
}

#[test]
fn a_programme_that_is_broken_from_the_start_is_shown_once_it_is_mended() {
    let programme = Programme::new().replace("bevara.yaml", "format: 1", "format: 2");
    let server = Server::start(programme.root(), &["--poll"]);
    let page = server.get("/").text();
    assert!(page.contains("bevara.yaml:") && page.contains("unknown format 2"), "{page}");
    let mut events = server.events();
    assert_eq!(events.next("broken")["diagnostics"][0]["message"], "unknown format 2");
    let _programme = programme.replace("bevara.yaml", "format: 2", "format: 1");
    events.next("reload");
    server.until(&path(".eml"), |reply| reply.status == 200);
}

#[test]
fn r27_who_was_forgotten_and_is_there_again_is_said_as_broken() {
    let programme = Programme::new();
    let twin = Programme::new();
    twin.run(["person", "forget", READER, "--write"]).succeeds();
    let hashes = twin.read("contacts/forgotten.yaml");
    let server = Server::start(programme.root(), &[]);
    let mut events = server.events();
    server.get("/");
    fs::write(programme.path("contacts/forgotten.yaml"), hashes).expect("written");
    let broken = events.until("broken", |broken| broken["diagnostics"][0]["code"] == "forgotten");
    assert_eq!(broken["diagnostics"][0]["file"], "contacts/people.yaml", "{broken}");
    fs::remove_file(programme.path("contacts/forgotten.yaml")).expect("removed");
    server.until(&path(""), |reply| reply.text().contains("aria-label=\"What is broken\" hidden>"));
}

#[test]
fn a_branch_with_many_changed_files_is_one_reload() {
    let mut programme = Programme::new();
    let server = Server::start(programme.root(), &[]);
    server.says("ready");
    let mut events = server.events();
    // What git holds while it writes the work tree.
    programme = programme.file(".git/index.lock", "");
    for number in 0..500 {
        let page = format!("content/pages/page-{number}.sv.md");
        programme = programme.file(&page, format!("---\ntitle: Sida {number}\n---\n"));
    }
    programme = programme.remove(".git/index.lock");
    events.next("reload");
    assert_eq!(events.count("reload", Duration::from_secs(2)), 0);
    assert_eq!(server.get("/site/page-499/").status, 200);
    fs::remove_dir_all(programme.path("content/pages")).expect("removed");
    server.until("/site/page-499/", |reply| reply.status == 404);
}

#[test]
fn odd_saves_end_with_the_preview_of_a_fresh_build() {
    let rounds = std::env::var("BEVARA_ODD_SAVES").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(40);
    let programme = Programme::new();
    let server = Server::start(programme.root(), &[]);
    server.says("ready");
    let (text, people) = (programme.read(TEXT), programme.read("contacts/people.yaml"));
    let save = |path: &str, text: &str| fs::write(programme.path(path), text).expect("a file");
    let mut seed = 1_u32;
    let mut random = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % below
    };
    for round in 0..rounds {
        let new = format!("{text}\nRunda {round}.\n");
        match random(6) {
            0 => {
                save(&format!("{TEXT}.tmp"), &new);
                fs::rename(programme.path(&format!("{TEXT}.tmp")), programme.path(TEXT)).expect("renamed");
            }
            1 => {
                save(TEXT, "");
                save(TEXT, &new);
            }
            2 => {
                save("contacts/people.yaml", &people[..people.len() / 2]);
                save("contacts/people.yaml", &people.replace("family: Lind", &format!("family: Lind{}", round % 7)));
            }
            3 => {
                fs::rename(programme.path("content"), programme.path("elsewhere")).expect("moved");
                fs::rename(programme.path("elsewhere"), programme.path("content")).expect("moved back");
            }
            4 => {
                fs::rename(programme.path(TEXT), programme.path(&format!("{TEXT}~"))).expect("renamed");
                save("content/newsletters/4913", "");
                save(TEXT, &new);
                fs::remove_file(programme.path("content/newsletters/4913")).expect("removed");
            }
            _ => {
                fs::remove_file(programme.path(TEXT)).expect("removed");
                save(TEXT, &new);
            }
        }
        thread::sleep(Duration::from_millis(u64::from(random(12))));
    }
    programme.run(["build"]).succeeds();
    let built = fs::read(programme.path(&format!("output/mail/{NEXT}/messages/{READER}.eml"))).expect("it was built");
    server.until(&path(".eml"), |reply| reply.body == built);
}

#[test]
fn only_we_are_served_and_only_what_belongs_to_the_programme() {
    let programme = Programme::new().file(".env", "SECRET=1\n").file("secret.txt", "1");
    let server = Server::start(programme.root(), &[]);
    assert_eq!(server.get_as("evil.example", "/").status, 403);
    assert_eq!(server.get_as(&format!("localhost:{}", server.port), "/").status, 200);
    assert_eq!(server.ask("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status, 400);
    for path in [
        "/.env",
        "/secret.txt",
        "/../secret.txt",
        "/site/../../secret.txt",
        "/site/%2e%2e/%2e%2e/secret.txt",
        "/bevara.yaml",
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    let frame = server.get(&path(".html")).head;
    assert!(frame.contains("sandbox allow-same-origin") && !frame.contains("allow-scripts"), "{frame}");
    let page = server.get("/").head;
    assert!(page.contains("script-src 'self'") && page.contains("frame-ancestors 'none'"), "{page}");
    assert_eq!(server.post(&format!("/proof/{NEXT}/{READER}"), "guessed", "to=olof").status, 403);
    let unset = server.post(&format!("/proof/{NEXT}/{READER}"), &server.token(), "to=olof");
    assert_eq!((unset.status, unset.text().contains("BEVARA_SMTP_URL is not set")), (409, true), "{}", unset.text());
    assert_eq!(server.get(&format!("/preview/{NEXT}/nobody.html")).status, 404);
}

#[test]
fn search_finds_people_and_says_who_gets_nothing() {
    let programme = Programme::new();
    let server = Server::start(programme.root(), &[]);
    let found = server.get(&format!("/search?q=ANNA&mailing={NEXT}")).text();
    assert!(found.contains(&format!("href=\"/preview/{NEXT}/{READER}\"")), "{found}");
    assert!(server.get("/search?q=nobody-at-all").text().contains("Nobody"));
}

#[test]
fn a_taken_port_says_what_to_do() {
    let programme = Programme::new();
    let server = Server::start(programme.root(), &[]);
    let port = server.port.to_string();
    let second = programme.run(["serve", "--port", &port]).ends_with(4);
    assert!(second.stderr.contains(&format!("port {port} is taken")), "{}", second.stderr);
    assert!(second.stderr.contains("`--port 0` picks a free one"), "{}", second.stderr);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_well() {
    let programme = Programme::new();
    let mut server = Server::start(programme.root(), &[]);
    let _listener = server.events();
    let killed = Command::new("kill").args(["-INT", &server.child.id().to_string()]).status().expect("it runs");
    assert!(killed.success());
    assert_eq!(server.child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_request_names_its_host_once_and_as_a_host() {
    let programme = Programme::new();
    let server = Server::start(programme.root(), &[]);
    let ask = |hosts: &str| server.ask(&format!("GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n")).status;
    for hosts in [
        "Host: [::1].evil.example\r\n",
        "Host: user@localhost\r\n",
        "Host: localhost:1@evil.example\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: localhost\r\nHost: evil.example\r\n",
        "",
    ] {
        assert_eq!(ask(hosts), 400, "{hosts}");
    }
    assert_eq!(ask("Host: evil.example\r\n"), 403);
    for hosts in ["Host: localhost\r\n", "Host: [::1]:4321\r\n", "Host: 127.0.0.1:1\r\n"] {
        assert_eq!(ask(hosts), 200, "{hosts}");
    }
}

#[test]
fn who_sends_half_a_request_is_let_go() {
    let programme = Programme::new();
    let server = Server::start(programme.root(), &[]);
    let mut half = TcpStream::connect(("127.0.0.1", server.port)).expect("it listens");
    half.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    half.write_all(b"GET / HTTP/1.1\r\nHost: local").expect("it reads");
    let began = std::time::Instant::now();
    let mut answer = Vec::new();
    // An answer or none: the connection ends.
    let _ = half.read_to_end(&mut answer);
    assert!(began.elapsed() < Duration::from_secs(30));
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn who_can_be_reached_by_others_says_so_and_asks_for_a_token() {
    let programme = Programme::new();
    let mut command = bevara(programme.root());
    command.args(["--today", TODAY, "serve", "--port", "0", "--host", "0.0.0.0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let out = lines(child.stdout.take().expect("piped"));
    let said = lines(child.stderr.take().expect("piped"));
    let url = out.recv_timeout(PATIENCE).expect("the first line is the URL");
    let (address, token) = url.split_once("/?token=").expect("a token");
    let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let server = Server { child, port, said };
    let warned = server.said.recv_timeout(PATIENCE).expect("a second line");
    assert!(warned.contains("everybody who can reach this machine"), "{warned}");
    let get = |path: &str, more: &str| {
        server.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}Connection: close\r\n\r\n"))
    };
    for path in ["/", "/?token=abc", "/events", "/site/", "/report/"] {
        assert_eq!(get(path, "").status, 403, "{path}");
    }
    let first = get(&format!("//evil.example/?token={token}"), "");
    assert_eq!(first.status, 303);
    assert!(first.head.to_lowercase().contains("location: /evil.example/"), "{}", first.head);
    assert_eq!(get("/", &format!("Cookie: bevara-token={token}\r\n")).status, 200);
}
