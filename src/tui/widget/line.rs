//! A field of one line.

use std::cell::Cell;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use super::editing::{Editing, Lines, Pasted};
use super::glyph::{columns, draw, draw_marked, glyphs, wipe};
use crate::domain::text::{self, LINE_MAX};
use crate::tui::keymap::{Action, Chord};

/// From this width `…` tells that there is more; below, every column is needed for the text.
const MARKED_FROM: usize = 5;

/// One line of text that is typed into. It paints no caret: the terminal's own cursor is put to [`LineField::caret`], where
/// input methods show what they are composing.
#[derive(Debug, Clone)]
pub struct LineField {
    editing: Editing,
    /// The columns scrolled out to the left; kept from frame to frame, so that the text stands still while the caret moves
    /// within what is seen.
    scroll: Cell<usize>,
}

impl Default for LineField {
    fn default() -> Self {
        Self::new()
    }
}

impl LineField {
    /// An empty field for a [`text::Line`].
    #[must_use]
    pub fn new() -> Self {
        Self::with_limit(LINE_MAX)
    }

    /// An empty field into which at most `limit` characters can be pasted. What is typed may exceed it: the
    /// form says so, because refusing letters would make an input method's backspaces eat others.
    #[must_use]
    pub fn with_limit(limit: usize) -> Self {
        Self { editing: Editing::new(Lines::One, limit), scroll: Cell::new(0) }
    }

    /// Does what a key does to any field: types a letter, or takes back (Backspace and Ctrl-H, its other code). `false` when
    /// nothing changed: the key is free for something else.
    pub fn insert_chord(&mut self, chord: Chord) -> bool {
        self.editing.insert_chord(chord)
    }

    /// Does an action of the scope of texts. `false` when nothing changed.
    pub fn apply(&mut self, action: Action) -> bool {
        self.editing.apply(action)
    }

    /// Inserts what was pasted, in one step of undo: composed, without controls, line ends and tabs as spaces.
    pub fn paste(&mut self, text: &str) -> Pasted {
        self.editing.paste(text)
    }

    /// Composes what was typed (NFC): to be called when the field is left or saved, never while somebody types.
    pub fn normalise(&mut self) {
        self.editing.normalise();
    }

    /// The text as it was typed.
    #[must_use]
    pub fn text(&self) -> String {
        self.editing.text()
    }

    /// The text as [`text::Line`] would keep it: composed, white space collapsed, ends trimmed. May be empty.
    #[must_use]
    pub fn committed(&self) -> String {
        text::collapse(&text::without_hidden(&self.text()))
    }

    /// Starts anew with a text, composed, the caret at its end; there is nothing to undo.
    pub fn set(&mut self, text: &str) {
        self.editing.set(text);
        self.scroll.set(0);
    }

    /// Whether nothing at all is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.editing.is_empty()
    }

    /// Draws the part of the text around the caret into the first line of an area; `placeholder` while there is none. Where
    /// more of the text is out of sight, `…` stands at that side.
    pub fn render(&self, area: Rect, buf: &mut Buffer, style: Style, placeholder: &Span<'_>) {
        self.render_from(self.scrolled(area.width), area, buf, style, placeholder);
    }

    /// Draws the beginning of the text, as it is read when nobody types into the field.
    pub fn render_at_rest(&self, area: Rect, buf: &mut Buffer, style: Style, placeholder: &Span<'_>) {
        self.render_from(0, area, buf, style, placeholder);
    }

    fn render_from(&self, skipped: usize, area: Rect, buf: &mut Buffer, style: Style, placeholder: &Span<'_>) {
        wipe(area, buf, style);
        if area.is_empty() {
            return;
        }
        let line = Rect { height: 1, ..area };
        if self.is_empty() {
            draw(&placeholder.content, 0, line, buf, style.patch(placeholder.style));
        } else if usize::from(line.width) < MARKED_FROM {
            draw(self.editing.line(0), skipped, line, buf, style);
        } else {
            draw_marked(self.editing.line(0), skipped, line, buf, style);
        }
    }

    /// Where the terminal's cursor must stand when the field is drawn into this area.
    #[must_use]
    pub fn caret(&self, area: Rect) -> Option<(u16, u16)> {
        if area.is_empty() {
            return None;
        }
        let column = self.column().saturating_sub(self.scrolled(area.width)).min(usize::from(area.width) - 1);
        Some((area.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX)), area.y))
    }

    #[cfg(test)]
    pub(super) fn editing(&mut self) -> &mut Editing {
        &mut self.editing
    }

    /// The columns before the caret.
    fn column(&self) -> usize {
        let (row, at) = self.editing.caret();
        columns(self.editing.line(row).get(..at).unwrap_or_default())
    }

    /// The columns that are scrolled out to the left. A quarter of the width is shown beyond the caret when it runs out of
    /// sight within the text, so that not every step redraws the whole field; the whole width is used. The caret stands on no `…`.
    fn scrolled(&self, width: u16) -> usize {
        let (width, line) = (usize::from(width.max(1)), self.editing.line(0));
        let (caret, total) = (self.column(), columns(line));
        let mark = usize::from(width >= MARKED_FROM);
        let margin = (width / 4).max(mark);
        let (_, at) = self.editing.caret();
        let under = glyphs(line).find(|glyph| glyph.at >= at).map_or(1, |glyph| glyph.columns).clamp(1, width);
        // What must be seen: the letter of the caret, with a mark at each side where there is more.
        let from = caret.saturating_sub(mark);
        let to = caret + under + if caret + under < total { mark } else { 0 };
        let mut scroll = self.scroll.get();
        if total < width {
            scroll = 0;
        } else if scroll > from {
            scroll = caret.saturating_sub(margin);
        } else if to > scroll + width && total > scroll + width {
            scroll = (caret + under + margin).saturating_sub(width);
        }
        // No room stays empty behind the end while the beginning is out of sight.
        scroll = scroll.min((total + 1).saturating_sub(width)).min(from);
        if total > scroll + width || caret >= scroll + width {
            scroll = scroll.max(to.saturating_sub(width));
        }
        self.scroll.set(scroll);
        scroll
    }
}
