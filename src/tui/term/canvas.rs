//! What the terminal shows, and the shortest way from there to the next frame: the lines to a province's office are slow, and
//! a frame must not cost more bytes than what changes for the eye.
//!
//! A style that cannot be seen on a blank is not written, what stands between two changes is written again where that is
//! shorter than going over it, the blank end of a row is erased, and rows that are there already are moved. Colours are written as ECMA-48 and every terminal since
//! name the sixteen (8.3.117, SGR). The cursor only goes relative to where it surely is: behind letters about whose width
//! terminals may differ, it is placed anew.

use std::io::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use super::scroll::Scroll;

/// Modifiers that can be seen on a blank.
const SEEN_ON_BLANKS: Modifier =
    Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT).union(Modifier::SLOW_BLINK).union(Modifier::RAPID_BLINK);
/// What fills so many rows may be there already, only higher or lower.
const MANY_ROWS: usize = 3;
/// Erasing the end of a row costs as much as so many blanks.
const ERASING: usize = 3;

/// A column and a row.
type Place = (u16, u16);

/// How letters look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Style {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Style {
    fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether a blank looks the same in it as in none.
    fn is_unseen_on_blanks(self) -> bool {
        self.bg == Color::Reset && !self.modifier.intersects(SEEN_ON_BLANKS)
    }
}

/// What the terminal shows.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    columns: u16,
    /// Row by row; `None` where it is not known, and in the right half of a wide letter.
    cells: Vec<Option<Cell>>,
    /// Where the cursor is, if that is sure.
    at: Option<Place>,
    style: Style,
}

impl Canvas {
    /// The terminal was cleared, and has this size.
    pub(super) fn clear(&mut self, columns: u16, rows: u16) {
        self.columns = columns;
        self.cells.clear();
        self.cells.resize(usize::from(columns) * usize::from(rows), Some(Cell::EMPTY));
    }

    /// What the terminal shows is not known.
    pub(super) fn forget(&mut self) {
        self.cells.fill(None);
    }

