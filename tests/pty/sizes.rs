//! Windows of every size.

use super::app::{app, quit, ready, row, still_works};
use super::session::Session;

fn wait_for_picture(session: &mut Session, mark: usize) {
    session.wait_until("a picture", |session| session.mark() > mark);
}

#[test]
fn every_size_is_survived() {
    let mut session = ready(app().spawn());
    for (columns, rows) in [(1, 1), (30, 6), (0, 5), (300, 1), (9, 3), (65535, 2), (65535, 65535), (0, 0), (100, 30)] {
        let mark = session.mark();
        session.resize(columns, rows);
        wait_for_picture(&mut session, mark);
    }
    let mut session = ready(session);
    assert_eq!(session.screen().size(), (30.try_into().unwrap(), 100.try_into().unwrap()));
    assert!(session.contents().contains("? phím"), "{}", session.contents());
    still_works(&mut session);
}

#[test]
fn a_terminal_that_does_not_know_its_size_is_drawn_on() {
    let mut session = ready(app().size(0, 0).spawn());
    still_works(&mut session);
    quit(&mut session);
}

#[test]
fn a_window_too_small_says_so_and_a_larger_one_goes_on() {
    let mut session = ready(app().spawn());
    let selected = row(&session);
    session.resize(30, 6);
    session.wait_for("40×10");
    session.resize(80, 24);
    session.wait_until("the same row", |session| row(session) == selected);
}
