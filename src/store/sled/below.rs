//! The engine with its log: what is given to it, and made safe there.
//!
//! What slots hold is given to it by a thread of its own, beside those who commit: a slot is all that they wait for.

use std::fs::File;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use super::super::faults;
use super::super::feed::Feed;
use super::super::tally::Head;
use super::engine::Engine;
use super::pending::Pending;
use crate::usecase::ports::StoreError;

/// What lies below the commits that wait.
#[derive(Debug)]
pub(super) struct Below {
    pub(super) engine: Engine,
    pub(super) log: File,
    /// Told when the engine stops: those who wait for changes wait for nothing.
    pub(super) feed: Feed,
}

impl Below {
    /// Gives the engine what waits, and the head to which it leads, in one batch.
    pub(super) fn give(&self, pending: &Pending, head: &Head) -> Result<(), StoreError> {
        let batch = pending.batch(head);
        faults::moment();
        let given = self.engine.run(|db| db.apply_batch(batch)).map_err(|fault| self.engine.broken_off(&fault));
        faults::moment();
        self.told(given)
    }

    /// Gives the engine what slots hold, and makes it safe there.
    fn absorb(&self, pending: &Pending, head: &Head) -> Result<(), StoreError> {
        self.give(pending, head)?;
        self.sync()
    }

    /// Makes safe what the engine was given.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        faults::moment();
        if faults::flushes() {
            let flushed = self.engine.run(|db| db.flush()).map_err(|fault| self.engine.stop_at("flushing failed", &fault));
            self.told(flushed)?;
        }
        self.sync_file(&self.log)
    }

    /// Makes safe what was written into one of the files.
    pub(super) fn sync_file(&self, file: &File) -> Result<(), StoreError> {
        if faults::syncs() {
            let synced = faults::synced(file.sync_data()).map_err(|error| self.engine.stop(&format!("syncing failed: {error}")));
            self.told(synced)?;
        }
        faults::moment();
        Ok(())
    }

    /// Passes `result` on; if the engine has stopped, those who wait for changes are told.
    pub(super) fn told<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if result.is_err()
            && let Some(why) = self.engine.stopped()
        {
            self.feed.fail(why);
        }
        result
    }
}

/// The engine is given what slots hold, and it is made safe there.
#[derive(Debug)]
pub(super) enum Absorbing {
    /// By a thread.
    Beside(JoinHandle<Result<(), StoreError>>),
    /// By whoever began it: there was no thread to be had.
    Done(Result<(), StoreError>),
}

impl Absorbing {
    pub(super) fn begin(below: &Arc<Below>, pending: &Arc<Pending>, head: Head) -> Self {
        let (own, theirs) = (below.clone(), pending.clone());
        let thread = Builder::new().name("absorb".into()).spawn(move || own.absorb(&theirs, &head));
        thread.map_or_else(|_| Self::Done(below.absorb(pending, &head)), Self::Beside)
    }

    /// Whether its end would not be waited for.
    pub(super) fn is_over(&self) -> bool {
        match self {
            Self::Beside(thread) => thread.is_finished(),
            Self::Done(_) => true,
        }
    }

