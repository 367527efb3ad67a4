//! The demo programme at the root of the repository, built once for all tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::files::copy;
use crate::run::run;

/// The files and folders the demo programme is made of.
pub const PARTS: [&str; 3] = ["content", "templates", "contacts"];

/// The output of `build --all` for the demo programme.
pub fn output() -> PathBuf {
    static BUILT: OnceLock<TempDir> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let folder = TempDir::new().expect("a temporary folder");
        copy_to(folder.path());
        run(folder.path(), &["build", "--all"]).succeeds();
        folder
    });
    folder.path().join("output")
}

/// Copies the demo programme out of the repository.
pub fn copy_to(folder: &Path) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(repository.join("bevara.yaml"), folder.join("bevara.yaml")).expect("a file");
    for part in PARTS {
        copy(&repository.join(part), &folder.join(part));
    }
}
