//! `bevara init`

use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::environment::today;
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::load::MARKER;
use crate::model::language::{Country, Language};
use crate::model::text::{Line, counted};
use crate::starter::{self, ATTRIBUTES, File, Firm, IGNORED, demo, with_lines};
use mail::address::EmailAddress;
use source::diagnostic::Fault;

/// Files of a repository made elsewhere that are no obstacle, and the folder of an editor: the programme does without its own.
const KEPT: [&str; 2] = ["README.md", ".vscode/"];

/// How many of the files in the way are named.
const NAMED: usize = 5;

/// Where `init` writes, and whose programme it becomes.
#[derive(Args)]
pub struct Arguments {
    /// The folder to write to (created where it is missing)
    // Another name than that of `-C`, which reaches every command and would be taken for this one.
    #[arg(id = "into", value_name = "DIR", default_value = ".")]
    directory: PathBuf,
    /// The firm's name, as people know it
    #[arg(long)]
    name: Option<String>,
    /// The language of its texts: da, de, en, et, fi, nb or sv
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// The firm's country, like SE
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Your address; mailings come from it
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Plan from the first of January of this year instead of from today
    #[arg(long, value_name = "YEAR")]
    year: Option<i16>,
    /// Ask nothing: take what git and the system know
    #[arg(long)]
    yes: bool,
    /// Write the demo, the programme of an invented coffee roastery
    #[arg(long, conflicts_with_all = ["name", "language", "country", "email", "year", "yes"])]
    demo: bool,
}

/// Writes a programme; where files are in the way, names them and writes nothing.
pub fn run(arguments: &Arguments, global: &Global, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let base = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    let root = base.join(&arguments.directory);
    let today = today(global, &jiff::tz::TimeZone::UTC).map_err(|message| usage(&message, None, terminal))?;
    // Before anything is asked: whoever is in the wrong folder hears it at once.
    if root.join(MARKER).symlink_metadata().is_ok() {
        let message = format!("there is a programme in {} already", root.display());
        terminal.failure(&message, Some("nothing was written; choose another folder, like `bevara init ours`"));
        return Err(Outcome::Errors);
    }
    let (files, about) = match arguments.demo {
        true => (demo::files(today), "the programme of an invented coffee roastery".to_owned()),
        false => {
            let firm = firm(arguments, &root, today, terminal)?;
            let about = format!("the programme of {}, from {} to {}", firm.name.as_str(), firm.from, firm.until());
            (starter::files(&firm), about)
        }
    };
    let files = place(files, &root, terminal)?;
    write_all(&files, &root).map_err(|(path, error)| {
        terminal.failure(&format!("cannot write {path}: {error}"), Some("nothing was written"));
        Outcome::Environment
    })?;
    if terminal.is_json() {
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        terminal.document(json!({ "written": paths }));
        return Ok(Outcome::Done);
    }
    terminal.line(&format!("{} written to {}: {about}", counted(files.len(), "file"), root.display()));
    let enter =
        if arguments.directory == Path::new(".") { String::new() } else { format!("cd {} && ", root.display()) };
    let first = if arguments.demo { "bevara build" } else { "bevara check" };
    terminal.next(&format!("{enter}{first}"));
    Ok(Outcome::Done)
}

fn usage(message: &str, hint: Option<&str>, terminal: &Terminal) -> Outcome {
    terminal.failure(message, hint);
    Outcome::Usage
}

