//! Social cards: the picture that goes along when a page is passed on (Open Graph), and those that readers pass on themselves.
//!
//! A title in the firm's colours and the firm's logo, nothing else. The letters are those of Gelasio (SIL Open Font License,
//! `fonts/OFL.txt`), a serif that is set like Georgia, cut down to Latin. Lines are set equally long, so that no word stands alone.

use std::io::Cursor;
use std::sync::Arc;

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

use crate::model::content::Asset;
use crate::model::settings::Palette;
use picture::copies::{self, Form};
use picture::pixels::Pixels;
use store::digest::Digest;

/// Goes up when the same words would be drawn in another way.
const EDITION: u8 = 2;

const FONT: &[u8] = include_bytes!("fonts/Gelasio-Regular.ttf");
const MARGIN: f32 = 96.0;
/// The band on the left edge.
const BAND: u32 = 20;
/// Strengths of an ink, paper not counted: few colours make a small file.
const STEPS: f32 = 63.0;
/// The most that a logo may measure.
const LOGO: (usize, usize) = (400, 120);
/// From one line to the next, in ems.
const LEADING: f32 = 1.18;
/// How long the last line of a title is to be at least, of the longest.
const EVEN: f32 = 0.4;
/// Letter size of what stands below the title and at the foot.
const SMALL: f32 = 34.0;

/// The measures of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// What links show: LinkedIn, Facebook, messengers, mail.
    Wide,
    /// A post in a feed.
    Square,
    /// A whole telephone.
    Tall,
}

impl Shape {
    /// All of them.
    pub(super) const ALL: [Shape; 3] = [Shape::Wide, Shape::Square, Shape::Tall];

    /// Width and height in pixels.
    pub(super) fn size(self) -> (u32, u32) {
        match self {
            Shape::Wide => (1200, 630),
            Shape::Square => (1080, 1080),
            Shape::Tall => (1080, 1920),
        }
    }

    /// The word for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Shape::Wide => "wide",
            Shape::Square => "square",
            Shape::Tall => "tall",
        }
    }

    /// Letter sizes of the title in pixels, and how many lines it may take at each; the first that suffices is taken.
    fn settings(self) -> [(f32, usize); 4] {
        match self {
            Shape::Wide => [(84.0, 3), (70.0, 4), (58.0, 5), (48.0, 6)],
            Shape::Square => [(104.0, 5), (88.0, 6), (72.0, 8), (56.0, 10)],
            Shape::Tall => [(116.0, 7), (96.0, 9), (80.0, 12), (60.0, 16)],
        }
    }
}

/// The firm's logo, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Logo {
    digest: String,
    size: (usize, usize),
    /// Red, green, blue and opacity.
    pixels: Vec<[u8; 4]>,
}

impl Logo {
    /// The logo as it fits on a card; `None` where it is no PNG: then the firm's name stands there.
    pub(super) fn read(asset: &Asset) -> Option<Self> {
        let (width, height) = asset.size?;
        let fit = width.min(LOGO.0).min(width * LOGO.1 / height.max(1)).max(1);
        let bytes = copies::copy(asset.original(), fit, Form::Same)?;
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().ok()?;
        let mut pixels = vec![0; reader.output_buffer_size()?];
        let frame = reader.next_frame(&mut pixels).ok()?;
        let pixels = match frame.color_type {
            png::ColorType::Rgba => pixels.chunks_exact(4).map(|p| [p[0], p[1], p[2], p[3]]).collect(),
            png::ColorType::Rgb => pixels.chunks_exact(3).map(|p| [p[0], p[1], p[2], 255]).collect(),
            png::ColorType::GrayscaleAlpha => pixels.chunks_exact(2).map(|p| [p[0], p[0], p[0], p[1]]).collect(),
            png::ColorType::Grayscale => pixels.iter().map(|&p| [p, p, p, 255]).collect(),
            png::ColorType::Indexed => return None,
        };
        Some(Logo { digest: asset.digest.to_string(), size: (frame.width as usize, frame.height as usize), pixels })
    }
}

/// What a card says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    /// Its measures.
    pub(super) shape: Shape,
    /// In large letters.
    pub(super) title: String,
    /// A line above it, such as a date.
    pub(super) above: Option<String>,
    /// A line below it, such as who said so.
    pub(super) below: Option<String>,
    /// The firm: at the bottom, where there is no logo.
    pub(super) name: String,
    /// At the bottom too.
    pub(super) tagline: Option<String>,
    /// At the bottom instead of the name.
    pub(super) logo: Option<Arc<Logo>>,
    /// Its colours.
    pub(super) colours: Palette,
}

impl Card {
    /// Tells cards that look different apart.
    pub(super) fn digest(&self) -> Digest {
        let Palette { page, text, quiet, accent, .. } = &self.colours;
        let Card { shape, title, above, below, name, tagline, logo, colours: _ } = self;
        let logo = logo.as_ref().map(|logo| &logo.digest);
        let words = (shape.name(), title, above, below, name, tagline);
        Digest::of(format!("{EDITION} {:?}", (words, logo, page, text, quiet, accent)).as_bytes())
    }

