//! Replies: what the host answers, in the shapes that machine output prints.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::audit::Finding;
use crate::domain::conflict::Conflict;
use crate::domain::fault::Fault;
use crate::domain::mailbox::{MailAddress, Mailbox};
use crate::domain::meeting::{Event, InvitationMode, MeetingId, MeetingState, Urgency};
use crate::domain::outbox::{Failure, Item, ItemState, Reason, Tally};
use crate::domain::policy::Unreachable;
use crate::domain::text::{Line, Prose};
use crate::domain::time::{IsoWeek, WallTime};
use crate::domain::unit::{Unit, UnitCode};
use crate::wire::request::RecordKind;

/// An answer, or why there is none.
pub type Reply = Result<Answer, Fault>;

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// What a table did.
    Imported(Imported),
    /// Units.
    Units(Vec<Unit>),
    /// One unit.
    Unit(Box<UnitView>),
    /// Mailboxes.
    Mailboxes(Vec<Mailbox>),
    /// One mailbox.
    Mailbox(Box<Mailbox>),
    /// One meeting, after what was asked.
    Meeting(Box<MeetingView>),
    /// Meetings.
    Meetings(Vec<MeetingView>),
    /// What issuing would do.
    Preview(Box<Preview>),
    /// A document or message.
    Document(Vec<u8>),
    /// The schedule of a week.
    Week(Box<WeekView>),
    /// Items of the outbox.
    Items(Vec<ItemView>),
    /// One item.
    Item(Box<ItemView>),
    /// What happens next with an item.
    Why(Box<Next>),
    /// What a flush did.
    Flushed(FlushReport),
    /// What a search found.
    Found(Vec<Hit>),
    /// What a check found.
    Checked(CheckReport),
}

/// What a table did to the registry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Rows read.
    pub rows: u64,
    /// Records that are new.
    pub added: u64,
    /// Records that are different now.
    pub changed: u64,
    /// Records that were like that already.
    pub unchanged: u64,
    /// Records left alone because somebody else changed them meanwhile.
    pub left_alone: Vec<String>,
    /// Of `check_only`: what is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrong: Vec<crate::domain::fault::Wrong>,
}

/// A unit with what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitView {
    /// The unit.
    #[serde(flatten)]
    pub unit: Unit,
    /// Its mailboxes.
    pub mailboxes: Vec<Mailbox>,
    /// The units directly below it.
    pub subordinates: Vec<UnitCode>,
    /// Why it cannot be invited; `None` when it can.
    pub unreachable: Option<Unreachable>,
}

/// A meeting as the outside sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeetingView {
    /// Its id.
    pub id: MeetingId,
    /// What it is about.
    pub title: Line,
    /// When it begins.
    pub start: WallTime,
    /// When it ends.
    pub end: Option<WallTime>,
    /// Where.
    pub place: Line,
    /// The registered room.
    pub room: Option<String>,
    /// A link.
    pub online: Option<Line>,
    /// Who chairs.
    pub chair: Line,
    /// Who registers it.
    pub unit: UnitCode,
    /// Who is invited.
    pub invited: Vec<UnitCode>,
    /// Invited persons.
    pub people: Vec<String>,
    /// Who prepares the papers.
    pub prepared_by: Vec<UnitCode>,
    /// What the invited should know.
    pub content: Option<Prose>,
    /// Agenda items.
    pub agenda: Vec<String>,
    /// How urgent.
    pub urgency: Urgency,
    /// How the units learn of it.
    pub mode: InvitationMode,
    /// Where it is in its life.
    pub state: MeetingState,
    /// Number of the invitation; `None` before issue.
    pub number: Option<String>,
    /// Date of the invitation; `None` before issue.
    pub issued_on: Option<NaiveDate>,
    /// Invited units left out on record.
    pub without: Vec<UnitCode>,
    /// SEQUENCE of the calendar entry.
    pub sequence: u32,
    /// Revision of the record.
    pub revision: u64,
    /// Conflicts as they are now.
    pub conflicts: Vec<Conflict>,
    /// Replies of the invited.
    pub replies: Replies,
    /// What happened to it.
    pub history: Vec<Event>,
    /// Messages that were queued by this request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queued: Option<u64>,
    /// What is worth saying although nothing is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// How the invited answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replies {
    /// Will come.
    pub accepted: u64,
    /// Will not.
    pub declined: u64,
    /// Perhaps.
    pub tentative: u64,
    /// Send somebody else.
    pub substituted: u64,
    /// Have not answered.
    pub pending: u64,
}

