//! When the outbox wants to be looked at next.

use chrono::{DateTime, Utc};

use crate::domain::dispatch::ItemId;
use crate::domain::outbox::{Item, ItemState};
use crate::usecase::desk::Desk;
use crate::usecase::outbox::{ItemIds, free_item, sort_out};
use crate::usecase::ports::{Direction, Range, Store, StoreError};
use crate::usecase::table;
use crate::usecase::{keys, strayed};

/// How many entries of the due index are looked through at once.
const LOOK: usize = 256;

/// When a run of the flusher has something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// There is something that a run would do now.
    Now,
    /// Nothing before this instant, unless the outbox changes.
    At(DateTime<Utc>),
    /// Nothing, unless the outbox changes.
    Never,
}

/// When a run has something to do, if what is due at `due` counts as due now. To be asked while no run is going on.
///
/// What a run could not touch anyway does not count: messages that wait behind an earlier one, damaged ones. Otherwise
/// whoever runs because something is due would run without end.
///
/// # Errors
/// The store's.
pub fn next(desk: &Desk, due: DateTime<Utc>) -> Result<Due, StoreError> {
    if !desk.claimed.open.is_empty() {
        // A run broke off: its items are waiting to be taken over.
        return Ok(Due::Now);
    }
    let behind = keys::due_end(due);
    let mut range = Range::prefix(keys::DUE);
    loop {
        let page = desk.store().scan(&range, LOOK, Direction::Forward)?;
        for entry in &page.entries {
            if entry.key >= behind {
                let later = keys::due_at(&entry.key).map_or(Due::Never, Due::At);
                return Ok(if strayed::any(desk.store(), desk.rules(), desk.now())? { Due::Now } else { later });
            }
            if would_be_taken(desk, &entry.key)? {
                return Ok(Due::Now);
            }
        }
        match page.entries.last() {
            Some(last) if page.more => range.start = [last.key.as_slice(), &[0]].concat(),
            _ => return Ok(Due::Never),
        }
    }
}

/// How many messages wait to be sent.
///
/// # Errors
/// The store's.
pub fn waiting(store: &dyn Store) -> Result<u64, StoreError> {
    let mut count = 0;
    table::each(store, keys::DUE, |_| {
        count += 1;
        Ok::<_, StoreError>(())
    })?;
    Ok(count)
}

/// A message that is due and has no fate yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outstanding {
    /// The message.
    pub id: ItemId,
    /// Whether it may have been sent before.
    pub maybe_sent: bool,
}

/// Everything that is due at `now`, what is being sent among it.
///
/// # Errors
/// The store's.
pub fn outstanding(store: &dyn Store, now: DateTime<Utc>) -> Result<Vec<Outstanding>, StoreError> {
    let behind = keys::due_end(now);
    let mut found = Vec::new();
    table::each(store, keys::DUE, |entry| {
        if entry.key < behind
            && let Some(id) = keys::due_item(&entry.key)
            && let Some(item) = table::item(store, id)?
        {
            found.push(Outstanding { id, maybe_sent: item.value.uncertain || item.value.interrupted });
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(found)
}

/// In which state a message is that was due; `None`: it still is at `now`.
///
/// # Errors
/// The store's.
pub fn ended(store: &dyn Store, id: ItemId, now: DateTime<Utc>) -> Result<Option<ItemState>, StoreError> {
    let item = table::item(store, id)?.map(|item| item.value);
    Ok(item.filter(|item| item.next_attempt.is_none_or(|next| next > now)).map(|item| item.state))
}

fn would_be_taken(desk: &Desk, key: &[u8]) -> Result<bool, StoreError> {
    let Some(stored) = free_item(desk.store(), &desk.claimed.items, key)? else { return Ok(false) };
    let (mut taken, mut over) = (Vec::new(), Vec::new());
    sort_out(desk.store(), &desk.claimed.items, desk.now(), stored, &mut taken, &mut over)?;
    Ok(!taken.is_empty() || !over.is_empty())
}

/// The messages, at most `limit`, that a run would try at `now`, in its order: those that wait for others of them are not among
/// them, they follow in the same run.
///
/// # Errors
/// The store's.
pub fn would_be_sent(store: &dyn Store, claimed: &ItemIds, now: DateTime<Utc>, limit: Option<u64>) -> Result<Vec<Item>, StoreError> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let (mut taken, mut over) = (Vec::new(), Vec::new());
    let mut range = Range { start: keys::DUE.to_vec(), end: Some(keys::due_end(now)) };
    while taken.len() < limit {
        let page = store.scan(&range, LOOK, Direction::Forward)?;
        for entry in &page.entries {
            if taken.len() < limit
                && let Some(stored) = free_item(store, claimed, &entry.key)?
            {
                sort_out(store, claimed, now, stored, &mut taken, &mut over)?;
            }
        }
        match page.entries.last() {
            Some(last) if page.more => range.start = [last.key.as_slice(), &[0]].concat(),
            _ => break,
        }
    }
    Ok(taken.into_iter().map(|stored| stored.value).collect())
}

/// The earliest instant at which a waiting item is due that is not in `claimed`; it may have passed.
///
/// # Errors
/// The store's.
pub fn earliest(store: &dyn Store, claimed: impl Fn(&ItemId) -> bool) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut range = Range::prefix(keys::DUE);
    loop {
        let page = store.scan(&range, LOOK, Direction::Forward)?;
        if let Some(free) = page.entries.iter().find(|entry| keys::due_item(&entry.key).is_some_and(|id| !claimed(&id))) {
            return Ok(keys::due_at(&free.key));
        }
        match page.entries.last() {
            Some(last) if page.more => range.start = [last.key.as_slice(), &[0]].concat(),
            _ => return Ok(None),
        }
    }
}
