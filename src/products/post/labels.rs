//! `labels.csv`: what a label printer or a word processor reads.

use std::path::Path;

use interchange::csv;

use crate::model::id::{ContactId, MailingId};

/// Fewest columns of lines, so that a template made for one mailing fits the next.
const LINES: usize = 6;

/// A line a label (RFC 4180, UTF-8 with the mark by which spreadsheets know it): the contact, then one column for each line of the address.
pub(super) fn table(ids: &[&ContactId], labels: &[Vec<String>]) -> String {
    let columns = labels.iter().map(Vec::len).max().unwrap_or(0).max(LINES);
    let head = std::iter::once("contact".to_owned()).chain((1..=columns).map(|number| format!("line_{number}")));
    let mut out = format!("{}{}", csv::BYTE_ORDER_MARK, row(head));
    for (id, lines) in ids.iter().zip(labels) {
        let empty = columns - lines.len();
        let cells = std::iter::once(id.to_string()).chain(lines.iter().cloned());
        out.push_str(&row(cells.chain(std::iter::repeat_n(String::new(), empty))));
    }
    out
}

/// The contacts for whom the last build of the programme at `root` printed a letter of a mailing, in its order.
pub fn printed(root: &Path, mailing: &MailingId) -> Vec<String> {
    let path = root.join("output/post").join(mailing.as_str()).join("labels.csv");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .skip(1)
        .filter_map(|line| line.split([',', ';']).next())
        .map(|id| id.trim_matches('"').to_owned())
        .collect()
}

/// One line of a CSV file; no cell of it is a formula to a spreadsheet.
pub(super) fn row(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = cells.into_iter().collect();
    csv::write([cells.iter().map(String::as_str).collect()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_a_label_has_a_column_for_each_line() {
        let id: ContactId = "anna-lind".parse().expect("an id");
        let label = ["Anna Lind", "Lind, Ek & \"Co\"", "Vasagatan 9", "111 20  STOCKHOLM"].map(str::to_owned).to_vec();
        assert_eq!(
            table(&[&id], &[label]),
            "\u{feff}contact,line_1,line_2,line_3,line_4,line_5,line_6\r\n\
             anna-lind,Anna Lind,\"Lind, Ek & \"\"Co\"\"\",Vasagatan 9,111 20  STOCKHOLM,,\r\n"
        );
    }

    #[test]
    fn no_line_of_a_label_is_a_formula() {
        let id: ContactId = "anna-lind".parse().expect("an id");
        let label = ["Anna Lind", "=HYPERLINK(\"http://x.example\")", "-", "+1 2"].map(str::to_owned).to_vec();
        let row = table(&[&id], &[label]).lines().nth(1).map(str::to_owned);
        assert_eq!(row.as_deref(), Some("anna-lind,Anna Lind,\"'=HYPERLINK(\"\"http://x.example\"\")\",-,+1 2,,"));
    }
}
