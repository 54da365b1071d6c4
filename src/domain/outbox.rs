//! The outbox: one item for each message, and what can become of it.
//!
//! The promise: never lost; at least once; a repeat is the same bytes with the same Message-ID.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::dispatch::{Dispatch, DispatchKind, ItemId, Notice, Recipient};
use crate::domain::incoming::ReceivedId;
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::MeetingId;
use crate::domain::text::{Line, Prose};
use crate::domain::unit::UnitCode;

/// After this many panics while it was being sent, an item is held.
pub const PANICS_MAX: u32 = 3;

/// Where an item is. `sending` is not stored: it means *named by a live claim*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Waits for its first attempt.
    Queued,
    /// A flusher has it.
    Sending,
    /// An attempt failed; another will follow.
    Deferred,
    /// The relay took it.
    Sent,
    /// Refused for good, or given up.
    Failed,
    /// Kept back until somebody decides.
    Held,
    /// Not to be sent any more.
    Dropped,
}

impl ItemState {
    /// All states.
    pub const ALL: [Self; 7] = [Self::Queued, Self::Sending, Self::Deferred, Self::Sent, Self::Failed, Self::Held, Self::Dropped];

    /// The word that stands in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Deferred => "deferred",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Dropped => "dropped",
        }
    }

    /// The state a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word.trim().to_lowercase())
    }

    /// Whether a flusher will look at the item again by itself.
    #[must_use]
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::Queued | Self::Deferred)
    }
}

/// How the conversation with the relay failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The phase of the conversation: `connect`, `rcpt`, `dot`, …
    pub phase: String,
    /// The reply code, if the relay answered.
    pub code: Option<u16>,
    /// The enhanced status code (RFC 3463), if it gave one.
    pub enhanced: Option<String>,
    /// The relay's words, or what happened instead.
    pub text: String,
}

/// Why an item is dropped, held or failed without the relay having a part in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A later message about the same meeting replaces it.
    Superseded {
        /// The later one.
        by: ItemId,
    },
    /// A cancellation (or another notice) whose invitation was never sent.
    NeverInvited {
        /// The invitation.
        request: ItemId,
    },
    /// Its time ran out.
    Expired,
    /// The program panicked while it was being sent.
    Panicked {
        /// The panic's words.
        words: String,
    },
    /// A person decided so.
    Person {
        /// In these words.
        words: Prose,
    },
    /// What was issued was recalled before any of it had left.
    Recalled {
        /// In these words.
        words: Prose,
    },
    /// A person keeps it back.
    KeptBack {
        /// The Unix user.
        by: String,
    },
    /// A warning about messages that wait, of which none waits any more.
    Needless,
}

/// That a message came back after the relay had taken it (RFC 3464).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounce {
    /// When the news was taken.
    pub at: DateTime<Utc>,
    /// The status: `5.1.1` (RFC 3463).
    pub status: Option<String>,
    /// The words of who refused it.
    pub text: Option<Line>,
    /// The message that told of it.
    pub message: ReceivedId,
}

impl Bounce {
    /// Status and words in one line.
    #[must_use]
    pub fn words(&self) -> String {
        let words = [self.status.as_deref(), self.text.as_ref().map(Line::as_str)];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A message on its way to one mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// The meeting it is about.
    pub meeting: MeetingId,
    /// What it asks.
    pub kind: DispatchKind,
    /// What it tells, of a [`DispatchKind::Cancel`].
    #[serde(default, skip_serializing_if = "Notice::is_first")]
    pub notice: Notice,
    /// The unit it goes to.
    pub unit: UnitCode,
    /// The unit's name when it was issued.
    pub unit_name: Line,
    /// The mailbox it goes to.
    pub to: MailAddress,
    /// The envelope's sender, to which it comes back: the office's mailbox, or an address of its own there.
    pub from: MailAddress,
    /// Its subject.
    pub subject: Line,
    /// Its Message-ID.
    pub message_id: String,
    /// Where it is; never `Sending`.
    pub state: ItemState,
    /// Attempts that ended with an answer about this item, or without any.
    pub attempts: u32,
    /// Panics while it was being sent.
    #[serde(default)]
    pub panics: u32,
    /// When it is due; `None` when it is not waiting.
    pub next_attempt: Option<DateTime<Utc>>,
    /// How the last attempt failed.
    pub last_error: Option<Failure>,
    /// Whether the relay may have taken it although no answer said so.
    #[serde(default)]
    pub uncertain: bool,
    /// Whether a run that had it was cut off, so that the next attempt may be a repeat.
    #[serde(default)]
    pub interrupted: bool,
    /// When it was issued.
    pub queued_at: DateTime<Utc>,
    /// When the relay took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it is given up.
    pub expires_at: DateTime<Utc>,
    /// Why it is dropped, held or failed, if the relay had no part in it.
    pub reason: Option<Reason>,
    /// The earlier message that must have its fate first.
    #[serde(default)]
    pub after: Option<ItemId>,
    /// The dispatch whose waiting messages it tells of: it is of no use once none of them waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<u64>,
    /// Whether an earlier message than that one may have reached the mailbox.
    #[serde(default)]
    pub told: bool,
    /// A later message that took it back while it was being sent.
    #[serde(default)]
    pub superseded_by: Option<ItemId>,
    /// What a person decided about it while it was being sent, as the reason for what it then becomes: held
    /// ([`Reason::KeptBack`]) or dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<Reason>,
    /// Bytes of the message.
    pub size: u32,
    /// That it came back; its state stays what it was.
    #[serde(default)]
    pub bounce: Option<Bounce>,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The relay took it.
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
    /// To be tried again.
    Deferred {
        /// How it failed.
        failure: Failure,
        /// When it is due again.
        next: DateTime<Utc>,
        /// Whether the relay may have taken it all the same.
        uncertain: bool,
    },
    /// Refused for good.
    Failed {
        /// How.
        failure: Failure,
    },
    /// The program panicked.
    Panicked {
        /// The panic's words.
        words: String,
        /// When it is due again.
        next: DateTime<Utc>,
    },
    /// Given back untried: nothing is counted against it.
    Released {
        /// Its place in the queue from now on.
        due: DateTime<Utc>,
    },
}

impl Item {
    /// The item of a dispatch for a recipient, as it is queued.
    #[must_use]
    pub fn new(dispatch: &Dispatch, recipient: &Recipient, size: u32) -> Self {
        let dropped = recipient.dropped.is_some();
        Self {
            id: ItemId { dispatch: dispatch.id, n: recipient.n },
            meeting: dispatch.meeting.clone(),
            kind: dispatch.kind,
            notice: dispatch.notice,
            unit: recipient.unit.clone(),
            unit_name: recipient.name.clone(),
            to: recipient.address.clone(),
            from: dispatch.sender.address.clone(),
            subject: dispatch.subject.clone(),
            message_id: dispatch.message_id(recipient.n),
            state: if dropped { ItemState::Dropped } else { ItemState::Queued },
            attempts: 0,
            panics: 0,
            next_attempt: (!dropped).then_some(dispatch.could_go()),
            last_error: None,
            uncertain: false,
            interrupted: false,
            queued_at: dispatch.at,
            sent_at: None,
            expires_at: dispatch.expires_at,
            reason: recipient.dropped.clone(),
            after: recipient.after,
            about: dispatch.about,
            told: recipient.told,
            superseded_by: None,
            wish: None,
            size,
            bounce: None,
        }
    }

