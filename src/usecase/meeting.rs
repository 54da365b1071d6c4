//! Meetings: registering, changing, and the office's decisions about them.

use std::collections::BTreeSet;

use chrono::Datelike;

use crate::domain::access::Ability;
use crate::domain::conflict::{Conflict, Severity};
use crate::domain::fault::{ConfigurationFault, Fault, Permission, Rule, Why, Wrong};
use crate::domain::meeting::{Entry, Event, INVITED_BYTES_MAX, Meeting, MeetingId, MeetingState, PREPARED_BYTES_MAX, REASON_MAX};
use crate::domain::order::EntryChanges;
use crate::domain::text::{Prose, TextFault};
use crate::domain::time::{WallTime, YEARS};
use crate::domain::unit::{Unit, UnitCode};
use crate::domain::warning::Warning;
use crate::domain::workflow::{self, Action};
use crate::usecase::access;
use crate::usecase::days::Days;
use crate::usecase::desk::Desk;
use crate::usecase::issue;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::{self, Stored};
use crate::usecase::update;

/// What a use case about a meeting did.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The meeting as it is now.
    pub meeting: Stored<Meeting>,
    /// What is worth saying.
    pub warnings: Vec<Warning>,
    /// How many messages were queued.
    pub queued: Option<u64>,
}

impl Done {
    /// The meeting's conflicts as they are now. Whoever decides need not wait for them: they are read beside.
    #[must_use]
    pub fn conflicts(&self, store: &dyn Store) -> Vec<Conflict> {
        if !is_open(self.meeting.value.state) {
            return Vec::new();
        }
        // What was asked is done and committed by now: a damaged neighbour must not make it look undone.
        conflicts_of(store, &self.meeting.value).unwrap_or_else(|error| {
            tracing::error!(%error, "conflicts cannot be read");
            Vec::new()
        })
    }
}

/// Registers a meeting; hands it over to the office at once when `submit`.
///
/// # Errors
/// [`Fault::Wrong`] with every wrong field.
pub fn add(desk: &mut Desk, actor: &str, entry: &Entry, submit: bool) -> Result<Done, Fault> {
    check_entry(desk.store(), entry)?;
    let now = desk.now();
    let mut change = desk.change(actor, "meeting.register", "");
    let year = WallTime::at(now).day().year();
    if !YEARS.contains(&year) {
        // An id with another number of digits could not be read again.
        return Err(Fault::Configuration { problem: ConfigurationFault::Clock { year } });
    }
    let serial = desk.count(&mut change, &format!("{year}/LH"))?;
    let id = MeetingId::new(year, u32::try_from(serial).map_err(|_| Fault::Internal { detail: "too many meetings in a year".into() })?);
    let event = |action| Event { at: now, by: actor.to_owned(), action, reason: None };
    let mut history = vec![event(Action::Register)];
    if submit {
        history.push(event(Action::Submit));
    }
    let uid = format!("{}.{:016x}@{}", id.as_str().to_ascii_lowercase(), desk.around.random.bits(), desk.rules().sender.address.domain());
    let meeting = Meeting {
        id: id.clone(),
        entry: entry.clone(),
        state: if submit { MeetingState::Submitted } else { MeetingState::Draft },
        issue: None,
        replaced: Vec::new(),
        voided: Vec::new(),
        sequence: 0,
        uid,
        registered_by: actor.to_owned(),
        changed_by: actor.to_owned(),
        history,
    };
    change.about(id.as_str());
    change.put(None, &meeting)?;
    let rev = desk.commit(change)?;
    Ok(done(desk, Stored { rev, value: meeting }, Vec::new()))
}

/// Changes what was entered. A material change of an approved meeting sends it back for approval; of an issued one only
/// further units can be invited, and they alone are mailed.
///
/// # Errors
/// [`Fault::Wrong`], [`Fault::Refused`], [`Fault::Stale`] when `expected` is not the present revision.
pub fn edit(desk: &mut Desk, actor: &str, id: &MeetingId, changes: &EntryChanges, expected: Option<u64>) -> Result<Done, Fault> {
    let old = read(desk.store(), id)?;
    if expected.is_some_and(|expected| expected != old.rev) {
        return Err(Fault::Stale { id: id.to_string() });
    }
    check_invitations(&old.value, changes)?;
    if old.value.state == MeetingState::Issued {
        if !changes.only_invites() {
            return Err(Fault::refused(Rule::IssuedIsFixed { id: id.clone() }));
        }
        return issue::invite(desk, actor, &old, &changes.invite);
    }
    let entry = changes.apply(&old.value.entry);
    let material = old.value.entry.materially_differs(&entry);
    let action = if material { Action::Change } else { Action::Edit };
    let state = next(&old.value, action)?;
    check_entry(desk.store(), &entry)?;
    if entry == old.value.entry {
        return Ok(done(desk, old, Vec::new()));
    }
    let warnings = if state == old.value.state { vec![] } else { vec![Warning::BackForApproval] };
    let changed_by = if material { actor.to_owned() } else { old.value.changed_by.clone() };
    let meeting = Meeting { entry, state, changed_by, ..old.value.clone() };
    save(desk, actor, &old, meeting, action, None, warnings)
}

