//! What comes in through standard input, and whatever else may come.

use std::io::Write as _;

use csv::{Terminator, WriterBuilder};
use proptest::prelude::*;

use super::*;
use crate::domain::unit::UnitCode;
use crate::import::table::Cells;

const HEADER: [&str; 5] = ["code", "name", "parent", "kind", "mail_domain"];

fn from_stdin(bytes: &[u8]) -> Result<Table<UnitRow>, ImportFault> {
    read(Path::new("-"), &mut &*bytes)
}

#[test]
fn standard_input_is_a_table_too() {
    let table = from_stdin(b"code,name\nvp,X\n").unwrap();
    assert_eq!(table.rows.into_iter().map(|row| row.code).collect::<Vec<_>>(), [UnitCode::parse("VP").unwrap()]);
}

#[test]
fn more_than_can_be_read_is_refused() {
    let mut endless = io::repeat(b'x');
    let fault = read::<UnitRow>(Path::new("-"), &mut endless).unwrap_err();
    assert!(matches!(fault, ImportFault::NotATable { why: Why::TooLarge { limit: BYTES_MAX }, .. }), "{fault:?}");
    let mut rows = b"code\n".to_vec();
    for row in 0..=ROWS_MAX {
        writeln!(rows, "U{row}").unwrap();
    }
    let table = from_stdin(&rows).unwrap();
    assert_eq!((table.rows.len(), table.wrong.len()), (ROWS_MAX, 1));
    assert_eq!(table.wrong.first().map(|wrong| (wrong.line, &wrong.why)), Some((Some(200_002), &Why::TooLarge { limit: 200_000 })));
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused() {
    let mut archive = b"PK\x03\x04".to_vec();
    let directory = u32::try_from(archive.len()).unwrap();
    for _ in 0..3 {
        let mut entry = [0u8; 46];
        entry[..4].copy_from_slice(b"PK\x01\x02");
        entry[24..28].copy_from_slice(&(500u32 << 20).to_le_bytes());
        archive.extend(entry);
    }
    archive.extend(b"PK\x05\x06");
    archive.extend([0; 12]);
    archive.extend(directory.to_le_bytes());
    archive.extend([0; 2]);
    let fault = from_stdin(&archive).unwrap_err();
    assert!(matches!(fault, ImportFault::NotATable { why: Why::TooLarge { .. }, .. }), "{fault:?}");
}

/// The cells of a line as they were, empty ones too.
fn all(cells: &Cells) -> Vec<String> {
    let cell = |column| cells.cells.iter().find(|cell| cell.column == column).map_or(String::new(), |cell| cell.text.clone());
    (0..HEADER.len()).map(cell).collect()
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..400), head in 0usize..4) {
        let head: &[u8] = [b"".as_slice(), b"PK\x03\x04", b"code,name,parent\n", b"address;kind;quota_mb;primary\n"][head];
        let bytes = [head, &bytes].concat();
        let _ = from_stdin(&bytes);
        let _ = read::<MailboxRow>(Path::new("-"), &mut bytes.as_slice());
    }

    #[test]
    fn no_text_is_too_strange(text in "[a\",;\r\n \u{1b}đ]{0,80}") {
        let table = from_stdin(format!("code;name\n{text}").as_bytes()).unwrap();
        let lines = u32::try_from(text.len()).unwrap() + 2;
        prop_assert!(table.wrong.iter().all(|wrong| wrong.line.is_some_and(|line| line >= 1 && line <= lines)));
    }

    #[test]
    fn what_is_written_is_read_back(
        rows in proptest::collection::vec(("[^ \u{0}-\u{1f}\u{7f}-\u{a0}\u{2000}-\u{300f}]\\PC{0,9}", proptest::collection::vec("(\\PC|[\",;\r\n\t]){0,12}", 4)), 0..12),
        semicolon in any::<bool>(),
        crlf in any::<bool>(),
        mark in any::<bool>(),
    ) {
        let terminator = if crlf { Terminator::CRLF } else { Terminator::Any(b'\n') };
        let mut writer = WriterBuilder::new().delimiter(if semicolon { b';' } else { b',' }).terminator(terminator).from_writer(Vec::new());
        writer.write_record(HEADER).unwrap();
        let rows: Vec<Vec<String>> = rows.into_iter().map(|(first, rest)| [vec![first], rest].concat()).collect();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let written = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let written = if mark { format!("\u{feff}{written}") } else { written };
        let read = sheet(written.as_bytes(), &HEADER).unwrap();
        prop_assert_eq!(&read.wrong, &[]);
        prop_assert_eq!(read.header.as_ref().map(all), Some(HEADER.map(str::to_owned).to_vec()));
        prop_assert_eq!(read.rows.iter().map(all).collect::<Vec<_>>(), rows);
    }

    #[test]
    fn lines_are_those_of_the_file(rows in proptest::collection::vec(0usize..4, 1..20), crlf in any::<bool>(), blank in proptest::collection::vec(0usize..3, 20)) {
        let end = if crlf { "\r\n" } else { "\n" };
        let (mut text, mut line, mut expected) = (format!("code,name{end}"), 2u32, Vec::new());
        for (row, (breaks, blank)) in rows.iter().zip(blank).enumerate() {
            text.push_str(&end.repeat(blank));
            line += u32::try_from(blank).unwrap();
            expected.push(line);
            text += &["U", &row.to_string(), ",\"a", &end.repeat(*breaks), "b\"", end].concat();
            line += 1 + u32::try_from(*breaks).unwrap();
        }
        let table = from_stdin(text.as_bytes()).unwrap();
        prop_assert_eq!(&table.wrong, &[]);
        prop_assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), expected);
    }
}
