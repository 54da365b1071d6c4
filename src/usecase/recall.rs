//! Recalling: what was issued last is taken back before any of it has left. The meeting is as it was before, the number that was
//! given stays voided with the reason, and what was told in the place of earlier messages gives that place back.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::domain::dispatch::{Dispatch, ItemId};
use crate::domain::fault::{Fault, Rule};
use crate::domain::meeting::{Event, Meeting, MeetingId, Voided};
use crate::domain::outbox::{Item, ItemState, Reason};
use crate::domain::text::Prose;
use crate::domain::workflow::Action;
use crate::usecase::desk::{Change, Desk};
use crate::usecase::history;
use crate::usecase::issue;
use crate::usecase::job::{self, JobKind};
use crate::usecase::meeting::{self, Done};
use crate::usecase::table::{self, Stored};

/// The most messages that one commit of a recall decides about: each needs its record, its version and two keys of the due index.
pub const RECALL_AT_ONCE: usize = 16;

/// A row of a recall's job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecallRow {
    /// The message.
    pub id: ItemId,
    /// Why it is not sent; `None`: it takes back the place that a recalled message had taken.
    pub reason: Option<Prose>,
}

/// Takes back what was told last of a meeting: its issue, further units, a replacement, a postponement, a cancellation.
///
/// # Errors
/// [`Rule::NothingToRecall`] when the last thing that happened to it told nobody anything; [`Rule::TooLateToRecall`] when a
/// message of it may have left. Nothing is written then.
pub fn recall(desk: &mut Desk, actor: &str, id: &MeetingId, reason: &Prose) -> Result<Done, Fault> {
    meeting::check_reason(Some(reason))?;
    let old = meeting::read(desk.store(), id)?;
    let before = before_the_last(desk, &old)?;
    let last = last_told(desk, &old)?;
    let rows = rows(desk, &old.value, &last, reason)?;
    let number = |meeting: &Meeting| meeting.issue.as_ref().map(|issue| issue.number.clone());
    let mut value = Meeting { history: old.value.history.clone(), voided: old.value.voided.clone(), ..before };
    if let Some(issue) = old.value.issue.as_ref().filter(|_| number(&old.value) != number(&value)) {
        value.voided.push(Voided { number: issue.number.clone(), date: issue.date, reason: reason.clone() });
    }
    value.note(Event { at: desk.now(), by: actor.to_owned(), action: Action::Recall, reason: Some(reason.clone()) });
    let mut change = desk.change(actor, meeting::audit_name(Action::Recall), id.as_str());
    change.put(Some(&old), &value)?;
    let staged = job::stage(desk, JobKind::Recall, actor, id.as_str(), &rows)?;
    job::seal(&mut change, &staged)?;
    let rev = desk.commit(change)?;
    job::run(desk, staged.id)?;
    Ok(meeting::done(desk, Stored { rev, value }, Vec::new()))
}

/// The meeting as it was before the last thing that happened to it, which told units something.
fn before_the_last(desk: &Desk, old: &Stored<Meeting>) -> Result<Meeting, Fault> {
    let told = old.value.history.last().is_some_and(|event| event.action.tells());
    let nothing = || Fault::refused(Rule::NothingToRecall { id: old.value.id.clone() });
    if !told || old.value.issue.is_none() {
        return Err(nothing());
    }
    // The last version is the meeting as it is.
    let mut is_present = true;
    let before = |_: &Meeting| !std::mem::take(&mut is_present);
    history::latest(desk.store(), old.value.id.as_str(), before)?.ok_or_else(nothing)
}

/// The dispatches that told it: one, or two where an invitation in the place of another was withdrawn from somebody as well.
fn last_told(desk: &Desk, old: &Stored<Meeting>) -> Result<Vec<u64>, Fault> {
    let mut told = Vec::new();
    for id in issue::dispatches_of(desk.store(), &old.value)?.into_iter().rev() {
        let fixed = history::began::<Dispatch>(desk.store(), &id.to_string())?;
        // Fixed by the commit that noted what happened, whatever the clock said meanwhile; a warning about it came later.
        match fixed.cmp(&old.rev) {
            Ordering::Equal => told.push(id),
            Ordering::Greater => {}
            Ordering::Less => break,
        }
    }
    if told.is_empty() { Err(Fault::refused(Rule::NothingToRecall { id: old.value.id.clone() })) } else { Ok(told) }
}

/// What becomes of the meeting's messages.
fn rows(desk: &Desk, meeting: &Meeting, last: &[u64], reason: &Prose) -> Result<Vec<RecallRow>, Fault> {
    let (mut rows, mut left) = (Vec::new(), 0);
    for item in issue::items_of(desk.store(), meeting, None)? {
        let id = item.id;
        if last.contains(&id.dispatch) {
            left += u64::from(may_have_left(&item) || desk.claimed.items.contains(&id));
            rows.push(RecallRow { id, reason: Some(reason.clone()) });
        } else if in_whose_place(&item).is_some_and(|by| last.contains(&by.dispatch)) {
            rows.push(RecallRow { id, reason: None });
        }
    }
    if left > 0 {
        return Err(Fault::refused(Rule::TooLateToRecall { id: meeting.id.clone(), left }));
    }
    Ok(rows)
}

fn may_have_left(item: &Item) -> bool {
    item.attempts > 0 || item.panics > 0 || item.uncertain || item.interrupted || item.state == ItemState::Sent
}

/// The later message that took the place of this one.
fn in_whose_place(item: &Item) -> Option<ItemId> {
    match &item.reason {
        Some(Reason::Superseded { by }) => Some(*by),
        _ => item.superseded_by,
    }
}

/// Writes what becomes of a message.
///
/// # Errors
/// [`Fault::Store`].
pub fn apply(desk: &Desk, row: &RecallRow, change: &mut Change) -> Result<(), Fault> {
    let Some(stored) = table::item(desk.store(), row.id)? else { return Ok(()) };
    let new = match &row.reason {
        Some(reason) => stored.value.dropped(Reason::Recalled { words: reason.clone() }),
        None => given_back(desk, &stored.value)?,
    };
    if new == stored.value { Ok(()) } else { change.put(Some(&stored), &new) }
}

/// A message whose place was taken, as it was before that.
fn given_back(desk: &Desk, item: &Item) -> Result<Item, Fault> {
    if item.state != ItemState::Dropped {
        // It was being sent then, and has its fate, or will have it.
        return Ok(Item { superseded_by: None, ..item.clone() });
    }
    let before = history::latest(desk.store(), &item.id.to_string(), |version: &Item| version.state != ItemState::Dropped)?;
    Ok(Item { superseded_by: None, ..before.unwrap_or_else(|| item.clone()) })
}
