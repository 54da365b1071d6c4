//! Tables into checked rows, in the caller's process and with the caller's rights.
//!
//! A table is a text with commas or semicolons, or the first sheet of a workbook (.xlsx). Everything that is wrong in it is
//! collected, so that one reading is enough to mend it all; whoever calls decides what a wrong table means (as a rule: that
//! nothing of it is taken).

mod decode;
mod delimited;
mod mailboxes;
mod table;
mod units;
mod workbook;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::domain::fault::{Why, Wrong};
use crate::domain::mailbox::MailboxRow;
use crate::domain::unit::UnitRow;
use table::{Record, Sheet};

/// The most bytes of a table.
pub const BYTES_MAX: u64 = 64 << 20;
/// The most rows of a table, the header not counted.
pub const ROWS_MAX: usize = 200_000;
/// The most bytes of one line of a text.
pub const LINE_MAX: usize = 64 << 10;

/// A table as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<Row> {
    /// The rows in which nothing is wrong, in the order of the table.
    pub rows: Vec<Row>,
    /// Every wrong place, in the order of the lines. An empty `field` means the line as a whole. Values are kept as they
    /// came, control characters too, but never more than 200 characters of them.
    pub wrong: Vec<Wrong>,
    /// The columns that nobody knows, each once, as the header names them (one without a name: `#3`, its number).
    pub ignored_columns: Vec<String>,
}

/// Why a table was not read at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportFault {
    /// There is no such file.
    #[error("{path}: no such file")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error("{path}: {detail}")]
    Unreadable {
        /// The file; `-` for standard input.
        path: PathBuf,
        /// The system's words.
        detail: String,
    },
    /// The file was read and is no table: a damaged workbook ([`Why::Unreadable`]), an old workbook ([`Why::Encoding`] that
    /// looks like `XLS`), beyond [`BYTES_MAX`] ([`Why::TooLarge`]).
    #[error("{path}: not a table")]
    NotATable {
        /// The file; `-` for standard input.
        path: PathBuf,
        /// What it is instead.
        why: Why,
    },
}

/// Reads a table of units: `code,name,parent,kind,mail_domain`, of which `code` must be there. `-` is standard input.
///
/// # Errors
/// [`ImportFault`] when there is no table to be read; what is wrong within a table is in [`Table::wrong`].
pub fn units(path: &Path) -> Result<Table<UnitRow>, ImportFault> {
    read(path, &mut io::stdin().lock())
}

/// Reads a table of mailboxes: `address,kind,unit,owner,custodian,state,quota_mb,primary`, of which `address` must be there.
/// `-` is standard input.
///
/// # Errors
/// [`ImportFault`] when there is no table to be read; what is wrong within a table is in [`Table::wrong`].
pub fn mailboxes(path: &Path) -> Result<Table<MailboxRow>, ImportFault> {
    read(path, &mut io::stdin().lock())
}

/// Reads a table of units that is in memory.
///
/// # Errors
/// As [`units`], for a table of the name `path`.
pub fn units_in(path: &Path, bytes: &[u8]) -> Result<Table<UnitRow>, ImportFault> {
    within(path, bytes)
}

/// Reads a table of mailboxes that is in memory.
///
/// # Errors
/// As [`mailboxes`], for a table of the name `path`.
pub fn mailboxes_in(path: &Path, bytes: &[u8]) -> Result<Table<MailboxRow>, ImportFault> {
    within(path, bytes)
}

fn read<Row: Record>(path: &Path, stdin: &mut dyn Read) -> Result<Table<Row>, ImportFault> {
    let bytes = input(path, stdin).map_err(|fault| match fault.kind() {
        io::ErrorKind::NotFound => ImportFault::Missing { path: path.to_owned() },
        _ => ImportFault::Unreadable { path: path.to_owned(), detail: fault.to_string() },
    })?;
    within(path, &bytes)
}

fn within<Row: Record>(path: &Path, bytes: &[u8]) -> Result<Table<Row>, ImportFault> {
    let sheet = sheet(bytes, Row::COLUMNS).map_err(|why| ImportFault::NotATable { path: path.to_owned(), why })?;
    Ok(table::rows(sheet))
}

fn input(path: &Path, stdin: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        stdin.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The records in some bytes, whatever form they have.
fn sheet(bytes: &[u8], columns: &[&str]) -> Result<Sheet, Why> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > BYTES_MAX {
        return Err(Why::TooLarge { limit: BYTES_MAX });
    }
    if workbook::is_zip(bytes) {
        return workbook::read(bytes);
    }
    if workbook::is_old(bytes) {
        return Err(Why::Encoding { looks_like: Some("XLS".to_owned()) });
    }
    match decode::decode(bytes) {
        Ok(text) => Ok(delimited::read(text, columns)),
        Err(wrong) => Ok(Sheet { wrong: vec![wrong], ..Sheet::default() }),
    }
}

#[cfg(test)]
mod tests;
