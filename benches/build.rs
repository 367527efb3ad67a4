//! `cargo bench`: hands the optimised binary to `bench.py`, which measures it against other tools and against the least that writing
//! the same files can cost: `floor FROM TO`, which is this program too.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use rayon::prelude::*;
use store::digest::Digest;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, from, to] = arguments.as_slice()
        && word == "floor"
    {
        return floor(Path::new(from), Path::new(to));
    }
    // Cargo adds `--bench` for its own harness.
    let sizes = arguments.iter().filter(|argument| !argument.starts_with('-'));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/bench.py");
    let floor = std::env::current_exe().unwrap_or_default();
    let status = Command::new("python3").arg(script).arg(env!("CARGO_BIN_EXE_bevara")).arg(floor).args(sizes).status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("python3 cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes as many files as lie in `from`, each with the bytes of the first, on all cores, and hashes each.
fn floor(from: &Path, to: &Path) -> ExitCode {
    let written = fs::create_dir(to).and_then(|()| {
        let files = fs::read_dir(from)?.collect::<Result<Vec<_>, _>>()?;
        // The same bytes for all: reading them is no part of writing them.
        let bytes = files.first().map(|file| fs::read(file.path())).transpose()?.unwrap_or_default();
        files.par_iter().try_for_each(|file| {
            std::hint::black_box(Digest::of(&bytes));
            fs::write(to.join(file.file_name()), &bytes)
        })
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
