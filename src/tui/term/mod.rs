//! The terminal: entering and leaving it, drawing on it, and hearing from it.
//!
//! Whatever happens to the process (quitting, a panic, SIGTERM, a stop, a line that is lost), the shell finds its terminal as
//! it was. A frame is one write, and no write where nothing changed; who does nothing costs nothing.

mod canvas;
mod decode;
mod guard;
mod happening;
mod hook;
mod input;
mod scroll;
mod session;
mod size;
mod surface;
mod suspend;
mod tty;

use std::env;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use tokio::sync::mpsc::Sender;

pub use self::happening::{Event, Happening, Happenings};
pub use self::suspend::CannotSuspend;

use self::guard::Watch;
use self::happening::{Board, Mark};
use self::input::Input;
use self::session::Session;
use self::surface::Surface;
use self::tty::{Tty, Wrote};

/// The terminal is gone: its window was closed, or the line to it was lost. There is nobody to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the terminal is gone")]
pub struct HungUp;

/// The one owner of the terminal, from [`Terminal::enter`] to [`Terminal::leave`].
#[derive(Debug)]
pub struct Terminal {
    screen: ratatui::Terminal<Surface>,
    session: Arc<Session>,
    board: Arc<Board>,
    watch: Arc<Watch>,
    input: Option<Input>,
    /// Whether what the terminal shows is unknown.
    stale: bool,
}

impl Terminal {
    /// Takes the controlling terminal: raw mode, the alternate screen, pastes in brackets. From now on signals and panics are
    /// handled here, for the rest of the process. The calling thread is the screen's; it should be the main thread.
    ///
    /// # Errors
    ///
    /// When there is no terminal, or no descriptors or threads are left. The terminal is as it was then.
    pub fn enter() -> io::Result<(Self, Happenings)> {
        let (mut terminal, happenings, queue) = Self::over(Tty::open()?)?;
        let (session, board) = (Arc::clone(&terminal.session), Arc::clone(&terminal.board));
        hook::install(Arc::clone(&session), Arc::clone(&board));
        guard::start(Arc::clone(&session), Arc::clone(&board), Arc::clone(&terminal.watch))?;
        // From here on dropping it undoes what was done.
        session.enter()?;
        let hold = input::hold(env::var_os("SSH_CONNECTION").is_some(), env::var_os("SSH_TTY").is_some());
        terminal.input = Some(input::start(session, board, queue, hold)?);
        Ok((terminal, happenings))
    }

    /// The parts, put together and doing nothing yet.
    fn over(tty: Tty) -> io::Result<(Self, Happenings, Sender<Vec<Event>>)> {
        let session = Arc::new(Session::new(tty)?);
        let board = Arc::new(Board::default());
        let (happenings, queue) = Happenings::new(Arc::clone(&board));
        let screen = ratatui::Terminal::new(Surface::new(Arc::clone(&session)))?;
        Ok((Self { screen, session, board, watch: Arc::default(), input: None, stale: true }, happenings, queue))
    }

    /// Draws a frame, in one write; nothing is written where no cell and no cursor changed. After a stop it takes the terminal
    /// again first. Does nothing after [`Terminal::leave`].
    ///
    /// # Errors
    ///
    /// [`HungUp`] when the terminal is gone.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> Result<(), HungUp> {
        if self.session.is_over() {
            return Ok(());
        }
        self.stale |= self.session.enter().map_err(|_| HungUp)?;
        if self.stale {
            let (columns, rows) = self.screen.backend().columns_and_rows().map_err(|_| HungUp)?;
            self.screen.backend_mut().forget();
            self.screen.resize(Rect::new(0, 0, columns, rows)).map_err(|_| HungUp)?;
            // A drawing that panicked has left its half here.
            self.screen.current_buffer_mut().reset();
        }
        // Whoever panics while drawing leaves the screen unknown, until a frame is written whole.
        self.stale = true;
        self.screen.draw(view).map_err(|_| HungUp)?;
        let frame = self.screen.backend_mut().take();
        self.stale = !frame.is_empty() && self.session.write(&frame)? == Wrote::Part;
        Ok(())
    }

    /// The next draw draws everything anew, for a screen that something else has written on.
    pub fn repaint(&mut self) {
        self.stale = true;
    }

    /// Columns and rows to draw. A terminal that does not know its size counts as 80 by 24; an absurd size is cut.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        self.screen.backend().columns_and_rows().unwrap_or_else(|_| size::sensible((0, 0)))
    }

    /// Gives the terminal to the shell and stops; returns when the shell lets the process go on, with the terminal taken
    /// again. Draw then.
    ///
    /// # Errors
    ///
    /// [`CannotSuspend`] when nobody could bring the process back; nothing happened then.
    pub fn suspend(&mut self) -> Result<(), CannotSuspend> {
        if !suspend::can_stop() {
            return Err(CannotSuspend);
        }
        self.session.leave();
        let stopped = self.watch.pause(suspend::stop);
        self.stale = true;
        // Before anything is typed: it would be echoed.
        if self.session.enter().is_err() {
            self.board.mark(Mark::HungUp);
        }
        stopped.map_err(|_| CannotSuspend)
    }

    /// Says, after [`Happening::HungUp`] or [`Happening::Terminated`], how long ending may take. Without this the process is
    /// ended half a second after the terminal was lost, and 2 s after SIGTERM.
    pub fn ending(&self, within: Duration) {
        self.watch.promise(within);
    }

    /// Gives the terminal back for good, and reads from it no more. Does nothing the second time; happens by itself when this
    /// is dropped.
    pub fn leave(&mut self) {
        self.input = None;
        self.session.close();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
        // Whoever was asked to end has done so but for a last word, and a terminal that takes nothing must not hold that.
        self.watch.promise(Duration::ZERO);
    }
}

#[cfg(test)]
mod tests;
