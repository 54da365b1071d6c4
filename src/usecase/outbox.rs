//! The outbox: claiming what is due, recording what became of it, and telling people about it.
//!
//! A claim is one record that names up to 64 items; the items are not rewritten. `sending` means: named by a claim of a
//! flusher that lives. Fates are recorded in commits of their own; after a crash the items of the dead claims are sent
//! again, with the same bytes and the same Message-ID, and counted as possible repeats.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::domain::dispatch::{DispatchKind, ItemId};
use crate::domain::fault::{Fault, Why};
use crate::domain::outbox::{Fate, Item, ItemState, NextStep, Reason, Tally};
use crate::usecase::desk::{Change, Desk, PROGRAM};
use crate::usecase::keys;
use crate::usecase::ports::{Direction, Range, Store, StoreError};
use crate::usecase::table::{self, Stored};
use crate::usecase::warn::{self, ToldOf};

/// The most items one claim names.
pub const CLAIM_MAX: usize = 64;
/// The most items whose fate one commit records: each needs its record, its version and two keys of the due index, and
/// some claims are finished or narrowed beside them.
const SETTLE_AT_ONCE: usize = 20;
/// How many entries of the due index one claim looks through at once.
const LOOK: usize = CLAIM_MAX;

/// A set of items.
pub(super) type ItemIds = HashSet<ItemId>;

/// What a claim found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Claim {
    /// Items to be sent, in the order in which they were due.
    pub items: Vec<Item>,
    /// What became of items that are not to be sent: their time had run out.
    pub ended: Tally,
    /// Whether nothing was found, neither to be sent nor to be ended.
    pub nothing: bool,
    /// How far the due index was looked through.
    pub looked: Looked,
}

/// How far a run has looked through the due index. What lies before it is in hand, or was given back: a run that comes to the end
/// looks once more from the beginning, and need not walk each time over all that it has claimed already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked(Option<Vec<u8>>);

impl Looked {
    /// Whether it is from the beginning that one looks next.
    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        self.0.is_none()
    }
}

/// Claims up to `most` items ([`CLAIM_MAX`] at the most) that were due at `due`, from where the run has `looked`. Nothing found
/// from the beginning: none is left that could be sent. A run keeps to the instant it began with, so that what it puts
/// off does not come back to it.
///
/// # Errors
/// [`Fault::Store`].
pub fn claim(desk: &mut Desk, due: DateTime<Utc>, most: usize, looked: Looked) -> Result<Claim, Fault> {
    let most = most.min(CLAIM_MAX);
    let (mut taken, mut over) = (Vec::new(), Vec::new());
    let mut range = Range { start: looked.0.unwrap_or_else(|| keys::DUE.to_vec()), end: Some(keys::due_end(due)) };
    // The first that has to wait for another: it may be free when one looks the next time.
    let mut behind = None;
    'looking: loop {
        let page = desk.store().scan(&range, LOOK, Direction::Forward)?;
        for entry in &page.entries {
            if taken.len() == most || over.len() == SETTLE_AT_ONCE {
                break 'looking;
            }
            range.start = [entry.key.as_slice(), &[0]].concat();
            if let Some(stored) = free_item(desk.store(), &desk.claimed.items, &entry.key)? {
                let sorted = taken.len() + over.len();
                sort_out(desk.store(), &desk.claimed.items, desk.now(), stored, &mut taken, &mut over)?;
                if taken.len() + over.len() == sorted {
                    behind.get_or_insert_with(|| entry.key.clone());
                }
            }
        }
        if !page.more {
            break;
        }
    }
    let looked = Looked(Some(behind.unwrap_or(range.start)));
    let ended = end(desk, &over)?;
    if taken.is_empty() {
        return Ok(Claim { items: Vec::new(), ended, nothing: over.is_empty(), looked });
    }
    let key = keys::numbered(keys::CLAIM, desk.claimed.next);
    let ids: Vec<ItemId> = taken.iter().map(|stored| stored.value.id).collect();
    let mut change = desk.change(PROGRAM, "outbox.claim", format!("{} items", ids.len()));
    change.check(&key, 0);
    change.write(key.clone(), &ids)?;
    desk.commit(change)?;
    desk.claimed.next += 1;
    desk.claimed.items.extend(&ids);
    desk.claimed.open.insert(key, ids.into_iter().collect());
    let items = taken.iter().map(|stored| stored.value.clone()).collect();
    desk.claimed.known.extend(taken.into_iter().map(|stored| (stored.value.id, stored)));
    Ok(Claim { items, ended, nothing: false, looked })
}

