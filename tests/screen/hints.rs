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
        assert!([" w ", " esc "].iter().all(|key| bar.contains(key)), "{bar}");
        // What would be refused is not offered.
        assert!(!bar.contains(lang.pick("phát hành", "issue")), "{bar}");
        let button = driver.drawn().row(6);
        assert!(button.contains(lang.pick("Bớt 2 đơn vị", "Leave out 2 units")) && button.contains(lang.pick("Không", "No")), "{button}");
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

#[test]
fn clearing_a_filter_is_offered_where_there_is_one() {
    for lang in Lang::ALL {
        let (words, none) = (lang.pick("bỏ lọc", "clear"), lang.pick("Không có bộ lọc nào để bỏ.", "There is no filter to clear."));
        for (pane, filter) in [("2", "f"), ("2", "/ h o p enter"), ("3", "/ v p enter"), ("4", "f"), ("1", "o")] {
            let mut driver = Driver::open(Opening::MINISTRY.lang(lang));
            driver.keys(pane);
            assert!(!bar(&mut driver, 120).contains(words), "{pane}");
            if pane != "1" {
                let told = driver.keys("c").screen((80, 24));
                assert!(told.row(22).contains(none), "{pane}: {}", told.row(22));
                assert_eq!(driver.press("c"), [], "{pane}: nothing is loaded anew");
            }
            driver.keys(filter);
            assert!(bar(&mut driver, 80).contains(words), "{pane} {filter}: {}", bar(&mut driver, 80));
            driver.keys("c");
            assert!(!bar(&mut driver, 120).contains(words), "{pane} {filter}");
            assert!(!driver.screen((80, 24)).row(22).contains(none), "{pane} {filter}: there was one");
        }
    }
}

#[test]
fn a_search_of_units_tells_how_many_were_found() {
    let mut driver = Driver::ministry();
    let all = driver.keys("3").model.units.units.len();
    assert!(driver.screen((80, 24)).row(1).starts_with(&format!("Đơn vị  {all} ")));
    driver.keys("/").typed("the duc the thao");
    let found = driver.model.units.rows.len();
    assert!(
        0 < found && found < all && driver.drawn().row(1).contains(&format!("Đơn vị  {found}/{all}  “the duc")),
        "{}",
        driver.drawn().row(1)
    );
    driver.typed("zzz");
    assert!(driver.drawn().row(1).contains(&format!("  0/{all}  ")));
}
