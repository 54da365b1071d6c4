//! Answers of calendars (RFC 5546, sections 2.1.5 and 3.2.3).

use chrono::{DateTime, TimeDelta, Utc};

use super::Judged;
use crate::domain::attendance::{Answer, Answerer, Attendance, Delegate, Proposal, Response, Trust};
use crate::domain::dispatch::Dispatch;
use crate::domain::fault::Fault;
use crate::domain::incoming::{CalendarAnswer, Incoming, Method, Outcome, PartStat, Quarantine, ReceivedId};
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::{Meeting, MeetingId};
use crate::domain::outbox::Item;
use crate::usecase::attendance;
use crate::usecase::desk::Desk;
use crate::usecase::issue;
use crate::usecase::keys;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::{self, Stored};

/// A clock that goes ahead of ours by more is wrong: what it stamps counts as stamped now, so that no answer bars all later ones.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// For whom a calendar answers.
struct Answers {
    stored: Option<Stored<Attendance>>,
    attendance: Attendance,
    /// SEQUENCE of the last invitation or notice that was sent to the unit's mailbox.
    sent: u32,
    /// Whether it is not the mailbox that was invited, but the one to which that one handed over.
    delegate: bool,
}

/// What a calendar's answer comes to.
///
/// # Errors
/// The store's.
pub(super) fn judge(desk: &Desk, id: ReceivedId, message: &Incoming, said: &CalendarAnswer) -> Result<Judged, Fault> {
    let store = desk.store();
    let Some(meeting) = meeting_of(store, &said.uid)? else { return Ok(Judged::quarantined(Quarantine::UnknownMeeting)) };
    if said.instance {
        return Ok(Judged::quarantined(Quarantine::Instance));
    }
    if message.from.as_ref() != Some(&said.attendee) {
        return Ok(Judged::quarantined(Quarantine::Forged { attendee: said.attendee.clone() }));
    }
    let Some(answers) = answers_for(store, &meeting, said)? else {
        return Ok(Judged::quarantined(Quarantine::NotInvited { attendee: said.attendee.clone() }));
    };
    if said.method != Method::Reply {
        return Ok(proposed(desk, id, message, said, answers));
    }
    let Some(response) = response(said) else { return Ok(Judged::quarantined(Quarantine::NoAnswer)) };
    Ok(answered(desk, id, message, said, answers, response))
}

/// The meeting whose calendar entries have this UID.
fn meeting_of(store: &dyn Store, uid: &str) -> Result<Option<Meeting>, StoreError> {
    let Some(id) = uid.split('.').next().and_then(MeetingId::parse) else { return Ok(None) };
    let meeting = table::find::<Meeting>(store, id.as_str())?.map(|meeting| meeting.value);
    Ok(meeting.filter(|meeting| meeting.uid.eq_ignore_ascii_case(uid)))
}

/// For which unit an address answers, if it was invited or an invited one handed over to it.
fn answers_for(store: &dyn Store, meeting: &Meeting, said: &CalendarAnswer) -> Result<Option<Answers>, StoreError> {
    if let Some((unit, sent)) = invited(store, meeting, &said.attendee)? {
        let (stored, attendance) = attendance::find(store, &meeting.id, &unit)?;
        return Ok(Some(Answers { stored, attendance, sent, delegate: false }));
    }
    let Some(from) = &said.delegated_from else { return Ok(None) };
    let Some((unit, sent)) = invited(store, meeting, from)? else { return Ok(None) };
    let (stored, attendance) = attendance::find(store, &meeting.id, &unit)?;
    let delegate = attendance.answer.as_ref().and_then(|answer| answer.delegate.as_ref()?.address.as_ref());
    let handed_over = delegate == Some(&said.attendee);
    Ok(handed_over.then_some(Answers { stored, attendance, sent, delegate: true }))
}

