//! Two who edit the same meeting.

use lichhop::domain::meeting::{Channel, MeetingState};
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::UnitCode;
use lichhop::i18n::Lang;
use lichhop::tui::layer::Layer;
use lichhop::tui::layer::comparison::{Comparison, Side};
use lichhop::tui::layer::form::FieldName;
use lichhop::wire::request::{EntryChanges, IssueOrder, OptionalField, Request};

use super::{DRAFT, Driver, FREE, READY};
use crate::screen::driver::Opening;

/// The fields of the form, from its first on: so many tabs lead to each.
const PLACE: &str = "tab tab tab";
const INVITED: &str = "tab tab tab tab tab tab";
const CONTENT: &str = "shift-tab";

fn codes(texts: &[&str]) -> Vec<UnitCode> {
    texts.iter().map(|text| UnitCode::parse(text).unwrap()).collect()
}

/// Somebody else changes the meeting of this title.
fn others(driver: &mut Driver, title: &str, changes: EntryChanges) {
    let id = driver.titled(title).id;
    driver.meeting(Request::MeetingEdit { id, changes: Box::new(changes), expected: None });
    driver.settle();
}

fn moved(place: &str) -> EntryChanges {
    EntryChanges { place: Line::parse(place).ok(), ..EntryChanges::default() }
}

fn comparison(driver: &Driver) -> &Comparison {
    match driver.model.layers.last() {
        Some(Layer::Comparison(comparison)) => comparison,
        other => panic!("{other:?}"),
    }
}

fn chosen(driver: &Driver) -> Vec<(FieldName, Option<Side>)> {
    comparison(driver).fields.iter().map(|field| (field.sides.name, field.chosen)).collect()
}

fn place(driver: &Driver, title: &str) -> String {
    driver.titled(title).place.to_string()
}

/// Opens the form of the draft and types another place into it.
fn place_typed<'a>(driver: &'a mut Driver, place: &str) -> &'a mut Driver {
    driver.select(DRAFT).keys("e").keys(PLACE).keys("ctrl-u").typed(place)
}

/// The draft in a form with something typed into many fields, and much of it changed by others too.
pub(in crate::screen) fn much(driver: &mut Driver) -> &mut Driver {
    driver.select(DRAFT).keys("e").typed(" (sửa)").keys(PLACE).keys("ctrl-u").typed("Phòng họp 2, số 51 Ngô Quyền");
    driver.keys("tab tab tab").typed(", TCDL, CDA").keys("shift-tab shift-tab shift-tab shift-tab shift-tab shift-tab").keys(CONTENT);
    driver.typed("Đề nghị các đơn vị chuẩn bị báo cáo và gửi trước về Văn phòng Bộ.");
    let changes = EntryChanges {
        place: Line::parse("Phòng họp B").ok(),
        chair: Line::parse("Thứ trưởng phụ trách thể thao").ok(),
        invite: codes(&["VPC"]),
        content: Prose::parse("Mang theo hồ sơ.\nHọp kín, không đưa tin.").ok(),
        ..EntryChanges::default()
    };
    others(driver, DRAFT, changes);
    driver
}

/// A meeting in a form with another title and a further unit, and issued by others meanwhile.
pub(in crate::screen) fn issued_meanwhile(driver: &mut Driver) -> &mut Driver {
    driver.select(READY).keys("e").typed(" (mới)").keys(INVITED).typed(", CDA");
    let id = driver.titled(READY).id;
    driver.meeting(issued(id));
    driver.settle();
    driver
}

#[test]
fn two_people_edit_the_same_meeting_and_both_changes_are_kept() {
    let mut first = Driver::ministry();
    let mut second = first.beside();
    first.select(DRAFT).keys("e").typed(" (lần hai)");
    place_typed(&mut second, "Phòng họp B");
    first.keys("ctrl-s").assert_quiet();
    // It is said at the other desk before anything is saved there.
    second.heard().says("cuộc họp này lúc 10:00; khi lưu sẽ so sánh.").keys("ctrl-s");
    assert_eq!(chosen(&second), [(FieldName::Title, Some(Side::Theirs)), (FieldName::Place, Some(Side::Mine))]);
    second.keys("enter").assert_quiet();
    let title = format!("{DRAFT} (lần hai)");
    assert_eq!((place(&first, &title).as_str(), place(&second, &title).as_str()), ("Phòng họp B", "Phòng họp B"));
    first.heard().says(&title).says("•");
}

