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

mod below;
mod cells;
mod engine;
mod open;
mod pending;
mod slots;
mod verify;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use self::below::{Absorbing, Below};
use self::engine::{Engine, Fault};
pub(super) use self::open::{LOG, MARK, PARAMETERS, SLOT_FILE};
use self::pending::{Pending, Waiting};
use self::slots::{SlotFile, Written};
use super::codec::{self, Header};
use super::faults;
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
    below: Arc<Below>,
    /// Held to read by readers and to write by commits: nobody sees half a commit.
    state: RwLock<State>,
    /// Held by whoever commits or gives the engine what was committed: between these two nothing is added. Taken after `disk`
    /// and before `state`.
    turn: Mutex<Turn>,
    disk: Mutex<Disk>,
}

/// Where the store stands. What was committed stands in the newest layer that has its key: in `pending`, in `leaving`, in the
/// engine.
#[derive(Debug)]
struct State {
    head: Head,
    /// What of it the engine does not have yet, or has only just got.
    pending: Arc<Pending>,
    /// What was committed before, while the engine is given it.
    leaving: Option<Arc<Pending>>,
}

impl State {
    /// What stands at a key, if the engine does not have it yet.
    fn waiting(&self, key: &[u8]) -> Option<&Waiting> {
        self.pending.get(key).or_else(|| self.leaving.as_ref()?.get(key))
    }
}

/// What stands at the keys that were looked at.
type Seen<'a> = HashMap<&'a [u8], Present>;

/// What stands at a key before a commit.
#[derive(Debug, Clone, Copy)]
struct Present {
    /// Its header, and how many parts it has.
    old: Option<(Header, u8)>,
    /// How many parts the engine has of it.
    below: Option<u8>,
}

/// What becomes of what is pending. The next commit lets go of what the engine has: not the sync that gave it, which would wait
/// for readers then.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It waits.
    #[default]
    Waits,
    /// Slots hold it, and the engine is being given it.
    Leaves,
    /// The engine has it.
    Given,
}

/// What whoever has the turn knows.
#[derive(Debug, Default)]
struct Turn {
    pending: Fate,
    /// The engine is given what there is, whether a slot would hold it or not.
    past_slots: bool,
    /// The keys that were written since the engine was given something or a slot was filled.
    fresh: BTreeSet<Vec<u8>>,
    /// The revision up to which the engine was given something that no slot holds.
    engine: Rev,
    /// How many slots of this half are filled; those of the other half hold what is leaving.
    filled: u8,
    half: u8,
    /// The revision that the last filled slot leads to; without one, the engine's.
    base: Rev,
    /// The thread that gives the engine what slots hold, until it was heard.
    absorbing: Option<Absorbing>,
}

impl Turn {
    /// For an engine that has everything up to `rev`.
    fn at(rev: Rev) -> Self {
        Self { pending: Fate::Given, engine: rev, base: rev, ..Self::default() }
    }

    /// The slot that is filled next.
    fn slot(&self) -> u8 {
        self.half * slots::HALF + self.filled
    }
}

/// What makes commits durable; held by one sync at a time.
#[derive(Debug)]
struct Disk {
    slots: SlotFile,
    mark: MarkFile,
    /// The revision up to which what the engine was given past the slots is safe.
    flushed: Rev,
    /// The revision up to which everything is, in the engine's files or in slots.
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

    fn engine(&self) -> &Engine {
        &self.below.engine
    }

