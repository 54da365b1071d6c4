//! How long each step of a conversation may take.

use std::time::Duration;

/// Time-outs of a conversation, all of them upper bounds on waiting for the relay.
///
/// The defaults are those of RFC 5321 section 4.5.3.2 as Postfix uses them. The wait after the final dot is the long
/// one on purpose: whoever hangs up earlier sends the message a second time (RFC 1047).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Finding the relay's addresses and connecting to one of them, all addresses together.
    pub connect: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// Each reply to greeting, EHLO, STARTTLS, AUTH, MAIL and RCPT, from the command to the reply's last line.
    pub command: Duration,
    /// The reply to DATA.
    pub data: Duration,
    /// The body, without any of its bytes being taken.
    pub body: Duration,
    /// The reply to the final dot.
    pub dot: Duration,
    /// One message from MAIL to the end, and likewise all of [`open`](super::open).
    pub message: Duration,
    /// The reply to the RSET that decides whether a connection is kept after a refusal.
    pub reset: Duration,
    /// What the relay may still have said when writing to it failed.
    pub last_words: Duration,
    /// All of [`Connection::quit`](super::Connection::quit).
    pub quit: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            tls: Duration::from_secs(30),
            command: Duration::from_mins(5),
            data: Duration::from_mins(2),
            body: Duration::from_mins(3),
            dot: Duration::from_mins(10),
            message: Duration::from_mins(15),
            reset: Duration::from_secs(20),
            last_words: Duration::from_secs(1),
            quit: Duration::from_secs(2),
        }
    }
}
