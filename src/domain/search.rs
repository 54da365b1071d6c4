//! What can be searched, and what a search finds.

use serde::{Deserialize, Serialize};

/// What can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Meetings.
    Meeting,
    /// Units.
    Unit,
    /// Mailboxes.
    Mailbox,
}

/// A record that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// What it is.
    pub kind: RecordKind,
    /// Its id.
    pub id: String,
    /// Its title, name or address.
    pub title: String,
}
