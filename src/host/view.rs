//! Records as the outside sees them.

use crate::domain::attendance::Response;
use crate::domain::conflict::Conflict;
use crate::domain::meeting::Meeting;
use crate::usecase::attendance;
use crate::usecase::listing::Listed;
use crate::usecase::meeting::Done;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::Stored;
use crate::wire::reply::{MeetingView, Replies};

/// How the invited answered, by what stands in a store.
///
/// # Errors
/// The store's.
pub fn replies(store: &dyn Store, meeting: &Meeting) -> Result<Replies, StoreError> {
    let mut replies = Replies::default();
    for (response, count) in attendance::counted(store, meeting)? {
        *match response {
            Response::Accepted => &mut replies.accepted,
            Response::Declined => &mut replies.declined,
            Response::Tentative => &mut replies.tentative,
            Response::Substituted => &mut replies.substituted,
        } = count;
    }
    if attendance::is_asked(meeting) {
        let answered = replies.accepted + replies.declined + replies.tentative + replies.substituted;
        replies.pending = (meeting.reached().count() as u64).saturating_sub(answered);
    }
    Ok(replies)
}

/// A meeting as the outside sees it.
#[must_use]
pub fn meeting(stored: Stored<Meeting>, conflicts: Vec<Conflict>, replies: Replies) -> MeetingView {
    let Stored { rev, value } = stored;
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
        voided: value.voided,
        sequence: value.sequence,
        revision: rev,
        conflicts,
        replies,
        history: value.history,
        queued: None,
        warnings: Vec::new(),
    }
}

/// Meetings as the outside sees them.
///
/// # Errors
/// The store's.
pub fn meetings(store: &dyn Store, listed: Vec<Listed>) -> Result<Vec<MeetingView>, StoreError> {
    let view = |(stored, conflicts): Listed| replies(store, &stored.value).map(|replies| meeting(stored, conflicts, replies));
    listed.into_iter().map(view).collect()
}

/// A meeting after something was done to it, with its conflicts as they are in the store.
#[must_use]
pub fn done(done: Done, store: &dyn Store) -> MeetingView {
    let conflicts = done.conflicts(store);
    // What was asked is done by now: damage elsewhere must not make it look undone.
    let replies = replies(store, &done.meeting.value).unwrap_or_else(|error| {
        tracing::error!(%error, "replies cannot be read");
        Replies::default()
    });
    MeetingView { queued: done.queued, warnings: done.warnings, ..meeting(done.meeting, conflicts, replies) }
}
