//! Issuing: the number is given, the dispatch fixed, the messages queued; inviting further units. What is done to what was
//! issued is in [`crate::usecase::update`].

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::dispatch::{CalendarEntry, Dispatch, DispatchKind, ItemId, Notice, Recipient};
use crate::domain::fault::{Fault, Rule, Why, Wrong};
use crate::domain::invitation::{Document, Rendered};
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::{Channel, Event, Issue, Meeting, MeetingId, REASON_MAX};
use crate::domain::number::{self, INVITATION};
use crate::domain::order::IssueOrder;
use crate::domain::outbox::{Item, ItemState, Reason};
use crate::domain::preview::{PreviewRecipient, PreviewUnreachable};
use crate::domain::text::Prose;
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;
use crate::domain::warning::Warning;
use crate::domain::workflow::Action;
use crate::usecase::ahead::Ahead;
use crate::usecase::desk::{Change, Desk};
use crate::usecase::job::{self, Job, JobKind};
use crate::usecase::keys;
use crate::usecase::meeting::{self, Done};
use crate::usecase::message::{self, Parts, Prepared};
use crate::usecase::ports::{Composed, MAX_VALUE_BYTES, Rev, Store, StoreError};
use crate::usecase::preview::{self, Subject};
use crate::usecase::registry::Tree;
use crate::usecase::table::{self, Stored};
use crate::usecase::update;
use crate::usecase::verp;

/// The most messages queued by one commit.
pub const EXPAND_AT_ONCE: usize = 16;
/// The most operations one message needs: item, version, due time, bytes; and the same for an earlier one that is dropped.
pub const EXPAND_OPERATIONS: usize = 4 + 3 * TAKEN_BACK_MAX;
/// The most earlier messages to one mailbox that a later one looks at. Each looks at what waits before it, so that hardly more
/// than one ever does.
pub(super) const TAKEN_BACK_MAX: usize = 8;

/// A row of a dispatch's job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DispatchRow {
    /// Who gets a message.
    pub recipient: Recipient,
    /// The earlier messages to this mailbox in whose place this one comes, in the order of issue.
    pub takes_back: Vec<ItemId>,
    /// The dispatch to which it belongs, where that is not the job's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch: Option<u64>,
}

/// What a dispatch tells, and whom.
pub(super) struct Telling<'a> {
    /// What it asks of calendars.
    pub kind: DispatchKind,
    /// What it tells people, if it takes something back.
    pub notice: Notice,
    /// Why it does so.
    pub reason: Option<&'a Prose>,
    /// The meeting as it is told of.
    pub meeting: &'a Meeting,
    /// Who is told.
    pub rows: Vec<DispatchRow>,
}

impl<'a> Telling<'a> {
    /// The invitation to a meeting.
    pub(super) fn invitation(meeting: &'a Meeting, rows: Vec<DispatchRow>) -> Self {
        Self { kind: DispatchKind::Request, notice: Notice::default(), reason: None, meeting, rows }
    }

    /// The notice of what became of one.
    pub(super) fn notice(notice: Notice, meeting: &'a Meeting, reason: &'a Prose, rows: Vec<DispatchRow>) -> Self {
        Self { kind: DispatchKind::Cancel, notice, reason: Some(reason), meeting, rows }
    }
}

/// Issues an approved meeting: gives it the next number of the year and queues one invitation for each unit.
///
/// # Errors
/// [`Fault::Refused`] in another state, with hard conflicts, with units that cannot be reached, or with paper after its
/// end; nothing is written then and no number is used.
pub fn issue(desk: &mut Desk, actor: &str, order: &IssueOrder) -> Result<Done, Fault> {
    let old = meeting::read(desk.store(), &order.id)?;
    let state = meeting::next(&old.value, Action::Issue)?;
    let codes = preview::ordered(&old.value, order)?;
    if !order.without.is_empty() && order.reason.is_none() {
        return Err(Fault::wrong("reason", "", Why::Required));
    }
    meeting::check_reason(order.reason.as_ref())?;
    meeting::check_reason(order.override_reason.as_ref())?;
    meeting::refuse_hard_conflicts(desk.store(), &old.value, order.override_reason.as_ref())?;
    refuse_paper(desk, order.channel)?;
    let recipients = reachable(desk, &old.value, &codes)?;
    let mut change = desk.change(actor, meeting::audit_name(Action::Issue), order.id.as_str());
    let issue = take_number(desk, &mut change, order)?;
    let reason = match (&order.reason, &order.override_reason) {
        (Some(reason), Some(over)) => Prose::parse(&format!("{reason}\n{over}")).ok(),
        (reason, over) => reason.clone().or_else(|| over.clone()),
    };
    let mut value = Meeting { state, issue: Some(issue), ..old.value.clone() };
    value.note(Event { at: desk.now(), by: actor.to_owned(), action: Action::Issue, reason });
    change.put(Some(&old), &value)?;
    let rows = invitations(recipients);
    let warnings = paper_too(order.channel, rows.len());
    dispatch(desk, actor, change, vec![Telling::invitation(&value, rows)], warnings)
}

