//! Comma-separated values (RFC 4180) as programs really write them, and as spreadsheets open them without harm.

use csv::{ReaderBuilder, StringRecord, Terminator};

use crate::encoding::decode;
use crate::{NotReadable, Row, Table};

/// What stands between cells, and its name.
const DELIMITERS: [(u8, &str); 4] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")];

/// How many octets are looked at to tell the delimiter.
const SAMPLE: usize = 64 * 1024;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dialect {
    delimiter: u8,
    /// A quote within quotes has a backslash before it, and is not doubled.
    escapes: bool,
}

/// Reads a table; `country` is a top-level domain that tips the scales between encodings.
///
/// # Errors
/// The file holds no text.
pub fn read(bytes: &[u8], country: Option<&str>) -> Result<Table, NotReadable> {
    let decoded = decode(bytes, country);
    if decoded.text.contains('\0') {
        return Err(NotReadable("this is no text: it holds NUL characters".to_owned()));
    }
    // Excel's own first line says the delimiter, and is no row of anybody's list.
    let (text, told, skipped) = match told_delimiter(&decoded.text) {
        Some((delimiter, rest)) => (rest, Some(delimiter), 1),
        None => (decoded.text.as_str(), None, 0),
    };
    let sample = sample(text);
    let escapes = escapes(sample);
    let delimiter = told.unwrap_or_else(|| guess(sample, escapes));
    let rows = rows(text, Dialect { delimiter, escapes }, skipped);
    let name =
        DELIMITERS.iter().find(|(known, _)| *known == delimiter).map_or("delimiters of its own", |(_, name)| *name);
    Ok(Table { rows, told: format!("CSV, {}, {name}", decoded.encoding), passed_over: Vec::new() })
}

/// `sep=;` and the rest.
fn told_delimiter(text: &str) -> Option<(u8, &str)> {
    let rest = text.strip_prefix("sep=").or_else(|| text.strip_prefix("\"sep="))?;
    let delimiter = *rest.as_bytes().first().filter(|octet| octet.is_ascii())?;
    let end = text.find(['\n', '\r'])?;
    let rest = &text[end..];
    Some((delimiter, rest.strip_prefix("\r\n").unwrap_or(&rest[1..])))
}

/// The first lines.
fn sample(text: &str) -> &str {
    let mut end = text.len().min(SAMPLE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    match end < text.len() {
        true => &text[..text[..end].rfind(['\n', '\r']).unwrap_or(end)],
        false => text,
    }
}

/// True where quotes within quotes have a backslash: `"the \"Bull\" inn"`.
fn escapes(text: &str) -> bool {
    let letter = |text: &str| text.chars().next().is_some_and(char::is_alphanumeric);
    let escaped = text.match_indices("\\\"").filter(|(at, found)| letter(&text[at + found.len()..])).count();
    let doubled = text.match_indices("\"\"").filter(|(at, found)| letter(&text[at + found.len()..])).count();
    escaped > 0 && doubled == 0
}

/// The delimiter that cuts most rows into as many cells as the first has, and more than one.
fn guess(text: &str, escapes: bool) -> u8 {
    let mut best = (0, DELIMITERS[0].0);
    for (delimiter, _) in DELIMITERS {
        let rows = rows(text, Dialect { delimiter, escapes }, 0);
        let rows = &rows[..rows.len().min(200)];
        let mut counts: Vec<usize> = rows.iter().map(|row| row.cells.len()).collect();
        counts.sort_unstable();
        // The commonest number of cells, and how common it is.
        let mut common = (0, 0);
        for group in counts.chunk_by(|one, other| one == other) {
            common = common.max((group.len(), group[0]));
        }
        let (rows_alike, cells) = common;
        let score = if cells > 1 { rows_alike * 1000 / rows.len() * 100 + cells.min(99) } else { 0 };
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn rows(text: &str, dialect: Dialect, before: usize) -> Vec<Row> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(dialect.delimiter)
        .double_quote(!dialect.escapes)
        .escape(dialect.escapes.then_some(b'\\'))
        .terminator(Terminator::CRLF)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    let (mut number, mut end) = (before, 0);
    while reader.read_record(&mut record).unwrap_or(false) {
        let next = usize::try_from(reader.position().byte()).unwrap_or(text.len()).min(text.len());
        // The reader ends a record at the carriage return; its line feed is still of that record.
        end += usize::from(text[..end].ends_with('\r') && text[end..].starts_with('\n'));
        // Empty lines are no records, but spreadsheets count them.
        number += 1 + empty_lines(&text[end.min(next)..next]);
        end = next;
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            let cells = record.iter().map(str::to_owned).collect();
            rows.push(Row { number, cells, damaged: None });
        }
    }
    if let Some(last) = rows.last_mut()
        && !dialect.escapes
        && text.bytes().filter(|octet| *octet == b'"').count() % 2 == 1
        && last.cells.iter().any(|cell| cell.contains('\n') || cell.contains('\r'))
    {
        last.damaged = Some("a quote that begins here is never closed");
    }
    rows
}

/// The empty lines that a record's text begins with.
fn empty_lines(text: &str) -> usize {
    let ends = &text[..text.len() - text.trim_start_matches(['\r', '\n']).len()];
    ends.len() - ends.matches("\r\n").count()
}

/// The mark with which spreadsheets know UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes rows with commas and CRLF; cells that a spreadsheet would take for a formula are made harmless.
pub fn write<'c>(rows: impl IntoIterator<Item = Vec<&'c str>>) -> String {
    let mut text = String::new();
    for row in rows {
        for (index, cell) in row.into_iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            push_cell(&mut text, &harmless(cell));
        }
        text.push_str("\r\n");
    }
    text
}

