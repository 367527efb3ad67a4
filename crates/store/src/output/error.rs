//! Why the output folder could not be read or changed.

use std::path::{Path, PathBuf};
use std::{error, fmt, io};

/// Why the output folder could not be read or changed.
#[derive(Debug)]
pub enum StoreError {
    /// Another build holds the lock file.
    Busy {
        /// The lock file.
        path: PathBuf,
    },
    /// The manifest (or the list of an unfinished build) is not what a build writes.
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A path is no plain path below the output folder, or is one that the store itself uses.
    Outside {
        /// The path as given.
        path: String,
    },
    /// A folder of the path is a symbolic link.
    Symlink {
        /// The folder.
        path: PathBuf,
    },
    /// A folder of the path is a file.
    InTheWay {
        /// The file.
        path: PathBuf,
    },
    /// Two different contents were given for one path.
    PutTwice {
        /// The path.
        path: String,
    },
    /// The system refused.
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl StoreError {
    /// Makes the error of a system call that tried to do `action` with `path`.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
        let path = path.to_owned();
        move |source| StoreError::Io { action, path, source }
    }

    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            StoreError::Busy { .. } => Some("wait until it has ended"),
            StoreError::Damaged { .. } => Some("delete the output folder and build again"),
            StoreError::Symlink { .. } | StoreError::InTheWay { .. } => Some("remove it and build again"),
            StoreError::Outside { .. } | StoreError::PutTwice { .. } | StoreError::Io { .. } => None,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Busy { path } => {
                write!(f, "another build is writing to `{}`", path.parent().unwrap_or(path).display())
            }
            StoreError::Damaged { path } => write!(f, "`{}` is damaged", path.display()),
            StoreError::Outside { path } => write!(f, "`{}` is no path below the output folder", path.escape_debug()),
            StoreError::Symlink { path } => write!(f, "`{}` is a symbolic link", path.display()),
            StoreError::InTheWay { path } => write!(f, "`{}` is in the way of a folder", path.display()),
            StoreError::PutTwice { path } => write!(f, "two different files would be written to `{path}`"),
            StoreError::Io { action, path, source } => write!(f, "cannot {action} `{}`: {source}", path.display()),
        }
    }
}

impl error::Error for StoreError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            StoreError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
