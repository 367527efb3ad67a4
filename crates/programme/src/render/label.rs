//! How an address is set on a label: as large as all its lines fit.

use serde::Serialize;

use crate::model::post::{LabelSheet, Length};

/// A label as its template sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelView {
    /// The lines of the address.
    pub lines: Vec<String>,
    /// How they are set: `usual`, `small` or `smallest`.
    pub size: &'static str,
}

/// A size of type, as the style sheet has it.
struct Setting {
    name: &'static str,
    /// From line to line, in hundredths of a millimetre.
    line: u32,
    /// The width of an average letter, half an em, in hundredths of a millimetre.
    letter: u32,
}

/// 10 pt on 4.4 mm, 8.5 pt on 3.7 mm, 7 pt on 3 mm.
const SETTINGS: [Setting; 3] = [
    Setting { name: "usual", line: 440, letter: 176 },
    Setting { name: "small", line: 370, letter: 150 },
    Setting { name: "smallest", line: 300, letter: 123 },
];

/// What stays free of text on every side of a label: left and right, above and below.
const MARGINS: (Length, Length) = (Length(50), Length(20));

impl LabelView {
    /// The address on a label of this sheet, in the largest size in which it fits, or else the smallest.
    pub fn new(lines: Vec<String>, sheet: &LabelSheet) -> Self {
        let [.., smallest] = &SETTINGS;
        let size = SETTINGS.iter().find(|setting| setting.holds(&lines, sheet)).unwrap_or(smallest).name;
        LabelView { lines, size }
    }

    /// True where an address fits on a label of this sheet in some size.
    pub fn fits(lines: &[String], sheet: &LabelSheet) -> bool {
        SETTINGS.iter().any(|setting| setting.holds(lines, sheet))
    }
}

impl Setting {
    /// Long lines run on below.
    fn holds(&self, lines: &[String], sheet: &LabelSheet) -> bool {
        let room = |whole: Length, margin: Length| whole.0.saturating_sub(2 * margin.0) * 10;
        let letters = (room(sheet.width, MARGINS.0) / self.letter).max(1) as usize;
        let shown = (room(sheet.height, MARGINS.1) / self.line) as usize;
        lines.iter().map(|line| line.chars().count().div_ceil(letters)).sum::<usize>() <= shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_a_long_address_is_set_smaller_until_it_fits_its_label() {
        let sheet = LabelSheet { width: Length(667), height: Length(254), ..LabelSheet::L7160 };
        let firm = |letters: usize| {
            ["Ruth O'Dell", &"x".repeat(letters), "27 Bury Street", "LONDON", "SW1Y 6AH", "UNITED KINGDOM"]
                .map(str::to_owned)
                .to_vec()
        };
        let size = |letters: usize, sheet: &LabelSheet| LabelView::new(firm(letters), sheet).size;
        assert_eq!([size(20, &LabelSheet::L7160), size(90, &LabelSheet::L7160)], ["usual", "small"]);
        assert_eq!([size(20, &sheet), size(80, &sheet)], ["smallest", "smallest"]);
        assert!(LabelView::fits(&firm(80), &sheet) && !LabelView::fits(&firm(120), &sheet));
    }
}
