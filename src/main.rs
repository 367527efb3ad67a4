//! The `bevara` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Long lists are read on all cores into many small values.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    bevara::cli::run()
}
