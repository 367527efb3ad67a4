//! Pictures without what is no picture: where and with which camera they were taken, by whom, thumbnails, comments, what was appended.
//!
//! Everything that leaves is made from what is read here, so here is the one place where it is taken out: the public site, mails,
//! letters and the report never see it. Pixels are not touched; what is kept is kept octet for octet. A list names what stays
//! (pixels, colours, resolution, movement), because what programs add is without end.

use crate::Turn;

mod chunks;
mod exif;
mod gif;
mod jpeg;
mod pdf;

/// A picture of which only the picture is left.
#[derive(Debug, PartialEq, Eq)]
pub struct Stripped {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// How browsers turn it.
    pub turn: Option<Turn>,
}

/// The picture is not as its format wants it, so nothing can be taken out of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Damaged;

/// What is left of a JPEG, PNG, WebP, GIF or PDF; `None` for everything else.
///
/// # Errors
/// What begins like one of them and does not go on like it; a PDF whose properties cannot be taken out.
pub fn strip_metadata(bytes: &[u8]) -> Option<Result<Stripped, Damaged>> {
    let left = match bytes {
        [0xFF, 0xD8, 0xFF, ..] => jpeg::strip(bytes),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => chunks::png(bytes),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => chunks::webp(bytes),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => gif::strip(bytes),
        b if memchr::memmem::find(&b[..b.len().min(1024)], b"%PDF-").is_some() => {
            pdf::strip(bytes).map(|bytes| Stripped { bytes, turn: None })
        }
        _ => return None,
    };
    Some(left.ok_or(Damaged))
}

#[cfg(test)]
mod tests;
