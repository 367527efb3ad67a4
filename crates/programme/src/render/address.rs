//! Postal addresses as each country's post wants them written (UPU S42 and the posts' own guides).

use std::borrow::Cow;

use super::country;
use crate::model::contact::{Contact, PostalAddress};
use crate::model::language::{Country, Language};
use crate::model::text::Line;

/// How a country writes postal code and town.
struct Rules {
    country: &'static str,
    /// `9` stands for a digit, `A` for a letter, `X` for either; everything else stands for itself.
    postcode: &'static [&'static str],
    place: PostcodePlace,
    /// The post wants the town in capitals.
    capitals: bool,
}

/// Where the postal code stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PostcodePlace {
    /// Before the town.
    Before,
    /// Before the town, with two spaces between.
    WellBefore,
    /// After the town and a comma.
    After,
    /// After the town and its state, without a comma.
    AfterState,
    /// On a line of its own below the town.
    Below,
}

const fn rules(
    country: &'static str,
    postcode: &'static [&'static str],
    place: PostcodePlace,
    capitals: bool,
) -> Rules {
    Rules { country, postcode, place, capitals }
}

const RULES: [Rules; 28] = [
    rules("AT", &["9999"], PostcodePlace::Before, false),
    rules("AX", &["99999"], PostcodePlace::Before, true),
    rules("BE", &["9999"], PostcodePlace::Before, false),
    rules("CH", &["9999"], PostcodePlace::Before, false),
    rules("CZ", &["999 99"], PostcodePlace::Before, false),
    rules("DE", &["99999"], PostcodePlace::Before, false),
    rules("DK", &["9999"], PostcodePlace::Before, false),
    rules("EE", &["99999"], PostcodePlace::Before, false),
    rules("ES", &["99999"], PostcodePlace::Before, false),
    rules("FI", &["99999"], PostcodePlace::Before, true),
    rules("FO", &["999"], PostcodePlace::Before, false),
    rules("FR", &["99999"], PostcodePlace::Before, true),
    rules("GB", &["A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA"], PostcodePlace::Below, true),
    rules("GL", &["9999"], PostcodePlace::Before, false),
    rules("IE", &["A99 XXXX", "A9A XXXX"], PostcodePlace::Below, true),
    rules("IS", &["999"], PostcodePlace::Before, false),
    rules("IT", &["99999"], PostcodePlace::Before, true),
    rules("LI", &["9999"], PostcodePlace::Before, false),
    rules("LT", &["LT-99999"], PostcodePlace::Before, false),
    rules("LU", &["9999"], PostcodePlace::Before, false),
    rules("LV", &["LV-9999"], PostcodePlace::After, false),
    rules("NL", &["9999 AA"], PostcodePlace::WellBefore, true),
    rules("NO", &["9999"], PostcodePlace::Before, true),
    rules("PL", &["99-999"], PostcodePlace::Before, false),
    rules("PT", &["9999-999"], PostcodePlace::Before, false),
    rules("SE", &["999 99"], PostcodePlace::WellBefore, true),
    rules("SK", &["999 99"], PostcodePlace::Before, false),
    rules("US", &["99999", "99999-9999"], PostcodePlace::AfterState, true),
];

fn rules_of(country: Country) -> Option<&'static Rules> {
    RULES.iter().find(|rules| rules.country == country.code())
}

/// True where we know how the country's post wants an address written.
pub fn has_rules(country: Country) -> bool {
    rules_of(country).is_some()
}

/// A postal code in its country's form, whatever its spaces, hyphens, case and country prefix were; `None` where it cannot be
/// one of that country. A country without rules takes everything as it is.
pub fn postcode(country: Country, written: &str) -> Option<String> {
    let Some(rules) = rules_of(country) else { return Some(written.to_owned()) };
    let bare = |text: &str| -> String {
        text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).flat_map(char::to_uppercase).collect()
    };
    // `SE-117 43`, and what it was before: `S-117 43`, `FIN-00100`.
    let is_prefix = |prefix: &str| prefix.len() <= 3 && prefix.chars().all(|c| c.is_ascii_alphabetic());
    let behind = written.split_once('-').filter(|(prefix, _)| is_prefix(prefix.trim())).map(|(_, rest)| bare(rest));
    let whole = bare(written);
    let glued = whole.strip_prefix(country.code()).map(str::to_owned);
    let forms = [behind, glued, Some(whole)];
    let fits = |letters: String| rules.postcode.iter().find_map(|pattern| fit(&letters, pattern, country));
    forms.into_iter().flatten().find_map(fits)
}

/// The letters in the form of a pattern.
fn fit(letters: &str, pattern: &str, country: Country) -> Option<String> {
    let mut left = letters.chars();
    let (prefix, pattern) = match pattern.strip_prefix(country.code()) {
        Some(rest) => (country.code(), rest),
        None => ("", pattern),
    };
    let mut out = String::from(prefix);
    for place in pattern.chars() {
        out.push(match place {
            '9' => left.next().filter(char::is_ascii_digit)?,
            'A' => left.next().filter(char::is_ascii_uppercase)?,
            'X' => left.next().filter(char::is_ascii_alphanumeric)?,
            other => other,
        });
    }
    left.next().is_none().then_some(out)
}

