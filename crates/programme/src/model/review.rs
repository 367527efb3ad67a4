//! The question bank for account reviews (R15).

use crate::model::id::QuestionId;
use crate::model::text::Localised;
use source::words;

words! {
    /// What a question wants to find out, in the order in which a meeting asks.
    Area, "area of questions" {
        /// Opens the meeting.
        Opening = "opening",
        /// How they feel about us.
        Feelings = "feelings",
        /// What they need.
        Needs = "needs",
        /// Who else they look at.
        Competitors = "competitors",
        /// Ends the meeting.
        Closing = "closing",
    }
}

impl Area {
    /// The areas that no review may leave out (R15).
    pub const REQUIRED: [Area; 3] = [Area::Feelings, Area::Needs, Area::Competitors];
}

/// A question in indirect wording: it opens a story, not a yes or a no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// What it is about.
    pub area: Area,
    /// The question, a text a language.
    pub text: Localised,
}
