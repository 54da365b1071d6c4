//! Registering and editing.

use lichhop::domain::meeting::{MeetingState, Urgency};
use lichhop::domain::text::Prose;
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::UnitCode;
use lichhop::tui::keymap::Chord;
use lichhop::tui::msg::Msg;

use super::{DRAFT, Driver, TYPED};

fn at(text: &str) -> WallTime {
    WallTime::parse(text, "2026-11-25T03:00:00Z".parse().unwrap()).unwrap()
}

#[test]
fn a_meeting_is_registered_letter_by_letter() {
    let mut driver = Driver::ministry();
    driver.keys("n").filled(&TYPED).keys("tab tab right right tab");
    driver.typed("Dự thảo gửi kèm.").keys("enter").typed("Chuẩn bị ý kiến.").keys("ctrl-s");
    let meeting = driver.titled(TYPED[0]);
    assert_eq!((meeting.state, meeting.urgency), (MeetingState::Draft, Urgency::VeryUrgent));
    assert_eq!((meeting.start, meeting.end), (at("2026-11-27 08:30"), Some(at("2026-11-27 10:30"))));
    assert_eq!((meeting.place.as_str(), meeting.chair.as_str(), meeting.unit.as_str()), (TYPED[3], TYPED[4], "VP"));
    assert_eq!(meeting.invited.iter().map(UnitCode::as_str).collect::<Vec<_>>(), ["TTCNTT", "VPC", "CDA"]);
    assert_eq!(meeting.content.as_ref().map(Prose::as_str), Some("Dự thảo gửi kèm.\nChuẩn bị ý kiến."));
    assert_eq!(driver.model.selected_meeting(), Some(&meeting), "it is selected where it stands");
    driver.says(meeting.id.as_str()).assert_quiet();
    assert!(driver.model.drafts.is_empty());
}

#[test]
fn letters_typed_with_their_marks_apart_are_stored_composed() {
    let mut driver = Driver::ministry();
    driver.keys("n");
    for letter in "Ho\u{323}p ve\u{302}\u{300} Te\u{302}\u{301}t".chars() {
        driver.send(Msg::Pressed(Chord::char(letter)));
    }
    driver.keys("tab").filled(&TYPED[1..]).keys("ctrl-t");
    assert_eq!(driver.titled("Họp về Tết").state, MeetingState::Submitted);
}

#[test]
fn a_pasted_line_is_one_line() {
    let mut driver = Driver::ministry();
    driver.keys("n").pasted("Ho\u{323}p\nhai\u{1b}[31m dòng\r\n").keys("tab").filled(&TYPED[1..]).keys("ctrl-s");
    assert!(driver.meetings().iter().any(|meeting| meeting.title.as_str().starts_with("Họp hai")), "{}", driver.told());
}

#[test]
fn a_doubtful_time_keeps_its_sign_where_there_is_no_room_for_words() {
    let mut driver = Driver::ministry();
    driver.keys("n tab").typed("22/11 8h");
    assert!(driver.screen((80, 24)).text().contains("đã qua"));
    driver.keys("tab");
    let text = driver.screen((80, 24)).text();
    assert!(text.contains("? Bắt đầu") && !text.contains("đã qua"), "{text}");
    driver.keys("shift-tab ctrl-u").typed("27/11 8h").keys("tab");
    assert!(driver.screen((80, 24)).text().contains("* Bắt đầu"));
}

