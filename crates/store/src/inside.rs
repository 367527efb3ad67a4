//! Links that leave a folder: what is written for a programme is never written through one.

use std::path::Path;

/// True where `path`, or as much of it as is there, lies inside `root` when every link on the way is followed. What cannot be
/// followed (a link in a circle, one that leads nowhere) does not.
pub fn is_inside(root: &Path, path: &Path) -> bool {
    let Ok(root) = root.canonicalize() else { return false };
    let mut place = path;
    loop {
        if let Ok(real) = place.canonicalize() {
            return real.starts_with(&root);
        }
        // Only what is not there at all may be passed over: a dangling link is there.
        match (place.symlink_metadata().is_ok(), place.parent()) {
            (false, Some(parent)) => place = parent,
            _ => return false,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_link_is_where_it_leads() {
        let (root, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let at = |name: &str| root.path().join(name);
        fs::create_dir(at("real")).expect("made");
        symlink("real", at("inside")).expect("linked");
        symlink(other.path(), at("outside")).expect("linked");
        symlink("nowhere", at("dangling")).expect("linked");
        symlink("circle", at("circle")).expect("linked");
        for (name, expected) in [
            ("inside/new.jsonl", true),
            ("real", true),
            ("new/newer", true),
            ("outside", false),
            ("outside/new.jsonl", false),
            ("dangling", false),
            ("dangling/new", false),
            ("circle", false),
        ] {
            assert_eq!(is_inside(root.path(), &at(name)), expected, "{name}");
        }
    }
}
