//! Replies: what the host answers, in the shapes that machine output prints.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::account::Account;
pub use crate::domain::attendance::{Acknowledgement, Answer as UnitAnswer, Proposal, Response};
pub use crate::domain::audit::CheckReport;
use crate::domain::audit::{AuditEntry, ChainHead, SealedEntry};
use crate::domain::conflict::Conflict;
use crate::domain::dispatch::ItemId;
pub use crate::domain::draft::Draft;
use crate::domain::fault::Fault;
pub use crate::domain::history::{Field, FieldChange, FieldValue, PastVersion};
pub use crate::domain::incoming::Received;
use crate::domain::mailbox::{MailAddress, Mailbox};
use crate::domain::meeting::{Event, InvitationMode, MeetingId, MeetingState, Replaced, Urgency, Voided};
pub use crate::domain::outbox::NextStep;
use crate::domain::outbox::{Bounce, Failure, Item, ItemState, Reason, Tally};
use crate::domain::policy::Unreachable;
pub use crate::domain::preview::{Preview, PreviewLeftOut, PreviewRecipient, PreviewUnreachable};
pub use crate::domain::registry::Imported;
pub use crate::domain::search::Hit;
use crate::domain::text::{Line, Prose};
use crate::domain::time::{IsoWeek, WallTime};
use crate::domain::unit::{Unit, UnitCode};
pub use crate::domain::warning::Warning;
pub use crate::wire::report::OutboxReportPart;
pub use crate::wire::status::Status;

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
    /// A page of meetings.
    MeetingPage(Box<MeetingPage>),
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
    /// How the outbox stands.
    OutboxStatus(Box<OutboxStatus>),
    /// How the host, its store and the outbox stand.
    Status(Box<Status>),
    /// What became of the messages of some days: a part of it.
    OutboxReport(Box<OutboxReportPart>),
    /// What is kept of a form now; `None`: nothing.
    Draft(Option<Draft>),
    /// Drafts of forms, the latest first.
    Drafts(Vec<Draft>),
    /// What a search found.
    Found(Vec<Hit>),
    /// Accounts.
    Accounts(Vec<Account>),
    /// One account, after what was asked.
    Account(Account),
    /// Entries of the audit chain, the oldest first.
    Audit(Vec<AuditLine>),
    /// What a check found.
    Checked(CheckReport),
    /// A backup that waits to be fetched.
    Backup(BackupView),
    /// What writing the store anew did.
    Vacuumed(Vacuumed),
    /// Versions of a record, the oldest first.
    History(Vec<PastVersion>),
    /// A message that came, with what was made of it.
    Taken(Box<TakenView>),
    /// Messages that came, the oldest first.
    ReceivedList(Vec<Received>),
    /// One message that came.
    Received(Box<Received>),
    /// What a look into mailboxes did.
    Polled(PollReport),
    /// What the invited units answered, in the order in which they were invited.
    Replies(Vec<ReplyView>),
}

/// A message that came, with what was made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenView {
    /// The message.
    pub received: Received,
    /// Whether it was there already.
    pub repeated: bool,
}

/// What a look into a mailbox did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollReport {
    /// Messages that were taken.
    pub taken: u64,
    /// Messages that were there already.
    pub repeated: u64,
    /// Of those that were taken: how many wait for somebody.
    pub waiting: u64,
    /// Files that are no messages, and were left alone.
    pub skipped: u64,
    /// Whether there are more, for the next time.
    pub more: bool,
}

impl PollReport {
    /// Counts a message that was taken.
    pub fn count(&mut self, taken: &TakenView) {
        if taken.repeated {
            self.repeated += 1;
        } else {
            self.taken += 1;
            self.waiting += u64::from(taken.received.waits());
        }
    }
}

/// What an invited unit answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyView {
    /// The unit.
    pub unit: UnitCode,
    /// Its name.
    pub name: Option<Line>,
    /// What counts; `None`: it has not answered.
    pub state: Option<Response>,
    /// The answer that counts.
    pub answer: Option<UnitAnswer>,
    /// The last answer to an earlier invitation.
    pub stale: Option<UnitAnswer>,
    /// The last confirmation that the invitation has come.
    pub acknowledged: Option<Acknowledgement>,
    /// What calendars propose.
    pub proposals: Vec<Proposal>,
    /// The messages to it that came back.
    pub bounced: Vec<ItemId>,
}

/// A backup that waits to be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupView {
    /// The number by which its pieces are asked for.
    pub ticket: u64,
    /// When it was begun.
    pub at: DateTime<Utc>,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of all of it, in hexadecimal letters.
    pub sha256: String,
    /// The revision of the store that it holds.
    pub revision: u64,
    /// How many entries it holds.
    pub entries: u64,
    /// Where the audit chain ends in it.
    pub chain: ChainHead,
}

/// What writing the store anew did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vacuumed {
    /// Bytes that its files took before.
    pub before: u64,
    /// Bytes that they take now.
    pub after: u64,
    /// How many entries there are.
    pub entries: u64,
}

/// A backup that was taken back, or could be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The revision of the store that it holds.
    pub revision: u64,
    /// How many entries it holds.
    pub entries: u64,
    /// Where the audit chain ends in it.
    pub chain: ChainHead,
    /// Messages that wait to be sent in it; those that were sent since it was made will be sent again, the same bytes under the
    /// same Message-ID.
    pub waiting: u64,
    /// Whether it was only looked at.
    pub only_looked: bool,
}

