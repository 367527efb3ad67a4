//! DMARC: whether what signs and sends is the domain that readers see (RFC 9989).

use super::{Line, Lookup, State, Subject, tag, texts};

/// Names that are asked on the way up (RFC 9989 §4.10).
const STEPS: usize = 8;

const CHECK: &str = "dmarc";

/// Why there is no policy.
enum Wrong {
    /// There are several where one may be.
    Several(String),
    /// It is not known.
    Unknown(String),
}

/// The names that the tree walk asks, the whole name first.
fn walk(domain: &str) -> Vec<String> {
    let labels: Vec<&str> = domain.split('.').collect();
    // Of a long name, the whole and then what has seven labels or fewer.
    let from = labels.len().saturating_sub(STEPS - 1);
    let shorter = (from.max(1)..labels.len()).map(|start| labels[start..].join("."));
    std::iter::once(domain.to_owned()).chain(shorter).take(STEPS).collect()
}

/// The records on the way up, each with its name.
fn records(domain: &str, look: &Lookup<'_>) -> Result<Vec<(String, String)>, Wrong> {
    let mut found = Vec::new();
    for name in walk(domain) {
        let texts =
            texts(&format!("_dmarc.{name}"), look).map_err(|why| Wrong::Unknown(format!("_dmarc.{name}: {why}")))?;
        let mut records = texts
            .into_iter()
            .filter(|text| text.split(';').next().is_some_and(|first| first.replace(' ', "") == "v=DMARC1"));
        match (records.next(), records.next()) {
            (Some(_), Some(_)) if name == domain => return Err(Wrong::Several(name)),
            (Some(record), None) => {
                let ends = matches!(tag(&record, "psd"), Some("n" | "y"));
                found.push((name, record));
                if ends {
                    break;
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The organizational domain of a name, as the records on the way up have it (RFC 9989 §4.10.2).
///
/// # Errors
/// Why it is not known.
pub fn organisation(domain: &str, look: &Lookup<'_>) -> Result<String, String> {
    let found = match records(domain, look) {
        Ok(found) => found,
        Err(Wrong::Several(_)) => Vec::new(),
        Err(Wrong::Unknown(why)) => return Err(why),
    };
    if let Some((name, _)) = found.iter().find(|(_, record)| tag(record, "psd") == Some("n")) {
        return Ok(name.clone());
    }
    if let Some((suffix, _)) = found.iter().find(|(name, record)| tag(record, "psd") == Some("y") && name != domain) {
        let inner = domain.strip_suffix(suffix.as_str()).map(|rest| rest.trim_end_matches('.'));
        let label = inner.and_then(|inner| inner.rsplit('.').next()).unwrap_or_default();
        return Ok(format!("{label}.{suffix}"));
    }
    Ok(found.last().map_or_else(|| domain.to_owned(), |(name, _)| name.clone()))
}

/// The policy, and what is aligned.
pub(super) fn lines(subject: &Subject<'_>, spf: &Line, dkim: &Line, look: &Lookup<'_>) -> Vec<Line> {
    let domain = subject.domain;
    let remedy = format!("_dmarc.{domain}. IN TXT \"v=DMARC1; p=none; rua=mailto:dmarc@{domain}\"");
    let found = match records(domain, look) {
        Ok(found) => found,
        Err(Wrong::Several(name)) => {
            return vec![Line::failed(CHECK, format!("_dmarc.{name} has several records, so it has none"), remedy)];
        }
        Err(Wrong::Unknown(why)) => {
            return vec![Line::unseen(CHECK, why), Line::unseen("alignment", "the policy is not known")];
        }
    };
    // The name's own, else that of the organisation, the last on the way up.
    let Some((name, record)) = found.iter().find(|(name, _)| name == domain).or(found.last()) else {
        return vec![Line::failed(CHECK, format!("{domain} has no policy, nor has any name above it"), remedy)];
    };
    let policy = match (tag(record, "sp").filter(|_| name != domain), tag(record, "p")) {
        (Some(below), _) => Some(below),
        (None, own) => own,
    };
    let known = policy.filter(|policy| ["none", "quarantine", "reject"].contains(policy));
    let own = match known {
        Some(policy) => Line::new(CHECK, State::Passed, format!("the policy at _dmarc.{name} is {policy}")),
        None => Line::failed(CHECK, format!("the record at _dmarc.{name} has no policy that is known"), remedy),
    };
    vec![own, alignment(subject, record, spf, dkim, look)]
}

/// Of SPF and DKIM, one has to pass for a domain that belongs to the one readers see.
fn alignment(subject: &Subject<'_>, record: &str, spf: &Line, dkim: &Line, look: &Lookup<'_>) -> Line {
    const CHECK: &str = "alignment";
    let domain = subject.domain;
    let remedy = format!("dkim: {{selector: 2027a, domain: {domain}}} in bevara.yaml, and its record");
    if let Some((signing, _)) = subject.dkim {
        let is_strict = tag(record, "adkim") == Some("s");
        let belongs = match (is_strict, signing == domain) {
            (_, true) => Ok(true),
            (true, false) => Ok(false),
            (false, false) => organisation(domain, look).and_then(|own| Ok(own == organisation(signing, look)?)),
        };
        match belongs {
            Err(why) => return Line::unseen(CHECK, why),
            Ok(false) => {
                return Line::failed(
                    CHECK,
                    format!("mail from {domain} is signed by {signing}, which is another's"),
                    remedy,
                );
            }
            Ok(true) if dkim.state == State::Passed => {
                return Line::new(CHECK, State::Passed, format!("mail from {domain} is signed by {signing}"));
            }
            Ok(true) if dkim.state == State::Unseen => {
                return Line::unseen(CHECK, "it hangs on the signature, which cannot be seen");
            }
            Ok(true) => {}
        }
    }
    // Reports come back to the sender's own domain, so what SPF allows is aligned.
    match spf.state {
        State::Passed => Line::new(CHECK, State::Passed, format!("mail from {domain} comes from where it says (SPF)")),
        State::Unseen => Line::unseen(CHECK, "it hangs on SPF, which cannot be seen"),
        State::Failed => Line::failed(CHECK, "neither SPF nor DKIM passes for the domain that readers see", remedy),
    }
}
