//! A dispatch: one issue of a meeting to its recipients. It fixes everything that decides the bytes of the messages, so
//! that composing them is a pure function: today, after a crash, under another configuration.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::invitation::Rendered;
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::{MeetingId, Replaced, Urgency};
use crate::domain::office::Sender;
use crate::domain::outbox::Reason;
use crate::domain::text::{Line, Prose};
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;

/// What a dispatch asks of the recipients' calendars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DispatchKind {
    /// An invitation (iTIP REQUEST, RFC 5546 §3.2.2).
    Request,
    /// The notice that takes it back (iTIP CANCEL, RFC 5546 §3.2.5).
    Cancel,
    /// What the program tells the office's own people: it asks no calendar for anything, and units are told nothing by it.
    Report,
}

impl DispatchKind {
    /// The word that stands in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Cancel => "cancel",
            Self::Report => "report",
        }
    }

    /// Whether units learn of a meeting, or of what became of it, by such messages.
    #[must_use]
    pub fn tells_units(self) -> bool {
        match self {
            Self::Request | Self::Cancel => true,
            Self::Report => false,
        }
    }
}

/// What a [`DispatchKind::Cancel`] tells people; calendars take the meeting out whichever it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Notice {
    /// Hủy: the meeting is not held.
    #[default]
    Cancelled,
    /// Tạm hoãn: it is held later, on a day that nobody knows yet.
    Postponed,
    /// Thu hồi: it is held, but the invitation that replaces this one does not go to this mailbox.
    Withdrawn,
}

impl Notice {
    /// The word that stands in machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Postponed => "postponed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it is what every notice was before there were others: that need not be written down.
    #[must_use]
    pub fn is_first(&self) -> bool {
        *self == Self::Cancelled
    }
}

/// A message of a dispatch: `T12-3` is the third of dispatch 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ItemId {
    /// The dispatch, counted from 1 for the whole store.
    pub dispatch: u64,
    /// The recipient within it, counted from 1.
    pub n: u32,
}

impl ItemId {
    /// Reads `T12-3`.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let raw = raw.trim();
        let (dispatch, n) = raw.strip_prefix('T').or_else(|| raw.strip_prefix('t'))?.split_once('-')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(dispatch) || !digits(n) {
            return None;
        }
        Some(Self { dispatch: dispatch.parse().ok()?, n: n.parse().ok()? })
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T{}-{}", self.dispatch, self.n)
    }
}

impl TryFrom<String> for ItemId {
    type Error = String;
    fn try_from(raw: String) -> Result<Self, String> {
        Self::parse(&raw).ok_or_else(|| format!("not an outbox id: {raw:?}"))
    }
}

impl From<ItemId> for String {
    fn from(id: ItemId) -> Self {
        id.to_string()
    }
}

/// The calendar entry that a dispatch carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarEntry {
    /// UID: the same for the meeting's life.
    pub uid: String,
    /// SEQUENCE.
    pub sequence: u32,
    /// SUMMARY.
    pub title: Line,
    /// DTSTART.
    pub start: WallTime,
    /// DTEND: as registered, or the assumed end.
    pub until: WallTime,
    /// LOCATION.
    pub place: Line,
    /// A link for those who are not there.
    pub online: Option<Line>,
    /// Who chairs, for the description.
    pub chair: Line,
    /// What the invited should know or bring, for the description.
    pub content: Option<Prose>,
    /// How urgent: PRIORITY.
    pub urgency: Urgency,
}

