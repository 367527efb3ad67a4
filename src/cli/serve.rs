//! `bevara serve`

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::approve::{self, Unwritten};
use super::editor;
use super::environment::Environment;
use super::git::Git;
use super::send::proof::{self, generation};
use super::session::locate;
use super::terminal::Terminal;
use super::{Global, Outcome, picture_cache};
use crate::load;
use crate::model::approval::Approval;
use crate::model::id::MailingId;
use crate::model::text::counted;
use crate::review::variants::VariantText;
use crate::serve::{Host, Options, Proof, Said, serve};

/// What `serve` is asked for.
#[derive(Args)]
pub struct Arguments {
    /// The port; 0 picks a free one
    #[arg(long, default_value_t = 4321)]
    port: u16,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: String,
    /// Open the browser
    #[arg(long)]
    open: bool,
    /// What opens a source that is clicked: vscode, cursor, zed or idea (the browser asks them), env (VISUAL or EDITOR), or a command with {file} and {line}
    #[arg(long, value_name = "EDITOR", default_value = "vscode")]
    editor: String,
    /// Look for changes by listing files, where the system sends no events
    #[arg(long)]
    poll: bool,
}

/// Serves the programme until it is interrupted.
pub fn run(arguments: &Arguments, global: &Global, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let began = Instant::now();
    let (root, today) = locate(global, terminal)?;
    let environment = Environment::read_or_say(&root, terminal)?;
    let listener = bind(arguments, terminal)?;
    let address = listener.local_addr().map_err(|error| failed(&error.to_string(), terminal))?;
    let mut url = url(&arguments.host, address);
    // Whoever is on this machine may look; whoever is elsewhere has to have been told.
    let key = (!address.ip().is_loopback()).then(crate::serve::key);
    if let Some(key) = &key {
        url += &format!("?token={key}");
    }
    match terminal.is_json() {
        true => terminal.document(json!({ "url": url })),
        false => terminal.result(&url),
    }
    if key.is_some() {
        terminal.line(&format!(
            "  {} everybody who can reach this machine and has this address sees every contact; nothing is encrypted",
            terminal.paint("!", "33")
        ));
    }
    if arguments.open && open(&url).is_err() {
        terminal.line("  there is no browser to open");
    }
    let options = Options {
        root: root.clone(),
        host: arguments.host.clone(),
        poll: arguments.poll,
        copier: Arc::new(picture_cache::copier()),
        link_key: environment.get("BEVARA_LINK_KEY"),
        key,
        editor: editor::address(&arguments.editor, &root),
    };
    let command = editor::command(&arguments.editor);
    let is_fixed = global.today.is_some() || std::env::var_os("SOURCE_DATE_EPOCH").is_some();
    let today = is_fixed.then_some(today);
    let host = Desktop { terminal: terminal.clone(), began, today, root, command, me: OnceLock::new() };
    serve(listener, options, Arc::new(host), interrupted()).map_err(|error| failed(&error.to_string(), terminal))?;
    terminal.line("  stopped");
    Ok(Outcome::Done)
}

fn failed(message: &str, terminal: &Terminal) -> Outcome {
    terminal.failure(message, None);
    Outcome::Environment
}

fn bind(arguments: &Arguments, terminal: &Terminal) -> Result<TcpListener, Outcome> {
    let Arguments { host, port, .. } = arguments;
    let bound = (host.as_str(), *port).to_socket_addrs().and_then(|addresses| {
        let addresses: Vec<SocketAddr> = addresses.collect();
        TcpListener::bind(addresses.as_slice())
    });
    bound.map_err(|error| {
        match error.kind() {
            ErrorKind::AddrInUse => terminal.failure(
                &format!("port {port} is taken, perhaps by another `bevara serve`"),
                Some(&format!("`lsof -i :{port}` says by whom; `--port 0` picks a free one")),
            ),
            _ => terminal.failure(&format!("cannot listen on {host}:{port}: {error}"), None),
        }
        Outcome::Environment
    })
}

