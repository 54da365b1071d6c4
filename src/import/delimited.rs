//! Text with commas or semicolons into records of cells.

use csv::{ReaderBuilder, StringRecord};

use crate::domain::fault::{Why, Wrong};
use crate::import::table::{Cell, Cells, Form, Sheet, column_name, value};
use crate::import::{LINE_MAX, ROWS_MAX};

/// Reads a text; `columns` are the known names, by which the separator is found out.
pub(super) fn read(text: &str, columns: &[&str]) -> Sheet {
    let separator = separator(text, columns);
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut lines = Lines { text, counted: 0, line: 1 };
    let mut sheet = Sheet::default();
    let mut record = StringRecord::new();
    loop {
        let start = reader.position().byte();
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(fault) => {
                sheet.wrong.push(Wrong::at(lines.line, "", "", Why::Unreadable { detail: fault.to_string() }));
                break;
            }
        }
        let (line, raw) = lines.advance(start, reader.position().byte());
        let row = cells(line, &record);
        if let Some(wrong) = wrong_line(line, raw, separator) {
            sheet.wrong.push(wrong);
            if sheet.header.is_none() {
                break;
            }
        } else if !row.is_blank() && !take(&mut sheet, row, record.len(), raw) {
            break;
        }
    }
    sheet
}

/// Adds a record that is not blank; `false` when there were too many.
fn take(sheet: &mut Sheet, row: Cells, length: usize, raw: &str) -> bool {
    let Some(header) = &sheet.header else {
        sheet.header = Some(row);
        return true;
    };
    if sheet.rows.len() >= ROWS_MAX {
        let limit = u64::try_from(ROWS_MAX).unwrap_or(u64::MAX);
        sheet.wrong.push(Wrong::at(row.line, "", &value(raw), Why::TooLarge { limit }));
        return false;
    }
    // Empty cells at the end are no cells, neither in the header nor beyond it.
    let expected = header.width();
    let found = if length > expected { row.width().max(expected) } else { length };
    if found == expected {
        sheet.rows.push(row);
    } else {
        let count = |cells: usize| u64::try_from(cells).unwrap_or(u64::MAX);
        sheet.wrong.push(Wrong::at(row.line, "", &value(raw), Why::Cells { expected: count(expected), found: count(found) }));
    }
    true
}

fn cells(line: u32, record: &StringRecord) -> Cells {
    let full = record.iter().enumerate().filter(|(_, text)| !text.is_empty());
    Cells { line, cells: full.map(|(column, text)| Cell { column, text: text.to_owned(), form: Form::Plain }).collect() }
}

/// The separator under which the first line that is not blank names more known columns.
fn separator(text: &str, columns: &[&str]) -> u8 {
    let header = text.split(['\n', '\r']).find(|line| line.chars().any(|c| !c.is_whitespace() && !matches!(c, ',' | ';'))).unwrap_or("");
    let known = |separator: char| {
        let names = header.split(separator).map(|name| column_name(name.trim().trim_matches('"')));
        names.filter(|name| columns.contains(&name.as_str())).count()
    };
    let more = |a: usize, b: usize| a.cmp(&b);
    let by_names = more(known(';'), known(','));
    let by_signs = more(header.matches(';').count(), header.matches(',').count());
    if by_names.then(by_signs).is_gt() { b';' } else { b',' }
}

/// What is wrong with a record as a line of the file: too long, or with quotation marks that do not come in pairs.
fn wrong_line(line: u32, raw: &str, separator: u8) -> Option<Wrong> {
    if raw.len() > LINE_MAX {
        let long = raw.split('\n').position(|line| line.len() > LINE_MAX);
        if let Some(offset) = long {
            let line = line.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
            let limit = u64::try_from(LINE_MAX).unwrap_or(u64::MAX);
            return Some(Wrong::at(line, "", &value(raw), Why::TooLarge { limit }));
        }
    }
    let detail = unpaired(raw, separator)?;
    Some(Wrong::at(line, "", &value(raw), Why::Unreadable { detail: detail.to_owned() }))
}

/// Whether a quotation mark opens a cell and does not close it: the reader would swallow the lines below.
fn unpaired(raw: &str, separator: u8) -> Option<&'static str> {
    enum At {
        Start,
        Bare,
        Quoted,
        Closed,
    }
    let mut at = At::Start;
    for byte in raw.bytes() {
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) => At::Quoted,
            (At::Closed | At::Start, b'"') => At::Quoted,
            (_, byte) if byte == separator || byte == b'\n' || byte == b'\r' => At::Start,
            (At::Closed, _) => return Some("text after the closing quotation mark of a cell"),
            (At::Start | At::Bare, _) => At::Bare,
        };
    }
    matches!(at, At::Quoted).then_some("a quotation mark opens a cell and nothing closes it")
}

/// Counts the lines of the text as records are read. A line ends with `\n`, `\r\n` or, as the reader has it, `\r` alone.
struct Lines<'a> {
    text: &'a str,
    counted: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    /// The line in which the record between two bytes begins, and its text without the line ends around it.
    fn advance(&mut self, start: u64, end: u64) -> (u32, &'a str) {
        let place = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let whole = self.text.get(place(start)..place(end)).unwrap_or("");
        let raw = whole.trim_start_matches(['\n', '\r']);
        let begin = place(start) + (whole.len() - raw.len());
        let passed = self.text.get(self.counted..begin).unwrap_or("").as_bytes();
        let ends = passed.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => passed.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        self.line = self.line.saturating_add(u32::try_from(ends.count()).unwrap_or(u32::MAX));
        self.counted = begin;
        (self.line, raw.trim_end_matches(['\n', '\r']))
    }
}
