//! Mailboxes as they are compared: every way of writing an address that ends at the same mailbox.

use std::borrow::Cow;

use mail::address::{EmailAddress, fold_domain};
use source::characters::{is_ignorable, nfkc};

/// Routes within routes that are followed.
const DEEPEST: usize = 4;

/// Domains that are other names of one mail host.
const ALIASES: [(&str, &str); 6] = [
    ("googlemail.com", "gmail.com"),
    ("me.com", "icloud.com"),
    ("mac.com", "icloud.com"),
    ("protonmail.com", "proton.me"),
    ("protonmail.ch", "proton.me"),
    ("pm.me", "proton.me"),
];

/// The mailboxes that an address may end at, each with its domain: its own, and those that its local part routes on to
/// (`user%host@relay`, `host!user@relay`, `"user@host"@relay`).
pub fn keys(address: &EmailAddress) -> Vec<(String, String)> {
    let mut keys = Vec::with_capacity(1);
    let (mut local, mut domain) = (fold_local(address.local()), address.domain().to_owned());
    for _ in 0..DEEPEST {
        keys.push((key(&local, &domain), host(&domain).to_owned()));
        let Some((inner, at)) = route(&local) else { break };
        let Ok(next) = fold_domain(&at) else { break };
        (local, domain) = (inner, next);
    }
    keys
}

/// Where a local part routes on to: local part and domain.
fn route(local: &str) -> Option<(String, String)> {
    let owned = |(local, domain): (&str, &str)| (local.to_owned(), domain.to_owned());
    let pair = local.rsplit_once('@').or_else(|| local.rsplit_once('%')).map(owned);
    let pair = pair.or_else(|| local.split_once('!').map(|(host, rest)| (rest.to_owned(), host.to_owned())));
    pair.filter(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

/// The mailbox of a folded local part at a domain, without its tag.
fn key(local: &str, domain: &str) -> String {
    let host = host(domain);
    let untagged = local.split('+').next().filter(|base| !base.is_empty()).unwrap_or(local);
    let base = match host {
        _ if tags_with_minus(host) => untagged.split('-').next().filter(|base| !base.is_empty()).unwrap_or(untagged),
        _ => untagged,
    };
    match host {
        "gmail.com" => format!("{}@{host}", base.replace('.', "")),
        "proton.me" => format!("{}@{host}", base.replace(['.', '_', '-'], "")),
        _ => format!("{base}@{host}"),
    }
}

/// The mail host that a domain is a name of.
fn host(domain: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == domain).map_or(domain, |(_, host)| host)
}

/// True where what stands after a hyphen in a local part is known to be a tag.
pub fn tags_with_minus(domain: &str) -> bool {
    let name = domain.split('.').next().unwrap_or_default();
    matches!(name, "yahoo" | "ymail" | "rocketmail") && domain.matches('.').count() <= 2
}

/// A local part in lower case, composed, without quotes and without what nobody sees.
fn fold_local(local: &str) -> String {
    let unquoted = match local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => Cow::Owned(inner.replace('\\', "")),
        None => Cow::Borrowed(local),
    };
    if unquoted.is_ascii() {
        return unquoted.to_ascii_lowercase();
    }
    let visible: String = unquoted.chars().filter(|letter| !is_ignorable(*letter)).collect();
    nfkc(&nfkc(&visible).to_lowercase()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(address: &str) -> Vec<String> {
        keys(&address.parse().expect("an address")).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn r04_every_way_to_a_mailbox_is_that_mailbox() {
        for way in [
            "Rolf.Ek@Firm.example",
            "\"rolf.ek\"@firm.example.",
            "rolf.ek+news@firm.example",
            "rolf.ek%firm.example@relay.example",
            "firm.example!rolf.ek@relay.example",
            "\"rolf.ek@firm.example\"@relay.example",
            "a.example!firm.example!rolf.ek@relay.example",
            "ｒolf.ek@ｆirm.example",
        ] {
            assert!(folded(way).contains(&"rolf.ek@firm.example".to_owned()), "{way}: {:?}", folded(way));
        }
        assert_eq!(folded("r.olf.ek+x@googlemail.com"), folded("rolfek@gmail.com"));
        assert_eq!(folded("rolf-news@yahoo.co.uk"), folded("rolf@yahoo.co.uk"));
        assert_ne!(folded("rolf-news@firm.example"), folded("rolf@firm.example"));
        assert_ne!(folded("r.olf@firm.example"), folded("rolf@firm.example"));
    }
}