/// The files as they are to be written, where none is in the way: lines are added to what git reads, a README stays.
fn place(files: Vec<File>, root: &Path, terminal: &Terminal) -> Result<Vec<File>, Outcome> {
    let mut placed = Vec::new();
    let mut in_the_way = Vec::new();
    for (path, bytes) in files {
        let there = root.join(&path);
        if there.symlink_metadata().is_err() {
            placed.push((path, bytes));
            continue;
        }
        let lines: &[&str] = match path.as_str() {
            ".gitignore" => &IGNORED,
            ".gitattributes" => &ATTRIBUTES,
            _ => &[],
        };
        match fs::read(&there) {
            Ok(before) if before == *bytes => {}
            Ok(_) if KEPT.iter().any(|kept| path.starts_with(kept)) => {}
            Ok(before) if !lines.is_empty() => {
                let text = String::from_utf8_lossy(&before).into_owned();
                placed.extend(with_lines(&text, lines).map(|text| (path, text.into_bytes().into())));
            }
            _ => in_the_way.push(path),
        }
    }
    if in_the_way.is_empty() {
        return Ok(placed);
    }
    let mut shown = in_the_way.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("\n    ");
    if in_the_way.len() > NAMED {
        shown.push_str(&format!("\n    and {} more", in_the_way.len() - NAMED));
    }
    let message = format!("{} in the way in {}:\n    {shown}", counted(in_the_way.len(), "file"), root.display());
    terminal.failure(&message, Some("nothing was written; choose an empty folder"));
    Err(Outcome::Errors)
}

/// Writes every file, or none: what was written before a failure is put back as it was.
fn write_all(files: &[File], root: &Path) -> Result<(), (String, io::Error)> {
    let mut done: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
    for (path, bytes) in files {
        let place = root.join(path);
        let before = fs::read(&place).ok();
        let written = place.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&place, bytes));
        done.push((place, before));
        if let Err(error) = written {
            for (place, before) in done {
                // Whatever cannot be put back was not written either.
                let _ = match before {
                    Some(before) => fs::write(&place, before),
                    None => fs::remove_file(&place),
                };
            }
            return Err((path.clone(), error));
        }
    }
    Ok(())
}

/// The firm, from the arguments, from answers on a terminal, or from what can be guessed.
fn firm(arguments: &Arguments, root: &Path, today: Date, terminal: &Terminal) -> Result<Firm, Outcome> {
    let from = match arguments.year {
        None => today,
        Some(year) if year == today.year() => today,
        Some(year) if (today.year()..=today.year() + 5).contains(&year) => Date::new(year, 1, 1).unwrap_or(today),
        Some(year) => {
            return Err(usage(
                &format!("nothing can be planned for {year}"),
                Some("name this year or a later one"),
                terminal,
            ));
        }
    };
    let asks = !arguments.yes && !terminal.is_json() && io::stdin().is_terminal();
    let git = |key: &str| git_setting(root, key);
    let interview = Interview { asks, guesses: asks || arguments.yes, terminal };
    let name: Line = interview.answer("name", "The firm's name", arguments.name.as_deref(), || git("user.name"))?;
    let email: EmailAddress =
        interview.answer("email", "Your address", arguments.email.as_deref(), || git("user.email"))?;
    let (language, country) = tongue(arguments, &interview)?;
    if starter::languages().all(|known| known != language) {
        let known: Vec<&str> = starter::languages().map(Language::tag).collect();
        return Err(usage(
            &format!("there are no texts in `{language}`"),
            Some(&format!("there are: {}", known.join(", "))),
            terminal,
        ));
    }
    // Git's name is theirs only where git's address is.
    let is_own = git("user.email").is_some_and(|own| own == email.as_str());
    let person = if is_own { git("user.name").and_then(|name| name.parse().ok()) } else { None };
    let person = person.unwrap_or_else(|| named_by(&email, &name));
    Ok(Firm { name, person, email, language, country, today, from })
}

