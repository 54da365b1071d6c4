//! What others change, in the lists of whoever looks on.

use lichhop::domain::meeting::{Channel, Entry, InvitationMode, MeetingId, Urgency};
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::UnitCode;
use lichhop::wire::request::{EntryChanges, IssueOrder, Request};

use super::driver::Driver;
use super::{assert_screens, told};

/// A draft of the week that comes next.
const DRAFT: &str = "Họp rà soát danh mục biểu mẫu";
/// A submitted meeting and two approved ones of the week that is shown first.
const TAKEN: &str = "Họp bàn kế hoạch tổ chức Ngày hội";
const FREE: &str = "Họp về kế hoạch tuyển dụng";
const READY: &str = "Họp Ban Chỉ đạo chuyển đổi số của Bộ";

fn id(driver: &Driver, title: &str) -> MeetingId {
    driver.meetings().into_iter().find(|meeting| meeting.title.as_str().starts_with(title)).unwrap().id
}

/// Somebody else changes a meeting.
fn change(driver: &Driver, id: &MeetingId, changes: EntryChanges) {
    driver.meeting(Request::MeetingEdit { id: id.clone(), changes: Box::new(changes), expected: None });
}

fn content(text: &str) -> EntryChanges {
    EntryChanges { content: Prose::parse(text).ok(), ..EntryChanges::default() }
}

/// Somebody else registers a meeting.
fn register(driver: &Driver, title: &str, start: &str) -> MeetingId {
    let line = |text: &str| Line::parse(text).unwrap();
    let entry = Entry {
        title: line(title),
        start: WallTime::parse(start, driver.model.now).unwrap(),
        end: None,
        place: line("Phòng khách"),
        online: None,
        chair: line("Vụ trưởng"),
        unit: UnitCode::parse("VP").unwrap(),
        invited: vec![],
        prepared_by: vec![],
        content: None,
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
    };
    driver.meeting(Request::MeetingAdd { entry: Box::new(entry), submit: false }).id
}

/// Rows of the list before which the sign stands.
fn marked(driver: &mut Driver) -> usize {
    let picture = driver.screen((120, 60));
    (2..58).filter(|y| picture.row(*y).chars().nth(1) == Some('•')).count()
}

/// The row of the screen on which the selection stands.
fn row(driver: &Driver) -> u16 {
    driver.drawn().caret.unwrap().1
}

/// The line of what there is to say.
fn said(driver: &Driver) -> String {
    driver.drawn().row(driver.model.size.1 - 2).trim().to_owned()
}

#[test]
fn the_week_and_the_meetings_with_what_others_changed() {
    let changed = |driver: &mut Driver| {
        let (free, taken) = (id(driver, FREE), id(driver, TAKEN));
        change(driver, &free, content("Họp kín."));
        change(driver, &taken, content("Họp kín."));
        register(driver, "Tiếp khách đột xuất", "2026-11-26 09:00");
        driver.settle();
    };
    assert_screens!(
        "week_others",
        told(|driver| {
            changed(driver);
            driver
        })
    );
    assert_screens!(
        "meetings_others",
        told(|driver| {
            driver.keys("2");
            changed(driver);
            driver
        })
    );
}

#[test]
fn what_others_change_is_marked_until_it_is_selected() {
    let mut driver = Driver::ministry();
    assert_eq!((marked(&mut driver), said(&driver).as_str()), (0, ""));
    let free = id(&driver, FREE);
    change(&driver, &free, content("Họp kín."));
    register(&driver, "Tiếp khách đột xuất", "2026-11-26 09:00");
    driver.settle();
    assert_eq!(marked(&mut driver), 2);
    assert_eq!(said(&driver), format!("· lan vừa thay đổi {free}, thêm {}", id(&driver, "Tiếp khách")));
    // It stays when everything is loaded again, in every list, and is told no more.
    driver.keys("2 1");
    assert_eq!((marked(driver.keys("l h")), said(&driver).as_str()), (2, ""));
    assert_eq!(marked(driver.keys("2")), 2);
    driver.keys("1").select(FREE);
    assert_eq!(marked(&mut driver), 1, "looked at");
    driver.select("Tiếp khách");
    assert_eq!((marked(&mut driver), marked(driver.keys("2"))), (0, 0));
}

#[test]
fn what_is_done_here_is_not_marked() {
    let mut driver = Driver::ministry();
    driver.select(DRAFT).keys("e").typed(" (bổ sung)").keys("ctrl-t");
    driver.keys("n").filled(&["Họp mới", "thứ 6 8h", "", "Phòng 1", "Vụ trưởng", "VP"]).keys("ctrl-s");
    driver.select(READY).keys("x").typed("hoãn").keys("enter y");
    driver.settle();
    assert_eq!((marked(&mut driver), marked(driver.keys("2"))), (0, 0));
    // Whatever comes first: the word that something has changed, or the answer.
    let mut driver = Driver::ministry();
    driver.select(DRAFT);
    driver.press("s");
    let answer = driver.make(0).unwrap();
    assert!(driver.follow(), "it is told before it is answered");
    while !driver.asked.is_empty() {
        driver.answer(0);
    }
    assert_eq!((marked(&mut driver), said(&driver).as_str()), (0, ""));
    driver.send(lichhop::tui::msg::Msg::Answered { ticket: answer.0, reply: Box::new(answer.1) });
    driver.settle();
    assert_eq!(marked(&mut driver), 0);
}

