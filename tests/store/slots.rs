//! What a sync writes down the short way is there after a crash, in whatever order it was written.

use std::fs;
use std::path::Path;

use lichhop::store::{FileStore as _, Repair, SledStore};
use lichhop::usecase::ports::{Direction, Range, Store, StoreError};
use tempfile::TempDir;

use super::{crashed, delete, put, write};

/// As many as the file has.
const SLOTS: usize = 16;

fn everything(store: &dyn Store) -> Vec<(Vec<u8>, u64, Vec<u8>)> {
    let page = store.scan(&Range::prefix(b""), 1_000, Direction::Forward).unwrap();
    page.entries.into_iter().map(|entry| (entry.key, entry.rev, entry.value.bytes)).collect()
}

/// Small and large, changed and removed: some syncs find room in a slot, some do not.
fn step(store: &dyn Store, n: u8) {
    write(store, vec![put([b'c'], [n]), put([b'n', n], vec![n; if n % 7 == 3 { 140_000 } else { 700 }])]);
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

/// Only what has room in slots, for so long that each of them is filled several times, while the engine is given what they held.
#[test]
fn while_the_engine_is_given_what_slots_hold_a_crash_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = SledStore::open(dir.path()).unwrap();
    for n in 0..100_u8 {
        let mut operations = vec![put([b'c'], [n]), put([b'n', n % 50], vec![n; 900 + 100 * usize::from(n)])];
        operations.extend((n % 5 == 4).then(|| delete([b'n', n % 50 - 3])));
        write(&store, operations);
        store.sync().unwrap();
        let (found, repairs) = SledStore::open(crashed(dir.path()).path()).unwrap();
        assert_eq!((found.standing(), everything(&found), repairs), (store.standing(), everything(&store), vec![]), "{n}");
    }
    assert_eq!(store.verify().unwrap(), store.standing());
}

/// Damages a slot: flips a bit far behind its beginning.
fn damage(dir: &Path, slot: usize) {
    let path = dir.join("slots");
    let mut bytes = fs::read(&path).unwrap();
    let at = slot * bytes.len() / SLOTS;
    bytes[at + 60] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Forgets what a slot holds.
fn forget(dir: &Path, slot: usize) {
    let path = dir.join("slots");
    let mut bytes = fs::read(&path).unwrap();
    let room = bytes.len() / SLOTS;
    bytes[slot * room..(slot + 1) * room].fill(0);
    fs::write(path, bytes).unwrap();
}

#[test]
fn what_was_closed_in_good_order_has_no_need_of_slots() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = SledStore::open(dir.path()).unwrap();
    write(&store, vec![put("k", "v")]);
    store.sync().unwrap();
    let before = everything(&store);
    drop(store);
    fs::remove_file(dir.path().join("slots")).unwrap();
    assert_eq!(everything(&SledStore::open(dir.path()).unwrap().0), before);
}

/// A store that was killed with four slots filled.
fn with_four_slots() -> (TempDir, SledStore) {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = SledStore::open(dir.path()).unwrap();
    for n in 0..4_u8 {
        write(&store, vec![put([n], [n])]);
        store.sync().unwrap();
    }
    (crashed(dir.path()), store)
}

#[test]
fn a_slot_that_is_missing_or_damaged_is_noticed() {
    let (dir, _store) = with_four_slots();
    for slot in 0..4 {
        let copy = crashed(dir.path());
        forget(copy.path(), slot);
        let refused = SledStore::open(copy.path()).unwrap_err();
        assert!(matches!(&refused, StoreError::Corrupt(what) if what.contains("revision")), "{slot}: {refused}");
        let copy = crashed(dir.path());
        damage(copy.path(), slot);
        let before = fs::read(copy.path().join("slots")).unwrap();
        let refused = SledStore::open(copy.path()).unwrap_err();
        assert!(
            matches!(&refused, StoreError::Corrupt(what) if what.contains(&format!("slot {slot}")) && what.contains("checksum")),
            "{slot}: {refused}"
        );
        assert_eq!(fs::read(copy.path().join("slots")).unwrap(), before, "it was not left as it was");
    }
    let copy = crashed(dir.path());
    fs::remove_file(copy.path().join("slots")).unwrap();
    assert!(matches!(SledStore::open(copy.path()), Err(StoreError::Corrupt(_))));
}

#[test]
fn a_write_that_broke_off_is_told_once_and_costs_nothing_else() {
    let (dir, store) = with_four_slots();
    // The machine stopped while the fifth was written: nobody was told of it.
    let path = dir.path().join("slots");
    let mut bytes = fs::read(&path).unwrap();
    let at = 4 * bytes.len() / SLOTS;
    bytes[at..at + 8].copy_from_slice(&[0, 0, 0, 99, 1, 2, 3, 4]);
    fs::write(&path, bytes).unwrap();
    for told in [vec![Repair::SlotUnreadable { slot: 4 }], vec![]] {
        let (found, repairs) = SledStore::open(dir.path()).unwrap();
        assert_eq!((everything(&found), repairs), (everything(&store), told));
    }
}

#[test]
fn no_slot_is_filled_upon_what_the_engine_has_not_made_safe() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = SledStore::open(dir.path()).unwrap();
    // More than waits in memory: the engine is given it before anybody asks for a sync.
    for n in 0..21_u8 {
        write(&store, vec![put([n], vec![n; 100_000])]);
    }
    write(&store, vec![put("k", "v")]);
    let unsafe_yet = fs::read(dir.path().join("slots")).unwrap();
    store.sync().unwrap();
    assert_eq!(fs::read(dir.path().join("slots")).unwrap(), unsafe_yet, "a slot was filled");
    write(&store, vec![put("k", "w")]);
    store.sync().unwrap();
    assert_ne!(fs::read(dir.path().join("slots")).unwrap(), unsafe_yet, "no slot was filled");
    let (found, _) = SledStore::open(crashed(dir.path()).path()).unwrap();
    assert_eq!(everything(&found), everything(&store));
}
