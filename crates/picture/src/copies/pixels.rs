//! The pixels of a picture, and those of its copies.

use std::borrow::Cow;
use std::collections::HashMap;

use resize::Pixel;
use resize::Type::{Lanczos3, Triangle};
use rgb::FromSlice;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::height;
use super::means::Means;
use crate::Turn;

/// Pictures of more pixels are first made smaller by whole numbers, to what their widest copy is made of; of more than twice as many
/// they are made smaller in any case.
const MANY: usize = 24_000_000;
/// What such a picture still has in width, at least.
const ENOUGH: usize = 2 * super::WIDTHS[super::WIDTHS.len() - 1];

/// How many of its pixels, across and down, a picture of many gives for one; `None` where it is taken as it is.
pub fn squares((width, height): (usize, usize)) -> Option<usize> {
    let least = 1 + usize::from(width * height > 2 * MANY);
    (width * height > MANY).then_some((width / ENOUGH).max(least)).filter(|&side| side > 1)
}

/// A photograph: red, green and blue.
pub struct Photograph {
    pub size: (usize, usize),
    pub pixels: Vec<u8>,
    /// What its colours mean (ICC.1).
    pub profile: Option<Vec<u8>>,
}

/// A photograph as it is stored.
pub struct StoredPhotograph {
    photograph: Photograph,
    /// Its own width and height, where it was made smaller.
    own: (usize, usize),
    turn: Option<Turn>,
}

impl StoredPhotograph {
    /// Of a JPEG.
    pub fn read(bytes: &[u8], turn: Option<Turn>) -> Option<Self> {
        // Without processor-specific code: the same bytes on every machine.
        let options = DecoderOptions::new_safe().jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        let pixels = decoder.decode().ok()?;
        let own = decoder.dimensions()?;
        let profile = decoder.icc_profile();
        let (size, pixels) = match squares(own) {
            Some(side) => {
                let mut means = Means::new(own.0, side);
                for row in pixels.chunks_exact(own.0 * 3) {
                    means.row(row.chunks_exact(3).map(|pixel| [pixel[0], pixel[1], pixel[2], 255]));
                }
                let (size, pixels) = means.finish();
                (size, pixels.iter().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect())
            }
            None => (own, pixels),
        };
        Some(StoredPhotograph { photograph: Photograph { size, pixels, profile }, own, turn })
    }

    /// Upright and then so many pixels wide.
    pub fn scaled(&self, width: usize) -> Option<Photograph> {
        let Photograph { size, pixels, profile } = &self.photograph;
        let lies = self.turn.is_some_and(Turn::lies);
        let stand = |(width, height)| if lies { (height, width) } else { (width, height) };
        let new = stand((width, height(stand(self.own), width)));
        let pixels = match new == *size {
            true => Cow::Borrowed(pixels),
            false => {
                let mut scaled = vec![0; new.0 * new.1 * 3];
                let mut resizer = resize::new(size.0, size.1, new.0, new.1, Pixel::RGB8, Lanczos3).ok()?;
                resizer.resize(pixels.as_rgb(), scaled.as_rgb_mut()).ok()?;
                Cow::Owned(scaled)
            }
        };
        let pixels = match self.turn {
            Some(turn) => turned(&pixels, new, turn),
            None => pixels.into_owned(),
        };
        Some(Photograph { size: stand(new), pixels, profile: profile.clone() })
    }
}

/// Pixels that are stored with `size`, as they are to be shown.
fn turned(pixels: &[u8], size: (usize, usize), turn: Turn) -> Vec<u8> {
    let (width, height) = if turn.lies() { (size.1, size.0) } else { size };
    let shown = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let pixel = |at| {
        let (column, row) = turn.stored(at, size);
        let first = (row * size.0 + column) * 3;
        [pixels[first], pixels[first + 1], pixels[first + 2]]
    };
    shown.flat_map(pixel).collect()
}

/// Colours with their opacity.
type Colours = Vec<[u8; 4]>;

/// A drawing: red, green, blue and opacity.
#[derive(Clone)]
pub struct Drawing {
    pub size: (usize, usize),
    pub pixels: Vec<u8>,
    /// The colours it was made of, where they are few. Those of its pixels may lie between them.
    pub palette: Option<Colours>,
}

/// A drawing as it is stored.
pub struct StoredDrawing {
    drawing: Drawing,
    /// Its own width and height, where it was made smaller.
    own: (usize, usize),
}

