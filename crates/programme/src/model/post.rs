//! How paper is laid out: sheets, windows, envelopes, labels (R12).

use std::fmt;
use std::str::FromStr;

use source::diagnostic::{Fault, did_you_mean};
use source::words;

words! {
    /// The paper letters are printed on.
    Paper, "paper" {
        /// 210 × 297 mm (ISO 216).
        A4 = "A4",
        /// 8½ × 11 inches.
        Letter = "Letter",
    }
}

words! {
    /// Where the address has to lie to be seen through the envelope's window.
    Window, "window" {
        /// DIN 5008 form B: 45 mm from the top, 20 mm from the left.
        DinB = "din-b",
        /// What Nordic envelopes have in common: 44 mm from the top, 15 mm from the left.
        Nordic = "nordic",
        /// Envelopes without one: the address stands on a label.
        None = "none",
    }
}

words! {
    /// The envelope, which decides how the paper is folded.
    Envelope, "envelope" {
        /// 229 × 162 mm: folded once.
        C5 = "c5",
        /// 229 × 114 mm: folded twice.
        C65 = "c65",
        /// 220 × 110 mm: folded twice.
        Dl = "dl",
    }
}

words! {
    /// What a greeting on paper is.
    GreetingAs, "form of greeting" {
        /// A letter with an address in the window.
        Letter = "letter",
        /// A card of A6, two on a sheet of A5.
        Card = "card",
    }
}

words! {
    /// In which order gifts are packed.
    PackBy, "order of packing" {
        /// By the contact person, who hands over what is near.
        Owner = "owner",
        /// By the country they travel to.
        Country = "country",
    }
}

/// A length in tenths of a millimetre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Length(pub u32);

impl Length {
    /// The longest that paper can be in a desk printer.
    const MAX_LENGTH: u32 = 5_000;
}

impl fmt::Display for Length {
    /// In millimetres, as CSS reads it without its unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 10 {
            0 => write!(f, "{}", self.0 / 10),
            tenth => write!(f, "{}.{tenth}", self.0 / 10),
        }
    }
}

impl FromStr for Length {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let bad = || {
            Fault::new(format!("`{text}` is not a length in millimetres"))
                .hint("write a number with one decimal at most, like 38.1")
        };
        let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(tenth) || tenth.len() > 1 {
            return Err(bad());
        }
        let tenths = whole.parse::<u32>().ok().and_then(|whole| whole.checked_mul(10)).ok_or_else(bad)?
            + u32::from(tenth.as_bytes()[0] - b'0');
        if tenths > Length::MAX_LENGTH { Err(bad()) } else { Ok(Length(tenths)) }
    }
}

/// A sheet of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelSheet {
    /// Labels beside each other.
    pub columns: u32,
    /// Labels below each other.
    pub rows: u32,
    /// Width of one.
    pub width: Length,
    /// Height of one.
    pub height: Length,
    /// From the paper's left edge to the first.
    pub left: Length,
    /// From the paper's upper edge to the first.
    pub top: Length,
    /// Between two columns.
    pub gap_x: Length,
    /// Between two rows.
    pub gap_y: Length,
}

impl LabelSheet {
    /// Avery L7160: 21 labels of 63.5 × 38.1 mm on A4.
    pub const L7160: LabelSheet = LabelSheet {
        columns: 3,
        rows: 7,
        width: Length(635),
        height: Length(381),
        left: Length(72),
        top: Length(151),
        gap_x: Length(25),
        gap_y: Length(0),
    };

    /// Avery L7163: 14 labels of 99.1 × 38.1 mm on A4.
    pub const L7163: LabelSheet = LabelSheet {
        columns: 2,
        rows: 7,
        width: Length(991),
        height: Length(381),
        left: Length(47),
        top: Length(151),
        gap_x: Length(25),
        gap_y: Length(0),
    };

    /// From the paper's edges to the last label's: width and height.
    pub fn reach(&self) -> (Length, Length) {
        let along = |start: Length, count: u32, size: Length, gap: Length| {
            Length(start.0 + count * size.0 + count.saturating_sub(1) * gap.0)
        };
        (along(self.left, self.columns, self.width, self.gap_x), along(self.top, self.rows, self.height, self.gap_y))
    }
}

impl FromStr for LabelSheet {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text {
            "L7160" => Ok(LabelSheet::L7160),
            "L7163" => Ok(LabelSheet::L7163),
            other => {
                let hint = did_you_mean(other, ["L7160", "L7163"]).unwrap_or_else(|| {
                    "L7160, L7163, or a size of your own: {columns, rows, width, height, left, top} in mm".to_owned()
                });
                Err(Fault::new(format!("unknown label sheet `{other}`")).hint(hint))
            }
        }
    }
}

impl Paper {
    /// Width and height, upright.
    pub fn size(self) -> (Length, Length) {
        match self {
            Paper::A4 => (Length(2100), Length(2970)),
            Paper::Letter => (Length(2159), Length(2794)),
        }
    }
}

/// `post:` of `bevara.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The paper.
    pub paper: Paper,
    /// The window.
    pub window: Window,
    /// The envelope.
    pub envelope: Envelope,
    /// What greetings are.
    pub greetings: GreetingAs,
    /// Cards are printed on whole sheets, with marks where to cut.
    pub crop_marks: bool,
    /// The sheet of labels.
    pub labels: LabelSheet,
    /// The labels' sheet is one of the programme's own, on its own paper.
    pub own_labels: bool,
    /// The order of the packing list.
    pub packing: PackBy,
}

impl Default for Post {
    fn default() -> Self {
        Post {
            paper: Paper::A4,
            window: Window::DinB,
            envelope: Envelope::C65,
            greetings: GreetingAs::Letter,
            crop_marks: false,
            labels: LabelSheet::L7160,
            own_labels: false,
            packing: PackBy::Owner,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_millimetres_and_tenths() {
        for (text, tenths) in [("38.1", 381), ("70", 700), ("0", 0), ("4.5", 45)] {
            let length: Length = text.parse().expect("a length");
            assert_eq!((length, length.to_string().as_str()), (Length(tenths), text));
        }
        for bad in ["", "-1", "3.55", "1e3", "38,1", ".5", "5.", "501", "99999999999"] {
            assert!(bad.parse::<Length>().is_err(), "{bad}");
        }
    }

    #[test]
    fn r12_the_sheets_of_labels_fit_on_a4() {
        let (width, height) = Paper::A4.size();
        for sheet in [LabelSheet::L7160, LabelSheet::L7163] {
            let (right, bottom) = sheet.reach();
            assert!(right < width && bottom < height);
            // The same margin at both sides, but for what the maker rounds.
            assert!(width.0 - right.0 <= sheet.left.0 + 2 && sheet.left.0 <= width.0 - right.0 + 2);
        }
    }
}
