//! Holding, releasing, retrying and dropping messages by keys.

use lichhop::domain::meeting::MeetingState;
use lichhop::domain::outbox::ItemState;

use super::{Driver, READY};

/// The state of a message, in the store.
fn state(driver: &Driver, id: &str) -> ItemState {
    driver.items().into_iter().find(|item| item.id == id).unwrap().state
}

#[test]
fn a_message_is_held_released_and_dropped() {
    let mut driver = Driver::ministry();
    driver.keys("4 f").says("chờ gửi");
    let id = driver.model.outbox.selected().unwrap().id.clone();
    driver.keys("h").says(&format!("Đã tạm giữ {id}")).assert_quiet();
    assert_eq!(state(&driver, &id), ItemState::Held);
    // It is the only one of its state: queued, sending, deferred, failed, held.
    driver.keys("f f f f").says("thôi giữ").keys("H").says(&format!("Đã thôi giữ {id}"));
    assert_eq!(state(&driver, &id), ItemState::Queued);
    driver.keys("c");
    let at = driver.model.outbox.rows.iter().position(|row| driver.model.outbox.items[*row].id == id).unwrap();
    driver.model.outbox.cursor.move_to(at);
    // Without a reason nothing is given up.
    driver.keys("x").says("sẽ không nhận được thư").keys("enter").says("không được để trống").keys("esc");
    assert_eq!(state(&driver, &id), ItemState::Queued);
    driver.keys("x").typed("Gửi nhầm").keys("enter").says(&format!("Đã bỏ {id}")).assert_quiet();
    assert_eq!(state(&driver, &id), ItemState::Dropped);
    driver.keys("r").says("Thư đã đến kết cục cuối cùng");
}

#[test]
fn what_was_just_issued_is_recalled_and_issued_again_under_the_next_number() {
    let mut driver = Driver::ministry();
    driver.select(READY).keys("i y");
    if matches!(driver.model.layers.last(), Some(lichhop::tui::layer::Layer::Prompt(_))) {
        driver.typed("Đã thống nhất").keys("enter");
    }
    let issued = driver.titled(READY);
    driver.select(READY).keys("u").typed("Ghi nhầm giờ").keys("enter").says("thu hồi").assert_quiet();
    let recalled = driver.titled(READY);
    assert_eq!((recalled.state, recalled.number.as_deref()), (MeetingState::Approved, None));
    assert_eq!(recalled.voided.iter().map(|voided| Some(voided.number.clone())).collect::<Vec<_>>(), [issued.number]);
    assert!(driver.items().iter().filter(|item| item.meeting == recalled.id).all(|item| item.state == ItemState::Dropped));
    // There is nothing more to take back.
    driver.keys("u").typed("Nữa").keys("enter").says("Không có gì để thu hồi");
}
