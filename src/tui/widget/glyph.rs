//! Letters as the terminal shows them: one grapheme each, with the columns it takes.

use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation as _;

/// Stands where there is more.
const MORE: &str = "…";

/// A letter on the screen.
pub(super) struct Glyph<'a> {
    /// Where it begins in the text, in bytes.
    pub(super) at: usize,
    /// What is drawn.
    symbol: &'a str,
    /// The columns it takes; 0: it is not drawn.
    pub(super) columns: usize,
}

/// The letters of a text.
///
/// The width is asked of the same function that the screen's buffer asks, so that the caret stands where the letters end.
pub(super) fn glyphs(text: &str) -> impl Iterator<Item = Glyph<'_>> {
    text.grapheme_indices(true).map(|(at, letter)| match letter {
        "\t" => Glyph { at, symbol: " ", columns: 1 },
        letter if letter.contains(char::is_control) => Glyph { at, symbol: "", columns: 0 },
        letter => Glyph { at, symbol: letter, columns: usize::from(letter.cell_width()) },
    })
}

/// The columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    glyphs(text).map(|glyph| glyph.columns).sum()
}

/// Draws a text into the first line of an area, without its first `skipped` columns.
pub(super) fn draw(text: &str, skipped: usize, area: Rect, buf: &mut Buffer, style: Style) {
    let area = area.intersection(buf.area);
    draw_between(text, skipped, (skipped, skipped + usize::from(area.width)), area, buf, style);
}

/// The same, with `…` in the outer column of each side at which there is more.
pub(super) fn draw_marked(text: &str, skipped: usize, area: Rect, buf: &mut Buffer, style: Style) {
    let area = area.intersection(buf.area);
    let width = usize::from(area.width);
    let (before, behind) = (skipped > 0, columns(text) > skipped + width);
    let seen = (skipped + usize::from(before), (skipped + width).saturating_sub(usize::from(behind)));
    draw_between(text, skipped, seen, area, buf, style);
    for (marked, x) in [(before, area.x), (behind, area.right().saturating_sub(1))] {
        if let Some(cell) = buf.cell_mut((x, area.y)).filter(|_| marked) {
            cell.set_symbol(MORE).set_style(style);
        }
    }
}

/// Draws the letters that lie whole between two columns of the text, where column `skipped` is the first of the area.
fn draw_between(text: &str, skipped: usize, (first, end): (usize, usize), area: Rect, buf: &mut Buffer, style: Style) {
    let mut column = 0;
    for glyph in glyphs(text) {
        let (from, to) = (column, column + glyph.columns);
        column = to;
        if to > end {
            break;
        }
        // A wide letter of which only the right half would be seen is left out.
        if glyph.columns == 0 || from < first {
            continue;
        }
        let x = area.x.saturating_add(u16::try_from(from - skipped).unwrap_or(u16::MAX));
        if let Some(cell) = buf.cell_mut((x, area.y)) {
            cell.set_symbol(glyph.symbol).set_style(style);
        }
    }
}

/// Wipes an area, so that nothing of what was there before shines through.
pub(super) fn wipe(area: Rect, buf: &mut Buffer, style: Style) {
    for position in area.intersection(buf.area).positions() {
        if let Some(cell) = buf.cell_mut(position) {
            cell.reset();
            cell.set_style(style);
        }
    }
}
