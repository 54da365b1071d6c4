//! The store of a state directory, and the changing of its folder.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use lichhop::store::local::Fresh;
use lichhop::store::{Copied, Copying, Engine, LocalStore};
use lichhop::usecase::ports::{Changes, Store as _, StoreError};

use super::{all, delete, put, write};

fn open(state: &Path) -> LocalStore {
    let (local, repairs) = LocalStore::open(state, Engine::default()).unwrap();
    assert_eq!(repairs, []);
    local
}

fn names(state: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(state).unwrap().map(|found| found.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// A copy of the store in a fresh folder, as it is now.
fn copy(local: &Arc<LocalStore>, state: &Path) -> Fresh {
    let fresh = Fresh::make(state, Engine::default()).unwrap();
    let mut copying = Copying::begin(local.clone());
    loop {
        let page = copying.next_page().unwrap();
        if page.is_empty() {
            break;
        }
        fresh.adopt(&page.into_iter().map(Copied::Is).collect::<Vec<_>>(), local.revision()).unwrap();
    }
    fresh.adopt(&copying.last().unwrap(), local.revision()).unwrap();
    fresh
}

#[test]
fn a_fresh_folder_takes_the_place_of_the_old_one_with_all_that_is_in_it() {
    let state = tempfile::tempdir().unwrap();
    let local = Arc::new(open(state.path()));
    for n in 0..2000 {
        write(&*local, vec![put(format!("k/{n}"), vec![1; 3000])]);
    }
    for n in 0..1990 {
        write(&*local, vec![delete(format!("k/{n}"))]);
    }
    local.sync().unwrap();
    let (before, held, standing) = (local.disk_bytes().unwrap(), all(&*local), local.standing());
    let fresh = copy(&local, state.path());
    local.renew(fresh).unwrap();
    assert_eq!((all(&*local), local.standing()), (held.clone(), standing));
    assert!(local.disk_bytes().unwrap() * 2 < before, "{} of {before}", local.disk_bytes().unwrap());
    // Whoever follows goes on from there.
    let later = write(&*local, vec![put("later", "x")]);
    let told = local.changes(b"", standing.rev, Duration::ZERO).unwrap();
    assert_eq!(told, Changes::Keys { at: later, keys: vec![b"later".to_vec()] });
    local.sync().unwrap();
    drop(local);
    assert_eq!(names(state.path()), ["store-2", "store.now"]);
    let local = open(state.path());
    assert_eq!(all(&local).len(), held.len() + 1);
    assert_eq!(local.revision(), standing.rev + 1);
}

#[test]
fn a_copy_that_is_not_the_same_does_not_take_the_place() {
    let state = tempfile::tempdir().unwrap();
    let local = Arc::new(open(state.path()));
    write(&*local, vec![put("a", "1")]);
    let fresh = copy(&local, state.path());
    write(&*local, vec![put("a", "2")]);
    assert!(matches!(local.renew(fresh), Err(StoreError::Corrupt(_))));
    assert_eq!(names(state.path()), ["store"]);
    assert_eq!(local.get(b"a").unwrap().unwrap().value.bytes, b"2");
}

#[test]
fn whoever_waits_for_changes_in_the_old_folder_is_told_to_load_afresh() {
    let state = tempfile::tempdir().unwrap();
    let local = Arc::new(open(state.path()));
    let rev = write(&*local, vec![put("a", "1")]);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| local.changes(b"", rev, Duration::MAX));
        local.renew(copy(&local, state.path())).unwrap();
        // Whether it waited in the old one or came to the new one.
        let next = write(&*local, vec![put("b", "1")]);
        let told = waiter.join().unwrap().unwrap();
        let seen = Changes::Keys { at: next, keys: vec![b"b".to_vec()] };
        assert!(told == Changes::Lagged { at: rev } || told == seen, "{told:?}");
    });
}

#[test]
fn those_who_read_meanwhile_read_whole_commits() {
    let state = tempfile::tempdir().unwrap();
    let local = Arc::new(open(state.path()));
    write(&*local, (0..50).map(|n| put(format!("k/{n:02}"), "00000000")).collect());
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    let found = all(&*local);
                    assert_eq!(found.len(), 50);
                    assert!(found.iter().all(|entry| entry.value == found[0].value), "half of a commit was seen");
                }
            });
        }
        for round in 0..20_u64 {
            write(&*local, (0..50).map(|n| put(format!("k/{n:02}"), format!("{round:08}"))).collect());
            local.renew(copy(&local, state.path())).unwrap();
        }
        done.store(true, Ordering::SeqCst);
    });
    assert_eq!(local.revision(), 21);
}

#[test]
fn what_an_interrupted_change_of_folders_leaves_is_swept_away() {
    let state = tempfile::tempdir().unwrap();
    let local = Arc::new(open(state.path()));
    write(&*local, vec![put("a", "1")]);
    local.sync().unwrap();
    let fresh = copy(&local, state.path());
    // As if the process ended here.
    std::mem::forget(fresh);
    drop(local);
    assert_eq!(names(state.path()), ["store", "store-2"]);
    let local = open(state.path());
    assert_eq!(names(state.path()), ["store"]);
    assert_eq!(all(&local).len(), 1);
}

#[test]
fn a_note_that_names_no_folder_is_damage_and_not_an_empty_store() {
    let state = tempfile::tempdir().unwrap();
    let local = Arc::new(open(state.path()));
    write(&*local, vec![put("a", "1")]);
    local.renew(copy(&local, state.path())).unwrap();
    drop(local);
    let note = state.path().join("store.now");
    for wrong in ["", "store-3\n", "store\n", "../store-2\n", "store-2/..\n", "store-1\n", "\u{ff}\n", "store-99999999999\n"] {
        fs::write(&note, wrong).unwrap();
        let opened = LocalStore::open(state.path(), Engine::default()).map(drop);
        // One that names the first folder, which is gone, finds nothing there; nobody takes that for a new store either.
        if wrong == "store\n" {
            assert!(matches!(LocalStore::is_there(state.path()), Err(StoreError::Corrupt(_))), "{wrong:?}");
        }
        assert!(matches!(opened, Err(StoreError::Corrupt(_))), "{wrong:?}: {opened:?}");
    }
    fs::write(&note, [0xFF, 0xFE]).unwrap();
    assert!(matches!(LocalStore::is_there(state.path()), Err(StoreError::Corrupt(_))));
    fs::write(&note, "store-2\n").unwrap();
    assert_eq!(all(&open(state.path())).len(), 1);
}

#[test]
fn a_lost_note_costs_no_folder() {
    let state = tempfile::tempdir().unwrap();
    let local = Arc::new(open(state.path()));
    write(&*local, vec![put("a", "1")]);
    local.renew(copy(&local, state.path())).unwrap();
    drop(local);
    fs::remove_file(state.path().join("store.now")).unwrap();
    assert!(matches!(LocalStore::is_there(state.path()), Err(StoreError::Corrupt(why)) if why.contains("store-2")));
    assert!(matches!(LocalStore::open(state.path(), Engine::default()).map(drop), Err(StoreError::Corrupt(_))));
    assert_eq!(names(state.path()), ["store-2"]);
    fs::write(state.path().join("store.now"), "store-2\n").unwrap();
    assert_eq!(all(&open(state.path())).len(), 1);
}
