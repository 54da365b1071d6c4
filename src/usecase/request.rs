//! Requests that were made before: what they did is told again, not done again.
//!
//! The mark lies in the same commit as what the request wrote, so that there is never one without the other.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::audit::AuditEntry;
use crate::domain::dispatch::ItemId;
use crate::domain::fault::Fault;
use crate::domain::meeting::MeetingId;
use crate::domain::registry::Imported;
use crate::domain::request::RequestId;
use crate::usecase::desk::Desk;
use crate::usecase::intervene;
use crate::usecase::job;
use crate::usecase::keys;
use crate::usecase::table::{self, Stored};

/// Nobody repeats a request that is older: who waits for an answer gives up long before.
const KEPT: chrono::TimeDelta = chrono::TimeDelta::days(1);

/// That a request was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// The entry of the audit that tells what it did.
    pub audit: u64,
    /// The job that it sealed.
    pub job: Option<u64>,
}

/// What a request did when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    /// Something to a meeting.
    Meeting {
        /// The meeting.
        id: MeetingId,
        /// How many messages were queued.
        queued: Option<u64>,
    },
    /// A table was taken in.
    Imported(Imported),
    /// Something to messages on their way.
    Items(Vec<ItemId>),
}

/// What a request did when it was made before; `None`: it was not.
///
/// # Errors
/// [`Fault::Store`]; [`Fault::Internal`] when somebody else made one of that number.
pub fn did(desk: &Desk, by: &str, id: RequestId) -> Result<Option<Did>, Fault> {
    let store = desk.store();
    let Some(Stored { value: made, .. }) = table::get::<Made>(store, &keys::request(id))? else { return Ok(None) };
    let unknown = || Fault::Internal { detail: format!("what the request {id} did is not known") };
    if made.by != by {
        return Err(unknown());
    }
    let entry: Stored<AuditEntry> = table::get(store, &desk.audit_key(made.audit))?.ok_or_else(unknown)?;
    let job = made.job.map(|job| job::find(store, job)?.ok_or_else(unknown)).transpose()?;
    if entry.value.action.starts_with("meeting.") {
        let id = MeetingId::parse(&entry.value.object).ok_or_else(unknown)?;
        return Ok(Some(Did::Meeting { id, queued: job.map(|job| job.rows) }));
    }
    if entry.value.action.starts_with("outbox.") {
        return Ok(Some(Did::Items(intervene::objects(&entry.value.object).ok_or_else(unknown)?)));
    }
    Ok(Some(Did::Imported(job.ok_or_else(unknown)?.outcome)))
}

/// Forgets requests that nobody repeats any more.
///
/// # Errors
/// As [`Desk::sweep`].
pub fn sweep(desk: &Desk) -> Result<(), Fault> {
    // One that cannot be read is left for `check` to name.
    desk.sweep(keys::REQUEST, |entry| table::decode::<Made>(entry).is_ok_and(|made| desk.now() - made.value.at > KEPT))
}
