//! A conversation with a relay, step by step.

use std::fmt::Display;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{ClientId, MailBodyParameter, MailParameter};
use rustls::ClientConfig;

use super::login;
use super::offers::Offers;
use super::relay::{Login, Relay, Security};
use super::reply::{Garbage, Reading, Reply};
use super::stream::Stream;
use crate::address::EmailAddress;
use crate::clock::Clock;
use crate::smtp::fault::{Cause, Fault, Phase};

/// How to reach a relay, and how long to wait for it.
pub struct Line<'c> {
    /// The relay.
    pub relay: &'c Relay,
    /// Whom to trust; none where nothing is encrypted.
    pub tls: Option<Arc<ClientConfig>>,
    /// The longest wait for a connection or an answer.
    pub command_timeout: Duration,
    /// The longest wait for the answer to the final dot (RFC 5321 §4.5.3.2.6).
    pub dot_timeout: Duration,
    /// The time.
    pub clock: &'c dyn Clock,
}

/// What a message is, for the relay.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'e> {
    /// Where reports go.
    pub sender: &'e EmailAddress,
    /// To whom.
    pub recipient: &'e EmailAddress,
    /// Octets of the message.
    pub size: usize,
    /// It holds octets beyond ASCII.
    pub is_eight_bit: bool,
}

/// A connection that has been greeted, is encrypted where it has to be, and logged in where that is wanted.
pub struct Conversation<'c> {
    stream: Stream<'c>,
    offers: Offers,
    command_timeout: Duration,
    dot_timeout: Duration,
    clock: &'c dyn Clock,
    /// A message was begun and not finished.
    needs_reset: bool,
}

impl<'c> Conversation<'c> {
    /// Connects, and goes on up to where messages can be offered.
    ///
    /// # Errors
    /// The step that failed.
    pub fn open(line: &Line<'c>) -> Result<Self, Fault> {
        let relay = line.relay;
        let fault = |phase| move |cause| Fault::new(phase, cause);
        let stream = Stream::connect(&relay.host, relay.port, line.command_timeout, line.clock);
        let mut conversation = Conversation {
            stream: stream.map_err(fault(Phase::Connect))?,
            offers: Offers::default(),
            command_timeout: line.command_timeout,
            dot_timeout: line.dot_timeout,
            clock: line.clock,
            needs_reset: false,
        };
        if relay.security == Security::Implicit {
            conversation.secure(line).map_err(fault(Phase::Tls))?;
        }
        let timeout = line.command_timeout;
        let greeting = conversation.read(timeout).map_err(fault(Phase::Greeting))?;
        expect(220, greeting).map_err(fault(Phase::Greeting))?;
        conversation.hello(relay).map_err(fault(Phase::Hello))?;
        if relay.security == Security::Required {
            if !conversation.offers.starttls() {
                return Err(Fault::new(Phase::Tls, Cause::Lacks("STARTTLS".into())));
            }
            conversation.command(Starttls).and_then(|reply| expect(220, reply)).map_err(fault(Phase::Tls))?;
            conversation.secure(line).map_err(fault(Phase::Tls))?;
            // What was offered in the clear counts for nothing (RFC 3207 §4.2).
            conversation.hello(relay).map_err(fault(Phase::Hello))?;
        }
        if let Some(login) = &relay.login {
            conversation.log_in(login).map_err(fault(Phase::Login))?;
        }
        Ok(conversation)
    }

    fn secure(&mut self, line: &Line<'_>) -> Result<(), Cause> {
        let config = line.tls.as_ref().ok_or_else(|| Cause::Untrusted("no certificate authority is known".into()))?;
        self.stream.start_tls(config, &line.relay.host, line.command_timeout)
    }

    fn hello(&mut self, relay: &Relay) -> Result<(), Cause> {
        let name = relay.hello.clone().map_or_else(|| own_address(&self.stream), ClientId::Domain);
        let reply = self.command(Ehlo::new(name)).and_then(|reply| expect(250, reply))?;
        self.offers = Offers::of(&reply);
        Ok(())
    }

    fn log_in(&mut self, login: &Login) -> Result<(), Cause> {
        let Some(mechanism) = login::choose(login, &self.offers) else {
            let wanted = login.mechanism.map_or("PLAIN, LOGIN or XOAUTH2".to_owned(), |wanted| wanted.to_string());
            return Err(Cause::Lacks(format!("AUTH {wanted}")));
        };
        let unknown = || Cause::Lacks(format!("AUTH {mechanism} as it is known"));
        let mut reply = self.command(login::begin(login, mechanism).ok_or_else(unknown)?)?;
        for _ in 0..MAX_CHALLENGES {
            if reply.code() != 334 {
                break;
            }
            reply = self.command(login::answer(login, mechanism, &reply).ok_or_else(unknown)?)?;
        }
        expect(235, reply).map(|_| ())
    }

