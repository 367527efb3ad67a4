//! `bevara lsp`

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use super::environment::{Environment, today};
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::load;
use crate::lsp::{Host, serve};

/// Serves an editor over standard input and output until it goes.
pub fn run(global: &Global, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let start = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    let fixed = today(global, &jiff::tz::TimeZone::UTC).map_err(|message| {
        terminal.failure(&message, None);
        Outcome::Usage
    })?;
    let is_fixed = global.today.is_some() || std::env::var_os("SOURCE_DATE_EPOCH").is_some();
    let desk = ThisMachine { today: is_fixed.then_some(fixed) };
    match serve(BufReader::new(io::stdin()), io::stdout(), &start, &desk) {
        Ok(true) => Ok(Outcome::Done),
        // It went without a word: the protocol wants another code then.
        Ok(false) => Err(Outcome::Errors),
        Err(error) => {
            terminal.failure(&format!("the editor cannot be answered: {error}"), None);
            Err(Outcome::Environment)
        }
    }
}

/// The clock and the environment.
struct ThisMachine {
    /// The day that was asked for; the clock's where none was.
    today: Option<Date>,
}

impl Host for ThisMachine {
    fn today(&self, root: &Path) -> Date {
        self.today.unwrap_or_else(|| Timestamp::now().to_zoned(load::time_zone(root)).date())
    }

    fn link_key(&self, root: &Path) -> Option<String> {
        Environment::read(root).ok()?.get("BEVARA_LINK_KEY")
    }
}
