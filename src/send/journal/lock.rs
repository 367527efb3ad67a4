//! One sender a mailing: the lock on its journal, and what is made good before anything is written.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::build::Shard;
use crate::load::journals;
use crate::model::id::MailingId;

/// Where it is written who sends, below the root: only to be told, the lock is on the journal itself.
const SENDERS: &str = "output/.sending";

/// A journal that nobody else writes to while this lives.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
    /// Who sends, for others to read.
    sign: PathBuf,
    /// Octets of a half-written line that were cut off.
    cut: u64,
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
        // Own journal first, then the others: of two that begin together, one sees the other.
        let others = lock_others(root, mailing, shard, &name)?;
        if is_new {
            sync_folder(&folder).map_err(failed)?;
        }
        let cut = cut_torn_line(&file).map_err(failed)?;
        let folder = sign.parent().unwrap_or(root);
        // A note for others, who can do without it.
        let _ = fs::create_dir_all(folder).and_then(|()| fs::write(&sign, who));
        Ok(Lock { file, path, sign, cut, _others: others })
    }

    /// Octets of a half-written line that a crash had left and that were cut off.
    pub fn cut(&self) -> u64 {
        self.cut
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
        if self.file.metadata().is_ok_and(|metadata| metadata.len() == 0) && is_in_place(&self.file, &self.path) {
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

/// Cuts off what stands behind the last line end: its line was never synced, so nothing was done upon it.
fn cut_torn_line(file: &File) -> io::Result<u64> {
    use std::io::{Read, Seek, SeekFrom};
    const CHUNK: u64 = 64 * 1024;
    let length = file.metadata()?.len();
    let mut end = length;
    let mut reader = file;
    while end > 0 {
        let start = end.saturating_sub(CHUNK);
        let mut chunk = vec![0; usize::try_from(end - start).unwrap_or_default()];
        reader.seek(SeekFrom::Start(start))?;
        reader.read_exact(&mut chunk)?;
        if let Some(at) = chunk.iter().rposition(|&byte| byte == b'\n') {
            end = start + at as u64 + 1;
            break;
        }
        end = start;
    }
    if end < length {
        file.set_len(end)?;
        file.sync_data()?;
    }
    Ok(length - end)
}
