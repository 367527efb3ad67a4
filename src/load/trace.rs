//! Whether the contact files have changed since somebody last looked, without reading them.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use walkdir::WalkDir;

use super::journals;

/// What the system says of the contact files: their names, sizes and when they were written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    files: Vec<(PathBuf, u64, Option<Timestamp>)>,
}

impl Trace {
    /// Looks at the files below `contacts/`, journals left out: they are written while mail is sent.
    ///
    /// # Errors
    /// A folder that the system does not let us read.
    pub fn take(root: &Path) -> io::Result<Self> {
        let journals = root.join(journals::FOLDER);
        let mut files = Vec::new();
        let walk = WalkDir::new(root.join("contacts")).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| entry.path() != journals) {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_file() {
                files.push((
                    entry.into_path(),
                    metadata.len(),
                    metadata.modified().ok().and_then(|at| at.try_into().ok()),
                ));
            }
        }
        Ok(Trace { files })
    }
}
