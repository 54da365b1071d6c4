//! The layers above the panes, as they look.

use lichhop::tui::layer::Layer;

use super::day::comparing::{issued_meanwhile, much};
use super::driver::Driver;
use super::{assert_screens, told};

/// A whole meeting as somebody types it, field by field.
const WHOLE: [&str; 9] = [
    "Họp về chuyển đổi số ngành văn hóa",
    "thứ 6 8h30",
    "+2h",
    "Phòng họp tầng 2, số 51 Ngô Quyền",
    "Thứ trưởng phụ trách văn hóa",
    "VP",
    "TTCNTT, VPC, CDA",
    "TTCNTT",
    "https://hop.bvhttdl.example/chuyen-doi-so",
];

/// An approved meeting to which two museums and libraries are invited that have no mailbox.
pub(super) const UNREACHABLE: &str = "Làm việc với các thư viện";

#[test]
fn the_form_of_a_new_meeting() {
    assert_screens!("form_new", told(|driver| driver.keys("n")));
}

#[test]
fn a_form_that_is_filled_in() {
    assert_screens!(
        "form_filled",
        told(|driver| {
            driver.keys("n").filled(&WHOLE).keys("right tab").typed("Đề nghị các đơn vị\n").keys("enter").typed("chuẩn bị báo cáo.")
        })
    );
}

#[test]
fn a_form_with_something_wrong_in_most_fields() {
    assert_screens!(
        "form_wrong",
        told(|driver| {
            let texts = ["", "31/2 8h", "7h", "x", "", "VPP", "CDA, CDAA; VPC CDA", "VP, VP", ""];
            driver.keys("n").filled(&texts).keys("ctrl-s tab tab tab tab tab")
        })
    );
}

#[test]
fn the_form_of_a_meeting_that_is_edited() {
    assert_screens!("form_edit", told(|driver| driver.select("Họp bàn kế hoạch tổ chức Ngày hội").keys("e tab")));
}

#[test]
fn the_choice_of_units() {
    assert_screens!(
        "picker",
        told(|driver| { driver.keys("n tab tab tab tab tab tab").typed("VP, CDA").keys("enter").typed("thong tin").keys("tab") })
    );
}

#[test]
fn the_choice_of_units_that_no_mail_reaches() {
    assert_screens!("picker_mailboxes", told(|driver| driver.keys("n tab tab tab tab tab tab enter").typed("thu vien")));
}

#[test]
fn the_choice_of_units_that_nothing_fits() {
    let mut driver = Driver::ministry();
    driver.keys("n tab tab tab tab tab tab enter").typed("zzz");
    assert!(driver.told().contains("Không tìm thấy gì."));
}

#[test]
fn the_question_for_a_reason() {
    assert_screens!("prompt", told(|driver| driver.select("Họp góp ý dự thảo Quy chế").keys("x enter")));
}

#[test]
fn the_question_before_many_are_told() {
    assert_screens!(
        "confirm",
        told(|driver| { driver.select("Họp góp ý dự thảo Quy chế").keys("x").typed("Chuyển sang tuần sau").keys("enter") })
    );
}

#[test]
fn the_preview_of_an_invitation() {
    assert_screens!("preview", told(|driver| driver.select(UNREACHABLE).keys("i")));
}

#[test]
fn the_preview_of_what_cannot_be_issued() {
    assert_screens!("preview_only", told(|driver| driver.select("Họp bàn kế hoạch tổ chức Ngày hội").keys("v right")));
}

#[test]
fn help_on_keys() {
    assert_screens!("help", told(|driver| driver.keys("?")));
}

#[test]
fn help_above_a_form() {
    assert_screens!("help_form", told(|driver| driver.keys("n f1").typed("chon")));
}

#[test]
fn the_palette_with_a_query_without_marks() {
    assert_screens!("palette", told(|driver| driver.keys(":").typed("duyet")));
}

#[test]
fn the_notices() {
    assert_screens!("notices", told(|driver| { driver.select("Họp bàn kế hoạch tổ chức Ngày hội").keys("a esc i N") }));
}

#[test]
fn what_is_said_below_the_panes() {
    assert_screens!("message", told(|driver| driver.select("Họp bàn kế hoạch tổ chức Ngày hội").keys("i")));
}

#[test]
fn a_whole_meeting() {
    assert_screens!("sheet", told(|driver| driver.select("Họp góp ý dự thảo Quy chế").keys("enter j")));
}

#[test]
fn a_search() {
    assert_screens!("search", told(|driver| driver.keys("2 /").typed("dien anh")));
}

#[test]
fn a_search_that_finds_nothing() {
    assert_screens!("search_nothing", told(|driver| driver.keys("2 f / x y z enter")));
}

#[test]
fn the_keys_that_may_follow() {
    assert_screens!("hints_after_g", told(|driver| driver.keys("g")));
}

/// The form of a new meeting with the field of the invited units in focus.
const INVITED: &str = "n tab tab tab tab tab tab";

/// What stands in the invited units' field of the form.
fn invited(driver: &Driver) -> Option<String> {
    let Some(Layer::Form(form)) = driver.model.layers.first() else { panic!("no form") };
    form.typed_texts()?.into_iter().find(|field| field.field == "invite").map(|field| field.text)
}

