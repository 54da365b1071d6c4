//! Machine output: the fields of the reference, in its order. What the program knows besides follows behind them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::cli::output::Outcome;
use crate::domain::attendance::Delegate;
use crate::domain::audit::{ChainHead, Finding};
use crate::domain::conflict::{Conflict, ConflictKind, Severity};
use crate::domain::dispatch::ItemId;
use crate::domain::incoming::Discarded;
use crate::domain::mailbox::{MailAddress, Mailbox};
use crate::domain::meeting::{Event, InvitationMode, MeetingId, MeetingState, Replaced, Urgency, Voided};
use crate::domain::outbox::{Failure, ItemState};
use crate::domain::policy::Unreachable;
use crate::domain::text::{Line, Prose};
use crate::domain::time::{IsoWeek, WallTime};
use crate::domain::unit::{Unit, UnitCode};
use crate::i18n::{Lang, finding, incoming, notice, outbox, rule};
use crate::report::{Exit, Report};
use crate::wire::reply::{
    Acknowledgement, CheckReport, FlushReport, ItemView, MeetingView, Preview, PreviewRecipient, Proposal, Received, Replies, ReplyView,
    Response, UnitAnswer, UnitView, Warning, WeekView,
};

/// One JSON document.
///
/// # Errors
/// A value that JSON cannot hold: an error in the program.
pub fn document(value: &impl Serialize) -> Result<Outcome, Report> {
    match serde_json::to_string_pretty(value) {
        Ok(text) => Ok(Outcome::line(text)),
        Err(why) => Err(Report::new(Exit::Internal, why.to_string())),
    }
}

/// As [`document`], on one line, for what is printed as it comes.
///
/// # Errors
/// As [`document`].
pub fn line(value: &impl Serialize) -> Result<Vec<u8>, Report> {
    serde_json::to_vec(value).map_err(|why| Report::new(Exit::Internal, why.to_string()))
}

/// A conflict.
#[derive(Debug, Serialize)]
pub struct ConflictDocument<'a> {
    kind: ConflictKind,
    severity: Severity,
    with: &'a MeetingId,
    detail: String,
    state: MeetingState,
    title: &'a Line,
    unit: &'a UnitCode,
    start: WallTime,
    until: WallTime,
    claimed: &'a Line,
}

impl<'a> ConflictDocument<'a> {
    /// The document of a conflict; `detail` is a sentence in the user's language.
    #[must_use]
    pub fn of(lang: Lang, conflict: &'a Conflict) -> Self {
        Self {
            kind: conflict.kind,
            severity: conflict.severity,
            with: &conflict.with,
            detail: rule::conflict(lang, conflict),
            state: conflict.state,
            title: &conflict.title,
            unit: &conflict.unit,
            start: conflict.start,
            until: conflict.until,
            claimed: &conflict.claimed,
        }
    }
}

/// What is worth saying although nothing is refused.
#[derive(Debug, Serialize)]
pub struct WarningDocument {
    warning: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mailboxes: Option<u64>,
    text: String,
}

impl WarningDocument {
    /// The document of a warning about a meeting; `text` is a sentence in the user's language.
    #[must_use]
    pub fn of(lang: Lang, warning: &Warning, id: &MeetingId) -> Self {
        let text = notice::warning(lang, warning, id);
        let (warning, units, mailboxes) = match warning {
            Warning::Past => ("past", None, None),
            Warning::NobodyInvited => ("nobody_invited", None, None),
            Warning::BackForApproval => ("back_for_approval", None, None),
            Warning::PaperToo { units } => ("paper_too", Some(*units), None),
            Warning::Withdrawn { mailboxes } => ("withdrawn", None, Some(*mailboxes)),
        };
        Self { warning, units, mailboxes, text }
    }
}

/// A meeting.
#[derive(Debug, Serialize)]
pub struct MeetingDocument<'a> {
    id: &'a MeetingId,
    title: &'a Line,
    start: WallTime,
    end: Option<WallTime>,
    place: &'a Line,
    room: Option<&'a str>,
    online: Option<&'a Line>,
    chair: &'a Line,
    unit: &'a UnitCode,
    invited: &'a [UnitCode],
    people: &'a [String],
    prepared_by: &'a [UnitCode],
    content: Option<&'a Prose>,
    agenda: &'a [String],
    urgency: Urgency,
    mode: InvitationMode,
    state: MeetingState,
    number: Option<&'a str>,
    sequence: u32,
    revision: u64,
    conflicts: Vec<ConflictDocument<'a>>,
    replies: Replies,
    history: &'a [Event],
    issued_on: Option<NaiveDate>,
    without: &'a [UnitCode],
    replaces: &'a [Replaced],
    voided: &'a [Voided],
    #[serde(skip_serializing_if = "Option::is_none")]
    queued: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<WarningDocument>,
}

