//! How a host and its store stand.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::wire::reply::OutboxStatus;

/// How a host and its store stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The present instant, by the host's clock.
    pub at: DateTime<Utc>,
    /// Who hosts the store.
    pub host: HostStatus,
    /// Version of the records' shapes.
    pub schema: u32,
    /// How many times something was written.
    pub revision: u64,
    /// How the outbox stands.
    pub outbox: OutboxStatus,
    /// Whether all that is known of the outbox is told to the account that asks: also what the relay says, and the last run.
    pub whole: bool,
    /// Messages that came and wait for somebody; `None`: not for this account.
    pub received: Option<u64>,
    /// Meetings that wait for the office; `None`: not for this account.
    pub meetings: Option<WaitingMeetings>,
}

/// Who hosts a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostStatus {
    /// The version of its program.
    pub version: String,
    /// The Unix user as whom it runs.
    pub user: String,
    /// Its process.
    pub pid: u32,
    /// Since when, by its clock.
    pub since: DateTime<Utc>,
}

/// Meetings that wait for the office.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingMeetings {
    /// To be approved.
    pub submitted: u64,
    /// To be issued.
    pub approved: u64,
}
