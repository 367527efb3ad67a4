//! GIF (version 89a): blocks, and in them sub-blocks of at most 255 octets, the last of which is empty.

use super::Stripped;

const HEADER: usize = 13;
const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const COMMENT: u8 = 0xFE;
const APPLICATION: u8 = 0xFF;
/// Application extensions that say how to show it: how often it is repeated (two names for it), what its colours mean.
const KEPT: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// The GIF without comments and what only one program knows.
pub(super) fn strip(bytes: &[u8]) -> Option<Stripped> {
    let mut at = HEADER + colours(*bytes.get(10)?);
    let mut out = bytes.get(..at)?.to_vec();
    while let Some(&kind) = bytes.get(at) {
        let end = match kind {
            EXTENSION => sub_blocks(bytes, at + 2)?,
            // Place and size, its own colours, the width of its codes.
            PICTURE => sub_blocks(bytes, at + 10 + colours(*bytes.get(at + 9)?) + 1)?,
            TRAILER => at + 1,
            _ => return None,
        };
        let block = bytes.get(at..end)?;
        if !(kind == EXTENSION && is_about(block)) {
            out.extend_from_slice(block);
        }
        if kind == TRAILER {
            break;
        }
        at = end;
    }
    Some(Stripped { bytes: out, turn: None })
}

/// An extension that is no part of the picture.
fn is_about(block: &[u8]) -> bool {
    match block {
        [_, COMMENT, ..] => true,
        [_, APPLICATION, 11, name @ ..] => !KEPT.iter().any(|kept| name.starts_with(kept)),
        [_, APPLICATION, ..] => true,
        _ => false,
    }
}

/// The octets of a table of colours, by the flags that tell of it.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where the sub-blocks that begin at `at` end.
fn sub_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
