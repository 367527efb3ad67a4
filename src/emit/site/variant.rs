//! Smaller copies of wide pictures, for small screens.
//!
//! A copy is of the same format as its picture. A PNG with a palette, as drawings have, keeps its palette: blended colours
//! would make the smaller picture the larger file.

use std::collections::BTreeMap;

use resize::Pixel;
use resize::Type::{Lanczos3, Triangle};
use rgb::FromSlice;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::model::programme::Asset;

/// Widths of copies in pixels: a phone, a sharper phone, a tablet, the text column at two pixels for one.
const WIDTHS: [usize; 4] = [480, 720, 1080, 1440];
/// Pictures that are less wide have no copies, in pixels.
const NARROWEST: usize = 640;
/// Pictures that are wider are shown by their copies alone.
const WIDEST: usize = 1800;
/// How far a copy may come near its picture, in hundredths of its width; nearer it saves too little. Drawings save least.
const NEAREST: usize = 80;
const NEAREST_OF_PALETTE: usize = 60;
/// Quality of copies of photographs, of 100.
const QUALITY: u8 = 80;
/// Goes up when copies are made in another way.
pub(super) const EDITION: u8 = 1;

/// What a picture is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Palette,
    Png,
    Jpeg,
}

/// The widths in which a picture is offered besides its own, and whether it is offered itself.
pub(super) fn widths(asset: &Asset) -> (impl Iterator<Item = usize> + use<>, bool) {
    let width = asset.size.map_or(0, |(width, _)| width);
    let format = format(&asset.bytes).filter(|_| width >= NARROWEST);
    let nearest = if format == Some(Format::Palette) { NEAREST_OF_PALETTE } else { NEAREST };
    let fits = move |copy: &usize| format.is_some() && copy * 100 <= width * nearest;
    (WIDTHS.into_iter().filter(fits), format.is_none() || width <= WIDEST)
}

/// The height that belongs to a copy's width.
pub(super) fn height((width, height): (usize, usize), copy: usize) -> usize {
    ((height * copy + width / 2) / width.max(1)).max(1)
}

/// The format of pictures that can be copied without loss of something that is no pixel: turns, colour profiles, movement.
fn format(bytes: &[u8]) -> Option<Format> {
    const COLOUR_TYPE: usize = 25;
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let holds = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    if head.starts_with(b"\x89PNG") {
        let still = !holds(b"acTL") && !holds(b"iCCP");
        let palette = head.get(COLOUR_TYPE) == Some(&3);
        return still.then_some(if palette { Format::Palette } else { Format::Png });
    }
    // A photograph that a camera held upright says so in its Exif data; its pixels lie on their side.
    (head.starts_with(b"\xFF\xD8") && !holds(b"Exif\0\0") && !holds(b"Adobe\0")).then_some(Format::Jpeg)
}

/// A copy of the picture, so many pixels wide; a picture that cannot be read stands in for its copy.
pub(super) fn copy(asset: &Asset, width: usize) -> Vec<u8> {
    let copied = match format(&asset.bytes) {
        Some(Format::Jpeg) => jpeg(&asset.bytes, width),
        Some(Format::Palette | Format::Png) => png(&asset.bytes, width),
        None => None,
    };
    copied.unwrap_or_else(|| asset.bytes.to_vec())
}

fn jpeg(bytes: &[u8], width: usize) -> Option<Vec<u8>> {
    // Without processor-specific code: the same bytes on every machine.
    let options = DecoderOptions::new_safe().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().ok()?;
    let size = decoder.dimensions()?;
    let new = (width, height(size, width));
    let mut scaled = vec![0; new.0 * new.1 * 3];
    let mut resizer = resize::new(size.0, size.1, new.0, new.1, Pixel::RGB8, Lanczos3).ok()?;
    resizer.resize(pixels.as_rgb(), scaled.as_rgb_mut()).ok()?;
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, QUALITY);
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    if let Some(profile) = decoder.icc_profile() {
        encoder.add_icc_profile(&profile).ok()?;
    }
    let side = |pixels: usize| u16::try_from(pixels).ok();
    encoder.encode(&scaled, side(new.0)?, side(new.1)?, jpeg_encoder::ColorType::Rgb).ok()?;
    Some(out)
}

/// The colours of a PNG's palette, with their opacity.
type Colours = Vec<[u8; 4]>;

