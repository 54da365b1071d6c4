//! Our certificate, for a relay that lets in only those it knows.

use lichhop::domain::outbox::Failure;
use lichhop::i18n::{Lang, relay as words};
use lichhop::mail::driver::{Identity, IdentityError, Phase, Relay, RelayError, Roots, Security, open};
use lichhop::mail::transport::{Settings, Transport, Unusable};
use lichhop::mail::verdict::failure;
use tokio_rustls::rustls::version::{TLS12, TLS13};

use super::case::{Then, assert_before};
use super::certificate::{Certificates, Clients};
use super::server::Server;
use super::{MESSAGE, accept, implicit, open_and_send, patient, quit, start_tls, tls_relay};

#[tokio::test]
async fn a_relay_that_asks_is_shown_it() {
    for version in [&TLS12, &TLS13] {
        let clients = Clients::new();
        let certificates = Certificates::demanding("127.0.0.1", &clients, version);
        for (security, opening) in [(Security::StartTls, start_tls("")), (Security::Implicit, implicit("PIPELINING"))] {
            let server = Server::start(vec![[opening, accept("ok"), quit()].concat()], Some(certificates.acceptor.clone()));
            let relay = tls_relay(server.port, security, &certificates.roots()).with_identity(&clients.identity()).unwrap();
            let (kept, sent) = open_and_send(&relay, MESSAGE).await;
            assert_eq!(sent.unwrap().text, "ok");
            kept.unwrap().quit().await;
            server.finish_one().await;
        }
    }
}

#[tokio::test]
async fn a_relay_that_does_not_ask_is_not_shown_it() {
    let (clients, certificates) = (Clients::new(), Certificates::for_name("127.0.0.1"));
    let server = Server::start(vec![[implicit(""), accept("ok"), quit()].concat()], Some(certificates.acceptor.clone()));
    let relay = tls_relay(server.port, Security::Implicit, &certificates.roots()).with_identity(&clients.identity()).unwrap();
    let (kept, sent) = open_and_send(&relay, MESSAGE).await;
    sent.unwrap();
    kept.unwrap().quit().await;
    server.finish_one().await;
}

/// The relay's alert is the handshake's end, although under TLS 1.3 it comes when for us the handshake is over.
#[tokio::test]
async fn without_it_and_with_another_authoritys_we_are_told_so() {
    for version in [&TLS12, &TLS13] {
        let clients = Clients::new();
        let stranger = Clients::new();
        let certificates = Certificates::demanding("127.0.0.1", &clients, version);
        for (identity, alerts) in [
            // An older relay knows no alert of its own for it.
            (None, ["CertificateRequired", "HandshakeFailure"]),
            (Some(stranger.identity()), ["UnknownCA", "UnknownCA"]),
        ] {
            for (security, script) in [(Security::StartTls, start_tls("")), (Security::Implicit, implicit(""))] {
                let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
                let mut relay = tls_relay(server.port, security, &certificates.roots());
                if let Some(identity) = &identity {
                    relay = relay.with_identity(identity).unwrap();
                }
                let fail = open(&relay).await.unwrap_err();
                assert_before(&fail, Phase::Tls, "tls", Then::Unreachable);
                let told = failure(&fail);
                assert!(alerts.iter().any(|alert| told.text.contains(alert)), "{version:?} {told:?}");
                let vi = words::how(Lang::Vi, &told);
                assert!(vi.starts_with("máy chủ") && vi.contains("received fatal alert"), "{vi}");
                server.finish_one().await;
            }
        }
    }
}

#[test]
fn files_that_are_of_no_use() {
    let clients = Clients::new();
    let (good, other) = (clients.identity(), Clients::new());
    let (absent, empty) = (good.key.with_file_name("absent"), clients.file("empty", ""));
    let broken = clients.file("broken", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let bad_key = clients.file("bad-key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    let locked = clients.file("locked", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    let load = |certificate: &std::path::Path, key: &std::path::Path| {
        let identity = Identity { certificate: certificate.to_owned(), key: key.to_owned() };
        let certificates = Certificates::for_name("127.0.0.1");
        let relay = Relay::new("relay.vn", 25, Security::StartTls, &certificates.roots()).unwrap();
        match relay.with_identity(&identity) {
            Err(RelayError::Identity(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(load(&absent, &good.key), IdentityError::File(words) if words.contains("absent")));
    assert!(matches!(load(&good.certificate, &absent), IdentityError::File(words) if words.contains("absent")));
    assert!(matches!(load(&empty, &good.key), IdentityError::NoCertificate(_)));
    assert!(matches!(load(&good.certificate, &empty), IdentityError::NoKey(_)));
    assert!(matches!(load(&good.certificate, &good.certificate), IdentityError::NoKey(_)));
    assert!(matches!(load(&good.certificate, &locked), IdentityError::NoKey(_)));
    assert!(matches!(load(&good.certificate, &bad_key), IdentityError::Key { .. }));
    assert!(matches!(load(&broken, &good.key), IdentityError::Certificate { .. }));
    assert!(matches!(load(&good.certificate, &other.identity().key), IdentityError::Mismatch { .. }));
    // Both may stand in one file.
    let both = [&good.certificate, &good.key].map(|path| std::fs::read_to_string(path).unwrap()).concat();
    let both = clients.file("both.pem", &both);
    let relay = Relay::new("relay.vn", 25, Security::StartTls, &Certificates::for_name("x").roots()).unwrap();
    assert!(relay.with_identity(&Identity { certificate: both.clone(), key: both }).is_ok());
    // Where nothing is encrypted nobody is shown anything.
    let plain = Relay::new("relay.vn", 25, Security::Plain, &Roots::Native).unwrap().with_limits(patient());
    assert!(matches!(plain.with_identity(&good), Err(RelayError::Identity(IdentityError::Plain))));
}

/// What the administrator reads of a bad file, in both languages; and a certificate wants TLS even on this very machine.
#[test]
fn a_bad_file_is_a_bad_configuration() {
    let (clients, certificates) = (Clients::new(), Certificates::for_name("127.0.0.1"));
    let ca = certificates.file();
    let of = |relay: &str, identity: Identity| {
        Transport::new(Settings { relay, credentials: None, ca_file: Some(&ca), identity: Some(identity) })
    };
    // Its folder goes away at once.
    let key = Clients::new().identity().key;
    let absent = Identity { certificate: clients.identity().certificate, key };
    let Err(Unusable::Configuration(Failure { phase, text, .. })) = of("smtps://relay.vn", absent) else { panic!("a bad configuration") };
    assert_eq!(phase, "configuration");
    let told = Failure { phase, code: None, enhanced: None, text };
    assert!(words::failure(Lang::Vi, &told).starts_with("trong cấu hình: không đọc được chứng thư của máy này"), "{told:?}");
    assert!(words::failure(Lang::En, &told).contains("client-key.pem"), "{told:?}");
    let Ok(Transport::Smtp(relay)) = of("smtp://127.0.0.1", clients.identity()) else { panic!("a relay") };
    assert_eq!(relay.security(), Security::StartTls);
    assert!(matches!(of("smtp+plain://127.0.0.1", clients.identity()), Err(Unusable::Configuration(_))));
}
