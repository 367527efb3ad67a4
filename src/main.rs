//! The `bevara` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Long lists are read on all cores into many small values.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // The system clears a huge page whole when its first byte is used: most commands need less than that.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    bevara::cli::run()
}
