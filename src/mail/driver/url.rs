//! The configuration's `relay = "…"`.

use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;

use thiserror::Error;

use super::envelope::host_name;
use super::relay::Security;

/// Where mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayUrl {
    /// To an SMTP relay.
    Smtp {
        /// A name in ASCII, or an IP address without brackets.
        host: String,
        /// The port.
        port: u16,
        /// What the scheme, the host and the credentials make of it.
        security: Security,
    },
    /// Into a Maildir, for rehearsals.
    Maildir(PathBuf),
    /// To a program that takes one message at a time.
    Sendmail(PathBuf),
}

/// Why the text names no relay.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RelayUrlError {
    /// The scheme is none of ours.
    #[error("a relay begins with smtp://, smtps://, smtp+plain://, maildir: or sendmail:")]
    Scheme,
    /// A user name stands in the URL. Configurations are shown and copied; passwords have a place of their own.
    #[error("a relay's URL must not hold credentials")]
    CredentialsInUrl,
    /// Nothing that can be looked up.
    #[error("{0:?} is no host name")]
    Host(String),
    /// Not a number from 1 to 65535.
    #[error("{0:?} is no port")]
    Port(String),
    /// Something behind host and port.
    #[error("a relay's URL ends with the port, {0:?} is too much")]
    Trailing(String),
    /// `smtp+plain://` together with what only TLS protects: credentials or a certificate of ours.
    #[error("smtp+plain:// would show the password to everybody on the way and no certificate to anybody: use smtp:// or smtps://")]
    PlainCredentials,
    /// `maildir:` without a folder.
    #[error("maildir: wants a folder")]
    NoFolder,
    /// `sendmail:` without a program.
    #[error("sendmail: wants a program")]
    NoProgram,
}

impl RelayUrl {
    /// Reads `smtp://HOST[:PORT]`, `smtps://HOST[:PORT]`, `smtp+plain://HOST[:PORT]`, `maildir:DIR` or
    /// `sendmail:PATH`.
    ///
    /// `smtp` on this very machine is plain unless credentials or a certificate of ours are configured (`wants_tls`);
    /// elsewhere, and with them, it is STARTTLS or nothing. The ports are 25, 465 and 25 when none is written.
    ///
    /// # Errors
    /// What is wrong with the text. A text that may hold a password is not repeated.
    pub fn parse(text: &str, wants_tls: bool) -> Result<Self, RelayUrlError> {
        if let Some(folder) = text.strip_prefix("maildir:") {
            return if folder.is_empty() { Err(RelayUrlError::NoFolder) } else { Ok(Self::Maildir(folder.into())) };
        }
        if let Some(program) = text.strip_prefix("sendmail:") {
            return if program.is_empty() { Err(RelayUrlError::NoProgram) } else { Ok(Self::Sendmail(program.into())) };
        }
        let (scheme, rest) = text.split_once("://").ok_or(RelayUrlError::Scheme)?;
        let scheme = scheme.to_ascii_lowercase();
        if rest.contains('@') {
            return Err(RelayUrlError::CredentialsInUrl);
        }
        let default_port = match scheme.as_str() {
            "smtp" | "smtp+plain" => 25,
            "smtps" => 465,
            _ => return Err(RelayUrlError::Scheme),
        };
        let (host, port) = authority(rest.strip_suffix('/').unwrap_or(rest), default_port)?;
        let security = match scheme.as_str() {
            "smtps" => Security::Implicit,
            "smtp+plain" if wants_tls => return Err(RelayUrlError::PlainCredentials),
            "smtp+plain" => Security::Plain,
            _ if is_loopback(&host) && !wants_tls => Security::Plain,
            _ => Security::StartTls,
        };
        Ok(Self::Smtp { host, port, security })
    }
}

