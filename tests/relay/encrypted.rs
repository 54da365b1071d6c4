//! TLS and credentials.

use lichhop::mail::driver::{Credentials, Fail, Fate, Phase, Relay, RelayError, Roots, RootsError, Security, Why, open};
use zeroize::Zeroizing;

use super::certificate::Certificates;
use super::server::{Do, Server, say};
use super::{MESSAGE, SHORT, accept, ehlo, envelope, hello, kind, patient, quit, up_to_body};

fn relay(port: u16, security: Security, roots: &Roots) -> Relay {
    Relay::new("127.0.0.1", port, security, roots).unwrap().with_limits(patient())
}

fn credentials() -> Credentials {
    Credentials { username: "van-phong".to_owned(), password: Zeroizing::new("mật khẩu".to_owned()) }
}

/// Greeting and EHLO in the clear, STARTTLS, and EHLO again.
fn start_tls(capabilities: &str) -> Vec<Do> {
    let mut steps = hello("STARTTLS PIPELINING");
    steps.extend([Do::Hear("STARTTLS"), say("220 go\r\n"), Do::Tls]);
    steps.extend(ehlo(capabilities));
    steps
}

fn implicit(capabilities: &str) -> Vec<Do> {
    [vec![Do::Tls], hello(capabilities)].concat()
}

#[track_caller]
fn assert_fail(fail: &Fail, phase: Phase, why: &str) {
    assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (phase, why, Fate::NotSent));
    assert!(fail.concerns_relay());
}

#[tokio::test]
async fn messages_over_tls() {
    let trusted = [Certificates::for_name("127.0.0.1"), Certificates::self_signed("127.0.0.1")];
    for certificates in &trusted {
        for (security, opening) in [(Security::StartTls, start_tls("")), (Security::Implicit, implicit("PIPELINING"))] {
            let script = [opening, accept("one"), accept("two"), quit()].concat();
            let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
            let connection = open(&relay(server.port, security, &certificates.roots())).await.unwrap();
            assert!(connection.is_encrypted());
            let (kept, first) = connection.send(&envelope(), MESSAGE).await;
            assert_eq!(first.unwrap().text, "one");
            let (kept, second) = kept.unwrap().send(&envelope(), MESSAGE).await;
            assert_eq!(second.unwrap().text, "two");
            kept.unwrap().quit().await;
            assert_eq!(server.finish_one().await.bodies.len(), 2);
        }
    }
}

#[tokio::test]
async fn a_name_in_the_certificate() {
    let certificates = Certificates::for_name("localhost");
    let server = Server::start(vec![[implicit(""), accept("ok"), quit()].concat()], Some(certificates.acceptor.clone()));
    let relay = Relay::new("localhost", server.port, Security::Implicit, &certificates.roots()).unwrap().with_limits(patient());
    let (kept, sent) = super::open_and_send(&relay, MESSAGE).await;
    sent.unwrap();
    kept.unwrap().quit().await;
    server.finish_one().await;
}

#[tokio::test]
async fn certificates_nobody_vouches_for() {
    let right = Certificates::for_name("127.0.0.1");
    let other = Certificates::for_name("127.0.0.1");
    let misnamed = Certificates::for_name("mail.example.vn");
    let authority = Certificates::authority("127.0.0.1");
    for (there, roots) in [(&right, other.roots()), (&misnamed, misnamed.roots()), (&authority, authority.roots())] {
        for (security, script) in [(Security::StartTls, start_tls("")), (Security::Implicit, implicit(""))] {
            let server = Server::start(vec![script], Some(there.acceptor.clone()));
            let fail = open(&relay(server.port, security, &roots)).await.unwrap_err();
            assert_fail(&fail, Phase::Tls, "tls");
            let Why::Tls(error) = &fail.why else { panic!("{fail}") };
            assert!(matches!(**error, tokio_rustls::rustls::Error::InvalidCertificate(_)), "{error}");
            server.finish_one().await;
        }
    }
}

