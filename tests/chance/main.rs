//! What chance finds: thousands of inputs that no one thought of, the same on every machine. Each file names the variable that makes more.

mod lists;
#[path = "../it/scratch.rs"]
mod scratch;
mod slips;
mod stamp;
mod torture;
