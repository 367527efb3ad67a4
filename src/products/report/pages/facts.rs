//! What is known of a contact, as pairs of a name and a value; what is not known is left out.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::data::ReportData;
use crate::model::contact::{Contact, PostalAddress};
use crate::model::preference::Asked;
use crate::model::text::Line;
use crate::model::touch::Interval;
use crate::plan::measure::list::network_of;
use crate::render::locale;

/// Facts in the order in which they are read.
struct Facts<'d, 'a, 'p> {
    data: &'d ReportData<'a, 'p>,
    rows: Vec<Value>,
}

impl Facts<'_, '_, '_> {
    fn add(&mut self, key: &str, value: Option<String>) {
        self.link(key, value, None);
    }

    fn link(&mut self, key: &str, value: Option<String>, href: Option<String>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let label = self.data.words.word(&format!("fact_{key}"));
            self.rows.push(json!({ "label": label, "value": value, "href": href }));
        }
    }

    /// What both page and sheet say.
    fn relation(&mut self, contact: &Contact) {
        let (words, details) = (&self.data.words, &contact.details);
        let lines = |lines: &[Line]| words.list(&lines.iter().map(Line::as_str).collect::<Vec<_>>());
        let competitors = lines(&details.competitors);
        let owned: Vec<&str> = details.owned.iter().map(|line| self.data.owned_name(line.as_str())).collect();
        let owned = words.list(&owned);
        let opportunity = details.opportunity.map(|chance| words.word(&format!("opportunity_{}", chance.name())));
        let since = details.since.map(|day| words.day(day));
        let nps = details.nps.map(|nps| {
            let score = words.say("fact_of_ten", &[("n", &words.number(nps.score))]);
            nps.on.map_or_else(|| score.clone(), |on| format!("{score}, {}", words.day(on)))
        });
        self.add("since", since);
        self.add("owned", Some(owned));
        self.add("opportunity", opportunity);
        self.add("nps", nps);
        self.add("competitors", Some(competitors));
    }
}

/// Everything, for the contact's own page.
pub(super) fn of_page(data: &ReportData<'_, '_>, contact: &Contact) -> Value {
    let (words, details) = (&data.words, &contact.details);
    let mut facts = Facts { data, rows: Vec::new() };
    facts.add("owner", Some(data.member(&contact.owner)));
    facts.add("reason", contact.tier_reason.as_ref().map(|reason| reason.as_str().to_owned()));
    facts.add("kind", Some(words.word(&format!("contact_{}", contact.kind.name()))));
    let email = contact.email.as_ref().map(|email| email.as_str().to_owned());
    facts.link("email", email.clone(), email.map(|email| format!("mailto:{email}")));
    let phone = contact.phone.as_ref().map(|phone| phone.as_str().to_owned());
    let dial = phone.as_ref().map(|phone| format!("tel:{}", phone.replace(|c: char| c.is_whitespace(), "")));
    facts.link("phone", phone.as_deref().map(locale::unbroken), dial);
    facts.add("address", contact.address.as_deref().map(in_one_line));
    facts.add("language", Some(contact.language.own_name().to_owned()));
    facts.relation(contact);
    facts.add("size", details.size.map(|size| words.number(size)));
    facts.add("network", Some(words.number(network_of(contact))));
    facts.add("inner", details.inner_circle.as_ref().map(|why| why.as_str().to_owned()));
    facts.add("birthday", details.birthday.map(|day| words.day(day)));
    facts.add("prefers", prefers(data, contact));
    let basis = contact.basis.as_ref().map_or("none", |basis| basis.kind.name());
    facts.add("basis", Some(words.word(&format!("basis_{basis}"))));
    facts.add("unsubscribed", details.unsubscribed.as_ref().map(|gone| words.day(gone.on)));
    let until = |until: Option<Date>| match until {
        Some(day) => words.say("fact_until", &[("date", &words.day(day))]),
        None => words.word("fact_for_now"),
    };
    let paused = details.pause.as_ref().filter(|_| contact.is_paused(data.memory.today));
    facts.add("paused", paused.map(|pause| until(pause.until)));
    facts.rows.into()
}

/// What one should have read before a review.
pub(super) fn of_sheet(data: &ReportData<'_, '_>, contact: &Contact, on: Option<Date>, leads: usize) -> Value {
    let words = &data.words;
    let mut facts = Facts { data, rows: Vec::new() };
    let label = |key: &str, value: String| json!({ "label": words.word(key), "value": value });
    if let Some(on) = on {
        facts.rows.push(label("col_day", words.day(on)));
    }
    facts.add("owner", Some(data.member(&contact.owner)));
    let place = contact.address.as_deref().map(in_one_line).filter(|place| !place.is_empty());
    let theirs = words.word("fact_place_theirs");
    facts.add("place", Some(place.map_or_else(|| theirs.clone(), |place| format!("{theirs}, {place}"))));
    facts.add("phone", contact.phone.as_ref().map(|phone| locale::unbroken(phone.as_str())));
    facts.relation(contact);
    if leads > 0 {
        facts.rows.push(label("col_leads", words.number(leads)));
    }
    facts.rows.into()
}

/// What suits them, and whether they said so (R13).
pub(super) fn prefers(data: &ReportData<'_, '_>, contact: &Contact) -> Option<String> {
    let (words, prefers) = (&data.words, &contact.details.prefers);
    let channel = prefers.channel.map(|channel| words.word(&format!("channel_{}", channel.name())));
    let most = prefers.max_per_year.map(|most| words.say("fact_at_most", &[("n", &words.number(most))]));
    let every = prefers.every.map(|every| match every {
        Interval::Weeks(1) => words.word("every_week"),
        Interval::Months(1) => words.word("every_month"),
        Interval::Days(n) => words.say("fact_every_days", &[("n", &words.number(n))]),
        Interval::Weeks(n) => words.say("fact_every_weeks", &[("n", &words.number(n))]),
        Interval::Months(n) => words.say("fact_every_months", &[("n", &words.number(n))]),
    });
    let wishes: Vec<String> = channel.into_iter().chain(every).chain(most).collect();
    if wishes.is_empty() {
        return None;
    }
    let asked = match prefers.asked {
        Some(Asked::On(day)) => format!(" ({} {})", words.word("fact_asked"), words.day(day)),
        Some(Asked::Yes) => format!(" ({})", words.word("fact_asked")),
        Some(Asked::Assumed) | None => format!(" ({})", words.word("fact_assumed")),
    };
    Some(wishes.join(", ") + &asked)
}

/// A postal address in one line.
fn in_one_line(address: &PostalAddress) -> String {
    let text = |line: &Option<Line>| line.as_ref().map(|line| line.as_str().to_owned());
    let town: Vec<String> = [text(&address.postcode), text(&address.city)].into_iter().flatten().collect();
    let parts = text(&address.street).into_iter().chain([town.join(" ")]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
