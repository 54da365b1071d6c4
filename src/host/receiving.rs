//! Taking what comes back: read beside the writer, decided at the desk, acknowledged when it is on disk.

use std::sync::Arc;

use crate::domain::access::Sight;
use crate::domain::attendance::Attendance;
use crate::domain::fault::Fault;
use crate::domain::incoming::MESSAGE_MAX;
use crate::domain::meeting::MeetingId;
use crate::domain::unit::Unit;
use crate::host::blocking;
use crate::host::open::Host;
use crate::mail::incoming as mail;
use crate::usecase::access::Caller;
use crate::usecase::ports::Store;
use crate::usecase::table;
use crate::usecase::{attendance, incoming, issue, meeting};
use crate::wire::reply::{ReplyView, TakenView};
use crate::wire::request::Delivery;

/// Takes a message, once.
///
/// # Errors
/// See [`incoming::take`].
pub(super) async fn take(host: &Arc<Host>, user: &str, delivery: Delivery) -> Result<TakenView, Fault> {
    let server = host.receive().server.clone();
    let (delivery, message) = blocking(move || {
        let message = match delivery.cut_from {
            Some(size) => mail::read_beginning(&delivery.bytes, size.max(MESSAGE_MAX as u64 + 1), server.as_deref()),
            None => mail::read(&delivery.bytes, server.as_deref()),
        };
        Ok((delivery, message))
    })
    .await?;
    let user = user.to_owned();
    let taken = host.writer.decide(move |desk| incoming::take(desk, &user, &message, &delivery.bytes, delivery.source)).await?;
    Ok(TakenView { received: taken.received, repeated: taken.repeated })
}

/// What the invited units answered, as much as an account sees of the meeting: who is told of it only sees who comes, not what was
/// written.
///
/// # Errors
/// That there is no such meeting; [`Fault::Store`].
pub(super) fn replies(store: &dyn Store, caller: &Caller, id: &MeetingId) -> Result<Vec<ReplyView>, Fault> {
    let meeting = meeting::read(store, id)?.value;
    if !attendance::is_asked(&meeting) {
        return Ok(Vec::new());
    }
    let whole = caller.sees(&meeting) == Sight::Everything;
    let items = if whole { issue::items_of(store, &meeting, None)? } else { Vec::new() };
    let mut known: Vec<Attendance> = attendance::of_meeting(store, id)?;
    let mut views = Vec::new();
    for unit in meeting.reached() {
        let at = known.iter().position(|one| one.unit == *unit);
        let one = at.map_or_else(|| Attendance::new(id.clone(), unit.clone()), |at| known.swap_remove(at));
        let state = one.counted();
        let bounced = items.iter().filter(|item| item.unit == *unit && item.bounce.is_some()).map(|item| item.id).collect();
        let view = ReplyView {
            unit: unit.clone(),
            name: table::find::<Unit>(store, unit.as_str())?.map(|unit| unit.value.name),
            state,
            answer: one.answer,
            stale: one.stale,
            acknowledged: one.acknowledged,
            proposals: one.proposals,
            bounced,
        };
        views.push(if whole { view } else { told(view) });
    }
    Ok(views)
}

/// What everybody is told of an answer.
fn told(view: ReplyView) -> ReplyView {
    ReplyView { answer: None, stale: None, acknowledged: None, proposals: Vec::new(), bounced: Vec::new(), ..view }
}
