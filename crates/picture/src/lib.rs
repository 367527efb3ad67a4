//! Pictures: what stays of them, smaller copies, and QR codes.
//!
//! [`strip_metadata`] takes out what is no picture (where and by whom it was taken, thumbnails, comments); [`copies`] makes smaller
//! pictures and WebP; [`qr`] draws codes; [`without_empty_foot`] cuts off what shows nothing.

pub mod copies;
mod metadata;
pub mod pixels;
pub mod qr;
mod trim;
mod turn;

pub use metadata::{Damaged, Stripped, strip_metadata};
pub use trim::without_empty_foot;
pub use turn::Turn;
