//! Where messages go: the relay of `BEVARA_SMTP_URL` and how it is talked to, or another transport.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;

use super::Via;
use crate::cli::Outcome;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::model::settings::{Settings, Smtp};
use crate::products::mail::departure::Departure;
use crate::send::transport::Transport;
use crate::send::transport::maildir::Maildir;
use crate::send::transport::mbox::Mbox;
use crate::send::transport::sendmail::Sendmail;
use crate::send::transport::smtp::Smtp as SmtpTransport;
use mail::address::EmailAddress;
use mail::clock::Clock;
use mail::dkim::Key;
use mail::smtp::conversation::Line;
use mail::smtp::relay::{Relay, Security};
use mail::smtp::tls;
use source::diagnostic::Fault;

/// The variable that names the relay.
pub const VARIABLE: &str = "BEVARA_SMTP_URL";

/// Everything that transports are made of.
pub struct Way {
    via: Via,
    relay: Option<(Relay, Option<Arc<ClientConfig>>)>,
    sender: EmailAddress,
    smtp: Smtp,
}

impl Way {
    /// The way that is asked for; `url` is what [`VARIABLE`] holds, and `root` that of the programme.
    ///
    /// # Errors
    /// There is no relay, or none that could be trusted.
    pub fn new(via: &Via, url: Option<&str>, settings: &Settings, root: &Path) -> Result<Self, Fault> {
        let smtp = settings.smtp.clone();
        let relay = match via {
            Via::Smtp => Some(relay(url, &smtp, root)?),
            _ => None,
        };
        Ok(Way { via: via.clone(), relay, sender: settings.sender.email.clone(), smtp })
    }

    /// The way that a session asks for.
    ///
    /// # Errors
    /// As [`new`](Self::new); said.
    pub fn of(via: &Via, session: &Session, terminal: &Terminal) -> Result<Self, Outcome> {
        let url = session.variable(VARIABLE);
        Way::new(via, url.as_deref(), &session.programme.settings, &session.root)
            .map_err(|fault| failed(&fault, terminal))
    }

    /// How many connections there may be.
    pub fn connections(&self) -> usize {
        match self.via {
            Via::Smtp | Via::Sendmail(_) => usize::from(self.smtp.connections),
            Via::Maildir(_) | Via::Mbox(_) => 1,
        }
    }

    /// How the relay is talked to; `None` where there is none.
    pub fn line<'w>(&'w self, clock: &'w dyn Clock) -> Option<Line<'w>> {
        let (relay, tls) = self.relay.as_ref()?;
        Some(Line {
            relay,
            tls: tls.clone(),
            command_timeout: Duration::from_secs(self.smtp.command_timeout_s.into()),
            dot_timeout: Duration::from_secs(self.smtp.dot_timeout_s.into()),
            clock,
        })
    }

    /// A transport; `line` is that of [`line`](Self::line).
    pub fn transport<'w>(&self, line: Option<&'w Line<'w>>) -> Box<dyn Transport + 'w> {
        let sender = self.sender.clone();
        match (&self.via, line) {
            (Via::Maildir(folder), _) => Box::new(Maildir::new(folder.clone())),
            (Via::Mbox(path), _) => Box::new(Mbox::new(path.clone(), sender)),
            (Via::Sendmail(program), _) => {
                let patience = Duration::from_secs(self.smtp.dot_timeout_s.into());
                Box::new(Sendmail::new(program.clone(), sender, patience))
            }
            (Via::Smtp, line) => Box::new(SmtpTransport::new(line.expect("who sends by SMTP has a relay"), sender)),
        }
    }
}

/// Says why there is no way, and gives the exit code.
pub fn failed(fault: &Fault, terminal: &Terminal) -> Outcome {
    terminal.failure(&fault.message, fault.hint.as_deref());
    Outcome::Environment
}

fn relay(url: Option<&str>, smtp: &Smtp, root: &Path) -> Result<(Relay, Option<Arc<ClientConfig>>), Fault> {
    let url = url.ok_or_else(|| {
        Fault::new(format!("{VARIABLE} is not set"))
            .hint("smtps://user:password@smtp.example.org:465, or smtp://localhost:1025 for a catcher on this machine")
    })?;
    let relay: Relay = url.parse().map_err(|fault: Fault| Fault {
        message: format!("{VARIABLE} cannot be used: {}", fault.message),
        hint: fault.hint,
    })?;
    let ca_file = smtp.ca_file.as_deref().map(|path| root.join(path));
    let tls = match relay.security {
        Security::None => None,
        Security::Implicit | Security::Required => Some(tls::config(ca_file.as_deref())?),
    };
    Ok((relay, tls))
}

/// The way in words, for the dry run; a relay that is not set up yet is no reason to fail.
pub fn in_words(via: &Via, session: &Session) -> String {
    match via {
        Via::Smtp => match session.variable(VARIABLE).map(|url| url.parse::<Relay>()) {
            Some(Ok(relay)) => relay.to_string(),
            Some(Err(fault)) => format!("{VARIABLE} cannot be used: {}", fault.message),
            None => format!("{VARIABLE} is not set"),
        },
        Via::Maildir(folder) => format!("the Maildir {}", folder.display()),
        Via::Mbox(path) => format!("the mbox file {}", path.display()),
        Via::Sendmail(program) => program.display().to_string(),
    }
}

/// What changes in messages when they leave; `key_file` is what `BEVARA_DKIM_KEY_FILE` names.
///
/// # Errors
/// They are to be signed and cannot be.
pub fn departure(settings: &Settings, key_file: Option<&Path>) -> Result<Departure, Fault> {
    let departure = Departure::new(settings.timezone.clone());
    let Some(dkim) = &settings.dkim else { return Ok(departure) };
    let key = Key::load(key_file).map_err(|error| Fault::new(error.to_string()).hint(error.hint()))?;
    Ok(departure.signed(key, dkim.clone()))
}