/// Invites further units to an issued meeting, under the same number; they alone are mailed.
///
/// # Errors
/// As [`issue`].
pub fn invite(desk: &mut Desk, actor: &str, old: &Stored<Meeting>, codes: &[UnitCode]) -> Result<Done, Fault> {
    let state = meeting::next(&old.value, Action::Invite)?;
    let units = Tree::load(desk.store())?;
    let unknown = codes.iter().filter(|code| units.get(code).is_none());
    let wrong: Vec<_> = unknown.map(|code| Wrong::new("invite", code.as_str(), Why::UnknownUnit)).collect();
    if !wrong.is_empty() {
        return Err(Fault::Wrong { wrong });
    }
    let recipients = reachable(desk, &old.value, codes)?;
    let earlier = update::told(desk.store(), &old.value)?;
    let again = recipients.iter().any(|recipient| earlier.iter().any(|mailbox| mailbox.address == recipient.address));
    // A calendar from which the meeting was taken takes it up again by a higher SEQUENCE only (RFC 5546, section 2.1.5).
    let sequence = if again { old.value.sequence.saturating_add(1) } else { old.value.sequence };
    let mut value = Meeting { state, sequence, ..old.value.clone() };
    for code in codes {
        if !value.entry.invited.contains(code) {
            value.entry.invited.push(code.clone());
        }
    }
    if let Some(issue) = &mut value.issue {
        issue.without.retain(|code| !codes.contains(code));
    }
    let names = codes.iter().map(UnitCode::as_str).collect::<Vec<_>>().join(", ");
    let names = if names.chars().count() > REASON_MAX { codes.len().to_string() } else { names };
    value.note(Event { at: desk.now(), by: actor.to_owned(), action: Action::Invite, reason: Prose::parse(&names).ok() });
    let mut change = desk.change(actor, meeting::audit_name(Action::Invite), value.id.as_str());
    change.put(Some(old), &value)?;
    let rows = update::anew(desk, recipients, &earlier);
    dispatch(desk, actor, change, vec![Telling::invitation(&value, rows)], Vec::new())
}

/// One dispatch.
///
/// # Errors
/// [`StoreError::Corrupt`] when it is not there.
pub fn dispatch_of(store: &dyn Store, id: u64) -> Result<Dispatch, StoreError> {
    let dispatch: Option<Stored<Dispatch>> = table::get(store, &keys::numbered(keys::DISPATCH, id))?;
    dispatch.map(|dispatch| dispatch.value).ok_or_else(|| StoreError::Corrupt(format!("dispatch {id} is not there")))
}

/// The dispatches of a meeting, in the order of issue.
///
/// # Errors
/// The store's.
pub fn dispatches_of(store: &dyn Store, meeting: &Meeting) -> Result<Vec<u64>, StoreError> {
    let mut dispatches = Vec::new();
    table::each(store, &keys::dispatches_of(meeting.id.as_str()), |entry| {
        dispatches.extend(keys::last_number(&entry.key));
        Ok::<_, StoreError>(())
    })?;
    Ok(dispatches)
}

/// Refuses paper beside the mail once paper has ended.
///
/// # Errors
/// [`Rule::PaperEnded`].
pub(super) fn refuse_paper(desk: &Desk, channel: Channel) -> Result<(), Fault> {
    let policy = &desk.rules().policy;
    if channel == Channel::Parallel && !policy.paper_allowed(WallTime::at(desk.now()).day()) {
        return Err(Fault::refused(Rule::PaperEnded { since: policy.paper_until }));
    }
    Ok(())
}

pub(super) fn paper_too(channel: Channel, units: usize) -> Vec<Warning> {
    if channel == Channel::Parallel { vec![Warning::PaperToo { units: units as u64 }] } else { Vec::new() }
}

