//! `bevara person`: who is on the list, what we hold on one of them, and what they ask of us (R26, R27).

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Outcome;
use super::session::Session;
use super::terminal::Terminal;

mod account;
mod changes;
mod export;
mod forget;
mod held;
mod history;
mod list;
mod mentions;
mod unsubscribe;
mod whom;
mod words;

/// What is to be done for whom.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List everybody
    List,
    /// List whose name, firm, address, telephone or tags hold a text
    Find {
        /// What to look for
        text: String,
    },
    /// Show everything that is held on somebody, with its file and line
    Show {
        /// An id, the beginning of one, a name, an address, a code or a token; of a referral's lead also the id of the referral
        #[arg(value_name = "ID")]
        who: String,
    },
    /// Write what is held on somebody into a folder for them to read, in their language
    Export {
        /// An id, the beginning of one, a name, an address, a code or a token; of a referral's lead also the id of the referral
        #[arg(value_name = "ID")]
        who: String,
        /// The folder, which must not be there yet or be empty
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Take somebody out of everything, and keep only what is needed to know them again
    Forget(forget::Forget),
    /// Take an opt-out: write it into the contact's file
    Unsubscribe(unsubscribe::Unsubscribe),
}

/// Does what a contact asks for, or what is asked about them.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    match &arguments.action {
        Action::List => list::run(None, session, terminal),
        Action::Find { text } => list::run(Some(text), session, terminal),
        Action::Show { who } => account::run(who, session, terminal),
        Action::Export { who, folder } => export::run(who, folder, session, terminal),
        Action::Forget(arguments) => forget::run(arguments, session, terminal),
        Action::Unsubscribe(arguments) => unsubscribe::run(arguments, session, terminal),
    }
}
