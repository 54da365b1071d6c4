//! Opening a connection, and closing it in good order.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::ServerName;

use super::auth;
use super::capability::Capabilities;
use super::envelope::address_literal;
use super::fail::{Capability, Fail, LocalFault, Phase, ProtocolFault, Why};
use super::limits::Limits;
use super::relay::{Relay, Security};
use super::stream::Stream;
use super::wire::{Wire, expect};

/// A connection on which the relay waits for a message.
///
/// It is owned, and [`send`](Self::send) takes it: only a conversation in good order gives it back. Dropping it closes
/// the socket at once.
#[derive(Debug)]
pub struct Connection {
    pub(super) wire: Wire,
    pub(super) offered: Capabilities,
    pub(super) limits: Limits,
    /// What is being written; kept for its memory.
    pub(super) outbox: Vec<u8>,
    /// Whether a transaction was begun on it before.
    pub(super) used: bool,
}

/// Connects, greets, encrypts and authenticates, as far as `relay` asks for it.
///
/// # Errors
/// A [`Fail`] of a phase up to [`Phase::Auth`]; the socket is closed then.
pub async fn open(relay: &Relay) -> Result<Connection, Fail> {
    let opened = converse(relay).await;
    match &opened {
        Ok(connection) => tracing::debug!(host = relay.host, port = relay.port, tls = connection.is_encrypted(), "relay connected"),
        Err(fail) => tracing::debug!(host = relay.host, port = relay.port, %fail, "relay not connected"),
    }
    opened
}

async fn converse(relay: &Relay) -> Result<Connection, Fail> {
    let limits = &relay.limits;
    let start = Instant::now();
    let deadline = start.checked_add(limits.message).unwrap_or(start);
    let in_phase = |phase| move |why| Fail::new(phase, why);
    let (tcp, name) = connect(relay, deadline).await.map_err(in_phase(Phase::Connect))?;
    let hello = format!("EHLO {name}\r\n");
    let mut wire = Wire::new(Stream::Plain(tcp), deadline, limits.last_words);
    if relay.security == Security::Implicit {
        wire = encrypt(wire, relay).await.map_err(in_phase(Phase::Tls))?;
    }
    let greeting = wire.reply(limits.command).await.and_then(|reply| expect(reply, &[220]));
    greeting.map_err(|why| after_handshake(Phase::Greeting, why))?;
    let mut offered = greet(&mut wire, &hello, limits).await?;
    if relay.security == Security::StartTls {
        start_tls(&mut wire, &offered, limits).await.map_err(in_phase(Phase::StartTls))?;
        wire = encrypt(wire, relay).await.map_err(in_phase(Phase::Tls))?;
        // What was offered in the clear counts for nothing (RFC 3207 section 4.2).
        offered = greet(&mut wire, &hello, limits).await?;
    }
    if let Some(credentials) = &relay.credentials {
        let authenticated = auth::authenticate(&mut wire, &offered, credentials, limits.command).await;
        authenticated.map_err(in_phase(Phase::Auth))?;
    }
    Ok(Connection { wire, offered, limits: limits.clone(), outbox: Vec::new(), used: false })
}

/// EHLO. A relay that knows none gets nothing from us: HELO offers neither TLS nor sizes.
async fn greet(wire: &mut Wire, hello: &str, limits: &Limits) -> Result<Capabilities, Fail> {
    let reply = wire.ask(hello.as_bytes(), limits.command).await.and_then(|reply| expect(reply, &[250]));
    reply.map(|reply| Capabilities::parse(&reply.text)).map_err(|why| after_handshake(Phase::Ehlo, why))
}

/// Under TLS 1.3 a relay judges our certificate when for us the handshake is over already (RFC 8446 section 4.4.2.4): its alert
/// comes in place of the first reply, and is still the handshake's end.
fn after_handshake(phase: Phase, why: Why) -> Fail {
    let alert = matches!(&why, Why::Tls(error) if matches!(**error, rustls::Error::AlertReceived(_)));
    Fail::new(if alert { Phase::Tls } else { phase }, why)
}

async fn start_tls(wire: &mut Wire, offered: &Capabilities, limits: &Limits) -> Result<(), Why> {
    if !offered.starttls {
        return Err(Why::Lacks(Capability::StartTls));
    }
    let reply = wire.ask(b"STARTTLS\r\n", limits.command).await?;
    expect(reply, &[220]).map(drop)
}

/// The handshake, and a new wire: nothing read in the clear gets to the other side of it.
async fn encrypt(wire: Wire, relay: &Relay) -> Result<Wire, Why> {
    if wire.has_leftovers() {
        return Err(ProtocolFault::BytesBeforeTls.into());
    }
    let trust = relay.trust.as_ref().ok_or(LocalFault::NoRoots)?;
    let name = ServerName::try_from(relay.host.clone()).map_err(|_| LocalFault::ServerName)?;
    let (deadline, last_words) = (wire.deadline, wire.last_words);
    let until = Instant::now().checked_add(relay.limits.tls).map_or(deadline, |end| end.min(deadline));
    match timeout_at(until, wire.stream.secure(&trust.connector(), name)).await {
        Ok(stream) => Ok(Wire::new(stream?, deadline, last_words)),
        Err(_) => Err(Why::Timeout),
    }
}

/// Connects to the first of the host's addresses that answers, and says by what name we go.
async fn connect(relay: &Relay, deadline: Instant) -> Result<(TcpStream, String), Why> {
    let until = Instant::now().checked_add(relay.limits.connect).map_or(deadline, |end| end.min(deadline));
    let tcp = timeout_at(until, async {
        let found: Vec<SocketAddr> = tokio::net::lookup_host((relay.host.as_str(), relay.port)).await?.collect();
        let mut result = Err(io::Error::new(io::ErrorKind::NotFound, "the host has no address"));
        for (tried, address) in found.iter().enumerate() {
            // A dead address must not use up the time of a living one.
            let left = u32::try_from(found.len() - tried).unwrap_or(u32::MAX);
            let share = until.saturating_duration_since(Instant::now()) / left;
            result = timeout(share, TcpStream::connect(address)).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
            if result.is_ok() {
                break;
            }
        }
        result
    });
    let tcp = match tcp.await {
        Ok(Ok(tcp)) => tcp,
        Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => return Err(Why::Timeout),
        Ok(Err(error)) => return Err(error.into()),
        Err(_) => return Err(Why::Timeout),
    };
    // With Nagle's algorithm the last part of each message would wait some 40 ms for an acknowledgement.
    tcp.set_nodelay(true)?;
    let name = match &relay.client_name {
        Some(name) => name.clone(),
        None => address_literal(tcp.local_addr()?.ip()),
    };
    Ok((tcp, name))
}

impl Connection {
    /// Whether TLS protects the connection.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.wire.stream.is_tls()
    }

    /// The most bytes the relay takes in one message (RFC 1870), when it tells.
    #[must_use]
    pub fn size_limit(&self) -> Option<u64> {
        self.offered.size_limit
    }

    /// Takes leave, and waits [`Limits::quit`] at most. How the relay answers changes nothing any more.
    pub async fn quit(mut self) {
        let limit = self.limits.quit;
        let now = Instant::now();
        self.wire.deadline = now.checked_add(limit).unwrap_or(now);
        let leave = async {
            if self.wire.ask(b"QUIT\r\n", limit).await.is_ok() {
                // What can fail here concerns nobody: the conversation is over.
                drop(self.wire.stream.shutdown().await);
            }
        };
        if timeout(limit, leave).await.is_err() {
            tracing::debug!("the relay did not answer QUIT");
        }
    }
}
