//! `bevara completions` and `bevara man`

use std::io::{self, Write};

use clap::{Args, Command};
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
    clap_complete::generate(arguments.shell, &mut offered(&help::command()), "bevara", &mut script);
    let script = String::from_utf8_lossy(&script);
    terminal.result(with_ids(&script, arguments.shell).trim_end());
    Ok(Outcome::Done)
}

/// The command without what only shells call; a script offers every command it knows.
fn offered(command: &Command) -> Command {
    let shown = command.get_subcommands().filter(|sub| !sub.is_hide_set()).cloned();
    Command::new("bevara").version(env!("CARGO_PKG_VERSION")).args(command.get_arguments().cloned()).subcommands(shown)
}

/// The script, which asks the command for ids where ids may stand: those of mailings, contacts and referrals.
fn with_ids(script: &str, shell: Shell) -> String {
    match shell {
        Shell::Bash => format!("{script}\n{BASH}"),
        Shell::Fish => format!("{script}\n{FISH}"),
        // What clap's script ends with would leave the ids out.
        Shell::Zsh => format!("{}\n{ZSH}", script.split("if [ \"$funcstack[1]\"").next().unwrap_or(script)),
        _ => script.to_owned(),
    }
}

const BASH: &str = r#"_bevara_with_ids() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("${line%%$'\t'*}")
    done < <("$1" complete-ids -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if [ "${#COMPREPLY[@]}" -eq 0 ]; then
        _bevara "$@"
    fi
}
complete -F _bevara_with_ids -o bashdefault -o default bevara
"#;

const FISH: &str = r#"complete -c bevara -a '(bevara complete-ids -- (commandline -opc)[2..] "$(commandline -ct)" 2>/dev/null)'
"#;

const ZSH: &str = r#"_bevara_with_ids() {
    local -a found
    found=("${(@f)$("${words[1]}" complete-ids -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "${found[1]}" ]]; then
        compadd -- "${(@)found%%$'\t'*}"
    else
        _bevara "$@"
    fi
}

compdef _bevara_with_ids bevara
if [ "$funcstack[1]" = "_bevara" ]; then
    _bevara_with_ids "$@"
fi
"#;

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
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help" && !sub.is_hide_set()) {
        writeln!(page, ".SH {}", sub.get_name().to_uppercase())?;
        let man = Man::new(sub.clone());
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        man.render_extra_section(&mut page)?;
    }
    Ok(page)
}
