//! Who comes: what is known of the invited units, and what the office records of it.

use crate::domain::attendance::{Answer, Attendance, Delegate, Response, Trust};
use crate::domain::fault::{Fault, Rule, Why};
use crate::domain::meeting::{Meeting, MeetingId, MeetingState};
use crate::domain::text::{Line, Prose};
use crate::domain::unit::UnitCode;
use crate::usecase::desk::Desk;
use crate::usecase::keys;
use crate::usecase::meeting;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::{self, Stored};

/// What a unit answers, as the office was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The meeting.
    pub meeting: MeetingId,
    /// The unit.
    pub unit: UnitCode,
    /// Its answer.
    pub response: Response,
    /// Who comes instead.
    pub name: Option<Line>,
    /// What was said with it.
    pub reason: Option<Prose>,
}

/// Whether units were invited and can answer.
#[must_use]
pub fn is_asked(meeting: &Meeting) -> bool {
    meeting.issue.is_some()
        && matches!(meeting.state, MeetingState::Issued | MeetingState::Postponed | MeetingState::Cancelled | MeetingState::Concluded)
}

/// What is known of a unit's coming; a new record where nothing is.
///
/// # Errors
/// The store's.
pub fn find(store: &dyn Store, meeting: &MeetingId, unit: &UnitCode) -> Result<(Option<Stored<Attendance>>, Attendance), StoreError> {
    let fresh = Attendance::new(meeting.clone(), unit.clone());
    let stored = table::find::<Attendance>(store, &table::Record::id(&fresh))?;
    let value = stored.as_ref().map_or(fresh, |stored| stored.value.clone());
    Ok((stored, value))
}

/// What is known of a meeting's attendance, by unit.
///
/// # Errors
/// The store's.
pub fn of_meeting(store: &dyn Store, meeting: &MeetingId) -> Result<Vec<Attendance>, StoreError> {
    let mut found = Vec::new();
    table::each(store, &keys::attendance_of(meeting.as_str()), |entry| {
        found.push(table::decode::<Attendance>(&entry)?.value);
        Ok::<_, StoreError>(())
    })?;
    Ok(found)
}

/// What counts of the answers to a meeting: how many units of those that were invited answered what. No record is read for it.
///
/// # Errors
/// The store's.
pub fn counted(store: &dyn Store, meeting: &Meeting) -> Result<Vec<(Response, u64)>, StoreError> {
    let mut counts = Response::ALL.map(|response| (response, 0)).to_vec();
    if !is_asked(meeting) {
        return Ok(counts);
    }
    let prefix = keys::answers_to(meeting.id.as_str());
    table::each(store, &prefix, |entry| {
        let response = str::from_utf8(&entry.value.bytes).ok().and_then(Response::from_word);
        let response = response.ok_or_else(|| StoreError::Corrupt(format!("index {}", entry.key.escape_ascii())))?;
        for (_, count) in counts.iter_mut().filter(|(known, _)| *known == response) {
            *count += 1;
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(counts)
}

/// Records what a unit answered by other ways than mail: it counts instead of what was known before.
///
/// # Errors
/// [`Rule::NotAsked`] before the issue and after a cancellation; [`Why::NotInvited`]; [`Why::Required`] without the name of who comes
/// instead.
pub fn record(desk: &mut Desk, actor: &str, told: &Told) -> Result<(), Fault> {
    let meeting = meeting::read(desk.store(), &told.meeting)?.value;
    if !is_asked(&meeting) || meeting.state == MeetingState::Cancelled {
        return Err(Fault::refused(Rule::NotAsked { id: meeting.id, state: meeting.state }));
    }
    if !meeting.reached().any(|unit| *unit == told.unit) {
        return Err(Fault::wrong("unit", told.unit.as_str(), Why::NotInvited));
    }
    if told.response == Response::Substituted && told.name.is_none() {
        return Err(Fault::wrong("name", "", Why::Required));
    }
    meeting::check_reason(told.reason.as_ref())?;
    let (stored, mut value) = find(desk.store(), &told.meeting, &told.unit)?;
    let delegate = told.name.clone().filter(|_| told.response == Response::Substituted);
    value.answer = Some(Answer {
        response: told.response,
        at: desk.now(),
        by: actor.to_owned(),
        trust: Trust::Recorded,
        words: told.reason.clone(),
        delegate: delegate.map(|name| Delegate { name: Some(name), address: None, response: None }),
        sequence: meeting.sequence,
        message: None,
    });
    let mut change = desk.change(actor, "meeting.reply", told.meeting.as_str());
    change.put(stored.as_ref(), &value)?;
    desk.commit(change).map(drop)
}
