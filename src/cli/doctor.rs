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
use mail::dkim::Key;
use mail::dns::{Resolver, first_server};
use mail::smtp::conversation::{Conversation, Line as Connection};
use mail::smtp::fault::{Cause, Phase};
use mail::smtp::relay::{Relay, Security};
use mail::smtp::tls;

/// The longest that anybody is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The HTML above which Gmail cuts a message off, in octets.
const LARGEST: u64 = 100_000;

/// The name of the check of the relay's TLS.
const TLS: &str = "tls";

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
    let named = session.variable("BEVARA_SMTP_URL").map(|url| url.parse::<Relay>()).transpose();
    let relay = named.as_ref().ok().and_then(Option::as_ref);
    let key = Key::load(session.dkim_key_file().as_deref()).ok();
    let subject = Subject {
        domain: &domain,
        dkim: settings.dkim.as_ref().map(|dkim| (&*dkim.domain, dkim.selector.as_str())),
        key_record: key.as_ref().map(Key::record),
        relay: relay.map(|relay| relay.host.as_str()),
        unsubscribe: &settings.unsubscribe.mailto,
    };
    let resolver = resolver(arguments, session);
    let look = |name: &str, kind| match &resolver {
        Some(resolver) => resolver.ask(name, kind),
        None => Err("no name server is known; name one with --resolver".to_owned()),
    };
    let mut lines = doctor::names(&subject, &look);
    lines.push(match &named {
        Ok(relay) => tls_line(relay.as_ref(), session),
        Err(fault) => Line::failed(
            TLS,
            format!("BEVARA_SMTP_URL cannot be read: {}", fault.message),
            fault.hint.clone().unwrap_or_else(|| "docs/sending.md shows how it is written".to_owned()),
        ),
    });
    lines.push(doctor::one_click(settings.unsubscribe.url.as_deref()));
    lines.push(list_unsubscribe(session));
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
    let Some(relay) = relay else { return Line::unseen(TLS, "BEVARA_SMTP_URL names no relay") };
    if relay.security == Security::None {
        let said = format!("{} is spoken to in the clear", relay.host);
        return match relay.is_on_loopback() {
            true => Line::unseen(TLS, format!("{said}, and what it does with mail is not seen here")),
            false => {
                Line::failed(TLS, said, "end BEVARA_SMTP_URL with ?tls=required in place of ?tls=none&insecure=yes")
            }
        };
    }
    let ca_file = session.programme.settings.smtp.ca_file.as_deref().map(|path| session.root.join(path));
    let trusted = match tls::config(ca_file.as_deref()) {
        Ok(trusted) => trusted,
        Err(fault) => return Line::unseen(TLS, fault.message),
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
            Line::new(TLS, State::Passed, format!("{} speaks TLS and proves who it is", relay.host))
        }
        Err(fault) => match &fault.cause {
            Cause::Untrusted(_) => {
                let remedy = "give the relay a certificate for its name, of today and of an authority that this machine knows \
                              (or name yours in bevara.yaml: `smtp: {ca_file: …}`)";
                Line::failed(TLS, fault.to_string(), remedy)
            }
            Cause::Lacks(_) | Cause::Reply(_) if fault.phase == Phase::Tls => Line::failed(
                TLS,
                fault.to_string(),
                "let the relay offer STARTTLS, or use smtps:// where it has a port for that",
            ),
            Cause::Garbage(_) | Cause::Lost(_) if fault.phase == Phase::Tls => {
                Line::failed(TLS, fault.to_string(), "let the relay speak TLS 1.2 or later on this port")
            }
            // Who does not answer may be well and out of reach.
            _ => Line::unseen(TLS, fault.to_string()),
        },
    }
}

/// Whether a message that was built carries what a mail program makes its button of (RFC 2369, RFC 8058).
fn list_unsubscribe(session: &Session) -> Line {
    const CHECK: &str = "list-unsubscribe";
    let Some((path, head)) = session.built_message() else { return Line::unseen(CHECK, "no message is built") };
    let has = |name: &str| head.lines().any(|line| line.to_ascii_lowercase().starts_with(name));
    let one_click = session.programme.settings.unsubscribe.url.is_some();
    match (has("list-unsubscribe:"), has("list-unsubscribe-post:")) {
        (true, true) => Line::new(CHECK, State::Passed, format!("{path} carries it, for one click")),
        (true, false) if !one_click => Line::new(CHECK, State::Passed, format!("{path} carries it, by mail")),
        _ => Line::failed(CHECK, format!("{path} was built before `unsubscribe` was set as it is"), "build again"),
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
