//! Mail to a program: what `flush` prints, and how it ends.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::House;
use crate::relay::certificate::{Certificates, Clients};

/// An office with one invitation, whose mail goes to this script.
fn with_program(script: &str) -> House {
    let house = House::office();
    house.issued("CDA");
    let text = house.write("text", format!("#!/bin/sh\n{script}\n"));
    // Copied by another process: nobody can run a file that a child of this one still holds open.
    let program = house.config().with_file_name("program");
    assert!(std::process::Command::new("cp").arg(text).arg(&program).status().unwrap().success());
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    house.set("relay = \"maildir:out\"", "relay = \"sendmail:program\"");
    house
}

#[test]
fn a_message_is_handed_over_once() {
    let house = with_program("cd \"$HOME/..\"; printf '%s|' \"$@\" >arguments; env >environment; cat >>message");
    let home = house.path("home");
    std::fs::create_dir_all(&home).unwrap();
    let ran = house.run_in(&[("LICHHOP_MAIL_PASSWORD", "geheim99")], &["flush", "--json"]);
    assert_eq!((ran.code, &super::json(&ran.out)["sent"]), (0, &json!(1)), "{ran:?}");
    assert_eq!(house.json(&["outbox", "show", "T1-1"])["state"], "sent");
    house.json(&["flush"]);
    let read = |name: &str| std::fs::read_to_string(house.path(name)).unwrap();
    let to = house.json(&["outbox", "show", "T1-1"])["to"].as_str().unwrap().to_owned();
    let arguments = read("arguments");
    assert!(arguments.starts_with("-i|-f|") && arguments.ends_with(&format!("|--|{to}|")), "{arguments}");
    let message = read("message");
    assert_eq!((message.matches("\nMessage-ID: ").count(), message.contains('\r')), (1, false), "{message}");
    assert!(message.contains("METHOD:REQUEST") || message.contains("text/calendar"), "{message}");
    // The relay's password is not its affair; what it looks up under $HOME is.
    let environment = read("environment");
    assert!(!environment.contains("geheim99") && environment.contains("HOME="), "{environment}");
}

#[test]
fn what_its_codes_come_to() {
    for (code, exit, state, attempts) in [
        (65, 65, "failed", 1),
        (67, 65, "failed", 1),
        (69, 75, "deferred", 1),
        (75, 75, "deferred", 1),
        (64, 69, "queued", 0),
        (77, 77, "queued", 0),
        (78, 69, "queued", 0),
    ] {
        let house = with_program(&format!("cat >/dev/null; printf 'said \\033[2J{code}' >&2; exit {code}"));
        let ran = house.run(&["flush", "--json"]);
        assert_eq!(ran.code, exit, "{code}: {ran:?}");
        assert!(!ran.err.contains('\u{1b}'), "{ran:?}");
        let item = house.json(&["outbox", "show", "T1-1"]);
        assert_eq!((&item["state"], &item["attempts"]), (&json!(state), &json!(attempts)), "{code}: {item}");
        if attempts == 1 {
            assert_eq!((&item["last_error"]["phase"], &item["last_error"]["code"]), (&json!("sendmail"), &json!(null)), "{item}");
            assert!(house.ok(&["outbox", "why", "T1-1"]).contains(&format!("exit code {code}")));
        } else {
            assert!(ran.err.contains(&format!("exit code {code}")), "{ran:?}");
        }
    }
    let refused = with_program("cat >/dev/null; exit 77").run(&["flush", "--lang", "en"]);
    assert!(refused.err.contains("not permitted") && !refused.err.contains("password_file"), "{refused:?}");
}

#[test]
fn one_that_is_not_there_is_a_bad_configuration() {
    let house = with_program("cat >/dev/null");
    std::fs::remove_file(house.config().with_file_name("program")).unwrap();
    let ran = house.run(&["flush", "--json"]);
    assert_eq!((ran.code, &super::json(&ran.out)["remaining"]), (78, &json!(1)), "{ran:?}");
    assert!(ran.err.contains("program") && ran.err.contains("không dùng được chương trình gửi thư"), "{ran:?}");
    assert_eq!(house.json(&["outbox", "show", "T1-1"])["state"], "queued");
}

#[test]
fn certificate_and_key_that_do_not_belong_together_are_a_bad_configuration() {
    let house = House::office();
    house.issued("CDA");
    let relay =
        "relay = \"smtps://127.0.0.1:9\"\nclient_certificate = \"client.pem\"\nclient_key = \"client-key.pem\"\nca_file = \"ca.pem\"";
    house.set("relay = \"maildir:out\"", relay);
    let clients = Clients::new();
    let one = clients.identity();
    let write = |name: &str, text: &[u8]| std::fs::write(house.config().with_file_name(name), text).unwrap();
    write("ca.pem", &std::fs::read(Certificates::for_name("127.0.0.1").file()).unwrap());
    write("client.pem", &std::fs::read(&one.certificate).unwrap());
    for (key, words) in [(None, "không đọc được chứng thư của máy này"), (Some(b"geheim99".to_vec()), "không có khóa PEM")]
    {
        if let Some(key) = key {
            write("client-key.pem", &key);
        }
        let ran = house.run(&["flush"]);
        assert!(ran.code == 78 && ran.err.contains(words) && ran.err.contains("client-key.pem"), "{ran:?}");
        assert!(!ran.err.contains("geheim99"), "{ran:?}");
    }
    let stranger = Clients::new();
    write("client-key.pem", &std::fs::read(stranger.identity().key).unwrap());
    let ran = house.run(&["flush"]);
    assert!(ran.code == 78 && ran.err.contains("client_certificate và client_key không thuộc về nhau"), "{ran:?}");
}
