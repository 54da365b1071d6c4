//! Processes that end at a moment of our choice: before or after each of the things that change what is on the disk. Whatever the
//! moment, the next start finds all of it or none.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::chance::say;
use super::child::{self, Orders};
use super::office::{Doomed, Heard, Office, Ran};

const PATIENCE: Duration = Duration::from_mins(1);
const UNITS: usize = 8;

/// Runs a command that ends itself at its `moment`th moment; `None`: it came to its end first.
fn ends_at(office: &Office, moment: u32, args: &[&str]) -> Option<Ran> {
    let ran = office.run_with(&[("LICHHOP_FAULT", &format!("end={moment}"))], args);
    if ran.code.is_none() {
        return Some(ran);
    }
    assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
    None
}

/// What a store shows of itself.
fn shown(office: &Office, global: &[&str]) -> Vec<String> {
    let lists = [["unit", "list"], ["mailbox", "list"], ["meeting", "list"], ["outbox", "list"], ["account", "list"]];
    lists.iter().map(|list| office.done(&[global, list, &["--json"]].concat())).collect()
}

/// An office with something of everything.
fn worked() -> Office {
    let office = Office::new(UNITS, 1);
    for n in 1..=3 {
        let registration = Office::registration(n);
        let id = office.done(&registration.iter().map(String::as_str).collect::<Vec<_>>());
        let id = id.split_whitespace().next().unwrap().to_owned();
        if n > 1 {
            office.done(&["meeting", "approve", &id]);
        }
        if n > 2 {
            office.done(&["meeting", "issue", &id]);
        }
    }
    office
}

#[test]
fn writing_the_files_anew_can_end_at_any_moment() {
    let office = worked();
    let before = shown(&office, &[]);
    let mut moments = 0;
    while ends_at(&office, moments + 1, &["vacuum"]).is_some() {
        moments += 1;
        assert_eq!(shown(&office, &[]), before, "moment {moments}");
        office.assert_sound();
    }
    assert!(moments > 5, "{moments}");
    assert_eq!(shown(&office, &[]), before);
    // Nothing is left of those that did not get there.
    let folders = fs::read_dir(office.path().join("state")).unwrap();
    let stores = folders.map(|found| found.unwrap()).filter(|found| found.file_type().unwrap().is_dir());
    assert_eq!(stores.filter(|found| found.file_name().to_string_lossy().starts_with("store")).count(), 1);
    say(&format!("vacuum: ended at each of {moments} moments, nothing lost"));
}

#[test]
fn taking_a_backup_back_can_end_at_any_moment() {
    let office = worked();
    let before = shown(&office, &[]);
    office.done(&["backup", "a.lichhop"]);
    let mut moments = 0;
    loop {
        let folder = office.path().join(format!("other-{moments}"));
        let global = ["--data", folder.to_str().unwrap()];
        let args = [&global[..], &["restore", "a.lichhop"]].concat();
        let ended = ends_at(&office, moments + 1, &args).is_some();
        let opened = office.run(&[&global[..], &["check"]].concat());
        match opened.code {
            // There is none yet; it is taken back as if nothing had been.
            Some(78) if ended => drop(office.done(&args)),
            Some(0) => {}
            _ => panic!("moment {}: {opened:?}", moments + 1),
        }
        assert_eq!(shown(&office, &global), before, "moment {}", moments + 1);
        office.done(&[&global[..], &["audit", "verify"]].concat());
        if !ended {
            break;
        }
        moments += 1;
    }
    assert!(moments > 5, "{moments}");
    say(&format!("restore: ended at each of {moments} moments, all or nothing"));
}

#[test]
fn bringing_an_older_store_to_the_present_can_end_at_any_moment() {
    // How many steps lie between each and the present.
    for (schema, steps) in [(1, 4), (2, 4), (3, 4), (5, 2), (6, 1)] {
        brought_to_the_present(schema, steps);
    }
}

fn brought_to_the_present(schema: u32, steps: usize) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/store/golden/schema-{schema}/store"));
    let office = Office::new(UNITS, 1);
    let state = office.path().join("old");
    let lay_down = || {
        let store = state.join("store");
        fs::create_dir_all(store.join("blobs")).unwrap();
        for file in fs::read_dir(&golden).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), store.join(file.file_name())).unwrap();
        }
    };
    let global = ["--data", state.to_str().unwrap()];
    let args = [&global[..], &["meeting", "list", "--json"]].concat();
    lay_down();
    let expected = office.done(&args);
    let mut moments = 0;
    loop {
        fs::remove_dir_all(&state).unwrap();
        lay_down();
        let ended = ends_at(&office, moments + 1, &args).is_some();
        assert_eq!(office.done(&args), expected, "moment {}", moments + 1);
        office.done(&[&global[..], &["check"]].concat());
        let migrated = office.done(&[&global[..], &["audit", "list", "--action", "store.migrate"]].concat());
        // Each was done, and said, once.
        assert_eq!(migrated.lines().count(), steps, "{migrated}");
        if !ended {
            break;
        }
        moments += 1;
    }
    assert!(moments > 2, "{moments}");
    say(&format!("migration from schema {schema}: ended at each of {moments} moments"));
}

