//! What lies beside the log: its index, its parameters, the mark, the note of the folder in use, the folders themselves.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::Base::{Closed, Killed, Read, Renewed};
use super::Ends::{Refused, Told, Whole};
use super::log::without_snapshots;
use super::{Base, Case, Ends, change, copy, store};

fn case(name: &'static str, base: Base, harm: fn(&Path), ends: Ends) -> Case {
    Case { name, base, harm, ends }
}

fn snapshot(state: &Path) -> PathBuf {
    let is_one = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("snap.");
    fs::read_dir(store(state)).unwrap().map(|found| found.unwrap().path()).find(is_one).unwrap()
}

fn mark(state: &Path, harm: impl FnOnce(&mut Vec<u8>)) {
    change(&store(state).join("mark"), harm);
}

/// Notes another revision as safe, with a checksum that holds.
fn marked(state: &Path, other: fn(u64) -> u64) {
    mark(state, |bytes| {
        let rev = u64::from_be_bytes(bytes[..8].try_into().unwrap());
        bytes[..8].copy_from_slice(&other(rev).to_be_bytes());
        let sum = crc32c::crc32c(&bytes[..24]).to_be_bytes();
        bytes[24..].copy_from_slice(&sum);
    });
}

fn conf(state: &Path, text: impl AsRef<[u8]>) {
    fs::write(store(state).join("conf"), text).unwrap();
}

fn note(state: &Path, bytes: impl AsRef<[u8]>) {
    fs::write(state.join("store.now"), bytes).unwrap();
}

fn loops(path: &Path) {
    fs::remove_file(path).unwrap();
    symlink(path.file_name().unwrap(), path).unwrap();
}

/// What lay in a snapshot's place before more was written.
fn an_older_snapshot(state: &Path) {
    without_snapshots(state);
    for found in fs::read_dir(state.join("earlier")).unwrap().map(Result::unwrap) {
        if found.file_name().to_str().unwrap().starts_with("snap.") {
            fs::copy(found.path(), store(state).join(found.file_name())).unwrap();
        }
    }
}

fn two_snapshots(state: &Path) {
    let newest = snapshot(state);
    an_older_snapshot_beside(state);
    assert!(newest.exists());
}

fn an_older_snapshot_beside(state: &Path) {
    for found in fs::read_dir(state.join("earlier")).unwrap().map(Result::unwrap) {
        if found.file_name().to_str().unwrap().starts_with("snap.") {
            fs::copy(found.path(), store(state).join(found.file_name())).unwrap();
        }
    }
}

/// A folder of another number, which somebody had begun to fill or which was in use.
fn another(state: &Path, number: u32, unfinished: bool) {
    let folder = state.join(format!("store-{number}"));
    copy(&state.join("earlier"), &folder);
    if unfinished {
        fs::write(folder.join("unfinished"), "").unwrap();
    }
}

fn a_file_in_place_of(path: &Path) {
    fs::remove_dir_all(path).unwrap();
    fs::write(path, "x").unwrap();
}

fn snapshots() -> Vec<Case> {
    let mut cases = Vec::new();
    for base in [Closed, Killed, Read] {
        cases.extend([
            case("snapshot missing", base, without_snapshots, Whole),
            case("snapshot empty", base, |state| change(&snapshot(state), Vec::clear), Whole),
            case("snapshot cut to a half", base, |state| change(&snapshot(state), |bytes| bytes.truncate(bytes.len() / 2)), Whole),
            case("a bit in the snapshot", base, |state| change(&snapshot(state), |bytes| bytes[7] ^= 4), Whole),
            case(
                "an unfinished snapshot left",
                base,
                |state| {
                    fs::write(store(state).join("snap.0000000000FFFFFF.generating"), "half").unwrap();
                },
                Whole,
            ),
            case("two snapshots", base, two_snapshots, Whole),
            case("an older snapshot and a newer log", base, an_older_snapshot, Whole),
        ]);
    }
    cases
}

