//! Social cards: the picture that goes along when a page is passed on (Open Graph), 1200 × 630 pixels.
//!
//! A title in the firm's colours, nothing else. The letters are those of Gelasio (SIL Open Font License, `fonts/OFL.txt`), a serif
//! that is set like Georgia, cut down to Latin. A pixel is paper, or one of three inks at some strength, so that a card is a PNG
//! with a small palette and weighs some 10 KB.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

use crate::model::settings::Palette;
use store::digest::Digest;

/// Width in pixels.
pub(super) const WIDTH: u32 = 1200;
/// Height in pixels.
pub(super) const HEIGHT: u32 = 630;

/// Goes up when the same words would be drawn in another way.
const EDITION: u8 = 1;

const FONT: &[u8] = include_bytes!("fonts/Gelasio-Regular.ttf");
/// Letter sizes of the title in pixels, and how many lines it may take at each; the first that suffices is taken.
const SIZES: [(f32, usize); 4] = [(84.0, 3), (70.0, 4), (58.0, 5), (48.0, 6)];
const MARGIN: f32 = 96.0;
/// The band on the left edge.
const BAND: u32 = 20;
/// Strengths of an ink, paper not counted.
const STEPS: u8 = 63;

/// What a card says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    /// In large letters.
    pub(super) title: String,
    /// A line above it, such as a date.
    pub(super) above: Option<String>,
    /// At the bottom.
    pub(super) name: String,
    /// Behind the name.
    pub(super) tagline: Option<String>,
    /// Its colours.
    pub(super) colours: Palette,
}

/// What is drawn with.
#[derive(Clone, Copy)]
enum Ink {
    Text,
    Quiet,
    Accent,
}

impl Card {
    /// Tells cards that look different apart.
    pub(super) fn digest(&self) -> Digest {
        let Palette { page, text, quiet, accent, .. } = &self.colours;
        let Card { title, above, name, tagline, colours: _ } = self;
        Digest::of(format!("{EDITION} {:?}", (title, above, name, tagline, page, text, quiet, accent)).as_bytes())
    }

    /// What it shows, for those who do not see it.
    pub(super) fn alt(&self) -> String {
        if self.title == self.name { self.name.clone() } else { format!("{} – {}", self.title, self.name) }
    }

    /// The card as a PNG.
    pub(super) fn png(&self) -> Vec<u8> {
        let font = FontRef::try_from_slice(FONT).expect("the font is in the program");
        let mut sheet = Canvas { pixels: vec![0; (WIDTH * HEIGHT) as usize], font };
        sheet.band();
        let foot = HEIGHT as f32 - 88.0;
        let end = sheet.line(&self.name, 34.0, MARGIN, foot, Ink::Text);
        if let Some(tagline) = &self.tagline
            && end + 24.0 + sheet.width(tagline, 34.0) < WIDTH as f32 - MARGIN
        {
            sheet.line(tagline, 34.0, end + 24.0, foot, Ink::Quiet);
        }
        let (size, lines) = sheet.set(&self.title);
        let height = lines.len() as f32 * size * 1.18;
        let mut baseline = ((foot - 60.0 - height) / 2.0).max(MARGIN - 20.0) + size;
        if let Some(above) = &self.above {
            sheet.line(above, 32.0, MARGIN, baseline - size * 1.05, Ink::Accent);
            baseline += 24.0;
        }
        for line in &lines {
            sheet.line(line, size, MARGIN, baseline, Ink::Text);
            baseline += size * 1.18;
        }
        encoded(&sheet.pixels, &self.colours)
    }
}

/// A card being drawn: a byte a pixel, 0 for paper, else an ink and its strength.
struct Canvas<'f> {
    pixels: Vec<u8>,
    font: FontRef<'f>,
}