/// Hands a draft over to the office.
///
/// # Errors
/// [`Fault::Refused`] in another state.
pub fn submit(desk: &mut Desk, actor: &str, id: &MeetingId) -> Result<Done, Fault> {
    simple(desk, actor, id, Action::Submit, None)
}

/// Approves a meeting.
///
/// # Errors
/// [`Fault::NotPermitted`] for one's own, [`Fault::Refused`] in another state or with hard conflicts that no reason
/// overrides.
pub fn approve(desk: &mut Desk, actor: &str, id: &MeetingId, override_reason: Option<&Prose>) -> Result<Done, Fault> {
    let old = read(desk.store(), id)?;
    next(&old.value, Action::Approve)?;
    let approves_own = |user: &str| [&old.value.registered_by, &old.value.changed_by].iter().any(|own| *own == user);
    if !desk.rules().approve_own && approves_own(actor) {
        let who_may = access::who(desk.store(), Ability::Decide)?.into_iter().filter(|user| !approves_own(user)).collect();
        return Err(Fault::NotPermitted { permission: Permission::OwnApproval { id: id.clone(), who_may } });
    }
    refuse_hard_conflicts(desk.store(), &old.value, override_reason)?;
    simple(desk, actor, id, Action::Approve, override_reason)
}

/// Gives a meeting back to who registered it.
///
/// # Errors
/// [`Fault::Refused`] in another state.
pub fn give_back(desk: &mut Desk, actor: &str, id: &MeetingId, reason: &Prose) -> Result<Done, Fault> {
    simple(desk, actor, id, Action::Return, Some(reason))
}

/// Refuses a meeting for good.
///
/// # Errors
/// [`Fault::Refused`] in another state.
pub fn reject(desk: &mut Desk, actor: &str, id: &MeetingId, reason: &Prose) -> Result<Done, Fault> {
    simple(desk, actor, id, Action::Reject, Some(reason))
}

/// Cancels a meeting; the units that were invited are told.
///
/// # Errors
/// [`Fault::Refused`] in a state that cannot be cancelled.
pub fn cancel(desk: &mut Desk, actor: &str, id: &MeetingId, reason: &Prose) -> Result<Done, Fault> {
    let old = read(desk.store(), id)?;
    next(&old.value, Action::Cancel)?;
    if old.value.issue.is_some() {
        return update::take_back(desk, actor, &old, reason);
    }
    simple(desk, actor, id, Action::Cancel, Some(reason))
}

fn simple(desk: &mut Desk, actor: &str, id: &MeetingId, action: Action, reason: Option<&Prose>) -> Result<Done, Fault> {
    let old = read(desk.store(), id)?;
    let state = next(&old.value, action)?;
    let meeting = Meeting { state, ..old.value.clone() };
    save(desk, actor, &old, meeting, action, reason, Vec::new())
}

fn save(
    desk: &mut Desk,
    actor: &str,
    old: &Stored<Meeting>,
    mut meeting: Meeting,
    action: Action,
    reason: Option<&Prose>,
    warnings: Vec<Warning>,
) -> Result<Done, Fault> {
    check_reason(reason)?;
    meeting.note(Event { at: desk.now(), by: actor.to_owned(), action, reason: reason.cloned() });
    let mut change = desk.change(actor, audit_name(action), meeting.id.as_str());
    change.put(Some(old), &meeting)?;
    let rev = desk.commit(change)?;
    Ok(done(desk, Stored { rev, value: meeting }, warnings))
}

/// The audit's name for an action on a meeting.
#[must_use]
pub fn audit_name(action: Action) -> &'static str {
    match action {
        Action::Register => "meeting.register",
        Action::Edit => "meeting.edit",
        Action::Change => "meeting.change",
        Action::Submit => "meeting.submit",
        Action::Approve => "meeting.approve",
        Action::Return => "meeting.return",
        Action::Reject => "meeting.reject",
        Action::Issue => "meeting.issue",
        Action::Invite => "meeting.invite",
        Action::Reschedule => "meeting.reschedule",
        Action::Replace => "meeting.replace",
        Action::Postpone => "meeting.postpone",
        Action::Cancel => "meeting.cancel",
        Action::Recall => "meeting.recall",
    }
}

/// Where an action leads, or the rule that forbids it.
///
/// # Errors
/// [`Rule::Workflow`].
pub fn next(meeting: &Meeting, action: Action) -> Result<MeetingState, Fault> {
    workflow::next(meeting.state, action).ok_or_else(|| {
        let possible = workflow::possible(meeting.state).collect();
        Fault::refused(Rule::Workflow { id: meeting.id.clone(), action, state: meeting.state, possible })
    })
}

