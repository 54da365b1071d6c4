//! STARTTLS that does not come about, and what somebody on the way can try.

use lichhop::mail::driver::{Phase, Security, open};

use super::case::{Then, assert_before};
use super::certificate::Certificates;
use super::server::{Do, Server, say};
use super::{SHORT, credentials, ehlo, hello, patient, start_tls, tls_relay};

#[tokio::test]
async fn starttls_that_does_not_come_about() {
    let certificates = Certificates::for_name("127.0.0.1");
    let asked = |more: Vec<Do>| [hello("STARTTLS"), vec![Do::Hear("STARTTLS")], more].concat();
    let cases = [
        ("struck out", [hello("PIPELINING"), vec![Do::Hold]].concat(), Phase::StartTls, "lacks StartTls"),
        ("421", asked(vec![say("421 busy\r\n"), Do::Hold]), Phase::StartTls, "reply 421"),
        ("501", asked(vec![say("501 what\r\n"), Do::Hold]), Phase::StartTls, "reply 501"),
        ("354", asked(vec![say("354 go\r\n"), Do::Hold]), Phase::StartTls, "odd 354"),
        ("no reply", asked(vec![say("go ahead\r\n"), Do::Hold]), Phase::StartTls, "NotAReply"),
        ("reset", asked(vec![Do::Rst]), Phase::StartTls, "io"),
        ("half a code, end", asked(vec![say("22"), Do::Fin, Do::Hold]), Phase::StartTls, "eof"),
        ("silence instead of 220", asked(vec![Do::Hold]), Phase::StartTls, "timeout"),
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
        match name {
            "silence" => limits.tls = SHORT,
            "silence instead of 220" => limits.command = SHORT,
            _ => {}
        }
        let relay = tls_relay(server.port, Security::StartTls, &certificates.roots()).with_limits(limits).with_credentials(credentials());
        let fail = open(&relay).await.expect_err(name);
        assert_eq!(fail.phase, phase, "{name}: {fail}");
        assert_before(&fail, phase, why, if why == "reply 421" { Then::Paused } else { Then::Unreachable });
        let heard = server.finish_one().await;
        assert!(!heard.lines.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{name}: {heard:?}");
    }
}

#[tokio::test]
async fn plaintext_where_tls_is_due() {
    let certificates = Certificates::for_name("127.0.0.1");
    let server = Server::start(vec![[hello(""), vec![Do::Hold]].concat()], None);
    // The relay speaks first, in the clear. Its script fails on our handshake, which is no EHLO: only we are asked.
    let fail = open(&tls_relay(server.port, Security::Implicit, &certificates.roots())).await.unwrap_err();
    assert_before(&fail, Phase::Tls, "tls", Then::Unreachable);
}

#[tokio::test]
async fn offers_in_the_clear_count_for_nothing() {
    let certificates = Certificates::for_name("127.0.0.1");
    // PIPELINING was offered before TLS only: this relay answers each command before it reads the next.
    let script =
        [hello("STARTTLS PIPELINING SIZE_1 AUTH_PLAIN"), vec![Do::Hear("STARTTLS"), say("220 go\r\n"), Do::Tls], ehlo("")].concat();
    let server = Server::start(vec![[script, vec![Do::Hold]].concat()], Some(certificates.acceptor.clone()));
    let relay = tls_relay(server.port, Security::StartTls, &certificates.roots());
    let connection = open(&relay).await.unwrap();
    assert_eq!(connection.size_limit(), None);
    drop(connection);
    let heard = server.finish_one().await;
    assert_eq!(heard.lines.len(), 3);
}
