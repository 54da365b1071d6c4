//! Lines of a text broken into rows of the screen.

use super::glyph::{Glyph, glyphs};

/// A row of the screen: a part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// The line.
    pub(super) line: usize,
    /// Where the part begins, in bytes of the line.
    pub(super) from: usize,
    /// Where it ends.
    pub(super) to: usize,
}

/// Breaks lines into rows of at most `width` columns: at white space, or within a word that is longer than a row.
///
/// The last column stays free for the caret at the end of a row; white space may hang into it.
pub(super) fn rows(lines: &[String], width: usize) -> Vec<Row> {
    lines.iter().enumerate().flat_map(|(number, line)| parts(line, width).map(move |(from, to)| Row { line: number, from, to })).collect()
}

fn parts(line: &str, width: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
    let room = width.saturating_sub(1).max(1);
    let mut starts = vec![0];
    let (mut start, mut columns) = (0, 0);
    // The last place at which the row could be broken, and the columns up to it.
    let mut chance: Option<(usize, usize)> = None;
    for Glyph { at, columns: wide, .. } in glyphs(line) {
        let letter_end = |from: usize| line.get(from..).and_then(|rest| glyphs(rest).nth(1)).map_or(line.len(), |next| from + next.at);
        let white = line.get(at..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
        columns += wide;
        if white && columns > room && columns == width {
            // Hangs into the free column; what follows begins a row.
            start = letter_end(at);
            (columns, chance) = (0, None);
            starts.push(start);
        }
        while columns > room && at > start {
            let (broken, before) = chance.take().unwrap_or((at, columns - wide));
            start = broken;
            columns -= before;
            starts.push(start);
        }
        if white && start <= at {
            chance = Some((letter_end(at), columns));
        }
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([line.len()]).collect();
    starts.into_iter().zip(ends)
}
