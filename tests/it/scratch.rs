//! Folders of the tests' own.

use std::fs;

use tempfile::TempDir;

/// Where Linux keeps files in memory, and how large it has to be, in KiB.
const MEMORY: &str = "/dev/shm";
const ENOUGH: u64 = 2 * 1024 * 1024;

/// An empty folder, removed with its value: in memory where the system has room for it. Hundreds of programmes that are written and
/// removed within a minute cost a disk more than the command that is tested.
pub fn folder() -> TempDir {
    let folder = if has_room() { TempDir::new_in(MEMORY) } else { TempDir::new() };
    folder.expect("a temporary folder")
}

/// In containers there are often 64 MiB of it, and a size is told wherever there is a limit.
fn has_room() -> bool {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let options = mounts.lines().map(|line| line.split(' ')).find_map(|mut words| {
        let is_there = words.nth(1) == Some(MEMORY);
        words.nth(1).filter(|_| is_there)
    });
    options.is_some_and(|options| {
        options.split(',').all(|option| match option.strip_prefix("size=") {
            Some(size) => {
                size.strip_suffix('k').and_then(|size| size.parse().ok()).is_some_and(|size: u64| size >= ENOUGH)
            }
            None => option != "ro",
        })
    })
}
