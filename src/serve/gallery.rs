//! The year on one page, the public site beside it.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::audience::grouped;
use super::audiences::List;
use super::framed_page::{site_pages, tongues};
use super::html::Text;
use super::snapshot::Desk;
use super::state::State;
use crate::model::contact::Tier;
use crate::model::journal::State as Sent;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::plan::Days;
use crate::plan::calendar::next_due;
use crate::plan::sending::OVERDUE_DAYS;
use crate::render::locale::{DateStyle, format_date, month_name, weekday_short};

/// Everything below the bar.
pub(super) fn body(desk: &Desk<'_>, state: &State, year: Option<i16>) -> String {
    let programme = desk.programme;
    let years: Vec<i16> = programme.plans.keys().copied().collect();
    let next = next_due(programme, desk.today);
    let shown = year.filter(|year| years.contains(year));
    let usual = next.map(|mailing| mailing.year).filter(|year| years.contains(year)).or(years.last().copied());
    let year = shown.or(usual).unwrap_or(desk.today.year());
    let mut out = String::from("<main class=\"gallery\"><div class=\"year\"><div id=\"live-year\">");
    if let Some(next) = next {
        next_up(desk, state, next, &mut out);
    }
    years_bar(&years, year, &mut out);
    calendar(desk, state, year, next, &mut out);
    out.push_str("</div></div><aside><div id=\"live-site\">");
    site(desk, &mut out);
    out.push_str(
        "<h2>Report</h2><ul class=\"pages\"><li><a class=\"name\" href=\"/show/report/\">How the programme is doing</a></li></ul>",
    );
    out.push_str("</div></aside></main>");
    out
}

fn next_up(desk: &Desk<'_>, state: &State, mailing: &Mailing, out: &mut String) {
    let days = desk.door.dates().days(mailing);
    let when = days.map(|days| away((days.first - desk.today).get_days())).unwrap_or_default();
    let day = days.map(|days| format_date(days.first, DateStyle::Full, Language::En)).unwrap_or_default();
    let reached = match audience(desk, mailing).as_deref() {
        None => String::new(),
        Some("1") => "1 person".to_owned(),
        Some(count) => format!("{count} people"),
    };
    let parts: Vec<String> = [day, reached].into_iter().filter(|part| !part.is_empty()).collect();
    let _ = write!(
        out,
        "<a class=\"next\" href=\"/preview/{id}\"><span class=\"when\">Next, {when}</span><strong>{subject}</strong>\
         <span class=\"quiet\">{rest}</span></a>",
        id = mailing.id,
        subject = Text(subject(desk, state, mailing)),
        rest = Text(parts.join(" · ")),
    );
}

fn away(days: i32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2.. => format!("in {days} days"),
        -1 => "yesterday".to_owned(),
        _ => format!("{} days ago", -days),
    }
}

fn years_bar(years: &[i16], shown: i16, out: &mut String) {
    out.push_str("<div class=\"years\">");
    let _ = write!(out, "<h1>{shown}</h1><nav aria-label=\"Years\">");
    for year in years {
        let current = if *year == shown { " aria-current=\"page\"" } else { "" };
        let _ = write!(out, "<a href=\"/?year={year}\"{current}>{year}</a>");
    }
    out.push_str("</nav></div>");
}

fn calendar(desk: &Desk<'_>, state: &State, year: i16, next: Option<&Mailing>, out: &mut String) {
    let mut dated: Vec<(Option<Days>, &Mailing)> = desk.programme.plans.get(&year).map_or_else(Vec::new, |plan| {
        plan.mailings.iter().map(|mailing| (desk.door.dates().days(mailing), mailing)).collect()
    });
    if dated.is_empty() {
        let _ = write!(out, "<p class=\"empty\">Nothing is planned. Write <code>content/plan/{year}.yaml</code>.</p>");
        return;
    }
    dated.sort_by_key(|(days, _)| (days.is_none(), *days));
    out.push_str(
        "<table class=\"calendar\"><thead><tr><th scope=\"col\">Day</th><th scope=\"col\">Mailing</th>\
         <th scope=\"col\" class=\"kind\">Kind</th><th scope=\"col\" class=\"channel\">Channel</th>\
         <th scope=\"col\" class=\"number\">To</th><th scope=\"col\" class=\"number left\">Left out</th>\
         <th scope=\"col\">State</th></tr></thead>",
    );
    let mut month = None;
    for (days, mailing) in dated {
        let own = days.map(|days| days.first.month());
        if month != Some(own) {
            if month.is_some() {
                out.push_str("</tbody>");
            }
            let name = own.and_then(|month| month_name(month, Language::En)).unwrap_or("On everybody’s own day");
            let _ = write!(out, "<tbody><tr class=\"month\"><th scope=\"rowgroup\" colspan=\"7\">{name}</th></tr>");
            month = Some(own);
        }
        row(desk, state, days, mailing, next, out);
    }
    out.push_str("</tbody></table>");
}

