//! The moves of a meeting through its life: which action is possible in which state, and where it leads.
//!
//! One approval by the ministry's office stands between registering and issuing. What the invited units have been told is
//! never edited: it is replaced or cancelled by a message of its own.

use serde::{Deserialize, Serialize};

use crate::domain::meeting::MeetingState;

/// What can be done to a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Đăng ký.
    Register,
    /// Sửa, without touching time, place, chair or invited units.
    Edit,
    /// Sửa time, place, chair or invited units.
    Change,
    /// Trình: hand over to the office.
    Submit,
    /// Duyệt.
    Approve,
    /// Trả lại, with a reason.
    Return,
    /// Từ chối, with a reason.
    Reject,
    /// Phát hành.
    Issue,
    /// Mời thêm: add units to an issued meeting.
    Invite,
    /// Đổi lịch: another time or place for an issued meeting, or a new date for a postponed one, with a reason.
    Reschedule,
    /// Thay thế: another invitation instead of the one that was issued, with a reason.
    Replace,
    /// Hoãn: postpone an issued meeting without a new date, with a reason.
    Postpone,
    /// Hủy, with a reason.
    Cancel,
    /// Thu hồi, with a reason: what was issued last is taken back before any of it has left. It leads back to where the meeting was.
    Recall,
}

impl Action {
    /// All actions on a meeting that exists and that lead from its state to another: not [`Action::Recall`], which leads back.
    pub const ALL: [Self; 12] = [
        Self::Edit,
        Self::Change,
        Self::Submit,
        Self::Approve,
        Self::Return,
        Self::Reject,
        Self::Issue,
        Self::Invite,
        Self::Reschedule,
        Self::Replace,
        Self::Postpone,
        Self::Cancel,
    ];

    /// Whether units are told of it: what can be recalled.
    #[must_use]
    pub fn tells(self) -> bool {
        matches!(self, Self::Issue | Self::Invite | Self::Reschedule | Self::Replace | Self::Postpone | Self::Cancel)
    }

    /// Whether somebody does it who edits a meeting: which of these it is follows from what is changed.
    #[must_use]
    pub fn is_editing(self) -> bool {
        matches!(self, Self::Edit | Self::Change | Self::Invite)
    }
}

/// Where `action` leads from `state`; `None` when it is not possible there.
#[must_use]
pub fn next(state: MeetingState, action: Action) -> Option<MeetingState> {
    use MeetingState as S;
    let next = match (state, action) {
        (S::Draft, Action::Edit | Action::Change) => S::Draft,
        (S::Draft, Action::Submit) => S::Submitted,
        (S::Submitted, Action::Edit | Action::Change) => S::Submitted,
        (S::Submitted, Action::Approve) => S::Approved,
        (S::Submitted, Action::Reject) => S::Rejected,
        (S::Submitted | S::Approved, Action::Return) => S::Draft,
        (S::Approved, Action::Edit) => S::Approved,
        (S::Approved, Action::Change) => S::Submitted,
        (S::Approved, Action::Issue) => S::Issued,
        (S::Issued, Action::Invite) => S::Issued,
        (S::Issued | S::Postponed, Action::Reschedule | Action::Replace) => S::Issued,
        (S::Issued, Action::Postpone) => S::Postponed,
        (S::Draft | S::Submitted | S::Approved | S::Issued | S::Postponed, Action::Cancel) => S::Cancelled,
        _ => return None,
    };
    Some(next)
}

/// What can be done in a state, for messages that refuse something else.
pub fn possible(state: MeetingState) -> impl Iterator<Item = Action> {
    Action::ALL.into_iter().filter(move |action| next(state, *action).is_some())
}

/// Whether anything of a meeting can be edited in a state, be it only who else is invited.
#[must_use]
pub fn editable(state: MeetingState) -> bool {
    possible(state).any(Action::is_editing)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every state with every action: the whole table, so that a change of it shows here.
    #[test]
    fn the_whole_table() {
        let expected: &[(MeetingState, &[(Action, MeetingState)])] = &[
            (
                MeetingState::Draft,
                &[
                    (Action::Edit, MeetingState::Draft),
                    (Action::Change, MeetingState::Draft),
                    (Action::Submit, MeetingState::Submitted),
                    (Action::Cancel, MeetingState::Cancelled),
                ],
            ),
            (
                MeetingState::Submitted,
                &[
                    (Action::Edit, MeetingState::Submitted),
                    (Action::Change, MeetingState::Submitted),
                    (Action::Approve, MeetingState::Approved),
                    (Action::Return, MeetingState::Draft),
                    (Action::Reject, MeetingState::Rejected),
                    (Action::Cancel, MeetingState::Cancelled),
                ],
            ),
            (
                MeetingState::Approved,
                &[
                    (Action::Edit, MeetingState::Approved),
                    (Action::Change, MeetingState::Submitted),
                    (Action::Return, MeetingState::Draft),
                    (Action::Issue, MeetingState::Issued),
                    (Action::Cancel, MeetingState::Cancelled),
                ],
            ),
            (MeetingState::Rejected, &[]),
            (
                MeetingState::Issued,
                &[
                    (Action::Invite, MeetingState::Issued),
                    (Action::Reschedule, MeetingState::Issued),
                    (Action::Replace, MeetingState::Issued),
                    (Action::Postpone, MeetingState::Postponed),
                    (Action::Cancel, MeetingState::Cancelled),
                ],
            ),
            (
                MeetingState::Postponed,
                &[
                    (Action::Reschedule, MeetingState::Issued),
                    (Action::Replace, MeetingState::Issued),
                    (Action::Cancel, MeetingState::Cancelled),
                ],
            ),
            (MeetingState::Cancelled, &[]),
            (MeetingState::Concluded, &[]),
        ];
        assert_eq!(expected.len(), MeetingState::ALL.len());
        for (state, moves) in expected {
            for action in Action::ALL {
                let wanted = moves.iter().find(|(possible, _)| *possible == action).map(|(_, next)| *next);
                assert_eq!(next(*state, action), wanted, "{state:?} {action:?}");
            }
        }
    }

    #[test]
    fn what_is_over_is_not_edited() {
        let edited: Vec<MeetingState> = MeetingState::ALL.into_iter().filter(|state| editable(*state)).collect();
        assert_eq!(edited, [MeetingState::Draft, MeetingState::Submitted, MeetingState::Approved, MeetingState::Issued]);
    }

    proptest! {
        /// Whatever is done in whatever order: nothing is issued that was not approved since its last material change.
        #[test]
        fn nothing_is_issued_unapproved(actions in proptest::collection::vec(proptest::sample::select(&Action::ALL[..]), 0..40)) {
            let (mut state, mut approved) = (MeetingState::Draft, false);
            for action in actions {
                if let Some(next) = next(state, action) {
                    prop_assert!(next != MeetingState::Issued || approved);
                    approved = match action {
                        Action::Approve => true,
                        Action::Change | Action::Return => false,
                        _ => approved,
                    };
                    state = next;
                }
            }
        }
    }
}
