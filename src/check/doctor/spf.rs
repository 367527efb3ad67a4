//! SPF: which addresses may send for a domain (RFC 7208).

use std::net::IpAddr;

use super::{Line, Lookup, State, addresses, texts};
use mail::dns::{Kind, Record};

/// Lookups that a record may ask for, whatever it includes (RFC 7208 §4.6.4).
const LOOKUPS: usize = 10;

const CHECK: &str = "spf";

/// What an evaluation came to.
enum Outcome {
    /// The record names the address.
    Allowed,
    /// It does not.
    Other,
}

/// Why a record is none.
enum Wrong {
    /// It cannot be used.
    Broken(String),
    /// It is not known.
    Unknown(String),
}

/// The walk through a record and what it includes.
struct Walk<'w> {
    look: &'w Lookup<'w>,
    relay: &'w [IpAddr],
    lookups: usize,
}

/// How the domain's record stands, and whether it allows the addresses of the relay.
pub(super) fn line(domain: &str, relay: &[IpAddr], host: Option<&str>, look: &Lookup<'_>) -> Line {
    let own = host.map_or_else(String::new, |host| match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => format!(" ip4:{address}"),
        Ok(IpAddr::V6(address)) => format!(" ip6:{address}"),
        Err(_) => format!(" a:{host}"),
    });
    let remedy = format!("{domain}. IN TXT \"v=spf1{own} ~all\" (and what your provider names)");
    let mut walk = Walk { look, relay, lookups: 0 };
    let record = match record(domain, look) {
        Ok(Some(record)) => record,
        Ok(None) => return Line::failed(CHECK, format!("{domain} does not say who may send for it"), remedy),
        Err(Wrong::Broken(why)) => return Line::failed(CHECK, why, remedy),
        Err(Wrong::Unknown(why)) => return Line::unseen(CHECK, why),
    };
    let outcome = walk.evaluate(domain, &record, 0);
    let all = record
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .find(|term| term.trim_start_matches(['+', '-', '~', '?']) == "all");
    match outcome {
        Err(Wrong::Broken(why)) => Line::failed(CHECK, why, remedy),
        Err(Wrong::Unknown(why)) => Line::unseen(CHECK, why),
        Ok(_) if matches!(all.as_deref(), Some("all" | "+all")) => {
            Line::failed(CHECK, format!("{domain} lets everybody send for it (+all)"), remedy)
        }
        Ok(_)
            if all.as_deref() == Some("?all")
                || (all.is_none() && !record.to_ascii_lowercase().contains("redirect=")) =>
        {
            Line::failed(
                CHECK,
                format!("{domain} does not say what to do with others: it ends without ~all or -all"),
                remedy,
            )
        }
        Ok(Outcome::Allowed) => Line::new(CHECK, State::Passed, format!("{domain} allows the relay")),
        Ok(Outcome::Other) => Line::unseen(
            CHECK,
            format!(
                "{domain} has a sound record; whether it allows the addresses your relay sends from, only the relay's operator knows"
            ),
        ),
    }
}

fn record(domain: &str, look: &Lookup<'_>) -> Result<Option<String>, Wrong> {
    let found = texts(domain, look).map_err(|why| Wrong::Unknown(format!("{domain}: {why}")))?;
    let is_spf = |text: &String| {
        let small = text.to_ascii_lowercase();
        small == "v=spf1" || small.starts_with("v=spf1 ")
    };
    let mut records = found.into_iter().filter(is_spf);
    match (records.next(), records.next()) {
        (_, Some(_)) => Err(Wrong::Broken(format!("{domain} has two SPF records, so it has none: join them"))),
        (one, None) => Ok(one),
    }
}

impl Walk<'_> {
    fn count(&mut self) -> Result<(), Wrong> {
        self.lookups += 1;
        match self.lookups > LOOKUPS {
            true => {
                Err(Wrong::Broken(format!("the SPF record asks for more than {LOOKUPS} lookups, so receivers give up")))
            }
            false => Ok(()),
        }
    }

    fn evaluate(&mut self, domain: &str, record: &str, depth: usize) -> Result<Outcome, Wrong> {
        let mut allowed = false;
        let broken =
            |term: &str| Wrong::Broken(format!("`{term}` in the SPF record of {domain} is none of SPF's words"));
        for term in record.split_whitespace().skip(1) {
            let small = term.to_ascii_lowercase();
            let passes = !small.starts_with(['-', '~', '?']);
            let bare = small.trim_start_matches(['+', '-', '~', '?']);
            let (word, value) = match bare.find([':', '=', '/']) {
                Some(at) => (&bare[..at], bare[at..].trim_start_matches([':', '='])),
                None => (bare, ""),
            };
            // Macros depend on the message; what they lead to is not known here.
            let is_macro = value.contains('%');
            let name = value.split('/').next().filter(|name| !name.is_empty()).unwrap_or(domain);
            let hit = match word {
                "all" | "exp" => false,
                "ip4" | "ip6" => self.in_network(value).ok_or_else(|| broken(term))?,
                "a" | "mx" | "include" | "redirect" | "exists" | "ptr" => {
                    self.count()?;
                    !is_macro && self.leads_to_relay(word, name, depth)?
                }
                _ if bare.contains('=') => false,
                _ => return Err(broken(term)),
            };
            allowed |= hit && (passes || word == "redirect");
        }
        Ok(if allowed { Outcome::Allowed } else { Outcome::Other })
    }

    fn leads_to_relay(&mut self, word: &str, name: &str, depth: usize) -> Result<bool, Wrong> {
        let unknown = |why: String| Wrong::Unknown(format!("{name}: {why}"));
        match word {
            "include" | "redirect" => {
                let Some(record) = record(name, self.look)? else {
                    return Err(Wrong::Broken(format!("the SPF record includes {name}, which has none")));
                };
                if depth >= LOOKUPS {
                    return Err(Wrong::Broken("the SPF record includes itself".to_owned()));
                }
                Ok(matches!(self.evaluate(name, &record, depth + 1)?, Outcome::Allowed))
            }
            "a" => Ok(addresses(name, self.look).map_err(unknown)?.iter().any(|address| self.relay.contains(address))),
            "mx" => {
                for exchange in (self.look)(name, Kind::Mx).map_err(unknown)? {
                    let Record::Name(exchange) = exchange else { continue };
                    let found = addresses(&exchange, self.look).map_err(unknown)?;
                    if found.iter().any(|address| self.relay.contains(address)) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => Ok(false),
        }
    }

    /// Whether the relay lies in a network; `None` where it is none.
    fn in_network(&self, network: &str) -> Option<bool> {
        let (start, length) = match network.split_once('/') {
            Some((start, length)) => (start, Some(length.parse::<u32>().ok()?)),
            None => (network, None),
        };
        let bits = |address: IpAddr| match address {
            IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32),
            IpAddr::V6(address) => (u128::from(address), 128),
        };
        let start: IpAddr = start.parse().ok()?;
        let (first, width) = bits(start);
        let length = length.unwrap_or(width);
        if length > width {
            return None;
        }
        let mask = if length == 0 { 0 } else { u128::MAX << (128 - length) };
        let is_within =
            |address: &&IpAddr| address.is_ipv4() == start.is_ipv4() && bits(**address).0 & mask == first & mask;
        Some(self.relay.iter().any(|address| is_within(&address)))
    }
}
