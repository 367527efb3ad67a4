//! Texts that are too long to stand in a test: `tests/it/snapshots/<name>.txt`.
//!
//! `BEVARA_BLESS=1 cargo test` writes them anew; look at the difference before committing it.

use std::fs;
use std::path::Path;

/// Fails where `text` is not what the snapshot `name` holds.
#[track_caller]
pub fn assert_snapshot(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/snapshots/{name}.txt"));
    if std::env::var_os("BEVARA_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        return fs::write(path, text).expect("a file");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(text == expected, "{name} changed; BEVARA_BLESS=1 accepts it\n--- expected\n{expected}\n--- found\n{text}");
}
