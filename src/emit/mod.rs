//! The emit stage: what was rendered becomes bytes, and the bytes become files under `output/`.
//!
//! A message goes through [`mime`] (its parts), [`header`] (its fields) and [`quoted_printable`] (its texts); the same values
//! give the same bytes, always. Files go through the [`store`]: it stages what changed and moves it into place at the end, so
//! that a build that fails leaves the last good output as it was. [`digest`] is the one hash of both. What leaves is signed by
//! [`dkim`], never what is built: [`departure`] says what changes then.

pub mod build;
pub mod calendar;
pub mod departure;
mod die;
pub mod edition;
pub mod mail;
pub mod manifest;
pub mod post;
pub mod report;
pub mod site;
