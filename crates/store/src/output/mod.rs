//! Files under `output/`: only what changed is written, only what an earlier build wrote is deleted, and all of it at the end.
//!
//! [`Store::put`] stages a file in `output/.staging/` if its bytes are new, [`Store::fresh`] a whole folder; [`Store::finish`] moves what
//! is staged into place, deletes what no longer belongs, and writes `manifest.json` last. Whatever fails before `finish`, be it a full disk, leaves
//! the last good output as it was. While files move, `output/.building` lists the paths that the manifest does not know yet: a
//! build that finds it trusts no digest and reads the files themselves. `output/.lock` keeps two builds apart. Nothing is
//! synced to the disk, because the next build could write it all again.

mod error;
mod folders;
mod fresh;
mod manifest;
mod stamp;
mod stream;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

pub use error::StoreError;
use folders::{Folders, check_path};
use fresh::Complete;
pub use fresh::Fresh;
use manifest::{Listing, Manifest};
pub use stamp::stamp;
pub use stream::Stream;

use crate::digest::Digest;
use crate::inside::is_inside;

const MANIFEST: &str = "manifest.json";
const BUILDING: &str = ".building";
const STAGING: &str = ".staging";
const LOCK: &str = ".lock";

/// Folders that staged files are spread over, so that threads do not queue for one.
const STAGING_FOLDERS: usize = 16;

/// The output folder during one build; for as long as it lives no other build can open it.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    /// What the last good build left.
    earlier: Manifest,
    /// What a build that broke off while files moved may have left besides.
    unfinished: BTreeSet<Box<str>>,
    /// The digests of `earlier` may be wrong.
    suspect: bool,
    folders: Folders,
    current: Mutex<BTreeMap<Box<str>, Current>>,
    /// Folders that are new as a whole.
    complete: Mutex<Vec<Complete>>,
    staged: AtomicUsize,
    /// Held for its lock.
    _lock: File,
}

/// A file of this build.
#[derive(Debug, Clone, Copy)]
struct Current {
    digest: Digest,
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// In the staging folder under this number.
    Staged(usize),
    /// In place with the same bytes.
    Same,
    /// In place since an earlier build, and still wanted.
    Kept,
}

/// What a build did to the output folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files written, because their bytes are new.
    pub written: usize,
    /// Files not written, because they were there with the same bytes.
    pub skipped: usize,
    /// Files of an earlier build that were kept unseen.
    pub kept: usize,
    /// Files of an earlier build that were deleted.
    pub deleted: usize,
}

