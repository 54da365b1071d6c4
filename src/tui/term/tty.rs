//! The terminal's device.
//!
//! It is opened anew, apart from the standard streams: `O_NONBLOCK` belongs to an open description, and the streams share
//! theirs with the shell and with every child. Without it a half letter, or a terminal that takes no more, would block a
//! thread that has a hang-up to notice.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, Termios};

use super::HungUp;

/// What a device says when nobody is behind it any more.
const GONE: PollFlags = PollFlags::HUP.union(PollFlags::ERR).union(PollFlags::NVAL);

/// An own description of the controlling terminal.
#[derive(Debug)]
pub(super) struct Tty(OwnedFd);

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrote {
    /// Everything is written.
    All,
    /// The time was up, or the alarm rang, before the terminal took everything.
    Part,
}

/// What waiting for the device ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ready {
    /// The device can be read, or written to.
    Device,
    /// The other descriptor has something, or was closed.
    Other,
    /// The time is up.
    Late,
}

impl Tty {
    /// Opens the controlling terminal.
    ///
    /// # Errors
    ///
    /// `ENXIO` where there is none.
    pub(super) fn open() -> io::Result<Self> {
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        Ok(Self(rustix::fs::open("/dev/tty", flags, Mode::empty())?))
    }

    /// Columns and rows, as the terminal says.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = rustix::termios::tcgetwinsize(&self.0)?;
        Ok((size.ws_col, size.ws_row))
    }

    /// Whether nobody is behind the device, after waiting for that for as long as `within`.
    pub(super) fn is_gone(&self, within: Duration) -> bool {
        let mut device = [PollFd::new(&self.0, PollFlags::empty())];
        matches!(poll(&mut device, Some(within)), Ok(n) if n > 0)
    }

    /// Reads what is there; `None` when that is nothing.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub(super) fn read(&self, buffer: &mut [u8]) -> Result<Option<usize>, HungUp> {
        match rustix::io::retry_on_intr(|| rustix::io::read(&self.0, &mut *buffer)) {
            // The end of input can also be typed, as long as the terminal reads lines for the shell.
            Ok(0) if self.is_gone(Duration::ZERO) => Err(HungUp),
            Ok(0) | Err(Errno::AGAIN) => Ok(None),
            Ok(count) => Ok(Some(count)),
            Err(_) => Err(HungUp),
        }
    }

    /// Writes everything, and waits where the terminal takes no more: until `limit`, or until `alarm` rings.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub(super) fn write(&self, mut bytes: &[u8], limit: Option<Duration>, alarm: Option<BorrowedFd<'_>>) -> Result<Wrote, HungUp> {
        let until = limit.map(|limit| Instant::now() + limit);
        while !bytes.is_empty() {
            match rustix::io::retry_on_intr(|| rustix::io::write(&self.0, bytes)) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(Errno::AGAIN) => {
                    let left = until.map(|until| until.saturating_duration_since(Instant::now()));
                    match self.wait(PollFlags::OUT, alarm, left)? {
                        Ready::Device => {}
                        Ready::Other | Ready::Late => return Ok(Wrote::Part),
                    }
                }
                Err(_) => return Err(HungUp),
            }
        }
        Ok(Wrote::All)
    }

    /// Waits until there is something to read, or `other` has something.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub(super) fn wait_for_input(&self, other: BorrowedFd<'_>, limit: Option<Duration>) -> Result<Ready, HungUp> {
        self.wait(PollFlags::IN, Some(other), limit)
    }

    fn wait(&self, what: PollFlags, other: Option<BorrowedFd<'_>>, limit: Option<Duration>) -> Result<Ready, HungUp> {
        let mut both = vec![PollFd::new(&self.0, what)];
        both.extend(other.map(|other| PollFd::from_borrowed_fd(other, PollFlags::IN)));
        if poll(&mut both, limit).map_err(|_| HungUp)? == 0 {
            return Ok(Ready::Late);
        }
        match both.as_slice() {
            [device, ..] if device.revents().intersects(GONE) => Err(HungUp),
            [_, other] if !other.revents().is_empty() => Ok(Ready::Other),
            _ => Ok(Ready::Device),
        }
    }

    /// Every key becomes a byte at once, and nothing is echoed. Gives what was set before, if that was a mode for lines: else
    /// it is our own, or that of a program that left none to return to.
    ///
    /// # Errors
    ///
    /// When the terminal is gone, or belongs to others.
    pub(super) fn make_raw(&self) -> io::Result<(Termios, bool)> {
        let before = rustix::io::retry_on_intr(|| rustix::termios::tcgetattr(&self.0))?;
        let mut raw = before.clone();
        raw.make_raw();
        self.set(&raw)?;
        let lines = before.local_modes.contains(LocalModes::ICANON);
        Ok((before, lines))
    }

    /// Sets the modes, at once.
    ///
    /// # Errors
    ///
    /// As [`Self::make_raw`].
    pub(super) fn set(&self, modes: &Termios) -> io::Result<()> {
        Ok(rustix::io::retry_on_intr(|| rustix::termios::tcsetattr(&self.0, OptionalActions::Now, modes))?)
    }
}