#[test]
fn what_a_field_means_stands_beside_it_at_once() {
    for (field, typed, said) in [
        (1, "31/2 8h", "không có ngày “31/2”"),
        (1, "mai 25h", "không có giờ “25h”"),
        (1, "29/2 8h", "không có ngày “29/2/2027”"),
        (1, "22/11 8h", "đã qua · Chủ nhật 22/11/2026"),
        (1, "27/11 từ 8h00 đến 11h30", "thứ Sáu 27/11/2026, 08:00–11:30"),
        (1, "lúc nào đó", "chưa rõ giờ: thử 26/11 14h"),
        (1, "sáng mai", "còn thiếu giờ, ví dụ 14h"),
        (1, "mai 14", "chưa rõ giờ “14”: thử 14h"),
        (1, "14h 5/x", "chưa rõ ngày “5/x”: thử 26/11"),
        (1, "14h mai ở Bộ", "chưa hiểu “ở Bộ”"),
        (1, "thứ Hai 1/12", "01/12/2026 là thứ Ba"),
        (1, "mai 8h-10h", "thứ Năm 26/11/2026, 08:00–10:00"),
        (1, "mai 10h-8h", "giờ kết thúc phải sau giờ bắt"),
        (1, "mai 14h", "thứ Năm 26/11/2026, 14:00"),
        (1, "thứ 6 8h30", "thứ Sáu 27/11/2026, 08:30"),
        (1, "26/11 14:00", "thứ Năm 26/11/2026, 14:00"),
        (1, "24/11/2026 8h", "đã qua"),
        (1, "14h", "thứ Tư 25/11/2026, 14:00"),
        (5, "vp", "Văn phòng Bộ"),
        (5, "VPP", "không có VPP; ý là VP?"),
        (5, "QQQQ", "không có đơn vị QQQQ"),
        (5, "VP CDA", "quá nhiều đơn vị"),
        (6, "CDA; vpc, TTCNTT", "3 đơn vị"),
        (6, "CDA, cda", "CDA nêu hai lần"),
        (0, "a\u{202e}b", "ký tự"),
    ] {
        let mut driver = Driver::ministry();
        driver.keys("n").keys(&"tab ".repeat(field)).typed(typed).screen((120, 40));
        let told = driver.drawn().text();
        assert!(told.contains(said), "{typed}: “{said}” is not said:\n{told}");
    }
    let mut driver = Driver::ministry();
    driver.keys("n tab").filled(&["mai 14h", "13h"]).says("sau");
}

#[test]
fn a_start_that_says_the_end_is_saved_with_it() {
    let mut driver = Driver::ministry();
    driver.keys("n").filled(&[TYPED[0], "thứ 6 8h30 đến 10h"]).says("10:00");
    driver.keys("tab").filled(&TYPED[3..6]).keys("ctrl-s").assert_quiet();
    let meeting = driver.titled(TYPED[0]);
    assert_eq!((meeting.start, meeting.end), (at("2026-11-27 08:30"), Some(at("2026-11-27 10:00"))));
    // The end goes along, and it is said; also when the form is saved from within the field.
    driver.keys("e tab ctrl-u").typed("27/11 14h").keys("tab").says("Giờ kết thúc dời theo: 27/11/2026 15:30");
    driver.keys("shift-tab ctrl-u").typed("27/11 14h-17h").keys("ctrl-s").says("(trước là 27/11/2026 15:30)").assert_quiet();
    let meeting = driver.titled(TYPED[0]);
    assert_eq!((meeting.start, meeting.end), (at("2026-11-27 14:00"), Some(at("2026-11-27 17:00"))));
}

#[test]
fn an_incomplete_form_is_not_saved_and_says_where() {
    let mut driver = Driver::ministry();
    let before = driver.meetings().len();
    driver.keys("n").typed("Họp").keys("ctrl-s");
    driver.says("bắt buộc phải có").says("Bắt đầu");
    driver.typed("mai 14h").says("thứ Năm 26/11/2026, 14:00");
    driver.keys("ctrl-s").typed("Phòng 1").keys("ctrl-s").typed("Bộ trưởng").keys("ctrl-s").typed("VP");
    assert_eq!(driver.meetings().len(), before);
    driver.keys("ctrl-s").assert_quiet();
    assert_eq!(driver.titled("Họp").chair.as_str(), "Bộ trưởng", "each save went to the next field that was missing");
}

