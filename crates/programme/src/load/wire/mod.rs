//! What stands in the files, field by field. Every field is optional here: what is required is decided by
//! [`validate`](crate::validate), which takes these structs apart exhaustively, so that a forgotten field does not compile.

/// Declares wire structs: every field optional, unknown keys refused.
macro_rules! wire {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $(
            #[doc = concat!("`", stringify!($field), ":`")]
            pub $field: Option<$type>,
        )* }
    )*

    /// The groups of keys of these files.
    pub(super) const GROUPS: &[super::Group] =
        &[$((stringify!($name), &[$((stringify!($field), stringify!($type)),)*]),)*];
    };
}

mod contacts;
mod content;
mod either;
mod ledgers;
mod plan;
mod settings;

pub use contacts::*;
pub use content::*;
pub use either::{Labels, MeetingPlace, Via};
pub use ledgers::*;
pub use plan::*;
pub use settings::*;

/// The name of a group of keys, and each of its keys with the type of its value.
pub type Group = (&'static str, &'static [(&'static str, &'static str)]);

/// Every group of keys, in the order of the files.
pub fn groups() -> impl Iterator<Item = &'static Group> {
    [settings::GROUPS, contacts::GROUPS, plan::GROUPS, ledgers::GROUPS, content::GROUPS].into_iter().flatten()
}
