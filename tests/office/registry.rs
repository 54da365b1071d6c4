//! Tables into the registry: all rows or none, twice is once.

use lichhop::domain::fault::{Fault, Why};
use lichhop::domain::mailbox::MailboxState;
use lichhop::domain::unit::Unit;
use lichhop::usecase::ports::Store;
use lichhop::usecase::registry::{import_mailboxes, import_units, mailboxes_of, units_below};
use lichhop::usecase::table;

use super::{Bench, code, line, mailbox_row, unit_row};

fn wrong(fault: Fault) -> Vec<(Option<u32>, String, Why)> {
    match fault {
        Fault::Wrong { wrong } => wrong.into_iter().map(|wrong| (wrong.line, wrong.field, wrong.why)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_imported_is_there_and_twice_is_once() {
    let mut bench = Bench::new();
    assert_eq!(units_below(bench.desk.store(), &code("TCDL")).unwrap(), [code("TCDL-TTTT")]);
    assert_eq!(mailboxes_of(bench.desk.store(), &code("TCDL")).unwrap().len(), 1);
    bench.assert_sound();
    let before = bench.memory.revision();
    let again = import_units(&mut bench.desk, "lan", "units.csv", &[unit_row(2, "VP", "Văn phòng Bộ", "")], false).unwrap();
    assert_eq!((again.unchanged, again.added, again.changed), (1, 0, 0));
    assert_eq!(bench.memory.revision(), before, "importing what is there already writes nothing");
}

#[test]
fn an_empty_cell_keeps_what_is_known() {
    let mut bench = Bench::new();
    let mut row = unit_row(2, "TCDL-TTTT", "x", "");
    row.name = None;
    row.mail_domain = Some(line("gov.vn"));
    let outcome = import_units(&mut bench.desk, "lan", "units.csv", &[row], false).unwrap();
    assert_eq!((outcome.changed, outcome.added), (1, 0));
    let unit: Unit = table::find(bench.desk.store(), "TCDL-TTTT").unwrap().unwrap().value;
    assert_eq!((unit.name, unit.parent), (line("Trung tâm Thông tin Du lịch"), Some(code("TCDL"))));
    bench.assert_sound();
}

#[test]
fn every_wrong_row_is_named_and_nothing_is_written() {
    let mut bench = Bench::new();
    let before = bench.memory.revision();
    let mut nameless = unit_row(3, "MOI", "x", "");
    nameless.name = None;
    let rows = [
        unit_row(2, "A", "Đơn vị A", "KHONGCO"),
        nameless,
        unit_row(4, "B", "Đơn vị B", "C"),
        unit_row(5, "C", "Đơn vị C", "B"),
        unit_row(6, "D", "Đơn vị D", "VP"),
        unit_row(7, "D", "Đơn vị D", "VP"),
    ];
    let found = wrong(import_units(&mut bench.desk, "lan", "units.csv", &rows, false).unwrap_err());
    let circle = Why::Circle { units: vec![code("B"), code("C")] };
    assert_eq!(
        found,
        [
            (Some(2), "parent".into(), Why::UnknownUnit),
            (Some(3), "name".into(), Why::Required),
            (Some(4), "parent".into(), circle.clone()),
            (Some(5), "parent".into(), circle),
            (Some(7), "code".into(), Why::Duplicate { first: 6 }),
        ]
    );
    assert_eq!(bench.memory.revision(), before);
    let checked = import_units(&mut bench.desk, "lan", "units.csv", &rows, true).unwrap();
    assert_eq!((checked.wrong.len(), checked.rows), (5, 6));
}

#[test]
fn mailboxes_must_fit_the_policy() {
    let mut bench = Bench::new();
    let mut second = mailbox_row(6, "cuc2-vhttdl@chinhphu.vn", "CDA");
    second.state = Some(MailboxState::Active);
    let mut revoked = mailbox_row(7, "cu@gmail.com", "CDA");
    revoked.state = Some(MailboxState::Revoked);
    let rows = [
        mailbox_row(2, "cucdienanh@gmail.com", "CDA"),
        mailbox_row(3, "cda@evilgov.vn", "TCDL"),
        mailbox_row(4, "vp@gov.vn", "VP"),
        mailbox_row(5, "a@chinhphu.vn", "KHONGCO"),
        second,
        revoked,
    ];
    let found = wrong(import_mailboxes(&mut bench.desk, "lan", "mailboxes.csv", &rows, false).unwrap_err());
    let lines: Vec<_> = found.iter().map(|(line, field, _)| (line.unwrap(), field.as_str())).collect();
    assert_eq!(lines, [(2, "address"), (3, "address"), (3, "primary"), (4, "address"), (4, "primary"), (5, "unit"), (7, "primary")]);
    assert!(matches!(&found[1].2, Why::Domain { allowed, .. } if allowed == &["chinhphu.vn", "gov.vn"]));
}

#[test]
fn a_table_of_many_thousand_rows_is_one_job() {
    let mut bench = Bench::empty();
    let mut rows = vec![unit_row(2, "GOC", "Đơn vị gốc", "")];
    rows.extend((0..6500).map(|n| unit_row(n + 3, &format!("DV{n}"), &format!("Đơn vị trực thuộc số {n}"), "GOC")));
    let outcome = import_units(&mut bench.desk, "lan", "units.csv", &rows, false).unwrap();
    assert_eq!((outcome.added, outcome.rows), (6501, 6501));
    assert_eq!(units_below(bench.desk.store(), &code("GOC")).unwrap().len(), 6500);
    bench.assert_sound();
}
