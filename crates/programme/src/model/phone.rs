//! Telephone numbers as they are compared: every spelling of one number is the same digits (ITU-T E.164).

use crate::model::language::Country;
use source::characters::nfkc;

/// Fewest digits after the calling code; less is an extension or a slip.
const SHORTEST: usize = 5;

/// Most digits of a number, its calling code included (E.164 §6).
const MAX_LENGTH: usize = 15;

/// Calling codes, and what is dialled before a national number and left out after the code.
const CALLING_CODES: [(&str, &str, &str); 27] = [
    ("AT", "43", "0"),
    ("BE", "32", "0"),
    ("CA", "1", "1"),
    ("CH", "41", "0"),
    ("CZ", "420", ""),
    ("DE", "49", "0"),
    ("DK", "45", ""),
    ("EE", "372", ""),
    ("ES", "34", ""),
    ("FI", "358", "0"),
    ("FR", "33", "0"),
    ("GB", "44", "0"),
    ("IE", "353", "0"),
    ("IS", "354", ""),
    ("IT", "39", ""),
    ("LT", "370", "0"),
    ("LU", "352", ""),
    ("LV", "371", ""),
    ("NL", "31", "0"),
    ("NO", "47", ""),
    ("PL", "48", ""),
    ("PT", "351", ""),
    ("SE", "46", "0"),
    ("SK", "421", "0"),
    ("UA", "380", "0"),
    ("US", "1", "1"),
    ("AX", "358", "0"),
];

/// The country that the last label of a domain stands for, where we know how numbers are dialled there.
pub fn country_of_domain(domain: &str) -> Option<Country> {
    let label = domain.rsplit('.').next()?.to_ascii_uppercase();
    let code = if label == "UK" { "GB" } else { label.as_str() };
    CALLING_CODES.iter().find(|(known, ..)| *known == code).and_then(|(known, ..)| known.parse().ok())
}

/// The number with its calling code, digits only: `070-174 06 05` of Sweden and `+46 (0)70 174 06 05` are both `46701740605`.
///
/// A number without a calling code is one of `country`. `None` where this is no number that could be dialled.
pub fn folded(text: &str, country: Country) -> Option<String> {
    let text = nfkc(text);
    // An extension is dialled later, and is no part of the number.
    let main = text.split(['x', 'X', ';', '#']).next().unwrap_or_default();
    let main = main.trim_start().trim_start_matches("tel:");
    let is_international = main.trim_start_matches(['(', ' ']).starts_with('+');
    // `+46 (0)70`: the nought is for those who dial within the country.
    let without_trunk = main.replace("(0)", "");
    let main = if is_international { without_trunk.as_str() } else { main };
    let digits: String = main.chars().filter(char::is_ascii_digit).collect();
    let whole = match digits.strip_prefix("00") {
        _ if is_international => digits,
        Some(rest) => rest.to_owned(),
        None => national(&digits, country)?,
    };
    (SHORTEST + 1..=MAX_LENGTH).contains(&whole.len()).then_some(whole)
}

/// A national number after the calling code of its country; as it is where that is not known.
fn national(digits: &str, country: Country) -> Option<String> {
    if digits.len() < SHORTEST {
        return None;
    }
    let Some((_, code, trunk)) = CALLING_CODES.iter().find(|(known, ..)| *known == country.code()) else {
        return Some(digits.to_owned());
    };
    let number = if trunk.is_empty() { digits } else { digits.strip_prefix(trunk).unwrap_or(digits) };
    Some(format!("{code}{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_number_is_the_same_digits() {
        let of = |text: &str, country: Country| folded(text, country);
        for spelling in
            ["+46 70 174 06 05", "070-174 06 05", "0046 70 1740605", "+46 (0)70-174 06 05", "tel:+46-70-174-06-05"]
        {
            assert_eq!(of(spelling, Country::SE).as_deref(), Some("46701740605"), "{spelling}");
        }
        assert_eq!(of("55 50 30 01", Country::NO), of("+47 55503001", Country::SE));
        assert_eq!(of("+372 555 0111 x12", Country::SE), of("555 0111", Country::EE));
        assert_eq!(of("(555) 010-9999", Country::US).as_deref(), Some("15550109999"));
        for (domain, country) in [("fjord.example.no", Some(Country::NO)), ("x.co.uk", Some(Country::GB))] {
            assert_eq!(country_of_domain(domain), country, "{domain}");
        }
        assert!(["x.example", "x.io", "x.eu", ""].iter().all(|domain| country_of_domain(domain).is_none()));
        for nothing in ["", "-", "12", "anknytning 31", "+46"] {
            assert_eq!(of(nothing, Country::SE), None, "{nothing}");
        }
    }
}
