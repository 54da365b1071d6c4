//! Meetings by the days they touch: read through the index of days, each meeting once however often it is needed. Those that are
//! in nobody's way are told by the index alone.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use chrono::NaiveDate;

use crate::domain::conflict::{Conflict, conflicts};
use crate::domain::glance::Glance;
use crate::domain::meeting::{Meeting, MeetingId, MeetingState};
use crate::usecase::glance;
use crate::usecase::keys::{self, DayIndex};
use crate::usecase::ports::{Direction, Entry, Range, Store, StoreError};
use crate::usecase::table::{self, Stored};

/// How many keys of the index are read at once.
const PAGE: usize = 256;
/// More meetings than these are not kept for the next question: a walk through years must not gather them all.
const KEPT_MAX: usize = 4096;

/// A meeting of a day, as the index has it.
type Seen = (MeetingId, Glance);

/// What was read so far, for one answer.
pub struct Days<'a> {
    store: &'a dyn Store,
    meetings: HashMap<MeetingId, Rc<Stored<Meeting>>>,
    by_day: HashMap<NaiveDate, Rc<[Seen]>>,
    /// Every meeting has been read: a day that is not known has none.
    complete: bool,
}

impl<'a> Days<'a> {
    /// Nothing read yet.
    #[must_use]
    pub fn new(store: &'a dyn Store) -> Self {
        Self { store, meetings: HashMap::new(), by_day: HashMap::new(), complete: false }
    }

    /// One meeting.
    ///
    /// # Errors
    /// The store's; [`StoreError::Corrupt`] when the index named one that is not there.
    pub fn read(&mut self, id: &MeetingId) -> Result<Rc<Stored<Meeting>>, StoreError> {
        if let Some(known) = self.meetings.get(id) {
            return Ok(known.clone());
        }
        let stored = Rc::new(table::find(self.store, id.as_str())?.ok_or_else(|| not_there(id))?);
        self.meetings.insert(id.clone(), stored.clone());
        Ok(stored)
    }

    /// The meetings that touch a day.
    fn on(&mut self, day: NaiveDate) -> Result<Rc<[Seen]>, StoreError> {
        if let Some(known) = self.by_day.get(&day) {
            return Ok(known.clone());
        }
        if self.complete {
            return Ok(Rc::default());
        }
        let seen = self.seen(keys::days(DayIndex::All, day, day))?;
        self.by_day.insert(day, seen.clone());
        Ok(seen)
    }

    /// The meetings that a range of one day names.
    fn seen(&self, of_day: Range) -> Result<Rc<[Seen]>, StoreError> {
        let mut walk = DayWalk::over(self.store, DayIndex::All, of_day, Direction::Forward);
        seen(walk.next()?.map(|(_, named)| named).unwrap_or_default())
    }