#[test]
fn the_choice_of_units_takes_what_is_marked_and_nothing_else() {
    for (keys, said, taken) in [
        // The cursor goes on to the next unit, which nobody has marked.
        ("tab", "enter nhận 1 đơn vị", Some("TCDL")),
        ("tab tab", "enter nhận 2 đơn vị", Some("TCDL, TCDL-TTTT")),
        ("", "enter nhận TCDL", Some("TCDL")),
        ("down", "enter nhận TCDL-TTTT", Some("TCDL-TTTT")),
        ("tab up tab up", "enter nhận TCDL", Some("TCDL")),
    ] {
        let mut driver = Driver::ministry();
        driver.keys(INVITED).keys("enter").typed("du lich").keys(keys);
        for columns in [40, 80] {
            let told = driver.screen((columns, 10)).row(9);
            assert!(told.contains(said), "{keys}: {told}");
        }
        assert_eq!(invited(driver.keys("enter")).as_deref(), taken, "{keys}");
        assert_eq!(driver.model.layers.len(), 1, "{keys}");
    }
}

#[test]
fn where_no_unit_fits_enter_takes_none() {
    for (field, stands) in [("n tab tab tab tab tab", "VP"), (INVITED, "")] {
        let mut driver = Driver::ministry();
        driver.keys(field).typed(stands).keys("enter").typed("zzz");
        assert!(!driver.screen((80, 24)).row(23).contains("enter"), "{field}");
        driver.keys("enter");
        assert_eq!(driver.model.layers.len(), 2, "{field}");
        driver.keys("esc");
        let Some(Layer::Form(form)) = driver.model.layers.last() else { panic!("no form") };
        let texts: Vec<String> = form.typed_texts().into_iter().flatten().map(|field| field.text).collect();
        assert_eq!(texts.concat(), stands, "{field}");
    }
}

#[test]
fn marks_are_there_again_when_the_choice_was_closed_without_taking_them() {
    let mut driver = Driver::ministry();
    driver.keys(INVITED).typed("VP").keys("enter").typed("du lich").keys("tab tab esc");
    assert_eq!(invited(&driver).as_deref(), Some("VP"), "the field is as it was");
    assert!(driver.told().contains("Chưa nhận đơn vị nào; mở lại danh sách, các dấu vẫn còn."), "{}", driver.told());
    driver.keys("enter");
    assert!(driver.screen((80, 24)).row(23).contains("nhận 3 đơn vị"));
    assert_eq!(invited(driver.keys("enter")).as_deref(), Some("VP, TCDL, TCDL-TTTT"));
    // What was typed since is newer, and closing what was not touched says nothing.
    driver.keys("enter").typed("dien anh").keys("tab esc").typed(", CDA").keys("enter");
    assert!(driver.screen((80, 24)).row(23).contains("nhận 4 đơn vị"));
    driver.keys("esc");
    assert!(!driver.told().contains("các dấu vẫn còn"));
}

#[test]
fn the_form_of_an_issued_meeting() {
    assert_screens!("form_issued", told(|driver| driver.select("Họp về phương án tổ chức Liên hoan Phim").keys("e")));
}

#[test]
fn the_form_of_a_meeting_that_others_have_changed() {
    assert_screens!("form_changed_by_others", told(much));
}

#[test]
fn the_comparison() {
    assert_screens!("comparison", told(|driver| much(driver).keys("ctrl-s")));
}

#[test]
fn the_comparison_with_something_chosen() {
    assert_screens!("comparison_chosen", told(|driver| much(driver).keys("ctrl-s right j b j h")));
}

#[test]
fn the_comparison_with_a_meeting_that_was_issued() {
    assert_screens!("comparison_issued", told(|driver| issued_meanwhile(driver).keys("ctrl-s")));
}

#[test]
fn in_the_smallest_window_a_field_has_the_whole_width() {
    let mut driver = Driver::ministry();
    driver.keys("n").resized((40, 10));
    let title = "Họp rà soát hộp thư điện tử công vụ của Bộ";
    driver.typed(title);
    let (seen, caret) = (driver.drawn().text(), driver.drawn().caret);
    assert!(seen.contains("…oát hộp thư điện tử công vụ của Bộ"), "{seen}");
    assert!(seen.contains("│ * Trích yếu"), "{seen}");
    assert_eq!(caret, Some((37, 3)));
    for (field, label) in [("tab", "Bắt đầu"), ("tab", "Kết thúc"), ("tab tab tab tab", "Đơn vị được mời")] {
        driver.keys(field).typed("x");
        let picture = driver.drawn();
        let (_, y) = picture.caret.unwrap();
        assert!(picture.row(y - 1).contains(label) && picture.row(y).starts_with("│ x"), "{}", picture.text());
    }
    // The several lines too, with the caret in sight.
    driver.keys("tab tab tab tab").typed("dài ").keys("enter").typed("một dòng nữa của nội dung");
    let picture = driver.drawn();
    assert!(picture.row(picture.caret.unwrap().1).starts_with("│ một dòng nữa của nội dung"), "{}", picture.text());
}
