//! What only redb's file can suffer.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use lichhop::store::RedbStore;
use lichhop::usecase::ports::Store;

use super::all;
use super::kept::{Kept, filled, refusal};

#[test]
fn the_file_is_private() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("state/store");
    drop(RedbStore::open(&folder).unwrap());
    let mut names = Vec::new();
    for found in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        assert_eq!(found.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        names.push(found.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, [RedbStore::FILE, RedbStore::MARK]);
}

#[test]
fn a_making_that_broke_off_is_begun_anew() {
    for bytes in [&b""[..], b"redb, half", &[0; 10_000]] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(RedbStore::MARK), "").unwrap();
        fs::write(dir.path().join("store.redb.new"), bytes).unwrap();
        let store = RedbStore::whole(&dir);
        assert_eq!((store.revision(), all(&store).len()), (0, 0));
        assert!(!dir.path().join("store.redb.new").exists());
    }
}

#[test]
fn an_emptied_file_is_no_new_store() {
    let damages: [&[u8]; 3] = [b"", &[0; 4096], b"not a database at all"];
    for bytes in damages {
        for mark in [true, false] {
            let dir = tempfile::tempdir().unwrap();
            filled::<RedbStore>(&dir);
            fs::write(dir.path().join(RedbStore::FILE), bytes).unwrap();
            if !mark {
                fs::remove_file(dir.path().join(RedbStore::MARK)).unwrap();
            }
            refusal::<RedbStore>(&dir);
            refusal::<RedbStore>(&dir);
        }
    }
}

#[test]
fn a_file_that_is_gone_is_missed_by_an_unreadable_mark_too() {
    let dir = tempfile::tempdir().unwrap();
    filled::<RedbStore>(&dir);
    fs::remove_file(dir.path().join(RedbStore::FILE)).unwrap();
    fs::write(dir.path().join(RedbStore::MARK), "unreadable").unwrap();
    refusal::<RedbStore>(&dir);
}

#[test]
fn a_key_that_changed_is_noticed_by_a_start_that_reads_no_entries() {
    const KEY: &[u8] = b"k/1/39";
    let dir = tempfile::tempdir().unwrap();
    filled::<RedbStore>(&dir);
    // After this start nothing has been written, so that the next one trusts the entries, and redb its file.
    drop(RedbStore::whole(&dir));
    let file = dir.path().join(RedbStore::FILE);
    let mut bytes = fs::read(&file).unwrap();
    let places: Vec<usize> = bytes.windows(KEY.len()).enumerate().filter(|(_, found)| *found == KEY).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        // Still in its order, so that nothing but a checksum can tell.
        bytes[at + KEY.len() - 1] += 1;
    }
    fs::write(&file, bytes).unwrap();
    refusal::<RedbStore>(&dir);
    refusal::<RedbStore>(&dir);
}