pub(in crate::mail) fn authority(text: &str, default_port: u16) -> Result<(String, u16), RelayUrlError> {
    if let Some(at) = text.find(['/', '?', '#']) {
        return Err(RelayUrlError::Trailing(text.split_at(at).1.to_owned()));
    }
    let bad_host = || RelayUrlError::Host(text.to_owned());
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']').ok_or_else(bad_host)?;
        let address: Ipv6Addr = address.parse().map_err(|_| bad_host())?;
        (address.to_string(), port)
    } else {
        let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
        (host_name(host).ok_or_else(bad_host)?, port)
    };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => default_port,
        None => return Err(RelayUrlError::Port(port.to_owned())),
        Some(digits) => port_number(digits).ok_or_else(|| RelayUrlError::Port(digits.to_owned()))?,
    };
    Ok((host, port))
}

fn port_number(digits: &str) -> Option<u16> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|port| *port > 0)
}

/// Whether what is sent to `host` stays on this machine.
pub(in crate::mail) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(host: &str, port: u16, security: Security) -> RelayUrl {
        RelayUrl::Smtp { host: host.to_owned(), port, security }
    }

    #[test]
    fn schemes_and_ports() {
        for (text, host, port, security) in [
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Security::Plain),
            ("smtp://localhost", "localhost", 25, Security::Plain),
            ("smtp://[::1]:26", "::1", 26, Security::Plain),
            ("smtp://[::ffff:127.0.0.1]", "::ffff:127.0.0.1", 25, Security::Plain),
            ("smtp://mail.bo.gov.vn", "mail.bo.gov.vn", 25, Security::StartTls),
            ("smtp://localhost.bo.gov.vn/", "localhost.bo.gov.vn", 25, Security::StartTls),
            ("SMTPS://mail.bo.gov.vn", "mail.bo.gov.vn", 465, Security::Implicit),
            ("smtps://bộ.vn:1", "xn--b-8xm.vn", 1, Security::Implicit),
            ("smtp+plain://10.0.0.1", "10.0.0.1", 25, Security::Plain),
        ] {
            assert_eq!(RelayUrl::parse(text, false), Ok(smtp(host, port, security)), "{text}");
        }
        assert_eq!(RelayUrl::parse("sendmail:/usr/sbin/sendmail", false), Ok(RelayUrl::Sendmail("/usr/sbin/sendmail".into())));
        assert_eq!(RelayUrl::parse("maildir:/var/mail/x", false), Ok(RelayUrl::Maildir("/var/mail/x".into())));
    }

    #[test]
    fn credentials_ask_for_tls() {
        assert_eq!(RelayUrl::parse("smtp://localhost", true), Ok(smtp("localhost", 25, Security::StartTls)));
        assert_eq!(RelayUrl::parse("smtps://localhost", true), Ok(smtp("localhost", 465, Security::Implicit)));
        assert_eq!(RelayUrl::parse("smtp+plain://localhost", true), Err(RelayUrlError::PlainCredentials));
    }

    #[test]
    fn what_is_refused() {
        for (text, error) in [
            ("", RelayUrlError::Scheme),
            ("mail.bo.gov.vn", RelayUrlError::Scheme),
            ("http://x", RelayUrlError::Scheme),
            ("smtp://user:secret@x", RelayUrlError::CredentialsInUrl),
            ("smtp://", RelayUrlError::Host(String::new())),
            ("smtp://a b", RelayUrlError::Host("a b".to_owned())),
            ("smtp://[::1", RelayUrlError::Host("[::1".to_owned())),
            ("smtp://[x]:1", RelayUrlError::Host("[x]:1".to_owned())),
            ("smtp://::1", RelayUrlError::Host("::1".to_owned())),
            ("smtp://x:0", RelayUrlError::Port("0".to_owned())),
            ("smtp://x:", RelayUrlError::Port(String::new())),
            ("smtp://x:+25", RelayUrlError::Port("+25".to_owned())),
            ("smtp://x:65536", RelayUrlError::Port("65536".to_owned())),
            ("smtp://[::1]25", RelayUrlError::Port("25".to_owned())),
            ("smtp://x/y", RelayUrlError::Trailing("/y".to_owned())),
            ("maildir:", RelayUrlError::NoFolder),
            ("sendmail:", RelayUrlError::NoProgram),
        ] {
            assert_eq!(RelayUrl::parse(text, false), Err(error), "{text}");
        }
    }
}
