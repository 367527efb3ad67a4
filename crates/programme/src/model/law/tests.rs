use jiff::civil::date;

use super::*;
use crate::model::contact::{Basis, Ended};
use crate::plan::fixture::Fixture;

/// The day everything here is judged on.
const DAY: Date = date(2027, 1, 20);

fn contact(change: impl FnOnce(&mut Contact)) -> Contact {
    Fixture::new().contact("ola", "C", change).build().contacts[0].clone()
}

fn basis(kind: BasisKind) -> Option<Box<Basis>> {
    let evidence = Some("a signed form".parse().expect("a line"));
    Some(Box::new(Basis { kind, evidence, on: Some(date(2025, 5, 1)), until: None }))
}

fn code(country: Country, channel: Way, contact: &Contact) -> Option<&'static str> {
    Law::default().ruling(Some(country), contact.nature, channel).judge(contact, DAY).err().map(Breach::code)
}

#[test]
fn r26_the_table_has_a_row_for_every_country_and_way_in_its_place() {
    let places = ROWS.iter().map(|row| (row.country, row.channel));
    for (at, (country, channel)) in places.enumerate() {
        assert_eq!(usize::from(table::index(country, channel)), at, "{country:?} {channel:?}");
    }
    for row in &ROWS {
        assert!(!row.statute.is_empty() && row.reading.ends_with('.') && !row.source.is_empty());
        assert!(row.read_in.len() == 7 && row.read_in.starts_with("20"), "the month of the reading");
    }
    let firm = |country| Law::default().ruling(country, Nature::Legal, Way::Email).needs();
    assert_eq!(firm("FR".parse().ok()), firm(None), "elsewhere is one row");
}

#[test]
fn r26_no_triple_passes_that_the_table_does_not_allow() {
    let kinds = [None, Some(BasisKind::Consent), Some(BasisKind::Customer), Some(BasisKind::LegitimateInterest)];
    for row in &ROWS {
        for (&nature, kind) in Nature::ALL.iter().flat_map(|nature| kinds.map(|kind| (nature, kind))) {
            let contact = contact(|c| {
                c.nature = nature;
                c.basis = kind.and_then(basis);
            });
            let ruling = Law::default().ruling(row.country, nature, row.channel);
            let allowed = match (row.needs(nature), kind) {
                (Needs::Never, _) => false,
                (_, Some(BasisKind::Consent)) => true,
                (Needs::Customer | Needs::Nothing, Some(BasisKind::Customer)) => true,
                (Needs::Nothing, Some(BasisKind::LegitimateInterest)) => true,
                (Needs::Nothing, None) => row.channel == Way::Phone,
                _ => false,
            };
            let judged = ruling.judge(&contact, DAY);
            assert_eq!(judged.is_ok(), allowed, "{row:?} {nature:?} {kind:?}");
            if let Err(breach) = judged {
                assert_eq!(breach.code(), "law-consent");
                assert_eq!(breach.paragraph(), row.statute);
                assert!(breach.to_string().contains(row.statute), "{breach}");
            }
        }
    }
}

#[test]
fn r26_a_natural_prospect_in_norway_is_refused_with_the_paragraph() {
    let ola = contact(|c| {
        (c.kind, c.nature) = (Kind::Prospect, Nature::Natural);
        c.basis = basis(BasisKind::LegitimateInterest);
    });
    let ruling = Law::default().ruling(Some(Country::NO), ola.nature, Way::Email);
    let breach = ruling.judge(&ola, DAY).expect_err("not without consent");
    assert_eq!((breach.code(), breach.paragraph()), ("law-consent", "markedsføringsloven § 15"));
    assert_eq!(
        breach.to_string(),
        "e-mail to a natural person in NO needs their consent or that they are a customer (markedsføringsloven § 15)"
    );
    let named_a_customer = contact(|c| {
        (c.kind, c.nature) = (Kind::Prospect, Nature::Natural);
        c.basis = basis(BasisKind::Customer);
    });
    assert_eq!(code(Country::NO, Way::Email, &named_a_customer), Some("law-consent"), "a prospect has bought nothing");
}

