//! The audit chain: what was changed, removed or put in another order below the typed layer shows.

use lichhop::domain::audit::{AuditFilter, Finding};
use lichhop::usecase::audit;
use lichhop::usecase::ports::{Commit, Direction, Entry, Operation, Range, Store as _};

use super::Bench;

/// An office in which several people did several things.
fn office() -> Bench {
    let mut bench = Bench::new();
    bench.approved(&["CDA"]);
    bench.issued(&["VPC", "CDA"]);
    bench
}

fn entries(bench: &Bench) -> Vec<Entry> {
    bench.memory.scan(&Range::prefix(b"a/"), 1000, Direction::Forward).unwrap().entries
}

/// Writes below everything that knows what an entry is.
fn write(bench: &Bench, operations: Vec<Operation>) {
    bench.memory.commit(&Commit { checks: vec![], operations }).unwrap();
}

fn put(entry: &Entry) -> Operation {
    Operation::Put { key: entry.key.clone(), value: entry.value.clone() }
}

fn findings(bench: &Bench) -> Vec<Finding> {
    audit::verify(bench.memory.as_ref()).unwrap().findings
}

#[test]
fn each_byte_of_each_entry_counts() {
    let bench = office();
    let entries = entries(&bench);
    assert!(entries.len() > 5 && findings(&bench).is_empty());
    for entry in &entries {
        for at in 0..entry.value.bytes.len() {
            // Another letter, and the same letter of the other case.
            for bit in [0x01, 0x20] {
                let mut changed = entry.clone();
                changed.value.bytes[at] ^= bit;
                write(&bench, vec![put(&changed)]);
                assert!(!findings(&bench).is_empty(), "byte {at} of {}", String::from_utf8_lossy(&changed.value.bytes));
            }
        }
        write(&bench, vec![put(entry)]);
        assert_eq!(findings(&bench), []);
    }
}

#[test]
fn what_was_removed_or_exchanged_shows() {
    let bench = office();
    let entries = entries(&bench);
    for (n, entry) in entries.iter().enumerate() {
        write(&bench, vec![Operation::Delete { key: entry.key.clone() }]);
        assert!(!findings(&bench).is_empty(), "{n} removed");
        write(&bench, vec![put(entry)]);
        let Some(next) = entries.get(n + 1) else { continue };
        let swapped = |key: &Entry, value: &Entry| Operation::Put { key: key.key.clone(), value: value.value.clone() };
        write(&bench, vec![swapped(entry, next), swapped(next, entry)]);
        assert!(!findings(&bench).is_empty(), "{n} exchanged with the next");
        write(&bench, vec![put(entry), put(next)]);
        assert_eq!(findings(&bench), []);
    }
    // All of them at once, as if nothing had ever been done.
    write(&bench, entries.iter().map(|entry| Operation::Delete { key: entry.key.clone() }).collect());
    assert!(!findings(&bench).is_empty());
}

#[test]
fn entries_are_listed_as_they_were_asked_for() {
    let bench = office();
    let list = |filter: &AuditFilter| -> Vec<(u64, String)> {
        let found = audit::list(bench.memory.as_ref(), filter).unwrap();
        found.into_iter().map(|entry| (entry.entry.sequence, entry.entry.action)).collect()
    };
    let all = list(&AuditFilter::default());
    assert!(all.iter().map(|(sequence, _)| *sequence).eq(1..=all.len() as u64), "{all:?}");
    let by = |action: &str| list(&AuditFilter { action: Some(action.into()), ..AuditFilter::default() });
    assert_eq!(by("meeting.issue").len(), 1);
    assert!(by("meeting").len() > 3 && by("meet").is_empty(), "whole words only");
    assert_eq!(list(&AuditFilter { limit: Some(2), ..AuditFilter::default() }), all[all.len() - 2..]);
    let object = |id: &str| list(&AuditFilter { object: Some(id.into()), ..AuditFilter::default() });
    assert!(object("LH-2016-0001").iter().all(|(_, action)| action.starts_with("meeting.")) && !object("LH-2016-0001").is_empty());
    let day = |raw: &str| raw.parse().unwrap();
    let between = |from, to| list(&AuditFilter { from: Some(day(from)), to: Some(day(to)), ..AuditFilter::default() }).len();
    assert_eq!([between("2016-05-03", "2016-05-03"), between("2016-05-04", "2016-05-09")], [all.len(), 0]);
    assert!(list(&AuditFilter { actor: Some("nobody".into()), ..AuditFilter::default() }).is_empty());
}
