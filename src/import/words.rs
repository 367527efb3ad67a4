//! Words of lists that mean a country, a language, yes or no, in the languages of the programme and those of its neighbours.

use crate::model::language::{Country, Language};
use crate::render::country;
use source::diagnostic::Fault;

/// What countries are also called, in lower case.
const ALSO: [(&str, &str); 27] = [
    ("aut", "AT"),
    ("che", "CH"),
    ("dnk", "DK"),
    ("deu", "DE"),
    ("england", "GB"),
    ("est", "EE"),
    ("eesti vabariik", "EE"),
    ("federal republic of germany", "DE"),
    ("fin", "FI"),
    ("gbr", "GB"),
    ("great britain", "GB"),
    ("holland", "NL"),
    ("kongeriket norge", "NO"),
    ("ltu", "LT"),
    ("lva", "LV"),
    ("nederland", "NL"),
    ("nor", "NO"),
    ("scotland", "GB"),
    ("swe", "SE"),
    ("czech republic", "CZ"),
    ("the netherlands", "NL"),
    ("uk", "GB"),
    ("united states", "US"),
    ("united states of america", "US"),
    ("usa", "US"),
    ("vereinigte staaten", "US"),
    ("wales", "GB"),
];

/// The country of a code or a name.
///
/// # Errors
/// No country is called so.
pub fn country(text: &str) -> Result<Country, Fault> {
    let folded = text.trim().trim_end_matches('.').to_lowercase();
    if let Some(country) = country::by_name(&folded) {
        return Ok(country);
    }
    let code = ALSO.iter().find(|(name, _)| *name == folded).map(|(_, code)| *code);
    code.map_or_else(|| folded.to_uppercase(), str::to_owned).parse()
}

/// What languages are called in English and each other, besides their own names.
const LANGUAGES: [(&str, Language); 47] = [
    ("danish", Language::Da),
    ("danska", Language::Da),
    ("tanska", Language::Da),
    ("taani", Language::Da),
    ("dänisch", Language::Da),
    ("dan", Language::Da),
    ("german", Language::De),
    ("tyska", Language::De),
    ("tysk", Language::De),
    ("saksa", Language::De),
    ("deu", Language::De),
    ("ger", Language::De),
    ("english", Language::En),
    ("engelska", Language::En),
    ("engelsk", Language::En),
    ("englanti", Language::En),
    ("inglise", Language::En),
    ("englisch", Language::En),
    ("eng", Language::En),
    ("estonian", Language::Et),
    ("estniska", Language::Et),
    ("estisk", Language::Et),
    ("viro", Language::Et),
    ("eesti keel", Language::Et),
    ("estnisch", Language::Et),
    ("est", Language::Et),
    ("finnish", Language::Fi),
    ("finska", Language::Fi),
    ("finsk", Language::Fi),
    ("soome", Language::Fi),
    ("finnisch", Language::Fi),
    ("fin", Language::Fi),
    ("norwegian", Language::Nb),
    ("norwegian bokmål", Language::Nb),
    ("norsk bokmål", Language::Nb),
    ("norska", Language::Nb),
    ("norja", Language::Nb),
    ("norra", Language::Nb),
    ("norwegisch", Language::Nb),
    ("no", Language::Nb),
    ("nn", Language::Nb),
    ("nor", Language::Nb),
    ("swedish", Language::Sv),
    ("svensk", Language::Sv),
    ("ruotsi", Language::Sv),
    ("rootsi", Language::Sv),
    ("schwedisch", Language::Sv),
];

/// The language of a tag (`sv`, `sv-SE`) or a name.
///
/// # Errors
/// It is none of the languages bevara writes.
pub fn language(text: &str) -> Result<Language, Fault> {
    let folded = text.trim().to_lowercase();
    let tag = folded.split(['-', '_']).next().unwrap_or_default();
    let by_name = Language::ALL.into_iter().find(|language| language.own_name().to_lowercase() == folded);
    let by_other = || LANGUAGES.iter().find(|(name, _)| *name == folded || *name == tag).map(|(_, language)| *language);
    by_name.or_else(by_other).map_or_else(|| tag.parse(), Ok)
}

/// The language that is read in a country, where it is one of ours.
pub fn language_of(country: Country) -> Option<Language> {
    match (country::language_of(country), country.code()) {
        (Language::En, "GB" | "US" | "IE" | "AU" | "NZ" | "CA") => Some(Language::En),
        (Language::En, _) => None,
        (language, _) => Some(language),
    }
}

/// Yes or no.
pub fn truth(text: &str) -> Option<bool> {
    const YES: [&str; 17] = [
        "true", "yes", "y", "1", "x", "ja", "kyllä", "jah", "on", "wahr", "sant", "sann", "tosi", "checked", "✓",
        "sand", "tõene",
    ];
    const NO: [&str; 15] = [
        "false", "no", "n", "0", "nej", "nei", "ei", "nein", "off", "falsch", "falskt", "usann", "epätosi", "vale",
        "falsk",
    ];
    let folded = text.trim().to_lowercase();
    match () {
        () if YES.contains(&folded.as_str()) => Some(true),
        () if NO.contains(&folded.as_str()) => Some(false),
        () => None,
    }
}

/// What nobody sees and nobody typed: soft hyphens, zero-width spaces, directional marks, byte order marks.
pub fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_and_languages_are_known_by_their_names_around_the_baltic() {
        for (text, code) in [
            ("Norway", "NO"),
            ("Norge", "NO"),
            ("no", "NO"),
            ("Ruotsi", "SE"),
            ("Saksamaa", "DE"),
            ("Österreich", "AT"),
            ("UK", "GB"),
        ] {
            assert_eq!(country(text).expect(text).code(), code);
        }
        for (text, tag) in
            [("Swedish", "sv"), ("svenska", "sv"), ("nb-NO", "nb"), ("no", "nb"), ("Eesti", "et"), ("de_DE", "de")]
        {
            assert_eq!(language(text).expect(text).tag(), tag);
        }
        assert!(country("Atlantis").is_err() && language("Klingon").is_err());
        assert_eq!((truth("JA"), truth("Nei"), truth("maybe")), (Some(true), Some(false), None));
    }
}
