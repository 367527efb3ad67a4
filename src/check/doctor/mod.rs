//! What the large receivers ask of a sender, looked up: names in the DNS, the relay, the one-click endpoint.
//!
//! Each [`Line`] has passed, has failed and says what to publish, or could not be seen from here. The last is never taken for
//! the first.

use std::net::IpAddr;

use mail::address::EmailAddress;
use mail::dns::{Kind, Record, reverse_name};

mod dmarc;
mod one_click;
mod spf;

pub use dmarc::organisation;
pub use one_click::one_click;

/// How a question came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is as it should be.
    Passed,
    /// It is not.
    Failed,
    /// It cannot be told from here.
    Unseen,
}

impl State {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            State::Passed => "passed",
            State::Failed => "failed",
            State::Unseen => "unseen",
        }
    }
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was asked: `spf`, `dkim` …
    pub check: &'static str,
    /// How it came out.
    pub state: State,
    /// In words.
    pub said: String,
    /// What to publish, or to do.
    pub remedy: Option<String>,
}

impl Line {
    /// A line without a remedy.
    pub fn new(check: &'static str, state: State, said: impl Into<String>) -> Self {
        Line { check, state, said: said.into(), remedy: None }
    }

    /// A line that failed, and what would mend it.
    pub fn failed(check: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Line { remedy: Some(remedy.into()), ..Line::new(check, State::Failed, said) }
    }

    /// A line about something that cannot be seen from here.
    pub fn unseen(check: &'static str, why: impl Into<String>) -> Self {
        Line::new(check, State::Unseen, why)
    }
}

/// Looks up what there is of a kind under a name: nothing, or why it is not known.
pub type Lookup<'l> = dyn Fn(&str, Kind) -> Result<Vec<Record>, String> + 'l;

/// Whom the questions are about.
pub struct Subject<'s> {
    /// The domain of the From address, which reports come back to as well.
    pub domain: &'s str,
    /// The domain and selector that mail is signed with.
    pub dkim: Option<(&'s str, &'s str)>,
    /// The public key, as its record has it; `None` where the key is not here.
    pub key_record: Option<String>,
    /// The host of the relay.
    pub relay: Option<&'s str>,
    /// The mailbox that takes opt-outs.
    pub unsubscribe: &'s EmailAddress,
}

/// Asks everything that the DNS knows.
pub fn names(subject: &Subject<'_>, look: &Lookup<'_>) -> Vec<Line> {
    let relay = subject.relay.map(|host| addresses(host, look));
    let found = relay.as_ref().and_then(|found| found.as_ref().ok()).map(Vec::as_slice).unwrap_or_default();
    let spf = spf::line(subject.domain, found, subject.relay, look);
    let dkim = dkim(subject, look);
    let dmarc = dmarc::lines(subject, &spf, &dkim, look);
    let mut lines = vec![spf, dkim];
    lines.extend(dmarc);
    lines.push(mailbox("mx", subject.domain, "bounces and answers", look));
    if subject.unsubscribe.domain() != subject.domain {
        lines.push(mailbox("mx", subject.unsubscribe.domain(), "opt-outs", look));
    }
    lines.push(match (subject.relay, relay) {
        (Some(host), Some(Ok(addresses))) => ptr(host, &addresses, look),
        (Some(host), Some(Err(why))) => Line::unseen("ptr", format!("the address of {host}: {why}")),
        _ => Line::unseen("ptr", "BEVARA_SMTP_URL names no relay"),
    });
    lines
}

/// The addresses of a host, of both versions.
fn addresses(host: &str, look: &Lookup<'_>) -> Result<Vec<IpAddr>, String> {
    if let Ok(address) = host.trim_matches(['[', ']']).parse() {
        return Ok(vec![address]);
    }
    let mut found = Vec::new();
    for kind in [Kind::A, Kind::Aaaa] {
        found.extend(look(host, kind)?.into_iter().filter_map(|record| match record {
            Record::Address(address) => Some(address),
            _ => None,
        }));
    }
    Ok(found)
}

/// The texts under a name.
fn texts(name: &str, look: &Lookup<'_>) -> Result<Vec<String>, String> {
    let texts = look(name, Kind::Txt)?.into_iter().filter_map(|record| match record {
        Record::Text(text) => Some(text),
        _ => None,
    });
    Ok(texts.collect())
}

/// The value of a tag in `a=b; c=d`.
fn tag<'t>(record: &'t str, name: &str) -> Option<&'t str> {
    let pairs = record.split(';').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (key.trim(), value.trim())).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The record of the key that mail is signed with (RFC 6376 §3.6).