fn row(
    desk: &Desk<'_>,
    state: &State,
    days: Option<Days>,
    mailing: &Mailing,
    next: Option<&Mailing>,
    out: &mut String,
) {
    let is_next = next.is_some_and(|next| next.id == mailing.id);
    let Standing { class, label, reached } = standing(desk, state, days, mailing, is_next);
    let tiers = if mailing.to == Tier::C { "all".to_owned() } else { tiers(mailing) };
    let left_out = known_list(desk, mailing).filter(|_| reached.is_none()).map(|list| list.refusals.len());
    let left_out = left_out.filter(|count| *count > 0).map(grouped);
    let subject = subject(desk, state, mailing);
    let _ = write!(
        out,
        "<tr{current}><td class=\"day\">{day}</td><td class=\"title\"><a href=\"/preview/{id}\">{subject}</a>{code}</td>\
         <td class=\"kind\">{kind}</td><td class=\"channel\">{channel}</td>\
         <td class=\"number\">{to} <span class=\"tiers\">{tiers}</span></td><td class=\"number left\">{left_out}</td>\
         <td><span class=\"state {class}\">{label}</span></td></tr>",
        current = match days {
            _ if is_next => " class=\"current\"",
            Some(days) if days.last < desk.today => " class=\"past\"",
            _ => "",
        },
        day = days.map(|days| day(days.first)).unwrap_or_else(|| mailing.when.to_string()),
        id = mailing.id,
        subject = Text(&subject),
        code = if subject == mailing.id.as_str() { String::new() } else { format!(" <code>{}</code>", mailing.id) },
        kind = mailing.kind.name(),
        channel = mailing.channel.name(),
        to = reached.map(grouped).or_else(|| audience(desk, mailing)).unwrap_or_else(|| "…".to_owned()),
        left_out = left_out.unwrap_or_default(),
    );
}

fn day(date: Date) -> String {
    let weekday = weekday_short(date.weekday(), Language::En);
    format!("<span class=\"date\">{}</span> <span class=\"quiet\">{weekday}</span>", date.day())
}

fn tiers(mailing: &Mailing) -> String {
    Tier::ALL.iter().filter(|tier| **tier >= mailing.to).map(|tier| tier.letter()).collect()
}

/// Where a mailing stands.
struct Standing {
    class: &'static str,
    label: String,
    /// How many got it, where that is history: who has joined the list since has no part in it.
    reached: Option<usize>,
}

impl Standing {
    fn new(class: &'static str, label: impl Into<String>) -> Self {
        Standing { class, label: label.into(), reached: None }
    }
}

fn standing(desk: &Desk<'_>, state: &State, days: Option<Days>, mailing: &Mailing, is_next: bool) -> Standing {
    if state.trouble().mailings.contains_key(&mailing.id) {
        return Standing::new("errors", "errors");
    }
    let is_past = days.is_some_and(|days| days.last < desk.today);
    if desk.programme.is_begun(&mailing.id) {
        let journal = state.journal(&mailing.id);
        let done = journal.count(Sent::Accepted) + journal.count(Sent::Posted);
        let doubt = journal.count(Sent::InDoubt);
        let is_closed = days.is_some_and(|days| (desk.today - days.last).get_days() > OVERDUE_DAYS);
        return match known_list(desk, mailing).map(|list| list.recipients.len()) {
            _ if doubt > 0 => Standing::new("errors", format!("{} in doubt", grouped(doubt))),
            _ if is_closed && done > 0 => Standing { reached: Some(done), ..Standing::new("sent", "sent") },
            Some(all) if done < all => Standing::new("due", format!("sent {} of {}", grouped(done), grouped(all))),
            _ => Standing::new("sent", "sent"),
        };
    }
    match days {
        _ if is_next => Standing::new("due", "due"),
        _ if is_past => Standing::new("late", "not sent"),
        _ => Standing::new("draft", "draft"),
    }
}

fn known_list<'d>(desk: &Desk<'d>, mailing: &Mailing) -> Option<&'d List> {
    desk.crowd.known_lists()?.as_ref().ok()?.get(&mailing.id)
}

/// What a mailing is called: its subject for its first reader, or as it was written, or its id.
pub(super) fn subject(desk: &Desk<'_>, state: &State, mailing: &Mailing) -> String {
    let rendered = state.face(&mailing.id).and_then(|face| face.subject);
    let written = || {
        let variants = &desk.programme.content(mailing).variants;
        let default = desk.programme.settings.languages.default();
        let own = variants.iter().filter(|((language, _), _)| *language == default);
        let contents = own.chain(variants).map(|(_, content)| content);
        let mut subjects = contents.filter_map(|content| content.front.subject.as_deref());
        subjects.find(|subject| !subject.contains("{{") && !subject.contains("{%")).map(str::to_owned)
    };
    rendered.or_else(written).unwrap_or_else(|| mailing.id.to_string())
}

fn audience(desk: &Desk<'_>, mailing: &Mailing) -> Option<String> {
    Some(grouped(known_list(desk, mailing)?.recipients.len()))
}

/// The pages of the site, each in its languages.
fn site(desk: &Desk<'_>, out: &mut String) {
    let pages = site_pages(desk.programme);
    out.push_str("<h2>Site</h2>");
    if pages.is_empty() {
        out.push_str("<p class=\"empty\">There are no pages. Write <code>content/pages/index.md</code>.</p>");
        return;
    }
    out.push_str("<ul class=\"pages\">");
    for page in &pages {
        let first = page.variants.first().map(|(_, path, _)| path.as_str()).unwrap_or_default();
        let _ = write!(
            out,
            "<li><a class=\"name\" href=\"/show/site{}\">{}</a><span class=\"tongues\">",
            Text(first),
            Text(page.title)
        );
        tongues(page, None, out);
        out.push_str("</span></li>");
    }
    out.push_str("</ul>");
}
