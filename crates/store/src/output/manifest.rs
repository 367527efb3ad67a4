//! `manifest.json`: the path and the SHA-256 of everything a build wrote, sorted, one line an entry.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::ops::Bound;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::fresh::Complete;
use super::{Current, StoreError, check_path, if_there};
use crate::digest::Digest;

/// Paths and digests, in the order of the paths.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest(Vec<(Box<str>, Digest)>);

/// The files of a build, in the order of their paths.
pub(super) struct Listing<'b> {
    pub(super) files: &'b BTreeMap<Box<str>, Current>,
    /// In the order of their paths.
    pub(super) folders: &'b [Complete],
}

impl Manifest {
    /// Reads a manifest; `None` where there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        let Some(text) = if_there(fs::read(path)).map_err(StoreError::io("read", path))? else { return Ok(None) };
        serde_json::from_slice(&text).map(Some).map_err(|_| StoreError::Damaged { path: path.to_owned() })
    }

    pub(super) fn get(&self, path: &str) -> Option<Digest> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(path)).ok().map(|at| self.0[at].1)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(path, _)| &**path)
    }

    /// The paths below `folder`, in order.
    pub(super) fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{folder}/");
        let start = self.0.partition_point(|(path, _)| **path <= *prefix);
        self.0[start..].iter().map(|(path, _)| &**path).take_while(move |path| path.starts_with(&prefix))
    }

    /// True where it says exactly this.
    pub(super) fn has(&self, listing: &Listing<'_>) -> bool {
        let ours = self.0.iter().map(|(path, digest)| ("", &**path, *digest));
        // What is new stands in no earlier manifest.
        listing.folders.is_empty() && ours.eq(listing.files())
    }
}

impl<'de> Deserialize<'de> for Manifest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

/// Reads the entries straight into their list: there may be 62,500.
struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Manifest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("paths and digests")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Manifest, A::Error> {
        let mut known: Vec<(Box<str>, Digest)> = Vec::new();
        while let Some((path, Hexadecimal(digest))) = entries.next_entry::<Box<str>, Hexadecimal>()? {
            let is_next = known.last().is_none_or(|(last, _)| *last < path);
            if check_path(&path).is_err() || !is_next {
                return Err(A::Error::custom("no path that a build writes here"));
            }
            known.push((path, digest));
        }
        Ok(Manifest(known))
    }
}

/// A digest as it is written.
struct Hexadecimal(Digest);

impl<'de> Deserialize<'de> for Hexadecimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = Hexadecimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a digest")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Hexadecimal, E> {
                Digest::from_hex(text).map(Hexadecimal).ok_or_else(|| E::custom("no digest"))
            }
        }
        deserializer.deserialize_str(Digits)
    }
}

impl Listing<'_> {
    /// Folder (or nothing), path from there, and digest.
    fn files(&self) -> impl Iterator<Item = (&str, &str, Digest)> {
        let starts = std::iter::once("").chain(self.folders.iter().map(|folder| &*folder.path));
        let ends = self.folders.iter().map(Some).chain([None]);
        starts.zip(ends).flat_map(|(start, folder)| {
            let end = folder.map_or(Bound::Unbounded, |folder| Bound::Excluded(&*folder.path));
            let before = self.files.range::<str, _>((Bound::Included(start), end));
            let inside = folder
                .into_iter()
                .flat_map(|folder| folder.files.iter().map(|(name, digest)| (&*folder.path, &**name, *digest)));
            before.map(|(path, file)| ("", &**path, file.digest)).chain(inside)
        })
    }

    /// Writes the manifest.
    pub(super) fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        let mut end = "{\n";
        let mut whole = String::new();
        for (folder, path, digest) in self.files() {
            whole.clear();
            whole.push_str(folder);
            whole.push_str(path);
            out.write_all(end.as_bytes())?;
            out.write_all(b"  ")?;
            serde_json::to_writer(&mut *out, &whole)?;
            write!(out, ": \"{digest}\"")?;
            end = ",\n";
        }
        out.write_all(if whole.is_empty() { b"{}\n" } else { b"\n}\n" })
    }
}

/// Reads a list of paths, one a line; `None` where there is none.
pub(super) fn read_paths(path: &Path) -> Result<Option<BTreeSet<Box<str>>>, StoreError> {
    let Some(text) = if_there(fs::read(path)).map_err(StoreError::io("read", path))? else { return Ok(None) };
    let damaged = || StoreError::Damaged { path: path.to_owned() };
    let text = String::from_utf8(text).map_err(|_| damaged())?;
    let line = |line: &str| check_path(line).map(|()| line.into()).map_err(|_| damaged());
    text.lines().map(line).collect::<Result<_, _>>().map(Some)
}
