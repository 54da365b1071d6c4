//! Another date, no date, other units: what is done from the screen to what was issued.

use lichhop::domain::meeting::MeetingState;
use lichhop::domain::outbox::ItemState;
use lichhop::domain::text::Prose;
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::UnitCode;
use lichhop::wire::request::Request;

use super::issuing::mail;
use super::{Driver, ISSUED, READY};

fn at(text: &str) -> WallTime {
    WallTime::parse(text, "2026-11-25T03:00:00Z".parse().unwrap()).unwrap()
}

#[test]
fn a_meeting_is_postponed_and_later_held_on_another_day() {
    let mut driver = Driver::ministry();
    driver.select(ISSUED).keys("p").says("Lý do hoãn").typed("Chờ ý kiến Thứ trưởng").keys("enter").says("3 đơn vị").says("tạm hoãn");
    driver.keys("y").says("3 thư chờ gửi").assert_quiet();
    let postponed = driver.titled(ISSUED);
    assert_eq!(postponed.state, MeetingState::Postponed);
    driver.keys("F");
    // From there only a new date or the end.
    driver.select(ISSUED).keys("p").says("Không thể hoãn").keys("m").says(&format!("Đổi lịch {}", postponed.id));
    driver.keys("ctrl-e ctrl-u").typed("03/12/2026 14:00").keys("tab ctrl-e ctrl-u").typed("16h").keys("ctrl-s").says("Lý do đổi lịch");
    driver.typed("Đã có ngày mới").keys("enter").says("Giấy mời này thay thế Giấy mời số").says("Đổi lịch (3 đơn vị)");
    assert_eq!(driver.titled(ISSUED).state, MeetingState::Postponed, "it is only looked at");
    driver.keys("y").says("thay thế số").assert_quiet();
    let revived = driver.titled(ISSUED);
    assert_eq!((revived.state, revived.start, revived.end), (MeetingState::Issued, at("2026-12-03 14:00"), Some(at("2026-12-03 16:00"))));
    assert_eq!((revived.replaces.len(), revived.replaces[0].number.clone()), (1, postponed.number.unwrap()));
    assert_eq!(mail(&driver, ISSUED)[&("request".to_owned(), ItemState::Queued)], 3);
    assert!(driver.model.drafts.is_empty());
}

#[test]
fn only_time_and_place_are_typed_for_another_date() {
    let mut driver = Driver::ministry();
    let before = driver.titled(ISSUED);
    driver.select(ISSUED).keys("m ctrl-s").says("Thời gian và địa điểm chưa đổi").keys("shift-tab").typed("x").says("đã khóa");
    driver.keys("esc").assert_quiet();
    assert_eq!(driver.titled(ISSUED).revision, before.revision);
    driver
        .select(READY)
        .keys("m")
        .says("Không thể đổi lịch")
        .keys("p")
        .says("Không thể hoãn")
        .keys("I")
        .says("Không thể thay thế giấy mời");
    driver.assert_quiet();
}

#[test]
fn an_invitation_is_replaced_for_other_units_and_others_are_told() {
    let mut driver = Driver::ministry();
    driver.select(ISSUED).keys("I").says("Thay thế giấy mời của");
    while driver.focused() != "invite" {
        driver.keys("tab");
    }
    driver.keys("ctrl-e ctrl-u").typed("CNTBD, VPC").keys("ctrl-s").typed("Điều chỉnh thành phần").keys("enter");
    driver.says("Thu hồi ở (2)").says("Thay thế giấy mời (2 đơn vị)").keys("y");
    if matches!(driver.model.layers.last(), Some(lichhop::tui::layer::Layer::Prompt(_))) {
        driver.typed("Đã thống nhất").keys("enter");
    }
    driver.assert_quiet();
    let now = driver.titled(ISSUED);
    assert_eq!(now.invited.iter().map(UnitCode::as_str).collect::<Vec<_>>(), ["CNTBD", "VPC"]);
    let mail = mail(&driver, ISSUED);
    assert_eq!(mail[&("request".to_owned(), ItemState::Queued)], 2);
    assert_eq!(mail[&("cancel".to_owned(), ItemState::Queued)], 2);
    // In the outbox a withdrawal is not taken for a cancellation.
    driver.keys("o").says("rút").says("[THU HỒI GIẤY MỜI]");
}

#[test]
fn what_was_typed_is_kept_when_the_form_is_closed_or_the_meeting_changed_by_others() {
    let mut driver = Driver::ministry();
    let id = driver.titled(ISSUED).id;
    driver
        .select(ISSUED)
        .keys("m ctrl-e ctrl-u")
        .typed("04/12/2026 08:00")
        .keys("tab esc")
        .select(ISSUED)
        .keys("m")
        .says("04/12/2026 08:00");
    let reason = Prose::parse("chưa rõ").unwrap();
    driver.meeting(Request::MeetingPostpone { id, reason });
    driver.settle();
    driver.says("04/12/2026 08:00");
    driver.keys("ctrl-s").typed("Đã có ngày").keys("enter").keys("y");
    if matches!(driver.model.layers.last(), Some(lichhop::tui::layer::Layer::Prompt(_))) {
        driver.typed("Đã thống nhất").keys("enter");
    }
    driver.assert_quiet();
    assert_eq!((driver.titled(ISSUED).state, driver.titled(ISSUED).start), (MeetingState::Issued, at("2026-12-04 08:00")));
}

impl Driver {
    /// The word of the field that has the focus in the form on top.
    fn focused(&self) -> &'static str {
        match self.model.layers.last() {
            Some(lichhop::tui::layer::Layer::Form(form)) => form.focused().word(),
            other => panic!("no form: {other:?}"),
        }
    }
}
