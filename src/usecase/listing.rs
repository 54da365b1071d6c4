//! Lists of meetings: whole, and in pages.

use std::rc::Rc;

use chrono::{Days as Span, NaiveDate};

use crate::domain::access::Sight;
use crate::domain::conflict::Conflict;
use crate::domain::meeting::{Entry, LONGEST_DAYS, Meeting, MeetingId};
use crate::domain::order::{MeetingFilter, PAGE_MAX, PageDirection, PageOrder, PageStart};
use crate::domain::text::{Prose, matches};
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;
use crate::usecase::access::Caller;
use crate::usecase::days::{DayWalk, Days, Named};
use crate::usecase::keys::DayIndex;
use crate::usecase::ports::{Direction, Store, StoreError};
use crate::usecase::table::Stored;

/// A meeting with its conflicts.
pub type Listed = (Stored<Meeting>, Vec<Conflict>);

/// Meetings that fit a filter and are there for who asks, by start. Between two days only those days are read, of those that wait in
/// a state only those, and of no more than a page's worth the days up to the last one.
///
/// # Errors
/// The store's.
pub fn list(store: &dyn Store, caller: &Caller, filter: &MeetingFilter) -> Result<Vec<Listed>, StoreError> {
    if let Some(limit) = filter.limit.filter(|limit| *limit <= PAGE_MAX && (filter.from.is_none() || filter.to.is_none())) {
        return first(store, caller, filter, limit);
    }
    let mut days = Days::new(store);
    let waiting = filter.state.filter(|state| state.waits());
    let mut found = match (filter.from, filter.to) {
        // In either order: a meeting of several days can touch both although the last one is named first.
        (Some(from), Some(to)) => days.between(from.min(to), from.max(to))?,
        _ => match waiting {
            Some(state) => days.waiting(state)?,
            None => days.all()?,
        },
    };
    found.retain(|meeting| fits(&meeting.value, caller, filter));
    found.sort_by(|a, b| place(&a.value).cmp(&place(&b.value)));
    found.truncate(filter.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX));
    listed(&mut days, found)
}

/// The first meetings of a list, read as far as they go.
fn first(store: &dyn Store, caller: &Caller, filter: &MeetingFilter, limit: u32) -> Result<Vec<Listed>, StoreError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let order = PageOrder { filter: filter.clone(), from: PageStart::Edge, direction: PageDirection::Forward, limit: PAGE_MAX };
    let mut days = Days::new(store);
    let mut found = along(&mut days, store, caller, &order, limit)?;
    found.truncate(limit);
    listed(&mut days, found)
}

/// Meetings with their conflicts.
///
/// # Errors
/// The store's.
pub fn listed(days: &mut Days, meetings: Vec<Rc<Stored<Meeting>>>) -> Result<Vec<Listed>, StoreError> {
    meetings.into_iter().map(|meeting| days.conflicts(&meeting.value).map(|conflicts| (Stored::clone(&meeting), conflicts))).collect()
}

/// A page of the meetings that fit a filter and are there for who asks, and whether there are more beyond it.
///
/// # Errors
/// The store's.
pub fn page(store: &dyn Store, caller: &Caller, order: &PageOrder) -> Result<(Vec<Listed>, bool), StoreError> {
    let limit = usize::try_from(order.limit.clamp(1, PAGE_MAX)).unwrap_or(1);
    let mut days = Days::new(store);
    let mut found = along(&mut days, store, caller, order, limit + 1)?;
    let more = found.len() > limit;
    found.truncate(limit);
    Ok((listed(&mut days, found)?, more))
}

