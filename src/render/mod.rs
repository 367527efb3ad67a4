//! From the words an author wrote to what one reader gets: marks, Markdown, HTML, text part, seal.
//!
//! Merged values are data. They travel through every step as [`mark`]s, which no step gives a meaning to, and become text again
//! in [`html::finish`] or [`text::render_text`], escaped for the place where they landed.
//!
//! [`engine`] is tera with every template of a programme, [`view`] what templates may see, [`compose`] the way of one message
//! through all of it, [`page`] that of a page of the site, [`report`] that of a page of the report, and [`authored`] what they
//! share. [`narrowing`] gives a plan's `where` its meaning, [`links`] a contact their codes.

pub mod address;
pub mod authored;
pub mod compose;
pub mod country;
pub mod engine;
pub mod label;
pub mod links;
pub mod locale;
pub mod markdown;
pub mod narrowing;
pub mod page;
pub mod paper;
pub mod pictures;
pub mod report;
pub mod seal;
pub mod stamp;
pub mod strings;
pub mod text;
pub mod typography;
pub mod view;
