//! The year as a table: months as groups, and as many columns as the terminal has room for.

use jiff::civil::Date;

use crate::cli::terminal::Terminal;
use crate::model::approval::Review;
use crate::model::contact::Tier;
use crate::model::text::counted;
use crate::plan::Memory;
use crate::plan::calendar::MailingOverview;
use crate::plan::coverage::MONTHS;
use crate::plan::measure::list::list;
use crate::plan::sending::{MailingStatus, Progress};

/// What stands before the columns: an indent and a tick.
const MARGIN: usize = 4;
/// Between two columns.
const GAP: usize = 2;

/// A column of the table.
struct Column {
    head: &'static str,
    /// Numbers stand below each other.
    right: bool,
    /// What is left out first where there is no room has the highest number; 0 always stays.
    rank: u8,
    /// A cell a mailing.
    cells: Vec<String>,
}

impl Column {
    fn new(head: &'static str, rank: u8, cells: impl Iterator<Item = String>) -> Self {
        Column { head, right: false, rank, cells: cells.collect() }
    }

    fn right(self) -> Self {
        Column { right: true, ..self }
    }

    fn width(&self) -> usize {
        let cells = self.cells.iter().map(|cell| cell.chars().count());
        cells.chain([self.head.chars().count()]).max().unwrap_or(0)
    }

    fn is_empty(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }

    fn set(&self, text: &str, width: usize) -> String {
        if self.right { format!("{text:>width$}") } else { format!("{text:<width$}") }
    }
}

