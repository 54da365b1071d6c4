//! The SMTP conversation: what was said, how far it came, and what that means for the message.
//!
//! An outbox needs to know one thing of a failure: *can the relay have the message?* A library that answers
//! "connection reset" does not tell. This driver notes how far it had come when a conversation failed, and gives back a
//! connection only when its next reply will surely belong to its next command. It keeps no pool, retries nothing and
//! decides nothing: what an answer means for an item of the outbox is the business of the one who asks.
//!
//! ```no_run
//! # use lichhop::mail::driver::{Envelope, Fate, Relay, Roots, Security, open};
//! # async fn example(envelope: Envelope, message: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! let relay = Relay::new("mail.example.vn", 25, Security::StartTls, &Roots::Native)?;
//! let connection = open(&relay).await?;
//! let (kept, sent) = connection.send(&envelope, message).await;
//! match sent {
//!     Ok(accepted) => println!("sent: {}", accepted.text),
//!     Err(fail) if fail.reconnect_at_once() => println!("open another one, nothing happened"),
//!     Err(fail) if fail.fate() == Fate::Unknown => println!("it may have arrived: {fail}"),
//!     Err(fail) => println!("it has not arrived: {fail}"),
//! }
//! if let Some(connection) = kept {
//!     connection.quit().await;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Phases and fates
//! A [`Fail`] is a [`Phase`] and a [`Why`]; [`Fail::fate`] follows from the two.
//!
//! | failed in | because of | [`Fate`] |
//! |---|---|---|
//! | [`Connect`](Phase::Connect) to [`Body`](Phase::Body) | anything | [`NotSent`](Fate::NotSent) |
//! | [`Dot`](Phase::Dot) | a 4xx or 5xx | [`Refused`](Fate::Refused) |
//! | [`Dot`](Phase::Dot) | anything else: time-out, end of stream, half a reply, a 354 | [`Unknown`](Fate::Unknown) |
//!
//! The dot begins when the kernel (or the TLS layer before it) has taken the last byte of the message, found out by
//! counting what each `write` took. That errs on one side only: *Unknown* may turn out to be *not sent*, never the
//! other way round.
//!
//! # Promises
//! - **No reply is taken for another's.** Every step knows its exact codes. Before each command, and before the body,
//!   nothing may be waiting to be read. [`Connection::send`] takes the connection by value: after a time-out, half a
//!   reply, an odd code, a 421 or a cancelled call there is none left that could be used again.
//! - **A refusal keeps the connection**, if every reply was read and RSET was answered with 250.
//! - **One recipient a transaction**, so that each has a fate of his own.
//! - **Encrypted means encrypted.** STARTTLS is required where it is configured; bytes that arrive in the clear before
//!   the handshake end the conversation; offers made in the clear are forgotten. Credentials are written only to a
//!   stream that *is* TLS. Certificates are checked against the machine's roots or one configured file; a relay that asks
//!   who we are is shown our certificate ([`Identity`]), and what it thinks of it counts as the handshake's end even where
//!   TLS 1.3 tells it later.
//! - **What leaves us is what was stored**: the dot doubled where RFC 5321 section 4.5.2 asks for it, and nothing else.
//!   Bare CR, bare LF, NUL and lines over 998 bytes are refused ([`body::check`] tells in advance).
//! - **Everything ends.** Each reply has one limit for the whole of it, each message a limit for all of them
//!   ([`Limits`]); replies are bounded in length.
//! - No QUIT after a failure: who does not answer is not asked again.
//!
//! # What the caller does
//! - [`Fail::reconnect_at_once`]: a kept connection was dead before the relay took anything. Open another one and send
//!   the same message; it is no attempt.
//! - [`Fail::concerns_relay`]: the next message would meet the same. Pause the relay, burn no attempt of the message.
//! - [`Fate::Unknown`]: the message may arrive twice if it is sent again; same bytes and Message-ID keep that harmless.
//! - [`FailRecord`] is what is worth storing of a failure. Its text has no control characters but the line feed.
//! - A connection that lies idle for long will be dead: close it with [`Connection::quit`].

mod auth;
pub mod body;
mod capability;
mod conversation;
mod envelope;
mod fail;
mod identity;
mod limits;
mod relay;
pub mod reply;
mod stream;
pub(super) mod tls;
mod transaction;
pub(super) mod url;
mod wire;

pub use body::{BodyFault, Shape};
pub use conversation::{Connection, open};
pub use envelope::{Envelope, EnvelopeError};
pub use fail::{Capability, Fail, FailRecord, Fate, LocalFault, MAX_RECORD_TEXT, Phase, ProtocolFault, Why};
pub use identity::{Identity, IdentityError};
pub use limits::Limits;
pub use relay::{Credentials, Relay, RelayError, Security};
pub use reply::{Enhanced, Reply};
pub use tls::{Roots, RootsError};
pub use transaction::Accepted;
pub use url::{RelayUrl, RelayUrlError};