    /// What it shows, for those who do not see it.
    pub(super) fn alt(&self) -> String {
        if self.title == self.name { self.name.clone() } else { format!("{} – {}", self.title, self.name) }
    }

    /// The card as a PNG.
    pub(super) fn png(&self) -> Vec<u8> {
        let font = FontRef::try_from_slice(FONT).expect("the font is in the program");
        let mut sheet = Canvas::new(self.shape, &self.colours.page, font);
        let [text, quiet, accent] = [&self.colours.text, &self.colours.quiet, &self.colours.accent].map(|ink| rgb(ink));
        sheet.band(accent);
        let foot = self.foot(&mut sheet, text, quiet);
        let (size, lines) = sheet.set(&self.title);
        let leading = size * LEADING;
        let extra = |line: &Option<String>| if line.is_some() { SMALL * 1.7 } else { 0.0 };
        let height = lines.len() as f32 * leading + extra(&self.above) + extra(&self.below);
        let top = ((foot - height) / 2.0).max(MARGIN * 0.5);
        let mut baseline = top + size * 0.82;
        if let Some(above) = &self.above {
            sheet.line(above, SMALL, MARGIN, top + SMALL * 0.82, accent);
            baseline += extra(&self.above);
        }
        for line in &lines {
            sheet.line(line, size, MARGIN, baseline, text);
            baseline += leading;
        }
        if let Some(below) = &self.below {
            sheet.line(below, SMALL, MARGIN, baseline - leading + size * 0.3 + SMALL * 1.4, quiet);
        }
        sheet.pixels.png()
    }

    /// Draws the foot: the logo or the name, and the tagline beside it where there is room, else below. Says where it begins.
    fn foot(&self, sheet: &mut Canvas<'_>, text: [u8; 3], quiet: [u8; 3]) -> f32 {
        let bottom = sheet.height as f32 - 72.0;
        // A firm that has nothing but its name to say does not say it twice.
        let is_said = self.logo.is_none() && self.title == self.name;
        let mark = match &self.logo {
            Some(logo) => logo.size.0 as f32,
            None => sheet.width_of(&self.name, SMALL),
        };
        let tagline = self.tagline.as_deref().map(|tagline| (tagline, sheet.width_of(tagline, SMALL)));
        let tagline = tagline.filter(|(_, width)| *width <= sheet.room());
        let is_beside = tagline.is_none_or(|(_, width)| mark + 48.0 + width <= sheet.room());
        let mut base = bottom;
        if let Some((tagline, width)) = tagline {
            let x = if is_beside && !is_said { sheet.width as f32 - MARGIN - width } else { MARGIN };
            sheet.line(tagline, SMALL, x, bottom, quiet);
            base -= if is_beside { 0.0 } else { SMALL * 1.8 };
        }
        match &self.logo {
            Some(logo) => {
                // Its letters stand on the line, its lower edge somewhat below.
                let top = base - logo.size.1 as f32 * 0.72;
                sheet.logo(logo, MARGIN, top);
                top
            }
            None => {
                if !is_said {
                    sheet.line(&self.name, SMALL, MARGIN, base, text);
                }
                base - SMALL
            }
        }
    }
}

/// A card being drawn.
struct Canvas<'f> {
    shape: Shape,
    width: u32,
    height: u32,
    pixels: Pixels,
    font: FontRef<'f>,
}

impl<'f> Canvas<'f> {
    fn new(shape: Shape, paper: &str, font: FontRef<'f>) -> Self {
        let (width, height) = shape.size();
        Canvas { shape, width, height, pixels: Pixels::new(width, height, rgb(paper)), font }
    }

    /// The width a line may have.
    fn room(&self) -> f32 {
        self.width as f32 - 2.0 * MARGIN
    }

    fn band(&mut self, ink: [u8; 3]) {
        self.pixels.fill_left(BAND, ink);
    }

    /// The size at which a title fits, and its lines, as long as each other as far as words allow: the largest at which no word stands
    /// alone on the last line, or else the largest. What fits at no size ends with an ellipsis.
    fn set(&self, title: &str) -> (f32, Vec<String>) {
        let settings = self.shape.settings();
        let at = |(size, most): (f32, usize)| {
            let lines = self.wrap(title, size, self.room());
            let fits = lines.len() <= most && lines.iter().all(|line| self.width_of(line, size) <= self.room());
            fits.then(|| (size, self.balanced(title, size, lines)))
        };
        let fitting: Vec<(f32, Vec<String>)> = settings.into_iter().filter_map(at).collect();
        let is_even = |(size, lines): &&(f32, Vec<String>)| {
            let widths: Vec<f32> = lines.iter().map(|line| self.width_of(line, *size)).collect();
            let longest = widths.iter().copied().fold(0.0, f32::max);
            widths.last().is_some_and(|last| *last >= longest * EVEN)
        };
        if let Some(set) = fitting.iter().find(is_even).or(fitting.first()) {
            return set.clone();
        }
        let (size, most) = settings[settings.len() - 1];
        let mut lines = self.wrap(title, size, self.room());
        if lines.len() > most {
            lines.truncate(most);
            lines[most - 1].push_str(" …");
        }
        (size, lines)
    }

