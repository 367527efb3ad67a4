//! How likely they are to recommend us, as they said: the net promoter score of the list (R17, R22).

use crate::plan::agenda::{DETRACTOR, PROMOTER};
use crate::plan::memory::Memory;

/// The scores of everybody we care for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recommending {
    /// Who gave 9 or 10.
    pub promoters: usize,
    /// Who gave 7 or 8.
    pub passives: usize,
    /// Who gave 6 or less.
    pub detractors: usize,
    /// Whose score is too old, or has no day: it is not counted.
    pub outdated: usize,
    /// Who never gave one.
    pub without: usize,
}

impl Recommending {
    /// Promoters less detractors in percent of all scores that count, rounded to the nearest; `None` where there are none.
    pub fn score(&self) -> Option<i32> {
        let of = self.promoters + self.passives + self.detractors;
        (of > 0).then(|| ((self.promoters as f64 - self.detractors as f64) * 100.0 / of as f64).round() as i32)
    }
}

/// Counts the scores of everybody who is not left alone.
pub fn recommending(memory: &Memory<'_>) -> Recommending {
    let mut all = Recommending::default();
    for (_, contact, _) in memory.active() {
        let group = match contact.details.nps {
            None => &mut all.without,
            Some(nps) if !nps.is_current(memory.today) => &mut all.outdated,
            Some(nps) if nps.score >= PROMOTER => &mut all.promoters,
            Some(nps) if nps.score <= DETRACTOR => &mut all.detractors,
            Some(_) => &mut all.passives,
        };
        *group += 1;
    }
    all
}