    /// Waits until it is over.
    pub(super) fn end(self, below: &Below) -> Result<(), StoreError> {
        match self {
            Self::Beside(thread) => {
                thread.join().unwrap_or_else(|_| below.told(Err(below.engine.stop("the engine was not given what it was to have"))))
            }
            Self::Done(done) => done,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;
    use std::thread;

    use super::super::super::files::FileStore as _;
    use super::super::{Fate, SledStore, slots};
    use super::*;
    use crate::usecase::ports::{Commit, Direction, Format, Operation, Outcome, Range, Store as _, Value};

    fn write(store: &SledStore, writes: &[(&str, Option<usize>)]) {
        let operation = |(key, bytes): &(&str, Option<usize>)| {
            let key = key.as_bytes().to_vec();
            match bytes {
                Some(bytes) => Operation::Put { key, value: Value { format: Format::Raw, schema: 1, bytes: vec![7; *bytes] } },
                None => Operation::Delete { key },
            }
        };
        let commit = Commit { checks: Vec::new(), operations: writes.iter().map(operation).collect() };
        assert!(matches!(store.commit(&commit), Ok(Outcome::Committed(_))));
    }

    /// What is there, by walks both ways, a few entries at a time, and one by one: key, revision, length.
    fn all(store: &SledStore) -> Vec<(String, u64, usize)> {
        let walk = |direction| {
            let (mut range, mut found) = (Range::prefix(b""), Vec::new());
            loop {
                let page = store.scan(&range, 2, direction).unwrap();
                let Some(last) = page.entries.last() else { break found };
                match direction {
                    Direction::Forward => range.start = [last.key.as_slice(), &[0]].concat(),
                    Direction::Backward => range.end = Some(last.key.clone()),
                }
                assert!(page.entries.iter().all(|entry| store.get(&entry.key) == Ok(Some(entry.clone()))));
                found.extend(
                    page.entries.into_iter().map(|entry| (String::from_utf8(entry.key).unwrap(), entry.rev, entry.value.bytes.len())),
                );
                if !page.more {
                    break found;
                }
            }
        };
        let (forward, mut backward) = (walk(Direction::Forward), walk(Direction::Backward));
        backward.reverse();
        assert_eq!(forward, backward);
        forward
    }

    fn named(entries: &[(&str, u64, usize)]) -> Vec<(String, u64, usize)> {
        entries.iter().map(|(key, rev, bytes)| ((*key).to_owned(), *rev, *bytes)).collect()
    }

    /// In place of the thread that a full half starts, one that waits until it is let.
    #[test]
    fn while_the_engine_is_given_something_everybody_sees_what_stands() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = SledStore::open(dir.path()).unwrap();
        // Of more than one part each.
        write(&store, &[("below", Some(9_000)), ("gone", Some(9_000)), ("changed", Some(9_000))]);
        store.give(&mut store.turn()).unwrap();
        write(&store, &[("leaves", Some(20_000)), ("gone", None), ("changed", Some(5_000)), ("comes back", Some(3))]);
        write(&store, &[("comes back", None), ("shrinks", Some(9_000))]);

        let (go, may) = sync_channel::<()>(1);
        let (pending, head) = {
            let state = store.read();
            (state.pending.clone(), state.head)
        };
        let below = store.below.clone();
        let thread = thread::spawn(move || may.recv().map_or(Ok(()), |()| below.give(&pending, &head)));
        {
            let mut turn = store.turn();
            (turn.pending, turn.absorbing) = (Fate::Leaves, Some(Absorbing::Beside(thread)));
        }
        assert_eq!(all(&store), named(&[("below", 1, 9_000), ("changed", 2, 5_000), ("leaves", 2, 20_000), ("shrinks", 3, 9_000)]));
        // Over all three layers: kept, changed, removed, and come back.
        write(&store, &[("changed", Some(1)), ("leaves", None), ("comes back", Some(6_000)), ("gone", Some(8)), ("shrinks", Some(2))]);
        let stands = named(&[("below", 1, 9_000), ("changed", 4, 1), ("comes back", 4, 6_000), ("gone", 4, 8), ("shrinks", 4, 2)]);
        assert_eq!(all(&store), stands);
        write(&store, &[("below", None)]);
        assert_eq!(all(&store), stands[1..]);

        go.send(()).unwrap();
        assert_eq!(all(&store), stands[1..]);
        // Everything that one layer left in the engine goes with the next.
        assert_eq!(store.verify(), Ok(store.standing()));
        assert_eq!(all(&store), stands[1..]);
        drop(store);
        let (again, repairs) = SledStore::open(dir.path()).unwrap();
        assert_eq!((all(&again), repairs), (stands[1..].to_vec(), vec![]));
    }

    #[test]
    fn what_could_not_be_given_stops_the_store() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = SledStore::open(dir.path()).unwrap();
        for n in 0..slots::HALF - 1 {
            write(&store, &[("k", Some(n.into()))]);
            store.sync().unwrap();
        }
        write(&store, &[("k", Some(99))]);
        store.sync().unwrap();
        let below = store.below.clone();
        {
            let mut turn = store.turn();
            assert_eq!((turn.filled, turn.half, turn.pending), (0, 1, Fate::Leaves));
            store.hear(&mut turn, |_| true).unwrap();
            turn.absorbing = Some(Absorbing::Beside(thread::spawn(move || below.told(Err(below.engine.stop("no more"))))));
        }
        let stopped = Err(StoreError::Unknown("no more".into()));
        assert_eq!(store.hear(&mut store.turn(), |_| true), stopped);
        assert_eq!((store.sync(), store.get(b"k").map(|_| ())), (stopped.clone(), stopped));
    }

    #[test]
    fn a_thread_that_panicked_stops_the_store() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = SledStore::open(dir.path()).unwrap();
        store.turn().absorbing = Some(Absorbing::Beside(thread::spawn(|| panic!("as it must"))));
        assert!(matches!(store.hear(&mut store.turn(), |_| true), Err(StoreError::Unknown(_))));
        assert!(matches!(store.sync(), Err(StoreError::Unknown(_))));
    }
}
