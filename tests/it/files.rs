//! Folders as values, to be compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use walkdir::WalkDir;

/// Copies a folder; hidden files too.
pub fn copy(from: &Path, to: &Path) {
    for (path, bytes) in read(from) {
        let place = to.join(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        fs::write(place, bytes).expect("a file");
    }
}

/// Every file below a folder by its path, without what a build keeps for itself: its lock and its note.
pub fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    paths(folder).into_iter().map(|path| (path.clone(), fs::read(folder.join(&path)).expect("a file"))).collect()
}

/// The paths of every file below a folder, without what a build keeps for itself: its lock and its note; none where there is no folder.
pub fn paths(folder: &Path) -> Vec<String> {
    if !folder.exists() {
        return Vec::new();
    }
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.expect("it can be read"));
    let files = entries.filter(|entry| !entry.file_type().is_dir());
    let below = |path: &Path| path.strip_prefix(folder).expect("below").to_str().expect("UTF-8").to_owned();
    files.map(|file| below(file.path())).filter(|path| !matches!(path.as_str(), ".lock" | ".built")).collect()
}

/// When each file was changed and which one it is: the same for a file that nobody wrote. One that goes meanwhile has no stamp.
pub fn stamps(folder: &Path) -> BTreeMap<String, (SystemTime, u64)> {
    let stamp = |path: &str| {
        let about = fs::metadata(folder.join(path)).ok()?;
        Some((about.modified().expect("a time"), inode(&about)))
    };
    paths(folder).into_iter().filter_map(|path| Some((path.clone(), stamp(&path)?))).collect()
}

#[cfg(unix)]
fn inode(about: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(about)
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> u64 {
    0
}

/// Fails where two folders differ, with the names of what does, not with their bytes.
#[track_caller]
pub fn assert_same(left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(left), names(right));
    let different: Vec<&String> = left.keys().filter(|path| left[*path] != right[*path]).collect();
    assert!(different.is_empty(), "these differ: {different:#?}");
}
