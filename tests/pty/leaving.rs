//! Ends that somebody asks for.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::app::{FAULT, REDRAW, app, assert_left, open, ready, row};
use super::process::{kill, state_of};
use super::session::{End, Session};

/// A screen that does nothing any more.
fn stuck() -> Session {
    let mut session = ready(app().env("LICHHOP_FAULT", "stuck").spawn());
    session.send(FAULT);
    session.wait_until("a standstill", |session| session.home().join("stuck").exists());
    session
}

#[test]
fn quitting_gives_the_terminal_back() {
    let mut session = open();
    assert!(session.is_raw());
    let modes = [1049, 2004, 25, 2026].map(|mode| session.private_mode(mode));
    assert_eq!(modes, [Some(true), Some(true), Some(true), Some(false)], "1049, 2004, 25, 2026");
    session.send("q");
    assert_eq!(session.wait_for_end(), End::Code(0));
    assert_left(&session);
    assert_eq!(session.after_leaving(), "");
}

#[test]
fn who_types_as_soon_as_the_shell_is_back_types_to_the_shell() {
    let mut session = ready(app().spawn_below_bash());
    session.send("q");
    session.wait_until("the shell's screen", |session| session.private_mode(1049) == Some(false));
    session.send("echo a$((1+1))b\r");
    session.wait_for("a2b");
}

/// A form that is filled in, and nothing of it saved.
fn filled() -> Session {
    let mut session = open();
    session.send("n");
    session.wait_for("trích yếu nội dung");
    session.send("Họp đón Tết\tthứ 5 8h30-10h\t\tPhòng họp tầng 5\tChánh Văn phòng\tvp");
    session.wait_for("Văn phòng Bộ");
    session
}

#[test]
fn what_is_saved_on_the_way_out_is_no_draft_any_more() {
    let mut session = filled();
    // Saved, closed and left with one stroke: nothing has been answered yet.
    session.send("\x13\x03\x03");
    assert_eq!(session.wait_for_end(), End::Code(0));
    let mut session = ready(session.once_more());
    session.send("n");
    session.wait_for("trích yếu nội dung");
    session.send("\x1b");
    session.wait_until("the week", |session| !session.contents().contains("trích yếu nội dung"));
    session.send("2/don tet\r");
    session.wait_until("what was saved", |session| row(session).contains("Họp đón Tết"));
}

#[test]
fn what_is_left_unfinished_is_told_at_the_next_start() {
    let mut session = filled();
    session.send("\x03\x03");
    assert_eq!(session.wait_for_end(), End::Code(0));
    let mut session = session.once_more();
    session.wait_for("Còn bản đang gõ dở: cuộc họp mới (n)");
    session.send("n");
    session.wait_for("Họp đón Tết");
}

#[test]
fn a_signal_ends_it_as_a_key_does() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let mut session = open();
        kill(session.pid(), signal);
        assert_eq!(session.wait_for_end(), End::Code(code));
        assert_left(&session);
        assert!(session.after_leaving().contains("Đã dừng theo tín hiệu"), "{}", session.after_leaving());
    }
}

#[test]
fn a_hang_up_by_hand_leaves_a_terminal_that_is_still_there() {
    let mut session = open();
    kill(session.pid(), Signal::HUP);
    assert_eq!(session.wait_for_end(), End::Code(129));
    assert_left(&session);
}

#[test]
fn a_stuck_screen_is_ended_and_left() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let mut session = stuck();
        kill(session.pid(), signal);
        assert_eq!(session.wait_for_end(), End::Code(code));
        assert_left(&session);
    }
}

#[test]
fn who_asks_a_stuck_screen_twice_does_not_wait() {
    let mut session = stuck();
    let asked = Instant::now();
    kill(session.pid(), Signal::TERM);
    // Two that come together are one: it is asked until it has heard two.
    while session.end_within(Duration::from_millis(20)).is_none() {
        kill(session.pid(), Signal::TERM);
    }
    assert!(asked.elapsed() < Duration::from_millis(1500), "the second signal did not shorten the two seconds of the first");
    assert_left(&session);
}

#[test]
fn an_end_does_not_wait_for_a_terminal_that_takes_nothing() {
    let mut session = open();
    let pid = session.pid();
    session.fill(pid, REDRAW);
    kill(pid, Signal::TERM);
    // Not even for its last word, which would be read by nobody; well before the time that work on the wire is given.
    let ended = session.wait_unread(Duration::from_secs(5), || state_of(pid).is_none());
    assert!(ended, "it waits for the terminal");
    // The modes need nobody who reads.
    assert!(session.has_its_modes_back());
    assert_eq!(session.wait_for_end(), End::Code(143));
}
