//! Replies as strange relays write them: bounded wherever they come, and read where that is harmless.

use lichhop::mail::driver::{Enhanced, Fate, Phase};

use super::case::{Then, before, case, run};
use super::server::{Do, Server, say};
use super::{MESSAGE, hello, open_and_send, patient, relay, up_to_body};

/// Nothing of a size that only an attacker sends is gathered, in no phase.
#[tokio::test]
async fn endless_replies_are_refused_in_every_phase() {
    use Fate::{NotSent, Unknown};
    let line = || vec![say("250 "), Do::Flood(1_000_000), Do::Hold];
    let lines = |code: &str| vec![say(&format!("{code}-and so on\r\n").repeat(80_000)), Do::Hold];
    let mut cases = vec![
        case("a line", vec![Do::Flood(5_000_000)], Phase::Greeting, "LineTooLong", NotSent, Then::Unreachable),
        case("a line of a reply", vec![say("220 "), Do::Flood(5_000_000)], Phase::Greeting, "LineTooLong", NotSent, Then::Unreachable),
        case("lines", lines("220"), Phase::Greeting, "ReplyTooLong", NotSent, Then::Unreachable),
        case(
            "lines",
            [vec![say("220 a\r\n"), Do::Hear("EHLO")], lines("250")].concat(),
            Phase::Ehlo,
            "ReplyTooLong",
            NotSent,
            Then::Unreachable,
        ),
    ];
    for (phase, fate, then) in [
        (Phase::Mail, NotSent, Then::Later),
        (Phase::Rcpt, NotSent, Then::Later),
        (Phase::Data, NotSent, Then::Later),
        (Phase::Dot, Unknown, Then::LaterPerhapsTwice),
    ] {
        cases.push(case("a line of a megabyte", [before(phase), line()].concat(), phase, "LineTooLong", fate, then));
        cases.push(case("a megabyte of lines", [before(phase), lines("250")].concat(), phase, "ReplyTooLong", fate, then));
        // A refusal of that size is no refusal either: nobody reads to its end.
        cases.push(case("a megabyte of refusal", [before(phase), lines("550")].concat(), phase, "ReplyTooLong", fate, then));
    }
    run(cases).await;
}

#[tokio::test]
async fn odd_but_harmless_acceptances() {
    let replies: [(&[u8], &str); 8] = [
        (b"250\r\n", ""),
        (b"250 \r\n", ""),
        (b"250\n", ""),
        (b"250 ok\n", "ok"),
        (b"250 re\xe7u\r\n", "re\u{fffd}u"),
        (b"250-one\r\n250-two\r\n250 three\r\n", "one\ntwo\nthree"),
        (b"250-one\n250\n", "one\n"),
        (b"250 2.0.0 ok\x1b[2J\r\n", "2.0.0 ok\u{fffd}[2J"),
    ];
    for (reply, text) in replies {
        let script = [hello(""), up_to_body(), vec![Do::Body, Do::Say(reply.to_vec()), Do::Hold]].concat();
        let server = Server::start(vec![script], None);
        let (kept, sent) = open_and_send(&relay(server.port, patient()), MESSAGE).await;
        assert_eq!(sent.unwrap().text, text);
        assert!(kept.is_some());
        drop(kept);
        server.finish_one().await;
    }
}

/// Bytes that are no UTF-8, and no text at all, in every reply of a conversation that goes well.
#[tokio::test]
async fn any_bytes_in_every_reply() {
    let reply = |code: &str| Do::Say([code.as_bytes(), b" re\xe7u \xff\x00\x1b]0;x\x07 \xe1\xba\r\n"].concat());
    let script = vec![
        reply("220"),
        Do::Hear("EHLO"),
        Do::Say(b"250-\xe9t\xe9\r\n250-\xff\xff\r\n250 SIZE 1000000\r\n".to_vec()),
        Do::Hear("MAIL"),
        reply("250"),
        Do::Hear("RCPT"),
        reply("250"),
        Do::Hear("DATA"),
        reply("354"),
        Do::Body,
        reply("250"),
        Do::Hold,
    ];
    let server = Server::start(vec![script], None);
    let (kept, sent) = open_and_send(&relay(server.port, patient()), MESSAGE).await;
    let text = sent.unwrap().text;
    assert!(text.starts_with("re\u{fffd}u") && !text.chars().any(char::is_control), "{text:?}");
    drop(kept);
    assert_eq!(server.finish_one().await.lines[1], "MAIL FROM:<office@bo.gov.vn> SIZE=45");
}

/// A relay that keeps everybody waiting for each byte loses nothing by it.
#[tokio::test]
async fn replies_byte_by_byte_with_lf_only() {
    let bytes = |text: &str| text.bytes().map(|byte| Do::Say(vec![byte])).collect::<Vec<_>>();
    let mut script = bytes("220 slow\n");
    script.push(Do::Hear("EHLO"));
    script.extend(bytes("250-slow\n250 SIZE 1000000\n"));
    for (word, reply) in [("MAIL", "250 ok\n"), ("RCPT", "250-o\n250 k\n"), ("DATA", "354\n")] {
        script.push(Do::Hear(word));
        script.extend(bytes(reply));
    }
    script.push(Do::Body);
    script.extend(bytes("250 2.6.0 done\n"));
    script.push(Do::Hold);
    let server = Server::start(vec![script], None);
    let (kept, sent) = open_and_send(&relay(server.port, patient()), MESSAGE).await;
    let accepted = sent.unwrap();
    assert_eq!(accepted.text, "2.6.0 done");
    assert_eq!(accepted.enhanced, Some(Enhanced { class: 2, subject: 6, detail: 0 }));
    drop(kept);
    assert_eq!(server.finish_one().await.lines[1], "MAIL FROM:<office@bo.gov.vn> SIZE=45");
}

/// A tarpit: each reply comes when the relay feels like it, long after everything else on this machine has been done.
#[tokio::test]
async fn a_relay_that_takes_its_time_for_every_reply() {
    let slow = |steps: Vec<Do>| {
        steps.into_iter().flat_map(|step| match step {
            Do::Say(_) => vec![Do::Tell, Do::Wait, step],
            step => vec![step],
        })
    };
    let script: Vec<Do> = slow([hello("PIPELINING"), super::accept("at last")].concat()).chain([Do::Hold]).collect();
    let replies = script.iter().filter(|step| matches!(step, Do::Wait)).count();
    let server = Server::start(vec![script], None);
    let relay = relay(server.port, patient());
    let sending = tokio::spawn(async move { open_and_send(&relay, MESSAGE).await });
    for _ in 0..replies {
        server.told().await;
        assert!(!sending.is_finished(), "nothing is taken for an answer");
        server.go();
    }
    let (kept, sent) = sending.await.unwrap();
    assert_eq!(sent.unwrap().text, "at last");
    drop(kept);
    server.finish_one().await;
}
