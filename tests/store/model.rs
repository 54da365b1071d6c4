//! Random histories, compared with a map.

use std::collections::BTreeMap;

use lichhop::store::{MemoryStore, SledStore};
use lichhop::usecase::ports::{Check, Commit, Direction, Operation, Outcome, Range, Rev, Store};
use proptest::collection::vec;
use proptest::prelude::*;
use tempfile::TempDir;

use super::kept::Kept;
use super::{all, check, delete, put, raw};

#[derive(Debug, Clone)]
enum Step {
    /// Writes some keys after checking others, rightly unless `stale`.
    Commit {
        writes: BTreeMap<u8, Option<(u8, usize)>>,
        checks: Vec<u8>,
        stale: bool,
    },
    Scan {
        from: u8,
        to: Option<u8>,
        limit: usize,
        backward: bool,
    },
    Sync,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let size = prop_oneof![8 => 0_usize..200, 2 => 3_900_usize..20_000, 1 => 60_000_usize..120_000];
    let write = prop_oneof![3 => (any::<u8>(), size).prop_map(Some), 1 => Just(None)];
    let commit = (prop::collection::btree_map(any::<u8>(), write, 0..12), vec(any::<u8>(), 0..4), prop::bool::weighted(0.2))
        .prop_map(|(writes, checks, stale)| Step::Commit { writes, checks, stale });
    let scan = (any::<u8>(), any::<Option<u8>>(), 0_usize..40, any::<bool>()).prop_map(|(from, to, limit, backward)| Step::Scan {
        from,
        to,
        limit,
        backward,
    });
    vec(prop_oneof![8 => commit, 4 => scan, 2 => Just(Step::Sync), 1 => Just(Step::Reopen)], 1..60)
}

/// Keys of several lengths, some the beginnings of others.
fn key(number: u8) -> Vec<u8> {
    let mut key = vec![number >> 4];
    key.resize(1 + usize::from(number & 0xF), if number & 1 == 0 { 0 } else { 0xFF });
    key
}

#[derive(Default)]
struct Model {
    rev: Rev,
    entries: BTreeMap<Vec<u8>, (Rev, Vec<u8>)>,
}

impl Model {
    fn commit(&mut self, store: &dyn Store, step: &Step) {
        let Step::Commit { writes, checks, stale } = step else { return };
        let mut checks: Vec<Check> = checks.iter().map(|number| check(key(*number), self.rev_of(&key(*number)))).collect();
        let mut broken = None;
        if *stale && let Some(last) = checks.last_mut() {
            last.rev += 1;
            broken = Some(last.key.clone());
        }
        let mut operations: BTreeMap<Vec<u8>, Operation> = BTreeMap::new();
        for (number, write) in writes {
            let operation = write.map_or_else(|| delete(key(*number)), |(byte, size)| put(key(*number), vec![byte; size]));
            operations.insert(key(*number), operation);
        }
        let commit = Commit { checks, operations: operations.into_values().collect() };
        if commit.validate().is_err() {
            assert!(store.commit(&commit).is_err());
            return;
        }
        let outcome = store.commit(&commit).unwrap();
        if let Some(key) = broken {
            assert_eq!(outcome, Outcome::Conflict { key });
            return;
        }
        self.rev += Rev::from(!commit.operations.is_empty());
        assert_eq!(outcome, Outcome::Committed(self.rev));
        for operation in commit.operations {
            match operation {
                Operation::Put { key, value } => drop(self.entries.insert(key, (self.rev, value.bytes))),
                Operation::Delete { key } => drop(self.entries.remove(&key)),
            }
        }
    }

    fn rev_of(&self, key: &[u8]) -> Rev {
        self.entries.get(key).map_or(0, |(rev, _)| *rev)
    }

    fn scan(&self, store: &dyn Store, step: &Step) {
        let Step::Scan { from, to, limit, backward } = step else { return };
        let range = Range { start: key(*from), end: to.map(key) };
        let mut expected: Vec<_> = self.entries.iter().filter(|(key, _)| range.contains(key)).collect();
        if *backward {
            expected.reverse();
        }
        let more = expected.len() > *limit;
        expected.truncate(*limit);
        let direction = if *backward { Direction::Backward } else { Direction::Forward };
        let page = store.scan(&range, *limit, direction).unwrap();
        assert_eq!(page.more, more);
        assert_eq!(page.entries.len(), expected.len());
        for (found, (key, (rev, bytes))) in page.entries.iter().zip(expected) {
            assert!(found.key == *key && found.rev == *rev && found.value == raw(bytes.clone()), "at {key:?}");
        }
    }

    fn is(&self, store: &dyn Store) {
        assert_eq!(store.revision(), self.rev);
        let found = all(store);
        assert_eq!(found.len(), self.entries.len());
        for (entry, (key, (rev, bytes))) in found.iter().zip(&self.entries) {
            assert!(entry.key == *key && entry.rev == *rev && entry.value.bytes == *bytes, "at {key:?}");
            assert_eq!(store.get(key).unwrap().as_ref(), Some(entry));
        }
    }
}

fn run<S: Store>(steps: &[Step], mut store: S, mut reopen: impl FnMut(S) -> S) {
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Commit { .. } => model.commit(&store, step),
            Step::Scan { .. } => model.scan(&store, step),
            Step::Sync => store.sync().unwrap(),
            Step::Reopen => {
                store = reopen(store);
                model.is(&store);
            }
        }
    }
    model.is(&store);
}

fn stays<S: Kept>(steps: &[Step]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    run(steps, S::whole(&dir), |store| {
        drop(store);
        S::whole(&dir)
    });
    S::whole(&dir).verify().unwrap();
    dir
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memory_is_a_map(steps in steps()) {
        run(&steps, MemoryStore::new(), |store| store);
    }

    #[test]
    fn sled_is_a_map_that_stays(steps in steps()) {
        let dir = stays::<SledStore>(&steps);
        let spilled = std::fs::read_dir(dir.path().join("blobs")).unwrap().count();
        prop_assert_eq!(spilled, 0, "pages in files of their own are never synced");
    }

    #[cfg(feature = "redb")]
    #[test]
    fn redb_is_a_map_that_stays(steps in steps()) {
        stays::<lichhop::store::RedbStore>(&steps);
    }
}
