//! A host without a screen, and commands that reach it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::{House, adding, finish};

/// A host that listens.
fn serving(house: &House, args: &[&str]) -> Child {
    let args = [&["serve"], args].concat();
    let mut child = house.start(&args);
    let mut said = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("host.sock") || said.contains(".sock"), "{said}");
    child
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn commands_reach_the_host_at_once_and_do_the_same() {
    let house = House::office();
    let alone = house.ok(&["unit", "list", "--json"]);
    let host = serving(&house, &[]);
    let began = Instant::now();
    assert_eq!(house.ok(&["unit", "list", "--json"]), alone);
    let id = house.issued("CDA,VPC");
    house.ok(&["flush"]);
    assert_eq!(house.delivered().len(), 2);
    house.refused(79, &["meeting", "submit", &id], &[&id]);
    house.ok(&["check"]);
    assert!(began.elapsed() < Duration::from_secs(9), "they waited for the lock");
    signal(&host, "-TERM");
    let ended = finish(&["serve"], host);
    assert_eq!((ended.code, ended.out.as_str()), (143, ""), "{}", ended.err);
    // What the host did is there without it.
    assert!(house.ok(&["meeting", "list"]).contains(&id));
    assert!(!house.state().join("host.sock").exists());
}

#[test]
fn where_only_a_service_may_be_the_host_others_do_not_open_the_store() {
    let house = House::office();
    house.set("mode = \"auto\"", "mode = \"service\"");
    let socket = house.name("run/x.sock");
    let began = Instant::now();
    house.refused(69, &["unit", "list", "--socket", &socket], &[&socket, "lichhop serve"]);
    house.refused(69, &["--socket", &socket, "meeting", "show", "LH-2016-0001"], &["systemctl start lichhop"]);
    assert!(began.elapsed() < Duration::from_secs(20));
    let host = serving(&house, &["--socket", &socket]);
    let with = |args: &[&str]| house.run(&[args, &["--socket", &socket]].concat());
    assert_eq!(with(&adding(&[])).out, "LH-2016-0001\n");
    signal(&host, "-INT");
    assert_eq!(finish(&["serve"], host).code, 130);
    // A service that restarts is waited for.
    let mut waiting = house.start(&["meeting", "list", "--socket", &socket]);
    assert!(waiting.try_wait().unwrap().is_none());
    let host = serving(&house, &["--socket", &socket]);
    assert_eq!(finish(&["meeting", "list"], waiting).code, 0);
    signal(&host, "-TERM");
    finish(&["serve"], host);
}

#[test]
fn a_second_host_is_refused_and_a_socket_that_cannot_be_made_is_named() {
    let house = House::office();
    let file = house.write("file", "no socket");
    house.refused(69, &["serve", "--socket", &file], &[&file, "--socket"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "no socket");
    let host = serving(&house, &[]);
    let pid = host.id().to_string();
    house.ok(&["backup", "a.lichhop"]);
    let began = Instant::now();
    for lang in ["vi", "en"] {
        house.refused(75, &["--lang", lang, "serve"], &[&pid, "systemctl stop lichhop"]);
        house.refused(75, &["--lang", lang, "restore", "a.lichhop"], &[&pid, "systemctl stop lichhop"]);
    }
    assert!(began.elapsed() < Duration::from_secs(9), "they waited for the lock");
    // Who only looks is in nobody's way.
    house.ok(&["restore", "a.lichhop", "--dry-run"]);
    signal(&host, "-TERM");
    finish(&["serve"], host);
}

#[test]
fn what_was_done_is_listed_by_who_and_what() {
    let house = House::office();
    let id = house.issued("CDA");
    house.ok(&["account", "grant", "lan", "--role", "viewer"]);
    let all = house.json(&["audit", "list"]);
    let all = all.as_array().unwrap();
    assert_eq!(all.iter().map(|entry| entry["sequence"].as_u64().unwrap()).collect::<Vec<_>>(), (1..=all.len() as u64).collect::<Vec<_>>());
    let actions = |args: &[&str]| -> Vec<String> {
        let found = house.json(&[&["audit", "list"], args].concat());
        found.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(actions(&["--object", &id, "--action", "meeting.issue"]), ["meeting.issue"]);
    assert_eq!(actions(&["--limit", "1"]), ["account.grant"]);
    assert!(actions(&["--user", "lichhop"]).iter().all(|action| !action.starts_with("meeting.")));
    assert!(actions(&["--to", "2016-05-01"]).is_empty());
    let text = house.ok(&["audit", "list", "--limit", "2"]);
    assert!(text.contains("account.grant") && text.contains("lan"), "{text}");
    let nothing = house.run(&["audit", "list", "--user", "nobody"]);
    assert!(nothing.code == 0 && nothing.out.is_empty() && !nothing.err.is_empty(), "whoever finds nothing is told so: {}", nothing.err);
    house.refused(65, &["audit", "list", "--from", "hôm nào"], &["--from"]);
}

#[test]
fn the_log_tells_where_the_chain_ends() {
    let house = House::office();
    let head = |house: &House| house.json(&["audit", "verify"])["head"]["hash"].as_str().unwrap().to_owned();
    let before = head(&house);
    let ran = house.run(&[&["-v"], adding(&[]).as_slice()].concat());
    assert!(ran.err.contains(&before) && ran.err.contains(&head(&house)), "{}", ran.err);
    assert!(!house.run(&["meeting", "list"]).err.contains(&before), "not where nobody asked for a log");
}

#[test]
fn what_was_mended_is_told_in_ones_own_language_and_logged_in_english() {
    let house = House::office();
    let torn = || fs::write(house.state().join("store/snap.00000000000FFFFF.generating"), b"torn").unwrap();
    let told = |words: &[&str]| {
        let ran = house.run(&["unit", "list"]);
        let missing: Vec<_> = words.iter().filter(|word| !ran.err.contains(**word)).collect();
        assert!(ran.code == 0 && missing.is_empty() && ran.err.lines().count() == 1, "{missing:?}: {ran:?}");
    };
    torn();
    told(&["snap.00000000000FFFFF.generating", "đã được xóa", "Không mất gì"]);
    torn();
    let mut host = house.start(&["serve"]);
    let mut logged = String::new();
    BufReader::new(host.stderr.as_mut().unwrap()).read_line(&mut logged).unwrap();
    assert!(logged.contains("WARN") && logged.contains("Nothing is lost") && !logged.contains("TornSnapshotRemoved"), "{logged}");
    told(&["snap.00000000000FFFFF.generating", "Không mất gì"]);
    signal(&host, "-TERM");
    finish(&["serve"], host);
    assert_eq!(house.run(&["unit", "list"]).err, "");
}
