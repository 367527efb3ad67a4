//! `bevara new newsletter`, `greeting`, `gift` …, `page`

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Changes, Page, Text, day, languages, path_in, plan_file, slug};
use crate::cli::Outcome;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::occasion::Occasion;
use crate::model::when::{Personal, When};
use crate::starter::{self, skeleton};
use yaml::edit;

/// Writes a page in each language.
pub fn page(asked: &Page, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let name = slug(&asked.name, terminal)?;
    let mut changes = Changes::default();
    for language in languages(asked.language.as_deref(), session, terminal)? {
        changes.new.push((path_in(&format!("pages/{name}"), language, session), skeleton::page(language)));
    }
    changes.write(session, terminal)
}

/// Writes the text of a mailing in each language, and its line in the plan of its year.
pub fn mailing(kind: MailingKind, asked: &Text, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let name = slug(&asked.name, terminal)?;
    let when = match &asked.when {
        Some(written) => day(written, terminal)?,
        None => day(&usual_day(name, session.today), terminal)?,
    };
    let (year, on) = next(&when, session);
    let stem = format!("{}/{name}", folder(kind));
    let block = block(kind, &stem, &when, on, year, session);
    let mut changes = Changes::default();
    for language in languages(asked.language.as_deref(), session, terminal)? {
        changes.new.push((path_in(&stem, language, session), skeleton::mailing(kind, language)));
    }
    match plan_file(session, year) {
        Some(file) => {
            let before = on.and_then(|on| first_later(session, year, on));
            let text = edit::insert(file.text(), "mailings", &block, before).map_err(|fault| {
                terminal.failure(&format!("{}: {}", file.path(), fault.message), fault.hint.as_deref());
                Outcome::Errors
            })?;
            changes.changed = Some((file, text));
        }
        None => changes.new.push((starter::plan_path(year), starter::plan_with(year, &block))),
    }
    changes.write(session, terminal)
}

/// The folder below `content/` that texts of a kind lie in.
fn folder(kind: MailingKind) -> &'static str {
    match kind {
        MailingKind::Newsletter => "newsletters",
        MailingKind::Greeting => "greetings",
        MailingKind::Gift => "gifts",
        MailingKind::Survey => "surveys",
        MailingKind::Status => "status",
        MailingKind::Thanks => "thanks",
        MailingKind::Announcement => "announcements",
    }
}

/// The day that a name asks for: an occasion's, the tenth of a month, or the same weekday in four weeks.
fn usual_day(name: &str, today: Date) -> String {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if name.parse::<Occasion>().is_ok() {
        return format!("{name}-4d");
    }
    let month =
        (1_i8..).zip(MONTHS).find(|(_, month)| name.split('-').any(|word| word == *month)).map(|(month, _)| month);
    let of_month = month.and_then(|month| {
        let this = Date::new(today.year(), month, 10).ok()?;
        Some(if this < today { Date::new(today.year() + 1, month, 10).ok()? } else { this })
    });
    of_month.unwrap_or_else(|| today.saturating_add(4.weeks())).to_string()
}

/// The year of the next such day, and the day where everybody has the same.
fn next(when: &When, session: &Session) -> (i16, Option<Date>) {
    let country = session.programme.settings.country;
    let today = session.today;
    if let Some(day) = when.fixed() {
        return (day.year(), Some(day));
    }
    let in_year = |year: i16| when.date(year, country, Personal::default());
    match in_year(today.year()) {
        Some(day) if day < today => (today.year() + 1, in_year(today.year() + 1)),
        day => (today.year(), day),
    }
}

/// The first mailing of a year's plan that comes after a day, by its place in the file.
fn first_later(session: &Session, year: i16, on: Date) -> Option<usize> {
    let plan = session.programme.plans.get(&year)?;
    let country = session.programme.settings.country;
    let later =
        |mailing: &&Mailing| mailing.when.date(year, country, Personal::default()).is_some_and(|other| other > on);
    plan.mailings.iter().find(later).map(|mailing| mailing.origin.item as usize)
}

/// The line of the plan.
fn block(kind: MailingKind, stem: &str, when: &When, on: Option<Date>, year: i16, session: &Session) -> String {
    let month = on.map_or(String::new(), |on| format!("{:02}-", on.month()));
    let name = stem.rsplit('/').next().unwrap_or_default();
    let ids = [format!("{year}-{month}{}", kind.name()), format!("{year}-{month}{name}")];
    let is_free = |id: &&String| session.programme.mailing(id).is_none();
    let number = |n: u32| format!("{year}-{month}{name}-{n}");
    let id = ids.iter().find(is_free).cloned();
    let id = id.unwrap_or_else(|| (2..).map(number).find(|id| is_free(&id)).unwrap_or_default());
    let mut block = format!(
        "- id: {id}\n  kind: {}\n  content: {stem}\n  when: {when}\n  shift: next-workday\n  to: C\n  channel: email\n  signed_by: owner\n",
        kind.name()
    );
    if kind == MailingKind::Gift {
        let currency = starter::currency_of(session.programme.settings.country);
        block.push_str(&format!(
            "  gift: {{item: \"[[what it is]]\", unit_cost: \"0.00\", currency: {currency}, why_ours: \"[[why it could only come from you]]\"}}\n"
        ));
    }
    block
}
