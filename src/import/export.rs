//! Contacts as lists for other programs: CSV, XLSX and vCard. What comes back by an import changes nothing.

use std::collections::BTreeSet;

use interchange::vcard::Said;
use interchange::{NotReadable, csv, vcard, xlsx};

use super::fields::Key;
use super::headings;
use super::matching::{full_name, text};
use super::records::values_of;
use super::rows::Values;
use super::values::Value;
use crate::model::programme::Programme;

/// Columns that are there even where nobody has a value.
const ALWAYS: [&str; 7] = ["id", "name.given", "name.family", "company", "email", "phone", "tier"];

/// The heading and a row for each contact, as texts.
fn table(programme: &Programme) -> Vec<Vec<String>> {
    let all: Vec<Values> = programme.contacts.iter().map(values_of).collect();
    let mut columns: BTreeSet<&Key> = all.iter().flat_map(|values| values.keys()).collect();
    let always: Vec<Key> = ALWAYS.iter().map(|path| Key::of(path)).collect();
    columns.extend(&always);
    let head = columns.iter().map(|key| key.path().into_owned()).collect();
    let cell = |values: &Values, key: &Key| values.get(key).map_or(String::new(), |value| value.shown().into_owned());
    let rows = all.iter().map(|values| columns.iter().map(|key| cell(values, key)).collect());
    std::iter::once(head).chain(rows).collect()
}

fn borrowed(rows: &[Vec<String>]) -> Vec<Vec<&str>> {
    rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect()
}

/// Every contact as CSV; with `is_marked` begins the byte order mark by which spreadsheets know UTF-8.
pub fn csv(programme: &Programme, is_marked: bool) -> String {
    let text = csv::write(borrowed(&table(programme)));
    if is_marked { format!("{}{text}", csv::BYTE_ORDER_MARK) } else { text }
}

/// Every contact as a workbook.
///
/// # Errors
/// There are more of them than a sheet can hold.
pub fn xlsx(programme: &Programme) -> Result<Vec<u8>, NotReadable> {
    xlsx::write("Contacts", &borrowed(&table(programme)))
}

/// Every contact as a vCard: what address books have a place for, and the id by which the card is known again.
pub fn vcf(programme: &Programme) -> String {
    let mut out = String::new();
    for contact in &programme.contacts {
        card(&values_of(contact), &mut out);
    }
    out
}

fn card(values: &Values, out: &mut String) {
    let of = |path: &str| text(values, path).unwrap_or_default();
    let extra = |name: &str| match values.get(&Key::Extra(name.into())) {
        Some(Value::Text(text)) => text.as_str(),
        Some(Value::List(_)) | None => "",
    };
    let full = full_name(values);
    let name = vec![of("name.family"), of("name.given"), extra(headings::MIDDLE_NAME), "", ""];
    let mut said =
        vec![Said { head: "N", parts: name, separator: ';' }, Said { head: "FN", parts: vec![&full], separator: ';' }];
    let mut one = |head, path: &str| {
        if let Some(text) = text(values, path) {
            said.push(Said { head, parts: vec![text], separator: ';' });
        }
    };
    one("ORG", "company");
    one("TITLE", "role");
    one("EMAIL;TYPE=INTERNET", "email");
    one("TEL;TYPE=VOICE", "phone");
    one("BDAY", "birthday");
    one("X-BEVARA-LANG", "language");
    one("X-BEVARA-ID", "id");
    let notes = extra(headings::NOTES);
    if !notes.is_empty() {
        said.push(Said { head: "NOTE", parts: vec![notes], separator: ';' });
    }
    let address =
        ["address.street", "address.city", "", "address.postcode", "address.country"].map(|path| match path {
            "" => "",
            path => of(path),
        });
    if address.iter().any(|part| !part.is_empty()) {
        let parts = ["", ""].into_iter().chain(address).collect();
        said.push(Said { head: "ADR;TYPE=WORK", parts, separator: ';' });
    }
    if let Some(Value::List(tags)) = values.get(&Key::of("tags")) {
        said.push(Said { head: "CATEGORIES", parts: tags.iter().map(String::as_str).collect(), separator: ',' });
    }
    vcard::write(&said, out);
}
