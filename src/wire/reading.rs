//! What can be read as it stood at some time: these requests and no others. A type of its own, so that what writes cannot be
//! asked of the past, and so that no request holds another within another without end.

use serde::{Deserialize, Serialize};

use crate::domain::dispatch::ItemId;
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::MeetingId;
use crate::domain::order::{MeetingFilter, PageOrder};
use crate::domain::outbox::ItemState;
use crate::domain::search::RecordKind;
use crate::domain::text::Line;
use crate::domain::time::IsoWeek;
use crate::domain::unit::UnitCode;
use crate::wire::request::Request;

/// A request that only reads, and only what is kept with its versions. Each asks what its namesake among the requests asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// All units.
    UnitList,
    /// One unit with its mailboxes and subordinates.
    UnitShow(UnitCode),
    /// All mailboxes.
    MailboxList,
    /// One mailbox.
    MailboxShow(MailAddress),
    /// Meetings that fit a filter, by start.
    MeetingList(MeetingFilter),
    /// A page of the meetings that fit a filter.
    MeetingPage(PageOrder),
    /// One meeting.
    MeetingShow(MeetingId),
    /// The schedule of a week.
    Week {
        /// The week; without, the one in which that time lies.
        week: Option<IsoWeek>,
        /// Only what concerns this unit.
        unit: Option<UnitCode>,
    },
    /// The schedule of a week as an iCalendar feed.
    WeekCalendar {
        /// The week; without, the one in which that time lies.
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
    /// Find records by words.
    Search {
        /// The words.
        text: Line,
        /// Only this kind.
        kind: Option<RecordKind>,
    },
}

impl From<Reading> for Request {
    fn from(reading: Reading) -> Self {
        match reading {
            Reading::UnitList => Self::UnitList,
            Reading::UnitShow(code) => Self::UnitShow(code),
            Reading::MailboxList => Self::MailboxList,
            Reading::MailboxShow(address) => Self::MailboxShow(address),
            Reading::MeetingList(filter) => Self::MeetingList(filter),
            Reading::MeetingPage(order) => Self::MeetingPage(order),
            Reading::MeetingShow(id) => Self::MeetingShow(id),
            Reading::Week { week, unit } => Self::Week { week, unit },
            Reading::WeekCalendar { week, unit } => Self::WeekCalendar { week, unit },
            Reading::OutboxList { state } => Self::OutboxList { state },
            Reading::OutboxShow(id) => Self::OutboxShow(id),
            Reading::Search { text, kind } => Self::Search { text, kind },
        }
    }
}

impl Reading {
    /// The reading that a request is; `None`: the past does not answer it.
    #[must_use]
    pub fn of(request: Request) -> Option<Self> {
        Some(match request {
            Request::UnitList => Self::UnitList,
            Request::UnitShow(code) => Self::UnitShow(code),
            Request::MailboxList => Self::MailboxList,
            Request::MailboxShow(address) => Self::MailboxShow(address),
            Request::MeetingList(filter) => Self::MeetingList(filter),
            Request::MeetingPage(order) => Self::MeetingPage(order),
            Request::MeetingShow(id) => Self::MeetingShow(id),
            Request::Week { week, unit } => Self::Week { week, unit },
            Request::WeekCalendar { week, unit } => Self::WeekCalendar { week, unit },
            Request::OutboxList { state } => Self::OutboxList { state },
            Request::OutboxShow(id) => Self::OutboxShow(id),
            Request::Search { text, kind } => Self::Search { text, kind },
            _ => return None,
        })
    }
}
