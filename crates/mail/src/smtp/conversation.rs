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
use super::login::Login;
use super::offers::Offers;
use super::relay::{Relay, Security};
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
    /// Commands that do not wait for each other are sent at once.
    pipelines: bool,
    /// What the relay answered to a `DATA` that was sent along.
    answer_to_data: Option<Result<Reply, Cause>>,
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
            pipelines: false,
            answer_to_data: None,
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
        conversation.pipelines = conversation.offers.pipelining;
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

    /// Commands that do not wait for each other are sent at once (RFC 2920).
    pub fn pipelines(&self) -> bool {
        self.pipelines
    }

    /// Waits for the answer to each command from now on, whatever the relay offers.
    pub fn wait_for_each(&mut self) {
        self.pipelines = false;
    }

    /// Offers a message: `MAIL FROM` and `RCPT TO`. Nothing of it has left yet.
    ///
    /// # Errors
    /// The step that failed.
    pub fn envelope(&mut self, envelope: &Envelope<'_>) -> Result<(), Fault> {
        let fault = |phase| move |cause| Fault::new(phase, cause);
        let parameters = self.parameters(envelope).map_err(fault(Phase::Sender))?;
        let sender = address(envelope.sender).map_err(fault(Phase::Sender))?;
        let recipient = address(envelope.recipient).map_err(fault(Phase::Sender))?;
        let (mail, rcpt) = (Mail::new(Some(sender), parameters), Rcpt::new(recipient, Vec::new()));
        if self.pipelines {
            return self.envelope_at_once(&mail.to_string(), &rcpt.to_string());
        }
        if std::mem::replace(&mut self.needs_reset, true) {
            self.command(Rset).and_then(was_reset).map_err(fault(Phase::Sender))?;
        }
        self.command(mail).and_then(done).map_err(fault(Phase::Sender))?;
        self.command(rcpt).and_then(done).map_err(fault(Phase::Recipient))?;
        Ok(())
    }

    /// The same with everything up to `DATA` in one piece, so that the way there and back is gone once (RFC 2920 §3.1).
    fn envelope_at_once(&mut self, mail: &str, rcpt: &str) -> Result<(), Fault> {
        let fault = |phase| move |cause| Fault::new(phase, cause);
        let needs_reset = std::mem::replace(&mut self.needs_reset, true);
        let reset = if needs_reset { Rset.to_string() } else { String::new() };
        self.say(&[&reset, mail, rcpt, &Data.to_string()].concat()).map_err(fault(Phase::Sender))?;
        let timeout = self.command_timeout;
        if needs_reset {
            self.read(timeout).and_then(was_reset).map_err(fault(Phase::Sender))?;
        }
        let mail = self.read(timeout).map_err(fault(Phase::Sender))?;
        let rcpt = self.read(timeout).map_err(fault(Phase::Recipient))?;
        let data = self.read(timeout);
        let offered =
            done(mail).map_err(fault(Phase::Sender)).and_then(|_| done(rcpt).map_err(fault(Phase::Recipient)));
        let Err(refused) = offered else {
            self.answer_to_data = Some(data);
            return Ok(());
        };
        if data.is_ok_and(|reply| reply.code() == 354) {
            // It waits for a message to nobody: an empty one, which it throws away (RFC 2920 §3.1).
            self.stream.write(b".\r\n", timeout).map_err(fault(Phase::Sender))?;
            self.read(timeout).map_err(fault(Phase::Sender))?;
        }
        Err(refused)
    }

    /// The parameters of `MAIL FROM`, as far as the relay knows them; what it does not know and the message needs is a fault.
    fn parameters(&self, envelope: &Envelope<'_>) -> Result<Vec<MailParameter>, Cause> {
        let offers = &self.offers;
        let mut parameters = Vec::new();
        if let Some(largest) = offers.largest.filter(|&largest| envelope.size as u64 > largest) {
            let what = format!("room for a message of {} octets: it takes {largest}", envelope.size);
            return Err(Cause::Lacks(what));
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
        let answer = match self.answer_to_data.take() {
            Some(answer) => answer,
            None => self.command(Data),
        };
        let answer = answer.and_then(|reply| expect(354, reply));
        answer.map(|_| ()).map_err(|cause| Fault::new(Phase::Data, cause))
    }

    /// The message with its final dot, and the relay's answer. An answer that comes before the dot, or with another after it, is
    /// none to this message: nobody knows then what became of it.
    ///
    /// # Errors
    /// Anything but a yes.
    pub fn body(&mut self, with_dot: &[u8]) -> Result<Reply, Fault> {
        if let Err(cause) = self.nothing_unread() {
            return Err(Fault::new(Phase::Data, cause));
        }
        let (message, dot) = with_dot.split_at(with_dot.len().saturating_sub(DOT.len()));
        let written = self.stream.write(message, self.dot_timeout);
        let written = written.and_then(|()| self.nothing_unread());
        let written = written.and_then(|()| self.stream.write(dot, self.dot_timeout));
        let answer = written.and_then(|()| self.read(self.dot_timeout)).and_then(done);
        let answer = answer.and_then(|reply| self.nothing_unread_or_closed().map(|()| reply));
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
        self.say(&command.to_string())?;
        self.read(self.command_timeout)
    }

    /// Writes commands. What is unread then would be taken for the answer to them.
    fn say(&mut self, commands: &str) -> Result<(), Cause> {
        self.nothing_unread()?;
        self.stream.write(commands.as_bytes(), self.command_timeout)
    }

    fn nothing_unread(&mut self) -> Result<(), Cause> {
        match self.stream.has_unread()? {
            true => Err(Cause::Lost("the relay answered what it was not asked".into())),
            false => Ok(()),
        }
    }

    /// The same after an answer, with which a relay may well have closed.
    fn nothing_unread_or_closed(&mut self) -> Result<(), Cause> {
        match self.stream.has_unread() {
            Ok(true) => Err(Cause::Lost("the relay answered more than it was asked".into())),
            _ => Ok(()),
        }
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

/// The end of a message.
const DOT: &[u8] = b".\r\n";

/// `RSET` never fails (RFC 5321 §4.1.1.5): a relay that refuses it has a fault, which is nobody's whose message comes next.
fn was_reset(reply: Reply) -> Result<Reply, Cause> {
    expect(250, reply).map_err(|cause| match cause {
        Cause::Reply(reply) if reply.code() != 421 => Cause::Garbage(format!("RSET was answered {reply}")),
        cause => cause,
    })
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
