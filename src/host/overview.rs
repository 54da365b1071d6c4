//! How the host, its store and the outbox stand, for who looks after them.

use std::collections::HashSet;

use crate::domain::access::{self, Ability, Sight};
use crate::domain::dispatch::ItemId;
use crate::domain::fault::Fault;
use crate::domain::meeting::MeetingState;
use crate::host::identity;
use crate::host::open::Host;
use crate::usecase::access::Caller;
use crate::usecase::desk::Meta;
use crate::usecase::keys::{self, DayIndex};
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::{due, table};
use crate::wire::reply::{OutboxStatus, RelayPause};
use crate::wire::status::{HostStatus, Status, WaitingMeetings};

/// How all of it stands.
///
/// # Errors
/// [`Fault::Store`].
pub(super) fn status(host: &Host, claimed: &HashSet<ItemId>) -> Result<Status, Fault> {
    let store = host.store.as_ref();
    let meta = table::get::<Meta>(store, keys::META)?.ok_or_else(|| StoreError::Corrupt("no facts about the store".to_owned()))?;
    let waiting = |state| count(store, &DayIndex::Waiting(state).prefix());
    Ok(Status {
        at: host.clock.now(),
        host: HostStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            user: identity::current_user(),
            pid: std::process::id(),
            since: host.opened,
        },
        schema: meta.value.schema,
        revision: store.revision(),
        outbox: outbox(host, claimed)?,
        whole: true,
        received: Some(count(store, keys::RECEIVED_WAITING)?),
        meetings: Some(WaitingMeetings { submitted: waiting(MeetingState::Submitted)?, approved: waiting(MeetingState::Approved)? }),
    })
}

/// How the outbox stands.
///
/// # Errors
/// [`Fault::Store`].
pub(super) fn outbox(host: &Host, claimed: &HashSet<ItemId>) -> Result<OutboxStatus, Fault> {
    let state = host.flusher.borrow().clone();
    let store = host.store.as_ref();
    let (counts, oldest) = host.counts.now(store, claimed)?;
    Ok(OutboxStatus {
        counts,
        oldest,
        relay: host.relay().to_owned(),
        kept: state.kept,
        running: state.running,
        pause: state.pause.map(|pause| RelayPause { next_probe: pause.next_probe.filter(|_| state.kept), ..pause }),
        next_due: due::earliest(store, |id| claimed.contains(id))?,
        last: state.last,
        broken: state.broken.map(|(fault, _)| fault),
    })
}

/// What an account sees of it.
pub(super) fn seen(status: Status, caller: &Caller) -> Status {
    let receives = Ability::Receive.roles().contains(&caller.role);
    let meetings = access::meetings(caller.role) == Sight::Everything;
    Status {
        whole: sees_outbox(caller),
        outbox: seen_outbox(status.outbox, caller),
        received: status.received.filter(|_| receives),
        meetings: status.meetings.filter(|_| meetings),
        ..status
    }
}

/// What an account sees of the outbox as a whole.
pub(super) fn seen_outbox(status: OutboxStatus, caller: &Caller) -> OutboxStatus {
    if sees_outbox(caller) {
        return status;
    }
    // The relay's own words may name whom the mail goes to.
    OutboxStatus { pause: None, broken: None, last: None, relay: String::new(), ..status }
}

fn sees_outbox(caller: &Caller) -> bool {
    !matches!(access::outbox(caller.role), Sight::Nothing | Sight::OwnUnits)
}

/// How many keys there are below a prefix: of what waits, which is little at any time.
fn count(store: &dyn Store, prefix: &[u8]) -> Result<u64, StoreError> {
    let mut count = 0;
    table::each(store, prefix, |_| {
        count += 1;
        Ok::<_, StoreError>(())
    })?;
    Ok(count)
}
