//! Questions and answers over a stream, each within its time.

use std::io;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use futures_util::FutureExt;
use tokio::time::{Instant, timeout_at};

use super::fail::{ProtocolFault, Why};
use super::reply::{Gather, Reply};
use super::stream::Stream;

/// How much is read at once.
const CHUNK: usize = 4 * 1024;

/// A stream, what was read from it and not yet understood, and the time by which the present task must be done.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) stream: Stream,
    inbox: BytesMut,
    pub(super) deadline: Instant,
    pub(super) last_words: Duration,
}

/// How writing a message ended before its end.
#[derive(Debug)]
pub(super) struct Interrupted {
    /// Whether the last byte had been taken.
    pub(super) complete: bool,
    pub(super) why: Why,
}

impl Wire {
    pub(super) fn new(stream: Stream, deadline: Instant, last_words: Duration) -> Self {
        Self { stream, inbox: BytesMut::new(), deadline, last_words }
    }

    /// The end of a step that may take `limit`: never later than the deadline.
    fn until(&self, limit: Duration) -> Instant {
        Instant::now().checked_add(limit).map_or(self.deadline, |end| end.min(self.deadline))
    }

    /// Makes sure that nothing is waiting to be read, so that the next reply belongs to the next command.
    ///
    /// Looks at what was read and at what the kernel is known to hold; it does not wait. A 421 comes back as a reply,
    /// other things as [`ProtocolFault::Unasked`]: they must not pass for an answer to anything.
    pub(super) fn quiet(&mut self) -> Result<(), Why> {
        if self.inbox.is_empty() {
            self.inbox.reserve(CHUNK);
            match self.stream.read(&mut self.inbox).now_or_never() {
                None => return Ok(()),
                Some(Ok(0)) => return Err(Why::Eof),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
            }
        }
        match Gather::default().take(&self.inbox) {
            Ok((_, Some(reply))) if reply.code == 421 => Err(Why::Reply(reply)),
            _ => Err(ProtocolFault::Unasked.into()),
        }
    }

    /// Whether bytes were read that no command asked for.
    pub(super) fn has_leftovers(&self) -> bool {
        !self.inbox.is_empty()
    }

    /// Reads one reply. `limit` is for the whole of it: a byte a minute does not hold us for ever.
    pub(super) async fn reply(&mut self, limit: Duration) -> Result<Reply, Why> {
        let mut gather = Gather::default();
        let until = self.until(limit);
        loop {
            let (used, reply) = gather.take(&self.inbox)?;
            self.inbox.advance(used);
            if let Some(reply) = reply {
                return Ok(reply);
            }
            self.inbox.reserve(CHUNK);
            match timeout_at(until, self.stream.read(&mut self.inbox)).await {
                Err(_) => return Err(Why::Timeout),
                Ok(Ok(0)) => return Err(Why::Eof),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(error.into()),
            }
        }
    }

    /// Writes commands. When that fails, what the relay still said, if it was a refusal, is the better reason.
    pub(super) async fn say(&mut self, bytes: &[u8], limit: Duration) -> Result<(), Why> {
        self.quiet()?;
        let until = self.until(limit);
        let written = timeout_at(until, async {
            let mut rest = bytes;
            while !rest.is_empty() {
                let taken = self.stream.write(rest).await?;
                rest = rest.get(taken..).filter(|_| taken > 0).ok_or(io::ErrorKind::WriteZero)?;
            }
            self.stream.flush().await
        })
        .await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.last_words(error.into()).await),
            Err(_) => Err(Why::Timeout),
        }
    }

    /// Writes one command and reads its reply.
    pub(super) async fn ask(&mut self, command: &[u8], limit: Duration) -> Result<Reply, Why> {
        self.say(command, limit).await?;
        self.reply(limit).await
    }

    /// Writes a message together with its final dot. `limit` is the time without progress.
    ///
    /// What was taken is counted, so that a failure tells whether the dot can have reached the relay.
    pub(super) async fn pour(&mut self, bytes: &[u8], limit: Duration) -> Result<(), Interrupted> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = match timeout_at(self.until(limit), self.stream.write(rest)).await {
                Ok(Ok(0)) => Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(Ok(taken)) => Ok(taken),
                Ok(Err(error)) => Err(Why::from(error)),
                Err(_) => Err(Why::Timeout),
            };
            match taken {
                Ok(taken) => rest = rest.get(taken..).unwrap_or_default(),
                Err(why) => return Err(Interrupted { complete: false, why: self.last_words(why).await }),
            }
        }
        let why = match timeout_at(self.until(limit), self.stream.flush()).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.into(),
            Err(_) => Why::Timeout,
        };
        Err(Interrupted { complete: true, why: self.last_words(why).await })
    }

    /// After a failed write: the refusal or the alert that explains it, or else `why`.
    async fn last_words(&mut self, why: Why) -> Why {
        match self.reply(self.last_words).await {
            Ok(reply) if reply.is_refusal() => Why::Reply(reply),
            Err(alert @ Why::Tls(_)) => alert,
            _ => why,
        }
    }
}

/// Exactly the expected codes are a yes, 4xx and 5xx are a no, and the rest is [`Why::Odd`].
pub(super) fn expect(reply: Reply, codes: &[u16]) -> Result<Reply, Why> {
    if codes.contains(&reply.code) {
        Ok(reply)
    } else if reply.is_refusal() {
        Err(Why::Reply(reply))
    } else {
        Err(Why::Odd(reply))
    }
}
