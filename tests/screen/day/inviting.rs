//! Inviting further units to an issued meeting: the one thing of it that is still edited.

use lichhop::domain::meeting::{Channel, MeetingState};
use lichhop::domain::text::Prose;
use lichhop::domain::unit::UnitCode;
use lichhop::tui::layer::Layer;
use lichhop::tui::layer::form::{FieldName, Form};
use lichhop::wire::request::{IssueOrder, Request};

use super::{Driver, ISSUED, READY};

/// What the form says where nothing can be typed.
const LOCKED: &str = "Ô này đã khóa: giấy mời đã phát hành.";

fn form(driver: &Driver) -> &Form {
    match driver.model.layers.last() {
        Some(Layer::Form(form)) => form,
        other => panic!("{other:?}"),
    }
}

fn invited(driver: &Driver) -> Vec<String> {
    driver.titled(ISSUED).invited.iter().map(UnitCode::to_string).collect()
}

#[test]
fn the_form_says_at_once_what_can_be_changed_and_begins_there() {
    let mut driver = Driver::ministry();
    let before = invited(&driver);
    driver.select(ISSUED).keys("e").says("đã phát hành: chỉ mời thêm được đơn vị, các ô khác đã khóa.").says("Mời thêm đơn vị vào LH-");
    assert_eq!(form(&driver).focused(), FieldName::Invited);
    driver.typed(", TTCNTT").keys("ctrl-s").assert_quiet();
    assert_eq!(invited(&driver), [before, vec!["TTCNTT".to_owned()]].concat());
    assert_eq!(driver.titled(ISSUED).state, MeetingState::Issued);
}

#[test]
fn nothing_is_typed_into_what_the_units_were_told() {
    let mut driver = Driver::ministry();
    driver.select(ISSUED).keys("e");
    for _ in 1..FieldName::ALL.len() {
        driver.keys("tab");
        let at = form(&driver).focused();
        for keys in ["x", "backspace", "ctrl-w", "space"] {
            driver.keys("f1 esc").is_silent_about(LOCKED).keys(keys).says(LOCKED);
            assert_eq!((form(&driver).typed_texts(), form(&driver).focused()), (None, at), "{keys}");
        }
        driver.keys("f1 esc").pasted("Phòng 1").says(LOCKED).keys("ctrl-o");
        assert_eq!((form(&driver).typed_texts(), form(&driver).focused()), (None, at));
        // Enter goes on, where it does not open a list that nothing can be taken from.
        driver.keys("enter");
        assert!(form(&driver).focused() != at || at.takes_units(), "{at:?}");
        while form(&driver).focused() != at {
            driver.keys("shift-tab");
        }
    }
    driver.keys("ctrl-s").says("Không có gì thay đổi").assert_quiet();
}

#[test]
fn who_was_invited_stays_invited() {
    let mut driver = Driver::ministry();
    let before = driver.titled(ISSUED);
    let first = before.invited[0].to_string();
    driver.select(ISSUED).keys("e ctrl-u").typed("TTCNTT").says(&format!("{first} đã mời, không bỏ được")).keys("ctrl-s");
    driver.says("Chưa lưu: xem lại ô “Đơn vị được mời”");
    driver.keys("ctrl-u ctrl-s").says(&format!("{first} đã mời, không bỏ được"));
    assert_eq!(driver.titled(ISSUED).revision, before.revision);
}

#[test]
fn what_was_typed_before_somebody_issued_the_meeting_says_that_it_came_too_late() {
    let mut driver = Driver::ministry();
    driver.select(READY).keys("e").typed(" (mới)");
    let id = driver.titled(READY).id;
    let reason = Prose::parse("đã thống nhất").ok();
    let order = IssueOrder { id, without: vec![], reason: None, override_reason: reason, channel: Channel::default() };
    driver.meeting(Request::MeetingIssue(order));
    driver.settle();
    driver.says("lan đã phát hành cuộc họp này lúc 10:00; khi lưu sẽ so sánh.");
    driver.keys("ctrl-s").says("đã duyệt → đã phát hành").says("(mới)").says("không lưu được");
    driver.keys("enter").says("vẫn giữ làm bản nháp").keys("esc").says("(mới)").keys("ctrl-s").says("không lưu được").keys("esc esc");
    // Opened again, it is what was typed before the meeting was issued.
    driver.keys("e").says("(mới)").says("đã khóa; bỏ bản đang gõ: ctrl-x");
    assert_eq!(driver.titled(READY).state, MeetingState::Issued);
}
