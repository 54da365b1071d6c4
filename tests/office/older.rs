//! Stores of older schemas, broken off between any two commits on the way to the present one.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::Duration;
use lichhop::domain::meeting::{Entry, MeetingId};
use lichhop::domain::order::EntryChanges;
use lichhop::domain::time::WallTime;
use lichhop::store::MemoryStore;
use lichhop::usecase::desk::Meta;
use lichhop::usecase::ports::{Commit, Entry as StoreEntry, Operation, Store, StoreError};
use lichhop::usecase::{keys, meeting, migrate, table};

use super::{Bench, entry, line, rules};

/// Meetings of a month each: more entries of days than a few commits hold.
const MEETINGS: usize = 8;

fn under(store: &dyn Store, prefix: &[u8]) -> Vec<StoreEntry> {
    let mut entries = Vec::new();
    table::each(store, prefix, |entry| {
        entries.push(entry);
        Ok::<_, StoreError>(())
    })
    .unwrap();
    entries
}

fn write(bench: &Bench, operations: &[Operation]) {
    for operations in operations.chunks(100) {
        bench.memory.commit(&Commit { checks: vec![], operations: operations.to_vec() }).unwrap();
    }
}

/// An office as a program of that schema left it.
fn office(schema: u32) -> (Bench, Vec<MeetingId>) {
    let mut bench = Bench::new();
    let month = |n: usize| {
        let base = entry(&["CDA"]);
        let end = base.start.naive() + Duration::days(30);
        Entry {
            end: Some(WallTime::new(end.date(), end.time())),
            place: line(&format!("Phòng {n}")),
            chair: line(&format!("Người {n}")),
            ..base
        }
    };
    let ids = (0..MEETINGS).map(|n| meeting::add(&mut bench.desk, "lan", &month(n), true).unwrap().meeting.value.id).collect();
    let silent =
        under(bench.memory.as_ref(), keys::DAY).into_iter().map(|entry| Operation::Put { key: entry.key, value: table::raw(vec![]) });
    let mut operations: Vec<Operation> = silent.collect();
    assert!(operations.len() > 200, "{}", operations.len());
    if schema < 2 {
        operations.extend(under(bench.memory.as_ref(), keys::WAITING).into_iter().map(|entry| Operation::Delete { key: entry.key }));
    }
    let meta = table::get::<Meta>(bench.memory.as_ref(), keys::META).unwrap().unwrap().value;
    operations.push(Operation::Put { key: keys::META.to_vec(), value: table::encode(&Meta { schema, ..meta }).unwrap() });
    write(&bench, &operations);
    (bench.reopened(), ids)
}

/// A meeting is changed by the program that wrote the store: it knows nothing of what stands in the entries of days.
fn changed_by_the_old_program(bench: &mut Bench, id: &MeetingId) {
    let before = under(bench.memory.as_ref(), keys::DAY);
    let changes = EntryChanges { chair: Some(line("Người 0")), ..EntryChanges::default() };
    meeting::edit(&mut bench.desk, "lan", id, &changes, None).unwrap();
    let same = before.into_iter().filter(|entry| bench.memory.get(&entry.key).unwrap().is_some());
    let operations: Vec<Operation> = same.map(|entry| Operation::Put { key: entry.key, value: entry.value }).collect();
    write(bench, &operations);
}

#[test]
fn an_older_store_is_brought_to_the_present_however_often_that_broke_off() {
    for schema in [1, 2] {
        let mut left = 0;
        loop {
            let (mut bench, ids) = office(schema);
            bench.store.left.store(left, Ordering::SeqCst);
            let finished = migrate::run(&mut bench.desk).is_ok();
            let mut again = bench.reopened();
            if !finished {
                assert!(migrate::is_due(&again.desk));
                changed_by_the_old_program(&mut again, &ids[MEETINGS - 1]);
            }
            let mut again = again.reopened();
            migrate::run(&mut again.desk).unwrap();
            assert!(!migrate::is_due(&again.desk));
            again.assert_sound();
            let mine = meeting::read(again.desk.store(), &ids[0]).unwrap().value;
            let found = meeting::conflicts_of(again.desk.store(), &mine).unwrap();
            assert_eq!(found.len(), usize::from(!finished), "schema {schema}, broken off behind {left} commits");
            if finished {
                break;
            }
            left += 1;
        }
        assert!(left > 3, "schema {schema}: {left} commits");
    }
}

#[test]
fn a_schema_that_was_never_written_is_damage() {
    let (bench, _) = office(0);
    let mut bench = Bench::on(Arc::<MemoryStore>::clone(&bench.memory), rules());
    let refused = migrate::run(&mut bench.desk).unwrap_err();
    assert!(format!("{refused:?}").contains("schema 0"), "{refused:?}");
}
