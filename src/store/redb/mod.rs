//! The second engine of one host: redb's copy-on-write tree in one file, behind the same promises as sled's.
//!
//! - **Durable**: commits are redb's non-durable ones, which stay in memory; a sync is one empty durable commit, which
//!   writes what is waiting, turns the file's header to it and calls `fdatasync` once. Without that sync a crash leaves
//!   the store as it was after the last one.
//! - **Whole**: readers read a snapshot, and do not wait for the one who writes.
//! - **Complete**: after a crash redb goes back to the older of its two roots if the newer one is not whole; the same way
//!   it would go back if a root that had been safe is damaged. The mark tells one from the other (`store::mark`). Each
//!   start verifies the checksums of all pages, and what the commits recorded about the whole (`store::tally`).
//! - **Calm**: redb's panics on damaged files become errors (`store::shield`).

#[cfg(test)]
mod disc;
mod engine;
mod open;
mod table;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use ::redb::{Database, ReadTransaction};

use self::engine::{Engine, Error, Fault};
use super::feed::Feed;
use super::files::{Copied, FileStore};
use super::frames::{self, Frame};
use super::mark::MarkFile;
use super::repair::Repair;
use super::shield::Kind;
use super::tally::{Head, Standing};
use crate::usecase::ports::{Changes, Commit, Direction, Entry, Outcome, Page, Range, Rev, Store, StoreError};

/// A store in a directory of this host, in one file that redb keeps.
///
/// After anything went wrong in the middle of a write, or a sync failed, every later call answers
/// [`StoreError::Unknown`], as [`SledStore`](super::SledStore) does. A disk that is full shows when a sync writes, and so
/// as [`StoreError::Unknown`] too: nothing of what had been synced before is lost.
#[derive(Debug)]
pub struct RedbStore {
    engine: Engine,
    /// Held to read while a reader takes its snapshot and to write while a commit becomes visible, so that the revision
    /// and what is read belong together.
    head: RwLock<Head>,
    /// Held by the one who writes: a commit or a sync.
    disk: Mutex<Disk>,
    feed: Feed,
}

#[derive(Debug)]
struct Disk {
    mark: MarkFile,
    synced: Rev,
}

impl RedbStore {
    /// Opens the store in `dir`, creating it where there is none, and tells what had to be put right.
    ///
    /// The caller holds the state directory's [`StateLock`](super::StateLock). The whole file is read and its checksums
    /// verified; all entries are compared with what was recorded about them unless that has been done since the last
    /// commit.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when anything that had been made safe is damaged or missing, [`StoreError::Locked`] when
    /// somebody else has the file open, [`StoreError::Full`] when there is no room to open it,
    /// [`StoreError::Unavailable`] for everything else that the operating system refuses.
    pub fn open(dir: &Path) -> Result<(Self, Vec<Repair>), StoreError> {
        open::open(dir)
    }

    /// Reads from a snapshot of now.
    fn read<T>(&self, call: impl FnOnce(&ReadTransaction) -> Result<T, Error>) -> Result<T, StoreError> {
        self.told(self.engine.read(|db| call(&self.snapshot(db)?)))
    }

    fn snapshot(&self, db: &Database) -> Result<ReadTransaction, Error> {
        let _head = self.read_head();
        table::snapshot(db)
    }

    /// Writes frames, or removes what lies at their keys; the store then stands at `rev`. Whoever is `told` of it is so before
    /// readers see more than that.
    fn apply<'a>(&self, rev: Rev, frames: impl Iterator<Item = Frame<'a>>, told: impl FnOnce()) -> Result<(), StoreError> {
        // Nobody else moves it while the disk is held.
        let head = *self.read_head();
        let prepared = self.engine.run(|db| table::prepare(db, head, rev, frames));
        let (txn, next) = prepared.map_err(|fault| self.given_up(fault))?;
        let mut head = self.write_head();
        self.engine.run(|_| Ok(txn.commit()?)).map_err(|fault| self.engine.broken_off(&fault))?;
        *head = next;
        told();
        Ok(())
    }

    /// A write was given up before its commit: nothing of it happened. Where the disk is at fault redb works no more.
    fn given_up(&self, fault: Fault) -> StoreError {
        if matches!(fault.kind(), Kind::Full | Kind::Other) {
            self.engine.stop(&format!("a write broke off: {fault}"));
        }
        fault.into_store_error()
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

    // A thread that panics under one of these locks has stopped the engine first, or changed nothing.
    fn read_head(&self) -> RwLockReadGuard<'_, Head> {
        self.head.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_head(&self) -> RwLockWriteGuard<'_, Head> {
        self.head.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for RedbStore {
    fn get(&self, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.read(|txn| table::get(txn, key))
    }

    fn scan(&self, range: &Range, limit: usize, direction: Direction) -> Result<Page, StoreError> {
        self.read(|txn| table::scan(txn, range, limit, direction))
    }

    fn commit(&self, commit: &Commit) -> Result<Outcome, StoreError> {
        commit.validate()?;
        let _disk = self.disk();
        if let Some(key) = self.read(|txn| table::first_broken(txn, &commit.checks))? {
            return Ok(Outcome::Conflict { key });
        }
        let rev = self.revision();
        if commit.operations.is_empty() {
            return Ok(Outcome::Committed(rev));
        }
        let rev = rev + 1;
        let publish = || self.feed.publish(rev, commit.operations.iter().map(|operation| operation.key().to_vec()).collect());
        self.told(self.apply(rev, frames::committed(rev, &commit.operations), publish))?;
        Ok(Outcome::Committed(rev))
    }

    fn sync(&self) -> Result<(), StoreError> {
        let mut disk = self.disk();
        let rev = self.read_head().rev;
        self.told(self.engine.alive())?;
        if disk.synced == rev {
            return Ok(());
        }
        let synced = self.engine.run(table::durable);
        self.told(synced.map_err(|fault| self.engine.stop(&format!("syncing failed: {fault}"))))?;
        disk.synced = rev;
        // Needs no sync of its own: it says what is safe already, and may lag behind.
        if let Err(error) = disk.mark.advance(rev) {
            tracing::warn!(%error, "could not note how far the store has come");
        }
        Ok(())
    }

    fn revision(&self) -> Rev {
        self.read_head().rev
    }

    fn changes(&self, prefix: &[u8], since: Rev, wait: Duration) -> Result<Changes, StoreError> {
        self.told(self.engine.alive())?;
        self.feed.changes(prefix, since, wait)
    }
}

impl FileStore for RedbStore {
    fn verify(&self) -> Result<Standing, StoreError> {
        self.read(table::verify)
    }

    fn standing(&self) -> Standing {
        self.read_head().standing()
    }

    fn adopt(&self, copied: &[Copied], rev: Rev) -> Result<(), StoreError> {
        // It may be of a revision that was safe without it.
        self.disk().synced = 0;
        self.told(self.apply(rev, frames::copied(copied), || self.feed.restart(rev)))
    }

    fn stop(&self, why: &str) {
        self.engine.stop(why);
        self.feed.fail(why);
    }

    fn retire(&self) {
        self.feed.retire();
    }
}
