//! What every engine that keeps files must do when they are opened again.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use lichhop::store::{Copied, Engine, FileStore, Repair, SledStore};
use lichhop::usecase::ports::{Changes, Entry, StoreError};
use tempfile::TempDir;

use super::{Fixture, all, delete, put, raw, write};

/// An engine that keeps files.
pub(super) trait Kept: FileStore + Sized + 'static {
    /// Which one.
    const ENGINE: Engine;
    /// The file without which nothing is left.
    const FILE: &str;
    /// The note of how far the store had come.
    const MARK: &str;

    fn open(dir: &Path) -> Result<(Self, Vec<Repair>), StoreError>;

    /// Opens a store that has nothing to be put right.
    fn whole(dir: &TempDir) -> Self {
        let (store, repairs) = Self::open(dir.path()).unwrap();
        assert_eq!(repairs, []);
        store
    }

    fn fixture() -> Fixture {
        let dir = tempfile::tempdir().unwrap();
        Fixture { store: Arc::new(Self::whole(&dir)), _dir: Some(dir) }
    }
}

impl Kept for SledStore {
    const ENGINE: Engine = Engine::Sled;
    const FILE: &str = "db";
    const MARK: &str = "mark";

    fn open(dir: &Path) -> Result<(Self, Vec<Repair>), StoreError> {
        Self::open(dir)
    }
}

#[cfg(feature = "redb")]
impl Kept for lichhop::store::RedbStore {
    const ENGINE: Engine = Engine::Redb;
    const FILE: &str = "store.redb";
    const MARK: &str = "store.redb.mark";

    fn open(dir: &Path) -> Result<(Self, Vec<Repair>), StoreError> {
        Self::open(dir)
    }
}

