//! Which connections may be used again, and that no reply is ever taken for another's.

use lichhop::mail::driver::{Fate, Phase, open};

use super::case::{Then, before, then};
use super::server::{Do, Server, say};
use super::{MESSAGE, SHORT, accept, envelope, hello, kind, open_and_send, patient, quit, relay, reset, up_to_body};

/// The relay accepts the first message too late for the client, and refuses the second one. With one reply taken for
/// another's, the second message would pass for sent.
#[tokio::test]
async fn a_late_reply_is_not_the_next_message_s() {
    let late = [hello(""), up_to_body(), vec![Do::Body, Do::Wait, say("250 accepted after all\r\n"), Do::Hold]].concat();
    let refusing =
        [hello(""), vec![Do::Hear("MAIL"), say("250 ok\r\n"), Do::Hear("RCPT"), say("550 no such user\r\n")], reset(), quit()].concat();
    let server = Server::start(vec![late, refusing, [hello(""), accept("third"), quit()].concat()], None);
    let mut limits = patient();
    limits.dot = SHORT;
    let relay = relay(server.port, limits);

    let (kept, first) = open_and_send(&relay, MESSAGE).await;
    assert!(kept.is_none(), "a connection that still owes a reply cannot be used again");
    assert_eq!(first.unwrap_err().fate(), Fate::Unknown);
    server.go();

    let (kept, second) = open_and_send(&relay, MESSAGE).await;
    let fail = second.unwrap_err();
    assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (Phase::Rcpt, "reply 550", Fate::NotSent));
    kept.expect("RSET was answered").quit().await;

    let (kept, third) = open_and_send(&relay, MESSAGE).await;
    assert_eq!(third.unwrap().text, "third");
    kept.unwrap().quit().await;
    let heard = server.finish().await;
    assert_eq!(heard.iter().map(|heard| heard.bodies.len()).collect::<Vec<_>>(), [1, 0, 1]);
}

/// The same before the dot: a reply that comes after we have gone belongs to nobody.
#[tokio::test]
async fn a_late_reply_of_the_envelope_is_nobodys() {
    for phase in [Phase::Mail, Phase::Rcpt, Phase::Data] {
        let reply = if phase == Phase::Data { "354 now\r\n" } else { "250 after all\r\n" };
        let late = [before(phase), vec![Do::Wait, say(reply), Do::Hold]].concat();
        let server = Server::start(vec![late, [hello(""), accept("second"), quit()].concat()], None);
        let mut limits = patient();
        (limits.command, limits.data) = (SHORT * 4, SHORT * 4);
        let relay = relay(server.port, limits);
        let (kept, first) = open_and_send(&relay, MESSAGE).await;
        let fail = first.unwrap_err();
        assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate(), kept.is_none()), (phase, "timeout", Fate::NotSent, true));
        assert_eq!(then(&fail), Then::Later);
        server.go();
        let (kept, second) = open_and_send(&relay, MESSAGE).await;
        assert_eq!(second.unwrap().text, "second");
        kept.unwrap().quit().await;
        let heard = server.finish().await;
        assert_eq!(heard.iter().map(|heard| heard.bodies.len()).collect::<Vec<_>>(), [0, 1], "{phase}");
    }
}

/// Whoever loses patience from outside closes the socket: there is nothing left that could be used again.
#[tokio::test]
async fn a_cancelled_message_closes_the_socket() {
    let server = Server::start(vec![[hello(""), up_to_body(), vec![Do::Body, Do::Tell, Do::Hold]].concat()], None);
    let relay = relay(server.port, patient());
    let sending = tokio::spawn(async move { open_and_send(&relay, MESSAGE).await.1.is_ok() });
    server.told().await;
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    let heard = server.finish_one().await;
    assert!(heard.closed);
    assert_eq!(heard.rest, b"", "no QUIT");
}

#[tokio::test]
async fn a_refused_recipient_does_not_disturb_the_next() {
    for pipelining in ["", "PIPELINING"] {
        let mut refusal = vec![Do::Hear("MAIL"), say("250 ok\r\n"), Do::Hear("RCPT"), say("550 5.1.1 no such user\r\n")];
        if !pipelining.is_empty() {
            refusal.extend([Do::Hear("DATA"), say("503 5.5.1 no recipients\r\n")]);
        }
        let server = Server::start(vec![[hello(pipelining), accept("1"), refusal, reset(), accept("2"), quit()].concat()], None);
        let connection = open(&relay(server.port, patient())).await.unwrap();
        let (kept, first) = connection.send(&envelope(), MESSAGE).await;
        assert_eq!(first.unwrap().text, "1");
        let (kept, refused) = kept.unwrap().send(&envelope(), MESSAGE).await;
        let fail = refused.unwrap_err();
        assert_eq!((fail.phase, fail.code(), fail.relay_text()), (Phase::Rcpt, Some(550), Some("5.1.1 no such user")));
        assert_eq!(fail.enhanced().unwrap().to_string(), "5.1.1");
        assert!(!fail.reconnect_at_once());
        let (kept, second) = kept.expect("RSET was answered").send(&envelope(), MESSAGE).await;
        assert_eq!(second.unwrap().text, "2");
        kept.unwrap().quit().await;
        assert_eq!(server.finish_one().await.bodies.len(), 2);
    }
}

