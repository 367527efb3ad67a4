//! From the folder to its sources: the only reader of a programme.
//!
//! [`Folder::read`] walks the programme once and keeps every text file; [`yaml`] turns documents into the wire structs of
//! [`wire`], one wire struct a kind of thing. What the values mean together is decided by [`validate`](crate::validate).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use rayon::prelude::*;

use crate::model::content::Asset;

use kind::Kind;
use listing::Listed;
use reading::{Reading, Stamp};
use source::SourceFile;
use source::diagnostic::Diagnostic;

pub mod approvals;
pub mod dotenv;
pub mod fingerprint;
pub mod free;
mod genuine;
pub mod journal_record;
pub mod journal_tail;
pub mod journals;
pub mod kind;
pub mod layouts;
mod listing;
pub mod places;
mod reading;
pub mod scalar;
pub mod trace;
pub mod wire;
pub mod word;
mod zone;

pub use zone::time_zone;

/// The file that marks the root of a programme.
pub const MARKER: &str = "bevara.yaml";

/// The folders a programme is made of.
pub const FOLDERS: [&str; 3] = ["content", "templates", "contacts"];

/// What editors put beside a file while they save it.
const LEFT_BEHIND: [&str; 6] = [".swp", ".swo", ".swx", ".tmp", "___jb_tmp___", "___jb_old___"];

/// How back-up copies end.
const BACKUPS: [&str; 4] = [".bak", ".old", ".save", ".backup"];

/// The files of a programme, read once.
#[derive(Debug, Default, Clone)]
pub struct Folder {
    /// Texts by path below the root.
    pub texts: BTreeMap<String, Arc<SourceFile>>,
    /// Everything else by path below the root.
    pub assets: BTreeMap<String, Asset>,
    /// The mailings that have a journal, and whether it tells of more than letters posted.
    pub journals: BTreeMap<String, bool>,
    /// What files without a finding looked like from outside when they were read, journals too.
    stamps: BTreeMap<String, Stamp>,
}

/// How much of an earlier reading is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Whatever looks the same from outside holds the same.
    Stamps,
    /// Nothing: every file is read and compared.
    Nothing,
}

/// The programme's files could not be read at all.
#[derive(Debug)]
pub struct ReadError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub error: io::Error,
}

/// The root of the programme that `start` lies in: the nearest folder upwards that holds a `bevara.yaml`.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    start.ancestors().find(|folder| folder.join(MARKER).is_file()).map(Path::to_owned)
}

/// Settings at `start` or above it under a name that is not read: `bevara.yml`, `Bevara.yaml`.
pub fn misnamed_settings(start: &Path) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    let is_alike = |name: &str| [MARKER, "bevara.yml"].iter().any(|marker| name.eq_ignore_ascii_case(marker));
    let files = start.ancestors().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    files
        .map(|entry| entry.path())
        .find(|path| path.is_file() && path.file_name().is_some_and(|name| is_alike(&name.to_string_lossy())))
}

/// The programmes in the folders below `start`, two deep, by their paths from there.
pub fn roots_below(start: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(start).min_depth(2).max_depth(3).sort_by_file_name().into_iter();
    let marks = entries.filter_entry(|entry| !entry.file_name().to_string_lossy().starts_with('.')).flatten();
    let folders = marks.filter(|entry| entry.file_name() == MARKER && entry.file_type().is_file());
    let below = |entry: walkdir::DirEntry| Some(entry.path().parent()?.strip_prefix(start).ok()?.display().to_string());
    folders.filter_map(below).collect()
}

/// True while version control writes files into the work tree that `root` lies in.
pub fn is_checking_out(root: &Path) -> bool {
    let Some(git) = root.ancestors().map(|folder| folder.join(".git")).find(|git| git.exists()) else { return false };
    // A work tree of its own has a file there that names its folder.
    let elsewhere = fs::read_to_string(&git).ok();
    let named = elsewhere.as_deref().and_then(|text| text.strip_prefix("gitdir: ")).map(str::trim);
    let folder = named.map_or_else(|| git.clone(), |named| git.parent().unwrap_or(root).join(named));
    folder.join("index.lock").exists()
}

