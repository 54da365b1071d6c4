//! What every engine must do, run for each of them.

use std::thread;
use std::time::Duration;

use lichhop::usecase::ports::{
    Changes, Direction, Format, MAX_COMMIT_BYTES, MAX_KEY_BYTES, MAX_OPERATIONS, MAX_VALUE_BYTES, Operation, Outcome, Range, Store,
    StoreError, Value,
};

use super::{Fixture, all, check, commit, delete, everything, put, raw, write};

macro_rules! conformance {
    ($($test:ident),* $(,)?) => {
        mod memory { $(#[test] fn $test() { super::$test(&crate::store::memory()); })* }
        mod sled { $(#[test] fn $test() { super::$test(&<lichhop::store::SledStore as crate::store::kept::Kept>::fixture()); })* }
        #[cfg(feature = "redb")]
        mod redb { $(#[test] fn $test() { super::$test(&<lichhop::store::RedbStore as crate::store::kept::Kept>::fixture()); })* }
    };
}

conformance!(
    an_empty_store_holds_nothing,
    what_was_put_is_got,
    formats_schemas_and_empty_values_are_kept,
    a_deleted_key_is_gone,
    revisions_rise_with_every_commit,
    a_check_of_zero_means_absent,
    a_conflict_names_the_first_broken_check_and_leaves_nothing,
    a_commit_without_operations_only_checks,
    one_key_is_not_written_twice,
    limits_are_reached_but_not_passed,
    large_values_shrink_and_go,
    keys_are_ordered_as_unsigned_bytes,
    scans_take_pages_in_both_directions,
    ranges_end_before_their_end,
    a_prefix_of_highest_bytes_has_no_end,
    a_commit_is_seen_whole,
    concurrent_counting_loses_nothing,
    changes_tell_keys_under_a_prefix,
    changes_wait_for_a_commit,
    changes_from_nowhere_lag,
    a_sync_succeeds,
);

fn an_empty_store_holds_nothing(Fixture { store, .. }: &Fixture) {
    assert_eq!(store.revision(), 0);
    assert_eq!(store.get(b"a").unwrap(), None);
    assert_eq!(all(&**store), []);
}

fn what_was_put_is_got(Fixture { store, .. }: &Fixture) {
    let rev = write(&**store, vec![put("m/1", "one"), put("m/2", "two")]);
    let entry = store.get(b"m/1").unwrap().unwrap();
    assert_eq!((entry.key, entry.rev, entry.value), (b"m/1".to_vec(), rev, raw("one")));
    assert_eq!(store.get(b"m/2").unwrap().unwrap().rev, rev);
    assert_eq!(store.get(b"m/").unwrap(), None);
    assert_eq!(store.get(b"m/1\0").unwrap(), None);
    assert_eq!(store.get(b"").unwrap(), None);
}

fn formats_schemas_and_empty_values_are_kept(Fixture { store, .. }: &Fixture) {
    for (format, schema) in [(Format::Json, 0), (Format::Raw, u16::MAX)] {
        let value = Value { format, schema, bytes: vec![] };
        write(&**store, vec![Operation::Put { key: b"k".to_vec(), value: value.clone() }]);
        assert_eq!(store.get(b"k").unwrap().unwrap().value, value);
    }
}

fn a_deleted_key_is_gone(Fixture { store, .. }: &Fixture) {
    let first = write(&**store, vec![put("k", "1")]);
    let second = write(&**store, vec![delete("k"), delete("never there")]);
    assert!(second > first);
    assert_eq!(store.get(b"k").unwrap(), None);
    assert_eq!(store.commit(&commit(vec![check("k", first)], vec![put("k", "2")])).unwrap(), Outcome::Conflict { key: b"k".to_vec() });
    assert!(matches!(store.commit(&commit(vec![check("k", 0)], vec![put("k", "2")])).unwrap(), Outcome::Committed(rev) if rev > second));
}

fn revisions_rise_with_every_commit(Fixture { store, .. }: &Fixture) {
    let mut last = 0;
    for round in 0..5 {
        let rev = write(&**store, vec![put(format!("k{round}"), "")]);
        assert!(rev > last);
        assert_eq!(store.revision(), rev);
        last = rev;
    }
    let kept = store.get(b"k0").unwrap().unwrap().rev;
    let rewritten = write(&**store, vec![put("k1", "")]);
    assert_eq!(store.get(b"k0").unwrap().unwrap().rev, kept);
    assert_eq!(store.get(b"k1").unwrap().unwrap().rev, rewritten, "the same bytes again are a new revision");
}

fn a_check_of_zero_means_absent(Fixture { store, .. }: &Fixture) {
    let once = commit(vec![check("k", 0)], vec![put("k", "1")]);
    assert!(matches!(store.commit(&once).unwrap(), Outcome::Committed(_)));
    assert_eq!(store.commit(&once).unwrap(), Outcome::Conflict { key: b"k".to_vec() });
}

fn a_conflict_names_the_first_broken_check_and_leaves_nothing(Fixture { store, .. }: &Fixture) {
    let rev = write(&**store, vec![put("a", "1"), put("b", "1")]);
    let before = all(&**store);
    let stale = commit(vec![check("a", rev), check("b", rev + 1), check("c", 9)], vec![put("a", "2"), delete("b"), put("c", "2")]);
    assert_eq!(store.commit(&stale).unwrap(), Outcome::Conflict { key: b"b".to_vec() });
    assert_eq!(all(&**store), before);
    assert_eq!(store.revision(), rev);
    assert_eq!(store.changes(b"", rev, Duration::ZERO).unwrap(), Changes::Keys { at: rev, keys: vec![] });
}

fn a_commit_without_operations_only_checks(Fixture { store, .. }: &Fixture) {
    let rev = write(&**store, vec![put("a", "1")]);
    assert_eq!(store.commit(&commit(vec![check("a", rev)], vec![])).unwrap(), Outcome::Committed(rev));
    assert_eq!(store.commit(&commit(vec![check("a", 0)], vec![])).unwrap(), Outcome::Conflict { key: b"a".to_vec() });
    assert_eq!(store.revision(), rev);
}

fn one_key_is_not_written_twice(Fixture { store, .. }: &Fixture) {
    let twice = commit(vec![], vec![put("other", "1"), put("k", "1"), delete("k")]);
    assert_eq!(store.commit(&twice), Err(StoreError::DuplicateKey));
    assert_eq!(all(&**store), []);
}

fn limits_are_reached_but_not_passed(Fixture { store, .. }: &Fixture) {
    let store = &**store;
    let refused = |operations: Vec<Operation>| {
        let before = store.revision();
        assert!(matches!(store.commit(&commit(vec![], operations)), Err(StoreError::TooLarge { .. })));
        assert_eq!(store.revision(), before);
    };
    let keys = |count: usize| (0..count).map(|number| put(format!("{number}"), "")).collect::<Vec<_>>();
    write(store, keys(MAX_OPERATIONS));
    refused(keys(MAX_OPERATIONS + 1));

    let longest = vec![0xFF; MAX_KEY_BYTES];
    write(store, vec![put(longest.clone(), "end")]);
    assert_eq!(store.get(&longest).unwrap().unwrap().value, raw("end"));
    refused(vec![put(vec![0xFF; MAX_KEY_BYTES + 1], "")]);
    refused(vec![put("", "")]);

    let largest: Vec<u8> = (0..=250).cycle().take(MAX_VALUE_BYTES).collect();
    write(store, vec![put("large", largest.clone())]);
    assert_eq!(store.get(b"large").unwrap().unwrap().value, raw(largest.clone()));
    refused(vec![put("large", vec![0; MAX_VALUE_BYTES + 1])]);

    let half = MAX_COMMIT_BYTES / 2 - 1;
    write(store, vec![put("x", vec![1; half]), put("y", vec![2; half])]);
    assert_eq!(store.get(b"y").unwrap().unwrap().value, raw(vec![2; half]));
    refused(vec![put("x", vec![1; half]), put("y", vec![2; half]), delete("z")]);
    let checks = (0..=MAX_OPERATIONS).map(|number| check(format!("c{number}"), 0)).collect();
    assert!(matches!(store.commit(&commit(checks, vec![])), Err(StoreError::TooLarge { .. })));
}

fn large_values_shrink_and_go(Fixture { store, .. }: &Fixture) {
    let store = &**store;
    for size in [MAX_VALUE_BYTES, 4096 * 3, 4096 * 3 + 1, 4081, 4082, 10, 0, 70_000] {
        let bytes: Vec<u8> = (0..=250).rev().cycle().take(size).collect();
        write(store, vec![put("k", bytes.clone()), put("k\0", "beside")]);
        assert_eq!(store.get(b"k").unwrap().unwrap().value, raw(bytes));
        assert_eq!(all(store).len(), 2);
    }
    write(store, vec![delete("k"), delete("k\0")]);
    assert_eq!(all(store), []);
}

fn keys_are_ordered_as_unsigned_bytes(Fixture { store, .. }: &Fixture) {
    let mut keys = vec![
        vec![0],
        vec![0, 0],
        vec![0, 1],
        vec![1],
        b"a".to_vec(),
        b"a\0".to_vec(),
        b"aa".to_vec(),
        vec![0x7F],
        vec![0x80],
        vec![0xFF],
        vec![0xFF, 0],
        vec![0xFF, 0xFF],
    ];
    let order = keys.clone();
    keys.reverse();
    write(&**store, keys.into_iter().map(|key| put(key, "")).collect());
    assert_eq!(all(&**store).into_iter().map(|entry| entry.key).collect::<Vec<_>>(), order);
}

fn scans_take_pages_in_both_directions(Fixture { store, .. }: &Fixture) {
    let names: Vec<Vec<u8>> = (0..70).map(|number| format!("k/{number:03}").into_bytes()).collect();
    write(&**store, names.iter().map(|name| put(name.clone(), name.clone())).collect());
    write(&**store, vec![put("j/9", ""), put("l/0", "")]);
    let range = Range::prefix(b"k/");
    let none = store.scan(&range, 0, Direction::Forward).unwrap();
    assert!(none.entries.is_empty() && none.more);
    for (size, pages) in [(1, 70), (7, 10), (69, 2), (70, 1), (71, 1)] {
        for direction in [Direction::Forward, Direction::Backward] {
            let (mut left, mut seen, mut count) = (range.clone(), Vec::new(), 0);
            loop {
                let page = store.scan(&left, size, direction).unwrap();
                count += 1;
                let last = page.entries.last().unwrap().key.clone();
                seen.extend(page.entries.into_iter().map(|entry| entry.key));
                match direction {
                    Direction::Forward => left.start = [last, vec![0]].concat(),
                    Direction::Backward => left.end = Some(last),
                }
                if !page.more {
                    break;
                }
            }
            if direction == Direction::Backward {
                seen.reverse();
            }
            assert_eq!((seen, count), (names.clone(), pages), "pages of {size}, {direction:?}");
        }
    }
}

fn ranges_end_before_their_end(Fixture { store, .. }: &Fixture) {
    write(&**store, ["a", "b", "b\0", "c", "d"].map(|key| put(key, "")).into());
    let keys = |start: &str, end: Option<&str>, direction| {
        let range = Range { start: start.into(), end: end.map(Into::into) };
        let page = store.scan(&range, 9, direction).unwrap();
        assert!(!page.more);
        page.entries.into_iter().map(|entry| String::from_utf8(entry.key).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(keys("b", Some("d"), Direction::Forward), ["b", "b\0", "c"]);
    assert_eq!(keys("b", Some("d"), Direction::Backward), ["c", "b\0", "b"]);
    assert_eq!(keys("bb", None, Direction::Backward), ["d", "c"]);
    assert_eq!(keys("", Some("b"), Direction::Forward), ["a"]);
    for direction in [Direction::Forward, Direction::Backward] {
        assert_eq!(keys("b", Some("b"), direction), [""; 0]);
        assert_eq!(keys("d", Some("a"), direction), [""; 0]);
        assert_eq!(keys("e", None, direction), [""; 0]);
        assert_eq!(keys("", Some(""), direction), [""; 0]);
    }
}

fn a_prefix_of_highest_bytes_has_no_end(Fixture { store, .. }: &Fixture) {
    let keys: [&[u8]; 6] = [&[0xFE, 0xFF], &[0xFE, 0xFF, 0xFF], &[0xFF], &[0xFF, 0xFE], &[0xFF, 0xFF], &[0xFF, 0xFF, 1]];
    write(&**store, keys.map(|key| put(key, "")).into());
    let under = |prefix: &[u8]| store.scan(&Range::prefix(prefix), 9, Direction::Forward).unwrap().entries.len();
    assert_eq!(under(&[0xFE, 0xFF]), 2);
    assert_eq!(under(&[0xFE]), 2);
    assert_eq!(under(&[0xFF]), 4);
    assert_eq!(under(&[0xFF, 0xFF]), 2);
    assert_eq!(under(&[]), 6);
    assert_eq!(store.scan(&Range::prefix(&[0xFF, 0xFF]), 1, Direction::Backward).unwrap().entries[0].key, [0xFF, 0xFF, 1]);
}

fn a_commit_is_seen_whole(Fixture { store, .. }: &Fixture) {
    let keys: Vec<String> = (0..60).map(|number| format!("k{number:02}")).collect();
    let round = |number: u32| keys.iter().map(|key| put(key.as_str(), number.to_be_bytes())).collect::<Vec<_>>();
    write(&**store, round(0));
    thread::scope(|scope| {
        let writer = scope.spawn(|| (1..60).map(|number| write(&**store, round(number))).max());
        while !writer.is_finished() {
            let page = store.scan(&everything(), usize::MAX, Direction::Backward).unwrap();
            assert_eq!(page.entries.len(), keys.len());
            assert!(page.entries.iter().all(|entry| entry.value == page.entries[0].value && entry.rev == page.entries[0].rev));
        }
    });
}

fn concurrent_counting_loses_nothing(Fixture { store, .. }: &Fixture) {
    const EACH: u64 = 40;
    let conflicts: u64 = thread::scope(|scope| {
        let counters: Vec<_> = (0..4_u8).map(|thread| scope.spawn(move || count_up(&**store, thread, EACH))).collect();
        counters.into_iter().map(|counter| counter.join().unwrap()).sum()
    });
    let total = store.get(b"counter").unwrap().unwrap();
    assert_eq!(total.value.bytes, (4 * EACH).to_be_bytes(), "{conflicts} conflicts");
    let numbers = store.scan(&Range::prefix(b"n/"), usize::MAX, Direction::Forward).unwrap().entries;
    let expected: Vec<Vec<u8>> = (1..=4 * EACH).map(|number| [b"n/".to_vec(), number.to_be_bytes().to_vec()].concat()).collect();
    assert_eq!(numbers.iter().map(|entry| entry.key.clone()).collect::<Vec<_>>(), expected);
    assert!(numbers.is_sorted_by_key(|entry| entry.rev), "numbers are given in the order of revisions");
}

/// Draws `each` numbers from the counter; tells how often somebody else was faster.
fn count_up(store: &dyn Store, thread: u8, each: u64) -> u64 {
    let (mut drawn, mut conflicts) = (0, 0);
    while drawn < each {
        let now = store.get(b"counter").unwrap();
        let rev = now.as_ref().map_or(0, |entry| entry.rev);
        let next = 1 + now.map_or(0, |entry| u64::from_be_bytes(entry.value.bytes.try_into().unwrap()));
        let number = [b"n/".to_vec(), next.to_be_bytes().to_vec()].concat();
        let draw = commit(vec![check("counter", rev)], vec![put("counter", next.to_be_bytes()), put(number, [thread])]);
        match store.commit(&draw).unwrap() {
            Outcome::Committed(_) => drawn += 1,
            Outcome::Conflict { .. } => conflicts += 1,
        }
    }
    conflicts
}

fn changes_tell_keys_under_a_prefix(Fixture { store, .. }: &Fixture) {
    let first = write(&**store, vec![put("m/1", ""), put("x", "")]);
    let second = write(&**store, vec![put("m/2", ""), delete("m/1")]);
    let since = |prefix: &str, rev| match store.changes(prefix.as_bytes(), rev, Duration::ZERO).unwrap() {
        Changes::Keys { at, keys } => {
            assert_eq!(at, second);
            let mut keys: Vec<_> = keys.into_iter().map(|key| String::from_utf8(key).unwrap()).collect();
            keys.sort();
            keys
        }
        Changes::Lagged { .. } => panic!("the feed remembers two commits"),
    };
    assert_eq!(since("", 0), ["m/1", "m/2", "x"]);
    assert_eq!(since("m/", 0), ["m/1", "m/2"]);
    assert_eq!(since("m/", first), ["m/1", "m/2"]);
    assert_eq!(since("x", first), [""; 0]);
    assert_eq!(since("m/", second), [""; 0]);
}

fn changes_wait_for_a_commit(Fixture { store, .. }: &Fixture) {
    let rev = write(&**store, vec![put("m/1", "")]);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| store.changes(b"m/", rev, Duration::MAX).unwrap());
        write(&**store, vec![put("x", "")]);
        let awaited = write(&**store, vec![put("m/2", "")]);
        assert_eq!(waiter.join().unwrap(), Changes::Keys { at: awaited, keys: vec![b"m/2".to_vec()] });
    });
    let now = store.revision();
    assert_eq!(store.changes(b"m/", now, Duration::from_millis(1)).unwrap(), Changes::Keys { at: now, keys: vec![] });
}

fn changes_from_nowhere_lag(Fixture { store, .. }: &Fixture) {
    assert_eq!(store.changes(b"", 5, Duration::MAX).unwrap(), Changes::Lagged { at: 0 });
    let rev = write(&**store, vec![put("k", "")]);
    assert_eq!(store.changes(b"", rev + 1, Duration::MAX).unwrap(), Changes::Lagged { at: rev });
}

fn a_sync_succeeds(Fixture { store, .. }: &Fixture) {
    store.sync().unwrap();
    write(&**store, vec![put("k", "")]);
    store.sync().unwrap();
    store.sync().unwrap();
}
