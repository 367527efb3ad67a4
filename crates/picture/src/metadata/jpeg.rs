//! JPEG (ITU-T T.81 annex B): segments, each with its length, and what is coded between them.

use super::Stripped;
use super::exif;

const EXIF: &[u8] = b"Exif\0\0";
const START_OF_PICTURE: [u8; 2] = [0xFF, 0xD8];
const END_OF_PICTURE: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;
const COMMENT: u8 = 0xFE;
/// Octets of JFIF's segment up to its thumbnail.
const JFIF: usize = 12;

/// The picture with those of its application segments that say how to show it. What follows its end, such as the film of a living
/// photograph, is no part of it.
pub(super) fn strip(bytes: &[u8]) -> Option<Stripped> {
    let mut first = Vec::new();
    let mut rest = Vec::with_capacity(bytes.len());
    let mut turn = None;
    let mut at = START_OF_PICTURE.len();
    loop {
        let (marker, behind) = marker(bytes, at)?;
        if marker == END_OF_PICTURE {
            rest.extend_from_slice(&[0xFF, marker]);
            break;
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(behind..behind + 2)?.try_into().ok()?));
        let content = bytes.get(behind + 2..behind + length)?;
        at = behind + length;
        match marker {
            0xE0 if content.starts_with(b"JFIF\0") && first.is_empty() => {
                // A thumbnail may show what was cut off.
                let without = [content.get(..JFIF)?, &[0, 0]].concat();
                segment(&mut first, marker, &without)?;
            }
            0xE1 if content.starts_with(EXIF) => turn = turn.or_else(|| exif::turn(&content[EXIF.len()..])),
            0xE0..=0xEF | COMMENT if !shows(marker, content) => {}
            // Marks without a segment stand between coded data alone.
            0x00 | 0x01 | 0xD0..=0xD8 => return None,
            _ => segment(&mut rest, marker, content)?,
        }
        if marker == START_OF_SCAN {
            let coded = coded(&bytes[at..]);
            rest.extend_from_slice(&bytes[at..at + coded]);
            at += coded;
            if at == bytes.len() {
                // Cut off within its pixels; browsers show those that are there.
                break;
            }
        }
    }
    if let Some(turn) = turn {
        segment(&mut first, 0xE1, &[EXIF, &exif::tiff(turn)].concat())?;
    }
    Some(Stripped { bytes: [&START_OF_PICTURE, &*first, &*rest].concat(), turn })
}

/// An application segment that says what the colours mean: an ICC profile (ICC.1 annex B.4), Adobe's colour transform.
fn shows(marker: u8, content: &[u8]) -> bool {
    match marker {
        0xE2 => content.starts_with(b"ICC_PROFILE\0"),
        0xEE => content.starts_with(b"Adobe"),
        _ => false,
    }
}

/// The marker at `at`, which filling octets may precede, and where it ends.
fn marker(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = bytes.get(at..)?.strip_prefix(&[0xFF])?;
    let filling = rest.iter().take_while(|octet| **octet == 0xFF).count();
    Some((*rest.get(filling)?, at + 1 + filling + 1))
}

fn segment(out: &mut Vec<u8>, marker: u8, content: &[u8]) -> Option<()> {
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&u16::try_from(content.len() + 2).ok()?.to_be_bytes());
    out.extend_from_slice(content);
    Some(())
}

/// How many octets of coded data there are before the next marker: there 0xFF is followed by 0, or by a mark to restart at.
fn coded(bytes: &[u8]) -> usize {
    let mut marks = memchr::memchr_iter(0xFF, bytes);
    let is_marker = |at: &usize| !matches!(bytes.get(at + 1), Some(0x00 | 0xD0..=0xD7 | 0xFF) | None);
    marks.find(is_marker).unwrap_or(bytes.len())
}
