//! What is typed and not saved.

use lichhop::domain::meeting::MeetingState;

use super::{DATED, DRAFT, Driver, TYPED};
use crate::screen::driver::Opening;

#[test]
fn what_is_typed_is_kept_and_offered_again_also_the_next_day() {
    let mut driver = Driver::ministry();
    driver.keys("n").filled(&TYPED[..3]).keys("esc").says("giữ").assert_quiet();
    driver.keys("n").says(TYPED[0]).says(DATED).keys("tab tab tab").typed("Phòng 2").keys("esc q");
    assert!(driver.exit.is_some());
    driver.reopened().keys("n").says(TYPED[0]).says("ctrl-x");
    driver.keys("tab tab tab ctrl-u").filled(&TYPED[3..]).keys("ctrl-s").assert_quiet();
    assert_eq!(driver.titled(TYPED[0]).place.as_str(), "Phòng họp tầng 5");
    driver.keys("n").is_silent_about(TYPED[0]).keys("esc").assert_quiet();
    driver.reopened().keys("n").is_silent_about(TYPED[0]);
}

#[test]
fn each_meeting_has_a_draft_of_its_own() {
    let mut driver = Driver::ministry();
    driver.select(DRAFT).keys("e").typed(" (sửa)").keys("esc n").typed("Họp khác").keys("esc");
    driver.reopened().select(DRAFT).keys("e").says("(sửa)").keys("esc n").says("Họp khác");
}

#[test]
fn a_draft_is_thrown_away_on_purpose_only() {
    let mut driver = Driver::ministry();
    driver.keys("n").filled(&TYPED[..2]).keys("ctrl-x").says("Không");
    // The marked choice is no.
    driver.keys("enter").says(TYPED[0]).keys("ctrl-x esc").says(TYPED[0]).keys("ctrl-x y").assert_quiet();
    driver.keys("n").is_silent_about(TYPED[0]);
    // With nothing typed nothing is asked.
    driver.keys("ctrl-x").assert_quiet();
    driver.reopened().keys("n").is_silent_about(TYPED[0]);
}

#[test]
fn whoever_types_before_the_drafts_are_there_loses_none() {
    let mut driver = Driver::ministry();
    // Keys typed ahead: nothing was answered when they came.
    driver.keys("n").filled(&TYPED[..3]).keys("esc").begun_again();
    for key in ["n", "tab", "tab", "tab", "P"] {
        driver.press(key);
    }
    driver.settle();
    driver.says(TYPED[0]).says(DATED);
    driver.typed("hòng 9").keys("esc").reopened().keys("n").says(TYPED[0]).says("Phòng 9");
}

#[test]
fn what_is_typed_after_saving_is_not_lost_with_the_form() {
    let mut driver = Driver::ministry();
    driver.keys("n").filled(&TYPED);
    // The form takes nothing in while it is saved, so that nothing vanishes with it.
    driver.press("ctrl-s");
    driver.press("ctrl-s");
    driver.press("x");
    driver.press("esc");
    // Opened again and typed into before the answer is there.
    driver.press("n");
    driver.press("2");
    driver.settle();
    assert_eq!(driver.titled(TYPED[0]).state, MeetingState::Draft, "once, and as it was saved");
    driver.says(&format!("{}2", TYPED[0])).keys("esc").reopened().keys("n").says(&format!("{}2", TYPED[0]));
}

#[test]
fn the_form_closes_when_it_is_saved_and_was_not_touched_since() {
    let mut driver = Driver::ministry();
    driver.keys("n").filled(&TYPED);
    driver.press("ctrl-s");
    driver.press("esc");
    driver.press("n");
    driver.settle();
    driver.assert_quiet();
    assert!(driver.model.drafts.is_empty());
}

#[test]
fn a_draft_that_the_office_refuses_stays() {
    // In an empty registry there is no unit to register for.
    let mut driver = Driver::open(Opening::EMPTY);
    driver.keys("n").filled(&TYPED).keys("ctrl-s").says(TYPED[0]);
    assert_eq!(driver.meetings(), []);
    driver.keys("esc").reopened().keys("n").says(TYPED[0]);
}

#[test]
fn what_was_left_unfinished_is_told_once_at_the_start() {
    let mut driver = Driver::ministry();
    driver.is_silent_about("gõ dở");
    driver.keys("n").typed(TYPED[0]).keys("esc").reopened();
    driver.says("Còn bản đang gõ dở: cuộc họp mới (n)").keys("2 1").is_silent_about("gõ dở");
    driver.select(DRAFT);
    let id = driver.model.selected_meeting().unwrap().id.clone();
    driver.keys("e").typed(" (sửa)").keys("esc").reopened();
    driver.says(&format!("Còn bản đang gõ dở: cuộc họp mới (n), {id} (e)"));
    // Who was quicker is told about the form before him only.
    driver.begun_again();
    driver.press("n");
    driver.settle();
    driver.says(TYPED[0]).says(&format!("Còn bản đang gõ dở: {id} (e)")).is_silent_about("cuộc họp mới (n)");
}

#[test]
fn who_leaves_while_it_is_saved_is_not_offered_it_again() {
    // Left from within the form, or after it was closed.
    for keys in [&["ctrl-s"][..], &["ctrl-s", "esc"], &["ctrl-s", "esc", "q"], &["ctrl-t", "esc", "q"]] {
        let mut driver = Driver::ministry();
        driver.keys("n").filled(&TYPED);
        for key in keys {
            driver.press(key);
        }
        driver.reopened().is_silent_about("gõ dở").keys("n").is_silent_about(TYPED[0]);
        driver.titled(TYPED[0]);
    }
}

#[test]
fn who_leaves_while_it_is_saved_loses_nothing_typed_since() {
    let mut driver = Driver::ministry();
    driver.keys("n").filled(&TYPED);
    for key in ["ctrl-s", "esc", "n", "2", "esc", "q"] {
        driver.press(key);
    }
    driver.reopened().says("gõ dở").keys("n").says(&format!("{}2", TYPED[0]));
    driver.titled(TYPED[0]);
}

#[test]
fn who_leaves_while_it_is_refused_is_offered_it_again() {
    let mut driver = Driver::open(Opening::EMPTY);
    driver.keys("n").filled(&TYPED);
    for key in ["ctrl-s", "esc", "q"] {
        driver.press(key);
    }
    driver.reopened().says("gõ dở").keys("n").says(TYPED[0]);
}

#[test]
fn what_is_handed_over_in_two_steps_is_handed_over_also_by_who_leaves() {
    let mut driver = Driver::ministry();
    driver.select(DRAFT).keys("e").typed(" (bổ sung)");
    driver.press("ctrl-t");
    driver.press("esc");
    driver.reopened();
    assert_eq!(driver.titled(&format!("{DRAFT} (bổ sung)")).state, MeetingState::Submitted);
}
