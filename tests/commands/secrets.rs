//! The password: where it comes from, and that nothing but the relay ever hears it. The real program, logging everything, sends to
//! a relay that asks for it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{House, Ran, json};
use crate::relay::certificate::{Certificates, Clients};
use crate::relay::server::{Do, Server, say};
use crate::relay::{accept, implicit, quit};

const USER: &str = "van-phong";
const PASSWORD: &str = "mật-khẩu geheim99";

/// The password in all the ways in which it travels.
fn secrets() -> [String; 4] {
    let plain = STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
    [PASSWORD.to_owned(), "geheim99".to_owned(), STANDARD.encode(PASSWORD), plain]
}

#[track_caller]
fn assert_silent(what: &str, text: &str) {
    for secret in secrets() {
        assert!(!text.contains(&secret), "{what} holds {secret}: {text}");
    }
}

/// An office with one invitation, whose mail goes to `port` with TLS and credentials.
fn office(certificates: &Certificates, port: u16) -> House {
    let house = House::office();
    house.issued("CDA");
    let ca = certificates.file();
    let relay = format!("relay = \"smtps://127.0.0.1:{port}\"\nca_file = \"{}\"\nusername = \"{USER}\"", ca.display());
    house.set("relay = \"maildir:out\"", &relay);
    house
}

