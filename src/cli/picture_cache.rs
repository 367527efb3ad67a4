//! Copies of pictures in the user's cache, so that a photograph is not scaled anew for every build and every save. A file begins with the
//! digest of what follows: one that was torn or changed is no copy.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use super::link_cache::user_cache;
use crate::render::copies::{Copier, Kept};
use store::digest::Digest;

/// Copies that are kept; of more, only the newer half of these.
const MAX_COUNT: usize = 1000;

/// Bytes of a digest.
const DIGEST: usize = 32;

/// A copier that keeps its copies in the user's cache, where there is one.
pub fn copier() -> Copier {
    match user_cache() {
        Some(cache) => Copier::keeping(Folder::new(cache.join("pictures"))),
        None => Copier::default(),
    }
}

/// A folder of copies. What cannot be read or written is done without.
struct Folder {
    place: PathBuf,
    /// How many were put there.
    put: AtomicUsize,
}

impl Folder {
    fn new(place: PathBuf) -> Self {
        Folder { place, put: AtomicUsize::new(0) }
    }
}

impl Kept for Folder {
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.place.join(name)).ok()?;
        let (digest, copy) = bytes.split_at_checked(DIGEST)?;
        let is_whole = Digest::of(copy).bytes() == digest;
        is_whole.then(|| bytes.split_off(DIGEST))
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let whole = [&Digest::of(bytes).bytes(), bytes].concat();
        // Without a cache the next build only takes longer.
        let _ = fs::create_dir_all(&self.place).and_then(|()| fs::write(self.place.join(name), whole));
        if self.put.fetch_add(1, Ordering::Relaxed).is_multiple_of(MAX_COUNT / 2) {
            let _ = forget_old(&self.place, MAX_COUNT);
        }
    }
}

/// Leaves the newest files, half of `most`, in a folder that has more than so many.
fn forget_old(folder: &Path, most: usize) -> std::io::Result<()> {
    let files: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    if files.len() <= most {
        return Ok(());
    }
    let age =
        |file: &fs::DirEntry| file.metadata().and_then(|known| known.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let mut files: Vec<_> = files.into_iter().map(|file| (age(&file), file.path())).collect();
    files.sort();
    let newest = most / 2;
    files[..files.len() - newest].iter().try_for_each(|(_, path)| fs::remove_file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_found_again_until_somebody_touches_it() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(place.path().join("pictures"));
        assert_eq!(folder.get("a-1040-1"), None);
        folder.put("a-1040-1", b"pixels");
        assert_eq!(folder.get("a-1040-1").as_deref(), Some(&b"pixels"[..]));
        let file = folder.place.join("a-1040-1");
        let whole = fs::read(&file).expect("a file");
        for torn in [&whole[..whole.len() - 1], &whole[..10], &[&whole[..], b"x"].concat()] {
            fs::write(&file, torn).expect("a file");
            assert_eq!(folder.get("a-1040-1"), None);
        }
    }

    #[test]
    fn the_folder_does_not_grow_for_ever() {
        let place = tempfile::tempdir().expect("a folder");
        (0..11).for_each(|number| fs::write(place.path().join(format!("{number}")), b"x").expect("a file"));
        forget_old(place.path(), 11).expect("a folder");
        assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 11);
        forget_old(place.path(), 10).expect("a folder");
        assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 5);
    }
}