/// An entry of the audit chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Counted from 1 without gaps.
    pub sequence: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// The Unix user who asked, or `lichhop`.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub object: String,
    /// Whether the clock stood still at a chosen instant.
    pub rehearsal: bool,
    /// The versions of records that were made.
    pub made: Vec<String>,
    /// The entry's hash.
    pub hash: String,
}

impl From<SealedEntry> for AuditLine {
    fn from(SealedEntry { entry, hash }: SealedEntry) -> Self {
        let AuditEntry { sequence, at, actor, action, object, rehearsal, made, digest: _, previous: _ } = entry;
        Self { sequence, at, actor, action, object, rehearsal, made, hash: hash.as_str().to_owned() }
    }
}

/// A page of meetings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeetingPage {
    /// The meetings, in the order in which the page was walked: backward, the latest first.
    pub meetings: Vec<MeetingView>,
    /// Whether there are more beyond the last one.
    pub more: bool,
}

/// A unit with what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitView {
    /// The unit.
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
    /// The invitations that the one in force replaced, the oldest first.
    #[serde(default)]
    pub replaces: Vec<Replaced>,
    /// The invitations that were recalled, the oldest first: their numbers are not given again.
    #[serde(default)]
    pub voided: Vec<Voided>,
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
    pub queued: Option<u64>,
    /// What is worth saying although nothing is refused.
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
    /// Which notice it is, where that is none of a cancellation.
    #[serde(default)]
    pub notice: Option<String>,
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
    /// That it came back, in the words of who refused it.
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
            notice: (!item.notice.is_first()).then(|| item.notice.word().to_owned()),
            unit: item.unit.clone(),
            to: item.to.clone(),
            subject: item.subject.clone(),
            state,
            attempts: item.attempts,
            next_attempt: item.next_attempt,
            last_error: item.last_error.clone(),
            bounce: item.bounce.as_ref().map(Bounce::words),
            message_id: item.message_id.clone(),
            queued_at: item.queued_at,
            sent_at: item.sent_at,
            reason: item.reason.clone(),
        }
    }

    /// What it is, in the word for which people's are found: the notice, else what it asks.
    #[must_use]
    pub fn said(&self) -> &str {
        self.notice.as_deref().unwrap_or(&self.kind)
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

/// What a flush did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlushReport {
    /// How the items tried in this run ended.
    pub tally: Tally,
    /// Items that still wait or are being sent.
    pub remaining: u64,
    /// Items that an interrupted run may have sent already and this one sent again.
    pub maybe_repeated: u64,
    /// How long it took, in milliseconds of real time.
    pub elapsed_ms: u64,
    /// Of the remaining ones: how many are due now.
    pub due: u64,
    /// What kept the relay from being used.
    pub relay: Option<RelayTrouble>,
}

/// Trouble with the relay as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

impl RelayTrouble {
    /// How the conversation failed: phase, code and the relay's own words.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        match self {
            Self::Unreachable { failure } | Self::Paused { failure } | Self::Credentials { failure } | Self::Configuration { failure } => {
                failure
            }
        }
    }
}

/// How many items of the outbox are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxCounts {
    /// Wait for their first attempt.
    pub queued: u64,
    /// A flusher has them.
    pub sending: u64,
    /// An attempt failed; another will follow.
    pub deferred: u64,
    /// The relay took them.
    pub sent: u64,
    /// Refused for good, or given up.
    pub failed: u64,
    /// Kept back until somebody decides.
    pub held: u64,
    /// Not to be sent any more.
    pub dropped: u64,
}

impl OutboxCounts {
    /// The count of a state.
    pub fn of(&mut self, state: ItemState) -> &mut u64 {
        match state {
            ItemState::Queued => &mut self.queued,
            ItemState::Sending => &mut self.sending,
            ItemState::Deferred => &mut self.deferred,
            ItemState::Sent => &mut self.sent,
            ItemState::Failed => &mut self.failed,
            ItemState::Held => &mut self.held,
            ItemState::Dropped => &mut self.dropped,
        }
    }
}

/// How the outbox stands, and what its flusher is at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutboxStatus {
    /// How many items are in each state.
    pub counts: OutboxCounts,
    /// Where mail goes, as the configuration writes it; it never holds a password.
    pub relay: String,
    /// Whether what is due is sent by itself as long as the application is open.
    pub kept: bool,
    /// Whether a run is going on.
    pub running: bool,
    /// The relay is in trouble; `None` when the last run found it well, or none has tried it yet.
    pub pause: Option<RelayPause>,
    /// The earliest instant at which a waiting item that nobody has in hand is due; it may have passed.
    pub next_due: Option<DateTime<Utc>>,
    /// When the message was issued that has waited longest, those in hand among them; `None`: none waits.
    pub oldest: Option<DateTime<Utc>>,
    /// The last run that ended, and how.
    pub last: Option<LastRun>,
    /// Why the run after that broke off, if it did: an error in the program or a failure of the store. Those who keep
    /// flushing try again after a while.
    pub broken: Option<Fault>,
}

/// A relay that is in trouble, and when it is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayPause {
    /// What the trouble is, with the relay's own words.
    pub trouble: RelayTrouble,
    /// The first run that met trouble, without one since that did not.
    pub since: DateTime<Utc>,
    /// How many runs in a row met it.
    pub runs: u32,
    /// When it is tried again by itself, by the host's clock. A clock that stands does not hold it up: the time between is
    /// real. `None` when nobody keeps flushing.
    pub next_probe: Option<DateTime<Utc>>,
}

/// A run of the flusher that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// What it did.
    pub report: FlushReport,
}
