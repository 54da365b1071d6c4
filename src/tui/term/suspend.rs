//! Stopping, as Ctrl-Z does for programs that leave their terminal alone.
//!
//! The process stops itself with SIGSTOP: SIGTSTP would come back to its own handler. And it stops only where a shell with job
//! control is there to notice: anywhere else it would stand still for ever.

use std::io;

use nix::unistd::{Pid, getpgid, getpgrp, getppid, getsid};
use rustix::process::{Signal, kill_current_process_group};

/// There is no shell to return to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no shell to return to")]
pub struct CannotSuspend;

/// The session and the group of a process. Either is 0 when its leader lives outside this container.
type Place = (Pid, Pid);

/// Whether somebody can bring this process back after it stopped.
pub(super) fn can_stop() -> bool {
    let own = getsid(None).map(|session| (session, getpgrp()));
    own.is_ok_and(|own| has_shell(own, place(getppid())))
}

/// Where a parent stands. One outside this container has the number 0, which would ask about this process itself; one that
/// cannot be asked is no shell of ours either.
fn place(parent: Pid) -> Option<Place> {
    if parent.as_raw() == 0 {
        return None;
    }
    Some((getsid(Some(parent)).ok()?, getpgid(Some(parent)).ok()?))
}

/// A shell with job control is in the same session and has given the process a group of its own.
fn has_shell((session, group): Place, parent: Option<Place>) -> bool {
    parent.is_some_and(|(parents_session, parents_group)| parents_session == session && parents_group != group)
}

/// Stops the whole group, for the shell sees it as one job. Returns when it goes on.
///
/// # Errors
///
/// When the group holds processes of other users only.
pub(super) fn stop() -> io::Result<()> {
    Ok(kill_current_process_group(Signal::STOP)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_job_of_a_shell_can_stop() {
        let place = |session, group| (Pid::from_raw(session), Pid::from_raw(group));
        assert!(has_shell(place(10, 20), Some(place(10, 10))), "a job");
        assert!(!has_shell(place(20, 20), Some(place(10, 10))), "a session leader");
        assert!(!has_shell(place(10, 10), Some(place(10, 10))), "a child without job control");
        assert!(!has_shell(place(10, 20), None), "an orphan");
        assert!(!has_shell(place(20, 20), Some(place(0, 0))), "the parent's leaders are outside the container");
        assert!(has_shell(place(0, 20), Some(place(0, 1))), "a job of a shell whose session began outside the container");
        assert_eq!(super::place(Pid::from_raw(0)), None, "a parent outside the container");
    }
}
