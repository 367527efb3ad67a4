//! Identifiers: one type a kind of thing, so that a contact cannot be looked up among mailings.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use source::diagnostic::Fault;

/// Longest slug, in bytes: ids become file names and mail headers.
const MAX_LENGTH: usize = 96;

/// Checks that `text` is a slug: lower-case ASCII letters and digits in groups joined by single hyphens.
///
/// # Errors
/// A [`Fault`] that shows a slug made from the same text.
pub fn check_slug(text: &str) -> Result<(), Fault> {
    let group = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if text.len() <= MAX_LENGTH && text.split('-').all(group) {
        return Ok(());
    }
    if text.len() > MAX_LENGTH {
        return Err(Fault::new(format!("an id of {} characters is too long", text.len()))
            .hint(format!("use at most {MAX_LENGTH} characters")));
    }
    let fault = Fault::new(format!("`{text}` is not a valid id"));
    let suggestion = slugify(text);
    Err(match suggestion.is_empty() {
        true => fault.hint("an id is lower-case letters and digits, joined by single hyphens, like `anna-lind`"),
        false => fault.hint(format!(
            "an id is lower-case letters and digits, joined by single hyphens; for instance `{suggestion}`"
        )),
    })
}

/// The slug nearest to `text`, short enough for an id. Empty where no letter has a Latin base.
pub fn slugify(text: &str) -> String {
    let mut slug = latin_slug(text);
    slug.truncate(MAX_LENGTH);
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// `text` in `a-z`, `0-9` and single hyphens, however long: letters lose their marks, everything else becomes a hyphen.
pub fn latin_slug(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut slug = String::with_capacity(text.len());
    for character in text.to_lowercase().nfd() {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            'ø' => slug.push('o'),
            'æ' => slug.push_str("ae"),
            'œ' => slug.push_str("oe"),
            'ß' => slug.push_str("ss"),
            'đ' | 'ð' => slug.push('d'),
            'ł' => slug.push('l'),
            'ı' => slug.push('i'),
            'þ' => slug.push_str("th"),
            '\'' | '’' | '\u{300}'..='\u{36f}' => {}
            _ if !slug.ends_with('-') && !slug.is_empty() => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Fault;

            fn from_str(text: &str) -> Result<Self, Fault> {
                check_slug(text).map(|()| $name(text.into()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

ids! {
    /// The stable id of a contact.
    ContactId;
    /// The id of a mailing: output folder, journal name and Message-ID seed; never reused.
    MailingId;
    /// The id of a person on the team.
    TeamId;
    /// The id of a planned touch.
    TouchId;
    /// The id of a referral in the ledger.
    ReferralId;
    /// The id of a reward option.
    RewardId;
    /// The id of a question for reviews.
    QuestionId;
    /// Something we offer.
    ServiceId;
    /// The id of a value point or a quote.
    ValueId;
}

impl ContactId {
    /// The key of a message that is sent to this contact because of what happened on a day: `anna-lind@2027-02-03` (R33). Journals
    /// and manifests name messages by it; no contact has such an id.
    pub fn at(&self, event: Date) -> ContactId {
        ContactId(format!("{}@{event}", self.0).into())
    }

    /// The contact's own id, and the day of the event where this is the key of a message.
    pub fn parts(&self) -> (&str, Option<Date>) {
        match self.0.split_once('@') {
            Some((id, event)) => (id, event.parse().ok()),
            None => (&self.0, None),
        }
    }

    /// Reads an id, or the key of a message about an event.
    ///
    /// # Errors
    /// Neither.
    pub fn parse_key(text: &str) -> Result<ContactId, Fault> {
        match text.split_once('@') {
            Some((id, event)) => {
                let day = event.parse().map_err(|_| Fault::new(format!("`{event}` is not the day of an event")))?;
                id.parse::<ContactId>().map(|id| id.at(day))
            }
            None => text.parse(),
        }
    }
}

impl ContactId {
    /// What the id of somebody begins with who was forgotten: a keyed hash follows (R27).
    pub const FORGOTTEN: &str = "forgotten-";

    /// True for the stand-in of somebody who was forgotten, in ledgers and journals that need somebody.
    pub fn is_forgotten(&self) -> bool {
        self.0.strip_prefix(Self::FORGOTTEN).is_some_and(|hash| hash.len() >= 16 && !hash.contains('-'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_suggested_from_a_name() {
        let fault = "Åsa O'Connor".parse::<ContactId>().expect_err("not a slug");
        assert_eq!(fault.message, "`Åsa O'Connor` is not a valid id");
        assert!(fault.hint.expect("a hint").ends_with("`asa-oconnor`"));
        for bad in ["", "-a", "a-", "a--b", "a_b", "ä"] {
            assert!(bad.parse::<ContactId>().is_err(), "{bad}");
        }
        assert_eq!("2026-11-newsletter".parse::<MailingId>().expect("fine").as_str(), "2026-11-newsletter");
    }
}
