//! Messages as they lie on disk: a Maildir, a folder of single messages, an mbox file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mail_parser::mailbox::mbox::MessageIterator;

use crate::load::ReadError;

/// The folders of a Maildir that hold what has arrived; `tmp` holds what is being written.
const ARRIVED: [&str; 2] = ["new", "cur"];

/// Calls `each` with the name and the bytes of every message below `path`, in the order of their names; an mbox file has many
/// messages, named `<file>:<number>`.
///
/// # Errors
/// A file or folder that the system does not let us read.
pub fn read(path: &Path, each: &mut impl FnMut(&str, &[u8])) -> Result<(), ReadError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| ReadError { path, error }
    };
    for file in files(path).map_err(failed(path))? {
        let bytes = fs::read(&file).map_err(failed(&file))?;
        let name = match file.strip_prefix(path) {
            Ok(below) if below != Path::new("") => below.to_string_lossy(),
            _ => file.file_name().unwrap_or_default().to_string_lossy(),
        };
        if !bytes.starts_with(b"From ") {
            each(&name, &bytes);
            continue;
        }
        for (number, message) in MessageIterator::new(&bytes[..]).enumerate() {
            let message = message.map_err(failed(&file))?;
            each(&format!("{name}:{}", number + 1), message.contents());
        }
    }
    Ok(())
}

/// The files that hold messages.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let folders: Vec<PathBuf> = ARRIVED.iter().map(|name| path.join(name)).filter(|folder| folder.is_dir()).collect();
    let mut files = Vec::new();
    for folder in if folders.is_empty() { vec![path.to_owned()] } else { folders } {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.path().is_file() && !entry.file_name().to_string_lossy().starts_with('.') {
                files.push(entry.path());
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}
