//! What `init` writes: the files of a firm's own programme, or of the demo. Nothing here reads or writes a disk.
//!
//! Texts in each language come from `starter/<language>/`, the year from `starter/plan.yaml`; what is made of the answers
//! (settings, the first contact, the programme's README) is here.

use std::borrow::Cow;

use include_dir::{Dir, DirEntry, include_dir};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::id::check_slug;
use crate::model::language::{Country, Language};
use crate::model::text::Line;
use mail::address::EmailAddress;

pub mod demo;
mod places;
mod plan;
pub mod planned;
mod readme;
mod settings;
pub mod skeleton;
mod words;

pub use places::{country_of, currency_of, language_of};
pub use plan::{path as plan_path, with_first as plan_with};
pub use words::Wording;

/// The texts of every language.
static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/starter");

/// A file by its path below the root of the programme.
pub type File = (String, Cow<'static, [u8]>);

/// Lines that a programme's `.gitignore` must have.
pub const IGNORED: [&str; 3] = ["/output/*", "!/output/.gitkeep", ".env"];

/// Lines that a programme's `.gitattributes` must have.
pub const ATTRIBUTES: [&str; 5] = [
    "* text=auto eol=lf",
    "*.png binary",
    "*.jpg binary",
    "contacts/journal/*.jsonl merge=union",
    "contacts/approvals/*.jsonl merge=union",
];

/// Whose programme it becomes.
#[derive(Debug, Clone)]
pub struct Firm {
    /// The firm's name, as people know it.
    pub name: Line,
    /// Who begins: the one person on the team.
    pub person: Line,
    /// Their address, which is the sender's too.
    pub email: EmailAddress,
    /// The one language.
    pub language: Language,
    /// Where the firm is.
    pub country: Country,
    /// The day the programme's memory begins.
    pub today: Date,
    /// The first day that is planned.
    pub from: Date,
}

impl Firm {
    /// The last day that is planned: twelve months are, and from November on the whole next year (R34).
    pub fn until(&self) -> Date {
        let year = self.from.year();
        match self.from.month() >= 11 {
            true => last_day(year + 1),
            false => self.from.saturating_add(1.year()).saturating_sub(1.day()),
        }
    }

    /// The id of who begins: a slug of their first name.
    pub fn person_id(&self) -> String {
        let first = self.person.as_str().split_whitespace().next().unwrap_or_default();
        slug(first).unwrap_or_else(|| "me".to_owned())
    }
}

fn last_day(year: i16) -> Date {
    Date::new(year, 12, 31).unwrap_or(Date::MAX)
}

/// The slug nearest to a name; `None` where none of its letters can stand in one, or where the plan means somebody else by it.
pub fn slug(name: &str) -> Option<String> {
    let slug = crate::model::id::slugify(name);
    (check_slug(&slug).is_ok() && !["owner", "ceo"].contains(&slug.as_str())).then_some(slug)
}

/// The languages that `init` has texts in.
pub fn languages() -> impl Iterator<Item = Language> {
    Language::ALL.into_iter().filter(|language| STARTER.get_dir(language.tag()).is_some())
}

/// Every file of a firm's own programme, in the order of their paths.
pub fn files(firm: &Firm) -> Vec<File> {
    let words = Wording::of(firm.language, &firm.name);
    let mut files = frame();
    let own = |path: &str, text: String| (path.to_owned(), Cow::Owned(text.into_bytes()));
    files.extend([
        own("bevara.yaml", settings::settings(firm, &words)),
        own("contacts/people.yaml", settings::first_contact(firm, &words)),
        own("contacts/do-not-contact.yaml", settings::wall()),
        own("README.md", readme::readme(firm)),
        own(".vscode/extensions.json", readme::EXTENSIONS.to_owned()),
        own(".vscode/settings.json", readme::EDITOR.to_owned()),
    ]);
    files.extend(readme::recipe().map(|(path, text)| own(path, text)));
    files.extend(plan::plans(firm, &words).into_iter().map(|(year, text)| own(&plan::path(year), text)));
    if let Some(content) = STARTER.get_dir(format!("{}/content", firm.language)) {
        let cut = format!("{}/", firm.language);
        collect(content, &mut |path, bytes| files.push((path.trim_start_matches(&cut).to_owned(), bytes.into())));
    }
    files.extend(schemas());
    files.sort();
    files
}

/// The files that make a folder ready for git.
fn frame() -> Vec<File> {
    let lines =
        |lines: &[&str]| Cow::Owned(lines.iter().flat_map(|line| [line, "\n"]).collect::<String>().into_bytes());
    vec![
        (".gitignore".to_owned(), lines(&IGNORED)),
        (".gitattributes".to_owned(), lines(&ATTRIBUTES)),
        ("output/.gitkeep".to_owned(), Cow::Borrowed(b"")),
        ("contacts/journal/.gitkeep".to_owned(), Cow::Borrowed(b"")),
    ]
}

/// The schemas that an editor completes keys with; the first line of each file names its own.
fn schemas() -> impl Iterator<Item = File> {
    crate::reference::schema::NAMES.iter().filter(|name| name.is_edited).map(|name| {
        let schema = crate::reference::schema::schema(name);
        (name.path(), Cow::Owned(format!("{schema:#}\n").into_bytes()))
    })
}

fn collect(folder: &'static Dir<'static>, each: &mut impl FnMut(&str, &'static [u8])) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => collect(inner, each),
            DirEntry::File(file) => each(&file.path().to_string_lossy().replace('\\', "/"), file.contents()),
        }
    }
}

/// The existing text of a file with the lines in it that it lacks; `None` where it has them all.
pub fn with_lines(text: &str, lines: &[&str]) -> Option<String> {
    let lacks = |line: &&&str| !text.lines().any(|there| there.trim() == **line);
    let missing: Vec<&str> = lines.iter().filter(lacks).copied().collect();
    if missing.is_empty() {
        return None;
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
    let more: String = missing.iter().flat_map(|line| [line, newline]).collect();
    Some([text, gap, &more].concat())
}
