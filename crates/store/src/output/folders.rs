//! Folders below the output folder: each is looked at once, and none may be a symbolic link.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::{BUILDING, LOCK, MANIFEST, STAGING, StoreError, if_there};

/// What is known of the folders below `root`.
#[derive(Debug)]
pub(super) struct Folders {
    root: PathBuf,
    /// Folders that were looked at, and whether they are there.
    known: Mutex<HashMap<Box<str>, bool>>,
}

impl Folders {
    pub(super) fn new(root: &Path) -> Self {
        Folders { root: root.to_owned(), known: Mutex::default() }
    }

    /// True where the folder of the file `path` is there.
    ///
    /// # Errors
    /// One of the folders on the way to it is a symbolic link or a file; the disk.
    pub(super) fn contain(&self, path: &str) -> Result<bool, StoreError> {
        let Some((folder, _)) = path.rsplit_once('/') else { return Ok(true) };
        let mut known = self.known.lock().expect("nothing panics while it holds this lock");
        if let Some(there) = known.get(folder) {
            return Ok(*there);
        }
        let there = self.look(folder)?;
        known.insert(folder.into(), there);
        Ok(there)
    }

    /// Makes the folder of the file `path`.
    ///
    /// # Errors
    /// As [`contain`](Folders::contain).
    pub(super) fn create_for(&self, path: &str) -> Result<(), StoreError> {
        let Some((folder, _)) = path.rsplit_once('/') else { return Ok(()) };
        if !self.contain(path)? {
            let place = self.root.join(folder);
            fs::create_dir_all(&place).map_err(StoreError::io("create", &place))?;
            self.known.lock().expect("nothing panics while it holds this lock").insert(folder.into(), true);
        }
        Ok(())
    }

    fn look(&self, folder: &str) -> Result<bool, StoreError> {
        let mut place = self.root.clone();
        for name in folder.split('/') {
            place.push(name);
            match if_there(fs::symlink_metadata(&place)).map_err(StoreError::io("read", &place))? {
                None => return Ok(false),
                Some(found) if found.is_symlink() => return Err(StoreError::Symlink { path: place }),
                Some(found) if !found.is_dir() => return Err(StoreError::InTheWay { path: place }),
                Some(_) => {}
            }
        }
        Ok(true)
    }
}

/// Checks that `path` is plain names joined by slashes, below the output folder on every system, and not the store's own.
pub(super) fn check_path(path: &str) -> Result<(), StoreError> {
    let first = path.split('/').next().unwrap_or_default();
    match path.split('/').all(is_plain_name) && ![MANIFEST, BUILDING, STAGING, LOCK].contains(&first) {
        true => Ok(()),
        false => Err(StoreError::Outside { path: path.into() }),
    }
}

/// True for a name that means a file of this folder on every system.
pub(super) fn is_plain_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | ':'))
}
