//! The pixels of a picture, at the width of a copy.

use std::collections::BTreeMap;

use resize::Pixel;
use resize::Type::{Lanczos3, Triangle};
use rgb::FromSlice;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::height;
use crate::Turn;

/// A photograph: red, green and blue.
pub struct Photograph {
    pub size: (usize, usize),
    pub pixels: Vec<u8>,
    /// What its colours mean (ICC.1).
    pub profile: Option<Vec<u8>>,
}

impl Photograph {
    /// Of a JPEG, upright and then so many pixels wide.
    pub fn read(bytes: &[u8], width: usize, turn: Option<Turn>) -> Option<Self> {
        // Without processor-specific code: the same bytes on every machine.
        let options = DecoderOptions::new_safe().jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        let pixels = decoder.decode().ok()?;
        let size = decoder.dimensions()?;
        let profile = decoder.icc_profile();
        let lies = turn.is_some_and(Turn::lies);
        let stand = |(width, height)| if lies { (height, width) } else { (width, height) };
        let new = stand((width, height(stand(size), width)));
        let pixels = match new == size {
            true => pixels,
            false => {
                let mut scaled = vec![0; new.0 * new.1 * 3];
                let mut resizer = resize::new(size.0, size.1, new.0, new.1, Pixel::RGB8, Lanczos3).ok()?;
                resizer.resize(pixels.as_rgb(), scaled.as_rgb_mut()).ok()?;
                scaled
            }
        };
        let pixels = match turn {
            Some(turn) => turned(&pixels, new, turn),
            None => pixels,
        };
        Some(Photograph { size: stand(new), pixels, profile })
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
pub struct Drawing {
    pub size: (usize, usize),
    pub pixels: Vec<u8>,
    /// The colours it was made of, where they are few. Those of its pixels may lie between them.
    pub palette: Option<Colours>,
}

impl Drawing {
    /// Of a PNG, so many pixels wide.
    pub fn read(bytes: &[u8], width: usize) -> Option<Self> {
        let whole = Drawing::whole(bytes)?;
        let (size, new) = (whole.size, (width, height(whole.size, width)));
        if new == size {
            return Some(whole);
        }
        let mut scaled = vec![0; new.0 * new.1 * 4];
        // Lanczos draws fine rings around edges; among few colours they are seen, and cost.
        let filter = if whole.palette.is_some() { Triangle } else { Lanczos3 };
        let mut resizer = resize::new(size.0, size.1, new.0, new.1, Pixel::RGBA8P, filter).ok()?;
        resizer.resize(whole.pixels.as_rgba(), scaled.as_rgba_mut()).ok()?;
        Some(Drawing { size: new, pixels: scaled, ..whole })
    }

    fn whole(bytes: &[u8]) -> Option<Self> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
        let mut reader = decoder.read_info().ok()?;
        let palette = reader.info().palette.as_ref().map(|palette| {
            let opacity = reader.info().trns.as_deref().unwrap_or_default();
            let colour = |(at, colour): (usize, &[u8])| {
                [colour[0], colour[1], colour[2], opacity.get(at).copied().unwrap_or(255)]
            };
            palette.chunks_exact(3).enumerate().map(colour).collect()
        });
        let mut pixels = vec![0; reader.output_buffer_size()?];
        let frame = reader.next_frame(&mut pixels).ok()?;
        let pixels = match frame.color_type {
            png::ColorType::Rgba => pixels,
            png::ColorType::GrayscaleAlpha => {
                pixels.chunks_exact(2).flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]]).collect()
            }
            _ => return None,
        };
        Some(Drawing { size: (frame.width as usize, frame.height as usize), pixels, palette })
    }

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
        let mut known: BTreeMap<[u8; 4], u8> = BTreeMap::new();
        let mut place = |pixel: &[u8]| {
            let pixel = [pixel[0], pixel[1], pixel[2], pixel[3]];
            *known.entry(pixel).or_insert_with(|| {
                let own = on_black(pixel);
                let far =
                    |colour: &[u8; 4]| -> i32 { on_black(*colour).iter().zip(own).map(|(a, b)| (a - b).pow(2)).sum() };
                let best = (0_u8..=255).zip(colours).min_by_key(|(_, colour)| far(colour));
                best.map_or(0, |(place, _)| place)
            })
        };
        self.pixels.chunks_exact(4).map(&mut place).collect()
    }
}
