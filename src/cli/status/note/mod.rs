//! The morning note: one screen, what matters first.

use jiff::civil::Date;

use super::ERRORS;
use crate::cli::terminal::{Terminal, unpainted};
use crate::model::approval::{Review, ReviewState};
use crate::model::ledger::Side;
use crate::model::settings::Member;
use crate::model::text::counted;
use crate::plan::agenda::{Agenda, Item, State};
use crate::plan::measure::{Measures, OwedThanks};
use crate::plan::memory::Memory;
use crate::plan::sending::{MailingStatus, Progress};

mod figures;

/// Fewest lines of things to do, however small the screen.
const FEWEST: usize = 6;
/// Days for which a programme is new.
const NEW: i32 = 31;
/// Widest line: what is wider is hard to read.
const WIDEST: usize = 100;

/// The whole note: what cannot wait, what each has to do, how it all goes.
pub fn write(
    memory: &Memory<'_>,
    measures: &Measures<'_>,
    agenda: &Agenda<'_>,
    all: bool,
    terminal: &Terminal,
) -> String {
    let today = memory.today;
    let mut note = Note::new(terminal);
    note.head(memory);
    for sentence in sentences(memory, measures) {
        note.wrapped("  ", &sentence);
    }
    let busy = by_person(memory, agenda);
    let mut figures = Note::new(terminal);
    figures.figures(memory, measures);
    let errors = memory.late().count() + measures.issues.overdue(today).count();
    // A blank, a name and what is left out for each person; the errors; the prompt.
    let taken = note.lines() + figures.lines() + 3 * busy.len() + errors.min(ERRORS + 1) + 1;
    let room = terminal.height().saturating_sub(taken).max(FEWEST);
    let rooms = rooms(&busy, if all { usize::MAX } else { room });
    for ((member, items), room) in busy.iter().zip(rooms) {
        note.person(member, items, agenda, room, today);
    }
    if busy.is_empty() {
        note.line("");
        note.line("  Nobody has anything to do this week.");
    }
    note.text + &figures.text
}

/// What one person has to do: all of it, what is to come within four weeks as well.
pub fn of_person(member: &Member, memory: &Memory<'_>, agenda: &Agenda<'_>, terminal: &Terminal) -> String {
    let mut note = Note::new(terminal);
    note.head(memory);
    let items = agenda.open_of(&member.id);
    note.person(member, &items, agenda, usize::MAX, memory.today);
    if items.is_empty() {
        note.line("  Nothing within four weeks.");
    }
    note.text
}

/// Everybody on the team who has something to do, with what is overdue or due, the most urgent first.
fn by_person<'a, 'p>(memory: &Memory<'p>, agenda: &'a Agenda<'p>) -> Vec<(&'p Member, Vec<&'a Item<'p>>)> {
    let urgent = agenda.urgent();
    let team = memory.programme.settings.team.iter();
    let own = |member: &Member| urgent.iter().copied().filter(|item| *item.owner == member.id).collect();
    team.map(|member| (member, own(member))).filter(|(_, items): &(_, Vec<_>)| !items.is_empty()).collect()
}

