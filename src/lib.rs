//! bevara: a referral programme as code.
//!
//! One commit says what every customer will hear this year. A folder of Markdown and YAML becomes a public site, per-tier
//! newsletters and greetings by e-mail, and a machine proves that nobody is forgotten, nobody is mailed twice, and nobody who
//! must be left alone is mailed at all.
//!
//! # The way of the data
//! 1. **[`load`]** reads the folder: files become sources, documents become wire structs.
//! 2. **[`validate`]** turns wire structs into a [`model::programme::Programme`] that holds together, or says everything that does
//!    not, as [findings](source::diagnostic) with file, line and column.
//! 3. **[`plan`]** says who gets what when, and who does not and why. Nothing can be addressed without its
//!    [`Recipient`](plan::Recipient).
//! 4. **[`render`]** makes one message for one reader: templates, Markdown, inlined style, and the seal that the standing
//!    text is the last thing a reader reads.
//! 5. **[`products`]**, side by side: mail, post, site, report and calendars, each with what it renders, lints and writes.
//! 6. **[`build`]** writes all of them, only what changed and only what is ours; **[`check`]** looks at all of them without writing.
//! 7. **[`send`]** hands built messages to a relay once, and reads the reports that come back; **[`serve`]** shows everything in a
//!    browser and follows each save, **[`lsp`]** answers an editor; **[`cli`]** is the only room that prints.
//!
//! What a user looks up (schemas, keys, findings) is the **[`mod@reference`]**, and what `init` writes comes from the **[`starter`]**.
//!
//! Imports only point back along this list. The first four are the crate [`programme`]. The tools below it know no contact, mailing or
//! programme and are crates of their own: `source`, `yaml`, `html`, `mail`, `store`, `picture`, `browser` and `interchange`.
//!
//! Before anything leaves, **[`review`]** says who gets what differently, and whether somebody approved it.
//!
//! A side door leads back: **[`import`]** brings lists of other programs into the files that `load` reads, and takes them out.

pub mod build;
pub mod check;
pub mod cli;
pub mod import;
pub mod lsp;
pub mod products;
pub mod reference;
pub mod review;
pub mod send;
pub mod serve;
pub mod starter;

pub use programme::{load, model, plan, render, validate};

/// The small programme that tests are written on, here as in the crate below.
#[cfg(test)]
#[expect(dead_code, reason = "not all of it is wanted up here")]
#[path = "../crates/programme/src/plan/fixture.rs"]
mod fixture;
