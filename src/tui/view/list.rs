//! Lists: rows of cells, of which one is selected.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::pane::Cursor;
use crate::tui::theme::Role;
use crate::tui::view::look::{Look, put};

/// Columns before each row: the marker of the selected one and a blank.
pub const MARGIN: u16 = 2;

/// The sign before a row that others have changed.
pub const NEWS: &str = "•";

/// A row: what is drawn behind its margin. Of the selected row the leading `handle` spans are marked; the rest stays as it is,
/// so that moving the selection over a slow line costs a few bytes, not two whole rows.
pub struct Row<'a> {
    /// Its cells.
    pub spans: Vec<Span<'a>>,
    /// How many of them are marked when it is selected.
    pub handle: usize,
    /// Whether others have changed it and nobody here has looked at it: told by a sign before it.
    pub news: bool,
}

/// Draws rows from the cursor's top on. Gives the place of the selected row's marker: there the terminal's own cursor stands,
/// for whoever has the screen read out.
pub fn draw<'a>(look: &Look<'_>, cursor: Cursor, rows: impl Iterator<Item = Row<'a>>, area: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    let mut place = None;
    for ((n, row), y) in rows.enumerate().map(|(n, row)| (n + cursor.top, row)).zip(area.y..area.bottom()) {
        let selected = n == cursor.at && row.handle > 0;
        let mut spans = Vec::with_capacity(row.spans.len() + 1);
        let marker = if selected { Span::styled(">", look.style(look.selected())) } else { Span::raw(" ") };
        let blank = if selected { Span::styled(" ", look.style(look.selected())) } else { Span::raw(" ") };
        spans.push(marker);
        spans.push(if row.news { Span::styled(NEWS, look.style(Role::News)) } else { blank });
        for (nth, mut span) in row.spans.into_iter().enumerate() {
            if selected && nth < row.handle {
                span.style = span.style.patch(look.style(look.selected()));
            }
            spans.push(span);
        }
        put(&Line::from(spans), Rect { y, height: 1, ..area }, buf);
        if selected {
            place = Some((area.x, y));
        }
    }
    place
}