fn issued(id: lichhop::domain::meeting::MeetingId) -> Request {
    let reason = Prose::parse("đã thống nhất").ok();
    Request::MeetingIssue(IssueOrder { id, without: vec![], reason: None, override_reason: reason, channel: Channel::default() })
}

#[test]
fn what_both_changed_is_nobodys_until_somebody_chooses() {
    for (keys, wanted) in [
        ("left", "Phòng của tôi"),
        ("l", "Phòng họp B"),
        ("space", "Phòng của tôi"),
        ("space space", "Phòng họp B"),
        ("m", "Phòng của tôi"),
        ("t", "Phòng họp B"),
    ] {
        let mut driver = Driver::ministry();
        place_typed(&mut driver, "Phòng của tôi");
        others(&mut driver, DRAFT, moved("Phòng họp B"));
        driver.keys("ctrl-s").says("! Địa điểm  cả hai cùng sửa: hãy chọn").says("Phòng của tôi").says("Phòng họp B");
        assert_eq!(chosen(&driver), [(FieldName::Place, None)]);
        driver.keys("enter").says("Chưa lưu: còn 1 ô");
        assert_eq!(place(&driver, DRAFT), "Phòng họp B", "nothing is saved before");
        driver.keys(keys).keys("enter").assert_quiet();
        assert_eq!(place(&driver, DRAFT), wanted, "{keys}");
        assert!(driver.model.drafts.is_empty(), "{keys}");
    }
}

#[test]
fn whoever_goes_back_has_everything_and_is_asked_again() {
    let mut driver = Driver::ministry();
    place_typed(&mut driver, "Phòng của tôi");
    others(&mut driver, DRAFT, moved("Phòng họp B"));
    driver.keys("ctrl-s left esc");
    let Some(Layer::Form(form)) = driver.model.layers.last() else { panic!("no form") };
    let typed = form.typed_texts().unwrap();
    assert_eq!((typed[0].field.as_str(), typed[0].text.as_str()), ("place", "Phòng của tôi"));
    // Whatever is the newest by then, and what was typed since.
    others(&mut driver, DRAFT, moved("Phòng họp C"));
    driver.typed(", tầng 2").keys("ctrl-s").says("Phòng họp C").says("Phòng của tôi, tầng 2").is_silent_about("Phòng họp B");
    assert_eq!(chosen(&driver), [(FieldName::Place, None)], "what was chosen before was about something else");
}

#[test]
fn the_comparison_is_a_layer_like_any_other() {
    for key in ["esc", "q", "ctrl-c"] {
        let mut driver = Driver::ministry();
        place_typed(&mut driver, "Phòng của tôi");
        others(&mut driver, DRAFT, moved("Phòng họp B"));
        driver.keys("ctrl-s z").says("Phím z không dùng ở đây").keys("b").says("Ô này không có lựa chọn đó.");
        // Help lists what can be done, and does it.
        driver.keys("?").typed("cua nguoi khac o nay").keys("enter");
        assert_eq!(chosen(&driver), [(FieldName::Place, Some(Side::Theirs))]);
        driver.pasted("m").keys("2 n");
        assert_eq!(chosen(&driver), [(FieldName::Place, Some(Side::Theirs))]);
        driver.keys(key);
        assert!(matches!(driver.model.layers[..], [Layer::Form(_)]), "{key}");
    }
}

#[test]
fn changed_once_more_it_is_compared_once_more() {
    let mut driver = Driver::ministry();
    place_typed(&mut driver, "Phòng của tôi");
    others(&mut driver, DRAFT, moved("Phòng họp B"));
    driver.keys("ctrl-s left");
    let chair = EntryChanges { chair: Line::parse("Vụ trưởng").ok(), ..moved("Phòng họp C") };
    others(&mut driver, DRAFT, chair);
    driver.keys("enter").says("Phòng họp C").says("Phòng của tôi");
    assert_eq!(chosen(&driver), [(FieldName::Place, None), (FieldName::Chair, Some(Side::Theirs))]);
    driver.keys("left enter").assert_quiet();
    let meeting = driver.titled(DRAFT);
    assert_eq!((meeting.place.as_str(), meeting.chair.as_str()), ("Phòng của tôi", "Vụ trưởng"));
}

