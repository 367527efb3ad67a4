//! `labels.csv`: what a label printer or a word processor reads.

use std::path::Path;

use crate::model::id::{ContactId, MailingId};

/// Fewest columns of lines, so that a template made for one mailing fits the next.
const LINES: usize = 6;

/// A line a label (RFC 4180, UTF-8): the contact, then one column for each line of the address.
pub(super) fn csv(ids: &[&ContactId], labels: &[Vec<String>]) -> String {
    let columns = labels.iter().map(Vec::len).max().unwrap_or(0).max(LINES);
    let head = std::iter::once("contact".to_owned()).chain((1..=columns).map(|number| format!("line_{number}")));
    let mut out = row(head);
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

/// One line of a CSV file.
pub(super) fn row(cells: impl IntoIterator<Item = String>) -> String {
    let quoted = |cell: String| match cell.contains([',', '"', '\n', '\r', ';']) || cell.starts_with(' ') {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    };
    let cells: Vec<String> = cells.into_iter().map(quoted).collect();
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_a_label_has_a_column_for_each_line() {
        let id: ContactId = "anna-lind".parse().expect("an id");
        let label = ["Anna Lind", "Lind, Ek & \"Co\"", "Vasagatan 9", "111 20  STOCKHOLM"].map(str::to_owned).to_vec();
        assert_eq!(
            csv(&[&id], &[label]),
            "contact,line_1,line_2,line_3,line_4,line_5,line_6\r\n\
             anna-lind,Anna Lind,\"Lind, Ek & \"\"Co\"\"\",Vasagatan 9,111 20  STOCKHOLM,,\r\n"
        );
    }
}
