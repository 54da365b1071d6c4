//! What a command prints, and how tables are laid out.

use std::path::Path;

use crate::domain::text::{visible, width};
use crate::i18n::{Lang, setup as texts};
use crate::print::layout::cut;
use crate::report::{Exit, Report};

/// Columns between two cells.
const GAP: usize = 2;
/// The narrowest that a column is cut to before the whole line is cut.
const NARROWEST: usize = 12;

/// Colour and width of what is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether colour is used.
    pub color: bool,
    /// Columns of the terminal; `None` in a pipe: nothing is cut, and tables have no heading.
    pub width: Option<usize>,
}

impl Style {
    /// Text that stands out.
    #[must_use]
    pub fn bold(&self, text: &str) -> String {
        if self.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// What a command prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The result, for stdout.
    pub out: Vec<u8>,
    /// What is worth saying besides, line by line, for stderr.
    pub notes: Vec<String>,
    /// How the run ends.
    pub exit: Exit,
}

impl Outcome {
    /// A result of text.
    #[must_use]
    pub fn text(text: String) -> Self {
        Self::bytes(text.into_bytes())
    }

    /// A result of one line.
    #[must_use]
    pub fn line(mut line: String) -> Self {
        line.push('\n');
        Self::text(line)
    }

    /// A result of bytes.
    #[must_use]
    pub fn bytes(out: Vec<u8>) -> Self {
        Self { out, notes: Vec::new(), exit: Exit::Done }
    }

    /// The outcome with something to say besides.
    #[must_use]
    pub fn note(mut self, note: String) -> Self {
        self.notes.push(note);
        self
    }

    /// The outcome with several things to say besides.
    #[must_use]
    pub fn notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// The outcome with another end.
    #[must_use]
    pub fn exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// The outcome with its result in a file instead of stdout; `-` is stdout.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn into_file(self, lang: Lang, file: Option<&Path>) -> Result<Self, Report> {
        match file {
            Some(file) if file != Path::new("-") => {
                std::fs::write(file, &self.out).map_err(|why| texts::unwritable(lang, file, &why.to_string()))?;
                Ok(Self { out: Vec::new(), ..self })
            }
            _ => Ok(self),
        }
    }
}

/// A table: columns aligned by the width that terminals give to their letters.
#[derive(Debug)]
pub struct Grid<const N: usize> {
    heading: [String; N],
    rows: Vec<[String; N]>,
    shrinks: usize,
}

