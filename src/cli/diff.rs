//! `bevara diff`

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use browser::Browser;
use clap::Args;
use jiff::civil::Date;

use super::environment::Environment;
use super::git::Git;
use super::revision::Revision;
use super::session::{ProgrammeReader, Session, Workshop, locate, write_outside};
use super::terminal::Terminal;
use super::{Format, Global, Outcome, paper, picture_cache};
use crate::model::text::counted;
use crate::products::site::{Copies, Site};
use crate::review::compare::{Differences, Side, compare};
use crate::review::pages::Comparison;
use crate::review::told::People;
use crate::review::{comment, report};

/// Highest picture of a mail, in pixels.
const MAX_HEIGHT: u32 = 6_000;

/// What `diff` is asked for.
#[derive(Args)]
pub struct Arguments {
    /// Compare with this revision, or `A..B` or `A...B` with each other; the work tree with HEAD if none is named
    #[arg(value_name = "REV", num_args = 0..=2)]
    revisions: Vec<String>,
    /// Name the people who gain or lose a mailing, for one's own screen
    #[arg(long)]
    names: bool,
    /// Write pages there too: before, after and the words that changed of each variant, with pictures where there is a Chromium
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
}

/// One side: a revision, or the files as they are.
enum Version {
    Revision(String),
    WorkTree,
}

/// Compares two states of the programme.
pub fn run(arguments: &Arguments, global: &Global, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let (root, today) = locate(global, terminal)?;
    let git = Git::of(&root).map_err(|no_answer| {
        terminal.failure(&no_answer.to_string(), Some("`diff` compares what git keeps"));
        Outcome::Environment
    })?;
    if git.ask(&["rev-parse", "--is-inside-work-tree"]).is_err() {
        terminal.failure("this is no git work tree", Some("`diff` compares what git keeps: `git init`, and commit"));
        return Err(Outcome::Environment);
    }
    let (from, to) = sides(arguments, &git, terminal)?;
    let mut here = Here { git: &git, root: &root, today, reader: ProgrammeReader::default(), terminal };
    // The newer one first: it is what the work tree mostly is, and its faults are those that can be mended.
    let new = here.opened(&to)?;
    let old = here.opened(&from)?;
    let (old, new) = (&old.1, &new.1);
    let differences = both(old, new, terminal)?;
    let names = (name_of(&from), name_of(&to));
    let people = People { show: arguments.names };
    match terminal.format() {
        Format::Json => terminal.document(report::document(&names, &differences, &people)),
        Format::Markdown => terminal.result(comment::markdown(&names, &differences, &people).trim_end()),
        Format::Human | Format::Github => {
            report::lines(&names, &differences, &people).iter().for_each(|line| terminal.result(line))
        }
    }
    if let Some(folder) = &arguments.html {
        let (old, new) = (&old.programme, &new.programme);
        let copier = picture_cache::copier();
        let (names, differences, people) = (&names, &differences, &people);
        let comparison = Comparison { names, differences, old, new, copier: &copier, people };
        write_pages(&comparison, folder, &here, terminal)?;
    }
    Ok(if differences.is_empty() { Outcome::Done } else { Outcome::Differs })
}

/// Writes the pages, and pictures of them where there is a browser.
fn write_pages(
    comparison: &Comparison<'_>,
    folder: &Path,
    here: &Here<'_>,
    terminal: &Terminal,
) -> Result<(), Outcome> {
    let program = paper::browser(&Environment::read_or_say(here.root, terminal)?);
    let mut failed = None;
    let mut draw = |page: &str, width: u32, dark: bool| {
        let browser = program.as_deref().filter(|_| failed.is_none()).map(Browser::new)?;
        browser.draw(page, width, MAX_HEIGHT, dark).inspect_err(|why| failed = Some(why.clone())).ok()
    };
    let files = comparison.files(&mut draw);
    let count = files.iter().filter(|(name, _)| name.ends_with(".html")).count();
    for (name, bytes) in &files {
        let path = folder.join(name);
        write_outside(&path, bytes).map_err(|error| {
            terminal.failure(&format!("cannot write {}: {error}", path.display()), None);
            Outcome::Environment
        })?;
    }
    let without = match (&program, failed) {
        (None, _) => ", without pictures: there is no Chromium".to_owned(),
        (_, Some(why)) => format!(", without pictures: the browser failed: {why}"),
        _ => String::new(),
    };
    terminal.next(&format!("{} in {}{without}", counted(count, "page"), folder.display()));
    Ok(())
}