/// Sends everything, with the password from one of its places.
async fn flush(house: House, place: &'static str) -> (House, Ran) {
    let run = move || {
        let args = &["-vv", "flush", "--json"];
        let ran = match place {
            "the environment" => house.run_in(&[("LICHHOP_MAIL_PASSWORD", PASSWORD)], args),
            "a credential" => {
                std::fs::create_dir_all(house.path("credentials")).unwrap();
                house.write("credentials/smtp-password", format!("{PASSWORD}\n"));
                house.run_in(&[("CREDENTIALS_DIRECTORY", &house.name("credentials"))], args)
            }
            _ => {
                std::fs::write(house.config().with_file_name("mail-password"), format!("{PASSWORD}\n")).unwrap();
                house.set("# password_file = \"mail-password\"", "password_file = \"mail-password\"");
                // Neither of the others counts where a file is named.
                house.run_in(&[("LICHHOP_MAIL_PASSWORD", "another")], args)
            }
        };
        (house, ran)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// Everything that tells something of a run, and everything that is kept of it.
fn assert_nothing_told(house: &House, ran: &Ran) {
    assert_silent("the log", &ran.err);
    assert_silent("the output", &ran.out);
    for args in [
        &["-vv", "outbox", "list", "--json"][..],
        &["outbox", "show", "T1-1", "--json"],
        &["outbox", "why", "T1-1"],
        &["audit", "list", "--json"],
        &["config", "show"],
        &["status"],
        &["status", "--json"],
        &["status", "--metrics", "-"],
        &["report", "outbox"],
        &["report", "outbox", "--json"],
        &["report", "outbox", "--format", "csv"],
    ] {
        let shown = house.run(args);
        assert!(!shown.out.is_empty(), "{args:?}: {shown:?}");
        assert_silent(&args.join(" "), &format!("{}{}", shown.out, shown.err));
    }
    let mut folders = vec![house.state()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap() {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => {
                    files += 1;
                    assert_silent(&entry.path().display().to_string(), &String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()));
                }
                _ => {}
            }
        }
    }
    assert!(files > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_relay_hears_the_password_and_nobody_else() {
    let certificates = Certificates::for_name("127.0.0.1");
    let [_, _, password, plain] = secrets();
    let user = STANDARD.encode(USER);
    for place in ["a file", "a credential", "the environment"] {
        for offer in ["AUTH_PLAIN", "AUTH_LOGIN"] {
            let steps = if offer == "AUTH_PLAIN" {
                vec![Do::Hear("AUTH PLAIN "), say("235 ok\r\n")]
            } else {
                vec![Do::Hear("AUTH LOGIN"), say("334 \r\n"), Do::Hear(""), say("334 \r\n"), Do::Hear(""), say("235 ok\r\n")]
            };
            let script = [implicit(offer), steps, accept("taken"), quit()].concat();
            let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
            let (house, ran) = flush(office(&certificates, server.port), place).await;
            assert_eq!((ran.code, &json(&ran.out)["sent"]), (0, &serde_json::json!(1)), "{place}: {ran:?}");
            let heard = server.finish_one().await.lines;
            let told = if offer == "AUTH_PLAIN" { vec![format!("AUTH PLAIN {plain}")] } else { vec![user.clone(), password.clone()] };
            assert!(told.iter().all(|line| heard.contains(line)), "{place}: the relay heard it: {heard:?}");
            assert!(ran.err.contains("relay connected"), "everything is logged: {}", ran.err);
            assert_nothing_told(&house, &ran);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_repeats_it_in_a_refusal_does_not_make_us_tell_it() {
    let certificates = Certificates::for_name("127.0.0.1");
    let [_, _, password, plain] = secrets();
    for (offer, steps) in [
        ("AUTH_PLAIN", vec![Do::Hear("AUTH PLAIN "), say(&format!("535 5.7.8 wrong: {plain} {PASSWORD}\r\n")), Do::Hold]),
        (
            "AUTH_LOGIN",
            vec![
                Do::Hear("AUTH LOGIN"),
                say("334 \r\n"),
                Do::Hear(""),
                say("334 \r\n"),
                Do::Hear(""),
                say(&format!("535 5.7.8 wrong: {password} {PASSWORD}\r\n")),
                Do::Hold,
            ],
        ),
    ] {
        let server = Server::start(vec![[implicit(offer), steps].concat()], Some(certificates.acceptor.clone()));
        let (house, ran) = flush(office(&certificates, server.port), "the environment").await;
        assert_eq!((ran.code, &json(&ran.out)["remaining"]), (77, &serde_json::json!(1)), "{ran:?}");
        assert!(ran.err.contains("535"), "{}", ran.err);
        assert_nothing_told(&house, &ran);
        server.finish_one().await;
    }
}

#[test]
fn a_file_that_others_can_read_is_told_of() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::office();
    house.issued("CDA");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    house.set("relay = \"maildir:out\"", &format!("relay = \"smtp://127.0.0.1:{free}\"\nusername = \"u\"\npassword_file = \"secret\""));
    let file = house.config().with_file_name("secret");
    std::fs::write(&file, PASSWORD).unwrap();
    for (mode, told) in [(0o600, false), (0o640, false), (0o644, true), (0o602, true)] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let ran = house.run(&["flush"]);
        assert_eq!((ran.code, ran.err.contains("chmod 600")), (69, told), "{mode:o}: {ran:?}");
        assert_silent("the warning", &ran.err);
    }
}

#[test]
fn a_key_that_others_can_read_is_told_of_and_a_certificate_is_everybodys() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::office();
    house.issued("CDA");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (clients, server) = (Clients::new(), Certificates::for_name("127.0.0.1"));
    let identity = clients.identity();
    let (certificate, key, ca) = (identity.certificate.display(), identity.key.display(), server.file());
    let files = format!("client_certificate = \"{certificate}\"\nclient_key = \"{key}\"\nca_file = \"{}\"", ca.display());
    house.set("relay = \"maildir:out\"", &format!("relay = \"smtps://127.0.0.1:{free}\"\n{files}"));
    std::fs::set_permissions(&identity.certificate, std::fs::Permissions::from_mode(0o644)).unwrap();
    for (mode, told) in [(0o600, false), (0o644, true)] {
        std::fs::set_permissions(&identity.key, std::fs::Permissions::from_mode(mode)).unwrap();
        let ran = house.run(&["flush"]);
        assert_eq!((ran.code, ran.err.contains("chmod 600")), (69, told), "{mode:o}: {ran:?}");
        assert!(!ran.err.contains("/client.pem"), "{ran:?}");
    }
}