fn reachable(desk: &Desk, meeting: &Meeting, codes: &[UnitCode]) -> Result<Vec<PreviewRecipient>, Fault> {
    let reach = preview::reach(desk.store(), desk.rules(), &Tree::load(desk.store())?, codes)?;
    refuse_unreachable(meeting, &reach.unreachable)?;
    Ok(reach.recipients)
}

/// Refuses an issue that would not reach everybody.
///
/// # Errors
/// [`Rule::Unreachable`] with every such unit.
pub(super) fn refuse_unreachable(meeting: &Meeting, unreachable: &[PreviewUnreachable]) -> Result<(), Fault> {
    if unreachable.is_empty() {
        return Ok(());
    }
    let units = unreachable.iter().map(|unit| (unit.unit.clone(), unit.name.clone(), unit.why.clone())).collect();
    Err(Fault::refused(Rule::Unreachable { id: meeting.id.clone(), units, issued: meeting.issue.is_some() }))
}

pub(super) fn take_number(desk: &Desk, change: &mut Change, order: &IssueOrder) -> Result<Issue, Fault> {
    let date = WallTime::at(desk.now()).day();
    let serial = desk.count(change, &preview::series(date))?;
    let serial = u32::try_from(serial).map_err(|_| Fault::Internal { detail: "the series of numbers is used up".into() })?;
    let number = number::written(serial, INVITATION, desk.rules().office.symbol.as_str());
    Ok(Issue { number, date, channel: order.channel, without: order.without.clone(), because: None })
}

pub(super) fn invitations(recipients: Vec<PreviewRecipient>) -> Vec<DispatchRow> {
    let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    let row = |(index, recipient): (usize, PreviewRecipient)| DispatchRow {
        recipient: Recipient {
            n: number(index),
            unit: recipient.unit,
            name: recipient.name,
            address: recipient.address,
            after: None,
            told: false,
            references: None,
            dropped: None,
        },
        takes_back: Vec::new(),
        dispatch: None,
    };
    recipients.into_iter().enumerate().map(row).collect()
}

/// Seals the change together with the dispatches and their rows, then queues the messages. The first telling is of the meeting
/// as it is from now on.
pub(super) fn dispatch(
    desk: &mut Desk,
    actor: &str,
    change: Change,
    mut tellings: Vec<Telling<'_>>,
    warnings: Vec<Warning>,
) -> Result<Done, Fault> {
    let Some(meeting) = tellings.first().map(|telling| telling.meeting.clone()) else {
        return Err(Fault::Internal { detail: "nothing is told".to_owned() });
    };
    tellings.retain(|telling| !telling.rows.is_empty());
    let queued = seal_and_queue(desk, actor, change, &meeting.id, tellings);
    // Whatever came of it: nobody else has a use for what was composed.
    desk.ahead = Ahead::default();
    let (rev, queued) = queued?;
    let done = meeting::done(desk, Stored { rev, value: meeting }, warnings);
    Ok(Done { queued: Some(queued), ..done })
}

/// The revision of the commit that sealed them, and how many messages wait.
fn seal_and_queue(
    desk: &mut Desk,
    actor: &str,
    mut change: Change,
    meeting: &MeetingId,
    tellings: Vec<Telling<'_>>,
) -> Result<(Rev, u64), Fault> {
    if tellings.is_empty() {
        return Ok((desk.commit(change)?, 0));
    }
    verp::prepare(desk)?;
    let first = desk.count_several(&mut change, "dispatch", tellings.len() as u64)?;
    let dispatches: Vec<u64> = (first..).take(tellings.len()).collect();
    let mut all = Vec::new();
    for (id, mut telling) in dispatches.iter().copied().zip(tellings) {
        let dispatch = fixed(desk, id, &telling)?;
        possible(desk, &dispatch, &telling.rows)?;
        change.put(None, &dispatch)?;
        if id != first {
            telling.rows.iter_mut().for_each(|row| row.dispatch = Some(id));
        }
        all.append(&mut telling.rows);
    }
    let staged = job::stage(desk, JobKind::Dispatch, actor, meeting.as_str(), &all)?;
    let staged = Job { dispatch: Some(first), ..staged };
    job::seal(&mut change, &staged)?;
    let rev = desk.commit(change)?;
    job::run(desk, staged.id)?;
    let mut queued = 0;
    for dispatch in dispatches {
        queued += waiting_in(desk.store(), dispatch)?;
    }
    Ok((rev, queued))
}

