//! How a conversation fails, and what that says about the message.

use std::io;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio_rustls::rustls;

use super::body::BodyFault;
use super::reply::{Enhanced, Reply};

/// The most characters of the relay's words that [`FailRecord`] keeps.
pub const MAX_RECORD_TEXT: usize = 1_000;

/// How far a conversation had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Error)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Finding the relay's address and connecting to it.
    #[error("connecting")]
    Connect,
    /// The TLS handshake, also the one after STARTTLS.
    #[error("the TLS handshake")]
    Tls,
    /// Waiting for the greeting.
    #[error("the greeting")]
    Greeting,
    /// EHLO, before or after STARTTLS.
    #[error("EHLO")]
    Ehlo,
    /// Asking for TLS: offered, and answered with 220.
    #[error("STARTTLS")]
    StartTls,
    /// Presenting the credentials.
    #[error("AUTH")]
    Auth,
    /// Our own look at the message, before anything of it was said.
    #[error("checking the message")]
    Check,
    /// MAIL FROM.
    #[error("MAIL FROM")]
    Mail,
    /// RCPT TO.
    #[error("RCPT TO")]
    Rcpt,
    /// DATA.
    #[error("DATA")]
    Data,
    /// Writing the message; the final dot has not been handed to the kernel.
    #[error("the message body")]
    Body,
    /// The final dot has been handed over: only the relay's answer tells what became of the message.
    #[error("the final dot")]
    Dot,
}

/// What may be needed of a relay that it does not offer in its answer to EHLO.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Capability {
    /// STARTTLS (RFC 3207): left out by the relay, or struck out by somebody on the way.
    #[error("STARTTLS")]
    StartTls,
    /// AUTH with PLAIN or LOGIN (RFC 4954).
    #[error("AUTH PLAIN or LOGIN")]
    Auth,
    /// 8BITMIME (RFC 6152), for a message with bytes above 127.
    #[error("8BITMIME")]
    EightBitMime,
    /// SMTPUTF8 (RFC 6531), for an address with letters outside ASCII before the `@`.
    #[error("SMTPUTF8")]
    SmtpUtf8,
}

/// Something that is no SMTP. The connection is closed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum ProtocolFault {
    /// A line that does not begin with three digits, 2 to 5 first, and then a space, a hyphen or nothing.
    #[error("the relay's answer is not an SMTP reply")]
    NotAReply,
    /// Over [`MAX_LINE`](super::reply::MAX_LINE).
    #[error("a line of the relay's answer is too long")]
    LineTooLong,
    /// Over [`MAX_REPLY`](super::reply::MAX_REPLY).
    #[error("the relay's answer is too long")]
    ReplyTooLong,
    /// Lines of one reply with different codes.
    #[error("the lines of the relay's answer have different codes")]
    CodesDiffer,
    /// Bytes nobody asked for. Whatever is read later may belong to an earlier question.
    #[error("the relay said something it was not asked")]
    Unasked,
    /// Bytes in the clear behind the 220 to STARTTLS: somebody on the way may want them to pass for the relay's word.
    #[error("bytes in the clear arrived before the TLS handshake")]
    BytesBeforeTls,
}

/// What we refuse by ourselves.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LocalFault {
    /// The message may not be sent as it is.
    #[error(transparent)]
    Body(#[from] BodyFault),
    /// The message is larger than the relay takes (RFC 1870).
    #[error("the message has {size} bytes, the relay takes {limit}")]
    TooLarge {
        /// Bytes of the message.
        size: u64,
        /// The limit the relay told.
        limit: u64,
    },
    /// Credentials are configured, but the stream is not encrypted.
    #[error("credentials are not sent without TLS")]
    AuthInClear,
    /// User name or password hold a NUL, which separates them on the wire (RFC 4616).
    #[error("the credentials hold a NUL character")]
    Credentials,
    /// The relay's host can stand in no certificate.
    #[error("the relay's host is no valid name for a certificate")]
    ServerName,
    /// TLS is asked for, but no roots were loaded.
    #[error("no trusted certificates are loaded")]
    NoRoots,
}

/// Why a conversation failed.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Why {
    /// The network failed.
    #[error("{detail}")]
    Io {
        /// The system's kind of error.
        kind: io::ErrorKind,
        /// The system's words.
        detail: String,
    },
    /// TLS failed: mostly the relay's certificate.
    #[error("{0}")]
    Tls(Box<rustls::Error>),
    /// One of the [`Limits`](super::Limits) ran out.
    #[error("no answer in time")]
    Timeout,
    /// The relay closed the connection.
    #[error("the relay closed the connection")]
    Eof,
    /// The relay refused: 4xx or 5xx.
    #[error("the relay answered {0}")]
    Reply(Reply),
    /// A reply that says neither yes nor no to what was asked, such as 354 to the final dot.
    #[error("the relay answered {0}, which makes no sense here")]
    Odd(Reply),
    /// No SMTP at all.
    #[error(transparent)]
    Protocol(#[from] ProtocolFault),
    /// The relay does not offer what this message or this configuration needs.
    #[error("the relay does not offer {0}")]
    Lacks(Capability),
    /// We refused.
    #[error(transparent)]
    Local(#[from] LocalFault),
}

impl From<io::Error> for Why {
    fn from(error: io::Error) -> Self {
        if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Self::Tls(Box::new(tls.clone()));
        }
        match error.kind() {
            // Also what TLS makes of a stream that ends without its closing alert.
            io::ErrorKind::UnexpectedEof => Self::Eof,
            kind => Self::Io { kind, detail: error.to_string() },
        }
    }
}

