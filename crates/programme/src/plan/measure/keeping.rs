//! Keeping customers: who was one a year ago and still is, and who left, when and why (R32).

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;

use super::share::percent;
use crate::model::contact::{Contact, Ended, Kind};
use crate::plan::memory::Memory;

/// Customers of a year ago, and what became of them.
#[derive(Debug, Clone, Default)]
pub struct Keeping<'p> {
    /// Who was a customer a year ago, as far as the list knows.
    pub a_year_ago: usize,
    /// Those of them who still are.
    pub kept: usize,
    /// Everybody who left, the last first.
    pub left: Vec<(&'p Contact, &'p Ended)>,
    /// Of whom we know that they left, not when: contacts of kind `former` without `ended`.
    pub undated: usize,
}

impl Keeping<'_> {
    /// Who still is a customer, in percent of those of a year ago, with one decimal, rounded half up; `None` where there were none.
    pub fn share(&self) -> Option<f64> {
        let of = self.a_year_ago;
        (of > 0).then(|| percent(self.kept, of))
    }

    /// Who left since `from`.
    pub fn left_since(&self, from: Date) -> impl Iterator<Item = &(&Contact, &Ended)> {
        self.left.iter().filter(move |(_, ended)| ended.on > from)
    }

    /// Why they left, the commonest reason first; `None` where nobody wrote it down.
    pub fn reasons(&self) -> Vec<(Option<&str>, usize)> {
        let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        for (_, ended) in &self.left {
            *counts.entry(ended.why.as_ref().map(|why| why.as_str())).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }
}

/// Looks at everybody who is or was a customer, of tier D too: whom we left has left.
pub fn keeping<'p>(memory: &Memory<'p>) -> Keeping<'p> {
    let year_ago = memory.today.saturating_sub(Span::new().years(1));
    let mut keeping = Keeping::default();
    for contact in &memory.programme.contacts {
        let ended = contact.details.ended.as_ref().filter(|ended| ended.on <= memory.today);
        keeping.undated += usize::from(contact.kind == Kind::Former && contact.details.ended.is_none());
        keeping.left.extend(ended.map(|ended| (contact, ended)));
        let is_customer = contact.kind == Kind::Customer && ended.is_none();
        let came_before = memory.known_since_as_customer(contact).is_some_and(|since| since <= year_ago);
        if came_before && (is_customer || ended.is_some_and(|ended| ended.on > year_ago)) {
            keeping.a_year_ago += 1;
            keeping.kept += usize::from(is_customer);
        }
    }
    keeping.left.sort_by_key(|(_, ended)| std::cmp::Reverse(ended.on));
    keeping
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::journal::Journals;
    use crate::plan::Roster;
    use crate::plan::fixture::{Fixture, everybody};
    use jiff::civil::date;

    fn left(contact: &mut Contact, on: Date, why: Option<&str>) {
        contact.kind = Kind::Former;
        contact.details.ended = Some(Ended { on, why: why.map(|why| why.parse().expect("a line")) });
    }

    #[test]
    fn r32_customers_of_a_year_ago_who_still_are() {
        let old = |contact: &mut Contact| contact.details.since = Some(date(2020, 1, 1));
        let programme = Fixture::new()
            .contact("anna", "A", old)
            .contact("bo", "B", |c| {
                old(c);
                left(c, date(2026, 9, 1), Some("moved"));
            })
            .contact("cid", "C", |c| {
                old(c);
                left(c, date(2025, 9, 1), Some("moved"));
            })
            .contact("eva", "C", |c| c.details.since = Some(date(2026, 8, 1)))
            .contact("fia", "C", |c| c.kind = Kind::Former)
            .contact("dag", "D", |c| {
                old(c);
                left(c, date(2027, 1, 2), None);
            })
            .build();
        let roster = Roster::new(&programme, &everybody);
        let journals = Journals::new();
        let memory = Memory::new(&programme, date(2027, 3, 1), &roster, &journals);
        let keeping = keeping(&memory);
        assert_eq!((keeping.a_year_ago, keeping.kept, keeping.undated), (3, 1, 1));
        assert_eq!(keeping.share(), Some(33.3));
        let left: Vec<&str> = keeping.left.iter().map(|(contact, _)| contact.id.as_str()).collect();
        assert_eq!(left, ["dag", "bo", "cid"]);
        assert_eq!(keeping.reasons(), [(Some("moved"), 2), (None, 1)]);
    }
}
