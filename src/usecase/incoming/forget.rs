//! Forgetting what came long ago and changed nothing: advertisements, answers that counted no more, whatever somebody put away.
//!
//! What a unit's attendance or a message of ours tells of stays as long as these do, and what waits for somebody waits. A message
//! that is forgotten goes with its versions; an entry of the audit names it, so that nothing is missing that nobody spoke of.

use chrono::{DateTime, Utc};

use crate::domain::fault::Fault;
use crate::domain::incoming::{Received, ReceivedId};
use crate::usecase::audit;
use crate::usecase::desk::{Desk, PROGRAM};
use crate::usecase::history::{Kept, versions};
use crate::usecase::keys;
use crate::usecase::ports::{Range, Store, StoreError};
use crate::usecase::table::{self, Record as _};

/// So many messages are forgotten by one commit: each has its record, three entries in indexes and two versions.
pub const AT_ONCE: usize = 12;

/// The messages that have been of no use since before an instant, the oldest first.
///
/// # Errors
/// The store's.
pub fn outlived(store: &dyn Store, before: DateTime<Utc>) -> Result<Vec<ReceivedId>, StoreError> {
    let mut found = Vec::new();
    table::each(store, keys::RECEIVED, |entry| {
        // One that cannot be read is left for `check` to name.
        let received = table::decode::<Received>(&entry).ok();
        found.extend(received.filter(|one| one.value.spent().is_some_and(|since| since < before)).map(|one| one.value.id));
        Ok::<_, StoreError>(())
    })?;
    Ok(found)
}

/// Forgets those of some messages, at most [`AT_ONCE`] of them, that are still of no use. A clock that stands at a chosen instant
/// forgets nothing.
///
/// # Errors
/// [`Fault::Store`].
pub fn forget(desk: &mut Desk, ids: &[ReceivedId], before: DateTime<Utc>) -> Result<(), Fault> {
    if desk.around.clock.frozen() {
        return Ok(());
    }
    let mut change = desk.change(PROGRAM, audit::FORGET, "");
    let mut gone = Vec::new();
    for id in ids.iter().take(AT_ONCE) {
        let Some(stored) = table::received(desk.store(), *id)? else { continue };
        let is_spent = stored.value.spent().is_some_and(|since| since < before);
        if !is_spent || !stands_alone(desk, *id)? {
            continue;
        }
        let key = stored.value.key();
        change.check(&key, stored.rev);
        change.delete(key);
        stored.value.index().into_iter().for_each(|entry| change.delete(entry.key));
        let made = keys::under(&keys::versions(Received::KIND), &format!("{id}/"));
        let made = desk.store().scan(&Range::prefix(&made), AT_ONCE, crate::usecase::ports::Direction::Forward)?;
        made.entries.into_iter().for_each(|entry| change.delete(entry.key));
        gone.push(id.to_string());
    }
    if gone.is_empty() {
        return Ok(());
    }
    change.about(&gone.join(" "));
    desk.commit(change).map(drop)
}

/// Whether nothing else was written together with a message's versions: the audit vouches for what is written together as a whole.
fn stands_alone(desk: &Desk, id: ReceivedId) -> Result<bool, Fault> {
    for Kept { audit, .. } in versions::<Received>(desk.store(), &id.to_string())? {
        if audit::entry(desk.store(), audit)?.is_none_or(|sealed| sealed.entry.made.len() != 1) {
            return Ok(false);
        }
    }
    Ok(true)
}
