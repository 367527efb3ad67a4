//! YAML for people: every fault of a file in one run, each with its place, and edits that keep comments and order.
//!
//! [`Document`] reads into serde types. The straight path is a small reader for what lists are really written in, then the
//! library; where a file has faults it is read leniently, until nothing is left to complain about. A place is looked up only when
//! a finding is printed. [`edit`] changes one value of a text and leaves the rest of it alone; [`front_matter`] cuts a Markdown
//! file into its settings and its text.

mod document;
pub mod edit;
pub mod free;
pub mod front_matter;
mod guard;
mod lenient;
mod path;
mod plain;
mod seek;
mod slip;
mod wording;

pub use document::{Document, Read};
pub use guard::quoted_length;
pub use path::{At, Step};

/// Reads a whole text that has no author to be told where it is wrong.
///
/// # Errors
/// It is no YAML, or not what is asked for.
pub fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, source::diagnostic::Fault> {
    serde_yaml::from_str(text).map_err(|error| source::diagnostic::Fault::new(error.to_string()))
}
