//! One sender a mailing: the lock on its journal, and what is made good before anything is written.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::record::Record;
use crate::build::Shard;
use crate::load::journal_tail::{self, Tail};
use crate::load::journals;
use crate::model::id::MailingId;
use store::inside::is_inside;

/// Where it is written who sends, below the root: only to be told, the lock is on the journal itself.
const SENDERS: &str = "output/.sending";

/// A journal that nobody else writes to while this lives.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
    /// Who sends, for others to read.
    sign: PathBuf,
    /// The root of the programme.
    root: PathBuf,
    /// The journal was made for this lock.
    is_new: bool,
    /// How it ended when it was locked.
    tail: Tail,
    /// Octets after its last line end.
    rest: u64,
    /// Which lines it is known to hold; from [`mend`](Lock::mend) on.
    record: Option<Record>,
    /// The journals of other parts of the mailing: nobody sends those either, or only their own part.
    _others: Vec<File>,
}

/// Why nobody may send now.
#[derive(Debug)]
pub enum LockError {
    /// Somebody else sends this mailing; who, where they left a note.
    Held {
        /// The journal.
        path: PathBuf,
        /// Who and since when.
        who: Option<String>,
    },
    /// It was begun in another number of parts, whose bounds cross these.
    OtherParts(String),
    /// What stands in the journal's place is no file.
    NoFile(PathBuf),
    /// The journal lies outside of the programme.
    Outside(PathBuf),
    /// The system refused.
    Io(PathBuf, io::Error),
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LockError::Held { path, who } => {
                let who = who.as_ref().map_or(String::new(), |who| format!(": {who}"));
                write!(f, "another sender has this mailing{who} ({} is locked)", path.display())
            }
            LockError::OtherParts(name) => write!(f, "this mailing was begun in other parts: contacts/journal/{name}"),
            LockError::NoFile(path) => write!(f, "{} is no plain file", path.display()),
            LockError::Outside(path) => write!(f, "{} is a link that leaves the programme", path.display()),
            LockError::Io(path, error) => write!(f, "cannot open the journal {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for LockError {}

impl Lock {
    /// Locks the journal of a mailing, or of one part of it; `who` is what others are told.
    ///
    /// # Errors
    /// Somebody else sends it; it was begun in other parts; the disk.
    pub fn take(root: &Path, mailing: &MailingId, shard: Option<Shard>, who: &str) -> Result<Self, LockError> {
        let folder = root.join(journals::FOLDER);
        let name = journals::file_name(mailing, shard.map(|shard| (shard.index, shard.of)));
        let path = folder.join(&name);
        let failed = |error| LockError::Io(path.clone(), error);
        if !is_inside(root, &path) {
            return Err(LockError::Outside(path));
        }
        fs::create_dir_all(&folder).map_err(failed)?;
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(LockError::NoFile(path));
        }
        let is_new = !path.exists();
        let sign = root.join(SENDERS).join(&name);
        let file = loop {
            let file = OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(failed)?;
            try_lock(&file, Kind::Alone, &path, &sign)?;
            // Whoever had it before may have removed it in the meantime.
            if is_in_place(&file, &path) {
                break file;
            }
        };
        let (root, others) = (root.to_owned(), Vec::new());
        // From here on, whatever fails, an empty journal that was made for this does not stay.
        let mut lock =
            Lock { file, path, sign, root, is_new, tail: Tail::None, rest: 0, record: None, _others: others };
        // Own journal first, then the others: of two that begin together, one sees the other.
        lock._others = lock_others(&lock.root, mailing, shard, &name)?;
        let failed = |error| LockError::Io(lock.path.clone(), error);
        if is_new {
            sync_folder(&folder).map_err(failed)?;
        }
        let bytes = fs::read(&lock.path).map_err(failed)?;
        lock.tail = journal_tail::of(&bytes);
        lock.rest = (bytes.len() - journal_tail::end_of_lines(&bytes)) as u64;
        if is_inside(&lock.root, &lock.sign) {
            // A note for others, who can do without it.
            let folder = lock.sign.parent().unwrap_or(&lock.root);
            let _ = fs::create_dir_all(folder).and_then(|()| fs::write(&lock.sign, who));
        }
        Ok(lock)
    }

    /// Octets of a half-written line that a crash has left, and that are cut off before anything is written.
    pub fn torn(&self) -> Option<u64> {
        (self.tail == Tail::Torn).then_some(self.rest)
    }

    /// Makes the journal end in a whole line: the beginning of one is cut off, and one that lacks only its end is given it.
    /// Whoever calls this has read the journal and found nothing wrong with it.
    ///
    /// # Errors
    /// It does not end as a crash leaves it; the disk.
    pub fn mend(&mut self) -> io::Result<()> {
        match self.tail {
            Tail::None => {}
            Tail::Whole => self.file()?.write_all(b"\n")?,
            Tail::Torn => {
                let length = self.file()?.metadata()?.len().saturating_sub(self.rest);
                self.file()?.set_len(length)?;
            }
            Tail::Damaged => return Err(io::Error::other("it does not end as a journal does")),
        }
        if self.tail != Tail::None {
            self.file()?.sync_data()?;
            self.tail = Tail::None;
        }
        let bytes = fs::read(&self.path)?;
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.record = Some(Record::open(&self.root, &name, &bytes));
        Ok(())
    }

    /// Appends whole lines; where that fails, the file ends as it did before.
    ///
    /// # Errors
    /// The disk; it was not mended.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.record.is_none() {
            return Err(io::Error::other("it was not mended"));
        }
        let file = self.file()?;
        let before = file.seek(SeekFrom::End(0))?;
        if let Err(error) = file.write_all(lines) {
            // A torn line is cut at the next start in any case.
            let _ = file.set_len(before);
            return Err(error);
        }
        if let Some(record) = &mut self.record {
            record.add(lines);
        }
        Ok(())
    }

    /// The file, as long as it is the one that others find under its name.
    pub(super) fn file(&mut self) -> io::Result<&mut File> {
        match is_in_place(&self.file, &self.path) {
            true => Ok(&mut self.file),
            false => Err(io::Error::other("it was removed or replaced by somebody while it was written to")),
        }
    }
}

