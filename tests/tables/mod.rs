//! Whole tables through the door: texts and workbooks, right and wrong.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]

mod mailboxes;
mod samples;
mod texts;
mod units;
mod workbooks;

use std::fs;
use std::path::{Path, PathBuf};

use lichhop::domain::fault::{Why, Wrong};
use lichhop::domain::mailbox::MailboxRow;
use lichhop::domain::unit::UnitRow;
use lichhop::import::{self, ImportFault, Table};
use tempfile::TempDir;

/// A file in a folder of its own.
struct Written {
    _folder: TempDir,
    path: PathBuf,
}

fn written(bytes: impl AsRef<[u8]>) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    fs::write(&path, bytes).unwrap();
    Written { _folder: folder, path }
}

fn units(bytes: impl AsRef<[u8]>) -> Table<UnitRow> {
    import::units(&written(bytes).path).unwrap()
}

fn mailboxes(bytes: impl AsRef<[u8]>) -> Table<MailboxRow> {
    import::mailboxes(&written(bytes).path).unwrap()
}

/// A table in which nothing is wrong.
fn right<Row>(table: Table<Row>) -> Vec<Row> {
    assert_eq!(table.wrong, []);
    table.rows
}

fn codes(rows: &[UnitRow]) -> Vec<&str> {
    rows.iter().map(|row| row.code.as_str()).collect()
}

/// Line, column and reason of every wrong place.
fn places<Row>(table: &Table<Row>) -> Vec<(u32, &str, &Why)> {
    table.wrong.iter().map(|Wrong { line, field, why, .. }| (line.unwrap(), field.as_str(), why)).collect()
}

#[test]
fn a_file_that_cannot_be_read_is_no_wrong_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.csv");
    assert_eq!(import::units(&path), Err(ImportFault::Missing { path }));
    assert!(matches!(import::units(folder.path()), Err(ImportFault::Unreadable { .. })));
    let unreadable = if cfg!(target_os = "linux") { Path::new("/proc/self/mem") } else { folder.path() };
    assert!(matches!(import::mailboxes(unreadable), Err(ImportFault::Unreadable { .. })));
}
