//! The programme as it lies in the editor: the files, and in front of them what is not saved yet.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::check;
use crate::load::{Folder, ReadError, Trust};
use crate::model::programme::Programme;
use crate::plan::{Eligibility, Recipient, Roster, Route};
use crate::render::compose::Composer;
use crate::render::engine::Engine;
use crate::render::links::LinkKey;
use crate::render::narrowing::Conditions;
use crate::validate::Validator;
use source::SourceFile;
use source::diagnostic::Diagnostic;

/// A list so long is not rendered for everybody while somebody writes: only the mailings of the texts that are open.
const LONG_LIST: usize = 2_000;

/// One programme, and what is open of it.
pub struct World {
    /// Its root.
    pub root: PathBuf,
    today: Date,
    link_key: Option<String>,
    /// The files.
    saved: Folder,
    /// What was found while reading them.
    found: Vec<Diagnostic>,
    /// What is open, by path below the root.
    open: BTreeMap<String, Arc<SourceFile>>,
    validator: Validator,
    /// Both together, as they were looked at last.
    folder: Folder,
    /// The programme as it last held together.
    programme: Option<Arc<Programme>>,
    /// What the conditions of its plan come to.
    conditions: Option<Arc<Conditions>>,
    /// The words of the templates, by name and what lies below it; made when somebody asks.
    names: Option<(Arc<Programme>, Arc<Names>)>,
}

/// What templates may name: variables, and the fields of each.
pub type Names = BTreeMap<String, Vec<String>>;

impl World {
    /// The programme at `root`.
    ///
    /// # Errors
    /// The system does not let us read it.
    pub fn new(root: PathBuf, today: Date, link_key: Option<String>) -> Result<Self, ReadError> {
        let mut world = World {
            root,
            today,
            link_key,
            saved: Folder::default(),
            found: Vec::new(),
            open: BTreeMap::new(),
            validator: Validator::default(),
            folder: Folder::default(),
            programme: None,
            conditions: None,
            names: None,
        };
        world.reread(Trust::Nothing)?;
        Ok(world)
    }

    /// Reads the files that have changed.
    ///
    /// # Errors
    /// The system does not let us read them.
    pub fn reread(&mut self, trust: Trust) -> Result<(), ReadError> {
        let mut found = Vec::new();
        self.saved = Folder::read_again(&self.root, &self.saved, trust, &mut found)?;
        self.found = found;
        Ok(())
    }

    /// The path of a file below the root, as programmes name it.
    pub fn below(&self, path: &Path) -> Option<String> {
        let real = path.strip_prefix(&self.root).map(Path::to_owned).ok();
        let real = real.or_else(|| path.canonicalize().ok()?.strip_prefix(&self.root).map(Path::to_owned).ok())?;
        Some(real.to_string_lossy().replace('\\', "/"))
    }

    /// A file has this text in the editor.
    pub fn put(&mut self, path: &str, text: String) {
        if self.open.get(path).is_none_or(|known| known.text() != text) {
            self.open.insert(path.to_owned(), SourceFile::new(path, text));
        }
    }

    /// A file is not open any more.
    pub fn close(&mut self, path: &str) {
        self.open.remove(path);
    }

    /// The text of a file: as it is in the editor, else as it is saved.
    pub fn text(&self, path: &str) -> Option<&Arc<SourceFile>> {
        self.open.get(path).or_else(|| self.saved.text(path))
    }

    /// Every text, those that are open as they are in the editor.
    pub fn texts(&self) -> impl Iterator<Item = &Arc<SourceFile>> {
        self.saved.texts.keys().filter_map(|path| self.text(path))
    }

    /// The programme as it last held together.
    pub fn programme(&self) -> Option<&Arc<Programme>> {
        self.programme.as_ref()
    }

    /// Everything that is wrong with the files and what is open of them, short of rendering messages.
    pub fn look(&mut self) -> Vec<Diagnostic> {
        let is_saved =
            |finding: &&Diagnostic| finding.place.as_ref().is_none_or(|place| !self.open.contains_key(place.path()));
        let mut found: Vec<Diagnostic> = self.found.iter().filter(is_saved).cloned().collect();
        self.folder = self.saved.with_unsaved(&self.open, &mut found);
        let Some(programme) = self.validator.validate(&self.folder, self.today, &mut found) else { return found };
        match (Engine::new(&programme), Conditions::again(&programme, self.conditions.as_deref())) {
            (Ok(_), Ok(conditions)) => {
                self.programme = Some(Arc::new(programme));
                self.conditions = Some(Arc::new(conditions));
            }
            (engine, conditions) => found.extend([engine.err(), conditions.err()].into_iter().flatten().flatten()),
        }
        found
    }

    /// What is needed to look at messages, somewhere else: the programme, and which mailings are open.
    pub fn deeper(&self) -> Option<Deeper> {
        let (programme, conditions) = (Arc::clone(self.programme()?), Arc::clone(self.conditions.as_ref()?));
        let open = |content: &str| self.open.keys().any(|path| path.starts_with(&format!("content/{content}")));
        let mailings = programme.mailings().filter(|mailing| open(&mailing.content));
        let mailings = mailings.map(|mailing| mailing.id.to_string()).collect();
        Some(Deeper { programme, conditions, mailings, today: self.today, link_key: self.link_key.clone() })
    }

