//! What people decide about messages on their way: all that a request names, or nothing.

use chrono::{DateTime, Utc};

use crate::domain::dispatch::{Dispatch, DispatchKind, ItemId};
use crate::domain::fault::{Fault, Rule, Why, Wrong};
use crate::domain::intervention::{ITEMS_MAX, Intervention};
use crate::domain::meeting::{Meeting, MeetingState};
use crate::domain::outbox::{Item, ItemState};
use crate::usecase::desk::Desk;
use crate::usecase::issue;
use crate::usecase::keys;
use crate::usecase::outbox;
use crate::usecase::ports::StoreError;
use crate::usecase::table::{self, Stored};

/// Does what `actor` decides about messages, and gives them as they are afterwards. One that is being sent gets its fate first:
/// what was decided is done when it would have to be tried again.
///
/// # Errors
/// [`Fault::Wrong`] with every message that there is not; [`Rule::Items`] with every one that is in another state;
/// [`Rule::ItemOverdue`] when one would be sent of which there is no use any more. Nothing is written then.
pub fn intervene(desk: &mut Desk, actor: &str, ids: &[ItemId], what: &Intervention) -> Result<Vec<(Item, ItemState)>, Fault> {
    let stored = named(desk, ids)?;
    let (mut change, mut refused) = (desk.change(actor, what.kind().audit_name(), object(&stored)), Vec::new());
    for old in &stored {
        let sending = desk.claimed.items.contains(&old.value.id);
        let expires_at = if what.sends() { expiry(desk, &old.value)? } else { old.value.expires_at };
        match old.value.decided(what, actor, sending, desk.now(), expires_at) {
            Some(new) if new == old.value => {}
            Some(new) => change.put(Some(old), &new)?,
            None => refused.push((old.value.id, if sending { ItemState::Sending } else { old.value.state })),
        }
    }
    if !refused.is_empty() {
        return Err(Fault::refused(Rule::Items { wanted: what.kind(), refused }));
    }
    if !change.is_empty() {
        desk.commit(change)?;
    }
    again(desk, stored.iter().map(|item| item.value.id))
}

/// Messages as they are now, for who asks once more what a request did.
///
/// # Errors
/// As [`outbox::show`].
pub fn again(desk: &Desk, ids: impl IntoIterator<Item = ItemId>) -> Result<Vec<(Item, ItemState)>, Fault> {
    ids.into_iter().map(|id| outbox::show(desk.store(), &desk.claimed.items, id)).collect()
}

/// The names of messages as they stand in the audit; read back by [`objects`].
fn object(items: &[Stored<Item>]) -> String {
    items.iter().map(|item| item.value.id.to_string()).collect::<Vec<_>>().join(" ")
}

/// The messages that an entry of the audit names.
#[must_use]
pub fn objects(object: &str) -> Option<Vec<ItemId>> {
    object.split(' ').map(ItemId::parse).collect()
}

/// The messages of a request, each once, in the order in which they were named.
fn named(desk: &Desk, ids: &[ItemId]) -> Result<Vec<Stored<Item>>, Fault> {
    let (mut items, mut wrong): (Vec<Stored<Item>>, _) = (Vec::new(), Vec::new());
    for id in ids {
        if items.iter().any(|item| item.value.id == *id) {
            continue;
        }
        match table::item(desk.store(), *id)? {
            Some(item) => items.push(item),
            None => wrong.push(Wrong::new("id", &id.to_string(), Why::UnknownItem)),
        }
    }
    if !wrong.is_empty() {
        return Err(Fault::Wrong { wrong });
    }
    match items.len() {
        0 => Err(Fault::wrong("id", "", Why::Required)),
        1..=ITEMS_MAX => Ok(items),
        many => Err(Fault::wrong("id", &many.to_string(), Why::TooLarge { limit: ITEMS_MAX as u64 })),
    }
}

/// When a message that is sent again is given up: as if it were issued now.
///
/// # Errors
/// [`Rule::ItemOverdue`] when the meeting has begun or the units have been told something else since.
fn expiry(desk: &Desk, item: &Item) -> Result<DateTime<Utc>, Fault> {
    let missing = || StoreError::Corrupt(format!("the dispatch or the meeting of {} is not there", item.id));
    let dispatch: Stored<Dispatch> = table::get(desk.store(), &keys::numbered(keys::DISPATCH, item.id.dispatch))?.ok_or_else(missing)?;
    let meeting: Stored<Meeting> = table::find(desk.store(), item.meeting.as_str())?.ok_or_else(missing)?;
    if !item.kind.tells_units() {
        // Whether it is still of use is looked at when it is to be sent.
        return Ok(desk.rules().retry.expiry(desk.now()));
    }
    let (start, expiry) = (dispatch.value.calendar.start.instant(), desk.rules().retry.expiry(desk.now()));
    let overdue = |begun| Err(Fault::refused(Rule::ItemOverdue { id: item.id, meeting: item.meeting.clone(), begun }));
    let later = issue::items_of(desk.store(), &meeting.value, Some(&item.to))?.iter().any(|other| other.id.dispatch > item.id.dispatch);
    let invites = item.kind == DispatchKind::Request;
    if later || invites && meeting.value.state != MeetingState::Issued {
        return overdue(false);
    }
    match item.kind {
        DispatchKind::Request if start <= desk.now() => overdue(true),
        DispatchKind::Request => Ok(expiry.min(start)),
        DispatchKind::Cancel | DispatchKind::Report => Ok(expiry),
    }
}
