//! The first sheet of a workbook (.xlsx) into records of cells.
//!
//! A workbook is read as a stream of cells within bounds, never as a grid: two cells in opposite corners would make a grid of
//! seventeen thousand million.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};

use crate::domain::fault::{Why, Wrong};
use crate::import::table::{Cell, Cells, Form, Sheet, value};
use crate::import::{BYTES_MAX, ROWS_MAX};

/// The most bytes of what a workbook unpacks to.
const UNPACKED_MAX: u64 = 1 << 30;
/// The most cells of a sheet.
const CELLS_MAX: usize = 8_000_000;

/// Whether this is a ZIP archive, as every workbook of today is.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Whether this is a workbook of before 2007, or an encrypted one.
pub(super) fn is_old(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
}

/// Reads the first sheet.
///
/// # Errors
/// Not a workbook, or one beyond all bounds.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, Why> {
    if unpacked(bytes).is_some_and(|size| size > UNPACKED_MAX) {
        return Err(Why::TooLarge { limit: UNPACKED_MAX });
    }
    // The library has panicked over damaged workbooks before; whoever gave us the file is owed an answer.
    let cells = catch_unwind(AssertUnwindSafe(|| cells(bytes)));
    let cells = cells.unwrap_or_else(|_| Err(Why::Unreadable { detail: "the workbook is damaged".to_owned() }))?;
    Ok(sheet(cells))
}

/// The size of what a ZIP archive unpacks to, as its directory tells it.
fn unpacked(bytes: &[u8]) -> Option<u64> {
    /// The longest end of an archive: its record and a comment.
    const END_MAX: usize = 22 + 65_535;
    let number = |at: usize, length: usize| {
        let digits = bytes.get(at..at.checked_add(length)?)?;
        Some(digits.iter().rev().fold(0u64, |number, digit| (number << 8) | u64::from(*digit)))
    };
    let from = bytes.len().saturating_sub(END_MAX);
    let end = from + bytes.get(from..)?.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let mut at = usize::try_from(number(end + 16, 4)?).ok()?;
    let mut size = 0u64;
    while bytes.get(at..).is_some_and(|rest| rest.starts_with(b"PK\x01\x02")) {
        size = size.saturating_add(number(at + 24, 4)?);
        let names = number(at + 28, 2)? + number(at + 30, 2)? + number(at + 32, 2)?;
        at = at.checked_add(46)?.checked_add(usize::try_from(names).ok()?)?;
    }
    Some(size)
}

/// The cells of the first sheet that are not empty, each with its row from 0, in the order of rows and columns.
fn cells(bytes: &[u8]) -> Result<Vec<(u32, Cell)>, Why> {
    let unreadable = |fault: XlsxError| Why::Unreadable { detail: value(&fault.to_string()) };
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let sheet = workbook.sheets_metadata().iter().find(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone());
    let name = sheet.ok_or_else(|| Why::Unreadable { detail: "the workbook has no sheet".to_owned() })?;
    let mut reader = workbook.worksheet_cells_reader(&name).map_err(unreadable)?;
    let mut cells = Vec::new();
    let mut room = BYTES_MAX;
    while let Some(found) = reader.next_cell().map_err(unreadable)? {
        let ((row, column), (text, form)) = (found.get_position(), text(found.get_value()));
        if text.is_empty() {
            continue;
        }
        // A text that stands in the workbook once can be shown by any number of cells.
        let left = room.checked_sub(u64::try_from(text.len()).unwrap_or(u64::MAX));
        room = left.ok_or(Why::TooLarge { limit: BYTES_MAX })?;
        if cells.len() >= CELLS_MAX {
            return Err(Why::TooLarge { limit: u64::try_from(CELLS_MAX).unwrap_or(u64::MAX) });
        }
        cells.push((row, Cell { column: usize::try_from(column).unwrap_or(usize::MAX), text, form }));
    }
    cells.sort_by_key(|(row, cell)| (*row, cell.column));
    Ok(cells)
}

/// The records: the first row that is not blank is the header.
fn sheet(cells: Vec<(u32, Cell)>) -> Sheet {
    let mut rows: Vec<Cells> = Vec::new();
    for (row, cell) in cells {
        let line = row.saturating_add(1);
        match rows.last_mut() {
            Some(last) if last.line == line => last.cells.push(cell),
            _ => rows.push(Cells { line, cells: vec![cell] }),
        }
    }
    rows.retain(|row| !row.is_blank());
    let mut rows = rows.into_iter();
    let mut sheet = Sheet { header: rows.next(), ..Sheet::default() };
    let expected = sheet.header.as_ref().map_or(0, Cells::width);
    for row in rows {
        let shown = || value(&row.cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | "));
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        if sheet.rows.len() >= ROWS_MAX {
            sheet.wrong.push(Wrong::at(row.line, "", &shown(), Why::TooLarge { limit: count(ROWS_MAX) }));
            break;
        }
        match row.width() {
            found if found > expected => {
                let why = Why::Cells { expected: count(expected), found: count(found) };
                sheet.wrong.push(Wrong::at(row.line, "", &shown(), why));
            }
            _ => sheet.rows.push(row),
        }
    }
    sheet
}

/// What a cell shows.
fn text(cell: &DataRef<'_>) -> (String, Form) {
    match cell {
        DataRef::Empty => (String::new(), Form::Plain),
        DataRef::String(text) => (text.clone(), Form::Plain),
        DataRef::SharedString(text) => ((*text).to_owned(), Form::Plain),
        DataRef::Int(number) => (number.to_string(), Form::Plain),
        DataRef::Float(number) => (figures(*number), Form::Plain),
        DataRef::Bool(value) => (value.to_string(), Form::Plain),
        DataRef::DateTime(date) => (date_text(date), Form::Date),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), Form::Date),
        DataRef::Error(error) => (error.to_string(), Form::Error),
    }
}

/// A number without the fraction that workbooks give to whole ones. Adding zero takes the sign off a negative zero.
fn figures(number: f64) -> String {
    (number + 0.0).to_string()
}

fn date_text(date: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, ..) = date.to_ymd_hms_milli();
    match (hour, minute) {
        (0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
    }
}
