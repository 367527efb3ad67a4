//! Whether the contact files have changed since somebody last looked. Size and time of writing are what an editor, a version
//! control or `touch -r` may keep, so they are not enough: the system's own note of the last change is looked at too, and bytes
//! are compared where that cannot tell.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use ring::digest::{SHA256, digest};
use walkdir::WalkDir;

use super::journals;

/// How coarse a system's moments may be: what was changed so shortly before somebody looked may change once more without a trace.
const COARSE: Duration = Duration::from_secs(2);

/// What the system says of the contact files: their names, sizes, places and when they were changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    files: Vec<Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    path: PathBuf,
    size: u64,
    written: Option<Duration>,
    change: Change,
    /// What it held, where the rest may stay the same although that changes.
    digest: Option<[u8; 32]>,
}

/// The system's own note of a file: its number, and when anything about it was last changed.
type Change = Option<(u64, Duration)>;

impl Trace {
    /// Looks at the files below `contacts/`, journals left out: they are written while mail is sent.
    ///
    /// # Errors
    /// A folder or file that the system does not let us read.
    pub fn take(root: &Path, now: Duration) -> io::Result<Self> {
        let journals = root.join(journals::FOLDER);
        let mut files = Vec::new();
        // Links are followed, as they are when the files are read.
        let walk = WalkDir::new(root.join("contacts")).follow_links(true).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| entry.path() != journals) {
            let entry = match entry {
                Ok(entry) => entry,
                // It was deleted meanwhile, or is a link that leads nowhere: what reads the files says so.
                Err(error) if error.io_error().is_none_or(|error| error.kind() == io::ErrorKind::NotFound) => continue,
                Err(error) => return Err(error.into()),
            };
            let metadata = entry.metadata()?;
            if metadata.is_file() {
                files.push(Seen::of(entry.into_path(), &metadata, now)?);
            }
        }
        Ok(Trace { files })
    }
}

impl Seen {
    fn of(path: PathBuf, metadata: &Metadata, now: Duration) -> io::Result<Self> {
        let written = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let change = change(metadata);
        let is_settled = change.is_some_and(|(_, at)| at + COARSE < now);
        let digest = match is_settled {
            true => None,
            false => Some(digest(&SHA256, &fs::read(&path)?).as_ref().try_into().expect("SHA-256 has 32 octets")),
        };
        Ok(Seen { path, size: metadata.len(), written, change, digest })
    }
}

#[cfg(unix)]
fn change(metadata: &Metadata) -> Change {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    Some((metadata.ino(), Duration::new(seconds, nanoseconds)))
}

/// Elsewhere nothing tells, and bytes are compared.
#[cfg(not(unix))]
fn change(_: &Metadata) -> Change {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::SystemTime;

    #[test]
    fn a_change_that_keeps_size_and_time_is_seen() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("contacts/people.yaml");
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, "tier: A").expect("written");
        let time = fs::metadata(&path).and_then(|metadata| metadata.modified()).expect("a time");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
        // As it looks at once, and as it looks to somebody for whom it is long ago.
        for now in [now, now + Duration::from_secs(60)] {
            fs::write(&path, "tier: A").expect("written");
            let before = Trace::take(root.path(), now).expect("read");
            assert_eq!(Trace::take(root.path(), now).expect("read"), before);
            fs::write(&path, "tier: D").expect("written");
            File::options().write(true).open(&path).and_then(|file| file.set_modified(time)).expect("set");
            assert_ne!(Trace::take(root.path(), now).expect("read"), before);
        }
    }
}
