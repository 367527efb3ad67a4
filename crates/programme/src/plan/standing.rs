//! Where the mailings stand: which are late, which are next, and who has those that were sent.

use jiff::civil::Date;

use crate::model::mailing::Mailing;
use crate::plan::memory::Memory;
use crate::plan::months::row_of;
use crate::plan::sending::{MailingStatus, Progress};

impl<'p> Memory<'p> {
    /// How far a mailing of the plans is.
    pub fn status(&self, mailing: &Mailing) -> &MailingStatus<'p> {
        let own = self.statuses.iter().find(|status| status.mailing.id == mailing.id);
        own.expect("the memory knows every mailing of the plans")
    }

    /// Who has a mailing that was sent, by tier, A first, and all together; `None` where it is not. Who came on the list or into its
    /// audience later has no part in what is past.
    pub fn readers(&self, status: &MailingStatus<'_>) -> Option<([u32; 3], usize)> {
        (status.progress == Progress::Sent).then(|| {
            let mut tiers = [0; 3];
            let got_it = |(position, ..): &(u32, _, _)| self.sent_on(status.mailing, *position).next().is_some();
            self.active().filter(got_it).for_each(|(_, _, tier)| tiers[row_of(tier)] += 1);
            (tiers, status.accepted + status.posted)
        })
    }

    /// The mailings that should have left, in the order of the plans (R10).
    pub fn late(&self) -> impl Iterator<Item = &MailingStatus<'p>> {
        self.statuses.iter().filter(|status| status.is_overdue(self.today))
    }

    /// The mailings of today and to come of which nothing has left by mail, with their first day, in the order of these: letters go
    /// to the post days before the others are sent theirs.
    pub fn next_up(&self) -> Vec<(Date, &MailingStatus<'p>)> {
        let is_ahead = |status: &&MailingStatus<'p>| match status.progress {
            Progress::Coming | Progress::Due => true,
            Progress::Partly => {
                let is_to_come = status.days.is_some_and(|days| days.first >= self.today);
                is_to_come && status.reached > 0 && status.reached == status.posted && status.begun == 0
            }
            _ => false,
        };
        let ahead = self.statuses.iter().filter(is_ahead);
        let mut ahead: Vec<_> = ahead.filter_map(|status| Some((status.days?.first, status))).collect();
        ahead.sort_by_key(|(on, _)| *on);
        ahead
    }
}
