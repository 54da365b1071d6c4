//! How many items of the outbox are in each state, and which has waited longest: read once, then kept up from what the store says has changed, so that
//! asking again costs what has happened since and not what was ever sent.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::domain::dispatch::ItemId;
use crate::domain::outbox::ItemState;
use crate::usecase::keys;
use crate::usecase::ports::{Changes, Entry, Rev, Store, StoreError};
use crate::usecase::table;
use crate::wire::reply::OutboxCounts;

/// The counts as far as they are known.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<Option<Known>>);

#[derive(Debug, Default)]
struct Known {
    at: Rev,
    states: HashMap<ItemId, ItemState>,
    counts: OutboxCounts,
    /// Those that wait, by when they were issued.
    waiting: BTreeSet<(DateTime<Utc>, ItemId)>,
}

/// All that is read of an item here: there can be hundreds of thousands.
#[derive(Deserialize)]
struct State {
    state: ItemState,
    queued_at: DateTime<Utc>,
}

impl Counts {
    /// The counts now, when a flusher has the items `claimed`, and when the one was issued that has waited longest.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn now(&self, store: &dyn Store, claimed: &HashSet<ItemId>) -> Result<(OutboxCounts, Option<DateTime<Utc>>), StoreError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out while it is brought up to date: should that fail halfway, the next one reads everything.
        let fresh = match known.take() {
            Some(known) => known.brought_up(store)?,
            None => Known::read(store)?,
        };
        let mut counts = fresh.counts;
        for id in claimed {
            if let Some(state) = fresh.states.get(id).filter(|state| state.is_waiting()) {
                *counts.of(*state) -= 1;
                counts.sending += 1;
            }
        }
        let oldest = fresh.waiting.first().map(|(since, _)| *since);
        *known = Some(fresh);
        Ok((counts, oldest))
    }
}

impl Known {
    fn read(store: &dyn Store) -> Result<Self, StoreError> {
        // Asked before reading: what changes meanwhile is read twice rather than missed.
        let mut known = Self { at: store.revision(), ..Self::default() };
        table::each(store, keys::ITEM, |entry| known.note(&entry))?;
        Ok(known)
    }

    fn brought_up(mut self, store: &dyn Store) -> Result<Self, StoreError> {
        match store.changes(keys::ITEM, self.at, Duration::ZERO)? {
            Changes::Lagged { .. } => Self::read(store),
            Changes::Keys { at, keys } => {
                self.at = at;
                for key in keys {
                    if let Some(entry) = store.get(&key)? {
                        self.note(&entry)?;
                    }
                }
                Ok(self)
            }
        }
    }

    fn note(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let Some(id) = keys::item_id(keys::ITEM, &entry.key) else {
            return Err(StoreError::Corrupt(format!("{} names no item", entry.key.escape_ascii())));
        };
        let State { state, queued_at } = table::decode(entry)?.value;
        if let Some(before) = self.states.insert(id, state) {
            *self.counts.of(before) -= 1;
        }
        *self.counts.of(state) += 1;
        // When a message was issued never changes.
        if state.is_waiting() {
            self.waiting.insert((queued_at, id));
        } else {
            self.waiting.remove(&(queued_at, id));
        }
        Ok(())
    }
}
