//! Where entries lie in redb's one table.
//!
//! ```text
//! (empty)         the store's head: revision, count, fingerprint
//! key             the frame
//! ```
//!
//! The empty key is one that no commit may write, and the first of all. One table, because each further one costs every
//! commit a path of pages of its own.

use std::ops::Bound;

use ::redb::{Database, Durability, ReadTransaction, ReadableDatabase, TableDefinition, WriteTransaction};

use super::super::codec;
use super::super::frames::Frame;
use super::super::tally::{Head, Standing, Tally};
use super::engine::Error;
use crate::usecase::ports::{Check, Direction, Entry, Page, Range, Rev};

const ENTRIES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("entries");
const HEAD_KEY: &[u8] = &[];
/// The first key that an entry may have.
const FIRST_KEY: &[u8] = &[0];

/// Makes the empty table of a new store, durably.
pub(super) fn create(db: &Database) -> Result<(), Error> {
    let txn = db.begin_write()?;
    txn.open_table(ENTRIES)?;
    Ok(txn.commit()?)
}

/// What readers of now see, whatever is committed meanwhile.
pub(super) fn snapshot(db: &Database) -> Result<ReadTransaction, Error> {
    Ok(db.begin_read()?)
}

/// Reads the head; that of an empty store if there is none.
pub(super) fn head(txn: &ReadTransaction) -> Result<Head, Error> {
    let table = txn.open_table(ENTRIES)?;
    let Some(frame) = table.get(HEAD_KEY)? else { return Ok(Head::default()) };
    Ok(Head::decode(HEAD_KEY, frame.value())?)
}

/// Reads one entry.
pub(super) fn get(txn: &ReadTransaction, key: &[u8]) -> Result<Option<Entry>, Error> {
    if key < FIRST_KEY {
        return Ok(None);
    }
    let table = txn.open_table(ENTRIES)?;
    let Some(frame) = table.get(key)? else { return Ok(None) };
    Ok(Some(codec::decode(key, frame.value())?))
}

/// Reads part of a range.
pub(super) fn scan(txn: &ReadTransaction, range: &Range, limit: usize, direction: Direction) -> Result<Page, Error> {
    let start = range.start.as_slice().max(FIRST_KEY);
    if range.end.as_deref().is_some_and(|end| end <= start) {
        return Ok(Page { entries: Vec::new(), more: false });
    }
    let end = range.end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    let mut walk = txn.open_table(ENTRIES)?.range::<&[u8]>((Bound::Included(start), end))?;
    let mut next = || match direction {
        Direction::Forward => walk.next(),
        Direction::Backward => walk.next_back(),
    };
    let mut entries = Vec::new();
    while let Some((key, frame)) = next().transpose()? {
        if entries.len() == limit {
            return Ok(Page { entries, more: true });
        }
        entries.push(codec::decode(key.value(), frame.value())?);
    }
    Ok(Page { entries, more: false })
}

/// Reads every entry and compares the whole with the head.
pub(super) fn verify(txn: &ReadTransaction) -> Result<Standing, Error> {
    let head = head(txn)?;
    let (mut found, mut latest) = (Tally::default(), 0);
    for item in txn.open_table(ENTRIES)?.range(FIRST_KEY..)? {
        let (key, frame) = item?;
        let (key, frame) = (key.value(), frame.value());
        latest = latest.max(codec::decode(key, frame)?.rev);
        found.add(key, codec::header(key, frame)?, 0);
    }
    Ok(head.confirm(found, latest, 0)?)
}

/// The first key whose check does not hold.
pub(super) fn first_broken(txn: &ReadTransaction, checks: &[Check]) -> Result<Option<Vec<u8>>, Error> {
    for check in checks {
        if get(txn, &check.key)?.map_or(0, |entry| entry.rev) != check.rev {
            return Ok(Some(check.key.clone()));
        }
    }
    Ok(None)
}

/// Writes frames behind `head` into a transaction that is still to be committed; tells where that leads. Its commit will be
/// visible at once and durable with the next [`durable`] one.
pub(super) fn prepare<'a>(
    db: &Database,
    head: Head,
    rev: Rev,
    frames: impl Iterator<Item = Frame<'a>>,
) -> Result<(WriteTransaction, Head), Error> {
    let mut txn = db.begin_write()?;
    txn.set_durability(Durability::None)?;
    let mut next = Head { rev, ..head };
    let mut table = txn.open_table(ENTRIES)?;
    for (key, frame) in frames {
        let old = match frame {
            Some(frame) => {
                next.tally.add(key, codec::header(key, &frame)?, 0);
                table.insert(key, frame.as_ref())?
            }
            None => table.remove(key)?,
        };
        if let Some(old) = old {
            next.tally.remove(key, codec::header(key, old.value())?, 0);
        }
    }
    table.insert(HEAD_KEY, next.encode(HEAD_KEY).as_slice())?;
    drop(table);
    Ok((txn, next))
}

/// Makes all commits before it durable, by an empty one that is.
pub(super) fn durable(db: &Database) -> Result<(), Error> {
    let mut txn = db.begin_write()?;
    txn.set_durability(Durability::Immediate)?;
    Ok(txn.commit()?)
}
