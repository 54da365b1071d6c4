//! The list of meetings: all of them by start, in pages, with search and filters.

mod view;

use chrono::{DateTime, Duration, Utc};

use crate::domain::meeting::{MeetingId, MeetingState};
use crate::domain::order::MeetingFilter;
use crate::domain::text::Line;
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;
use crate::tui::pane::Cursor;
use crate::wire::reply::{MeetingPage, MeetingView};
use crate::wire::request::{PAGE_MAX, PageDirection, PageOrder, PageStart, Request};

pub use view::{draw, told};

/// Meetings loaded at once.
const PAGE: u32 = 100;
/// So near to an end of what is loaded, more is loaded.
const NEAR: usize = 30;
/// The list begins so many days back; what is earlier is loaded when somebody goes there.
const BACK_DAYS: i64 = 7;

/// The meetings pane.
#[derive(Debug, Default)]
pub struct Meetings {
    /// The meetings that are loaded, by start.
    pub list: Vec<MeetingView>,
    /// Whether a first page has come.
    pub loaded: bool,
    /// The selected meeting.
    pub cursor: Cursor,
    /// Only those in this state.
    pub state: Option<MeetingState>,
    /// Only those that concern this unit.
    pub unit: Option<UnitCode>,
    /// Only those whose words match.
    pub search: String,
    /// Whether there are earlier ones than the first loaded (later ones than the last).
    earlier: bool,
    later: bool,
    /// A meeting to select when it is loaded.
    wanted: Option<MeetingId>,
    further: Further,
}

/// A further page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Further {
    /// None was asked for.
    #[default]
    None,
    /// It is on its way, which goes so.
    Asked(PageDirection),
    /// It did not come. It is not asked for again by itself: what failed may fail at once again.
    Failed,
}

impl Meetings {
    /// Whether anything is filtered out.
    #[must_use]
    pub fn filtered(&self) -> bool {
        self.state.is_some() || self.unit.is_some() || !self.search.trim().is_empty()
    }

    fn filter(&self) -> MeetingFilter {
        let search = Line::parse(&self.search).ok();
        MeetingFilter { unit: self.unit.clone(), state: self.state, search, ..MeetingFilter::default() }
    }

    fn page(&self, from: PageStart, direction: PageDirection, limit: u32) -> Request {
        Request::MeetingPage(PageOrder { filter: self.filter(), from, direction, limit })
    }

    /// What loads the list anew: what is loaded already, or its beginning.
    #[must_use]
    pub fn request(&self, now: DateTime<Utc>) -> Request {
        let start = WallTime::at(now).day() - Duration::days(BACK_DAYS);
        let kept = self.list.first().filter(|_| self.loaded).map(|first| first.start.day());
        let from = match kept {
            Some(day) => PageStart::Day(day.min(start)),
            // A search looks everywhere.
            None if self.search.trim().is_empty() => PageStart::Day(start),
            None => PageStart::Edge,
        };
        let loaded = u32::try_from(self.list.len()).unwrap_or(PAGE_MAX).saturating_add(1);
        self.page(from, PageDirection::Forward, loaded.clamp(PAGE, PAGE_MAX))
    }

    /// What loads more, when the selection is near an end of what is loaded.
    #[must_use]
    pub fn more(&mut self) -> Option<Request> {
        if !self.loaded || self.further != Further::None {
            return None;
        }
        let beyond = |meeting: &MeetingView| PageStart::Beyond { start: meeting.start, id: meeting.id.clone() };
        if self.later && self.cursor.at + NEAR >= self.list.len() {
            let from = self.list.last().map_or(PageStart::Edge, beyond);
            self.further = Further::Asked(PageDirection::Forward);
            return Some(self.page(from, PageDirection::Forward, PAGE));
        }
        if self.earlier && self.cursor.at < NEAR {
            let from = self.list.first().map(beyond)?;
            self.further = Further::Asked(PageDirection::Backward);
            return Some(self.page(from, PageDirection::Backward, PAGE));
        }
        None
    }

