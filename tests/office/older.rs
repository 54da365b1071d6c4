//! Stores of older schemas, broken off between any two commits on the way to the present one.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{Duration, NaiveDate};
use lichhop::domain::glance::Glance;
use lichhop::domain::meeting::{Entry, Meeting, MeetingId};
use lichhop::domain::order::EntryChanges;
use lichhop::domain::time::WallTime;
use lichhop::store::MemoryStore;
use lichhop::usecase::desk::Meta;
use lichhop::usecase::ports::{Commit, Entry as StoreEntry, Operation, Store, StoreError, Value};
use lichhop::usecase::{glance, keys, meeting, migrate, table};

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

/// The entries of the index of days that older programs kept: from schema 3 on they say what their meetings claim.
fn old_days(schema: u32, meeting: &Meeting) -> Vec<(Vec<u8>, Value)> {
    let bytes = if schema < 3 { Vec::new() } else { glance::encode(&Glance::of(meeting)) };
    let key = |day: NaiveDate| format!("x/day/{}/{}", day.format("%Y%m%d"), meeting.id.as_str()).into_bytes();
    meeting.entry.days().map(key).map(|key| (key, table::raw(bytes.clone()))).collect()
}

fn removed(entries: Vec<StoreEntry>) -> impl Iterator<Item = Operation> {
    entries.into_iter().map(|entry| Operation::Delete { key: entry.key })
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
    let meetings: Vec<Meeting> =
        (0..MEETINGS).map(|n| meeting::add(&mut bench.desk, "lan", &month(n), true).unwrap().meeting.value).collect();
    let old = meetings.iter().flat_map(|meeting| old_days(schema, meeting)).map(|(key, value)| Operation::Put { key, value });
    let mut operations: Vec<Operation> = old.collect();
    assert!(operations.len() > 200, "{}", operations.len());
    operations.extend(removed(under(bench.memory.as_ref(), keys::HELD)));
    if schema < 2 {
        operations.extend(removed(under(bench.memory.as_ref(), keys::WAITING)));
    }
    let meta = table::get::<Meta>(bench.memory.as_ref(), keys::META).unwrap().unwrap().value;
    operations.push(Operation::Put { key: keys::META.to_vec(), value: table::encode(&Meta { schema, ..meta }).unwrap() });
    write(&bench, &operations);
    (bench.reopened(), meetings.into_iter().map(|meeting| meeting.id).collect())
}

/// A meeting is changed, and held a day longer, by the program that wrote the store: it knows nothing of the indexes that took
/// the place of its own.
fn changed_by_the_old_program(bench: &mut Bench, id: &MeetingId) {
    let known = |prefix| move |entry: &StoreEntry| entry.key.starts_with(prefix);
    let before = under(bench.memory.as_ref(), keys::INDEX);
    let old = meeting::read(bench.desk.store(), id).unwrap().value;
    let end = old.entry.until().naive() + Duration::days(1);
    let changes =
        EntryChanges { chair: Some(line("Người 0")), end: Some(WallTime::new(end.date(), end.time())), ..EntryChanges::default() };
    let new = meeting::edit(&mut bench.desk, "lan", id, &changes, None).unwrap().meeting.value;
    let mut operations: Vec<Operation> = removed(under(bench.memory.as_ref(), keys::HELD)).collect();
    let held = before.into_iter().filter(known(keys::HELD)).map(|entry| (entry.key, entry.value));
    operations.extend(held.map(|(key, value)| Operation::Put { key, value }));
    write(bench, &operations);
    let schema = bench.desk.schema();
    let gone = old_days(schema, &old).into_iter().map(|(key, _)| Operation::Delete { key });
    write(bench, &gone.collect::<Vec<_>>());
    write(bench, &old_days(schema, &new).into_iter().map(|(key, value)| Operation::Put { key, value }).collect::<Vec<_>>());
}

#[test]
fn an_older_store_is_brought_to_the_present_however_often_that_broke_off() {
    for schema in [1, 2, 3] {
        let mut left = 0;
        // Whether the older program could still go on.
        let mut seen = HashSet::new();
        loop {
            let (mut bench, ids) = office(schema);
            bench.store.left.store(left, Ordering::SeqCst);
            let finished = migrate::run(&mut bench.desk).is_ok();
            let mut again = bench.reopened();
            let goes_on = again.desk.schema() == schema;
            assert_eq!(finished, !migrate::is_due(&again.desk));
            seen.insert((goes_on, finished));
            if goes_on {
                // It finds what it left.
                let meeting = |id| meeting::read(again.desk.store(), id).unwrap().value;
                let kept: BTreeMap<_, _> = ids.iter().flat_map(|id| old_days(schema, &meeting(id))).collect();
                let found = under(again.memory.as_ref(), keys::OLD_DAY).into_iter().map(|entry| (entry.key, entry.value));
                assert_eq!(found.collect::<BTreeMap<_, _>>(), kept);
                changed_by_the_old_program(&mut again, &ids[MEETINGS - 1]);
            }
            let mut again = again.reopened();
            migrate::run(&mut again.desk).unwrap();
            assert!(!migrate::is_due(&again.desk));
            again.assert_sound();
            assert!(under(again.memory.as_ref(), keys::OLD_DAY).is_empty());
            let mine = meeting::read(again.desk.store(), &ids[0]).unwrap().value;
            let found = meeting::conflicts_of(again.desk.store(), &mine).unwrap();
            assert_eq!(found.len(), usize::from(goes_on), "schema {schema}, broken off behind {left} commits");
            if finished {
                break;
            }
            left += 1;
        }
        assert!(left > 3, "schema {schema}: {left} commits");
        assert_eq!(seen, HashSet::from([(true, false), (false, false), (false, true)]), "schema {schema}");
    }
}

#[test]
fn a_schema_that_was_never_written_is_damage() {
    let (bench, _) = office(0);
    let mut bench = Bench::on(Arc::<MemoryStore>::clone(&bench.memory), rules());
    let refused = migrate::run(&mut bench.desk).unwrap_err();
    assert!(format!("{refused:?}").contains("schema 0"), "{refused:?}");
}
