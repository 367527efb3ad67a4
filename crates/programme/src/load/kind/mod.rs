//! What each file of a programme is, told by its path: the one place that decides what is read, and what is said of the rest (R35).

use unicode_normalization::UnicodeNormalization;

use super::{FOLDERS, MARKER, journals};
use crate::model::id::check_slug;
use source::diagnostic::{Diagnostic, Severity};

/// What a file that is read holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `bevara.yaml`.
    Settings,
    /// Contacts: any YAML file below `contacts/` that is nothing else.
    Contacts,
    /// `contacts/do-not-contact.yaml`.
    Wall,
    /// `contacts/referrals.yaml`.
    Referrals,
    /// `contacts/touches/*.yaml`.
    Touches,
    /// `contacts/forgotten.yaml`.
    Forgotten,
    /// Another ledger beside the contacts, like `contacts/meetings.yaml`.
    Ledger,
    /// `contacts/journal/<mailing>.jsonl`, whole or in parts; only looked at, read when somebody asks.
    Journal,
    /// `contacts/approvals/<mailing>.jsonl`.
    Approvals,
    /// `content/plan/*.yaml`.
    Plan,
    /// `content/reviews/questions.yaml`.
    Questions,
    /// Another list beside the texts, like `content/values.yaml`.
    Shared,
    /// Markdown below `content/`.
    Text,
    /// Anything else below `content/`: a picture, an attachment.
    Asset,
    /// `templates/strings/<language>.yaml`.
    Strings,
    /// A layout, style sheet or drawing below `templates/`.
    Template,
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    severity: Severity,
    code: &'static str,
    message: String,
    hint: String,
}

impl Unread {
    fn new(severity: Severity, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Unread { severity, code: NOT_READ, message: message.into(), hint: hint.into() }
    }

    /// The finding about the file at `path`.
    pub fn finding(self, path: &str) -> Diagnostic {
        let finding = Diagnostic { severity: self.severity, ..Diagnostic::error(self.code, self.message) };
        finding.in_file(path).hint(self.hint)
    }
}

/// The code of findings about what is not read.
pub const NOT_READ: &str = "not-read";

/// Ledgers beside the contacts that have one name and place each.
const LEDGERS: [&str; 2] = ["forgotten", "meetings"];
/// Lists beside the texts that have one name and place each.
const SHARED: [&str; 2] = ["services", "values"];
/// What a template may be called.
const TEMPLATES: [&str; 7] = ["html", "txt", "css", "js", "svg", "xml", "md"];
/// Lists that other programs write.
const TABLES: [&str; 12] =
    ["csv", "tsv", "json", "ndjson", "xlsx", "xls", "xlsm", "ods", "numbers", "vcf", "ldif", "toml"];
/// What git's merge tools leave beside a file, with a number after it.
const MERGED: [&str; 4] = ["_BACKUP_", "_BASE_", "_LOCAL_", "_REMOTE_"];

/// What the file at `path`, below the root, is.
///
/// # Errors
/// No rule reads it.
pub fn of(path: &str) -> Result<Kind, Unread> {
    if path == MARKER {
        return Ok(Kind::Settings);
    }
    let parts: Vec<&str> = path.split('/').collect();
    let Some((name, folders)) = parts.split_last() else { return Err(elsewhere()) };
    if is_merge_leftover(name) {
        return Err(merge_leftover());
    }
    if parts.iter().any(|part| is_like_wall(part)) {
        let (stem, _) = stem_and_suffix(name);
        return match folders == ["contacts"] && is_yaml(name) && stem.eq_ignore_ascii_case("do-not-contact") {
            true => Ok(Kind::Wall),
            false => Err(misplaced_wall()),
        };
    }
    match folders {
        ["contacts", below @ ..] => contacts(below, name),
        ["content", below @ ..] => content(below, name),
        ["templates", below @ ..] => templates(below, name),
        _ => Err(elsewhere()),
    }
}

