//! Moving rows that are on the screen already: of a list that is scrolled, most of the next frame is there, only higher or lower.
//!
//! Rows are moved by deleting some and inserting as many (ECMA-48 8.3.32, DL, and 8.3.67, IL): every terminal since the VT102
//! knows both, the Linux console too, and unlike margins they leave nothing behind if the program dies between them.

use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;

use ratatui::buffer::Cell;

/// Fewer rows that could be moved are as short when they are written.
const LEAST: usize = 3;

/// Rows that move together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scroll {
    /// The first of the rows that take part.
    top: usize,
    /// The row behind the last.
    end: usize,
    /// By how many they move.
    by: usize,
    up: bool,
}

impl Scroll {
    /// The move that brings the most rows of one picture to where they are in another: alone, and with the rows beside them that
    /// change anyway. Of a list the latter saves the selected row, which differs by a few cells only; it is no use where what stands
    /// beside changes for another reason.
    pub(super) fn between(before: &[Option<Cell>], after: &[Option<Cell>], columns: usize) -> Option<[Self; 2]> {
        let hasher = RandomState::new();
        let rows = |cells: &[Option<Cell>]| -> Vec<Row> {
            let blank = |row: &[Option<Cell>]| row.iter().all(|cell| cell.as_ref() == Some(&Cell::EMPTY));
            cells.chunks(columns.max(1)).map(|row| (!blank(row)).then(|| hasher.hash_one(row))).collect()
        };
        let (before, after) = (rows(before), rows(after));
        let shifts = (1..before.len()).flat_map(|by| [(by, true), (by, false)]);
        let moves = shifts.filter_map(|(by, up)| {
            let found = if up {
                came(before.iter().skip(by).zip(&after).zip(&before))
            } else {
                came(before.iter().zip(after.iter().skip(by)).zip(before.iter().skip(by)))
            };
            let (first, last) = (*found.first()?, found.last()? + by);
            (found.len() >= LEAST).then_some((found.len(), Self { top: first, end: last + 1, by, up }))
        });
        let (_, alone) = moves.max_by_key(|(count, _)| *count)?;
        let changes = |(old, new): &(&Row, &Row)| old != new;
        let above = before.iter().zip(&after).take(alone.top).rev().take_while(changes).count();
        let below = before.iter().zip(&after).skip(alone.end).take_while(changes).count();
        Some([alone, Self { top: alone.top - above, end: alone.end + below, ..alone }])
    }

    /// Where rows are deleted, and where as many are inserted.
    fn places(self) -> (usize, usize) {
        let last = self.end - self.by;
        if self.up { (self.top, last) } else { (last, self.top) }
    }

    /// Moves the rows of the terminal. The style must be none: inserted rows get its ground. The cursor may be anywhere afterwards.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        let (deleted, inserted) = self.places();
        // Writing to memory does not fail.
        let _ = write!(out, "\x1b[{}H\x1b[{by}M\x1b[{}H\x1b[{by}L", deleted + 1, inserted + 1, by = self.by);
    }

    /// Moves the rows of what is known about the terminal.
    pub(super) fn apply(self, cells: &mut Vec<Option<Cell>>, columns: usize) {
        let (deleted, inserted) = self.places();
        let count = self.by * columns;
        cells.drain(deleted * columns..deleted * columns + count);
        let place = inserted * columns;
        cells.splice(place..place, std::iter::repeat_n(Some(Cell::EMPTY), count));
    }
}

/// A row by what stands in it; `None` for a blank one, which is nothing to move.
type Row = Option<u64>;

/// Which of the rows, each as it was elsewhere, as it is here and as it was here, came from there.
fn came<'a>(rows: impl Iterator<Item = ((&'a Row, &'a Row), &'a Row)>) -> Vec<usize> {
    rows.enumerate().filter(|(_, ((from, here), stood))| from == here && here.is_some() && stood != here).map(|(y, _)| y).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of one column.
    fn picture(rows: &str) -> Vec<Option<Cell>> {
        rows.chars().map(|letter| Some(Cell::from(letter))).collect()
    }

    fn written(scroll: Scroll) -> String {
        let mut bytes = Vec::new();
        scroll.write(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn most_rows_stand_where_they_come_to() {
        for (before, after, alone, widened) in [
            ("habcdefz", "hcdefghz", ("hcdef  z", "\x1b[2H\x1b[2M\x1b[6H\x1b[2L"), ("hcdef  z", "\x1b[2H\x1b[2M\x1b[6H\x1b[2L")),
            ("hcdefghz", "habcdefz", ("h  cdefz", "\x1b[6H\x1b[2M\x1b[2H\x1b[2L"), ("h  cdefz", "\x1b[6H\x1b[2M\x1b[2H\x1b[2L")),
            // The row that was selected, and the one that is.
            ("habcdeFgz", "hcdefGhiz", ("hcde  Fgz", "\x1b[2H\x1b[2M\x1b[5H\x1b[2L"), ("hcdeFg  z", "\x1b[2H\x1b[2M\x1b[7H\x1b[2L")),
        ] {
            let found = Scroll::between(&picture(before), &picture(after), 1).unwrap();
            for (scroll, (moved, bytes)) in found.into_iter().zip([alone, widened]) {
                let mut cells = picture(before);
                scroll.apply(&mut cells, 1);
                assert_eq!((cells, written(scroll).as_str()), (picture(moved), bytes), "{before} → {after}");
            }
        }
    }

    #[test]
    fn what_stands_where_it_stood_is_no_move() {
        for (before, after) in [("abcdef", "abcdef"), ("aaaaaa", "aaaaaa"), ("abcdef", "ghijkl"), ("ab    ", "    ab"), ("", "")] {
            assert_eq!(Scroll::between(&picture(before), &picture(after), 1), None, "{before} → {after}");
        }
    }
}