#[test]
fn units_are_chosen_from_the_list() {
    let mut driver = Driver::ministry();
    driver.keys("n").filled(&TYPED[..5]).keys("enter").typed("van phong bo").keys("enter");
    driver.says("Văn phòng Bộ").keys("tab enter").typed("điện ảnh").keys("tab").typed("phap che").keys("tab enter");
    driver.says("CDA, VPC").keys("ctrl-s");
    let meeting = driver.titled(TYPED[0]);
    assert_eq!(meeting.unit.as_str(), "VP");
    assert_eq!(meeting.invited.iter().map(UnitCode::as_str).collect::<Vec<_>>(), ["CDA", "VPC"]);
}

#[test]
fn optional_fields_can_be_cleared() {
    let mut driver = Driver::ministry();
    driver.keys("n").filled(&TYPED).keys("tab").typed("https://hop.example/x").keys("tab tab").typed("Nội dung").keys("ctrl-s");
    let meeting = driver.titled(TYPED[0]);
    assert!(meeting.end.is_some() && meeting.online.is_some() && meeting.content.is_some());
    driver.keys("e tab tab ctrl-u tab tab tab tab ctrl-u tab tab ctrl-u tab tab ctrl-u ctrl-s").assert_quiet();
    let after = driver.titled(TYPED[0]);
    assert_eq!((after.end, after.online, after.content, after.invited), (None, None, None, vec![]));
    assert_eq!((after.start, after.place), (meeting.start, meeting.place));
}

#[test]
fn a_form_in_which_nothing_was_changed_writes_nothing() {
    let mut driver = Driver::ministry();
    driver.select(DRAFT);
    let before = driver.titled(DRAFT);
    driver.keys("e ctrl-s").says("Không có gì thay đổi").assert_quiet();
    assert_eq!(driver.titled(DRAFT).revision, before.revision);
}

#[test]
fn a_draft_is_edited_and_handed_over_at_once() {
    let mut driver = Driver::ministry();
    driver.select(DRAFT).keys("e").typed(" (bổ sung)").keys("ctrl-t").assert_quiet();
    assert_eq!(driver.titled(&format!("{DRAFT} (bổ sung)")).state, MeetingState::Submitted);
}

#[test]
fn what_somebody_else_changed_meanwhile_is_neither_lost_nor_undone() {
    let mut driver = Driver::ministry();
    driver.select(DRAFT);
    let meeting = driver.titled(DRAFT);
    driver.keys("e").typed(" mới");
    driver.moved_by_another(&meeting, "Phòng họp B");
    driver.keys("ctrl-s");
    let other = driver.titled(DRAFT);
    assert_eq!(other.place.as_str(), "Phòng họp B", "nothing was written over it");
    let title = format!("{DRAFT} mới");
    driver.says(&title).says("lan đã sửa cuộc họp này lúc 10:00");
    // What only one of them has changed is chosen by itself.
    driver.says("Phòng họp B").keys("enter").assert_quiet();
    assert_eq!(driver.titled(&title).place.as_str(), "Phòng họp B");
}

#[test]
fn a_draft_brought_back_undoes_nothing_of_what_others_changed_since() {
    let mut driver = Driver::ministry();
    driver.select(DRAFT);
    let meeting = driver.titled(DRAFT);
    driver.keys("e").typed(" mới").keys("esc");
    driver.moved_by_another(&meeting, "Phòng họp B");
    // What was typed is a change of nothing that they have changed, and all of that stands in the form.
    driver.keys("e").says("Phòng họp B").is_silent_about("khi lưu sẽ so sánh").keys("ctrl-s").assert_quiet();
    assert_eq!(driver.titled(&format!("{DRAFT} mới")).place.as_str(), "Phòng họp B");
}

#[test]
fn a_change_of_others_moves_neither_selection_nor_form() {
    let mut driver = Driver::ministry();
    driver.select(DRAFT);
    let meeting = driver.titled(DRAFT);
    driver.moved_by_another(&meeting, "Phòng họp B");
    assert_eq!(driver.model.selected_meeting().unwrap().id, meeting.id);
    driver.says("Phòng họp B").keys("e tab tab tab").typed(" và C");
    driver.moved_by_another(&meeting, "Phòng họp D");
    driver.says("Phòng họp B và C");
}