/// Refuses a meeting whose place or chair is taken, unless somebody says why it is accepted.
///
/// # Errors
/// [`Rule::Conflicts`].
pub fn refuse_hard_conflicts(store: &dyn Store, meeting: &Meeting, override_reason: Option<&Prose>) -> Result<(), Fault> {
    let mut hard = conflicts_of(store, meeting)?;
    hard.retain(|conflict| conflict.severity == Severity::Hard);
    if hard.is_empty() || override_reason.is_some() {
        return Ok(());
    }
    Err(Fault::refused(Rule::Conflicts { id: meeting.id.clone(), conflicts: hard, issued: meeting.issue.is_some() }))
}

/// The outcome of a use case, with what is worth saying.
#[must_use]
pub fn done(desk: &Desk, meeting: Stored<Meeting>, mut warnings: Vec<Warning>) -> Done {
    warnings.extend(self::warnings(desk, &meeting.value));
    Done { meeting, warnings, queued: None }
}

/// Whether a meeting in this state is still to be held.
fn is_open(state: MeetingState) -> bool {
    matches!(state, MeetingState::Draft | MeetingState::Submitted | MeetingState::Approved | MeetingState::Issued)
}

/// What is worth saying of a meeting whatever is done with it.
#[must_use]
pub fn warnings(desk: &Desk, meeting: &Meeting) -> Vec<Warning> {
    let open = is_open(meeting.state);
    let past = (open && meeting.entry.start.instant() < desk.now()).then_some(Warning::Past);
    let nobody = (open && meeting.entry.invited.is_empty()).then_some(Warning::NobodyInvited);
    past.into_iter().chain(nobody).collect()
}

/// Reads a meeting.
///
/// # Errors
/// [`Why::UnknownMeeting`].
pub fn read(store: &dyn Store, id: &MeetingId) -> Result<Stored<Meeting>, Fault> {
    table::find(store, id.as_str())?.ok_or_else(|| Fault::wrong("id", id.as_str(), Why::UnknownMeeting))
}

/// Conflicts of a stored meeting, as they are now.
///
/// # Errors
/// The store's.
pub fn conflicts_of(store: &dyn Store, meeting: &Meeting) -> Result<Vec<Conflict>, StoreError> {
    Days::new(store).conflicts_alone(meeting)
}

pub(super) fn check_entry(store: &dyn Store, entry: &Entry) -> Result<(), Fault> {
    let mut wrong = Vec::new();
    if let Err(fault) = entry.validate() {
        let end = entry.end.map(|end| end.to_string()).unwrap_or_default();
        wrong.push(Wrong::new("end", &end, Why::Entry(fault)));
    }
    for (field, codes, limit) in [("invite", &entry.invited, INVITED_BYTES_MAX), ("prepared-by", &entry.prepared_by, PREPARED_BYTES_MAX)] {
        let bytes: usize = codes.iter().map(|code| code.as_str().len() + 3).sum();
        if bytes > limit {
            wrong.push(Wrong::new(field, &bytes.to_string(), Why::TooLarge { limit: limit as u64 }));
        }
    }
    let fields =
        [("unit", std::slice::from_ref(&entry.unit)), ("invite", entry.invited.as_slice()), ("prepared-by", entry.prepared_by.as_slice())];
    // Those that are named, not the whole registry.
    let mut known = BTreeSet::new();
    for (field, codes) in fields {
        let mut seen = BTreeSet::new();
        for code in codes {
            let registered = if known.contains(code) { true } else { table::find::<Unit>(store, code.as_str())?.is_some() };
            if registered {
                known.insert(code);
            }
            if !registered {
                wrong.push(Wrong::new(field, code.as_str(), Why::UnknownUnit));
            } else if !seen.insert(code) {
                wrong.push(Wrong::new(field, code.as_str(), Why::Twice));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Fault::Wrong { wrong }) }
}

/// Refuses a reason that is a document of its own.
///
/// # Errors
/// [`TextFault::TooLong`].
pub fn check_reason(reason: Option<&Prose>) -> Result<(), Fault> {
    let length = reason.map_or(0, |reason| reason.as_str().chars().count());
    if length <= REASON_MAX {
        return Ok(());
    }
    Err(Fault::wrong("reason", "", Why::Text(TextFault::TooLong { length, limit: REASON_MAX })))
}

fn check_invitations(meeting: &Meeting, changes: &EntryChanges) -> Result<(), Fault> {
    let invited: BTreeSet<&UnitCode> = meeting.reached().collect();
    let already =
        changes.invite.iter().filter(|code| invited.contains(code)).map(|code| Wrong::new("invite", code.as_str(), Why::AlreadyInvited));
    let twice = |codes: &[UnitCode], field: &'static str| {
        let mut seen = BTreeSet::new();
        codes
            .iter()
            .filter(|code| !seen.insert((*code).clone()))
            .map(|code| Wrong::new(field, code.as_str(), Why::Twice))
            .collect::<Vec<_>>()
    };
    let twice = twice(&changes.invite, "invite").into_iter().chain(twice(&changes.uninvite, "uninvite"));
    let strangers = changes
        .uninvite
        .iter()
        .filter(|code| !meeting.entry.invited.contains(code))
        .map(|code| Wrong::new("uninvite", code.as_str(), Why::NotInvited));
    let wrong: Vec<Wrong> = already.chain(strangers).chain(twice).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Fault::Wrong { wrong }) }
}
