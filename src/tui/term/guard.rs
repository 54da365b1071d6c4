//! The thread that hears signals and the loss of the terminal, whatever the thread of the screen is doing.
//!
//! The application is told first, for it may have something to save. Should it not end in time, because it is stuck or its
//! disk is, this thread ends the process: nobody is left who could.

use std::io::{self, Read as _};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::low_level;

use super::happening::{Board, Mark};
use super::session::Session;
use super::tty::poll;
use crate::report::Exit;

/// How long the application has after the terminal was lost. With what ending takes, the process is gone within a second.
const AFTER_HANG_UP: Duration = Duration::from_millis(500);
/// How long it has after SIGTERM.
const AFTER_TERM: Duration = Duration::from_secs(2);

/// How often somebody who is ending is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// The signals that are heard here.
const HEARD: [i32; 6] = [SIGHUP, SIGTERM, SIGINT, SIGTSTP, SIGCONT, SIGWINCH];

/// What the guard and the thread of the screen tell each other.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// Until when the application needs to end, as it says.
    promised: Mutex<Option<Instant>>,
    /// Whether the application stopped itself, and has not heard yet that it goes on.
    stopped: Mutex<bool>,
    goes_on: Condvar,
}

impl Watch {
    /// The application knows that it is to end, and needs up to this long.
    pub(super) fn promise(&self, within: Duration) {
        *self.promised.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now().checked_add(within);
    }

    fn promised(&self) -> Option<Instant> {
        *self.promised.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops the process by `stop`, and returns when it goes on. The SIGCONT that ends this is told to nobody.
    ///
    /// # Errors
    ///
    /// Those of `stop`.
    pub(super) fn pause(&self, stop: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        let outcome = stop();
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if outcome.is_ok() {
            // The kernel may stop another thread first, and this one a moment later. It does so long before the limit, which is
            // there for a signal that never comes.
            let waited = self.goes_on.wait_timeout_while(stopped, Duration::from_secs(1), |stopped| *stopped);
            stopped = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *stopped = false;
        outcome
    }

    /// Hears that the process goes on; whether it had stopped itself.
    fn goes_on(&self) -> bool {
        let was = std::mem::take(&mut *self.stopped.lock().unwrap_or_else(PoisonError::into_inner));
        self.goes_on.notify_all();
        was
    }
}

/// Why the process is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    HungUp,
    Terminated,
}

/// When the process is to end, and why; without a time, at once.
#[derive(Debug, Default)]
struct Deadline(Option<(Why, Option<Instant>)>);

impl Deadline {
    /// Notes a reason. The first hang-up outranks all others; a second SIGTERM means at once, whatever was promised.
    fn note(&mut self, why: Why, now: Instant) {
        self.0 = match (self.0, why) {
            (Some((Why::Terminated, _)), Why::Terminated) => Some((why, None)),
            (None | Some((Why::Terminated, _)), Why::HungUp) => Some((why, Some(now + AFTER_HANG_UP))),
            (None, Why::Terminated) => Some((why, Some(now + AFTER_TERM))),
            (already @ Some((Why::HungUp, _)), _) => already,
        };
    }

    /// What is left.
    fn left(&self, promised: Option<Instant>, now: Instant) -> Option<(Why, Duration)> {
        let (why, at) = self.0?;
        let at = at.map_or(now, |at| promised.map_or(at, |promised| promised.max(at)));
        Some((why, at.saturating_duration_since(now)))
    }
}

/// The guard's own state.
struct Guard {
    session: Arc<Session>,
    board: Arc<Board>,
    watch: Arc<Watch>,
    /// What each signal writes to.
    signals: Vec<(i32, UnixStream)>,
    deadline: Deadline,
    /// Whether the terminal is still to be watched.
    watched: bool,
}

/// Hears signals from now on, for the rest of the process.
///
/// # Errors
///
/// When there are no descriptors or threads left.
pub(super) fn start(session: Arc<Session>, board: Arc<Board>, watch: Arc<Watch>) -> io::Result<()> {
    let mut signals = Vec::new();
    for signal in HEARD {
        let (heard, told) = UnixStream::pair()?;
        heard.set_nonblocking(true)?;
        low_level::pipe::register(signal, told)?;
        signals.push((signal, heard));
    }
    let mut guard = Guard { session, board, watch, signals, deadline: Deadline::default(), watched: true };
    thread::Builder::new().name("guard".into()).spawn(move || {
        loop {
            guard.turn();
        }
    })?;
    Ok(())
}

impl Guard {
    /// Waits for something, and tells it.
    fn turn(&mut self) {
        let left = self.deadline.left(self.watch.promised(), Instant::now());
        if let Some((why, left)) = left
            && left.is_zero()
        {
            self.end(why);
        }
        // What is promised may change meanwhile.
        let (signals, lost) = self.wait(left.map(|(_, left)| left.min(LOOK)));
        if lost {
            self.watched = false;
            self.board.mark(Mark::HungUp);
            self.note(Why::HungUp);
        }
        for signal in signals {
            self.hear(signal);
        }
    }

