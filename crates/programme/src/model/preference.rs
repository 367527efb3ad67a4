//! What suits a contact: by which channel, how often, and whether they were asked (R13).

use jiff::civil::Date;

use crate::model::touch::Interval;
use source::words;

words! {
    /// How a contact wants to hear from us.
    PreferredChannel, "channel" {
        /// By telephone, and not in writing.
        Phone = "phone",
        /// By e-mail.
        Email = "email",
        /// On paper.
        Post = "post",
    }
}

/// What a contact asked for, or we assume they like (R13).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preference {
    /// The channel they prefer.
    pub channel: Option<PreferredChannel>,
    /// How often they want to hear from us: the shortest time between two mailings, or the time between two calls.
    pub every: Option<Interval>,
    /// The most mailings a calendar year.
    pub max_per_year: Option<u32>,
    /// Whether they were asked, and when.
    pub asked: Option<Asked>,
}

impl Preference {
    /// True where they told us; what is assumed was not asked.
    pub fn was_asked(&self) -> bool {
        matches!(self.asked, Some(Asked::Yes | Asked::On(_)))
    }

    /// The time between two calls, where they would rather be called than written to.
    pub fn calls(&self) -> Option<Interval> {
        self.every.filter(|_| self.channel == Some(PreferredChannel::Phone))
    }
}

/// Whether a preference was asked for or is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// We assume it (`asked: false`).
    Assumed,
    /// They told us (`asked: true`).
    Yes,
    /// They told us on that day.
    On(Date),
}
