//! The final HTML: marks become text again, and what a reader sees can be read off.
//!
//! Nothing here builds a tree. [`scan()`] cuts into tokens; [`finish()`] writes the tokens again with values and picture paths in
//! place; [`polished`] and [`framed`] do so for pages, in one pass with all that makes them small; [`visible_text`], [`links`] and
//! [`images`] say what a reader gets.

pub mod css;
pub mod entity;
mod finish;
pub mod hole;
pub mod mark;
mod minify;
mod polish;
mod rewrite;
mod scan;
pub mod url;
mod visible;

pub use entity::{escape_attribute, escape_text};
pub use finish::{Picture, Pictures, Source, finish};
pub use minify::minified;
pub use polish::{Edits, framed, polished};
pub use rewrite::{Edit, rewrite};
pub use scan::{Attribute, Scanner, Tag, Token, scan};
pub use url::settle;
pub use visible::{Image, Link, fold, images, is_hidden, links, visible_text};

/// The markup inside a conditional comment (`[if mso]>…<![endif]`), with the condition and the end around it; `None` for a
/// comment that only explains, and for the empty halves of a downlevel-revealed one.
pub fn conditional(comment: &str) -> Option<(&str, &str, &str)> {
    let condition = comment.trim_start().starts_with("[if").then(|| comment.find("]>"))??;
    let end = comment.rfind("<![endif]").filter(|&end| end >= condition + "]>".len())?;
    Some((&comment[..condition + "]>".len()], &comment[condition + "]>".len()..end], &comment[end..]))
}
