//! What is wrong with a configuration. Data, not words: the words are made in the reader's language elsewhere.

use std::path::PathBuf;

use serde::Serialize;
use thiserror::Error;

use crate::domain::mailbox::AddressFault;
use crate::domain::text::TextFault;
use crate::domain::time::TimeFault;

/// A configuration that cannot be used: everything that is wrong with it, not only the first thing.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[error("the configuration has {} problems", problems.len())]
pub struct ConfigError {
    /// The problems, in the order of their lines; never empty.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// The line in it, from 1; `None` when the file as a whole is meant.
    pub line: Option<u32>,
    /// The key with its table (`mail.relay`, `policy.exceptions.TCDL`); empty when no key is meant.
    pub key: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a key, a value or the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "problem")]
pub enum ProblemKind {
    /// There is no such file.
    Missing,
    /// The file is there and cannot be read.
    Unreadable {
        /// The system's words.
        detail: String,
    },
    /// The file is beyond what a configuration may be.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The file is not in UTF-8.
    Encoding,
    /// The file is not TOML.
    Syntax {
        /// The column, counted in characters from 1.
        column: u32,
        /// The words of the TOML reader.
        message: String,
    },
    /// There is no such key.
    UnknownKey {
        /// The known key that looks most like it, with its table.
        nearest: Option<String>,
    },
    /// There is no such table.
    UnknownTable {
        /// The known table that looks most like it.
        nearest: Option<String>,
    },
    /// A key that must be there is not.
    MissingKey,
    /// The value is of another type.
    WrongType {
        /// What it must be.
        expected: ValueType,
        /// What it is.
        found: ValueType,
    },
    /// The type is right and the value is not.
    WrongValue {
        /// What stands there, as it came, at most 200 characters.
        value: String,
        /// What is expected.
        expected: Expected,
    },
    /// The setting is right, and what it asks for is not there yet: only `accepted` is.
    NotYet {
        /// What stands there.
        value: String,
        /// The value that can be used now; empty when it is the empty text.
        accepted: String,
    },
    /// A password stands in the file, where many can read it and every backup keeps it. It belongs into the file that
    /// `mail.password_file` names, a credential of the service manager, or the environment.
    PasswordInFile,
    /// A user name or a password file together with `smtp+plain://`, which would show the password to the network.
    CredentialsInClear,
    /// A key that means something only together with another one, which is not there.
    Alone {
        /// The other key, with its table.
        other: String,
    },
    /// A key that this relay cannot use: no certificate is shown where nothing is encrypted, and a program that takes the
    /// mail signs in by itself.
    NotWith {
        /// How the relay begins: `smtp+plain://`, `maildir:` or `sendmail:`.
        relay: String,
    },
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// A text in quotation marks.
    Text,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Float,
    /// `true` or `false`.
    Boolean,
    /// A date or time without quotation marks.
    Date,
    /// A list in square brackets.
    List,
    /// A table.
    Table,
}

/// What would be right in the place of a wrong value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "form")]
pub enum Expected {
    /// One of these words.
    OneOf {
        /// The words.
        words: Vec<String>,
    },
    /// One line of text.
    Text {
        /// What is wrong with the text.
        fault: TextFault,
    },
    /// A symbol as document numbers hold it: without `/` and without spaces.
    Symbol,
    /// `smtp://HOST[:PORT]`, `smtps://…`, `smtp+plain://…`, `maildir:DIR`, `sendmail:PATH`; no user name in it.
    Relay,
    /// A mailbox's server.
    Imap,
    /// `Name <address>` or an address.
    Sender {
        /// What is wrong with the address; `None` when it is the form around it.
        fault: Option<AddressFault>,
    },
    /// A length of time: a whole number and `s`, `m`, `h` or `d`.
    Duration,
    /// A length of time within bounds.
    DurationWithin {
        /// The shortest, in seconds.
        min_seconds: u64,
        /// The longest, in seconds.
        max_seconds: u64,
    },
    /// A whole number within bounds.
    Within {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// A number of messages in a time: `60/min`; or the empty text.
    Rate,
    /// The path of a file.
    Path,
    /// An hour of the day, or the empty text.
    Hour,
    /// The name of a keymap or theme: letters, digits, `-` and `_`.
    Name,
    /// A domain name.
    Domain,
    /// The code of a unit.
    UnitCode,
    /// A day.
    Day {
        /// What is wrong with the day.
        fault: TimeFault,
    },
    /// A last day that is not before the first.
    LaterDay,
    /// A code that does not stand there twice: small and capital letters are the same.
    Once,
}
