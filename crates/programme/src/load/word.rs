//! Words that mean something only in files: who a mailing goes to, who signs, a colour, a check's level.

use std::str::FromStr;

use crate::model::contact::{Standing, Tier};
use crate::model::id::check_slug;
use crate::model::mailing::Signer;
use crate::model::text::Line;
use source::diagnostic::{Fault, Severity, did_you_mean};

/// A tier where D makes no sense: a key of `cadence:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TierLetter(pub Tier);

impl FromStr for TierLetter {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text.parse()? {
            Standing::Active(tier) => Ok(TierLetter(tier)),
            Standing::DoNotContact => Err(Fault::new("tier D gets nothing").hint("use A, B or C")),
        }
    }
}

/// The lowest tier something goes to: a letter, or `everyone` for C (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach(pub Tier);

impl FromStr for Reach {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text {
            "everyone" => Ok(Reach(Tier::C)),
            letter => match letter.parse::<TierLetter>() {
                Ok(TierLetter(tier)) => Ok(Reach(tier)),
                Err(fault) if letter == "D" => Err(fault),
                Err(_) => Err(Fault::new(format!("unknown tier `{letter}`"))
                    .hint("write A, B, C or everyone; a tier gets all that the tiers below get")),
            },
        }
    }
}

/// Who signs: `owner`, `ceo` or a team id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBy(pub Signer);

impl FromStr for SignedBy {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        Ok(SignedBy(match text {
            "owner" => Signer::Owner,
            "ceo" => Signer::Ceo,
            id => Signer::Member(id.parse()?),
        }))
    }
}

/// A colour as CSS writes it in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colour(pub Box<str>);

impl FromStr for Colour {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let digits = text.strip_prefix('#').unwrap_or_default();
        match matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            true => Ok(Colour(text.into())),
            false => Err(Fault::new(format!("`{text}` is not a colour")).hint("write it like \"#A6480F\", in quotes")),
        }
    }
}

/// A referral code given by hand: what the refer-us page takes for one (R18).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralCode(pub Line);

impl FromStr for ReferralCode {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let plain = text.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
        match plain && (4..=32).contains(&text.len()) {
            true => text.parse().map(ReferralCode),
            false => Err(Fault::new(format!("`{text}` is no referral code"))
                .hint("4 to 32 letters from a to z, digits or hyphens: it stands in links and is read out")),
        }
    }
}

/// A CSS font stack: names, quotes, commas and blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontStack(pub Box<str>);

impl FromStr for FontStack {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let fine = |c: char| c.is_alphanumeric() || " ,'\"-_".contains(c);
        match !text.trim().is_empty() && text.chars().all(fine) {
            true => Ok(FontStack(text.into())),
            false => {
                Err(Fault::new(format!("`{text}` is not a list of fonts"))
                    .hint("like: Georgia, 'Iowan Old Style', serif"))
            }
        }
    }
}

/// The name of a check, as findings print it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckName(pub Box<str>);

impl FromStr for CheckName {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        check_slug(text)?;
        if ["r26-opt-out", "r26-postal-address"].contains(&text) {
            return Err(Fault::new(format!("the level of `{text}` cannot be changed"))
                .hint("the law wants it in every mailing (R26)"));
        }
        match text.starts_with("r02-") || text.starts_with("r04-") {
            true => Err(Fault::new(format!("the level of `{text}` cannot be changed"))
                .hint("the standing text and the wall around tier D hold for everybody (R2, R4)")),
            false => Ok(CheckName(text.into())),
        }
    }
}

/// A level a check is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level(pub Severity);

impl FromStr for Level {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text {
            "error" => Ok(Level(Severity::Error)),
            "warning" => Ok(Level(Severity::Warning)),
            "note" => Ok(Level(Severity::Note)),
            other => {
                let hint = did_you_mean(other, ["error", "warning", "note"]);
                Err(Fault::new(format!("unknown level `{other}`"))
                    .hint(hint.unwrap_or_else(|| "one of error, warning, note".into())))
            }
        }
    }
}

/// A page's place in its site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(pub Box<str>);

impl FromStr for Slug {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        text.split('/').try_for_each(check_slug)?;
        Ok(Slug(text.into()))
    }
}
