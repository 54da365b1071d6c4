//! A drawn screen, as text.

use std::fmt::Write as _;

use lichhop::domain::text::width;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// A drawn screen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Picture {
    pub(super) buffer: Buffer,
    /// Where the terminal's own cursor stands.
    pub(super) caret: Option<(u16, u16)>,
}

/// Cells of a row that look the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) from: u16,
    /// The column behind the last one.
    pub(super) to: u16,
    pub(super) text: String,
    pub(super) fg: Color,
    pub(super) bg: Color,
    pub(super) modifiers: Modifier,
}

impl Picture {
    /// The cells of a row that are seen: none that lies behind the left half of a wide letter.
    pub(super) fn cells(&self, y: u16) -> impl Iterator<Item = (u16, &Cell)> {
        let area = self.buffer.area;
        let mut next = 0;
        (0..area.width).filter_map(move |x| {
            let cell = &self.buffer[(x, y)];
            let seen = x >= next;
            if seen {
                next = x + columns(cell);
            }
            seen.then_some((x, cell))
        })
    }

    /// The text of a row.
    pub(super) fn row(&self, y: u16) -> String {
        self.cells(y).map(|(_, cell)| cell.symbol()).collect()
    }

    /// The text, without the blanks at the ends of rows.
    pub(super) fn text(&self) -> String {
        let rows: Vec<String> = (0..self.buffer.area.height).map(|y| self.row(y).trim_end().to_owned()).collect();
        rows.join("\n")
    }

    /// The rows with their numbers, and a mark below the place of the caret.
    pub(super) fn grid(&self) -> String {
        let mut grid = String::new();
        for y in 0..self.buffer.area.height {
            writeln!(grid, "{}", format!("{y:2}│{}", self.row(y)).trim_end()).unwrap();
            if let Some((x, _)) = self.caret.filter(|(_, row)| *row == y) {
                writeln!(grid, "  ·{}^ caret", " ".repeat(usize::from(x))).unwrap();
            }
        }
        grid
    }

    /// The runs of a row, all of them.
    pub(super) fn runs(&self, y: u16) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (x, cell) in self.cells(y) {
            let to = x + columns(cell);
            match runs.last_mut().filter(|run| (run.fg, run.bg, run.modifiers) == (cell.fg, cell.bg, cell.modifier)) {
                Some(run) => {
                    run.to = to;
                    run.text.push_str(cell.symbol());
                }
                None => runs.push(Run { from: x, to, text: cell.symbol().to_owned(), fg: cell.fg, bg: cell.bg, modifiers: cell.modifier }),
            }
        }
        runs
    }

    /// How each row looks: its runs that do not look like plain text. Rows that look the same stand together.
    pub(super) fn styles(&self) -> String {
        let mut rows: Vec<(u16, u16, String)> = Vec::new();
        for y in 0..self.buffer.area.height {
            let told = self.runs(y).iter().filter_map(Run::told).collect::<Vec<_>>().join(", ");
            match rows.last_mut().filter(|(_, _, before)| *before == told) {
                Some((_, last, _)) => *last = y,
                None => rows.push((y, y, told)),
            }
        }
        let mut styles = String::new();
        for (first, last, told) in rows.into_iter().filter(|(_, _, told)| !told.is_empty()) {
            let rows = if first == last { first.to_string() } else { format!("{first}-{last}") };
            writeln!(styles, "{rows:>5}: {told}").unwrap();
        }
        styles
    }

    /// The rows in which something is drawn reversed, below the tabs and above the two last lines.
    pub(super) fn reversed_rows(&self) -> Vec<u16> {
        let rows = 1..self.buffer.area.height.saturating_sub(2);
        rows.filter(|y| self.cells(*y).any(|(_, cell)| cell.modifier.contains(Modifier::REVERSED))).collect()
    }
}

impl Run {
    /// The run in words; `None` for plain text.
    fn told(&self) -> Option<String> {
        let mut words = Vec::new();
        if self.fg != Color::Reset {
            words.push(self.fg.to_string().to_lowercase());
        }
        if self.bg != Color::Reset {
            words.push(format!("on {}", self.bg.to_string().to_lowercase()));
        }
        words.extend(self.modifiers.iter_names().map(|(name, _)| name.to_lowercase()));
        (!words.is_empty()).then(|| format!("{}..{} {}", self.from, self.to, words.join(" ")))
    }
}

/// The columns that a cell takes.
fn columns(cell: &Cell) -> u16 {
    u16::try_from(width(cell.symbol())).unwrap().max(1)
}