    /// Writes what changes; the cursor may be anywhere before. Gives where it is afterwards, if that is sure. The style is none,
    /// before and after.
    pub(super) fn draw<'a>(&mut self, content: impl Iterator<Item = (u16, u16, &'a Cell)>, out: &mut Vec<u8>) -> Option<Place> {
        let content: Vec<(u16, u16, Cell)> = content.map(|(x, y, cell)| (x, y, seen(cell))).collect();
        let before = (content.len() > MANY_ROWS * usize::from(self.columns)).then(|| self.cells.clone());
        let mut drawn = Vec::new();
        self.write(content, &mut drawn);
        for (scrolled, at) in before.map(|before| self.scrolled(&before)).unwrap_or_default() {
            if scrolled.len() < drawn.len() {
                drawn = scrolled;
                self.at = at;
            }
        }
        out.append(&mut drawn);
        self.at
    }

    /// What leads from another picture to this one when rows of it are moved, and where the cursor is then.
    fn scrolled(&self, before: &[Option<Cell>]) -> Vec<(Vec<u8>, Option<Place>)> {
        let columns = usize::from(self.columns);
        let lead = |scroll: Scroll| {
            let mut other = Self { columns: self.columns, cells: before.to_vec(), ..Self::default() };
            let mut bytes = Vec::new();
            scroll.write(&mut bytes);
            scroll.apply(&mut other.cells, columns);
            let rows = (0u16..).zip(self.cells.chunks(columns.max(1)));
            let all = rows.flat_map(|(y, row)| (0u16..).zip(row).filter_map(move |(x, cell)| Some((x, y, cell.clone()?))));
            other.write(all.collect(), &mut bytes);
            // Where this picture is not known, the other cannot be brought to it.
            (other.cells == self.cells).then_some((bytes, other.at))
        };
        Scroll::between(before, &self.cells, columns).into_iter().flatten().filter_map(lead).collect()
    }

    /// Writes what changes, row by row from the left.
    fn write(&mut self, content: Vec<(u16, u16, Cell)>, out: &mut Vec<u8>) {
        let mut halves = Vec::new();
        let mut changed: Vec<(u16, u16, Cell)> = content.into_iter().filter(|(x, y, cell)| self.put(*x, *y, cell, &mut halves)).collect();
        // Terminals fill the rest of a wide letter as they like, and who drew did not look there.
        for (x, y) in halves {
            if x < self.columns && self.cell(x, y).is_none() && !self.is_wide(x - 1, y) {
                self.set(x, y, Some(Cell::EMPTY));
                changed.push((x, y, Cell::EMPTY));
            }
        }
        changed.sort_by_key(|(x, y, _)| (*y, *x));
        self.at = None;
        for row in changed.chunk_by(|left, right| left.1 == right.1) {
            self.row(row, out);
        }
        self.wear(Style::default(), out);
    }

    fn index(&self, x: u16, y: u16) -> Option<usize> {
        (x < self.columns).then(|| usize::from(y) * usize::from(self.columns) + usize::from(x))
    }

    fn cell(&self, x: u16, y: u16) -> Option<&Cell> {
        self.cells.get(self.index(x, y)?)?.as_ref()
    }

    fn is_wide(&self, x: u16, y: u16) -> bool {
        self.cell(x, y).is_some_and(|cell| width(cell) > 1)
    }

    fn set(&mut self, x: u16, y: u16, cell: Option<Cell>) {
        if let Some(place) = self.index(x, y).and_then(|n| self.cells.get_mut(n)) {
            *place = cell;
        }
    }

    /// Takes a cell; whether the eye sees a difference. Notes the right half of a wide letter that stood there.
    fn put(&mut self, x: u16, y: u16, cell: &Cell, halves: &mut Vec<(u16, u16)>) -> bool {
        if self.cell(x, y) == Some(cell) {
            return false;
        }
        halves.extend((x..x.saturating_add(width(cell))).filter(|x| self.is_wide(*x, y)).map(|x| (x + 1, y)));
        // Of a wide letter that is written over, nothing stays.
        if x > 0 && self.is_wide(x - 1, y) {
            self.set(x - 1, y, None);
        }
        for x in x..x.saturating_add(self.cell(x, y).map_or(1, width).max(width(cell))) {
            self.set(x, y, None);
        }
        self.set(x, y, Some(cell.clone()));
        true
    }

    /// Writes the changes of a row.
    fn row(&mut self, changed: &[(u16, u16, Cell)], out: &mut Vec<u8>) {
        let y = changed.first().map_or(0, |(_, y, _)| *y);
        let blanks = (0..self.columns).rev().take_while(|x| self.cell(*x, y) == Some(&Cell::EMPTY)).count();
        let end = usize::from(self.columns) - blanks;
        let (kept, erased) = changed.split_at(changed.partition_point(|(x, ..)| usize::from(*x) < end));
        for (x, y, cell) in kept {
            self.letter(*x, *y, cell, out);
        }
        match erased.first() {
            Some((first, ..)) if erased.len() > ERASING => {
                self.reach(*first, y, out);
                // Erased cells get the colour of the ground.
                if !self.style.is_unseen_on_blanks() {
                    self.wear(Style::default(), out);
                }
                out.extend_from_slice(b"\x1b[K");
            }
            _ => erased.iter().for_each(|(x, y, cell)| self.letter(*x, *y, cell, out)),
        }
    }

    /// Writes one letter at its place.
    fn letter(&mut self, x: u16, y: u16, cell: &Cell, out: &mut Vec<u8>) {
        self.reach(x, y, out);
        if !self.suits(cell) {
            self.wear(Style::of(cell), out);
        }
        out.extend_from_slice(cell.symbol().as_bytes());
        // In the last column terminals wait for the next letter in different places.
        self.at = (is_plain(cell) && x + 1 < self.columns).then_some((x + 1, y));
    }

    /// Goes to a place, by the shortest way.
    fn reach(&mut self, x: u16, y: u16, out: &mut Vec<u8>) {
        let mut way = format!("\x1b[{};{}H", y + 1, x + 1).into_bytes();
        match self.at {
            Some(at) if at == (x, y) => return,
            Some((from, row)) if row == y => {
                let column = format!("\x1b[{}G", x + 1).into_bytes();
                let forward = match x.checked_sub(from) {
                    Some(1) => b"\x1b[C".to_vec(),
                    Some(by) => format!("\x1b[{by}C").into_bytes(),
                    None => column.clone(),
                };
                way = if forward.len() < column.len() { forward } else { column };
                if let Some(again) = self.again(from, x, y).filter(|again| again.len() <= way.len()) {
                    way = again;
                }
            }
            _ => {}
        }
        out.append(&mut way);
        self.at = Some((x, y));
    }

    /// What stands between two columns, if it can be written in the present style.
    fn again(&self, from: u16, to: u16, y: u16) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        // More cells than that are never shorter than going over them.
        for x in (from < to && to - from < 8).then_some(from..to)? {
            let cell = self.cell(x, y).filter(|cell| is_plain(cell))?;
            text.extend_from_slice(self.suits(cell).then(|| cell.symbol().as_bytes())?);
        }
        Some(text)
    }

    /// Whether a cell looks right when it is written in the present style.
    fn suits(&self, cell: &Cell) -> bool {
        Style::of(cell) == self.style || (*cell == Cell::EMPTY && self.style.is_unseen_on_blanks())
    }

    /// Changes the style that is written in.
    fn wear(&mut self, style: Style, out: &mut Vec<u8>) {
        if style == self.style {
            return;
        }
        let (mut anew, mut on) = (vec![0], changes(self.style, style));
        anew.append(&mut changes(Style::default(), style));
        if text(&anew).len() < text(&on).len() {
            on = anew;
        }
        // Nothing at all means 0.
        let codes = if on == [0] { String::new() } else { text(&on) };
        // Writing to memory does not fail.
        let _ = write!(out, "\x1b[{codes}m");
        self.style = style;
    }
}

