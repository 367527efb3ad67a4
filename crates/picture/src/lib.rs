//! Pictures: what stays of them, smaller copies, and QR codes.
//!
//! [`strip_metadata`] takes out what is no picture (where and by whom it was taken, thumbnails, comments); [`copies`] makes smaller
//! pictures and WebP; [`qr`] draws codes.

pub mod copies;
mod metadata;
pub mod qr;
mod turn;

pub use metadata::{Damaged, Stripped, strip_metadata};
pub use turn::Turn;
