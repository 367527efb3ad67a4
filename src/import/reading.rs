//! A file, whatever its format, as rows of cells of which each knows its column.

use std::collections::HashMap;

use interchange::vcard::{Card, Property};
use interchange::{NotReadable, column_letters, csv, vcard, xlsx};

use super::fields::Key;
use super::headings::{self, Block, Heading, Part, Target};

/// How many rows may stand before the headings.
const PREAMBLE: usize = 20;

/// Most octets of a cell: no spreadsheet holds more.
const MAX_CELL: usize = 4 * 32_767;

/// A column, or a property of cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What it is called in the file.
    pub name: String,
    /// Its letters in a spreadsheet; empty for a property of cards.
    pub letters: String,
    /// What it holds; `None` where it is not read.
    pub heading: Option<Heading>,
    /// Where it holds a field as it is: on the word of whoever imports.
    pub is_mapped: bool,
    /// How many rows have something there.
    pub filled: usize,
}

/// A row, or a card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The number of the row in a spreadsheet, or of the line with which the card begins.
    pub number: usize,
    /// What is there: a column and its text.
    pub cells: Vec<(usize, String)>,
    /// Why it cannot be believed.
    pub damaged: Option<String>,
}

/// A list that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// How it was read, for people.
    pub told: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// What of the file was passed over.
    pub passed_over: Vec<String>,
    /// True where rows are numbered by lines of a file of cards.
    pub of_cards: bool,
    /// True where it is an export of ours.
    pub is_own: bool,
}

/// Reads a list; `maps` says what columns hold, `country` tips the scales between encodings.
///
/// # Errors
/// It is no list, or no column of it is known.
pub fn read(bytes: &[u8], maps: &[(String, Option<Key>)], country: &str) -> Result<List, NotReadable> {
    let country = country.to_lowercase();
    let country = if country == "gb" { "uk" } else { country.as_str() };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(NotReadable("the file is empty".to_owned()));
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(NotReadable("this is a workbook of the old format (.xls): save it as .xlsx or .csv".to_owned()));
    }
    if vcard::is_vcard(bytes) {
        return Ok(cards(vcard::read(bytes, Some(country))?, maps));
    }
    let table = match bytes.starts_with(xlsx::SIGNATURE) {
        true => xlsx::read(bytes)?,
        false => csv::read(bytes, Some(country))?,
    };
    of_table(table, maps)
}

fn of_table(table: interchange::Table, maps: &[(String, Option<Key>)]) -> Result<List, NotReadable> {
    let columns = |row: &interchange::Row| -> Vec<Column> {
        let is_own = is_own(row);
        let column = |(index, name): (usize, &String)| column(index, name, is_own, maps);
        row.cells.iter().enumerate().map(column).collect()
    };
    let known = |row: &interchange::Row| {
        let columns = columns(row);
        let known = columns.iter().filter(|column| column.heading.is_some()).count();
        // A row that holds a mailbox or a number is nobody's heading.
        let is_data = row.cells.iter().any(|cell| cell.contains('@'));
        if is_data { 0 } else { known }
    };
    let first = (0..table.rows.len().min(PREAMBLE)).map(|at| (at, known(&table.rows[at])));
    // The first row that is surely one, else the likeliest.
    let mut head: Option<(usize, usize)> = None;
    for (at, count) in first {
        if head.is_none_or(|(_, best)| count > best) {
            head = Some((at, count));
        }
        if count > 2 {
            break;
        }
    }
    let head = head.map(|(at, _)| at);
    let Some(head) = head.filter(|at| known(&table.rows[*at]) > 0) else {
        let first = table.rows.first().map(|row| row.cells.join(", ")).unwrap_or_default();
        let first: String = first.chars().take(80).collect();
        return Err(NotReadable(format!("no column of this list is known; its first row is: {first}")));
    };
    let is_own = is_own(&table.rows[head]);
    let mut columns = columns(&table.rows[head]);
    let mut rows = Vec::new();
    for row in table.rows.into_iter().skip(head + 1) {
        let mut out = Row { number: row.number, damaged: row.damaged.map(str::to_owned), ..Row::default() };
        for (index, cell) in row.cells.into_iter().enumerate() {
            if cell.trim().is_empty() {
                continue;
            }
            match columns.get_mut(index) {
                Some(column) if cell.len() > MAX_CELL => {
                    column.filled += 1;
                    out.cells.push((index, cell.chars().take(80).collect()));
                    out.damaged = Some("a cell holds more than any spreadsheet can: a quote may be missing".to_owned());
                }
                Some(column) => {
                    column.filled += 1;
                    out.cells.push((index, csv::without_mark(&cell).to_owned()));
                }
                None => {
                    let why = "there are more cells than columns: a cell holds what parts them, without quotes";
                    out.damaged = out.damaged.or_else(|| Some(why.to_owned()));
                }
            }
        }
        rows.push(out);
    }
    unfold_whole_addresses(&mut columns);
    Ok(List { told: table.told, columns, rows, passed_over: table.passed_over, of_cards: false, is_own })
}

