//! From the words an author wrote to what one reader gets: marks, Markdown, HTML, text part, seal.
//!
//! Merged values are data. They travel through every step as [`mark`](html::mark)s, which no step gives a meaning to, and become text again
//! in [`html::finish`] or [`text::render_text`], escaped for the place where they landed.
//!
//! [`engine`] is tera with every template of a programme, [`view`] what templates may see, [`compose`] the way of one message
//! through all of it, and [`authored`] what messages, letters and pages share. [`stamp`] renders once for many readers, and [`site_pages`] knows
//! the site's addresses before there is a site. [`narrowing`] gives a plan's `where` its meaning, [`links`] a contact their codes.

pub mod address;
pub mod authored;
pub mod compose;
pub mod copies;
pub mod country;
pub mod engine;
pub mod inputs;
pub mod label;
pub mod links;
pub mod local_words;
pub mod locale;
pub mod markdown;
pub mod narrowing;
pub mod paper;
pub mod pictures;
pub mod seal;
pub mod site_pages;
pub mod site_urls;
pub mod stamp;
pub mod strings;
pub mod syntax;
pub mod text;
pub mod typography;
pub mod view;