/// The lines of an address, name first, for an envelope that is posted in `home`: the country stands below, in capitals and in
/// the language of the post that reads it first, only where the letter leaves it.
pub fn lines(contact: &Contact, address: &PostalAddress, home: Country) -> Vec<String> {
    let country = address.country.unwrap_or(home);
    let company = contact.company.as_ref().map(|company| company.as_str().to_owned());
    let street = address.street.as_ref().map(|street| street.as_str().to_owned());
    let mut lines: Vec<String> = [Some(contact.name.full()), company, street].into_iter().flatten().collect();
    lines.extend(town(address, country));
    if country != home {
        lines.push(capitals(country::name(country, country::language_of(home))));
    }
    lines
}

/// The firm's own address in one line, as it stands over the recipient's for letters that come back: from `abroad` the country
/// stands last, in capitals, for the post that sends it back.
pub fn sender_line(name: &str, address: &PostalAddress, home: Country, abroad: Option<Language>) -> String {
    let own = address.country.unwrap_or(home);
    let street = address.street.as_ref().map(|street| street.as_str().to_owned());
    let town = town(address, own).join(", ").replace("  ", " ");
    let country = abroad.map(|language| capitals(country::name(own, language)));
    let parts: Vec<String> = [Some(name.to_owned()), street, Some(town), country].into_iter().flatten().collect();
    parts.join(" · ")
}

/// The language in which the post reads who sent a letter that it cannot deliver; `None` where the letter stays in `home`.
pub fn abroad(address: &PostalAddress, home: Country) -> Option<Language> {
    address.country.filter(|country| *country != home).map(country::language_of)
}

/// The firm's own address as its texts show it: street, then postal code and town in the country's order.
pub fn own_lines(address: &PostalAddress, home: Country) -> Vec<String> {
    let street = address.street.as_ref().map(|street| street.as_str().to_owned());
    let town = set_town(address, address.country.unwrap_or(home), false);
    street.into_iter().chain(town.into_iter().map(|line| line.replace("  ", " "))).collect()
}

/// Postal code and town as the post wants them, on one line or two.
fn town(address: &PostalAddress, country: Country) -> Vec<String> {
    set_town(address, country, true)
}

fn set_town(address: &PostalAddress, country: Country, for_machines: bool) -> Vec<String> {
    let text = |line: &Option<Line>| line.as_ref().map_or("", Line::as_str).to_owned();
    let (written, city) = (text(&address.postcode), text(&address.city));
    let code = postcode(country, &written).unwrap_or(written);
    let rules = rules_of(country);
    let city = match rules.is_some_and(|rules| rules.capitals && for_machines) {
        true => capitals(&city),
        false => city,
    };
    match rules.map_or(PostcodePlace::Before, |rules| rules.place) {
        PostcodePlace::Before => vec![format!("{code} {city}").trim().to_owned()],
        PostcodePlace::WellBefore => vec![format!("{code}  {city}").trim().to_owned()],
        PostcodePlace::After => vec![format!("{city}, {code}")],
        PostcodePlace::AfterState if for_machines => vec![format!("{} {code}", city.replace(',', ""))],
        PostcodePlace::AfterState => vec![format!("{city} {code}")],
        PostcodePlace::Below => vec![city, code],
    }
}

