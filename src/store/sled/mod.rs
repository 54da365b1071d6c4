//! The engine of one host: sled's log and tree, with what sled itself does not promise put around it.
//!
//! - **Durable**: sled's `flush` only hands the log to the kernel (`sync_file_range`); [`SledStore`] adds `fdatasync`.
//! - **Whole**: a reader never sees half a commit: commits gather in memory (`pending`), where readers and the one writer
//!   exclude each other, and a sync makes them safe at once: all in one batch, or the little there is in a slot beside the log
//!   (`slots`).
//! - **Complete**: on opening, sled takes damage in the newest part of its log for the traces of a crash and silently
//!   leaves out what it cannot read. So the store keeps a count and a fingerprint of all entries in every commit
//!   (`store::tally`) and notes beside the log how far it had come (`store::mark`); what is missing is noticed when it is opened.
//! - **Calm**: sled's panics on damaged files become errors (`store::shield`); values are cut into cells (`cells`), so that
//!   sled never spills a page into a file of its own, which it would not sync.

mod cells;
mod engine;
mod open;
mod pending;
mod slots;
mod verify;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use self::engine::{Engine, Fault};
pub(super) use self::open::{LOG, MARK, PARAMETERS, SLOT_FILE};
use self::pending::{Pending, Waiting};
use self::slots::{SlotFile, Written};
use super::codec::{self, Header};
use super::faults;
use super::feed::Feed;
use super::files::{Copied, FileStore};
use super::frames::{self, Frame};
use super::mark::MarkFile;
use super::repair::Repair;
use super::tally::{Head, Standing};
use crate::usecase::ports::{Changes, Check, Commit, Direction, Entry, Outcome, Page, Range, Rev, Store, StoreError};

/// A store in a directory of this host.
///
/// After anything went wrong in the middle of a write, or a sync failed, every later call answers
/// [`StoreError::Unknown`], or [`StoreError::Full`] for want of room: what memory says is then no longer known to be what the disk says. Open it again, in a new
/// process, to find out.
#[derive(Debug)]
pub struct SledStore {
    engine: Engine,
    /// Held to read by readers and to write by commits: nobody sees half a commit.
    state: RwLock<State>,
    /// Held by whoever commits or gives the engine what was committed: between these two nothing is added. Taken after `disk`
    /// and before `state`.
    turn: Mutex<Turn>,
    disk: Mutex<Disk>,
    feed: Feed,
}

/// Where the store stands.
#[derive(Debug)]
struct State {
    head: Head,
    /// What of it the engine does not have yet, or has only just got.
    pending: Pending,
}

/// What whoever has the turn knows.
#[derive(Debug, Default)]
struct Turn {
    /// The engine has all that waits: the next commit lets go of it. Not at once, since a sync would wait for readers then.
    given: bool,
    /// The keys that were written since the engine was given something or a slot was filled.
    fresh: BTreeSet<Vec<u8>>,
    /// The revision of the engine.
    engine: Rev,
    /// How many slots are filled.
    filled: u8,
    /// The revision that the last filled slot leads to; without one, the engine's.
    base: Rev,
}

impl Turn {
    /// For an engine that stands at `rev`.
    fn at(rev: Rev) -> Self {
        Self { given: true, engine: rev, base: rev, ..Self::default() }
    }

    /// The engine is given what there is, whether a slot would hold it or not.
    fn keep_from_slots(&mut self) {
        self.given = false;
        self.filled = slots::SLOTS;
    }
}

/// What makes commits durable; held by one sync at a time.
#[derive(Debug)]
struct Disk {
    log: File,
    slots: SlotFile,
    mark: MarkFile,
    /// The revision up to which the engine's own files are safe.
    flushed: Rev,
    /// The revision up to which everything is, in them or in slots.
    synced: Rev,
}

impl SledStore {
    /// Opens the store in `dir`, creating it where there is none, and tells what had to be put right.
    ///
    /// The caller holds the state directory's [`StateLock`](super::StateLock). All entries are read and compared with
    /// what was recorded about them unless that has been done since the last commit, so that opening takes about a
    /// second for a million of them.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when anything that had been made safe is damaged or missing, [`StoreError::Locked`] when
    /// somebody else has the files open, [`StoreError::Full`] when there is no room to open them,
    /// [`StoreError::Unavailable`] for everything else that the operating system refuses.
    pub fn open(dir: &Path) -> Result<(Self, Vec<Repair>), StoreError> {
        open::open(dir)
    }

