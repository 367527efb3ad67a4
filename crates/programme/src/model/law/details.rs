//! What a country wants to read about a firm in its business mail (Directive 2003/58/EC, and each country's own law).

use crate::model::language::Country;

/// The details that business mail has to show.
#[derive(Debug, Clone, Copy)]
pub struct Details {
    /// The keys of `sender.registered`.
    pub keys: &'static [&'static str],
    /// The statute, as it is cited.
    pub statute: &'static str,
}

const OF_THE_DIRECTIVE: &[&str] = &["name", "number", "seat"];

/// What `country` demands; `None` where we know of nothing.
pub fn details_demanded(country: Country) -> Option<Details> {
    let statute = match country {
        Country::SE => "aktiebolagslagen 28 kap. 5 §",
        Country::NO => "foretaksregisterloven § 10-2",
        Country::DK => "selskabsloven § 2, stk. 3",
        Country::FI => "yritys- ja yhteisötietolaki 244/2001 § 16",
        Country::EE => "äriseadustik § 15",
        Country::DE => {
            return Some(Details { keys: &["name", "number", "seat", "vat", "directors"], statute: "GmbHG § 35a" });
        }
        _ => return None,
    };
    Some(Details { keys: OF_THE_DIRECTIVE, statute })
}