/// Our own export: its headings are the paths of fields.
fn is_own(head: &interchange::Row) -> bool {
    let has = |path: &str| head.cells.iter().any(|cell| cell.trim() == path);
    has("id") && has("name.given")
}

fn column(index: usize, name: &str, is_own: bool, maps: &[(String, Option<Key>)]) -> Column {
    let letters = column_letters(index);
    let name = name.trim().to_owned();
    let map = maps.iter().find(|(wanted, _)| wanted.trim().to_lowercase() == name.to_lowercase());
    let map = map.or_else(|| maps.iter().find(|(wanted, _)| *wanted == letters));
    let heading = match map {
        Some((_, key)) => key.clone().map(|key| Heading { target: Target::Field(key), block: Block::Plain, number: 1 }),
        None if is_own => {
            Key::parse(&name).ok().map(|key| Heading { target: Target::Field(key), block: Block::Plain, number: 1 })
        }
        None => headings::read(&name),
    };
    Column { name, letters, heading, is_mapped: map.is_some(), filled: 0 }
}

/// Where a street has neither town nor code beside it, its column holds whole addresses.
fn unfold_whole_addresses(columns: &mut [Column]) {
    let has = |columns: &[Column], part: Part| {
        columns.iter().any(|column| {
            matches!(&column.heading, Some(heading) if heading.target == Target::Address(part))
                || matches!(&column.heading, Some(heading) if matches!(&heading.target, Target::Field(key) if key.path().starts_with("address.")))
        })
    };
    if has(columns, Part::City) || has(columns, Part::Postcode) {
        return;
    }
    for heading in columns.iter_mut().filter_map(|column| column.heading.as_mut()) {
        if heading.target == Target::Address(Part::Street) {
            heading.target = Target::Address(Part::Whole);
        }
    }
}

/// Cards as rows: each property is a cell of a column of its own.
fn cards(cards: vcard::Cards, maps: &[(String, Option<Key>)]) -> List {
    let mut list = List { told: cards.told, of_cards: true, ..List::default() };
    let mut known: HashMap<(String, String), usize> = HashMap::new();
    for card in cards.cards {
        let mut row = Row { number: card.line, damaged: card.damaged.map(str::to_owned), ..Row::default() };
        for (name, heading, text) in card.properties.iter().flat_map(|property| cells(&card, property)) {
            if text.trim().is_empty() {
                continue;
            }
            let map = maps.iter().find(|(wanted, _)| wanted.eq_ignore_ascii_case(&name));
            let heading = match map {
                Some((_, key)) => {
                    key.clone().map(|key| Heading { target: Target::Field(key), block: Block::Plain, number: 1 })
                }
                None => heading,
            };
            let kind = format!("{heading:?}");
            let column = *known.entry((name.clone(), kind)).or_insert_with(|| {
                let (letters, is_mapped) = (String::new(), map.is_some());
                list.columns.push(Column { name, letters, heading, is_mapped, filled: 0 });
                list.columns.len() - 1
            });
            list.columns[column].filled += 1;
            row.cells.push((column, text));
        }
        list.rows.push(row);
    }
    list
}