#[test]
fn what_was_to_be_handed_over_is_handed_over() {
    let mut driver = Driver::ministry();
    place_typed(&mut driver, "Phòng của tôi");
    others(&mut driver, DRAFT, EntryChanges { chair: Line::parse("Vụ trưởng").ok(), ..EntryChanges::default() });
    driver.keys("ctrl-t enter").assert_quiet();
    assert_eq!((driver.titled(DRAFT).state, place(&driver, DRAFT)), (MeetingState::Submitted, "Phòng của tôi".to_owned()));
}

#[test]
fn taking_all_of_theirs_saves_nothing_and_forgets_what_was_typed() {
    let mut driver = Driver::ministry();
    place_typed(&mut driver, "Phòng của tôi");
    others(&mut driver, DRAFT, moved("Phòng họp B"));
    let before = driver.titled(DRAFT).revision;
    driver.keys("ctrl-s t enter").says("Không có gì thay đổi").assert_quiet();
    assert_eq!((driver.titled(DRAFT).revision, driver.model.drafts.len()), (before, 0));
}

#[test]
fn units_that_both_invited_are_invited_together() {
    let mut driver = Driver::ministry();
    let before: Vec<UnitCode> = driver.titled(DRAFT).invited;
    driver.select(DRAFT).keys("e").keys(INVITED).typed(", TCDL, CDA");
    others(&mut driver, DRAFT, EntryChanges { invite: codes(&["VPC"]), uninvite: before[..1].to_vec(), ..EntryChanges::default() });
    driver.keys("ctrl-s").says("+TCDL +CDA (").says(&format!("+VPC −{}", before[0])).says("gộp cả hai");
    driver.keys("b enter").assert_quiet();
    assert_eq!(driver.titled(DRAFT).invited, [&before[1..], &codes(&["VPC", "TCDL", "CDA"])[..]].concat());
}

#[test]
fn a_field_that_others_emptied_is_told_to_be_empty() {
    let mut driver = Driver::ministry();
    driver.select(DRAFT).keys("e tab tab ctrl-u").typed("+3h");
    others(&mut driver, DRAFT, EntryChanges { cleared: vec![OptionalField::End], ..EntryChanges::default() });
    driver.keys("ctrl-s").says("(trống)").keys("left enter").assert_quiet();
    assert!(driver.titled(DRAFT).end.is_some());
}

#[test]
fn a_start_of_theirs_does_not_move_an_end_of_mine() {
    let mut driver = Driver::ministry();
    let meeting = driver.titled(DRAFT);
    driver.select(DRAFT).keys("e tab tab ctrl-u").typed("+3h");
    let moved = |time: WallTime, hours| WallTime::new(time.day(), time.time() + chrono::Duration::hours(hours));
    others(&mut driver, DRAFT, EntryChanges { start: Some(moved(meeting.start, -1)), ..EntryChanges::default() });
    driver.keys("ctrl-s enter").assert_quiet();
    let now = driver.titled(DRAFT);
    assert_eq!((now.start, now.end), (moved(meeting.start, -1), Some(moved(meeting.start, 3))));
}

#[test]
fn what_an_issued_meeting_takes_is_saved_and_the_rest_stays_a_draft() {
    let mut driver = Driver::ministry();
    issued_meanwhile(&mut driver).keys("ctrl-s").says("không lưu được").keys("k left").says("nội dung đã gõ vẫn giữ").keys("enter");
    driver.assert_quiet();
    assert!(driver.titled(READY).invited.contains(&codes(&["CDA"])[0]), "and its title is the one that was issued");
    let kept: Vec<&str> = driver.model.drafts.values().flat_map(|draft| &draft.fields).map(|field| field.text.as_str()).collect();
    assert!(kept.iter().any(|text| text.ends_with("(mới)")), "{kept:?}");
    driver.reopened().says("gõ dở").select(READY).keys("e").says("(mới)").says("đã khóa");
}

#[test]
fn of_a_cancelled_meeting_nothing_is_saved_and_nothing_is_lost() {
    let mut driver = Driver::ministry();
    place_typed(&mut driver, "Phòng của tôi");
    let id = driver.titled(DRAFT).id;
    driver.meeting(Request::MeetingCancel { id, reason: Prose::parse("hoãn chương trình").unwrap() });
    driver.settle();
    driver.keys("ctrl-s").says("dự thảo → đã hủy").says("vẫn giữ làm bản nháp");
    let before = driver.titled(DRAFT).revision;
    driver.keys("left m enter ctrl-s").says("Phòng của tôi");
    assert_eq!(driver.titled(DRAFT).revision, before);
    driver.keys("esc esc").reopened().says("gõ dở");
}

