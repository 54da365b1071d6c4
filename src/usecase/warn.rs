//! Warning whoever registered a meeting that messages about it wait too long: once for each dispatch, however many of its messages
//! wait, and never about a warning.
//!
//! The warning and the mark that it was given are one commit: no crash loses it or makes two of it. It is an item of the outbox like
//! any other. Should none of the messages wait any more when its turn comes, it is dropped; a dispatch whose warning went that way may
//! get another one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::domain::delay::Delay;
use crate::domain::dispatch::{Dispatch, DispatchKind, ItemId, Notice, Recipient};
use crate::domain::fault::Fault;
use crate::domain::invitation::Document;
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::Meeting;
use crate::domain::office::Rules;
use crate::domain::outbox::{Item, ItemState, Reason};
use crate::domain::policy::mailbox_for_invitation;
use crate::domain::text::{LINE_MAX, Line};
use crate::domain::unit::UnitCode;
use crate::usecase::desk::{Desk, PROGRAM};
use crate::usecase::issue;
use crate::usecase::keys;
use crate::usecase::outbox::ItemIds;
use crate::usecase::ports::{Direction, Range, Store, StoreError};
use crate::usecase::registry::{Tree, mailboxes_of};
use crate::usecase::table::{self, Stored};
use crate::usecase::verp;

/// How many messages of a dispatch are looked through at once.
const LOOK: usize = 256;
/// What the subject of a warning begins with; that of the messages stands behind it.
const SUBJECT: &str = "[CHƯA GỬI ĐƯỢC] ";

/// All that is read of a dispatch to see whether its time has come: its document is none of it.
#[derive(Deserialize)]
struct Head {
    kind: DispatchKind,
    at: DateTime<Utc>,
    #[serde(default)]
    held_until: Option<DateTime<Utc>>,
    #[serde(default)]
    warned: Option<ItemId>,
}

/// All that is read of a message to see where it is.
#[derive(Deserialize)]
struct Place {
    state: ItemState,
    next_attempt: Option<DateTime<Utc>>,
    #[serde(default)]
    after: Option<ItemId>,
}

impl Place {
    /// Whether it has not gone, failed or been dropped.
    fn is_open(&self) -> bool {
        self.state.is_waiting() || self.state == ItemState::Held
    }

    /// Whether a run at `now` tries it, whatever becomes of other messages.
    fn is_tried(&self, now: DateTime<Utc>) -> bool {
        self.after.is_none() && self.next_attempt.is_some_and(|due| due <= now)
    }
}

/// How it stands with the messages that a warning tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ToldOf {
    /// One waits, or is held.
    Waits,
    /// None but such as are being sent, or about to be.
    InHand,
    /// All have gone, failed or were dropped.
    Over,
}

/// The dispatches of which whoever registered their meetings is to be warned at `now`, by number. Of the messages only those are
/// looked at that wait.
///
/// # Errors
/// The store's. What is damaged is passed over: `check` names it.
pub fn due(store: &dyn Store, rules: &Rules, now: DateTime<Utc>) -> Result<Vec<u64>, StoreError> {
    if rules.warn_after.is_zero() {
        return Ok(Vec::new());
    }
    let mut waiting: BTreeMap<u64, Vec<ItemId>> = BTreeMap::new();
    table::each(store, keys::DUE, |entry| {
        if let Some(id) = keys::due_item(&entry.key) {
            waiting.entry(id.dispatch).or_default().push(id);
        }
        Ok::<_, StoreError>(())
    })?;
    let mut due = Vec::new();
    for (dispatch, ids) in waiting {
        let head: Option<Head> = readable(table::get(store, &keys::numbered(keys::DISPATCH, dispatch)))?;
        if let Some(head) = head
            && wants(store, &head, rules, now)?
            && any_in_vain(store, &ids)?
        {
            due.push(dispatch);
        }
    }
    Ok(due)
}

