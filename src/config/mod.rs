//! The configuration: one TOML file, read and checked whole.

use std::path::PathBuf;

use crate::domain::office::Rules;

/// The configuration as the application uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// What decides the use cases.
    pub rules: Rules,
    /// Where mail goes.
    pub mail: MailConfig,
    /// The file it was read from; `None` for the built-in defaults.
    pub path: Option<PathBuf>,
}

/// Where mail goes and who we are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailConfig {
    /// The relay as written: `smtp://…`, `smtps://…`, `smtp+plain://…`, `maildir:DIR` (relative to the file's folder).
    pub relay: String,
    /// The user name at the relay.
    pub username: Option<String>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// A file with the certificates to trust instead of the machine's.
    pub ca_file: Option<PathBuf>,
    /// The most connections at once.
    pub connections: usize,
}