impl Drop for Lock {
    /// A journal in which nothing was written does not stay.
    fn drop(&mut self) {
        if self.is_new
            && self.file.metadata().is_ok_and(|metadata| metadata.len() == 0)
            && is_in_place(&self.file, &self.path)
        {
            let _ = fs::remove_file(&self.path);
        }
        let _ = fs::remove_file(&self.sign);
    }
}

/// True where `path` still leads to `file`.
#[cfg(unix)]
fn is_in_place(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |own: fs::Metadata, there: fs::Metadata| (own.dev(), own.ino()) == (there.dev(), there.ino());
    file.metadata().and_then(|own| fs::metadata(path).map(|there| same(own, there))).unwrap_or(false)
}

/// Elsewhere the system does not let anybody remove a file that is open.
#[cfg(not(unix))]
fn is_in_place(_: &File, path: &Path) -> bool {
    path.is_file()
}

#[derive(Clone, Copy)]
enum Kind {
    Alone,
    Together,
}

fn try_lock(file: &File, kind: Kind, path: &Path, sign: &Path) -> Result<(), LockError> {
    let locked = match kind {
        Kind::Alone => file.try_lock(),
        Kind::Together => file.try_lock_shared(),
    };
    match locked {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            let who = fs::read_to_string(sign).ok().map(|who| who.trim().to_owned()).filter(|who| !who.is_empty());
            Err(LockError::Held { path: path.to_owned(), who })
        }
        Err(TryLockError::Error(error)) => Err(LockError::Io(path.to_owned(), error)),
    }
}

/// Whoever sends the whole keeps out those who send a part, and the other way round; parts do not disturb each other.
fn lock_others(root: &Path, mailing: &MailingId, shard: Option<Shard>, own: &str) -> Result<Vec<File>, LockError> {
    let folder = root.join(journals::FOLDER);
    let names = journals::names(root).map_err(|failed| LockError::Io(failed.path, failed.error))?;
    let mut others = Vec::new();
    let is_ours = |name: &&String| journals::mailing_of(name) == Some(mailing.as_str());
    for name in names.iter().filter(is_ours).filter(|name| *name != own) {
        let path = folder.join(name);
        let part = journals::part_of(name);
        let kind = match (shard, part) {
            (Some(shard), Some((_, of))) if shard.of == of => continue,
            (Some(_), Some(_)) => return Err(LockError::OtherParts(name.clone())),
            (Some(_), None) => Kind::Together,
            (None, _) => Kind::Alone,
        };
        let file = File::open(&path).map_err(|error| LockError::Io(path.clone(), error))?;
        try_lock(&file, kind, &path, &root.join(SENDERS).join(name))?;
        others.push(file);
    }
    Ok(others)
}

/// A new name is only safe when its folder is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(folder)?.sync_all(),
        false => Ok(()),
    }
}