/// One issue of a meeting to its recipients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// Counted from 1 for the whole store.
    pub id: u64,
    /// The meeting.
    pub meeting: MeetingId,
    /// What it asks.
    pub kind: DispatchKind,
    /// What it tells, of a [`DispatchKind::Cancel`].
    #[serde(default, skip_serializing_if = "Notice::is_first")]
    pub notice: Notice,
    /// The invitation that its invitation replaces, of a [`DispatchKind::Request`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Replaced>,
    /// Number and symbol of the invitation it sends or takes back.
    pub number: String,
    /// When it was issued: Date of the messages, DTSTAMP of the entries.
    pub at: DateTime<Utc>,
    /// Seed of the MIME boundaries and part of the Message-IDs.
    pub seed: u64,
    /// From, Reply-To and organiser.
    pub sender: Sender,
    /// Subject of the messages.
    pub subject: Line,
    /// The calendar entry.
    pub calendar: CalendarEntry,
    /// The document, the same for all recipients.
    pub body: Rendered,
    /// When its messages may go, where they are kept back for a while so that they can be recalled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<DateTime<Utc>>,
    /// Whether its messages come back to addresses of their own (see [`crate::domain::verp`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tagged: bool,
    /// When what could not be delivered is given up.
    pub expires_at: DateTime<Utc>,
    /// How many recipients it has.
    pub recipients: u32,
    /// The dispatch whose waiting messages it tells of, of a [`DispatchKind::Report`] that warns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<u64>,
    /// The message by which it was told that messages of this dispatch wait too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned: Option<ItemId>,
}

impl Dispatch {
    /// The Message-ID of a recipient's message, with its angle brackets.
    #[must_use]
    pub fn message_id(&self, n: u32) -> String {
        let meeting = self.meeting.as_str().to_ascii_lowercase();
        format!("<{meeting}.{}.{}.{n}.{:016x}@{}>", self.kind.word(), self.id, self.seed, self.sender.address.domain())
    }

    /// When its messages first might have gone: once the time was over in which they could be recalled.
    #[must_use]
    pub fn could_go(&self) -> DateTime<Utc> {
        self.held_until.unwrap_or(self.at)
    }
}

/// The item that a Message-ID (without its angle brackets) would be of; see [`Dispatch::message_id`]. Whether it is has to be
/// looked up: anybody can write one.
#[must_use]
pub fn named_by(message_id: &str) -> Option<ItemId> {
    let (local, _) = message_id.split_once('@')?;
    let mut words = local.split('.').skip(2);
    let (dispatch, n) = (words.next()?, words.next()?);
    ItemId::parse(&format!("T{dispatch}-{n}"))
}

/// Who gets a message of a dispatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Its place in the dispatch, from 1.
    pub n: u32,
    /// The unit.
    pub unit: UnitCode,
    /// The unit's name when it was issued.
    pub name: Line,
    /// Its mailbox when it was issued.
    pub address: MailAddress,
    /// An earlier message about the same meeting to the same mailbox, which must have its fate before this one is sent.
    pub after: Option<ItemId>,
    /// Whether an earlier message than that one may have reached the mailbox, so that this one is wanted whatever its fate.
    #[serde(default)]
    pub told: bool,
    /// Message-ID of the invitation that this message follows, for In-Reply-To and References.
    pub references: Option<String>,
    /// Why the message is not to be sent at all, when that is known already.
    pub dropped: Option<Reason>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_name_their_items() {
        assert_eq!(named_by("lh-2026-0001.request.12.3.00ff@chinhphu.vn"), Some(ItemId { dispatch: 12, n: 3 }));
        for other in ["", "x@y", "a.b.c.d@e", "a.b.1@e", "lh-2026-0001.request.12.3.00ff", "a.b.1-2.3@e"] {
            assert_eq!(named_by(other), None, "{other}");
        }
    }

    #[test]
    fn item_ids() {
        let id = ItemId { dispatch: 12, n: 3 };
        assert_eq!(id.to_string(), "T12-3");
        assert_eq!(ItemId::parse(" t12-3 "), Some(id));
        for wrong in ["", "T12", "12-3", "T-3", "T12-", "T12-x", "T+1-2", "T99999999999999999999-1"] {
            assert_eq!(ItemId::parse(wrong), None, "{wrong}");
        }
    }
}
