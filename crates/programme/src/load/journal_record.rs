//! What journals were known to hold: a digest of each line that was ever seen on this machine, kept under `output/`. A journal
//! that is shorter than it was looks like one of a run that had come less far; only a record beside it can tell the two apart.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};

use super::journals;
use store::inside::is_inside;

/// Where the records lie below the root: a file a journal, eight octets a line.
pub const FOLDER: &str = "output/.journal";

/// The digest of a line of a journal, whatever its line end is.
pub fn line_digest(line: &[u8]) -> [u8; 8] {
    let whole = digest(&SHA256, line.trim_ascii());
    whole.as_ref()[..8].try_into().expect("SHA-256 has 32 octets")
}

/// The digests of all whole lines.
pub fn of(bytes: &[u8]) -> impl Iterator<Item = [u8; 8]> {
    let lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty()).map(line_digest)
}

/// The record of a journal, where one may lie there.
pub fn place(root: &Path, name: &str) -> Option<PathBuf> {
    let place = root.join(FOLDER).join(name);
    is_inside(root, &place).then_some(place)
}

/// How many lines the journals of some mailings once had and have no more, by file name; those of which none is missing are left
/// out. Journals that are gone are missing all of them.
///
/// # Errors
/// A file that the system does not let us read.
pub fn missing(root: &Path, is_asked_for: impl Fn(&str) -> bool) -> io::Result<Vec<(String, usize)>> {
    let entries = match fs::read_dir(root.join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut short = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !journals::mailing_of(&name).is_some_and(&is_asked_for) {
            continue;
        }
        let Some(place) = place(root, &name) else { continue };
        let recorded = fs::read(place)?;
        let bytes = match fs::read(root.join(journals::FOLDER).join(&name)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let there: HashSet<[u8; 8]> = of(&bytes).collect();
        let count = recorded.as_chunks::<8>().0.iter().filter(|line| !there.contains(*line)).count();
        if count > 0 {
            short.push((name, count));
        }
    }
    short.sort_unstable();
    Ok(short)
}
