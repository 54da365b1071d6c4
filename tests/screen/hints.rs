//! The bar of hints: the way out of every place, and what Enter does.

use lichhop::i18n::Lang;

use super::driver::{Driver, Opening};
use super::keys::OPENED;
use super::layers::UNREACHABLE;

/// The bar, at a width.
fn bar(driver: &mut Driver, columns: u16) -> String {
    driver.screen((columns, 10)).row(9)
}

#[test]
fn the_way_out_is_told_in_every_width() {
    for lang in Lang::ALL {
        for keys in OPENED.iter().map(|(keys, _)| *keys).chain(["n tab", "e", "n shift-tab", "n tab tab tab tab tab tab enter", "g"]) {
            let mut driver = Driver::open(Opening::MINISTRY.lang(lang));
            driver.keys(keys);
            // A question is left by its own no.
            let out = if keys.ends_with("ctrl-x") { " n " } else { " esc " };
            for columns in 40..90 {
                let bar = bar(&mut driver, columns);
                assert!(bar.contains(out), "{keys} at {columns}: {bar}");
            }
        }
        for pane in ["1", "2", "3", "4"] {
            let mut driver = Driver::open(Opening::MINISTRY.lang(lang));
            assert!(bar(driver.keys(pane), 40).contains(" q "), "{pane}");
        }
    }
}

#[test]
fn an_invitation_that_not_everybody_gets_can_be_issued_from_the_smallest_window() {
    for lang in Lang::ALL {
        let mut driver = Driver::open(Opening::MINISTRY.lang(lang));
        let bar = bar(driver.select(UNREACHABLE).keys("i"), 40);
        assert!([" y ", " w ", " esc "].iter().all(|key| bar.contains(key)), "{bar}");
    }
}

#[test]
fn what_enter_does_is_told_where_no_keymap_names_it() {
    for (title, keys, wanted) in [
        ("Họp về việc cấp hộp thư dùng chung", "r", "enter trả lại"),
        ("Họp về việc cấp hộp thư dùng chung", "R", "enter tiếp tục"),
        ("Họp về việc cấp hộp thư dùng chung", "x", "enter tiếp tục"),
        ("Họp bàn kế hoạch tổ chức Ngày hội", "a", "enter duyệt"),
        (UNREACHABLE, "i w", "enter tiếp tục"),
        (UNREACHABLE, ":", "enter thực hiện"),
        (UNREACHABLE, "2 /", "enter xong"),
        (UNREACHABLE, "n tab tab tab tab tab", "enter chọn"),
        (UNREACHABLE, "n shift-tab", "enter xuống dòng"),
    ] {
        let mut driver = Driver::ministry();
        let bar = bar(driver.select(title).keys(keys), 40);
        assert!(bar.contains(wanted) && bar.contains("esc đóng"), "{keys}: {bar}");
    }
}

#[test]
fn only_what_can_be_done_is_offered_in_a_form() {
    let mut driver = Driver::ministry();
    driver.select("Họp Ban Chỉ đạo chuyển đổi số của Bộ").keys("e");
    let (approved, new) = (bar(&mut driver, 120), bar(Driver::ministry().keys("n"), 120));
    assert!(!approved.contains("ctrl-t") && new.contains("ctrl-t"), "{approved}\n{new}");
    assert!(!new.contains("chọn"), "the title is not chosen from anything: {new}");
}