#[tokio::test]
async fn starttls_that_does_not_come_about() {
    let certificates = Certificates::for_name("127.0.0.1");
    let asked = |more: Vec<Do>| [hello("STARTTLS"), vec![Do::Hear("STARTTLS")], more].concat();
    let cases = [
        ("struck out", [hello("PIPELINING"), vec![Do::Hold]].concat(), Phase::StartTls, "lacks StartTls"),
        ("454", asked(vec![say("454 not now\r\n"), Do::Hold]), Phase::StartTls, "reply 454"),
        ("250", asked(vec![say("250 ok\r\n"), Do::Hold]), Phase::StartTls, "odd 250"),
        ("end", asked(vec![Do::Fin, Do::Hold]), Phase::StartTls, "eof"),
        ("silence", asked(vec![say("220 go\r\n"), Do::Hold]), Phase::Tls, "timeout"),
        ("end of handshake", asked(vec![say("220 go\r\n"), Do::Taste, Do::Fin, Do::Hold]), Phase::Tls, "eof"),
        ("reset in handshake", asked(vec![say("220 go\r\n"), Do::Taste, Do::Rst]), Phase::Tls, "io"),
        ("no TLS", asked(vec![say("220 go\r\n"), Do::Taste, say("500 what is this\r\n"), Do::Hold]), Phase::Tls, "tls"),
        ("a forged reply", asked(vec![say("220 go\r\n250-forger\r\n250 AUTH PLAIN\r\n"), Do::Hold]), Phase::Tls, "BytesBeforeTls"),
        ("half a forged line", asked(vec![say("220 go\r\n250-8BITMIME"), Do::Tls]), Phase::Tls, "BytesBeforeTls"),
        ("a forged reply a moment later", asked(vec![say("220 go\r\n"), Do::Taste, say("250 forger\r\n"), Do::Hold]), Phase::Tls, "tls"),
        ("EHLO refused inside", [start_tls("")[..6].to_vec(), vec![say("421 x\r\n"), Do::Hold]].concat(), Phase::Ehlo, "reply 421"),
    ];
    for (name, script, phase, why) in cases {
        let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
        let mut limits = patient();
        if name == "silence" {
            limits.tls = SHORT;
        }
        let relay = relay(server.port, Security::StartTls, &certificates.roots()).with_limits(limits).with_credentials(credentials());
        let fail = open(&relay).await.expect_err(name);
        assert_eq!(fail.phase, phase, "{name}: {fail}");
        assert_fail(&fail, phase, why);
        let heard = server.finish_one().await;
        assert!(!heard.lines.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{name}: {heard:?}");
    }
}

#[tokio::test]
async fn plaintext_where_tls_is_due() {
    let certificates = Certificates::for_name("127.0.0.1");
    let server = Server::start(vec![[hello(""), vec![Do::Hold]].concat()], None);
    // The relay speaks first, in the clear. Its script fails on our handshake, which is no EHLO: only we are asked.
    let fail = open(&relay(server.port, Security::Implicit, &certificates.roots())).await.unwrap_err();
    assert_fail(&fail, Phase::Tls, "tls");
}

#[tokio::test]
async fn offers_in_the_clear_count_for_nothing() {
    let certificates = Certificates::for_name("127.0.0.1");
    // PIPELINING was offered before TLS only: this relay answers each command before it reads the next.
    let script =
        [hello("STARTTLS PIPELINING SIZE_1 AUTH_PLAIN"), vec![Do::Hear("STARTTLS"), say("220 go\r\n"), Do::Tls], ehlo("")].concat();
    let server = Server::start(vec![[script, vec![Do::Hold]].concat()], Some(certificates.acceptor.clone()));
    let relay = relay(server.port, Security::StartTls, &certificates.roots());
    let connection = open(&relay).await.unwrap();
    assert_eq!(connection.size_limit(), None);
    drop(connection);
    let heard = server.finish_one().await;
    assert_eq!(heard.lines.len(), 3);
}

#[tokio::test]
async fn credentials_are_never_sent_in_the_clear() {
    let server = Server::start(vec![[hello("AUTH_PLAIN_LOGIN"), vec![Do::Hold]].concat()], None);
    let fail = open(&super::relay(server.port, patient()).with_credentials(credentials())).await.unwrap_err();
    assert_fail(&fail, Phase::Auth, "local AuthInClear");
    let heard = server.finish_one().await;
    assert_eq!((heard.lines.len(), heard.rest.len()), (1, 0));
}

#[tokio::test]
async fn plain_and_login() {
    const PLAIN: &str = "AUTH PLAIN AHZhbi1waG9uZwBt4bqtdCBraOG6qXU=";
    const USER: &str = "dmFuLXBob25n";
    const PASSWORD: &str = "beG6rXQga2jhuql1";
    let certificates = Certificates::for_name("127.0.0.1");
    let plain = || vec![Do::Hear(PLAIN), say("235 ok\r\n")];
    let login =
        |first, second| vec![Do::Hear("AUTH LOGIN"), say(first), Do::Hear(USER), say(second), Do::Hear(PASSWORD), say("235 ok\r\n")];
    for (offer, steps) in [
        ("AUTH_LOGIN_PLAIN", plain()),
        ("auth_plain", plain()),
        ("AUTH=PLAIN", plain()),
        ("AUTH_LOGIN", login("334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n")),
        ("AUTH=login", login("334 VXNlcjo=\r\n", "334 \r\n")),
        ("AUTH_CRAM-MD5_LOGIN", login("334\r\n", "334\r\n")),
    ] {
        for (security, opening) in [(Security::StartTls, start_tls(offer)), (Security::Implicit, implicit(offer))] {
            let script = [opening, steps.clone(), accept("ok"), quit()].concat();
            let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
            let relay = relay(server.port, security, &certificates.roots()).with_credentials(credentials());
            let (kept, sent) = super::open_and_send(&relay, MESSAGE).await;
            sent.unwrap();
            kept.unwrap().quit().await;
            server.finish_one().await;
        }
    }
}

#[tokio::test]
async fn credentials_that_are_not_taken() {
    let certificates = Certificates::for_name("127.0.0.1");
    let after = |offer, more: Vec<Do>| [implicit(offer), more, vec![Do::Hold]].concat();
    for (script, why) in [
        (
            after("AUTH_PLAIN_LOGIN", vec![Do::Hear("AUTH PLAIN"), say("535 5.7.8 wrong: AHZhbi1waG9uZwBt4bqtdCBraOG6qXU= mật khẩu\r\n")]),
            "reply 535",
        ),
        (after("AUTH_PLAIN", vec![Do::Hear("AUTH PLAIN"), say("334 \r\n")]), "odd 334"),
        (after("AUTH_LOGIN", vec![Do::Hear("AUTH LOGIN"), say("235 already\r\n")]), "odd 235"),
        (after("AUTH_LOGIN", vec![Do::Hear("AUTH LOGIN"), say("334 \r\n"), Do::Hear("dmFuLXBob25n"), say("454 later\r\n")]), "reply 454"),
        (after("AUTH_PLAIN", vec![Do::Hear("AUTH PLAIN"), Do::Fin]), "eof"),
        (after("AUTH_CRAM-MD5", vec![]), "lacks Auth"),
        (after("", vec![]), "lacks Auth"),
    ] {
        let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
        let relay = relay(server.port, Security::Implicit, &certificates.roots()).with_credentials(credentials());
        let fail = open(&relay).await.unwrap_err();
        assert_fail(&fail, Phase::Auth, why);
        for shown in [fail.to_string(), format!("{fail:?}"), format!("{relay:?}"), format!("{:?}", credentials())] {
            assert!(!shown.contains("khẩu") && !shown.contains("AHZhbi") && !shown.contains("van-phong"), "{shown}");
        }
        // One attempt: a second mechanism would be a second wrong password.
        let heard = server.finish_one().await;
        assert!(heard.lines.iter().filter(|line| line.starts_with("AUTH")).count() <= 1);
    }
}

#[tokio::test]
async fn the_end_after_the_dot_with_and_without_a_closing_alert() {
    let certificates = Certificates::for_name("127.0.0.1");
    for end in [vec![Do::Fin, Do::Hold], vec![Do::Close]] {
        let script = [implicit(""), up_to_body(), vec![Do::Body], end].concat();
        let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
        let (kept, sent) = super::open_and_send(&relay(server.port, Security::Implicit, &certificates.roots()), MESSAGE).await;
        let fail = sent.unwrap_err();
        assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (Phase::Dot, "eof", Fate::Unknown));
        assert!(kept.is_none());
        server.finish_one().await;
    }
}

