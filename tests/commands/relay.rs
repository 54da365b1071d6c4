//! The relay away, the relay wrong: what `flush` prints, and how it ends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::json;

use super::{House, keys, names};

/// A port at which nobody listens.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A relay that greets with one reply and answers every recipient with another; its address.
pub(super) fn relay_that_says(greeting: &'static str, recipient: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || converse(&stream, greeting, recipient));
        }
    });
    format!("smtp://{address}")
}

fn converse(mut stream: &TcpStream, greeting: &str, recipient: &str) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    write!(stream, "{greeting}\r\n")?;
    while let Some(Ok(line)) = lines.next() {
        let verb = line.get(..4).unwrap_or("").to_ascii_uppercase();
        match verb.as_str() {
            "RCPT" => write!(stream, "{recipient}\r\n")?,
            "QUIT" => return write!(stream, "221 bye\r\n"),
            "DATA" => {
                write!(stream, "354 go on\r\n")?;
                while lines.next().is_some_and(|line| line.is_ok_and(|line| line != ".")) {}
                write!(stream, "250 2.0.0 taken\r\n")?;
            }
            _ => write!(stream, "250 relay.test\r\n")?,
        }
    }
    Ok(())
}

/// A house with an issued meeting to one unit and a relay that says this.
fn with_relay(greeting: &'static str, recipient: &'static str) -> House {
    let house = House::office();
    house.issued("CDA");
    house.set("relay = \"maildir:out\"", &format!("relay = \"{}\"", relay_that_says(greeting, recipient)));
    house
}

#[test]
fn a_relay_that_takes_everything_is_0() {
    let house = with_relay("220 relay.test", "250 2.1.5 ok");
    assert_eq!(house.json(&["flush"])["sent"], 1);
    assert_eq!(house.json(&["outbox", "show", "T1-1"])["state"], "sent");
}

#[test]
fn what_is_put_off_is_75_and_says_until_when_and_why() {
    let house = with_relay("220 relay.test", "450 4.2.1 mailbox busy \u{1b}]0;x\u{7}\u{1b}[2J");
    let ran = house.run(&["flush", "--json"]);
    assert_eq!(ran.code, 75, "{ran:?}");
    let flush = super::json(&ran.out);
    assert_eq!((&flush["sent"], &flush["deferred"], &flush["failed"], &flush["remaining"]), (&json!(0), &json!(1), &json!(0), &json!(1)));
    let item = house.json(&["outbox", "show", "T1-1"]);
    assert_eq!((&item["state"], &item["attempts"]), (&json!("deferred"), &json!(1)));
    assert!(item["next_attempt"].as_str().unwrap().ends_with('Z'), "{item}");
    let error = &item["last_error"];
    assert!(keys(error).is_superset(&names("phase code enhanced text")), "{error}");
    assert_eq!((&error["code"], &error["enhanced"]), (&json!(450), &json!("4.2.1")));
    for args in [&["outbox", "list"][..], &["outbox", "show", "T1-1"], &["outbox", "why", "T1-1"]] {
        assert!(house.ok(args).contains("mailbox busy"), "{args:?}");
    }
    // The clock stands, so nothing is due: the relay is not asked again.
    let again = house.run(&["flush", "--json"]);
    assert_eq!((again.code, &super::json(&again.out)["remaining"]), (0, &json!(1)), "{again:?}");
}

#[test]
fn a_code_of_the_relay_is_said_once() {
    let house = with_relay("220 relay.test", "550 5.1.1 no such mailbox");
    house.run(&["flush"]);
    let why = house.ok(&["outbox", "why", "T1-1"]);
    assert_eq!(why.matches("5.1.1").count(), 1, "{why}");
}

#[test]
fn a_cancellation_says_how_many_messages_really_wait() {
    let house = House::office();
    let id = house.issued("CDA,CVHCS");
    let cancelled = house.run(&["meeting", "cancel", &id, "--reason", "x"]);
    assert_eq!(cancelled.code, 0, "{}", cancelled.err);
    let waiting = house.json(&["outbox", "list", "--state", "queued"]).as_array().unwrap().len();
    assert_eq!(waiting, 0);
    assert!(!cancelled.err.contains("lichhop flush"), "{}", cancelled.err);
}

