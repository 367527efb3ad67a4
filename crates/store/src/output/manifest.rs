//! `manifest.json`: the path and the SHA-256 of everything a build wrote, sorted, one line an entry.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::ops::Bound;
use std::path::Path;

use super::{StoreError, check_path, if_there};
use crate::digest::Digest;

/// Paths and digests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest(BTreeMap<Box<str>, Digest>);

impl Manifest {
    /// Reads a manifest; `None` where there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        let Some(text) = if_there(fs::read(path)).map_err(StoreError::io("read", path))? else { return Ok(None) };
        let damaged = || StoreError::Damaged { path: path.to_owned() };
        let entries: BTreeMap<Box<str>, Box<str>> = serde_json::from_slice(&text).map_err(|_| damaged())?;
        let entry = |(path, digest): (Box<str>, Box<str>)| {
            check_path(&path).ok()?;
            Some((path, Digest::from_hex(&digest)?))
        };
        entries.into_iter().map(entry).collect::<Option<_>>().map(|entries| Some(Manifest(entries))).ok_or_else(damaged)
    }

    pub(super) fn get(&self, path: &str) -> Option<Digest> {
        self.0.get(path).copied()
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|path| &**path)
    }

    /// The paths below `folder`, in order.
    pub(super) fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{folder}/");
        let range = self.0.range::<str, _>((Bound::Excluded(&*prefix), Bound::Unbounded));
        range.map(|(path, _)| &**path).take_while(move |path| path.starts_with(&prefix))
    }
}

/// The text of a manifest of these paths, which come in order.
pub(super) fn to_json<'f>(files: impl ExactSizeIterator<Item = (&'f str, Digest)>) -> String {
    if files.len() == 0 {
        return "{}\n".to_owned();
    }
    let mut text = String::from("{\n");
    for (number, (path, digest)) in files.enumerate() {
        let end = if number == 0 { "" } else { ",\n" };
        let path = serde_json::Value::from(path);
        write!(text, "{end}  {path}: \"{digest}\"").expect("a String takes everything");
    }
    text.push_str("\n}\n");
    text
}

/// Reads a list of paths, one a line; `None` where there is none.
pub(super) fn read_paths(path: &Path) -> Result<Option<BTreeSet<Box<str>>>, StoreError> {
    let Some(text) = if_there(fs::read(path)).map_err(StoreError::io("read", path))? else { return Ok(None) };
    let damaged = || StoreError::Damaged { path: path.to_owned() };
    let text = String::from_utf8(text).map_err(|_| damaged())?;
    let line = |line: &str| check_path(line).map(|()| line.into()).map_err(|_| damaged());
    text.lines().map(line).collect::<Result<_, _>>().map(Some)
}

/// The paths, one a line.
pub(super) fn paths_to_text(paths: &BTreeSet<&str>) -> String {
    paths.iter().flat_map(|path| [path, "\n"]).collect()
}
