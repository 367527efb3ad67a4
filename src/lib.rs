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
//! 5. **[`emit`]** writes what was rendered below `output/`: atomic, only what changed, only what is ours.
//! 6. **[`check`]** looks at all of it without writing; **[`cli`]** is the only room that prints.
//!
//! [`serve`] shows all of it in a browser and follows each save; it renders when it is asked, and writes nothing.
//!
//! The tools below it know no contact, mailing or programme and are crates of their own: `source`, `yaml`, `html`, `mail`, `store`,
//! `picture` and `interchange`.
//!
//! A side door leads back: **[`import`]** brings lists of other programs into the files that `load` reads.
//!
//! And what was sent comes back: **[`send`]** reads delivery reports.
//!
//! Imports only point back along this list.

pub mod check;
pub mod cli;
pub mod emit;
pub mod import;
pub mod load;
pub mod model;
pub mod plan;
pub mod render;
pub mod send;
pub mod serve;
pub mod validate;
