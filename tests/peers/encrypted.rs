//! TLS and credentials with aiosmtpd.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::certificate::Certificate;
use crate::message_ids;
use crate::office::{Office, addresses, ids, relay};
use crate::server::{PASSWORD, Server, Setup, Tls, USER};

/// The lines of the configuration for a relay with TLS and credentials.
fn config(url: &str, authority: &Path) -> String {
    format!("relay = \"{url}\"\nusername = \"{USER}\"\nca_file = \"{}\"", authority.display())
}

/// All arrive, encrypted and authenticated, and nobody was authenticated in the clear.
fn assert_all_arrived(office: &Office, server: &Server, mechanism: &str) {
    let messages = server.messages();
    assert_eq!(messages.iter().map(|message| message.recipient().to_owned()).collect::<Vec<_>>(), addresses());
    assert_eq!(message_ids(&messages), ids(&office.outbox_of("sent", 1)));
    for event in server.events("message") {
        assert_eq!((&event["encrypted"], &event["authenticated"]), (&Value::Bool(true), &Value::Bool(true)), "{event}");
    }
    let attempts = server.events("auth");
    assert!(!attempts.is_empty());
    for event in attempts {
        assert_eq!((event["mechanism"].as_str(), event["accepted"].as_bool()), (Some(mechanism), Some(true)), "{event}");
        assert_eq!(event["encrypted"].as_bool(), Some(true), "{event}");
    }
    office.assert_sound();
}

/// The password in none of the ways in which it travels.
fn assert_secret(text: &str) {
    for secret in [PASSWORD.to_owned(), STANDARD.encode(PASSWORD), STANDARD.encode(format!("\0{USER}\0{PASSWORD}"))] {
        assert!(!text.contains(&secret), "the password: {text}");
    }
}

#[test]
fn starttls_with_each_mechanism() {
    let certificate = Certificate::of_this_machine();
    for mechanism in ["PLAIN", "LOGIN"] {
        let server = Server::start(&Setup { tls: Some(Tls::Start(&certificate)), mechanisms: &[mechanism], ..Setup::default() });
        let url = format!("smtp://127.0.0.1:{}", server.port);
        let (mut office, _) = Office::with_issued_meeting(&config(&url, &certificate.authority()));
        office.set_password(PASSWORD);
        office.flush_all(15);
        assert_all_arrived(&office, &server, mechanism);
        // EHLO once in the clear and once more behind the handshake (RFC 3207 section 4.2).
        let hellos: Vec<bool> = server.events("ehlo").iter().map(|event| event["encrypted"].as_bool().unwrap()).collect();
        assert_eq!(hellos.iter().filter(|encrypted| **encrypted).count() * 2, hellos.len(), "{hellos:?}");
    }
}

#[test]
fn tls_from_the_first_byte_with_each_mechanism() {
    let certificate = Certificate::of_this_machine();
    for mechanism in ["PLAIN", "LOGIN"] {
        let server = Server::start(&Setup { tls: Some(Tls::Implicit(&certificate)), mechanisms: &[mechanism], ..Setup::default() });
        // By its name, so that the certificate is checked for a name too.
        let url = format!("smtps://localhost:{}", server.port);
        let (office, _) = Office::with_issued_meeting(&config(&url, &certificate.authority()));
        fs::write(office.config_folder().join("mail-password"), format!("{PASSWORD}\n")).unwrap();
        // Relative paths count from the configuration's folder.
        office.configure(&format!("{}\npassword_file = \"mail-password\"", config(&url, &certificate.authority())));
        office.flush_all(15);
        assert_all_arrived(&office, &server, mechanism);
    }
}

#[test]
fn plain_is_preferred_and_no_second_mechanism_is_tried() {
    let certificate = Certificate::of_this_machine();
    for right in [true, false] {
        let mechanisms = &["LOGIN", "PLAIN"];
        let server = Server::start(&Setup { tls: Some(Tls::Implicit(&certificate)), mechanisms, ..Setup::default() });
        let url = format!("smtps://127.0.0.1:{}", server.port);
        let (mut office, _) = Office::with_issued_meeting(&format!("{}\nconnections = 1", config(&url, &certificate.authority())));
        office.set_password(if right { PASSWORD } else { "wrong" });
        assert_eq!(office.flush().code, if right { 0 } else { 77 });
        let tried: Vec<String> = server.events("auth").iter().map(|event| event["mechanism"].to_string()).collect();
        assert_eq!(tried, ["\"PLAIN\""]);
    }
}

#[test]
fn a_wrong_password_burns_nothing() {
    let certificate = Certificate::of_this_machine();
    for tls in [Tls::Start(&certificate), Tls::Implicit(&certificate)] {
        let server = Server::start(&Setup { tls: Some(tls), mechanisms: &["PLAIN"], ..Setup::default() });
        let scheme = if matches!(tls, Tls::Start(_)) { "smtp" } else { "smtps" };
        let url = format!("{scheme}://127.0.0.1:{}", server.port);
        let (mut office, _) = Office::with_issued_meeting(&config(&url, &certificate.authority()));
        office.set_password(&format!("{PASSWORD} no more"));
        for _ in 0..2 {
            let flushed = office.flush();
            assert_eq!((flushed.code, flushed.sent, flushed.failed, flushed.remaining), (77, 0, 0, 15), "{flushed:?}");
            assert!(flushed.err.contains("535"), "{flushed:?}");
            assert_secret(&flushed.err);
            assert!(office.outbox_of("queued", 0).iter().all(|item| item.last_error.is_none()));
        }
        // Relays lock accounts: not more than one attempt for each line and run, and there are four lines.
        let attempts = server.events("auth");
        assert!((2..=8).contains(&attempts.len()), "{attempts:?}");
        assert!(attempts.iter().all(|event| event["accepted"] == false && event["encrypted"] == true), "{attempts:?}");
        assert!(server.messages().is_empty());

        office.set_password(PASSWORD);
        office.flush_all(15);
        assert_eq!(message_ids(&server.messages()), ids(&office.outbox_of("sent", 1)));
    }
}

