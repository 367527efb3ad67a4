//! Who is admitted to which channel, and why not.

use super::*;
use crate::model::contact::{Pause, Unsubscribed};
use crate::plan::fixture::{Fixture, basis, postal_address};
use jiff::civil::date;

/// What becomes of one contact, changed by `change`, on 2027-01-20 by `channel`.
fn outcome(channel: Channel, change: impl FnOnce(&mut Contact)) -> Result<&'static str, Refusal> {
    let programme = Fixture::new()
        .contact("anna", "A", change)
        .mailing("card", "2027-01-20", |mailing| mailing.channel = channel)
        .build();
    let cleared = Gate::new(&programme).clear(&programme.contacts[0])?;
    let mailing = programme.mailing("card").expect("it is planned");
    Recipient::admit(cleared, mailing, date(2027, 1, 20)).map(|recipient| match recipient.route() {
        Route::Email(_) => "email",
        Route::Post(_) => "post",
    })
}

#[test]
fn r01_r04_tier_d_is_refused_on_every_channel() {
    for &channel in Channel::ALL {
        let refusal = outcome(channel, |c| c.standing = Standing::DoNotContact).expect_err("D is left alone");
        assert_eq!(refusal.code(), "do-not-contact");
    }
}

#[test]
fn r26_no_basis_no_mail_and_an_opt_out_holds_on_paper_too() {
    for &channel in Channel::ALL {
        assert_eq!(outcome(channel, |c| c.basis = None), Err(Refusal::NoBasis));
        let on = date(2026, 3, 12);
        let unsubscribed = |c: &mut Contact| c.details.unsubscribed = Some(Unsubscribed { on, channel: None });
        assert_eq!(outcome(channel, unsubscribed), Err(Refusal::Unsubscribed(on)));
    }
}

#[test]
fn a_pause_ends_on_its_day() {
    let paused = |until| move |c: &mut Contact| c.details.pause = Some(Pause { until, why: None });
    assert_eq!(outcome(Channel::Email, paused(Some(date(2027, 1, 20)))), Ok("email"));
    let later = Some(date(2027, 1, 21));
    assert_eq!(outcome(Channel::Email, paused(later)), Err(Refusal::Paused(later)));
    assert_eq!(outcome(Channel::Email, paused(None)), Err(Refusal::Paused(None)));
}

#[test]
fn r13_the_preferred_channel_overrides_the_plan() {
    let prefers = |channel| {
        move |c: &mut Contact| {
            postal_address(c);
            c.details.prefers.channel = channel;
        }
    };
    assert_eq!(outcome(Channel::Preferred, prefers(None)), Ok("email"));
    assert_eq!(outcome(Channel::Preferred, prefers(Some(PreferredChannel::Post))), Ok("post"));
    assert_eq!(
        outcome(Channel::Email, prefers(Some(PreferredChannel::Post))),
        Err(Refusal::Prefers(PreferredChannel::Post))
    );
    let by_phone = Err(Refusal::Prefers(PreferredChannel::Phone));
    for &channel in Channel::ALL {
        assert_eq!(outcome(channel, prefers(Some(PreferredChannel::Phone))), by_phone);
    }
    assert_eq!(
        outcome(Channel::Post, prefers(Some(PreferredChannel::Email))),
        Err(Refusal::Prefers(PreferredChannel::Email))
    );
}

#[test]
fn a_channel_needs_an_address_that_works() {
    let bounced = |c: &mut Contact| c.details.email_bounced = Some(date(2026, 9, 1));
    assert_eq!(outcome(Channel::Post, |_| {}), Err(Refusal::NoAddress(Channel::Post)));
    assert_eq!(outcome(Channel::Email, |c| c.email = None), Err(Refusal::NoAddress(Channel::Email)));
    assert_eq!(outcome(Channel::Preferred, |c| c.email = None), Err(Refusal::NoAddress(Channel::Preferred)));
    assert_eq!(outcome(Channel::Preferred, bounced), Err(Refusal::Bounced(date(2026, 9, 1))));
    let bounced_with_house = |c: &mut Contact| {
        bounced(c);
        postal_address(c);
    };
    assert_eq!(outcome(Channel::Preferred, bounced_with_house), Ok("post"));
}

#[test]
fn r20_who_was_only_named_by_a_friend_must_write_first_or_consent() {
    let named = |kind, stage, inbound| {
        let mut fixture = Fixture::new()
            .contact("anna", "A", |_| {})
            .contact("nils", "C", |c| c.basis = Some(basis(kind)))
            .referral("anna", Some("nils"), date(2026, 12, 1), stage);
        if inbound {
            fixture = fixture.inbound("nils", date(2026, 12, 9));
        }
        let programme = fixture.build();
        Gate::new(&programme).clear(&programme.contacts[1]).map(|cleared| cleared.tier())
    };
    let interest = BasisKind::LegitimateInterest;
    assert_eq!(named(interest, Stage::Contacted, false), Err(Refusal::OnlyNamed));
    assert_eq!(named(interest, Stage::Contacted, true), Ok(Tier::C));
    assert_eq!(named(interest, Stage::Customer, false), Ok(Tier::C));
    assert_eq!(named(BasisKind::Consent, Stage::Received, false), Ok(Tier::C));
}

#[test]
fn r04_a_reason_names_no_firm_of_the_wall() {
    let programme = Fixture::new()
        .wall_company("Grå Kontorsdrift AB")
        .contact("anna", "A", |c| c.company = Some("Grå Kontorsdrift".parse().expect("a name")))
        .build();
    let refusal = Gate::new(&programme).clear(&programme.contacts[0]).expect_err("walled");
    assert_eq!((refusal.code(), refusal.to_string().contains("Grå")), ("wall", false));
}
