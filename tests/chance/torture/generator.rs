//! Texts by chance, the same ones in every run.

/// A generator of numbers (splitmix64).
pub struct Generator(u64);

/// Stretches of Unicode to draw from: ASCII most of all, because it is what means something.
const STRETCHES: [(u32, u32); 14] = [
    (0x20, 0x7e),
    (0x20, 0x7e),
    (0x20, 0x7e),
    (0x20, 0x7e),
    (0xa0, 0x17f),
    (0x300, 0x36f),
    (0x590, 0x6ff),
    (0x900, 0x97f),
    (0x2000, 0x2064),
    (0x3000, 0x30ff),
    (0xac00, 0xac80),
    (0xfe00, 0xfefe),
    (0x1f300, 0x1f9ff),
    (0x20000, 0x20100),
];

/// What breaks out of places.
const MARKS: &[u8] = b"<>&\"'`*_[](){}#|\\=?@%:;,.-+~!$^/ ";

impl Generator {
    pub fn new(seed: u64) -> Self {
        Generator(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("it is below a usize")
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn character(&mut self) -> char {
        if self.below(3) == 0 {
            return char::from(*self.pick(MARKS));
        }
        let &(first, last) = self.pick(&STRETCHES);
        let span = usize::try_from(last - first).expect("a stretch is short") + 1;
        let code = first + u32::try_from(self.below(span)).expect("a stretch is short");
        match char::from_u32(code) {
            // What a contact may not have is tested elsewhere.
            Some(character) if !matches!(character, '\u{2028}'..='\u{202e}') => character,
            _ => 'x',
        }
    }

    /// A text that a contact may have, of at most `longest` characters and at least one that shows.
    pub fn text(&mut self, longest: usize) -> String {
        let length = self.below(longest);
        let mut text: String = (0..length).map(|_| self.character()).collect();
        if text.trim().is_empty() {
            text.push('x');
        }
        text
    }
}
