//! Records of cells into rows of a kind: columns by their names, cells by their meaning, everything wrong collected.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::fault::{Why, Wrong};
use crate::domain::text::{Line, nfc};
use crate::domain::unit::UnitCode;

/// The most characters of a wrong value that are kept.
const VALUE_MAX: usize = 200;

/// What a cell was in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Form {
    /// A text, a number or yes and no.
    #[default]
    Plain,
    /// A date of a workbook, written out. A workbook makes dates of codes such as `MAR1`.
    Date,
    /// A formula without a result.
    Error,
}

/// A cell that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its column, from 0.
    pub(super) column: usize,
    /// What stands in it, as it came.
    pub(super) text: String,
    /// What it was.
    pub(super) form: Form,
}

/// A line of a table with its cells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Cells {
    /// The line, from 1.
    pub(super) line: u32,
    /// The cells that are not empty, in the order of the columns.
    pub(super) cells: Vec<Cell>,
}

impl Cells {
    /// Whether nothing but white space stands in the line.
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.trim().is_empty())
    }

    /// How many columns it takes, empty ones at the end not counted.
    pub(super) fn width(&self) -> usize {
        self.cells.iter().rev().find(|cell| !cell.text.trim().is_empty()).map_or(0, |cell| cell.column + 1)
    }
}

/// A table as it was read, without a meaning yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sheet {
    /// The first line that is not blank; `None` when the table is empty.
    pub(super) header: Option<Cells>,
    /// The lines below it that are not blank.
    pub(super) rows: Vec<Cells>,
    /// What was wrong with whole lines.
    pub(super) wrong: Vec<Wrong>,
}

/// A kind of row.
pub(super) trait Record: Sized {
    /// The columns that are known; the first is the key: it must be there, in every row, and never twice the same.
    const COLUMNS: &'static [&'static str];

    /// Reads a row. What is returned counts only if nothing wrong was noted.
    fn read(row: &mut Reading<'_>) -> Option<Self>;
}

/// A header's name of a column in the form in which columns are known.
pub(super) fn column_name(raw: &str) -> String {
    nfc(raw.trim()).to_lowercase()
}

/// A wrong value, cut to what is kept of it.
pub(super) fn value(raw: &str) -> String {
    raw.chars().take(VALUE_MAX).collect()
}

/// The rows of a table.
pub(super) fn rows<R: Record>(sheet: Sheet) -> super::Table<R> {
    let mut table = super::Table { rows: Vec::new(), wrong: sheet.wrong, ignored_columns: Vec::new() };
    let key = R::COLUMNS.first().copied().unwrap_or_default();
    let Some(header) = sheet.header else {
        if table.wrong.is_empty() {
            table.wrong.push(Wrong::at(1, key, "", Why::MissingColumn));
        }
        return table;
    };
    let mut columns: HashMap<&'static str, usize> = HashMap::new();
    let whole = table.wrong.len();
    for cell in header.cells.iter().filter(|cell| !cell.text.trim().is_empty()) {
        let name = column_name(&cell.text);
        match R::COLUMNS.iter().find(|known| **known == name) {
            Some(known) if columns.contains_key(known) => table.wrong.push(Wrong::at(header.line, known, &value(&cell.text), Why::Twice)),
            Some(known) => {
                columns.insert(known, cell.column);
            }
            None => ignore(&mut table.ignored_columns, value(cell.text.trim())),
        }
    }
    if !columns.contains_key(key) {
        let shown: Vec<&str> = header.cells.iter().map(|cell| cell.text.trim()).collect();
        table.wrong.push(Wrong::at(header.line, key, &value(&shown.join(", ")), Why::MissingColumn));
    }
    nameless(&header, &sheet.rows, &mut table.ignored_columns);
    if table.wrong.len() == whole {
        let mut reading = Reading { columns: &columns, row: &header, wrong: Vec::new(), first: HashMap::new() };
        for row in &sheet.rows {
            let before = reading.wrong.len();
            reading.row = row;
            let read = R::read(&mut reading);
            table.rows.extend(read.filter(|_| reading.wrong.len() == before));
        }
        table.wrong.append(&mut reading.wrong);
    }
    table.wrong.sort_by_key(|wrong| wrong.line);
    table
}

