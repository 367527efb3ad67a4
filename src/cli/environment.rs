//! What the surroundings say: the day that counts as today, and the settings in variables and in `.env`.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::load::dotenv::{Dotenv, Unusable};
use source::diagnostic::Diagnostic;

/// The day that counts as today: `--today`, else `SOURCE_DATE_EPOCH` (reproducible builds), else the day in `zone`.
pub(super) fn today(global: &Global, zone: &TimeZone) -> Result<Date, String> {
    if let Some(date) = global.today {
        return Ok(date);
    }
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds
            .parse()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .map(|moment| moment.to_zoned(TimeZone::UTC).date())
            .ok_or_else(|| format!("SOURCE_DATE_EPOCH is `{seconds}`, which is not a number of seconds")),
        Err(_) => Ok(Timestamp::now().to_zoned(zone.clone()).date()),
    }
}

/// The environment's settings: real variables before those of `.env`.
pub struct Environment {
    file: Dotenv,
}

impl Environment {
    /// Reads `.env` at the root, if there is one.
    ///
    /// # Errors
    /// What stands there cannot be used.
    pub fn read(root: &Path) -> Result<Self, Unusable> {
        Dotenv::read(root).map(|file| Environment { file })
    }

    /// The same for a command, which ends where `.env` cannot be used.
    ///
    /// # Errors
    /// The exit code, after it was said why.
    pub fn read_or_say(root: &Path, terminal: &Terminal) -> Result<Self, Outcome> {
        Environment::read(root).map_err(|unusable| {
            terminal.failure(&unusable.to_string(), Some("a small text of lines like BEVARA_SMTP_URL=smtps://…"));
            Outcome::Environment
        })
    }

    /// What was found in `.env`: lines that have no effect.
    pub fn found(&self) -> &[Diagnostic] {
        &self.file.found
    }

    /// A path: as the shell counts it in a real variable, from the root of the programme in `.env`.
    fn path(&self, name: &str, root: &Path) -> Option<PathBuf> {
        let real = std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        real.or_else(|| self.get(name).map(|path| root.join(path)))
    }

    /// The file that holds the key to sign with (`BEVARA_DKIM_KEY_FILE`).
    pub fn dkim_key_file(&self, root: &Path) -> Option<PathBuf> {
        self.path("BEVARA_DKIM_KEY_FILE", root)
    }

    /// A setting, unless it is empty.
    pub fn get(&self, name: &str) -> Option<String> {
        let own = || self.file.get(name).map(str::to_owned);
        std::env::var(name).ok().or_else(own).filter(|value| !value.is_empty())
    }
}
