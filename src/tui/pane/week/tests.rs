use super::*;
use crate::tui::sample::{at, meeting, now};

fn week(meetings: Vec<MeetingView>) -> Week {
    let mut week = Week::at(now());
    week.load(meetings, now());
    week
}

fn selected(week: &Week) -> Option<String> {
    week.selected().map(|meeting| meeting.title.to_string())
}

fn usual() -> Vec<MeetingView> {
    vec![
        meeting(1, "2026-11-24 08:00", None),
        meeting(2, "2026-11-26 08:00", Some("2026-11-26 09:00")),
        meeting(3, "2026-11-26 14:00", None),
        meeting(4, "2026-11-26 15:00", None),
        meeting(5, "2026-11-27 08:00", None),
    ]
}

#[test]
fn every_day_has_its_heading_and_every_part_of_a_day_is_named_once() {
    let week = week(usual());
    let headings: Vec<bool> =
        week.rows.iter().filter_map(|row| if let Row::Day { empty, .. } = row { Some(*empty) } else { None }).collect();
    assert_eq!(headings, [true, false, true, false, false, true, true]);
    let sessions: Vec<Option<Session>> =
        week.rows.iter().filter_map(|row| if let Row::Meeting { session, .. } = row { Some(*session) } else { None }).collect();
    let (morning, afternoon) = (Some(Session::Morning), Some(Session::Afternoon));
    assert_eq!(sessions, [morning, morning, afternoon, None, morning]);
}

#[test]
fn a_meeting_of_several_days_stands_on_each_of_them() {
    let week = week(vec![meeting(1, "2026-11-25 14:00", Some("2026-11-27 10:00"))]);
    let days: Vec<String> =
        week.rows.iter().filter_map(|row| if let Row::Meeting { day, .. } = row { Some(day.to_string()) } else { None }).collect();
    assert_eq!(days, ["2026-11-25", "2026-11-26", "2026-11-27"]);
}

#[test]
fn it_begins_at_the_next_meeting() {
    assert_eq!(selected(&week(usual())).as_deref(), Some("Họp 3"), "the next one of today");
    let later: Vec<_> = usual().into_iter().filter(|meeting| !["Họp 3", "Họp 4"].contains(&meeting.title.as_str())).collect();
    assert_eq!(selected(&week(later)).as_deref(), Some("Họp 5"), "else the next one of the week");
    let past: Vec<_> = usual().into_iter().take(2).collect();
    assert_eq!(selected(&week(past)).as_deref(), Some("Họp 1"), "else the first");
    assert_eq!(selected(&week(Vec::new())), None);
}

#[test]
fn other_peoples_changes_do_not_move_the_selection() {
    let mut week = week(usual());
    week.step(1);
    let mut more = usual();
    more.insert(0, meeting(9, "2026-11-23 08:00", None));
    week.load(more, now());
    assert_eq!(selected(&week).as_deref(), Some("Họp 4"));
    week.load(usual().into_iter().filter(|meeting| meeting.title.as_str() != "Họp 4").collect(), now());
    assert!(selected(&week).is_some(), "where it is gone, a neighbour is selected");
}

#[test]
fn headings_are_passed_over() {
    let mut week = week(usual());
    week.step(isize::MIN);
    assert_eq!(selected(&week).as_deref(), Some("Họp 1"));
    week.step(1);
    assert_eq!(selected(&week).as_deref(), Some("Họp 2"));
    week.step(isize::MAX);
    assert_eq!(selected(&week).as_deref(), Some("Họp 5"));
    week.step_day(-1);
    assert_eq!(selected(&week).as_deref(), Some("Họp 2"), "the first of the day before");
    week.step_day(1);
    week.step_day(1);
    assert_eq!(selected(&week).as_deref(), Some("Họp 5"), "there is no later day");
}

#[test]
fn the_heading_of_the_day_stays_with_its_meeting() {
    let mut week = week(usual());
    week.step(isize::MAX);
    week.settle(3);
    week.step(isize::MIN);
    week.settle(3);
    assert_eq!(week.cursor.top, 1, "the heading of Tuesday stands above its meeting");
    assert!(matches!(week.rows.get(week.cursor.top), Some(Row::Day { empty: false, .. })));
}

#[test]
fn a_meeting_is_found_in_another_week() {
    let mut week = week(usual());
    week.find(&MeetingId::new(2026, 8), at("2026-12-01 08:00"));
    assert_eq!(week.week.to_string(), "2026-W49");
    week.load(vec![meeting(7, "2026-11-30 08:00", None), meeting(8, "2026-12-01 08:00", None)], now());
    assert_eq!(selected(&week).as_deref(), Some("Họp 8"));
}

#[test]
fn the_heading_of_the_first_row_stands_in_its_place_when_it_has_scrolled_away() {
    let meetings = (1..12).map(|n| meeting(n, &format!("2026-11-26 {:02}:00", 7 + n), None)).collect();
    let mut week = week(meetings);
    week.step(isize::MIN);
    week.step(6);
    week.settle(6);
    let before: Vec<Row> = week.shown_rows().take(6).collect();
    assert!(matches!(week.rows[week.cursor.top], Row::Meeting { .. }), "the heading has scrolled away");
    assert_eq!(before[0], Row::Day { day: "2026-11-26".parse().unwrap(), empty: false });
    assert!(matches!(before[1], Row::Meeting { session: Some(Session::Afternoon), .. }), "{:?}", before[1]);
    week.step(1);
    week.settle(6);
    assert_eq!(week.shown_rows().take(6).collect::<Vec<_>>(), before, "moving on, nothing of it changes");
}

#[test]
fn what_is_selected_is_never_covered_and_no_heading_stands_alone() {
    let meetings: Vec<_> = (0..24).map(|n| meeting(n + 1, &format!("2026-11-{} {:02}:00", 23 + n / 4, 8 + n % 4), None)).collect();
    let last = meetings.len();
    for height in 3..20 {
        let mut week = week(meetings.clone());
        for by in std::iter::repeat_n(1, last).chain(std::iter::repeat_n(-1, last)) {
            week.settle(height);
            let (settled, rows) = (week.cursor, week.shown_rows().take(height).collect::<Vec<_>>());
            let selected = rows.get(settled.at - settled.top).and_then(|row| week.row_id(row));
            assert_eq!(selected, week.selected().map(|meeting| &meeting.id), "{height}");
            let alone = matches!(rows[..2], [Row::Day { empty: false, .. }, Row::Day { .. }]);
            assert!(!alone, "{height}: {rows:?}");
            // Smaller lists, which no screen has, have no row to spare, and at its end a list cannot go on.
            let bound = height < 6 || settled.top + height == week.rows.len();
            assert!(bound || matches!(rows[0], Row::Day { .. }), "{height}: {rows:?}");
            week.settle(height);
            assert_eq!(week.cursor, settled, "it stays as it is");
            week.step(by);
        }
    }
}
