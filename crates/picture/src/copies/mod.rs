//! Copies of pictures: smaller ones for small screens, and each of them as WebP for browsers that read it, which are all of
//! today's.
//!
//! A smaller copy is of the same format as its picture. A PNG with a palette, as drawings have, keeps its palette: blended
//! colours would make the smaller picture the larger file. As WebP, what was a PNG is kept without loss, and what was a JPEG is
//! a photograph.

mod means;
mod pixels;
mod webp;

use std::borrow::Cow;

use jpeg_encoder::ColorType;

use crate::Turn;
use pixels::{Drawing, Photograph, StoredDrawing, StoredPhotograph};

/// Widths of copies in pixels: a phone, a sharper phone, a tablet, the text column at two pixels for one.
const WIDTHS: [usize; 4] = [480, 720, 1080, 1440];
/// Pictures that are less wide have no smaller copies, in pixels.
const NARROWEST: usize = 640;
/// Pictures that are wider are shown by their copies alone.
const MAX_WIDTH: usize = 1800;
/// The most that a side of a copy may have, in pixels: WebP holds no more.
const MAX_SIDE: usize = 16_383;
/// How far a copy may come near its picture, in hundredths of its width; nearer it saves too little. Drawings save least.
const NEAREST: usize = 80;
const NEAREST_OF_PALETTE: usize = 60;
/// Quality of copies of photographs, of 100.
const QUALITY: u8 = 80;
/// What else is tried for a copy that travels, until it is light.
const LOWER: [u8; 3] = [70, 60, 50];
/// The most that a copy that travels may take for ten pixels, in bits: photographs stay below, unless they are all grain.
const TEN_PIXELS: usize = 36;
/// A photograph that weighs more is compressed anew even where it is not too wide, in bytes.
const HEAVY: usize = 512 * 1024;
/// Goes up when copies are made in another way.
pub const EDITION: u8 = 2;

/// A picture as it is stored.
#[derive(Debug, Clone, Copy)]
pub struct Original<'a> {
    /// The file, without metadata.
    pub bytes: &'a [u8],
    /// Width and height in pixels as it is shown, where they are known.
    pub size: Option<(usize, usize)>,
    /// How its pixels are turned to be shown.
    pub turn: Option<Turn>,
}

/// What a copy is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// What its picture is stored as.
    Same,
    /// WebP.
    Webp,
}

/// What a picture is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Palette,
    Png,
    Jpeg,
}

/// The widths in which a picture is offered besides its own, and whether it is offered itself.
pub fn widths(original: Original<'_>) -> (impl Iterator<Item = usize> + Clone + use<>, bool) {
    let size = original.size.unwrap_or_default();
    let (width, _) = size;
    let format = format(original).filter(|_| width >= NARROWEST);
    let fits = move |copy: &usize| {
        format.is_some_and(|format| copy * 100 <= width * nearest(format)) && height(size, *copy) <= MAX_SIDE
    };
    let widths = WIDTHS.into_iter().filter(fits);
    let itself = width <= MAX_WIDTH || widths.clone().next().is_none();
    (widths, itself)
}

/// The width of the copy that stands for a picture where only `wanted` pixels of width are of use; `None` where it stands for itself,
/// being about as wide or nothing that can be copied. A photograph that is stored turned always has a copy: few mail programs turn it.
pub fn fitting(original: Original<'_>, wanted: usize) -> Option<usize> {
    let (width, _) = original.size?;
    let format = format(original)?;
    let is_far = width >= NARROWEST && wanted * 100 <= width * nearest(format);
    let must = format == Format::Jpeg && (original.turn.is_some() || original.bytes.len() > HEAVY);
    (is_far || must).then(|| wanted.min(width))
}

/// Can the picture be copied?
pub fn can_copy(original: Original<'_>) -> bool {
    original.size.is_some() && format(original).is_some()
}

fn nearest(format: Format) -> usize {
    if format == Format::Palette { NEAREST_OF_PALETTE } else { NEAREST }
}

/// The height that belongs to a copy's width.
pub fn height((width, height): (usize, usize), copy: usize) -> usize {
    ((height * copy + width / 2) / width.max(1)).max(1)
}

/// The format of pictures that can be copied without loss of something that is no pixel: colour profiles, movement, a drawing's turn.
fn format(original: Original<'_>) -> Option<Format> {
    const COLOUR_TYPE: usize = 25;
    let bytes = original.bytes;
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let holds = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    if head.starts_with(b"\x89PNG") {
        let still = !holds(b"acTL") && !holds(b"iCCP") && original.turn.is_none();
        let palette = head.get(COLOUR_TYPE) == Some(&3);
        return still.then_some(if palette { Format::Palette } else { Format::Png });
    }
    // Exif data is left in what is damaged, and nobody knows what it says.
    let is_known = original.turn.is_some() || !holds(b"Exif\0\0");
    (head.starts_with(b"\xFF\xD8") && is_known && !holds(b"Adobe\0")).then_some(Format::Jpeg)
}

