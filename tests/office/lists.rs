//! Lists that read the index of days against those that read everything, and pages against the list they are cut from.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Datelike, Duration, NaiveDate};
use lichhop::domain::conflict::conflicts;
use lichhop::domain::meeting::{Entry, Meeting, MeetingId, MeetingState};
use lichhop::domain::order::{EntryChanges, MeetingFilter, PageDirection, PageOrder, PageStart};
use lichhop::domain::time::WallTime;
use lichhop::store::MemoryStore;
use lichhop::usecase::keys::{self, DayIndex};
use lichhop::usecase::listing::{Listed, list, page};
use lichhop::usecase::ports::{Changes, Commit, Direction, Entry as StoreEntry, Operation, Outcome, Page, Range, Rev, Store, StoreError};
use lichhop::usecase::{meeting, table};
use proptest::prelude::*;

use super::{Bench, code, entry, everything, line, prose};

/// A meeting to be made: start and length in hours from 1 May 2016, place, chair, what is done with it, who is invited.
type Made = (i64, Option<i64>, u8, u8, u8, bool);

fn at(hours: i64) -> WallTime {
    let start = WallTime::parse("2016-05-01 00:00", DateTime::UNIX_EPOCH).unwrap().naive() + Duration::hours(hours);
    WallTime::new(start.date(), start.time())
}

fn make(bench: &mut Bench, (start, length, place, chair, state, other): Made) {
    let entry = Entry {
        start: at(start),
        end: length.map(|length| at(start + length)),
        place: line(&format!("Phòng {place}")),
        chair: line(&format!("Thứ trưởng {chair}")),
        title: line(if chair == 0 { "Họp tổng kết" } else { "Họp giao ban" }),
        ..entry(&[if other { "VPC" } else { "CDA" }])
    };
    let id = meeting::add(&mut bench.desk, "lan", &entry, state > 0).unwrap().meeting.value.id;
    let reason = prose("đã thống nhất");
    match state {
        0 | 1 => {}
        2 => drop(meeting::approve(&mut bench.desk, "minh", &id, Some(&reason)).unwrap()),
        3 => drop(meeting::reject(&mut bench.desk, "minh", &id, &reason).unwrap()),
        _ => drop(meeting::cancel(&mut bench.desk, "minh", &id, &reason).unwrap()),
    }
}

fn made() -> impl Strategy<Value = Made> {
    // Many in the same days and places, some of several days, one or another of a whole month.
    (0i64..240, prop::option::of(prop_oneof![4 => 1i64..10, 2 => 10i64..90, 1 => 300i64..744]), 0u8..3, 0u8..3, 0u8..5, any::<bool>())
}

fn filter() -> impl Strategy<Value = MeetingFilter> {
    let day = || prop::option::of((-40i64..50).prop_map(|days| at(24 * days).day()));
    let state = prop::option::of(prop::sample::select(MeetingState::ALL.to_vec()));
    (day(), day(), prop::option::of(Just(code("VPC"))), state, prop::option::of(Just(line("tong ket"))), prop::option::of(0u32..9))
        .prop_map(|(from, to, unit, state, search, limit)| MeetingFilter { from, to, unit, state, search, limit })
}

/// What the filter means, said once more without any index.
fn slowly(bench: &Bench, filter: &MeetingFilter) -> Vec<Listed> {
    let without_days = MeetingFilter { from: None, to: None, limit: None, ..filter.clone() };
    let mut all = list(bench.desk.store(), &everything(), &without_days).unwrap();
    let others = table::all::<Meeting>(bench.desk.store()).unwrap();
    for (meeting, found) in &mut all {
        let (state, entry) = (meeting.value.state, &meeting.value.entry);
        let counts = state.claims_time() || state == MeetingState::Draft;
        let all = others.iter().filter(|_| counts).map(|other| &other.value);
        *found = conflicts(Some(&meeting.value.id), entry, all);
    }
    all.retain(|(meeting, _)| {
        let entry = &meeting.value.entry;
        filter.from.is_none_or(|from| entry.days().any(|day| day >= from)) && filter.to.is_none_or(|to| entry.days().any(|day| day <= to))
    });
    all.truncate(filter.limit.map_or(usize::MAX, |limit| limit as usize));
    all
}