impl<'a> MeetingDocument<'a> {
    /// The document of a meeting.
    #[must_use]
    pub fn of(lang: Lang, meeting: &'a MeetingView) -> Self {
        Self {
            id: &meeting.id,
            title: &meeting.title,
            start: meeting.start,
            end: meeting.end,
            place: &meeting.place,
            room: meeting.room.as_deref(),
            online: meeting.online.as_ref(),
            chair: &meeting.chair,
            unit: &meeting.unit,
            invited: &meeting.invited,
            people: &meeting.people,
            prepared_by: &meeting.prepared_by,
            content: meeting.content.as_ref(),
            agenda: &meeting.agenda,
            urgency: meeting.urgency,
            mode: meeting.mode,
            state: meeting.state,
            number: meeting.number.as_deref(),
            sequence: meeting.sequence,
            revision: meeting.revision,
            conflicts: meeting.conflicts.iter().map(|conflict| ConflictDocument::of(lang, conflict)).collect(),
            replies: meeting.replies,
            history: &meeting.history,
            issued_on: meeting.issued_on,
            without: &meeting.without,
            replaces: &meeting.replaces,
            voided: &meeting.voided,
            queued: meeting.queued,
            warnings: meeting.warnings.iter().map(|warning| WarningDocument::of(lang, warning, &meeting.id)).collect(),
        }
    }
}

/// The schedule of a week.
#[derive(Debug, Serialize)]
pub struct WeekDocument<'a> {
    week: IsoWeek,
    from: NaiveDate,
    to: NaiveDate,
    version: Option<u32>,
    meetings: Vec<MeetingDocument<'a>>,
}

impl<'a> WeekDocument<'a> {
    /// The document of a week.
    #[must_use]
    pub fn of(lang: Lang, week: &'a WeekView) -> Self {
        Self {
            week: week.week,
            from: week.from,
            to: week.to,
            version: week.version,
            meetings: week.meetings.iter().map(|meeting| MeetingDocument::of(lang, meeting)).collect(),
        }
    }
}

/// A message of the outbox.
#[derive(Debug, Serialize)]
pub struct ItemDocument<'a> {
    id: &'a str,
    meeting: &'a MeetingId,
    kind: &'a str,
    to: &'a MailAddress,
    subject: &'a Line,
    state: ItemState,
    attempts: u32,
    next_attempt: Option<DateTime<Utc>>,
    last_error: Option<&'a Failure>,
    bounce: Option<&'a str>,
    message_id: &'a str,
    queued_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    unit: &'a UnitCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<&'a str>,
}

impl<'a> ItemDocument<'a> {
    /// The document of a message; `reason` is a sentence in the user's language.
    #[must_use]
    pub fn of(lang: Lang, item: &'a ItemView) -> Self {
        Self {
            id: &item.id,
            meeting: &item.meeting,
            kind: &item.kind,
            to: &item.to,
            subject: &item.subject,
            state: item.state,
            attempts: item.attempts,
            next_attempt: item.next_attempt,
            last_error: item.last_error.as_ref(),
            bounce: item.bounce.as_deref(),
            message_id: &item.message_id,
            queued_at: item.queued_at,
            sent_at: item.sent_at,
            reason: item.reason.as_ref().map(|reason| outbox::reason(lang, reason)),
            unit: &item.unit,
            notice: item.notice.as_deref(),
        }
    }
}

/// What a flush did: these fields and no others, whatever the exit code.
#[derive(Debug, Serialize)]
pub struct FlushDocument {
    sent: u64,
    deferred: u64,
    failed: u64,
    held: u64,
    remaining: u64,
    maybe_repeated: u64,
    elapsed_ms: u64,
}

impl FlushDocument {
    /// The document of a flush.
    #[must_use]
    pub fn of(report: &FlushReport) -> Self {
        Self {
            sent: report.tally.sent,
            deferred: report.tally.deferred,
            failed: report.tally.failed,
            held: report.tally.held,
            remaining: report.remaining,
            maybe_repeated: report.maybe_repeated,
            elapsed_ms: report.elapsed_ms,
        }
    }
}

/// A unit that cannot be invited.
#[derive(Debug, Serialize)]
pub struct UnreachableDocument<'a> {
    unit: &'a UnitCode,
    name: &'a Line,
    why: &'a Unreachable,
    text: String,
}

/// What issuing would do.
#[derive(Debug, Serialize)]
pub struct PreviewDocument<'a> {
    id: &'a MeetingId,
    number: &'a str,
    recipients: &'a [PreviewRecipient],
    unreachable: Vec<UnreachableDocument<'a>>,
    without: &'a [UnitCode],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    withdrawn: &'a [PreviewRecipient],
    conflicts: Vec<ConflictDocument<'a>>,
    subject: &'a Line,
    text: &'a str,
}

