//! What is to be looked at now, the year on one page with a small picture of each mailing, and the public site beside it.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::approval;
use super::audience::grouped;
use super::audiences::List;
use super::framed_page::{site_pages, tongues};
use super::html::Text;
use super::snapshot::Loaded;
use super::state::State;
use super::subject;
use crate::model::channel::Channel;
use crate::model::contact::Tier;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::plan::calendar::next_due;
use crate::plan::sending::Progress;
use crate::plan::{Days, Route};
use crate::render::locale::{DateStyle, format_date, month_name, weekday_short};

/// Within so many days it is said how far away a day is.
const SOON: i32 = 30;

/// Mailings that are shown on top, the next one among them.
const NOW: usize = 4;

/// Everything below the bar.
pub(super) fn body(loaded: &Loaded<'_>, state: &State, year: Option<i16>) -> String {
    let programme = loaded.programme;
    let years: Vec<i16> = programme.plans.keys().copied().collect();
    let next = next_due(programme, loaded.today, |mailing| is_read(loaded, mailing));
    let shown = year.filter(|year| years.contains(year));
    let usual = next.map(|mailing| mailing.year).filter(|year| years.contains(year)).or(years.last().copied());
    let year = shown.or(usual).unwrap_or(loaded.today.year());
    let gallery = Gallery { loaded, state, next };
    let mut out = String::from("<main class=\"gallery\"><div class=\"year\">");
    gallery.now(&mut out);
    years_bar(&years, year, &mut out);
    gallery.calendar(year, &mut out);
    out.push_str("</div><aside><div id=\"live-site\">");
    site(loaded, &mut out);
    out.push_str(
        "<h2>Report</h2><ul class=\"pages\"><li><a class=\"name\" href=\"/show/report/\">How the programme is doing</a></li></ul>",
    );
    out.push_str("</div></aside></main>");
    out
}

struct Gallery<'g, 'p> {
    loaded: &'g Loaded<'p>,
    state: &'g State,
    /// The next to leave.
    next: Option<&'p Mailing>,
}

type Dated<'p> = (Option<Days>, &'p Mailing);

