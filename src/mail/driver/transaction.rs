//! One message to one recipient.

use std::time::Duration;

use tokio::time::Instant;

use super::body;
use super::conversation::Connection;
use super::envelope::Envelope;
use super::fail::{Capability, Fail, LocalFault, Phase, ProtocolFault, Why};
use super::reply::{Enhanced, Reply};
use super::wire::{Interrupted, expect};

/// How much memory for writing a connection keeps between messages.
const KEPT_OUTBOX: usize = 1024 * 1024;

/// The relay's promise: from now on the message is its affair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The enhanced status code of the 250.
    pub enhanced: Option<Enhanced>,
    /// The text of the 250, mostly with the relay's queue id.
    pub text: String,
}

/// A transaction that did not end with a 250.
struct Stop {
    fail: Fail,
    /// Whether every reply was read, so that RSET can bring the conversation back to its beginning.
    in_step: bool,
}

impl Stop {
    fn broken(phase: Phase, why: impl Into<Why>) -> Self {
        Self { fail: Fail::new(phase, why), in_step: false }
    }

    /// A refusal leaves the conversation in step, except the 421 of a relay that is about to hang up.
    fn at(phase: Phase, why: Why) -> Self {
        let in_step = matches!(&why, Why::Reply(reply) if reply.code != 421);
        Self { fail: Fail::new(phase, why), in_step }
    }
}

impl Connection {
    /// Sends one message to one recipient.
    ///
    /// `message` is the whole message with CR LF line ends; it is checked again as [`body::check`] does and stuffed
    /// here. The connection comes back when the next message can be sent on it. When this is cancelled, the socket is
    /// closed; what [`Fate`](super::Fate) the message then has is unknown.
    ///
    /// # Errors
    /// A [`Fail`] of the phases from [`Phase::Check`] on; ask it for its [`fate`](Fail::fate) and whether to
    /// [`reconnect_at_once`](Fail::reconnect_at_once).
    pub async fn send(mut self, envelope: &Envelope, message: &[u8]) -> (Option<Self>, Result<Accepted, Fail>) {
        let mut body = std::mem::take(&mut self.outbox);
        body.clear();
        let commands = match self.check(envelope, message, &mut body) {
            Ok(commands) => commands,
            // Nothing was said: the connection is as it was.
            Err(why) => {
                self.outbox = body;
                return (Some(self), Err(Fail::new(Phase::Check, why)));
            }
        };
        let now = Instant::now();
        self.wire.deadline = now.checked_add(self.limits.message).unwrap_or(now);
        let reused = std::mem::replace(&mut self.used, true);
        let ended = self.transact(&commands, &body).await;
        body.shrink_to(KEPT_OUTBOX);
        self.outbox = body;
        match ended {
            Ok(reply) => {
                // Bytes behind the 250 belong to nothing: the message is accepted, the connection is not kept.
                let kept = if self.wire.has_leftovers() { None } else { Some(self) };
                (kept, Ok(Accepted { enhanced: reply.enhanced, text: reply.text }))
            }
            Err(Stop { mut fail, in_step }) => {
                fail.stale = reused && died_before(&fail);
                let kept = if in_step { self.reset().await } else { None };
                tracing::debug!(%fail, kept = kept.is_some(), "message not sent");
                (kept, Err(fail))
            }
        }
    }

    /// Everything that can be told without the relay. Fills `body` and gives the three commands.
    fn check(&self, envelope: &Envelope, message: &[u8], body: &mut Vec<u8>) -> Result<[String; 3], Why> {
        let shape = body::stuff(message, body).map_err(LocalFault::from)?;
        if let Some(limit) = self.offered.size_limit.filter(|limit| shape.size > *limit) {
            return Err(LocalFault::TooLarge { size: shape.size, limit }.into());
        }
        let mut mail = format!("MAIL FROM:<{}>", envelope.from());
        if self.offered.size {
            mail.push_str(" SIZE=");
            mail.push_str(&shape.size.to_string());
        }
        if shape.eight_bit {
            if !self.offered.eight_bit_mime {
                return Err(Why::Lacks(Capability::EightBitMime));
            }
            mail.push_str(" BODY=8BITMIME");
        }
        if envelope.needs_utf8() {
            if !self.offered.smtp_utf8 {
                return Err(Why::Lacks(Capability::SmtpUtf8));
            }
            mail.push_str(" SMTPUTF8");
        }
        mail.push_str("\r\n");
        Ok([mail, format!("RCPT TO:<{}>\r\n", envelope.to()), "DATA\r\n".to_owned()])
    }

    async fn transact(&mut self, commands: &[String; 3], body: &[u8]) -> Result<Reply, Stop> {
        self.envelope(commands).await?;
        // An answer that is here already cannot be the answer to a dot that was not written yet.
        self.wire.quiet().map_err(|why| Stop::broken(Phase::Body, why))?;
        if let Err(Interrupted { complete, why }) = self.wire.pour(body, self.limits.body).await {
            return Err(Stop::broken(if complete { Phase::Dot } else { Phase::Body }, why));
        }
        let reply = self.wire.reply(self.limits.dot).await.map_err(|why| Stop::broken(Phase::Dot, why))?;
        expect(reply, &[250]).map_err(|why| Stop::at(Phase::Dot, why))
    }

    /// MAIL, RCPT and DATA, in one write when the relay offers PIPELINING (RFC 2920).
    ///
    /// Then all three replies are read whatever the first ones say, and the first refusal is the reason. A 354 in spite
    /// of it leaves the relay waiting for a message: the connection is dropped, since even a lone dot would be one.
    async fn envelope(&mut self, commands: &[String; 3]) -> Result<(), Stop> {
        let steps: [(Phase, &[u16], Duration); 3] = [
            (Phase::Mail, &[250], self.limits.command),
            (Phase::Rcpt, &[250, 251, 252], self.limits.command),
            (Phase::Data, &[354], self.limits.data),
        ];
        let pipelining = self.offered.pipelining;
        if pipelining {
            let written = self.wire.say(commands.concat().as_bytes(), self.limits.command).await;
            written.map_err(|why| Stop::broken(Phase::Mail, why))?;
        }
        let mut refused: Option<Stop> = None;
        for ((phase, codes, limit), command) in steps.into_iter().zip(commands) {
            let reply = if pipelining { self.wire.reply(limit).await } else { self.wire.ask(command.as_bytes(), limit).await };
            let Some(why) = reply.and_then(|reply| expect(reply, codes)).err() else {
                // The reply is the expected one; after a refusal only DATA's matters, and 354 is the wrong one.
                if let Some(stop) = refused.as_mut().filter(|_| phase == Phase::Data) {
                    stop.in_step = false;
                }
                continue;
            };
            let stop = Stop::at(phase, why);
            let in_step = stop.in_step;
            let first = refused.get_or_insert(stop);
            first.in_step &= in_step;
            if !pipelining || !in_step {
                break;
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// RSET, which alone makes a connection usable again after a refusal.
    async fn reset(mut self) -> Option<Self> {
        let reply = self.wire.ask(b"RSET\r\n", self.limits.reset).await.and_then(|reply| expect(reply, &[250]));
        (reply.is_ok() && !self.wire.has_leftovers()).then_some(self)
    }
}

/// Whether the connection was dead before the relay took anything of this message.
fn died_before(fail: &Fail) -> bool {
    let gone = match &fail.why {
        Why::Eof | Why::Io { .. } | Why::Protocol(ProtocolFault::Unasked) => true,
        Why::Reply(reply) => reply.code == 421,
        _ => false,
    };
    gone && fail.phase == Phase::Mail
}