/// The mailings of a year, in the width that there is or, where `wide`, in whatever they take.
pub fn table(year: i16, lines: &[MailingOverview<'_>], memory: &Memory<'_>, wide: bool, terminal: &Terminal) -> String {
    let room = if wide { usize::MAX } else { terminal.width() };
    let (columns, left_out) = fitting(columns(lines, memory), room);
    let list = list(memory);
    let tiers: Vec<String> =
        list.by_tier.iter().rev().map(|(tier, count)| format!("{count} {}", tier.letter())).collect();
    let head = format!(
        "{}  {}, {} ({})\n",
        terminal.paint(&year.to_string(), "1"),
        counted(lines.len(), "mailing"),
        counted(list.active, "contact"),
        tiers.join(", ")
    );
    let row = |cell: &dyn Fn(&Column) -> String| {
        let cells: Vec<String> = columns.iter().map(|column| column.set(&cell(column), column.width())).collect();
        cells.join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    let titles = row(&|column| column.head.to_owned());
    let mut text = head + &terminal.paint(&format!("{}{titles}", " ".repeat(MARGIN)), "2") + "\n";
    let mut month = None;
    for (index, line) in lines.iter().enumerate() {
        let own = line.days.map(|days| days.first.month());
        if month.replace(own) != Some(own) {
            let name = own.and_then(|month| MONTHS.get(usize::from(month.unsigned_abs()) - 1));
            text.push_str(&terminal.paint(name.unwrap_or(&"On everybody's own day"), "1"));
            text.push('\n');
        }
        let cells = row(&|column| column.cells[index].clone());
        text.push_str(&painted(&cells, memory.status(line.mailing), memory.today, terminal));
        text.push('\n');
    }
    if !left_out.is_empty() {
        let note = format!("{}no room for {}: bevara plan --wide\n", " ".repeat(MARGIN), left_out.join(", "));
        text.push_str(&terminal.paint(&note, "2"));
    }
    text
}

/// A row with its mark: done, late, or neither; what is past is dim.
fn painted(cells: &str, status: &MailingStatus<'_>, today: Date, terminal: &Terminal) -> String {
    let is_late = status.is_overdue(today);
    let is_past = status.days.is_some_and(|days| days.last < today);
    let mark = match status.progress {
        _ if is_late => terminal.paint("!", "1;31"),
        Progress::Sent => terminal.paint("✓", "32"),
        _ => " ".to_owned(),
    };
    let cells = if is_past && !is_late { terminal.paint(cells, "2") } else { cells.to_owned() };
    format!("  {mark} {cells}").trim_end().to_owned()
}

/// Every column that says anything.
fn columns(lines: &[MailingOverview<'_>], memory: &Memory<'_>) -> Vec<Column> {
    let each = || lines.iter();
    let readers: Vec<_> = each().map(|line| readers(line, memory)).collect();
    let tier = |row: usize| {
        let cell = |(tiers, _): &([u32; 3], usize)| match tiers[row] {
            0 => "·".to_owned(),
            count => count.to_string(),
        };
        Column::new(Tier::ALL[row].letter(), 4, readers.iter().map(cell)).right()
    };
    let refused = |line: &MailingOverview<'_>| {
        line.refused.iter().map(|(code, count)| format!("{count} {code}")).collect::<Vec<_>>().join(", ")
    };
    let languages = |line: &MailingOverview<'_>| {
        line.by_language.iter().map(|(language, count)| format!("{language} {count}")).collect::<Vec<_>>().join(" ")
    };
    let print_by = |line: &MailingOverview<'_>| line.lead.map_or_else(String::new, |lead| short(lead.print_by));
    let columns = [
        Column::new("day", 0, each().map(day)),
        Column::new("mailing", 0, each().map(|line| line.mailing.id.to_string())),
        Column::new("kind", 3, each().map(|line| line.mailing.kind.name().to_owned())),
        Column::new("by", 2, each().map(|line| line.mailing.channel.name().to_owned())),
        Column::new("to", 0, readers.iter().map(|(_, all)| all.to_string())).right(),
        tier(0),
        tier(1),
        tier(2),
        Column::new("state", 0, each().map(|line| state(memory.status(line.mailing), memory))),
        Column::new("print by", 5, each().map(print_by)),
        Column::new("languages", 6, each().map(languages)),
        Column::new("left out", 7, each().map(refused)),
    ];
    columns.into_iter().filter(|column| !column.is_empty()).collect()
}

/// How many get a mailing, by tier, A first, and all together: those who have it where it is sent.
fn readers(line: &MailingOverview<'_>, memory: &Memory<'_>) -> ([u32; 3], usize) {
    let planned = || Tier::ALL.map(|tier| line.by_tier.get(&tier).copied().unwrap_or(0) as u32);
    memory.readers(memory.status(line.mailing)).unwrap_or_else(|| (planned(), line.audience))
}

/// The columns for which there is room, and the heads of the others.
fn fitting(mut columns: Vec<Column>, room: usize) -> (Vec<Column>, Vec<&'static str>) {
    let width = |columns: &[Column]| {
        let cells: usize = columns.iter().map(Column::width).sum();
        MARGIN + cells + GAP * columns.len().saturating_sub(1)
    };
    let mut left_out = Vec::new();
    while width(&columns) > room {
        let Some(rank) = columns.iter().map(|column| column.rank).max().filter(|rank| *rank > 0) else { break };
        let gone = columns.extract_if(.., |column| column.rank == rank);
        left_out.splice(0..0, gone.map(|column| column.head));
    }
    (columns, left_out)
}

/// How far a mailing is, in a few words, and whose approval it waits for; none where its day is to come and nobody has to approve it.
fn state(status: &MailingStatus<'_>, memory: &Memory<'_>) -> String {
    let approval = memory.reviews.get(&status.mailing.id).map(Review::words);
    let progress = Some(progress(status, memory.today)).filter(|said| !said.is_empty());
    progress.into_iter().chain(approval).collect::<Vec<_>>().join(", ")
}

fn progress(status: &MailingStatus<'_>, today: Date) -> String {
    let verb = if status.on_paper > 0 && status.on_paper == status.audience { "posted" } else { "sent" };
    match status.progress {
        Progress::Partly | Progress::Running if status.reached > 0 => {
            format!("{} of {} {verb}", status.reached, status.audience)
        }
        Progress::Sent => verb.to_owned(),
        Progress::Past => "before the start".to_owned(),
        _ if status.is_overdue(today) => "overdue".to_owned(),
        Progress::Due => "due".to_owned(),
        Progress::Partly => "begun".to_owned(),
        Progress::Overdue | Progress::Running | Progress::Empty | Progress::Coming => String::new(),
    }
}

/// The day of a mailing below the name of its month: one, a span where countries differ, or a word where everybody has their own.
fn day(line: &MailingOverview<'_>) -> String {
    match line.days {
        Some(days) if days.first == days.last => days.first.strftime("%a %e").to_string(),
        Some(days) if days.first.month() == days.last.month() => format!("{:>2}–{}", days.first.day(), days.last.day()),
        Some(days) => format!("{:>2}–{}", days.first.day(), short(days.last)),
        None => line.mailing.when.to_string(),
    }
}

fn short(date: Date) -> String {
    date.strftime("%-d %b").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(head: &'static str, rank: u8, cell: &str) -> Column {
        Column::new(head, rank, [cell.to_owned()].into_iter())
    }

    #[test]
    fn what_matters_least_goes_first_and_what_is_needed_never() {
        let all = || {
            vec![
                column("day", 0, "Wed 25"),
                column("mailing", 0, "2026-11-newsletter"),
                column("A", 4, "12"),
                column("B", 4, "20"),
                column("left out", 7, "1 do-not-contact, 1 unsubscribed"),
            ]
        };
        let heads = |room| {
            let (shown, left_out) = fitting(all(), room);
            (shown.iter().map(|column| column.head).collect::<Vec<_>>(), left_out)
        };
        assert_eq!(heads(80), (vec!["day", "mailing", "A", "B", "left out"], vec![]));
        assert_eq!(heads(40), (vec!["day", "mailing", "A", "B"], vec!["left out"]));
        assert_eq!(heads(10), (vec!["day", "mailing"], vec!["A", "B", "left out"]));
    }
}
