//! The details of what is selected. Each field stands on rows of its own, whatever is in it: going from one meeting to the
//! next, only what differs between them changes on the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::text::{visible, width};
use crate::print::layout::{cut, wrap};
use crate::tui::theme::Role;
use crate::tui::view::look::{Look, put};

/// A field of the details.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name; empty for one that speaks for itself.
    pub label: &'static str,
    /// What stands in it.
    pub value: String,
    /// How it looks.
    pub role: Role,
    /// The rows it takes, filled or not; 0: as many as it needs.
    pub rows: usize,
}

impl Field {
    /// A field on one row.
    #[must_use]
    pub fn line(label: &'static str, value: String, role: Role) -> Self {
        Self { label, value, role, rows: 1 }
    }

    /// The field on so many rows.
    #[must_use]
    pub fn rows(self, rows: usize) -> Self {
        Self { rows, ..self }
    }
}

/// The columns of the labels: at least, and at most.
const LABEL: std::ops::RangeInclusive<usize> = 11..=16;

/// The lines of the details at a width.
#[must_use]
pub fn lines(look: &Look<'_>, fields: &[Field], columns: u16) -> Vec<Line<'static>> {
    let columns = usize::from(columns);
    let longest = fields.iter().map(|field| width(field.label) + 1).max().unwrap_or(0);
    let labels = longest.clamp(*LABEL.start(), *LABEL.end());
    let mut lines = Vec::new();
    for field in fields {
        let indent = if field.label.is_empty() { 0 } else { labels };
        let room = columns.saturating_sub(indent).max(1);
        let mut texts: Vec<String> = field.value.lines().flat_map(|line| wrap(&visible(line), room)).collect();
        if field.rows > 0 && texts.len() > field.rows {
            texts.truncate(field.rows);
            // What does not fit is told to go on.
            if let Some(last) = texts.last_mut() {
                *last = cut(&format!("{last}……"), room.min(width(last) + 1));
            }
        }
        texts.resize(texts.len().max(field.rows).max(1), String::new());
        for (n, text) in texts.into_iter().enumerate() {
            let label = if n == 0 { cut(field.label, indent.saturating_sub(1)) } else { String::new() };
            let blank = " ".repeat(indent.saturating_sub(width(&label)));
            lines.push(Line::from(vec![
                Span::styled(label + &blank, look.style(Role::FieldLabel)),
                Span::styled(text, look.style(field.role)),
            ]));
        }
    }
    lines
}

/// Draws the details.
pub fn draw(look: &Look<'_>, fields: &[Field], top: usize, area: Rect, buf: &mut Buffer) {
    let lines = lines(look, fields, area.width);
    let top = top.min(lines.len().saturating_sub(usize::from(area.height)));
    for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(top)) {
        put(line, Rect { y, height: 1, ..area }, buf);
    }
}
