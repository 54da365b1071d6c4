//! Which request needs which ability: every request has to be named here.

use crate::domain::access::{Ability, Sight};
use crate::domain::fault::{Fault, Why};
use crate::domain::intervention::InterventionKind;
use crate::domain::meeting::{Meeting, MeetingId, MeetingState};
use crate::usecase::access::Caller;
use crate::usecase::meeting;
use crate::usecase::ports::Store;
use crate::wire::request::{Request, Subject};

/// Refuses what the account may not ask. What it does not see is not there for it.
///
/// # Errors
/// [`Fault::NotPermitted`]; [`Why::UnknownMeeting`]; [`Fault::Store`].
#[allow(clippy::too_many_lines, reason = "the one table in which every request is named")]
pub(super) fn permit(store: &dyn Store, caller: &Caller, request: &Request) -> Result<(), Fault> {
    let seen = |id: &MeetingId| seen(store, caller, id);
    match request {
        Request::UnitList
        | Request::UnitShow(_)
        | Request::MailboxList
        | Request::MailboxShow(_)
        | Request::MeetingList(_)
        | Request::MeetingPage(_)
        | Request::Week { .. }
        | Request::WeekCalendar { .. }
        | Request::OutboxList { .. }
        | Request::OutboxShow(_)
        | Request::OutboxWhy(_)
        | Request::OutboxStatus
        | Request::OutboxReport(_)
        | Request::Status
        | Request::Search { .. }
        // Of one's own forms only.
        | Request::DraftKeep { .. }
        | Request::DraftShow(_)
        | Request::DraftDrop(_)
        | Request::DraftList => caller.may(store, Ability::Look),
        Request::MeetingShow(id) => seen(id).and_then(|_| caller.may(store, Ability::Look)),
        Request::MeetingAdd { entry, .. } => caller.may_for(store, Ability::Register, &entry.unit),
        Request::MeetingEdit { id, changes, .. } => {
            let meeting = seen(id)?;
            let ability = if meeting.state == MeetingState::Issued { Ability::Update } else { Ability::Register };
            caller.may_for(store, ability, &meeting.entry.unit)?;
            changes.unit.as_ref().map_or(Ok(()), |unit| caller.may_for(store, ability, unit))
        }
        Request::MeetingSubmit(id) => caller.may_for(store, Ability::Register, &seen(id)?.entry.unit),
        Request::MeetingApprove { id, .. } | Request::MeetingReturn { id, .. } | Request::MeetingReject { id, .. } => {
            seen(id).and_then(|_| caller.may(store, Ability::Decide))
        }
        Request::MeetingPreview(order) | Request::MeetingIssue(order) => seen(&order.id).and_then(|_| caller.may(store, Ability::Issue)),
        Request::MeetingPostpone { id, .. } | Request::MeetingRecall { id, .. } => seen(id).and_then(|_| caller.may(store, Ability::Update)),
        Request::MeetingReplace(order) | Request::MeetingReplacePreview(order) => {
            seen(&order.id).and_then(|_| caller.may(store, Ability::Update))
        }
        Request::MeetingCancel { id, .. } => {
            let meeting = seen(id)?;
            if meeting.issue.is_some() {
                caller.may(store, Ability::Update)
            } else {
                caller.may_for(store, Ability::CallOff, &meeting.entry.unit)
            }
        }
        Request::Invitation { id, .. } => {
            let meeting = seen(id)?;
            if caller.sees(&meeting) == Sight::Everything { Ok(()) } else { Err(caller.refused(store, Ability::Issue)?) }
        }
        Request::OutboxDecide { what, .. } => {
            let drops = what.kind() == InterventionKind::Drop;
            caller.may(store, if drops { Ability::DropMail } else { Ability::Send })
        }
        Request::Flush(_) | Request::FlushPreview { .. } => caller.may(store, Ability::Send),
        Request::Receive(_) | Request::ReceivePoll(_) | Request::ReceivedList { .. } | Request::ReceivedShow(_) => {
            caller.may(store, Ability::Receive)
        }
        Request::ReceivedBytes(_) | Request::ReceivedDiscard(_) => caller.may(store, Ability::Sort),
        Request::MeetingReplies(id) => seen(id).and_then(|_| caller.may(store, Ability::Look)),
        Request::MeetingReply(order) => seen(&order.id).and_then(|_| caller.may_for(store, Ability::Answer, &order.unit)),
        Request::UnitImport(_) | Request::MailboxImport(_) => caller.may(store, Ability::KeepRegistry),
        Request::AccountList | Request::AccountGrant(_) | Request::AccountRevoke(_) => caller.may(store, Ability::KeepAccounts),
        Request::AuditList(_) | Request::AuditVerify | Request::Check => caller.may(store, Ability::Audit),
        Request::Backup(_) | Request::BackupPiece { .. } | Request::Vacuum => caller.may(store, Ability::KeepStore),
        Request::History(Subject::Meeting(id)) => seen(id).and_then(|_| caller.may(store, Ability::Look)),
        Request::History(Subject::Account(_)) => caller.may(store, Ability::KeepAccounts),
        // Whether the record is there for him is found with its versions.
        Request::History(Subject::Unit(_) | Subject::Mailbox(_) | Subject::Outbox(_))
        // Whether the reading is for him is asked again where it is read: what stood then decides.
        | Request::AsOf { .. } => caller.may(store, Ability::Look),
    }
}

/// A meeting that is there for this account.
fn seen(store: &dyn Store, caller: &Caller, id: &MeetingId) -> Result<Meeting, Fault> {
    let meeting = meeting::read(store, id)?.value;
    if caller.knows(&meeting) { Ok(meeting) } else { Err(Fault::wrong("id", id.as_str(), Why::UnknownMeeting)) }
}