impl Folder {
    /// Reads every file of the programme at `root`, on all cores; findings come in the order of the paths.
    ///
    /// Files that are too large or not UTF-8 become findings.
    ///
    /// # Errors
    /// A file or folder that the system does not let us read.
    pub fn read(root: &Path, found: &mut Vec<Diagnostic>) -> Result<Folder, ReadError> {
        Folder::read_again(root, &Folder::default(), Trust::Nothing, found)
    }

    /// Reads a programme that is gone through once: the text of a contact list leaves memory as soon as its contacts are read.
    ///
    /// # Errors
    /// As of [`read`](Folder::read).
    pub fn read_once(root: &Path, found: &mut Vec<Diagnostic>) -> Result<Folder, ReadError> {
        Folder::read_with(root, &Folder::default(), Trust::Nothing, true, found)
    }

    /// Reads the programme again. What holds the same as in `earlier` is the very same source or asset afterwards, so whoever
    /// made something of it can tell by the pointer.
    ///
    /// # Errors
    /// A file or folder that the system does not let us read.
    pub fn read_again(
        root: &Path,
        earlier: &Folder,
        trust: Trust,
        found: &mut Vec<Diagnostic>,
    ) -> Result<Folder, ReadError> {
        Folder::read_with(root, earlier, trust, false, found)
    }

    fn read_with(
        root: &Path,
        earlier: &Folder,
        trust: Trust,
        is_once: bool,
        found: &mut Vec<Diagnostic>,
    ) -> Result<Folder, ReadError> {
        let files = listing::list(root, found)?;
        let reading = || Reading { earlier, trust, is_once, folder: Folder::default(), found: Vec::new() };
        let read = |file: &Listed| reading().file(file);
        let read: Vec<Result<Reading<'_>, ReadError>> = files.par_iter().map(read).collect();
        let mut folder = Folder::default();
        for one in read {
            let one = one?;
            folder.extend(one.folder);
            found.extend(one.found);
        }
        folder.add_layouts();
        Ok(folder)
    }

    /// Adds the layouts that come with the program and that this programme has none of its own for. A component that the programme
    /// defines, in whatever file, takes the place of ours, and so does a parent without the blocks that ours would fill.
    fn add_layouts(&mut self) {
        let own: BTreeSet<String> =
            self.below("templates/").flat_map(|file| layouts::components(file.text())).map(str::to_owned).collect();
        let parent = |name: &str| self.texts.get(&format!("templates/{name}")).map(|file| file.text());
        let fits = |file: &&Arc<SourceFile>| {
            let text = file.text();
            !layouts::components(text).any(|name| own.contains(name)) && !layouts::is_orphan(text, parent)
        };
        let is_wanted =
            |file: &&Arc<SourceFile>| !layouts::is_strings(file.path()) && !self.texts.contains_key(file.path());
        let added: Vec<Arc<SourceFile>> = layouts::all().filter(is_wanted).filter(fits).map(Arc::clone).collect();
        self.texts.extend(added.into_iter().map(|file| (file.path().to_owned(), file)));
    }

    /// The folder with texts in their place that are not saved yet. One that says what is saved is the saved one.
    pub fn with_unsaved(&self, unsaved: &BTreeMap<String, Arc<SourceFile>>, found: &mut Vec<Diagnostic>) -> Folder {
        let mut folder = self.clone();
        let is_text = |path: &str| {
            kind::of(path).is_ok_and(|kind| !matches!(kind, Kind::Asset | Kind::Journal | Kind::Approvals))
        };
        for (path, file) in unsaved.iter().filter(|(path, _)| is_text(path)) {
            if self.texts.get(path).is_some_and(|saved| saved.text() == file.text()) {
                continue;
            }
            let text = match genuine::conflicts(path, file.text()) {
                Some((conflicts, ours)) => {
                    found.extend(conflicts);
                    SourceFile::new(path.as_str(), ours)
                }
                None => Arc::clone(file),
            };
            folder.texts.insert(path.clone(), text);
        }
        folder
    }

