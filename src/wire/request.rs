//! Requests: everything a user can ask of the host.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use crate::domain::account::Account;
pub use crate::domain::attendance::Response;
pub use crate::domain::audit::AuditFilter;
use crate::domain::dispatch::ItemId;
pub use crate::domain::draft::{DraftField, FormKey};
pub use crate::domain::history::Subject;
pub use crate::domain::incoming::{ReceivedId, Source};
pub use crate::domain::intervention::Intervention;
use crate::domain::mailbox::{MailAddress, MailboxRow};
use crate::domain::meeting::{Entry, MeetingId};
pub use crate::domain::order::{
    EntryChanges, FlushOrder, IssueOrder, MeetingFilter, OptionalField, PAGE_MAX, PageDirection, PageOrder, PageStart, ReplaceOrder,
    Replacing,
};
use crate::domain::outbox::ItemState;
pub use crate::domain::search::RecordKind;
use crate::domain::text::{Line, Prose};
use crate::domain::time::IsoWeek;
use crate::domain::unit::{UnitCode, UnitRow};
pub use crate::wire::reading::Reading;
pub use crate::wire::report::OutboxReportOrder;

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Take a table of units into the registry: all rows or none.
    UnitImport(Import<UnitRow>),
    /// All units, in the order of the tables that brought them in.
    UnitList,
    /// One unit with its mailboxes and subordinates.
    UnitShow(UnitCode),
    /// Take a table of mailboxes into the registry: all rows or none.
    MailboxImport(Import<MailboxRow>),
    /// All mailboxes.
    MailboxList,
    /// One mailbox.
    MailboxShow(MailAddress),
    /// Register a meeting.
    MeetingAdd {
        /// What was entered.
        entry: Box<Entry>,
        /// Hand it over to the office at once.
        submit: bool,
    },
    /// Change what was entered.
    MeetingEdit {
        /// The meeting.
        id: MeetingId,
        /// The fields to change.
        changes: Box<EntryChanges>,
        /// The revision the change was made against, when it was shown to somebody before.
        expected: Option<u64>,
    },
    /// Meetings that fit a filter, by start.
    MeetingList(MeetingFilter),
    /// A page of the meetings that fit a filter.
    MeetingPage(PageOrder),
    /// One meeting.
    MeetingShow(MeetingId),
    /// Hand a draft over to the office.
    MeetingSubmit(MeetingId),
    /// Approve.
    MeetingApprove {
        /// The meeting.
        id: MeetingId,
        /// Why hard conflicts are accepted.
        override_reason: Option<Prose>,
    },
    /// Give back to who registered it.
    MeetingReturn {
        /// The meeting.
        id: MeetingId,
        /// Why.
        reason: Prose,
    },
    /// Refuse for good.
    MeetingReject {
        /// The meeting.
        id: MeetingId,
        /// Why.
        reason: Prose,
    },
    /// Show what issuing would do, without doing it.
    MeetingPreview(IssueOrder),
    /// Give the number and queue the invitations.
    MeetingIssue(IssueOrder),
    /// Cancel; units that were invited are told.
    MeetingCancel {
        /// The meeting.
        id: MeetingId,
        /// Why.
        reason: Prose,
    },
    /// Postpone without a new date; units that were invited are told.
    MeetingPostpone {
        /// The meeting.
        id: MeetingId,
        /// Why.
        reason: Prose,
    },
    /// Show what another invitation in the place of the one before would do, without issuing it.
    MeetingReplacePreview(Box<ReplaceOrder>),
    /// Issue another invitation in the place of the one before, as for another date.
    MeetingReplace(Box<ReplaceOrder>),
    /// Take back what was told last, before any of it has left.
    MeetingRecall {
        /// The meeting.
        id: MeetingId,
        /// Why.
        reason: Prose,
    },
    /// The invitation as a document or message.
    Invitation {
        /// The meeting.
        id: MeetingId,
        /// In which form.
        format: InvitationFormat,
        /// For which recipient; without, the first.
        to: Option<MailAddress>,
    },
    /// The schedule of a week.
    Week {
        /// The week; without, the present one.
        week: Option<IsoWeek>,
        /// Only what concerns this unit.
        unit: Option<UnitCode>,
    },
    /// The schedule of a week as an iCalendar feed.
    WeekCalendar {
        /// The week; without, the present one.
        week: Option<IsoWeek>,
        /// Only what concerns this unit.
        unit: Option<UnitCode>,
    },
    /// Items of the outbox, by id.
    OutboxList {
        /// Only those in this state.
        state: Option<ItemState>,
    },
    /// One item.
    OutboxShow(ItemId),
    /// What happens next with an item, and why.
    OutboxWhy(ItemId),
    /// Decide about messages on their way: about all of these or none.
    OutboxDecide {
        /// The messages, at most [`ITEMS_MAX`](crate::domain::intervention::ITEMS_MAX).
        ids: Vec<ItemId>,
        /// What is decided.
        what: Intervention,
    },
    /// How the outbox stands, and what its flusher is at.
    OutboxStatus,
    /// How the host, its store and the outbox stand.
    Status,
    /// What became of the messages of some days: a part of it, and where the next one begins.
    OutboxReport(OutboxReportOrder),
    /// Try what is due once, now: also while a relay in trouble is left alone.
    Flush(FlushOrder),
    /// The messages that a run would try now, in its order; nothing is sent.
    FlushPreview {
        /// The most that are tried.
        limit: Option<u64>,
    },
    /// Keep what stands in a form of the account that asks, instead of what was kept of it before.
    DraftKeep {
        /// The form.
        form: FormKey,
        /// Its fields as they were typed.
        fields: Vec<DraftField>,
    },
    /// What was kept of a form.
    DraftShow(FormKey),
    /// Forget what was kept of a form; nothing to forget is no error.
    DraftDrop(FormKey),
    /// All that was kept of forms of the account that asks, the latest first.
    DraftList,
    /// Find records by words.
    Search {
        /// The words.
        text: Line,
        /// Only this kind.
        kind: Option<RecordKind>,
    },
    /// All accounts.
    AccountList,
    /// Give a Unix user a role, instead of the one it had.
    AccountGrant(Account),
    /// Take a Unix user's account away.
    AccountRevoke(String),
    /// Entries of the audit chain.
    AuditList(AuditFilter),
    /// Walk the audit chain.
    AuditVerify,
    /// Check every record, index and series.
    Check,
    /// Make a backup of all there is, to be fetched in pieces.
    Backup(BackupFormat),
    /// A piece of a backup that was made for the account that asks.
    BackupPiece {
        /// Its number, as it was told when it was made.
        ticket: u64,
        /// The byte from which to go on.
        offset: u64,
    },
    /// Take a message that came.
    Receive(Box<Delivery>),
    /// Look into the configured mailboxes now, and take what is there.
    ReceivePoll(Source),
    /// Messages that came: those that wait for somebody, or all.
    ReceivedList {
        /// Also those of which something was made, and those that were put away.
        all: bool,
    },
    /// One message that came.
    ReceivedShow(ReceivedId),
    /// The bytes of a message that waits.
    ReceivedBytes(ReceivedId),
    /// Put a message away that somebody has looked at.
    ReceivedDiscard(ReceivedId),
    /// What the invited units answered.
    MeetingReplies(MeetingId),
    /// Record what an invited unit answered.
    MeetingReply(Box<ReplyOrder>),
    /// Write the store's files anew, without what is no longer in them.
    Vacuum,
    /// Every version of a record, the oldest first.
    History(Subject),
    /// What a reading would have been answered at some time.
    AsOf {
        /// That time; not later than now.
        at: DateTime<Utc>,
        /// The reading.
        reading: Box<Reading>,
    },
}

