//! The loss of the terminal: a window that is closed, a line that breaks.

use std::time::{Duration, Instant};

use rustix::process::Pid;

use super::app::{FAULT, NAME, REDRAW, app, open, ready, still_works, to_meetings};
use super::process::{state_of, ticks_of};
use super::session::{End, Session, Start};

/// Whose loss of the terminal is heard how.
fn ways() -> [(&'static str, Start); 3] {
    [("told by a signal", app()), ("with the signal ignored", app().ignoring_hang_ups()), ("without a signal", app().below_a_deaf_shell())]
}

/// The process of the application: that which was started, or its child.
fn application(session: &mut Session) -> Pid {
    let name = std::fs::read_to_string(format!("/proc/{}/comm", session.pid())).unwrap();
    if name.trim_end() == NAME { session.pid() } else { session.wait_for_child(NAME) }
}

/// Hangs up. The process must be gone within a second, which is what users are promised, without having worked.
fn lose(mut session: Session, how: &str) {
    let pid = application(&mut session);
    let (begun, before) = (Instant::now(), ticks_of(pid));
    session.hang_up();
    let mut ticks = before;
    while state_of(pid).is_some() && begun.elapsed() < Duration::from_secs(2) {
        ticks = ticks.max(ticks_of(pid));
        session.end_within(Duration::from_millis(1));
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "{how}: alive after {:?}", begun.elapsed());
    assert_eq!(session.wait_for_end(), End::Code(129), "{how}");
    assert!(ticks - before < 10, "{how}: {} ticks", ticks - before);
}

#[test]
fn while_idle() {
    for (how, start) in ways() {
        lose(ready(start.spawn()), how);
    }
}

#[test]
fn in_the_middle_of_a_letter() {
    for (how, start) in ways() {
        let mut session = ready(start.spawn());
        still_works(&mut session);
        session.send(&"ệ".as_bytes()[..2]);
        lose(session, how);
    }
}

#[test]
fn while_drawing() {
    for (how, start) in ways() {
        let mut session = ready(start.spawn());
        let mark = session.mark();
        session.send(REDRAW.repeat(3));
        session.wait_until("the beginning of a picture", |session| session.mark() > mark);
        session.send(REDRAW);
        lose(session, how);
    }
}

#[test]
fn while_the_terminal_takes_nothing() {
    for (how, start) in ways() {
        let mut session = ready(start.spawn());
        let pid = application(&mut session);
        session.fill(pid, REDRAW);
        lose(session, how);
    }
}

#[test]
fn while_the_screen_is_stuck() {
    for (how, start) in ways() {
        let mut session = ready(start.env("LICHHOP_FAULT", "stuck").spawn());
        session.send(FAULT);
        session.wait_until("a standstill", |session| session.home().join("stuck").exists());
        lose(session, how);
    }
}

#[test]
fn as_a_job_of_a_shell() {
    let mut session = ready(app().spawn_below_bash());
    let job = session.wait_for_child(NAME);
    let ticks = ticks_of(job);
    session.hang_up();
    session.wait_until("its end", |_| state_of(job).is_none());
    assert!(ticks_of(job).saturating_sub(ticks) < 10);
}

#[test]
fn what_was_typed_into_a_form_is_there_the_next_time() {
    let mut session = open();
    session.send("n");
    session.send("Họp về kinh phí");
    session.wait_for("Họp về kinh phí");
    session.hang_up();
    assert_eq!(session.wait_for_end(), End::Code(129));
    let mut again = ready(session.once_more());
    // The week is shown first, and what was kept is read behind it; the list of meetings after that.
    to_meetings(&mut again);
    again.send("n");
    again.wait_for("Họp về kinh phí");
}
