//! What a sync writes down the short way is there after a crash, in whatever order it was written.

use std::fs;
use std::path::Path;

use lichhop::store::SledStore;
use lichhop::usecase::ports::{Direction, Range, Store, StoreError};
use tempfile::TempDir;

use super::{delete, put, write};

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

fn everything(store: &dyn Store) -> Vec<(Vec<u8>, u64, Vec<u8>)> {
    let page = store.scan(&Range::prefix(b""), 1_000, Direction::Forward).unwrap();
    page.entries.into_iter().map(|entry| (entry.key, entry.rev, entry.value.bytes)).collect()
}

/// Small and large, changed and removed: some syncs find room in a slot, some do not.
fn step(store: &dyn Store, n: u8) {
    write(store, vec![put([b'c'], [n]), put([b'n', n], vec![n; if n % 7 == 3 { 9_000 } else { 700 }])]);
    if n % 3 == 2 {
        write(store, vec![delete([b'n', n - 1]), put([b'n', n], vec![n; 5_000])]);
    }
}

#[test]
fn after_every_sync_a_crash_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = SledStore::open(dir.path()).unwrap();
    for n in 0..40 {
        step(&store, n);
        store.sync().unwrap();
        let copy = crashed(dir.path());
        let (found, repairs) = SledStore::open(copy.path()).unwrap();
        assert_eq!((found.revision(), everything(&found)), (store.revision(), everything(&store)), "{n}");
        assert_eq!(repairs, [], "{n}");
        // It goes on from there, and crashes again.
        step(&found, n + 100);
        found.sync().unwrap();
        let (again, _) = SledStore::open(crashed(copy.path()).path()).unwrap();
        assert_eq!(everything(&again), everything(&found), "{n}");
    }
}

#[test]
fn what_was_closed_in_good_order_has_no_need_of_slots() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = SledStore::open(dir.path()).unwrap();
    write(&store, vec![put("k", "v")]);
    store.sync().unwrap();
    let before = everything(&store);
    drop(store);
    forget(dir.path(), 0);
    assert_eq!(everything(&SledStore::open(dir.path()).unwrap().0), before);
}

/// Removes a slot, below the store.
fn forget(dir: &Path, slot: u8) {
    let db = sled::Config::new().path(dir).flush_every_ms(None).open().unwrap();
    assert!(db.remove([3, slot]).unwrap().is_some(), "there is no slot {slot}");
    db.flush().unwrap();
}

#[test]
fn a_slot_that_is_missing_or_damaged_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = SledStore::open(dir.path()).unwrap();
    for n in 0..4_u8 {
        write(&store, vec![put([n], [n])]);
        store.sync().unwrap();
    }
    for slot in 0..4 {
        let copy = crashed(dir.path());
        forget(copy.path(), slot);
        let refused = SledStore::open(copy.path()).unwrap_err();
        assert!(matches!(&refused, StoreError::Corrupt(what) if what.contains("revision")), "{slot}: {refused}");
        let copy = crashed(dir.path());
        let db = sled::Config::new().path(copy.path()).flush_every_ms(None).open().unwrap();
        let mut frame = db.get([3, slot]).unwrap().unwrap().to_vec();
        *frame.last_mut().unwrap() ^= 1;
        db.insert([3, slot], frame).unwrap();
        db.flush().unwrap();
        drop(db);
        let refused = SledStore::open(copy.path()).unwrap_err();
        assert!(matches!(&refused, StoreError::Corrupt(what) if what.contains("checksum")), "{slot}: {refused}");
    }
}
