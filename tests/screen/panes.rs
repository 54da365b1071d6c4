//! The panes, as they look.

use super::driver::{Driver, Opening};
use super::{assert_screens, told, told_of};

#[test]
fn the_week() {
    assert_screens!("week", told(|driver| driver));
}

#[test]
fn the_meetings() {
    assert_screens!("meetings", told(|driver| driver.keys("2 j")));
}

#[test]
fn the_units() {
    assert_screens!("units", told(|driver| driver.keys("3 j l j j k")));
}

#[test]
fn the_outbox() {
    assert_screens!("outbox", told(|driver| driver.keys("4 j j")));
}

#[test]
fn a_week_without_meetings() {
    assert_screens!("week_empty", told(|driver| driver.keys("l l l l l l l")));
}

#[test]
fn a_store_in_which_nothing_is() {
    for (key, name) in [("1", "week"), ("2", "meetings"), ("3", "units"), ("4", "outbox")] {
        let page = told_of(Opening::EMPTY, |driver| driver.keys(key));
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("empty_{name}"), page);
        });
    }
}

#[test]
fn a_terminal_that_is_too_small() {
    let mut driver = Driver::ministry();
    for size in [(39, 10), (40, 9), (1, 1), (5, 40), (200, 1)] {
        let picture = driver.screen(size);
        let words = picture.text().replace('\n', " ");
        assert!(size.0 < 10 || words.contains("nhỏ quá"), "{size:?}: {words}");
        assert_eq!(picture.caret, None, "{size:?}");
    }
    assert_eq!(driver.screen((0, 0)).text(), "");
    assert!(driver.screen((40, 10)).text().contains("Tuần"), "it is there again when there is room");
}
