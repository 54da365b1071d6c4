//! The process dies after any number of commits: what was sealed is finished by the next start, what was not is gone.

use std::sync::atomic::Ordering;

use lichhop::domain::meeting::MeetingState;
use lichhop::domain::unit::Unit;
use lichhop::usecase::issue::{issue, items_of};
use lichhop::usecase::registry::import_units;
use lichhop::usecase::{meeting, table};

use super::{Bench, order, prose, unit_row};

#[test]
fn an_import_is_whole_or_absent() {
    let rows: Vec<_> = (0..400).map(|n| unit_row(n + 2, &format!("DV{n}"), &format!("Đơn vị {n}"), "")).collect();
    let (mut absent, mut whole, mut left) = (0, 0, 0);
    loop {
        let mut bench = Bench::empty();
        bench.store.left.store(left, Ordering::SeqCst);
        let finished = import_units(&mut bench.desk, "lan", "units.csv", &rows, false).is_ok();
        let after = bench.reopened();
        after.assert_sound();
        match table::all::<Unit>(after.desk.store()).unwrap().len() {
            0 => absent += 1,
            400 => whole += 1,
            some => panic!("{some} of 400 units after a crash behind commit {left}"),
        }
        if finished {
            break;
        }
        left += 1;
    }
    assert!(absent >= 2 && whole >= 10, "{absent} {whole}");
}

#[test]
fn an_issue_is_whole_or_absent_and_so_is_a_cancellation() {
    let (mut absent, mut whole, mut left) = (0, 0, 0);
    loop {
        let mut bench = Bench::new();
        let names: Vec<String> = (0..40).map(|n| format!("DV{n}")).collect();
        let rows: Vec<_> = names.iter().zip(2..).map(|(code, line)| unit_row(line, code, "Đơn vị", "")).collect();
        import_units(&mut bench.desk, "lan", "u", &rows, false).unwrap();
        let rows: Vec<_> = names
            .iter()
            .zip(2..)
            .map(|(code, line)| super::mailbox_row(line, &format!("{}@chinhphu.vn", code.to_lowercase()), code))
            .collect();
        lichhop::usecase::registry::import_mailboxes(&mut bench.desk, "lan", "m", &rows, false).unwrap();
        let id = bench.approved(&names.iter().map(String::as_str).collect::<Vec<_>>());
        bench.store.left.store(left, Ordering::SeqCst);
        let issued = issue(&mut bench.desk, "minh", &order(&id)).is_ok();
        let cancelled = issued && meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn")).is_ok();
        let after = bench.reopened();
        after.assert_sound();
        let stored = meeting::read(after.desk.store(), &id).unwrap().value;
        let items = items_of(after.desk.store(), &stored, None).unwrap().len();
        let expected = match stored.state {
            MeetingState::Approved => 0,
            MeetingState::Issued => 40,
            MeetingState::Cancelled => 80,
            other => panic!("{other:?}"),
        };
        assert_eq!(items, expected, "after a crash behind commit {left}");
        if expected == 0 {
            absent += 1;
        } else {
            whole += 1;
        }
        if cancelled {
            break;
        }
        left += 1;
    }
    assert!(absent >= 2 && whole >= 5, "{absent} {whole}");
}
