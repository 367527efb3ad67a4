//! What went wrong on the way out, in which phase, and what that means for the message: never guessed from a message of the
//! system, always decided by the phase.

use std::fmt;

use crate::report::Status;
use crate::smtp::reply::Reply;

/// The step that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Finding and reaching the relay.
    Connect,
    /// Its first words.
    Greeting,
    /// `EHLO`.
    Hello,
    /// `STARTTLS` and the handshake.
    Tls,
    /// `AUTH`.
    Login,
    /// `MAIL FROM`, and the `RSET` before it.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`.
    Data,
    /// The message up to the answer to its final dot.
    Body,
}

impl Phase {
    /// Nothing of any message has been said yet.
    pub fn is_before_any_message(self) -> bool {
        self <= Phase::Login
    }

    /// What is being done, for people.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Connect => "connecting",
            Phase::Greeting => "the greeting",
            Phase::Hello => "EHLO",
            Phase::Tls => "STARTTLS",
            Phase::Login => "AUTH",
            Phase::Sender => "MAIL FROM",
            Phase::Recipient => "RCPT TO",
            Phase::Data => "DATA",
            Phase::Body => "the final dot",
        }
    }
}

/// What happened there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The relay answered, but not what is needed.
    Reply(Reply),
    /// Something came that is no answer.
    Garbage(String),
    /// No answer came in time, in seconds.
    Timeout(u64),
    /// The connection broke.
    Lost(String),
    /// No connection can be made: no such name, nobody there.
    Unreachable(String),
    /// The relay cannot show who it is.
    Untrusted(String),
    /// The relay does not offer what is needed.
    Lacks(String),
    /// The message is not one that can be sent.
    Unfit(String),
}

/// What went wrong, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The step.
    pub phase: Phase,
    /// What happened.
    pub cause: Cause,
}

/// What a fault means for the message and the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This recipient never gets it this way.
    Refused,
    /// This recipient may get it later.
    Deferred,
    /// Nobody knows whether the relay has it.
    InDoubt,
    /// Nothing has left: once more, on a fresh connection.
    Again,
    /// Nothing has left and nothing will: the whole run ends.
    Stop,
}

/// Replies that ask for a login or refuse it, whenever they come (RFC 4954 §6).
const LOGIN_WANTED: [u16; 4] = [530, 534, 535, 538];

impl Fault {
    /// A fault of a phase.
    pub fn new(phase: Phase, cause: Cause) -> Self {
        Fault { phase, cause }
    }

    /// What it means.
    pub fn verdict(&self) -> Verdict {
        if let Cause::Unfit(_) = self.cause {
            return Verdict::Refused;
        }
        match self.phase {
            Phase::Connect | Phase::Greeting | Phase::Hello | Phase::Tls | Phase::Login => self.before_any_message(),
            Phase::Sender | Phase::Recipient | Phase::Data => self.before_the_body(),
            Phase::Body => self.behind_the_body(),
        }
    }

    fn before_any_message(&self) -> Verdict {
        match &self.cause {
            Cause::Reply(reply) if reply.is_transient() => Verdict::Again,
            Cause::Timeout(_) | Cause::Lost(_) | Cause::Garbage(_) => Verdict::Again,
            _ => Verdict::Stop,
        }
    }

    fn before_the_body(&self) -> Verdict {
        match &self.cause {
            // The relay is closing the connection: that says nothing about this recipient.
            Cause::Reply(reply) if reply.code() == 421 => Verdict::Again,
            Cause::Reply(reply) if LOGIN_WANTED.contains(&reply.code()) => Verdict::Stop,
            Cause::Reply(reply) if reply.is_transient() => Verdict::Deferred,
            Cause::Reply(reply) if reply.is_permanent() => Verdict::Refused,
            // Another relay may offer it: that is no refusal of this recipient.
            Cause::Lacks(_) => Verdict::Deferred,
            _ => Verdict::Again,
        }
    }

    /// Only an answer settles a message whose body has begun to leave.
    fn behind_the_body(&self) -> Verdict {
        match &self.cause {
            Cause::Reply(reply) if reply.is_transient() => Verdict::Deferred,
            Cause::Reply(reply) if LOGIN_WANTED.contains(&reply.code()) => Verdict::Stop,
            Cause::Reply(reply) if reply.is_permanent() => Verdict::Refused,
            _ => Verdict::InDoubt,
        }
    }

    /// The relay asks for less: too many connections, too fast (421), or not now (454).
    pub fn asks_to_slow_down(&self) -> bool {
        matches!(&self.cause, Cause::Reply(reply) if matches!(reply.code(), 421 | 454))
    }

    /// The relay takes no more today, or not for hours: everybody who comes next would hear the same.
    pub fn is_quota(&self) -> bool {
        let Cause::Reply(reply) = &self.cause else { return false };
        let text = reply.to_string().to_lowercase();
        let is_named = ["quota", "daily", "per day", "24 hours", "24h"].iter().any(|word| text.contains(word));
        // A mailbox that is full is its owner's quota (RFC 3463 §3.3: X.2.2).
        reply.is_transient() && is_named && !text.contains("4.2.2") && !text.contains("mailbox") && reply.code() != 452
    }

    /// The connection can carry another message, after a `RSET`.
    pub fn leaves_connection_usable(&self) -> bool {
        match &self.cause {
            Cause::Reply(reply) => reply.code() != 421 && (reply.is_transient() || reply.is_permanent()),
            Cause::Lacks(_) | Cause::Unfit(_) => !self.phase.is_before_any_message(),
            _ => false,
        }
    }

