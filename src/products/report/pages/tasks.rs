//! What people are to do, in words of the programme's language.

use serde_json::{Value, json};

use super::data::{ReportData, stranger};
use crate::model::contact::Contact;
use crate::model::ledger::{Lead, Referral, Side};
use crate::model::mailing::MailingKind;
use crate::plan::agenda::{Item, Source};
use crate::render::locale;

impl ReportData<'_, '_> {
    /// One thing somebody is to do.
    pub(super) fn task(&self, item: &Item<'_>) -> Value {
        let who = match (item.contact, item.source) {
            (Some(contact), _) => Some(self.who(contact)),
            (None, Source::Thanks(referral, side) | Source::NextStep(referral, side)) => {
                Some(self.side(referral, side))
            }
            _ => None,
        };
        json!({
            "on": item.on.to_string(),
            "state": item.state.name(),
            "what": self.what(item),
            "lang": self.lang_of(item),
            "who": who,
            "owner": self.given(item.owner),
            "reach": reach(item),
        })
    }

    /// The language of what is to be done, where somebody wrote it in that of the contact; else nothing.
    pub(super) fn lang_of(&self, item: &Item<'_>) -> &'static str {
        let of_referrer = |referral: &Referral| self.programme().contact(&referral.referrer);
        let (step, contact) = match item.source {
            Source::NextStep(referral, side) => {
                let step = referral.next.of(side).as_ref().map(|step| step.what.as_str());
                (step, item.contact.or_else(|| of_referrer(referral)))
            }
            Source::Action(action) => (Some(action.what.as_str()), item.contact),
            Source::FollowUp(touch) => (touch.next.as_ref().map(|step| step.what.as_str()), item.contact),
            _ => (None, None),
        };
        step.zip(contact).map_or("", |(step, contact)| self.lang(step, contact))
    }

    /// What is to be done, without the name of the contact.
    pub(super) fn what(&self, item: &Item<'_>) -> String {
        let words = &self.words;
        let (say, number) = (|key: &str, values: &[(&str, &str)]| words.say(key, values), |n: usize| words.number(n));
        match item.source {
            Source::Touch(touch) => words.word(&format!("touch_{}", touch.kind.name())),
            Source::Mailing(mailing, _) if item.contact.is_some() => {
                say("what_mailing_one", &[("subject", &self.subject(mailing))])
            }
            Source::Mailing(mailing, left) => {
                say("what_mailing", &[("subject", &self.subject(mailing)), ("n", &number(left))])
            }
            Source::Posting(mailing, letters) => {
                let key = if mailing.kind == MailingKind::Gift { "what_parcels" } else { "what_letters" };
                say(key, &[("subject", &self.subject(mailing)), ("n", &number(letters))])
            }
            Source::Review(None) => words.word("what_review_first"),
            Source::Review(Some(last)) => say("what_review", &[("date", &words.day(last))]),
            Source::Silence { days: Some(days), allowed } => {
                say("what_silence", &[("days", &words.number(days)), ("allowed", &words.number(allowed))])
            }
            Source::Silence { days: None, .. } => words.word("what_never"),
            Source::WishedCall(_) => words.word("what_wished_call"),
            Source::Address(failed) => say("what_address", &[("date", &words.day(failed))]),
            Source::Birthday => words.word("what_birthday"),
            Source::Since(1) => words.word("what_since_one"),
            Source::Since(years) => say("what_since", &[("n", &words.number(years))]),
            Source::Ask(wave) => say("what_ask", &[("n", &words.number(wave))]),
            Source::Thanks(referral, side) => {
                say(&format!("what_thank_{}", side.name()), &[("name", referral.lead.name.as_str())])
            }
            Source::NextStep(referral, side) => match referral.next.of(side) {
                Some(step) => step.what.as_str().to_owned(),
                None => words.word("no_step"),
            },
            Source::Meeting(meeting) => {
                let kind = words.word(&format!("touch_{}", meeting.kind.name()));
                meeting.at.map_or_else(|| kind.clone(), |at| format!("{kind}, {}", at.strftime("%H:%M")))
            }
            Source::MeetingAgenda(meeting) => say("what_agenda", &[("date", &words.day(meeting.on))]),
            Source::Action(action) => action.what.as_str().to_owned(),
            Source::Issue(issue) => say("what_issue", &[("what", issue.what.as_str())]),
            Source::FollowUp(touch) => match &touch.next {
                Some(step) => step.what.as_str().to_owned(),
                None => words.word("no_step"),
            },
        }
    }

    /// A side of a referral, as pages show them.
    pub(super) fn side(&self, referral: &Referral, side: Side) -> Value {
        match side {
            Side::Referrer => match self.programme().contact(&referral.referrer) {
                Some(contact) => self.who(contact),
                None => stranger(referral.referrer.as_str(), None),
            },
            Side::Referred => self.lead(&referral.lead),
        }
    }

    /// Whom a referral names: the contact they became, or what we know of them.
    pub(super) fn lead(&self, lead: &Lead) -> Value {
        match lead.contact.as_ref().and_then(|id| self.programme().contact(id)) {
            Some(contact) => self.who(contact),
            None => stranger(lead.name.as_str(), lead.company.as_ref().map(|company| company.as_str())),
        }
    }
}

/// By which number and address somebody is reached from the agenda. Who wants no mail is called, and so is whose mail came back.
fn reach(item: &Item<'_>) -> Value {
    let text = |phone: Option<&str>, email: Option<&str>| {
        json!({
            "phone": phone.map(locale::unbroken),
            "dial": phone.map(|phone| phone.replace(char::is_whitespace, "")),
            "email": email,
        })
    };
    let of_contact = |contact: &Contact| {
        let is_open = contact.details.unsubscribed.is_none() && !matches!(item.source, Source::Address(_));
        let email = contact.email.as_ref().filter(|_| is_open);
        text(contact.phone.as_ref().map(|phone| phone.as_str()), email.map(|email| email.as_str()))
    };
    match (item.contact, item.source) {
        // A mailing leaves by itself.
        (_, Source::Mailing(..) | Source::Posting(..)) => Value::Null,
        (Some(contact), _) => of_contact(contact),
        (None, Source::Thanks(referral, Side::Referred) | Source::NextStep(referral, Side::Referred)) => {
            let lead = &referral.lead;
            text(lead.phone.as_ref().map(|phone| phone.as_str()), lead.email.as_ref().map(|email| email.as_str()))
        }
        (None, _) => Value::Null,
    }
}