/// The cell with what the eye sees of it.
fn seen(cell: &Cell) -> Cell {
    let blank = matches!(cell.symbol(), "" | " ");
    if blank && Style::of(cell).is_unseen_on_blanks() {
        return Cell::EMPTY;
    }
    let mut seen = Cell::EMPTY;
    seen.set_symbol(if blank { " " } else { cell.symbol() });
    (seen.fg, seen.bg, seen.modifier) = (cell.fg, cell.bg, cell.modifier);
    seen
}

fn width(cell: &Cell) -> u16 {
    u16::try_from(cell.symbol().width()).unwrap_or(1).max(1)
}

/// Whether every terminal goes on one column behind it.
fn is_plain(cell: &Cell) -> bool {
    width(cell) == 1 && cell.symbol().chars().count() == 1
}

/// The parameters of SGR that lead from one style to another.
fn changes(from: Style, to: Style) -> Vec<u8> {
    const MODIFIERS: [(Modifier, u8, u8); 9] = [
        (Modifier::BOLD, 1, 22),
        (Modifier::DIM, 2, 22),
        (Modifier::ITALIC, 3, 23),
        (Modifier::UNDERLINED, 4, 24),
        (Modifier::SLOW_BLINK, 5, 25),
        (Modifier::RAPID_BLINK, 6, 25),
        (Modifier::REVERSED, 7, 27),
        (Modifier::HIDDEN, 8, 28),
        (Modifier::CROSSED_OUT, 9, 29),
    ];
    let mut codes = Vec::new();
    // What one code takes away together has to be put on again.
    let mut kept = from.modifier;
    for (modifier, _, off) in MODIFIERS {
        if kept.contains(modifier) && !to.modifier.contains(modifier) {
            codes.push(off);
            MODIFIERS.iter().filter(|other| other.2 == off).for_each(|other| kept.remove(other.0));
        }
    }
    codes.extend(
        MODIFIERS.iter().filter(|(modifier, ..)| to.modifier.contains(*modifier) && !kept.contains(*modifier)).map(|(_, on, _)| on),
    );
    if from.fg != to.fg {
        codes.extend(color(to.fg, 30));
    }
    if from.bg != to.bg {
        codes.extend(color(to.bg, 40));
    }
    codes
}

/// The parameters of a colour: of letters from 30 on, of the ground from 40 on.
fn color(color: Color, base: u8) -> Vec<u8> {
    const BRIGHT: u8 = 60;
    match color {
        Color::Reset => vec![base + 9],
        Color::Black => vec![base],
        Color::Red => vec![base + 1],
        Color::Green => vec![base + 2],
        Color::Yellow => vec![base + 3],
        Color::Blue => vec![base + 4],
        Color::Magenta => vec![base + 5],
        Color::Cyan => vec![base + 6],
        Color::Gray => vec![base + 7],
        Color::DarkGray => vec![base + BRIGHT],
        Color::LightRed => vec![base + BRIGHT + 1],
        Color::LightGreen => vec![base + BRIGHT + 2],
        Color::LightYellow => vec![base + BRIGHT + 3],
        Color::LightBlue => vec![base + BRIGHT + 4],
        Color::LightMagenta => vec![base + BRIGHT + 5],
        Color::LightCyan => vec![base + BRIGHT + 6],
        Color::White => vec![base + BRIGHT + 7],
        Color::Indexed(n) => vec![base + 8, 5, n],
        Color::Rgb(red, green, blue) => vec![base + 8, 2, red, green, blue],
    }
}

