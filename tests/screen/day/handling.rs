//! Holding, releasing, retrying and dropping messages by keys.

use lichhop::domain::outbox::ItemState;

use super::Driver;

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
