//! The ways out of the house: a relay by SMTP, or a queue that something else picks up from.

pub mod maildir;
pub mod mbox;
pub mod sendmail;
pub mod smtp;

use crate::model::journal::State;
use crate::send::journal::{Broken, Claim};
use crate::send::outbox::Dispatch;
use mail::smtp::fault::{Fault, Verdict};

/// A way out, for one worker.
pub trait Transport: Send {
    /// Makes sure that messages can be offered.
    ///
    /// # Errors
    /// They cannot.
    fn open(&mut self) -> Result<(), Fault>;

    /// Offers a message: whether this recipient may get it. Nothing of it leaves.
    ///
    /// # Errors
    /// They may not, or nobody knows yet.
    fn envelope(&mut self, _dispatch: &Dispatch, _message: &[u8]) -> Result<(), Fault> {
        Ok(())
    }

    /// The other side makes itself ready for the message that was offered. Still nothing of it leaves.
    ///
    /// # Errors
    /// It does not.
    fn begin_data(&mut self) -> Result<(), Fault> {
        Ok(())
    }

    /// Lets the message out, and says what the other side said.
    ///
    /// # Errors
    /// It does not have it, or nobody knows.
    fn send_body(&mut self, pass: Pass, dispatch: &Dispatch, message: &[u8]) -> Result<String, Fault>;

    /// Gives up what is open, without a word: it is not to be trusted any more.
    fn abort(&mut self) {}

    /// Closes what is open, politely.
    fn close(&mut self) {}
}

/// Lets one message through a transport. Only [`deliver`] and [`prove`] have any.
pub struct Pass(());

/// What came of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The other side has it; holds what it said.
    Accepted(String),
    /// It does not, or nobody knows; the claim is settled by the fault's verdict.
    Failed(Fault),
}

/// Delivers a message that was offered: its claim is used up, and settled by what comes of it.
///
/// # Errors
/// The journal; the message is then in doubt, or has not left.
pub fn deliver(transport: &mut dyn Transport, claim: Claim<'_>, message: &[u8]) -> Result<Delivery, Broken> {
    // The disk has its time while the other side makes itself ready.
    if let Err(fault) = transport.begin_data() {
        claim.turned_down(state_after(&fault), &fault.to_string())?;
        return Ok(Delivery::Failed(fault));
    }
    let claim = match claim.durable() {
        Ok(claim) => claim,
        Err(broken) => {
            // A relay that is hung up on before the dot throws away what it has.
            transport.abort();
            return Err(broken);
        }
    };
    match transport.send_body(Pass(()), claim.dispatch(), message) {
        Ok(reply) => {
            claim.settle(State::Accepted, &reply)?;
            Ok(Delivery::Accepted(reply))
        }
        Err(fault) => {
            claim.settle(state_after(&fault), &fault.to_string())?;
            Ok(Delivery::Failed(fault))
        }
    }
}

/// Delivers a proof: a message to somebody of the house, of which no journal knows.
///
/// # Errors
/// The step that failed.
pub fn prove(transport: &mut dyn Transport, dispatch: &Dispatch, message: &[u8]) -> Result<String, Fault> {
    transport.open()?;
    transport.envelope(dispatch, message)?;
    transport.begin_data()?;
    let reply = transport.send_body(Pass(()), dispatch, message)?;
    transport.close();
    Ok(reply)
}

/// What the journal says of a message that a fault has hit after its claim.
fn state_after(fault: &Fault) -> State {
    match fault.verdict() {
        Verdict::Refused => State::Refused,
        Verdict::InDoubt => State::InDoubt,
        // Nothing has left: it waits for another try.
        Verdict::Deferred | Verdict::Again | Verdict::Stop => State::Deferred,
    }
}
