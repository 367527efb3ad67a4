//! `send` against a server that does everything wrong: nobody gets a message twice, nobody is lost, and whoever is in doubt is
//! named.
//!
//! The server listens on real sockets, and the command is the built one. `KILLS=1000 cargo test --test send kill` kills it more
//! often than usual, `SEED=…` at other moments, `BINARY=$PWD/target/release/bevara` takes another build.

mod approvals;
mod changes;
mod connections;
mod damage;
mod disk;
mod doctor;
mod interrupt;
mod kill;
mod pipelining;
mod programme;
mod recipients;
mod replies;
#[path = "../it/scratch.rs"]
mod scratch;
mod server;
mod trust;
