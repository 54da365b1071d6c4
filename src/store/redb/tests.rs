//! What a store does on a disk that counts, breaks and loses power.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::collections::BTreeMap;
use std::io::{Error as IoError, ErrorKind};
use std::path::Path;
use std::thread;

use super::super::mark::MarkFile;
use super::disc::{Dice, Disc};
use super::*;
use crate::usecase::ports::{Format, Operation, Value};

/// Longer than anybody waits who is told.
const LONG: Duration = Duration::from_mins(1);

fn open(disc: &Disc, dir: &Path) -> Result<RedbStore, StoreError> {
    let (mark_file, mark) = MarkFile::open(&dir.join("mark")).unwrap();
    open::store(open::database(disc.clone())?, mark_file, mark)
}

fn new(dir: &Path) -> (Disc, RedbStore) {
    let disc = Disc::default();
    open::make(disc.clone()).unwrap();
    let store = open(&disc, dir).unwrap();
    (disc, store)
}

fn put(key: &[u8], bytes: Vec<u8>) -> Operation {
    Operation::Put { key: key.to_vec(), value: Value { format: Format::Raw, schema: 1, bytes } }
}

fn write(store: &RedbStore, operations: Vec<Operation>) -> Result<Outcome, StoreError> {
    store.commit(&Commit { checks: Vec::new(), operations })
}

fn everything(store: &RedbStore) -> BTreeMap<Vec<u8>, (Rev, Vec<u8>)> {
    let page = store.scan(&Range::prefix(b""), usize::MAX, Direction::Forward).unwrap();
    page.entries.into_iter().map(|entry| (entry.key, (entry.rev, entry.value.bytes))).collect()
}

/// Every call answers that nobody knows what is on disk.
fn answers_unknown(store: &RedbStore) {
    let unknown = |error: Option<StoreError>| assert!(matches!(&error, Some(StoreError::Unknown(why)) if !why.is_empty()), "{error:?}");
    unknown(store.get(b"k").err());
    unknown(store.scan(&Range::prefix(b""), 1, Direction::Forward).err());
    unknown(write(store, vec![put(b"k", vec![])]).err());
    unknown(store.commit(&Commit::default()).err());
    unknown(store.sync().err());
    unknown(store.verify().err());
    unknown(store.changes(b"", store.revision(), Duration::ZERO).err());
}

#[test]
fn a_sync_of_many_commits_is_one_fsync() {
    let dir = tempfile::tempdir().unwrap();
    let (disc, store) = new(dir.path());
    for round in 1..=20_u8 {
        let before = disc.syncs_without_growths();
        for number in 0..round {
            write(&store, vec![put(&[number], vec![round; 5000]), put(&[round, number], vec![1])]).unwrap();
        }
        assert_eq!(disc.syncs_without_growths(), before, "a commit syncs nothing but a larger file");
        store.sync().unwrap();
        assert_eq!(disc.syncs_without_growths(), before + 1);
        store.sync().unwrap();
        assert_eq!(disc.syncs_without_growths(), before + 1, "there was nothing left to sync");
    }
    let growths = disc.platter().growths;
    assert!(growths < 10, "the file is doubled each time, so {growths} are too many");
}

#[test]
fn after_a_failed_sync_nothing_is_answered() {
    for (kind, all) in
        [(ErrorKind::StorageFull, true), (ErrorKind::StorageFull, false), (ErrorKind::Other, true), (ErrorKind::Other, false)]
    {
        let dir = tempfile::tempdir().unwrap();
        let (disc, store) = new(dir.path());
        write(&store, vec![put(b"k", vec![1; 9000])]).unwrap();
        store.sync().unwrap();
        write(&store, vec![put(b"k", vec![2; 9000])]).unwrap();
        disc.breaks(kind, all);
        thread::scope(|scope| {
            let waiter = scope.spawn(|| store.changes(b"", 2, LONG));
            assert!(matches!(store.sync(), Err(StoreError::Unknown(why)) if why.starts_with("syncing failed: the engine: ")));
            assert!(matches!(waiter.join().unwrap(), Err(StoreError::Unknown(_))));
        });
        // Whether or not the disk recovers.
        disc.platter().broken = None;
        answers_unknown(&store);
        let syncs = disc.syncs();
        let safe = disc.platter().safe.clone();
        drop(store);
        assert_eq!((disc.syncs(), &disc.platter().safe), (syncs, &safe), "closing touches nothing either");
        let store = open(&Disc::of(safe), dir.path()).unwrap();
        assert_eq!((store.revision(), everything(&store)), (1, BTreeMap::from([(b"k".to_vec(), (1, vec![1; 9000]))])));
    }
}