/// The pixels of a picture, read once for all its copies.
pub enum Pixels {
    /// Of a JPEG.
    Photograph(StoredPhotograph),
    /// Of a PNG.
    Drawing(StoredDrawing),
}

impl Pixels {
    /// Of a picture that can be copied; `None` for one that cannot be read.
    pub fn read(original: Original<'_>) -> Option<Self> {
        match format(original)? {
            Format::Jpeg => StoredPhotograph::read(original.bytes, original.turn).map(Pixels::Photograph),
            Format::Palette | Format::Png => StoredDrawing::read(original.bytes).map(Pixels::Drawing),
        }
    }

    /// Those of a copy, so many pixels wide.
    pub fn scaled(&self, width: usize) -> Option<Scaled<'_>> {
        Some(match self {
            Pixels::Photograph(stored) => Scaled::Photograph(stored.scaled(width)?),
            Pixels::Drawing(stored) => {
                let drawing = stored.scaled(width)?;
                let places = drawing.palette.as_ref().map(|colours| drawing.places(colours));
                Scaled::Drawing { drawing, places }
            }
        })
    }
}

/// The pixels of a copy, made once for all its forms.
pub enum Scaled<'p> {
    /// Of a photograph.
    Photograph(Photograph),
    /// Of a drawing.
    Drawing {
        /// Its colours.
        drawing: Cow<'p, Drawing>,
        /// For each pixel the place of its colour in the palette, where there is one.
        places: Option<Vec<u8>>,
    },
}

impl Scaled<'_> {
    /// The copy in this form.
    pub fn encoded(&self, form: Form) -> Option<Vec<u8>> {
        match (self, form) {
            (Scaled::Photograph(photograph), Form::Same) => jpeg(photograph, QUALITY),
            (Scaled::Photograph(photograph), Form::Webp) => webp::photograph(photograph),
            (Scaled::Drawing { drawing, places }, Form::Same) => png(drawing, places.as_deref()),
            (Scaled::Drawing { drawing, places }, Form::Webp) => webp::drawing(drawing, places.as_deref()),
        }
    }
}

/// A copy of the picture, so many pixels wide; `None` for a picture that cannot be read.
pub fn copy(original: Original<'_>, width: usize, form: Form) -> Option<Vec<u8>> {
    Pixels::read(original)?.scaled(width)?.encoded(form)
}

/// A copy that travels in messages: of a photograph with much grain, in less quality. `None` for a picture that cannot be read, and
/// where the copy would be the heavier one.
pub fn light_copy(original: Original<'_>, width: usize) -> Option<Vec<u8>> {
    let photograph = match Pixels::read(original)? {
        Pixels::Photograph(stored) => stored.scaled(width)?,
        drawing @ Pixels::Drawing(_) => return drawing.scaled(width)?.encoded(Form::Same),
    };
    let most = photograph.size.0 * photograph.size.1 * TEN_PIXELS / 80;
    let mut made = jpeg(&photograph, QUALITY)?;
    for quality in LOWER {
        if made.len() <= most {
            break;
        }
        made = jpeg(&photograph, quality)?;
    }
    let is_needed = original.turn.is_some() || original.size.is_some_and(|(own, _)| width < own);
    (is_needed || made.len() < original.bytes.len()).then_some(made)
}

fn jpeg(photograph: &Photograph, quality: u8) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, quality);
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    if let Some(profile) = &photograph.profile {
        encoder.add_icc_profile(profile).ok()?;
    }
    let side = |pixels: usize| u16::try_from(pixels).ok();
    let (width, height) = photograph.size;
    encoder.encode(&photograph.pixels, side(width)?, side(height)?, ColorType::Rgb).ok()?;
    Some(out)
}

fn png(drawing: &Drawing, places: Option<&[u8]>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let side = |pixels: usize| u32::try_from(pixels).ok();
    let mut encoder = png::Encoder::new(&mut out, side(drawing.size.0)?, side(drawing.size.1)?);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_deflate_compression(png::DeflateCompression::Level(9));
    let filtered = |encoder: &mut png::Encoder<'_, _>, colour| {
        encoder.set_color(colour);
        encoder.set_filter(png::Filter::Adaptive);
    };
    let data = match drawing.palette.as_ref().zip(places) {
        Some((colours, places)) => {
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_filter(png::Filter::NoFilter);
            encoder.set_palette(colours.iter().flat_map(|colour| colour[..3].to_vec()).collect::<Vec<u8>>());
            if colours.iter().any(|colour| colour[3] < 255) {
                encoder.set_trns(colours.iter().map(|colour| colour[3]).collect::<Vec<u8>>());
            }
            Cow::Borrowed(places)
        }
        None if drawing.is_opaque() => {
            filtered(&mut encoder, png::ColorType::Rgb);
            drawing.pixels.chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect()
        }
        None => {
            filtered(&mut encoder, png::ColorType::Rgba);
            Cow::Borrowed(&*drawing.pixels)
        }
    };
    encoder.write_header().ok()?.write_image_data(&data).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests;