#[tokio::test]
async fn a_kept_tls_connection_that_died_while_idle() {
    let certificates = Certificates::for_name("127.0.0.1");
    let script = [implicit(""), accept("ok"), vec![Do::Wait, Do::Fin, Do::Tell, Do::Hold]].concat();
    let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
    let (kept, sent) = super::open_and_send(&relay(server.port, Security::Implicit, &certificates.roots()), MESSAGE).await;
    sent.unwrap();
    server.go();
    server.told().await;
    let (kept, sent) = kept.unwrap().send(&envelope(), MESSAGE).await;
    let fail = sent.unwrap_err();
    assert_eq!((fail.phase, kind(&fail.why).as_str(), kept.is_some()), (Phase::Mail, "eof", false));
    assert!(fail.reconnect_at_once());
    server.finish_one().await;
}

#[tokio::test]
async fn a_large_message_over_tls() {
    let certificates = Certificates::for_name("127.0.0.1");
    let message = b"0123456789012345678901234567890123456789\r\n".repeat(25_000);
    let server = Server::start(vec![[implicit("PIPELINING"), accept("ok"), quit()].concat()], Some(certificates.acceptor.clone()));
    let (kept, sent) = super::open_and_send(&relay(server.port, Security::Implicit, &certificates.roots()), &message).await;
    sent.unwrap();
    kept.unwrap().quit().await;
    assert_eq!(server.finish_one().await.bodies[0].len(), message.len() + 3);
}