    /// Begins to add writes, without those that the engine has by now.
    fn begin(&self, turn: &mut Turn) -> Result<RwLockWriteGuard<'_, State>, StoreError> {
        self.told(self.engine.alive())?;
        let mut state = self.write();
        if std::mem::take(&mut turn.given) {
            state.pending.clear();
        }
        Ok(state)
    }

    /// Writes were added: where there are many, the engine is given them.
    fn added(&self, state: RwLockWriteGuard<'_, State>, turn: &mut Turn) -> Result<(), StoreError> {
        let full = state.pending.is_full();
        drop(state);
        if full { self.give(turn) } else { Ok(()) }
    }

    /// Adds writes to what waits: all of them, or none; the store then stands at `rev`.
    fn add<'a>(&self, state: &mut State, turn: &mut Turn, rev: Rev, frames: impl Iterator<Item = Frame<'a>>) -> Result<(), StoreError> {
        let mut tally = state.head.tally;
        let mut added = Vec::with_capacity(frames.size_hint().0);
        for (key, frame) in frames {
            let (old, below) = self.present(&state.pending, key)?;
            if let Some((header, parts)) = old {
                tally.remove(key, header, parts);
            }
            if let Some(frame) = &frame {
                tally.add(key, codec::header(key, frame)?, cells::parts(frame));
            }
            added.push((key, Waiting { frame: frame.map(Cow::into_owned), below }));
        }
        for (key, waiting) in added {
            turn.fresh.insert(key.to_vec());
            state.pending.put(key, waiting);
        }
        state.head = Head { rev, tally };
        Ok(())
    }

    /// What stands at a key: its header with its parts, and how many parts the engine has of it.
    #[allow(clippy::type_complexity, reason = "two facts about one key, for one caller")]
    fn present(&self, pending: &Pending, key: &[u8]) -> Result<(Option<(Header, u8)>, Option<u8>), StoreError> {
        if let Some(waiting) = pending.get(key) {
            return Ok((waiting.header(key)?, waiting.below));
        }
        let first = cells::first(&self.engine, key)?;
        let below = first.as_ref().map(|first| first.parts);
        Ok((first.map(|first| (first.header, first.parts)), below))
    }

    /// Gives the engine what waits, in one batch. Readers read on: they find it where it waited.
    fn give(&self, turn: &mut Turn) -> Result<(), StoreError> {
        let state = self.read();
        if turn.given || state.pending.is_empty() {
            return Ok(());
        }
        let batch = state.pending.batch(&state.head);
        faults::moment();
        let given = self.engine.run(|db| db.apply_batch(batch)).map_err(|fault| self.engine.broken_off(&fault));
        faults::moment();
        let rev = state.head.rev;
        drop(state);
        self.told(given)?;
        *turn = Turn::at(rev);
        Ok(())
    }

    /// Fills a slot with what is new, if it has room there; whether it had. A slot builds upon what the engine was given: while
    /// that is not safe, no slot is.
    fn note(&self, disk: &Disk, turn: &mut Turn) -> Result<bool, StoreError> {
        if turn.given || turn.filled >= slots::SLOTS || disk.flushed < turn.engine {
            return Ok(false);
        }
        let state = self.read();
        let fresh = turn.fresh.iter().filter_map(|key| Some((key.as_slice(), state.pending.get(key)?.frame.as_deref())));
        let Some(bytes) = slots::encode(turn.filled, turn.base, &state.head, fresh) else { return Ok(false) };
        let rev = state.head.rev;
        drop(state);
        faults::moment();
        let write = || if faults::writes() { disk.slots.write(turn.filled, &bytes) } else { Ok(()) };
        let noted = write().map_err(|error| self.engine.broken_off(&Fault::Error(::sled::Error::Io(error))));
        faults::moment();
        self.told(noted)?;
        *turn = Turn { filled: turn.filled + 1, base: rev, engine: turn.engine, ..Turn::default() };
        Ok(true)
    }

    /// Takes in what slots hold that the engine was not given any more; the next sync gives it.
    fn take_in(&self, written: Vec<Written>) -> Result<(), StoreError> {
        let mut turn = self.turn();
        let mut state = self.write();
        for Written { head, frames, .. } in written {
            for (key, frame) in &frames {
                frame.as_deref().map(|frame| codec::check(key, frame)).transpose()?;
            }
            let kept = frames.iter().map(|(key, frame)| (key.as_slice(), frame.as_deref().map(Cow::Borrowed)));
            self.add(&mut state, &mut turn, head.rev, kept)?;
            if state.head != head {
                return Err(StoreError::Corrupt(format!("the commits up to revision {} do not lead to what was recorded", head.rev)));
            }
        }
        self.feed.restart(state.head.rev);
        turn.keep_from_slots();
        Ok(())
    }

    /// Makes safe what the engine was given.
    fn sync_log(&self, disk: &Disk) -> Result<(), StoreError> {
        faults::moment();
        if faults::flushes() {
            self.engine.run(|db| db.flush()).map_err(|fault| self.engine.stop_at("flushing failed", &fault))?;
        }
        self.sync_file(&disk.log)
    }

    fn sync_file(&self, file: &File) -> Result<(), StoreError> {
        if faults::syncs() {
            faults::synced(file.sync_data()).map_err(|error| self.engine.stop(&format!("syncing failed: {error}")))?;
        }
        faults::moment();
        Ok(())
    }

    /// Passes `result` on; if the engine has stopped, those who wait for changes are told.
    fn told<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if result.is_err()
            && let Some(why) = self.engine.stopped()
        {
            self.feed.fail(why);
        }
        result
    }

    fn first_broken(&self, pending: &Pending, checks: &[Check]) -> Result<Option<Vec<u8>>, StoreError> {
        for check in checks {
            if self.look_up(pending, &check.key)?.map_or(0, |entry| entry.rev) != check.rev {
                return Ok(Some(check.key.clone()));
            }
        }
        Ok(None)
    }

    // A thread that panics under one of these locks has stopped the engine first, or changed nothing.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_up(&self, pending: &Pending, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        match pending.get(key) {
            Some(waiting) => self.engine.alive().and_then(|()| pending::entry(key, waiting)),
            None => cells::get(&self.engine, key),
        }
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        // As the engine does with what it has: nobody waits for it, and nothing is lost that need not be.
        if self.engine.alive().is_ok()
            && let Err(error) = self.give(&mut self.turn())
        {
            tracing::error!(%error, "what was committed last could not be written");
        }
    }
}

