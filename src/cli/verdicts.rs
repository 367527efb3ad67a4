//! What earlier checks found to be clean, in the user's cache: a digest a verdict, so nothing of a programme can be read there.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use jiff::civil::Date;

use super::link_cache::user_cache;
use crate::check::Verdicts;
use store::digest::{Digest, Digests};

/// Verdicts that are kept, each of 32 bytes; older ones are forgotten.
const MAX_COUNT: usize = 32 * 1024;

/// Verdicts of this binary for one day. A cache that cannot be read or written is done without.
pub struct Cache {
    path: Option<PathBuf>,
    /// What makes this binary's verdicts of this day its own.
    salt: String,
    known: Digests,
    noted: Mutex<Vec<[u8; 32]>>,
}

impl Cache {
    /// Opens the user's cache.
    pub fn open(today: Date) -> Self {
        let path = user_cache().map(|folder| folder.join("clean"));
        let bytes = path.as_ref().and_then(|path| fs::read(path).ok()).unwrap_or_default();
        let salt = format!("{} {today}", own_stamp());
        Cache { path, salt, known: Digests::of_bytes(&bytes), noted: Mutex::default() }
    }

    fn verdict(&self, inputs: Digest) -> Digest {
        let mut verdict = Digest::builder();
        verdict.add(&self.salt);
        verdict.add(&inputs.to_string());
        verdict.finish()
    }

    /// Writes down what was found to be clean meanwhile.
    pub fn save(self) {
        let noted = self.noted.into_inner().unwrap_or_default();
        let Some(path) = self.path.filter(|_| !noted.is_empty()) else { return };
        let _ = path.parent().map_or(Ok(()), fs::create_dir_all);
        // One write at the end of the file: commands that run side by side do not cut each other's lines.
        let mut options = OpenOptions::new();
        match self.known.len() + noted.len() > MAX_COUNT {
            true => options.write(true).create(true).truncate(true),
            false => options.append(true).create(true),
        };
        // Without a cache the next check only takes longer.
        let _ = options.open(path).and_then(|mut file| file.write_all(&noted.concat()));
    }
}

impl Verdicts for Cache {
    fn is_clean(&self, inputs: Digest) -> bool {
        self.known.contains(self.verdict(inputs))
    }

    fn note_clean(&self, inputs: Digest) {
        if let Ok(mut noted) = self.noted.lock() {
            noted.push(self.verdict(inputs).bytes());
        }
    }
}

/// What tells this binary from any other: its version, length and age.
pub fn own_stamp() -> String {
    let found = std::env::current_exe().and_then(fs::metadata).ok();
    let age = found.as_ref().and_then(|found| found.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    let length = found.map_or(0, |found| found.len());
    format!("{} {length} {}", env!("CARGO_PKG_VERSION"), age.map_or(0, |age| age.as_nanos()))
}
