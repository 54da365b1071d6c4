//! Readings as they would have been answered at some time.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::attendance::Attendance;
use crate::domain::fault::{Fault, Why};
use crate::domain::mailbox::Mailbox;
use crate::domain::meeting::Meeting;
use crate::domain::outbox::Item;
use crate::domain::search::RecordKind;
use crate::domain::time::WallTime;
use crate::domain::unit::Unit;
use crate::host::answer::{self, Place};
use crate::host::sight::Eyes;
use crate::host::{Host, access};
use crate::usecase::access::Caller;
use crate::usecase::past::Past;
use crate::usecase::ports::{Store, StoreError};
use crate::wire::reply::Reply;
use crate::wire::request::{Reading, Request};

/// Answers a reading by what stood at an instant. Who asks is somebody of now; what he sees of a record follows from the record
/// as it stood.
///
/// # Errors
/// [`Why::Future`] for an instant that has not come; what the reading itself would be refused for; [`Fault::Store`].
pub(super) async fn answer(host: &Arc<Host>, user: &str, at: DateTime<Utc>, reading: Reading) -> Reply {
    let (host, user) = (host.clone(), user.to_owned());
    let seen = tokio::task::spawn_blocking(move || {
        let caller = Caller::of(host.store.as_ref(), &host.rules, &user)?;
        let request = Request::AsOf { at, reading: Box::new(reading.clone()) };
        access::permit(host.store.as_ref(), &caller, &request)?;
        read(&host, &caller, at, reading)
    });
    seen.await.unwrap_or_else(|error| Err(Fault::Internal { detail: error.to_string() }))
}

fn read(host: &Host, caller: &Caller, at: DateTime<Utc>, reading: Reading) -> Reply {
    if at > host.clock.now() {
        return Err(Fault::wrong("at", &WallTime::at(at).to_string(), Why::Future));
    }
    let past = standing(host.store.as_ref(), at, &reading)?;
    let place = Place { host, store: &past, now: at };
    let request = Request::from(reading);
    access::permit(&past, caller, &request)?;
    let answer = match request {
        // What a flusher has in hand is nothing that is kept: an item is as it was stored.
        Request::OutboxList { .. } | Request::OutboxShow(_) => answer::read_outbox(&place, &HashSet::new(), request)?,
        request => answer::read(&place, caller, request)?,
    };
    Eyes::of(&past, caller).see(answer)
}

/// The records that a reading needs, as they stood.
fn standing(store: &dyn Store, at: DateTime<Utc>, reading: &Reading) -> Result<Past, StoreError> {
    let mut past = Past::at(at);
    match reading {
        Reading::UnitList => past.take::<Unit>(store)?,
        Reading::UnitShow(_) => {
            past.take::<Unit>(store)?;
            past.take::<Mailbox>(store)?;
        }
        Reading::MailboxList => past.take::<Mailbox>(store)?,
        Reading::MailboxShow(address) => past.take_one::<Mailbox>(store, address.as_str())?,
        // Of one meeting too: with which others it conflicted.
        Reading::MeetingList(_)
        | Reading::MeetingPage(_)
        | Reading::MeetingShow(_)
        | Reading::Week { .. }
        | Reading::WeekCalendar { .. } => {
            past.take::<Meeting>(store)?;
            past.take::<Attendance>(store)?;
        }
        // Who sees the messages of his units' meetings only is asked about each of these.
        Reading::OutboxList { .. } => {
            past.take::<Item>(store)?;
            past.take::<Meeting>(store)?;
        }
        Reading::OutboxShow(id) => {
            past.take_one::<Item>(store, &id.to_string())?;
            past.take::<Meeting>(store)?;
        }
        Reading::Search { kind, .. } => {
            for one in [RecordKind::Meeting, RecordKind::Unit, RecordKind::Mailbox] {
                match one {
                    _ if kind.is_some_and(|kind| kind != one) => {}
                    RecordKind::Meeting => past.take::<Meeting>(store)?,
                    RecordKind::Unit => past.take::<Unit>(store)?,
                    RecordKind::Mailbox => past.take::<Mailbox>(store)?,
                }
            }
        }
    }
    Ok(past)
}