/// Where the browser finds us.
fn url(host: &str, address: SocketAddr) -> String {
    let name = match host {
        "0.0.0.0" | "::" => "localhost".to_owned(),
        host if host.contains(':') => format!("[{host}]"),
        host => host.to_owned(),
    };
    format!("http://{name}:{}/", address.port())
}

fn open(url: &str) -> std::io::Result<()> {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop)
}

/// Ends with Ctrl-C, or where somebody asks the process to end.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    // Without a handler the signal ends the process by itself.
    let _ = tokio::signal::ctrl_c().await;
}

/// The world, from the command line.
struct Desktop {
    terminal: Terminal,
    began: Instant,
    /// The day that was asked for; the clock's where none was.
    today: Option<Date>,
    root: PathBuf,
    /// The command that opens a source, if the browser does not.
    command: Option<Vec<String>>,
    me: OnceLock<Option<String>>,
}

impl Host for Desktop {
    fn today(&self) -> Date {
        self.today.unwrap_or_else(|| Timestamp::now().to_zoned(load::time_zone(&self.root)).date())
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn say(&self, said: Said<'_>) {
        let terminal = &self.terminal;
        match said {
            Said::Ready { contacts, mailings, took } => {
                let what = format!("{}, {}", counted(contacts, "contact"), counted(mailings, "mailing"));
                terminal.stage("ready", &what, took);
            }
            Said::Reloaded { ids, took } => terminal.stage("reloaded", &several(ids), took),
            Said::Painted { page, took } => terminal.stage("shown", page, took),
            Said::Broken(found) => terminal.findings(found),
            Said::Mended => terminal.line(&format!("  {} mended", terminal.paint("✓", "32"))),
            Said::Rendered { what, took } if terminal.verbose => terminal.stage("rendered", what, took),
            Said::Rendered { .. } => {}
            Said::Blind(why) => {
                terminal.line(&format!("  changes are looked for four times a second instead of noticed: {why}"));
            }
        }
    }

    fn me(&self) -> Option<String> {
        let ask = || {
            let said = Git::of(&self.root).and_then(|git| git.ask(&["config", "user.email"])).ok()?;
            let address = said.trim().to_owned();
            (!address.is_empty()).then_some(address)
        };
        self.me.get_or_init(ask).clone()
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn commit(&self) -> Option<String> {
        approve::head(&Git::of(&self.root).ok()?)
    }

    fn approve(&self, mailing: &MailingId, approvals: &[Approval]) -> Result<(), String> {
        approve::append(&self.root, mailing, approvals).map_err(|failure| match failure {
            Unwritten::Read(error) => format!("the approvals of {mailing} cannot be read: {}", error.error),
            Unwritten::Write(error) => format!("the approval cannot be written down: {error}"),
        })
    }

    fn variants_at(&self, commit: &str, mailing: &MailingId) -> Option<Vec<VariantText>> {
        approve::variants_at(&self.root, commit, mailing.as_str(), self.today(), &self.terminal)
    }

    fn open(&self, path: &str, line: usize) -> Result<(), String> {
        editor::open(self.command.as_deref(), &self.root, path, line)
    }

    fn no_proofs(&self) -> Option<String> {
        let environment = match Environment::read(&self.root) {
            Ok(environment) => environment,
            Err(unusable) => return Some(format!("{unusable}.")),
        };
        environment
            .get("BEVARA_SMTP_URL")
            .is_none()
            .then(|| "BEVARA_SMTP_URL is not set: there is no relay to send a proof through.".to_owned())
    }

    fn generation(&self) -> String {
        generation(Timestamp::now())
    }

    fn prove(&self, proof: &Proof) -> Result<String, String> {
        let Proof { programme, contact, message_id, bytes, to } = proof;
        let proof = proof::Proof { contact, message_id, bytes, to };
        let environment = Environment::read(&self.root).map_err(|unusable| unusable.to_string())?;
        proof::through_the_relay(&proof, programme, &self.root, &environment)
    }
}

/// A list of ids that fits a line.
fn several(ids: &[String]) -> String {
    match ids {
        [] => "nothing".to_owned(),
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        ids => ids.join(", "),
    }
}