impl<'a> PreviewDocument<'a> {
    /// The document of a preview.
    #[must_use]
    pub fn of(lang: Lang, preview: &'a Preview) -> Self {
        Self {
            id: &preview.id,
            number: &preview.number,
            recipients: &preview.recipients,
            unreachable: preview
                .unreachable
                .iter()
                .map(|one| UnreachableDocument { unit: &one.unit, name: &one.name, why: &one.why, text: rule::unreachable(lang, &one.why) })
                .collect(),
            without: &preview.without,
            withdrawn: &preview.withdrawn,
            conflicts: preview.conflicts.iter().map(|conflict| ConflictDocument::of(lang, conflict)).collect(),
            subject: &preview.subject,
            text: &preview.text,
        }
    }
}

/// A unit with what hangs on it.
#[derive(Debug, Serialize)]
pub struct UnitDocument<'a> {
    #[serde(flatten)]
    unit: &'a Unit,
    mailboxes: &'a [Mailbox],
    subordinates: &'a [UnitCode],
    unreachable: Option<&'a Unreachable>,
}

impl<'a> UnitDocument<'a> {
    /// The document of a unit.
    #[must_use]
    pub fn of(view: &'a UnitView) -> Self {
        Self { unit: &view.unit, mailboxes: &view.mailboxes, subordinates: &view.subordinates, unreachable: view.unreachable.as_ref() }
    }
}

/// What is wrong, as data and as a sentence.
#[derive(Debug, Serialize)]
pub struct FindingDocument<'a> {
    finding: &'a Finding,
    text: String,
}

/// What a check found.
#[derive(Debug, Serialize)]
pub struct CheckDocument<'a> {
    looked_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<&'a ChainHead>,
    findings: Vec<FindingDocument<'a>>,
}

impl<'a> CheckDocument<'a> {
    /// The document of a check.
    #[must_use]
    pub fn of(lang: Lang, report: &'a CheckReport) -> Self {
        let finding = |one: &'a Finding| FindingDocument { finding: one, text: finding::finding(lang, one) };
        Self { looked_at: report.looked_at, head: report.head.as_ref(), findings: report.findings.iter().map(finding).collect() }
    }
}

/// A message that came.
#[derive(Debug, Serialize)]
pub struct ReceivedDocument<'a> {
    id: String,
    received_at: DateTime<Utc>,
    source: &'static str,
    from: Option<&'a MailAddress>,
    trust: &'static str,
    automatic: bool,
    subject: Option<&'a Line>,
    message_id: Option<&'a str>,
    date: Option<DateTime<Utc>>,
    sha256: &'a str,
    bytes: u64,
    outcome: &'static str,
    detail: &'a crate::domain::incoming::Outcome,
    message: &'a crate::domain::incoming::What,
    text: String,
    waiting: bool,
    discarded: Option<&'a Discarded>,
}

impl<'a> ReceivedDocument<'a> {
    /// The document of a message; `text` is a sentence in the user's language.
    #[must_use]
    pub fn of(lang: Lang, one: &'a Received) -> Self {
        let message = &one.message;
        Self {
            id: one.id.to_string(),
            received_at: one.at,
            source: one.source.word(),
            from: message.from.as_ref(),
            trust: message.trust.word(),
            automatic: message.automatic,
            subject: message.subject.as_ref(),
            message_id: message.message_id.as_deref(),
            date: message.date,
            sha256: message.digest.as_str(),
            bytes: message.size,
            outcome: one.outcome.word(),
            detail: &one.outcome,
            message: &message.what,
            text: incoming::outcome(lang, &one.outcome),
            waiting: one.waits(),
            discarded: one.discarded.as_ref(),
        }
    }
}

/// What an invited unit answered.
#[derive(Debug, Serialize)]
pub struct ReplyDocument<'a> {
    unit: &'a UnitCode,
    name: Option<&'a Line>,
    state: &'static str,
    at: Option<DateTime<Utc>>,
    by: Option<&'a str>,
    trust: Option<&'static str>,
    words: Option<&'a Prose>,
    substitute: Option<&'a Delegate>,
    acknowledged: Option<&'a Acknowledgement>,
    stale: Option<&'a UnitAnswer>,
    proposals: &'a [Proposal],
    bounced: &'a [ItemId],
}

impl<'a> ReplyDocument<'a> {
    /// The document of an answer.
    #[must_use]
    pub fn of(reply: &'a ReplyView) -> Self {
        let answer = reply.answer.as_ref();
        Self {
            unit: &reply.unit,
            name: reply.name.as_ref(),
            state: reply.state.map_or("pending", Response::word),
            at: answer.map(|answer| answer.at),
            by: answer.map(|answer| answer.by.as_str()),
            trust: answer.map(|answer| answer.trust.word()),
            words: answer.and_then(|answer| answer.words.as_ref()),
            substitute: answer.and_then(|answer| answer.delegate.as_ref()),
            acknowledged: reply.acknowledged.as_ref(),
            stale: reply.stale.as_ref(),
            proposals: &reply.proposals,
            bounced: &reply.bounced,
        }
    }
}