    /// Begins to add writes, without those that the engine has by now.
    fn begin(&self, turn: &mut Turn) -> Result<RwLockWriteGuard<'_, State>, StoreError> {
        self.below.told(self.engine().alive())?;
        self.hear(turn, Absorbing::is_over)?;
        let mut state = self.write();
        match std::mem::take(&mut turn.pending) {
            Fate::Waits if turn.absorbing.is_none() => state.leaving = None,
            Fate::Waits => {}
            Fate::Leaves => state.leaving = Some(std::mem::take(&mut state.pending)),
            Fate::Given => (state.pending, state.leaving) = (Arc::default(), None),
        }
        Ok(state)
    }

    /// Hears how the thread fared that gives the engine what slots hold, if there is one and it is time to.
    fn hear(&self, turn: &mut Turn, is_time: impl FnOnce(&Absorbing) -> bool) -> Result<(), StoreError> {
        let Some(absorbing) = turn.absorbing.take_if(|absorbing| is_time(absorbing)) else { return Ok(()) };
        absorbing.end(&self.below)?;
        if turn.pending == Fate::Leaves {
            turn.pending = Fate::Given;
        }
        Ok(())
    }

    /// Writes were added: where there are many, the engine is given them.
    fn added(&self, state: RwLockWriteGuard<'_, State>, turn: &mut Turn) -> Result<(), StoreError> {
        let full = state.pending.is_full();
        drop(state);
        if full { self.give(turn) } else { Ok(()) }
    }

    /// Adds writes to what waits: all of them, or none; the store then stands at `rev`.
    fn add<'a>(
        &self,
        state: &mut State,
        turn: &mut Turn,
        rev: Rev,
        frames: impl Iterator<Item = Frame<'a>>,
        seen: &Seen<'_>,
    ) -> Result<(), StoreError> {
        let mut tally = state.head.tally;
        let mut added = Vec::with_capacity(frames.size_hint().0);
        for (key, frame) in frames {
            let Present { old, below } = seen.get(key).map_or_else(|| self.present(state, key), |seen| Ok(*seen))?;
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
            // Nobody else has it: whoever took it to give it left an empty one.
            Arc::make_mut(&mut state.pending).put(key, waiting);
        }
        state.head = Head { rev, tally };
        Ok(())
    }

    /// What stands at a key.
    fn present(&self, state: &State, key: &[u8]) -> Result<Present, StoreError> {
        if let Some(waiting) = state.pending.get(key) {
            return Ok(Present { old: waiting.header(key)?, below: waiting.below });
        }
        let old = match state.leaving.as_ref().and_then(|leaving| leaving.get(key)) {
            Some(waiting) => waiting.header(key)?,
            None => cells::first(self.engine(), key)?.map(|first| (first.header, first.parts)),
        };
        Ok(Present { old, below: old.map(|(_, parts)| parts) })
    }

    /// Gives the engine what waits, in one batch. Readers read on: they find it where it waited.
    fn give(&self, turn: &mut Turn) -> Result<(), StoreError> {
        self.hear(turn, |_| true)?;
        let state = self.read();
        if turn.pending == Fate::Given || state.pending.is_empty() {
            return Ok(());
        }
        let (pending, head) = (state.pending.clone(), state.head);
        drop(state);
        self.below.give(&pending, &head)?;
        *turn = Turn::at(head.rev);
        Ok(())
    }

    /// Fills a slot with what is new, if it has room there; whether it had. A slot builds upon what the engine was given: while
    /// that is not safe, no slot is. With the last slot of a half the engine begins to be given what the half holds; that the
    /// other half is free by then is waited for.
    fn note(&self, disk: &Disk, turn: &mut Turn) -> Result<bool, StoreError> {
        if turn.pending != Fate::Waits || turn.past_slots || disk.flushed < turn.engine {
            return Ok(false);
        }
        let state = self.read();
        let fresh = turn.fresh.iter().filter_map(|key| Some((key.as_slice(), state.pending.get(key)?.frame.as_deref())));
        let Some(bytes) = slots::encode(turn.slot(), turn.base, &state.head, fresh) else { return Ok(false) };
        let (pending, head) = (state.pending.clone(), state.head);
        drop(state);
        faults::moment();
        let write = || if faults::writes() { disk.slots.write(turn.slot(), &bytes) } else { Ok(()) };
        let noted = write().map_err(|error| self.engine().broken_off(&Fault::Error(::sled::Error::Io(error))));
        faults::moment();
        self.below.told(noted)?;
        turn.fresh.clear();
        (turn.filled, turn.base) = (turn.filled + 1, head.rev);
        if turn.filled == slots::HALF {
            self.hear(turn, |_| true)?;
            turn.absorbing = Some(Absorbing::begin(&self.below, &pending, head));
            (turn.pending, turn.half, turn.filled) = (Fate::Leaves, 1 - turn.half, 0);
        }
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
            self.add(&mut state, &mut turn, head.rev, kept, &HashMap::new())?;
            if state.head != head {
                return Err(StoreError::Corrupt(format!("the commits up to revision {} do not lead to what was recorded", head.rev)));
            }
        }
        self.below.feed.restart(state.head.rev);
        (turn.pending, turn.past_slots) = (Fate::Waits, true);
        Ok(())
    }

    /// What stands at the keys of checks; or the first key at which it is not what was read.
    fn check<'a>(&self, state: &State, checks: &'a [Check]) -> Result<Result<Seen<'a>, Vec<u8>>, StoreError> {
        let mut seen = HashMap::with_capacity(checks.len());
        for check in checks {
            let present = self.present(state, &check.key)?;
            if present.old.map_or(0, |(header, _)| header.rev) != check.rev {
                return Ok(Err(check.key.clone()));
            }
            seen.insert(check.key.as_slice(), present);
        }
        Ok(Ok(seen))
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

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_up(&self, state: &State, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        match state.waiting(key) {
            Some(waiting) => self.engine().alive().and_then(|()| pending::entry(key, waiting)),
            None => cells::get(self.engine(), key),
        }
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        // As the engine does with what it has: nobody waits for it, and nothing is lost that need not be.
        let mut turn = self.turn();
        let given = self.hear(&mut turn, |_| true).and_then(|()| self.engine().alive()).and_then(|()| self.give(&mut turn));
        if let Err(error) = given {
            tracing::error!(%error, "what was committed last could not be written");
        }
    }
}