macro_rules! kept {
    ($($test:ident),* $(,)?) => {
        mod sled { $(#[test] fn $test() { super::$test::<lichhop::store::SledStore>(); })* }
        #[cfg(feature = "redb")]
        mod redb { $(#[test] fn $test() { super::$test::<lichhop::store::RedbStore>(); })* }
    };
}

kept!(
    a_reopened_store_keeps_revisions,
    a_store_is_open_once,
    a_store_is_opened_with_its_own_engine,
    what_was_not_synced_is_kept_by_a_close_in_good_order,
    large_values_are_whole_again,
    large_values_are_whole_for_whoever_reads_meanwhile,
    what_is_copied_at_a_revision_that_was_safe_is_made_safe_too,
    a_store_that_lost_its_end_is_refused,
    a_store_that_is_gone_is_refused,
    an_unreadable_mark_is_reported_and_written_anew,
    another_process_own_past_is_not_remembered,
);

/// A store that was opened twice and synced.
pub(super) fn filled<S: Kept>(dir: &TempDir) -> usize {
    for round in 0..2 {
        let store = S::whole(dir);
        for number in 0..40 {
            write(&store, vec![put(format!("k/{round}/{number}"), vec![number; 30 * usize::from(number)])]);
        }
        store.sync().unwrap();
    }
    80
}

pub(super) fn refusal<S: Kept>(dir: &TempDir) -> String {
    match S::open(dir.path()) {
        Err(StoreError::Corrupt(what)) => what,
        other => panic!("expected damage, got {:?}", other.map(|(_, repairs)| repairs)),
    }
}

fn a_reopened_store_keeps_revisions<S: Kept>() {
    let dir = tempfile::tempdir().unwrap();
    let store = S::whole(&dir);
    let first = write(&store, vec![put("a", "1"), put("b", "1")]);
    let second = write(&store, vec![delete("b")]);
    drop(store);
    let store = S::whole(&dir);
    assert_eq!(store.revision(), second);
    assert_eq!(store.get(b"a").unwrap().unwrap().rev, first);
    assert_eq!(store.get(b"b").unwrap(), None);
    assert!(write(&store, vec![put("c", "1")]) > second);
    let verified = store.verify().unwrap();
    assert_eq!((verified.rev, verified.entries), (second + 1, 2));
}

fn a_store_is_open_once<S: Kept>() {
    let dir = tempfile::tempdir().unwrap();
    let store = S::whole(&dir);
    assert!(matches!(S::open(dir.path()), Err(StoreError::Locked { pid: None })));
    // Whoever was refused has disturbed nothing.
    write(&store, vec![put("a", "1")]);
    store.sync().unwrap();
    drop(store);
    assert_eq!(all(&S::whole(&dir)).len(), 1);
}

fn a_store_is_opened_with_its_own_engine<S: Kept>() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(Engine::recognise(dir.path()), Ok(None));
    assert_eq!(Engine::recognise(&dir.path().join("not/there")), Ok(None));
    let (store, repairs) = S::ENGINE.open(dir.path()).unwrap();
    assert_eq!(repairs, []);
    write(&*store, vec![put("a", "1")]);
    drop(store);
    assert!(dir.path().join(S::FILE).exists());
    assert_eq!(Engine::recognise(dir.path()), Ok(Some(S::ENGINE)));
    // Whatever would be chosen for a new one.
    let (store, _) = Engine::default().open(dir.path()).unwrap();
    assert_eq!(store.get(b"a").unwrap().unwrap().value, raw("1"));
    drop(store);
    // The mark alone tells too: nobody starts anew beside what was lost.
    fs::remove_file(dir.path().join(S::FILE)).unwrap();
    assert_eq!(Engine::recognise(dir.path()), Ok(Some(S::ENGINE)));
    assert!(matches!(Engine::default().open(dir.path()), Err(StoreError::Corrupt(_))));
}

fn what_was_not_synced_is_kept_by_a_close_in_good_order<S: Kept>() {
    let dir = tempfile::tempdir().unwrap();
    let store = S::whole(&dir);
    write(&store, vec![put("a", "1")]);
    store.sync().unwrap();
    let last = write(&store, vec![put("b", "1")]);
    drop(store);
    let store = S::whole(&dir);
    assert_eq!((store.revision(), all(&store).len()), (last, 2));
}

fn large_values_are_whole_again<S: Kept>() {
    let dir = tempfile::tempdir().unwrap();
    let store = S::whole(&dir);
    for number in 0..40_u8 {
        write(&store, vec![put([number], vec![number; 200_000])]);
    }
    write(&store, (0..40_u8).step_by(2).map(|number| delete([number])).collect());
    store.sync().unwrap();
    drop(store);
    let store = S::whole(&dir);
    assert_eq!(all(&store).len(), 20);
    assert_eq!(store.get(&[39]).unwrap().unwrap().value, raw(vec![39; 200_000]));
}

/// Says at the end that all is done, also when that is because something failed.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Values of several cells that grow, shrink, go and come back, given to the engine now by the sync itself, now beside it.
fn large_values_are_whole_for_whoever_reads_meanwhile<S: Kept>() {
    let dir = tempfile::tempdir().unwrap();
    let store = S::whole(&dir);
    let key = |n: usize| format!("k/{n}");
    let done = AtomicBool::new(false);
    let whole = |entry: &Entry| entry.value.bytes.iter().all(|byte| *byte == entry.value.bytes[0]);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    assert!(all(&store).iter().all(whole), "of two values");
                    assert!((0..8).filter_map(|n| store.get(key(n).as_bytes()).unwrap()).all(|entry| whole(&entry)));
                }
            });
        }
        let _done = Done(&done);
        for round in 0..400_usize {
            let (keys, times) = if round % 9 == 0 { (8, 3) } else { (3, 1) };
            let operation = |n: usize| match (round + n) % 5 {
                0 => delete(key(n)),
                step => put(key(n), vec![u8::try_from(round % 251).unwrap(); times * step * 4_000 - n]),
            };
            write(&store, (0..keys).map(|k| operation((k + round) % 8)).collect());
            store.sync().unwrap();
        }
    });
    assert_eq!(store.verify().unwrap(), store.standing());
}