#[tokio::test]
async fn a_relay_that_stops_reading_over_tls() {
    let certificates = Certificates::for_name("127.0.0.1");
    let script = [implicit("PIPELINING"), up_to_body(), vec![Do::Wait]].concat();
    let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
    let mut limits = patient();
    (limits.body, limits.last_words) = (SHORT, SHORT);
    let relay = relay(server.port, Security::Implicit, &certificates.roots()).with_limits(limits);
    let message = b"0123456789012345678901234567890123456789\r\n".repeat(220_000);
    let (kept, sent) = super::open_and_send(&relay, &message).await;
    let fail = sent.unwrap_err();
    assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (Phase::Body, "timeout", Fate::NotSent));
    assert!(kept.is_none());
    server.go();
    server.finish_one().await;
}

#[test]
fn roots_that_cannot_be_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let load = |path| Relay::new("relay", 25, Security::StartTls, &Roots::File(path)).unwrap_err();
    assert!(matches!(load(folder.path().join("absent")), RelayError::Roots(RootsError::File { .. })));
    assert!(matches!(load(file("empty", "")), RelayError::Roots(RootsError::Empty(_))));
    let bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(load(file("bad", bad)), RelayError::Roots(RootsError::File { .. })));
    // Nothing is read where nothing is encrypted.
    assert!(Relay::new("relay", 25, Security::Plain, &Roots::File("absent".into())).is_ok());
    assert!(matches!(Relay::new("re lay", 25, Security::Plain, &Roots::Native), Err(RelayError::Host(_))));
    let relay = Relay::new("relay", 25, Security::Plain, &Roots::Native).unwrap();
    assert!(matches!(relay.with_client_name("a\r\nMAIL"), Err(RelayError::ClientName(_))));
}