/// As [`claim`], with as many claims as that takes.
///
/// # Errors
/// As [`claim`].
pub fn claim_several(desk: &mut Desk, due: DateTime<Utc>, most: usize, looked: Looked) -> Result<Claim, Fault> {
    let mut all = claim(desk, due, most, looked)?;
    while all.items.len() < most && !all.nothing {
        let more = claim(desk, due, most - all.items.len(), std::mem::take(&mut all.looked))?;
        all.looked = more.looked;
        if more.nothing {
            break;
        }
        all.ended += more.ended;
        all.items.extend(more.items);
    }
    Ok(all)
}

/// The item of a key of the due index, unless a flusher has it.
pub(super) fn free_item(store: &dyn Store, claimed: &ItemIds, key: &[u8]) -> Result<Option<Stored<Item>>, StoreError> {
    let Some(id) = keys::due_item(key) else {
        return Err(StoreError::Corrupt(format!("due index {}", key.escape_ascii())));
    };
    if claimed.contains(&id) {
        return Ok(None);
    }
    match table::item(store, id) {
        Err(StoreError::Corrupt(detail)) => {
            // One damaged item must not stop all others; `check` names it.
            tracing::error!(item = %id, detail, "an item of the outbox is damaged and left alone");
            Ok(None)
        }
        item => item,
    }
}

/// Puts a due item where it belongs: to be sent, to be ended, or left behind an earlier message.
pub(super) fn sort_out(
    store: &dyn Store,
    claimed: &ItemIds,
    now: DateTime<Utc>,
    stored: Stored<Item>,
    taken: &mut Vec<Stored<Item>>,
    over: &mut Vec<(Stored<Item>, Item)>,
) -> Result<(), StoreError> {
    if stored.value.expires_at <= now {
        let expired = stored.value.expired();
        over.push((stored, expired));
        return Ok(());
    }
    if let Some(told_of) = stored.value.about {
        match warn::told_of(store, claimed, now, told_of)? {
            ToldOf::InHand => {}
            ToldOf::Waits => taken.push(stored),
            ToldOf::Over => {
                let dropped = stored.value.dropped(Reason::Needless);
                over.push((stored, dropped));
            }
        }
        return Ok(());
    }
    let Some(earlier) = stored.value.after else {
        taken.push(stored);
        return Ok(());
    };
    match table::item(store, earlier)? {
        Some(before) if before.value.state.is_waiting() || claimed.contains(&earlier) => {}
        Some(before) if stored.value.kind == DispatchKind::Cancel && !stored.value.told && before.value.surely_undelivered() => {
            let dropped = stored.value.dropped(Reason::NeverInvited { request: earlier });
            over.push((stored, dropped));
        }
        _ => taken.push(stored),
    }
    Ok(())
}

fn end(desk: &mut Desk, over: &[(Stored<Item>, Item)]) -> Result<Tally, Fault> {
    let mut tally = Tally::default();
    if over.is_empty() {
        return Ok(tally);
    }
    let mut change = desk.change(PROGRAM, "outbox.end", format!("{} items", over.len()));
    for (old, new) in over {
        change.put(Some(old), new)?;
        tally.count(new.state);
    }
    desk.commit(change)?;
    Ok(tally)
}

/// Records what became of claimed items, and gives the state of each afterwards.
///
/// # Errors
/// [`Fault::Store`].
pub fn settle(desk: &mut Desk, fates: &[(ItemId, Fate)]) -> Result<Vec<ItemState>, Fault> {
    let mut states = Vec::with_capacity(fates.len());
    for batch in fates.chunks(SETTLE_AT_ONCE) {
        let known = |desk: &Desk, id: &ItemId| match desk.claimed.known.get(id) {
            Some(stored) => Ok(Some(stored.clone())),
            None => as_stored(desk, id),
        };
        states.extend(match settle_together(desk, batch, known) {
            // Somebody decided about one of them meanwhile, or it was damaged: as the store has them now.
            Err(Fault::Stale { .. } | Fault::Damaged { .. }) => settle_together(desk, batch, as_stored)?,
            settled => settled?,
        });
    }
    Ok(states)
}

