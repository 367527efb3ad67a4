//! Lists of people and things in the formats of other programs: CSV, XLSX and vCard, read and written.
//!
//! Nothing here knows what a column means. Reading finds out what other programs leave unsaid (the character encoding, the
//! delimiter, how quotes are escaped) and tells what it found, because a wrong guess is seen only by people.

pub mod csv;
pub mod encoding;
pub mod vcard;
pub mod xlsx;

/// A table of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Every row that is not blank, in order.
    pub rows: Vec<Row>,
    /// How the file was read, for people: `CSV, UTF-8, semicolons`.
    pub told: String,
    /// What was passed over, such as further sheets.
    pub passed_over: Vec<String>,
}

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number as a spreadsheet shows it, from 1; blank rows count.
    pub number: usize,
    /// Its cells.
    pub cells: Vec<String>,
    /// Why its cells cannot be believed.
    pub damaged: Option<&'static str>,
}

/// Why a file is no list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotReadable(pub String);

impl std::fmt::Display for NotReadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotReadable {}

/// The name of a column as a spreadsheet shows it: A to Z, AA …; `index` counts from 0.
pub fn column_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).expect("a remainder of 26")));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_that_spreadsheets_show() {
        let names = [0, 25, 26, 51, 52, 701, 702].map(column_letters);
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
