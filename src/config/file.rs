//! The file as it stands on the disk: its tables and keys with their lines, the types of its values, and the findings.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::fault::{ConfigError, Expected, Problem, ProblemKind, ValueType};

/// The most bytes of a configuration file.
const BYTES_MAX: u64 = 1 << 20;
/// The most characters of a wrong value that a problem repeats.
const VALUE_MAX: usize = 200;

/// Every table with its keys. A key that is not here is unknown.
pub(super) const KEYS: [(&str, &[&str]); 9] = [
    ("office", &["name", "symbol", "place", "rehearsal"]),
    ("workflow", &["approve_own"]),
    ("host", &["mode"]),
    ("access", &["unknown"]),
    (
        "mail",
        &[
            "relay",
            "from",
            "username",
            "password_file",
            "ca_file",
            "client_certificate",
            "client_key",
            "connections",
            "rate",
            "domain_rates",
            "hold",
            "retry",
            "give_up_after",
            "warn_after",
        ],
    ),
    (
        "receive",
        &["imap", "username", "password_file", "ca_file", "folder", "processed", "maildir", "authserv_id", "every", "keep", "verp"],
    ),
    ("policy", &["domains", "exceptions", "paper_until", "phases"]),
    ("backup", &["folder", "at", "keep"]),
    ("screen", &["theme", "keymap"]),
];

/// Reads the file's text.
///
/// # Errors
/// One problem of the whole file.
pub(super) fn read(path: &Path) -> Result<String, ConfigError> {
    let whole = |line, kind| ConfigError { problems: vec![Problem { file: path.to_owned(), line, key: String::new(), kind }] };
    let mut bytes = Vec::new();
    let outcome = File::open(path).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes));
    if let Err(fault) = outcome {
        return Err(whole(None, unreadable(&fault)));
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > BYTES_MAX {
        return Err(whole(None, ProblemKind::TooLarge { limit: BYTES_MAX }));
    }
    String::from_utf8(bytes).map_err(|fault| {
        let good = fault.as_bytes().iter().take(fault.utf8_error().valid_up_to());
        whole(Some(line_after(good.copied())), ProblemKind::Encoding)
    })
}

fn unreadable(fault: &io::Error) -> ProblemKind {
    match fault.kind() {
        io::ErrorKind::NotFound => ProblemKind::Missing,
        _ => ProblemKind::Unreadable { detail: fault.to_string() },
    }
}

fn line_after(before: impl Iterator<Item = u8>) -> u32 {
    u32::try_from(before.filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX - 1) + 1
}

/// A wrong value as a problem repeats it.
pub(super) fn wrong(value: &str, expected: Expected) -> ProblemKind {
    ProblemKind::WrongValue { value: value.chars().take(VALUE_MAX).collect(), expected }
}

/// A value in the file.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// The tables of a file, and what was found wrong with them so far.
pub(super) struct Document<'i> {
    path: &'i Path,
    text: &'i str,
    root: DeTable<'i>,
    problems: Vec<Problem>,
}

impl<'i> Document<'i> {
    /// Reads the tables.
    ///
    /// # Errors
    /// Every place at which the text is not TOML.
    pub(super) fn parse(path: &'i Path, text: &'i str) -> Result<Self, ConfigError> {
        let (root, faults) = DeTable::parse_recoverable(text);
        let mut document = Self { path, text, root: root.into_inner(), problems: Vec::new() };
        for fault in faults {
            let span = fault.span().unwrap_or_default();
            let column = u32::try_from(document.column(span.start)).unwrap_or(u32::MAX);
            document.add(span, "", ProblemKind::Syntax { column, message: fault.message().to_owned() });
        }
        if document.problems.is_empty() { Ok(document) } else { Err(document.into_error()) }
    }

    /// The value of a key, `table.key`.
    pub(super) fn get(&self, key: &str) -> Option<Value<'i>> {
        let (table, name) = key.split_once('.')?;
        self.root.get(table)?.get_ref().as_table()?.get(name).cloned()
    }

    /// The root table.
    pub(super) fn root(&self) -> &DeTable<'i> {
        &self.root
    }

    /// Notes a problem.
    pub(super) fn add(&mut self, span: Range<usize>, key: &str, kind: ProblemKind) {
        let line = line_after(self.text.bytes().take(span.start));
        self.problems.push(Problem { file: self.path.to_owned(), line: Some(line), key: key.to_owned(), kind });
    }

    /// Notes that a value is of another type.
    pub(super) fn wrong_type(&mut self, value: &Value<'_>, key: &str, expected: ValueType) {
        let found = type_of(value.get_ref());
        self.add(value.span(), key, ProblemKind::WrongType { expected, found });
    }

    /// `done`, unless a problem was noted.
    ///
    /// # Errors
    /// The problems, in the order of their lines.
    pub(super) fn conclude<T>(self, done: T) -> Result<T, ConfigError> {
        if self.problems.is_empty() { Ok(done) } else { Err(self.into_error()) }
    }

    fn into_error(mut self) -> ConfigError {
        self.problems.sort_by_key(|problem| problem.line);
        ConfigError { problems: self.problems }
    }

    /// The column of a byte, in characters from 1.
    fn column(&self, byte: usize) -> usize {
        let before = self.text.get(..byte).unwrap_or(self.text);
        before.rsplit('\n').next().unwrap_or("").trim_start_matches('\u{FEFF}').chars().count() + 1
    }
}

/// The type of a value.
pub(super) fn type_of(value: &DeValue<'_>) -> ValueType {
    match value {
        DeValue::String(_) => ValueType::Text,
        DeValue::Integer(_) => ValueType::Integer,
        DeValue::Float(_) => ValueType::Float,
        DeValue::Boolean(_) => ValueType::Boolean,
        DeValue::Datetime(_) => ValueType::Date,
        DeValue::Array(_) => ValueType::List,
        DeValue::Table(_) => ValueType::Table,
    }
}
