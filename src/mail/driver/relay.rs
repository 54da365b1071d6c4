//! The relay as it is configured.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

use super::envelope::host_name;
use super::identity::{Identity, IdentityError};
use super::limits::Limits;
use super::tls::{Roots, RootsError, Trust};

/// How the conversation is protected. There is no "encrypted if offered": who can strike out the offer could read all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Security {
    /// Not at all: on the same machine, or where somebody explicitly wrote `smtp+plain`.
    Plain,
    /// STARTTLS (RFC 3207) or nothing.
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Implicit,
}

/// User name and password for the relay. Sent only over TLS, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password; its memory is wiped when it is dropped.
    pub password: Zeroizing<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials { .. }")
    }
}

/// Why a relay cannot be used as configured.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RelayError {
    /// The trusted certificates could not be loaded.
    #[error(transparent)]
    Roots(#[from] RootsError),
    /// The certificate that we show cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The host is neither a name nor an address.
    #[error("{0:?} is no host name")]
    Host(String),
    /// The name we would present ourselves with is no host name (RFC 5321 section 4.1.1.1).
    #[error("{0:?} is no name for EHLO")]
    ClientName(String),
}

/// A relay: whom to ask, how, and who we are. Cheap to clone; the trusted certificates are loaded once.
#[derive(Debug, Clone)]
pub struct Relay {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) trust: Option<Trust>,
    pub(super) credentials: Option<Credentials>,
    pub(super) client_name: Option<String>,
    pub(super) limits: Limits,
}

impl Relay {
    /// A relay without credentials, with the default limits, to which we present ourselves with our address.
    ///
    /// `host` is a name (Unicode is turned to ASCII) or an IP address without brackets. `roots` are read here, and only
    /// when `security` needs them: this blocks for a few milliseconds.
    ///
    /// # Errors
    /// [`RelayError::Host`] and [`RelayError::Roots`].
    pub fn new(host: &str, port: u16, security: Security, roots: &Roots) -> Result<Self, RelayError> {
        let is_address = host.parse::<std::net::IpAddr>().is_ok();
        let host = if is_address { Some(host.to_owned()) } else { host_name(host) }.ok_or_else(|| RelayError::Host(host.to_owned()))?;
        let trust = if security == Security::Plain { None } else { Some(Trust::load(roots)?) };
        Ok(Self { host, port, security, trust, credentials: None, client_name: None, limits: Limits::default() })
    }

    /// The same relay with credentials.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// The same relay, to which we show this certificate when it asks for one. Its files are read here.
    ///
    /// # Errors
    /// [`RelayError::Identity`], also where nothing is encrypted.
    pub fn with_identity(mut self, identity: &Identity) -> Result<Self, RelayError> {
        let trust = self.trust.as_ref().ok_or(IdentityError::Plain)?;
        self.trust = Some(trust.presenting(identity.load()?));
        Ok(self)
    }

    /// The same relay with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same relay, to which we present ourselves by `name`. Without a name it is our address in brackets, which
    /// RFC 5321 section 4.1.4 asks of who has no name.
    ///
    /// # Errors
    /// [`RelayError::ClientName`].
    pub fn with_client_name(mut self, name: &str) -> Result<Self, RelayError> {
        self.client_name = Some(host_name(name).ok_or_else(|| RelayError::ClientName(name.to_owned()))?);
        Ok(self)
    }

    /// The relay's host, as it is looked up and as its certificate must name it.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The relay's port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How the conversation is protected.
    #[must_use]
    pub fn security(&self) -> Security {
        self.security
    }
}
