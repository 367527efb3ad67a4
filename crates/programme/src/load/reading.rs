//! One file of a programme: its text, or its bytes without what a camera wrote into them, and what is wrong with it.

use std::fs::Metadata;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use std::{fs, io};

use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};

use super::kind::Kind;
use super::listing::{Listed, is_gone};
use super::{Folder, ReadError, Trust, genuine, journals};
use crate::model::content::Asset;
use picture::{Damaged, Stripped, Turn};
use source::diagnostic::Diagnostic;
use source::{SourceFile, Span};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Most pixels of a picture: one with more is never decoded.
const MAX_PIXELS: usize = 100_000_000;

/// The reading of one file.
pub struct Reading<'r> {
    /// What was read before.
    pub earlier: &'r Folder,
    /// How much of it is believed.
    pub trust: Trust,
    /// No list's text is kept for somebody who reads it again.
    pub is_once: bool,
    /// The file alone, or nothing.
    pub folder: Folder,
    /// What is wrong with it.
    pub found: Vec<Diagnostic>,
}

impl Reading<'_> {
    /// Reads it.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn file(mut self, file: &Listed) -> Result<Self, ReadError> {
        match self.read(file) {
            // Between the listing and the reading it was deleted or renamed.
            Err(error) if is_gone(&error) => Ok(self),
            read => read.map(|()| self).map_err(|error| ReadError { path: file.path.clone(), error }),
        }
    }

    fn read(&mut self, Listed { path, name, kind }: &Listed) -> io::Result<()> {
        let (name, stamp) = (name.clone(), Stamp::of(&fs::metadata(path)?));
        if *kind == Kind::Journal {
            let mailing = name.rsplit('/').next().and_then(journals::mailing_of);
            // One that is empty says nothing: a send that came to nothing may leave it.
            if let Some(mailing) = mailing.filter(|_| stamp.bytes > 0) {
                *self.folder.journals.entry(mailing.to_owned()).or_default() |= journals::is_of_messages(path)?;
            }
            self.folder.stamps.insert(name, stamp);
            return Ok(());
        }
        if stamp.bytes > LARGEST {
            let message = format!("this file is {} MiB large", stamp.bytes / (1024 * 1024));
            let error = Diagnostic::error("too-large", message).in_file(name);
            self.found.push(error.hint("split it: a file has at most 64 MiB"));
            return Ok(());
        }
        if self.trust == Trust::Stamps && self.earlier.stamps.get(&name) == Some(&stamp) {
            self.keep(name, stamp);
            return Ok(());
        }
        let bytes = fs::read(path)?;
        match kind {
            Kind::Asset => self.asset(name, stamp, bytes),
            Kind::Contacts if self.is_once => self.text(name, stamp, bytes, Some(path)),
            _ => self.text(name, stamp, bytes, None),
        }
        Ok(())
    }

    fn asset(&mut self, name: String, stamp: Stamp, bytes: Vec<u8>) {
        if let Some(fault) = genuine::fault(&name, &bytes) {
            self.found.push(fault);
            // What refers to this file is not wrong as well.
            self.folder.assets.insert(name.clone(), asset(name, Stripped { bytes, turn: None }));
            return;
        }
        let stripped = match picture::strip_metadata(&bytes) {
            Some(Ok(stripped)) => stripped,
            None => Stripped { bytes, turn: None },
            Some(Err(Damaged)) if name.to_ascii_lowercase().ends_with(".pdf") => {
                self.found.push(genuine::pdf_properties(&name));
                self.folder.assets.insert(name.clone(), asset(name, Stripped { bytes, turn: None }));
                return;
            }
            Some(Err(Damaged)) => {
                let message = "this picture is damaged: what a camera wrote into it could not be taken out";
                let warning = Diagnostic::warning("damaged-picture", message).in_file(&*name);
                self.found.push(warning.hint("open it in a picture editor and save it anew"));
                self.folder.assets.insert(name.clone(), asset(name, Stripped { bytes, turn: None }));
                return;
            }
        };
        if self.earlier.assets.get(&name).is_some_and(|earlier| *earlier.bytes == *stripped.bytes) {
            return self.keep(name, stamp);
        }
        if let Some((width, height)) = size_of(&stripped.bytes).filter(|(width, height)| width * height > MAX_PIXELS) {
            let message = format!("this picture has {width} × {height} pixels");
            let error = Diagnostic::error("picture-size", message).in_file(&*name);
            self.found.push(error.hint("a picture has at most 100 million; save it smaller"));
            return;
        }
        self.folder.assets.insert(name.clone(), asset(name.clone(), stripped));
        self.folder.stamps.insert(name, stamp);
    }

    /// Takes over a file of the earlier reading.
    fn keep(&mut self, name: String, stamp: Stamp) {
        if let Some(text) = self.earlier.texts.get(&name) {
            self.folder.texts.insert(name.clone(), Arc::clone(text));
        }
        if let Some(asset) = self.earlier.assets.get(&name) {
            self.folder.assets.insert(name.clone(), asset.clone());
        }
        self.folder.stamps.insert(name, stamp);
    }

    /// `anew` is where a text is read again that does not stay in memory.
    fn text(&mut self, name: String, stamp: Stamp, bytes: Vec<u8>, anew: Option<&Path>) {
        if genuine::is_pointer(&bytes) {
            self.found.push(genuine::pointer(&name));
            return;
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                // A byte order mark would move what is read anew.
                let anew = anew.filter(|_| !text.starts_with('\u{feff}'));
                let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
                if let Some((conflicts, ours)) = genuine::conflicts(&name, &text) {
                    self.found.extend(conflicts);
                    self.folder.texts.insert(name.clone(), SourceFile::new(name, ours));
                    return;
                }
                let is_kept = self.earlier.stamps.contains_key(&name);
                let earlier = self.earlier.texts.get(&name).filter(|earlier| is_kept && earlier.text() == text);
                let file = match (earlier, anew) {
                    (Some(earlier), _) => Arc::clone(earlier),
                    (None, Some(place)) => SourceFile::read_anew(name.clone(), text, place.to_owned()),
                    (None, None) => SourceFile::new(name.clone(), text),
                };
                self.folder.texts.insert(name.clone(), file);
                self.folder.stamps.insert(name, stamp);
            }
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(&error.into_bytes()).into_owned();
                let file = SourceFile::new(name.clone(), text);
                let error = Diagnostic::error("not-utf-8", "this file is not UTF-8 text")
                    .at(&file, Span { start: valid, end: valid + '\u{fffd}'.len_utf8() });
                self.found.push(error.hint("save it with the encoding UTF-8"));
                // What refers to this file is not wrong as well.
                self.folder.texts.insert(name, file);
            }
        }
    }
}

/// What a file looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    bytes: u64,
    /// Since 1970.
    modified: Option<Duration>,
    /// Its number on the disk, and when that last changed hands.
    identity: (u64, i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
        };
        #[cfg(not(unix))]
        let identity = (0, 0, 0);
        let modified = metadata.modified().ok().and_then(|moment| moment.duration_since(UNIX_EPOCH).ok());
        Stamp { bytes: metadata.len(), modified, identity }
    }
}

fn asset(path: String, Stripped { bytes, turn }: Stripped) -> Asset {
    let digest = HEXLOWER.encode(digest(&SHA256, &bytes).as_ref()).into();
    let size = size_of(&bytes);
    let size = size.map(|(width, height)| if turn.is_some_and(Turn::lies) { (height, width) } else { (width, height) });
    Asset { path, bytes: bytes.into(), digest, size, turn }
}

/// Width and height of a picture, as its header says them.
fn size_of(bytes: &[u8]) -> Option<(usize, usize)> {
    imagesize::blob_size(bytes).ok().map(|size| (size.width, size.height))
}