    /// The signals that came, and whether the terminal was lost.
    fn wait(&mut self, limit: Option<Duration>) -> (Vec<i32>, bool) {
        let mut descriptors: Vec<_> = self.signals.iter().map(|(_, heard)| PollFd::new(heard, PollFlags::IN)).collect();
        if self.watched {
            descriptors.push(PollFd::new(self.session.tty(), PollFlags::empty()));
        }
        // Without memory for this there is nothing better than to try again.
        let _ = poll(&mut descriptors, limit);
        let ready: Vec<bool> = descriptors.iter().map(|descriptor| !descriptor.revents().is_empty()).collect();
        drop(descriptors);
        let mut came = Vec::new();
        for ((signal, heard), _) in self.signals.iter_mut().zip(&ready).filter(|(_, ready)| **ready) {
            // The same signal ten times is one.
            while heard.read(&mut [0; 64]).is_ok_and(|count| count == 64) {}
            came.push(*signal);
        }
        (came, ready.get(self.signals.len()).copied().unwrap_or(false))
    }

    fn hear(&mut self, signal: i32) {
        let mark = match signal {
            SIGHUP => Mark::HungUp,
            SIGTERM => Mark::Terminated,
            SIGINT => Mark::Interrupted,
            SIGTSTP => Mark::StopRequested,
            SIGCONT if self.watch.goes_on() => return,
            SIGCONT => {
                self.session.displace();
                Mark::Continued
            }
            _ => Mark::Resized,
        };
        self.board.mark(mark);
        match mark {
            Mark::HungUp => self.note(Why::HungUp),
            Mark::Terminated => self.note(Why::Terminated),
            _ => {}
        }
    }

    fn note(&mut self, why: Why) {
        self.deadline.note(why, Instant::now());
        self.session.sound_alarm();
    }

    /// Ends the process without the application, as nobody could do from the thread that is stuck.
    fn end(&self, why: Why) -> ! {
        self.session.close();
        let exit = match why {
            Why::HungUp => Exit::HungUp,
            Why::Terminated => Exit::Terminated,
        };
        low_level::exit(i32::from(exit.code()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_process_ends_in_time_unless_it_says_what_it_needs() {
        let now = Instant::now();
        let mut deadline = Deadline::default();
        assert_eq!(deadline.left(None, now), None);
        assert_eq!(deadline.left(Some(now + SECOND), now), None, "who is not asked to end needs no time");
        deadline.note(Why::HungUp, now);
        assert_eq!(deadline.left(None, now), Some((Why::HungUp, AFTER_HANG_UP)));
        assert_eq!(deadline.left(None, now + SECOND), Some((Why::HungUp, Duration::ZERO)));
        assert_eq!(deadline.left(Some(now + 3 * SECOND), now + SECOND), Some((Why::HungUp, 2 * SECOND)));
        assert_eq!(deadline.left(Some(now), now), Some((Why::HungUp, AFTER_HANG_UP)), "a promise does not shorten");
    }

    #[test]
    fn a_hang_up_outranks_a_termination() {
        let now = Instant::now();
        let mut deadline = Deadline::default();
        deadline.note(Why::Terminated, now);
        assert_eq!(deadline.left(None, now), Some((Why::Terminated, AFTER_TERM)));
        deadline.note(Why::HungUp, now);
        assert_eq!(deadline.left(None, now), Some((Why::HungUp, AFTER_HANG_UP)));
        deadline.note(Why::HungUp, now + SECOND);
        deadline.note(Why::Terminated, now + SECOND);
        assert_eq!(deadline.left(None, now), Some((Why::HungUp, AFTER_HANG_UP)), "the first counts");
        let mut deadline = Deadline::default();
        deadline.note(Why::Terminated, now);
        deadline.note(Why::Terminated, now);
        assert_eq!(deadline.left(Some(now + SECOND), now), Some((Why::Terminated, Duration::ZERO)), "asked twice");
    }

    #[test]
    fn who_stopped_itself_hears_that_it_goes_on_and_nobody_else_does() {
        let watch = Arc::new(Watch::default());
        assert!(!watch.goes_on());
        let other = Arc::clone(&watch);
        let stop = || {
            assert!(other.goes_on());
            Ok(())
        };
        watch.pause(stop).unwrap();
        assert!(watch.pause(|| Err(io::ErrorKind::PermissionDenied.into())).is_err());
        assert!(!watch.goes_on(), "a stop that failed awaits nothing");
    }
}
