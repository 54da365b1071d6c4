//! Whose certificates are believed, and that TLS keeps what the driver promises.

use lichhop::mail::driver::{Fate, Phase, Relay, RelayError, Roots, RootsError, Security, Why, open};
use tokio_rustls::rustls::{CertificateError, Error};

use super::case::{Then, assert_before, then};
use super::certificate::Certificates;
use super::server::{Do, Server};
use super::{MESSAGE, SHORT, accept, envelope, implicit, kind, open_and_send, patient, quit, start_tls, tls_relay, up_to_body};

#[tokio::test]
async fn messages_over_tls() {
    let trusted = [Certificates::for_name("127.0.0.1"), Certificates::self_signed("127.0.0.1")];
    for certificates in &trusted {
        for (security, opening) in [(Security::StartTls, start_tls("")), (Security::Implicit, implicit("PIPELINING"))] {
            let script = [opening, accept("one"), accept("two"), quit()].concat();
            let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
            let connection = open(&tls_relay(server.port, security, &certificates.roots())).await.unwrap();
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
    let (kept, sent) = open_and_send(&relay, MESSAGE).await;
    sent.unwrap();
    kept.unwrap().quit().await;
    server.finish_one().await;
}

/// Each certificate that must not be believed, and the library's reason.
#[tokio::test]
async fn certificates_nobody_vouches_for() {
    let right = Certificates::for_name("127.0.0.1");
    let other = Certificates::for_name("127.0.0.1");
    let alone = Certificates::self_signed("127.0.0.1");
    let misnamed = Certificates::for_name("mail.example.vn");
    let authority = Certificates::authority("127.0.0.1");
    let expired = Certificates::valid("127.0.0.1", 2001, 2002);
    let early = Certificates::valid("127.0.0.1", 3000, 3001);
    let cases = [
        ("of an unknown authority", &right, other.roots(), "UnknownIssuer"),
        ("signed by itself", &alone, other.roots(), "UnknownIssuer"),
        ("of another name", &misnamed, misnamed.roots(), "NotValidForName"),
        ("an authority's own", &authority, authority.roots(), "CaUsedAsEndEntity"),
        ("expired", &expired, expired.roots(), "Expired"),
        ("not valid yet", &early, early.roots(), "NotValidYet"),
    ];
    for (name, there, roots, reason) in cases {
        for (security, script) in [(Security::StartTls, start_tls("")), (Security::Implicit, implicit(""))] {
            let server = Server::start(vec![script], Some(there.acceptor.clone()));
            let fail = open(&tls_relay(server.port, security, &roots)).await.expect_err(name);
            assert_before(&fail, Phase::Tls, "tls", Then::Unreachable);
            let Why::Tls(error) = &fail.why else { panic!("{fail}") };
            let Error::InvalidCertificate(error) = &**error else { panic!("{fail}") };
            assert!(format!("{error:?}").contains(reason), "{name}: {error:?}");
            assert!(!matches!(error, CertificateError::BadEncoding), "{name}");
            let heard = server.finish_one().await;
            assert!(!heard.lines.iter().any(|line| line.starts_with("MAIL")), "{name}: {heard:?}");
        }
    }
}

#[tokio::test]
async fn the_end_after_the_dot_with_and_without_a_closing_alert() {
    let certificates = Certificates::for_name("127.0.0.1");
    for end in [vec![Do::Fin, Do::Hold], vec![Do::Close]] {
        let script = [implicit(""), up_to_body(), vec![Do::Body], end].concat();
        let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
        let (kept, sent) = open_and_send(&tls_relay(server.port, Security::Implicit, &certificates.roots()), MESSAGE).await;
        let fail = sent.unwrap_err();
        assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (Phase::Dot, "eof", Fate::Unknown));
        assert_eq!(then(&fail), Then::LaterPerhapsTwice);
        assert!(kept.is_none());
        server.finish_one().await;
    }
}

#[tokio::test]
async fn a_kept_tls_connection_that_died_while_idle() {
    let certificates = Certificates::for_name("127.0.0.1");
    let script = [implicit(""), accept("ok"), vec![Do::Wait, Do::Fin, Do::Tell, Do::Hold]].concat();
    let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
    let (kept, sent) = open_and_send(&tls_relay(server.port, Security::Implicit, &certificates.roots()), MESSAGE).await;
    sent.unwrap();
    server.go();
    server.told().await;
    let (kept, sent) = kept.unwrap().send(&envelope(), MESSAGE).await;
    let fail = sent.unwrap_err();
    assert_eq!((fail.phase, kind(&fail.why).as_str(), kept.is_some()), (Phase::Mail, "eof", false));
    assert!(fail.reconnect_at_once());
    assert_eq!(then(&fail), Then::Again);
    server.finish_one().await;
}

#[tokio::test]
async fn a_large_message_over_tls() {
    let certificates = Certificates::for_name("127.0.0.1");
    let message = b"0123456789012345678901234567890123456789\r\n".repeat(25_000);
    let server = Server::start(vec![[implicit("PIPELINING"), accept("ok"), quit()].concat()], Some(certificates.acceptor.clone()));
    let (kept, sent) = open_and_send(&tls_relay(server.port, Security::Implicit, &certificates.roots()), &message).await;
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
    let relay = tls_relay(server.port, Security::Implicit, &certificates.roots()).with_limits(limits);
    let message = b"0123456789012345678901234567890123456789\r\n".repeat(220_000);
    let (kept, sent) = open_and_send(&relay, &message).await;
    let fail = sent.unwrap_err();
    assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (Phase::Body, "timeout", Fate::NotSent));
    assert_eq!(then(&fail), Then::Later);
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
