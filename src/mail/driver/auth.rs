//! Presenting the credentials (RFC 4954).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::capability::Capabilities;
use super::fail::{Capability, LocalFault, Why};
use super::relay::Credentials;
use super::reply::Reply;
use super::wire::{Wire, expect};

/// Authenticates by PLAIN when it is offered, else by LOGIN, once: a second mechanism would only be a second wrong
/// password in the relay's count.
pub(super) async fn authenticate(
    wire: &mut Wire,
    offered: &Capabilities,
    credentials: &Credentials,
    limit: std::time::Duration,
) -> Result<(), Why> {
    if !wire.stream.is_tls() {
        return Err(LocalFault::AuthInClear.into());
    }
    let (username, password) = (credentials.username.as_str(), credentials.password.as_str());
    if username.contains('\0') || password.contains('\0') {
        return Err(LocalFault::Credentials.into());
    }
    let steps = if offered.auth_plain {
        let message = encoded(&joined(&["\0", username, "\0", password]));
        vec![(joined(&["AUTH PLAIN ", &message, "\r\n"]), 235)]
    } else if offered.auth_login {
        // The prompts are not read: some say "Username:", some "User:", some nothing.
        vec![(joined(&["AUTH LOGIN\r\n"]), 334), (joined(&[&encoded(username), "\r\n"]), 334), (joined(&[&encoded(password), "\r\n"]), 235)]
    } else {
        return Err(Why::Lacks(Capability::Auth));
    };
    for (command, code) in steps {
        let reply = wire.ask(command.as_bytes(), limit).await?;
        expect(scrub(reply, credentials, command.as_str()), &[code])?;
    }
    Ok(())
}

fn encoded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(text))
}

/// The parts behind each other, in memory that never grew: nothing of them is left where nobody wipes it.
fn joined(parts: &[&str]) -> Zeroizing<String> {
    let mut whole = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
    for part in parts {
        whole.push_str(part);
    }
    whole
}

/// Strikes out what a relay repeats of the credentials: its words are stored and shown.
fn scrub(mut reply: Reply, credentials: &Credentials, command: &str) -> Reply {
    let sent = command.trim_end().rsplit(' ').next().unwrap_or_default();
    for secret in [credentials.password.as_str(), sent] {
        if secret.len() > 3 && secret != "LOGIN" && reply.text.contains(secret) {
            reply.text = reply.text.replace(secret, "***");
        }
    }
    reply
}
