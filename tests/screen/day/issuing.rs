//! Issuing, sending, cancelling what was sent.

use std::collections::BTreeMap;

use lichhop::domain::meeting::MeetingState;
use lichhop::domain::outbox::ItemState;
use lichhop::domain::unit::UnitCode;

use super::{Driver, ISSUED, READY};
use crate::screen::layers::UNREACHABLE;

/// How many messages of a meeting are in which state, by their kind.
pub(super) fn mail(driver: &Driver, title: &str) -> BTreeMap<(String, ItemState), usize> {
    let id = driver.titled(title).id;
    let mut counts = BTreeMap::new();
    for item in driver.items().into_iter().filter(|item| item.meeting == id) {
        *counts.entry((item.kind, item.state)).or_default() += 1;
    }
    counts
}

fn one(kind: &str, state: ItemState, count: usize) -> BTreeMap<(String, ItemState), usize> {
    BTreeMap::from([((kind.to_owned(), state), count)])
}

#[test]
fn an_invitation_is_looked_at_and_issued_once() {
    let mut driver = Driver::ministry();
    driver.select("Họp về kế hoạch tuyển dụng").keys("i").says("GIẤY MỜI").says("2 đơn vị");
    let title = driver.model.selected_meeting().unwrap().title.to_string();
    // Enter takes the marked choice: no.
    driver.keys("enter");
    assert_eq!(driver.titled(&title).state, MeetingState::Approved);
    // Pressed twice at once it is issued once.
    driver.keys("i");
    driver.press("y");
    driver.press("y");
    driver.settle();
    driver.assert_quiet();
    assert_eq!(driver.titled(&title).state, MeetingState::Issued);
    driver.says("24/GM-BVHTTDL").is_silent_about("Không thể");
    assert_eq!(mail(&driver, &title), one("request", ItemState::Queued, 2));
}

#[test]
fn who_cannot_be_reached_is_left_out_for_a_reason() {
    let mut driver = Driver::ministry();
    let title = "Làm việc với các thư viện, bảo tàng về dịch vụ công trực tuyến";
    driver.select(UNREACHABLE).keys("i").says("Không nhận được (2)");
    driver.says("Bớt 2 đơn vị rồi phát hành").is_silent_about("Phát hành (");
    // Every way of saying yes leads to leaving them out.
    for keys in ["y", "tab enter", "w"] {
        driver.keys(keys).says("TVQG, BTMT không nhận được thư").keys("esc").is_silent_about("Không có gì được ghi");
    }
    assert_eq!(driver.titled(title).state, MeetingState::Approved, "not to everybody");
    driver.keys("w").says("TVQG").typed("Báo bằng điện thoại").keys("enter").says("2 đơn vị").keys("y").assert_quiet();
    let meeting = driver.titled(title);
    assert_eq!(meeting.state, MeetingState::Issued);
    assert_eq!(meeting.without.iter().map(UnitCode::as_str).collect::<Vec<_>>(), ["TVQG", "BTMT"]);
    assert_eq!(mail(&driver, title), one("request", ItemState::Queued, 2));
}

#[test]
fn a_conflict_in_the_way_of_issuing_asks_for_a_reason_and_goes_on() {
    let mut driver = Driver::ministry();
    driver.select(READY).keys("i").says("Trùng lịch: địa điểm").keys("y");
    let asked = matches!(driver.model.layers.last(), Some(lichhop::tui::layer::Layer::Prompt(_)));
    if asked {
        driver.says("Lý do").typed("Đã thống nhất").keys("enter");
    }
    driver.assert_quiet();
    assert_eq!(driver.titled(READY).state, MeetingState::Issued);
}

#[test]
fn what_waits_is_sent_and_seen_to_be() {
    let mut driver = Driver::ministry();
    let waiting = driver.items().iter().filter(|item| item.state == ItemState::Queued).count();
    assert!(waiting > 5);
    driver.keys("4 f").says("chờ gửi").keys("F");
    assert!(driver.items().iter().all(|item| item.state != ItemState::Queued));
    driver.says("Không tìm thấy gì").keys("c").says("đã gửi").assert_quiet();
    let delivered = std::fs::read_dir(driver.folder().join("mail/new")).unwrap().count() - 1;
    assert_eq!(delivered, waiting);
    // From a message to its meeting and back to the messages of that meeting alone.
    driver.keys("enter");
    let meeting = driver.model.selected_meeting().unwrap().clone();
    driver.keys("o");
    assert!(driver.model.outbox.rows.len() < driver.model.outbox.items.len());
    let of_meeting = driver.model.outbox.rows.iter().all(|row| driver.model.outbox.items[*row].meeting == meeting.id);
    assert!(of_meeting && !driver.model.outbox.rows.is_empty());
}

#[test]
fn who_was_invited_is_told_of_the_cancellation() {
    let mut driver = Driver::ministry();
    let before = mail(&driver, ISSUED);
    assert_eq!(before, one("request", ItemState::Sent, 3));
    driver.select(ISSUED).keys("x").typed("Hoãn").keys("enter").says("3 đơn vị").keys("y").says("3").assert_quiet();
    assert_eq!(mail(&driver, ISSUED)[&("cancel".to_owned(), ItemState::Queued)], 3);
    driver.keys("F");
    assert_eq!(mail(&driver, ISSUED)[&("cancel".to_owned(), ItemState::Sent)], 3);
}
