//! `bevara send`

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::Outcome;
use super::build::shard;
use super::session::Session;
use super::terminal::Terminal;
use crate::build::Shard;
use crate::model::channel::Channel;
use crate::model::id::ContactId;
use crate::model::mailing::Mailing;
use crate::send::transport::sendmail;
use mail::address::EmailAddress;
use source::diagnostic::Fault;

mod checks;
mod clock;
mod dry_run;
mod entries;
mod git;
mod leave;
pub(in crate::cli) mod lost;
mod outgoing;
mod progress;
pub(in crate::cli) mod proof;
mod relay;
mod report;
mod resolve;
mod status;

pub use clock::SystemClock;
pub use leave::lock;

/// What `send` is asked for.
#[derive(Args)]
pub struct Arguments {
    /// The mailing
    #[arg(value_name = "ID")]
    mailing: String,
    /// Send; N is the exact number of messages that will leave, as the dry run prints it
    #[arg(long, value_name = "N")]
    confirm: Option<usize>,
    /// Send one proof to this address; it is not journalled
    #[arg(long, value_name = "ADDRESS", value_parser = address, conflicts_with_all = ["confirm", "limit", "max", "resume", "wait"])]
    to: Option<EmailAddress>,
    /// Send one proof of each variant to everybody whom `proofs:` in bevara.yaml names
    #[arg(long, conflicts_with_all = ["to", "confirm", "limit", "max", "resume", "wait", "only", "status", "resolve", "shard"])]
    proofs: bool,
    /// With --proofs: only of these variants, like A/sv
    #[arg(long, value_name = "NAME", requires = "proofs")]
    variant: Vec<String>,
    /// Only to these contacts
    #[arg(long, value_name = "CONTACT", num_args = 1.., value_delimiter = ',')]
    only: Vec<String>,
    /// Send at most this many now, the rest later
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Refuse to send if more than this many would leave
    #[arg(long, value_name = "N")]
    max: Option<usize>,
    /// Also send to those whom the relay deferred
    #[arg(long)]
    resume: bool,
    /// Stay, and retry what the relay defers (first after 5 minutes)
    #[arg(long, requires = "confirm")]
    wait: bool,
    /// Show what became of each message so far
    #[arg(long, conflicts_with_all = ["confirm", "only", "to", "resolve"])]
    status: bool,
    /// Settle what is in doubt: assume-sent, resend, or from-log FILE (of Postfix or Exim)
    #[arg(long, value_name = "HOW", num_args = 1..=2, conflicts_with_all = ["confirm", "to"])]
    resolve: Vec<String>,
    /// How messages leave: smtp (BEVARA_SMTP_URL), maildir:DIR, mbox:FILE, sendmail or sendmail:PATH
    #[arg(long, value_name = "TRANSPORT", default_value = "smtp")]
    via: Via,
    /// Send to one part of the recipients, such as 2/4, with a journal of its own
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<Shard>,
    /// Send even though its day has not come, or is more than 7 days past
    #[arg(long)]
    off_schedule: bool,
    /// Send even though changes are not committed, or git cannot be asked
    #[arg(long)]
    allow_dirty: bool,
    /// Send even though the upstream cannot be asked whether somebody else has sent some of this
    #[arg(long)]
    offline: bool,
}

fn address(text: &str) -> Result<EmailAddress, String> {
    text.parse().map_err(|fault: Fault| fault.message)
}

/// Which way messages leave.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Via {
    /// To the relay of `BEVARA_SMTP_URL`.
    Smtp,
    /// Into a Maildir.
    Maildir(PathBuf),
    /// Into an mbox file.
    Mbox(PathBuf),
    /// Through a command.
    Sendmail(PathBuf),
}

impl FromStr for Via {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, path) = match text.split_once(':') {
            Some((kind, path)) if !path.is_empty() => (kind, Some(PathBuf::from(path))),
            Some((kind, _)) => return Err(format!("`{kind}:` wants a path")),
            None => (text, None),
        };
        match (kind, path) {
            ("smtp", None) => Ok(Via::Smtp),
            ("maildir", Some(path)) => Ok(Via::Maildir(path)),
            ("mbox", Some(path)) => Ok(Via::Mbox(path)),
            ("sendmail", path) => Ok(Via::Sendmail(path.unwrap_or_else(|| sendmail::USUAL.into()))),
            _ => Err("one of smtp, maildir:DIR, mbox:FILE, sendmail, sendmail:PATH".to_owned()),
        }
    }
}

/// Sends a mailing, or shows what would be sent.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let mailing = session.mailing(&arguments.mailing, terminal)?;
    if mailing.channel == Channel::Post {
        let hint = format!("`bevara build --mailing {}` makes what the post needs", mailing.id);
        terminal.failure(&format!("`{}` goes by post", mailing.id), Some(&hint));
        return Err(Outcome::Usage);
    }
    let named = |name: &String| session.contact(name, terminal).map(|contact| contact.id.clone());
    let only: Vec<ContactId> = arguments.only.iter().map(named).collect::<Result<_, _>>()?;
    if arguments.status {
        return status::run(mailing, session, terminal);
    }
    if !arguments.resolve.is_empty() {
        return resolve::run(arguments, mailing, &only, session, terminal);
    }
    if arguments.proofs {
        return proof::to_group(arguments, mailing, session, terminal);
    }
    match &arguments.to {
        Some(address) => proof::run(arguments, mailing, &only, address, session, terminal),
        None => leave::run(arguments, mailing, only, session, terminal),
    }
}

/// The command that sends what was shown, with everything that narrows or widens it.
fn command_line(arguments: &Arguments, mailing: &Mailing, off_schedule: bool, count: usize) -> String {
    let mut line = format!("bevara send {}", mailing.id);
    if !arguments.only.is_empty() {
        line += &format!(" --only {}", arguments.only.join(","));
    }
    if let Some(limit) = arguments.limit {
        line += &format!(" --limit {limit}");
    }
    if let Some(max) = arguments.max {
        line += &format!(" --max {max}");
    }
    if let Some(Shard { index, of }) = arguments.shard {
        line += &format!(" --shard {index}/{of}");
    }
    match &arguments.via {
        Via::Smtp => {}
        Via::Maildir(path) => line += &format!(" --via maildir:{}", path.display()),
        Via::Mbox(path) => line += &format!(" --via mbox:{}", path.display()),
        Via::Sendmail(path) => line += &format!(" --via sendmail:{}", path.display()),
    }
    for (flag, is_set) in [
        ("--resume", arguments.resume),
        ("--off-schedule", off_schedule),
        ("--allow-dirty", arguments.allow_dirty),
        ("--offline", arguments.offline),
    ] {
        if is_set {
            line += &format!(" {flag}");
        }
    }
    format!("{line} --confirm {count}")
}
