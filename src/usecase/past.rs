//! The store as it stood at some time: what was kept of records, in memory, with the entries of indexes that followed from them then.
//! Whatever reads a store reads this one too, so that nothing has to be written twice.
//!
//! It holds the kinds of records that were asked for and nothing else: no accounts (who asks is somebody of now), no messages,
//! no counters, no audit. To take in a kind reads all its versions once, of all time, and keeps one of each record.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::usecase::history::{Made, named, present};
use crate::usecase::keys;
use crate::usecase::ports::{Changes, Commit, Direction, Entry, Outcome, Page, Range, Rev, Store, StoreError, Value};
use crate::usecase::table::{self, Record};

/// A view of what stood. It is never written.
#[derive(Debug)]
pub struct Past {
    at: DateTime<Utc>,
    entries: BTreeMap<Vec<u8>, Entry>,
}

/// When a version was made: all of it that is read of those that are not wanted.
#[derive(Deserialize)]
struct Stamp {
    at: DateTime<Utc>,
}

/// The version of a record that stood, as far as its versions were read.
struct Standing {
    id: String,
    version: Option<Entry>,
    /// The revision that the record had with it; `None`: no later version was met yet.
    rev: Option<Rev>,
}

impl Past {
    /// Nothing yet, at an instant: what was made then still counts.
    #[must_use]
    pub fn at(at: DateTime<Utc>) -> Self {
        Self { at, entries: BTreeMap::new() }
    }

    /// Takes in all records of a kind as they stood. Of versions whose times are not in the order in which they were made (the
    /// clock was set back), the one made last counts.
    ///
    /// # Errors
    /// The store's, and [`StoreError::Corrupt`] when a version cannot be read.
    pub fn take<T: Record>(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        self.walk::<T>(store, &keys::versions(T::KIND))
    }

    /// Takes in one record as it stood, if it was there.
    ///
    /// # Errors
    /// As [`Past::take`].
    pub fn take_one<T: Record>(&mut self, store: &dyn Store, id: &str) -> Result<(), StoreError> {
        self.walk::<T>(store, &keys::under(&keys::versions(T::KIND), &format!("{id}/")))
    }

    /// All versions of a record stand beside each other, in the order in which they were made.
    fn walk<T: Record>(&mut self, store: &dyn Store, prefix: &[u8]) -> Result<(), StoreError> {
        let kind = keys::versions(T::KIND);
        let mut standing: Option<Standing> = None;
        table::each(store, prefix, |entry| {
            let (id, replaced) = named(&kind, &entry)?;
            if standing.as_ref().is_none_or(|standing| standing.id != id) {
                let next = Standing { id: id.to_owned(), version: None, rev: None };
                self.keep::<T>(store, standing.replace(next))?;
            }
            let Some(standing) = &mut standing else { return Ok(()) };
            if standing.version.is_some() {
                standing.rev.get_or_insert(replaced);
            }
            if table::decode::<Stamp>(&entry)?.value.at <= self.at {
                (standing.version, standing.rev) = (Some(entry), None);
            }
            Ok::<_, StoreError>(())
        })?;
        self.keep::<T>(store, standing)
    }

    fn keep<T: Record>(&mut self, store: &dyn Store, standing: Option<Standing>) -> Result<(), StoreError> {
        let Some(Standing { version: Some(version), rev, .. }) = standing else { return Ok(()) };
        let record = table::decode::<Made<T>>(&version)?.value.value;
        let rev = rev.map_or_else(|| present(store, &record), Ok)?;
        for entry in record.index() {
            self.insert(entry.key, rev, table::raw(entry.bytes));
        }
        self.insert(record.key(), rev, table::encode(&record)?);
        Ok(())
    }

    fn insert(&mut self, key: Vec<u8>, rev: Rev, value: Value) {
        self.entries.insert(key.clone(), Entry { key, rev, value });
    }
}

impl Store for Past {
    fn get(&self, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        Ok(self.entries.get(key).cloned())
    }

    fn scan(&self, range: &Range, limit: usize, direction: Direction) -> Result<Page, StoreError> {
        if range.end.as_ref().is_some_and(|end| *end <= range.start) {
            return Ok(Page { entries: Vec::new(), more: false });
        }
        let end = range.end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let walk = self.entries.range::<[u8], _>((Bound::Included(range.start.as_slice()), end)).map(|(_, entry)| entry);
        let mut walk: Box<dyn Iterator<Item = &Entry>> = match direction {
            Direction::Forward => Box::new(walk),
            Direction::Backward => Box::new(walk.rev()),
        };
        let entries = walk.by_ref().take(limit).cloned().collect();
        Ok(Page { entries, more: walk.next().is_some() })
    }

    /// Refuses: nobody changes what was.
    fn commit(&self, _commit: &Commit) -> Result<Outcome, StoreError> {
        Err(StoreError::Unavailable("what was cannot be changed".into()))
    }

    fn sync(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn revision(&self) -> Rev {
        self.entries.values().map(|entry| entry.rev).max().unwrap_or(0)
    }

    fn changes(&self, _prefix: &[u8], _since: Rev, _wait: Duration) -> Result<Changes, StoreError> {
        Ok(Changes::Keys { at: self.revision(), keys: Vec::new() })
    }
}