/// Turns the pages from a start to the end.
fn turned(bench: &Bench, filter: &MeetingFilter, from: PageStart, direction: PageDirection, limit: u32) -> Vec<Listed> {
    let mut all = Vec::new();
    let mut order = PageOrder { filter: filter.clone(), from, direction, limit };
    loop {
        let (meetings, more) = page(bench.desk.store(), &everything(), &order).unwrap();
        assert!(!meetings.is_empty() || !more, "a page that leads nowhere");
        assert!(all.len() < 100, "the same pages again and again");
        assert!(meetings.len() <= limit as usize && (!more || meetings.len() == limit as usize));
        let last = meetings.last().map(|(meeting, _)| (meeting.value.entry.start, meeting.value.id.clone()));
        all.extend(meetings);
        match last {
            Some((start, id)) if more => order.from = PageStart::Beyond { start, id },
            _ => return all,
        }
    }
}

fn ids(listed: &[Listed]) -> Vec<MeetingId> {
    listed.iter().map(|(meeting, _)| meeting.value.id.clone()).collect()
}

fn office(meetings: Vec<Made>) -> Bench {
    let mut bench = Bench::new();
    for made in meetings {
        make(&mut bench, made);
    }
    bench
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_list_between_days_is_the_list_of_everything_cut_there(meetings in prop::collection::vec(made(), 0..24), filters in prop::collection::vec(filter(), 8)) {
        let bench = office(meetings);
        for filter in filters {
            prop_assert_eq!(list(bench.desk.store(), &everything(), &filter).unwrap(), slowly(&bench, &filter));
        }
        // Alone a meeting is in the way of the same ones.
        for (meeting, found) in slowly(&bench, &MeetingFilter::default()) {
            prop_assert_eq!(meeting::conflicts_of(bench.desk.store(), &meeting.value).unwrap(), found);
        }
    }

    #[test]
    fn pages_put_together_are_the_list(
        meetings in prop::collection::vec(made(), 0..24),
        filter in filter(),
        limit in 1u32..9,
        day in -5i64..15,
    ) {
        let (bench, filter) = (office(meetings), MeetingFilter { limit: None, ..filter });
        let whole = slowly(&bench, &filter);
        let mut backward = turned(&bench, &filter, PageStart::Edge, PageDirection::Backward, limit);
        backward.reverse();
        prop_assert_eq!(&turned(&bench, &filter, PageStart::Edge, PageDirection::Forward, limit), &whole);
        prop_assert_eq!(&backward, &whole);
        // Both ways from a day: nothing twice and nothing between them.
        let day = PageStart::Day(at(24 * day).day());
        let mut before = ids(&turned(&bench, &filter, day.clone(), PageDirection::Backward, limit));
        before.reverse();
        before.extend(ids(&turned(&bench, &filter, day, PageDirection::Forward, limit)));
        prop_assert_eq!(before, ids(&whole));
    }
}

/// A store that counts the meetings that are read from it.
struct Watched {
    inner: Arc<MemoryStore>,
    meetings: AtomicUsize,
}

impl Watched {
    fn count<'a>(&self, entries: impl IntoIterator<Item = &'a StoreEntry>) {
        let meetings = entries.into_iter().filter(|entry| entry.key.starts_with(keys::MEETING)).count();
        self.meetings.fetch_add(meetings, Ordering::SeqCst);
    }
}

impl Store for Watched {
    fn get(&self, key: &[u8]) -> Result<Option<StoreEntry>, StoreError> {
        self.inner.get(key).inspect(|entry| self.count(entry))
    }
    fn scan(&self, range: &Range, limit: usize, direction: Direction) -> Result<Page, StoreError> {
        self.inner.scan(range, limit, direction).inspect(|page| self.count(&page.entries))
    }
    fn commit(&self, commit: &Commit) -> Result<Outcome, StoreError> {
        self.inner.commit(commit)
    }
    fn sync(&self) -> Result<(), StoreError> {
        self.inner.sync()
    }
    fn revision(&self) -> Rev {
        self.inner.revision()
    }
    fn changes(&self, prefix: &[u8], since: Rev, wait: std::time::Duration) -> Result<Changes, StoreError> {
        self.inner.changes(prefix, since, wait)
    }
}

