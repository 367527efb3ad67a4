//! Why a mailing is rendered in full.

/// An expression that the full render is needed for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// The template.
    pub template: String,
    /// Where in it, in bytes.
    pub at: usize,
    /// The expression as the author wrote it.
    pub expression: String,
}