fn elsewhere() -> Unread {
    Unread::new(
        Severity::Warning,
        "nothing reads this file",
        format!("a programme is {} and {MARKER}", FOLDERS.join(", ")),
    )
}

fn contacts(below: &[&str], name: &str) -> Result<Kind, Unread> {
    let (stem, suffix) = stem_and_suffix(name);
    let named = |names: &[&str]| names.iter().any(|known| stem.eq_ignore_ascii_case(known));
    match below.first() {
        Some(&"journal") => return journal(below, name),
        Some(&"approvals") if suffix == "jsonl" => return Ok(Kind::Approvals),
        Some(&"touches") if is_yaml(name) => return Ok(Kind::Touches),
        Some(first) => {
            if let Some(meant) = ["journal", "touches"].iter().find(|known| first.eq_ignore_ascii_case(known)) {
                let message = format!("nothing reads the folder `{first}`");
                return Err(Unread::new(Severity::Error, message, format!("rename it to `{meant}`")));
            }
        }
        None => {}
    }
    if is_yaml(name) {
        let is_ledger = named(&["referrals"]) || named(&LEDGERS);
        return match (below.is_empty(), is_ledger) {
            (true, false) if named(&["touches"]) => Err(Unread::new(
                Severity::Error,
                "touches are not read from here",
                "move it into the folder contacts/touches/, as `2027.yaml` say",
            )),
            (_, false) => Ok(Kind::Contacts),
            (true, true) if named(&["referrals"]) => Ok(Kind::Referrals),
            (true, true) if named(&["forgotten"]) => Ok(Kind::Forgotten),
            (true, true) => Ok(Kind::Ledger),
            (false, true) => Err(Unread::new(
                Severity::Error,
                format!("`{stem}` is not read from here"),
                format!("move it to contacts/{stem}.yaml, or give the file another name if it holds contacts"),
            )),
        };
    }
    if suffix == "jsonl" {
        let hint = "a journal lies in contacts/journal/ and is named for its mailing";
        return Err(Unread::new(Severity::Error, "this journal is not read", hint));
    }
    list(name, "contacts", "if people stand in it, make it a .yaml file; else keep it outside contacts/")
}

fn journal(below: &[&str], name: &str) -> Result<Kind, Unread> {
    let is_part = |stem: &str| !stem.contains('.') || journals::part_of(name).is_some();
    let is_journal = name.strip_suffix(".jsonl").is_some_and(is_part)
        && journals::mailing_of(name).is_some_and(|mailing| check_slug(mailing).is_ok());
    if below.len() == 1 && is_journal {
        return Ok(Kind::Journal);
    }
    if is_readme(name) {
        return Err(readme());
    }
    let message = "this file in the folder of journals is not read";
    let hint = "a journal is contacts/journal/<mailing>.jsonl; rename it to that, or keep the file elsewhere";
    Err(Unread::new(Severity::Error, message, hint))
}

/// Something beside lists of `what` that is no YAML.
fn list(name: &str, what: &str, hint: &str) -> Result<Kind, Unread> {
    if is_readme(name) {
        return Err(readme());
    }
    let lower = name.to_ascii_lowercase();
    let (_, suffix) = stem_and_suffix(name);
    let is_list =
        suffix.is_empty() || TABLES.contains(&suffix.as_str()) || lower.contains(".yaml") || lower.contains(".yml");
    let message = format!("this file is not read as {what}");
    Err(match (is_list, suffix.as_str()) {
        (true, "json") => Unread::new(Severity::Error, message, "JSON is YAML too: rename it to end in .yaml"),
        (true, "csv" | "tsv" | "xlsx" | "xls" | "vcf") if what == "contacts" => {
            let hint = format!("keep it outside contacts/, and take its people in with `bevara import {name}`");
            Unread::new(Severity::Error, message, hint)
        }
        (true, _) => Unread::new(Severity::Error, message, hint),
        (false, _) => Unread::new(Severity::Warning, format!("nothing reads this file in {what}"), hint),
    })
}