/// How many lines each person gets: all of them where there is room, else in turn.
fn rooms(busy: &[(&Member, Vec<&Item<'_>>)], room: usize) -> Vec<usize> {
    let mut rooms = vec![0; busy.len()];
    let mut left = room;
    while left > 0 {
        let before = left;
        for (given, (_, items)) in rooms.iter_mut().zip(busy) {
            if left > 0 && *given < items.len() {
                *given += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    rooms
}

/// What a good assistant would say first.
fn sentences(memory: &Memory<'_>, measures: &Measures<'_>) -> Vec<String> {
    let today = memory.today;
    let mut said = Vec::new();
    if let Some(begins) = memory.programme.settings.begins.filter(|begins| (today - *begins).get_days() < NEW) {
        said.push(match (begins - today).get_days() {
            0 => "The programme begins today; what lies before is not counted.".to_owned(),
            ..0 => format!("The programme began on {}; what lies before is not counted.", short(begins)),
            1.. => format!("The programme begins {}; nothing is asked for before.", on_day(begins, today)),
        });
    }
    match memory.late().collect::<Vec<_>>().as_slice() {
        [] => {}
        [one] => said.push(format!("{} is overdue.", one.mailing.id)),
        [first, ..] => {
            let count = counted(memory.late().count(), "mailing");
            said.push(format!("{count} are overdue, the first of them {}.", first.mailing.id));
        }
    }
    if let Some((on, next)) = memory.next_up().first() {
        let readers = next.audience - next.reached;
        said.push(format!("Next to leave is {} {}, to {readers}.", next.mailing.id, on_day(*on, today)));
        said.extend(memory.reviews.get(&next.mailing.id).and_then(unapproved));
    }
    let in_doubt: usize = memory.statuses.iter().map(|status| status.in_doubt).sum();
    let deferred: usize = memory.statuses.iter().map(|status| status.deferred).sum();
    if in_doubt + deferred > 0 {
        let doubted = memory.statuses.iter().filter(|status| status.in_doubt + status.deferred > 0);
        let ids: Vec<&str> = doubted.map(|status| status.mailing.id.as_str()).collect();
        let counts = [(in_doubt, "in doubt"), (deferred, "deferred")];
        let counts: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        let of = if ids.len() > 2 { counted(ids.len(), "mailing") } else { ids.join(" and ") };
        said.push(format!("{} of {of}: bevara send {} --status", counts.join(" and "), ids[0]));
    }
    let due = measures.thanks_owed.iter().filter(|owed| owed.due < today);
    match (due.count(), measures.thanks_owed.first()) {
        (0, _) | (_, None) => {}
        (1, Some(first)) => {
            said.push(format!("Since {}, {} has waited for thanks.", short(first.since), owed_name(first)))
        }
        (count, Some(first)) => {
            said.push(format!("{count} wait for thanks, {} since {}.", owed_name(first), short(first.since)));
        }
    }
    match measures.silent().as_slice() {
        [] => {}
        [one] => said.push(format!("{} has heard nothing for {}.", one.contact.name.full(), days(one.silence))),
        many => said.push(format!(
            "{} have heard nothing for longer than their tier allows, {} for {}.",
            counted(many.len(), "contact"),
            many[0].contact.name.full(),
            days(many[0].silence)
        )),
    }
    said
}

fn owed_name(owed: &OwedThanks<'_>) -> String {
    match owed.side {
        Side::Referrer => format!("the referrer of {}", owed.referral.lead.name.as_str()),
        Side::Referred => owed.referral.lead.name.as_str().to_owned(),
    }
}

fn days(days: Option<u32>) -> String {
    days.map_or_else(|| "as long as we know them".to_owned(), |days| counted(days as usize, "day"))
}

/// `today`, `tomorrow`, or the day.
fn on_day(on: Date, today: Date) -> String {
    match (on - today).get_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2..7 => format!("on {}", on.strftime("%A")),
        _ => format!("on {}", short(on)),
    }
}

fn short(on: Date) -> String {
    on.strftime("%-d %b").to_string()
}

/// The note as it grows.
struct Note<'t> {
    terminal: &'t Terminal,
    text: String,
}

impl<'t> Note<'t> {
    fn new(terminal: &'t Terminal) -> Self {
        Note { terminal, text: String::new() }
    }

    /// The day, and whose programme it is.
    fn head(&mut self, memory: &Memory<'_>) {
        let head = format!("{}, {}", memory.today.strftime("%A %-d %B %Y"), memory.programme.settings.name.as_str());
        self.line(&self.terminal.paint(&head, "1"));
    }

    fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// The widest that a line may be.
    fn width(&self) -> usize {
        self.terminal.width().min(WIDEST)
    }

    /// A text that goes on below its first word where a line has no room for it.
    fn wrapped(&mut self, lead: &str, text: &str) {
        let indent = lead.chars().count();
        let room = self.width().saturating_sub(indent);
        let mut line = String::new();
        let mut lines = Vec::new();
        for word in text.split(' ') {
            if !line.is_empty() && unpainted(&line).chars().count() + 1 + word.chars().count() > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        for (index, line) in lines.iter().enumerate() {
            let lead = if index == 0 { self.terminal.paint(lead, "2") } else { " ".repeat(indent) };
            self.line(&format!("{lead}{line}"));
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// What one person has to do.
    fn person(&mut self, member: &Member, items: &[&Item<'_>], agenda: &Agenda<'_>, room: usize, today: Date) {
        let own =
            |state: State| agenda.items.iter().filter(|item| item.state == state && *item.owner == member.id).count();
        let counts = [
            (own(State::Overdue), "overdue"),
            (own(State::Due), "this week"),
            (own(State::Coming), "in the weeks after"),
        ];
        let counts: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        self.line("");
        self.line(&format!("{}  {}", self.terminal.paint(member.name.as_str(), "1"), counts.join(", ")));
        let who = items.iter().take(room).filter_map(|item| item.who()).map(|who| who.chars().count()).max();
        let who = who.unwrap_or(0).min(28);
        for item in items.iter().take(room) {
            self.item(item, who, today);
        }
        if items.len() > room {
            let more = format!("… and {} more: bevara status {}", items.len() - room, member.id);
            self.line(&format!("    {}", self.terminal.paint(&more, "2")));
        }
    }

    fn item(&mut self, item: &Item<'_>, width: usize, today: Date) {
        let late = item.state == State::Overdue;
        let mark = match item.state {
            _ if late => self.terminal.paint("!", "1;31"),
            State::Due => self.terminal.paint("·", "36"),
            _ => " ".to_owned(),
        };
        let day = if item.on.year() == today.year() { short(item.on) } else { item.on.to_string() };
        let head = match item.who() {
            Some(who) => format!("{day:>6}  {:<width$}  ", cut(&who, width)),
            None => format!("{day:>6}  "),
        };
        let room = self.width().saturating_sub(head.chars().count() + 4);
        self.line(&format!("  {mark} {head}{}", cut(&lower(&item.what()), room)));
    }
}

/// What keeps a mailing from leaving, where somebody still has to approve it.
fn unapproved(review: &Review) -> Option<String> {
    let waits_for = review.waits_for().collect::<Vec<_>>().join(", ");
    match (review.state, review.since()) {
        (ReviewState::Approved, _) => None,
        (_, Some(before)) => {
            Some(format!("Its words have changed since {} approved them; it waits for {waits_for}.", before.by))
        }
        _ => Some(format!("It waits for the approval of {waits_for}.")),
    }
}

/// The next sensible command.
fn next_command(memory: &Memory<'_>) -> Option<String> {
    let today = memory.today;
    let is_now = |status: &&MailingStatus<'_>| {
        status.is_overdue(today)
            || matches!(status.progress, Progress::Due | Progress::Partly)
            || status.days.is_some_and(|days| days.first > today && (days.first - today).get_days() < 7)
    };
    let mut now: Vec<&MailingStatus<'_>> = memory.statuses.iter().filter(is_now).collect();
    now.retain(|status| status.audience > status.on_paper);
    now.sort_by_key(|status| status.days.map(|days| days.first));
    now.first().map(|status| format!("bevara build --mailing {}", status.mailing.id))
}

/// A note within a line begins small, unless it begins with a name or an abbreviation.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            let rest: String = text.chars().skip(1).collect();
            format!("{}{rest}", first.to_lowercase())
        }
        _ => text.to_owned(),
    }
}

fn cut(text: &str, width: usize) -> String {
    match text.chars().count() <= width {
        true => text.to_owned(),
        false => text.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
    }
}
