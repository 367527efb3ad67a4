//! `bevara complete-ids`: the ids that may stand where somebody is typing. The completions of shells ask for them.

use std::path::PathBuf;

use clap::{Arg, Args, Command, CommandFactory};

use super::session::{locate, unreadable};
use super::terminal::Terminal;
use super::{Cli, Format, Global, Outcome};
use crate::load::Folder;
use crate::model::contact::Contact;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::validate::{ids, validate};

/// What was typed so far.
#[derive(Args)]
pub struct Arguments {
    /// The words behind `bevara`; the last one is still being typed
    #[arg(value_name = "WORD", trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Whose ids stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Contacts,
    /// Contacts, and whom referrals name.
    People,
    Mailings,
    Referrals,
}

/// Prints each id that begins as the last word does, a tab, and what it is called.
pub fn run(arguments: &Arguments, global: &Global, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let Some((begun, before)) = arguments.words.split_last() else { return Ok(Outcome::Done) };
    let mut command = Cli::command();
    command.build();
    let typed = Typed::read(&command, before);
    let Some(whose) = typed.whose().filter(|_| !begun.starts_with('-')) else { return Ok(Outcome::Done) };
    let directory = typed.directory.map(PathBuf::from).or_else(|| global.directory.clone());
    let today = typed.today.and_then(|day| day.parse().ok()).or(global.today);
    let here = Global { directory, today, format: Format::Human, quiet: true, verbose: false };
    let (root, today) = locate(&here, terminal)?;
    let folder = Folder::read(&root, &mut Vec::new()).map_err(|error| unreadable(&error, terminal))?;
    let print = |id: &str, name: &str| {
        if id.starts_with(begun.as_str()) {
            terminal.result(&format!("{id}\t{name}"));
        }
    };
    match validate(&folder, today, &mut Vec::new()) {
        Some(programme) => candidates(whose, &programme).for_each(|(id, name)| print(id, &name)),
        // With an error in it there is no programme yet, and its files still name everybody.
        None => {
            let (contacts, referrals) = (ids::contacts(&folder), ids::referrals(&folder));
            let written = match whose {
                Whose::Contacts => contacts,
                Whose::People => [contacts, referrals].concat(),
                Whose::Referrals => referrals,
                Whose::Mailings => ids::mailings(&folder),
            };
            written.iter().for_each(|(id, name)| print(id, name));
        }
    }
    Ok(Outcome::Done)
}

/// Each id and what it is called.
fn candidates(whose: Whose, programme: &Programme) -> Box<dyn Iterator<Item = (&str, String)> + '_> {
    let contact = |contact: &'_ Contact| contact.name.full();
    let contacts = programme.contacts.iter().map(move |one| (one.id.as_str(), contact(one)));
    let leads = programme.referrals.iter().map(|one| (one, one.lead.name.as_str().to_owned()));
    match whose {
        Whose::Contacts => Box::new(contacts),
        Whose::People => {
            let only_named = leads.filter(|(one, _)| one.lead.contact.is_none());
            Box::new(contacts.chain(only_named.map(|(one, name)| (one.id.as_str(), name))))
        }
        Whose::Mailings => {
            let named = |mailing: &'_ Mailing| format!("{} {}", mailing.kind.name(), mailing.when);
            Box::new(programme.mailings().map(move |mailing| (mailing.id.as_str(), named(mailing))))
        }
        Whose::Referrals => Box::new(leads.map(|(one, name)| (one.id.as_str(), name))),
    }
}

/// A command line up to the word that is being typed.
struct Typed<'c> {
    /// The names of the commands.
    path: Vec<&'c str>,
    /// What the next word belongs to.
    next: Option<&'c Arg>,
    /// The folder that `-C` names.
    directory: Option<String>,
    /// The day that `--today` names.
    today: Option<String>,
}

