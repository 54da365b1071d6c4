//! What a start puts right, and what it refuses.

use std::fs;
use std::path::{Path, PathBuf};

use lichhop::store::{Repair, SledStore};
use lichhop::usecase::ports::{Store, StoreError};

use super::{all, delete, put, raw, write};

/// A store with entries on both sides of its latest snapshot.
fn filled(dir: &Path) -> usize {
    for round in 0..2 {
        let (store, _) = SledStore::open(dir).unwrap();
        for number in 0..40 {
            write(&store, vec![put(format!("k/{round}/{number}"), vec![number; 30 * usize::from(number)])]);
        }
        store.sync().unwrap();
    }
    80
}

fn snapshots(dir: &Path) -> Vec<PathBuf> {
    let names = fs::read_dir(dir).unwrap().map(|found| found.unwrap().path());
    names.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("snap.")).collect()
}

fn refusal(dir: &Path) -> String {
    match SledStore::open(dir) {
        Err(StoreError::Corrupt(what)) => what,
        other => panic!("expected damage, got {other:?}"),
    }
}

#[test]
fn a_reopened_store_keeps_revisions() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = SledStore::open(dir.path()).unwrap();
    let first = write(&store, vec![put("a", "1"), put("b", "1")]);
    let second = write(&store, vec![delete("b")]);
    drop(store);
    let (store, repairs) = SledStore::open(dir.path()).unwrap();
    assert_eq!(repairs, []);
    assert_eq!(store.revision(), second);
    assert_eq!(store.get(b"a").unwrap().unwrap().rev, first);
    assert_eq!(store.get(b"b").unwrap(), None);
    assert!(write(&store, vec![put("c", "1")]) > second);
    let verified = store.verify().unwrap();
    assert_eq!((verified.rev, verified.entries), (second + 1, 2));
}

#[test]
fn a_store_is_open_once() {
    let dir = tempfile::tempdir().unwrap();
    let (_store, _) = SledStore::open(dir.path()).unwrap();
    assert!(matches!(SledStore::open(dir.path()), Err(StoreError::Locked { pid: None })));
}

#[test]
fn an_unfinished_snapshot_is_removed_and_reported() {
    let dir = tempfile::tempdir().unwrap();
    let entries = filled(dir.path());
    let torn = dir.path().join("snap.00000000000FFFFF.generating");
    fs::write(&torn, b"torn").unwrap();
    let (store, repairs) = SledStore::open(dir.path()).unwrap();
    assert_eq!(repairs, [Repair::TornSnapshotRemoved { file: "snap.00000000000FFFFF.generating".into(), bytes: 4 }]);
    assert!(!torn.exists());
    assert_eq!(all(&store).len(), entries);
}

#[test]
fn a_damaged_snapshot_is_set_aside_and_nothing_is_lost() {
    let damages: [fn(&mut Vec<u8>); 3] = [|bytes| bytes[5] ^= 0x10, |bytes| bytes.truncate(9), |bytes| bytes.fill(0)];
    for damage in damages {
        let dir = tempfile::tempdir().unwrap();
        let entries = filled(dir.path());
        let [snapshot] = &snapshots(dir.path())[..] else { panic!("one snapshot is kept") };
        let mut bytes = fs::read(snapshot).unwrap();
        damage(&mut bytes);
        fs::write(snapshot, &bytes).unwrap();
        let (store, repairs) = SledStore::open(dir.path()).unwrap();
        let [Repair::SnapshotsSetAside { folder, files, why }] = &repairs[..] else { panic!("{repairs:?}") };
        assert!(!why.is_empty());
        assert_eq!(*folder, dir.path().join("damaged-1"));
        assert!(files.contains(&snapshot.file_name().unwrap().to_str().unwrap().to_owned()));
        assert_eq!(fs::read(folder.join(snapshot.file_name().unwrap())).unwrap(), bytes);
        assert!(folder.join("db").exists());
        assert_eq!(all(&store).len(), entries);
        drop(store);
        assert_eq!(SledStore::open(dir.path()).unwrap().1, []);
    }
}

#[test]
fn damaged_parameters_are_written_again() {
    let damages: [fn(&mut Vec<u8>); 4] =
        [|bytes| bytes[3] ^= 1, |bytes| bytes[14] ^= 1, |bytes| bytes.truncate(30), |bytes| *bytes = b"none".to_vec()];
    for damage in damages {
        let dir = tempfile::tempdir().unwrap();
        let entries = filled(dir.path());
        let mut bytes = fs::read(dir.path().join("conf")).unwrap();
        damage(&mut bytes);
        fs::write(dir.path().join("conf"), bytes).unwrap();
        let (store, repairs) = SledStore::open(dir.path()).unwrap();
        assert!(matches!(&repairs[..], [Repair::SnapshotsSetAside { .. }] | []), "{repairs:?}");
        assert_eq!(all(&store).len(), entries);
    }
}

#[test]
fn a_log_that_lost_its_end_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = SledStore::open(dir.path()).unwrap();
    write(&store, vec![put("a", "1")]);
    store.sync().unwrap();
    let early = fs::read(dir.path().join("db")).unwrap();
    let rev = write(&store, vec![put("b", "1")]);
    store.sync().unwrap();
    drop(store);
    fs::write(dir.path().join("db"), early).unwrap();
    for snapshot in snapshots(dir.path()) {
        fs::remove_file(snapshot).unwrap();
    }
    assert_eq!(refusal(dir.path()), format!("the store ends at revision {}, but revision {rev} had been made safe", rev - 1));
    refusal(dir.path());
}

#[test]
fn a_log_that_is_gone_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    fs::remove_file(dir.path().join("db")).unwrap();
    refusal(dir.path());
    refusal(dir.path());
}

#[test]
fn an_unreadable_mark_is_reported_and_written_anew() {
    for bytes in [&b""[..], b"short", &[7; 28], &[7; 99]] {
        let dir = tempfile::tempdir().unwrap();
        let entries = filled(dir.path());
        fs::write(dir.path().join("mark"), bytes).unwrap();
        let (store, repairs) = SledStore::open(dir.path()).unwrap();
        assert_eq!(repairs, [Repair::MarkUnreadable]);
        assert_eq!(all(&store).len(), entries);
        drop(store);
        assert_eq!(SledStore::open(dir.path()).unwrap().1, []);
    }
}

#[test]
fn large_values_are_whole_after_a_start_from_the_log_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = SledStore::open(dir.path()).unwrap();
    for number in 0..40_u8 {
        write(&store, vec![put([number], vec![number; 200_000])]);
    }
    write(&store, (0..40_u8).step_by(2).map(|number| delete([number])).collect());
    store.sync().unwrap();
    drop(store);
    assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0);
    let (store, _) = SledStore::open(dir.path()).unwrap();
    assert_eq!(all(&store).len(), 20);
    assert_eq!(store.get(&[39]).unwrap().unwrap().value, raw(vec![39; 200_000]));
}
