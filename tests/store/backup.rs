//! Backups: one revision of a store that goes on being written; every changed byte of the file is noticed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use lichhop::domain::audit::{ChainHead, Digest};
use lichhop::store::backup::{Backup, BackupError, BackupWriter, Content, Header, write_lines};
use lichhop::store::local::Fresh;
use lichhop::store::{Copied, Copying, Engine, FileStore, LocalStore, SledStore};
use lichhop::usecase::ports::{Entry, Format, Operation, StoreError, Value};
use proptest::prelude::*;

use super::kept::Kept;
use super::{all, delete, put, write};

fn header() -> Header {
    Header { program: "0.1.0".into(), at: "2026-11-23T01:30:00Z".parse().unwrap(), schema: 1, store: None }
}

fn content(store: &dyn FileStore) -> Content {
    Content { standing: store.standing(), chain: ChainHead { sequence: 7, hash: Digest::of(b"head") } }
}

fn entries(backup: &Backup) -> Vec<Entry> {
    let mut found = BTreeMap::new();
    backup
        .each(|entries| {
            for entry in entries {
                assert!(found.insert(entry.key.clone(), entry).is_none(), "a key came twice");
            }
            Ok::<_, BackupError>(())
        })
        .unwrap();
    found.into_values().collect()
}

/// A backup of a store that `between` writes to whenever a page was read.
fn back_up(store: &Arc<impl FileStore + 'static>, file: File, mut between: impl FnMut(usize)) -> (File, Digest) {
    let mut copying = Copying::begin(store.clone());
    let mut writer = BackupWriter::begin(file, &header()).unwrap();
    for page in 0.. {
        let entries = copying.next_page().unwrap();
        if entries.is_empty() {
            break;
        }
        writer.entries(&entries).unwrap();
        between(page);
    }
    copying
        .catch_up(|changed| {
            writer.changed(&changed).unwrap();
            Ok::<_, StoreError>(())
        })
        .unwrap();
    writer.changed(&copying.last().unwrap()).unwrap();
    writer.finish(content(&**store)).unwrap()
}

fn temporary() -> File {
    tempfile::tempfile().unwrap()
}

fn read(file: &File) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut file = file.try_clone().unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

fn reread(bytes: &[u8]) -> Result<Backup, BackupError> {
    let mut file = temporary();
    file.write_all(bytes).unwrap();
    Backup::read(file)
}

fn key(number: u32) -> Vec<u8> {
    format!("k/{number:06}").into_bytes()
}

/// A store of `count` entries of many lengths.
fn filled<S: Kept>(dir: &tempfile::TempDir, count: u32) -> Arc<S> {
    let store = Arc::new(S::whole(dir));
    for start in (0..count).step_by(50) {
        let puts = (start..count.min(start + 50)).map(|n| put(key(n), vec![7; (n as usize * 37) % 6000]));
        write(&*store, puts.collect());
    }
    store.sync().unwrap();
    store
}

fn a_backup_is_one_revision_of_a_store_that_goes_on_being_written<S: Kept>() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled::<S>(&dir, 2000);
    let writing = store.clone();
    let (file, _) = back_up(&store, temporary(), move |page| {
        // Before the page and behind it, new ones and old ones, and some that go.
        let page = u32::try_from(page).unwrap();
        for n in (page..2000).step_by(97) {
            write(&*writing, vec![put(key(n), format!("changed {page}")), delete(key(1999 - n)), put(key(5000 + page * 10 + n), "new")]);
        }
    });
    let backup = Backup::read(file).unwrap();
    assert_eq!((backup.content.standing, backup.header.clone()), (store.standing(), header()));
    assert_eq!(entries(&backup), all(&*store));
}

fn what_was_backed_up_stands_at_the_same_in_a_fresh_store<S: Kept>() {
    let (dir, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = filled::<S>(&dir, 700);
    write(&*store, vec![delete(key(3)), put(vec![0xFF; 500], vec![1; 250_000])]);
    let (file, _) = back_up(&store, temporary(), |_| {});
    let backup = Backup::read(file).unwrap();
    // Into either engine.
    for engine in engines() {
        let target = state.path().join(format!("{engine:?}"));
        let fresh = Fresh::make(&target, engine).unwrap();
        backup
            .each(|entries| {
                let copied: Vec<Copied> = entries.into_iter().map(Copied::Is).collect();
                fresh.adopt(&copied, backup.content.standing.rev).map_err(BackupError::from)
            })
            .unwrap();
        assert_eq!(fresh.store().verify().unwrap(), store.standing());
        assert!(!LocalStore::is_there(&target).unwrap(), "not before it took its place");
        fresh.take_place(&target).unwrap();
        let (local, repairs) = LocalStore::open(&target, Engine::default()).unwrap();
        assert_eq!((local.standing(), repairs, local.engine().unwrap()), (store.standing(), vec![], engine));
        assert_eq!(all(&local), all(&*store));
        // It goes on from there.
        assert_eq!(write(&local, vec![put("more", "")]), store.revision() + 1);
    }
}

fn engines() -> Vec<Engine> {
    #[cfg(feature = "redb")]
    return vec![Engine::Sled, Engine::Redb];
    #[cfg(not(feature = "redb"))]
    vec![Engine::Sled]
}

#[test]
fn a_backup_of_sled_is_one_revision() {
    a_backup_is_one_revision_of_a_store_that_goes_on_being_written::<SledStore>();
}

#[test]
fn a_backup_of_sled_is_taken_back() {
    what_was_backed_up_stands_at_the_same_in_a_fresh_store::<SledStore>();
}

#[cfg(feature = "redb")]
#[test]
fn a_backup_of_redb_is_one_revision() {
    a_backup_is_one_revision_of_a_store_that_goes_on_being_written::<lichhop::store::RedbStore>();
}

#[cfg(feature = "redb")]
#[test]
fn a_backup_of_redb_is_taken_back() {
    what_was_backed_up_stands_at_the_same_in_a_fresh_store::<lichhop::store::RedbStore>();
}

#[test]
fn a_store_that_is_written_faster_than_it_is_copied_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled::<SledStore>(&dir, 600);
    let mut copying = Copying::begin(store.clone());
    copying.next_page().unwrap();
    for n in 0..5000 {
        write(&*store, vec![put(key(n), "x")]);
    }
    assert!(matches!(copying.next_page(), Err(StoreError::Unavailable(why)) if why.contains("faster")));
}