impl AsFd for Tty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// `poll(2)` without interruptions; how many descriptors have something.
///
/// # Errors
///
/// When the kernel has no memory for it.
pub(super) fn poll(descriptors: &mut [PollFd<'_>], limit: Option<Duration>) -> io::Result<usize> {
    let until = limit.map(|limit| Instant::now() + limit);
    loop {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let left = left.map(Timespec::try_from).transpose().map_err(io::Error::other)?;
        match rustix::event::poll(descriptors, left.as_ref()) {
            Err(Errno::INTR) => {}
            other => return Ok(other?),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs::File;
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixStream;

    use rustix::pty::OpenptFlags;

    use super::*;

    /// A device, and who sits before it.
    pub(in super::super) fn pair() -> (Tty, File) {
        let master = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        rustix::pty::grantpt(&master).unwrap();
        rustix::pty::unlockpt(&master).unwrap();
        let name = rustix::pty::ptsname(&master, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        (Tty(rustix::fs::open(name, flags, Mode::empty()).unwrap()), File::from(master))
    }

    /// Sets raw mode, so that a pair passes bytes as they are.
    pub(in super::super) fn raw_pair() -> (Tty, File) {
        let (tty, person) = pair();
        tty.make_raw().unwrap();
        (tty, person)
    }

    /// What was written to the device since the last time.
    pub(in super::super) fn sent(tty: &Tty, person: &mut File) -> String {
        // The kernel hands it over when it likes: a sign behind it shows that everything is there.
        const SIGN: u8 = 0x07;
        tty.write(&[SIGN], None, None).unwrap();
        let mut all = Vec::new();
        while all.last() != Some(&SIGN) {
            let mut buffer = [0; 4096];
            let count = person.read(&mut buffer).unwrap();
            all.extend_from_slice(&buffer[..count]);
        }
        all.pop();
        String::from_utf8(all).unwrap()
    }

    #[test]
    fn bytes_pass_both_ways_and_absence_is_no_error() {
        let (tty, mut person) = raw_pair();
        let (_ours, other) = UnixStream::pair().unwrap();
        let mut buffer = [0; 16];
        assert_eq!(tty.read(&mut buffer), Ok(None));
        assert_eq!(tty.wait_for_input(other.as_fd(), Some(Duration::ZERO)), Ok(Ready::Late));
        person.write_all(b"j").unwrap();
        assert_eq!(tty.wait_for_input(other.as_fd(), None), Ok(Ready::Device));
        assert_eq!(tty.read(&mut buffer), Ok(Some(1)));
        assert_eq!(tty.write(b"drawn", None, None), Ok(Wrote::All));
        assert_eq!(sent(&tty, &mut person), "drawn");
    }

    #[test]
    fn a_terminal_that_takes_no_more_does_not_hold_us_for_ever() {
        let (tty, person) = raw_pair();
        let (mut ours, other) = UnixStream::pair().unwrap();
        let much = vec![b'x'; 1024 * 1024];
        assert_eq!(tty.write(&much, Some(Duration::from_millis(20)), None), Ok(Wrote::Part), "limit");
        ours.write_all(b"!").unwrap();
        assert_eq!(tty.write(&much, None, Some(other.as_fd())), Ok(Wrote::Part), "alarm");
        drop(person);
        assert_eq!(tty.write(&much, None, None), Err(HungUp), "hang-up");
    }

    #[test]
    fn a_terminal_that_is_gone_is_noticed_everywhere() {
        let (tty, person) = raw_pair();
        let (_ours, other) = UnixStream::pair().unwrap();
        assert!(!tty.is_gone(Duration::ZERO));
        drop(person);
        assert!(tty.is_gone(Duration::ZERO));
        assert_eq!(tty.wait_for_input(other.as_fd(), None), Err(HungUp));
        assert_eq!(tty.read(&mut [0; 16]), Err(HungUp));
        assert_eq!(tty.write(b"x", None, None), Err(HungUp));
    }

    #[test]
    fn raw_mode_tells_a_mode_for_lines_from_its_own() {
        let (tty, _person) = pair();
        let (before, lines) = tty.make_raw().unwrap();
        assert!(lines);
        assert!(!tty.make_raw().unwrap().1, "our own raw mode is nothing to return to");
        tty.set(&before).unwrap();
        assert!(tty.make_raw().unwrap().1);
    }
}