#[test]
fn the_first_of_many_meetings_are_read_without_the_others() {
    // One on each of many days, at a place and with a chair of its own, half of them not submitted.
    let bench = office(
        (0..120).map(|n| (24 * n + 9, None, u8::try_from(n).unwrap(), u8::try_from(n).unwrap(), u8::from(n % 2 == 0), false)).collect(),
    );
    let store = Watched { inner: bench.memory.clone(), meetings: AtomicUsize::new(0) };
    let read = |filter: MeetingFilter| {
        let whole = list(&store, &everything(), &MeetingFilter { limit: None, ..filter.clone() }).unwrap();
        store.meetings.store(0, Ordering::SeqCst);
        let first = list(&store, &everything(), &filter).unwrap();
        assert_eq!(first, whole[..first.len()], "{filter:?}");
        (first.len(), store.meetings.load(Ordering::SeqCst))
    };
    let most = MeetingFilter { limit: Some(5), ..MeetingFilter::default() };
    assert_eq!(read(most.clone()), (5, 5));
    assert_eq!(read(MeetingFilter { state: Some(MeetingState::Submitted), ..most.clone() }), (5, 5));
    assert_eq!(read(MeetingFilter { to: Some(at(24 * 60).day()), ..most.clone() }), (5, 5));
    // Meetings that began up to a month before a day may touch it.
    let (found, looked_at) = read(MeetingFilter { from: Some(at(24 * 80).day()), ..most.clone() });
    assert!(found == 5 && (5..=40).contains(&looked_at), "{looked_at}");
    assert_eq!(read(MeetingFilter { limit: Some(0), ..most.clone() }), (0, 0));
    assert_eq!(read(MeetingFilter { limit: Some(500), ..most }).0, 120);
}

#[test]
fn a_page_goes_on_where_a_meeting_was_that_has_moved_away() {
    let mut bench = office(vec![(9, None, 0, 0, 1, false), (33, None, 0, 0, 1, false), (57, None, 0, 0, 1, false)]);
    let order = |from| PageOrder { filter: MeetingFilter::default(), from, direction: PageDirection::Forward, limit: 1 };
    let (first, more) = page(bench.desk.store(), &everything(), &order(PageStart::Edge)).unwrap();
    assert!(more);
    let (start, id) = (first[0].0.value.entry.start, first[0].0.value.id.clone());
    let away = EntryChanges { start: Some(at(2000)), ..Default::default() };
    meeting::edit(&mut bench.desk, "lan", &id, &away, None).unwrap();
    let (second, _) = page(bench.desk.store(), &everything(), &order(PageStart::Beyond { start, id })).unwrap();
    assert_eq!(second[0].0.value.entry.start, at(33));
}

#[test]
fn days_no_meeting_can_have_are_no_days_of_the_index() {
    let bench = office(vec![(9, None, 0, 0, 1, false)]);
    for (from, to, found) in [(NaiveDate::MIN, NaiveDate::MAX, 1), (NaiveDate::MIN, at(-24).day(), 0), (at(-24).day(), NaiveDate::MAX, 1)] {
        let filter = MeetingFilter { from: Some(from), to: Some(to), ..MeetingFilter::default() };
        assert_eq!(list(bench.desk.store(), &everything(), &filter).unwrap().len(), found, "{} to {}", from.year(), to.year());
        let order = PageOrder { filter, from: PageStart::Day(from), direction: PageDirection::Forward, limit: 10 };
        assert_eq!(page(bench.desk.store(), &everything(), &order).unwrap().0.len(), found);
    }
}

/// The entry of a meeting in the index of days.
fn on_its_day(bench: &Bench, id: &MeetingId) -> StoreEntry {
    let start = meeting::read(bench.desk.store(), id).unwrap().value.entry.start;
    let key = DayIndex::All.key(start.day(), start, id);
    bench.desk.store().get(&key).unwrap().unwrap()
}

#[test]
fn neighbours_that_claim_something_else_are_not_read() {
    // At one time: one with the same place, one with nothing in common.
    let bench = office(vec![(9, None, 0, 0, 1, false), (9, None, 0, 1, 1, false), (9, None, 1, 2, 1, false)]);
    let all = table::all::<Meeting>(bench.desk.store()).unwrap();
    let [mine, same, other] = [0, 1, 2].map(|n: usize| all[n].value.clone());
    let broken = |meeting: &Meeting| bench.memory.damage(&keys::under(keys::MEETING, meeting.id.as_str()), |bytes| bytes[20] ^= 1);
    let found = meeting::conflicts_of(bench.desk.store(), &mine).unwrap();
    assert_eq!(found.iter().map(|conflict| &conflict.with).collect::<Vec<_>>(), [&same.id]);
    assert!(broken(&other));
    assert_eq!(meeting::conflicts_of(bench.desk.store(), &mine), Ok(found));
    assert!(broken(&same));
    assert!(matches!(meeting::conflicts_of(bench.desk.store(), &mine), Err(StoreError::Corrupt(_))));
}