impl Canvas<'_> {
    fn band(&mut self) {
        let band = index(Ink::Accent, STEPS);
        for row in self.pixels.chunks_mut(WIDTH as usize) {
            row[..BAND as usize].fill(band);
        }
    }

    /// The size at which a title fits, and its lines; what fits at no size ends with an ellipsis.
    fn set(&self, title: &str) -> (f32, Vec<String>) {
        for (size, most) in SIZES {
            let lines = self.wrap(title, size);
            if lines.len() <= most && lines.iter().all(|line| self.width(line, size) <= room()) {
                return (size, lines);
            }
        }
        let (size, most) = SIZES[SIZES.len() - 1];
        let mut lines = self.wrap(title, size);
        if lines.len() > most {
            lines.truncate(most);
            lines[most - 1].push_str(" …");
        }
        (size, lines)
    }

    fn wrap(&self, text: &str, size: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            let line = lines.last_mut().expect("there is always a line");
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            match line.is_empty() || self.width(&longer, size) <= room() {
                true => *line = longer,
                false => lines.push(word.to_owned()),
            }
        }
        lines
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        let font = self.font.as_scaled(scale(&self.font, size));
        text.chars().map(|letter| font.h_advance(self.font.glyph_id(letter))).sum()
    }

    /// Draws a line of text that begins at `x`, and says where it ends. Letters that the font lacks are left out.
    fn line(&mut self, text: &str, size: f32, x: f32, baseline: f32, ink: Ink) -> f32 {
        let scale = scale(&self.font, size);
        let mut at = x;
        for letter in text.chars() {
            let id = self.font.glyph_id(letter);
            if id.0 == 0 {
                continue;
            }
            let glyph = id.with_scale_and_position(scale, point(at, baseline));
            at += self.font.as_scaled(scale).h_advance(id);
            if let Some(outline) = self.font.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                let pixels = &mut self.pixels;
                outline.draw(|column, row, strength| {
                    let (column, row) = (corner.x as i64 + i64::from(column), corner.y as i64 + i64::from(row));
                    if (0..i64::from(WIDTH)).contains(&column) && (0..i64::from(HEIGHT)).contains(&row) {
                        let pixel = &mut pixels[(row * i64::from(WIDTH) + column) as usize];
                        let strength = (strength.clamp(0.0, 1.0) * f32::from(STEPS)).round() as u8;
                        // Where letters touch, the stronger one is seen.
                        *pixel = (*pixel).max(index(ink, strength));
                    }
                });
            }
        }
        at
    }
}

/// The width a line may have.
fn room() -> f32 {
    WIDTH as f32 - 2.0 * MARGIN
}

/// The scale at which an em is `size` pixels.
fn scale(font: &FontRef<'_>, size: f32) -> PxScale {
    let units = font.units_per_em().unwrap_or(1000.0);
    PxScale::from(size * font.height_unscaled() / units)
}

/// The place of an ink's strength in the palette.
fn index(ink: Ink, strength: u8) -> u8 {
    match strength {
        0 => 0,
        _ => ink as u8 * STEPS + strength,
    }
}

/// The pixels as a PNG with a palette.
fn encoded(pixels: &[u8], colours: &Palette) -> Vec<u8> {
    let paper = rgb(&colours.page);
    let mut palette = paper.to_vec();
    for ink in [&colours.text, &colours.quiet, &colours.accent].map(|colour| rgb(colour)) {
        for strength in 1..=u16::from(STEPS) {
            let mixed = |paper: u8, ink: u8| {
                let (paper, ink, steps) = (u16::from(paper), u16::from(ink), u16::from(STEPS));
                ((paper * (steps - strength) + ink * strength + steps / 2) / steps) as u8
            };
            palette.extend(paper.into_iter().zip(ink).map(|(paper, ink)| mixed(paper, ink)));
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_deflate_compression(png::DeflateCompression::Level(9));
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    written.expect("a palette picture in memory can be written");
    out
}

/// Red, green and blue of a colour like `#A6480F` or `#a41`; colours are checked when settings are read.
fn rgb(colour: &str) -> [u8; 3] {
    let digits: Vec<u8> = colour.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    match digits[..] {
        [r, g, b] => [r * 17, g * 17, b * 17],
        [r, s, g, h, b, c] => [r * 16 + s, g * 16 + h, b * 16 + c],
        _ => [0; 3],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::Fixture;

    fn card(title: &str) -> Card {
        let programme = Fixture::new().build();
        let colours = programme.settings.brand.light.clone();
        Card { title: title.into(), above: None, name: "Lindholm & Saar".into(), tagline: None, colours }
    }

    #[test]
    fn a_card_is_a_small_png_of_the_right_size_and_always_the_same() {
        let card = card("Årets skörd: bönor från Õismäe – och øl på köpet");
        let png = card.png();
        let size = imagesize::blob_size(&png).expect("a picture");
        assert_eq!((size.width, size.height), (1200, 630));
        assert!(png.len() < 30_000, "{}", png.len());
        assert_eq!(png, card.png());
        assert_ne!(card.digest(), self::card("Something else").digest());
    }

    #[test]
    fn the_font_has_the_letters_of_our_languages() {
        let font = FontRef::try_from_slice(FONT).expect("a font");
        for letter in "åäöÅÄÖæøÆØõüšžÕÜŠŽß&–—’‘“”„«»…€0123456789".chars() {
            assert_ne!(font.glyph_id(letter).0, 0, "{letter}");
        }
    }

    #[test]
    fn a_long_title_is_set_smaller_and_never_leaves_the_card() {
        let font = FontRef::try_from_slice(FONT).expect("a font");
        let sheet = Canvas { pixels: Vec::new(), font };
        let (size, lines) = sheet.set("A short one");
        assert_eq!((size, lines.len()), (84.0, 1));
        let (size, lines) = sheet.set(&"A very long title about coffee ".repeat(12));
        assert_eq!((size, lines.len()), (48.0, 6));
        assert!(lines[5].ends_with('…'));
    }
}