/// Finds out whether every message of a dispatch can be made, while nothing is sealed yet: afterwards it must be possible.
fn possible(desk: &mut Desk, dispatch: &Dispatch, rows: &[DispatchRow]) -> Result<(), Fault> {
    one_for_each_mailbox(rows)?;
    desk.ahead.begin(dispatch);
    for row in rows {
        let composed = compose(desk, dispatch, &row.recipient)?;
        desk.ahead.keep(&row.recipient, &composed)?;
    }
    Ok(())
}

/// How many messages of a dispatch wait: all, but for cancellations that went with their invitations.
fn waiting_in(store: &dyn Store, dispatch: u64) -> Result<u64, StoreError> {
    let mut waiting = 0;
    table::each(store, &keys::numbered(keys::ITEM, dispatch), |entry| {
        waiting += u64::from(table::decode::<Item>(&entry)?.value.state.is_waiting());
        Ok::<_, StoreError>(())
    })?;
    Ok(waiting)
}

/// A mailbox gets one message of a dispatch, whatever led to two.
fn one_for_each_mailbox(rows: &[DispatchRow]) -> Result<(), Fault> {
    let mut seen = HashSet::new();
    let twice = rows.iter().find(|row| !seen.insert(&row.recipient.address));
    twice.map_or(Ok(()), |row| Err(Fault::wrong("invite", row.recipient.address.as_str(), Why::Twice)))
}

/// The dispatch: everything that decides the bytes of its messages.
fn fixed(desk: &Desk, id: u64, telling: &Telling<'_>) -> Result<Dispatch, Fault> {
    let now = desk.now();
    let meeting = telling.meeting;
    let number = meeting.issue.as_ref().map(|issue| issue.number.clone()).unwrap_or_default();
    let units = Tree::load(desk.store())?;
    let expiry = desk.rules().retry.expiry(now);
    let start = meeting.entry.start.instant();
    let (about, expires_at, replaces) = match telling.kind {
        DispatchKind::Cancel | DispatchKind::Report => (Subject::Notice(telling.notice), expiry, None),
        // An invitation is of no use once its meeting has begun; one that is issued late all the same has its full time.
        DispatchKind::Request => {
            (Subject::of(meeting), if start > now { expiry.min(start) } else { expiry }, meeting.replaced.last().cloned())
        }
    };
    Ok(Dispatch {
        id,
        meeting: meeting.id.clone(),
        kind: telling.kind,
        notice: telling.notice,
        replaces,
        subject: preview::subject(about, meeting, &number),
        number,
        at: now,
        seed: desk.around.random.bits(),
        sender: desk.rules().sender.clone(),
        calendar: calendar(meeting),
        body: body(desk, telling, &units),
        held_until: held_until(desk.rules().hold, now, expires_at),
        tagged: desk.rules().verp,
        expires_at,
        recipients: u32::try_from(telling.rows.len()).unwrap_or(u32::MAX),
        about: None,
        warned: None,
    })
}

/// Until when messages are kept back so that they can be recalled. What would be given up by then goes at once.
fn held_until(hold: Duration, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let until = now.checked_add_signed(chrono::Duration::from_std(hold).ok()?)?;
    (until > now && until < expires_at).then_some(until)
}

/// The calendar entry of a meeting.
#[must_use]
pub fn calendar(meeting: &Meeting) -> CalendarEntry {
    let entry = &meeting.entry;
    CalendarEntry {
        uid: meeting.uid.clone(),
        sequence: meeting.sequence,
        title: entry.title.clone(),
        start: entry.start,
        until: entry.until(),
        place: entry.place.clone(),
        online: entry.online.clone(),
        chair: entry.chair.clone(),
        content: entry.content.clone(),
        urgency: entry.urgency,
    }
}

fn body(desk: &Desk, telling: &Telling<'_>, units: &Tree) -> Rendered {
    let invitation = Box::new(preview::facts(telling.meeting, desk.rules(), units));
    let date = WallTime::at(desk.now()).day();
    let document = match (telling.reason.cloned(), telling.notice) {
        (None, _) => Document::Invitation(invitation),
        (Some(reason), Notice::Cancelled) => Document::Cancellation { invitation, date, reason },
        (Some(reason), Notice::Postponed) => Document::Postponement { invitation, date, reason },
        (Some(reason), Notice::Withdrawn) => Document::Withdrawal { invitation, date, reason },
    };
    desk.around.typeset.typeset(&document)
}

