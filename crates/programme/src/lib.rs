//! The lower storey: what a folder says, who gets what when, and one message for one reader.
//!
//! It knows the programme and none of the products made of it: what is done with a message, and who asks for one, is not known here.
//!
//! 1. **[`load`]** reads the folder: files become sources, documents become wire structs.
//! 2. **[`validate`]** turns wire structs into a [`Programme`](model::programme::Programme) that holds together, or says everything that
//!    does not, as [findings](source::diagnostic) with file, line and column.
//! 3. **[`plan`]** says who gets what when, and who does not and why. Nothing can be addressed without its
//!    [`Recipient`](plan::Recipient).
//! 4. **[`render`]** makes one message for one reader: templates, Markdown, inlined style, and the seal that the standing
//!    text is the last thing a reader reads.
//!
//! All of them speak in the words of **[`model`]**. Imports only point back along this list.

pub mod load;
pub mod model;
pub mod plan;
pub mod render;
pub mod validate;
