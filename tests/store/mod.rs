//! The store's engines: one contract for all of them, and what only some can suffer.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod backup;
mod codec;
mod conformance;
mod corruption;
mod feed;
mod kept;
mod local;
mod lock;
mod model;
#[cfg(feature = "redb")]
mod redb;
mod repair;
mod slots;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lichhop::store::MemoryStore;
use lichhop::usecase::ports::{Check, Commit, Direction, Entry, Format, Operation, Outcome, Range, Rev, Store, Value};
use tempfile::TempDir;

/// An engine with what it lives in.
struct Fixture {
    store: Arc<dyn Store>,
    _dir: Option<TempDir>,
}

fn memory() -> Fixture {
    Fixture { store: Arc::new(MemoryStore::new()), _dir: None }
}

fn raw(bytes: impl Into<Vec<u8>>) -> Value {
    Value { format: Format::Raw, schema: 7, bytes: bytes.into() }
}

fn put(key: impl Into<Vec<u8>>, bytes: impl Into<Vec<u8>>) -> Operation {
    Operation::Put { key: key.into(), value: raw(bytes) }
}

fn delete(key: impl Into<Vec<u8>>) -> Operation {
    Operation::Delete { key: key.into() }
}

fn check(key: impl Into<Vec<u8>>, rev: Rev) -> Check {
    Check { key: key.into(), rev }
}

fn commit(checks: Vec<Check>, operations: Vec<Operation>) -> Commit {
    Commit { checks, operations }
}

/// Commits `operations` and tells the revision.
fn write(store: &dyn Store, operations: Vec<Operation>) -> Rev {
    match store.commit(&commit(vec![], operations)).unwrap() {
        Outcome::Committed(rev) => rev,
        Outcome::Conflict { key } => panic!("a commit without checks met a conflict at {key:?}"),
    }
}

/// The files as they are at this moment: what a crash of the process leaves.
fn crashed(dir: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
    }
    copy
}

fn everything() -> Range {
    Range { start: vec![], end: None }
}

fn all(store: &dyn Store) -> Vec<Entry> {
    let page = store.scan(&everything(), usize::MAX, Direction::Forward).unwrap();
    assert!(!page.more);
    page.entries
}