    /// The meetings that touch any day from `from` to `to`, each once.
    ///
    /// # Errors
    /// The store's.
    pub fn between(&mut self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Rc<Stored<Meeting>>>, StoreError> {
        let mut walk = DayWalk::new(self.store, DayIndex::All, from, to, Direction::Forward);
        let mut found = HashMap::new();
        while let Some((day, named)) = walk.next()? {
            for Named { id, .. } in &named {
                found.insert(id.clone(), self.read(id)?);
            }
            self.by_day.insert(day, seen(named)?);
        }
        Ok(found.into_values().collect())
    }

    /// The meetings that wait in a state, each once.
    ///
    /// # Errors
    /// The store's.
    pub fn waiting(&mut self, state: MeetingState) -> Result<Vec<Rc<Stored<Meeting>>>, StoreError> {
        let mut walk = DayWalk::new(self.store, DayIndex::Waiting(state), NaiveDate::MIN, NaiveDate::MAX, Direction::Forward);
        let mut found = Vec::new();
        while let Some((_, named)) = walk.next()? {
            for Named { id, .. } in &named {
                found.push(self.read(id)?);
            }
        }
        Ok(found)
    }

    /// All meetings, read in one go.
    ///
    /// # Errors
    /// The store's.
    pub fn all(&mut self) -> Result<Vec<Rc<Stored<Meeting>>>, StoreError> {
        let mut days: HashMap<NaiveDate, Vec<Seen>> = HashMap::new();
        let all: Vec<Rc<Stored<Meeting>>> = table::all::<Meeting>(self.store)?.into_iter().map(Rc::new).collect();
        for meeting in &all {
            let glance = Glance::of(&meeting.value);
            for day in meeting.value.entry.days() {
                days.entry(day).or_default().push((meeting.value.id.clone(), glance.clone()));
            }
            self.meetings.insert(meeting.value.id.clone(), meeting.clone());
        }
        self.by_day = days.into_iter().map(|(day, seen)| (day, seen.into())).collect();
        self.complete = true;
        Ok(all)
    }

    /// Conflicts of a meeting, as they are now. What its days hold is kept for the next one's.
    ///
    /// # Errors
    /// The store's.
    pub fn conflicts(&mut self, meeting: &Meeting) -> Result<Vec<Conflict>, StoreError> {
        self.clashes(meeting, Self::on)
    }

    /// Conflicts of one meeting and no other: of its days no more is read than begins before it is over.
    ///
    /// # Errors
    /// The store's.
    pub fn conflicts_alone(mut self, meeting: &Meeting) -> Result<Vec<Conflict>, StoreError> {
        let until = meeting.entry.until();
        self.clashes(meeting, |days, day| days.seen(keys::begun(day, until)))
    }

    fn clashes(
        &mut self,
        meeting: &Meeting,
        mut on: impl FnMut(&mut Self, NaiveDate) -> Result<Rc<[Seen]>, StoreError>,
    ) -> Result<Vec<Conflict>, StoreError> {
        if !meeting.state.claims_time() && meeting.state != MeetingState::Draft {
            return Ok(Vec::new());
        }
        let mine = Glance::of(meeting);
        let mut others: HashMap<MeetingId, Rc<Stored<Meeting>>> = HashMap::new();
        for day in meeting.entry.days() {
            for (id, glance) in on(self, day)?.iter() {
                if *id != meeting.id && glance.may_clash(&mine) {
                    others.insert(id.clone(), self.read(id)?);
                }
            }
        }
        Ok(conflicts(Some(&meeting.id), &meeting.entry, others.values().map(|other| &other.value)))
    }

    /// Lets go of what was read, when it has become too much.
    pub fn tidy(&mut self) {
        if self.meetings.len() > KEPT_MAX && !self.complete {
            self.meetings.clear();
            self.by_day.clear();
        }
    }
}

fn not_there(id: &MeetingId) -> StoreError {
    StoreError::Corrupt(format!("the index of days names {id}, which is not there"))
}

/// What the entries of the index of all meetings tell.
fn seen(named: Vec<Named>) -> Result<Rc<[Seen]>, StoreError> {
    named.into_iter().map(|Named { id, entry }| Ok((id, glance::decode(&entry)?))).collect()
}

/// A meeting that an index of days names, and the entry that does.
pub struct Named {
    /// The meeting.
    pub id: MeetingId,
    entry: Entry,
}

/// A walk through an index of days.
pub struct DayWalk<'a> {
    store: &'a dyn Store,
    index: DayIndex,
    range: Range,
    direction: Direction,
    ahead: VecDeque<(NaiveDate, Named)>,
    more: bool,
}

impl<'a> DayWalk<'a> {
    /// From `from` to `to`; backward from `to` to `from`.
    #[must_use]
    pub fn new(store: &'a dyn Store, index: DayIndex, from: NaiveDate, to: NaiveDate, direction: Direction) -> Self {
        Self { more: from <= to, ..Self::over(store, index, keys::days(index, from, to), direction) }
    }

    fn over(store: &'a dyn Store, index: DayIndex, range: Range, direction: Direction) -> Self {
        Self { store, index, range, direction, ahead: VecDeque::new(), more: true }
    }

    /// The next day that has any meeting in the index, with those meetings.
    ///
    /// # Errors
    /// The store's; [`StoreError::Corrupt`] for a key that names no day or no meeting.
    #[allow(clippy::should_implement_trait, reason = "it can fail, and whoever walks wants to stop then")]
    pub fn next(&mut self) -> Result<Option<(NaiveDate, Vec<Named>)>, StoreError> {
        let mut all = Vec::new();
        let mut of = None;
        loop {
            while let Some((day, named)) = self.ahead.pop_front_if(|(day, _)| of.is_none_or(|of| of == *day)) {
                of = Some(day);
                all.push(named);
            }
            if !self.ahead.is_empty() || !self.more {
                return Ok(of.map(|day| (day, all)));
            }
            self.read_on()?;
        }
    }

    fn read_on(&mut self) -> Result<(), StoreError> {
        let page = self.store.scan(&self.range, PAGE, self.direction)?;
        self.more = page.more;
        match (page.entries.last(), self.direction) {
            (Some(last), Direction::Forward) => self.range.start = [last.key.as_slice(), &[0]].concat(),
            (Some(last), Direction::Backward) => self.range.end = Some(last.key.clone()),
            (None, _) => self.more = false,
        }
        for entry in page.entries {
            let named = self.index.entry(&entry.key);
            let (day, id) = named.ok_or_else(|| StoreError::Corrupt(format!("index {}", entry.key.escape_ascii())))?;
            self.ahead.push_back((day, Named { id, entry }));
        }
        Ok(())
    }
}
