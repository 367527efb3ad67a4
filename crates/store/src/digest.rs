//! SHA-256 digests, as the manifest writes them and as names are made from them.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use ring::digest::{Context, SHA256, digest};

/// The SHA-256 of some bytes; prints as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Digest(digest(&SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }

    /// Its 32 bytes.
    pub fn bytes(self) -> [u8; 32] {
        self.0
    }

    /// Starts the digest of bytes that come in pieces.
    pub fn running() -> Running {
        Running(Context::new(&SHA256))
    }

    /// Starts the digest of parts, in which no part can run into the next.
    pub fn builder() -> Builder {
        Builder(Digest::running())
    }

    /// The first four bytes, as a number.
    pub fn number(&self) -> u32 {
        u32::from_be_bytes([self.0[0], self.0[1], self.0[2], self.0[3]])
    }

    /// Reads 64 hexadecimal digits; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok().map(Digest)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first `length` characters (at most 52) in base32 (RFC 4648), lower case, without padding.
    pub fn base32(&self, length: usize) -> String {
        let mut text = BASE32_NOPAD.encode(&self.0).to_ascii_lowercase();
        text.truncate(length);
        text
    }
}

/// Digests, to be asked whether one is among them.
#[derive(Debug, Clone, Default)]
pub struct Digests(HashSet<Known, BuildHasherDefault<Prefix>>);

impl Digests {
    /// Those of `bytes`, 32 after 32; what is left over at the end is none.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let chunks = bytes.chunks_exact(32);
        Digests(chunks.filter_map(|chunk| chunk.try_into().ok()).map(|bytes| Known(Digest(bytes))).collect())
    }

    /// Whether this one is among them.
    pub fn contains(&self, digest: Digest) -> bool {
        self.0.contains(&Known(digest))
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A digest whose place in a table comes from its own first bytes: they are as good as any hash of them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known(Digest);

impl Hash for Known {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.0.number());
    }
}

/// Takes what is written as the hash.
#[derive(Debug, Clone, Default)]
struct Prefix(u64);

impl Hasher for Prefix {
    fn finish(&self) -> u64 {
        // Tables take their place from the low bits and compare the high ones first.
        self.0 << 32 | self.0
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = u64::from(number);
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0 << 8 | u64::from(*byte));
    }
}

/// The beginning that many texts share, hashed once.
#[derive(Clone)]
pub struct Beginning {
    text: Box<[u8]>,
    hashed: Context,
}

impl Beginning {
    /// Of texts that begin so.
    pub fn new(text: Vec<u8>) -> Self {
        let mut hashed = Context::new(&SHA256);
        hashed.update(&text);
        Beginning { text: text.into(), hashed }
    }

    /// The digest of `bytes`, whether they begin so or not.
    pub fn digest(&self, bytes: &[u8]) -> Digest {
        let Some(rest) = bytes.strip_prefix(&*self.text) else { return Digest::of(bytes) };
        let mut hashed = self.hashed.clone();
        hashed.update(rest);
        Digest(hashed.finish().as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }
}

/// A digest of bytes that come in pieces.
pub struct Running(Context);

impl Running {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all of them.
    pub fn finish(self) -> Digest {
        Digest(self.0.finish().as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }
}

/// A digest of parts, in which no part can run into the next.
pub struct Builder(Running);

impl Builder {
    /// Adds a part.
    pub fn add(&mut self, part: &str) {
        self.add_bytes(part.as_bytes());
    }

    /// Adds a part that is no text.
    pub fn add_bytes(&mut self, part: &[u8]) {
        self.0.update(&(part.len() as u64).to_be_bytes());
        self.0.update(part);
    }

    /// The digest of all parts.
    pub fn finish(self) -> Digest {
        self.0.finish()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        HEXLOWER.encode_mut(&self.0, &mut digits);
        f.write_str(str::from_utf8(&digits).expect("digits are ASCII"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_that_begin_alike_are_told_apart() {
        let [mut one, mut other] = [[7; 32], [7; 32]];
        (one[31], other[31]) = (1, 2);
        let known = Digests::of_bytes(&[one.as_slice(), &[9; 32], &[0; 31]].concat());
        assert_eq!((known.len(), known.is_empty()), (2, false));
        assert!(known.contains(Digest(one)) && known.contains(Digest([9; 32])));
        assert!(!known.contains(Digest(other)) && !known.contains(Digest([0; 32])));
        assert!(Digests::of_bytes(&[]).is_empty());
    }

    #[test]
    fn a_digest_reads_what_it_prints() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(Digest::from_hex(&digest.to_string()), Some(digest));
        for beginning in ["", "a", "abc", "b", "abcd"] {
            assert_eq!(Beginning::new(beginning.into()).digest(b"abc"), digest, "{beginning}");
        }
        assert_eq!(Digest::from_hex("ba78"), None);
        assert_eq!(digest.base32(26), "xj4bnp4pahh6uqkbidpf3lrceo");
    }
}
