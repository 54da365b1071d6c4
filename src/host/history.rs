//! The history of a record, as much of it as an account may see. Each version passes the filter that the record itself passes
//! when it is shown; what is not seen of it did not change either.

use crate::domain::access::{self, Ability, Sight};
use crate::domain::account::Account;
use crate::domain::attendance::Attendance;
use crate::domain::fault::{Fault, Why};
use crate::domain::history::{Field, FieldValue, Fields, PastVersion, Subject, changes};
use crate::domain::mailbox::Mailbox;
use crate::domain::meeting::{Event, Meeting, MeetingId, MeetingState};
use crate::domain::outbox::{Item, ItemState, Reason};
use crate::domain::text::Prose;
use crate::domain::unit::Unit;
use crate::domain::workflow::Action;
use crate::host::sight::{self, Eyes};
use crate::host::{replied, view};
use crate::usecase::access::Caller;
use crate::usecase::history::{Kept, versions};
use crate::usecase::meeting::audit_name;
use crate::usecase::ports::{Rev, Store};
use crate::usecase::table::{self, Record, Stored};
use crate::usecase::{attendance, audit};
use crate::wire::reply::{ItemView, MeetingView, Replies};

/// What an account sees of a version.
struct Seen {
    fields: Fields,
    /// Whether that is all of it: then it is told too who made it.
    whole: bool,
    /// What was done, by what shows of it.
    action: &'static str,
    reason: Option<Prose>,
}

/// The versions of a record that are there for an account, the oldest first.
///
/// # Errors
/// That there is no such record, also when it is not there for the account now; [`Fault::Store`].
pub(super) fn read(store: &dyn Store, caller: &Caller, subject: &Subject) -> Result<Vec<PastVersion>, Fault> {
    let (told, unknown) = match subject {
        Subject::Unit(code) => {
            let see = |unit: &Kept<Unit>| Ok(Some(of_unit(&unit.value)));
            (tell(store, caller, code.as_str(), see)?, Fault::wrong("id", code.as_str(), Why::UnknownUnit))
        }
        Subject::Mailbox(address) => {
            let whole = access::mailboxes(caller.role) == Sight::Everything;
            let see = |mailbox: &Kept<Mailbox>| Ok(caller.mailbox(mailbox.value.clone()).map(|seen| of_mailbox(&seen, whole)));
            (tell(store, caller, address.as_str(), see)?, Fault::wrong("id", address.as_str(), Why::UnknownMailbox))
        }
        Subject::Meeting(id) => (tell_meeting(store, caller, id)?, Fault::wrong("id", id.as_str(), Why::UnknownMeeting)),
        Subject::Account(user) => {
            let see = |account: &Kept<Account>| Ok(Some(of_account(&account.value)));
            (tell(store, caller, user, see)?, Fault::wrong("id", user, Why::UnknownAccount))
        }
        Subject::Outbox(id) => {
            let (mut eyes, mut before) = (Eyes::of(store, caller), None);
            let see = |item: &Kept<Item>| {
                let action = done_to_item(before.as_ref(), &item.value);
                let whole = ItemView::of(&item.value, item.value.state);
                before = Some(item.value.clone());
                Ok(eyes.item(whole.clone())?.map(|seen| Seen { whole: seen == whole, fields: item_fields(seen), action, reason: None }))
            };
            (tell(store, caller, &id.to_string(), see)?, Fault::wrong("id", &id.to_string(), Why::UnknownItem))
        }
    };
    told.ok_or(unknown)
}

/// Tells a record's versions; `None` when it is not there for the account as it stands now.
fn tell<T: Record>(
    store: &dyn Store,
    caller: &Caller,
    id: &str,
    mut see: impl FnMut(&Kept<T>) -> Result<Option<Seen>, Fault>,
) -> Result<Option<Vec<PastVersion>>, Fault> {
    let (mut told, mut before, mut there) = (Vec::new(), None, false);
    let audited = Ability::Audit.roles().contains(&caller.role);
    for version in versions::<T>(store, id)? {
        let Some(Seen { fields, whole, action, reason }) = see(&version)? else {
            there = false;
            continue;
        };
        there = true;
        let changes = changes(before.as_ref(), &fields);
        before = Some(fields);
        // That something changed is not told to who does not see what.
        if changes.is_empty() && !whole {
            continue;
        }
        let recorded = if audited { audit::entry(store, version.audit)? } else { None };
        told.push(PastVersion {
            revision: version.rev,
            unit: None,
            at: version.at,
            by: (whole || audited).then_some(version.by),
            action: recorded.map_or_else(|| action.to_owned(), |sealed| sealed.entry.action),
            changes,
            reason,
        });
    }
    Ok(there.then_some(told))
}

