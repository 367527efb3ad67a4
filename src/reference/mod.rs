//! What a user looks up: the keys of every file, as schemas for editors and as pages, and what each finding means.
//!
//! Everything comes from one source: the wire structs say which keys there are, `keys.yaml` what each of them means, `variables.yaml`
//! what templates see, and `docs/reference/findings.md` what a finding's code means.

pub mod findings;
pub mod keys;
pub mod pages;
pub mod schema;
pub mod values;
pub mod variables;
#[cfg(test)]
mod views;
