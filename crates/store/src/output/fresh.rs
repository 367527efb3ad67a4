//! A whole folder that is new: its files are made under a temporary name, and it moves into place in one step.
//!
//! A file that is staged by itself costs a name in the staging folder, a move, and an entry among the files of the build. Where a
//! folder holds tens of thousands of files, that is more than the rest of writing them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use super::folders::{check_path, is_plain_name};
use super::{Store, StoreError};
use crate::digest::Digest;

/// A folder of this build in which no build before left anything.
pub struct Fresh<'s> {
    store: &'s Store,
    path: Box<str>,
    number: usize,
    staged: PathBuf,
    files: Mutex<Vec<(Box<str>, Digest)>>,
}

/// A folder that waits for being moved.
#[derive(Debug)]
pub(super) struct Complete {
    /// Where it is to be, with a slash at the end.
    pub(super) path: Box<str>,
    /// It is staged under this number.
    pub(super) number: usize,
    /// The names of its files, in order, and their digests.
    pub(super) files: Vec<(Box<str>, Digest)>,
}

impl Store {
    /// Begins the folder at `path`, to which nothing else is put in this build; `None` where something lies there, or may lie there.
    /// Unless [`Fresh::finish`] is called, it comes to nothing.
    ///
    /// # Errors
    /// As of [`put`](Store::put).
    pub fn fresh(&self, path: &str) -> Result<Option<Fresh<'_>>, StoreError> {
        check_path(path)?;
        let path: Box<str> = format!("{path}/").into();
        let is_below = |known: &str| known.starts_with(&*path);
        let is_known = self.earlier.below(&path[..path.len() - 1]).next().is_some();
        if is_known || self.unfinished.iter().any(|known| is_below(known)) || self.folders.contain(&path)? {
            return Ok(None);
        }
        let number = self.next_number();
        let staged = self.staging_place(number);
        fs::create_dir_all(&staged).map_err(StoreError::io("create", &staged))?;
        Ok(Some(Fresh { store: self, path, number, staged, files: Mutex::default() }))
    }
}

impl Fresh<'_> {
    /// Gives the file of this name its bytes.
    ///
    /// # Errors
    /// A name that is no plain one, or that stands here already; the disk.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<Digest, StoreError> {
        if !is_plain_name(name) {
            return Err(StoreError::Outside { path: format!("{}{name}", self.path) });
        }
        let place = self.staged.join(name);
        match File::create_new(&place).and_then(|mut file| file.write_all(bytes)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(StoreError::PutTwice { path: format!("{}{name}", self.path) })
            }
            written => written.map_err(StoreError::io("write", &place)),
        }?;
        let digest = Digest::of(bytes);
        self.files.lock().expect("nothing panics while it holds this lock").push((name.into(), digest));
        Ok(digest)
    }

    /// Ends the folder: it moves when the build is finished.
    pub fn finish(self) {
        let mut files = self.files.into_inner().expect("nothing panics while it holds this lock");
        files.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        if files.is_empty() {
            return;
        }
        self.store.complete().push(Complete { path: self.path, number: self.number, files });
    }
}
