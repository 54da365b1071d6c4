//! The SMTP driver against a relay that can be wrong in every way.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::string_slice, reason = "texts of tests are ASCII where they are cut")]

mod auth;
mod body;
mod case;
pub(crate) mod certificate;
mod certificates;
mod checked;
mod client_certificate;
mod connecting;
mod dot;
mod envelope;
mod greeting;
mod kept;
mod maildir;
mod pipelining;
mod replies;
mod sendmail;
pub(crate) mod server;
mod starttls;
mod stuffing;
mod success;
mod words;

use std::time::Duration;

use lettre::Address;
use lichhop::mail::driver::{Accepted, Connection, Credentials, Envelope, Fail, Limits, Relay, Roots, Security, Why, open};
use zeroize::Zeroizing;

use server::{Do, say};

const MESSAGE: &[u8] = b"Subject: meeting\r\n\r\nat nine\r\n.\r\n..and bring\r\n";

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn envelope() -> Envelope {
    Envelope::new(&address("office@bo.gov.vn"), &address("an@vu.gov.vn")).unwrap()
}

/// Limits that no working step comes near to.
fn patient() -> Limits {
    let long = Duration::from_secs(20);
    Limits {
        connect: long,
        tls: long,
        command: long,
        data: long,
        body: long,
        dot: long,
        message: long * 2,
        reset: long,
        last_words: long,
        quit: long,
    }
}

/// For the one limit that a test wants to see running out.
const SHORT: Duration = Duration::from_millis(250);

fn relay(port: u16, limits: Limits) -> Relay {
    Relay::new("127.0.0.1", port, Security::Plain, &Roots::Native).unwrap().with_limits(limits)
}

/// Greeting and EHLO with these capabilities, separated by spaces; `_` stands for a space within one.
pub(crate) fn hello(capabilities: &str) -> Vec<Do> {
    let mut steps = vec![say("220 relay.test ready\r\n")];
    steps.extend(ehlo(capabilities));
    steps
}

pub(crate) fn ehlo(capabilities: &str) -> Vec<Do> {
    let mut lines = vec!["relay.test greets you".to_owned()];
    lines.extend(capabilities.split(' ').filter(|word| !word.is_empty()).map(|word| word.replace('_', " ")));
    let last = lines.len() - 1;
    let reply: Vec<String> =
        lines.iter().enumerate().map(|(at, line)| format!("250{}{line}\r\n", if at == last { ' ' } else { '-' })).collect();
    vec![Do::Hear("EHLO "), say(&reply.concat())]
}

/// From MAIL to the 354, command by command.
fn up_to_body() -> Vec<Do> {
    vec![Do::Hear("MAIL FROM:<"), say("250 ok\r\n"), Do::Hear("RCPT TO:<"), say("250 ok\r\n"), Do::Hear("DATA"), say("354 go on\r\n")]
}

/// A whole message, accepted with this text.
pub(crate) fn accept(text: &str) -> Vec<Do> {
    [up_to_body(), vec![Do::Body, say(&format!("250 {text}\r\n"))]].concat()
}

pub(crate) fn quit() -> Vec<Do> {
    vec![Do::Hear("QUIT"), say("221 bye\r\n"), Do::Hold]
}

fn reset() -> Vec<Do> {
    vec![Do::Hear("RSET"), say("250 ok\r\n")]
}

/// A relay that is spoken to with TLS.
fn tls_relay(port: u16, security: Security, roots: &Roots) -> Relay {
    Relay::new("127.0.0.1", port, security, roots).unwrap().with_limits(patient())
}

/// Greeting and EHLO in the clear, STARTTLS, and EHLO again.
fn start_tls(capabilities: &str) -> Vec<Do> {
    let mut steps = hello("STARTTLS PIPELINING");
    steps.extend([Do::Hear("STARTTLS"), say("220 go\r\n"), Do::Tls]);
    steps.extend(ehlo(capabilities));
    steps
}

/// TLS, then greeting and EHLO.
pub(crate) fn implicit(capabilities: &str) -> Vec<Do> {
    [vec![Do::Tls], hello(capabilities)].concat()
}

fn credentials() -> Credentials {
    Credentials { username: "van-phong".to_owned(), password: Zeroizing::new("mật khẩu".to_owned()) }
}

/// Opens and sends one message.
async fn open_and_send(relay: &Relay, message: &[u8]) -> (Option<Connection>, Result<Accepted, Fail>) {
    match open(relay).await {
        Ok(connection) => connection.send(&envelope(), message).await,
        Err(fail) => (None, Err(fail)),
    }
}

/// A reason in few words, to be compared.
fn kind(why: &Why) -> String {
    match why {
        Why::Io { .. } => "io".to_owned(),
        Why::Tls(_) => "tls".to_owned(),
        Why::Timeout => "timeout".to_owned(),
        Why::Eof => "eof".to_owned(),
        Why::Reply(reply) => format!("reply {}", reply.code),
        Why::Odd(reply) => format!("odd {}", reply.code),
        Why::Protocol(fault) => format!("{fault:?}"),
        Why::Lacks(capability) => format!("lacks {capability:?}"),
        Why::Local(fault) => format!("local {fault:?}"),
    }
}