/// The meetings of a page in its order, day by day, until there are enough of them; those of the last day are all there.
fn along(
    days: &mut Days,
    store: &dyn Store,
    caller: &Caller,
    order: &PageOrder,
    enough: usize,
) -> Result<Vec<Rc<Stored<Meeting>>>, StoreError> {
    let mut walk = walk(store, order);
    let mut found = Vec::new();
    while found.len() < enough
        && let Some((day, named)) = walk.next()?
    {
        days.tidy();
        // A meeting of several days stands where it starts.
        let mut starting = Vec::new();
        for Named { id, .. } in &named {
            let meeting = days.read(id)?;
            if meeting.value.entry.start.day() == day && is_beyond(&meeting.value, order) && fits(&meeting.value, caller, &order.filter) {
                starting.push(meeting);
            }
        }
        starting.sort_by(|a, b| match order.direction {
            PageDirection::Forward => place(&a.value).cmp(&place(&b.value)),
            PageDirection::Backward => place(&b.value).cmp(&place(&a.value)),
        });
        found.extend(starting);
    }
    Ok(found)
}

/// The days on which the meetings of a page can start.
fn walk<'a>(store: &'a dyn Store, order: &PageOrder) -> DayWalk<'a> {
    let longest = Span::new(LONGEST_DAYS.unsigned_abs() + 1);
    let first = order.filter.from.and_then(|from| from.checked_sub_days(longest)).unwrap_or(NaiveDate::MIN);
    let last = order.filter.to.unwrap_or(NaiveDate::MAX);
    let (first, last) = match (&order.from, order.direction) {
        (PageStart::Edge, _) => (first, last),
        (PageStart::Day(day), PageDirection::Forward) => (first.max(*day), last),
        (PageStart::Day(day), PageDirection::Backward) => (first, last.min(day.pred_opt().unwrap_or(NaiveDate::MIN))),
        (PageStart::Beyond { start, .. }, PageDirection::Forward) => (first.max(start.day()), last),
        (PageStart::Beyond { start, .. }, PageDirection::Backward) => (first, last.min(start.day())),
    };
    let direction = match order.direction {
        PageDirection::Forward => Direction::Forward,
        PageDirection::Backward => Direction::Backward,
    };
    let waiting = order.filter.state.filter(|state| state.waits());
    DayWalk::new(store, waiting.map_or(DayIndex::All, DayIndex::Waiting), first, last, direction)
}

fn is_beyond(meeting: &Meeting, order: &PageOrder) -> bool {
    match (&order.from, order.direction) {
        (PageStart::Beyond { start, id }, PageDirection::Forward) => place(meeting) > (*start, id),
        (PageStart::Beyond { start, id }, PageDirection::Backward) => place(meeting) < (*start, id),
        (PageStart::Edge | PageStart::Day(_), _) => true,
    }
}

/// A meeting's place in every list.
fn place(meeting: &Meeting) -> (WallTime, &MeetingId) {
    (meeting.entry.start, &meeting.id)
}

fn fits(meeting: &Meeting, caller: &Caller, filter: &MeetingFilter) -> bool {
    let entry = &meeting.entry;
    caller.knows(meeting)
        && filter.from.is_none_or(|from| entry.days().any(|day| day >= from))
        && filter.to.is_none_or(|to| entry.start.day() <= to)
        && filter.state.is_none_or(|state| meeting.state == state)
        && filter.unit.as_ref().is_none_or(|unit| concerns(entry, unit))
        && filter.search.as_ref().is_none_or(|words| matches(words.as_str(), &searched(meeting, caller.sees(meeting))))
}

/// Whether a unit registers, prepares or is invited.
#[must_use]
pub fn concerns(entry: &Entry, unit: &UnitCode) -> bool {
    entry.unit == *unit || entry.invited.contains(unit) || entry.prepared_by.contains(unit)
}

/// The words by which a meeting is found by who sees so much of it: by words that he does not see nothing is found.
#[must_use]
pub fn searched(meeting: &Meeting, sight: Sight) -> String {
    let entry = &meeting.entry;
    let number = meeting.issue.as_ref().map_or("", |issue| issue.number.as_str());
    let content = entry.content.as_ref().filter(|_| sight == Sight::Everything).map_or("", Prose::as_str);
    [meeting.id.as_str(), number, entry.title.as_str(), entry.place.as_str(), entry.chair.as_str(), content].join(" ")
}
