//! From the words an author wrote to what one reader gets: marks, Markdown, HTML, text part, seal.
//!
//! Merged values are data. They travel through every step as [`mark`]s, which no step gives a meaning to, and become text again
//! in [`html::finish`] or [`text::render_text`], escaped for the place where they landed.

pub mod html;
pub mod locale;
pub mod mark;
pub mod markdown;
pub mod seal;
pub mod text;
pub mod typography;