/// The message of a recipient.
///
/// # Errors
/// [`Fault::Internal`] when it cannot be composed, [`Why::TooLarge`] when it cannot be stored.
fn compose(desk: &Desk, dispatch: &Dispatch, recipient: &Recipient) -> Result<Composed, Fault> {
    let composed = desk.around.compose.message(dispatch, recipient).map_err(|error| Fault::Internal { detail: error.to_string() })?;
    let size = composed.bytes.len();
    if size > MAX_VALUE_BYTES {
        return Err(Fault::wrong("content", &size.to_string(), Why::TooLarge { limit: MAX_VALUE_BYTES as u64 }));
    }
    Ok(composed)
}

/// Queues the message of one row, in the commit given.
///
/// # Errors
/// [`Fault::Store`]; [`Fault::Internal`] when the message cannot be composed, which was tried before the seal.
pub fn expand(desk: &Desk, dispatch: &Dispatch, row: &DispatchRow, change: &mut Change) -> Result<(), Fault> {
    let mut recipient = row.recipient.clone();
    let own = ItemId { dispatch: dispatch.id, n: recipient.n };
    supersede(desk, dispatch.kind, &row.takes_back, own, &mut recipient, change)?;
    queue(desk, dispatch, &recipient, None, change)
}

/// Queues a message: item, bytes and due time, in the commit given. It is due at once, or at `due`.
///
/// # Errors
/// [`Fault::Store`], and as [`compose`].
pub(super) fn queue(
    desk: &Desk,
    dispatch: &Dispatch,
    recipient: &Recipient,
    due: Option<DateTime<Utc>>,
    change: &mut Change,
) -> Result<(), Fault> {
    let own = ItemId { dispatch: dispatch.id, n: recipient.n };
    let anew;
    let prepared = if let Some(kept) = desk.ahead.find(dispatch, recipient) {
        kept
    } else {
        anew = Prepared::of(own, &compose(desk, dispatch, recipient)?, &mut Parts::default())?;
        &anew
    };
    let size = u32::try_from(prepared.size).unwrap_or(u32::MAX);
    let item = Item { from: verp::sender(desk.store(), dispatch, own)?, ..Item::new(dispatch, recipient, size) };
    change.put(None, &Item { next_attempt: due.or(item.next_attempt), ..item })?;
    Ok(message::write(desk, change, own, prepared)?)
}

/// What a message does with those to the same mailbox before it: what still waits is dropped; what is being sent must have its
/// fate first. A notice goes with an invitation that cannot have arrived; an invitation is sent all the same.
fn supersede(
    desk: &Desk,
    kind: DispatchKind,
    earlier: &[ItemId],
    own: ItemId,
    recipient: &mut Recipient,
    change: &mut Change,
) -> Result<(), Fault> {
    let mut invitation = earlier.last().copied();
    for id in earlier {
        let Some(stored) = table::item(desk.store(), *id)? else { continue };
        recipient.told |= !stored.value.surely_undelivered();
        if stored.value.kind == DispatchKind::Request {
            invitation = Some(*id);
        }
        if desk.claimed.items.contains(id) {
            recipient.after = Some(*id);
            change.put(Some(&stored), &Item { superseded_by: Some(own), ..stored.value.clone() })?;
        } else if stored.value.state.is_waiting() || stored.value.state == ItemState::Held {
            change.put(Some(&stored), &stored.value.dropped(Reason::Superseded { by: own }))?;
        }
    }
    if let (DispatchKind::Cancel, false, None, Some(request)) = (kind, recipient.told, recipient.after, invitation) {
        recipient.dropped = Some(Reason::NeverInvited { request });
    }
    Ok(())
}