fn text(text: &impl ToString) -> FieldValue {
    FieldValue::Text(text.to_string())
}

fn of_unit(unit: &Unit) -> Seen {
    let fields = vec![
        (Field::Name, Some(text(&unit.name))),
        (Field::Parent, unit.parent.as_ref().map(text)),
        (Field::Kind, unit.kind.map(FieldValue::UnitKind)),
        (Field::MailDomain, unit.mail_domain.as_ref().map(text)),
    ];
    Seen { fields, whole: true, action: "import.step", reason: None }
}

fn of_mailbox(seen: &Mailbox, whole: bool) -> Seen {
    let fields = vec![
        (Field::Kind, Some(FieldValue::MailboxKind(seen.kind))),
        (Field::Unit, Some(text(&seen.unit))),
        (Field::Owner, seen.owner.as_ref().map(text)),
        (Field::Custodian, seen.custodian.as_ref().map(text)),
        (Field::State, Some(FieldValue::MailboxState(seen.state))),
        (Field::QuotaMb, seen.quota_mb.map(|quota| FieldValue::Number(quota.into()))),
        (Field::Primary, Some(FieldValue::Flag(seen.primary))),
    ];
    Seen { fields, whole, action: "import.step", reason: None }
}

fn of_account(account: &Account) -> Seen {
    let fields = vec![
        (Field::Role, Some(FieldValue::Role(account.role))),
        (Field::Units, Some(FieldValue::Codes(account.units.clone()))),
        (Field::Revoked, Some(FieldValue::Flag(account.revoked))),
    ];
    Seen { fields, whole: true, action: if account.revoked { "account.revoke" } else { "account.grant" }, reason: None }
}

/// Tells a meeting's versions, and among them what its units answered: of each what its sight lets be seen, and no more than the
/// sight of the meeting as it stands now.
fn tell_meeting(store: &dyn Store, caller: &Caller, id: &MeetingId) -> Result<Option<Vec<PastVersion>>, Fault> {
    let present = table::find::<Meeting>(store, id.as_str())?.map_or(Sight::Nothing, |meeting| caller.sees(&meeting.value));
    let mut before: Option<MeetingView> = None;
    let mut sights: Vec<(Rev, Sight)> = Vec::new();
    let versions = tell(store, caller, id.as_str(), |version: &Kept<Meeting>| {
        sights.push((version.rev, caller.sees(&version.value)));
        let shown = view::meeting(Stored { rev: version.rev, value: version.value.clone() }, Vec::new(), Replies::default());
        let (seen, whole) = match (present, caller.sees(&version.value)) {
            (Sight::Nothing, _) | (_, Sight::Nothing) => return Ok(None),
            (Sight::Everything, Sight::Everything) => (shown, true),
            _ => (sight::told(shown), false),
        };
        let event = seen.history.last().filter(|last| before.as_ref().and_then(|before| before.history.last()) != Some(last));
        let action = event
            .map_or_else(|| done_to_meeting(before.as_ref(), &seen), |event| action_of(event, before.is_none() && seen.history.len() <= 2));
        let reason = event.and_then(|event| event.reason.clone());
        before = Some(seen.clone());
        Ok(Some(Seen { fields: meeting_fields(seen), whole, action, reason }))
    })?;
    let Some(mut told) = versions else { return Ok(None) };
    for known in attendance::of_meeting(store, id)? {
        told.extend(tell_replies(store, caller, &known, present, &sights)?);
    }
    // In the order in which it happened, also where the clock was set back meanwhile.
    told.sort_by_key(|version| version.revision);
    Ok(Some(told))
}

/// Tells what is known of a unit's coming, with the sight of the meeting as it stood when each was said.
fn tell_replies(
    store: &dyn Store,
    caller: &Caller,
    known: &Attendance,
    present: Sight,
    sights: &[(Rev, Sight)],
) -> Result<Vec<PastVersion>, Fault> {
    let mut before: Option<Attendance> = None;
    let told = tell(store, caller, &known.id(), |version: &Kept<Attendance>| {
        let then = sights.iter().rev().find(|(rev, _)| *rev <= version.rev).map_or(Sight::Nothing, |(_, sight)| *sight);
        let whole = match (present, then) {
            (Sight::Nothing, _) | (_, Sight::Nothing) => return Ok(None),
            both => both == (Sight::Everything, Sight::Everything),
        };
        let replied::Replied { fields, action, words } = replied::tell(before.as_ref(), &version.value, whole);
        before = Some(version.value.clone());
        Ok(Some(Seen { fields, whole, action, reason: words }))
    })?;
    let of_unit = |version| PastVersion { unit: Some(known.unit.clone()), ..version };
    Ok(told.unwrap_or_default().into_iter().map(of_unit).collect())
}

