//! Holding, releasing, retrying and dropping messages; how far a flush goes; and sending what becomes due.

use std::io::{BufRead as _, BufReader};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{House, finish, json};

fn states(house: &House) -> Vec<String> {
    let items = house.json(&["outbox", "list"]);
    items.as_array().unwrap().iter().map(|item| item["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_held_stays_until_it_is_released_and_what_is_dropped_never_goes() {
    let house = House::office();
    house.issued("CDA,VPC,TTCNTT");
    let held = house.ok(&["outbox", "hold", "T1-1", "T1-2"]);
    assert!(held.lines().count() == 2 && held.contains("Đã tạm giữ T1-1"), "{held}");
    let why = house.ok(&["outbox", "why", "T1-1"]);
    assert!(why.contains("tạm giữ") && why.contains("không gửi cho đến khi"), "{why}");
    assert_eq!(house.json(&["flush"])["sent"], 1);
    assert_eq!(states(&house), ["held", "held", "sent"]);
    let dropped = house.json(&["outbox", "drop", "T1-2", "--reason", "gửi nhầm"]);
    assert_eq!((dropped[0]["state"].as_str(), dropped[0]["reason"].as_str()), (Some("dropped"), Some("theo quyết định: gửi nhầm")));
    house.ok(&["outbox", "release", "T1-1"]);
    assert_eq!(house.json(&["flush"])["sent"], 1);
    assert_eq!((states(&house), house.delivered().len()), (vec!["sent".into(), "dropped".into(), "sent".into()], 2));
    let history = house.ok(&["history", "outbox", "T1-2"]);
    assert!(history.contains("tạm giữ") && history.contains("bỏ"), "{history}");
}

#[test]
fn what_cannot_be_done_is_refused_and_names_what_can() {
    let house = House::office();
    house.issued("CDA,VPC");
    house.ok(&["outbox", "hold", "T1-1"]);
    house.untouched(|| {
        house.refused(79, &["outbox", "hold", "T1-2", "T1-1"], &["T1-1", "tạm giữ", "lichhop outbox release"]);
        house.refused(79, &["outbox", "release", "T1-2"], &["T1-2", "chờ gửi", "lichhop outbox hold"]);
        house.refused(65, &["outbox", "retry", "T9-1", "x"], &["“x”"]);
        house.refused(65, &["outbox", "retry", "T9-1"], &["T9-1", "lichhop outbox list"]);
        house.refused(64, &["outbox", "drop", "T1-1"], &["--reason"]);
        house.refused(65, &["outbox", "drop", "T1-1", "--reason", " "], &["--reason"]);
    });
}

#[test]
fn a_flush_goes_as_far_as_it_is_told_and_a_dry_one_nowhere() {
    let house = House::office();
    house.issued("CDA,VPC,TTCNTT");
    house.untouched(|| {
        let due = house.json(&["flush", "--dry-run", "--limit", "2"]);
        assert_eq!(due.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect::<Vec<_>>(), ["T1-1", "T1-2"]);
    });
    let ran = house.run(&["flush", "--limit", "2", "--json"]);
    assert_eq!((ran.code, json(&ran.out)["sent"].as_u64(), json(&ran.out)["remaining"].as_u64()), (75, Some(2), Some(1)));
    let ran = house.run(&["flush", "--deadline", "5m", "--json"]);
    assert_eq!((ran.code, json(&ran.out)["sent"].as_u64()), (0, Some(1)));
    for wrong in [["--limit", "0"], ["--deadline", "soon"], ["--deadline", "0s"], ["--watch", "--dry-run"], ["--watch", "--limit=1"]] {
        assert_eq!(house.run(&["flush", wrong[0], wrong[1]]).code, 64, "{wrong:?}");
    }
    // The clock stands here: nothing would become due.
    house.refused(64, &["flush", "--watch"], &["LICHHOP_NOW", "lichhop flush"]);
}

#[test]
fn whoever_flushes_beside_another_run_is_told_and_waits_no_longer_than_he_wants() {
    let mut house = House::office();
    house.now = None;
    house.set("rate = \"\"", "rate = \"1/h\"");
    let serving = house.start(&["serve"]);
    let id = issued_late(&house);
    // It sends by itself: one, and then waits for an hour.
    while !states(&house).contains(&"sent".to_owned()) {}
    let flushed = house.run(&["flush", "--deadline", "1s", "--json"]);
    assert_eq!((flushed.code, json(&flushed.out)["sent"].as_u64(), json(&flushed.out)["remaining"].as_u64()), (75, Some(0), Some(1)));
    assert!(flushed.err.contains("lượt gửi khác"), "{}", flushed.err);
    // Who loses patience ends at once; the run goes on.
    let mut child = house.start(&["flush", "--lang", "en"]);
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert!(line.contains("Another run is sending already"), "{line}");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!((states(&house).len(), house.delivered().len()), (2, 1), "{id}");
    kill_process(Pid::from_child(&serving), Signal::TERM).unwrap();
    assert_eq!(finish(&["serve"], serving).code, 143);
    house.ok(&["check"]);
}

/// A meeting far in the future, approved by the real clock; its id.
fn approved_late(house: &House) -> String {
    let start = ["--start", "2099-01-05 14:00", "--end", "2099-01-05 15:00"];
    let add = [
        &["meeting", "add", "--title", "Họp", "--place", "P", "--chair", "C", "--unit", "VP", "--invite", "CDA,VPC", "--submit"][..],
        &start,
    ];
    let id = house.ok(&add.concat()).trim().to_owned();
    house.ok(&["meeting", "approve", &id]);
    id
}

/// As [`approved_late`], and issued.
fn issued_late(house: &House) -> String {
    let id = approved_late(house);
    house.ok(&["meeting", "issue", &id]);
    id
}

#[test]
fn what_becomes_due_is_sent_and_told_line_by_line_until_a_signal_comes() {
    let mut house = House::office();
    house.now = None;
    let id = approved_late(&house);
    let watch = ["flush", "--watch", "--json"];
    let mut child = house.start(&watch);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // Who watches is the host meanwhile, or will be.
    house.ok(&["meeting", "issue", &id]);
    let mut sent = 0;
    while sent < 2 {
        let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        sent += line["sent"].as_u64().unwrap();
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let ran = finish(&watch, child);
    assert_eq!((sent, ran.code, house.delivered().len()), (2, 143, 2), "{}", ran.err);
    assert_eq!(states(&house), ["sent", "sent"]);
}
