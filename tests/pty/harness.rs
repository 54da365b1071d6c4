//! The person before the terminal, tried on programs that are known.

use rustix::process::Signal;

use super::process::{kill, state_of};
use super::session::{End, Start};

#[test]
fn a_program_is_seen_and_its_end_is_heard() {
    let mut session = Start::lichhop(&["--version"]).spawn();
    assert_eq!(session.wait_for_end(), End::Code(0));
    assert!(session.contents().starts_with("lichhop "), "{}", session.contents());
    assert!(session.has_its_modes_back() && !session.is_raw());
    assert_eq!(session.private_mode(1049), None);
}

#[test]
fn what_is_typed_arrives_and_the_window_has_its_size() {
    let mut session = Start::program("sh", &["-c", "stty size; read line; echo \"<$line> $?\"; exit 7"]).size(70, 20).spawn();
    session.wait_for("20 70");
    session.send("họp\r");
    session.wait_for("<họp> 0");
    assert_eq!(session.wait_for_end(), End::Code(7));
}

#[test]
fn modes_are_seen_as_they_were_set_last() {
    let script = r"printf '\033[?1049h\033[?25l'; stty raw -echo; printf 'in'; read x; printf '\033[?25h\033[?1049l'; stty sane; echo out";
    let mut session = Start::program("sh", &["-c", script]).spawn();
    session.wait_for("in");
    assert!(session.is_raw());
    assert_eq!((session.private_mode(1049), session.private_mode(25)), (Some(true), Some(false)));
    session.send("\n");
    session.wait_for_end();
    assert_eq!((session.private_mode(1049), session.private_mode(25)), (Some(false), Some(true)));
    assert_eq!(session.after_leaving(), "out\r\n");
}

#[test]
fn a_job_of_a_shell_is_stopped_and_goes_on() {
    let mut session = Start::program("sleep", &["1000"]).spawn_below_bash();
    let job = session.wait_for_child("sleep");
    kill(job, Signal::STOP);
    session.wait_until("a stopped job", |_| state_of(job) == Some('T'));
    session.wait_for("Stopped");
    session.send("fg\r");
    session.wait_until("a job that goes on", |_| state_of(job) == Some('S'));
    kill(job, Signal::TERM);
    session.wait_until("its end", |_| state_of(job).is_none());
}

#[test]
fn a_hang_up_ends_who_does_not_ignore_it() {
    // Whoever runs the tests may have ignored it.
    let mut session = Start::program("env", &["--default-signal=HUP", "sh", "-c", "echo up; exec sleep 1000"]).spawn();
    session.wait_for("up");
    session.hang_up();
    assert_eq!(session.wait_for_end(), End::Signal(1));
    let mut session = Start::program("sh", &["-c", "echo up; read line; exit 5"]).ignoring_hang_ups().spawn();
    session.wait_for("up");
    session.hang_up();
    assert_eq!(session.wait_for_end(), End::Code(5), "it saw the end of its input");
}
