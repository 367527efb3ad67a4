//! Texts, places in them, and what is wrong with them.
//!
//! [`SourceFile`] is a text with its path; a [`Span`] is a stretch of it, which becomes a line and a column only when somebody is
//! shown it. [`diagnostic`] has findings as data: a value that does not parse gives a [`Fault`](diagnostic::Fault), and whoever
//! knows its place makes a [`Diagnostic`](diagnostic::Diagnostic) of it. [`words!`] declares enums that are written as words in
//! files, [`characters`] says what no text may hold. [`grouped`] tells findings to
//! a forge.

pub mod characters;
pub mod diagnostic;
mod file;
pub mod grouped;
mod words;

pub use file::*;
