//! Two meetings that cannot both be held: one place or one chair at one time.

use serde::{Deserialize, Serialize};

use crate::domain::meeting::{Entry, Meeting, MeetingId, MeetingState, overlap};
use crate::domain::text::{Line, search_key};
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;

/// What is claimed twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConflictKind {
    /// The place. A place given as text is the same place when the search keys are equal.
    Room,
    /// The chair, compared in the same way.
    Chair,
}

/// How much a conflict weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Approving and issuing are refused without an override that gives a reason.
    Hard,
    /// Shown, kept, never in the way.
    Soft,
}

/// A conflict of a meeting with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// What is claimed twice.
    pub kind: ConflictKind,
    /// How much it weighs.
    pub severity: Severity,
    /// The other meeting.
    pub with: MeetingId,
    /// The other meeting's state.
    pub state: MeetingState,
    /// The other meeting's title.
    pub title: Line,
    /// The unit that registered it: whom to call.
    pub unit: UnitCode,
    /// When the other begins.
    pub start: WallTime,
    /// When the other is over.
    pub until: WallTime,
    /// The place or the chair claimed twice, in the other meeting's words.
    pub claimed: Line,
}

/// What an entry claims, in its own words. Whatever is added here is a conflict, and must be a mark of every
/// [`Glance`](crate::domain::glance::Glance) that is stored.
pub(super) fn claims(entry: &Entry) -> impl Iterator<Item = (ConflictKind, &Line)> {
    [(ConflictKind::Room, &entry.place), (ConflictKind::Chair, &entry.chair)].into_iter()
}

/// Conflicts of an entry with other meetings. `own` is the id of the entry's own meeting, if it has one yet.
///
/// `others` may hold any meetings; only those that claim their time and overlap count.
#[must_use]
pub fn conflicts<'a>(own: Option<&MeetingId>, entry: &Entry, others: impl IntoIterator<Item = &'a Meeting>) -> Vec<Conflict> {
    let mine: Vec<(ConflictKind, String)> = claims(entry).map(|(kind, claimed)| (kind, search_key(claimed.as_str()))).collect();
    let mut found = Vec::new();
    for other in others {
        if Some(&other.id) == own || !other.state.claims_time() || !overlap(other.entry.span(), entry.span()) {
            continue;
        }
        for (kind, claimed) in claims(&other.entry) {
            if !mine.contains(&(kind, search_key(claimed.as_str()))) {
                continue;
            }
            found.push(Conflict {
                kind,
                severity: Severity::Hard,
                with: other.id.clone(),
                state: other.state,
                title: other.entry.title.clone(),
                unit: other.entry.unit.clone(),
                start: other.entry.start,
                until: other.entry.until(),
                claimed: claimed.clone(),
            });
        }
    }
    found.sort_by(|a, b| (a.start, &a.with, a.kind).cmp(&(b.start, &b.with, b.kind)));
    found
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::meeting::tests::entry;

    /// A meeting of an entry, for tests of the rules.
    pub(crate) fn meeting(serial: u32, entry: Entry, state: MeetingState) -> Meeting {
        let id = MeetingId::new(2016, serial);
        Meeting {
            uid: id.to_string(),
            id,
            entry,
            state,
            issue: None,
            replaced: Vec::new(),
            voided: Vec::new(),
            sequence: 0,
            registered_by: "lan".into(),
            changed_by: "lan".into(),
            history: vec![],
        }
    }

    #[test]
    fn the_same_place_in_other_letters_is_the_same_place() {
        let mut mine = entry("2016-05-05 14:00", Some("2016-05-05 16:00"));
        mine.place = Line::parse("PHÒNG HỌP TẦNG 2, SỐ 51 NGÔ QUYỀN").unwrap();
        mine.chair = Line::parse("Thứ trưởng").unwrap();
        let other = meeting(1, entry("2016-05-05 15:30", None), MeetingState::Approved);
        let found = conflicts(None, &mine, [&other]);
        assert_eq!(found.iter().map(|c| (c.kind, c.severity)).collect::<Vec<_>>(), [(ConflictKind::Room, Severity::Hard)]);
        assert!(conflicts(Some(&other.id), &mine, [&other]).is_empty());
        for state in [MeetingState::Draft, MeetingState::Rejected, MeetingState::Cancelled, MeetingState::Postponed] {
            assert!(conflicts(None, &mine, [&meeting(1, other.entry.clone(), state)]).is_empty(), "{state:?}");
        }
    }

    #[test]
    fn one_that_begins_when_the_other_ends_is_no_conflict() {
        let mine = entry("2016-05-05 14:00", Some("2016-05-05 16:00"));
        let after = meeting(1, entry("2016-05-05 16:00", None), MeetingState::Issued);
        assert!(conflicts(None, &mine, [&after]).is_empty());
        let within = meeting(1, entry("2016-05-05 15:59", None), MeetingState::Issued);
        assert_eq!(conflicts(None, &mine, [&within]).len(), 2);
    }

    proptest! {
        #[test]
        fn conflict_goes_both_ways(a in 0i64..600, la in 1i64..300, b in 0i64..600, lb in 1i64..300) {
            let base = entry("2016-05-05 06:00", None);
            let shifted = |start: i64, length: i64| {
                let at = |minutes: i64| {
                    let time = base.start.naive() + chrono::Duration::minutes(minutes);
                    WallTime::new(time.date(), time.time())
                };
                Entry { start: at(start), end: Some(at(start + length)), ..base.clone() }
            };
            let (left, right) = (meeting(1, shifted(a, la), MeetingState::Submitted), meeting(2, shifted(b, lb), MeetingState::Submitted));
            let forth = conflicts(Some(&left.id), &left.entry, [&right]).len();
            prop_assert_eq!(forth, conflicts(Some(&right.id), &right.entry, [&left]).len());
            prop_assert_eq!(forth == 2, a < b + lb && b < a + la);
        }
    }
}
