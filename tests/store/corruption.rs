//! Files damaged at random places: what is read is right, or the damage is named. Never a panic, never a wrong value.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lichhop::store::SledStore;
use lichhop::usecase::ports::{Direction, StoreError};

use super::kept::Kept;
use super::{delete, everything, put, write};

type Expected = BTreeMap<Vec<u8>, Vec<u8>>;

const ROUNDS: u64 = 150;

/// `SplitMix64`: the same kinds of damage in every run, though the engine lays its files out differently each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let number = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % sides as u64).unwrap()
    }
}

/// A store that was opened twice (sled's log lies on both sides of its snapshot), with overwritten, removed and large values.
fn original<S: Kept>(dir: &Path) -> Expected {
    let (mut expected, mut dice) = (Expected::new(), Dice(1));
    for _ in 0..2 {
        let (store, _) = S::open(dir).unwrap();
        for _ in 0..60 {
            let mut operations = BTreeMap::new();
            for _ in 0..=dice.roll(6) {
                let key = format!("k/{:03}", dice.roll(200)).into_bytes();
                let size = if dice.roll(12) == 0 { 20_000 } else { dice.roll(400) };
                let bytes = vec![u8::try_from(dice.roll(256)).unwrap(); size];
                operations.insert(key, (dice.roll(6) > 0).then_some(bytes));
            }
            for (key, bytes) in &operations {
                match bytes {
                    Some(bytes) => drop(expected.insert(key.clone(), bytes.clone())),
                    None => drop(expected.remove(key)),
                }
            }
            let operations =
                operations.into_iter().map(|(key, bytes)| bytes.map_or_else(|| delete(key.clone()), |bytes| put(key.clone(), bytes)));
            write(&store, operations.collect());
        }
        store.sync().unwrap();
    }
    expected
}

fn damage(path: &Path, dice: &mut Dice) -> String {
    let mut bytes = fs::read(path).unwrap();
    let at = dice.roll(bytes.len());
    let what = match dice.roll(5) {
        0 | 1 => {
            bytes[at] ^= 1 << dice.roll(8);
            format!("bit flipped at {at}")
        }
        2 => {
            let end = bytes.len().min(at + 4096);
            bytes[at..end].fill(0);
            format!("zeros from {at} to {end}")
        }
        3 => {
            let end = bytes.len().min(at + 512);
            bytes[at..end].iter_mut().for_each(|byte| *byte = u8::try_from(dice.roll(256)).unwrap());
            format!("noise from {at} to {end}")
        }
        _ => {
            bytes.truncate(at);
            format!("cut off at {at}")
        }
    };
    fs::write(path, bytes).unwrap();
    what
}

/// Reads all there is in every way; `Err` names the damage.
fn read_all<S: Kept>(dir: &Path, expected: &Expected) -> Result<(), StoreError> {
    let (store, _) = S::open(dir)?;
    let mut named = store.verify().err();
    for (key, bytes) in expected {
        match store.get(key) {
            Ok(found) => assert_eq!(found.as_ref().map(|entry| &entry.value.bytes), Some(bytes), "wrong at {}", key.escape_ascii()),
            Err(error) => drop(named.get_or_insert(error)),
        }
    }
    for direction in [Direction::Forward, Direction::Backward] {
        match store.scan(&everything(), usize::MAX, direction) {
            Ok(page) => assert!(page.entries.len() == expected.len(), "entries are missing"),
            Err(error) => drop(named.get_or_insert(error)),
        }
    }
    named.map_or(Ok(()), Err)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("blobs")).unwrap();
    for found in fs::read_dir(from).unwrap().map(Result::unwrap).filter(|found| found.file_type().unwrap().is_file()) {
        fs::copy(found.path(), to.join(found.file_name())).unwrap();
    }
}

/// Whether the damage done to `dir` is named; if not, nothing is missing.
fn is_noticed<S: Kept>(dir: &Path, expected: &Expected, what: &str) -> bool {
    match read_all::<S>(dir, expected) {
        Ok(()) => false,
        Err(StoreError::Corrupt(words) | StoreError::Unknown(words)) if !words.is_empty() => true,
        Err(other) => panic!("{what}: {other}"),
    }
}

