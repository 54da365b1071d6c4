//! What the application sends over a slow line.

use std::time::Duration;

use super::app::{REDRAW, open_meetings, quit, row};
use super::process::ticks_of;
use super::session::Session;

const FRAME: &str = "\x1b[?2026h";

/// What a key is answered with, up to a row that it selects.
fn answer(session: &mut Session, keys: &str, rows_down: usize) -> String {
    let wanted = number(session) + rows_down;
    let mark = session.mark();
    session.send(keys);
    session.wait_until("the row", |session| number(session) == wanted);
    session.text_since(mark)
}

/// The number of the selected meeting.
fn number(session: &Session) -> usize {
    row(session).rsplit('-').next().unwrap().trim().parse().unwrap_or(0)
}

#[test]
fn nothing_happens_costs_nothing() {
    let mut session = open_meetings();
    let pid = session.pid();
    // What it does after the start may take its time; then there must come five seconds of rest.
    for _ in 0..6 {
        let ticks = ticks_of(pid);
        if session.observe(Duration::from_secs(5)).is_empty() && ticks_of(pid) == ticks {
            return;
        }
    }
    panic!("it never rests");
}

#[test]
fn a_row_down_is_one_small_picture() {
    let mut session = open_meetings();
    session.send("gg");
    session.wait_until("the first meeting", |session| session.screen().cursor_position().0 == 2);
    let answer = answer(&mut session, "j", 1);
    assert_eq!(answer.matches(FRAME).count(), 1, "{answer:?}");
    assert!(answer.len() < 400, "{} bytes: {answer:?}", answer.len());
}

#[test]
fn many_keys_at_once_are_few_pictures() {
    let mut session = open_meetings();
    session.send("gg");
    session.wait_until("the first meeting", |session| session.screen().cursor_position().0 == 2);
    let answer = answer(&mut session, &"j".repeat(20), 20);
    assert!(answer.matches(FRAME).count() <= 2, "{answer:?}");
    assert!(answer.len() < 1500, "{} bytes: {answer:?}", answer.len());
}

#[test]
fn drawing_anew_clears_once_and_asks_nothing() {
    let mut session = open_meetings();
    let before = session.contents();
    let mark = session.mark();
    session.send(REDRAW);
    session.wait_until("a picture", |session| session.text_since(mark).contains(FRAME));
    assert_eq!(session.text_since(mark).matches("\x1b[2J").count(), 1);
    assert_eq!(session.contents(), before);
    quit(&mut session);
    assert!(!session.text_since(0).contains("[6n"), "it asks where the cursor is");
}