/// Language and country; the one that is missing is guessed from the other.
fn tongue(arguments: &Arguments, interview: &Interview<'_>) -> Result<(Language, Country), Outcome> {
    let terminal = interview.terminal;
    let given = |text: &str, what: &str| usage(&format!("--{what}: there is no {what} `{text}`"), None, terminal);
    let country_given = arguments.country.as_deref();
    let country_known = country_given.and_then(|code| code.to_uppercase().parse::<Country>().ok());
    if let (Some(code), None) = (country_given, country_known) {
        return Err(given(code, "country"));
    }
    let locale = || std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")).unwrap_or_default();
    let of_locale = || locale().get(..2).and_then(|tag| tag.parse::<Language>().ok());
    let answer = || {
        interview.answer("language", "The language of its texts", arguments.language.as_deref(), || {
            let language = country_known.map(starter::language_of).or_else(of_locale).unwrap_or(Language::En);
            Some(language.to_string())
        })
    };
    // Where only the country is named, the language goes with it.
    let language: Language = match (&arguments.language, country_known) {
        (None, Some(country)) if !interview.asks => starter::language_of(country),
        (None, None) if !interview.guesses => of_locale().unwrap_or(Language::En),
        _ => answer()?,
    };
    let country = match country_known {
        Some(country) => country,
        None if interview.asks => {
            interview.answer("country", "Its country", None, || Some(starter::country_of(language).to_string()))?
        }
        None => starter::country_of(language),
    };
    Ok((language, country))
}

/// How a person is called who did not say: by the local part of their address, or as the firm.
fn named_by(email: &EmailAddress, firm: &Line) -> Line {
    let words: Vec<String> = email
        .local()
        .split(['.', '_', '-'])
        .filter(|word| !word.is_empty() && word.chars().all(char::is_alphabetic))
        .map(|word| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect())
        .collect();
    match words.len() {
        2.. => words.join(" ").parse().unwrap_or_else(|_| firm.clone()),
        _ => firm.clone(),
    }
}

/// Asks a person, or takes what is given.
struct Interview<'t> {
    asks: bool,
    guesses: bool,
    terminal: &'t Terminal,
}

impl Interview<'_> {
    /// What was given for `--flag`, else what a person answers to `question`, else the guess.
    fn answer<T: FromStr<Err = Fault>>(
        &self,
        flag: &str,
        question: &str,
        given: Option<&str>,
        guess: impl Fn() -> Option<String>,
    ) -> Result<T, Outcome> {
        if let Some(given) = given {
            return given.parse().map_err(|fault: Fault| {
                usage(&format!("--{flag}: {}", fault.message), fault.hint.as_deref(), self.terminal)
            });
        }
        let guess = if self.guesses { guess().filter(|guess| guess.parse::<T>().is_ok()) } else { None };
        if self.asks {
            return self.ask(question, guess.as_deref());
        }
        guess.and_then(|guess| guess.parse().ok()).ok_or_else(|| {
            let hint = "for instance `bevara init ours --name \"Ek Joinery\" --email you@example.org --language en --country GB`";
            usage(&format!("--{flag} is missing"), Some(hint), self.terminal)
        })
    }

    /// Asks until the answer can be read; an empty one takes the guess.
    fn ask<T: FromStr<Err = Fault>>(&self, question: &str, guess: Option<&str>) -> Result<T, Outcome> {
        loop {
            let shown = guess.map_or(String::new(), |guess| format!(" [{guess}]"));
            eprint!("{question}{shown}: ");
            let _ = io::stderr().flush();
            let mut line = String::new();
            if !io::stdin().lock().read_line(&mut line).is_ok_and(|length| length > 0) {
                return Err(usage("no answer", Some("nothing was written"), self.terminal));
            }
            let answer = match line.trim() {
                "" => guess.unwrap_or_default(),
                answer => answer,
            };
            match answer.parse() {
                Ok(value) => return Ok(value),
                Err(fault) => self.terminal.failure(&fault.message, fault.hint.as_deref()),
            }
        }
    }
}

/// A setting of git, as it is for this folder.
fn git_setting(root: &Path, key: &str) -> Option<String> {
    let folder = root.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let mut git = Command::new("git");
    git.args(["config", "--get", key]).current_dir(folder).stdin(Stdio::null()).stderr(Stdio::null());
    let output = git.output().ok().filter(|output| output.status.success())?;
    let value = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!value.is_empty()).then_some(value)
}
