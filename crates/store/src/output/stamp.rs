//! What an output folder looks like from outside: good enough to know that nobody changed it, without reading a file.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::digest::{Builder, Digest};

/// A digest of the paths, lengths and ages of everything below `root` but its hidden files. Of a folder called `packed` its own age
/// speaks for the files in it: it changes when one is added, removed or replaced.
///
/// # Errors
/// The disk.
pub fn stamp(root: &Path, packed: &str) -> io::Result<Digest> {
    let mut digest = Digest::builder();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = fs::read_dir(&folder)?.collect::<Result<_, _>>()?;
        entries.retain(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, found) = (entry.path(), entry.metadata()?);
            add(&mut digest, root, &path, &found);
            if found.is_dir() && entry.file_name() != packed {
                folders.push(path);
            }
        }
    }
    Ok(digest.finish())
}

fn add(digest: &mut Builder, root: &Path, path: &Path, found: &Metadata) {
    let below = path.strip_prefix(root).unwrap_or(path).display();
    let age = found.modified().ok().and_then(|age| age.duration_since(UNIX_EPOCH).ok());
    let length = if found.is_dir() { 0 } else { found.len() };
    digest.add(&format!("{below} {} {length} {}", found.is_dir(), age.map_or(0, |age| age.as_nanos())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_changed_added_or_removed_changes_the_stamp() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("a/messages")).expect("a folder");
        fs::write(root.path().join("a/x"), "1").expect("written");
        fs::write(root.path().join(".hidden"), "1").expect("written");
        let before = stamp(root.path(), "messages").expect("a stamp");
        fs::write(root.path().join(".hidden"), "22").expect("written");
        assert_eq!(stamp(root.path(), "messages").expect("a stamp"), before);
        fs::write(root.path().join("a/x"), "22").expect("written");
        let longer = stamp(root.path(), "messages").expect("a stamp");
        assert_ne!(longer, before);
        fs::write(root.path().join("a/messages/m"), "1").expect("written");
        let added = stamp(root.path(), "messages").expect("a stamp");
        assert_ne!(added, longer);
        fs::remove_file(root.path().join("a/x")).expect("removed");
        assert_ne!(stamp(root.path(), "messages").expect("a stamp"), added);
    }
}
