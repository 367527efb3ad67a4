//! `cargo bench`: hands the optimised binary to `bench.py`, which measures it against other tools.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    // Cargo adds `--bench` for its own harness.
    let sizes = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/bench.py");
    let status = Command::new("python3").arg(script).arg(env!("CARGO_BIN_EXE_bevara")).args(sizes).status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("python3 cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}
