//! Records as the outside sees them.

use crate::domain::conflict::Conflict;
use crate::domain::meeting::{Meeting, MeetingState};
use crate::usecase::listing::Listed;
use crate::usecase::meeting::Done;
use crate::usecase::ports::Store;
use crate::usecase::table::Stored;
use crate::wire::reply::{MeetingView, Replies};

/// A meeting as the outside sees it.
#[must_use]
pub fn meeting(stored: Stored<Meeting>, conflicts: Vec<Conflict>) -> MeetingView {
    let Stored { rev, value } = stored;
    let told = matches!(value.state, MeetingState::Issued | MeetingState::Postponed | MeetingState::Cancelled | MeetingState::Concluded);
    // Replies are not read yet: whoever was invited has not answered.
    let pending = if told && value.issue.is_some() { value.reached().count() as u64 } else { 0 };
    let issue = value.issue;
    let entry = value.entry;
    MeetingView {
        id: value.id,
        title: entry.title,
        start: entry.start,
        end: entry.end,
        place: entry.place,
        room: None,
        online: entry.online,
        chair: entry.chair,
        unit: entry.unit,
        invited: entry.invited,
        people: Vec::new(),
        prepared_by: entry.prepared_by,
        content: entry.content,
        agenda: Vec::new(),
        urgency: entry.urgency,
        mode: entry.mode,
        state: value.state,
        number: issue.as_ref().map(|issue| issue.number.clone()),
        issued_on: issue.as_ref().map(|issue| issue.date),
        without: issue.map(|issue| issue.without).unwrap_or_default(),
        replaces: value.replaced,
        sequence: value.sequence,
        revision: rev,
        conflicts,
        replies: Replies { pending, ..Replies::default() },
        history: value.history,
        queued: None,
        warnings: Vec::new(),
    }
}

/// Meetings as the outside sees them.
#[must_use]
pub fn meetings(listed: Vec<Listed>) -> Vec<MeetingView> {
    listed.into_iter().map(|(stored, conflicts)| meeting(stored, conflicts)).collect()
}

/// A meeting after something was done to it, with its conflicts as they are in the store.
#[must_use]
pub fn done(done: Done, store: &dyn Store) -> MeetingView {
    let conflicts = done.conflicts(store);
    MeetingView { queued: done.queued, warnings: done.warnings, ..meeting(done.meeting, conflicts) }
}
