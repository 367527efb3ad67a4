//! The `bevara` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    bevara::cli::run()
}
