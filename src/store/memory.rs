//! The engine that forgets: a map behind a lock.
//!
//! It is the model of the contract. Whatever another engine does differently is that engine's fault.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::codec;
use super::feed::Feed;
use crate::usecase::ports::{Changes, Commit, Direction, Entry, Operation, Outcome, Page, Range, Rev, Store, StoreError};

/// A store that lives as long as its process.
#[derive(Debug)]
pub struct MemoryStore {
    state: RwLock<State>,
    feed: Feed,
}

#[derive(Debug, Default)]
struct State {
    rev: Rev,
    frames: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self { state: RwLock::default(), feed: Feed::new(0) }
    }

    /// Changes the stored frame at `key` behind the store's back, and tells whether there was one.
    ///
    /// For finding out what the layers above do with damaged data.
    pub fn damage(&self, key: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> bool {
        self.write().frames.get_mut(key).map(change).is_some()
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    fn get(&self, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.frames.get(key).map(|frame| codec::decode(key, frame)).transpose()
    }
}

impl Store for MemoryStore {
    fn get(&self, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.read().get(key)
    }

    fn scan(&self, range: &Range, limit: usize, direction: Direction) -> Result<Page, StoreError> {
        if range.end.as_ref().is_some_and(|end| *end <= range.start) {
            return Ok(Page { entries: Vec::new(), more: false });
        }
        let state = self.read();
        let end = range.end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let walk = state.frames.range::<[u8], _>((Bound::Included(range.start.as_slice()), end));
        let mut walk: Box<dyn Iterator<Item = _>> = match direction {
            Direction::Forward => Box::new(walk),
            Direction::Backward => Box::new(walk.rev()),
        };
        let entries = walk.by_ref().take(limit).map(|(key, frame)| codec::decode(key, frame)).collect::<Result<_, _>>()?;
        Ok(Page { entries, more: walk.next().is_some() })
    }

    fn commit(&self, commit: &Commit) -> Result<Outcome, StoreError> {
        commit.validate()?;
        let mut state = self.write();
        for check in &commit.checks {
            if state.get(&check.key)?.map_or(0, |entry| entry.rev) != check.rev {
                return Ok(Outcome::Conflict { key: check.key.clone() });
            }
        }
        if commit.operations.is_empty() {
            return Ok(Outcome::Committed(state.rev));
        }
        let rev = state.rev + 1;
        for operation in &commit.operations {
            match operation {
                Operation::Put { key, value } => state.frames.insert(key.clone(), codec::encode(key, rev, value)),
                Operation::Delete { key } => state.frames.remove(key),
            };
        }
        state.rev = rev;
        self.feed.publish(rev, commit.operations.iter().map(|operation| operation.key().to_vec()).collect());
        Ok(Outcome::Committed(rev))
    }

    fn sync(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn revision(&self) -> Rev {
        self.read().rev
    }

    fn changes(&self, prefix: &[u8], since: Rev, wait: Duration) -> Result<Changes, StoreError> {
        self.feed.changes(prefix, since, wait)
    }
}
