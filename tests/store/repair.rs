//! What sled's start puts right.

use std::fs;
use std::path::{Path, PathBuf};

use lichhop::store::{Repair, SledStore};
use lichhop::usecase::ports::Store;

use super::{all, put, write};

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
        let folder = Path::new(folder);
        assert_eq!(folder, dir.path().join("damaged-1"));
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
