//! Messages that wait for an instant which is further away than anybody puts off a message: the clock was put back since they were
//! queued or tried. They are due at once. What was put off for less waits at most as long as it would have to at the worst.

use chrono::{DateTime, Utc};

use crate::domain::fault::Fault;
use crate::domain::office::Rules;
use crate::domain::outbox::Item;
use crate::usecase::desk::{Change, Desk, PROGRAM};
use crate::usecase::ports::{Direction, Range, Store, StoreError};
use crate::usecase::table::{self, Stored};
use crate::usecase::{history, keys};

/// How many are looked at together, and called back in one commit.
const AT_ONCE: usize = 20;

/// Whether there are any.
///
/// # Errors
/// The store's.
pub fn any(store: &dyn Store, rules: &Rules, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut range = far_away(rules, now);
    while let Some(strayed) = some(store, &mut range, now)? {
        if !strayed.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes them due. To be asked while no run is going on.
///
/// # Errors
/// [`Fault::Store`].
pub fn call_back(desk: &mut Desk) -> Result<(), Fault> {
    let now = desk.now();
    let mut range = far_away(desk.rules(), now);
    while let Some(strayed) = some(desk.store(), &mut range, now)? {
        let mut change = desk.change(PROGRAM, "outbox.call_back", format!("{} items", strayed.len()));
        for stored in &strayed {
            put(&mut change, stored, now)?;
        }
        if !change.is_empty() {
            desk.commit(change)?;
        }
    }
    Ok(())
}

fn put(change: &mut Change, stored: &Stored<Item>, now: DateTime<Utc>) -> Result<(), Fault> {
    change.put(Some(stored), &Item { next_attempt: Some(now), ..stored.value.clone() })
}

/// What is due later than a message that was queued, held for recall or tried in vain right now would be.
fn far_away(rules: &Rules, now: DateTime<Utc>) -> Range {
    let longest = chrono::Duration::from_std(rules.retry.longest() + rules.hold).unwrap_or(chrono::Duration::days(1));
    Range { start: keys::due_end(now + longest), ..Range::prefix(keys::DUE) }
}

/// Those among the next few; `None` behind the last. A domain that wants few messages makes many wait for long: what was
/// promised its turn was written before now.
fn some(store: &dyn Store, range: &mut Range, now: DateTime<Utc>) -> Result<Option<Vec<Stored<Item>>>, StoreError> {
    let page = store.scan(range, AT_ONCE, Direction::Forward)?;
    let Some(last) = page.entries.last() else { return Ok(None) };
    range.start = [last.key.as_slice(), &[0]].concat();
    let mut strayed = Vec::new();
    for id in page.entries.iter().filter_map(|entry| keys::due_item(&entry.key)) {
        // One damaged item must not stop all others; `check` names it.
        let stored = match table::item(store, id) {
            Ok(Some(stored)) => stored,
            Ok(None) | Err(StoreError::Corrupt(_)) => continue,
            Err(error) => return Err(error),
        };
        if history::written_at::<Item>(store, &id.to_string())?.is_some_and(|at| at > now) {
            strayed.push(stored);
        }
    }
    Ok(Some(strayed))
}
