//! The bytes of messages that wait for somebody, in chunks under the limit of a value.
//!
//! What fits goes into the commit that keeps the message. More is laid down before it, under a mark that this commit takes away; a
//! mark that is still there at the next start says that the chunks under that number belong to nothing.

use crate::domain::fault::{Fault, Rule};
use crate::domain::incoming::{Received, ReceivedId};
use crate::usecase::desk::{Change, Desk};
use crate::usecase::keys;
use crate::usecase::ports::{Direction, Operation, Range, Store, StoreError};
use crate::usecase::table;

/// The most bytes of all messages that wait, together.
pub const KEPT_MAX: u64 = 1024 * 1024 * 1024;
/// Bytes of a chunk.
const CHUNK: usize = 64 * 1024;
/// So many chunks go into the commit that keeps the message.
const AT_ONCE: usize = 2;
/// So many chunks are laid down, or taken away, by one commit of their own.
const BESIDE: usize = 6;
/// The counter of the bytes that are kept.
const BYTES: &str = "received.bytes";

/// What is kept of a message.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kept {
    pub(super) bytes: u64,
    pub(super) chunks: u32,
}

fn mark(id: ReceivedId) -> Vec<u8> {
    keys::numbered(keys::RECEIVED_OPEN, id.0)
}

/// The bytes that are kept of all messages, and the revision of that number.
fn held(store: &dyn Store) -> Result<(u64, u64), StoreError> {
    Ok(table::get::<u64>(store, &keys::counter(BYTES))?.map_or((0, 0), |stored| (stored.value, stored.rev)))
}

/// Sees to it that a message's bytes are kept when the commit that is being made has happened.
///
/// # Errors
/// [`Rule::QuarantineFull`]; [`Fault::Store`].
pub(super) fn lay_down(desk: &Desk, change: &mut Change, id: ReceivedId, bytes: &[u8]) -> Result<Kept, Fault> {
    let (before, rev) = held(desk.store())?;
    let after = before.saturating_add(bytes.len() as u64);
    if after > KEPT_MAX {
        return Err(Fault::refused(Rule::QuarantineFull { limit: KEPT_MAX }));
    }
    let counter = keys::counter(BYTES);
    change.check(&counter, rev);
    change.write(counter, &after)?;
    let chunks: Vec<&[u8]> = bytes.chunks(CHUNK).collect();
    let beside = chunks.len().saturating_sub(AT_ONCE);
    let put = |(n, chunk): (usize, &&[u8])| Operation::Put {
        key: keys::pair(keys::RECEIVED_CHUNK, id.0, n as u64),
        value: table::raw(chunk.to_vec()),
    };
    if beside > 0 {
        // A run before this one may have been refused by the store in the middle.
        clear(desk, id)?;
        desk.write_unaudited(vec![Operation::Put { key: mark(id), value: table::raw(Vec::new()) }])?;
        let laid: Vec<(usize, &&[u8])> = chunks.iter().enumerate().take(beside).collect();
        for some in laid.chunks(BESIDE) {
            desk.write_unaudited(some.iter().copied().map(put).collect())?;
        }
        change.delete(mark(id));
    }
    for (n, chunk) in chunks.iter().enumerate().skip(beside) {
        change.write_raw(keys::pair(keys::RECEIVED_CHUNK, id.0, n as u64), chunk.to_vec());
    }
    Ok(Kept { bytes: bytes.len() as u64, chunks: u32::try_from(chunks.len()).unwrap_or(u32::MAX) })
}

/// Says in a commit that a message's bytes are kept no more; [`clear`] takes them away after it.
///
/// # Errors
/// The store's.
pub(super) fn give_up(desk: &Desk, change: &mut Change, received: &Received) -> Result<(), Fault> {
    let (before, rev) = held(desk.store())?;
    let counter = keys::counter(BYTES);
    change.check(&counter, rev);
    change.write(counter, &before.saturating_sub(received.kept))?;
    change.write_raw(mark(received.id), Vec::new());
    Ok(())
}

/// Takes away the chunks under a number, and then its mark.
///
/// # Errors
/// The store's.
pub(super) fn clear(desk: &Desk, id: ReceivedId) -> Result<(), Fault> {
    let chunks = Range::prefix(&keys::numbered(keys::RECEIVED_CHUNK, id.0));
    loop {
        let page = desk.store().scan(&chunks, BESIDE, Direction::Forward)?;
        if page.entries.is_empty() {
            break;
        }
        desk.write_unaudited(page.entries.into_iter().map(|entry| Operation::Delete { key: entry.key }).collect())?;
    }
    if desk.store().get(&mark(id))?.is_some() {
        desk.write_unaudited(vec![Operation::Delete { key: mark(id) }])?;
    }
    Ok(())
}

/// Takes away what a crash left: chunks of messages that were never kept, or are kept no more.
///
/// # Errors
/// The store's.
pub fn sweep(desk: &Desk) -> Result<(), Fault> {
    let mut open = Vec::new();
    table::each(desk.store(), keys::RECEIVED_OPEN, |entry| {
        open.extend(keys::last_number(&entry.key));
        Ok::<_, StoreError>(())
    })?;
    open.into_iter().try_for_each(|id| clear(desk, ReceivedId(id)))
}

/// The bytes of a message that waits, as it came; `None`: they are not kept.
///
/// # Errors
/// [`StoreError::Corrupt`] when not all of them are there.
pub fn bytes_of(store: &dyn Store, received: &Received) -> Result<Option<Vec<u8>>, StoreError> {
    if !received.waits() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    for n in 0..received.chunks {
        let entry = store.get(&keys::pair(keys::RECEIVED_CHUNK, received.id.0, u64::from(n)))?;
        let entry = entry.ok_or_else(|| StoreError::Corrupt(format!("of {} the chunk {n} is not there", received.id)))?;
        bytes.extend_from_slice(&entry.value.bytes);
    }
    Ok(Some(bytes))
}