#[test]
fn whatever_a_command_writes_can_end_at_any_moment() {
    let (mut moments, mut n) = (0, 10);
    let office = worked();
    loop {
        let known = office.json(&["meeting", "list"]).as_array().unwrap().len();
        n += 1;
        let registration = Office::registration(n);
        let ended = ends_at(&office, moments + 1, &registration.iter().map(String::as_str).collect::<Vec<_>>());
        let found = office.json(&["meeting", "list"]).as_array().unwrap().len();
        let acknowledged = ended.as_ref().is_none_or(|ran| ran.out.contains("LH-"));
        assert!(found == known + 1 || !acknowledged && found == known, "moment {}: {known} became {found}", moments + 1);
        office.assert_sound();
        if ended.is_none() {
            break;
        }
        moments += 1;
    }
    assert!(moments >= 4, "{moments}");
}

#[test]
fn after_a_sync_that_failed_nothing_is_acknowledged_and_the_host_stops() {
    // Nothing is on its way, so that nobody else writes.
    let office = Office::new(UNITS, 1);
    let known = office.json(&["meeting", "list"]).as_array().unwrap().len();
    let add = |n: usize| Office::registration(n);
    let args = add(20);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    // The first sync of a command is that of its start, where there is something to sync; then comes that of its own writes.
    let failed = office.run_with(&[("LICHHOP_FAULT", "sync-fails=1")], &args);
    assert_eq!((failed.code, failed.out.as_str()), (Some(74), ""), "{failed:?}");
    assert!(failed.err.contains("the disk is said to have failed"), "{failed:?}");
    office.assert_sound();
    let now = office.json(&["meeting", "list"]).as_array().unwrap().len();
    assert!(now == known || now == known + 1, "whole or not at all");

    // A service ends, and says how: whoever keeps it starts it again.
    let mut command = office.command(&["serve"]);
    let mut host = command.env("LICHHOP_FAULT", "sync-fails=3").stderr(Stdio::piped()).spawn().unwrap();
    // Kept to the end: whoever writes to a pipe that nobody reads is killed.
    let mut said = BufReader::new(host.stderr.take().unwrap());
    said.read_line(&mut String::new()).unwrap();
    let (mut acknowledged, mut refused) = (0, 0);
    for n in 30..40 {
        let args = add(n);
        let ran = office.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        match ran.code {
            Some(0) => acknowledged += 1,
            _ => refused += 1,
        }
        if let Some(status) = host.try_wait().unwrap() {
            assert_eq!(status.code(), Some(74));
            break;
        }
    }
    assert_eq!(host.wait().unwrap().code(), Some(74));
    // Those who asked it may have asked the next host the same.
    assert!(acknowledged >= 2, "{acknowledged} acknowledged, {refused} refused");
    office.assert_sound();
    let after = office.json(&["meeting", "list"]).as_array().unwrap().len();
    assert!((now + acknowledged..=now + acknowledged + refused).contains(&after));
}

/// What fails beside those who work, while the engine is given what slots hold, ends the service too, also when nobody writes.
#[test]
fn a_failure_beside_those_who_work_ends_the_service_and_loses_nothing() {
    let office = Office::new(UNITS, 1);
    let before = office.json(&["meeting", "list"]).as_array().unwrap().len();
    let mut command = office.command(&["serve"]);
    // Eight slots, and the engine's own log.
    let mut host = command.env("LICHHOP_FAULT", "sync-fails=9").stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(host.stderr.take().unwrap());
    said.read_line(&mut String::new()).unwrap();
    let mut acknowledged = 0;
    for n in 50..58 {
        let args = Office::registration(n);
        let ran = office.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        acknowledged += usize::from(ran.code == Some(0));
    }
    assert!(acknowledged >= 7, "{acknowledged}");
    // Whoever asks now is told, by a service that ends, or is the host himself.
    let ended = (0..200).find_map(|_| {
        office.run(&["meeting", "list"]);
        host.try_wait().unwrap()
    });
    // One that goes on all the same is not left behind.
    host.kill().unwrap();
    assert_eq!(ended.and_then(|status| status.code()), Some(74));
    office.assert_sound();
    let after = office.json(&["meeting", "list"]).as_array().unwrap().len();
    assert!((before + acknowledged..=before + 8).contains(&after), "{before}, {acknowledged} acknowledged, {after}");
}

/// Of those who register one after the other in one process, until slots are filled anew: whenever it ends, whoever was told is there.
#[test]
fn whatever_fills_slots_can_end_at_any_moment() {
    const MEETINGS: usize = 20;
    let office = Office::new(3, 1);
    let (mut moments, mut beside) = (0, 0);
    loop {
        let orders = Orders { hands: 1, first: 100 + moments * MEETINGS, meetings: MEETINGS, units: 3, issue: false, serve: false };
        let process =
            Doomed::start(child::command(&office, orders).env("LICHHOP_FAULT", format!("end={}", moments + 1)).stderr(Stdio::null()));
        let (mut told, mut ended) = (Vec::new(), true);
        loop {
            match process.hear(PATIENCE) {
                Heard::Line(line) if line == "all done" => break ended = false,
                Heard::Line(line) => told.extend(line.split_once(" is ").map(|(id, _)| id.to_owned())),
                Heard::End => break,
                Heard::Late => panic!("moment {}: it does not go on", moments + 1),
            }
        }
        process.kill();
        office.assert_sound();
        let there = office.done(&["meeting", "list"]);
        let lost: Vec<&String> = told.iter().filter(|id| !there.contains(id.as_str())).collect();
        assert!(lost.is_empty(), "moment {}: {lost:?}", moments + 1);
        if !ended {
            assert_eq!(told.len(), MEETINGS);
            break;
        }
        moments += 1;
        beside += usize::from(told.len() >= 8);
    }
    say(&format!("slots: ended at each of {moments} moments, at {beside} of them with a full half"));
    assert!(moments > 3 * MEETINGS && beside > MEETINGS, "{moments}, {beside}");
}
