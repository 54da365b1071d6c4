//! The week: days with their mornings and afternoons, and what is held in them, in every state.

mod view;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::meeting::{MeetingId, days};
use crate::domain::order::MeetingFilter;
use crate::domain::time::{IsoWeek, Session, WallTime};
use crate::tui::pane::Cursor;
use crate::wire::reply::MeetingView;
use crate::wire::request::Request;

pub use view::{draw, told};

/// A line of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A day's heading.
    Day {
        /// The day.
        day: NaiveDate,
        /// Whether nothing is held on it.
        empty: bool,
    },
    /// A meeting on a day.
    Meeting {
        /// Which of the meetings.
        index: usize,
        /// The day; a meeting of several days stands on each.
        day: NaiveDate,
        /// The part of the day, on the first meeting of it.
        session: Option<Session>,
    },
}

/// The week pane.
#[derive(Debug)]
pub struct Week {
    /// The week that is wanted.
    pub week: IsoWeek,
    /// The week that `meetings` are of; `None` before the first answer.
    pub shown: Option<IsoWeek>,
    /// Its meetings, by start.
    pub meetings: Vec<MeetingView>,
    /// What is drawn.
    pub rows: Vec<Row>,
    /// The selected row.
    pub cursor: Cursor,
    /// A meeting to select when the week is loaded.
    wanted: Option<MeetingId>,
}