    /// What to do about it, where the run ends for it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match (self.phase, &self.cause) {
            (Phase::Connect, _) => "is BEVARA_SMTP_URL right, and does the relay run?",
            (_, Cause::Untrusted(_)) => "a private certificate authority is named in bevara.yaml: smtp: {ca_file: …}",
            (Phase::Tls, Cause::Lacks(_)) => "use smtps:// if the relay has a TLS port",
            (Phase::Login, Cause::Lacks(_)) => "many relays offer it only after STARTTLS: ?tls=required",
            (Phase::Login, _) => "are user and password of BEVARA_SMTP_URL right?",
            (_, Cause::Reply(reply)) if LOGIN_WANTED.contains(&reply.code()) => {
                "the relay wants a login: BEVARA_SMTP_URL=smtps://user:password@host"
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = self.phase.name();
        match &self.cause {
            Cause::Reply(reply) => write!(f, "{reply} (at {phase})"),
            Cause::Garbage(text) => write!(f, "no SMTP reply but `{text}` (at {phase})"),
            Cause::Timeout(seconds) => write!(f, "no answer within {seconds} s (at {phase})"),
            Cause::Lost(why) => write!(f, "{why} (at {phase})"),
            Cause::Unreachable(why) | Cause::Untrusted(why) | Cause::Unfit(why) => f.write_str(why),
            Cause::Lacks(what) => write!(f, "the relay does not offer {what}"),
        }
    }
}

impl std::error::Error for Fault {}

/// True for a fault, as it is told and stands in a journal, with which a relay refused a recipient because there is no such
/// mailbox: of the subjects of RFC 3463 addressing (X.1) and mailbox (X.2, a full one apart), or of none; a policy (X.7) says
/// nothing about the address.
pub fn says_no_such_mailbox(said: &str) -> bool {
    let Some(reply) = said.strip_suffix(&format!(" (at {})", Phase::Recipient.name())) else { return false };
    let mut words = reply.split([' ', '-']);
    let code = words.next().unwrap_or_default();
    let status = words.next().and_then(|word| word.parse::<Status>().ok());
    match status.map(|status| status.to_string()) {
        Some(status) if status == "5.0.0" => code.starts_with('5'),
        // The sender's own address is meant, or the mailbox is full.
        Some(status) if ["5.1.7", "5.1.8", "5.2.2", "5.2.3"].contains(&status.as_str()) => false,
        Some(status) => code.starts_with('5') && (status.starts_with("5.1.") || status.starts_with("5.2.")),
        None => matches!(code.parse(), Ok(550 | 551 | 553)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: [Phase; 9] = [
        Phase::Connect,
        Phase::Greeting,
        Phase::Hello,
        Phase::Tls,
        Phase::Login,
        Phase::Sender,
        Phase::Recipient,
        Phase::Data,
        Phase::Body,
    ];

    #[test]
    fn no_such_mailbox_is_told_from_policies_and_full_ones() {
        for (said, expected) in [
            ("550 5.1.1 no such user (at RCPT TO)", true),
            ("553 5.1.2 bad domain (at RCPT TO)", true),
            ("550 5.2.1 disabled (at RCPT TO)", true),
            ("550 user unknown (at RCPT TO)", true),
            ("550 (at RCPT TO)", true),
            ("550 5.0.0 unknown (at RCPT TO)", true),
            ("550 5.7.1 we do not like you (at RCPT TO)", false),
            ("552 5.2.2 full (at RCPT TO)", false),
            ("550 5.1.8 who are you (at RCPT TO)", false),
            ("554 no (at RCPT TO)", false),
            ("450 4.1.1 later (at RCPT TO)", false),
            ("550 5.1.1 no such user (at MAIL FROM)", false),
            ("550 5.1.1 no such user", false),
        ] {
            assert_eq!(says_no_such_mailbox(said), expected, "{said}");
        }
    }

    fn verdicts(cause: &Cause) -> String {
        let letter = |phase: Phase| match Fault::new(phase, cause.clone()).verdict() {
            Verdict::Refused => 'R',
            Verdict::Deferred => 'D',
            Verdict::InDoubt => '?',
            Verdict::Again => 'a',
            Verdict::Stop => 'S',
        };
        PHASES.into_iter().map(letter).collect()
    }

    #[test]
    fn the_phase_decides_what_a_fault_means() {
        let reply = |code| Cause::Reply(Reply::in_our_words(code, "").expect("a code"));
        for (cause, expected) in [
            // connect greeting hello tls login, sender recipient data, body
            (reply(421), "aaaaaaaaD"),
            (reply(454), "aaaaaDDDD"),
            (reply(450), "aaaaaDDDD"),
            (reply(550), "SSSSSRRRR"),
            (reply(530), "SSSSSSSSS"),
            (reply(535), "SSSSSSSSS"),
            (reply(250), "SSSSSaaa?"),
            (reply(354), "SSSSSaaa?"),
            (Cause::Garbage(String::new()), "aaaaaaaa?"),
            (Cause::Timeout(60), "aaaaaaaa?"),
            (Cause::Lost(String::new()), "aaaaaaaa?"),
            (Cause::Untrusted(String::new()), "SSSSSaaa?"),
            (Cause::Unreachable(String::new()), "SSSSSaaa?"),
            (Cause::Lacks("SMTPUTF8".into()), "SSSSSDDD?"),
            (Cause::Unfit("a lone line end".into()), "RRRRRRRRR"),
        ] {
            assert_eq!(verdicts(&cause), expected, "{cause:?}");
        }
    }
}
