//! What the `bevara` command does, seen from outside: its exit code, what it prints, and the files it leaves.

mod architecture;
mod build;
mod cli;
mod demo;
mod errors_in_files;
mod errors_in_references;
mod errors_in_templates;
mod errors_in_values;
mod external;
mod files;
mod init;
mod mail;
mod message;
mod mistakes;
mod person;
mod programme;
mod rules;
mod run;
mod signing;
mod site;
mod snapshot;