impl Request {
    /// Try everything that is due.
    #[must_use]
    pub fn flush() -> Self {
        Self::Flush(FlushOrder::default())
    }
}

/// A message on its way into the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// How it came.
    pub source: Source,
    /// Its bytes; of one that is too long, the beginning.
    pub bytes: Vec<u8>,
    /// How many bytes it has, where these are not all of them.
    pub cut_from: Option<u64>,
}

/// What an invited unit answered, as the office was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyOrder {
    /// The meeting.
    pub id: MeetingId,
    /// The unit.
    pub unit: UnitCode,
    /// What it answers.
    pub response: Response,
    /// Who comes instead.
    pub name: Option<Line>,
    /// What was said with it.
    pub reason: Option<Prose>,
}

/// The forms of a backup.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupFormat {
    /// What `restore` takes back.
    #[default]
    Store,
    /// JSON lines, for other tools.
    Jsonl,
}

/// A table for the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import<Row> {
    /// The rows.
    pub rows: Vec<Row>,
    /// Name of the table, for the audit.
    pub source: String,
    /// Only say what is wrong: other rows of the same table were unreadable, so that nothing will be written.
    pub check_only: bool,
}

/// The forms of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationFormat {
    /// The document as text.
    Txt,
    /// The document as a page.
    Html,
    /// The whole message.
    Eml,
    /// The calendar entry.
    Ics,
}