/// What is known about the message after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The relay does not have the message: sending it again is no repetition.
    NotSent,
    /// The relay had all of the message and refused it.
    Refused,
    /// The dot was handed over and no answer tells the rest: the relay may have the message.
    Unknown,
}

/// A failed conversation.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{phase}: {why}")]
pub struct Fail {
    /// How far it had come.
    pub phase: Phase,
    /// What happened.
    pub why: Why,
    pub(super) stale: bool,
}

impl Fail {
    pub(super) fn new(phase: Phase, why: impl Into<Why>) -> Self {
        Self { phase, why: why.into(), stale: false }
    }

    /// What is known about the message.
    ///
    /// Before [`Phase::Dot`] it was surely not sent. After the dot a 4xx or 5xx is a refusal, and everything else
    /// leaves it open.
    #[must_use]
    pub fn fate(&self) -> Fate {
        match (self.phase, &self.why) {
            (Phase::Dot, Why::Reply(_)) => Fate::Refused,
            (Phase::Dot, _) => Fate::Unknown,
            _ => Fate::NotSent,
        }
    }

    /// Whether a kept connection turned out to be dead before the relay took anything of this message: open another
    /// one at once and send the same message there. It is no attempt and no fault of the relay; relays close idle
    /// connections. Never true for the first message of a connection, so that following it cannot go round in circles.
    #[must_use]
    pub fn reconnect_at_once(&self) -> bool {
        self.stale
    }

    /// Whether the failure concerns the relay rather than this message: everything before the first message, 421
    /// anywhere, and answers about authentication (530, 534, 535, 538; RFC 4954 section 6). The next message would
    /// meet the same.
    #[must_use]
    pub fn concerns_relay(&self) -> bool {
        self.phase < Phase::Check || matches!(self.code(), Some(421 | 530 | 534 | 535 | 538))
    }

    /// The reply that failed the conversation, refusal or oddity.
    #[must_use]
    pub fn reply(&self) -> Option<&Reply> {
        match &self.why {
            Why::Reply(reply) | Why::Odd(reply) => Some(reply),
            _ => None,
        }
    }

    /// The code of [`Fail::reply`].
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        self.reply().map(|reply| reply.code)
    }

    /// The enhanced status code of [`Fail::reply`].
    #[must_use]
    pub fn enhanced(&self) -> Option<Enhanced> {
        self.reply().and_then(|reply| reply.enhanced)
    }

    /// The relay's own words, fit to be shown.
    #[must_use]
    pub fn relay_text(&self) -> Option<&str> {
        self.reply().map(|reply| reply.text.as_str())
    }
}

/// A failure as it is stored with the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailRecord {
    /// How far the conversation had come.
    pub phase: Phase,
    /// The relay's code, if it was an answer that failed the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// The relay's enhanced status code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enhanced: Option<Enhanced>,
    /// The relay's words, or ours when it said nothing; at most [`MAX_RECORD_TEXT`] characters.
    pub text: String,
}

impl From<&Fail> for FailRecord {
    fn from(fail: &Fail) -> Self {
        let text = fail.relay_text().map_or_else(|| fail.why.to_string(), str::to_owned);
        Self { phase: fail.phase, code: fail.code(), enhanced: fail.enhanced(), text: text.chars().take(MAX_RECORD_TEXT).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16) -> Reply {
        Reply { code, enhanced: None, text: "words".to_owned() }
    }

    #[test]
    fn fates() {
        for phase in [Phase::Connect, Phase::Check, Phase::Mail, Phase::Rcpt, Phase::Data, Phase::Body] {
            for why in [Why::Timeout, Why::Eof, Why::Reply(reply(550)), Why::Odd(reply(250))] {
                assert_eq!(Fail::new(phase, why).fate(), Fate::NotSent);
            }
        }
        assert_eq!(Fail::new(Phase::Dot, Why::Reply(reply(451))).fate(), Fate::Refused);
        for why in [Why::Timeout, Why::Eof, Why::Odd(reply(354)), Why::Protocol(ProtocolFault::NotAReply)] {
            assert_eq!(Fail::new(Phase::Dot, why).fate(), Fate::Unknown);
        }
    }

    #[test]
    fn what_concerns_the_relay() {
        assert!(Fail::new(Phase::Auth, Why::Reply(reply(535))).concerns_relay());
        assert!(Fail::new(Phase::Mail, Why::Reply(reply(530))).concerns_relay());
        assert!(Fail::new(Phase::Dot, Why::Reply(reply(421))).concerns_relay());
        assert!(!Fail::new(Phase::Check, Why::Lacks(Capability::SmtpUtf8)).concerns_relay());
        assert!(!Fail::new(Phase::Rcpt, Why::Reply(reply(550))).concerns_relay());
    }

    #[test]
    fn the_record_goes_round() {
        let mut refusal = reply(550);
        refusal.enhanced = "5.1.1".parse().ok();
        let record = FailRecord::from(&Fail::new(Phase::StartTls, Why::Reply(refusal)));
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(json, r#"{"phase":"starttls","code":550,"enhanced":"5.1.1","text":"words"}"#);
        assert_eq!(serde_json::from_str::<FailRecord>(&json).unwrap(), record);
        let record = FailRecord::from(&Fail::new(Phase::Connect, Why::Timeout));
        assert_eq!(serde_json::to_string(&record).unwrap(), r#"{"phase":"connect","text":"no answer in time"}"#);
    }
}
