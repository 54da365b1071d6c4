//! Copies of everything: made while others work, taken back into nothing, refused where they would take the place of something.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::{House, adding, check_refusal, finish, json, keys};

/// What a store shows of itself, apart from its audit.
fn shown(house: &House, global: &[&str]) -> Vec<Value> {
    let lists = [["unit", "list"], ["mailbox", "list"], ["meeting", "list"], ["outbox", "list"], ["account", "list"]];
    lists.iter().map(|list| json(&house.ok(&[global, list, &["--json"]].concat()))).collect()
}

#[test]
fn a_backup_is_taken_back_as_it_was() {
    let house = House::office();
    let id = house.issued("CDA,VPC");
    let made = house.json(&["backup", "a.lichhop"]);
    assert_eq!(keys(&made), super::names("file at bytes sha256 revision entries chain"));
    assert_eq!(fs::metadata(house.path("a.lichhop")).unwrap().permissions().mode() & 0o777, 0o600);
    let head = house.json(&["audit", "verify"])["head"].clone();
    assert_eq!(made["chain"], head, "the end of the audit chain is in every backup");
    let before = shown(&house, &[]);
    house.ok(&["meeting", "cancel", &id, "--reason", "thôi"]);

    let other = house.name("other");
    let looked = house.json(&["--data", &other, "restore", "a.lichhop", "--dry-run"]);
    assert_eq!((&looked["only_looked"], &looked["chain"], &looked["waiting"]), (&true.into(), &head, &2.into()));
    assert!(!house.path("other").exists(), "it was only looked at");
    // Also where there is a store, and somebody works with it.
    house.ok(&["restore", "a.lichhop", "--dry-run"]);
    let restored = house.run(&["--data", &other, "restore", "a.lichhop"]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert!(restored.err.contains("Message-ID") && restored.err.contains('2'), "who restores is told what that means: {}", restored.err);
    assert_eq!(shown(&house, &["--data", &other]), before);
    house.ok(&["--data", &other, "check"]);
    let entries = house.json(&["--data", &other, "audit", "list", "--limit", "1"]);
    assert_eq!((&entries[0]["action"], &entries[0]["object"]), (&"store.restore".into(), &made["sha256"]));
    // It goes on as any store does.
    house.ok(&["--data", &other, "meeting", "cancel", &id, "--reason", "thôi"]);
    house.ok(&["--data", &other, "vacuum"]);
    house.ok(&["--data", &other, "check"]);
}

#[cfg(feature = "redb")]
#[test]
fn a_store_moves_from_one_engine_to_the_other_and_back() {
    let house = House::office();
    let id = house.issued("CDA,VPC");
    let before = shown(&house, &[]);
    let (there, back) = (house.name("there"), house.name("back"));
    house.ok(&["backup", "a.lichhop"]);
    house.ok(&["--data", &there, "restore", "a.lichhop", "--engine", "redb"]);
    assert_eq!(shown(&house, &["--data", &there]), before);
    house.ok(&["--data", &there, "meeting", "cancel", &id, "--reason", "thôi"]);
    house.ok(&["--data", &there, "vacuum"]);
    assert!(fs::read_dir(&there).unwrap().any(|found| found.unwrap().path().join("store.redb").exists()), "kept by the other engine");
    house.ok(&["--data", &there, "check"]);
    house.ok(&["--data", &there, "backup", "b.lichhop"]);
    house.ok(&["--data", &back, "restore", "b.lichhop", "--engine", "sled"]);
    assert_eq!(shown(&house, &["--data", &back]), shown(&house, &["--data", &there]));
    house.ok(&["--data", &back, "check"]);
}

#[test]
fn json_lines_are_for_any_tool() {
    let house = House::office();
    house.issued("CDA");
    house.ok(&["backup", "a.jsonl", "--format", "jsonl"]);
    let text = fs::read_to_string(house.path("a.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(json).collect();
    assert_eq!(lines[0]["backup"]["program"], env!("CARGO_PKG_VERSION"));
    let meeting = lines.iter().find(|line| line["key"] == "m/LH-2016-0001").unwrap();
    assert_eq!(meeting["value"]["title"], "Họp giao ban");
    // A message, put together as any tool could.
    let shares = |value: &&Vec<Value>| value.iter().any(|piece| piece["part"].is_string());
    let message = lines.iter().filter_map(|line| line["value"].as_array()).find(shares).unwrap();
    let part = |name: &Value| {
        let line = lines.iter().find(|line| line["key"] == format!("p/{}", name.as_str().unwrap()));
        line.unwrap()["text"].as_str()
    };
    let pieces = message.iter().map(|piece| piece.as_str().or_else(|| part(&piece["part"])).unwrap());
    let sent = house.ok(&["meeting", "invitation", "LH-2016-0001", "--format", "eml"]);
    assert_eq!(pieces.collect::<String>(), sent);
    assert_eq!(lines.last().unwrap()["end"]["standing"]["entries"], lines.len() - 2);
    // It says what it is to whoever would take it back.
    house.refused(65, &["--data", &house.name("other"), "restore", "a.jsonl"], &["a.jsonl"]);
}

#[test]
fn nothing_is_overwritten_and_nothing_is_half_restored() {
    let house = House::office();
    house.ok(&["backup", "a.lichhop"]);
    let bytes = fs::read(house.path("a.lichhop")).unwrap();
    house.untouched(|| house.refused(73, &["backup", "a.lichhop"], &["a.lichhop"]));
    assert_eq!(fs::read(house.path("a.lichhop")).unwrap(), bytes);
    house.refused(73, &["backup", "."], &[]);
    house.refused(73, &["backup", "nowhere/a.lichhop"], &["nowhere/a.lichhop"]);
    assert!(!house.path("nowhere").exists());
    house.refused(73, &["backup", "a.lichhop/b"], &["a.lichhop/b"]);
    house.untouched(|| house.refused(73, &["restore", "a.lichhop"], &["state", "--data"]));
    let other = house.name("other");
    let into = |file: &str| house.run(&["--data", &other, "restore", file]);
    check_refusal(66, &["restore"], &["none"], &into("none"));
    let damaged = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = bytes.clone();
        change(&mut changed);
        house.write(name, changed)
    };
    check_refusal(65, &["restore"], &["short"], &into(&damaged("short", &|bytes| bytes.truncate(bytes.len() / 2))));
    check_refusal(65, &["restore"], &["flip"], &into(&damaged("flip", &|bytes| bytes[9000] ^= 4)));
    check_refusal(65, &["restore"], &["newer"], &into(&damaged("newer", &|bytes| bytes[15] = b'9')));
    check_refusal(65, &["restore"], &["empty"], &into(&damaged("empty", &Vec::clear)));
    check_refusal(65, &["restore"], &["text"], &into(&damaged("text", &|bytes| *bytes = b"code,name\nVP,x\n".to_vec())));
    house.refused(78, &["--data", &other, "week"], &["lichhop init"]);
    assert_eq!(house.run(&["--data", &other, "restore", "a.lichhop"]).code, 0);
    check_refusal(73, &["restore"], &["other"], &into("a.lichhop"));
}

#[test]
fn a_backup_is_everything_and_so_for_administrators_alone() {
    let house = House::office();
    let me = house.json(&["account", "list"])[0]["user"].as_str().unwrap().to_owned();
    house.ok(&["account", "grant", "boss", "--role", "admin"]);
    house.ok(&["account", "grant", &me, "--role", "operator"]);
    for args in [&["backup", "a.lichhop"][..], &["vacuum"]] {
        house.refused(77, args, &["boss"]);
    }
    assert!(!house.path("a.lichhop").exists() && !house.path("a.lichhop.part").exists());
}

#[test]
fn a_host_that_serves_backs_up_by_itself_every_night() {
    let house = House::office();
    let id = house.add(&[]);
    let serve = |house: &House| {
        let mut child = house.start(&["-v", "serve"]);
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        // The log says where the audit chain ended in it.
        while !said.contains("nightly backup was made") {
            let mut line = String::new();
            assert!(err.read_line(&mut line).unwrap() > 0, "{said}");
            said.push_str(&line);
        }
        // The host goes on meanwhile.
        house.ok(&["meeting", "show", &id]);
        assert!(std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        let rest = std::thread::spawn(move || std::io::copy(&mut err, &mut std::io::sink()));
        assert_eq!(child.wait().unwrap().code(), Some(143));
        rest.join().unwrap().unwrap();
        said
    };
    let said = serve(&house);
    let folder = house.state().join("backups");
    let names = || {
        let mut names: Vec<String> =
            fs::read_dir(&folder).unwrap().map(|found| found.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names(), ["lichhop-2016-05-02.jsonl", "lichhop-2016-05-02.lichhop"]);
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let file = folder.join("lichhop-2016-05-02.lichhop");
    let other = house.name("other");
    let restored = house.json(&["--data", &other, "restore", file.to_str().unwrap()]);
    assert!(said.contains(restored["chain"]["hash"].as_str().unwrap()), "{said}");
    assert_eq!(house.ok(&["--data", &other, "meeting", "list"]), house.ok(&["meeting", "list"]));
    // Two nights later there are two of them, with a limit of one only the last.
    for (now, keep, expected) in [
        ("2016-05-04T02:29:00+07:00", "keep = 14", &["lichhop-2016-05-02", "lichhop-2016-05-03"][..]),
        ("2016-05-04T02:30:00+07:00", "keep = 1", &["lichhop-2016-05-04"][..]),
    ] {
        let config = fs::read_to_string(house.config()).unwrap().replace("keep = 14", keep);
        fs::write(house.config(), config).unwrap();
        let later = House { now: Some(now), folder: tempfile::tempdir().unwrap(), lang: "vi" };
        let child = house.command(&["-v", "serve"]).env("LICHHOP_NOW", now).spawn().unwrap();
        drop(later);
        wait_for(&child, &|| {
            names() == expected.iter().flat_map(|name| [format!("{name}.jsonl"), format!("{name}.lichhop")]).collect::<Vec<_>>()
        });
        assert!(std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        assert_eq!(finish(&["serve"], child).code, 143);
    }
}

/// Waits until a host has done something.
fn wait_for(child: &std::process::Child, done: &dyn Fn() -> bool) {
    let alive = std::path::PathBuf::from(format!("/proc/{}", child.id()));
    let began = std::time::Instant::now();
    while !done() {
        assert!(alive.exists() && began.elapsed().as_secs() < 60, "it was not done");
        std::thread::yield_now();
    }
}

#[test]
fn a_store_whose_host_runs_is_not_made_again() {
    let house = House::office();
    house.ok(&["backup", "a.lichhop"]);
    let mut host = house.start(&["serve"]);
    let mut err = BufReader::new(host.stderr.take().unwrap());
    err.read_line(&mut String::new()).unwrap();
    let began = std::time::Instant::now();
    let again = house.run(&["init"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(began.elapsed().as_secs() < 9, "it waited for the lock");
    house.refused(75, &["restore", "a.lichhop"], &[&host.id().to_string()]);
    host.kill().unwrap();
    host.wait().unwrap();
    house.ok(&adding(&[]));
}