fn push_cell(text: &mut String, cell: &str) {
    let quoted = cell.contains([',', ';', '"', '\n', '\r', '\t']) || cell.starts_with(' ') || cell.ends_with(' ');
    match quoted {
        true => text.extend(["\"", &cell.replace('"', "\"\""), "\""]),
        false => text.push_str(cell),
    }
}

/// A cell that no spreadsheet computes: an apostrophe stands before what begins a formula. A telephone number such as
/// `+46 70 174 06 05` is text to spreadsheets, and stays.
pub fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    match begins_formula(cell) || is_marked(cell) {
        true => format!("'{cell}").into(),
        false => cell.into(),
    }
}

/// What [`harmless`] made of a cell, as it was.
pub fn without_mark(cell: &str) -> &str {
    if is_marked(cell) { &cell[1..] } else { cell }
}

fn is_marked(cell: &str) -> bool {
    cell.strip_prefix('\'').is_some_and(|rest| begins_formula(rest.trim_start_matches('\'')))
}

/// True where a spreadsheet would compute the cell.
pub fn begins_formula(cell: &str) -> bool {
    // Some programs cut blanks off before they look.
    let start = cell.trim_start_matches([' ', '\u{a0}']);
    match start.chars().next() {
        Some('=' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => true,
        Some('-') => start.len() > 1,
        Some('+') => !start[1..].chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '(' | ')' | '.')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(usize, Vec<String>)> {
        let table = read(text.as_bytes(), None).expect("a table");
        table.rows.into_iter().map(|row| (row.number, row.cells)).collect()
    }

    fn row(number: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn delimiters_quotes_and_line_ends_are_told_apart() {
        for delimiter in [",", ";", "\t", "|"] {
            for end in ["\n", "\r\n", "\r"] {
                let text =
                    ["Name,Firm,City", "Anna,\"A; B, C\tD|E\",Lund", "\"Bo \"\"B\"\" Ek\",\"x\ny\",", ""].join(end);
                let text = text.replacen("Name,Firm,City", &["Name", "Firm", "City"].join(delimiter), 1);
                let text =
                    text.replace("Anna,", &format!("Anna{delimiter}")).replace(",Lund", &format!("{delimiter}Lund"));
                let text =
                    text.replace("Ek\",", &format!("Ek\"{delimiter}")).replace("y\",", &format!("y\"{delimiter}"));
                assert_eq!(
                    cells(&text),
                    [
                        row(1, &["Name", "Firm", "City"]),
                        row(2, &["Anna", "A; B, C\tD|E", "Lund"]),
                        row(3, &["Bo \"B\" Ek", "x\ny", ""])
                    ],
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn rows_have_the_numbers_that_spreadsheets_show() {
        let text = "Name,City\r\n\r\nAnna,Lund\r\n\r\n\r\nBo,Umeå\r\n";
        assert_eq!(cells(text), [row(1, &["Name", "City"]), row(3, &["Anna", "Lund"]), row(6, &["Bo", "Umeå"])]);
        assert_eq!(cells("\nName,City\nAnna,Lund"), [row(2, &["Name", "City"]), row(3, &["Anna", "Lund"])]);
        assert_eq!(cells("Name,City\r,\rAnna,Lund\r"), [row(1, &["Name", "City"]), row(3, &["Anna", "Lund"])]);
        assert_eq!(cells("sep=;\r\nName;City\r\n"), [row(2, &["Name", "City"])]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_said() {
        let table = read(b"Name,City\nAnna,\"Lund\nBo,Ume\n", None).expect("a table");
        assert_eq!(table.rows.last().and_then(|row| row.damaged), Some("a quote that begins here is never closed"));
        assert_eq!(cells("Name,City\n\"The \\\"Bull\\\" inn\",Lund\n")[1], row(2, &["The \"Bull\" inn", "Lund"]));
    }

    #[test]
    fn no_cell_is_a_formula_and_each_comes_back() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+cmd|'/c calc'!A0", "'+cmd|'/c calc'!A0"),
            ("-2+3", "'-2+3"),
            ("+46-8-465", "'+46-8-465"),
            ("\t=1", "'\t=1"),
            (" =1", "' =1"),
            ("'=1", "''=1"),
            ("+46 (0)70 174", "+46 (0)70 174"),
            ("-", "-"),
            ("'t Hooft", "'t Hooft"),
            ("Anna", "Anna"),
        ] {
            assert_eq!(harmless(cell), written);
            assert_eq!(without_mark(written), cell);
        }
        assert_eq!(write([vec!["a", "b;c", "=\"x\""]]), "a,\"b;c\",\"'=\"\"x\"\"\"\r\n");
    }
}
