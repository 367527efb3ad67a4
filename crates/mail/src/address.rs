//! Internet mail addresses (RFC 5321 §4.1.2 Mailbox, RFC 6531 for local parts beyond ASCII).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use source::characters::{is_ignorable, nfkc};
use source::diagnostic::Fault;

/// A mailbox address, parsed once: what goes on the wire has its domain as A-labels.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    /// `local@domain`, the domain in lower-case A-labels.
    wire: Box<str>,
    /// Where the domain begins in `wire`.
    domain: u16,
}

impl EmailAddress {
    /// The address as SMTP and header fields carry it.
    pub fn as_str(&self) -> &str {
        &self.wire
    }

    /// The part before the `@`, as written (it may be a quoted string).
    pub fn local(&self) -> &str {
        &self.wire[..usize::from(self.domain) - 1]
    }

    /// The domain in lower-case A-labels (RFC 5890).
    pub fn domain(&self) -> &str {
        &self.wire[usize::from(self.domain)..]
    }

    /// True where the local part is not ASCII, so that every server on the way must know SMTPUTF8 (RFC 6531).
    pub fn needs_smtputf8(&self) -> bool {
        !self.local().is_ascii()
    }

    /// The form in which two spellings of one mailbox are equal: case, Unicode form and quotes folded.
    pub fn folded(&self) -> String {
        format!("{}@{}", fold_local(self.local()), self.domain())
    }

    /// [`folded`](Self::folded), and without what stands after a `+` in the local part.
    pub fn folded_without_tag(&self) -> String {
        let local = fold_local(self.local());
        let untagged = local.split('+').next().filter(|base| !base.is_empty()).unwrap_or(&local);
        format!("{untagged}@{}", self.domain())
    }
}

/// A domain name folded for comparison: lower-case A-labels, no trailing dot.
///
/// # Errors
/// What is wrong with the name.
pub fn fold_domain(text: &str) -> Result<String, Fault> {
    let name = text.trim().trim_end_matches('.');
    let bad = || {
        Fault::new(format!("`{text}` is not a domain name"))
            .hint("a domain is letters, digits and hyphens with dots between")
    };
    let ascii = idna::domain_to_ascii_cow(name.as_bytes(), idna::AsciiDenyList::URL).map_err(|_| bad())?;
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    match ascii.len() <= 253 && ascii.contains('.') && ascii.split('.').all(label) {
        true => Ok(ascii.to_lowercase()),
        false => Err(bad()),
    }
}

/// A domain in A-labels as people read it, in letters of its own script.
pub fn readable_domain(domain: &str) -> String {
    idna::domain_to_unicode(domain).0
}

fn fold_local(local: &str) -> String {
    let unquoted = match local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => Cow::Owned(inner.replace('\\', "")),
        None => Cow::Borrowed(local),
    };
    nfkc(&unquoted).to_lowercase()
}

fn is_atext(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~".contains(character)
        || (!character.is_ascii() && !character.is_control() && !character.is_whitespace())
}

/// True for a dot-atom or a quoted string (RFC 5321 Local-part).
fn is_local_part(local: &str) -> bool {
    if local.len() > 64 || local.is_empty() {
        return false;
    }
    match local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        None => local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext)),
        Some(inner) => {
            let mut characters = inner.chars();
            while let Some(character) = characters.next() {
                let fine = match character {
                    '\\' => characters.next().is_some_and(|escaped| (' '..='~').contains(&escaped)),
                    '"' => false,
                    other => !other.is_control(),
                };
                if !fine {
                    return false;
                }
            }
            true
        }
    }
}

impl FromStr for EmailAddress {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let trouble =
            |hint: &str| Err(Fault::new(format!("`{}` is not an e-mail address", text.escape_debug())).hint(hint));
        if text.chars().any(|c| c.is_control() || source::characters::is_reserved(c)) {
            return trouble("it holds a control character");
        }
        if let Some(hidden) = text.chars().find(|character| is_ignorable(*character)) {
            return trouble(&format!("it holds U+{:04X}, which nobody can see: remove it", u32::from(hidden)));
        }
        let Some((local, domain)) = text.rsplit_once('@') else {
            return trouble("an address looks like `anna@example.org`");
        };
        if !is_local_part(local) {
            return trouble("the part before the `@` may not have spaces, commas or two dots in a row");
        }
        let Ok(domain) = fold_domain(domain) else {
            return trouble("the part after the `@` is not a domain name");
        };
        if local.len() + 1 + domain.len() > 254 {
            return trouble("an address has at most 254 characters");
        }
        let domain_at = u16::try_from(local.len() + 1).expect("a local part has at most 64 bytes");
        Ok(EmailAddress { wire: format!("{local}@{domain}").into(), domain: domain_at })
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wire)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.wire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> EmailAddress {
        text.parse().expect("an address")
    }

    #[test]
    fn addresses_parse_and_domains_become_a_labels() {
        assert_eq!(address("anna@Kaffehörnan.example").domain(), "xn--kaffehrnan-jcb.example");
        assert_eq!(address("\"a b\"@x.example").local(), "\"a b\"");
        assert!(address("åsa@x.example").needs_smtputf8());
        for bad in [
            "",
            "a",
            "a@",
            "@b.se",
            "a b@c.se",
            "a..b@c.se",
            "a@b",
            "a@-b.se",
            "a@b.se\r\nBcc: c@d.se",
            "a@b,c.se",
            "an\u{200b}na@b.se",
            "anna@b\u{ad}c.se",
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn two_spellings_of_one_mailbox_fold_to_one() {
        let plain = address("anna.lind@firm.example").folded_without_tag();
        for other in ["Anna.Lind@FIRM.example", "\"anna.lind\"@firm.example.", "anna.lind+news@firm.example"] {
            assert_eq!(address(other).folded_without_tag(), plain, "{other}");
        }
    }
}
