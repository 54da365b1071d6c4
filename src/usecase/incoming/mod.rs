//! What comes back: each message is taken once, and what it says is applied in the commit that keeps it.
//!
//! Nothing here sends anything: who writes to the office gets no answer from a program, so that no two programs ever answer each
//! other. A message of which nothing can be made waits, as it came, for somebody to look at it.

mod answer;
pub mod forget;
mod keep;
mod letter;
pub mod place;
mod report;
mod tagged;

use crate::domain::attendance::Attendance;
use crate::domain::fault::{Fault, Why};
use crate::domain::incoming::{Discarded, Incoming, Outcome, Quarantine, Received, ReceivedId, Source, What};
use crate::domain::outbox::Item;
use crate::usecase::desk::Desk;
use crate::usecase::keys;
use crate::usecase::ports::{Direction, Range, Store, StoreError};
use crate::usecase::table::{self, Stored};

pub use keep::{KEPT_MAX, bytes_of, sweep};

/// So many messages of one Message-ID are looked at.
const TWINS: usize = 16;
/// The name of the counter that numbers messages.
const NUMBER: &str = "received";

/// A message after it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// What was made of it.
    pub received: Received,
    /// Whether it was there already.
    pub repeated: bool,
}

/// What is to become of a message.
struct Judged {
    outcome: Outcome,
    /// A unit's attendance, as it was and as it is to be.
    attendance: Option<(Option<Stored<Attendance>>, Attendance)>,
    /// A message of ours, as it was and as it is to be.
    item: Option<(Stored<Item>, Item)>,
}

impl Judged {
    fn only(outcome: Outcome) -> Self {
        Self { outcome, attendance: None, item: None }
    }

    fn quarantined(why: Quarantine) -> Self {
        Self::only(Outcome::Quarantined { why })
    }
}

/// Takes a message, once: the same bytes again, or the same message on another way, change nothing.
///
/// # Errors
/// [`crate::domain::fault::Rule::QuarantineFull`]; [`Fault::Store`]. Nothing was written then.
pub fn take(desk: &mut Desk, actor: &str, message: &Incoming, bytes: &[u8], source: Source) -> Result<Taken, Fault> {
    if let Some(received) = known(desk.store(), message)? {
        return Ok(Taken { received, repeated: true });
    }
    let id = ReceivedId(last(desk.store())? + 1);
    let judged = judge(desk, id, message)?;
    let mut change = desk.change(actor, "receive.take", id.to_string());
    let kept = if judged.outcome.keeps() { keep::lay_down(desk, &mut change, id, bytes)? } else { keep::Kept::default() };
    if desk.count(&mut change, NUMBER)? != id.0 {
        return Err(Fault::Internal { detail: format!("{id} is not the next number") });
    }
    let received = Received {
        id,
        at: desk.now(),
        source,
        message: message.clone(),
        outcome: judged.outcome,
        kept: kept.bytes,
        chunks: kept.chunks,
        discarded: None,
    };
    change.put(None, &received)?;
    if let Some((old, new)) = &judged.attendance {
        change.put(old.as_ref(), new)?;
    }
    if let Some((old, new)) = &judged.item {
        change.put(Some(old), new)?;
    }
    desk.commit(change)?;
    Ok(Taken { received, repeated: false })
}

/// The number of the last message.
fn last(store: &dyn Store) -> Result<u64, StoreError> {
    Ok(table::get::<u64>(store, &keys::counter(NUMBER))?.map_or(0, |stored| stored.value))
}

/// What a message is applied to, and how.
fn judge(desk: &Desk, id: ReceivedId, message: &Incoming) -> Result<Judged, Fault> {
    match &message.what {
        What::Unread(why) => Ok(Judged::quarantined(Quarantine::Unread(*why))),
        What::Calendar(said) => answer::judge(desk, id, message, said),
        What::Report(report) => Ok(report::judge(desk, id, report, tagged::item(desk.store(), message)?)?),
        What::Letter(letter) => match tagged::judge(desk, id, message, letter)? {
            Some(judged) => Ok(judged),
            None => Ok(letter::judge(desk, id, message, letter)?),
        },
    }
}

/// The same message, if it was taken before: the same bytes, or the same Message-ID and the same content from the same mailbox. The
/// Message-ID alone does not say so: anybody can write one, and must not keep a later message from being taken by that.
fn known(store: &dyn Store, message: &Incoming) -> Result<Option<Received>, StoreError> {
    let by_bytes = keys::received_as(message.digest.as_str());
    if let Some(entry) = table::last(store, &by_bytes)? {
        return named(store, &entry.key).map(Some);
    }
    let Some(id) = &message.message_id else { return Ok(None) };
    let by_id = keys::received_id(crate::domain::audit::Digest::of(id.as_bytes()).as_str());
    for entry in store.scan(&Range::prefix(&by_id), TWINS, Direction::Backward)?.entries {
        let twin = named(store, &entry.key)?;
        let same = |one: &Incoming| (one.from.clone(), one.trust, one.what.clone());
        if !matches!(message.what, What::Unread(_)) && same(&twin.message) == same(message) {
            return Ok(Some(twin));
        }
    }
    Ok(None)
}

/// The message whose number an index names.
fn named(store: &dyn Store, key: &[u8]) -> Result<Received, StoreError> {
    let number = keys::last_number(key).unwrap_or(0);
    let received = table::received(store, ReceivedId(number))?;
    received.map(|received| received.value).ok_or_else(|| StoreError::Corrupt(format!("index {} names nothing", key.escape_ascii())))
}

/// The messages that wait for somebody, or all of them; the oldest first.
///
/// # Errors
/// The store's.
pub fn list(store: &dyn Store, all: bool) -> Result<Vec<Received>, StoreError> {
    let mut found = Vec::new();
    if all {
        table::each(store, keys::RECEIVED, |entry| {
            found.push(table::decode::<Received>(&entry)?.value);
            Ok::<_, StoreError>(())
        })?;
    } else {
        table::each(store, keys::RECEIVED_WAITING, |entry| {
            found.push(named(store, &entry.key)?);
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(found)
}

/// One message.
///
/// # Errors
/// [`Why::UnknownReceived`].
pub fn show(store: &dyn Store, id: ReceivedId) -> Result<Stored<Received>, Fault> {
    table::received(store, id)?.ok_or_else(|| Fault::wrong("id", &id.to_string(), Why::UnknownReceived))
}

/// Puts a message away that somebody has looked at: its bytes go, what was read of it stays. Again it changes nothing.
///
/// # Errors
/// As [`show`].
pub fn discard(desk: &mut Desk, actor: &str, id: ReceivedId) -> Result<Received, Fault> {
    let stored = show(desk.store(), id)?;
    if !stored.value.waits() {
        return Ok(stored.value);
    }
    let by = Discarded { at: desk.now(), by: actor.to_owned() };
    let value = Received { discarded: Some(by), ..stored.value.clone() };
    let mut change = desk.change(actor, "receive.discard", id.to_string());
    change.put(Some(&stored), &value)?;
    keep::give_up(desk, &mut change, &stored.value)?;
    desk.commit(change)?;
    keep::clear(desk, id)?;
    Ok(value)
}