#[test]
fn what_is_done_here_afterwards_takes_the_mark_away() {
    let mut driver = Driver::ministry();
    let selected = driver.model.selected_meeting().unwrap().id.clone();
    let ready = id(&driver, READY);
    driver.select(READY);
    change(&driver, &ready, content("Họp kín."));
    driver.settle();
    assert_eq!(marked(&mut driver), 1, "the selected one too: nobody has pressed a key since");
    driver.press("i");
    driver.keys("esc");
    assert_eq!(marked(&mut driver), 0);
    assert_ne!(selected, ready);
}

#[test]
fn issuing_here_marks_nothing() {
    let mut driver = Driver::ministry();
    let order = |id| IssueOrder {
        id,
        without: vec![],
        reason: None,
        override_reason: Prose::parse("đã thống nhất").ok(),
        channel: Channel::default(),
    };
    driver.select(READY).keys("i y");
    driver.settle();
    assert_eq!(marked(&mut driver), 0);
    // By somebody else it is one row.
    let mut driver = Driver::ministry();
    let ready = id(&driver, READY);
    driver.meeting(Request::MeetingIssue(order(ready.clone())));
    driver.settle();
    assert_eq!(said(&driver), format!("· lan vừa thay đổi {ready}"));
    assert_eq!(marked(&mut driver), 1);
}

#[test]
fn the_selection_stays_where_it_is_on_the_screen() {
    for pane in ["1", "2"] {
        let mut driver = Driver::ministry();
        driver.keys(pane).keys("j");
        let (selected, before) = (driver.model.selected_meeting().unwrap().id.clone(), row(&driver));
        for hour in [8, 9, 10] {
            register(&driver, "Tiếp khách đột xuất", &format!("2026-11-23 {hour}:00"));
            driver.settle();
        }
        assert_eq!((&driver.model.selected_meeting().unwrap().id, row(&driver)), (&selected, before), "{pane}: rows came above");
        let start = driver.model.selected_meeting().unwrap().start;
        let later = WallTime::new(start.day() - chrono::Duration::days(1), start.time());
        change(&driver, &selected, EntryChanges { start: Some(later), ..EntryChanges::default() });
        driver.settle();
        assert_eq!((&driver.model.selected_meeting().unwrap().id, row(&driver)), (&selected, before), "{pane}: it was moved");
    }
}

#[test]
fn where_the_selected_meeting_is_gone_a_neighbour_is_selected() {
    let mut driver = Driver::ministry();
    driver.keys("2 f");
    let (before, count) = (row(&driver), driver.model.meetings.list.len());
    let selected = driver.model.selected_meeting().unwrap().id.clone();
    driver.meeting(Request::MeetingSubmit(selected.clone()));
    driver.settle();
    assert_eq!(driver.model.meetings.list.len(), count - 1);
    assert_ne!(driver.model.selected_meeting().unwrap().id, selected);
    assert_eq!(row(&driver), before);
}

#[test]
fn who_types_or_reads_is_not_disturbed() {
    for keys in ["n", "2 /", "?", "x"] {
        let mut driver = Driver::ministry();
        driver.keys(keys);
        let before = driver.drawn();
        let free = id(&driver, FREE);
        change(&driver, &free, content("Họp kín."));
        driver.settle();
        assert_eq!((said(&driver).contains("vừa thay đổi"), driver.drawn().caret), (false, before.caret), "{keys}");
        driver.keys("esc 1");
        assert_eq!(marked(&mut driver), 1, "{keys}");
    }
}

#[test]
fn what_others_changed_elsewhere_is_found_marked_by_who_goes_there() {
    let mut driver = Driver::ministry();
    let draft = id(&driver, DRAFT);
    change(&driver, &draft, content("Họp kín."));
    driver.settle();
    assert_eq!((marked(&mut driver), said(&driver).as_str()), (0, ""));
    driver.press("l");
    driver.settle();
    assert_eq!((marked(&mut driver), said(&driver).as_str()), (1, ""));
}

#[test]
fn much_at_once_is_told_in_one_word() {
    let mut driver = Driver::ministry();
    let ids: Vec<MeetingId> = driver.model.week.meetings.iter().map(|meeting| meeting.id.clone()).collect();
    let reason = Prose::parse("họp Chính phủ").unwrap();
    let cancelled =
        ids.into_iter().filter(|id| driver.call(Request::MeetingCancel { id: id.clone(), reason: reason.clone() }).is_ok()).count();
    driver.settle();
    assert_eq!(said(&driver), format!("· lan vừa thay đổi {cancelled} cuộc họp"));
    assert!(marked(&mut driver) >= cancelled);
    driver.keys("j");
    assert_eq!(said(&driver), "", "until the next key");
}

#[test]
fn a_change_is_one_picture_and_then_none() {
    let mut driver = Driver::ministry();
    let free = id(&driver, FREE);
    change(&driver, &free, content("Họp kín."));
    driver.settle();
    let once = driver.drawn();
    assert!(!driver.follow() && driver.asked.is_empty());
    assert_eq!(driver.drawn(), once);
}