impl Store {
    /// Opens the output folder `root`, creating it where it is missing.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another build holds it; a manifest that cannot be read; the disk.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let owner = root.parent().filter(|owner| !owner.as_os_str().is_empty()).unwrap_or(Path::new("."));
        for place in [root.to_owned(), root.join(LOCK)] {
            if !is_inside(owner, &place) {
                return Err(StoreError::Symlink { path: place });
            }
        }
        fs::create_dir_all(root).map_err(StoreError::io("create", root))?;
        let lock = lock(&root.join(LOCK))?;
        let staging = root.join(STAGING);
        if_there(fs::remove_dir_all(&staging)).map_err(StoreError::io("delete", &staging))?;
        let earlier = Manifest::read(&root.join(MANIFEST))?;
        let unfinished = manifest::read_paths(&root.join(BUILDING))?;
        Ok(Store {
            root: root.to_owned(),
            suspect: earlier.is_none() || unfinished.is_some(),
            earlier: earlier.unwrap_or_default(),
            unfinished: unfinished.unwrap_or_default(),
            folders: Folders::new(root),
            current: Mutex::default(),
            complete: Mutex::default(),
            staged: AtomicUsize::new(0),
            _lock: lock,
        })
    }

    /// Gives the file at `path` these bytes when the build is finished; writes nothing where it has them already.
    ///
    /// # Errors
    /// A path that leaves the folder or passes through a symbolic link; other bytes at the same path in this build; the disk.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<Digest, StoreError> {
        self.put_digested(path, bytes, Digest::of(bytes))
    }

    /// [`put`](Store::put) for who knows the digest of the bytes already.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_digested(&self, path: &str, bytes: &[u8], digest: Digest) -> Result<Digest, StoreError> {
        check_path(path)?;
        let state = match self.is_in_place(path, bytes, digest)? {
            true => State::Same,
            false => State::Staged(self.next_number()),
        };
        if self.enter(path, Current { digest, state })?
            && let State::Staged(number) = state
        {
            write_with_folder(&self.staging_place(number), bytes)?;
        }
        Ok(digest)
    }

    /// Notes a file of this build; false where it is known with the same bytes.
    fn enter(&self, path: &str, file: Current) -> Result<bool, StoreError> {
        match self.current().entry(path.into()) {
            Entry::Vacant(free) => {
                free.insert(file);
                Ok(true)
            }
            Entry::Occupied(taken) if taken.get().digest == file.digest => Ok(false),
            Entry::Occupied(_) => Err(StoreError::PutTwice { path: path.into() }),
        }
    }

    fn next_number(&self) -> usize {
        self.staged.fetch_add(1, Ordering::Relaxed)
    }

    /// Keeps the file that an earlier build wrote at `path`; false where there is none, or none that can be trusted.
    ///
    /// # Errors
    /// A path that passes through a symbolic link; the disk.
    pub fn keep(&self, path: &str) -> Result<bool, StoreError> {
        self.keep_where(path, |_| true)
    }

    /// The same where it is so many bytes long.
    ///
    /// # Errors
    /// As of [`keep`](Store::keep).
    pub fn keep_of_length(&self, path: &str, bytes: u64) -> Result<bool, StoreError> {
        self.keep_where(path, |length| length == bytes)
    }

    fn keep_where(&self, path: &str, fits: impl FnOnce(u64) -> bool) -> Result<bool, StoreError> {
        let Some(digest) = self.earlier.get(path) else { return Ok(false) };
        let good = self.size(path)?.is_some_and(fits) && (!self.suspect || Digest::of(&self.read(path)?) == digest);
        if good {
            self.current().entry(path.into()).or_insert(Current { digest, state: State::Kept });
        }
        Ok(good)
    }

    /// The files below `folder` that the last good build left, in order; for [`keep`](Store::keep).
    pub fn earlier(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.earlier.below(folder)
    }

    /// The digest of what an earlier build wrote at `path`.
    pub fn earlier_digest(&self, path: &str) -> Option<Digest> {
        self.earlier.get(path)
    }

    /// The text that an earlier build wrote at `path`; `None` where there is none, or none that can be trusted.
    ///
    /// # Errors
    /// A path that passes through a symbolic link; the disk.
    pub fn earlier_text(&self, path: &str) -> Result<Option<String>, StoreError> {
        let Some(digest) = self.earlier.get(path) else { return Ok(None) };
        if self.size(path)?.is_none() {
            return Ok(None);
        }
        let bytes = self.read(path)?;
        Ok((Digest::of(&bytes) == digest).then(|| String::from_utf8(bytes).ok()).flatten())
    }

    /// Moves what is staged into place, deletes those files of earlier builds that were neither put nor kept, with the folders that
    /// are empty then, and writes the manifest.
    ///
    /// # Errors
    /// The disk, or something in the way that no build wrote. Where that happens after the first file moved, the next build
    /// finds out which files are good.
    pub fn finish(self) -> Result<Summary, StoreError> {
        let files = std::mem::take(&mut *self.current());
        let mut folders = std::mem::take(&mut *self.complete());
        folders.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        let mut summary = Summary::default();
        let mut staged = Vec::new();
        for (path, file) in &files {
            match file.state {
                State::Staged(number) => staged.push((&**path, number)),
                State::Same => summary.skipped += 1,
                State::Kept => summary.kept += 1,
            }
        }
        let known = self.earlier.paths().chain(self.unfinished.iter().map(|path| &**path));
        let stale: BTreeSet<&str> = known.filter(|path| !files.contains_key(*path)).collect();
        if !staged.is_empty() || !folders.is_empty() || !stale.is_empty() {
            summary.deleted = self.change(&staged, &folders, &stale)?;
            summary.written = staged.len() + folders.iter().map(|folder| folder.files.len()).sum::<usize>();
        }
        let listing = Listing { files: &files, folders: &folders };
        // One that cannot be trusted is written anew, and so is the first.
        if self.suspect || !self.earlier.has(&listing) {
            self.replace(MANIFEST, |out| listing.write_to(out))?;
        }
        self.delete(BUILDING)?;
        Ok(summary)
    }

    /// Moves and deletes, and says how many files it deleted. What can be known to fail does so before the first change.
    fn change(
        &self,
        staged: &[(&str, usize)],
        folders: &[Complete],
        stale: &BTreeSet<&str>,
    ) -> Result<usize, StoreError> {
        let folder_paths = folders.iter().map(|folder| folder.path.trim_end_matches('/'));
        for path in staged.iter().map(|(path, _)| *path).chain(folder_paths) {
            self.folders.create_for(path)?;
        }
        for path in stale {
            self.folders.contain(path)?;
        }
        let fresh = staged.iter().map(|(path, _)| *path).filter(|path| self.earlier.get(path).is_none());
        let unknown = fresh.chain(self.unfinished.iter().map(|path| &**path));
        self.replace(BUILDING, |out| {
            unknown.into_iter().try_for_each(|path| writeln!(out, "{path}"))?;
            let mut inside =
                folders.iter().flat_map(|folder| folder.files.iter().map(|(name, _)| (&folder.path, name)));
            inside.try_for_each(|(folder, name)| writeln!(out, "{folder}{name}"))
        })?;
        let moves = staged.iter().copied().chain(folders.iter().map(|folder| (&*folder.path, folder.number)));
        for (path, number) in moves {
            let place = self.root.join(path.trim_end_matches('/'));
            fs::rename(self.staging_place(number), &place).map_err(StoreError::io("write", &place))?;
        }
        let mut deleted = 0;
        for path in stale {
            deleted += usize::from(self.delete(path)?);
        }
        self.remove_empty_folders(stale);
        Ok(deleted)
    }

    fn delete(&self, path: &str) -> Result<bool, StoreError> {
        let place = self.root.join(path);
        if_there(fs::remove_file(&place)).map(|done| done.is_some()).map_err(StoreError::io("delete", &place))
    }

    /// Removes the folders of deleted files where nothing else is in them; a folder that does not go stays.
    fn remove_empty_folders(&self, deleted: &BTreeSet<&str>) {
        let parent = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let folders: BTreeSet<String> = deleted.iter().filter_map(|path| parent(path)).collect();
        // Backwards, a folder comes after those inside it.
        for folder in folders.into_iter().rev() {
            let mut next = Some(folder);
            while let Some(folder) = next.filter(|folder| fs::remove_dir(self.root.join(folder)).is_ok()) {
                next = parent(&folder);
            }
        }
    }

    /// True where the file has these bytes already; where the manifest cannot be trusted, the file is read.
    fn is_in_place(&self, path: &str, bytes: &[u8], digest: Digest) -> Result<bool, StoreError> {
        if !self.suspect && self.earlier.get(path) != Some(digest) {
            return Ok(false);
        }
        Ok(self.size(path)? == Some(bytes.len() as u64) && (!self.suspect || self.read(path)? == bytes))
    }

    /// The size of a regular file; `None` for anything else.
    fn size(&self, path: &str) -> Result<Option<u64>, StoreError> {
        if !self.folders.contain(path)? {
            return Ok(None);
        }
        let place = self.root.join(path);
        let found = if_there(fs::symlink_metadata(&place)).map_err(StoreError::io("read", &place))?;
        Ok(found.filter(fs::Metadata::is_file).map(|found| found.len()))
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        let place = self.root.join(path);
        fs::read(&place).map_err(StoreError::io("read", &place))
    }

    /// Writes one of the store's own files, whole.
    fn replace(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        let staging = self.root.join(STAGING);
        let (new, place) = (staging.join(name), self.root.join(name));
        let written = || {
            fs::create_dir_all(&staging)?;
            let mut out = BufWriter::new(File::create(&new)?);
            write(&mut out)?;
            out.flush()?;
            fs::rename(&new, &place)
        };
        written().map_err(StoreError::io("write", &place))
    }

    fn staging_place(&self, number: usize) -> PathBuf {
        self.root.join(format!("{STAGING}/{:x}/{number}", number % STAGING_FOLDERS))
    }

    fn current(&self) -> MutexGuard<'_, BTreeMap<Box<str>, Current>> {
        self.current.lock().expect("nothing panics while it holds this lock")
    }

    fn complete(&self) -> MutexGuard<'_, Vec<Complete>> {
        self.complete.lock().expect("nothing panics while it holds this lock")
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // What is left behind is removed by the next build.
        let _ = fs::remove_dir_all(self.root.join(STAGING));
    }
}

/// True while a build holds the output folder `root`.
pub fn is_busy(root: &Path) -> bool {
    File::open(root.join(LOCK)).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).open(path).map_err(StoreError::io("open", path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(StoreError::io("lock", path)(source)),
    }
}

/// Writes a file; its folder is made when it turns out to be missing.
fn write_with_folder(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let written = match (fs::write(path, bytes), path.parent()) {
        (Err(error), Some(folder)) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder).and_then(|()| fs::write(path, bytes))
        }
        (written, _) => written,
    };
    written.map_err(StoreError::io("write", path))
}

/// `None` where the file is not there, which is no error.
fn if_there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
