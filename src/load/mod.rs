//! From the folder to its sources: the only reader of a programme.
//!
//! [`Folder::read`] walks the programme once and keeps every text file; [`yaml`] turns documents into the wire structs of
//! [`wire`], one wire struct a kind of thing. What the values mean together is decided by [`validate`](crate::validate).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::Diagnostic;
use crate::model::programme::Asset;
use crate::source::{SourceFile, Span};

pub mod front_matter;
pub mod guard;
pub mod journals;
mod lenient;
pub mod places;
pub mod scalar;
pub mod trace;
pub mod wire;
pub mod word;
pub mod yaml;

/// The file that marks the root of a programme.
pub const MARKER: &str = "bevara.yaml";

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The folders a programme is made of.
const FOLDERS: [&str; 3] = ["content", "templates", "contacts"];

/// What files with these suffixes hold is text.
const TEXT: [&str; 9] = ["yaml", "yml", "md", "html", "txt", "css", "js", "xml", "svg"];

/// The files of a programme, read once.
#[derive(Debug, Default)]
pub struct Folder {
    /// Texts by path below the root.
    pub texts: BTreeMap<String, Arc<SourceFile>>,
    /// Everything else by path below the root.
    pub assets: BTreeMap<String, Asset>,
    /// The mailings that have a journal.
    pub journals: BTreeSet<String>,
}

/// The programme's files could not be read at all.
#[derive(Debug)]
pub struct ReadError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub error: io::Error,
}

/// The root of the programme that `start` lies in: the nearest folder upwards that holds a `bevara.yaml`.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    start.ancestors().find(|folder| folder.join(MARKER).is_file()).map(Path::to_owned)
}

impl Folder {
    /// Reads every file of the programme at `root`, in the order of their paths.
    ///
    /// Files that are too large or not UTF-8 become findings.
    ///
    /// # Errors
    /// A file or folder that the system does not let us read.
    pub fn read(root: &Path, found: &mut Vec<Diagnostic>) -> Result<Folder, ReadError> {
        let mut folder = Folder::default();
        folder.read_file(root, &root.join(MARKER), found)?;
        for name in FOLDERS {
            let top = root.join(name);
            if !top.is_dir() {
                continue;
            }
            for entry in WalkDir::new(&top).sort_by_file_name().into_iter().filter_entry(is_ours) {
                let entry = entry.map_err(|error| ReadError {
                    path: error.path().unwrap_or(&top).to_owned(),
                    error: error.into(),
                })?;
                if entry.file_type().is_file() {
                    folder.read_file(root, entry.path(), found)?;
                }
            }
        }
        Ok(folder)
    }

    /// The text file at `path`.
    pub fn text(&self, path: &str) -> Option<&Arc<SourceFile>> {
        self.texts.get(path)
    }

    /// The text files below a folder, given with a trailing slash.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Arc<SourceFile>> {
        self.texts
            .range(prefix.to_owned()..)
            .take_while(move |(path, _)| path.starts_with(prefix))
            .map(|(_, file)| file)
    }

    fn read_file(&mut self, root: &Path, path: &Path, found: &mut Vec<Diagnostic>) -> Result<(), ReadError> {
        let failed = |error| ReadError { path: path.to_owned(), error };
        let relative = path.strip_prefix(root).unwrap_or(path);
        let Some(name) = relative.to_str().map(|name| name.replace(std::path::MAIN_SEPARATOR, "/")) else {
            found.push(
                Diagnostic::error("file-name", "this file's name is not UTF-8").in_file(relative.to_string_lossy()),
            );
            return Ok(());
        };
        let bytes = fs::metadata(path).map_err(failed)?.len();
        let suffix = path.extension().and_then(|suffix| suffix.to_str()).unwrap_or_default();
        let below = name.strip_prefix(journals::FOLDER).and_then(|name| name.strip_prefix('/'));
        if let Some(mailing) = below.and_then(journals::mailing_of) {
            // One that is empty says nothing: a send that came to nothing may leave it.
            if bytes > 0 {
                self.journals.insert(mailing.to_owned());
            }
            return Ok(());
        }
        if bytes > LARGEST {
            let message = format!("this file is {} MiB large", bytes / (1024 * 1024));
            found.push(
                Diagnostic::error("too-large", message).in_file(name).hint("split it: a file has at most 64 MiB"),
            );
            return Ok(());
        }
        if !TEXT.contains(&suffix) {
            self.assets.insert(name.clone(), asset(name, fs::read(path).map_err(failed)?));
            return Ok(());
        }
        match String::from_utf8(fs::read(path).map_err(failed)?) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
                self.texts.insert(name.clone(), SourceFile::new(name, text));
            }
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(&error.into_bytes()).into_owned();
                let file = SourceFile::new(name.clone(), text);
                found.push(
                    Diagnostic::error("not-utf-8", "this file is not UTF-8 text")
                        .at(&file, Span { start: valid, end: valid + '\u{fffd}'.len_utf8() })
                        .hint("save it with the encoding UTF-8"),
                );
                // What refers to this file is not wrong as well.
                self.texts.insert(name, file);
            }
        }
        Ok(())
    }
}

fn asset(path: String, bytes: Vec<u8>) -> Asset {
    let digest = HEXLOWER.encode(&Sha256::digest(&bytes)).into();
    let size = imagesize::blob_size(&bytes).ok().map(|size| (size.width, size.height));
    Asset { path, bytes: bytes.into(), digest, size }
}

/// False for what editors and systems leave behind: hidden files, back-ups, swap files.
fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 0
        || !(name.starts_with('.')
            || name.starts_with('#')
            || name.ends_with('~')
            || name.ends_with(".swp")
            || name.ends_with(".bak"))
}