impl Store for SledStore {
    fn get(&self, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        let state = self.read();
        self.told(self.look_up(&state.pending, key))
    }

    fn scan(&self, range: &Range, limit: usize, direction: Direction) -> Result<Page, StoreError> {
        let state = self.read();
        self.told(self.engine.alive())?;
        self.told(state.pending.scan(range, limit, direction, |limit| cells::scan(&self.engine, range, limit, direction)))
    }

    fn commit(&self, commit: &Commit) -> Result<Outcome, StoreError> {
        commit.validate()?;
        let mut turn = self.turn();
        let mut state = self.begin(&mut turn)?;
        if let Some(key) = self.told(self.first_broken(&state.pending, &commit.checks))? {
            return Ok(Outcome::Conflict { key });
        }
        if commit.operations.is_empty() {
            return Ok(Outcome::Committed(state.head.rev));
        }
        let rev = state.head.rev + 1;
        self.told(self.add(&mut state, &mut turn, rev, frames::committed(rev, &commit.operations)))?;
        self.feed.publish(rev, commit.operations.iter().map(|operation| operation.key().to_vec()).collect());
        self.added(state, &mut turn)?;
        Ok(Outcome::Committed(rev))
    }

    fn sync(&self) -> Result<(), StoreError> {
        let mut disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        let mut turn = self.turn();
        let rev = self.read().head.rev;
        self.told(self.engine.alive())?;
        if disk.synced == rev {
            return Ok(());
        }
        let noted = self.note(&disk, &mut turn)?;
        if !noted {
            self.give(&mut turn)?;
        }
        drop(turn);
        if noted {
            self.told(self.sync_file(disk.slots.file()))?;
        } else {
            self.told(self.sync_log(&disk))?;
            disk.flushed = rev;
        }
        disk.synced = rev;
        // Needs no sync of its own: it says what is safe already, and may lag behind.
        if let Err(error) = disk.mark.advance(rev) {
            tracing::warn!(%error, "could not note how far the store has come");
        }
        Ok(())
    }

    fn revision(&self) -> Rev {
        self.read().head.rev
    }

    fn changes(&self, prefix: &[u8], since: Rev, wait: Duration) -> Result<Changes, StoreError> {
        self.told(self.engine.alive())?;
        self.feed.changes(prefix, since, wait)
    }
}

impl FileStore for SledStore {
    fn verify(&self) -> Result<Standing, StoreError> {
        let mut turn = self.turn();
        self.give(&mut turn)?;
        let state = self.read();
        self.told(verify::verify(&self.engine, state.head))
    }