/// Where programmes are opened.
struct Here<'h> {
    git: &'h Git,
    root: &'h Path,
    today: Date,
    reader: ProgrammeReader,
    terminal: &'h Terminal,
}

impl Here<'_> {
    /// A side, with the folder that it lies in as long as it is looked at.
    fn opened(&mut self, version: &Version) -> Result<(Option<Revision>, ManuallyDrop<Session>), Outcome> {
        let (root, today, terminal) = (self.root, self.today, self.terminal);
        let (revision, session) = match version {
            Version::WorkTree => (None, Session::read(root, root, today, &mut self.reader, terminal)?),
            Version::Revision(name) => {
                let revision = Revision::of(self.git, root, name, terminal)?;
                let session = revision.open(name, root, today, &mut self.reader, terminal)?;
                (Some(revision), session)
            }
        };
        // The process ends: the system takes long lists back at once.
        Ok((revision, ManuallyDrop::new(session)))
    }
}

/// What is compared with what.
fn sides(arguments: &Arguments, git: &Git, terminal: &Terminal) -> Result<(Version, Version), Outcome> {
    let revision = |name: &str| Version::Revision(if name.is_empty() { "HEAD" } else { name }.to_owned());
    match arguments.revisions.as_slice() {
        [] => Ok((revision("HEAD"), Version::WorkTree)),
        [range] if range.contains("...") => {
            let (base, head) = range.split_once("...").unwrap_or((range, ""));
            let head = if head.is_empty() { "HEAD" } else { head };
            let base = if base.is_empty() { "HEAD" } else { base };
            let common = git.ask(&["merge-base", "--end-of-options", base, head]).map_err(|_| {
                let hint = "both must be here, with the commits between them (in CI: `fetch-depth: 0`)";
                terminal.failure(&format!("`{base}` and `{head}` have no common commit here"), Some(hint));
                Outcome::Usage
            })?;
            Ok((Version::Revision(common.trim().to_owned()), revision(head)))
        }
        [range] if range.contains("..") => {
            let (from, to) = range.split_once("..").unwrap_or((range, ""));
            Ok((revision(from), revision(to)))
        }
        [one] => Ok((revision(one), Version::WorkTree)),
        [one, two, ..] => Ok((revision(one), revision(two))),
    }
}

fn name_of(version: &Version) -> String {
    match version {
        Version::Revision(name) if name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            name[..12].to_owned()
        }
        Version::Revision(name) => name.clone(),
        Version::WorkTree => "the work tree".to_owned(),
    }
}

/// Sets up both programmes and compares them.
fn both(old: &Session, new: &Session, terminal: &Terminal) -> Result<Differences, Outcome> {
    old.with_workshop(terminal, |before| {
        new.with_workshop(terminal, |after| {
            let site = |workshop: &Workshop<'_>, session: &Session| {
                Site::render(workshop.programme, workshop.engine, &workshop.composer, session.today, Copies::Plain)
                    .ok()
                    .map(|site| site.page_digests())
            };
            let (old_site, new_site) = rayon::join(|| site(before, old), || site(after, new));
            let old = Side {
                programme: before.programme,
                roster: &before.roster,
                composer: &before.composer,
                site: old_site.unwrap_or_default(),
            };
            let new = Side {
                programme: after.programme,
                roster: &after.roster,
                composer: &after.composer,
                site: new_site.unwrap_or_default(),
            };
            Ok(compare(&old, &new))
        })
    })
}
