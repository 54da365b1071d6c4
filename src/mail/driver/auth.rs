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
        let message = Zeroizing::new(format!("\0{username}\0{password}"));
        let message = encoded(&message);
        vec![(Zeroizing::new(format!("AUTH PLAIN {}\r\n", message.as_str())), 235)]
    } else if offered.auth_login {
        // The prompts are not read: some say "Username:", some "User:", some nothing.
        vec![
            (Zeroizing::new("AUTH LOGIN\r\n".to_owned()), 334),
            (Zeroizing::new(format!("{}\r\n", encoded(username).as_str())), 334),
            (Zeroizing::new(format!("{}\r\n", encoded(password).as_str())), 235),
        ]
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
