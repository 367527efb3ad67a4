//! `bevara doctor`: what receivers ask of a sender, looked up.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::Outcome;
use super::send::SystemClock;
use super::session::Session;
use super::terminal::Terminal;
use crate::check::doctor::{self, Line, State, Subject};
use crate::check::outside::http::{self, OneClick};
use crate::render::links::LinkKey;
use mail::dkim::Key;
use mail::dns::{Resolver, first_server};
use mail::smtp::conversation::{Conversation, Line as Connection};
use mail::smtp::fault::Phase;
use mail::smtp::relay::{Relay, Security};
use mail::smtp::tls;

/// The longest that anybody is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The HTML above which Gmail cuts a message off, in octets.
const LARGEST: u64 = 100_000;

/// Whose set-up is looked at.
#[derive(Args)]
pub struct Arguments {
    /// The domain of the From address (that of `sender.email`)
    domain: Option<String>,
    /// The server that is asked for names, like 192.0.2.53 or 127.0.0.1:5353 (the system's; BEVARA_RESOLVER does the same)
    #[arg(long, value_name = "ADDRESS", value_parser = server)]
    resolver: Option<SocketAddr>,
}

/// An address, with port 53 where it has none.
fn server(text: &str) -> Result<SocketAddr, String> {
    let alone = || text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53));
    text.parse().or_else(|_| alone()).map_err(|_| "an address like 192.0.2.53 or 127.0.0.1:5353".to_owned())
}

/// Looks everything up and says how it stands.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let settings = &session.programme.settings;
    let domain =
        arguments.domain.as_deref().unwrap_or(settings.sender.email.domain()).trim_end_matches('.').to_lowercase();
    let relay = session.variable("BEVARA_SMTP_URL").and_then(|url| url.parse::<Relay>().ok());
    let key = Key::load(session.dkim_key_file().as_deref()).ok();
    let subject = Subject {
        domain: &domain,
        dkim: settings.dkim.as_ref().map(|dkim| (&*dkim.domain, dkim.selector.as_str())),
        key_record: key.as_ref().map(Key::record),
        relay: relay.as_ref().map(|relay| relay.host.as_str()),
        unsubscribe: &settings.unsubscribe.mailto,
    };
    let resolver = resolver(arguments, session);
    let look = |name: &str, kind| match &resolver {
        Some(resolver) => resolver.ask(name, kind),
        None => Err("no name server is known; name one with --resolver".to_owned()),
    };
    let mut lines = doctor::names(&subject, &look);
    lines.push(tls_line(relay.as_ref(), session));
    lines.push(one_click(session));
    lines.push(Line::new(
        "list-unsubscribe",
        State::Passed,
        "every message carries it, and the link stands in its first line",
    ));
    lines.push(size(session));
    let count = |state: State| lines.iter().filter(|line| line.state == state).count();
    let (passed, failed, unseen) = (count(State::Passed), count(State::Failed), count(State::Unseen));
    if terminal.is_json() {
        let line = |line: &Line| json!({ "check": line.check, "state": line.state.name(), "said": line.said, "remedy": line.remedy });
        terminal.document(json!({
            "domain": domain,
            "lines": lines.iter().map(line).collect::<Vec<_>>(),
            "passed": passed,
            "failed": failed,
            "unseen": unseen,
        }));
    } else {
        for line in &lines {
            let (mark, colour) = match line.state {
                State::Passed => ("✓", "32"),
                State::Failed => ("✗", "31"),
                State::Unseen => ("?", "33"),
            };
            terminal.result(&format!("  {} {:<16} {}", terminal.paint(mark, colour), line.check, line.said));
            if let Some(remedy) = &line.remedy {
                terminal.result(&format!("    {remedy}"));
            }
        }
        terminal.line(&format!("  {passed} passed, {failed} failed, {unseen} could not be seen from here"));
    }
    Ok(if failed > 0 { Outcome::Errors } else { Outcome::Done })
}

/// The server that was named, or the system's.
fn resolver(arguments: &Arguments, session: &Session) -> Option<Resolver> {
    let named = || std::env::var("BEVARA_RESOLVER").ok().and_then(|text| server(&text).ok());
    let of_system = || session.read_outside("/etc/resolv.conf").ok().and_then(|text| first_server(&text));
    arguments.resolver.or_else(named).or_else(of_system).map(|server| Resolver::new(server, PATIENCE))
}

/// Whether the relay can be spoken to in secret, as who it says it is; no login is tried.
fn tls_line(relay: Option<&Relay>, session: &Session) -> Line {
    const CHECK: &str = "tls";
    let Some(relay) = relay else { return Line::unseen(CHECK, "BEVARA_SMTP_URL names no relay") };
    if relay.security == Security::None {
        return Line::unseen(
            CHECK,
            format!("{} is spoken to in the clear; what it does with mail is not seen here", relay.host),
        );
    }
    let ca_file = session.programme.settings.smtp.ca_file.as_deref().map(|path| session.root.join(path));
    let trusted = match tls::config(ca_file.as_deref()) {
        Ok(trusted) => trusted,
        Err(fault) => return Line::unseen(CHECK, fault.message),
    };
    let relay = Relay { login: None, ..relay.clone() };
    let clock = SystemClock::new();
    let connection = Connection {
        relay: &relay,
        tls: Some(trusted),
        command_timeout: PATIENCE,
        dot_timeout: PATIENCE,
        clock: &clock,
    };
    match Conversation::open(&connection) {
        Ok(conversation) => {
            conversation.quit();
            Line::new(CHECK, State::Passed, format!("{} speaks TLS and proves who it is", relay.host))
        }
        Err(fault) if fault.phase == Phase::Tls => {
            Line::failed(CHECK, fault.to_string(), "give the relay a certificate for its name, and TLS 1.2 or later")
        }
        Err(fault) => Line::unseen(CHECK, fault.to_string()),
    }
}

/// Whether the endpoint takes a click, as a mail program makes it, for a token of nobody (RFC 8058).
fn one_click(session: &Session) -> Line {
    const CHECK: &str = "one-click";
    let Some(url) = &session.programme.settings.unsubscribe.url else {
        let remedy = "run an endpoint and name it: `unsubscribe: {url: https://…}` (docs/unsubscribe.md)";
        return Line::failed(
            CHECK,
            "there is no endpoint for one click, which Gmail and Yahoo ask of bulk senders",
            remedy,
        );
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
        OneClick::Nothing(why) => Line::unseen(CHECK, format!("{url}: {why}")),
    }
}

/// Whether the largest message that was built is shown whole.
fn size(session: &Session) -> Line {
    const CHECK: &str = "size";
    match session.largest_proof() {
        None => Line::unseen(CHECK, "nothing is built"),
        Some((path, octets)) if octets > LARGEST => {
            let said = format!("{path} has {} kB of HTML; Gmail cuts it off", octets / 1000);
            Line::failed(CHECK, said, "shorten it below 100 kB")
        }
        Some((path, octets)) => {
            Line::new(CHECK, State::Passed, format!("the largest is {path}, {} kB of HTML", octets / 1000))
        }
    }
}
