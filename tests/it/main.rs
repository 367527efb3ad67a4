//! What the `bevara` command does, seen from outside: its exit code, what it prints, and the files it leaves.

mod architecture;
mod build;
mod cli;
mod demo;
mod errors;
mod files;
mod init;
mod mail;
mod message;
mod mistakes;
mod programme;
mod rules;
mod run;
mod snapshot;
