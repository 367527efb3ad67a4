//! A command's view of the programme: which folder, which day, what was read and what is wrong with it.

use std::io::Read;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Zoned;
use jiff::civil::Date;

use super::environment::{Environment, today};
use super::terminal::{Terminal, Watch, diagnostics_json};
use super::who::{self, Match};
use super::{Global, Outcome, picture_cache};
use crate::check;
use crate::load::{self, Folder, ReadError, Trust};
use crate::model::contact::Contact;
use crate::model::id::MailingId;
use crate::model::journal::{Journal, Journals};
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::model::text::counted;
use crate::plan::{Memory, Roster};
use crate::render::compose::Composer;
use crate::render::engine::Engine;
use crate::render::links::LinkKey;
use crate::render::narrowing::{self, Conditions};
use crate::validate::{self, Validator};
use source::diagnostic::{Diagnostic, did_you_mean};
use store::ReplaceError;

/// A programme that was found and is sound enough to work with.
pub struct Session {
    /// Its root.
    pub root: PathBuf,
    /// The day that counts as today.
    pub today: Date,
    /// The programme.
    pub programme: Programme,
    /// What was found while reading it: warnings only.
    pub found: Vec<Diagnostic>,
    /// The environment's settings.
    pub environment: Environment,
}

/// Everything that renders, made for one programme.
pub struct Workshop<'p> {
    /// The programme.
    pub programme: &'p Programme,
    /// Its templates.
    pub engine: &'p Engine,
    /// Everybody, with who may be written to.
    pub roster: Roster<'p>,
    /// What makes messages.
    pub composer: Composer<'p>,
}

/// Reads programmes one after the other.
#[derive(Default)]
pub struct ProgrammeReader {
    folder: Folder,
    validator: Validator,
    /// Long lists' texts do not stay in memory.
    is_once: bool,
}

impl Session {
    /// Finds, reads and validates the programme.
    ///
    /// # Errors
    /// The exit code, after everything was said.
    pub fn open(global: &Global, terminal: &Terminal) -> Result<Self, Outcome> {
        Session::open_with_forgotten(global, terminal)?.without_forgotten(terminal)
    }

    /// The same, also where somebody who was forgotten is there again or still: whoever takes them out needs a session.
    ///
    /// # Errors
    /// The exit code, after everything was said.
    pub fn open_with_forgotten(global: &Global, terminal: &Terminal) -> Result<Self, Outcome> {
        let (root, today) = locate(global, terminal)?;
        Session::read_with_forgotten(&root, &root, today, &mut ProgrammeReader::default(), terminal)
    }

    /// The same for a command that only looks: the texts of its contact lists do not stay in memory.
    ///
    /// # Errors
    /// As of [`open`](Session::open).
    pub fn open_once(global: &Global, terminal: &Terminal) -> Result<Self, Outcome> {
        let (root, today) = locate(global, terminal)?;
        let mut reader = ProgrammeReader { is_once: true, ..ProgrammeReader::default() };
        Session::read(&root, &root, today, &mut reader, terminal)
    }

    /// Reads and validates the programme at `root`; `home` is where `.env` lies. What `reader` read before and is the same is not read
    /// again.
    ///
    /// # Errors
    /// The exit code, after everything was said.
    pub fn read(
        root: &Path,
        home: &Path,
        today: Date,
        reader: &mut ProgrammeReader,
        terminal: &Terminal,
    ) -> Result<Self, Outcome> {
        Session::read_with_forgotten(root, home, today, reader, terminal)?.without_forgotten(terminal)
    }

    fn read_with_forgotten(
        root: &Path,
        home: &Path,
        today: Date,
        reader: &mut ProgrammeReader,
        terminal: &Terminal,
    ) -> Result<Self, Outcome> {
        let mut watch = Watch::start();
        let environment = Environment::read_or_say(home, terminal)?;
        let mut found = environment.found().to_vec();
        let folder = match reader.is_once {
            true => Folder::read_once(root, &mut found),
            false => Folder::read_again(root, &reader.folder, Trust::Nothing, &mut found),
        };
        reader.folder = folder.map_err(|error| unreadable(&error, terminal))?;
        let Some(programme) = reader.validator.validate(&reader.folder, today, &mut found) else {
            found.extend(narrowing::unreadable(validate::conditions(&reader.folder)));
            return Err(report_errors(found, terminal));
        };
        let mailings = programme.mailings().count();
        let texts: usize = programme.contents.values().map(|content| content.variants.len()).sum();
        let active = programme.contacts.iter().filter(|contact| contact.tier().is_some());
        let contacts = counted(active.count(), "contact");
        let result = format!("{contacts}, {}, {}", counted(mailings, "mailing"), counted(texts, "text"));
        terminal.stage("read", &result, watch.lap());
        Ok(Session { root: root.to_owned(), today, programme, found, environment })
    }