impl StoredDrawing {
    /// Of a PNG. One of many pixels is never held whole, and so not read where its rows do not follow one another.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
        let mut reader = decoder.read_info().ok()?;
        let info = reader.info();
        let palette = info.palette.as_ref().map(|palette| {
            let opacity = info.trns.as_deref().unwrap_or_default();
            let colour = |(at, colour): (usize, &[u8])| {
                [colour[0], colour[1], colour[2], opacity.get(at).copied().unwrap_or(255)]
            };
            palette.chunks_exact(3).enumerate().map(colour).collect()
        });
        let (own, is_interlaced) = ((info.width as usize, info.height as usize), info.interlaced);
        let grey = match reader.output_color_type().0 {
            png::ColorType::Rgba => false,
            png::ColorType::GrayscaleAlpha => true,
            _ => return None,
        };
        let spread = |pixel: &[u8]| match grey {
            true => [pixel[0], pixel[0], pixel[0], pixel[1]],
            false => [pixel[0], pixel[1], pixel[2], pixel[3]],
        };
        let channels = if grey { 2 } else { 4 };
        let (size, pixels) = match squares(own) {
            Some(_) if is_interlaced => return None,
            Some(side) => {
                let mut means = Means::new(own.0, side);
                while let Some(row) = reader.next_row().ok()? {
                    means.row(row.data().chunks_exact(channels).map(spread));
                }
                let (size, pixels) = means.finish();
                (size, pixels.into_flattened())
            }
            None => {
                let mut pixels = vec![0; reader.output_buffer_size()?];
                reader.next_frame(&mut pixels).ok()?;
                let pixels = match grey {
                    true => pixels.chunks_exact(channels).flat_map(spread).collect(),
                    false => pixels,
                };
                (own, pixels)
            }
        };
        Some(StoredDrawing { drawing: Drawing { size, pixels, palette }, own })
    }

    /// So many pixels wide.
    pub fn scaled(&self, width: usize) -> Option<Cow<'_, Drawing>> {
        let Drawing { size, pixels, palette } = &self.drawing;
        let new = (width, height(self.own, width));
        if new == *size {
            return Some(Cow::Borrowed(&self.drawing));
        }
        let mut scaled = vec![0; new.0 * new.1 * 4];
        // Lanczos draws fine rings around edges; among few colours they are seen, and cost.
        let filter = if palette.is_some() { Triangle } else { Lanczos3 };
        let mut resizer = resize::new(size.0, size.1, new.0, new.1, Pixel::RGBA8P, filter).ok()?;
        resizer.resize(pixels.as_rgba(), scaled.as_rgba_mut()).ok()?;
        Some(Cow::Owned(Drawing { size: new, pixels: scaled, palette: palette.clone() }))
    }
}

impl Drawing {
    /// Can nothing be seen through it?
    pub fn is_opaque(&self) -> bool {
        self.pixels.chunks_exact(4).all(|pixel| pixel[3] == 255)
    }

    /// For each pixel the place of the colour that is nearest to it, both as they look on black: of what cannot be seen the colour
    /// is nothing, and scaling leaves it black.
    pub fn places(&self, colours: &Colours) -> Vec<u8> {
        let on_black = |colour: [u8; 4]| {
            let seen = |part: u8| i32::from(part) * i32::from(colour[3]) / 255;
            [seen(colour[0]), seen(colour[1]), seen(colour[2]), i32::from(colour[3])]
        };
        let palette: Vec<[i32; 4]> = colours.iter().map(|&colour| on_black(colour)).collect();
        let nearest = |pixel| {
            let own = on_black(pixel);
            let far = |colour: &[i32; 4]| -> i32 { colour.iter().zip(own).map(|(a, b)| (a - b).pow(2)).sum() };
            let best = (0_u8..=255).zip(&palette).min_by_key(|(_, colour)| far(colour));
            best.map_or(0, |(place, _)| place)
        };
        let mut known: HashMap<[u8; 4], u8> = HashMap::new();
        let mut places = Vec::with_capacity(self.pixels.len() / 4);
        for run in self.pixels.as_chunks::<4>().0.chunk_by(|one, next| one == next) {
            let place = *known.entry(run[0]).or_insert_with_key(|&pixel| nearest(pixel));
            places.extend(std::iter::repeat_n(place, run.len()));
        }
        places
    }
}