#[test]
fn what_is_refused_for_good_is_65_and_not_tried_again() {
    let house = with_relay("220 relay.test", "550 5.1.1 no such mailbox \u{1b}[31m");
    let ran = house.run(&["flush", "--json"]);
    assert_eq!(ran.code, 65, "{ran:?}");
    let flush = super::json(&ran.out);
    assert_eq!((&flush["failed"], &flush["remaining"]), (&json!(1), &json!(0)));
    assert!(house.ok(&["outbox", "why", "T1-1"]).contains("no such mailbox"));
    assert_eq!(house.json(&["flush"])["failed"], 0);
    assert_eq!(house.json(&["outbox", "list", "--state", "failed"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_relay_that_sends_us_away_keeps_the_messages() {
    for greeting in ["421 4.3.2 closing down \u{1b}[2J", "554 5.3.2 no service", "hello there", "220 relay.test\u{1b}[2J"] {
        let house = with_relay(greeting, "421 4.3.2 enough\u{1b}[2J");
        let ran = house.run(&["flush", "--json"]);
        assert!([69, 75].contains(&ran.code), "{greeting:?}: {ran:?}");
        assert_eq!(super::json(&ran.out)["remaining"], 1, "{greeting:?}: {ran:?}");
        assert!(house.run(&["flush"]).err.lines().count() < 6);
        house.ok(&["outbox", "why", "T1-1"]);
    }
}

#[test]
fn a_relay_that_is_down_is_69_and_the_document_is_printed_all_the_same() {
    let house = House::office();
    house.issued("CDA,CVHCS");
    house.set("relay = \"maildir:out\"", &format!("relay = \"smtp://127.0.0.1:{}\"", free_port()));
    for _ in 0..2 {
        let ran = house.run(&["flush", "--json"]);
        assert_eq!(ran.code, 69, "{ran:?}");
        let flush = super::json(&ran.out);
        assert_eq!(keys(&flush), names("sent deferred failed held remaining maybe_repeated elapsed_ms"));
        assert_eq!((&flush["sent"], &flush["failed"], &flush["remaining"]), (&json!(0), &json!(0), &json!(2)));
        assert!(ran.err.contains("hàng đợi"), "{}", ran.err);
    }
    let ran = house.run(&["flush", "--lang", "en"]);
    assert_eq!(ran.code, 69);
    assert!(ran.out.contains("2 remain") && ran.err.contains("cannot be reached"), "{ran:?}");
    assert_eq!(house.json(&["outbox", "list", "--state", "failed"]), json!([]));
    house.ok(&["outbox", "why", "T1-1"]);
    let relay = std::fs::read_to_string(house.config()).unwrap();
    let line = relay.lines().find(|line| line.starts_with("relay = ")).unwrap();
    house.set(line, "relay = \"maildir:out\"");
    let back = house.run(&["flush", "--json"]);
    let sent = super::json(&back.out);
    assert!([0, 75].contains(&back.code), "{back:?}");
    assert_eq!(sent["sent"].as_u64().unwrap() + sent["remaining"].as_u64().unwrap(), 2);
    house.fingerprint();
}

#[test]
fn with_nothing_to_send_the_relay_is_not_asked() {
    let house = House::office();
    house.set("relay = \"maildir:out\"", &format!("relay = \"smtp://127.0.0.1:{}\"", free_port()));
    assert_eq!(house.untouched(|| house.json(&["flush"]))["remaining"], 0);
}

#[test]
fn a_relay_whose_password_or_certificates_cannot_be_read_is_bad_configuration() {
    let house = House::office();
    house.issued("CDA");
    let down = format!("relay = \"smtp://127.0.0.1:{}\"", free_port());
    house.set("relay = \"maildir:out\"", &down);
    house.set("# username = \"van-phong\"", "username = \"van-phong\"");
    let ran = house.run(&["flush", "--json"]);
    assert_eq!(ran.code, 78, "{ran:?}");
    assert_eq!(super::json(&ran.out)["remaining"], 1);
    assert!(ran.err.contains("LICHHOP_MAIL_PASSWORD"), "{}", ran.err);
    house.set("# password_file = \"mail-password\"", "password_file = \"mail-password\"");
    let ran = house.run(&["flush"]);
    assert!(ran.code == 78 && ran.err.contains("mail-password"), "{ran:?}");
    std::fs::write(house.config().with_file_name("mail-password"), "geheim99\n").unwrap();
    let ran = house.run(&["-vv", "flush"]);
    assert!(ran.code == 69 && !ran.err.contains("geheim99"), "{ran:?}");
}

#[test]
fn a_maildir_that_cannot_be_written_loses_nothing() {
    let house = House::office();
    house.issued("CDA");
    house.set("relay = \"maildir:out\"", "relay = \"maildir:/proc/lichhop-test\"");
    let ran = house.run(&["flush", "--json"]);
    assert!([69, 74, 75, 78].contains(&ran.code), "{ran:?}");
    assert_eq!(super::json(&ran.out)["remaining"], 1, "{ran:?}");
    assert!(ran.err.contains("/proc/lichhop-test"), "{}", ran.err);
}

#[test]
fn why_says_what_happens_next() {
    let house = House::office();
    let id = house.issued("CDA");
    let why = house.ok(&["outbox", "why", "T1-1"]);
    assert!(why.contains("T1-1") && why.contains("Cục Điện ảnh") && why.contains("lichhop flush"), "{why}");
    house.ok(&["meeting", "cancel", &id, "--reason", "x"]);
    // The invitation was never sent: neither it nor a cancellation goes out.
    assert_eq!(house.json(&["flush"])["sent"], 0);
    assert!(house.delivered().is_empty());
    let why = house.ok(&["outbox", "why", "T1-1"]);
    assert!(why.contains("T1-1") && why.lines().count() >= 2, "{why}");
    let item = house.json(&["outbox", "show", "T1-1"]);
    assert_eq!(item["state"], "dropped");
    assert!(item["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{item}");
}