    fn extend(&mut self, other: Folder) {
        let Folder { texts, assets, journals, stamps } = other;
        self.texts.extend(texts);
        self.assets.extend(assets);
        for (mailing, by_mail) in journals {
            *self.journals.entry(mailing).or_default() |= by_mail;
        }
        self.stamps.extend(stamps);
    }

    /// The folder with a text or other file below `content/` called otherwise; `None` where there is none, or one with that name.
    pub fn renamed(&self, from: &str, to: &str) -> Option<Folder> {
        let is_taken = self.texts.contains_key(to) || self.assets.contains_key(to);
        let is_text = kind::of(to) == Ok(Kind::Text);
        let mut folder = self.clone();
        let bytes: Arc<[u8]> = match (folder.texts.remove(from), folder.assets.remove(from)) {
            (Some(file), _) => file.text().as_bytes().into(),
            (None, Some(asset)) if !is_text => {
                folder.assets.insert(to.to_owned(), Asset { path: to.to_owned(), ..asset });
                return (!is_taken).then_some(folder);
            }
            (None, asset) => asset?.bytes,
        };
        let text = String::from_utf8(bytes.to_vec()).ok().filter(|_| is_text && !is_taken)?;
        folder.texts.insert(to.to_owned(), SourceFile::new(to, text));
        Some(folder)
    }

    /// The paths whose files are not the same in both.
    pub fn differences(&self, other: &Folder) -> BTreeSet<String> {
        let texts = differing(&self.texts, &other.texts, Arc::ptr_eq);
        let assets = differing(&self.assets, &other.assets, |one, two| one.digest == two.digest);
        texts.chain(assets).collect()
    }

    /// True where no journal was written to in between.
    pub fn has_journals_of(&self, other: &Folder) -> bool {
        let journals = |folder: &Folder| {
            let stamps = folder.stamps.iter().filter(|(path, _)| path.starts_with(journals::FOLDER));
            stamps.map(|(path, stamp)| (path.clone(), *stamp)).collect::<Vec<_>>()
        };
        journals(self) == journals(other)
    }

    /// The text file at `path`.
    pub fn text(&self, path: &str) -> Option<&Arc<SourceFile>> {
        self.texts.get(path)
    }

    /// The YAML file at `path`, in whatever case its name is written and with either suffix.
    pub fn yaml(&self, path: &str) -> Option<&Arc<SourceFile>> {
        let plain =
            |path: &str| path.to_ascii_lowercase().trim_end_matches(".yaml").trim_end_matches(".yml").to_owned();
        let is_yaml = |path: &str| [".yaml", ".yml"].iter().any(|suffix| path.to_ascii_lowercase().ends_with(suffix));
        let alike = || self.texts.iter().find(|(known, _)| is_yaml(known) && plain(known) == plain(path));
        self.text(path).or_else(|| alike().map(|(_, file)| file))
    }

    /// The text files of a kind, in the order of their paths.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Arc<SourceFile>> {
        self.texts.iter().filter(move |(path, _)| kind::of(path) == Ok(kind)).map(|(_, file)| file)
    }

    /// The text files below a folder, given with a trailing slash.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Arc<SourceFile>> {
        self.texts
            .range(prefix.to_owned()..)
            .take_while(move |(path, _)| path.starts_with(prefix))
            .map(|(_, file)| file)
    }
}

/// The keys that only one of two maps has, or both with values that are not the same.
fn differing<'m, T>(
    one: &'m BTreeMap<String, T>,
    other: &'m BTreeMap<String, T>,
    same: impl Fn(&T, &T) -> bool + 'm,
) -> impl Iterator<Item = String> + 'm {
    let gone = other.keys().filter(|path| !one.contains_key(*path));
    let changed = one.iter().filter(move |(path, value)| !other.get(*path).is_some_and(|other| same(value, other)));
    changed.map(|(path, _)| path).chain(gone).cloned()
}

/// True for what editors and systems leave behind: hidden files, back-ups, swap files, vim's trial `4913`.
pub fn is_left_behind(name: &str) -> bool {
    name.starts_with('.')
        || name.starts_with('#')
        || name.ends_with('~')
        || name == "4913"
        || LEFT_BEHIND.iter().chain(&BACKUPS).any(|suffix| name.ends_with(suffix))
}