fn text(codes: &[u8]) -> String {
    codes.iter().map(u8::to_string).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;

    const AREA: Rect = Rect { x: 0, y: 0, width: 24, height: 4 };
    const MODIFIERS: [Modifier; 5] = [Modifier::BOLD, Modifier::DIM, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED];

    /// Texts with blanks, letters of several chars, and letters of two columns, at any place and in any style.
    fn piece() -> impl Strategy<Value = (u16, u16, String, ratatui::style::Style)> {
        let letter =
            prop_oneof![3 => Just(" "), 3 => Just("a"), 2 => Just("ộ"), 2 => Just("b"), 1 => Just("会"), 1 => Just("e\u{302}\u{323}")];
        let text = prop::collection::vec(letter, 1..24).prop_map(|letters| letters.concat());
        let color = || prop_oneof![3 => Just(Color::Reset), 1 => Just(Color::Cyan), 1 => Just(Color::White), 1 => Just(Color::Indexed(20)), 1 => Just(Color::Rgb(1, 2, 3))];
        let style = (color(), color(), prop::sample::subsequence(MODIFIERS.to_vec(), 0..3)).prop_map(|(fg, bg, modifiers)| {
            let style = ratatui::style::Style::reset().fg(fg).bg(bg);
            // The emulator knows one weight at a time.
            let both = modifiers.contains(&Modifier::BOLD) && modifiers.contains(&Modifier::DIM);
            modifiers.into_iter().skip(usize::from(both)).fold(style, ratatui::style::Style::add_modifier)
        });
        (0..AREA.width, 0..AREA.height, text, style)
    }

    fn frame() -> impl Strategy<Value = Buffer> {
        prop::collection::vec(piece(), 0..12).prop_map(|pieces| {
            let mut buffer = Buffer::empty(AREA);
            for (x, y, text, style) in pieces {
                buffer.set_string(x, y, text, style);
            }
            buffer
        })
    }

    /// The rows of a list, and from which on it is shown, time after time.
    fn list() -> impl Strategy<Value = (Vec<(String, ratatui::style::Style)>, Vec<usize>)> {
        let row = piece().prop_map(|(_, _, text, style)| (text, style));
        (prop::collection::vec(row, 20..40), prop::collection::vec(0..18usize, 2..8))
    }

    /// A list between its heading and a row that tells where it is.
    fn listed(rows: &[(String, ratatui::style::Style)], top: usize) -> Buffer {
        let mut buffer = Buffer::empty(Rect { height: 14, ..AREA });
        buffer.set_string(0, 0, "heading", ratatui::style::Style::reset());
        for (y, (text, style)) in (1..13).zip(rows.iter().skip(top)) {
            buffer.set_string(0, y, text, *style);
        }
        buffer.set_string(0, 13, format!("from {top}"), ratatui::style::Style::reset());
        buffer
    }

    fn emulator(area: Rect) -> vt100::Parser {
        let size = |n| NonZeroU16::new(n).unwrap();
        vt100::Parser::new(size(area.height), size(area.width), 0)
    }

    fn emulated(color: Color) -> vt100::Color {
        match color {
            Color::Reset => vt100::Color::Default,
            Color::Cyan => vt100::Color::Idx(6),
            Color::White => vt100::Color::Idx(15),
            Color::Indexed(n) => vt100::Color::Idx(n),
            Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
            other => panic!("{other:?} is not drawn here"),
        }
    }

    fn is_shown(buffer: &Buffer, screen: &vt100::Screen) -> Result<(), TestCaseError> {
        for y in 0..buffer.area.height {
            let mut x = 0;
            while x < buffer.area.width {
                let (cell, shown) = (seen(&buffer[(x, y)]), screen.cell(y, x).unwrap());
                let text = if shown.contents().is_empty() { " " } else { shown.contents() };
                prop_assert_eq!((x, y, text), (x, y, cell.symbol()));
                let has = |modifier| cell.modifier.contains(modifier);
                let style = (emulated(cell.bg), has(Modifier::UNDERLINED), has(Modifier::REVERSED));
                prop_assert_eq!((x, y, (shown.bgcolor(), shown.underline(), shown.inverse())), (x, y, style));
                if cell.symbol() != " " || has(Modifier::REVERSED) {
                    prop_assert_eq!((x, y, shown.fgcolor()), (x, y, emulated(cell.fg)));
                }
                if cell.symbol() != " " {
                    let style = (has(Modifier::BOLD), has(Modifier::DIM), has(Modifier::ITALIC));
                    prop_assert_eq!((x, y, (shown.bold(), shown.dim(), shown.italic())), (x, y, style));
                }
                x += width(&cell);
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn the_terminal_shows_what_was_drawn(frames in prop::collection::vec((frame(), any::<bool>()), 1..6)) {
            let (mut canvas, mut emulator, mut before) = (Canvas::default(), emulator(AREA), Buffer::empty(AREA));
            canvas.clear(AREA.width, AREA.height);
            for (frame, cleared) in frames {
                if cleared {
                    emulator.process(b"\x1b[2J");
                    canvas.forget();
                    canvas.clear(AREA.width, AREA.height);
                    before.reset();
                }
                let mut bytes = Vec::new();
                let at = canvas.draw(before.diff(&frame).into_iter(), &mut bytes);
                emulator.process(&bytes);
                is_shown(&frame, emulator.screen())?;
                if let Some((x, y)) = at {
                    prop_assert_eq!(emulator.screen().cursor_position(), (y, x));
                }
                let mut again = Vec::new();
                canvas.draw(frame.diff(&frame).into_iter(), &mut again);
                prop_assert_eq!(again, b"");
                before = frame;
            }
        }

        #[test]
        fn a_list_is_shown_wherever_it_is_scrolled_to((rows, tops) in list()) {
            let mut before = listed(&rows, 0);
            let (mut canvas, mut emulator) = (Canvas::default(), emulator(before.area));
            canvas.clear(before.area.width, before.area.height);
            let mut bytes = Vec::new();
            canvas.draw(Buffer::empty(before.area).diff(&before).into_iter(), &mut bytes);
            emulator.process(&bytes);
            for top in tops {
                let frame = listed(&rows, top);
                let mut bytes = Vec::new();
                let at = canvas.draw(before.diff(&frame).into_iter(), &mut bytes);
                emulator.process(&bytes);
                is_shown(&frame, emulator.screen())?;
                if let Some((x, y)) = at {
                    prop_assert_eq!(emulator.screen().cursor_position(), (y, x));
                }
                before = frame;
            }
        }
    }

    #[test]
    fn rows_that_are_there_already_are_moved() {
        let rows: Vec<_> = ('A'..='Z').map(|letter| (letter.to_string().repeat(20), ratatui::style::Style::reset())).collect();
        let (mut canvas, mut bytes) = (Canvas::default(), Vec::new());
        let pictures = [listed(&rows, 5), listed(&rows, 7), listed(&rows, 6)];
        canvas.clear(AREA.width, 14);
        canvas.draw(Buffer::empty(pictures[0].area).diff(&pictures[0]).into_iter(), &mut bytes);
        let mut scrolled = |n: usize| {
            let mut bytes = Vec::new();
            canvas.draw(pictures[n - 1].diff(&pictures[n]).into_iter(), &mut bytes);
            String::from_utf8(bytes).unwrap()
        };
        // The blanks at the ends of what comes in are the terminal's own.
        let new = "\x1b[12;1HRRRRRRRRRRRRRRRRRRRR\x1b[13;1HSSSSSSSSSSSSSSSSSSSS";
        assert_eq!(scrolled(1), format!("\x1b[2H\x1b[2M\x1b[12H\x1b[2L{new}\x1b[14;6H7"));
        assert_eq!(scrolled(2), "\x1b[13H\x1b[1M\x1b[2H\x1b[1L\x1b[2;1HGGGGGGGGGGGGGGGGGGGG\x1b[14;6H6");
    }
}
