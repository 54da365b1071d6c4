//! Credentials: only behind TLS, by PLAIN or LOGIN, once.

use lichhop::mail::driver::{Credentials, Phase, Security, open};
use zeroize::Zeroizing;

use super::case::{Then, assert_before};
use super::certificate::Certificates;
use super::server::{Do, Server, say};
use super::{MESSAGE, SHORT, accept, credentials, hello, implicit, patient, quit, relay, start_tls, tls_relay};

#[tokio::test]
async fn credentials_are_never_sent_in_the_clear() {
    let server = Server::start(vec![[hello("AUTH_PLAIN_LOGIN"), vec![Do::Hold]].concat()], None);
    let fail = open(&relay(server.port, patient()).with_credentials(credentials())).await.unwrap_err();
    assert_before(&fail, Phase::Auth, "local AuthInClear", Then::Unreachable);
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
            let relay = tls_relay(server.port, security, &certificates.roots()).with_credentials(credentials());
            let (kept, sent) = super::open_and_send(&relay, MESSAGE).await;
            sent.unwrap();
            kept.unwrap().quit().await;
            server.finish_one().await;
        }
    }
}

/// What the relay says to AUTH instead of yes. The password stands in no word of ours, whatever the relay repeats of it.
#[tokio::test]
async fn credentials_that_are_not_taken() {
    use Then::{Credentials, Paused, Unreachable};
    let certificates = Certificates::for_name("127.0.0.1");
    let plain = |more: Vec<Do>| ("AUTH_PLAIN", [vec![Do::Hear("AUTH PLAIN")], more].concat());
    let login = |more: Vec<Do>| ("AUTH_LOGIN", [vec![Do::Hear("AUTH LOGIN")], more].concat());
    let second = |more: Vec<Do>| login([vec![say("334 \r\n"), Do::Hear("dmFuLXBob25n")], more].concat());
    let third = |more: Vec<Do>| second([vec![say("334 \r\n"), Do::Hear("beG6rXQga2jhuql1")], more].concat());
    let repeats = "535 5.7.8 wrong: AHZhbi1waG9uZwBt4bqtdCBraOG6qXU= mật khẩu\r\n";
    for ((offer, steps), why, expected) in [
        (("AUTH_PLAIN_LOGIN", vec![Do::Hear("AUTH PLAIN"), say(repeats)]), "reply 535", Credentials),
        (plain(vec![say("530 5.7.0 no\r\n")]), "reply 530", Credentials),
        (plain(vec![say("534 5.7.9 too weak\r\n")]), "reply 534", Credentials),
        (plain(vec![say("501 5.5.2 what\r\n")]), "reply 501", Credentials),
        (third(vec![say("535 5.7.8 wrong: beG6rXQga2jhuql1\r\n")]), "reply 535", Credentials),
        // Not now: nothing is wrong with the password.
        (plain(vec![say("454 4.7.0 the directory is away\r\n")]), "reply 454", Unreachable),
        (second(vec![say("454 later\r\n")]), "reply 454", Unreachable),
        (plain(vec![say("421 4.7.0 too many attempts\r\n")]), "reply 421", Paused),
        (second(vec![say("421 4.7.0 too many attempts\r\n")]), "reply 421", Paused),
        (plain(vec![say("334 \r\n")]), "odd 334", Unreachable),
        (plain(vec![say("250 ok\r\n")]), "odd 250", Unreachable),
        (login(vec![say("235 already\r\n")]), "odd 235", Unreachable),
        (second(vec![say("235 already\r\n")]), "odd 235", Unreachable),
        (plain(vec![say("yes\r\n")]), "NotAReply", Unreachable),
        (plain(vec![Do::Fin]), "eof", Unreachable),
        (second(vec![Do::Fin]), "eof", Unreachable),
        (third(vec![say("23"), Do::Fin]), "eof", Unreachable),
        (plain(vec![Do::Hold]), "timeout", Unreachable),
        (("AUTH_CRAM-MD5", vec![]), "lacks Auth", Unreachable),
        (("", vec![]), "lacks Auth", Unreachable),
    ] {
        let script = [implicit(offer), steps, vec![Do::Hold]].concat();
        let server = Server::start(vec![script], Some(certificates.acceptor.clone()));
        let mut limits = patient();
        if why == "timeout" {
            limits.command = SHORT * 4;
        }
        let relay = tls_relay(server.port, Security::Implicit, &certificates.roots()).with_limits(limits).with_credentials(credentials());
        let fail = open(&relay).await.unwrap_err();
        assert_before(&fail, Phase::Auth, why, expected);
        let record = lichhop::mail::verdict::failure(&fail);
        for shown in [fail.to_string(), format!("{fail:?}"), format!("{record:?}"), format!("{relay:?}"), format!("{:?}", credentials())] {
            for secret in ["khẩu", "AHZhbi", "beG6rXQga2jhuql1", "van-phong"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
        // One attempt: a second mechanism would be a second wrong password.
        let heard = server.finish_one().await;
        assert!(heard.lines.iter().filter(|line| line.starts_with("AUTH")).count() <= 1);
    }
}

#[tokio::test]
async fn a_nul_would_end_the_name_and_is_not_sent() {
    let certificates = Certificates::for_name("127.0.0.1");
    for (username, password) in [("a\0b", "c"), ("a", "b\0c")] {
        let server = Server::start(vec![[implicit("AUTH_PLAIN"), vec![Do::Hold]].concat()], Some(certificates.acceptor.clone()));
        let credentials = Credentials { username: username.to_owned(), password: Zeroizing::new(password.to_owned()) };
        let relay = tls_relay(server.port, Security::Implicit, &certificates.roots()).with_credentials(credentials);
        assert_before(&open(&relay).await.unwrap_err(), Phase::Auth, "local Credentials", Then::Unreachable);
        assert_eq!(server.finish_one().await.lines.len(), 1);
    }
}