    /// The same number of lines in the narrowest column that holds them.
    fn balanced(&self, text: &str, size: f32, mut lines: Vec<String>) -> Vec<String> {
        let mut room = self.room() - size / 4.0;
        while room > size * 2.0 {
            let narrower = self.wrap(text, size, room);
            if narrower.len() > lines.len() || narrower.iter().any(|line| self.width_of(line, size) > room) {
                break;
            }
            lines = narrower;
            room -= size / 4.0;
        }
        lines
    }

    fn wrap(&self, text: &str, size: f32, room: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            let line = lines.last_mut().expect("there is always a line");
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            match line.is_empty() || self.width_of(&longer, size) <= room {
                true => *line = longer,
                false => lines.push(word.to_owned()),
            }
        }
        lines
    }

    fn width_of(&self, text: &str, size: f32) -> f32 {
        let font = self.font.as_scaled(scale(&self.font, size));
        text.chars().map(|letter| font.h_advance(self.font.glyph_id(letter))).sum()
    }

    /// Draws a line of text that begins at `x`. Letters that the font lacks are left out.
    fn line(&mut self, text: &str, size: f32, x: f32, baseline: f32, ink: [u8; 3]) {
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
                outline.draw(|column, row, strength| {
                    let strength = (strength.clamp(0.0, 1.0) * STEPS).round() / STEPS;
                    self.pixels.blend(
                        corner.x as i64 + i64::from(column),
                        corner.y as i64 + i64::from(row),
                        ink,
                        strength,
                    );
                });
            }
        }
    }

    fn logo(&mut self, logo: &Logo, x: f32, y: f32) {
        let width = logo.size.0;
        for (index, [red, green, blue, opacity]) in logo.pixels.iter().enumerate() {
            let (column, row) = ((index % width) as i64, (index / width) as i64);
            self.pixels.blend(x as i64 + column, y as i64 + row, [*red, *green, *blue], f32::from(*opacity) / 255.0);
        }
    }
}

/// The scale at which an em is `size` pixels.
fn scale(font: &FontRef<'_>, size: f32) -> PxScale {
    let units = font.units_per_em().unwrap_or(1000.0);
    PxScale::from(size * font.height_unscaled() / units)
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
    use crate::fixture::Fixture;

    fn card(title: &str) -> Card {
        let programme = Fixture::new().build();
        let colours = programme.settings.brand.light.clone();
        Card {
            shape: Shape::Wide,
            title: title.into(),
            above: None,
            below: None,
            name: "Lindholm & Saar".into(),
            tagline: None,
            logo: None,
            colours,
        }
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
    fn a_firm_without_a_tagline_is_not_named_twice() {
        let blank_foot = |name: &str| {
            let card = Card { name: name.into(), ..card("Lindholm & Saar") };
            let font = FontRef::try_from_slice(FONT).expect("a font");
            let mut sheet = Canvas::new(card.shape, "#fff", font);
            card.foot(&mut sheet, [0; 3], [0; 3]);
            let font = FontRef::try_from_slice(FONT).expect("a font");
            sheet.pixels.png() == Canvas::new(card.shape, "#fff", font).pixels.png()
        };
        assert!(blank_foot("Lindholm & Saar"));
        assert!(!blank_foot("Saar"));
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
        let sheet = Canvas::new(Shape::Wide, "#fff", font);
        let (size, lines) = sheet.set("A short one");
        assert_eq!((size, lines.len()), (84.0, 1));
        let (size, lines) = sheet.set(&"A very long title about coffee ".repeat(12));
        assert_eq!((size, lines.len()), (48.0, 6));
        assert!(lines[5].ends_with('…'));
    }

    #[test]
    fn no_word_stands_alone_on_the_last_line() {
        for shape in Shape::ALL {
            let font = FontRef::try_from_slice(FONT).expect("a font");
            let sheet = Canvas::new(shape, "#fff", font);
            for title in [
                "Advent är här. Beställ före 4 december",
                "Känner du ett kontor som är värt bättre kaffe?",
                "Vinter i rosteriet, och en kvart för bryggaren",
                "”Ingen pratar om kaffemaskinen längre. Det är det finaste jag kan säga.”",
            ] {
                let (size, lines) = sheet.set(title);
                let widths: Vec<f32> = lines.iter().map(|line| sheet.width_of(line, size)).collect();
                let longest = widths.iter().copied().fold(0.0, f32::max);
                assert!(widths.last().is_some_and(|last| *last >= longest * EVEN), "{shape:?}: {lines:?}");
            }
        }
    }
}
