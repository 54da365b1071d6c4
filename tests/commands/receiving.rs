//! `receive`, `meeting replies` and `meeting reply`: what a mail server's pipe, a Maildir and people see of what comes back.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::symlink;
use std::process::Stdio;

use serde_json::json;

use super::{House, Ran, json as parsed};
use crate::incoming::BOUNCE;

/// The Message-ID and the UID of the message that was delivered to an address.
fn invitation(house: &House, to: &str) -> (String, String) {
    let letter = house.delivered().into_iter().find(|letter| letter.contains(&format!("Delivered-To: {to}\n"))).unwrap();
    let id = letter.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap().to_owned();
    let meeting = id.split('.').next().unwrap().trim_start_matches('<').to_uppercase();
    let ics = house.ok(&["meeting", "invitation", &meeting, "--format", "ics"]);
    let uid = ics.lines().find_map(|line| line.strip_prefix("UID:")).unwrap().trim().to_owned();
    (id, uid)
}

fn reply(uid: &str, from: &str, status: &str) -> String {
    format!(
        "From: {from}\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:{uid}\nSEQUENCE:0\n\
         DTSTAMP:20160502T010101Z\nATTENDEE;PARTSTAT={status}:mailto:{from}\nCOMMENT:Sẽ có mặt\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}

const CDA: &str = "cucdienanh-vhttdl@chinhphu.vn";

fn receives(house: &House, message: &[u8]) -> Ran {
    house.run_with_input(message, &["receive"])
}

#[test]
fn a_pipe_hears_that_the_message_is_kept_or_that_it_is_to_be_tried_again() {
    let house = House::office();
    let id = house.issued("CDA,VPC");
    house.ok(&["flush"]);
    let (message_id, uid) = invitation(&house, CDA);
    let ran = receives(&house, reply(&uid, CDA, "ACCEPTED").as_bytes());
    assert_eq!((ran.code, ran.out.contains("R1: ") && ran.out.contains(&id)), (0, true), "{}{}", ran.out, ran.err);
    let bounce = BOUNCE.replace("MESSAGE-ID-STANDS-HERE", message_id.trim_matches(['<', '>']));
    assert_eq!(receives(&house, bounce.as_bytes()).code, 0);
    for rubbish in [&b""[..], b"\xff\xfe\0", b"From: a@b.vn\n\nxin chao", &vec![b'x'; 26 * 1024 * 1024]] {
        assert_eq!(receives(&house, rubbish).code, 0);
        assert_eq!(receives(&house, rubbish).code, 0, "again");
    }
    // What was made of it.
    let replies = house.json(&["meeting", "replies", &id]);
    assert_eq!(replies[0]["state"], "accepted");
    assert_eq!((&replies[0]["by"], &replies[0]["trust"], &replies[0]["words"]), (&json!(CDA), &json!("claimed"), &json!("Sẽ có mặt")));
    assert_eq!(replies[1]["state"], "pending");
    assert_eq!(
        house.json(&["meeting", "show", &id])["replies"],
        json!({"accepted": 1, "declined": 0, "tentative": 0, "substituted": 0, "pending": 1})
    );
    let items = house.json(&["outbox", "list", "--state", "sent"]);
    let bounced = items.as_array().unwrap().iter().find(|item| item["to"] == CDA).unwrap();
    assert_eq!(bounced["bounce"], "5.1.1 unknown user: \"cucdienanh-vhttdl\"");
    assert!(house.ok(&["outbox", "why", bounced["id"].as_str().unwrap()]).contains("bị trả lại"));
    let waiting = house.json(&["receive", "--list"]);
    assert_eq!(waiting.as_array().unwrap().len(), 4);
    assert_eq!(house.json(&["receive", "--list", "--all"]).as_array().unwrap().len(), 6);
    let letter = waiting.as_array().unwrap().iter().find(|one| one["from"] == "a@b.vn").unwrap();
    let letter = letter["id"].as_str().unwrap();
    assert_eq!(house.ok(&["receive", "--show", letter, "--raw"]), "From: a@b.vn\n\nxin chao");
    assert!(house.ok(&["receive", "--show", letter]).contains("xin chao"));
    house.ok(&["receive", "--discard", letter]);
    assert_eq!(house.json(&["receive", "--list"]).as_array().unwrap().len(), 3);
    house.refused(65, &["receive", "--show", "R99"], &["R99"]);
    house.ok(&["check"]);
}

#[test]
fn whatever_is_wrong_the_mail_server_is_asked_to_try_again() {
    let message = b"From: a@b.vn\n\nx";
    // Nothing is there yet.
    let house = House::new();
    assert_eq!(receives(&house, message).code, 75);
    let house = House::office();
    for args in [
        &["receive", "--bogus"][..],
        &["receive", "word"],
        &["--data", "/proc/nowhere", "receive"],
        &["--config", "/nowhere.toml", "receive"],
        &["--lang", "fr", "receive"],
        &["--at", "2016-05-01", "receive"],
    ] {
        let ran = house.run_with_input(message, args);
        assert_eq!(ran.code, 75, "{args:?}: {}{}", ran.out, ran.err);
    }
    assert_eq!(house.run_in(&[("LICHHOP_NOW", "tomorrow")], &["receive"]).code, 75);
    house.set("connections = 4", "connections = \"many\"");
    assert_eq!(receives(&house, message).code, 75);
    house.set("connections = \"many\"", "connections = 4");
    // Whom nobody knows may not hand anything over, and loses nothing.
    let user = house.json(&["account", "list"])[0]["user"].as_str().unwrap().to_owned();
    house.ok(&["account", "grant", "somebody", "--role", "admin"]);
    house.ok(&["account", "grant", &user, "--role", "viewer"]);
    assert_eq!(receives(&house, message).code, 75);
}

#[test]
fn who_closes_his_ears_is_not_told_to_try_again() {
    let house = House::office();
    let mut child = house
        .command(&["receive"])
        .stdin(Stdio::piped())
        .stdout(fs::OpenOptions::new().write(true).open("/dev/full").unwrap())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"From: a@b.vn\n\nx").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(house.json(&["receive", "--list"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_maildir_is_read_once_and_moved_on() {
    let house = House::office();
    let id = house.issued("CDA");
    house.ok(&["flush"]);
    let (_, uid) = invitation(&house, CDA);
    let root = house.path("thu");
    house.refused(66, &["receive", "--maildir", "thu"], &["thu"]);
    for name in ["", "new", "cur", "tmp"] {
        fs::create_dir(root.join(name)).unwrap();
    }
    fs::write(root.join("new/1.reply"), reply(&uid, CDA, "DECLINED")).unwrap();
    fs::write(root.join("new/2.rubbish"), "rubbish").unwrap();
    fs::write(house.path("secret"), "secret").unwrap();
    symlink(house.path("secret"), root.join("new/3.link")).unwrap();
    let report = house.json(&["receive", "--maildir", "thu"]);
    assert_eq!(report, json!({"taken": 2, "repeated": 0, "waiting": 1, "skipped": 1, "more": false}));
    assert!(root.join("cur/1.reply:2,S").exists() && root.join("cur/2.rubbish:2,S").exists());
    assert_eq!(house.json(&["meeting", "replies", &id])[0]["state"], "declined");
    // A crash between the two: it lies there again.
    fs::rename(root.join("cur/1.reply:2,S"), root.join("new/1.reply")).unwrap();
    let report = house.json(&["receive", "--maildir", "thu"]);
    assert_eq!((&report["taken"], &report["repeated"]), (&json!(0), &json!(1)));
    house.refused(78, &["receive", "--imap"], &["receive.imap"]);
    house.ok(&["check"]);
}

#[test]
fn the_office_records_answers() {
    let house = House::office();
    let id = house.issued("CDA,VPC");
    let said = house.ok(&["meeting", "reply", &id, "--unit", "CDA", "accept"]);
    assert!(said.contains(&id) && said.contains("sẽ dự"), "{said}");
    house.ok(&["meeting", "reply", &id, "--unit", "VPC", "substitute", "Phó Vụ trưởng", "--reason", "đi công tác"]);
    let replies = house.json(&["meeting", "replies", &id]);
    assert_eq!((&replies[0]["state"], &replies[0]["trust"]), (&json!("accepted"), &json!("recorded")));
    assert_eq!(replies[1]["substitute"]["name"], "Phó Vụ trưởng");
    assert!(house.ok(&["meeting", "replies", &id]).contains("Phó Vụ trưởng; đi công tác"));
    house.refused(64, &["meeting", "reply", &id, "--unit", "CDA", "substitute"], &["NAME"]);
    house.refused(64, &["meeting", "reply", &id, "--unit", "CDA", "accept", "Ai đó"], &["NAME"]);
    house.refused(65, &["meeting", "reply", &id, "--unit", "TCDL", "accept"], &["TCDL"]);
    let draft = house.add(&[("--invite", "CDA")]);
    house.refused(79, &["meeting", "reply", &draft, "--unit", "CDA", "accept"], &[&draft]);
    assert_eq!(parsed(&house.ok(&["--json", "meeting", "replies", &draft])), json!([]));
}

#[test]
fn what_was_answered_stands_among_what_happened_to_the_meeting() {
    let house = House::office();
    let id = house.issued("CDA,VPC");
    house.ok(&["flush"]);
    let (_, uid) = invitation(&house, CDA);
    assert_eq!(receives(&house, reply(&uid, CDA, "ACCEPTED").as_bytes()).code, 0);
    house.ok(&["meeting", "reply", &id, "--unit", "VPC", "accept"]);
    house.ok(&["meeting", "reply", &id, "--unit", "VPC", "substitute", "Phó Vụ trưởng", "--reason", "đi công tác"]);
    house.ok(&["meeting", "cancel", &id, "--reason", "hoãn"]);
    let past = house.json(&["history", "meeting", &id]);
    let past = past.as_array().unwrap();
    let (own, replies): (Vec<_>, Vec<_>) = past.iter().partition(|version| version["unit"].is_null());
    assert!(own.iter().all(|version| version["action"] != "meeting.reply") && own.last() == past.last().as_ref(), "{past:?}");
    assert!(past.is_sorted_by_key(|version| version["revision"].as_u64().unwrap()), "{past:?}");
    let told: Vec<_> = replies.iter().map(|one| (&one["unit"], &one["action"])).collect();
    let (cda, vpc, reply, take) = (json!("CDA"), json!("VPC"), json!("meeting.reply"), json!("receive.take"));
    assert_eq!(told, [(&cda, &take), (&vpc, &reply), (&vpc, &reply)]);
    let change = |field: &str, from: serde_json::Value, to: &str| json!({"field": field, "from": from, "to": to});
    let first = [change("answer", json!(null), "accepted"), change("trust", json!(null), "claimed")];
    assert_eq!((&replies[0]["changes"], &replies[0]["reason"]), (&json!(first), &json!("Sẽ có mặt")));
    let last = [change("answer", json!("accepted"), "substituted"), change("substitute", json!(null), "Phó Vụ trưởng")];
    assert_eq!((&replies[2]["changes"], &replies[2]["reason"]), (&json!(last), &json!("đi công tác")));
    for (lang, words) in [
        ("vi", ["ghi nhận trả lời", "sẽ dự → cử người khác", "nhận thư"]),
        ("en", ["reply recorded", "accepted → substituted", "mail received"]),
    ] {
        let table = house.ok(&["history", "meeting", &id, "--lang", lang]);
        for word in words.into_iter().chain(["VPC", "Phó Vụ trưởng", "đi công tác"]) {
            assert!(table.contains(word), "{word}: {table}");
        }
        // In the order of time.
        let at = |word: &str| table.find(word).unwrap();
        assert!(at("01/GM-BTN") < at("Sẽ có mặt") && at("Sẽ có mặt") < at("Phó Vụ trưởng") && at("Phó Vụ trưởng") < at("hoãn"), "{table}");
    }
}

/// What a host that serves says until it has taken so many messages by itself, one after the other.
fn taken_by_itself(house: &House, deliveries: &[(&str, &str)]) {
    let mut child = house.start(&["-v", "serve"]);
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    for (n, (file, text)) in deliveries.iter().enumerate() {
        // As a mail server delivers: written aside, then put in place.
        fs::write(house.path("mail/tmp").join(file), text).unwrap();
        fs::rename(house.path("mail/tmp").join(file), house.path("mail/new").join(file)).unwrap();
        while said.matches("took mail").count() <= n {
            let mut line = String::new();
            assert!(err.read_line(&mut line).unwrap() > 0, "{said}");
            said.push_str(&line);
        }
        assert_eq!(house.json(&["receive", "--list", "--all"]).as_array().unwrap().len(), n + 1, "{said}");
    }
    assert!(std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let rest = std::thread::spawn(move || std::io::copy(&mut err, &mut std::io::sink()));
    assert_eq!(child.wait().unwrap().code(), Some(143));
    rest.join().unwrap().unwrap();
}

#[test]
fn a_host_that_serves_looks_into_its_maildir_again_and_again() {
    let house = House::office();
    for folder in ["new", "cur", "tmp"] {
        fs::create_dir_all(house.path("mail").join(folder)).unwrap();
    }
    house.set("maildir = \"\"", &format!("maildir = \"{}\"", house.name("mail")));
    house.set("every = \"1m\"", "every = \"10s\"");
    // The second comes while the host waits for its next look.
    taken_by_itself(&house, &[("1.a", "From: a@b.vn\n\nxin chao"), ("2.b", "From: c@d.vn\n\nxin chao")]);
    assert_eq!(fs::read_dir(house.path("mail/new")).unwrap().count(), 0);
    assert_eq!(fs::read_dir(house.path("mail/cur")).unwrap().count(), 2);
}