fn parameters() -> Vec<Case> {
    vec![
        case("parameters missing", Closed, |state| fs::remove_file(store(state).join("conf")).unwrap(), Whole),
        case("parameters garbage", Closed, |state| conf(state, [0xFF; 40]), Whole),
        case("parameters empty", Closed, |state| conf(state, ""), Whole),
        case("other parameters", Closed, |state| change(&store(state).join("conf"), |bytes| bytes[14] = b'6'), Whole),
        case("mark missing", Closed, |state| fs::remove_file(store(state).join("mark")).unwrap(), Whole),
        case("mark garbage", Closed, |state| mark(state, |bytes| bytes.fill(7)), Whole),
        case("mark cut", Closed, |state| mark(state, |bytes| bytes.truncate(9)), Whole),
        case("mark empty", Closed, |state| mark(state, Vec::clear), Whole),
        case("mark from the future", Closed, |state| marked(state, |rev| rev + 5), Told(&["revision", "made safe"])),
        case("mark from the end of time", Read, |state| marked(state, |_| u64::MAX), Told(&["revision", "made safe"])),
        case("mark lags behind", Closed, |state| marked(state, |rev| rev - 3), Whole),
        case(
            "mark of before",
            Killed,
            |state| {
                fs::copy(state.join("earlier/mark"), store(state).join("mark")).unwrap();
            },
            Whole,
        ),
        case(
            "log that cannot be read",
            Closed,
            |state| loops(&store(state).join("db")),
            Refused(74, &["/store", "os error", "permissions"]),
        ),
        case(
            "mark that cannot be read",
            Closed,
            |state| loops(&store(state).join("mark")),
            Refused(74, &["/store", "os error", "permissions"]),
        ),
        case(
            "a folder in the log's place",
            Closed,
            |state| {
                fs::remove_file(store(state).join("db")).unwrap();
                fs::create_dir(store(state).join("db")).unwrap();
            },
            Refused(74, &["/store", "permissions"]),
        ),
    ]
}

fn folders() -> Vec<Case> {
    let names_nothing = || Told(&["store.now", "names no folder"]);
    vec![
        case("note missing beside store-2", Renewed, |state| fs::remove_file(state.join("store.now")).unwrap(), Told(&["store-2"])),
        case("note names a missing folder", Renewed, |state| note(state, "store-7\n"), Told(&["store-7", "is not there"])),
        case("note names the first folder, which is gone", Renewed, |state| note(state, "store\n"), Told(&["store.now", "store-2"])),
        case("note garbage", Renewed, |state| note(state, "?!"), names_nothing()),
        case("note empty", Renewed, |state| note(state, ""), names_nothing()),
        case("note not in UTF-8", Renewed, |state| note(state, [0xFF, 0xFE]), names_nothing()),
        case("note leads elsewhere", Renewed, |state| note(state, "../earlier"), names_nothing()),
        case(
            "a folder in the note's place",
            Renewed,
            |state| {
                fs::remove_file(state.join("store.now")).unwrap();
                fs::create_dir(state.join("store.now")).unwrap();
            },
            Refused(74, &["store.now", "permissions"]),
        ),
        case("note that cannot be read", Renewed, |state| loops(&state.join("store.now")), Refused(74, &["store.now", "permissions"])),
        case("an older folder beside the one in use", Renewed, |state| copy(&state.join("earlier"), &state.join("store")), Whole),
        case("an unfinished note", Renewed, |state| fs::write(state.join("store.now.new"), "sto").unwrap(), Whole),
        case("an unfinished folder", Closed, |state| another(state, 2, true), Whole),
        case("a newer folder that the note does not name", Closed, |state| another(state, 2, false), Told(&["store.now", "store-2"])),
        case("a note of before", Renewed, |state| another(state, 3, false), Told(&["store.now", "store-3"])),
        case("a file in place of the store", Closed, |state| a_file_in_place_of(&state.join("store")), Told(&["is not a folder"])),
        case(
            "a file in place of the renewed store",
            Renewed,
            |state| a_file_in_place_of(&state.join("store-2")),
            Told(&["is not a folder"]),
        ),
        case(
            "the folder of the store in use gone",
            Renewed,
            |state| fs::remove_dir_all(state.join("store-2")).unwrap(),
            Told(&["is not there"]),
        ),
        case(
            "the folder of the store gone",
            Closed,
            |state| fs::remove_dir_all(state.join("store")).unwrap(),
            Refused(78, &["lichhop restore"]),
        ),
        case(
            "the folder of the store empty",
            Closed,
            |state| {
                fs::remove_dir_all(state.join("store")).unwrap();
                fs::create_dir(state.join("store")).unwrap();
            },
            Refused(78, &["lichhop restore"]),
        ),
        case("the engine's folder for blobs gone", Closed, |state| fs::remove_dir_all(store(state).join("blobs")).unwrap(), Whole),
        case(
            "a file of another engine",
            Closed,
            |state| fs::write(store(state).join("store.redb"), "x").unwrap(),
            Refused(74, &["two engines"]),
        ),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    [snapshots(), parameters(), folders()].into_iter().flatten().collect()
}
