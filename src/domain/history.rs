//! What became of a record: each version that it had, with what changed against the one before.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::account::Role;
use crate::domain::attendance::{Response, Trust};
use crate::domain::dispatch::ItemId;
use crate::domain::incoming::Method;
use crate::domain::mailbox::{MailAddress, MailboxKind, MailboxState};
use crate::domain::meeting::{InvitationMode, MeetingId, MeetingState, Urgency};
use crate::domain::outbox::{Failure, ItemState, Reason};
use crate::domain::text::Prose;
use crate::domain::time::WallTime;
use crate::domain::unit::{UnitCode, UnitKind};

/// A record whose history can be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A unit.
    Unit(UnitCode),
    /// A mailbox.
    Mailbox(MailAddress),
    /// A meeting.
    Meeting(MeetingId),
    /// An account, by its Unix user.
    Account(String),
    /// A message of the outbox.
    Outbox(ItemId),
}

/// A version of a record, as much of it as whoever asks may see. Among a meeting's own stand those of what its units answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastVersion {
    /// The revision that the record had with it.
    pub revision: u64,
    /// The unit, of what is known of its coming to the meeting; `None`: it is a version of the record itself.
    #[serde(default)]
    pub unit: Option<UnitCode>,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Who made it; `None`: that is not told to who sees only a part of the record.
    pub by: Option<String>,
    /// What was done, in the words of the audit: `meeting.approve`.
    pub action: String,
    /// What changed against the version before; of the first one all its values.
    pub changes: Vec<FieldChange>,
    /// Why it was done, where a reason was given.
    pub reason: Option<Prose>,
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which.
    pub field: Field,
    /// What stood there before; `None`: nothing.
    pub from: Option<FieldValue>,
    /// What stands there now; `None`: nothing.
    pub to: Option<FieldValue>,
}

/// A field of a record, by the name that it has in machine output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the fields; their wordings are in `i18n`")]
pub enum Field {
    Acknowledged,
    Answer,
    Attempts,
    Chair,
    Content,
    Custodian,
    End,
    Invited,
    IssuedOn,
    Kind,
    LastError,
    MailDomain,
    Meeting,
    MessageId,
    Mode,
    Name,
    NextAttempt,
    Number,
    Online,
    Owner,
    Parent,
    Place,
    PreparedBy,
    Primary,
    Proposal,
    QueuedAt,
    QuotaMb,
    Reason,
    Revoked,
    Role,
    SentAt,
    Sequence,
    Stale,
    Start,
    State,
    Subject,
    Substitute,
    Title,
    To,
    Trust,
    Unit,
    Units,
    Urgency,
    Without,
}

impl Field {
    /// All fields.
    pub const ALL: [Self; 44] = [
        Self::Acknowledged,
        Self::Answer,
        Self::Attempts,
        Self::Chair,
        Self::Content,
        Self::Custodian,
        Self::End,
        Self::Invited,
        Self::IssuedOn,
        Self::Kind,
        Self::LastError,
        Self::MailDomain,
        Self::Meeting,
        Self::MessageId,
        Self::Mode,
        Self::Name,
        Self::NextAttempt,
        Self::Number,
        Self::Online,
        Self::Owner,
        Self::Parent,
        Self::Place,
        Self::PreparedBy,
        Self::Primary,
        Self::Proposal,
        Self::QueuedAt,
        Self::QuotaMb,
        Self::Reason,
        Self::Revoked,
        Self::Role,
        Self::SentAt,
        Self::Sequence,
        Self::Stale,
        Self::Start,
        Self::State,
        Self::Subject,
        Self::Substitute,
        Self::Title,
        Self::To,
        Self::Trust,
        Self::Unit,
        Self::Units,
        Self::Urgency,
        Self::Without,
    ];
}

/// What stands in a field, by its kind, so that it can be told in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    /// A text, of one line or several.
    Text(String),
    /// A number.
    Number(u64),
    /// Yes or no.
    Flag(bool),
    /// Codes of units, in their order.
    Codes(Vec<UnitCode>),
    /// An instant.
    Instant(DateTime<Utc>),
    /// Wall time in Vietnam.
    Time(WallTime),
    /// A day.
    Day(NaiveDate),
    /// What sort of unit.
    UnitKind(UnitKind),
    /// Who a mailbox belongs to.
    MailboxKind(MailboxKind),
    /// Where a mailbox is in its life.
    MailboxState(MailboxState),
    /// Where a meeting is in its life.
    MeetingState(MeetingState),
    /// How urgent.
    Urgency(Urgency),
    /// How the units learn of a meeting.
    Mode(InvitationMode),
    /// What a message asks, by its word.
    ItemKind(String),
    /// Where a message is.
    ItemState(ItemState),
    /// How an attempt failed.
    Failure(Failure),
    /// Why a message is not sent.
    Reason(Reason),
    /// What an account may do.
    Role(Role),
    /// What a unit answers.
    Response(Response),
    /// How sure it is that it does.
    Trust(Trust),
    /// What a calendar asks.
    Method(Method),
}

impl FieldValue {
    /// Whether it says no more than nothing would: a list without members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Codes(codes) if codes.is_empty())
    }
}

/// A record's fields with what stands in them, in the order in which people read them.
pub type Fields = Vec<(Field, Option<FieldValue>)>;

/// What changed between two versions that have the same fields; of a first version everything that is there.
#[must_use]
pub fn changes(before: Option<&Fields>, after: &Fields) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for (field, to) in after {
        let from = before.and_then(|fields| fields.iter().find(|(other, _)| other == field)).and_then(|(_, value)| value.as_ref());
        let is_new = before.is_none() && to.as_ref().is_some_and(|value| !value.is_empty());
        if is_new || (before.is_some() && from != to.as_ref()) {
            changes.push(FieldChange { field: *field, from: from.cloned(), to: to.clone() });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(name: Option<&str>, codes: &[&str]) -> Fields {
        let codes = codes.iter().map(|code| UnitCode::parse(code).unwrap()).collect();
        vec![(Field::Name, name.map(|name| FieldValue::Text(name.into()))), (Field::Units, Some(FieldValue::Codes(codes)))]
    }

    #[test]
    fn a_first_version_has_its_values_and_a_later_one_what_is_different() {
        let (empty, full) = (fields(None, &[]), fields(Some("A"), &["VP"]));
        assert_eq!(changes(None, &empty), []);
        let names = |changes: Vec<FieldChange>| changes.into_iter().map(|change| change.field).collect::<Vec<_>>();
        assert_eq!(names(changes(None, &full)), [Field::Name, Field::Units]);
        assert_eq!(changes(Some(&full), &full), []);
        let gone = changes(Some(&full), &empty);
        assert_eq!(gone[0], FieldChange { field: Field::Name, from: Some(FieldValue::Text("A".into())), to: None });
        assert_eq!(gone[1].to, Some(FieldValue::Codes(vec![])), "an emptied list is an empty list");
    }
}