#[test]
fn what_begins_when_a_meeting_is_over_is_not_read() {
    let bench = office(vec![(9, Some(2), 0, 0, 1, false), (10, None, 0, 1, 1, false), (11, None, 0, 0, 1, false)]);
    let all = table::all::<Meeting>(bench.desk.store()).unwrap();
    let found = meeting::conflicts_of(bench.desk.store(), &all[0].value).unwrap();
    assert_eq!(found.iter().map(|conflict| &conflict.with).collect::<Vec<_>>(), [&all[1].value.id]);
    assert!(bench.memory.damage(&on_its_day(&bench, &all[2].value.id).key, |bytes| bytes[20] ^= 1));
    assert_eq!(meeting::conflicts_of(bench.desk.store(), &all[0].value), Ok(found));
    assert!(matches!(meeting::conflicts_of(bench.desk.store(), &all[2].value), Err(StoreError::Corrupt(_))));
}

#[test]
fn a_day_that_does_not_say_what_is_held_is_damage_and_named() {
    let bench = office(vec![(9, None, 0, 0, 1, false), (9, None, 1, 1, 1, false)]);
    let all = table::all::<Meeting>(bench.desk.store()).unwrap();
    let entry = on_its_day(&bench, &all[1].value.id);
    let operations = vec![Operation::Put { key: entry.key.clone(), value: table::raw(vec![]) }];
    bench.desk.store().commit(&Commit { checks: vec![], operations }).unwrap();
    let filter = MeetingFilter { from: Some(at(0).day()), to: Some(at(0).day()), ..MeetingFilter::default() };
    let order = PageOrder { filter: filter.clone(), from: PageStart::Edge, direction: PageDirection::Forward, limit: 10 };
    let told = [
        meeting::conflicts_of(bench.desk.store(), &all[0].value).unwrap_err(),
        list(bench.desk.store(), &everything(), &filter).unwrap_err(),
        page(bench.desk.store(), &everything(), &order).unwrap_err(),
    ];
    for error in told {
        assert!(matches!(&error, StoreError::Corrupt(detail) if detail.contains("x/held/20160501/0900/LH-2016-0002")), "{error:?}");
    }
}

#[test]
fn an_entry_of_a_day_is_written_when_it_says_something_else_and_only_then() {
    let mut bench = office(vec![(9, None, 0, 0, 0, false)]);
    let id = table::all::<Meeting>(bench.desk.store()).unwrap().remove(0).value.id;
    let mut last = on_its_day(&bench, &id);
    let mut written = |bench: &Bench| {
        let before = std::mem::replace(&mut last, on_its_day(bench, &id));
        assert_eq!(before.value != last.value, before.rev != last.rev);
        before.rev != last.rev
    };
    let edits = [
        (EntryChanges { title: Some(line("Họp khác")), ..EntryChanges::default() }, false),
        (EntryChanges { place: Some(line("PHONG 0")), ..EntryChanges::default() }, false),
        (EntryChanges { place: Some(line("Phòng 9")), ..EntryChanges::default() }, true),
        (EntryChanges { chair: Some(line("Thứ trưởng 9")), ..EntryChanges::default() }, true),
        (EntryChanges { start: Some(at(10)), ..EntryChanges::default() }, true),
    ];
    for (n, (changes, expected)) in edits.into_iter().enumerate() {
        meeting::edit(&mut bench.desk, "lan", &id, &changes, None).unwrap();
        assert_eq!(written(&bench), expected, "edit {n}");
    }
    meeting::submit(&mut bench.desk, "lan", &id).unwrap();
    assert!(written(&bench), "it claims its time now");
    meeting::approve(&mut bench.desk, "minh", &id, None).unwrap();
    assert!(!written(&bench), "it goes on claiming it");
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).unwrap();
    assert!(written(&bench), "it claims nothing any more");
    bench.assert_sound();
}