fn content(below: &[&str], name: &str) -> Result<Kind, Unread> {
    let (stem, suffix) = stem_and_suffix(name);
    match below {
        ["plan", ..] if is_yaml(name) => return Ok(Kind::Plan),
        ["plan", ..] => return list(name, "plans", "a plan is a .yaml file; keep other files outside content/plan/"),
        ["reviews"] if is_yaml(name) && stem == "questions" => return Ok(Kind::Questions),
        [] if is_yaml(name) && SHARED.contains(&stem) => return Ok(Kind::Shared),
        _ => {}
    }
    if matches!(suffix.as_str(), "md" | "markdown") {
        return Ok(Kind::Text);
    }
    let is_year = |text: &str| text.len() == 4 && text.starts_with("20") && text.bytes().all(|b| b.is_ascii_digit());
    let is_plan = |part: &&str| part.to_lowercase().trim_end_matches('s') == "plan";
    if is_yaml(name) && (is_year(stem) || below.iter().any(is_plan) || is_plan(&stem)) {
        let message = "this plan is not read: it does not lie in content/plan/";
        return Err(Unread::new(Severity::Error, message, format!("move it to content/plan/{stem}.yaml")));
    }
    Ok(Kind::Asset)
}

fn templates(below: &[&str], name: &str) -> Result<Kind, Unread> {
    let (_, suffix) = stem_and_suffix(name);
    match below {
        ["strings", ..] if is_yaml(name) => Ok(Kind::Strings),
        ["strings", ..] => Err(Unread::new(
            Severity::Warning,
            "nothing reads this file among the templates' texts",
            "they are templates/strings/<language>.yaml",
        )),
        _ if TEMPLATES.contains(&suffix.as_str()) => Ok(Kind::Template),
        _ if is_readme(name) => Err(readme()),
        _ => Err(Unread::new(
            Severity::Warning,
            "nothing reads this file in templates/",
            "layouts end in .html or .txt, style sheets in .css; pictures lie in content/images/",
        )),
    }
}

fn readme() -> Unread {
    Unread::new(Severity::Note, "this file is for people; nothing reads it", "nothing needs to be done")
}

fn misplaced_wall() -> Unread {
    let message = "this looks like the do-not-contact list, but is not read as one (R4)";
    let hint = "move it to contacts/do-not-contact.yaml, a plain file; or give it a name that cannot be mistaken";
    Unread::new(Severity::Error, message, hint)
}

fn merge_leftover() -> Unread {
    let message = "a merge left this file behind";
    Unread { code: "merge-leftover", ..Unread::new(Severity::Error, message, "finish the merge, and delete it") }
}

/// What is said of a folder, below the root, that has the name of a file; `None` where its name is fine.
pub fn of_folder(path: &str) -> Option<Unread> {
    let (folder, name) = path.rsplit_once('/')?;
    if is_like_wall(name) {
        return Some(misplaced_wall());
    }
    let (_, suffix) = stem_and_suffix(name);
    let is_list = is_yaml(name) || suffix == "jsonl" || TABLES.contains(&suffix.as_str());
    (matters(path) && is_list).then(|| {
        let message = format!("`{name}` is a folder and has the name of a file; nothing in it is read");
        Unread::new(Severity::Error, message, format!("give the folder in {folder}/ a name without .{suffix}"))
    })
}

/// What is said of something in the root itself; `None` where it is nobody's business.
pub fn beside(name: &str) -> Option<Unread> {
    if is_like_wall(name) {
        return Some(misplaced_wall());
    }
    if matches!(name, "bevara.yml" | "bevara.YAML") {
        return Some(Unread::new(
            Severity::Warning,
            "these settings are not read",
            "bevara.yaml is; keep one of the two",
        ));
    }
    let meant = FOLDERS.iter().find(|folder| name.eq_ignore_ascii_case(folder) && name != **folder)?;
    Some(Unread::new(
        Severity::Error,
        format!("nothing reads the folder `{name}`"),
        format!("rename it to `{meant}`: letters count as they are written"),
    ))
}

