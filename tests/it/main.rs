//! What the `bevara` command does, seen from outside: its exit code, what it prints, and the files it leaves.

mod architecture;
mod bounces;
mod build;
mod cli;
mod demo;
mod errors_in_files;
mod errors_in_references;
mod errors_in_templates;
mod errors_in_values;
mod files;
mod init;
mod mail;
mod message;
mod mistakes;
mod person;
mod programme;
mod rules;
mod run;
mod send;
mod signing;
mod snapshot;
