//! The buffer between a drawn frame and the terminal.
//!
//! A frame is one write, or none. Nothing here flushes by itself, so what a frame has begun when its drawing panics is never
//! sent: a buffered writer would send it on being dropped, after the terminal was left. What the frame is written as,
//! [`super::canvas`] decides.

use std::collections::BTreeMap;
use std::io;
use std::mem;
use std::sync::Arc;

use crossterm::terminal::{self, BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{cursor, queue};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Rect, Size};

use super::canvas::Canvas;
use super::session::Session;
use super::size::sensible;

/// Clears the screen, as `crossterm` writes it.
const CLEAR: &[u8] = b"\x1b[2J";

/// Where frames are drawn to.
#[derive(Debug)]
pub(super) struct Surface {
    session: Arc<Session>,
    bytes: Vec<u8>,
    canvas: Canvas,
    /// Where nothing is written for now, and what is to be written there.
    late: Vec<Rect>,
    held: BTreeMap<(u16, u16), Cell>,
    /// Whether the cursor is shown, as far as that is known.
    shown: Option<bool>,
    /// Where the cursor is, as far as that is known.
    at: Option<Position>,
}

impl Surface {
    /// A surface of this session's terminal.
    pub(super) fn new(session: Arc<Session>) -> Self {
        Self { session, bytes: Vec::new(), canvas: Canvas::default(), late: Vec::new(), held: BTreeMap::new(), shown: None, at: None }
    }

    /// What has to be written for the frame that was drawn: nothing where nothing changed.
    pub(super) fn take(&mut self) -> Vec<u8> {
        if self.bytes.is_empty() {
            return Vec::new();
        }
        let mut frame = Vec::with_capacity(self.bytes.len() + 16);
        // Writing to memory does not fail.
        let _ = queue!(frame, BeginSynchronizedUpdate);
        frame.append(&mut self.bytes);
        let _ = queue!(frame, EndSynchronizedUpdate);
        frame
    }

    /// From now on nothing is written in these areas, until others are said or none.
    pub(super) fn hold(&mut self, late: &[Rect]) {
        self.late = late.to_vec();
    }

    /// Whether something was drawn that is not written.
    pub(super) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// Forgets what the terminal shows, and what a frame that was not finished has left.
    pub(super) fn forget(&mut self) {
        self.bytes.clear();
        self.canvas.forget();
        self.held.clear();
        self.shown = None;
        self.at = None;
    }

    /// Columns and rows to draw.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub(super) fn columns_and_rows(&self) -> io::Result<(u16, u16)> {
        self.session.tty().size().map(sensible)
    }

    fn paint<'a>(&mut self, content: impl Iterator<Item = (u16, u16, &'a Cell)>) {
        let mut content = content.peekable();
        if content.peek().is_some() {
            self.at = self.canvas.draw(content, &mut self.bytes).map(Position::from);
        }
    }

    fn show(&mut self, shown: bool) -> io::Result<()> {
        if self.shown.replace(shown) == Some(shown) {
            return Ok(());
        }
        if shown { queue!(self.bytes, cursor::Show) } else { queue!(self.bytes, cursor::Hide) }
    }
}

impl Backend for Surface {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        if !self.late.is_empty() || self.is_holding() {
            self.held.extend(content.map(|(x, y, cell)| ((y, x), cell.clone())));
            let is_late = |(y, x): (u16, u16)| self.late.iter().any(|area| area.contains(Position { x, y }));
            let (held, due): (BTreeMap<_, _>, BTreeMap<_, _>) = mem::take(&mut self.held).into_iter().partition(|(at, _)| is_late(*at));
            self.held = held;
            self.paint(due.iter().map(|((y, x), cell)| (*x, *y, cell)));
        } else {
            self.paint(content);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.show(false)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.show(true)
    }

    /// Where the cursor was put, without asking the terminal: an answer may never come, and the input thread would take it.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.at.replace(position) == Some(position) {
            return Ok(());
        }
        queue!(self.bytes, cursor::MoveTo(position.x, position.y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, what: ClearType) -> io::Result<()> {
        // A screen that has become narrower is cleared twice by its owner.
        if what == ClearType::All {
            let (columns, rows) = self.columns_and_rows()?;
            self.canvas.clear(columns, rows);
            self.held.clear();
            if self.bytes.ends_with(CLEAR) {
                return Ok(());
            }
        } else {
            self.canvas.forget();
        }
        let what = match what {
            ClearType::All => terminal::ClearType::All,
            ClearType::AfterCursor => terminal::ClearType::FromCursorDown,
            ClearType::BeforeCursor => terminal::ClearType::FromCursorUp,
            ClearType::CurrentLine => terminal::ClearType::CurrentLine,
            ClearType::UntilNewLine => terminal::ClearType::UntilNewLine,
        };
        queue!(self.bytes, terminal::Clear(what))
    }

    fn size(&self) -> io::Result<Size> {
        self.columns_and_rows().map(Size::from)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    /// Nothing: a frame is written when it is whole.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
