//! What changed in the store or at its flusher: told to whoever keeps something on a screen, so that nobody has to ask
//! again and again.

use serde::{Deserialize, Serialize};

use crate::domain::meeting::MeetingId;

/// Something changed since the last time, told once however much it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The store's revision that this change reaches.
    pub revision: u64,
    /// What changed, each kind once. Never empty.
    pub kinds: Vec<ChangeKind>,
}

impl Change {
    /// Whether something of this kind may have changed.
    #[must_use]
    pub fn touches(&self, kind: impl Fn(&ChangeKind) -> bool) -> bool {
        self.kinds.iter().any(|one| *one == ChangeKind::Everything || kind(one))
    }
}

/// A kind of what changes. Drafts of forms are not among them: nobody but their own form shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// These meetings.
    Meetings(Vec<MeetingId>),
    /// Units of the registry.
    Units,
    /// Mailboxes of the registry.
    Mailboxes,
    /// Items of the outbox, or what its flusher is at.
    Outbox,
    /// Too much to be told: load everything that is shown afresh.
    Everything,
}