fn ignore(ignored: &mut Vec<String>, name: String) {
    if !ignored.contains(&name) {
        ignored.push(name);
    }
}

/// Ignores the columns in which something stands though the header has no name for them.
fn nameless(header: &Cells, rows: &[Cells], ignored: &mut Vec<String>) {
    let named: HashSet<usize> = header.cells.iter().filter(|cell| !cell.text.trim().is_empty()).map(|cell| cell.column).collect();
    let cells = rows.iter().flat_map(|row| &row.cells).filter(|cell| !named.contains(&cell.column) && !cell.text.trim().is_empty());
    let columns: BTreeSet<usize> = cells.map(|cell| cell.column).collect();
    for column in columns {
        ignore(ignored, format!("#{}", column + 1));
    }
}

/// The row that is being read.
pub(super) struct Reading<'a> {
    columns: &'a HashMap<&'static str, usize>,
    row: &'a Cells,
    wrong: Vec<Wrong>,
    /// The lines in which keys stood first.
    first: HashMap<String, u32>,
}

impl Reading<'_> {
    /// The row's line.
    pub(super) fn line(&self) -> u32 {
        self.row.line
    }

    /// The key: mandatory, and not twice in a table.
    pub(super) fn key<T: ToString>(&mut self, column: &'static str, meaning: impl FnOnce(&str) -> Result<T, Why>) -> Option<T> {
        let before = self.wrong.len();
        let Some(key) = self.cell(column, meaning) else {
            if self.wrong.len() == before {
                self.wrong.push(Wrong::at(self.row.line, column, "", Why::Required));
            }
            return None;
        };
        let first = *self.first.entry(key.to_string()).or_insert(self.row.line);
        if first != self.row.line {
            let shown = self.find(column).map_or(String::new(), |cell| value(&cell.text));
            self.wrong.push(Wrong::at(self.row.line, column, &shown, Why::Duplicate { first }));
        }
        Some(key)
    }

    /// What a cell means; `None` when it is empty or wrong, and what is wrong is noted. Line breaks and tabs within a cell
    /// are space: in a workbook people break long names by hand.
    pub(super) fn cell<T>(&mut self, column: &'static str, meaning: impl FnOnce(&str) -> Result<T, Why>) -> Option<T> {
        let cell = self.find(column)?;
        let text = cell.text.replace(['\r', '\n', '\t'], " ");
        let read = match cell.form {
            Form::Error => Err(Why::Unreadable { detail: cell.text.clone() }),
            Form::Plain | Form::Date => meaning(text.trim()),
        };
        let wrong = |why| Wrong::at(self.row.line, column, &value(&cell.text), why);
        match read.map_err(wrong) {
            Ok(read) => Some(read),
            Err(wrong) => {
                self.wrong.push(wrong);
                None
            }
        }
    }

    /// One line of text.
    pub(super) fn line_of(&mut self, column: &'static str) -> Option<Line> {
        self.cell(column, |text| Line::parse(text).map_err(Why::Text))
    }

    /// The code of a unit. A date is none, even though its figures would pass for one.
    pub(super) fn code(&mut self, column: &'static str) -> Option<UnitCode> {
        let date = self.is_date(column);
        self.cell(column, |text| unit_code(text, date))
    }

    /// The code of a unit as the key of the table.
    pub(super) fn code_key(&mut self, column: &'static str) -> Option<UnitCode> {
        let date = self.is_date(column);
        self.key(column, |text| unit_code(text, date))
    }

    fn is_date(&self, column: &'static str) -> bool {
        self.find(column).is_some_and(|cell| cell.form == Form::Date)
    }

    fn find(&self, column: &'static str) -> Option<&Cell> {
        let at = self.columns.get(column)?;
        let cell = self.row.cells.binary_search_by_key(at, |cell| cell.column).ok().and_then(|found| self.row.cells.get(found))?;
        (!cell.text.trim().is_empty()).then_some(cell)
    }
}

fn unit_code(text: &str, date: bool) -> Result<UnitCode, Why> {
    if date { Err(Why::Code) } else { UnitCode::parse(text).map_err(|_| Why::Code) }
}

/// The words of a list, as a refusal names them.
pub(super) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Why {
    Why::Word { expected: words.into_iter().map(str::to_owned).collect() }
}