/// The unit whose mailbox was invited, and the SEQUENCE of the last thing that was sent there.
fn invited(store: &dyn Store, meeting: &Meeting, to: &MailAddress) -> Result<Option<(crate::domain::unit::UnitCode, u32)>, StoreError> {
    let items: Vec<Item> = issue::items_of(store, meeting, Some(to))?;
    let Some(unit) = items.last().map(|item| item.unit.clone()) else { return Ok(None) };
    let mut sent = 0;
    for item in items.iter().filter(|item| !item.surely_undelivered()) {
        let dispatch: Option<Stored<Dispatch>> = table::get(store, &keys::numbered(keys::DISPATCH, item.id.dispatch))?;
        sent = sent.max(dispatch.map_or(0, |dispatch| dispatch.value.calendar.sequence));
    }
    Ok(Some((unit, sent)))
}

fn response(said: &CalendarAnswer) -> Option<Response> {
    match said.status {
        PartStat::Accepted => Some(Response::Accepted),
        PartStat::Declined => Some(Response::Declined),
        PartStat::Tentative => Some(Response::Tentative),
        PartStat::Delegated => Some(Response::Substituted),
        PartStat::NeedsAction | PartStat::Other => None,
    }
}

/// When an answer was made, as far as that can be believed.
fn stamp(desk: &Desk, message: &Incoming, said: &CalendarAnswer) -> DateTime<Utc> {
    let now = desk.now();
    let stamp = said.stamp.or(message.date).unwrap_or(now);
    if stamp > now + AHEAD { now } else { stamp }
}

fn answered(desk: &Desk, id: ReceivedId, message: &Incoming, said: &CalendarAnswer, answers: Answers, response: Response) -> Judged {
    let Answers { stored, mut attendance, sent, delegate } = answers;
    let (meeting, unit) = (attendance.meeting.clone(), attendance.unit.clone());
    let (stamp, verified) = (stamp(desk, message, said), message.trust == Trust::Verified);
    if let Some(last) = attendance.last_of(&said.attendee) {
        if stamp <= last.stamp {
            return Judged::only(Outcome::Outdated { meeting, unit });
        }
        if last.verified && !verified {
            return Judged::quarantined(Quarantine::LessTrusted);
        }
    }
    let handed_over =
        (response == Response::Substituted).then(|| Delegate { name: None, address: said.delegated_to.clone(), response: None });
    let answer = Answer {
        response,
        at: desk.now(),
        by: said.attendee.to_string(),
        trust: message.trust,
        words: said.comment.clone(),
        delegate: handed_over,
        sequence: said.sequence,
        message: Some(id),
    };
    let outcome = if said.sequence < sent {
        attendance.stale = Some(answer);
        Outcome::Stale { meeting, unit }
    } else {
        if delegate {
            answer_for_another(&mut attendance, &answer);
        } else {
            attendance.answer = Some(kept_delegate(attendance.answer.take(), answer));
        }
        attendance.remember(Answerer { attendee: said.attendee.clone(), stamp, verified });
        Outcome::Answered { meeting, unit }
    };
    Judged { outcome, attendance: Some((stored, attendance)), item: None }
}

/// What a delegate answers is his own: the unit's answer stays that it sends him.
fn answer_for_another(attendance: &mut Attendance, own: &Answer) {
    if let Some(delegate) = attendance.answer.as_mut().and_then(|answer| answer.delegate.as_mut()) {
        delegate.response = Some(own.response);
    }
}

/// Who hands over to the same delegate again does not take back what that one answered.
fn kept_delegate(before: Option<Answer>, mut after: Answer) -> Answer {
    let answered = before.and_then(|before| before.delegate);
    if let (Some(before), Some(now)) = (answered, after.delegate.as_mut())
        && now.address.is_some()
        && before.address == now.address
    {
        now.response = before.response;
    }
    after
}

fn proposed(desk: &Desk, id: ReceivedId, message: &Incoming, said: &CalendarAnswer, answers: Answers) -> Judged {
    let Answers { stored, mut attendance, .. } = answers;
    attendance.propose(Proposal {
        method: said.method,
        at: desk.now(),
        by: said.attendee.to_string(),
        trust: message.trust,
        words: said.comment.clone(),
        message: id,
    });
    let outcome = Outcome::Proposed { meeting: attendance.meeting.clone(), unit: attendance.unit.clone() };
    Judged { outcome, attendance: Some((stored, attendance)), item: None }
}
