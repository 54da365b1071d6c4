//! The thread that reads what is typed.
//!
//! It sleeps without a limit: a key wakes it, and so does the loss of the terminal.

use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use super::HungUp;
use super::decode::Decoder;
use super::happening::{Board, Event, Mark};
use super::session::Session;
use super::tty::{Ready, Tty};

/// How much one read takes: what the kernel keeps for a terminal.
const READ: usize = 4096;
/// How many reads are told at once, so that an endless paste does not keep the screen waiting.
const READS: usize = 16;
/// How long an Esc at the end of a read may be the beginning of a key.
const HOLD: Duration = Duration::from_millis(30);
/// The same over a network, which cuts where it likes.
const HOLD_REMOTE: Duration = Duration::from_millis(100);

/// Ends the thread when it is dropped.
#[derive(Debug)]
pub(super) struct Input {
    _open: UnixStream,
}

/// How long to hold an Esc, for a process with these two variables.
pub(super) fn hold(ssh_connection: bool, ssh_tty: bool) -> Duration {
    if ssh_connection || ssh_tty { HOLD_REMOTE } else { HOLD }
}

/// Starts the thread.
///
/// # Errors
///
/// When there are no descriptors or threads left.
pub(super) fn start(session: Arc<Session>, board: Arc<Board>, queue: Sender<Vec<Event>>, hold: Duration) -> io::Result<Input> {
    let (open, closed) = UnixStream::pair()?;
    thread::Builder::new().name("input".into()).spawn(move || {
        let mut farewell = Farewell { board: &board, expected: false };
        farewell.expected = read(session.tty(), &closed, &queue, hold).is_ok();
    })?;
    Ok(Input { _open: open })
}

/// Says that nobody reads any more, also where the thread panics: without input the application is as good as hung up.
struct Farewell<'a> {
    board: &'a Board,
    expected: bool,
}

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        if !self.expected {
            self.board.mark(Mark::HungUp);
        }
    }
}

/// Reads until nobody wants input any more.
fn read(tty: &Tty, closed: &UnixStream, queue: &Sender<Vec<Event>>, hold: Duration) -> Result<(), HungUp> {
    let mut decoder = Decoder::default();
    loop {
        let mut events = Vec::new();
        match tty.wait_for_input(closed.as_fd(), decoder.holds_escape().then_some(hold))? {
            Ready::Other => return Ok(()),
            Ready::Late => events.extend(decoder.release()),
            Ready::Device => take(tty, &mut decoder, &mut events)?,
        }
        if !events.is_empty() && queue.blocking_send(events).is_err() {
            return Ok(());
        }
    }
}

/// Decodes everything that is there.
fn take(tty: &Tty, decoder: &mut Decoder, events: &mut Vec<Event>) -> Result<(), HungUp> {
    let mut buffer = [0; READ];
    for _ in 0..READS {
        let Some(count) = tty.read(&mut buffer)? else { break };
        decoder.feed(&buffer[..count], events);
        if count < READ {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::happening::{Happening, Happenings};
    use super::super::tty::tests::pair;
    use super::*;
    use crate::tui::keymap::chord::{Chord, Key};

    /// A reader of this terminal, with its happenings.
    fn reader(tty: Tty, hold: Duration) -> (Arc<Session>, Input, Happenings) {
        let session = Arc::new(Session::new(tty).unwrap());
        session.enter().unwrap();
        let board = Arc::new(Board::default());
        let (happenings, queue) = Happenings::new(Arc::clone(&board));
        let input = start(Arc::clone(&session), board, queue, hold).unwrap();
        (session, input, happenings)
    }

    #[test]
    fn esc_is_held_longer_over_a_network() {
        assert_eq!(hold(false, false), HOLD);
        assert_eq!([hold(true, false), hold(false, true)], [HOLD_REMOTE; 2]);
    }

    #[tokio::test]
    async fn a_read_is_told_at_once_and_whole() {
        let (tty, mut person) = pair();
        let (_session, _input, mut happenings) = reader(tty, HOLD);
        person.write_all("jjộ\x1b[A".as_bytes()).unwrap();
        let keys = [Chord::char('j'), Chord::char('j'), Chord::char('ộ'), Chord::plain(Key::Up)];
        assert_eq!(happenings.next().await, Happening::Input(keys.map(Event::Key).to_vec()));
    }

    #[tokio::test]
    async fn a_lone_esc_is_told_when_nothing_follows_and_joined_when_it_does() {
        let (tty, mut person) = pair();
        let (_session, _input, mut happenings) = reader(tty, HOLD);
        person.write_all(b"\x1b").unwrap();
        assert_eq!(happenings.next().await, Happening::Input(vec![Event::Key(Chord::plain(Key::Esc))]));
        let (tty, mut person) = pair();
        let (_session, _input, mut happenings) = reader(tty, Duration::from_hours(1));
        // The letter proves that the Esc behind it was read and is held.
        person.write_all(b"j\x1b").unwrap();
        assert_eq!(happenings.next().await, Happening::Input(vec![Event::Key(Chord::char('j'))]));
        person.write_all(b"[B").unwrap();
        assert_eq!(happenings.next().await, Happening::Input(vec![Event::Key(Chord::plain(Key::Down))]));
    }

    #[tokio::test]
    async fn a_lost_terminal_is_told_also_after_half_a_letter() {
        let (tty, mut person) = pair();
        let (_session, _input, mut happenings) = reader(tty, HOLD);
        person.write_all(b"j\xe1\xbb").unwrap();
        assert_eq!(happenings.next().await, Happening::Input(vec![Event::Key(Chord::char('j'))]));
        drop(person);
        assert_eq!(happenings.next().await, Happening::HungUp);
    }

    #[tokio::test]
    async fn a_thread_that_is_ended_does_not_cry_wolf() {
        let (tty, _person) = pair();
        let (session, input, mut happenings) = reader(tty, HOLD);
        drop(input);
        // The thread lets go of its session when it ends.
        while Arc::strong_count(&session) > 1 {
            tokio::task::yield_now().await;
        }
        assert_eq!(happenings.try_next(), None);
    }
}
