//! Submitting, approving, returning, rejecting, cancelling.

use lichhop::domain::meeting::MeetingState;
use lichhop::domain::text::Prose;
use lichhop::domain::workflow::Action;

use super::{DRAFT, Driver, FREE, ISSUED, READY, TAKEN};
use crate::screen::driver::Opening;

#[test]
fn a_draft_is_submitted_and_approved() {
    let mut driver = Driver::ministry();
    driver.select(DRAFT).keys("s");
    assert_eq!(driver.titled(DRAFT).state, MeetingState::Submitted);
    driver.says("trình").keys("a");
    assert_eq!(driver.titled(DRAFT).state, MeetingState::Approved);
    driver.says("duyệt").assert_quiet();
}

#[test]
fn nobody_approves_what_is_his_own_where_the_office_forbids_it() {
    let mut driver = Driver::open(Opening { approve_own: false, ..Opening::MINISTRY });
    driver.select(FREE).keys("a");
    assert_eq!(driver.titled(FREE).state, MeetingState::Submitted);
    driver.says("tự duyệt").assert_quiet();
}

#[test]
fn what_is_not_possible_in_a_state_is_said_and_not_asked() {
    let mut driver = Driver::ministry();
    for (title, keys) in [(DRAFT, "a r R i"), (ISSUED, "s a r R i"), (READY, "s a R")] {
        driver.select(title);
        let before = driver.titled(title);
        for key in keys.split(' ') {
            driver.press(key);
            assert!(driver.asked.is_empty(), "{title} {key}");
            driver.says("Không thể");
        }
        assert_eq!(driver.titled(title).revision, before.revision);
    }
}

#[test]
fn what_is_over_is_not_opened_for_editing() {
    for key in ["x", "R"] {
        let mut driver = Driver::ministry();
        driver.select(FREE).keys(key).typed("Không cần họp nữa").keys("enter y").assert_quiet();
        assert_eq!(driver.press("e"), [], "{key}");
        driver.says("Không thể sửa").says("đăng ký cuộc họp mới").assert_quiet();
    }
}

#[test]
fn a_place_that_is_taken_needs_a_reason() {
    let mut driver = Driver::ministry();
    driver.select(TAKEN).keys("a").says("Lý do").says("trùng");
    // No reason is none, and Esc leaves everything as it was.
    driver.keys("enter").says("không được để trống").keys("esc").assert_quiet();
    assert_eq!(driver.titled(TAKEN).state, MeetingState::Submitted);
    driver.keys("a").typed("Hai bên đã thống nhất").keys("enter").assert_quiet();
    let meeting = driver.titled(TAKEN);
    let event = meeting.history.last().unwrap();
    assert_eq!((meeting.state, event.action), (MeetingState::Approved, Action::Approve));
    assert_eq!(event.reason.as_ref().map(Prose::as_str), Some("Hai bên đã thống nhất"));
}

#[test]
fn a_meeting_is_given_back_with_a_reason() {
    let mut driver = Driver::ministry();
    driver.select(FREE).keys("r").typed("Thiếu tài liệu").keys("enter").assert_quiet();
    let meeting = driver.titled(FREE);
    assert_eq!(meeting.state, MeetingState::Draft);
    assert_eq!(meeting.history.last().unwrap().reason.as_ref().map(Prose::as_str), Some("Thiếu tài liệu"));
}

#[test]
fn rejecting_and_cancelling_ask_twice_and_enter_alone_does_nothing() {
    for (title, key, question, state) in [
        (FREE, "R", "Từ chối", MeetingState::Rejected),
        (READY, "x", "Hủy", MeetingState::Cancelled),
        (ISSUED, "x", "3 đơn vị", MeetingState::Cancelled),
    ] {
        let mut driver = Driver::ministry();
        let before = driver.select(title).titled(title).state;
        driver.keys(key).typed("Chuyển sang tuần sau").keys("enter").says(question);
        // The marked choice is no.
        driver.keys("enter");
        assert_eq!(driver.titled(title).state, before, "{title}");
        driver.says("Chuyển sang tuần sau").keys("enter n enter tab enter").assert_quiet();
        let after = driver.titled(title);
        assert_eq!(after.state, state);
        assert_eq!(after.history.last().unwrap().reason.as_ref().map(Prose::as_str), Some("Chuyển sang tuần sau"));
    }
}