/// What the audit calls an event. Who registers a meeting may submit it with the same breath.
fn action_of(event: &Event, first: bool) -> &'static str {
    audit_name(if first { Action::Register } else { event.action })
}

/// What was done to a meeting, for who is not told what happened to it: what its state says.
fn done_to_meeting(before: Option<&MeetingView>, after: &MeetingView) -> &'static str {
    let state = before.map(|before| before.state);
    audit_name(match after.state {
        MeetingState::Issued if state == Some(MeetingState::Postponed) => Action::Reschedule,
        MeetingState::Issued if state == Some(MeetingState::Issued) && before.is_some_and(|before| before.number != after.number) => {
            Action::Replace
        }
        _ if state == Some(after.state) => Action::Edit,
        MeetingState::Draft | MeetingState::Submitted if state.is_none() => Action::Register,
        MeetingState::Approved => Action::Approve,
        MeetingState::Issued => Action::Issue,
        MeetingState::Postponed => Action::Postpone,
        MeetingState::Cancelled => Action::Cancel,
        _ => Action::Edit,
    })
}

fn meeting_fields(meeting: MeetingView) -> Fields {
    vec![
        (Field::Title, Some(text(&meeting.title))),
        (Field::Start, Some(FieldValue::Time(meeting.start))),
        (Field::End, meeting.end.map(FieldValue::Time)),
        (Field::Place, Some(text(&meeting.place))),
        (Field::Online, meeting.online.as_ref().map(text)),
        (Field::Chair, Some(text(&meeting.chair))),
        (Field::Unit, Some(text(&meeting.unit))),
        (Field::Invited, Some(FieldValue::Codes(meeting.invited))),
        (Field::PreparedBy, Some(FieldValue::Codes(meeting.prepared_by))),
        (Field::Content, meeting.content.as_ref().map(text)),
        (Field::Urgency, Some(FieldValue::Urgency(meeting.urgency))),
        (Field::Mode, Some(FieldValue::Mode(meeting.mode))),
        (Field::State, Some(FieldValue::MeetingState(meeting.state))),
        (Field::Number, meeting.number.map(FieldValue::Text)),
        (Field::IssuedOn, meeting.issued_on.map(FieldValue::Day)),
        (Field::Without, Some(FieldValue::Codes(meeting.without))),
        (Field::Sequence, Some(FieldValue::Number(meeting.sequence.into()))),
    ]
}

/// What was done to a message: queued, tried, given up, or taken back by a later one.
fn done_to_item(before: Option<&Item>, after: &Item) -> &'static str {
    let Some(before) = before else { return if after.kind.tells_units() { "dispatch.expand" } else { "outbox.warn" } };
    let over = before.state != after.state && before.attempts == after.attempts && before.panics == after.panics;
    match (&after.reason, after.state) {
        (Some(Reason::Superseded { .. }), ItemState::Dropped) => "dispatch.expand",
        (Some(Reason::Expired | Reason::NeverInvited { .. } | Reason::Needless), _) if over => "outbox.end",
        (Some(Reason::KeptBack { .. }), ItemState::Held) if over => "outbox.hold",
        (Some(Reason::Person { .. }), ItemState::Dropped) if over => "outbox.drop",
        _ if before.state == ItemState::Held && after.state.is_waiting() => "outbox.release",
        _ if before.state == ItemState::Failed && after.state.is_waiting() => "outbox.retry",
        _ if after.superseded_by != before.superseded_by => "dispatch.expand",
        _ if after.interrupted && !before.interrupted => "outbox.recover",
        _ => "outbox.settle",
    }
}

fn item_fields(item: ItemView) -> Fields {
    vec![
        (Field::Meeting, Some(text(&item.meeting))),
        (Field::Kind, Some(FieldValue::ItemKind(item.kind))),
        (Field::Unit, Some(text(&item.unit))),
        (Field::To, Some(text(&item.to))),
        (Field::Subject, Some(text(&item.subject))),
        (Field::State, Some(FieldValue::ItemState(item.state))),
        (Field::Attempts, Some(FieldValue::Number(item.attempts.into()))),
        (Field::NextAttempt, item.next_attempt.map(FieldValue::Instant)),
        (Field::LastError, item.last_error.map(FieldValue::Failure)),
        (Field::SentAt, item.sent_at.map(FieldValue::Instant)),
        (Field::Reason, item.reason.map(FieldValue::Reason)),
        (Field::MessageId, Some(FieldValue::Text(item.message_id))),
        (Field::QueuedAt, Some(FieldValue::Instant(item.queued_at))),
    ]
}