/// A copy is caught up with what was written while it was made, of which it says the same revision.
fn what_is_copied_at_a_revision_that_was_safe_is_made_safe_too<S: Kept>() {
    let at = |key: &str, rev, bytes: usize| Copied::Is(Entry { key: key.into(), rev, value: raw(vec![7; bytes]) });
    // Little, and more than waits in memory.
    for bytes in [10, 3_000_000] {
        let dir = tempfile::tempdir().unwrap();
        let store = S::whole(&dir);
        store.adopt(&[at("a", 6, 10), at("b", 5, 10)], 7).unwrap();
        store.sync().unwrap();
        let mut later = vec![at("a", 7, 20), Copied::IsGone("b".into())];
        later.extend((0..bytes / 10_000).map(|n| at(&format!("c/{n}"), 7, 10_000)));
        store.adopt(&later, 7).unwrap();
        for n in 0..2 {
            store.sync().unwrap();
            let copy = super::crashed(dir.path());
            let (found, repairs) = S::open(copy.path()).unwrap();
            assert_eq!((all(&found), found.standing(), repairs), (all(&store), store.standing(), vec![]), "{bytes} {n}");
            write(&store, vec![put("d", [n])]);
        }
    }
}

fn a_store_that_lost_its_end_is_refused<S: Kept>() {
    let dir = tempfile::tempdir().unwrap();
    let store = S::whole(&dir);
    write(&store, vec![put("a", "1")]);
    drop(store);
    let early = fs::read(dir.path().join(S::FILE)).unwrap();
    let (store, _) = S::open(dir.path()).unwrap();
    let rev = write(&store, vec![put("b", "1")]);
    store.sync().unwrap();
    drop(store);
    fs::write(dir.path().join(S::FILE), early).unwrap();
    for found in fs::read_dir(dir.path()).unwrap().map(Result::unwrap) {
        // sled's index of the log would tell where its end was; slots would have what stood there.
        let name = found.file_name().into_string().unwrap();
        if name.starts_with("snap.") || name == "slots" {
            fs::remove_file(found.path()).unwrap();
        }
    }
    assert_eq!(refusal::<S>(&dir), format!("the store ends at revision {}, but revision {rev} had been made safe", rev - 1));
    refusal::<S>(&dir);
}

fn a_store_that_is_gone_is_refused<S: Kept>() {
    let dir = tempfile::tempdir().unwrap();
    filled::<S>(&dir);
    fs::remove_file(dir.path().join(S::FILE)).unwrap();
    refusal::<S>(&dir);
    refusal::<S>(&dir);
}

fn an_unreadable_mark_is_reported_and_written_anew<S: Kept>() {
    for bytes in [&b""[..], b"short", &[7; 28], &[7; 99]] {
        let dir = tempfile::tempdir().unwrap();
        let entries = filled::<S>(&dir);
        fs::write(dir.path().join(S::MARK), bytes).unwrap();
        let (store, repairs) = S::open(dir.path()).unwrap();
        assert_eq!(repairs, [Repair::MarkUnreadable]);
        assert_eq!(all(&store).len(), entries);
        drop(store);
        S::whole(&dir);
    }
}

fn another_process_own_past_is_not_remembered<S: Kept>() {
    let dir = tempfile::tempdir().unwrap();
    let store = S::whole(&dir);
    let rev = write(&store, vec![put("a", "")]) + 1;
    write(&store, vec![put("b", "")]);
    drop(store);
    let store = S::whole(&dir);
    assert_eq!(store.changes(b"", rev - 1, Duration::MAX).unwrap(), Changes::Lagged { at: rev });
    assert_eq!(store.changes(b"", rev, Duration::ZERO).unwrap(), Changes::Keys { at: rev, keys: vec![] });
    let next = write(&store, vec![put("c", "")]);
    assert_eq!(store.changes(b"", rev, Duration::ZERO).unwrap(), Changes::Keys { at: next, keys: vec![b"c".to_vec()] });
}

#[test]
fn two_engines_in_one_folder_are_none() {
    let dir = tempfile::tempdir().unwrap();
    drop(SledStore::whole(&dir));
    fs::write(dir.path().join("store.redb"), "").unwrap();
    let Err(StoreError::Unavailable(why)) = Engine::Sled.open(dir.path()) else { panic!("whose is it?") };
    assert!(why.contains("sled and redb"), "{why}");
}

#[cfg(not(feature = "redb"))]
#[test]
fn an_engine_that_is_not_there_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("store.redb"), "").unwrap();
    let Err(StoreError::Unavailable(why)) = Engine::Sled.open(dir.path()) else { panic!("sled is not its engine") };
    assert!(why.contains("redb") && fs::read_dir(dir.path()).unwrap().count() == 1, "{why}");
}