fn png(bytes: &[u8], width: usize) -> Option<Vec<u8>> {
    let (size, pixels, palette) = png_pixels(bytes)?;
    let new = (width, height(size, width));
    let mut scaled = vec![0; new.0 * new.1 * 4];
    // Lanczos draws fine rings around edges; among few colours they are seen, and cost.
    let filter = if palette.is_some() { Triangle } else { Lanczos3 };
    let mut resizer = resize::new(size.0, size.1, new.0, new.1, Pixel::RGBA8P, filter).ok()?;
    resizer.resize(pixels.as_rgba(), scaled.as_rgba_mut()).ok()?;
    let mut out = Vec::new();
    let side = |pixels: usize| u32::try_from(pixels).ok();
    let mut encoder = png::Encoder::new(&mut out, side(new.0)?, side(new.1)?);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_deflate_compression(png::DeflateCompression::Level(9));
    let data = match palette {
        Some(colours) => {
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_filter(png::Filter::NoFilter);
            encoder.set_palette(colours.iter().flat_map(|colour| colour[..3].to_vec()).collect::<Vec<u8>>());
            if colours.iter().any(|colour| colour[3] < 255) {
                encoder.set_trns(colours.iter().map(|colour| colour[3]).collect::<Vec<u8>>());
            }
            nearest(&scaled, &colours)
        }
        None if scaled.chunks_exact(4).all(|pixel| pixel[3] == 255) => {
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_filter(png::Filter::Adaptive);
            scaled.chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect()
        }
        None => {
            encoder.set_color(png::ColorType::Rgba);
            encoder.set_filter(png::Filter::Adaptive);
            scaled
        }
    };
    encoder.write_header().ok()?.write_image_data(&data).ok()?;
    Some(out)
}

/// Size, pixels as red, green, blue and opacity, and the palette where there is one.
type Pixels = ((usize, usize), Vec<u8>, Option<Colours>);

fn png_pixels(bytes: &[u8]) -> Option<Pixels> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().ok()?;
    let palette = reader.info().palette.as_ref().map(|palette| {
        let opacity = reader.info().trns.as_deref().unwrap_or_default();
        let colour =
            |(at, colour): (usize, &[u8])| [colour[0], colour[1], colour[2], opacity.get(at).copied().unwrap_or(255)];
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
    Some(((frame.width as usize, frame.height as usize), pixels, palette))
}

/// For each pixel the place of the colour that is nearest to it.
fn nearest(pixels: &[u8], colours: &Colours) -> Vec<u8> {
    let mut known: BTreeMap<[u8; 4], u8> = BTreeMap::new();
    let mut place = |pixel: &[u8]| {
        let pixel = [pixel[0], pixel[1], pixel[2], pixel[3]];
        *known.entry(pixel).or_insert_with(|| {
            let far = |colour: &[u8; 4]| -> u32 {
                colour.iter().zip(pixel).map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
            };
            let best = (0_u8..=255).zip(colours).min_by_key(|(_, colour)| far(colour));
            best.map_or(0, |(place, _)| place)
        })
    };
    pixels.chunks_exact(4).map(&mut place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(bytes: Vec<u8>) -> Asset {
        let size = imagesize::blob_size(&bytes).ok().map(|size| (size.width, size.height));
        Asset { path: "content/a".into(), bytes: bytes.into(), digest: "".into(), size }
    }

    fn photograph(width: u16, height: u16) -> Asset {
        let pixels: Vec<u8> =
            (0..usize::from(width) * usize::from(height) * 3).map(|at| (at / 7 % 251) as u8).collect();
        let mut out = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut out, 90);
        encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).expect("a picture");
        asset(out)
    }

    fn drawing() -> Asset {
        asset(include_bytes!("../../../content/images/cups.png").to_vec())
    }

    #[test]
    fn only_wide_pictures_have_copies_and_only_those_that_save_something() {
        let offered = |asset: &Asset| {
            let (widths, itself) = widths(asset);
            (widths.collect::<Vec<_>>(), itself)
        };
        assert_eq!(offered(&photograph(600, 10)), (vec![], true));
        assert_eq!(offered(&photograph(1000, 10)), (vec![480, 720], true));
        assert_eq!(offered(&photograph(3000, 10)), (vec![480, 720, 1080, 1440], false));
        assert_eq!(offered(&drawing()), (vec![480], true));
        assert_eq!(offered(&asset(b"GIF89a\x00\x10\x00\x10".to_vec())), (vec![], true));
        let mut turned = photograph(1000, 10).bytes.to_vec();
        turned.splice(2..2, *b"\xFF\xE1\0\x08Exif\0\0");
        assert_eq!(offered(&asset(turned)), (vec![], true));
    }

    #[test]
    fn a_copy_has_its_width_and_is_smaller() {
        let picture = photograph(1000, 500);
        for (picture, suffix) in [(picture, imagesize::ImageType::Jpeg), (drawing(), imagesize::ImageType::Png)] {
            let copied = copy(&picture, 480);
            let size = imagesize::blob_size(&copied).expect("a picture");
            let (width, whole) = picture.size.expect("a picture");
            assert_eq!((size.width, size.height), (480, height((width, whole), 480)));
            assert_eq!(imagesize::image_type(&copied).expect("a picture"), suffix);
            assert!(copied.len() < picture.bytes.len() * 4 / 5, "{} of {}", copied.len(), picture.bytes.len());
            assert_eq!(copied, copy(&picture, 480));
        }
    }

    #[test]
    fn what_cannot_be_read_stays_as_it_was() {
        let broken = asset(photograph(1000, 10).bytes[..300].to_vec());
        assert!(!copy(&broken, 480).is_empty());
    }
}
