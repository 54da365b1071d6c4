//! A field of several lines.

use std::cell::Cell;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use super::editing::{Editing, Lines, Pasted};
use super::glyph::{columns, draw, glyphs, wipe};
use super::wrap::{Row, rows};
use crate::domain::text::{self, PROSE_MAX};
use crate::tui::keymap::{Action, Chord, Key};

/// Several lines of text that are typed into, wrapped softly at the field's width. It paints no caret: the terminal's own
/// cursor is put to [`TextField::caret`].
#[derive(Debug, Clone)]
pub struct TextField {
    editing: Editing,
    /// The width it was drawn with last: what up and down mean depends on it. 0: it was never drawn.
    width: Cell<u16>,
    /// The rows scrolled out at the top.
    scroll: Cell<usize>,
    /// The column that up and down keep to, as long as the caret is where they left it.
    goal: Option<(Place, usize)>,
}

/// A line and a place in it, in bytes.
type Place = (usize, usize);

impl Default for TextField {
    fn default() -> Self {
        Self::new()
    }
}

impl TextField {
    /// An empty field for a [`text::Prose`].
    #[must_use]
    pub fn new() -> Self {
        Self::with_limit(PROSE_MAX)
    }

    /// An empty field into which at most `limit` characters can be pasted. What is typed may exceed it: the
    /// form says so.
    #[must_use]
    pub fn with_limit(limit: usize) -> Self {
        Self { editing: Editing::new(Lines::Many, limit), width: Cell::new(0), scroll: Cell::new(0), goal: None }
    }

    /// Does what a key does to any text: types a letter, takes back (Backspace and Ctrl-H, its other code), breaks the line
    /// (Enter and Ctrl-J, as which pasted line ends come from terminals without bracketed paste), goes a row up or down.
    /// `false` when nothing changed: the key is free for something else, as Up is in the first row.
    pub fn insert_chord(&mut self, chord: Chord) -> bool {
        match chord {
            chord if chord == Chord::plain(Key::Enter) || chord == Chord::ctrl('j') => self.editing.break_line(),
            chord if chord == Chord::plain(Key::Up) => self.vertical(|row| row.checked_sub(1)),
            chord if chord == Chord::plain(Key::Down) => self.vertical(|row| row.checked_add(1)),
            chord => self.editing.insert_chord(chord),
        }
    }

    /// Does an action of the scope of texts. `false` when nothing changed.
    pub fn apply(&mut self, action: Action) -> bool {
        self.editing.apply(action)
    }

    /// Inserts what was pasted, in one step of undo: composed, without controls, lines ended by `\n`.
    pub fn paste(&mut self, text: &str) -> Pasted {
        self.editing.paste(text)
    }

    /// Composes what was typed (NFC): to be called when the field is left or saved, never while somebody types.
    pub fn normalise(&mut self) {
        self.editing.normalise();
    }

    /// The text as it was typed, its lines ended by `\n`.
    #[must_use]
    pub fn text(&self) -> String {
        self.editing.text()
    }

    /// The text as [`text::Prose`] would keep it: composed, white space at the ends of lines trimmed. May be empty.
    #[must_use]
    pub fn committed(&self) -> String {
        text::trim_lines(&text::without_hidden(&self.text()))
    }

    /// Starts anew with a text, composed, the caret at its end; there is nothing to undo.
    pub fn set(&mut self, text: &str) {
        self.editing.set(text);
        self.scroll.set(0);
        self.goal = None;
    }

    /// Whether nothing at all is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.editing.is_empty()
    }

    /// The rows that the text takes at a width, for forms whose fields grow; at least 1.
    #[must_use]
    pub fn height(&self, width: u16) -> usize {
        self.rows(width).len()
    }

    /// Draws the rows around the caret into an area; `placeholder` while there is no text.
    pub fn render(&self, area: Rect, buf: &mut Buffer, style: Style, placeholder: &Span<'_>) {
        wipe(area, buf, style);
        if area.is_empty() {
            return;
        }
        if self.is_empty() {
            let text = [placeholder.content.to_string()];
            for (y, row) in (area.y..area.bottom()).zip(rows(&text, usize::from(area.width))) {
                let part = placeholder.content.get(row.from..row.to).unwrap_or_default();
                draw(part, 0, Rect { y, height: 1, ..area }, buf, style.patch(placeholder.style));
            }
            return;
        }
        self.width.set(area.width);
        let rows = self.rows(area.width);
        let top = self.scrolled(&rows, area);
        for (y, row) in (area.y..area.bottom()).zip(rows.iter().skip(top)) {
            draw(self.part(row), 0, Rect { y, height: 1, ..area }, buf, style);
        }
    }

    /// Where the terminal's cursor must stand when the field is drawn into this area.
    #[must_use]
    pub fn caret(&self, area: Rect) -> Option<(u16, u16)> {
        if area.is_empty() {
            return None;
        }
        self.width.set(area.width);
        let rows = self.rows(area.width);
        let (row, column) = self.place(&rows);
        let (x, y) = (column.min(usize::from(area.width) - 1), row.saturating_sub(self.scrolled(&rows, area)));
        let small = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        Some((area.x.saturating_add(small(x)), area.y.saturating_add(small(y))))
    }

    fn rows(&self, width: u16) -> Vec<Row> {
        // Before it was ever drawn, a row is a line.
        rows(self.editing.lines(), if width == 0 { usize::MAX } else { usize::from(width) })
    }

    fn part(&self, row: &Row) -> &str {
        self.editing.line(row.line).get(row.from..row.to).unwrap_or_default()
    }

    /// The row of the caret, and the columns before it.
    fn place(&self, rows: &[Row]) -> (usize, usize) {
        let (line, at) = self.editing.caret();
        let number = rows.iter().rposition(|row| row.line == line && row.from <= at).unwrap_or(0);
        let before = rows.get(number).and_then(|row| self.editing.line(line).get(row.from..at)).unwrap_or_default();
        (number, columns(before))
    }

    fn scrolled(&self, rows: &[Row], area: Rect) -> usize {
        let (height, (row, _)) = (usize::from(area.height.max(1)), self.place(rows));
        let lowest = rows.len().saturating_sub(height);
        let scroll = self.scroll.get().min(lowest).min(row).max((row + 1).saturating_sub(height));
        self.scroll.set(scroll);
        scroll
    }

    /// Goes to another row, keeping to the column as far as that row reaches.
    fn vertical(&mut self, other: impl Fn(usize) -> Option<usize>) -> bool {
        let rows = self.rows(self.width.get());
        let (row, column) = self.place(&rows);
        let goal = self.goal.filter(|(place, _)| *place == self.editing.caret()).map_or(column, |(_, goal)| goal);
        let Some((number, target)) = other(row).and_then(|number| rows.get(number).map(|target| (number, target))) else {
            return false;
        };
        let (mut place, mut passed) = (target.from, 0);
        for glyph in glyphs(self.part(target)) {
            if passed <= goal {
                place = target.from + glyph.at;
            }
            passed += glyph.columns;
        }
        // Behind the last letter of a row that goes on, the caret would stand in the next row.
        if passed <= goal && rows.get(number + 1).is_none_or(|next| next.line != target.line) {
            place = target.to;
        }
        self.editing.go(target.line, place);
        self.goal = Some((self.editing.caret(), goal));
        true
    }
}
