//! Where messages go: the relay of `BEVARA_SMTP_URL` and how it is talked to, or another door.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;

use super::Via;
use crate::cli::Outcome;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::emit::departure::Departure;
use crate::send::clock::Clock;
use crate::send::doors::Door;
use crate::send::doors::maildir::Maildir;
use crate::send::doors::mbox::Mbox;
use crate::send::doors::sendmail::Sendmail;
use crate::send::doors::smtp::Smtp;
use crate::send::smtp::conversation::Line;
use crate::send::smtp::relay::{Relay, Security};
use crate::send::smtp::tls;

/// The variable that names the relay.
pub const VARIABLE: &str = "BEVARA_SMTP_URL";

/// Everything that doors are made of.
pub struct Way {
    via: Via,
    relay: Option<(Relay, Option<Arc<ClientConfig>>)>,
}

impl Way {
    /// The way that is asked for.
    ///
    /// # Errors
    /// There is no relay, or none that could be trusted; said.
    pub fn new(via: &Via, session: &Session, terminal: &Terminal) -> Result<Self, Outcome> {
        let relay = match via {
            Via::Smtp => Some(relay(session, terminal)?),
            _ => None,
        };
        Ok(Way { via: via.clone(), relay })
    }

    /// How many connections there may be.
    pub fn connections(&self, session: &Session) -> usize {
        match self.via {
            Via::Smtp | Via::Sendmail(_) => usize::from(session.programme.settings.smtp.connections),
            Via::Maildir(_) | Via::Mbox(_) => 1,
        }
    }

    /// How the relay is talked to; `None` where there is none.
    pub fn line<'w>(&'w self, session: &Session, clock: &'w dyn Clock) -> Option<Line<'w>> {
        let (relay, tls) = self.relay.as_ref()?;
        let smtp = &session.programme.settings.smtp;
        Some(Line {
            relay,
            tls: tls.clone(),
            command_timeout: Duration::from_secs(smtp.command_timeout_s.into()),
            dot_timeout: Duration::from_secs(smtp.dot_timeout_s.into()),
            clock,
        })
    }

    /// A door; `line` is that of [`line`](Self::line).
    pub fn door<'w>(&self, line: Option<&'w Line<'w>>, session: &Session) -> Box<dyn Door + 'w> {
        let sender = session.programme.settings.sender.email.clone();
        match (&self.via, line) {
            (Via::Maildir(folder), _) => Box::new(Maildir::new(folder.clone())),
            (Via::Mbox(path), _) => Box::new(Mbox::new(path.clone(), sender)),
            (Via::Sendmail(program), _) => Box::new(Sendmail::new(program.clone(), sender)),
            (Via::Smtp, line) => Box::new(Smtp::new(line.expect("who sends by SMTP has a relay"), sender)),
        }
    }
}

fn relay(session: &Session, terminal: &Terminal) -> Result<(Relay, Option<Arc<ClientConfig>>), Outcome> {
    let fail = |message: String, hint: Option<&str>| {
        terminal.failure(&message, hint);
        Outcome::Environment
    };
    let Some(url) = session.variable(VARIABLE) else {
        let hint = "smtps://user:password@smtp.example.org:465, or smtp://localhost:1025 for a catcher on this machine";
        return Err(fail(format!("{VARIABLE} is not set"), Some(hint)));
    };
    let relay: Relay = url.parse().map_err(|fault: crate::diagnostic::Fault| {
        fail(format!("{VARIABLE} cannot be used: {}", fault.message), fault.hint.as_deref())
    })?;
    let ca_file = session.programme.settings.smtp.ca_file.as_deref().map(|path| session.root.join(path));
    let tls = match relay.security {
        Security::None => None,
        Security::Implicit | Security::Required => {
            Some(tls::config(ca_file.as_deref()).map_err(|fault| fail(fault.message, fault.hint.as_deref()))?)
        }
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

/// What changes in messages when they leave.
///
/// # Errors
/// They are to be signed and cannot be; said.
#[cfg(feature = "dkim")]
pub fn departure(session: &Session, terminal: &Terminal) -> Result<Departure, Outcome> {
    let settings = &session.programme.settings;
    let departure = Departure::new(settings.timezone.clone());
    let Some(dkim) = &settings.dkim else { return Ok(departure) };
    let key = crate::emit::dkim::Key::load(session.dkim_key_file().as_deref()).map_err(|error| {
        terminal.failure(&error.to_string(), Some(error.hint()));
        Outcome::Environment
    })?;
    Ok(departure.signed(key, dkim.clone()))
}

/// What changes in messages when they leave.
///
/// # Errors
/// They are to be signed and cannot be; said.
#[cfg(not(feature = "dkim"))]
pub fn departure(session: &Session, terminal: &Terminal) -> Result<Departure, Outcome> {
    let settings = &session.programme.settings;
    if settings.dkim.is_some() {
        let message = "mail is to be signed, but this bevara was built without the feature `dkim`";
        terminal.failure(message, Some("install it with its default features, or remove `dkim:`"));
        return Err(Outcome::Environment);
    }
    Ok(Departure::new(settings.timezone.clone()))
}