#[test]
fn the_password_stands_in_no_log() {
    let certificate = Certificate::of_this_machine();
    for mechanism in ["PLAIN", "LOGIN"] {
        let server = Server::start(&Setup { tls: Some(Tls::Implicit(&certificate)), mechanisms: &[mechanism], ..Setup::default() });
        let url = format!("smtps://127.0.0.1:{}", server.port);
        let (mut office, _) = Office::with_issued_meeting(&config(&url, &certificate.authority()));
        office.set_password(PASSWORD);
        let run = office.run(&["-vv", "flush"]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(!run.err.is_empty(), "everything is logged");
        assert_secret(&run.err);
        assert_secret(&run.out);
        assert_secret(&office.done(&["config", "show"]));
    }
}

#[test]
fn whom_no_known_authority_vouches_for_gets_nothing() {
    let certificate = Certificate::of_this_machine();
    let another = Certificate::of_this_machine();
    let misnamed = Certificate::of(&["mail.example"]);
    for (shown, trusted) in [(&certificate, &another), (&misnamed, &misnamed)] {
        for tls in [Tls::Start(shown), Tls::Implicit(shown)] {
            let server = Server::start(&Setup { tls: Some(tls), mechanisms: &["PLAIN"], ..Setup::default() });
            let scheme = if matches!(tls, Tls::Start(_)) { "smtp" } else { "smtps" };
            let url = format!("{scheme}://127.0.0.1:{}", server.port);
            let (mut office, _) = Office::with_issued_meeting(&config(&url, &trusted.authority()));
            office.set_password(PASSWORD);
            let flushed = office.flush();
            assert_eq!((flushed.code, flushed.sent, flushed.remaining), (69, 0, 15), "{flushed:?}");
            assert!(flushed.err.contains("in phase tls") && flushed.err.contains("certificate"), "{flushed:?}");
            office.outbox_of("queued", 0);
            assert!(server.events("auth").is_empty() && server.messages().is_empty());
            assert!(server.events("ehlo").iter().all(|event| event["encrypted"] == false), "nothing behind the handshake");
        }
    }
}

#[test]
fn a_wrong_configuration_is_told_apart() {
    let certificate = Certificate::of_this_machine();
    let server = Server::start(&Setup { tls: Some(Tls::Implicit(&certificate)), mechanisms: &["PLAIN"], ..Setup::default() });
    let url = format!("smtps://127.0.0.1:{}", server.port);
    let (mut office, _) = Office::with_issued_meeting(&config(&url, &certificate.authority()));
    fs::write(office.config_folder().join("empty.pem"), "").unwrap();
    let without_password = config(&url, &certificate.authority());
    let unusable = [
        without_password.clone(),
        format!("{without_password}\npassword_file = \"not-there\""),
        config(&url, Path::new("not-there.pem")),
        config(&url, Path::new("empty.pem")),
        config(&url, &certificate.key()),
    ];
    for (n, mail) in unusable.iter().enumerate() {
        office.configure(mail);
        let flushed = office.flush();
        assert_eq!((flushed.code, flushed.remaining), (78, 15), "{n}: {flushed:?}");
        office.outbox_of("queued", 0);
        office.set_password(PASSWORD);
    }
    // What is wrong in the file itself is found before anything is opened.
    office.configure(&without_password.replace("smtps", "smtp+plain"));
    let run = office.run(&["flush"]);
    assert_eq!(run.code, 78, "{run:?}");
    assert!(server.events("ehlo").is_empty());
    office.configure(&without_password);
    office.flush_all(15);
}

#[test]
fn credentials_never_go_in_the_clear() {
    // A relay that offers no STARTTLS, or on whose way it was struck out.
    let server = Server::start(&Setup::default());
    let certificate = Certificate::of_this_machine();
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let (mut office, _) = Office::with_issued_meeting(&config(&url, &certificate.authority()));
    office.set_password(PASSWORD);
    let flushed = office.flush();
    assert_eq!((flushed.code, flushed.remaining), (69, 15), "{flushed:?}");
    assert!(flushed.err.contains("in phase starttls"), "{flushed:?}");
    office.outbox_of("queued", 0);
    assert!(server.events("auth").is_empty() && server.messages().is_empty());
}

#[test]
fn a_relay_that_wants_tls_or_credentials_of_somebody_without_burns_nothing() {
    let certificate = Certificate::of_this_machine();
    let wants_tls = Setup { tls: Some(Tls::Start(&certificate)), ..Setup::default() };
    let wants_both = Setup { mechanisms: &["PLAIN"], tls: Some(Tls::Implicit(&certificate)), ..Setup::default() };
    for (setup, scheme) in [(wants_tls, "smtp"), (wants_both, "smtps")] {
        let server = Server::start(&setup);
        let mail = relay(server.port).replace("smtp", scheme);
        let (mut office, _) = Office::with_issued_meeting(&format!("{mail}\nca_file = \"{}\"", certificate.authority().display()));
        let flushed = office.flush();
        assert_eq!((flushed.code, flushed.remaining), (77, 15), "{flushed:?}");
        assert!(flushed.err.contains("530"), "{flushed:?}");
        office.outbox_of("queued", 0);
        if scheme == "smtps" {
            office.configure(&config(&format!("smtps://127.0.0.1:{}", server.port), &certificate.authority()));
            office.set_password(PASSWORD);
            office.flush_all(15);
        }
    }
}