/// An item as it is stored; `None`: there is none that could be read.
fn as_stored(desk: &Desk, id: &ItemId) -> Result<Option<Stored<Item>>, Fault> {
    match table::item(desk.store(), *id) {
        Ok(Some(stored)) => Ok(Some(stored)),
        Err(error) if !matches!(error, StoreError::Corrupt(_)) => Err(error.into()),
        damaged => {
            tracing::error!(item = %id, ?damaged, "the fate of a damaged item cannot be recorded");
            Ok(None)
        }
    }
}

/// Records some fates in one commit; `before` gives what an item was.
fn settle_together(
    desk: &mut Desk,
    batch: &[(ItemId, Fate)],
    before: impl Fn(&Desk, &ItemId) -> Result<Option<Stored<Item>>, Fault>,
) -> Result<Vec<ItemState>, Fault> {
    let mut states = Vec::with_capacity(batch.len());
    let mut change = desk.change(PROGRAM, "outbox.settle", format!("{} items", batch.len()));
    for (id, fate) in batch {
        let Some(stored) = before(desk, id)? else {
            states.push(ItemState::Held);
            continue;
        };
        let new = superseded(stored.value.settled(fate));
        states.push(new.state);
        if new != stored.value {
            change.put(Some(&stored), &new)?;
        }
    }
    let ids: HashSet<ItemId> = batch.iter().map(|(id, _)| *id).collect();
    let finished = finished_claims(desk, &ids);
    for key in &finished {
        change.delete(key.clone());
    }
    for (key, left) in narrowed_claims(desk, batch, &ids, &finished) {
        change.write(key, &left)?;
    }
    if !change.is_empty() {
        desk.commit(change)?;
    }
    release(desk, &ids, &finished);
    Ok(states)
}

/// A message that would be tried again although a later one took it back meanwhile is dropped instead; one about which somebody
/// decided meanwhile becomes what was decided.
fn superseded(new: Item) -> Item {
    match new.superseded_by {
        Some(by) if new.state.is_waiting() || new.state == ItemState::Held => new.dropped(Reason::Superseded { by }),
        _ => new.wished(),
    }
}

fn finished_claims(desk: &Desk, settled: &HashSet<ItemId>) -> Vec<Vec<u8>> {
    let finished = desk.claimed.open.iter().filter(|(_, items)| items.is_subset(settled));
    // Few claims are open at a time; the limit only keeps the commit within its bounds whatever happens.
    finished.map(|(key, _)| key.clone()).take(8).collect()
}

/// Claims of which something was given back untried while other items are still in hand: they name only those from now on,
/// so that what was never tried is not taken for a possible repeat after a crash.
fn narrowed_claims(desk: &Desk, batch: &[(ItemId, Fate)], settled: &ItemIds, finished: &[Vec<u8>]) -> Vec<(Vec<u8>, Vec<ItemId>)> {
    let untried: ItemIds = batch.iter().filter(|(_, fate)| matches!(fate, Fate::Released { .. })).map(|(id, _)| *id).collect();
    let open = desk.claimed.open.iter().filter(|(key, items)| !finished.contains(key) && !items.is_disjoint(&untried));
    // As above: few are open, and the commit keeps its bounds.
    open.map(|(key, items)| (key.clone(), items.difference(settled).copied().collect())).take(8).collect()
}

fn release(desk: &mut Desk, settled: &HashSet<ItemId>, finished: &[Vec<u8>]) {
    for key in finished {
        desk.claimed.open.remove(key);
    }
    for items in desk.claimed.open.values_mut() {
        for id in settled {
            items.remove(id);
        }
    }
    for id in settled {
        desk.claimed.items.remove(id);
        desk.claimed.known.remove(id);
    }
}

