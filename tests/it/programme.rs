//! A small programme in a folder of its own, to be changed and run.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::files::copy;
use crate::run::{Run, run};
use crate::scratch;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Eight contacts in two languages, three mailings; it is valid and gives no warning.
pub struct Programme {
    folder: TempDir,
}

impl Programme {
    /// The programme of `tests/it/small`; its layouts are those that come with the program.
    pub fn new() -> Self {
        let folder = scratch::folder();
        copy(&repository().join("tests/it/small"), folder.path());
        Programme { folder }
    }

    /// The root.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A path below the root. Whoever asks for a layout means to change it, and gets a copy.
    pub fn path(&self, path: &str) -> PathBuf {
        let place = self.root().join(path);
        let ours = repository().join(path);
        if path.starts_with("templates") && !place.exists() && ours.exists() {
            match ours.is_dir() {
                true => copy(&ours, &place),
                false => {
                    fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
                    fs::copy(ours, &place).expect("a copy");
                }
            }
        }
        place
    }

    /// The text of a file.
    #[track_caller]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file.
    pub fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let place = self.path(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        fs::write(place, text).expect("a file");
        self
    }

    /// Adds to the end of a file.
    #[track_caller]
    pub fn append(self, path: &str, text: &str) -> Self {
        let longer = self.read(path) + text;
        self.file(path, longer)
    }

    /// Replaces the only place of `from` in a file.
    #[track_caller]
    pub fn replace(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {path}");
        self.file(path, text.replace(from, to))
    }

    /// Removes a file.
    pub fn remove(self, path: &str) -> Self {
        fs::remove_file(self.path(path)).expect("it was there");
        self
    }

    /// Adds a contact to the list: id and name, and the other keys as lines of YAML without their indent.
    #[track_caller]
    pub fn contact(self, id: &str, name: &str, keys: &str) -> Self {
        let keys: String = keys.lines().map(|line| format!("  {}\n", line.trim())).collect();
        self.append("contacts/people.yaml", &format!("\n- id: {id}\n  name: {name}\n{keys}"))
    }

    /// Runs the command in this folder.
    pub fn run<const N: usize>(&self, arguments: [&str; N]) -> Run {
        run(self.root(), &arguments)
    }

    /// What `check` says, without stages and warnings; it must have failed.
    #[track_caller]
    pub fn complaint(&self) -> String {
        let checked = self.run(["-q", "check"]).ends_with(1);
        assert_eq!(checked.stdout, "");
        checked.stderr
    }
}

/// Fails where `check` does not say exactly this; the last line, which counts what was said, apart.
#[track_caller]
pub fn says(programme: &Programme, expected: &str) {
    let found = programme.complaint();
    let (found, count) = found.trim_end().rsplit_once("\n\n").expect("a finding and a count");
    assert!(count.starts_with(|c: char| c.is_ascii_digit()), "{count}");
    let expected = expected.trim_start_matches('\n').trim_end();
    assert!(found == expected, "--- expected\n{expected}\n--- found\n{found}\n--- end");
}
