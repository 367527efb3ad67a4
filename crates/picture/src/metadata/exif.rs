//! The one thing of Exif data that is part of the picture: how the camera was held (Exif 3.0 §4.6.5, tag `Orientation`).

use crate::Turn;

const ORIENTATION: u16 = 0x0112;
/// TIFF's name for unsigned numbers of two octets.
const SHORT: u16 = 3;
/// Octets of an entry in a directory.
const ENTRY: usize = 12;

/// What Exif data says, which is a TIFF file without a picture; `None` where the pixels stand upright, or it cannot be read.
pub(super) fn turn(tiff: &[u8]) -> Option<Turn> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let octets = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(octets) } else { u16::from_be_bytes(octets) })
    };
    let long = |at: usize| {
        let octets = tiff.get(at..at + 4)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(octets) } else { u32::from_be_bytes(octets) })
    };
    let directory = usize::try_from(long(4)?).ok()?;
    let entries = (0..usize::from(short(directory)?)).map(|entry| directory + 2 + entry * ENTRY);
    let mut own = entries.filter(|&at| short(at) == Some(ORIENTATION) && short(at + 2) == Some(SHORT));
    Turn::new(short(own.next()? + 8)?)
}

/// Exif data that says this and nothing else.
pub(super) fn tiff(turn: Turn) -> [u8; 26] {
    let mut tiff = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    tiff[19] = turn.number();
    tiff
}
