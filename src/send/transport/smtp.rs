//! A relay, by SMTP: one connection that stays open.

use super::{Pass, Transport};
use crate::send::outbox::Dispatch;
use mail::address::EmailAddress;
use mail::smtp::conversation::{Conversation, Envelope, Line};
use mail::smtp::data::with_final_dot;
use mail::smtp::fault::{Cause, Fault, Phase};

/// A connection to a relay.
pub struct Smtp<'c> {
    line: &'c Line<'c>,
    /// Where reports go.
    sender: EmailAddress,
    conversation: Option<Conversation<'c>>,
    /// The message that is offered, as it goes over the wire.
    with_dot: Vec<u8>,
    /// Sending several commands at once came to nothing here: something on the way does not bear it.
    waits_for_each: bool,
}

impl<'c> Smtp<'c> {
    /// A transport that opens onto a relay, for mail of `sender`.
    pub fn new(line: &'c Line<'c>, sender: EmailAddress) -> Self {
        Smtp { line, sender, conversation: None, with_dot: Vec::new(), waits_for_each: false }
    }

    /// The connection, which a fault ends unless it may be used again.
    fn with<T>(
        &mut self,
        phase: Phase,
        step: impl FnOnce(&mut Conversation<'c>, &[u8]) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let Some(conversation) = &mut self.conversation else {
            return Err(Fault::new(phase, Cause::Lost("there is no connection".into())));
        };
        let result = step(conversation, &self.with_dot);
        let is_answered = |fault: &Fault| matches!(fault.cause, Cause::Reply(_) | Cause::Lacks(_) | Cause::Unfit(_));
        if conversation.pipelines()
            && result.as_ref().is_err_and(|fault| fault.phase < Phase::Body && !is_answered(fault))
        {
            self.waits_for_each = true;
        }
        if result.as_ref().is_err_and(|fault| !fault.leaves_connection_usable()) {
            self.abort();
        }
        result
    }
}

impl Transport for Smtp<'_> {
    fn open(&mut self) -> Result<(), Fault> {
        if self.conversation.is_none() {
            let mut conversation = Conversation::open(self.line)?;
            if self.waits_for_each {
                conversation.wait_for_each();
            }
            self.conversation = Some(conversation);
        }
        Ok(())
    }

    fn envelope(&mut self, dispatch: &Dispatch, message: &[u8]) -> Result<(), Fault> {
        let unfit = |why: String| Fault::new(Phase::Sender, Cause::Unfit(why));
        self.with_dot = with_final_dot(message).map_err(|lone| unfit(format!("the message holds {lone}")))?;
        let sender = self.sender.clone();
        let envelope = Envelope {
            sender: &sender,
            recipient: &dispatch.to,
            size: message.len(),
            is_eight_bit: !message.is_ascii(),
        };
        self.with(Phase::Sender, |conversation, _| conversation.envelope(&envelope))
    }

    fn begin_data(&mut self) -> Result<(), Fault> {
        self.with(Phase::Data, |conversation, _| conversation.data())
    }

    fn send_body(&mut self, _pass: Pass, _dispatch: &Dispatch, _message: &[u8]) -> Result<String, Fault> {
        self.with(Phase::Body, |conversation, with_dot| conversation.body(with_dot)).map(|reply| reply.to_string())
    }

    fn abort(&mut self) {
        if let Some(conversation) = self.conversation.take() {
            conversation.hang_up();
        }
    }

    fn close(&mut self) {
        if let Some(conversation) = self.conversation.take() {
            conversation.quit();
        }
    }
}
