//! The week's schedule (lịch công tác tuần): which meetings stand in it.

use crate::domain::meeting::{Meeting, MeetingState};
use crate::domain::time::IsoWeek;

/// Whether a meeting stands in the schedule of a week as it is before any version is published: approved and issued ones,
/// and issued ones that were cancelled or postponed since, which stay visible with their mark.
#[must_use]
pub fn stands_in(meeting: &Meeting, week: IsoWeek) -> bool {
    let shown = match meeting.state {
        MeetingState::Approved | MeetingState::Issued | MeetingState::Concluded => true,
        MeetingState::Cancelled | MeetingState::Postponed => meeting.issue.is_some(),
        MeetingState::Draft | MeetingState::Submitted | MeetingState::Rejected => false,
    };
    shown && meeting.entry.days().any(|day| week.monday() <= day && day <= week.sunday())
}
