use super::*;
use crate::tui::sample::{meeting, now};

fn page(serials: std::ops::Range<u32>, more: bool) -> MeetingPage {
    let one = |n: u32| meeting(n, &format!("2026-11-{:02} 08:00", 10 + n % 20), None);
    let mut meetings: Vec<_> = serials.map(one).collect();
    meetings.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
    MeetingPage { meetings, more }
}

fn order(request: Option<Request>) -> PageOrder {
    match request {
        Some(Request::MeetingPage(order)) => order,
        other => panic!("a page was expected: {other:?}"),
    }
}

#[test]
fn it_begins_a_week_back_at_the_next_meeting() {
    let mut meetings = Meetings::default();
    let first = order(Some(meetings.request(now())));
    assert_eq!(first.from, PageStart::Day("2026-11-19".parse().unwrap()));
    meetings.load(page(5..20, false), now());
    assert_eq!(meetings.selected().unwrap().start.to_string(), "08:00 27/11/2026");
}

#[test]
fn more_is_loaded_near_the_ends_and_the_selection_stays() {
    let mut meetings = Meetings::default();
    meetings.load(page(0..20, true), now());
    let selected = meetings.selected().unwrap().id.clone();
    assert_eq!(order(meetings.more()).direction, PageDirection::Forward);
    assert_eq!(meetings.more(), None, "one page is on its way");
    meetings.load_more(MeetingPage { meetings: vec![meeting(90, "2026-12-20 08:00", None)], more: false });
    assert_eq!(order(meetings.more()).direction, PageDirection::Backward);
    let earlier = vec![meeting(81, "2026-11-02 08:00", None), meeting(80, "2026-11-01 08:00", None)];
    meetings.load_more(MeetingPage { meetings: earlier, more: false });
    assert_eq!(meetings.selected().unwrap().id, selected);
    assert_eq!(meetings.list.first().unwrap().id, MeetingId::new(2026, 80), "a backward page comes the latest first");
    assert_eq!(meetings.more(), None, "both ends are reached");
}

#[test]
fn what_failed_is_tried_again_at_the_end_and_not_before() {
    let mut meetings = Meetings::default();
    meetings.load(page(0..20, true), now());
    assert_eq!(order(meetings.more()).direction, PageDirection::Forward);
    meetings.more_failed();
    assert_eq!(meetings.more(), None, "not by itself");
    meetings.step(-1);
    assert_eq!(meetings.more(), None, "not by every step");
    meetings.step(isize::MAX);
    let again = order(meetings.more());
    meetings.more_failed();
    meetings.step(1);
    assert_eq!(order(meetings.more()), again, "who knocks at the end again");
    meetings.more_failed();
    meetings.load(page(0..20, true), now());
    assert_eq!(order(meetings.more()), again, "what is loaded anew goes on by itself");
}

#[test]
fn a_search_looks_everywhere_and_clearing_it_keeps_the_meeting() {
    let mut meetings = Meetings::default();
    meetings.load(page(0..20, false), now());
    meetings.search("ngan sach");
    let wanted = order(Some(meetings.request(now())));
    assert_eq!((wanted.from, wanted.filter.search.unwrap().as_str()), (PageStart::Edge, "ngan sach"));
    meetings.load(page(3..5, false), now());
    let found = meetings.selected().unwrap().id.clone();
    meetings.clear();
    meetings.load(page(0..20, false), now());
    assert_eq!(meetings.selected().unwrap().id, found);
    assert!(!meetings.filtered());
}

#[test]
fn the_filter_steps_through_all_states_and_back_to_all() {
    let mut meetings = Meetings::default();
    let mut seen = Vec::new();
    for _ in 0..=MeetingState::ALL.len() {
        meetings.filter_next();
        seen.push(meetings.state);
    }
    assert_eq!(seen.first(), Some(&Some(MeetingState::Draft)));
    assert_eq!(seen.last(), Some(&None));
}