impl Store for SledStore {
    fn get(&self, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        let state = self.read();
        self.below.told(self.look_up(&state, key))
    }

    fn scan(&self, range: &Range, limit: usize, direction: Direction) -> Result<Page, StoreError> {
        let state = self.read();
        self.below.told(self.engine().alive())?;
        let engine = |limit| cells::scan(self.engine(), range, limit, direction, |key| state.waiting(key).is_some());
        let leaving = |limit| match &state.leaving {
            Some(leaving) => leaving.scan(range, limit, direction, engine),
            None => engine(limit),
        };
        self.below.told(state.pending.scan(range, limit, direction, leaving))
    }

    fn commit(&self, commit: &Commit) -> Result<Outcome, StoreError> {
        commit.validate()?;
        let mut turn = self.turn();
        let mut state = self.begin(&mut turn)?;
        let seen = match self.below.told(self.check(&state, &commit.checks))? {
            Ok(seen) => seen,
            Err(key) => return Ok(Outcome::Conflict { key }),
        };
        if commit.operations.is_empty() {
            return Ok(Outcome::Committed(state.head.rev));
        }
        let rev = state.head.rev + 1;
        self.below.told(self.add(&mut state, &mut turn, rev, frames::committed(rev, &commit.operations), &seen))?;
        self.below.feed.publish(rev, commit.operations.iter().map(|operation| operation.key().to_vec()).collect());
        self.added(state, &mut turn)?;
        Ok(Outcome::Committed(rev))
    }

    fn sync(&self) -> Result<(), StoreError> {
        let mut disk = self.disk();
        let mut turn = self.turn();
        let rev = self.read().head.rev;
        self.below.told(self.engine().alive())?;
        if disk.synced == rev {
            return Ok(());
        }
        let noted = self.note(&disk, &mut turn)?;
        if !noted {
            self.give(&mut turn)?;
        }
        drop(turn);
        if noted {
            self.below.sync_file(disk.slots.file())?;
        } else {
            self.below.sync()?;
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
        self.below.told(self.engine().alive())?;
        self.below.feed.changes(prefix, since, wait)
    }
}

impl FileStore for SledStore {
    fn verify(&self) -> Result<Standing, StoreError> {
        let mut turn = self.turn();
        self.give(&mut turn)?;
        let state = self.read();
        self.below.told(verify::verify(self.engine(), state.head))
    }

    fn standing(&self) -> Standing {
        self.read().head.standing()
    }

    fn adopt(&self, copied: &[Copied], rev: Rev) -> Result<(), StoreError> {
        let mut disk = self.disk();
        let mut turn = self.turn();
        let mut state = self.begin(&mut turn)?;
        // It may be of a revision that was safe without it.
        (disk.flushed, disk.synced) = (0, 0);
        self.below.told(self.add(&mut state, &mut turn, rev, frames::copied(copied), &HashMap::new()))?;
        turn.past_slots = true;
        self.below.feed.restart(rev);
        self.added(state, &mut turn)
    }

    fn stop(&self, why: &str) {
        self.engine().stop(why);
        self.below.feed.fail(why);
    }

    fn retire(&self) {
        self.below.feed.retire();
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
            let error = store.engine().broken_off(&broken(kind));
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
            let read: Result<(), _> = store.below.told(store.engine().read(|_| panic!("page {}", 7)));
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
