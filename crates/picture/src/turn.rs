//! How a camera was held.

use std::num::NonZeroU8;

/// A picture's pixels are not stored as they are to be shown, since a camera was not held level: 2 to 8, as Exif counts the ways
/// (Exif 3.0 §4.6.5, tag `Orientation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn(NonZeroU8);

impl Turn {
    /// The way with this number; `None` for 1, which is upright, and for what is no way.
    pub fn new(number: u16) -> Option<Self> {
        let known = u8::try_from(number).ok().filter(|number| (2..=8).contains(number));
        known.and_then(NonZeroU8::new).map(Turn)
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.0.get()
    }

    /// Width and height change places.
    pub fn lies(self) -> bool {
        self.number() >= 5
    }

    /// Where the pixel that is shown in a column and a row is stored, in a picture that is stored with so many of both.
    pub fn stored(self, (x, y): (usize, usize), (columns, rows): (usize, usize)) -> (usize, usize) {
        let from_end = |length: usize, at: usize| length - 1 - at;
        match self.number() {
            2 => (from_end(columns, x), y),
            3 => (from_end(columns, x), from_end(rows, y)),
            4 => (x, from_end(rows, y)),
            5 => (y, x),
            6 => (y, from_end(rows, x)),
            7 => (from_end(columns, y), from_end(rows, x)),
            _ => (from_end(columns, y), x),
        }
    }
}
