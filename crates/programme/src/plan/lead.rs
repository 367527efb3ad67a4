//! When a mailing on paper is printed and posted, so that it is there on its day (R12).

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::language::Country;
use crate::model::mailing::{LATE_DAYS, Mailing};
use crate::model::programme::Programme;
use crate::model::workday;
use crate::plan::admission::{Recipient, Route};
use crate::plan::audience::Audience;

/// Working days between printing and posting: letters are signed, folded and put into envelopes, gifts are packed.
const AT_THE_DESK: u32 = 1;

/// The two days on which somebody has to do something about a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lead {
    /// The last day to print it.
    pub print_by: Date,
    /// The last day to hand it to the post.
    pub post_by: Date,
}

impl Lead {
    /// The days of a letter from `home` that shall be in `country` on `day`: what lies between counts where both work.
    pub fn of(mailing: &Mailing, day: Date, home: Country, country: Country) -> Self {
        let post_by = workday::back_by_workdays(day, mailing.post_by.to(country), &[home, country]);
        // Nobody is at the desk on a Sunday, even where the post takes no time at all.
        let post_by = workday::shift(post_by, crate::model::mailing::Shift::PrevWorkday, home);
        Lead { print_by: workday::back_by_workdays(post_by, AT_THE_DESK, &[home]), post_by }
    }

    /// The days for one recipient; `None` where it goes by e-mail.
    pub fn for_recipient(programme: &Programme, mailing: &Mailing, recipient: &Recipient<'_>) -> Option<Self> {
        let Route::Post(address) = recipient.route() else { return None };
        Some(Lead::to(programme, mailing, recipient.date(), address.country))
    }

    /// The days of a letter that shall be in a country on `day`; an address without one is at home.
    pub fn to(programme: &Programme, mailing: &Mailing, day: Date, country: Option<Country>) -> Self {
        let home = home(programme);
        Lead::of(mailing, day, home, country.unwrap_or(home))
    }

    /// The days for all that goes by post of a mailing: the earliest, since a run is printed at once. `None` where nothing does.
    pub fn of_audience(programme: &Programme, audience: &Audience<'_>) -> Option<Self> {
        let each = audience.recipients.iter();
        each.filter_map(|recipient| Lead::for_recipient(programme, audience.mailing, recipient)).min()
    }
}

/// The next mailing to be printed: the first whose letters have to leave today or later, or are at most a week late. `sent` tells
/// who was sent it before. Mailings on personal days have no day of their own and are never the next.
pub fn next_on_paper<'a, 'p>(
    programme: &Programme,
    audiences: &'a [Audience<'p>],
    today: Date,
    sent: &dyn Fn(&Mailing, &Recipient<'p>) -> bool,
) -> Option<(&'a Audience<'p>, Lead)> {
    let lead = |audience: &Audience<'p>| {
        let is_open = |recipient: &&Recipient<'p>| {
            !programme.settings.is_before_start(recipient.date()) && !sent(audience.mailing, recipient)
        };
        let open = audience.recipients.iter().filter(is_open);
        open.filter_map(|recipient| Lead::for_recipient(programme, audience.mailing, recipient)).min()
    };
    let in_time = |lead: &Lead| lead.post_by.checked_add(LATE_DAYS.days()).is_ok_and(|end| today <= end);
    let dated = audiences.iter().filter(|audience| !audience.mailing.when.is_personal());
    let due = dated.filter_map(|audience| Some((audience, lead(audience)?))).filter(|(_, lead)| in_time(lead));
    due.min_by_key(|(_, lead)| lead.post_by)
}

/// The country where letters are posted: that of the sender's address.
pub fn home(programme: &Programme) -> Country {
    let settings = &programme.settings;
    settings.sender.postal_address.country.unwrap_or(settings.country)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::channel::Channel;
    use crate::model::mailing::LeadTime;
    use crate::plan::audience::Roster;
    use crate::plan::fixture::{Fixture, everybody, in_country, postal_address};
    use jiff::civil::date;

    #[test]
    fn r12_a_letter_leaves_so_early_that_it_is_there_on_its_day() {
        let programme = Fixture::new()
            .contact("anna", "A", postal_address)
            .contact("tiina", "A", |c| {
                in_country(c, "EE");
                postal_address(c);
            })
            .contact("bo", "A", |c| c.email = None)
            .mailing("card", "2027-12-10", |m| {
                m.channel = Channel::Post;
                m.post_by = LeadTime { usual: 4, by_country: [("EE".parse().expect("a country"), 7)].into() };
            })
            .build();
        let roster = Roster::new(&programme, &everybody);
        let audience = roster.audience(programme.mailing("card").expect("it is planned"));
        let lead = |index: usize| {
            Lead::for_recipient(&programme, audience.mailing, &audience.recipients[index]).expect("on paper")
        };
        assert_eq!(lead(0), Lead { print_by: date(2027, 12, 3), post_by: date(2027, 12, 6) });
        assert_eq!(lead(1), Lead { print_by: date(2027, 11, 30), post_by: date(2027, 12, 1) });
        assert_eq!(Lead::of_audience(&programme, &audience), Some(lead(1)));
    }

    #[test]
    fn r12_a_letter_that_takes_no_time_still_leaves_on_a_working_day() {
        let programme = Fixture::new()
            .mailing("card", "2027-01-17", |m| m.post_by = LeadTime { usual: 0, ..LeadTime::default() })
            .build();
        let lead =
            Lead::of(programme.mailing("card").expect("it is planned"), date(2027, 1, 17), Country::SE, Country::SE);
        assert_eq!(lead, Lead { print_by: date(2027, 1, 14), post_by: date(2027, 1, 15) });
    }
}