impl<const N: usize> Grid<N> {
    /// A table without rows.
    #[must_use]
    pub fn new(heading: [&str; N]) -> Self {
        Self { heading: heading.map(str::to_owned), rows: Vec::new(), shrinks: 0 }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| visible(&cell)));
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table with the column that is cut first when the terminal is too narrow.
    #[must_use]
    pub fn shrink(mut self, column: usize) -> Self {
        self.shrinks = column;
        self
    }

    /// The lines of the rows, and that of the heading before them when there is a terminal to read it.
    #[must_use]
    pub fn lines(&self, style: &Style) -> (String, Vec<String>) {
        let with_heading = style.width.is_some();
        let mut widths: [usize; N] = std::array::from_fn(|n| {
            let rows = self.rows.iter().filter_map(|row| row.get(n)).map(|cell| width(cell)).max().unwrap_or(0);
            if with_heading { rows.max(self.heading.get(n).map_or(0, |cell| width(cell))) } else { rows }
        });
        if let (Some(limit), Some(own)) = (style.width, widths.get(self.shrinks).copied()) {
            let total = widths.iter().sum::<usize>() + GAP * N.saturating_sub(1);
            if let Some(shrinking) = widths.get_mut(self.shrinks) {
                *shrinking = own.saturating_sub(total.saturating_sub(limit)).max(NARROWEST.min(own));
            }
        }
        let line = |cells: &[String; N]| aligned(cells, &widths, style.width);
        (style.bold(&line(&self.heading)), self.rows.iter().map(line).collect())
    }

    /// The whole table.
    #[must_use]
    pub fn print(&self, style: &Style) -> String {
        if self.is_empty() {
            return String::new();
        }
        let (heading, rows) = self.lines(style);
        let mut text = String::new();
        for line in style.width.is_some().then_some(heading).iter().chain(&rows) {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

fn aligned<const N: usize>(cells: &[String; N], widths: &[usize; N], limit: Option<usize>) -> String {
    let mut line = String::new();
    for (n, (cell, columns)) in cells.iter().zip(widths).enumerate() {
        if n > 0 {
            line.push_str(&" ".repeat(GAP));
        }
        let cell = cut(cell, *columns);
        let missing = columns.saturating_sub(width(&cell));
        line.push_str(&cell);
        line.push_str(&" ".repeat(missing));
    }
    line.truncate(line.trim_end().len());
    match limit {
        Some(limit) => cut(&line, limit),
        None => line,
    }
}

/// Names with their values, one a line; further lines of a value stand below its first.
#[must_use]
pub fn key_values(pairs: &[(String, String)], style: &Style) -> String {
    let widest = pairs.iter().map(|(key, _)| width(key)).max().unwrap_or(0);
    let mut text = String::new();
    for (key, value) in pairs {
        let missing = " ".repeat(widest.saturating_sub(width(key)) + GAP);
        for (n, line) in value.split('\n').enumerate() {
            if n == 0 {
                text.push_str(&style.bold(key));
                text.push_str(&missing);
            } else {
                text.push_str(&" ".repeat(widest + GAP));
            }
            text.push_str(visible(line).trim_end());
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid<3> {
        let mut grid = Grid::new(["Mã", "Tên", "Loại"]).shrink(1);
        grid.row(["VP".into(), "Văn phòng Bộ Văn hóa, Thể thao và Du lịch".into(), "văn phòng".into()]);
        grid.row(["CĐA".into(), "Cục Điện ảnh".into(), "cục\u{1b}[2J".into()]);
        grid
    }

    #[test]
    fn columns_stand_below_each_other() {
        let text = grid().print(&Style::default());
        let starts: Vec<usize> = text
            .lines()
            .map(|line| width(line.split_once("văn phòng").or_else(|| line.split_once("cục")).map_or("", |(head, _)| head)))
            .collect();
        assert_eq!(text.lines().count(), 2, "a pipe gets one line an item");
        assert_eq!(starts.first(), starts.last());
        assert!(!text.contains('\u{1b}') && text.contains("Du lịch"));
    }

    #[test]
    fn a_terminal_gets_a_heading_and_no_line_wider_than_itself() {
        for columns in [20, 40, 50] {
            let text = grid().print(&Style { color: false, width: Some(columns) });
            assert_eq!(text.lines().count(), 3);
            assert!(text.lines().all(|line| width(line) <= columns), "{text}");
            assert!(text.contains('…'));
        }
    }

    #[test]
    fn values_of_several_lines_stand_below_each_other() {
        let pairs = [("Tên".to_owned(), "A\nB".to_owned()), ("Địa điểm".to_owned(), "C".to_owned())];
        assert_eq!(key_values(&pairs, &Style::default()), "Tên       A\n          B\nĐịa điểm  C\n");
    }

    #[test]
    fn a_result_can_go_to_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("giấy mời.txt");
        let outcome = Outcome::line("x".into()).into_file(Lang::Vi, Some(&file)).unwrap();
        assert!(outcome.out.is_empty());
        assert_eq!(std::fs::read(&file).unwrap(), b"x\n");
        let nowhere = folder.path().join("no/such/file");
        assert_eq!(Outcome::line("x".into()).into_file(Lang::Vi, Some(&nowhere)).unwrap_err().exit, Exit::Output);
        assert_eq!(Outcome::line("x".into()).into_file(Lang::Vi, Some(Path::new("-"))).unwrap().out, b"x\n");
    }
}
