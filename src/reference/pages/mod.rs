//! The reference as pages: `docs/reference/` holds them, `bevara explain` prints them, and both come from here.

mod days;
mod keys;
mod narrowing;
mod templates;

use std::fmt::Write as _;

/// A page of the reference.
pub struct Page {
    /// What `bevara explain` calls it.
    pub name: &'static str,
    text: fn(&mut String),
}

/// Every page there is.
pub const PAGES: [Page; 4] = [
    Page { name: "keys", text: keys::write },
    Page { name: "when", text: days::write },
    Page { name: "where", text: narrowing::write },
    Page { name: "templates", text: templates::write },
];

/// The page of this name.
pub fn find(name: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.name == name)
}

impl Page {
    /// The page, Markdown.
    pub fn text(&self) -> String {
        let mut out = format!(
            "<!-- Made by `bevara explain {}`: a test compares the two, `just bless` writes it anew. -->\n\n",
            self.name
        );
        (self.text)(&mut out);
        out
    }
}

/// Writes the head of a table.
fn head(columns: &[&str], out: &mut String) {
    row(columns, out);
    out.push_str(&"|---".repeat(columns.len()));
    out.push_str("|\n");
}

/// Writes a row of a table; a pipe within a cell would end it.
fn row(cells: &[impl AsRef<str>], out: &mut String) {
    for cell in cells {
        // Writing into a String cannot fail.
        let _ = write!(out, "| {} ", cell.as_ref().replace('|', "\\|"));
    }
    out.push_str("|\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_cannot_end_its_row() {
        let mut out = String::new();
        row(&["a|b", "c"], &mut out);
        assert_eq!(out, "| a\\|b | c |\n");
    }
}
