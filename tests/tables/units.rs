//! What stands in a table of units.

use lichhop::domain::fault::Why;
use lichhop::domain::text::TextFault;
use lichhop::domain::unit::UnitKind;

use super::{codes, places, right, units};

#[test]
fn every_column_is_taken_and_an_empty_cell_is_not_known() {
    let rows = right(units("kind,mail_domain,parent,name,code\nGeneral-Department, gov.vn ,vp,  Tổng cục   Du lịch,tcdl\n,,,,VP\n"));
    let unit = &rows[0];
    assert_eq!((unit.code.as_str(), unit.name.as_ref().unwrap().as_str(), unit.line), ("TCDL", "Tổng cục Du lịch", 2));
    assert_eq!((unit.parent.as_ref().unwrap().as_str(), unit.mail_domain.as_ref().unwrap().as_str()), ("VP", "gov.vn"));
    assert_eq!(unit.kind, Some(UnitKind::GeneralDepartment));
    let bare = &rows[1];
    assert!(bare.name.is_none() && bare.parent.is_none() && bare.kind.is_none() && bare.mail_domain.is_none());
}

#[test]
fn every_wrong_cell_of_every_row_is_named() {
    let table = units("code,name,parent,kind\nA B,\u{1b}[31mđỏ,C/D,ministry\n,Vụ X,,\nVP,Văn phòng,,office\nvp,Văn phòng,VP,\n");
    let words = Why::Word { expected: UnitKind::ALL.map(|kind| kind.word().to_owned()).to_vec() };
    let control = Why::Text(TextFault::Control { code: 0x1b, position: 1 });
    let expected = [
        (2, "code", &Why::Code),
        (2, "name", &control),
        (2, "parent", &Why::Code),
        (2, "kind", &words),
        (3, "code", &Why::Required),
        (5, "code", &Why::Duplicate { first: 4 }),
    ];
    assert_eq!(places(&table), expected);
    // Values are kept as they came: whoever prints them makes them harmless.
    let values: Vec<&str> = table.wrong.iter().map(|wrong| wrong.value.as_str()).collect();
    assert_eq!(values, ["A B", "\u{1b}[31mđỏ", "C/D", "ministry", "", "vp"]);
    assert_eq!(codes(&table.rows), ["VP"]);
}

#[test]
fn a_row_that_is_wrong_elsewhere_still_takes_its_code() {
    let table = units("code,kind\nVP,x\nVP,office\n");
    assert!(matches!(places(&table).as_slice(), [(2, "kind", _), (3, "code", Why::Duplicate { first: 2 })]));
    assert!(table.rows.is_empty());
}

#[test]
fn a_long_value_is_cut() {
    let table = units(format!("code,name\nVP,{}\n", "ă".repeat(501)));
    assert_eq!(places(&table), [(2, "name", &Why::Text(TextFault::TooLong { length: 501, limit: 500 }))]);
    assert_eq!(table.wrong[0].value.chars().count(), 200);
}