impl<'p> Gallery<'_, 'p> {
    /// What wants somebody's eyes: what is late, what is next, what comes soon after.
    fn now(&self, out: &mut String) {
        let Some(standings) = self.loaded.known_standings() else { return };
        // The latest of what is late, so that the next one keeps its place.
        let shown: Vec<&'p Mailing> = (standings.late.last().into_iter().chain(&standings.ahead))
            .filter_map(|id| self.loaded.mailing(id.as_str()))
            .take(NOW)
            .collect();
        if shown.is_empty() {
            return;
        }
        let dates = self.loaded.eligibility.dates();
        out.push_str("<section class=\"now\" aria-labelledby=\"now\"><h2 id=\"now\">Now</h2><ul class=\"cards\">");
        shown.into_iter().for_each(|mailing| self.card("now", None, dates.days(mailing), mailing, out));
        out.push_str("</ul></section>");
    }

    fn calendar(&self, year: i16, out: &mut String) {
        let planned = self.loaded.programme.plans.get(&year).map_or(&[][..], |plan| plan.mailings.as_slice());
        let mut dated: Vec<Dated<'p>> =
            planned.iter().map(|mailing| (self.loaded.eligibility.dates().days(mailing), mailing)).collect();
        if dated.is_empty() {
            let _ =
                write!(out, "<p class=\"empty\">Nothing is planned. Write <code>content/plan/{year}.yaml</code>.</p>");
            return;
        }
        dated.sort_by_key(|(days, _)| (days.is_none(), *days));
        out.push_str("<ul class=\"cards\">");
        for month in dated.chunk_by(|(one, _), (other, _)| month_of(*one) == month_of(*other)) {
            let name = month_of(month[0].0).and_then(|month| month_name(month, Language::En));
            for (number, (days, mailing)) in month.iter().enumerate() {
                let name = if number == 0 { name.unwrap_or("On everybody’s own day") } else { "" };
                self.card("card", Some(name), *days, mailing, out);
            }
        }
        out.push_str("</ul>");
    }

    /// A mailing as its first reader gets it, small, with what there is to know about it; the first of a month has its name above it.
    fn card(&self, place: &str, month: Option<&str>, days: Option<Days>, mailing: &'p Mailing, out: &mut String) {
        let is_next = self.next.is_some_and(|next| next.id == mailing.id);
        let standing = Standing::of(self.loaded, self.state, mailing);
        let when = match days {
            _ if is_next => " current",
            Some(days) if days.last < self.loaded.today => " past",
            _ => "",
        };
        let month = match month {
            Some("") => "<div class=\"month\"></div>".to_owned(),
            Some(month) => format!("<h2 class=\"month\">{month}</h2>"),
            None => String::new(),
        };
        let _ = write!(out, "<li class=\"card{when}\">{month}");
        self.thumbnail(mailing, out);
        let _ = write!(out, "<div id=\"live-{place}-{}\" class=\"about\">", mailing.id);
        self.about(days, mailing, &standing, out);
        out.push_str("</div></li>");
    }

    fn thumbnail(&self, mailing: &'p Mailing, out: &mut String) {
        let Some(reader) = self.loaded.first_recipient(mailing) else {
            out.push_str("<div class=\"thumb none\"><span>Nobody gets it</span></div>");
            return;
        };
        let recipient = self.loaded.recipient(mailing.id.as_str(), reader.id.as_str());
        let is_paper = recipient.is_ok_and(|(_, recipient)| matches!(recipient.route(), Route::Post(_)));
        let _ = write!(
            out,
            "<div class=\"thumb{}\"><iframe loading=\"lazy\" tabindex=\"-1\" aria-hidden=\"true\" title=\"{id}\" \
             sandbox=\"allow-same-origin\" data-id=\"{id}\" src=\"/preview/{id}/{}.html?dark=0&amp;thumb=1\"></iframe></div>",
            if is_paper { " paper" } else { "" },
            reader.id,
            id = mailing.id,
        );
    }

    fn about(&self, days: Option<Days>, mailing: &Mailing, standing: &Standing, out: &mut String) {
        let Standing { class, label, reached } = standing;
        let left_out = known_list(self.loaded, mailing).filter(|_| reached.is_none()).map(|list| list.refusals.len());
        let left_out = left_out.filter(|count| *count > 0).map(|count| format!(", {} left out", grouped(count)));
        let count = reached.map(grouped).or_else(|| audience(self.loaded, mailing)).unwrap_or_else(|| "…".to_owned());
        let tiers = if mailing.to == Tier::C { "all tiers".to_owned() } else { tiers(mailing) };
        let day = days.map_or_else(|| mailing.when.to_string(), |days| day(days.first, self.loaded.today));
        let channel = if mailing.channel == Channel::Email { "" } else { mailing.channel.name() };
        let kind: Vec<&str> = [mailing.kind.name(), channel].into_iter().filter(|word| !word.is_empty()).collect();
        let _ = write!(
            out,
            "<p class=\"day\">{day}</p><h3><a href=\"/preview/{id}\">{}</a></h3>\
             <p class=\"quiet\">{}</p><p class=\"quiet\">to <span class=\"number\">{count}</span>, {tiers}{}</p>\
             <p class=\"states\"><span class=\"state {class}\">{label}</span>",
            Text(name(self.loaded, self.state, mailing)),
            Text(kind.join(", ")),
            left_out.unwrap_or_default(),
            id = mailing.id,
        );
        if let Some(review) = self.state.review(&mailing.id) {
            let _ = write!(
                out,
                "<span class=\"state {}\">{}</span>",
                review.state.name(),
                Text(approval::label(self.loaded, &review))
            );
        }
        out.push_str("</p>");
    }
}

fn month_of(days: Option<Days>) -> Option<i8> {
    days.map(|days| days.first.month())
}