/// What is worth saying although nothing is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "warning")]
pub enum Warning {
    /// The meeting begins in the past.
    Past,
    /// Nobody is invited.
    NobodyInvited,
    /// An approved meeting went back for approval because something material changed.
    BackForApproval,
    /// Paper must go out too, to so many units.
    PaperToo {
        /// How many.
        units: u64,
    },
}

/// What issuing would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// The meeting.
    pub id: MeetingId,
    /// The number it would get if nothing else is issued before.
    pub number: String,
    /// Who would get an invitation.
    pub recipients: Vec<PreviewRecipient>,
    /// Who cannot be reached.
    pub unreachable: Vec<PreviewUnreachable>,
    /// Units to be left out on record.
    pub without: Vec<UnitCode>,
    /// Conflicts as they are now.
    pub conflicts: Vec<Conflict>,
    /// Subject of the messages.
    pub subject: Line,
    /// The document.
    pub text: String,
}

/// A unit that would get an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRecipient {
    /// The unit.
    pub unit: UnitCode,
    /// Its name.
    pub name: Line,
    /// Its mailbox.
    pub address: MailAddress,
}

/// A unit that cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewUnreachable {
    /// The unit.
    pub unit: UnitCode,
    /// Its name.
    pub name: Line,
    /// Why.
    #[serde(flatten)]
    pub why: Unreachable,
}

/// The schedule of a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekView {
    /// The week.
    pub week: IsoWeek,
    /// Its Monday.
    pub from: NaiveDate,
    /// Its Sunday.
    pub to: NaiveDate,
    /// The published version; `None` for a draft of what stands now.
    pub version: Option<u32>,
    /// The meetings, by start.
    pub meetings: Vec<MeetingView>,
}

/// An item of the outbox as the outside sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemView {
    /// Its id.
    pub id: String,
    /// The meeting.
    pub meeting: MeetingId,
    /// What it asks: `request`, `cancel`.
    pub kind: String,
    /// The unit.
    pub unit: UnitCode,
    /// The mailbox.
    pub to: MailAddress,
    /// Subject.
    pub subject: Line,
    /// Where it is.
    pub state: ItemState,
    /// Attempts.
    pub attempts: u32,
    /// When it is due.
    pub next_attempt: Option<DateTime<Utc>>,
    /// How the last attempt failed.
    pub last_error: Option<Failure>,
    /// What bounced; no bounces are read yet.
    pub bounce: Option<String>,
    /// Its Message-ID.
    pub message_id: String,
    /// When it was issued.
    pub queued_at: DateTime<Utc>,
    /// When the relay took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// Why it is dropped, held or failed.
    pub reason: Option<Reason>,
}

impl ItemView {
    /// The view of an item, in `state` (which the item itself cannot tell while it is being sent).
    #[must_use]
    pub fn of(item: &Item, state: ItemState) -> Self {
        Self {
            id: item.id.to_string(),
            meeting: item.meeting.clone(),
            kind: item.kind.word().to_owned(),
            unit: item.unit.clone(),
            to: item.to.clone(),
            subject: item.subject.clone(),
            state,
            attempts: item.attempts,
            next_attempt: item.next_attempt,
            last_error: item.last_error.clone(),
            bounce: None,
            message_id: item.message_id.clone(),
            queued_at: item.queued_at,
            sent_at: item.sent_at,
            reason: item.reason.clone(),
        }
    }
}

/// What happens next with an item, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Next {
    /// The item.
    pub item: ItemView,
    /// What comes.
    pub next: NextStep,
    /// The unit's name.
    pub unit_name: Option<Line>,
}

/// What comes next for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
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

/// What a flush did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlushReport {
    /// How the items tried in this run ended.
    #[serde(flatten)]
    pub tally: Tally,
    /// Items that still wait or are being sent.
    pub remaining: u64,
    /// Items that an interrupted run may have sent already and this one sent again.
    pub maybe_repeated: u64,
    /// How long it took, in milliseconds of real time.
    pub elapsed_ms: u64,
    /// Of the remaining ones: how many are due now.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub due: u64,
    /// What kept the relay from being used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub relay: Option<RelayTrouble>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Trouble with the relay as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "trouble")]
pub enum RelayTrouble {
    /// It could not be reached, or did not speak as it must.
    Unreachable {
        /// How.
        failure: Failure,
    },
    /// It answered, then sent us away for now.
    Paused {
        /// How.
        failure: Failure,
    },
    /// It refused our credentials.
    Credentials {
        /// How.
        failure: Failure,
    },
    /// The configuration does not name a usable one.
    Configuration {
        /// How.
        failure: Failure,
    },
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

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Records or entries looked at.
    pub looked_at: u64,
    /// The chain's head, of `audit verify`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<crate::domain::audit::ChainHead>,
    /// What is wrong; empty when nothing is.
    pub findings: Vec<Finding>,
}