/// A small backup with every kind of block.
fn small() -> (Vec<u8>, Digest) {
    let dir = tempfile::tempdir().unwrap();
    let store = filled::<SledStore>(&dir, 3);
    let writing = store.clone();
    let (file, digest) = back_up(&store, temporary(), |_| {
        write(&*writing, vec![put(key(1), "changed"), delete(key(2)), put(key(9), "new")]);
    });
    (read(&file), digest)
}

#[test]
fn every_changed_byte_of_a_backup_is_noticed_and_so_is_every_end() {
    let (bytes, digest) = small();
    let whole = reread(&bytes).unwrap();
    assert_eq!(whole.digest, digest);
    assert_eq!(entries(&whole).len(), 3);
    for at in 0..bytes.len() {
        for change in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= change;
            assert!(reread(&changed).is_err(), "byte {at} of {}", bytes.len());
        }
        assert!(reread(&bytes[..at]).is_err(), "an end at {at}");
    }
    let longer = [bytes.as_slice(), b"more"].concat();
    assert!(matches!(reread(&longer), Err(BackupError::Damaged { .. })));
    let twice = [bytes.as_slice(), bytes.as_slice()].concat();
    assert!(matches!(reread(&twice), Err(BackupError::Damaged { .. })));
}

#[test]
fn what_is_no_backup_is_called_so() {
    assert!(matches!(reread(b""), Err(BackupError::NotABackup)));
    assert!(matches!(reread(b"PK\x03\x04 and so on and so on"), Err(BackupError::NotABackup)));
    let (mut bytes, _) = small();
    bytes[15] = b'2';
    assert!(matches!(reread(&bytes), Err(BackupError::OtherFormat)));
    assert!(matches!(Backup::open(Path::new("/nowhere/at/all")), Err(BackupError::Io(_))));
}

#[test]
fn what_no_store_can_be_is_damage_whatever_its_checksums_say() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled::<SledStore>(&dir, 3);
    let made = |header: &Header, rev| {
        let mut content = content(&*store);
        content.standing.rev = rev;
        let (file, _) = BackupWriter::begin(temporary(), header).unwrap().finish(content).unwrap();
        Backup::read(file)
    };
    assert!(made(&header(), 7).is_ok());
    let end_of_time = Header { at: chrono::DateTime::<chrono::Utc>::MAX_UTC, ..header() };
    assert!(matches!(made(&end_of_time, 7), Err(BackupError::Damaged { .. })));
    for rev in [u64::MAX, (1 << 62) + 1] {
        assert!(matches!(made(&header(), rev), Err(BackupError::Damaged { .. })), "{rev}");
    }
}

#[test]
fn json_lines_say_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(SledStore::whole(&dir));
    let value = |format, bytes: &[u8]| Value { format, schema: 3, bytes: bytes.to_vec() };
    let puts = [
        (b"m/LH-1".to_vec(), value(Format::Json, "{\"title\":\"Họp\",\"n\":[1,2]}".as_bytes())),
        (b"x/\0\x07".to_vec(), value(Format::Raw, b"")),
        (b"e/1".to_vec(), value(Format::Raw, "Subject: Họp\r\n".as_bytes())),
        (b"e/2".to_vec(), value(Format::Raw, &[0xFF, 0xFE])),
    ];
    write(&*store, puts.map(|(key, value)| Operation::Put { key, value }).into());
    let (file, _) = back_up(&store, temporary(), |_| {});
    let mut lines = Vec::new();
    write_lines(&Backup::read(file).unwrap(), &mut lines).unwrap();
    let lines: Vec<serde_json::Value> =
        std::str::from_utf8(&lines).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[0]["backup"]["schema"], 1);
    assert_eq!(lines[1], serde_json::json!({"key": "e/1", "revision": 1, "schema": 3, "text": "Subject: Họp\r\n"}));
    assert_eq!(lines[2], serde_json::json!({"key": "e/2", "revision": 1, "schema": 3, "base64": "//4="}));
    assert_eq!(lines[3]["value"], serde_json::json!({"title": "Họp", "n": [1, 2]}));
    assert_eq!((&lines[4]["key"], &lines[4]["text"]), (&"x/\\x00\\x07".into(), &"".into()));
    assert_eq!(lines[5]["end"]["standing"]["entries"], 4);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_read_as_a_backup_panics(start in 0_usize..200, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (good, _) = small();
        let mixed = [&good[..start.min(good.len())], bytes.as_slice()].concat();
        if let Ok(backup) = reread(&mixed) {
            prop_assert_eq!(mixed, good);
            drop(backup);
        }
    }
}

#[test]
fn a_file_beside_the_store_is_left_alone() {
    let state = tempfile::tempdir().unwrap();
    for name in ["store.txt", "storeroom", "store-x", "store-1"] {
        fs::create_dir(state.path().join(name)).unwrap();
    }
    let (local, _) = LocalStore::open(state.path(), Engine::default()).unwrap();
    drop(local);
    assert_eq!(fs::read_dir(state.path()).unwrap().count(), 5);
}