impl<'c> Typed<'c> {
    fn read(command: &'c Command, words: &[String]) -> Self {
        let (mut command, mut path) = (command, Vec::new());
        let mut open: Option<&Arg> = None;
        let (mut directory, mut today) = (None, None);
        let (mut place, mut only_values) = (0, false);
        // Shells part words at `=`.
        for word in words.iter().filter(|word| *word != "=") {
            let is_option = !only_values && word.len() > 1 && word.starts_with('-');
            if let Some(option) = open.filter(|_| !is_option) {
                match option.get_id().as_str() {
                    "directory" => directory = Some(word.clone()),
                    "today" => today = Some(word.clone()),
                    _ => {}
                }
                open = open.filter(|option| takes_more(option));
            } else if word == "--" {
                (only_values, open) = (true, None);
            } else if is_option {
                open = option(command, word).filter(|option| option.get_action().takes_values());
            } else if let Some(sub) = command.find_subcommand(word).filter(|_| place == 0) {
                command = sub;
                path.push(sub.get_name());
            } else {
                place += 1;
            }
        }
        let positional = || {
            let all: Vec<&Arg> = command.get_positionals().collect();
            all.get(place).or(all.last().filter(|last| takes_more(last))).copied()
        };
        Typed { path, next: open.or_else(positional), directory, today }
    }

    fn whose(&self) -> Option<Whose> {
        match (self.path.as_slice(), self.next?.get_id().as_str()) {
            (["new", ..], _) => None,
            (["refer", "advance" | "thank"], "id") => Some(Whose::Referrals),
            (["person", "unsubscribe"], "id") | (_, "contact" | "only" | "referrer") => Some(Whose::Contacts),
            (_, "who") => Some(Whose::People),
            (_, "mailing") => Some(Whose::Mailings),
            _ => None,
        }
    }
}

/// The option that a word names, unless its value stands in the same word.
fn option<'c>(command: &'c Command, word: &str) -> Option<&'c Arg> {
    let mut options = command.get_arguments().filter(|argument| !argument.is_positional());
    match word.strip_prefix("--") {
        Some(name) => options.find(|option| option.get_long() == Some(name)),
        None => options.find(|option| option.get_short().is_some_and(|short| word[1..] == *short.to_string())),
    }
}

/// True where several words may belong to an argument.
fn takes_more(argument: &Arg) -> bool {
    argument.get_num_args().is_some_and(|count| count.max_values() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose(line: &str) -> Option<Whose> {
        let mut command = Cli::command();
        command.build();
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Typed::read(&command, &words).whose()
    }

    #[test]
    fn it_is_known_whose_id_stands_where() {
        use Whose::*;
        for (line, expected) in [
            ("", None),
            ("send", Some(Mailings)),
            ("-q send", Some(Mailings)),
            ("-C ../firm send", Some(Mailings)),
            ("send --confirm 6", Some(Mailings)),
            ("send 2027-01 --only", Some(Contacts)),
            ("send 2027-01 --only anna bo", Some(Contacts)),
            ("send 2027-01 --confirm", None),
            ("build --mailing", Some(Mailings)),
            ("build --mailing =", Some(Mailings)),
            ("build --mailing a b", Some(Mailings)),
            ("build --contact", Some(Contacts)),
            ("approve", Some(Mailings)),
            ("post", Some(Mailings)),
            ("post 2027-01 --only", Some(Contacts)),
            ("match", Some(Contacts)),
            ("log touch", Some(Contacts)),
            ("log issue", Some(Contacts)),
            ("log solve", Some(Contacts)),
            ("log touch anna", None),
            ("meeting plan", Some(Contacts)),
            ("meeting done", Some(Contacts)),
            ("person show", Some(People)),
            ("person export", Some(People)),
            ("person export anna", None),
            ("person forget", Some(People)),
            ("person unsubscribe", Some(Contacts)),
            ("refer add", Some(Contacts)),
            ("refer add anna --contact", Some(Contacts)),
            ("refer advance", Some(Referrals)),
            ("refer advance r-1", None),
            ("refer thank", Some(Referrals)),
            ("new contact", None),
            ("check", None),
        ] {
            assert_eq!(whose(line), expected, "{line}");
        }
    }

    #[test]
    fn the_folder_is_the_one_that_is_typed() {
        let mut command = Cli::command();
        command.build();
        let words = ["send", "--today", "2027-01-04", "-C", "firm"].map(str::to_owned);
        let typed = Typed::read(&command, &words);
        assert_eq!((typed.directory.as_deref(), typed.whose()), (Some("firm"), Some(Whose::Mailings)));
        assert_eq!(typed.today.as_deref(), Some("2027-01-04"));
    }
}