    /// The session, unless somebody is there who was forgotten (R27).
    fn without_forgotten(self, terminal: &Terminal) -> Result<Self, Outcome> {
        match check::forgotten::findings(&self.programme, &self.link_key()) {
            back if back.is_empty() => Ok(self),
            back => Err(report_errors(self.found.into_iter().chain(back).collect(), terminal)),
        }
    }

    /// The mailing that was named on the command line.
    ///
    /// # Errors
    /// The exit code, after it was said that there is none, and which one may be meant.
    pub fn mailing(&self, id: &str, terminal: &Terminal) -> Result<&Mailing, Outcome> {
        let all: Vec<&Mailing> = self.programme.mailings().collect();
        match who::id(all.iter().copied(), |mailing| mailing.id.as_str(), id) {
            Match::One(mailing) => return Ok(mailing),
            Match::Several(several) => {
                let listed = who::listed(several.iter().map(|mailing| mailing.id.as_str()));
                terminal.failure(&format!("`{id}` is the beginning of several mailings"), Some(&listed));
            }
            Match::Nobody => {
                let hint = did_you_mean(id, all.iter().map(|mailing| mailing.id.as_str()));
                let hint = hint.as_deref().or(Some("`bevara plan` lists them"));
                terminal.failure(&format!("there is no mailing `{id}` in any plan"), hint);
            }
        }
        Err(Outcome::Usage)
    }

    /// The contact who was named on the command line: by id, the beginning of one, a name, an address, a code or a token.
    ///
    /// # Errors
    /// The exit code, after it was said that there is none, and who may be meant.
    pub fn contact(&self, id: &str, terminal: &Terminal) -> Result<&Contact, Outcome> {
        match who::contact(&self.programme, &self.link_key(), id) {
            Match::One(contact) => return Ok(contact),
            Match::Several(several) => {
                let listed = who::listed(several.iter().map(|contact| contact.id.as_str()));
                terminal.failure(&format!("`{id}` may be several people"), Some(&listed));
            }
            Match::Nobody => {
                let hint = did_you_mean(id, self.programme.contacts.iter().map(|contact| contact.id.as_str()));
                terminal.failure(&format!("there is no contact `{id}`"), hint.as_deref());
            }
        }
        Err(Outcome::Usage)
    }

    /// The contact whose refer link carries this code (R18).
    pub fn contact_by_code(&self, code: &str) -> Option<&Contact> {
        let (key, code) = (self.link_key(), code.trim().to_lowercase());
        self.programme.contacts.iter().find(|contact| key.code(contact).to_lowercase() == code)
    }

    /// The journal of a mailing, as it is now, with those of the ids that it once had.
    ///
    /// # Errors
    /// The exit code, after it was said what cannot be read: nobody knows then who has the mailing.
    pub fn journal(&self, mailing: &MailingId, terminal: &Terminal) -> Result<Journal, Outcome> {
        let mut found = Vec::new();
        let was = self.programme.mailing(mailing.as_str()).map_or(&[][..], |mailing| &mailing.was);
        match load::journals::read(&self.root, mailing, was, &mut found) {
            Ok(journal) if found.is_empty() => Ok(journal),
            Ok(_) => {
                report_errors(found, terminal);
                let hint = "bring it back from git or a copy; nobody is sent anything until every line can be read";
                terminal.failure(&format!("the journal of `{mailing}` is damaged"), Some(hint));
                Err(Outcome::Environment)
            }
            Err(error) => Err(unreadable(&error, terminal)),
        }
    }

