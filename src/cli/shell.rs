//! `bevara completions` and `bevara man`

use std::io::{self, Write};

use clap::Args;
use clap_complete::Shell;
use clap_mangen::Man;

use super::terminal::Terminal;
use super::{Outcome, help};

/// Which shell is helped.
#[derive(Args)]
pub struct Arguments {
    /// bash, elvish, fish, powershell or zsh
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the completions of a shell.
pub fn completions(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut help::command(), "bevara", &mut script);
    terminal.result(String::from_utf8_lossy(&script).trim_end());
    Ok(Outcome::Done)
}

/// Prints the man page of the command and of all that it does, in roff.
pub fn man(terminal: &Terminal) -> Result<Outcome, Outcome> {
    let page = page().map_err(|error| {
        terminal.failure(&format!("cannot write the page: {error}"), None);
        Outcome::Environment
    })?;
    terminal.result(String::from_utf8_lossy(&page).trim_end());
    Ok(Outcome::Done)
}

fn page() -> io::Result<Vec<u8>> {
    let mut command = help::command();
    command.build();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        writeln!(page, ".SH {}", sub.get_name().to_uppercase())?;
        let man = Man::new(sub.clone());
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        man.render_extra_section(&mut page)?;
    }
    Ok(page)
}
