//! What goes with a country: its time zone, its money, the language most people there read.

use crate::model::language::{Country, Language};

/// Country, time zone, currency; for the countries that bevara knows days of the year of, and their neighbours.
const PLACES: [(&str, &str, &str); 23] = [
    ("AT", "Europe/Vienna", "EUR"),
    ("AU", "Australia/Sydney", "AUD"),
    ("BE", "Europe/Brussels", "EUR"),
    ("CA", "America/Toronto", "CAD"),
    ("CH", "Europe/Zurich", "CHF"),
    ("CZ", "Europe/Prague", "CZK"),
    ("DE", "Europe/Berlin", "EUR"),
    ("DK", "Europe/Copenhagen", "DKK"),
    ("EE", "Europe/Tallinn", "EUR"),
    ("ES", "Europe/Madrid", "EUR"),
    ("FI", "Europe/Helsinki", "EUR"),
    ("FR", "Europe/Paris", "EUR"),
    ("GB", "Europe/London", "GBP"),
    ("IE", "Europe/Dublin", "EUR"),
    ("IT", "Europe/Rome", "EUR"),
    ("LT", "Europe/Vilnius", "EUR"),
    ("LU", "Europe/Luxembourg", "EUR"),
    ("LV", "Europe/Riga", "EUR"),
    ("NL", "Europe/Amsterdam", "EUR"),
    ("NO", "Europe/Oslo", "NOK"),
    ("PL", "Europe/Warsaw", "PLN"),
    ("SE", "Europe/Stockholm", "SEK"),
    ("US", "America/New_York", "USD"),
];

/// Language and the country that is meant where none is named, the other way round too.
const HOMES: [(Language, Country); 7] = [
    (Language::Sv, Country::SE),
    (Language::Nb, Country::NO),
    (Language::Da, Country::DK),
    (Language::Fi, Country::FI),
    (Language::Et, Country::EE),
    (Language::De, Country::DE),
    (Language::En, Country::GB),
];

fn place(country: Country) -> Option<&'static (&'static str, &'static str, &'static str)> {
    PLACES.iter().find(|(code, ..)| *code == country.code())
}

/// The time zone that most of a country keeps; UTC for one that is not known here.
pub fn timezone_of(country: Country) -> &'static str {
    place(country).map_or("UTC", |(_, zone, _)| zone)
}

/// What people pay with; the euro for a country that is not known here.
pub fn currency_of(country: Country) -> &'static str {
    place(country).map_or("EUR", |(.., currency)| currency)
}

/// About so many euros in the money of a country, as a round sum.
pub fn amount(country: Country, euros: u32) -> String {
    let is_small = ["SEK", "NOK", "DKK", "CZK"].contains(&currency_of(country));
    format!("{}.00", if is_small { euros * 10 } else { euros })
}

/// The country that is meant where only a language is named.
pub fn country_of(language: Language) -> Country {
    HOMES.iter().find(|(own, _)| *own == language).map_or(Country::GB, |(_, country)| *country)
}

/// The language that is meant where only a country is named: English where we have no own.
pub fn language_of(country: Country) -> Language {
    let neighbour = if ["AT", "CH"].contains(&country.code()) { Country::DE } else { country };
    HOMES.iter().find(|(_, home)| *home == neighbour).map_or(Language::En, |(language, _)| *language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_zone_is_one() {
        for (code, zone, currency) in PLACES {
            assert!(code.parse::<Country>().is_ok(), "{code}");
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{zone}");
            assert!(currency.parse::<crate::model::money::Currency>().is_ok(), "{currency}");
        }
    }

    #[test]
    fn language_and_country_stand_in_for_each_other() {
        for language in Language::ALL {
            assert_eq!(language_of(country_of(language)), language);
        }
        assert_eq!(language_of("AT".parse().expect("Austria")), Language::De);
        assert_eq!(timezone_of("JP".parse().expect("Japan")), "UTC");
    }
}