fn years_bar(years: &[i16], shown: i16, out: &mut String) {
    let _ = write!(out, "<div class=\"years\"><h1>{shown}</h1><nav aria-label=\"Years\">");
    for year in years {
        let current = if *year == shown { " aria-current=\"page\"" } else { "" };
        let _ = write!(out, "<a href=\"/?year={year}\"{current}>{year}</a>");
    }
    out.push_str("</nav></div>");
}

/// A day, and how far away it is where that is not long.
fn day(date: Date, today: Date) -> String {
    let day = format_date(date, DateStyle::DayMonth, Language::En);
    let weekday = weekday_short(date.weekday(), Language::En);
    let days = (date - today).get_days();
    let away = if days.abs() <= SOON { format!(", {}", away(days)) } else { String::new() };
    format!("{weekday} {day}<span class=\"quiet\">{away}</span>")
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

fn tiers(mailing: &Mailing) -> String {
    let own: Vec<&str> = Tier::ALL.iter().filter(|tier| **tier >= mailing.to).map(|tier| tier.letter()).collect();
    format!("{} {}", if own.len() == 1 { "tier" } else { "tiers" }, own.join(" and "))
}

/// Where a mailing stands, in words.
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

    fn of(loaded: &Loaded<'_>, state: &State, mailing: &Mailing) -> Self {
        if state.trouble().mailings.contains_key(&mailing.id) {
            return Standing::new("errors", "errors");
        }
        let standings = loaded.known_standings();
        let Some((standings, known)) = standings.and_then(|all| Some((all, all.get(&mailing.id)?))) else {
            return Standing::new("draft", "…");
        };
        let is_next = standings.ahead.first() == Some(&mailing.id);
        match known.progress {
            _ if known.in_doubt > 0 => Standing::new("errors", format!("{} in doubt", grouped(known.in_doubt))),
            Progress::Partly => {
                let class = if known.is_overdue { "late" } else { "due" };
                Standing::new(class, format!("sent {} of {}", grouped(known.done), grouped(known.audience)))
            }
            Progress::Overdue => Standing::new("late", "overdue"),
            Progress::Running if known.is_overdue => Standing::new("late", "overdue"),
            Progress::Sent => Standing { reached: Some(known.done), ..Standing::new("sent", "sent") },
            Progress::Due => Standing::new("due", "due"),
            Progress::Coming if is_next => Standing::new("due", "next"),
            Progress::Coming => Standing::new("draft", "coming"),
            Progress::Running => Standing::new("draft", "all year"),
            Progress::Empty => Standing::new("draft", "reaches nobody"),
            Progress::Past => Standing::new("draft", "before the start"),
        }
    }
}

/// False where it is known that a mailing reaches nobody.
pub(super) fn is_read(loaded: &Loaded<'_>, mailing: &Mailing) -> bool {
    known_list(loaded, mailing).is_none_or(|list| !list.recipients.is_empty())
}

fn known_list<'d>(loaded: &Loaded<'d>, mailing: &Mailing) -> Option<&'d List> {
    loaded.audiences.known_lists()?.as_ref().ok()?.get(&mailing.id)
}

/// What a mailing is called: its subject for its first reader, or as it was written, or its id.
pub(super) fn name(loaded: &Loaded<'_>, state: &State, mailing: &Mailing) -> String {
    let rendered = state.face(&mailing.id).and_then(|face| face.subject);
    let written = || subject::written(loaded.programme, mailing, loaded.programme.settings.languages.default());
    rendered.or_else(written).unwrap_or_else(|| mailing.id.to_string())
}

fn audience(loaded: &Loaded<'_>, mailing: &Mailing) -> Option<String> {
    Some(grouped(known_list(loaded, mailing)?.recipients.len()))
}

/// The pages of the site, each in its languages.
fn site(loaded: &Loaded<'_>, out: &mut String) {
    let pages = site_pages(loaded.programme);
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
