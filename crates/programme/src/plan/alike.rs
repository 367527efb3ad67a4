//! Whom somebody is like: customers of their sort, what those value, and what may be quoted to them (R31).

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::contact::{Contact, Kind};
use crate::model::programme::Programme;
use crate::model::value::ValuePoint;
use crate::model::wall::Wall;

/// Sizes from two thirds to one and a half times another are alike.
const NEAR: (u64, u64) = (2, 3);

/// A customer who is like somebody, and in what.
#[derive(Debug, Clone)]
pub struct Alike<'p> {
    /// Who.
    pub contact: &'p Contact,
    /// Of the same segment.
    pub segment: bool,
    /// About as large.
    pub size: bool,
    /// In the same country.
    pub country: bool,
}

impl Alike<'_> {
    /// In how much they are alike; the segment counts most.
    fn weight(&self) -> u8 {
        4 * u8::from(self.segment) + 2 * u8::from(self.size) + u8::from(self.country)
    }
}

/// What to know before talking to somebody.
#[derive(Debug, Clone, Default)]
pub struct Match<'p> {
    /// Customers like them, the likest first.
    pub customers: Vec<Alike<'p>>,
    /// What those value, each with how many do, the most first; then what is written down for the segment.
    pub values: Vec<(&'p ValuePoint, usize)>,
    /// What may be quoted, those of their segment first.
    pub quotes: Vec<&'p ValuePoint>,
}

/// Looks for customers like `contact`.
pub fn alike<'p>(programme: &'p Programme, contact: &Contact, today: Date) -> Match<'p> {
    let (wall, home) = (Wall::new(programme), programme.settings.country);
    let is_customer = |other: &&Contact| {
        other.kind == Kind::Customer && other.tier().is_some() && other.id != contact.id && wall.stops(other).is_none()
    };
    let compare = |other: &'p Contact| Alike {
        contact: other,
        segment: contact.details.segment.is_some() && other.details.segment == contact.details.segment,
        size: is_near(contact.details.size, other.details.size),
        country: contact.country(home) == other.country(home),
    };
    let mut customers: Vec<Alike<'p>> = programme.contacts.iter().filter(is_customer).map(compare).collect();
    customers.retain(|alike| alike.segment || alike.size);
    customers.sort_by_key(|alike| std::cmp::Reverse(alike.weight()));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for id in customers.iter().flat_map(|alike| &alike.contact.details.values) {
        *counts.entry(id.as_str()).or_default() += 1;
    }
    let (segment, size) = (contact.details.segment.as_ref(), contact.details.size);
    let count = |value: &ValuePoint| counts.get(value.id.as_str()).copied().unwrap_or(0);
    let points = programme.values.iter().filter(|value| !value.is_quote());
    let points = points.filter(|value| count(value) > 0 || segment.is_some() && value.is_for(segment, size));
    let mut values: Vec<(&ValuePoint, usize)> = points.map(|value| (value, count(value))).collect();
    values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let may = |value: &&ValuePoint| value.is_quote() && value.hindrance(today).is_none();
    let mut quotes: Vec<&ValuePoint> =
        programme.values.iter().filter(may).filter(|value| value.is_for(segment, size)).collect();
    quotes.sort_by_key(|value| !value.is_narrow());
    Match { customers, values, quotes }
}

fn is_near(one: Option<u32>, other: Option<u32>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let (small, large) = (u64::from(one.min(other)), u64::from(one.max(other)));
    small * NEAR.1 >= large * NEAR.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::contact::Origin;
    use crate::model::text::Localised;
    use crate::model::value::Permission;
    use crate::plan::fixture::Fixture;
    use jiff::civil::date;

    fn point(id: &str, said_by: Option<&str>, until: Option<Date>) -> ValuePoint {
        ValuePoint {
            id: id.parse().expect("an id"),
            text: Localised::Same(id.parse().expect("a text")),
            segments: Vec::new(),
            size: (None, None),
            evidence: None,
            said_by: said_by.map(|who| Localised::Same(who.parse().expect("a line"))),
            permitted: said_by.map(|_| Permission { on: date(2026, 1, 1), how: None, until }),
            origin: Origin { file: 0, item: 0 },
        }
    }

    #[test]
    fn r31_a_prospect_is_shown_customers_like_them_what_they_value_and_what_may_be_quoted() {
        let like = |size: u32, values: &[&str]| {
            let values = values.iter().map(|id| id.parse().expect("an id")).collect();
            move |c: &mut Contact| {
                c.details.segment = Some("school".parse().expect("a line"));
                (c.details.size, c.details.values) = (Some(size), values);
            }
        };
        let programme = Fixture::new()
            .contact("anna", "A", like(30, &["calm", "taste"]))
            .contact("bo", "B", like(300, &["taste"]))
            .contact("dag", "D", like(30, &["taste"]))
            .contact("nils", "C", |c| {
                like(40, &[])(c);
                c.kind = Kind::Prospect;
            })
            .change(|programme| {
                let (over, open) = (Some(date(2026, 12, 31)), Some(date(2027, 12, 31)));
                let quotes = [point("old", Some("Bo"), over), point("new", Some("Anna"), open)];
                programme.values = vec![point("calm", None, None), point("taste", None, None)];
                programme.values.extend(quotes);
            })
            .build();
        let nils = &programme.contacts[3];
        let found = alike(&programme, nils, date(2027, 3, 1));
        let customers: Vec<&str> = found.customers.iter().map(|alike| alike.contact.id.as_str()).collect();
        assert_eq!(customers, ["anna", "bo"]);
        let values: Vec<(&str, usize)> =
            found.values.iter().map(|(value, count)| (value.id.as_str(), *count)).collect();
        assert_eq!(values, [("taste", 2), ("calm", 1)]);
        assert_eq!(found.quotes.iter().map(|quote| quote.id.as_str()).collect::<Vec<_>>(), ["new"]);
    }
}