    /// Takes the list anew. The selection stays with its meeting; at first it is the next meeting from now.
    pub fn load(&mut self, page: MeetingPage, now: DateTime<Utc>) {
        let selected = self.selected().map(|meeting| meeting.id.clone());
        let first = !self.loaded;
        // Whether there are earlier ones shows when somebody goes there.
        self.earlier = self.earlier || first && self.search.trim().is_empty();
        (self.list, self.later, self.loaded, self.further) = (page.meetings, page.more, true, Further::None);
        let at_hand = self.wanted.is_none() && !first;
        let wanted = self.wanted.take_if(|wanted| self.list.iter().any(|meeting| meeting.id == *wanted));
        let now = WallTime::at(now);
        let found = wanted.or(selected).and_then(|id| self.list.iter().position(|meeting| meeting.id == id));
        let next = || self.list.iter().position(|meeting| meeting.start >= now).unwrap_or(usize::MAX);
        // In the same list a meeting that is gone leaves its place to its neighbour.
        let at = found.unwrap_or_else(|| if first { next() } else { self.cursor.at });
        let at = at.min(self.list.len().saturating_sub(1));
        if at_hand {
            self.cursor.move_to(at);
        } else {
            self.cursor.at = at;
        }
    }

    /// Takes a further page.
    pub fn load_more(&mut self, page: MeetingPage) {
        match std::mem::take(&mut self.further) {
            Further::Asked(PageDirection::Forward) => {
                self.later = page.more;
                self.list.extend(page.meetings);
            }
            Further::Asked(PageDirection::Backward) => {
                self.earlier = page.more;
                let count = page.meetings.len();
                self.list.splice(0..0, page.meetings.into_iter().rev());
                // What is on the screen stays where it is.
                self.cursor.at += count;
                self.cursor.top += count;
            }
            // Something else is shown meanwhile.
            other => self.further = other,
        }
    }

    /// A further page did not come.
    pub fn more_failed(&mut self) {
        if matches!(self.further, Further::Asked(_)) {
            self.further = Further::Failed;
        }
    }

    /// Moves the selection. Who comes to an end of what is loaded tries again what failed.
    pub fn step(&mut self, by: isize) {
        self.cursor.step(by, self.list.len());
        let end = if by > 0 { self.list.len().saturating_sub(1) } else { 0 };
        if self.further == Further::Failed && self.cursor.at == end {
            self.further = Further::None;
        }
    }

    /// Forgets what is loaded, because something else is filtered for now.
    fn anew(&mut self) {
        // What is on the screen stays until the answer is there.
        (self.loaded, self.earlier, self.later, self.further) = (false, false, false, Further::None);
    }

    /// Shows only meetings that match.
    pub fn search(&mut self, text: &str) {
        text.clone_into(&mut self.search);
        self.anew();
    }

    /// Steps to the next state to show alone.
    pub fn filter_next(&mut self) {
        let next = match self.state {
            None => MeetingState::ALL.first().copied(),
            Some(state) => {
                let at = MeetingState::ALL.iter().position(|one| *one == state).unwrap_or(0);
                MeetingState::ALL.get(at + 1).copied()
            }
        };
        self.state = next;
        self.anew();
    }

    /// Shows only what concerns a unit.
    pub fn only(&mut self, unit: UnitCode) {
        (self.state, self.unit) = (None, Some(unit));
        self.search.clear();
        self.anew();
    }

    /// Shows all meetings again.
    pub fn clear(&mut self) {
        self.wanted = self.selected().map(|meeting| meeting.id.clone());
        (self.state, self.unit) = (None, None);
        self.search.clear();
        self.anew();
    }

    /// Selects a meeting, now or when it is loaded.
    pub fn find(&mut self, id: &MeetingId) {
        match self.list.iter().position(|meeting| meeting.id == *id) {
            Some(at) => self.cursor.at = at,
            None => self.wanted = Some(id.clone()),
        }
    }

    /// The selected meeting.
    #[must_use]
    pub fn selected(&self) -> Option<&MeetingView> {
        self.list.get(self.cursor.at)
    }
}

#[cfg(test)]
mod tests;
