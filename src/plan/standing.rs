//! Where the mailings stand: which are late, which are next, and who has those that were sent.

use jiff::civil::Date;

use crate::model::mailing::Mailing;
use crate::plan::memory::Memory;
use crate::plan::months::row_of;
use crate::plan::sending::{Dispatch, Progress};

impl<'p> Memory<'p> {
    /// How far a mailing of the plans is.
    pub fn dispatch(&self, mailing: &Mailing) -> &Dispatch<'p> {
        let own = self.dispatches.iter().find(|dispatch| dispatch.mailing.id == mailing.id);
        own.expect("the memory knows every mailing of the plans")
    }

    /// Who has a mailing that was sent, by tier, A first, and all together; `None` where it is not. Who came on the list or into its
    /// audience later has no part in what is past.
    pub fn readers(&self, dispatch: &Dispatch<'_>) -> Option<([u32; 3], usize)> {
        (dispatch.progress == Progress::Sent).then(|| {
            let mut tiers = [0; 3];
            let got_it = |(position, ..): &(u32, _, _)| self.sent_on(dispatch.mailing, *position).next().is_some();
            self.active().filter(got_it).for_each(|(_, _, tier)| tiers[row_of(tier)] += 1);
            (tiers, dispatch.accepted + dispatch.posted)
        })
    }

    /// The mailings that should have left, in the order of the plans (R10).
    pub fn late(&self) -> impl Iterator<Item = &Dispatch<'p>> {
        self.dispatches.iter().filter(|dispatch| dispatch.is_overdue(self.today))
    }

    /// The mailings of today and to come of which nothing has left, with their first day, in the order of these.
    pub fn next_up(&self) -> Vec<(Date, &Dispatch<'p>)> {
        let is_ahead = |dispatch: &&Dispatch<'p>| matches!(dispatch.progress, Progress::Coming | Progress::Due);
        let ahead = self.dispatches.iter().filter(is_ahead);
        let mut ahead: Vec<_> = ahead.filter_map(|dispatch| Some((dispatch.days?.first, dispatch))).collect();
        ahead.sort_by_key(|(on, _)| *on);
        ahead
    }
}
