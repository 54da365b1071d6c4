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
fn the_details_begin_with_something_and_keep_their_rows() {
    let mut driver = Driver::ministry();
    for (pane, size) in [("1", (80, 24)), ("1", (120, 40)), ("2", (80, 24)), ("2", (120, 40)), ("4", (80, 24))] {
        driver.keys(pane).keys("g g");
        driver.resized(size);
        let (mut titles, mut invited) = (0, std::collections::BTreeSet::new());
        for _ in 0..25 {
            let text = driver.drawn().text();
            let details: Vec<&str> = text.lines().skip_while(|line| !line.starts_with('─')).skip(1).collect();
            assert!(details[0].trim().starts_with("Trạng thái"), "{pane} {size:?}\n{text}");
            invited.extend(details.iter().position(|line| line.trim().starts_with("Mời ")));
            if let Some(title) = driver.model.selected_meeting().map(|meeting| meeting.title.to_string()) {
                let begin: String = title.chars().take(60).collect();
                assert!(text.contains(&begin), "the title is told in the list or below it: {title}\n{text}");
                titles += 1;
            }
            driver.keys("j");
        }
        assert!(pane == "4" || titles == 25 && invited.len() == 1, "{pane} {size:?}: {invited:?}");
    }
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