impl Week {
    /// The week of an instant, not loaded yet.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        let week = IsoWeek::of(WallTime::at(now).day());
        Self { week, shown: None, meetings: Vec::new(), rows: Vec::new(), cursor: Cursor::default(), wanted: None }
    }

    /// What loads it.
    #[must_use]
    pub fn request(&self) -> Request {
        let (from, to) = (Some(self.week.monday()), Some(self.week.sunday()));
        Request::MeetingList(MeetingFilter { from, to, ..MeetingFilter::default() })
    }

    /// Turns to another week.
    pub fn turn(&mut self, week: IsoWeek) {
        self.week = week;
        self.wanted = None;
    }

    /// Goes to where the selection is at the start; where the week is not the present one, once that is there.
    pub fn home(&mut self, now: DateTime<Utc>) {
        if self.shown == Some(IsoWeek::of(WallTime::at(now).day())) {
            self.cursor.at = self.start_row(now);
        }
    }

    /// Turns to the week of a meeting and selects it once it is there.
    pub fn find(&mut self, id: &MeetingId, start: WallTime) {
        self.week = IsoWeek::of(start.day());
        self.wanted = Some(id.clone());
        self.select_wanted();
    }

    /// Takes the meetings of the week that was wanted. In the same week the selection stays with its meeting.
    pub fn load(&mut self, meetings: Vec<MeetingView>, now: DateTime<Utc>) {
        let before = self.selected_place();
        let same = self.shown == Some(self.week);
        self.meetings = meetings;
        self.shown = Some(self.week);
        self.rows = rows(self.week, &self.meetings);
        if self.select_wanted() {
            return;
        }
        match before.filter(|_| same) {
            Some((id, day)) => self.keep(&id, day),
            None => self.cursor = Cursor { at: self.start_row(now), top: 0 },
        }
    }

    fn select_wanted(&mut self) -> bool {
        let Some(id) = self.wanted.as_ref().filter(|_| self.shown == Some(self.week)) else { return false };
        let found = self.rows.iter().position(|row| self.row_id(row) == Some(id));
        if let Some(at) = found {
            self.cursor.at = at;
            self.wanted = None;
        }
        found.is_some()
    }

    /// The selected meeting and day again, else whatever stands where it stood.
    fn keep(&mut self, id: &MeetingId, day: NaiveDate) {
        let on_day = |row: &Row| matches!(row, Row::Meeting { day: on, .. } if *on == day);
        let same = |row: &&Row| self.row_id(row) == Some(id);
        let rows = || self.rows.iter().enumerate().filter(|(_, row)| same(row));
        let found = rows().find(|(_, row)| on_day(row)).or_else(|| rows().next()).map(|(at, _)| at);
        self.cursor.move_to(found.unwrap_or_else(|| self.nearest(self.cursor.at)));
    }

    /// The row of a meeting nearest to a row that may be none.
    fn nearest(&self, at: usize) -> usize {
        let meeting = |n: &usize| matches!(self.rows.get(*n), Some(Row::Meeting { .. }));
        (at..self.rows.len()).find(meeting).or_else(|| (0..at.min(self.rows.len())).rev().find(meeting)).unwrap_or(0)
    }

    /// Where the selection is at the start: the next meeting of today, else the next one of the week, else the first.
    fn start_row(&self, now: DateTime<Utc>) -> usize {
        let now = WallTime::at(now);
        let next = |of_today: bool| {
            self.rows.iter().position(|row| match row {
                Row::Meeting { index, .. } => {
                    self.meetings.get(*index).is_some_and(|meeting| meeting.start >= now && (!of_today || meeting.start.day() == now.day()))
                }
                Row::Day { .. } => false,
            })
        };
        next(true).or_else(|| next(false)).unwrap_or_else(|| self.nearest(0))
    }

    fn row_id(&self, row: &Row) -> Option<&MeetingId> {
        match row {
            Row::Meeting { index, .. } => self.meetings.get(*index).map(|meeting| &meeting.id),
            Row::Day { .. } => None,
        }
    }

    fn selected_place(&self) -> Option<(MeetingId, NaiveDate)> {
        match self.rows.get(self.cursor.at)? {
            row @ Row::Meeting { day, .. } => self.row_id(row).map(|id| (id.clone(), *day)),
            Row::Day { .. } => None,
        }
    }

    /// The selected meeting.
    #[must_use]
    pub fn selected(&self) -> Option<&MeetingView> {
        match self.rows.get(self.cursor.at)? {
            Row::Meeting { index, .. } => self.meetings.get(*index),
            Row::Day { .. } => None,
        }
    }

    /// The day on which the selection stands; without a meeting, the first day shown.
    #[must_use]
    pub fn selected_day(&self) -> Option<NaiveDate> {
        self.rows.get(self.cursor.at).map(|row| match row {
            Row::Day { day, .. } | Row::Meeting { day, .. } => *day,
        })
    }

    /// Moves the selection by so many meetings; headings are passed over.
    pub fn step(&mut self, by: isize) {
        let meetings: Vec<usize> = (0..self.rows.len()).filter(|n| matches!(self.rows.get(*n), Some(Row::Meeting { .. }))).collect();
        let Some(last) = meetings.len().checked_sub(1) else { return };
        let present = meetings.iter().position(|n| *n >= self.cursor.at).unwrap_or(last);
        if let Some(row) = meetings.get(present.saturating_add_signed(by).min(last)) {
            self.cursor.at = *row;
        }
    }

    /// Moves to the first meeting of the next day that has one (`1`), or of the one before (`-1`).
    pub fn step_day(&mut self, by: isize) {
        let Some((_, today)) = self.selected_place() else { return self.step(by) };
        let other = |row: &Row| match row {
            Row::Meeting { day, .. } if by > 0 && *day > today || by < 0 && *day < today => Some(*day),
            _ => None,
        };
        let days = self.rows.iter().filter_map(other);
        let Some(target) = (if by > 0 { days.min() } else { days.max() }) else { return };
        if let Some(at) = self.rows.iter().position(|row| matches!(row, Row::Meeting { day, .. } if *day == target)) {
            self.cursor.at = at;
        }
    }

    /// Keeps the selection on the screen; the heading of its day too, where it is not far. A heading right beside the top row is
    /// the top row itself, where it can be: so no meeting is covered by the heading of its day.
    pub fn settle(&mut self, height: usize) {
        self.cursor.settle(self.rows.len(), height);
        let heading = (0..=self.cursor.at).rev().find(|n| self.is_heading(*n));
        if let Some(heading) = heading.filter(|heading| *heading < self.cursor.top && 2 * (self.cursor.at - heading) < height) {
            self.cursor.top = heading;
        }
        let top = self.cursor.top;
        if !self.is_heading(top) {
            let (above, next) = (top.saturating_sub(1), top + 1);
            // The last meeting of a day needs a row above it that the heading of its day can stand in.
            let covered = self.is_heading(next).then_some(above);
            let mut better = [above, next].into_iter().filter(|row| self.is_heading(*row)).chain(covered);
            self.cursor.top = better.find(|row| self.cursor.may_begin_at(*row, self.rows.len(), height)).unwrap_or(top);
        }
    }

    fn is_heading(&self, row: usize) -> bool {
        matches!(self.rows.get(row), Some(Row::Day { .. }))
    }

    /// The rows from the top of the screen on. Where the heading of the first one has scrolled away it stands in its place, and
    /// the next meeting names its part of the day: whoever looks always knows on which day he is.
    pub fn shown_rows(&self) -> impl Iterator<Item = Row> {
        let top = self.cursor.top;
        let covered = match self.rows.get(top) {
            // A heading alone would say that nothing is held on its day.
            Some(Row::Meeting { day, .. }) if top < self.cursor.at && !self.is_heading(top + 1) => Some(*day),
            _ => None,
        };
        self.rows.iter().enumerate().skip(top).map(move |(n, row)| match (covered, *row) {
            (Some(day), _) if n == top => Row::Day { day, empty: false },
            (Some(_), Row::Meeting { index, day, .. }) if n == top + 1 => {
                Row::Meeting { index, day, session: self.meetings.get(index).map(|meeting| session_on(meeting, day)) }
            }
            (_, row) => row,
        })
    }
}

/// The lines of a week: a heading for each day, below it what is held on it, by the hour.
fn rows(week: IsoWeek, meetings: &[MeetingView]) -> Vec<Row> {
    let mut rows = Vec::new();
    for day in week.days() {
        let on_day: Vec<usize> = (0..meetings.len())
            .filter(|n| meetings.get(*n).is_some_and(|meeting| days(meeting.start, meeting.end).any(|on| on == day)))
            .collect();
        rows.push(Row::Day { day, empty: on_day.is_empty() });
        let mut last = None;
        for index in on_day {
            let session = meetings.get(index).map(|meeting| session_on(meeting, day));
            rows.push(Row::Meeting { index, day, session: session.filter(|session| last.replace(*session) != Some(*session)) });
        }
    }
    rows
}

/// The part of the day in which a meeting begins; on its later days the morning.
fn session_on(meeting: &MeetingView, day: NaiveDate) -> Session {
    if meeting.start.day() == day { meeting.start.session() } else { Session::Morning }
}

#[cfg(test)]
mod tests;