/// Takes over from a flusher that died: the items of its claims are due again, marked as possible repeats.
///
/// # Errors
/// [`Fault::Store`].
pub fn recover(desk: &mut Desk) -> Result<(), Fault> {
    let mut claims: Vec<(Vec<u8>, Vec<ItemId>)> = Vec::new();
    table::each(desk.store(), keys::CLAIM, |entry| {
        let ids: Stored<Vec<ItemId>> = table::decode(&entry)?;
        claims.push((entry.key, ids.value));
        Ok::<_, StoreError>(())
    })?;
    desk.claimed.items.clear();
    desk.claimed.known.clear();
    desk.claimed.open.clear();
    for (key, ids) in claims {
        desk.claimed.next = desk.claimed.next.max(keys::last_number(&key).map_or(0, |last| last + 1));
        for batch in ids.chunks(SETTLE_AT_ONCE) {
            let mut change = desk.change(PROGRAM, "outbox.recover", format!("{} items", batch.len()));
            for id in batch {
                mark_cut_off(desk, *id, &mut change)?;
            }
            if !change.is_empty() {
                desk.commit(change)?;
            }
        }
        let mut change = desk.change(PROGRAM, "outbox.recover", "");
        change.delete(key);
        desk.commit(change)?;
    }
    Ok(())
}

fn mark_cut_off(desk: &Desk, id: ItemId, change: &mut Change) -> Result<(), Fault> {
    if let Some(stored) = table::item(desk.store(), id)?
        && stored.value.state.is_waiting()
        && !stored.value.interrupted
    {
        change.put(Some(&stored), &superseded(stored.value.cut_off()))?;
    }
    Ok(())
}

/// How many items wait, and how many of them are due.
///
/// # Errors
/// The store's.
pub fn waiting(store: &dyn Store, now: DateTime<Utc>) -> Result<(u64, u64), StoreError> {
    let end = keys::due_end(now);
    let (mut all, mut due) = (0, 0);
    table::each(store, keys::DUE, |entry| {
        all += 1;
        due += u64::from(entry.key < end);
        Ok::<_, StoreError>(())
    })?;
    Ok((all, due))
}

/// Items of the outbox, by id; only those in `state` if given.
///
/// # Errors
/// The store's.
pub fn list(store: &dyn Store, claimed: &ItemIds, state: Option<ItemState>) -> Result<Vec<(Item, ItemState)>, StoreError> {
    let mut items = Vec::new();
    table::each(store, keys::ITEM, |entry| {
        let item: Stored<Item> = table::decode(&entry)?;
        let now = state_of(&item.value, claimed);
        if state.is_none_or(|state| state == now) {
            items.push((item.value, now));
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(items)
}

/// One item with its state.
///
/// # Errors
/// [`Why::UnknownItem`].
pub fn show(store: &dyn Store, claimed: &ItemIds, id: ItemId) -> Result<(Item, ItemState), Fault> {
    let item = table::item(store, id)?.ok_or_else(|| Fault::wrong("id", &id.to_string(), Why::UnknownItem))?.value;
    let state = state_of(&item, claimed);
    Ok((item, state))
}

fn state_of(item: &Item, claimed: &ItemIds) -> ItemState {
    if claimed.contains(&item.id) { ItemState::Sending } else { item.state }
}

/// What happens next with an item.
///
/// # Errors
/// As [`show`].
pub fn next_step(store: &dyn Store, claimed: &ItemIds, id: ItemId, now: DateTime<Utc>) -> Result<(Item, ItemState, NextStep), Fault> {
    let (item, state) = show(store, claimed, id)?;
    let step = match state {
        ItemState::Sending => NextStep::BeingSent,
        ItemState::Sent | ItemState::Failed | ItemState::Dropped => NextStep::Nothing,
        ItemState::Held => NextStep::Decide,
        ItemState::Queued | ItemState::Deferred => waiting_step(store, claimed, &item, now)?,
    };
    Ok((item, state, step))
}

fn waiting_step(store: &dyn Store, claimed: &ItemIds, item: &Item, now: DateTime<Utc>) -> Result<NextStep, StoreError> {
    if let Some(earlier) = item.after
        && let Some(before) = table::item(store, earlier)?
        && (before.value.state.is_waiting() || claimed.contains(&earlier))
    {
        return Ok(NextStep::Behind { earlier: earlier.to_string() });
    }
    Ok(match item.next_attempt {
        Some(until) if until > now && item.attempts == 0 && item.panics == 0 => NextStep::Recallable { until },
        Some(until) if until > now => NextStep::Waits { until, expires: item.expires_at },
        _ => NextStep::Due,
    })
}
