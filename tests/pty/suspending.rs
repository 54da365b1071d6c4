//! Back to the shell and forward again.

use rustix::process::{Pid, Signal};

use super::app::{NAME, app, assert_left, open, ready, row, still_works, to_meetings};
use super::process::{kill, state_of};
use super::session::Session;

/// The application as a job of a shell.
fn job() -> (Session, Pid) {
    let mut session = ready(app().spawn_below_bash());
    let job = session.wait_for_child(NAME);
    (session, job)
}

fn wait_until_stopped(session: &mut Session, job: Pid) {
    session.wait_until("a stopped job", |_| state_of(job) == Some('T'));
    session.wait_for("Stopped");
}

fn clears(text: &str) -> usize {
    text.matches("\x1b[2J").count()
}

#[test]
fn ctrl_z_and_fg() {
    let (mut session, job) = job();
    to_meetings(&mut session);
    let first = row(&session);
    session.send("j");
    session.wait_until("the next row", |session| row(session) != first);
    let selected = row(&session);
    session.send("\x1a");
    wait_until_stopped(&mut session, job);
    assert_left(&session);
    let mark = session.mark();
    session.send("fg\r");
    session.wait_until("the same row", |session| row(session) == selected);
    assert!(session.is_raw());
    still_works(&mut session);
    assert_eq!(clears(&session.text_since(mark)), 1);
}

#[test]
fn a_window_may_change_while_it_is_stopped() {
    let (mut session, job) = job();
    session.send("\x1a");
    wait_until_stopped(&mut session, job);
    session.resize(70, 20);
    let mark = session.mark();
    session.send("fg\r");
    session.wait_until("a row of the week", |session| session.mark() > mark && row(session).contains(':'));
    still_works(&mut session);
    assert!(session.screen().rows(0, 70).last().unwrap().contains("? phím"), "{}", session.contents());
    assert_eq!(clears(&session.text_since(mark)), 1);
}

#[test]
fn in_the_background_it_waits_to_be_brought_forward() {
    let (mut session, job) = job();
    session.send("\x1a");
    wait_until_stopped(&mut session, job);
    session.send("bg\r");
    // bash tells what became of a job before its next prompt.
    while session.contents().matches("Stopped").count() < 2 {
        let mark = session.mark();
        session.send("\r");
        session.wait_until("a prompt", |session| session.text_since(mark).contains("bash> "));
    }
    assert!(session.has_its_modes_back());
    session.send("fg\r");
    let mut session = ready(session);
    still_works(&mut session);
    session.send("q");
    session.wait_until("the shell's screen", |session| session.private_mode(1049) == Some(false));
    session.send("echo code=$?\r");
    session.wait_for("code=0");
}

#[test]
fn a_request_from_outside_does_the_same() {
    let (mut session, job) = job();
    kill(job, Signal::TSTP);
    wait_until_stopped(&mut session, job);
    assert_left(&session);
    let mark = session.mark();
    session.send("fg\r");
    let mut session = ready(session);
    still_works(&mut session);
    assert_eq!(clears(&session.text_since(mark)), 1);
}

#[test]
fn a_stop_that_nobody_can_hear_is_made_good() {
    let (mut session, job) = job();
    kill(job, Signal::STOP);
    wait_until_stopped(&mut session, job);
    assert!(!session.is_raw(), "the shell has set its own modes");
    let mark = session.mark();
    session.send("fg\r");
    session.wait_until("a new picture", |session| clears(&session.text_since(mark)) == 1);
    let mut session = ready(session);
    still_works(&mut session);
    assert!(session.is_raw());
    session.send("q");
    session.wait_until("the shell's screen", |session| session.private_mode(1049) == Some(false));
    assert_left(&session);
}

#[test]
fn where_no_shell_could_bring_it_back_it_stays() {
    for (start, what) in [(app(), "the leader of a session"), (app().below_a_deaf_shell(), "a child without job control")] {
        let mut session = ready(start.spawn());
        session.send("\x1a");
        session.wait_for("Không có dòng lệnh nào");
        still_works(&mut session);
        assert_eq!(session.private_mode(1049), Some(true), "{what}");
    }
    let mut session = open();
    kill(session.pid(), Signal::TSTP);
    session.wait_for("Không có dòng lệnh nào");
    still_works(&mut session);
}