#[test]
fn r26_estonia_and_germany_want_proof() {
    for (country, wanted) in
        [(Country::EE, Some("law-evidence")), (Country::DE, Some("law-evidence")), (Country::SE, None)]
    {
        for strip in [|basis: &mut Basis| basis.on = None, |basis: &mut Basis| basis.evidence = None] {
            let anna = contact(|c| {
                c.basis = basis(BasisKind::Customer);
                strip(c.basis.as_mut().expect("there is one"));
            });
            assert_eq!(code(country, Way::Email, &anna), wanted, "{country}");
        }
    }
}

#[test]
fn r26_a_former_customer_counts_for_twelve_months_and_a_basis_ends_on_its_day() {
    let former = |ended: Option<Date>| {
        contact(|c| {
            (c.kind, c.nature) = (Kind::Former, Nature::Natural);
            c.basis = basis(BasisKind::Customer);
            c.details.ended = ended.map(|on| Ended { on, why: None });
        })
    };
    assert_eq!(code(Country::SE, Way::Email, &former(Some(date(2026, 1, 20)))), None);
    assert_eq!(code(Country::SE, Way::Email, &former(Some(date(2026, 1, 19)))), Some("law-lapsed"));
    assert_eq!(code(Country::SE, Way::Email, &former(None)), Some("law-lapsed"), "nobody knows when");
    let until = |day: Date| {
        contact(|c| {
            c.basis = basis(BasisKind::Consent);
            c.basis.as_mut().expect("there is one").until = Some(day);
        })
    };
    assert_eq!(code(Country::SE, Way::Email, &until(DAY)), None);
    assert_eq!(code(Country::SE, Way::Email, &until(date(2027, 1, 19))), Some("law-lapsed"));
}

#[test]
fn r26_a_programme_may_read_a_row_otherwise_with_a_reason() {
    let why: Line = "asked the register each month".parse().expect("a line");
    let line = |nature, channel, needs| Override { country: Country::NO, nature, channel, needs, why: why.clone() };
    let law = Law {
        overrides: vec![
            line(Nature::Natural, Way::Post, Needs::Nothing),
            line(Nature::Legal, Way::Email, Needs::Never),
        ],
    };
    let needs = |country, nature, way| law.ruling(Some(country), nature, way).needs();
    assert_eq!(needs(Country::NO, Nature::Natural, Way::Post), Needs::Nothing);
    assert_eq!(needs(Country::NO, Nature::SoleTrader, Way::Post), Needs::Nothing, "a sole trader is a natural person");
    assert_eq!(needs(Country::NO, Nature::Natural, Way::Email), Needs::Customer);
    assert_eq!(needs(Country::SE, Nature::Natural, Way::Post), Needs::Customer);
    let breach = law.ruling(Some(Country::NO), Nature::Legal, Way::Email).judge(&contact(|_| {}), DAY);
    let breach = breach.expect_err("never").to_string();
    assert!(breach.contains("is not allowed") && breach.contains("as `law` in bevara.yaml reads it"), "{breach}");
}

#[test]
fn r26_the_country_is_the_addresss_then_the_telephones_then_ours() {
    let at = |phone: Option<&str>, country: Option<Country>| {
        let someone = contact(|c| {
            c.phone = phone.map(|phone| phone.parse().expect("a number"));
            c.address.get_or_insert_default().country = country;
        });
        country_of(&someone, Country::SE)
    };
    assert_eq!(at(Some("+47 55 50 10 11"), Some(Country::EE)), Some(Country::EE));
    assert_eq!(at(Some("+47 55 50 10 11"), None), Some(Country::NO));
    assert_eq!(at(Some("00 372 555 0103"), None), Some(Country::EE));
    assert_eq!(at(Some("+39 06 555"), None), None, "a country the table does not know");
    assert_eq!(at(Some("08-555 010 21"), None), Some(Country::SE));
    assert_eq!(at(None, None), Some(Country::SE));
}

#[test]
fn the_table_of_the_documentation_is_the_one_in_the_program() {
    let page = include_str!("../../../../../docs/law.md");
    for row in &ROWS {
        let country = row.country.map_or_else(|| "elsewhere".to_owned(), |country| country.to_string());
        let proof = if row.proof { "yes" } else { "no" };
        let line = format!(
            "| {country} | {} | {} | {} | {} | {proof} | {} | {} | {} | {} |",
            row.channel.name(),
            row.natural.name(),
            row.work_address.name(),
            row.legal.name(),
            row.statute,
            row.reading,
            row.read_in,
            row.source
        );
        assert!(page.contains(&line), "docs/law.md lacks: {line}");
    }
}
