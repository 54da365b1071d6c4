//! Lists that read the index of days against those that read everything, and pages against the list they are cut from.

use chrono::{DateTime, Datelike, Duration, NaiveDate};
use lichhop::domain::conflict::conflicts;
use lichhop::domain::meeting::{Entry, Meeting, MeetingId, MeetingState};
use lichhop::domain::order::{MeetingFilter, PageDirection, PageOrder, PageStart};
use lichhop::domain::time::WallTime;
use lichhop::usecase::listing::{Listed, list, page};
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

#[test]
fn a_page_goes_on_where_a_meeting_was_that_has_moved_away() {
    let mut bench = office(vec![(9, None, 0, 0, 1, false), (33, None, 0, 0, 1, false), (57, None, 0, 0, 1, false)]);
    let order = |from| PageOrder { filter: MeetingFilter::default(), from, direction: PageDirection::Forward, limit: 1 };
    let (first, more) = page(bench.desk.store(), &everything(), &order(PageStart::Edge)).unwrap();
    assert!(more);
    let (start, id) = (first[0].0.value.entry.start, first[0].0.value.id.clone());
    let away = lichhop::domain::order::EntryChanges { start: Some(at(2000)), ..Default::default() };
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