#[test]
fn damaged_files_give_right_values_or_named_errors() {
    let home = tempfile::tempdir().unwrap();
    let source = home.path().join("original");
    let expected = original::<SledStore>(&source);
    // One half of the rounds starts from a log that nobody has read since it was written.
    let read_since = home.path().join("read");
    copy(&source, &read_since);
    read_all::<SledStore>(&read_since, &expected).unwrap();
    let (mut dice, mut noticed) = (Dice(2), 0);
    for round in 0..ROUNDS {
        let dir = home.path().join(format!("{round}"));
        copy(if round % 2 == 0 { &source } else { &read_since }, &dir);
        let snapshot = fs::read_dir(&dir).unwrap().map(|found| found.unwrap().path()).find(|path| path.to_str().unwrap().contains("snap."));
        let file = match dice.roll(8) {
            0 => snapshot.unwrap(),
            1 => dir.join("conf"),
            2 | 3 => {
                fs::remove_file(snapshot.unwrap()).unwrap();
                dir.join("db")
            }
            _ => dir.join("db"),
        };
        let what = format!("round {round}: {} {}", file.file_name().unwrap().display(), damage(&file, &mut dice));
        noticed += u64::from(is_noticed::<SledStore>(&dir, &expected, &what));
        fs::remove_dir_all(dir).unwrap();
    }
    assert!(noticed > ROUNDS / 4, "only {noticed} of {ROUNDS} damages were noticed: too much of the files is idle");
}

#[cfg(feature = "redb")]
#[test]
fn a_damaged_file_of_redb_gives_right_values_or_named_errors() {
    use lichhop::usecase::ports::Store;

    type Redb = lichhop::store::RedbStore;
    let home = tempfile::tempdir().unwrap();
    let [closed, read_since, crashed] = ["closed", "read", "crashed"].map(|name| home.path().join(name));
    let expected = original::<Redb>(&closed);
    // A file is closed after writing, or read once since then, so that its entries need not be read again, or not closed.
    copy(&closed, &read_since);
    read_all::<Redb>(&read_since, &expected).unwrap();
    let source = home.path().join("source");
    copy(&closed, &source);
    let (store, _) = Redb::open(&source).unwrap();
    write(&store, vec![put("last", "")]);
    store.sync().unwrap();
    copy(&source, &crashed);
    drop(store);
    let (mut dice, mut noticed) = (Dice(3), 0);
    for round in 0..2 * ROUNDS {
        let dir = home.path().join(format!("{round}"));
        let mut expected = expected.clone();
        match round % 3 {
            0 => copy(&closed, &dir),
            1 => copy(&read_since, &dir),
            _ => {
                copy(&crashed, &dir);
                expected.insert(b"last".to_vec(), Vec::new());
            }
        }
        let file = dir.join(Redb::FILE);
        // The header is small and matters most.
        let what = match dice.roll(4) {
            0 => damage_header(&file, &mut dice),
            _ => damage(&file, &mut dice),
        };
        noticed += u64::from(is_noticed::<Redb>(&dir, &expected, &format!("round {round}: {what}")));
        // A second start knows no less than the first.
        is_noticed::<Redb>(&dir, &expected, &format!("round {round}, again: {what}"));
        fs::remove_dir_all(dir).unwrap();
    }
    assert!(noticed > ROUNDS / 2, "only {noticed} of {} damages were noticed: too much of the file is idle", 2 * ROUNDS);
}

#[cfg(feature = "redb")]
fn damage_header(path: &Path, dice: &mut Dice) -> String {
    const HEADER: usize = 320;
    let mut bytes = fs::read(path).unwrap();
    let (at, length) = (dice.roll(HEADER), dice.roll(64));
    match dice.roll(3) {
        0 => bytes[at] ^= 1 << dice.roll(8),
        1 => bytes[at..at + length].fill(0),
        _ => bytes[at..at + length].iter_mut().for_each(|byte| *byte = u8::try_from(dice.roll(256)).unwrap()),
    }
    fs::write(path, bytes).unwrap();
    format!("header changed at {at}, {length} bytes")
}