    /// The item after an attempt.
    #[must_use]
    pub fn settled(&self, fate: &Fate) -> Self {
        let mut item = self.clone();
        if !matches!(fate, Fate::Released { .. }) {
            item.interrupted = false;
        }
        match fate {
            Fate::Sent { at } => {
                item.attempts += 1;
                item.end(ItemState::Sent);
                item.sent_at = Some(*at);
                item.last_error = None;
            }
            Fate::Deferred { failure, next, uncertain } => {
                item.attempts += 1;
                item.uncertain |= uncertain;
                item.last_error = Some(failure.clone());
                if *next >= item.expires_at {
                    item.end(ItemState::Failed);
                    item.reason = Some(Reason::Expired);
                } else {
                    item.state = ItemState::Deferred;
                    item.next_attempt = Some(*next);
                }
            }
            Fate::Failed { failure } => {
                item.attempts += 1;
                item.last_error = Some(failure.clone());
                item.end(ItemState::Failed);
            }
            Fate::Panicked { words, next } => {
                item.panics += 1;
                item.uncertain = true;
                if item.panics >= PANICS_MAX {
                    item.end(ItemState::Held);
                    item.reason = Some(Reason::Panicked { words: words.clone() });
                } else {
                    item.next_attempt = Some(*next);
                }
            }
            Fate::Released { due } => item.next_attempt = Some(*due),
        }
        item
    }

    /// The item after its time ran out before an attempt.
    #[must_use]
    pub fn expired(&self) -> Self {
        let mut item = self.clone();
        item.end(ItemState::Failed);
        item.reason = Some(Reason::Expired);
        item
    }

    /// The item when it is not to be sent any more.
    #[must_use]
    pub fn dropped(&self, reason: Reason) -> Self {
        let mut item = self.clone();
        item.end(ItemState::Dropped);
        item.reason = Some(reason);
        item
    }

    /// The item after a run that had it was cut off: it may have been sent, and it is sent again.
    #[must_use]
    pub fn cut_off(&self) -> Self {
        let mut item = self.clone();
        item.uncertain = true;
        item.interrupted = true;
        item
    }

    pub(super) fn end(&mut self, state: ItemState) {
        self.state = state;
        self.next_attempt = None;
    }

    /// Whether the recipient surely has not got this message and, without further attempts, never will.
    #[must_use]
    pub fn surely_undelivered(&self) -> bool {
        !self.uncertain && self.state != ItemState::Sent
    }
}

/// How many items of a flush ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Taken by the relay.
    pub sent: u64,
    /// To be tried again.
    pub deferred: u64,
    /// Refused for good or given up.
    pub failed: u64,
    /// Kept back.
    pub held: u64,
}

impl Tally {
    /// Counts one item whose attempt ended in `state`.
    pub fn count(&mut self, state: ItemState) {
        match state {
            ItemState::Sent => self.sent += 1,
            ItemState::Deferred => self.deferred += 1,
            ItemState::Failed => self.failed += 1,
            ItemState::Held => self.held += 1,
            ItemState::Queued | ItemState::Sending | ItemState::Dropped => {}
        }
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.sent += more.sent;
        self.deferred += more.deferred;
        self.failed += more.failed;
        self.held += more.held;
    }
}

/// What comes next for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// The next flush sends it.
    Due,
    /// It waits for its time.
    Waits {
        /// Until then.
        until: DateTime<Utc>,
        /// And is given up then.
        expires: DateTime<Utc>,
    },
    /// It is kept back for a while, in which it can be recalled.
    Recallable {
        /// Until then.
        until: DateTime<Utc>,
    },
    /// It waits until an earlier message about the same meeting has its fate.
    Behind {
        /// That message.
        earlier: String,
    },
    /// It is being sent.
    BeingSent,
    /// Nothing: it is done, in the item's state.
    Nothing,
    /// Nothing, until somebody decides.
    Decide,
}
