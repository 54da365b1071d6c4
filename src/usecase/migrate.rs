//! Bringing a store that an older program wrote to the present schema, before anything else is done with it.
//!
//! Each step may be broken off at any moment and is done again from its beginning; the store is of the next schema only from
//! the commit on that says so, which is audited. Until then the older program could go on with it.
//!
//! | schema | what is new |
//! | --- | --- |
//! | 1 | the first |
//! | 2 | meetings that wait for somebody are indexed by their state ([`DayIndex::Waiting`](keys::DayIndex::Waiting)) |

use crate::domain::fault::Fault;
use crate::domain::meeting::Meeting;
use crate::usecase::desk::{Desk, PROGRAM};
use crate::usecase::keys;
use crate::usecase::ports::{Format, MAX_OPERATIONS, Operation, StoreError, Value};
use crate::usecase::table::{self, Record as _, SCHEMA};

/// Whether a store is of an older schema.
#[must_use]
pub fn is_due(desk: &Desk) -> bool {
    desk.schema() < u32::from(SCHEMA)
}

/// Brings a store to the present schema.
///
/// # Errors
/// [`Fault::Store`]: it is still of the schema it had, or of one between.
pub fn run(desk: &mut Desk) -> Result<(), Fault> {
    while is_due(desk) {
        let from = desk.schema();
        match from {
            1 => index_waiting(desk)?,
            _ => return Err(StoreError::Corrupt(format!("no program ever wrote the schema {from}")).into()),
        }
        let mut change = desk.change(PROGRAM, "store.migrate", format!("{from} → {}", from + 1));
        change.migrates_to(from + 1);
        desk.commit(change)?;
    }
    Ok(())
}

/// 1 → 2: whatever is in the index is removed, because a program that does not know it may have written since.
fn index_waiting(desk: &Desk) -> Result<(), Fault> {
    let mut removed = Vec::new();
    table::each(desk.store(), keys::WAITING, |entry| {
        removed.push(Operation::Delete { key: entry.key });
        Ok::<_, StoreError>(())
    })?;
    in_commits(desk, removed)?;
    let mut added = Vec::new();
    table::each(desk.store(), Meeting::PREFIX, |entry| {
        let keys = table::decode::<Meeting>(&entry)?.value.index();
        let keys = keys.into_iter().filter(|key| key.starts_with(keys::WAITING));
        added.extend(keys.map(|key| Operation::Put { key, value: Value { format: Format::Raw, schema: SCHEMA, bytes: Vec::new() } }));
        Ok::<_, StoreError>(())
    })?;
    in_commits(desk, added)
}

fn in_commits(desk: &Desk, mut operations: Vec<Operation>) -> Result<(), Fault> {
    while !operations.is_empty() {
        let rest = operations.split_off(operations.len().min(MAX_OPERATIONS));
        desk.write_unaudited(std::mem::replace(&mut operations, rest))?;
    }
    Ok(())
}
