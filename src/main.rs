//! The `bevara` command.
fn main() {}