    /// What templates may name, as the first reader of the first mailing sees it.
    pub fn names(&mut self) -> Arc<Names> {
        let Some(programme) = self.programme.clone() else { return Arc::default() };
        if let Some((of, names)) = &self.names
            && Arc::ptr_eq(of, &programme)
        {
            return Arc::clone(names);
        }
        let names = first_names(&programme, self.link_key.as_deref());
        let names = Arc::new(names.unwrap_or_default());
        self.names = Some((programme, Arc::clone(&names)));
        names
    }

    /// Who gets a mailing, in words: by tier, by channel, who is left out.
    pub fn audience(&self, id: &str) -> Option<String> {
        let programme = self.programme()?;
        let mailing = programme.mailing(id)?;
        let audience = Roster::new(programme, &**self.conditions.as_ref()?).audience(mailing);
        let mut tiers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut days: BTreeMap<Date, usize> = BTreeMap::new();
        for recipient in &audience.recipients {
            *tiers.entry(recipient.tier().letter()).or_default() += 1;
            *days.entry(recipient.date()).or_default() += 1;
        }
        let by_post = |recipient: &&Recipient<'_>| matches!(recipient.route(), Route::Post(_));
        let letters = audience.recipients.iter().filter(by_post).count();
        let mut why: HashMap<&str, usize> = HashMap::new();
        audience.refusals.iter().for_each(|(_, refusal)| *why.entry(refusal.code()).or_default() += 1);
        let mut why: Vec<_> = why.into_iter().collect();
        why.sort_unstable();
        let list = |parts: Vec<String>| parts.join(", ");
        let mut lines = vec![format!("**{id}** · {}", mailing.kind.name())];
        let day =
            |(day, count): (&Date, &usize)| if days.len() > 1 { format!("{day} ({count})") } else { day.to_string() };
        lines.push(match days.len() {
            0 => "Nobody gets it.".to_owned(),
            1..=6 => list(days.iter().map(day).collect()),
            _ => format!("{} days from {}", days.len(), days.keys().next().map_or_else(String::new, Date::to_string)),
        });
        if !audience.recipients.is_empty() {
            let tiers = list(tiers.iter().map(|(tier, count)| format!("{tier} {count}")).collect());
            let post = if letters > 0 { format!(", {letters} by post") } else { String::new() };
            lines.push(format!("{} get it: {tiers}{post}", audience.recipients.len()));
        }
        if !why.is_empty() {
            let why = list(why.iter().map(|(why, count)| format!("{count} {why}")).collect());
            lines.push(format!("{} left out: {why}", audience.refusals.len()));
        }
        Some(lines.join("\n\n"))
    }
}

/// What the templates of the first mailing may name for its first reader.
fn first_names(programme: &Programme, link_key: Option<&str>) -> Option<Names> {
    let engine = Engine::new(programme).ok()?;
    let conditions = Conditions::parse(programme).ok()?;
    let key = LinkKey::new(link_key, &programme.settings);
    let composer = Composer::new(programme, &engine, &key).ok()?;
    let eligibility = Eligibility::new(programme, &conditions);
    let (mailing, reader) = programme.mailings().find_map(|mailing| {
        let admitted = |contact| eligibility.admission(mailing, contact)?.ok();
        programme.contacts.iter().find_map(admitted).map(|reader| (mailing, reader))
    })?;
    Some(composer.names(mailing, &reader))
}

/// What takes too long to be done at each keystroke.
pub struct Deeper {
    programme: Arc<Programme>,
    conditions: Arc<Conditions>,
    mailings: Vec<String>,
    today: Date,
    link_key: Option<String>,
}

impl Deeper {
    /// What is wrong with plan and messages: first of the mailings whose texts are open, then of all, where the list is not too long for
    /// that. `tell` is told each time; what it is told last is everything, unless it `is_wanted` no more.
    pub fn look(&self, is_wanted: &dyn Fn() -> bool, mut tell: impl FnMut(Vec<Diagnostic>)) {
        let programme = &*self.programme;
        let Ok(engine) = Engine::new(programme) else { return };
        let key = LinkKey::new(self.link_key.as_deref(), &programme.settings);
        let composer = match Composer::new(programme, &engine, &key) {
            Ok(composer) => composer,
            Err(fault) => return tell(vec![*fault]),
        };
        if !is_wanted() {
            return;
        }
        let roster = Roster::new(programme, &*self.conditions);
        let mut found = Vec::new();
        for mailing in self.mailings.iter().filter_map(|id| programme.mailing(id)) {
            if !is_wanted() {
                return;
            }
            found.extend(check::mailing_findings(programme, &composer, &roster.audience(mailing)));
        }
        tell(found.clone());
        if !is_wanted() {
            return;
        }
        if programme.contacts.len() <= LONG_LIST {
            return tell(check::findings(programme, &roster, &composer, self.today, &check::NoVerdicts));
        }
        found.extend(check::plan_findings(programme, &roster, self.today));
        tell(found);
    }
}
