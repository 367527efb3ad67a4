//! The demo programme at the root of the repository, built once for all tests.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use ring::digest::{Context, SHA256};

use crate::files::{self, copy};
use crate::run::run;

/// The files and folders the demo programme is made of.
pub const PARTS: [&str; 3] = ["content", "templates", "contacts"];

/// The output of `build --all` for the demo programme, for reading only.
///
/// It is kept below cargo's folder for tests until the command or the programme changes: a single test that is run again, or a
/// runner that gives each test a process of its own, need not build it each time.
pub fn output() -> PathBuf {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| built(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo")));
    BUILT.join("output")
}

/// The programme in `folder`, built; by one process at a time.
fn built(folder: &Path) -> PathBuf {
    fs::create_dir_all(folder).expect("a folder");
    let lock = File::create(folder.join("lock")).expect("a file");
    lock.lock().expect("others finish");
    let (programme, made_of) = (folder.join("programme"), folder.join("made-of"));
    let now = made_now();
    if fs::read_to_string(&made_of).ok() != Some(now.clone()) {
        // What it was made of is written last: a build that was ended early does not count.
        let _ = fs::remove_file(&made_of);
        let _ = fs::remove_dir_all(&programme);
        fs::create_dir(&programme).expect("a folder");
        copy_to(&programme);
        run(&programme, &["build", "--all"]).succeeds();
        fs::write(&made_of, now).expect("a file");
    }
    programme
}

/// What the output depends on: every file of the demo, and which build of the command this is.
fn made_now() -> String {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut context = Context::new(&SHA256);
    let mut add = |name: &str, bytes: &[u8]| {
        context.update(format!("{name}\0{}\0", bytes.len()).as_bytes());
        context.update(bytes);
    };
    add("bevara.yaml", &fs::read(repository.join("bevara.yaml")).expect("a file"));
    for part in PARTS {
        files::read(&repository.join(part)).iter().for_each(|(path, bytes)| add(path, bytes));
    }
    let command = fs::metadata(env!("CARGO_BIN_EXE_bevara")).expect("the command");
    add("the command", format!("{} {:?}", command.len(), command.modified().expect("a time")).as_bytes());
    HEXLOWER.encode(context.finish().as_ref())
}

/// Copies the demo programme out of the repository.
fn copy_to(folder: &Path) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(repository.join("bevara.yaml"), folder.join("bevara.yaml")).expect("a file");
    for part in PARTS {
        copy(&repository.join(part), &folder.join(part));
    }
}
