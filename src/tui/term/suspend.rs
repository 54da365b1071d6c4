//! Stopping, as Ctrl-Z does for programs that leave their terminal alone.
//!
//! The process stops itself with SIGSTOP: SIGTSTP would come back to its own handler. And it stops only where a shell with job
//! control is there to notice: anywhere else it would stand still for ever.

use std::io;

use rustix::process::{Pid, Signal, getpgid, getpgrp, getppid, getsid, kill_current_process_group};

/// There is no shell to return to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no shell to return to")]
pub struct CannotSuspend;

/// The session and the group of a process.
type Place = (Pid, Pid);

/// Whether somebody can bring this process back after it stopped.
pub(super) fn can_stop() -> bool {
    let own = getsid(None).map(|session| (session, getpgrp()));
    // A parent of another user's cannot be asked; then it is no shell of ours either.
    let parent = getppid().and_then(|parent| Some((getsid(Some(parent)).ok()?, getpgid(Some(parent)).ok()?)));
    own.is_ok_and(|own| has_shell(own, parent))
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
        let pid = |number| Pid::from_raw(number).unwrap();
        let place = |session, group| (pid(session), pid(group));
        assert!(has_shell(place(10, 20), Some(place(10, 10))), "a job");
        assert!(!has_shell(place(20, 20), Some(place(10, 10))), "a session leader");
        assert!(!has_shell(place(10, 10), Some(place(10, 10))), "a child without job control");
        assert!(!has_shell(place(10, 20), None), "an orphan");
    }
}
