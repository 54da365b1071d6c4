//! Several processes at once: one store, one at a time, and nobody's work lost.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use super::{ALONE, House, adding, check_refusal, finish};

/// Takes the lock of the house's store, as another process would.
fn hold(house: &House) -> File {
    let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(house.state().join("lock")).unwrap();
    file.lock().unwrap();
    writeln!(file, "{:<10}", std::process::id()).unwrap();
    file
}

/// Waits until a process has the lock's file open, which it has only while it waits or holds.
fn until_it_waits(house: &House, child: &mut Child) {
    let lock = fs::canonicalize(house.state().join("lock")).unwrap();
    let folder = format!("/proc/{}/fd", child.id());
    let began = Instant::now();
    loop {
        assert!(child.try_wait().unwrap().is_none(), "it did not wait");
        assert!(began.elapsed() < Duration::from_mins(1), "it never came to the lock");
        let open = fs::read_dir(&folder).into_iter().flatten().flatten();
        if open.filter_map(|file| fs::read_link(file.path()).ok()).any(|file| file == lock) {
            return;
        }
        thread::yield_now();
    }
}

#[test]
fn whoever_cannot_have_the_store_in_ten_seconds_is_told_who_has_it() {
    let house = House::office();
    let before = house.fingerprint();
    let held = hold(&house);
    let began = Instant::now();
    // All at once, so that the ten seconds pass once.
    let commands: Vec<Vec<&str>> = vec![vec!["unit", "list"], adding(&[]), vec!["flush"]];
    let waiting: Vec<Child> = commands.iter().map(|args| house.start(args)).collect();
    let pid = std::process::id().to_string();
    let done: Vec<_> = commands.iter().zip(waiting).map(|(args, child)| finish(args, child)).collect();
    assert!(began.elapsed() >= Duration::from_secs(9), "{:?}", began.elapsed());
    // Who only wants it to be there need not wait.
    house.ok(&["init"]);
    drop(held);
    assert_eq!(house.fingerprint(), before);
    for (args, ran) in commands.iter().zip(&done) {
        check_refusal(75, args, &[&pid], ran);
    }
}

#[test]
fn a_store_that_is_let_go_in_time_is_taken() {
    let house = House::office();
    let held = hold(&house);
    let args = adding(&[]);
    let mut child = house.start(&args);
    until_it_waits(&house, &mut child);
    let releaser = thread::spawn(move || drop(held));
    let ran = finish(&args, child);
    releaser.join().unwrap();
    assert_eq!((ran.code, ran.out.as_str()), (0, "LH-2016-0001\n"), "{}", ran.err);
}

#[test]
fn whoever_waits_for_the_store_ends_when_told_to() {
    let house = House::office();
    let held = hold(&house);
    for (signal, code) in [("-TERM", 143), ("-INT", 130)] {
        let mut child = house.start(&["unit", "list"]);
        until_it_waits(&house, &mut child);
        let began = Instant::now();
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let ran = finish(&["unit", "list"], child);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{}", ran.err);
        assert!(began.elapsed() < Duration::from_secs(5), "{signal}: it went on waiting for {:?}", began.elapsed());
    }
    drop(held);
    house.fingerprint();
}

#[test]
fn a_lock_file_without_a_holder_is_no_obstacle() {
    let house = House::office();
    fs::write(house.state().join("lock"), "999999    \n").unwrap();
    house.ok(&["unit", "list"]);
    fs::remove_file(house.state().join("lock")).unwrap();
    house.ok(&["unit", "list"]);
}

/// Starts all of them, then waits for all of them; what they printed.
fn at_once(house: &House, commands: &[Vec<&str>]) -> Vec<String> {
    let children: Vec<Child> = commands.iter().map(|args| house.start(args)).collect();
    let done = commands.iter().zip(children).map(|(args, child)| {
        let ran = finish(args, child);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
        ran.out.trim().to_owned()
    });
    done.collect()
}

#[test]
fn ids_and_numbers_have_no_gaps_however_many_come_at_once() {
    let house = House::office();
    let places: Vec<String> = (1..=8).map(|n| format!("Phòng {n}")).collect();
    let chairs: Vec<String> = (1..=8).map(|n| format!("Ông {n}")).collect();
    let adds: Vec<Vec<&str>> = places
        .iter()
        .zip(&chairs)
        .map(|(place, chair)| adding(&[("--place", place), ("--chair", chair), ("--invite", "CDA"), ("--submit", ALONE)]))
        .collect();
    let mut ids = at_once(&house, &adds);
    ids.sort();
    assert_eq!(ids, (1..=8).map(|n| format!("LH-2016-{n:04}")).collect::<Vec<_>>());
    at_once(&house, &ids[..4].iter().map(|id| vec!["meeting", "approve", id]).collect::<Vec<_>>());
    at_once(&house, &ids[..4].iter().map(|id| vec!["meeting", "issue", id]).collect::<Vec<_>>());
    let issued = house.json(&["meeting", "list", "--state", "issued"]);
    let mut numbers: Vec<_> = issued.as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["01/GM-BTN", "02/GM-BTN", "03/GM-BTN", "04/GM-BTN"]);
    assert_eq!(house.json(&["outbox", "list"]).as_array().unwrap().len(), 4);
    // Two flushes at once send each message once.
    let flushes: Vec<_> = at_once(&house, &[vec!["flush", "--json"], vec!["flush", "--json"]]).iter().map(|out| super::json(out)).collect();
    assert_eq!(flushes.iter().filter_map(|flush| flush["sent"].as_u64()).sum::<u64>(), 4);
    assert_eq!(house.delivered().len(), 4);
    house.fingerprint();
}

#[test]
fn several_who_begin_at_once_begin_once() {
    let house = House::new();
    let begun = at_once(&house, &vec![vec!["init", "--json"]; 4]);
    let made = |field: &str| begun.iter().filter(|out| super::json(out)[field] == true).count();
    assert_eq!((made("created"), made("config_written")), (1, 1));
    assert_eq!(house.json(&["audit", "verify"])["looked_at"], 1);
}

#[test]
fn one_of_two_who_do_the_same_is_refused() {
    let house = House::office();
    let id = house.approved(&[("--invite", "CDA")]);
    let args = ["meeting", "issue", &id];
    let children = [house.start(&args), house.start(&args)];
    let mut codes = children.map(|child| finish(&args, child).code);
    codes.sort_unstable();
    assert!(codes == [0, 79] || codes == [0, 76], "{codes:?}");
    assert_eq!(house.json(&["outbox", "list"]).as_array().unwrap().len(), 1);
}