fn capitals(text: &str) -> String {
    // A German sharp s has no capital that a sorting machine reads.
    let text: Cow<'_, str> = if text.contains('ß') { text.replace('ß', "ss").into() } else { text.into() };
    text.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::Fixture;

    fn written(country: &str, street: &str, code: &str, city: &str, home: Country) -> Vec<String> {
        let line = |text: &str| text.parse().expect("a line");
        let address = PostalAddress {
            street: Some(line(street)),
            postcode: Some(line(code)),
            city: Some(line(city)),
            country: Some(country.parse().expect("a country")),
        };
        let programme = Fixture::new().contact("anna", "A", |c| c.name = "Anna Lind".parse().expect("a name")).build();
        lines(&programme.contacts[0], &address, home)[1..].to_vec()
    }

    #[test]
    fn r12_each_country_has_its_own_order_of_code_and_town() {
        let expected: [(&str, &str, &str, &str, &[&str]); 14] = [
            ("SE", "Lindhagensgatan 94", "11218", "Stockholm", &["Lindhagensgatan 94", "112 18  STOCKHOLM"]),
            ("NO", "Bryggen 7", "5003", "Bergen", &["Bryggen 7", "5003 BERGEN", "NORGE"]),
            ("DK", "Østerbrogade 9", "DK-2100", "København Ø", &["Østerbrogade 9", "2100 København Ø", "DANMARK"]),
            ("FI", "Mannerheimintie 1", "00100", "Helsinki", &["Mannerheimintie 1", "00100 HELSINKI", "FINLAND"]),
            ("EE", "Telliskivi 60a", "10412", "Tallinn", &["Telliskivi 60a", "10412 Tallinn", "ESTLAND"]),
            ("DE", "Weißer Weg 3", "D-53113", "Bonn", &["Weißer Weg 3", "53113 Bonn", "TYSKLAND"]),
            ("GB", "27 Bury Street", "sw1y6ah", "London", &["27 Bury Street", "LONDON", "SW1Y 6AH", "STORBRITANNIEN"]),
            ("US", "123 Elm St", "97201", "Portland, OR", &["123 Elm St", "PORTLAND OR 97201", "USA"]),
            ("LV", "Brīvības iela 2", "1010", "Rīga", &["Brīvības iela 2", "Rīga, LV-1010", "LETTLAND"]),
            ("LT", "Gedimino pr. 5", "LT01103", "Vilnius", &["Gedimino pr. 5", "LT-01103 Vilnius", "LITAUEN"]),
            ("NL", "Damrak 1", "1012lg", "Amsterdam", &["Damrak 1", "1012 LG  AMSTERDAM", "NEDERLÄNDERNA"]),
            ("FR", "2 rue Cler", "75007", "Paris", &["2 rue Cler", "75007 PARIS", "FRANKRIKE"]),
            ("IE", "5 Dame Street", "d02 xy45", "Dublin", &["5 Dame Street", "DUBLIN", "D02 XY45", "IRLAND"]),
            ("JP", "1-2-3 Ginza", "104-0061", "Tokyo", &["1-2-3 Ginza", "104-0061 Tokyo", "JAPAN"]),
        ];
        for (country, street, code, city, lines) in expected {
            assert_eq!(written(country, street, code, city, Country::SE), lines, "{country}");
        }
    }

    #[test]
    fn r12_the_country_stands_below_only_abroad_and_in_the_posts_own_language() {
        let last = |home| written("SE", "Vasagatan 9", "111 20", "Stockholm", home).pop().expect("a line");
        assert_eq!(last(Country::SE), "111 20  STOCKHOLM");
        assert_eq!(last(Country::EE), "ROOTSI");
        assert_eq!(last(Country::NO), "SVERIGE");
        assert_eq!(last(Country::US), "SWEDEN");
    }

    #[test]
    fn r12_the_sender_says_the_country_only_to_a_post_abroad_and_in_its_language() {
        let line = |text: &str| text.parse().ok();
        let to = |country: &str| PostalAddress { country: country.parse().ok(), ..PostalAddress::default() };
        let own =
            PostalAddress { street: line("Gatan 1"), postcode: line("11743"), city: line("Stockholm"), ..to("SE") };
        let back = |country: &str| sender_line("Ek & Ask", &own, Country::SE, abroad(&to(country), Country::SE));
        assert_eq!(back("SE"), "Ek & Ask · Gatan 1 · 117 43 STOCKHOLM");
        assert_eq!(back("NO"), "Ek & Ask · Gatan 1 · 117 43 STOCKHOLM · SVERIGE");
        assert_eq!(back("EE"), "Ek & Ask · Gatan 1 · 117 43 STOCKHOLM · ROOTSI");
        assert_eq!(back("JP"), "Ek & Ask · Gatan 1 · 117 43 STOCKHOLM · SWEDEN");
        assert_eq!(abroad(&PostalAddress::default(), Country::SE), None, "an address without a country is at home");
    }

    #[test]
    fn r12_the_firms_own_address_is_written_in_its_countrys_order_and_without_capitals() {
        let own = |country: &str, street: &str, code: &str, city: &str| {
            let line = |text: &str| text.parse().ok();
            let country = country.parse().ok();
            let address = PostalAddress { street: line(street), postcode: line(code), city: line(city), country };
            own_lines(&address, Country::SE)
        };
        assert_eq!(own("SE", "Gatan 1", "11743", "Stockholm"), ["Gatan 1", "117 43 Stockholm"]);
        assert_eq!(own("US", "14 Alder St", "97214", "Portland, OR"), ["14 Alder St", "Portland, OR 97214"]);
        assert_eq!(own("GB", "27 Bury Street", "sw1y6ah", "London"), ["27 Bury Street", "London", "SW1Y 6AH"]);
    }

    #[test]
    fn a_postcode_that_cannot_be_one_is_found() {
        for (country, bad) in
            [("SE", "1234"), ("NO", "0123 4"), ("GB", "LONDON"), ("NL", "1012"), ("LV", "LV-10100"), ("FI", "0O100")]
        {
            assert_eq!(postcode(country.parse().expect("a country"), bad), None, "{country} {bad}");
        }
        assert_eq!(postcode(Country::SE, "SE-117 43").as_deref(), Some("117 43"));
        assert!(!has_rules("JP".parse().expect("a country")) && has_rules(Country::EE));
    }
}
