//! A file that is too large to stand in memory: staged piece by piece.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use super::{Current, State, Store, StoreError, check_path};
use crate::digest::{Digest, Running};

/// Bytes that are collected before they are written.
const BUFFER: usize = 256 * 1024;

/// A file of this build that is still being written.
pub struct Stream<'s> {
    store: &'s Store,
    path: Box<str>,
    number: usize,
    staged: PathBuf,
    out: BufWriter<Hashed>,
}

/// A file that is hashed while it is written.
struct Hashed {
    file: File,
    digest: Running,
    length: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Store {
    /// Begins the file at `path`; [`Stream::finish`] ends it.
    ///
    /// # Errors
    /// A path that leaves the folder; the disk.
    pub fn stream(&self, path: &str) -> Result<Stream<'_>, StoreError> {
        check_path(path)?;
        let number = self.next_number();
        let staged = self.staging_place(number);
        let folder = staged.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
        let file = File::create(&staged).map_err(StoreError::io("write", &staged))?;
        let out = BufWriter::with_capacity(BUFFER, Hashed { file, digest: Digest::running(), length: 0 });
        Ok(Stream { store: self, path: path.into(), number, staged, out })
    }
}

impl Stream<'_> {
    /// Adds `bytes` at the end.
    ///
    /// # Errors
    /// The disk.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.write_with(|out| out.write_all(bytes))
    }

    /// Adds what `write` writes at the end.
    ///
    /// # Errors
    /// The disk, or what `write` fails with.
    pub fn write_with(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), StoreError> {
        write(&mut self.out).map_err(StoreError::io("write", &self.staged))
    }

    /// Ends the file; where its bytes are in place already, nothing is moved.
    ///
    /// # Errors
    /// Other bytes at the same path in this build; the disk.
    pub fn finish(self) -> Result<(), StoreError> {
        let written = self.out.into_inner().map_err(io::IntoInnerError::into_error);
        let Hashed { digest, length, .. } = written.map_err(StoreError::io("write", &self.staged))?;
        let digest = digest.finish();
        let is_in_place = self.store.size(&self.path)? == Some(length)
            && match self.store.suspect {
                // Where the manifest cannot be trusted, the file is read.
                true => Digest::of(&self.store.read(&self.path)?) == digest,
                false => self.store.earlier.get(&self.path) == Some(digest),
            };
        let state = match is_in_place {
            true => State::Same,
            false => State::Staged(self.number),
        };
        self.store.enter(&self.path, Current { digest, state }).map(|_| ())
    }
}
