//! Bringing a store that an older program wrote to the present schema, before anything else is done with it.
//!
//! Each step may be broken off at any moment and is done again from its beginning; the store is of the next schema only from
//! the commit on that says so, which is audited. Until then the older program could go on with it.
//!
//! | schema | what is new |
//! | --- | --- |
//! | 1 | the first |
//! | 2 | meetings that wait for somebody are indexed by their state ([`DayIndex::Waiting`](keys::DayIndex::Waiting)) |
//! | 3 | the index of days says when each meeting is held and what it claims ([`glance`](crate::usecase::glance)) |

use crate::domain::fault::Fault;
use crate::domain::meeting::Meeting;
use crate::usecase::desk::{Desk, PROGRAM};
use crate::usecase::keys;
use crate::usecase::ports::{MAX_COMMIT_BYTES, MAX_OPERATIONS, Operation, StoreError};
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
            2 => index_glances(desk)?,
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
    let mut batch = Batch::new(desk);
    table::each(desk.store(), keys::WAITING, |entry| batch.add(Operation::Delete { key: entry.key }))?;
    batch.commit()?;
    index_meetings(desk, keys::WAITING)
}

/// 2 → 3: every program kept the keys. What an earlier try wrote behind them may be out of date by now, so that it is all
/// written; nothing is removed, because the older program cannot go on without it.
fn index_glances(desk: &Desk) -> Result<(), Fault> {
    index_meetings(desk, keys::DAY)
}

/// Writes all entries of an index of meetings.
fn index_meetings(desk: &Desk, index: &[u8]) -> Result<(), Fault> {
    let mut batch = Batch::new(desk);
    table::each(desk.store(), Meeting::PREFIX, |entry| {
        let entries = table::decode::<Meeting>(&entry)?.value.index().into_iter();
        entries
            .filter(|entry| entry.key.starts_with(index))
            .try_for_each(|entry| batch.add(Operation::Put { key: entry.key, value: table::raw(entry.bytes) }))
    })?;
    batch.commit()
}

/// Operations that are committed as soon as they are as many as one commit may hold: an old store has more of them than are
/// kept in memory.
struct Batch<'a> {
    desk: &'a Desk,
    operations: Vec<Operation>,
    bytes: usize,
}

impl<'a> Batch<'a> {
    fn new(desk: &'a Desk) -> Self {
        Self { desk, operations: Vec::new(), bytes: 0 }
    }

    fn add(&mut self, operation: Operation) -> Result<(), Fault> {
        if self.operations.len() == MAX_OPERATIONS || self.bytes + operation.size() > MAX_COMMIT_BYTES {
            self.commit()?;
        }
        self.bytes += operation.size();
        self.operations.push(operation);
        Ok(())
    }

    /// Commits what there is.
    fn commit(&mut self) -> Result<(), Fault> {
        self.bytes = 0;
        match std::mem::take(&mut self.operations) {
            none if none.is_empty() => Ok(()),
            operations => self.desk.write_unaudited(operations),
        }
    }
}
