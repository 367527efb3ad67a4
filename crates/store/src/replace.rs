//! One file in one move: a text in the place of the one that was read, or a file where there was none.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use source::SourceFile;

/// The mark some editors put in front of UTF-8; it is no part of a source's text.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Why a file was left as it is.
#[derive(Debug)]
pub enum ReplaceError {
    /// Somebody changed it after it was read.
    Changed,
    /// The system says no.
    Io(io::Error),
}

impl From<io::Error> for ReplaceError {
    fn from(error: io::Error) -> Self {
        ReplaceError::Io(error)
    }
}

impl fmt::Display for ReplaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReplaceError::Changed => f.write_str("it was changed by somebody else in the meantime"),
            ReplaceError::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReplaceError {}

/// Gives a file below `root` another text, in one move: readers see the old text or the new one.
///
/// Whoever writes holds a lock on the old file, so that of two changes at the same time one is refused and none is lost.
///
/// # Errors
/// The file is no longer what `file` says it was, or the disk.
pub fn replace(root: &Path, file: &SourceFile, text: &str) -> Result<(), ReplaceError> {
    // Through a link, or the rename would put a file where the link was.
    let path = root.join(file.path()).canonicalize()?;
    let lock = File::open(&path)?;
    lock.lock()?;
    let there = fs::read(&path)?;
    let (mark, before) = match there.strip_prefix(BYTE_ORDER_MARK.as_bytes()) {
        Some(before) => (BYTE_ORDER_MARK, before),
        None => ("", &there[..]),
    };
    if before != file.text().as_bytes() {
        return Err(ReplaceError::Changed);
    }
    let folder = path.parent().unwrap_or(root);
    // Hidden, so that no command takes it for a part of the programme.
    let mut next = tempfile::Builder::new().prefix(".bevara-").tempfile_in(folder)?;
    next.write_all(mark.as_bytes())?;
    next.write_all(text.as_bytes())?;
    next.as_file().set_permissions(lock.metadata()?.permissions())?;
    next.as_file().sync_all()?;
    next.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a new file below `root`, in one move; its folder is made where there is none. It can be read by whoever can read `like`,
/// a file below `root` too.
///
/// # Errors
/// There is such a file by now, or the disk.
pub fn create(root: &Path, path: &str, text: &str, like: &str) -> Result<(), ReplaceError> {
    let path = root.join(path);
    let folder = path.parent().unwrap_or(root);
    fs::create_dir_all(folder)?;
    let mut next = tempfile::Builder::new().prefix(".bevara-").tempfile_in(folder)?;
    next.write_all(text.as_bytes())?;
    next.as_file().set_permissions(fs::metadata(root.join(like))?.permissions())?;
    next.as_file().sync_all()?;
    next.persist_noclobber(&path).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => ReplaceError::Changed,
        _ => ReplaceError::Io(error.error),
    })?;
    Ok(())
}

/// Gives a file below `root` another name; no other file is in its way.
///
/// # Errors
/// There is a file of that name by now, or the disk.
pub fn rename(root: &Path, from: &str, to: &str) -> Result<(), ReplaceError> {
    let (from, to) = (root.join(from), root.join(to));
    // Where case does not count, the file itself stands in its own way.
    let is_another = to.canonicalize().is_ok_and(|there| from.canonicalize().is_ok_and(|here| here != there));
    if is_another {
        return Err(ReplaceError::Changed);
    }
    Ok(fs::rename(from, to)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_only_as_it_was_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        fs::write(&path, "\u{feff}a: 1\r\n").expect("written");
        let file = SourceFile::new("a.yaml", "a: 1\r\n");
        replace(folder.path(), &file, "a: 2\r\n").expect("replaced");
        assert_eq!(fs::read_to_string(&path).expect("read"), "\u{feff}a: 2\r\n");
        assert!(matches!(replace(folder.path(), &file, "a: 3\r\n"), Err(ReplaceError::Changed)));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left behind");
    }

    #[test]
    fn a_file_gets_a_name_that_no_other_has() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.txt"), "a").and_then(|()| fs::write(at("b.txt"), "b")).expect("written");
        assert!(matches!(rename(folder.path(), "a.txt", "b.txt"), Err(ReplaceError::Changed)));
        rename(folder.path(), "a.txt", "c.txt").expect("renamed");
        assert!(!at("a.txt").exists() && at("c.txt").exists() && at("b.txt").exists());
    }
}