/// What a property says, in the terms of headings.
fn cells(card: &Card, property: &Property) -> Vec<(String, Option<Heading>, String)> {
    let block = match () {
        () if property.is("WORK") => Block::Business,
        () if property.is("HOME") => Block::Home,
        () if property.is("OTHER") => Block::Other,
        () => Block::Plain,
    };
    // What is preferred comes before the others of its kind.
    let preferred = u32::from(!property.is("PREF"));
    let name = property.name.clone();
    let one =
        |target: Target, text: String| vec![(name.clone(), Some(Heading { target, block, number: preferred }), text)];
    let many = |parts: Vec<(Target, Option<String>)>| {
        let parts = parts.into_iter().filter_map(|(target, text)| Some((target, text?)));
        parts.map(|(target, text)| (name.clone(), Some(Heading { target, block, number: preferred }), text)).collect()
    };
    match property.name.as_str() {
        "N" => {
            let mut parts = property.parts().into_iter();
            let (family, given, middle) = (parts.next(), parts.next(), parts.next());
            let middle_name = Target::Field(Key::Extra(headings::MIDDLE_NAME.into()));
            many(vec![(Target::Family, family), (Target::Given, given), (middle_name, middle)])
        }
        "FN" => one(Target::FullName, property.text()),
        "ORG" => one(Target::Company, property.parts().into_iter().next().unwrap_or_default()),
        "NOTE" => one(Target::Field(Key::Extra(headings::NOTES.into())), property.text()),
        "TITLE" => one(Target::Role, property.text()),
        "ROLE" => one(Target::Title, property.text()),
        "EMAIL" => one(Target::Email, property.text()),
        "TEL" if property.is("FAX") || property.is("PAGER") => vec![(format!("{name} (fax)"), None, property.text())],
        "TEL" => one(Target::Phone(telephone(property, block)), property.text()),
        "ADR" => {
            let mut parts = property.parts().into_iter().map(Some);
            let mut next = || parts.next().flatten();
            let (po_box, extended, street, city, _, code, country) =
                (next(), next(), next(), next(), next(), next(), next());
            many(vec![
                (Target::Address(Part::Street), street),
                (Target::Address(Part::More), po_box),
                (Target::Address(Part::More), extended),
                (Target::Address(Part::City), city),
                (Target::Address(Part::Postcode), code),
                (Target::Address(Part::Country), country),
            ])
        }
        // Apple has no birthdays without a year but those of 1604.
        "BDAY" if property.text().starts_with("1604-") => {
            vec![("BDAY without a year".to_owned(), None, property.text())]
        }
        "BDAY" => one(Target::Birthday, property.text()),
        "CATEGORIES" => property.list().into_iter().flat_map(|item| one(Target::Tags, item)).collect(),
        "LANG" | "X-BEVARA-LANG" => one(Target::Language, property.text()),
        "X-BEVARA-ID" => one(Target::Field(Key::of("id")), property.text()),
        "PHOTO" | "LOGO" | "SOUND" | "KEY" | "PRODID" | "REV" | "UID" | "VERSION" | "CLASS" | "LABEL" | "MAILER"
        | "TZ" | "GEO" | "SORT-STRING" | "KIND" | "CLIENTPIDMAP" | "SOURCE" | "NAME" | "XML" => Vec::new(),
        _ if property.name.starts_with("X-") && property.name != "X-SOCIALPROFILE" => {
            // A label that belongs to another property says nothing by itself.
            let label = card.properties.iter().any(|other| other.group.is_some() && other.group == property.group);
            if label { Vec::new() } else { vec![(name, None, property.text())] }
        }
        _ => vec![(name, None, property.text())],
    }
}

fn telephone(property: &Property, block: Block) -> u8 {
    match block {
        _ if property.is("CELL") || property.is("IPHONE") => 0,
        _ if property.is("MAIN") => 2,
        Block::Business | Block::Plain => 1,
        Block::Home => 3,
        Block::Other => 4,
    }
}
