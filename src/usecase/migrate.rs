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
//! | 4 | within a day it is in the order of time, under another prefix ([`DayIndex::All`](keys::DayIndex::All)) |
//! | 5 | what lay under the old prefix is gone |
//! | 6 | what messages have in common lies once for all of them ([`message`](crate::usecase::message)); older ones stay as they are |
//! | 7 | messages are held by people and wait to be recalled; meetings are postponed and replaced; what comes back is kept |
//!
//! No program was ever content with schema 4: until it is said to be reached the older program needs what 5 takes away.

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
        let to = match from {
            1..4 => {
                if from == 1 {
                    index_anew(desk, keys::WAITING)?;
                }
                index_anew(desk, keys::HELD)?;
                4
            }
            4 => {
                remove(desk, keys::OLD_DAY)?;
                5
            }
            // A message says by its format how it is to be read; what came with 7 was not there before.
            5 => 6,
            6 => 7,
            _ => return Err(StoreError::Corrupt(format!("no program ever wrote the schema {from}")).into()),
        };
        let mut change = desk.change(PROGRAM, "store.migrate", format!("{from} → {to}"));
        change.migrates_to(to);
        desk.commit(change)?;
    }
    Ok(())
}

/// Makes an index of meetings that the older program does not know. Whatever is in it was left by a try that broke off, and may
/// be out of date by now.
fn index_anew(desk: &Desk, index: &[u8]) -> Result<(), Fault> {
    remove(desk, index)?;
    index_meetings(desk, index)
}

fn remove(desk: &Desk, prefix: &[u8]) -> Result<(), Fault> {
    let mut batch = Batch::new(desk);
    table::each(desk.store(), prefix, |entry| batch.add(Operation::Delete { key: entry.key }))?;
    batch.commit()
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