    /// Offers a message: `MAIL FROM` and `RCPT TO`. Nothing of it has left yet.
    ///
    /// # Errors
    /// The step that failed.
    pub fn offer(&mut self, envelope: &Envelope<'_>) -> Result<(), Fault> {
        let fault = |phase| move |cause| Fault::new(phase, cause);
        let parameters = self.parameters(envelope).map_err(fault(Phase::Sender))?;
        let sender = address(envelope.sender).map_err(fault(Phase::Sender))?;
        let recipient = address(envelope.recipient).map_err(fault(Phase::Sender))?;
        if self.needs_reset {
            self.command(Rset).and_then(|reply| expect(250, reply)).map_err(fault(Phase::Sender))?;
        }
        self.needs_reset = true;
        self.command(Mail::new(Some(sender), parameters)).and_then(done).map_err(fault(Phase::Sender))?;
        self.command(Rcpt::new(recipient, Vec::new())).and_then(done).map_err(fault(Phase::Recipient))?;
        Ok(())
    }

    /// The parameters of `MAIL FROM`, as far as the relay knows them; what it does not know and the message needs is a fault.
    fn parameters(&self, envelope: &Envelope<'_>) -> Result<Vec<MailParameter>, Cause> {
        let offers = &self.offers;
        let mut parameters = Vec::new();
        if let Some(largest) = offers.largest.filter(|&largest| envelope.size as u64 > largest) {
            let message = format!("the message has {} octets, the relay takes {largest}", envelope.size);
            return Err(Cause::Unfit(message));
        }
        if offers.knows_size {
            parameters.push(MailParameter::Size(envelope.size));
        }
        let is_international =
            envelope.is_eight_bit || envelope.recipient.needs_smtputf8() || envelope.sender.needs_smtputf8();
        if is_international {
            if !offers.smtputf8() {
                return Err(Cause::Lacks("SMTPUTF8, which this address needs".into()));
            }
            if offers.eight_bit() {
                parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        Ok(parameters)
    }

    /// `DATA`: the relay is ready for the message.
    ///
    /// # Errors
    /// It is not.
    pub fn data(&mut self) -> Result<(), Fault> {
        let answer = self.command(Data).and_then(|reply| expect(354, reply));
        answer.map(|_| ()).map_err(|cause| Fault::new(Phase::Data, cause))
    }

    /// The message with its final dot, in one piece, and the relay's answer.
    ///
    /// # Errors
    /// Anything but a yes.
    pub fn body(&mut self, with_dot: &[u8]) -> Result<Reply, Fault> {
        let written = self.stream.write(with_dot, self.dot_timeout);
        let answer = written.and_then(|()| self.read(self.dot_timeout)).and_then(done);
        if answer.is_ok() {
            self.needs_reset = false;
        }
        answer.map_err(|cause| Fault::new(Phase::Body, cause))
    }

    /// Says good-bye; whatever comes of it.
    pub fn quit(mut self) {
        // A relay that does not answer has all it needs.
        let _ = self.stream.write(Quit.to_string().as_bytes(), GOOD_BYE).and_then(|()| self.read(GOOD_BYE));
        self.stream.close();
    }

    /// Ends the connection without a word: a message that was begun is thrown away by the relay.
    pub fn hang_up(mut self) {
        self.stream.close();
    }

    /// Writes a command, its line end included, and reads the answer.
    fn command(&mut self, command: impl Display) -> Result<Reply, Cause> {
        self.stream.write(command.to_string().as_bytes(), self.command_timeout)?;
        self.read(self.command_timeout)
    }

    fn read(&mut self, timeout: Duration) -> Result<Reply, Cause> {
        let deadline = self.clock.elapsed() + timeout;
        let mut reading = Reading::default();
        loop {
            let line = self.stream.read_line(deadline, timeout)?;
            match reading.line(&line) {
                Ok(Some(reply)) => return Ok(reply),
                Ok(None) => {}
                Err(Garbage(text)) => return Err(Cause::Garbage(text)),
            }
        }
    }
}

/// Most challenges of one login.
const MAX_CHALLENGES: usize = 2;

/// How long a relay may take to say good-bye.
const GOOD_BYE: Duration = Duration::from_secs(2);

fn expect(code: u16, reply: Reply) -> Result<Reply, Cause> {
    if reply.code() == code { Ok(reply) } else { Err(Cause::Reply(reply)) }
}

fn done(reply: Reply) -> Result<Reply, Cause> {
    if reply.is_done() { Ok(reply) } else { Err(Cause::Reply(reply)) }
}

/// An address as lettre has it.
fn address(address: &EmailAddress) -> Result<Address, Cause> {
    address.as_str().parse().map_err(|error| Cause::Unfit(format!("{address} cannot be used in SMTP: {error}")))
}

/// This machine's address, as a relay may be told it (RFC 5321 §4.1.3).
fn own_address(stream: &Stream<'_>) -> ClientId {
    match stream.local_address().map(|address| address.ip()) {
        Some(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
        Some(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
        None => ClientId::default(),
    }
}