/// A kept connection that died: phase Mail, and the caller may connect again at once.
#[tokio::test]
async fn a_connection_that_died_while_idle() {
    // What the relay does once the first message is through, and how the second one then fails.
    let ends: [(Vec<Do>, &str); 6] = [
        (vec![Do::Wait, Do::Fin, Do::Tell, Do::Hold], "eof"),
        (vec![Do::Wait, Do::Rst, Do::Tell], "io"),
        (vec![Do::Wait, say("421 4.4.2 idle too long\r\n"), Do::Fin, Do::Tell, Do::Hold], "reply 421"),
        (vec![Do::Wait, say("250 something else\r\n"), Do::Tell, Do::Hold], "Unasked"),
        (vec![Do::Wait, Do::Tell, Do::Hear("MAIL"), say("421 4.3.2 enough\r\n"), Do::Fin, Do::Hold], "reply 421"),
        (vec![Do::Wait, Do::Tell, Do::Hear("MAIL"), Do::Fin, Do::Hold], "eof"),
    ];
    for (end, why) in ends {
        let server = Server::start(vec![[hello(""), accept("1"), end].concat(), [hello(""), accept("2"), quit()].concat()], None);
        let relay = relay(server.port, patient());
        let (kept, first) = open_and_send(&relay, MESSAGE).await;
        first.unwrap();
        server.go();
        server.told().await;
        let (kept, second) = kept.unwrap().send(&envelope(), MESSAGE).await;
        let fail = second.unwrap_err();
        assert!(kept.is_none());
        assert_eq!((fail.phase, fail.fate()), (Phase::Mail, Fate::NotSent), "{why}");
        // What the relay pushed may be seen before MAIL is written or in place of its answer.
        let seen = kind(&fail.why);
        assert!(seen == why || (why == "Unasked" && seen == "io"), "{why}: {seen}");
        assert!(fail.reconnect_at_once(), "{why}");
        assert_eq!(then(&fail), Then::Again, "{why}");
        let (kept, again) = open_and_send(&relay, MESSAGE).await;
        assert_eq!(again.unwrap().text, "2");
        kept.unwrap().quit().await;
        server.finish().await;
    }
}

/// Later than MAIL the relay had something of the message: that is an attempt, whatever the age of the connection.
#[tokio::test]
async fn a_kept_connection_that_dies_in_the_middle_of_a_message() {
    for (phase, why, fate, expected) in [
        (Phase::Rcpt, "eof", Fate::NotSent, Then::Later),
        (Phase::Data, "eof", Fate::NotSent, Then::Later),
        (Phase::Dot, "eof", Fate::Unknown, Then::LaterPerhapsTwice),
    ] {
        let again = before(phase).into_iter().skip(hello("").len());
        let script: Vec<Do> = [hello(""), accept("1")].concat().into_iter().chain(again).chain([Do::Fin, Do::Hold]).collect();
        let server = Server::start(vec![script], None);
        let (kept, first) = open_and_send(&relay(server.port, patient()), MESSAGE).await;
        first.unwrap();
        let (kept, second) = kept.unwrap().send(&envelope(), MESSAGE).await;
        let fail = second.unwrap_err();
        assert_eq!((fail.phase, kind(&fail.why).as_str(), fail.fate()), (phase, why, fate));
        assert!(kept.is_none() && !fail.reconnect_at_once(), "{phase}");
        assert_eq!(then(&fail), expected, "{phase}");
        server.finish_one().await;
    }
}

#[tokio::test]
async fn bytes_behind_the_acceptance_end_the_connection() {
    let server = Server::start(vec![[hello(""), up_to_body(), vec![Do::Body, say("250 ok\r\n421 bye\r\n"), Do::Hold]].concat()], None);
    let (kept, sent) = open_and_send(&relay(server.port, patient()), MESSAGE).await;
    assert_eq!(sent.unwrap().text, "ok");
    assert!(kept.is_none());
    assert!(server.finish_one().await.closed);
}

#[tokio::test]
async fn a_message_we_refuse_leaves_the_connection_as_it_was() {
    let server = Server::start(vec![[hello("SIZE_60"), accept("ok"), quit()].concat()], None);
    let connection = open(&relay(server.port, patient())).await.unwrap();
    let (kept, refused) = connection.send(&envelope(), &[b'a'; 100]).await;
    assert_eq!(refused.unwrap_err().phase, Phase::Check);
    let (kept, sent) = kept.unwrap().send(&envelope(), MESSAGE).await;
    assert_eq!(sent.unwrap().text, "ok");
    kept.unwrap().quit().await;
    assert_eq!(server.finish_one().await.bodies.len(), 1);
}
