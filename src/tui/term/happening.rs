//! What happens to the application, on its way to the thread of the screen.
//!
//! Input waits in a queue with a bound: when the screen is slow, the terminal keeps what is typed. Everything else is a mark
//! on a board, because it is the same said once or ten times, and because who hears of a hang-up must not wait for a queue.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::tui::keymap::chord::Chord;

/// How many reads may wait.
const QUEUE: usize = 64;
/// How many panics are kept until somebody asks; a thread that panics in a loop must not fill the memory.
const PANICS: usize = 8;

/// What somebody typed or pasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A key.
    Key(Chord),
    /// Text from the clipboard, with `\n` for line ends and no control characters but that and tabs. It is not normalised: a
    /// field takes it as it is and normalises it where it takes all text.
    Paste(String),
}

/// What happens to the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Everything that was typed since the last time, in order. Draw once for all of it.
    Input(Vec<Event>),
    /// The window has another size: draw.
    Resized,
    /// Somebody asks from outside that the process stop (SIGTSTP): call `Terminal::suspend`, or stay.
    StopRequested,
    /// The process was stopped from outside and goes on. The next draw takes the terminal again: draw.
    Continued,
    /// The terminal is gone. The process ends soon: save what is not saved.
    HungUp,
    /// Somebody asks that the process end (SIGTERM): save, leave, and return `Exit::Terminated`.
    Terminated,
    /// Somebody asks from outside to break off (SIGINT); the key Ctrl-C is a key.
    Interrupted,
    /// A thread or a task beside the screen panicked: where, and its words.
    Panicked(String),
}

/// A mark on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    HungUp = 1,
    Terminated = 1 << 1,
    Interrupted = 1 << 2,
    StopRequested = 1 << 3,
    Continued = 1 << 4,
    Resized = 1 << 5,
}

/// What the first of the marks is told as, the most urgent first.
const MARKS: [(Mark, Happening); 6] = [
    (Mark::HungUp, Happening::HungUp),
    (Mark::Terminated, Happening::Terminated),
    (Mark::Interrupted, Happening::Interrupted),
    (Mark::StopRequested, Happening::StopRequested),
    (Mark::Continued, Happening::Continued),
    (Mark::Resized, Happening::Resized),
];

/// What happened besides input, and was not told yet.
#[derive(Debug, Default)]
pub(super) struct Board {
    marks: AtomicU8,
    panics: Mutex<VecDeque<String>>,
    bell: Notify,
}

impl Board {
    /// Sets a mark.
    pub(super) fn mark(&self, mark: Mark) {
        self.marks.fetch_or(mark as u8, Ordering::SeqCst);
        self.bell.notify_one();
    }

    /// Notes a panic; of too many, the first stay: they are the cause.
    pub(super) fn panicked(&self, words: String) {
        let mut panics = self.panics.lock().unwrap_or_else(PoisonError::into_inner);
        if panics.len() < PANICS {
            panics.push_back(words);
        }
        drop(panics);
        self.bell.notify_one();
    }

    fn take(&self) -> Option<Happening> {
        let marks = self.marks.load(Ordering::SeqCst);
        if let Some((mark, happening)) = MARKS.iter().find(|(mark, _)| marks & *mark as u8 != 0) {
            self.marks.fetch_and(!(*mark as u8), Ordering::SeqCst);
            return Some(happening.clone());
        }
        self.panics.lock().unwrap_or_else(PoisonError::into_inner).pop_front().map(Happening::Panicked)
    }
}

/// The receiving end of everything that happens. What is urgent comes before input.
#[derive(Debug)]
pub struct Happenings {
    board: Arc<Board>,
    input: Receiver<Vec<Event>>,
    /// Whether the input thread has ended; the board says why.
    silent: bool,
}

impl Happenings {
    /// The receiving end and the sending end of input.
    pub(super) fn new(board: Arc<Board>) -> (Self, Sender<Vec<Event>>) {
        let (sender, input) = mpsc::channel(QUEUE);
        (Self { board, input, silent: false }, sender)
    }

    /// The next happening. Nothing is lost when this is given up half way, as `select!` does.
    pub async fn next(&mut self) -> Happening {
        loop {
            if let Some(happening) = self.try_next() {
                return happening;
            }
            tokio::select! {
                () = self.board.bell.notified() => {}
                events = self.input.recv(), if !self.silent => match events {
                    Some(events) => return self.gathered(events),
                    None => self.silent = true,
                }
            }
        }
    }

    /// What has happened already; `None` when that is nothing.
    pub fn try_next(&mut self) -> Option<Happening> {
        if let Some(happening) = self.board.take() {
            return Some(happening);
        }
        let events = self.input.try_recv().ok()?;
        Some(self.gathered(events))
    }

    /// With what else waits: who is late draws once for all of it.
    fn gathered(&mut self, mut events: Vec<Event>) -> Happening {
        for _ in 0..QUEUE {
            let Ok(more) = self.input.try_recv() else { break };
            events.extend(more);
        }
        Happening::Input(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(c: char) -> Event {
        Event::Key(Chord::char(c))
    }

    #[test]
    fn what_is_urgent_comes_first_and_is_told_once() {
        let board = Arc::new(Board::default());
        let (mut happenings, sender) = Happenings::new(Arc::clone(&board));
        sender.try_send(vec![key('j')]).unwrap();
        board.panicked("a".into());
        for mark in [Mark::Resized, Mark::Terminated, Mark::Resized, Mark::HungUp] {
            board.mark(mark);
        }
        let told: Vec<_> = std::iter::from_fn(|| happenings.try_next()).collect();
        assert_eq!(
            told,
            [
                Happening::HungUp,
                Happening::Terminated,
                Happening::Resized,
                Happening::Panicked("a".into()),
                Happening::Input(vec![key('j')])
            ]
        );
    }

    #[test]
    fn reads_that_wait_are_told_together_and_in_order() {
        let (mut happenings, sender) = Happenings::new(Arc::default());
        for c in ['a', 'b', 'c'] {
            sender.try_send(vec![key(c)]).unwrap();
        }
        assert_eq!(happenings.try_next(), Some(Happening::Input(vec![key('a'), key('b'), key('c')])));
        assert_eq!(happenings.try_next(), None);
    }

    #[test]
    fn panics_do_not_pile_up() {
        let board = Arc::new(Board::default());
        let (mut happenings, _sender) = Happenings::new(Arc::clone(&board));
        for n in 0..100 {
            board.panicked(n.to_string());
        }
        let told: Vec<_> = std::iter::from_fn(|| happenings.try_next()).collect();
        assert_eq!(told.len(), PANICS);
        assert_eq!(told.first(), Some(&Happening::Panicked("0".into())));
    }

    #[tokio::test]
    async fn somebody_who_waits_is_woken() {
        let board = Arc::new(Board::default());
        let (mut happenings, sender) = Happenings::new(Arc::clone(&board));
        let waiting = tokio::spawn(async move { (happenings.next().await, happenings.next().await, happenings.next().await) });
        tokio::task::yield_now().await;
        board.mark(Mark::Resized);
        tokio::task::yield_now().await;
        sender.send(vec![key('j')]).await.unwrap();
        drop(sender);
        tokio::task::yield_now().await;
        board.mark(Mark::HungUp);
        let (first, second, third) = waiting.await.unwrap();
        assert_eq!([first, second, third], [Happening::Resized, Happening::Input(vec![key('j')]), Happening::HungUp]);
    }
}
