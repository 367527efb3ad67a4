//! `--help`: the commands by what they are for, the usual ones first, and an example of each.

use std::fmt::Write;

use clap::builder::styling::{AnsiColor, Style, Styles};
use clap::{Command, CommandFactory};

use super::Cli;

/// Commands that belong together: what for, and each with a way to call it.
type Group = (&'static str, &'static [(&'static str, &'static str)]);

const GROUPS: [Group; 5] = [
    (
        "Every day",
        &[
            ("status", "bevara status sara"),
            ("plan", "bevara plan 2027"),
            ("serve", "bevara serve --open"),
            ("check", "bevara check --strict"),
            ("build", "bevara build --mailing 2027-01-newsletter"),
            ("send", "bevara send 2027-01-newsletter --confirm 56"),
        ],
    ),
    (
        "Texts and letters",
        &[
            ("new", "bevara new newsletter spring"),
            ("diff", "bevara diff main"),
            ("approve", "bevara approve 2027-01-newsletter --as ceo"),
            ("post", "bevara post 2026-12-christmas-card --posted"),
        ],
    ),
    (
        "People",
        &[
            ("log", "bevara log touch anna-lind call --note \"happy with the new grinder\""),
            ("meeting", "bevara meeting plan anna-lind --on 2027-01-14 --at 10:00 --agenda \"the new kitchen\""),
            ("refer", "bevara refer add anna-lind --name \"Bo Ek\" --company \"Ek Snickeri\""),
            ("match", "bevara match bo-ek"),
            ("person", "bevara person find lind"),
            ("import", "bevara import people.csv --set tier=C owner=sara"),
            ("export", "bevara export contacts people.xlsx"),
        ],
    ),
    (
        "Mail server",
        &[
            ("doctor", "bevara doctor"),
            ("dkim-record", "bevara dkim-record"),
            ("bounces", "bevara bounces ~/Maildir/.Bounces"),
            ("unsubscribes", "bevara unsubscribes ~/Maildir/.Unsubscribe"),
        ],
    ),
    (
        "Setting up",
        &[
            ("init", "bevara init ours --name \"Ek Joinery\" --language en --country GB"),
            ("eject", "bevara eject templates/email/base.html"),
            ("explain", "bevara explain no-basis"),
            ("schema", "bevara schema contacts"),
            ("completions", "bevara completions fish"),
            ("lsp", "bevara lsp"),
            ("man", "bevara man"),
        ],
    ),
];

/// How headings and what is typed are shown.
const HEADING: Style = AnsiColor::Green.on_default().bold();
const LITERAL: Style = AnsiColor::Cyan.on_default().bold();

/// The command line with its help in groups.
pub fn command() -> Command {
    let styles =
        Styles::styled().header(HEADING).usage(HEADING).literal(LITERAL).placeholder(AnsiColor::Cyan.on_default());
    let examples = GROUPS.iter().flat_map(|(_, commands)| commands.iter());
    let command = examples.fold(Cli::command().styles(styles), |command, (name, example)| {
        command.mut_subcommand(name, |own| own.after_help(format!("{HEADING}Example:{HEADING:#}\n  {example}")))
    });
    let listed = listed(&command);
    command.help_template(format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{listed}{HEADING}Options:{HEADING:#}\n{{options}}\n\n\
         {LITERAL}bevara help COMMAND{LITERAL:#} shows a command's options and an example."
    ))
}

/// The commands, group by group.
fn listed(command: &Command) -> String {
    let mut out = String::new();
    for (group, commands) in GROUPS {
        let _ = writeln!(out, "{HEADING}{group}:{HEADING:#}");
        for (name, _) in commands {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(out, "  {LITERAL}{name:<13}{LITERAL:#} {about}");
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a line as a shell takes them apart.
    fn words(line: &str) -> Vec<String> {
        let part = |(index, part): (usize, &str)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
            _ => vec![part.to_owned()],
        };
        line.split('"').enumerate().flat_map(part).collect()
    }

    #[test]
    fn every_command_stands_in_one_group_and_its_line_fits_a_narrow_terminal() {
        let mut grouped: Vec<&str> =
            GROUPS.iter().flat_map(|(_, commands)| commands.iter().map(|(name, _)| *name)).collect();
        let command = Cli::command();
        let shown = || command.get_subcommands().filter(|own| !own.is_hide_set());
        let mut all: Vec<&str> = shown().map(Command::get_name).collect();
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
        for own in shown() {
            let about = own.get_about().map(ToString::to_string).unwrap_or_default();
            assert!((10..=64).contains(&about.chars().count()), "{}: {about}", own.get_name());
        }
    }

    #[test]
    fn every_example_is_understood() {
        for (name, example) in GROUPS.iter().flat_map(|(_, commands)| commands.iter()) {
            let words = words(example);
            assert_eq!((words[0].as_str(), words[1].as_str()), ("bevara", *name));
            command().try_get_matches_from(&words).unwrap_or_else(|error| panic!("{example}: {error}"));
        }
    }
}
