//! Which files of a programme are read: every folder is walked once, and what is passed over is said (R35).
//!
//! A link to a file or folder inside the programme is followed. One that leads out of it, nowhere or in a circle is not.

use std::fs::{self, DirEntry, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::kind::{self, Kind};
use super::{FOLDERS, MARKER, ReadError, is_left_behind};
use source::diagnostic::{Diagnostic, Severity};

/// Folders within folders that are looked into; nobody has so many, and a path has its end.
const DEEPEST: usize = 64;

/// True where a file is not there any more.
pub fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

/// A file to be read.
#[derive(Debug)]
pub struct Listed {
    /// Where it is.
    pub path: PathBuf,
    /// Its path below the root, with forward slashes.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// Lists the files of the programme at `root`, in the order of their paths.
///
/// # Errors
/// A folder that the system does not let us read.
pub fn list(root: &Path, found: &mut Vec<Diagnostic>) -> Result<Vec<Listed>, ReadError> {
    let settings = Listed { path: root.join(MARKER), name: MARKER.to_owned(), kind: Kind::Settings };
    let real = root.canonicalize().map_err(|error| ReadError { path: root.to_owned(), error })?;
    let mut walk = Walk { real: &real, entered: Vec::new(), files: vec![settings], found };
    walk.beside(root)?;
    for name in FOLDERS {
        let path = root.join(name);
        match fs::symlink_metadata(&path) {
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(ReadError { path, error }),
            Ok(metadata) => walk.entry(path, name.to_owned(), metadata.file_type())?,
        }
    }
    Ok(walk.files)
}

struct Walk<'w> {
    /// The root without links.
    real: &'w Path,
    /// The folders that are being walked, without links: from the outermost to where we are.
    entered: Vec<PathBuf>,
    files: Vec<Listed>,
    found: &'w mut Vec<Diagnostic>,
}

impl Walk<'_> {
    /// What lies in the root itself and looks as if it belonged into one of the folders.
    fn beside(&mut self, root: &Path) -> Result<(), ReadError> {
        for entry in entries(root)? {
            let name = entry.file_name().to_string_lossy().into_owned();
            self.found.extend(kind::beside(&name).map(|unread| unread.finding(&name)));
        }
        Ok(())
    }

    fn entry(&mut self, path: PathBuf, name: String, file_type: FileType) -> Result<(), ReadError> {
        if file_type.is_symlink() {
            return self.link(path, name);
        }
        if file_type.is_dir() {
            let inside = self.entered.last().map_or(self.real, PathBuf::as_path);
            let real = inside.join(path.file_name().unwrap_or_default());
            return self.folder(&path, &name, real);
        }
        if file_type.is_file() && !FOLDERS.contains(&name.as_str()) {
            match kind::of(&name) {
                Ok(kind) => self.files.push(Listed { path, name, kind }),
                Err(unread) => self.found.push(unread.finding(&name)),
            }
            return Ok(());
        }
        let what = if file_type.is_file() { "a file where a folder is expected" } else { "no plain file" };
        self.refuse(&name, &format!("this is {what}, and is not read"), "put a plain file or folder in its place");
        Ok(())
    }

    fn folder(&mut self, path: &Path, name: &str, real: PathBuf) -> Result<(), ReadError> {
        if let Some(unread) = kind::of_folder(name) {
            self.found.push(unread.finding(name));
            return Ok(());
        }
        if self.entered.len() >= DEEPEST {
            self.refuse(name, "this folder lies too deep to be read", "move it nearer to the root");
            return Ok(());
        }
        self.entered.push(real);
        for entry in entries(path)? {
            let path = entry.path();
            let Some(own) = path.file_name().and_then(|own| own.to_str()) else {
                let error = Diagnostic::error("file-name", "this file's name is not UTF-8");
                self.found.push(error.in_file(format!("{name}/{}", entry.file_name().to_string_lossy())));
                continue;
            };
            let below = format!("{name}/{own}");
            if is_left_behind(own) {
                let unread = match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    true => kind::of_hidden_folder(&names(&path)),
                    false => kind::of_left_behind(&below),
                };
                self.found.extend(unread.map(|unread| unread.finding(&below)));
                continue;
            }
            match entry.file_type() {
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(ReadError { path, error }),
                Ok(file_type) => self.entry(path, below, file_type)?,
            }
        }
        self.entered.pop();
        Ok(())
    }

    fn link(&mut self, path: PathBuf, name: String) -> Result<(), ReadError> {
        let target = match path.canonicalize() {
            Ok(target) => target,
            Err(error) if is_gone(&error) => {
                self.refuse(&name, "this link leads nowhere", "put the file itself here, or remove the link");
                return Ok(());
            }
            // The system gives up after some forty links.
            Err(_) => {
                self.refuse(&name, "this link goes in a circle", "put the file itself here, or remove the link");
                return Ok(());
            }
        };
        if !target.starts_with(self.real) {
            let hint = "a programme holds all it is made of, so that a clone has it too: put the file itself here";
            self.refuse(&name, "this link leads out of the programme, and is not followed", hint);
            return Ok(());
        }
        if self.entered.iter().any(|entered| entered.starts_with(&target)) {
            self.refuse(&name, "this link leads back to a folder that it lies in", "remove the link");
            return Ok(());
        }
        match fs::metadata(&path) {
            Err(error) if is_gone(&error) => Ok(()),
            Err(error) => Err(ReadError { path, error }),
            Ok(metadata) if metadata.is_dir() => self.folder(&path, &name, target),
            Ok(metadata) => self.entry(path, name, metadata.file_type()),
        }
    }

    /// Says that something is not read: an error where it may be the wall, contacts, a plan or a journal.
    fn refuse(&mut self, name: &str, message: &str, hint: &str) {
        let severity = if kind::matters(name) { Severity::Error } else { Severity::Warning };
        let finding = Diagnostic { severity, ..Diagnostic::error(kind::NOT_READ, message) };
        self.found.push(finding.in_file(name).hint(hint));
    }
}

/// The names of what a folder holds that is not read; none where the system does not let us look, for nothing of it is missed.
fn names(folder: &Path) -> Vec<String> {
    let entries = entries(folder).unwrap_or_default();
    entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// What a folder holds, by name; nothing where it went away meanwhile.
fn entries(folder: &Path) -> Result<Vec<DirEntry>, ReadError> {
    let failed = |error| ReadError { path: folder.to_owned(), error };
    let read = match fs::read_dir(folder) {
        Err(error) if is_gone(&error) => return Ok(Vec::new()),
        read => read.map_err(failed)?,
    };
    let mut entries: Vec<DirEntry> = read.collect::<io::Result<_>>().map_err(failed)?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}