/// The mailboxes to which a meeting's messages went, for choosing one.
///
/// # Errors
/// The store's.
pub fn items_of(store: &dyn Store, meeting: &Meeting, to: Option<&MailAddress>) -> Result<Vec<Item>, StoreError> {
    let mut items = Vec::new();
    for dispatch in dispatches_of(store, meeting)? {
        table::each(store, &keys::numbered(keys::ITEM, dispatch), |entry| {
            let item: Stored<Item> = table::decode(&entry)?;
            if to.is_none_or(|to| item.value.to == *to) {
                items.push(item.value);
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(items)
}

/// The message that brings the invitation in force to a mailbox, or to the first of all; where it does not go, the last
/// invitation that did.
///
/// # Errors
/// The store's.
pub fn invited_by(store: &dyn Store, meeting: &Meeting, to: Option<&MailAddress>) -> Result<Option<ItemId>, StoreError> {
    let number = meeting.issue.as_ref().map(|issue| issue.number.as_str());
    let mut in_force = HashSet::new();
    for dispatch in dispatches_of(store, meeting)? {
        let dispatch = dispatch_of(store, dispatch)?;
        if dispatch.kind == DispatchKind::Request && Some(dispatch.number.as_str()) == number {
            in_force.insert(dispatch.id);
        }
    }
    let mut invitations = items_of(store, meeting, to)?;
    invitations.retain(|item| item.kind == DispatchKind::Request);
    let now = |item: &&Item| in_force.contains(&item.id.dispatch);
    let found = if to.is_some() { invitations.iter().rfind(now) } else { invitations.iter().find(now) };
    Ok(found.or(invitations.last()).map(|item| item.id))
}

/// Refuses an address that gets nothing of a meeting: neither was it sent anything, nor would it be.
///
/// # Errors
/// [`Why::NotInvited`].
pub fn gets_it(desk: &Desk, meeting: &Meeting, units: &Tree, to: &MailAddress) -> Result<(), Fault> {
    let sent = !items_of(desk.store(), meeting, Some(to))?.is_empty();
    if sent || preview::reach(desk.store(), desk.rules(), units, meeting.reached())?.recipients.iter().any(|unit| unit.address == *to) {
        return Ok(());
    }
    Err(Fault::wrong("to", to.as_str(), Why::NotInvited))
}

/// The calendar entry of an item, as its message carries it.
///
/// # Errors
/// [`Fault::Store`], [`Fault::Internal`].
pub fn calendar_of(desk: &Desk, id: ItemId) -> Result<Vec<u8>, Fault> {
    let missing = || StoreError::Corrupt(format!("{id} has no dispatch"));
    let item = table::item(desk.store(), id)?.ok_or_else(missing)?.value;
    let dispatch = dispatch_of(desk.store(), id.dispatch)?;
    let recipient = Recipient {
        n: id.n,
        unit: item.unit,
        name: item.unit_name,
        address: item.to,
        after: None,
        told: false,
        references: None,
        dropped: None,
    };
    let calendar = desk.around.compose.invitation_calendar(&dispatch, &recipient);
    calendar.map(String::into_bytes).map_err(|error| Fault::Internal { detail: error.to_string() })
}

/// The message (or its calendar entry) that a meeting's first recipient, or the one named, would get if it were issued now.
///
/// # Errors
/// [`Fault::Refused`] when nobody could be reached; [`Fault::Wrong`] when the one named would get nothing.
pub fn trial(desk: &Desk, meeting: &Meeting, units: &Tree, to: Option<&MailAddress>, calendar_only: bool) -> Result<Vec<u8>, Fault> {
    let reach = preview::reach(desk.store(), desk.rules(), units, meeting.reached())?;
    let mut rows = invitations(reach.recipients).into_iter();
    if meeting.entry.invited.is_empty() {
        return Err(Fault::wrong("invite", "", Why::Required));
    }
    let Some(row) = rows.find(|row| to.is_none_or(|to| row.recipient.address == *to)) else {
        if let Some(to) = to {
            return Err(Fault::wrong("to", to.as_str(), Why::NotInvited));
        }
        let units = reach.unreachable.into_iter().map(|unit| (unit.unit, unit.name, unit.why)).collect();
        return Err(Fault::refused(Rule::Unreachable { id: meeting.id.clone(), units, issued: meeting.issue.is_some() }));
    };
    let order = IssueOrder { id: meeting.id.clone(), without: vec![], reason: None, override_reason: None, channel: Channel::Electronic };
    let planned = Meeting { issue: Some(preview::planned_issue(desk, &order)?), ..meeting.clone() };
    let dispatch = fixed(desk, 0, &Telling::invitation(&planned, vec![row.clone()]))?;
    if calendar_only {
        let calendar = desk.around.compose.invitation_calendar(&dispatch, &row.recipient);
        return calendar.map(String::into_bytes).map_err(|error| Fault::Internal { detail: error.to_string() });
    }
    Ok(compose(desk, &dispatch, &row.recipient)?.bytes)
}
