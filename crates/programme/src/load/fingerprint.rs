//! Everything that a programme's folder holds, as one digest: read and hashed, never parsed.

use std::path::{Path, PathBuf};
use std::{fs, io};

use rayon::prelude::*;
use store::digest::Digest;
use walkdir::WalkDir;

use super::{FOLDERS, MARKER};

/// A digest over the paths and bytes of all files that commands may read below `root`, `.env` among them. What is no file counts
/// by its path and kind.
///
/// # Errors
/// A file or folder that the system does not let us read.
pub fn fingerprint(root: &Path) -> io::Result<Digest> {
    let mut paths: Vec<(PathBuf, bool)> = [MARKER, ".env"].map(|name| root.join(name)).map(|path| (path, true)).into();
    paths.retain(|(path, _)| path.is_file());
    for folder in FOLDERS.map(|name| root.join(name)).into_iter().filter(|folder| folder.is_dir()) {
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            let entry = entry?;
            let is_file = entry.file_type().is_file();
            paths.push((entry.into_path(), is_file));
        }
    }
    let digest = |(path, is_file): &(PathBuf, bool)| match is_file {
        true => fs::read(path).map(|bytes| Some(Digest::of(&bytes))),
        false => Ok(None),
    };
    let digests: Vec<Option<Digest>> = paths.par_iter().map(digest).collect::<Result<_, _>>()?;
    let mut all = Digest::builder();
    for ((path, _), digest) in paths.iter().zip(digests) {
        all.add(&path.strip_prefix(root).unwrap_or(path).to_string_lossy());
        all.add(&digest.map_or_else(String::new, |digest| digest.to_string()));
    }
    Ok(all.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_and_every_name_counts() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            fs::create_dir_all(root.path().join(path).parent().expect("a folder")).expect("a folder");
            fs::write(root.path().join(path), text).expect("written");
        };
        let now = || fingerprint(root.path()).expect("read");
        write(MARKER, "a");
        write("content/a.md", "1");
        let mut known = vec![now()];
        write("output/x", "no part of it");
        assert_eq!(now(), known[0]);
        let changes: [&dyn Fn(); 4] = [
            &|| write("content/a.md", "2"),
            &|| write("contacts/journal/m.jsonl", "{}"),
            &|| write(".env", "A=b"),
            &|| fs::rename(root.path().join("content/a.md"), root.path().join("content/b.md")).expect("renamed"),
        ];
        for change in changes {
            change();
            assert!(!known.contains(&now()));
            known.push(now());
        }
    }
}