    fn standing(&self) -> Standing {
        self.read().head.standing()
    }

    fn adopt(&self, copied: &[Copied], rev: Rev) -> Result<(), StoreError> {
        let mut turn = self.turn();
        let mut state = self.begin(&mut turn)?;
        self.told(self.add(&mut state, &mut turn, rev, frames::copied(copied)))?;
        turn.keep_from_slots();
        self.feed.restart(rev);
        self.added(state, &mut turn)
    }

    fn stop(&self, why: &str) {
        self.engine.stop(why);
        self.feed.fail(why);
    }

    fn retire(&self) {
        self.feed.retire();
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};
    use std::thread;

    use super::*;
    use crate::usecase::ports::{Format, Operation, Value};

    fn commit() -> Commit {
        let value = Value { format: Format::Raw, schema: 1, bytes: Vec::new() };
        Commit { checks: Vec::new(), operations: vec![Operation::Put { key: b"k".to_vec(), value }] }
    }

    fn broken(kind: ErrorKind) -> Fault {
        Fault::Error(::sled::Error::Io(Error::new(kind, "words")))
    }

    #[test]
    fn after_a_broken_write_nothing_is_answered() {
        for (kind, is_full) in [(ErrorKind::StorageFull, true), (ErrorKind::QuotaExceeded, true), (ErrorKind::Other, false)] {
            let dir = tempfile::tempdir().unwrap();
            let (store, _) = SledStore::open(dir.path()).unwrap();
            store.commit(&commit()).unwrap();
            let error = store.engine.broken_off(&broken(kind));
            assert_eq!(matches!(error, StoreError::Full), is_full);
            assert_eq!(matches!(error, StoreError::Unknown(_)), !is_full);
            let later = if is_full { error } else { StoreError::Unknown("a write broke off: the engine: IO error: words".to_owned()) };
            assert_eq!(store.get(b"k"), Err(later.clone()));
            assert_eq!(store.scan(&Range::prefix(b""), 1, Direction::Forward), Err(later.clone()));
            assert_eq!(store.commit(&commit()), Err(later.clone()));
            assert_eq!(store.sync(), Err(later.clone()));
            assert_eq!(store.verify(), Err(later.clone()));
            assert_eq!(store.changes(b"", 1, Duration::MAX), Err(later));
            assert_eq!(store.revision(), 1);
        }
    }

    #[test]
    fn a_panic_stops_the_engine_and_wakes_who_waits() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = SledStore::open(dir.path()).unwrap();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| store.changes(b"", 0, Duration::MAX));
            let read: Result<(), _> = store.told(store.engine.read(|_| panic!("page {}", 7)));
            assert_eq!(read, Err(StoreError::Corrupt("the engine gave up: page 7".to_owned())));
            let unknown = StoreError::Unknown("the engine gave up: page 7".to_owned());
            assert_eq!(waiter.join().unwrap(), Err(unknown.clone()));
            assert_eq!(store.get(b"k"), Err(unknown));
        });
    }

    #[test]
    fn a_store_of_many_entries_is_verified_opened_once_more_and_whole() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = SledStore::open(dir.path()).unwrap();
        for n in 0..20 {
            let Commit { checks, mut operations } = commit();
            let Some(Operation::Put { key, .. }) = operations.first_mut() else { unreachable!() };
            key.push(n);
            store.commit(&Commit { checks, operations }).unwrap();
        }
        let standing = store.standing();
        drop(store);
        for _ in 0..3 {
            let (again, repairs) = SledStore::open(dir.path()).unwrap();
            assert_eq!((again.standing(), again.verify().unwrap(), repairs), (standing, standing, vec![]));
        }
    }

    #[test]
    fn faults_are_told_apart() {
        let told = |fault: Fault| fault.into_store_error();
        assert!(matches!(told(broken(ErrorKind::StorageFull)), StoreError::Full));
        assert!(matches!(told(broken(ErrorKind::UnexpectedEof)), StoreError::Corrupt(_)));
        assert!(matches!(told(broken(ErrorKind::PermissionDenied)), StoreError::Unavailable(_)));
        assert!(matches!(told(Fault::Error(::sled::Error::ReportableBug("words".into()))), StoreError::Corrupt(_)));
        assert!(matches!(told(Fault::Error(::sled::Error::Unsupported("words".into()))), StoreError::Unavailable(_)));
        assert!(matches!(told(Fault::Error(::sled::Error::Corruption { at: None, bt: () })), StoreError::Corrupt(_)));
    }
}
