//! What customers value, by segment and with evidence; and the words of theirs that we may use (R31).

use jiff::civil::Date;

use crate::model::contact::Origin;
use crate::model::id::ValueId;
use crate::model::text::{Line, Localised};

/// The permission to use somebody's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// When it was given.
    pub on: Date,
    /// How: a mail, a letter, a form.
    pub how: Option<Line>,
    /// The last day on which they may be used; open where absent.
    pub until: Option<Date>,
}

/// A value point, or the words of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuePoint {
    /// Its id.
    pub id: ValueId,
    /// What it says, a text a language.
    pub text: Localised,
    /// For which segments; for all where there are none.
    pub segments: Vec<Line>,
    /// For customers of which size, from and to; for all where it is open at both ends.
    pub size: (Option<u32>, Option<u32>),
    /// What shows that it is so.
    pub evidence: Option<Line>,
    /// Who said it: a name with a firm, in words for each language where they differ, or a contact's id.
    pub said_by: Option<Localised>,
    /// That we may use it.
    pub permitted: Option<Permission>,
    /// Where it stands.
    pub origin: Origin,
}

impl ValuePoint {
    /// True where it is somebody's words, which only their permission lets us use.
    pub fn is_quote(&self) -> bool {
        self.said_by.is_some() || self.permitted.is_some()
    }

    /// Who said it, where that is one word for all languages, as a contact's id is.
    pub fn said_by_id(&self) -> Option<&str> {
        match self.said_by.as_ref()? {
            Localised::Same(who) => Some(who.as_str()),
            Localised::Each(_) => None,
        }
    }

    /// True where it is meant for somebody of a segment and a size; who is of none gets what is meant for all.
    pub fn is_for(&self, segment: Option<&Line>, size: Option<u32>) -> bool {
        let of_size = match (self.size, size) {
            ((None, None), _) => true,
            ((from, to), Some(own)) => from.is_none_or(|from| from <= own) && to.is_none_or(|to| own <= to),
            (_, None) => false,
        };
        of_size && (self.segments.is_empty() || segment.is_some_and(|own| self.segments.contains(own)))
    }

    /// True where it is meant for some customers and not for all.
    pub fn is_narrow(&self) -> bool {
        !self.segments.is_empty() || self.size != (None, None)
    }

    /// True where texts may show it on a day: a value with evidence, or words that may be used.
    pub fn may_be_shown(&self, on: Date) -> bool {
        if self.is_quote() { self.hindrance(on).is_none() } else { self.evidence.is_some() }
    }

    /// Why these words may not be used on a day; `None` where they may.
    pub fn hindrance(&self, on: Date) -> Option<Hindrance> {
        match (&self.said_by, &self.permitted) {
            (None, _) => Some(Hindrance::Unsigned),
            (_, None) => Some(Hindrance::Unpermitted),
            (_, Some(permission)) => permission.until.filter(|until| *until < on).map(Hindrance::Lapsed),
        }
    }
}

/// Why somebody's words may not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// Nobody knows who said it.
    Unsigned,
    /// Nobody gave permission.
    Unpermitted,
    /// The permission ended on that day.
    Lapsed(Date),
}
