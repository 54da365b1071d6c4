//! How many items of the outbox are in each state: read once, then kept up from what the store says has changed, so that
//! asking again costs what has happened since and not what was ever sent.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

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
}

/// All that is read of an item here: there can be hundreds of thousands.
#[derive(Deserialize)]
struct State {
    state: ItemState,
}

impl Counts {
    /// The counts now, when a flusher has the items `claimed`.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn now(&self, store: &dyn Store, claimed: &HashSet<ItemId>) -> Result<OutboxCounts, StoreError> {
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
        *known = Some(fresh);
        Ok(counts)
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
        let state = table::decode::<State>(entry)?.value.state;
        if let Some(before) = self.states.insert(id, state) {
            *self.counts.of(before) -= 1;
        }
        *self.counts.of(state) += 1;
        Ok(())
    }
}
