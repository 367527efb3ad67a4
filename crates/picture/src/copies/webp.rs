//! Pictures as WebP (RFC 9649), by Google's own encoder.

use std::borrow::Cow;

use webp::{Encoder, WebPConfig};

use super::pixels::{Drawing, Photograph};
use super::{MAX_SIDE, QUALITY};

/// How long the encoder looks for a shorter way to write a drawing, of 100. More takes twice as long and saves 2 %.
const EFFORT: f32 = 75.0;

/// A photograph, about as good as its JPEG copy.
pub fn photograph(photograph: &Photograph) -> Option<Vec<u8>> {
    let (width, height) = sides(photograph.size)?;
    let config = WebPConfig { quality: f32::from(QUALITY), ..WebPConfig::new().ok()? };
    let encoded = Encoder::from_rgb(&photograph.pixels, width, height).encode_advanced(&config).ok()?;
    match &photograph.profile {
        Some(profile) => with_profile(&encoded, profile, (width, height)),
        None => Some(encoded.to_vec()),
    }
}

/// A drawing, without loss; where it has a palette, in the colours of that: `places` has the place of each pixel's.
pub fn drawing(drawing: &Drawing, places: Option<&[u8]>) -> Option<Vec<u8>> {
    let (width, height) = sides(drawing.size)?;
    let pixels = match drawing.palette.as_ref().zip(places) {
        Some((colours, places)) => {
            Cow::Owned(places.iter().flat_map(|&place| colours.get(usize::from(place)).copied()).flatten().collect())
        }
        None => Cow::Borrowed(&drawing.pixels),
    };
    let config = WebPConfig { lossless: 1, quality: EFFORT, ..WebPConfig::new().ok()? };
    let encoded = Encoder::from_rgba(&pixels, width, height).encode_advanced(&config).ok()?;
    Some(encoded.to_vec())
}

/// Width and height, where WebP can hold them.
fn sides((width, height): (usize, usize)) -> Option<(u32, u32)> {
    let side = |pixels: usize| u32::try_from(pixels).ok().filter(|_| (1..=MAX_SIDE).contains(&pixels));
    Some((side(width)?, side(height)?))
}

/// The picture with the meaning of its colours, which only the extended form holds (RFC 9649 §2.7).
fn with_profile(plain: &[u8], profile: &[u8], (width, height): (u32, u32)) -> Option<Vec<u8>> {
    const HAS_PROFILE: u8 = 1 << 5;
    let picture = plain.get("RIFF____WEBP".len()..)?;
    let mut body = b"WEBP".to_vec();
    let mut head = vec![HAS_PROFILE, 0, 0, 0];
    for side in [width, height] {
        head.extend_from_slice(&(side - 1).to_le_bytes()[..3]);
    }
    for (name, content) in [(b"VP8X", &*head), (b"ICCP", profile)] {
        body.extend_from_slice(name);
        body.extend_from_slice(&u32::try_from(content.len()).ok()?.to_le_bytes());
        body.extend_from_slice(content);
        // Chunks begin at even places.
        body.extend(std::iter::repeat_n(0, content.len() % 2));
    }
    body.extend_from_slice(picture);
    let mut out = b"RIFF".to_vec();
    out.extend_from_slice(&u32::try_from(body.len()).ok()?.to_le_bytes());
    out.extend(body);
    Some(out)
}