/// What is said of a hidden file or a back-up copy; `None` for what editors and systems clean up themselves.
pub fn of_left_behind(path: &str) -> Option<Unread> {
    let name = path.rsplit('/').next()?;
    let is_passing = name.starts_with(".#")
        || name.starts_with('#')
        || name == "4913"
        || [".swp", ".swo", ".swx", ".tmp", "___jb_tmp___", "___jb_old___"].iter().any(|end| name.ends_with(end));
    (!is_passing && is_ours(name)).then(|| {
        let kind = if name.starts_with('.') { "a hidden file" } else { "a back-up copy" };
        Unread::new(Severity::Note, format!("{kind} is not read"), "rename it if it shall count")
    })
}

/// What is said of a hidden folder in which these files lie; `None` where none of them looks like a programme's.
pub fn of_hidden_folder(names: &[String]) -> Option<Unread> {
    let name = names.iter().find(|name| is_ours(name))?;
    let message = format!("a hidden folder is not read, and `{name}` is in it");
    Some(Unread::new(Severity::Note, message, "rename the folder if what is in it shall count"))
}

/// True where a file would be read, were it not hidden or a back-up copy.
fn is_ours(name: &str) -> bool {
    let bare = name.trim_start_matches('.').trim_end_matches('~');
    let bare = super::BACKUPS.iter().fold(bare, |bare, end| bare.strip_suffix(end).unwrap_or(bare));
    let (_, suffix) = stem_and_suffix(bare);
    is_yaml(bare)
        || is_like_wall(bare)
        || matches!(suffix.as_str(), "md" | "markdown" | "jsonl" | "csv" | "json" | "html")
}

/// True where what is not read may be the wall, contacts, a plan or a journal.
pub fn matters(path: &str) -> bool {
    path.starts_with("contacts/")
        || path.starts_with("content/plan/")
        || matches!(path, "contacts" | "content" | "content/plan")
        || path.split('/').any(is_like_wall)
}

/// True where a file is YAML by its suffix, in any case.
pub fn is_yaml(name: &str) -> bool {
    matches!(stem_and_suffix(name).1.as_str(), "yaml" | "yml")
}

/// A path without its last suffix.
pub fn without_suffix(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    path[name..].rfind('.').map_or(path, |dot| &path[..name + dot])
}

/// A file's name, and its suffix in lower case; nothing where it has none.
pub fn stem_and_suffix(name: &str) -> (&str, String) {
    match name.rsplit_once('.') {
        Some((stem, suffix)) if !stem.is_empty() => (stem, suffix.to_ascii_lowercase()),
        _ => (name, String::new()),
    }
}

fn is_readme(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    ["README", "LICENSE", "LICENCE", "CODEOWNERS", "CHANGELOG", "NOTES"]
        .iter()
        .any(|known| upper.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest == ".MD" || rest == ".TXT"))
}

fn is_merge_leftover(name: &str) -> bool {
    let numbered = |&mark: &&str| {
        let behind = name.split_once(mark).map(|(_, behind)| behind);
        behind.is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit()))
    };
    name.ends_with(".orig") || name.ends_with(".rej") || MERGED.iter().any(numbered)
}

/// True for `do-not-contact` in any spelling: other case and hyphens, with something before or after, a letter off.
pub fn is_like_wall(name: &str) -> bool {
    const WALL: &str = "donotcontact";
    // Most names are far too short, and this is asked of every part of every path.
    if name.len() < 10 {
        return false;
    }
    let mut stem = name;
    while let Some((before, behind)) = stem.rsplit_once('.')
        && !before.is_empty()
        && behind.len() <= 8
    {
        stem = before;
    }
    let letters: String = stem.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphabetic()).collect();
    let is_off = || (11..=14).contains(&letters.len()) && strsim::damerau_levenshtein(&letters, WALL) <= 2;
    letters.contains(WALL) || letters.contains("dontcontact") || is_off()
}

#[cfg(test)]
mod tests;
