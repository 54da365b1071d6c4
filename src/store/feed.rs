//! What changed lately: the last commits' keys, kept in memory, and those who wait for the next.
//!
//! Nothing of it is stored. Whoever asks from before the feed's memory, or from before this process, is told to load
//! afresh ([`Changes::Lagged`]); whoever is slow costs nothing but that.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::usecase::ports::{Changes, Rev, StoreError};

/// How many commits the feed remembers.
pub const REMEMBERED_COMMITS: usize = 4096;
/// How many bytes of keys the feed remembers; large commits shorten its memory instead of growing it.
pub const REMEMBERED_BYTES: usize = 4 * 1024 * 1024;

// What an entry costs beside its key's bytes, roughly: the key's own header and its share of the queue.
const OVERHEAD_BYTES: usize = 32;

/// A bounded memory of commits that can be waited on.
#[derive(Debug)]
pub struct Feed {
    ring: Mutex<Ring>,
    moved: Condvar,
}

#[derive(Debug)]
struct Ring {
    /// Every commit after this one is in `commits`.
    floor: Rev,
    /// The last commit.
    at: Rev,
    commits: VecDeque<Committed>,
    bytes: usize,
    failed: Option<String>,
    retired: bool,
}

#[derive(Debug)]
struct Committed {
    rev: Rev,
    keys: Vec<Vec<u8>>,
}

impl Committed {
    fn cost(&self) -> usize {
        OVERHEAD_BYTES + self.keys.iter().map(|key| key.len() + OVERHEAD_BYTES).sum::<usize>()
    }
}

impl Feed {
    /// A feed that remembers nothing, for a store that stands at `at`.
    #[must_use]
    pub fn new(at: Rev) -> Self {
        let ring = Ring { floor: at, at, commits: VecDeque::new(), bytes: 0, failed: None, retired: false };
        Self { ring: Mutex::new(ring), moved: Condvar::new() }
    }

    /// Notes that the commit `rev` wrote or removed `keys`, and wakes those who wait.
    ///
    /// Called once per commit, in order, when readers see the commit.
    pub fn publish(&self, rev: Rev, keys: Vec<Vec<u8>>) {
        let mut ring = self.ring();
        let committed = Committed { rev, keys };
        ring.at = rev;
        ring.bytes += committed.cost();
        ring.commits.push_back(committed);
        while ring.commits.len() > REMEMBERED_COMMITS || ring.bytes > REMEMBERED_BYTES {
            let Some(forgotten) = ring.commits.pop_front() else { break };
            ring.bytes -= forgotten.cost();
            ring.floor = forgotten.rev;
        }
        drop(ring);
        self.moved.notify_all();
    }

    /// Begins anew for a store that now stands at `at` without anybody having committed that here.
    pub fn restart(&self, at: Rev) {
        let mut ring = self.ring();
        ring.commits.clear();
        (ring.floor, ring.at, ring.bytes) = (at, at, 0);
        drop(ring);
        self.moved.notify_all();
    }

    /// Ends the feed because the store failed: who waits, and who asks later, is told why.
    pub fn fail(&self, why: &str) {
        self.ring().failed.get_or_insert_with(|| why.to_owned());
        self.moved.notify_all();
    }

    /// Ends the feed because another store took the place of this one: who waits, and who asks later, loads afresh.
    pub fn retire(&self) {
        self.ring().retired = true;
        self.moved.notify_all();
    }

    /// Waits up to `wait` for keys under `prefix` to change after `since`.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] once the store has failed.
    pub fn changes(&self, prefix: &[u8], since: Rev, wait: Duration) -> Result<Changes, StoreError> {
        // A wait too long for the clock is a wait without end.
        let deadline = Instant::now().checked_add(wait);
        let mut looked_at = since;
        let mut ring = self.ring();
        loop {
            if let Some(why) = &ring.failed {
                return Err(StoreError::Unknown(why.clone()));
            }
            if ring.retired || looked_at < ring.floor || looked_at > ring.at {
                return Ok(Changes::Lagged { at: ring.at });
            }
            let keys = ring.keys(prefix, looked_at);
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if !keys.is_empty() || left.is_some_and(|left| left.is_zero()) {
                return Ok(Changes::Keys { at: ring.at, keys });
            }
            looked_at = ring.at;
            ring = match left {
                Some(left) => self.moved.wait_timeout(ring, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.moved.wait(ring).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    // No code that can panic runs under this lock, and its state is whole between any two statements.
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    fn keys(&self, prefix: &[u8], after: Rev) -> Vec<Vec<u8>> {
        let first = self.commits.partition_point(|committed| committed.rev <= after);
        let keys: BTreeSet<&Vec<u8>> =
            self.commits.range(first..).flat_map(|committed| &committed.keys).filter(|key| key.starts_with(prefix)).collect();
        keys.into_iter().cloned().collect()
    }
}
