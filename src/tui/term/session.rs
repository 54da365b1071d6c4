//! Between entering the terminal and leaving it: what was changed there, and how it is undone from any thread.

use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, queue};
use rustix::termios::Termios;

use super::HungUp;
use super::tty::{Tty, Wrote};

/// How long a terminal may take to accept what sets it right; one that takes longer keeps its screen, and gets only its modes.
pub(super) const PATIENCE: Duration = Duration::from_millis(100);
/// A shell may hand the terminal over a moment after it let us go on.
const CLAIMS: u32 = 10;
/// The time between two claims.
const CLAIM_PAUSE: Duration = Duration::from_millis(20);

/// The terminal is the shell's.
const OUTSIDE: u8 = 0;
/// The terminal is ours.
const INSIDE: u8 = 1;
/// The terminal was given back for good.
const OVER: u8 = 2;

/// The state that the screen, the guard and the panic hook share.
#[derive(Debug)]
pub(super) struct Session {
    tty: Tty,
    phase: AtomicU8,
    /// Somebody else had the terminal since we set it: its modes and its screen are not known.
    displaced: AtomicBool,
    /// The modes to return to.
    before: Mutex<Option<Termios>>,
    /// Rings for ever once the process is to end: no write waits any more.
    alarm: UnixStream,
    bell: UnixStream,
    ui: ThreadId,
}

impl Session {
    /// A session for the thread that calls, not entered yet.
    ///
    /// # Errors
    ///
    /// When there are no descriptors left.
    pub(super) fn new(tty: Tty) -> io::Result<Self> {
        let (alarm, bell) = UnixStream::pair()?;
        bell.set_nonblocking(true)?;
        Ok(Self {
            tty,
            phase: AtomicU8::new(OUTSIDE),
            displaced: AtomicBool::new(false),
            before: Mutex::new(None),
            alarm,
            bell,
            ui: thread::current().id(),
        })
    }

    /// The device.
    pub(super) fn tty(&self) -> &Tty {
        &self.tty
    }

    /// Whether this is the thread of the screen.
    pub(super) fn on_ui_thread(&self) -> bool {
        thread::current().id() == self.ui
    }

    /// Whether the terminal is ours now.
    pub(super) fn is_inside(&self) -> bool {
        self.phase.load(Ordering::SeqCst) == INSIDE
    }

    /// Whether the terminal was given back for good.
    pub(super) fn is_over(&self) -> bool {
        self.phase.load(Ordering::SeqCst) == OVER
    }

    /// Notes that the process was stopped and goes on: a shell has set the terminal as it likes.
    pub(super) fn displace(&self) {
        self.displaced.store(true, Ordering::SeqCst);
    }

