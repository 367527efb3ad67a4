//! The report.

mod words;

pub use words::Words;
