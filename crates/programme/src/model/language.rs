//! Languages and countries.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use source::diagnostic::{Fault, did_you_mean};

/// A language bevara can write dates, numbers and quotation marks in (BCP 47 primary tag).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Danish
    Da,
    /// German
    De,
    /// English (British dates)
    En,
    /// Estonian
    Et,
    /// Finnish
    Fi,
    /// Norwegian bokmål
    Nb,
    /// Swedish
    Sv,
}

impl Language {
    /// Every language, in the order of its tag.
    pub const ALL: [Language; 7] =
        [Language::Da, Language::De, Language::En, Language::Et, Language::Fi, Language::Nb, Language::Sv];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Da => "da",
            Language::De => "de",
            Language::En => "en",
            Language::Et => "et",
            Language::Fi => "fi",
            Language::Nb => "nb",
            Language::Sv => "sv",
        }
    }

    /// What the language calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::Da => "Dansk",
            Language::De => "Deutsch",
            Language::En => "English",
            Language::Et => "Eesti",
            Language::Fi => "Suomi",
            Language::Nb => "Norsk",
            Language::Sv => "Svenska",
        }
    }
}

impl FromStr for Language {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if let Some(language) = Language::ALL.into_iter().find(|language| language.tag() == text) {
            return Ok(language);
        }
        let hint = match text {
            other if Language::ALL.iter().any(|known| other.eq_ignore_ascii_case(known.tag())) => {
                format!("did you mean `{}`?", other.to_lowercase())
            }
            "no" | "nn" | "nb-NO" => "Norwegian bokmål is `nb`".to_owned(),
            "se" | "swe" => "Swedish is `sv` (`SE` is the country)".to_owned(),
            "ee" | "est" => "Estonian is `et` (`EE` is the country)".to_owned(),
            "dk" => "Danish is `da` (`DK` is the country)".to_owned(),
            _ => format!("known languages: {}", Language::ALL.map(Language::tag).join(", ")),
        };
        Err(Fault::new(format!("unknown language `{text}`")).hint(hint))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// All codes of ISO 3166-1 alpha-2.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE \
KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW \
MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE \
SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE \
VG VI VN VU WF WS YE YT ZA ZM ZW";

impl Country {
    /// Sweden
    pub const SE: Country = Country(*b"SE");
    /// Norway
    pub const NO: Country = Country(*b"NO");
    /// Denmark
    pub const DK: Country = Country(*b"DK");
    /// Finland
    pub const FI: Country = Country(*b"FI");
    /// Estonia
    pub const EE: Country = Country(*b"EE");
    /// Germany
    pub const DE: Country = Country(*b"DE");
    /// United Kingdom
    pub const GB: Country = Country(*b"GB");
    /// United States
    pub const US: Country = Country(*b"US");

    /// The two-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a country code is two ASCII letters")
    }
}

impl FromStr for Country {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if let (&[a, b], true) = (text.as_bytes(), is_country(text)) {
            return Ok(Country([a, b]));
        }
        let upper = text.to_uppercase();
        let hint = match is_country(&upper) {
            true => format!("write `{upper}`"),
            false => did_you_mean(text, ["SE", "NO", "DK", "FI", "EE", "DE", "GB", "US"])
                .unwrap_or_else(|| "a country is its two-letter code, like `SE`".to_owned()),
        };
        Err(Fault::new(format!("unknown country `{text}`")).hint(hint))
    }
}

fn is_country(code: &str) -> bool {
    // Two letters and a blank each.
    COUNTRIES.as_bytes().chunks(3).any(|known| known[..2] == *code.as_bytes())
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.code())
    }
}

/// The languages of a programme: which there are, and what is read where one is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Languages {
    /// Every language of the programme; the first is the default.
    pub all: Vec<Language>,
    /// For a language, the one whose text is used where its own is missing (`fallback: {nb: sv}`).
    pub fallback: BTreeMap<Language, Language>,
}

impl Languages {
    /// The language a text without a suffix is written in.
    pub fn default(&self) -> Language {
        self.all[0]
    }

    /// `wanted`, then what is declared to stand in for it, each once.
    pub fn chain(&self, wanted: Language) -> Vec<Language> {
        let mut chain = vec![wanted];
        while let Some(&next) = chain.last().and_then(|last| self.fallback.get(last)) {
            if chain.contains(&next) {
                break;
            }
            chain.push(next);
        }
        chain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norwegian_no_is_a_hint_and_not_false() {
        let fault = "no".parse::<Language>().expect_err("not a tag of ours");
        assert_eq!(fault.hint.as_deref(), Some("Norwegian bokmål is `nb`"));
        assert_eq!("NO".parse::<Country>().expect("Norway"), Country::NO);
        assert_eq!("se".parse::<Country>().expect_err("lower case").hint.as_deref(), Some("write `SE`"));
    }

    #[test]
    fn a_fallback_chain_ends_even_in_a_circle() {
        let languages = Languages {
            all: vec![Language::Sv, Language::Nb],
            fallback: BTreeMap::from([(Language::Nb, Language::Sv), (Language::Sv, Language::Nb)]),
        };
        assert_eq!(languages.chain(Language::Nb), [Language::Nb, Language::Sv]);
    }
}
