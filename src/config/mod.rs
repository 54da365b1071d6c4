//! The configuration: one TOML file, read and checked whole.
//!
//! [`load`] names everything that is wrong in the file at once. The whole configuration is understood from the start; a
//! setting whose feature is not there yet is refused unless it is the default, so that no setting is ever without effect.

mod check;
mod defaults;
mod fault;
mod file;
mod locate;
mod sample;
mod show;
mod unknown;
mod value;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::NaiveTime;

use crate::domain::office::{Rates, Rules};
use crate::domain::text::Line;

pub use defaults::defaults;
pub use fault::{ConfigError, Expected, Problem, ProblemKind, ValueType};
pub use locate::{Environment, folders, locate, locate_demo, locate_socket, locate_state, users_file};
pub use sample::sample;
pub use show::show;
pub use unknown::nearest;

/// The configuration as the application uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// What decides the use cases.
    pub rules: Rules,
    /// Where mail goes.
    pub mail: MailConfig,
    /// Who may be the host of the store.
    pub host: HostMode,
    /// Where answers come from.
    pub receive: ReceiveConfig,
    /// Backups that are made by themselves.
    pub backup: BackupConfig,
    /// What the terminal application looks like and listens to.
    pub screen: ScreenConfig,
    /// The file it was read from; `None` for the built-in defaults.
    pub path: Option<PathBuf>,
}

/// Who may be the host of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMode {
    /// Whoever comes first and finds none: one user's own machine.
    Auto,
    /// `lichhop serve` alone, under a user of its own: a server.
    Service,
}

impl HostMode {
    /// The word of the configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Service => "service",
        }
    }
}

/// Where mail goes and who we are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailConfig {
    /// The relay as written: `smtp://…`, `smtps://…`, `smtp+plain://…`, `maildir:DIR`, `sendmail:PATH` (both relative to the
    /// file's folder).
    pub relay: String,
    /// The user name at the relay.
    pub username: Option<String>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// A file with the certificates to trust instead of the machine's.
    pub ca_file: Option<PathBuf>,
    /// A file with the certificate that we show the relay; never without `client_key`.
    pub client_certificate: Option<PathBuf>,
    /// A file with the key of that certificate.
    pub client_key: Option<PathBuf>,
    /// The most connections at once.
    pub connections: usize,
    /// How fast mail may go, where somebody limits it.
    pub rates: Rates,
}

/// Where answers come from, and whose word about their senders is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiveConfig {
    /// The server of the office's mailbox: `imaps://HOST`, `imap://HOST`; `None`: none is asked.
    pub imap: Option<String>,
    /// The user name there.
    pub username: Option<String>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// A file with the certificates to trust instead of the machine's.
    pub ca_file: Option<PathBuf>,
    /// The folder that is read.
    pub folder: String,
    /// The folder to which messages go that were taken; `None`: they stay and are marked as seen.
    pub processed: Option<String>,
    /// A Maildir into which answers are delivered.
    pub maildir: Option<PathBuf>,
    /// The mail server whose `Authentication-Results` are believed; `None`: none.
    pub server: Option<String>,
    /// How often a service looks.
    pub every: Duration,
    /// How long what came is remembered of which nothing came, and which nobody has to look at.
    pub keep: Duration,
}

/// The backups that a host makes by itself, every night.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupConfig {
    /// Where they go; `None`: into `backups` in the state directory.
    pub folder: Option<PathBuf>,
    /// When, in Vietnam; `None`: never.
    pub at: Option<NaiveTime>,
    /// How many are kept.
    pub keep: usize,
}

/// What the terminal application looks like and listens to: names, of which the files are looked for where they are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenConfig {
    /// The theme; `auto` lets the terminal's background decide.
    pub theme: String,
    /// The keymap.
    pub keymap: String,
}

/// Reads and checks the configuration; `None` gives [`defaults`].
///
/// Relative paths in the file (`maildir:`, `sendmail:`, `password_file`, `ca_file` and the like) become absolute, counted from its folder. Whether the
/// files they name exist is not looked at: not everybody who reads the configuration may read the password.
///
/// # Errors
/// [`ConfigError`] names everything that is wrong, with its line.
pub fn load(path: Option<&Path>) -> Result<Config, ConfigError> {
    let Some(path) = path else { return Ok(defaults()) };
    check(path, &file::read(path)?)
}

/// Checks the text of a configuration that lies at `path`, or is to be written there.
///
/// # Errors
/// As [`load`].
pub fn check(path: &Path, text: &str) -> Result<Config, ConfigError> {
    let mut document = file::Document::parse(path, text)?;
    unknown::check(&mut document);
    let config = check::check(&mut document, path, defaults());
    document.conclude(config)
}

/// A length of time as the configuration writes it: `90s`, `5m`, `2h`, `1d`.
#[must_use]
pub fn duration(raw: &str) -> Option<std::time::Duration> {
    value::duration_within(raw, std::time::Duration::ZERO).ok()
}

/// Checks a symbol as `office.symbol` is checked: one line, without `/` and spaces.
///
/// # Errors
/// [`ProblemKind::WrongValue`] says what is wrong.
pub fn symbol(raw: &str) -> Result<Line, ProblemKind> {
    value::symbol(raw)
}

#[cfg(test)]
mod tests;
