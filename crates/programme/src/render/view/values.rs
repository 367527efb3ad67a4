//! `values`: what customers like the reader value, with a quote that may be shown to them (R31).

use jiff::civil::Date;
use serde::Serialize;

use super::quotes::{QuoteView, quote};
use crate::model::contact::Contact;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::model::value::ValuePoint;

/// `values`
#[derive(Serialize)]
pub struct ValuesView<'p> {
    /// What they value, a sentence each: what is meant for their sort first.
    points: Vec<&'p str>,
    /// The words of a customer, where there are any for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<QuoteView<'p>>,
}

/// Most points that are shown: more than three nobody reads.
const POINTS: usize = 3;

/// Which value points may be shown to a contact on a day, as bits by their place in the file; without a contact, those that are
/// meant for all. `None` where there are more points than bits.
pub fn matching(programme: &Programme, contact: Option<&Contact>, on: Date) -> Option<u128> {
    if programme.values.len() > u128::BITS as usize {
        return None;
    }
    let chosen = programme.values.iter().map(|value| is_meant(value, contact, on));
    Some(chosen.enumerate().fold(0, |bits, (place, meant)| bits | u128::from(meant) << place))
}

fn is_meant(value: &ValuePoint, contact: Option<&Contact>, on: Date) -> bool {
    let (segment, size) =
        contact.map_or((None, None), |contact| (contact.details.segment.as_ref(), contact.details.size));
    value.may_be_shown(on) && value.is_for(segment, size)
}

/// What a reader is shown on a day, in a language; without a reader, what is meant for all.
pub fn values<'p>(programme: &'p Programme, language: Language, contact: Option<&Contact>, on: Date) -> ValuesView<'p> {
    let languages = &programme.settings.languages;
    let mut meant: Vec<&ValuePoint> = programme.values.iter().filter(|value| is_meant(value, contact, on)).collect();
    meant.sort_by_key(|value| !value.is_narrow());
    let (quotes, points): (Vec<&ValuePoint>, Vec<&ValuePoint>) = meant.into_iter().partition(|value| value.is_quote());
    ValuesView {
        points: points.iter().filter_map(|value| value.text.get(language, languages)).take(POINTS).collect(),
        quote: quotes.into_iter().find_map(|value| quote(programme, value, language)),
    }
}