/// What is there and not damaged.
fn readable<T>(found: Result<Option<Stored<T>>, StoreError>) -> Result<Option<T>, StoreError> {
    match found {
        Ok(found) => Ok(found.map(|found| found.value)),
        Err(StoreError::Corrupt(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the time has come to warn of a dispatch, if its messages wait, and that was not done. A warning that was dropped as
/// needless told nobody anything.
fn wants(store: &dyn Store, head: &Head, rules: &Rules, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let after = chrono::Duration::from_std(rules.warn_after).unwrap_or(chrono::Duration::MAX);
    let since = head.held_until.unwrap_or(head.at);
    if !head.kind.tells_units() || rules.warn_after.is_zero() || now.signed_duration_since(since) < after {
        return Ok(false);
    }
    let Some(warned) = head.warned else { return Ok(true) };
    Ok(readable(table::item(store, warned))?.is_some_and(|warning| warning.reason == Some(Reason::Needless)))
}

/// Whether one of these messages was tried and waits to be tried again. What was given back because the relay as a whole was in
/// trouble was not tried.
fn any_in_vain(store: &dyn Store, ids: &[ItemId]) -> Result<bool, StoreError> {
    for id in ids {
        let item: Option<Place> = readable(table::get(store, &keys::item(keys::ITEM, *id)))?;
        if item.is_some_and(|item| item.state == ItemState::Deferred) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Queues the warning about a dispatch that [`due`] named, to be sent with what was due at `due`; `None`: it is not wanted any more.
///
/// # Errors
/// [`Fault::Store`]; [`Fault::Internal`] when it cannot be composed. Nothing is written then.
pub fn warn(desk: &mut Desk, dispatch: u64, due: DateTime<Utc>) -> Result<Option<ItemId>, Fault> {
    let old: Option<Stored<Dispatch>> = table::get(desk.store(), &keys::numbered(keys::DISPATCH, dispatch))?;
    let Some(old) = old else { return Ok(None) };
    let head = Head { kind: old.value.kind, at: old.value.at, held_until: old.value.held_until, warned: old.value.warned };
    let waiting = waiting(desk.store(), dispatch)?;
    if !wants(desk.store(), &head, desk.rules(), desk.now())? || waiting.iter().all(|item| item.state != ItemState::Deferred) {
        return Ok(None);
    }
    verp::prepare(desk)?;
    let mut change = desk.change(PROGRAM, "outbox.warn", old.value.meeting.as_str());
    let warning = warning(desk, desk.count(&mut change, "dispatch")?, &old.value, &waiting);
    let id = ItemId { dispatch: warning.id, n: 1 };
    let recipient = organiser(desk, &old.value, &waiting)?;
    change.put(Some(&old), &Dispatch { warned: Some(id), ..old.value.clone() })?;
    change.put(None, &warning)?;
    issue::queue(desk, &warning, &recipient, Some(due.min(warning.at)), &mut change)?;
    desk.commit(change)?;
    Ok(Some(id))
}

/// The messages of a dispatch that wait, those that are being sent among them.
fn waiting(store: &dyn Store, dispatch: u64) -> Result<Vec<Item>, StoreError> {
    let mut waiting = Vec::new();
    table::each(store, &keys::numbered(keys::ITEM, dispatch), |entry| {
        let item: Option<Item> = readable(table::decode(&entry).map(Some))?;
        waiting.extend(item.filter(|item| item.state.is_waiting()));
        Ok::<_, StoreError>(())
    })?;
    Ok(waiting)
}

/// The warning's own dispatch: everything that decides its bytes.
fn warning(desk: &Desk, id: u64, old: &Dispatch, waiting: &[Item]) -> Dispatch {
    let now = desk.now();
    let rules = desk.rules();
    Dispatch {
        id,
        meeting: old.meeting.clone(),
        kind: DispatchKind::Report,
        notice: Notice::default(),
        replaces: None,
        number: old.number.clone(),
        at: now,
        seed: desk.around.random.bits(),
        sender: rules.sender.clone(),
        subject: subject(&old.subject),
        calendar: old.calendar.clone(),
        body: desk.around.typeset.typeset(&Document::Delay(Box::new(Delay::of(now, old, waiting)))),
        // Nobody takes it back: it goes with what is due.
        held_until: None,
        tagged: rules.verp,
        expires_at: rules.retry.expiry(now),
        recipients: 1,
        about: Some(old.id),
        warned: None,
    }
}

fn subject(of: &Line) -> Line {
    let whole: String = format!("{SUBJECT}{of}").chars().take(LINE_MAX).collect();
    // A checked line behind fixed words is one again; the line alone is what remains should that ever not hold.
    Line::parse(&whole).unwrap_or_else(|_| of.clone())
}

/// Who is warned: the unit that registered the meeting, at the mailbox at which it would be invited; without one, or when that very
/// mailbox is one that mail does not reach, the office at its own.
fn organiser(desk: &Desk, dispatch: &Dispatch, waiting: &[Item]) -> Result<Recipient, Fault> {
    let missing = || StoreError::Corrupt(format!("the meeting of dispatch {} is not there", dispatch.id));
    let meeting: Stored<Meeting> = table::find(desk.store(), dispatch.meeting.as_str())?.ok_or_else(missing)?;
    let unit = meeting.value.entry.unit;
    let own = mailbox_of(desk, &unit)?.filter(|(_, address)| waiting.iter().all(|item| item.to != *address));
    let office = &desk.rules().sender;
    let (name, address) = own.unwrap_or_else(|| (office.name.clone(), office.address.clone()));
    Ok(Recipient { n: 1, unit, name, address, after: None, told: false, references: None, dropped: None })
}

fn mailbox_of(desk: &Desk, code: &UnitCode) -> Result<Option<(Line, MailAddress)>, StoreError> {
    let units = Tree::load(desk.store())?;
    let (Some(unit), Some(line)) = (units.get(code), units.line(code)) else { return Ok(None) };
    let mailboxes = mailboxes_of(desk.store(), code)?;
    let mailbox = mailbox_for_invitation(&mailboxes, &line, &desk.rules().policy).ok();
    Ok(mailbox.map(|mailbox| (unit.name.clone(), mailbox.address.clone())))
}

/// How it stands at `now` with the messages of a dispatch of which a warning tells, while those in `claimed` are being sent. What is
/// due then goes before the warning: it may be needless in a moment.
///
/// # Errors
/// The store's.
pub(super) fn told_of(store: &dyn Store, claimed: &ItemIds, now: DateTime<Utc>, dispatch: u64) -> Result<ToldOf, StoreError> {
    let mut range = Range::prefix(&keys::numbered(keys::ITEM, dispatch));
    let mut state = ToldOf::Over;
    loop {
        let page = store.scan(&range, LOOK, Direction::Forward)?;
        for entry in &page.entries {
            // Nobody knows what became of a damaged one.
            let Some(place) = readable(table::decode::<Place>(entry).map(Some))? else { return Ok(ToldOf::Waits) };
            if !place.is_open() {
                continue;
            }
            let in_hand = keys::item_id(keys::ITEM, &entry.key).is_some_and(|id| claimed.contains(&id));
            if !in_hand && !place.is_tried(now) {
                return Ok(ToldOf::Waits);
            }
            state = ToldOf::InHand;
        }
        match page.entries.last() {
            Some(last) if page.more => range.start = [last.key.as_slice(), &[0]].concat(),
            _ => return Ok(state),
        }
    }
}