    /// What a file holds.
    ///
    /// # Errors
    /// The system does not let us read it.
    pub fn read_outside_bytes(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    /// A text file that is no part of the programme, such as a log; what in it is no UTF-8 is replaced.
    ///
    /// # Errors
    /// The system does not let us read it.
    pub fn read_outside(&self, path: &str) -> std::io::Result<String> {
        std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A file that is no part of the programme, such as a list to be imported.
    ///
    /// # Errors
    /// The system does not let us read it, or it is no list of people by its size.
    pub fn read_bytes(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        const MAX_BYTES: u64 = 256 << 20;
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        match bytes.len() as u64 > MAX_BYTES {
            true => Err(std::io::Error::other("it has more than 256 MiB")),
            false => Ok(bytes),
        }
    }

    /// Writes a file that is no part of the programme, such as a list for another one.
    ///
    /// # Errors
    /// The system does not let us write it.
    pub fn write_bytes(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::write(path, bytes)
    }

    /// The largest HTML of a proof under output/mail, with its size in octets.
    pub fn largest_proof(&self) -> Option<(String, u64)> {
        let mailings = std::fs::read_dir(self.root.join("output/mail")).ok()?.flatten();
        let proofs =
            mailings.filter_map(|mailing| std::fs::read_dir(mailing.path()).ok()).flat_map(|files| files.flatten());
        let html = proofs.filter(|file| file.path().extension().is_some_and(|suffix| suffix == "html"));
        let sized = html.filter_map(|file| Some((file.metadata().ok()?.len(), file.path())));
        let (octets, path) = sized.max()?;
        let below = path.strip_prefix(&self.root).unwrap_or(&path);
        Some((below.display().to_string(), octets))
    }

    /// A message that was built, with its path, up to the end of its header fields.
    pub fn built_message(&self) -> Option<(String, String)> {
        let mailings = std::fs::read_dir(self.root.join("output/mail")).ok()?.flatten();
        let folders = mailings.filter_map(|mailing| std::fs::read_dir(mailing.path().join("messages")).ok());
        let messages = folders.flat_map(|files| files.flatten()).map(|file| file.path());
        let path = messages.filter(|path| path.extension().is_some_and(|suffix| suffix == "eml")).min()?;
        let message = String::from_utf8_lossy(&std::fs::read(&path).ok()?).into_owned();
        let head = message.split_once("\r\n\r\n").map_or(message.as_str(), |(head, _)| head).to_owned();
        Some((path.strip_prefix(&self.root).unwrap_or(&path).display().to_string(), head))
    }

    /// What became of every message of every mailing.
    ///
    /// # Errors
    /// The exit code, after it was said what cannot be read.
    pub fn journals(&self, terminal: &Terminal) -> Result<Journals, Outcome> {
        let mut found = Vec::new();
        match load::journals::all(&self.root, &self.programme, &mut found) {
            Ok(journals) if found.is_empty() => Ok(journals),
            Ok(_) => Err(report_errors(found, terminal)),
            Err(error) => Err(unreadable(&error, terminal)),
        }
    }

    /// Looks up everything that is remembered and hands it to `work`; nothing is set up to render.
    ///
    /// # Errors
    /// The exit code of `work`, of conditions that cannot be read, or of journals.
    pub fn with_memory<T>(
        &self,
        terminal: &Terminal,
        work: impl FnOnce(&Memory<'_>) -> Result<T, Outcome>,
    ) -> Result<T, Outcome> {
        let conditions = Conditions::new(&self.programme)
            .map_err(|errors| report_errors(self.found.iter().cloned().chain(errors).collect(), terminal))?;
        let journals = self.journals(terminal)?;
        let roster = Roster::new(&self.programme, &conditions);
        work(&Memory::new(&self.programme, self.today, &roster, &journals))
    }

    /// A setting of the environment, or of `.env`.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.environment.get(name)
    }

    /// What codes and tokens are derived with (`BEVARA_LINK_KEY`).
    pub fn link_key(&self) -> LinkKey {
        LinkKey::new(self.environment.get("BEVARA_LINK_KEY").as_deref(), &self.programme.settings)
    }

    /// Who runs this command, for others to be told: the process, and account and machine where they are known.
    pub fn who(&self) -> String {
        let name = |variables: [&str; 2]| variables.into_iter().find_map(|name| std::env::var(name).ok());
        let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|name| name.trim().to_owned());
        let account = name(["USER", "USERNAME"]).map_or(String::new(), |account| format!(" of {account}"));
        let machine =
            machine.or_else(|| name(["HOSTNAME", "COMPUTERNAME"])).map_or(String::new(), |name| format!(" on {name}"));
        format!("process {}{account}{machine} since {}", std::process::id(), Zoned::now().strftime("%F %H:%M:%S"))
    }

    /// The file that holds the key to sign with (`BEVARA_DKIM_KEY_FILE`).
    pub fn dkim_key_file(&self) -> Option<PathBuf> {
        self.environment.dkim_key_file(&self.root)
    }

    /// Sets up everything that renders and hands it to `work`.
    ///
    /// # Errors
    /// The exit code of `work`, or of templates that cannot be used.
    pub fn with_workshop<T>(
        &self,
        terminal: &Terminal,
        work: impl FnOnce(&Workshop<'_>) -> Result<T, Outcome>,
    ) -> Result<T, Outcome> {
        let fail =
            |errors: Vec<Diagnostic>| report_errors(self.found.iter().cloned().chain(errors).collect(), terminal);
        let (engine, conditions) = match (Engine::new(&self.programme), Conditions::new(&self.programme)) {
            // A command ends soon after: hundreds of templates are not taken apart for that.
            (Ok(engine), Ok(conditions)) => (ManuallyDrop::new(engine), ManuallyDrop::new(conditions)),
            (engine, conditions) => {
                return Err(fail(engine.err().into_iter().chain(conditions.err()).flatten().collect()));
            }
        };
        let key = self.link_key();
        let composer = Composer::new(&self.programme, &engine, &key).map_err(|error| fail(vec![*error]))?;
        let composer = composer.with_copier(Arc::new(picture_cache::copier()));
        let roster = Roster::new(&self.programme, &*conditions);
        work(&Workshop { programme: &self.programme, engine: &engine, roster, composer })
    }
}

/// Finds the root of the programme, and the day that counts as today.
///
/// # Errors
/// The exit code, after it was said what is missing.
pub fn locate(global: &Global, terminal: &Terminal) -> Result<(PathBuf, Date), Outcome> {
    let start = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    let Some(root) = load::find_root(&start) else {
        let message = format!("there is no bevara.yaml in {} or above it", start.display());
        let below = load::roots_below(&start);
        let hint = match (load::misnamed_settings(&start), below.as_slice()) {
            (Some(path), _) => format!("rename {} to bevara.yaml", path.display()),
            (None, []) => "`bevara init` writes a programme to start from".to_owned(),
            (None, [one]) => format!("there is one below: `bevara -C {one} …`"),
            (None, several) => format!("there are several below, name one with `-C`: {}", several.join(", ")),
        };
        terminal.failure(&message, Some(&hint));
        return Err(Outcome::Usage);
    };
    terminal.is_about(&root);
    let today = today(global, &load::time_zone(&root)).map_err(|message| {
        terminal.failure(&message, None);
        Outcome::Usage
    })?;
    Ok((root, today))
}

/// Writes a file that is no part of a programme, and the folders it lies in.
///
/// # Errors
/// The system does not let us write it.
pub fn write_outside(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    std::fs::write(path, bytes)
}

/// Says what the system does not let us read.
pub fn unreadable(error: &ReadError, terminal: &Terminal) -> Outcome {
    terminal.failure(&format!("cannot read {}: {}", error.path.display(), error.error), None);
    Outcome::Environment
}

/// Says why a file of the programme did not get its new text; `again` is what to do where somebody else changed it meanwhile.
pub fn unwritten(error: &ReplaceError, path: &str, again: &str, terminal: &Terminal) -> Outcome {
    let hint = matches!(error, ReplaceError::Changed).then_some(again);
    terminal.failure(&format!("cannot change {path}: {error}"), hint);
    Outcome::Environment
}

/// Prints findings that stop the command.
pub fn report_errors(found: Vec<Diagnostic>, terminal: &Terminal) -> Outcome {
    let findings = check::folded(found);
    terminal.findings(&findings);
    if terminal.is_json() {
        terminal.document(serde_json::json!({ "diagnostics": diagnostics_json(&findings) }));
    }
    Outcome::Errors
}