#[test]
fn what_lay_in_a_drawer_is_compared_with_what_it_was_typed_into() {
    for again in [false, true] {
        let mut driver = Driver::ministry();
        place_typed(&mut driver, "Phòng của tôi").keys("esc");
        others(&mut driver, DRAFT, EntryChanges { chair: Line::parse("Vụ trưởng").ok(), ..moved("Phòng họp B") });
        if again {
            driver.reopened().select(DRAFT);
        }
        driver.keys("e").says("Phòng của tôi").says("Vụ trưởng").says("khi lưu sẽ so sánh").keys("ctrl-s").says("Phòng họp B");
        assert_eq!(chosen(&driver), [(FieldName::Place, None)], "{again}");
        assert_ne!(comparison(&driver).fields[0].sides.base, None, "{again}");
        // Also when it is put into the drawer once more.
        driver.keys("esc esc e ctrl-s");
        assert_eq!(chosen(&driver), [(FieldName::Place, None)], "{again}");
        driver.keys("left enter").assert_quiet();
        assert_eq!(place(&driver, DRAFT), "Phòng của tôi");
    }
}

#[test]
fn an_approval_meanwhile_is_told_and_nothing_has_to_be_chosen() {
    let mut driver = Driver::ministry();
    driver.select(FREE).keys("e").typed(" (bổ sung)");
    let id = driver.titled(FREE).id;
    driver.meeting(Request::MeetingApprove { id, override_reason: None });
    driver.settle();
    driver.keys("ctrl-s").says("đã duyệt cuộc họp này").says("đã trình → đã duyệt").says("đã chọn đủ").keys("enter").assert_quiet();
    driver.titled(&format!("{FREE} (bổ sung)"));
}

#[test]
fn who_reads_help_above_the_form_is_not_interrupted() {
    let mut driver = Driver::ministry();
    place_typed(&mut driver, "Phòng của tôi");
    others(&mut driver, DRAFT, moved("Phòng họp B"));
    driver.press("ctrl-s");
    driver.press("f1");
    driver.settle();
    assert!(matches!(driver.model.layers.last(), Some(Layer::Menu(_))));
    driver.keys("esc ctrl-s").says("cả hai cùng sửa: hãy chọn");
}

#[test]
fn who_leaves_the_form_while_it_is_saved_is_told_and_keeps_it() {
    let mut driver = Driver::ministry();
    place_typed(&mut driver, "Phòng của tôi");
    others(&mut driver, DRAFT, moved("Phòng họp B"));
    driver.press("ctrl-s");
    driver.press("esc");
    driver.settle();
    driver.says("được người khác thay đổi").assert_quiet();
    driver.keys("e").says("Phòng của tôi").keys("ctrl-s").says("cả hai cùng sửa: hãy chọn");
}

#[test]
fn what_is_typed_on_while_it_is_saved_is_a_change_of_what_was_saved() {
    let mut driver = Driver::ministry();
    place_typed(&mut driver, "Phòng A");
    for key in ["ctrl-s", "esc", "e", "tab", "tab", "tab", "2"] {
        driver.press(key);
    }
    driver.settle();
    driver.keys("ctrl-s").assert_quiet();
    assert_eq!(place(&driver, DRAFT), "Phòng A2", "nobody else has changed anything");
}

#[test]
fn a_long_text_can_be_read_to_its_end_in_the_smallest_window() {
    for lang in Lang::ALL {
        let mut driver = Driver::open(Opening::MINISTRY.lang(lang));
        driver.select(DRAFT).keys("e").keys(CONTENT).typed("Ngắn.");
        let words: Vec<String> = (0..120).map(|n| format!("lời{n}")).collect();
        let content = Prose::parse(&words.join(" ")).ok();
        others(&mut driver, DRAFT, EntryChanges { content, chair: Line::parse("Vụ trưởng").ok(), ..EntryChanges::default() });
        driver.keys("ctrl-s").resized((40, 10));
        let mut read = String::new();
        for _ in 0..200 {
            read.push_str(&driver.drawn().text());
            driver.keys("j");
        }
        assert!(words.iter().all(|word| read.contains(word)), "{read}");
        assert_eq!(comparison(&driver).at, 1, "then the next field");
        driver.keys("g g");
        assert_eq!(comparison(&driver).top, 0);
    }
}