#[test]
fn a_commit_that_finds_no_room_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let (disc, store) = new(dir.path());
    write(&store, vec![put(b"k", vec![1])]).unwrap();
    store.sync().unwrap();
    let safe = disc.platter().safe.clone();
    disc.breaks(ErrorKind::StorageFull, true);
    // Most are kept in memory; the one for which the file would have to grow is refused.
    let mut outcomes = (0..200_u8).map(|number| write(&store, vec![put(&[number], vec![number; 200_000])]));
    assert_eq!(outcomes.find_map(Result::err), Some(StoreError::Full));
    answers_unknown(&store);
    drop(store);
    let store = open(&Disc::of(safe), dir.path()).unwrap();
    assert_eq!((store.revision(), everything(&store).len()), (1, 1));
}

#[test]
fn power_may_fail_at_any_moment() {
    let mut torn = 0;
    for seed in 0..60 {
        let dir = tempfile::tempdir().unwrap();
        let (mut dice, mut model) = (Dice(seed), BTreeMap::new());
        let (mut disc, mut store) = new(dir.path());
        // What the store held at each revision that may still be on the disk.
        let mut states = BTreeMap::from([(0, model.clone())]);
        for _ in 0..8 {
            let mut safe = store.revision();
            for _ in 0..=dice.roll(12) {
                let mut operations = BTreeMap::new();
                for _ in 0..=dice.roll(8) {
                    let key = vec![u8::try_from(dice.roll(40)).unwrap(); 1 + usize::try_from(dice.roll(20)).unwrap()];
                    let size = usize::try_from(if dice.roll(9) == 0 { dice.roll(60_000) } else { dice.roll(300) }).unwrap();
                    let bytes = vec![u8::try_from(dice.roll(256)).unwrap(); size];
                    operations.insert(key.clone(), if dice.roll(4) == 0 { Operation::Delete { key } } else { put(&key, bytes) });
                }
                let operations: Vec<_> = operations.into_values().collect();
                let Outcome::Committed(rev) = write(&store, operations.clone()).unwrap() else { panic!("there are no checks") };
                for operation in operations {
                    match operation {
                        Operation::Put { key, value } => drop(model.insert(key, (rev, value.bytes))),
                        Operation::Delete { key } => drop(model.remove(&key)),
                    }
                }
                states.insert(rev, model.clone());
                if dice.roll(4) == 0 {
                    store.sync().unwrap();
                    safe = rev;
                }
            }
            // In one half of the cases in the middle of a sync.
            disc.breaks(ErrorKind::Other, false);
            if dice.roll(2) == 0 && store.revision() > safe {
                store.sync().unwrap_err();
            }
            disc = disc.after_power_loss(&mut dice);
            store = open(&disc, dir.path()).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            let rev = store.revision();
            assert!(rev >= safe, "seed {seed}: {rev} is left where {safe} was safe");
            model.clone_from(&states[&rev]);
            assert!(everything(&store) == model, "seed {seed}: not what revision {rev} was");
            store.verify().unwrap();
            torn += usize::from(rev < *states.last_key_value().unwrap().0);
            states = BTreeMap::from([(rev, model.clone())]);
        }
    }
    assert!(torn > 100, "only {torn} losses took anything back");
}

#[test]
fn a_panic_stops_the_engine_and_wakes_who_waits() {
    let dir = tempfile::tempdir().unwrap();
    let (disc, store) = new(dir.path());
    thread::scope(|scope| {
        let waiter = scope.spawn(|| store.changes(b"", 0, LONG));
        let read: Result<(), _> = store.read(|_| panic!("page {}", 7));
        assert_eq!(read, Err(StoreError::Corrupt("the engine gave up: page 7".to_owned())));
        assert_eq!(waiter.join().unwrap(), Err(StoreError::Unknown("the engine gave up: page 7".to_owned())));
    });
    answers_unknown(&store);
    let syncs = disc.syncs();
    drop(store);
    assert_eq!(disc.syncs(), syncs, "what a panic left behind is not written");
}

#[test]
fn faults_are_told_apart() {
    let told = |error: ::redb::Error| Fault::Error(Error::Engine(error)).into_store_error();
    let io = |kind: ErrorKind| ::redb::Error::Io(IoError::new(kind, "words"));
    assert_eq!(told(io(ErrorKind::StorageFull)), StoreError::Full);
    assert_eq!(told(io(ErrorKind::QuotaExceeded)), StoreError::Full);
    assert!(matches!(told(io(ErrorKind::UnexpectedEof)), StoreError::Corrupt(_)));
    assert!(matches!(told(io(ErrorKind::PermissionDenied)), StoreError::Unavailable(_)));
    assert!(matches!(told(::redb::Error::Corrupted("words".into())), StoreError::Corrupt(_)));
    assert!(matches!(told(::redb::Error::PreviousIo), StoreError::Unavailable(_)));
    assert_eq!(told(::redb::Error::DatabaseAlreadyOpen), StoreError::Locked { pid: None });
    let value = StoreError::Corrupt("the value".to_owned());
    assert_eq!(Fault::Error(Error::Value(value.clone())).into_store_error(), value);
}
