//! Files that are written whole or not at all.
//!
//! [`output`] stages what changed and moves it into place at the end; [`replace()`] gives one file another text in one move;
//! [`digest`] is the hash that manifests and names are made of; [`inside`] tells links that leave a folder.

pub mod digest;
pub mod inside;
mod output;
mod replace;

pub use output::*;
pub use replace::{ReplaceError, create, rename, replace};