fn dkim(subject: &Subject<'_>, look: &Lookup<'_>) -> Line {
    const CHECK: &str = "dkim";
    let Some((domain, selector)) = subject.dkim else {
        let remedy = format!("add `dkim: {{selector: 2027a, domain: {}}}` to bevara.yaml", subject.domain);
        return Line::failed(CHECK, "mail is not signed", remedy);
    };
    let name = format!("{selector}._domainkey.{domain}");
    let record = subject
        .key_record
        .as_ref()
        .map_or_else(|| "`bevara dkim-record` prints it".to_owned(), |record| format!("{name}. IN TXT \"{record}\""));
    let found = match texts(&name, look) {
        Ok(found) => found,
        Err(why) => return Line::unseen(CHECK, format!("{name}: {why}")),
    };
    let there = match &found[..] {
        [] => return Line::failed(CHECK, format!("there is no key at {name}"), record),
        [one] => one,
        _ => return Line::failed(CHECK, format!("there is more than one record at {name}"), record),
    };
    let bare = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    match tag(there, "p").map(bare) {
        _ if tag(there, "v").is_some_and(|version| version != "DKIM1") => {
            Line::failed(CHECK, format!("the record at {name} is none of DKIM"), record)
        }
        None => Line::failed(CHECK, format!("the record at {name} holds no key"), record),
        Some(key) if key.is_empty() => Line::failed(CHECK, format!("the key at {name} is revoked"), record),
        Some(_) if tag(there, "t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "y")) => {
            Line::failed(CHECK, format!("the record at {name} says that the key is only tried out (t=y)"), record)
        }
        Some(key) => match subject.key_record.as_deref().and_then(|own| tag(own, "p")).map(bare) {
            None => Line::unseen(
                CHECK,
                format!("there is a key at {name}; whether it is ours: BEVARA_DKIM_KEY_FILE is not set"),
            ),
            Some(own) if own == key => Line::new(CHECK, State::Passed, format!("the key at {name} is ours")),
            Some(_) => Line::failed(CHECK, format!("the key at {name} is another than the one we sign with"), record),
        },
    }
}

/// Whether a domain takes mail (RFC 5321 §5.1, RFC 7505).
fn mailbox(check: &'static str, domain: &str, what: &str, look: &Lookup<'_>) -> Line {
    let found = match look(domain, Kind::Mx) {
        Ok(found) => found,
        Err(why) => return Line::unseen(check, format!("{domain}: {why}")),
    };
    let remedy = format!("{domain}. IN MX 10 mail.{domain}.");
    if found.iter().any(|record| matches!(record, Record::Name(name) if name.is_empty())) {
        return Line::failed(check, format!("{domain} says that it takes no mail, so {what} are lost"), remedy);
    }
    if !found.is_empty() {
        return Line::new(check, State::Passed, format!("{domain} takes {what}"));
    }
    match addresses(domain, look) {
        Ok(found) if !found.is_empty() => {
            Line::new(check, State::Passed, format!("{domain} takes {what} at its own address"))
        }
        Ok(_) => Line::failed(check, format!("nothing takes mail for {domain}, so {what} are lost"), remedy),
        Err(why) => Line::unseen(check, format!("{domain}: {why}")),
    }
}

/// Whether the relay's addresses have names that lead back to them; receivers turn others away (5.7.25).
fn ptr(host: &str, addresses_of_host: &[IpAddr], look: &Lookup<'_>) -> Line {
    const CHECK: &str = "ptr";
    let is_private = |address: &IpAddr| match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    };
    if addresses_of_host.is_empty() {
        return Line::failed(CHECK, format!("{host} has no address"), format!("{host}. IN A …"));
    }
    if addresses_of_host.iter().any(is_private) {
        return Line::unseen(CHECK, format!("{host} is in our own network; receivers see another address"));
    }
    for &address in addresses_of_host {
        let name = reverse_name(address);
        let remedy = format!("{name}. IN PTR {host}. (whoever gave you the address sets it)");
        let names: Vec<String> = match look(&name, Kind::Ptr) {
            Ok(found) => found
                .into_iter()
                .filter_map(|record| if let Record::Name(name) = record { Some(name) } else { None })
                .collect(),
            Err(why) => return Line::unseen(CHECK, format!("{address}: {why}")),
        };
        if names.is_empty() {
            return Line::failed(CHECK, format!("{address} has no name"), remedy);
        }
        let leads_back = |name: &String| addresses(name, look).map(|found| found.contains(&address));
        match names.iter().map(leads_back).collect::<Result<Vec<bool>, String>>() {
            Ok(back) if back.contains(&true) => {}
            Ok(_) => {
                return Line::failed(
                    CHECK,
                    format!("{address} is named {}, which is not its name", names.join(", ")),
                    remedy,
                );
            }
            Err(why) => return Line::unseen(CHECK, format!("{}: {why}", names.join(", "))),
        }
    }
    Line::new(CHECK, State::Passed, format!("the addresses of {host} have names that lead back"))
}

#[cfg(test)]
mod tests;
