//! One process at a time holds a state directory.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, stdin};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use lichhop::store::StateLock;
use lichhop::usecase::ports::StoreError;

const HELD_DIR: &str = "LICHHOP_TEST_HELD_DIR";
const LONG: Duration = Duration::from_mins(1);

fn refused(dir: &Path, wait: Duration) -> Option<u32> {
    match StateLock::acquire(dir, wait) {
        Err(StoreError::Locked { pid }) => pid,
        other => panic!("expected a held lock, got {other:?}"),
    }
}

#[test]
fn directory_and_file_are_private() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("state/of/one");
    let _lock = StateLock::acquire(&dir, Duration::ZERO).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&dir), mode(&dir.join("lock"))), (0o700, 0o600));
    assert_eq!(fs::read_to_string(dir.join("lock")).unwrap().trim(), std::process::id().to_string());
}

#[test]
fn a_second_holder_waits_and_is_told_who_holds_it() {
    let dir = tempfile::tempdir().unwrap();
    let lock = StateLock::acquire(dir.path(), Duration::ZERO).unwrap();
    assert_eq!(refused(dir.path(), Duration::ZERO), Some(std::process::id()));
    let began = Instant::now();
    assert_eq!(refused(dir.path(), Duration::from_millis(60)), Some(std::process::id()));
    assert!(began.elapsed() >= Duration::from_millis(60));
    drop(lock);
    StateLock::acquire(dir.path(), Duration::ZERO).unwrap();
}

#[test]
fn threads_take_turns() {
    let dir = tempfile::tempdir().unwrap();
    let first = StateLock::acquire(dir.path(), Duration::ZERO).unwrap();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| StateLock::acquire(dir.path(), LONG).map(drop));
        drop(first);
        waiter.join().unwrap().unwrap();
    });
}

#[test]
fn another_process_excludes_this_one_until_it_ends() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "store::lock::hold_for_another_process", "--nocapture", "--test-threads=1"])
        .env(HELD_DIR, dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().ends_with("held")));
    assert_eq!(refused(dir.path(), Duration::from_millis(30)), Some(child.id()));
    thread::scope(|scope| {
        let waiter = scope.spawn(|| StateLock::acquire(dir.path(), LONG).map(drop));
        child.kill().unwrap();
        waiter.join().unwrap().unwrap();
    });
    child.wait().unwrap();
}

/// The other process of the test above; by itself it has nobody to hold the lock against.
#[test]
fn hold_for_another_process() {
    let Some(dir) = env::var_os(HELD_DIR) else { return };
    let _lock = StateLock::acquire(Path::new(&dir), Duration::ZERO).unwrap();
    println!("held");
    stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn what_cannot_be_locked_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let Err(StoreError::Unavailable(why)) = StateLock::acquire(&dir.path().join("file"), Duration::ZERO) else {
        panic!("a file is no directory")
    };
    assert!(why.contains("file"), "{why}");
}
