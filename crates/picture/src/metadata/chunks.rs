//! PNG (W3C, third edition) and WebP (RFC 9649): chunks, each with its name and length.

use super::Stripped;
use super::exif;
use crate::Turn;

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";

/// Chunks of a PNG that nobody must understand, and that say how to show it: colours, resolution, movement.
const PNG_KEPT: [&[u8; 4]; 17] = [
    b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs",
    b"sPLT", b"acTL", b"fcTL", b"fdAT", b"oFFs",
];
/// Set in the first letter of a chunk that nobody must understand.
const ANCILLARY: u8 = 1 << 5;

/// Chunks of a WebP that are pixels, or say how to show them.
const WEBP_KEPT: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// Flags of the extended header for Exif and XMP data.
const WEBP_ABOUT: u8 = 1 << 3 | 1 << 2;

/// The PNG without texts, times and what only one program knows; of Exif data the way that the camera was held, which browsers obey.
pub(super) fn png(bytes: &[u8]) -> Option<Stripped> {
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(PNG);
    let mut rest = &bytes[PNG.len()..];
    let mut turn = None;
    loop {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (name, content) = behind.split_first_chunk::<4>()?;
        let whole = rest.get(..length.checked_add(12)?)?;
        rest = &rest[whole.len()..];
        if name == b"eXIf" && turn.is_none() {
            turn = exif::turn(&content[..length]);
            if let Some(turn) = turn {
                out.extend_from_slice(&held(turn));
            }
        } else if name[0] & ANCILLARY == 0 || PNG_KEPT.contains(&name) {
            out.extend_from_slice(whole);
        }
        if name == b"IEND" {
            return Some(Stripped { bytes: out, turn });
        }
    }
}

/// A chunk that says how the camera was held.
fn held(turn: Turn) -> Vec<u8> {
    let tiff = exif::tiff(turn);
    let named = [b"eXIf".as_slice(), &tiff].concat();
    let length = u32::try_from(tiff.len()).unwrap_or_default();
    [&length.to_be_bytes(), &*named, &checksum(&named).to_be_bytes()].concat()
}

/// The cyclic redundancy check of a chunk (PNG annex D), bit by bit: it is asked for thirty octets.
fn checksum(octets: &[u8]) -> u32 {
    let bit = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
    !octets.iter().fold(!0, |sum, octet| (0..8).fold(sum ^ u32::from(*octet), |sum, _| bit(sum)))
}

/// The WebP without Exif, XMP and what only one program knows.
pub(super) fn webp(bytes: &[u8]) -> Option<Stripped> {
    const BEFORE_NAME: usize = 8;
    let length = usize::try_from(u32::from_le_bytes(bytes.get(4..BEFORE_NAME)?.try_into().ok()?)).ok()?;
    let body = bytes.get(BEFORE_NAME..BEFORE_NAME.checked_add(length)?)?;
    let mut out = b"WEBP".to_vec();
    let mut rest = body.get(out.len()..)?;
    while !rest.is_empty() {
        let (name, behind) = rest.split_first_chunk::<4>()?;
        let (length, content) = behind.split_first_chunk::<4>()?;
        let content = content.get(..usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        if WEBP_KEPT.contains(&name) {
            out.extend_from_slice(name);
            out.extend_from_slice(length);
            out.extend_from_slice(content);
            if name == b"VP8X" && !content.is_empty() {
                let flags = out.len() - content.len();
                out[flags] &= !WEBP_ABOUT;
            }
            // Chunks begin at even places.
            out.extend(std::iter::repeat_n(0, content.len() % 2));
        }
        // Some leave the last one's filling away.
        rest = rest.get(8 + content.len() + content.len() % 2..).unwrap_or_default();
    }
    let length = u32::try_from(out.len()).ok()?;
    Some(Stripped { bytes: [b"RIFF", &length.to_le_bytes(), &*out].concat(), turn: None })
}