    /// Takes the terminal, or takes it again where somebody else had it. Says whether it did, and so the screen is empty.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub(super) fn enter(&self) -> io::Result<bool> {
        let displaced = self.displaced.swap(false, Ordering::SeqCst);
        if self.is_over() || (self.is_inside() && !displaced) {
            return Ok(false);
        }
        self.claim()?;
        // From here on there is something to undo, whatever happens.
        self.phase.store(INSIDE, Ordering::SeqCst);
        let mut bytes = Vec::new();
        queue!(bytes, EnterAlternateScreen, EnableBracketedPaste)?;
        self.write(&bytes).map_err(|HungUp| io::Error::from(rustix::io::Errno::IO))?;
        Ok(true)
    }

    /// Sets raw mode. In the background this stops the process until the shell brings it to the front, as it should.
    fn claim(&self) -> io::Result<()> {
        let mut tries = 0;
        let (modes, lines) = loop {
            tries += 1;
            match self.tty.make_raw() {
                Ok(set) => break set,
                Err(why) if tries == CLAIMS || self.tty.is_gone(CLAIM_PAUSE) => return Err(why),
                Err(_) => {}
            }
        };
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        if lines || before.is_none() {
            *before = Some(modes);
        }
        Ok(())
    }

    /// Writes a frame, and waits for a slow terminal, but not for one that is to be left.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<Wrote, HungUp> {
        self.tty.write(bytes, None, Some(self.alarm.as_fd()))
    }

    /// From now on no write waits: a frame that the terminal does not take is given up.
    pub(super) fn sound_alarm(&self) {
        // A bell that is full has rung.
        let _ = (&self.bell).write(b"!");
    }

    /// Gives the terminal back, for as long as it is not entered again. Does nothing the second time.
    pub(super) fn leave(&self) {
        self.restore(OUTSIDE);
    }

    /// Gives the terminal back for good.
    pub(super) fn close(&self) {
        self.restore(OVER);
    }

    fn restore(&self, next: u8) {
        let was = self.phase.swap(next, Ordering::SeqCst);
        if was == OVER {
            self.phase.store(OVER, Ordering::SeqCst);
        }
        // Nobody sees what a lost terminal is told.
        if was != INSIDE || self.tty.is_gone(Duration::ZERO) {
            return;
        }
        // The modes come first: they do not need the terminal to take anything, and who types as soon as the shell's screen is
        // back types to the shell. Where one of the two fails, nothing better is left to try.
        if let Some(before) = &*self.before.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = self.tty.set(before);
        }
        let mut bytes = Vec::new();
        let queued =
            queue!(bytes, EndSynchronizedUpdate, SetAttribute(Attribute::Reset), DisableBracketedPaste, cursor::Show, LeaveAlternateScreen);
        if queued.is_ok() {
            let _ = self.tty.write(&bytes, Some(PATIENCE), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tty::tests::{pair, raw_pair, sent};
    use super::*;

    #[test]
    fn what_is_entered_is_left_once() {
        let (tty, mut person) = pair();
        let session = Session::new(tty).unwrap();
        assert!(session.enter().unwrap());
        assert!(!session.enter().unwrap(), "already inside");
        assert_eq!(sent(&session.tty, &mut person), "\u{1b}[?1049h\u{1b}[?2004h");
        session.leave();
        session.leave();
        let left = sent(&session.tty, &mut person);
        assert_eq!(left, "\u{1b}[?2026l\u{1b}[0m\u{1b}[?2004l\u{1b}[?25h\u{1b}[?1049l");
        assert!(session.tty.make_raw().unwrap().1, "the modes for lines are back");
        assert_eq!(sent(&session.tty, &mut person), "", "left only once");
    }

    #[test]
    fn a_closed_session_is_not_entered_again() {
        let (tty, _person) = pair();
        let session = Session::new(tty).unwrap();
        session.enter().unwrap();
        session.close();
        session.leave();
        assert!(!session.enter().unwrap());
        assert!(session.is_over() && !session.is_inside());
    }

    #[test]
    fn a_displaced_session_takes_the_terminal_again_and_returns_to_the_first_modes() {
        let (tty, mut person) = pair();
        let session = Session::new(tty).unwrap();
        session.enter().unwrap();
        sent(&session.tty, &mut person);
        session.displace();
        assert!(session.enter().unwrap());
        assert_eq!(sent(&session.tty, &mut person), "\u{1b}[?1049h\u{1b}[?2004h");
        session.leave();
        assert!(session.tty.make_raw().unwrap().1, "our own raw mode was not taken for the one before");
    }

    #[test]
    fn an_alarm_ends_a_write_that_waits() {
        let (tty, _person) = raw_pair();
        let session = Session::new(tty).unwrap();
        session.sound_alarm();
        assert_eq!(session.write(&vec![b'x'; 1024 * 1024]), Ok(Wrote::Part));
    }

    #[test]
    fn a_lost_terminal_cannot_be_entered_and_is_left_in_silence() {
        let (tty, person) = pair();
        let session = Session::new(tty).unwrap();
        session.enter().unwrap();
        drop(person);
        session.leave();
        assert!(session.enter().is_err());
    }
}
