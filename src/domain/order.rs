//! What people ask to be done to meetings: changes, filters, orders to issue.

use serde::{Deserialize, Serialize};

use crate::domain::meeting::{Channel, Entry, MeetingId, MeetingState, Urgency};
use crate::domain::text::{Line, Prose};
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;
use crate::domain::workflow::Action;

/// Fields of an entry to change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryChanges {
    /// What it is about.
    pub title: Option<Line>,
    /// When it begins.
    pub start: Option<WallTime>,
    /// When it ends.
    pub end: Option<WallTime>,
    /// Where.
    pub place: Option<Line>,
    /// A link.
    pub online: Option<Line>,
    /// Who chairs.
    pub chair: Option<Line>,
    /// The registering unit.
    pub unit: Option<UnitCode>,
    /// Units to invite in addition.
    pub invite: Vec<UnitCode>,
    /// Units to invite no longer (before issue only).
    pub uninvite: Vec<UnitCode>,
    /// Who prepares the papers, instead of those before.
    pub prepared_by: Option<Vec<UnitCode>>,
    /// What the invited should know.
    pub content: Option<Prose>,
    /// How urgent.
    pub urgency: Option<Urgency>,
    /// Fields to empty. What is given anew as well is given anew.
    pub cleared: Vec<OptionalField>,
}

/// A field of an entry that may be empty, and that `None` in [`EntryChanges`] therefore cannot empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionalField {
    /// When it ends.
    End,
    /// The link.
    Online,
    /// What the invited should know.
    Content,
}

/// Which meetings to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingFilter {
    /// Only those that touch this day or a later one.
    pub from: Option<chrono::NaiveDate>,
    /// Only those that touch this day or an earlier one.
    pub to: Option<chrono::NaiveDate>,
    /// Only those that a unit registers, prepares or is invited to.
    pub unit: Option<UnitCode>,
    /// Only those in this state.
    pub state: Option<MeetingState>,
    /// Only those whose words match.
    pub search: Option<Line>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// A page of the meetings that fit a filter, in the order of their starts (of equal ones, of their ids).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageOrder {
    /// Which meetings. Its own `limit` does not count here.
    pub filter: MeetingFilter,
    /// Where the page begins.
    pub from: PageStart,
    /// Which way it goes from there.
    pub direction: PageDirection,
    /// How many meetings it holds at the most; never more than [`PAGE_MAX`].
    pub limit: u32,
}

/// The most meetings of one page.
pub const PAGE_MAX: u32 = 500;

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageStart {
    /// With the first meeting of all; with the last one, backward.
    Edge,
    /// With the first meeting that starts on this day or later; backward with the last one that starts before this day, so
    /// that the two pages of a day share nothing and leave nothing out between them.
    Day(chrono::NaiveDate),
    /// With the next meeting beyond this one, which is not on the page and need not be there any more.
    Beyond {
        /// When that one starts.
        start: WallTime,
        /// That one.
        id: MeetingId,
    },
}

/// Which way a page goes, and in which order it holds its meetings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageDirection {
    /// Towards later meetings.
    Forward,
    /// Towards earlier meetings, the latest first.
    Backward,
}

/// How far a run over the outbox goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlushOrder {
    /// The most messages that are tried.
    pub limit: Option<u64>,
    /// After so many milliseconds nothing more is begun, and what is on the lines has a moment to end.
    pub deadline_ms: Option<u64>,
}

/// How a meeting is to be issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueOrder {
    /// The meeting.
    pub id: MeetingId,
    /// Invited units to leave out on record.
    pub without: Vec<UnitCode>,
    /// Why they are left out.
    pub reason: Option<Prose>,
    /// Why hard conflicts are accepted.
    pub override_reason: Option<Prose>,
    /// How it travels.
    pub channel: Channel,
}

/// In which way the invitation to an issued meeting is replaced by another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replacing {
    /// For another time or place; nothing else changes.
    Reschedule,
    /// In any of its fields, or in none: as when a unit has another mailbox since.
    Replace,
}

impl Replacing {
    /// What is done to the meeting by that.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Reschedule => Action::Reschedule,
            Self::Replace => Action::Replace,
        }
    }
}

/// How the invitation to an issued or postponed meeting is to be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplaceOrder {
    /// The meeting.
    pub id: MeetingId,
    /// In which way.
    pub way: Replacing,
    /// The fields to change; of a [`Replacing::Reschedule`] start, end and place alone count. A start without an end moves the
    /// end with it. Whom it invites and uninvites does not count: see `invited`.
    pub changes: EntryChanges,
    /// The units to invite instead of those before; `None`: the same. Who was left out and is named here is reached, or it is
    /// refused.
    pub invited: Option<Vec<UnitCode>>,
    /// Invited units to leave out on record, beside those that were.
    pub without: Vec<UnitCode>,
    /// Why; it stands in the invitation.
    pub reason: Prose,
    /// Why hard conflicts are accepted.
    pub override_reason: Option<Prose>,
    /// The revision it was ordered against, when the meeting was shown to somebody before.
    pub expected: Option<u64>,
}

impl EntryChanges {
    /// The entry after the changes.
    #[must_use]
    pub fn apply(&self, entry: &Entry) -> Entry {
        let mut after = entry.clone();
        let line = |new: &Option<Line>, old: &mut Line| {
            if let Some(new) = new {
                *old = new.clone();
            }
        };
        line(&self.title, &mut after.title);
        line(&self.place, &mut after.place);
        line(&self.chair, &mut after.chair);
        after.start = self.start.unwrap_or(after.start);
        for field in &self.cleared {
            match field {
                OptionalField::End => after.end = None,
                OptionalField::Online => after.online = None,
                OptionalField::Content => after.content = None,
            }
        }
        after.end = self.end.or(after.end);
        after.online = self.online.clone().or(after.online);
        after.unit = self.unit.clone().unwrap_or(after.unit);
        after.prepared_by = self.prepared_by.clone().unwrap_or(after.prepared_by);
        after.content = self.content.clone().or(after.content);
        after.urgency = self.urgency.unwrap_or(after.urgency);
        after.invited.retain(|code| !self.uninvite.contains(code));
        for code in &self.invite {
            if !after.invited.contains(code) {
                after.invited.push(code.clone());
            }
        }
        after
    }

    /// Whether nothing but inviting further units is asked.
    #[must_use]
    pub fn only_invites(&self) -> bool {
        !self.invite.is_empty() && Self { invite: Vec::new(), ..self.clone() } == Self::default()
    }
}
