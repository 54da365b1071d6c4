//! What people decide about messages on their way: keep one back, let it go, try it now, give it up.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::outbox::{Item, ItemState, Reason};
use crate::domain::text::Prose;

/// The most messages that one request decides about: what is decided together is written together.
pub const ITEMS_MAX: usize = 20;

/// What is decided about a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intervention {
    /// Keep it back until somebody releases it.
    Hold,
    /// Let go what was kept back: it is due now.
    Release,
    /// Try it now, also what was given up.
    Retry,
    /// Do not send it any more.
    Drop {
        /// Why.
        reason: Prose,
    },
}

/// The kinds of [`Intervention`], for words and for what is possible instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InterventionKind {
    /// [`Intervention::Hold`].
    Hold,
    /// [`Intervention::Release`].
    Release,
    /// [`Intervention::Retry`].
    Retry,
    /// [`Intervention::Drop`].
    Drop,
}

impl InterventionKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Hold, Self::Release, Self::Retry, Self::Drop];

    /// Whether it is possible for a message in `state`.
    #[must_use]
    pub fn possible(self, state: ItemState) -> bool {
        use ItemState as S;
        match self {
            Self::Hold => matches!(state, S::Queued | S::Deferred | S::Sending),
            Self::Release => state == S::Held,
            Self::Retry => matches!(state, S::Queued | S::Deferred | S::Failed),
            Self::Drop => matches!(state, S::Queued | S::Deferred | S::Sending | S::Held),
        }
    }

    /// The name under which it stands in the audit.
    #[must_use]
    pub fn audit_name(self) -> &'static str {
        match self {
            Self::Hold => "outbox.hold",
            Self::Release => "outbox.release",
            Self::Retry => "outbox.retry",
            Self::Drop => "outbox.drop",
        }
    }
}

impl Intervention {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> InterventionKind {
        match self {
            Self::Hold => InterventionKind::Hold,
            Self::Release => InterventionKind::Release,
            Self::Retry => InterventionKind::Retry,
            Self::Drop { .. } => InterventionKind::Drop,
        }
    }

    /// Whether it lets the message be sent again, for which there must still be a use.
    #[must_use]
    pub fn sends(&self) -> bool {
        matches!(self, Self::Release | Self::Retry)
    }

    /// Why a message is where this puts it, when `by` decides so.
    fn reason(&self, by: &str) -> Option<Reason> {
        match self {
            Self::Hold => Some(Reason::KeptBack { by: by.to_owned() }),
            Self::Drop { reason } => Some(Reason::Person { words: reason.clone() }),
            Self::Release | Self::Retry => None,
        }
    }
}

impl Item {
    /// The item after `by` decided about it at `now`; `None`: that is not possible in its state. What lets it be sent again
    /// gives it up at `expires_at`. While it is being sent (`sending`) it gets its fate first: should it have to be tried
    /// again, it is not.
    #[must_use]
    pub fn decided(&self, what: &Intervention, by: &str, sending: bool, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Option<Self> {
        let state = if sending { ItemState::Sending } else { self.state };
        if !what.kind().possible(state) {
            return None;
        }
        let mut item = self.clone();
        if sending {
            item.wish = what.reason(by);
            return Some(item);
        }
        item.reason = what.reason(by);
        match what {
            Intervention::Hold => item.end(ItemState::Held),
            Intervention::Drop { .. } => item.end(ItemState::Dropped),
            Intervention::Release | Intervention::Retry => {
                item.state = if item.attempts == 0 { ItemState::Queued } else { ItemState::Deferred };
                item.panics = 0;
                item.next_attempt = Some(now);
                item.expires_at = expires_at;
            }
        }
        Some(item)
    }

    /// The item when its attempt has ended, and what was decided meanwhile is done: only what would be tried again is still
    /// anybody's to decide.
    #[must_use]
    pub fn wished(mut self) -> Self {
        let Some(reason) = self.wish.take() else { return self };
        if !self.state.is_waiting() && self.state != ItemState::Held {
            return self;
        }
        self.end(if matches!(reason, Reason::KeptBack { .. }) { ItemState::Held } else { ItemState::Dropped });
        self.reason = Some(reason);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state with every kind: the whole table, so that a change of it shows here.
    #[test]
    fn what_is_possible() {
        use InterventionKind as K;
        let possible = |state| K::ALL.into_iter().filter(|kind| kind.possible(state)).collect::<Vec<_>>();
        assert_eq!(possible(ItemState::Queued), [K::Hold, K::Retry, K::Drop]);
        assert_eq!(possible(ItemState::Deferred), [K::Hold, K::Retry, K::Drop]);
        assert_eq!(possible(ItemState::Sending), [K::Hold, K::Drop]);
        assert_eq!(possible(ItemState::Held), [K::Release, K::Drop]);
        assert_eq!(possible(ItemState::Failed), [K::Retry]);
        assert_eq!(possible(ItemState::Sent), []);
        assert_eq!(possible(ItemState::Dropped), []);
    }
}
