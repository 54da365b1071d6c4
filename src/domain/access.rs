//! Who may do what, and who sees what: the one table.
//!
//! An account sees what its role lets it see: what it may not see is not there for it, so that nobody learns from a refusal what
//! there is. What it may not do is refused, naming who may.

use serde::{Deserialize, Serialize};

use crate::domain::account::Role;
use crate::domain::meeting::{Meeting, MeetingState};
use crate::domain::workflow::Action;

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ability {
    /// Read whatever the role sees.
    Look,
    /// Register, edit and submit meetings; a registrar those of its units.
    Register,
    /// Approve, return and reject.
    Decide,
    /// Give a number and issue.
    Issue,
    /// Cancel before issue; a registrar what its units registered.
    CallOff,
    /// Cancel what was issued, invite further units: who was invited gets mail.
    Update,
    /// Send what is due; keep back, release and retry messages.
    Send,
    /// Give up a message, which its unit then never gets.
    DropMail,
    /// Take what comes back, see what was made of it.
    Receive,
    /// Read what nobody knows what to make of, and put it away.
    Sort,
    /// Record what an invited unit answered; a registrar for its units.
    Answer,
    /// Take tables into the registry.
    KeepRegistry,
    /// Grant and revoke accounts.
    KeepAccounts,
    /// Walk the audit chain, check the store.
    Audit,
    /// Make backups, in which is everything; write the store anew.
    KeepStore,
}

impl Ability {
    /// All abilities.
    pub const ALL: [Self; 15] = [
        Self::Look,
        Self::Register,
        Self::Decide,
        Self::Issue,
        Self::CallOff,
        Self::Update,
        Self::Send,
        Self::DropMail,
        Self::Receive,
        Self::Sort,
        Self::Answer,
        Self::KeepRegistry,
        Self::KeepAccounts,
        Self::Audit,
        Self::KeepStore,
    ];

    /// The roles that have it.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        use Role::{Admin, Approver, Clerk, Operator, Registrar};
        match self {
            Self::Look => &Role::ALL,
            Self::Register => &[Registrar, Approver, Admin],
            Self::Decide => &[Approver, Admin],
            Self::Issue | Self::DropMail => &[Clerk, Admin],
            Self::CallOff => &[Registrar, Approver, Clerk, Admin],
            Self::Update => &[Approver, Clerk, Admin],
            Self::Send | Self::Receive => &[Clerk, Operator, Admin],
            Self::Sort => &[Clerk, Admin],
            Self::Answer => &[Registrar, Approver, Clerk, Admin],
            Self::KeepRegistry | Self::KeepAccounts | Self::KeepStore => &[Admin],
            Self::Audit => &[Operator, Admin],
        }
    }
}

/// How much of a kind of records a role sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Nothing: it is not there.
    Nothing,
    /// What everybody was told, and no more of it than that.
    Told,
    /// Those of its units wholly, of the others what everybody was told.
    OwnUnits,
    /// Where mail goes and how it fares, not what is in it.
    Addresses,
    /// Everything.
    Everything,
}

/// How much a role sees of meetings.
#[must_use]
pub fn meetings(role: Role) -> Sight {
    match role {
        Role::Viewer => Sight::Told,
        Role::Registrar => Sight::OwnUnits,
        Role::Operator => Sight::Nothing,
        Role::Approver | Role::Clerk | Role::Admin => Sight::Everything,
    }
}

/// How much a role sees of the outbox.
#[must_use]
pub fn outbox(role: Role) -> Sight {
    match role {
        Role::Viewer => Sight::Nothing,
        Role::Registrar => Sight::OwnUnits,
        Role::Operator => Sight::Addresses,
        Role::Approver | Role::Clerk | Role::Admin => Sight::Everything,
    }
}

/// How much a role sees of mailboxes: who owns one and who answers for it is not told to everybody, personal ones neither.
#[must_use]
pub fn mailboxes(role: Role) -> Sight {
    match role {
        Role::Viewer => Sight::Told,
        Role::Operator => Sight::Addresses,
        Role::Registrar | Role::Approver | Role::Clerk | Role::Admin => Sight::Everything,
    }
}

/// Whether everybody may have seen a meeting at some time, also if it was given back since.
#[must_use]
pub fn was_told(meeting: &Meeting) -> bool {
    is_told(meeting) || meeting.history.iter().any(|event| event.action == Action::Approve)
}

/// Whether everybody was told of a meeting: it was approved, or more.
#[must_use]
pub fn is_told(meeting: &Meeting) -> bool {
    match meeting.state {
        MeetingState::Draft | MeetingState::Submitted | MeetingState::Rejected => false,
        // One that was cancelled before it was issued was never told.
        MeetingState::Cancelled | MeetingState::Postponed => meeting.issue.is_some(),
        MeetingState::Approved | MeetingState::Issued | MeetingState::Concluded => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_may_do_everything_and_nobody_else_may() {
        for role in Role::ALL {
            let all = Ability::ALL.iter().all(|ability| ability.roles().contains(&role));
            assert_eq!(all, role == Role::Admin, "{role:?}");
            assert!(Ability::Look.roles().contains(&role), "{role:?}");
        }
        // What is kept apart.
        assert!(!Ability::Decide.roles().contains(&Role::Registrar) && !Ability::Issue.roles().contains(&Role::Approver));
        assert_eq!([meetings(Role::Operator), outbox(Role::Viewer)], [Sight::Nothing, Sight::Nothing]);
    }
}
