//! Workbooks as spreadsheets write them.

use std::io::Write as _;

use lichhop::domain::fault::Why;
use lichhop::import::{self, ImportFault};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::{codes, mailboxes, places, right, units, written};

/// A workbook whose first sheet is filled by `fill`.
fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet());
    workbook.add_worksheet().write(0, 0, "another sheet").unwrap();
    workbook.save_to_buffer().unwrap()
}

fn row(sheet: &mut Worksheet, at: u32, cells: &[&str]) {
    for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        sheet.write(at, column, *cell).unwrap();
    }
}

#[test]
fn the_first_sheet_is_a_table() {
    let table = units(workbook(|sheet| {
        row(sheet, 0, &["Code", " name ", "parent", "kind", "Ghi chú"]);
        row(sheet, 1, &["vp", "Văn phòng Bộ", "", "office", "x"]);
        row(sheet, 4, &["VKHTC", "Vụ Kế hoạch,\nTài chính", "VP"]);
    }));
    assert_eq!(table.ignored_columns, ["Ghi chú"]);
    let rows = right(table);
    assert_eq!(codes(&rows), ["VP", "VKHTC"]);
    assert_eq!((rows[0].line, rows[1].line), (2, 5));
    assert_eq!(rows[1].name.as_ref().unwrap().as_str(), "Vụ Kế hoạch, Tài chính");
    assert_eq!(rows[1].kind, None);
}

#[test]
fn a_table_may_begin_anywhere() {
    let rows = right(units(workbook(|sheet| {
        sheet.write(3, 2, "code").unwrap();
        sheet.write(3, 4, "name").unwrap();
        sheet.write(5, 2, "VP").unwrap();
        sheet.write(6, 2, "  ").unwrap();
    })));
    assert_eq!((codes(&rows), rows[0].line), (vec!["VP"], 6));
}

#[test]
fn numbers_booleans_dates_and_errors() {
    let table = mailboxes(workbook(|sheet| {
        let date = ExcelDateTime::from_ymd(2026, 3, 1).unwrap();
        let format = Format::new().set_num_format("yyyy-mm-dd");
        row(sheet, 0, &["address", "quota_mb", "primary", "unit", "owner"]);
        for (at, address) in (1..).zip(["a@b.vn", "b@b.vn", "c@b.vn", "d@b.vn", "e@b.vn"]) {
            sheet.write(at, 0, address).unwrap();
        }
        sheet.write(1, 1, 5120.0).unwrap().write(1, 2, true).unwrap().write(1, 3, 113).unwrap();
        sheet.write(2, 1, 5120.5).unwrap().write(2, 2, 0).unwrap();
        sheet.write_with_format(3, 1, &date, &format).unwrap().write_with_format(3, 3, &date, &format).unwrap();
        sheet.write_with_format(3, 4, &date, &format).unwrap();
        sheet.write(4, 4, Formula::new("=NA()").set_result("#N/A")).unwrap();
        sheet.write(5, 1, Formula::new("=2*512").set_result("1024")).unwrap();
    }));
    let number = Why::Number { max: u32::MAX.into() };
    let error = Why::Unreadable { detail: "#N/A".to_owned() };
    assert_eq!(places(&table), [(3, "quota_mb", &number), (4, "unit", &Why::Code), (4, "quota_mb", &number), (5, "owner", &error)]);
    assert_eq!(table.wrong.iter().map(|wrong| wrong.value.as_str()).collect::<Vec<_>>(), ["5120.5", "2026-03-01", "2026-03-01", "#N/A"]);
    let first = &table.rows[0];
    assert_eq!((first.quota_mb, first.primary, first.unit.as_ref().unwrap().as_str()), (Some(5120), Some(true), "113"));
    assert_eq!(table.rows[1].quota_mb, Some(1024));
}

#[test]
fn cells_beyond_the_header_are_not_lost_silently() {
    let table = units(workbook(|sheet| {
        row(sheet, 0, &["code", "name"]);
        row(sheet, 1, &["VP", "Văn phòng", "", "office"]);
        row(sheet, 2, &["TTB", "Thanh tra", " "]);
    }));
    assert_eq!(places(&table), [(2, "", &Why::Cells { expected: 2, found: 4 })]);
    assert_eq!(codes(&table.rows), ["TTB"]);
}

#[test]
fn headers_of_workbooks_are_checked_too() {
    assert_eq!(places(&units(workbook(|_| {}))), [(1, "code", &Why::MissingColumn)]);
    assert!(right(units(workbook(|sheet| row(sheet, 0, &["code"])))).is_empty());
    assert_eq!(places(&units(workbook(|sheet| row(sheet, 2, &["name"])))), [(3, "code", &Why::MissingColumn)]);
    assert_eq!(places(&units(workbook(|sheet| row(sheet, 0, &["code", "CODE"])))), [(1, "code", &Why::Twice)]);
}

#[test]
fn opposite_corners_make_no_grid() {
    let table = units(workbook(|sheet| {
        row(sheet, 0, &["code"]);
        sheet.write(1_048_575, 16_383, "x").unwrap();
    }));
    assert_eq!(places(&table), [(1_048_576, "", &Why::Cells { expected: 1, found: 16_384 })]);
}

#[test]
fn what_is_no_workbook_of_today_is_no_table() {
    let why = |bytes: &[u8]| match import::units(&written(bytes).path) {
        Err(ImportFault::NotATable { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert!(matches!(why(b"PK\x03\x04 and so on"), Why::Unreadable { .. }));
    assert!(matches!(why(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), Why::Unreadable { .. }));
    let old = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0];
    assert_eq!(why(&old), Why::Encoding { looks_like: Some("XLS".to_owned()) });
    let good = workbook(|sheet| row(sheet, 0, &["code"]));
    assert!(matches!(why(&good[..good.len() / 2]), Why::Unreadable { .. }));
}

#[test]
fn a_damaged_workbook_never_ends_the_program() {
    let good = workbook(|sheet| row(sheet, 0, &["code", "name"]));
    for at in (0..good.len()).step_by(7) {
        let mut damaged = good.clone();
        damaged[at] ^= 0xA5;
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&damaged).unwrap();
        let _ = import::units(file.path());
    }
}

#[test]
fn many_rows_are_read() {
    let rows = right(units(workbook(|sheet| {
        row(sheet, 0, &["code", "name", "kind"]);
        for at in 1..=6_500 {
            row(sheet, at, &[&format!("U{at}"), &format!("Đơn vị số {at}"), "department"]);
        }
    })));
    assert_eq!((rows.len(), rows[6_499].line), (6_500, 6_501));
}
