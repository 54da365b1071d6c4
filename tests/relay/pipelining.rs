//! PIPELINING: MAIL, RCPT and DATA in one write, and every reply read.

use lichhop::mail::driver::{Fate, Phase};

use super::case::{Case, Then, case, run};
use super::server::{Do, Server, say};
use super::{MESSAGE, SHORT, hello, open_and_send, patient, relay, reset};

const ALL: &str = "EHLO MAIL RCPT DATA";
const WITH_RESET: &str = "EHLO MAIL RCPT DATA RSET";

/// The envelope in one write, and these replies to it.
fn pipelined(replies: &str, more: Vec<Do>) -> Vec<Do> {
    let mut steps = hello("PIPELINING");
    steps.extend([Do::Hear("MAIL FROM:<"), Do::Hear("RCPT TO:<"), Do::Hear("DATA"), say(replies)]);
    steps.extend(more);
    steps
}

/// Replies that fail the envelope; the connection is over.
fn ends(replies: &str, more: Vec<Do>, phase: Phase, why: &'static str, then: Then) -> Case {
    case(replies, pipelined(replies, more), phase, why, Fate::NotSent, then).hearing(ALL)
}

/// Replies that fail the envelope and leave the conversation in step.
fn keeps(replies: &str, phase: Phase, why: &'static str, then: Then) -> Case {
    ends(replies, [reset(), vec![Do::Hold]].concat(), phase, why, then).kept(WITH_RESET)
}

#[tokio::test]
async fn it_is_one_write() {
    // The relay answers nothing until it has all three commands: without pipelining this would never end.
    let script = [pipelined("250 a\r\n250 b\r\n354 c\r\n", vec![Do::Body, say("250 ok\r\n"), Do::Hold])].concat();
    let server = Server::start(vec![script], None);
    let (kept, sent) = open_and_send(&relay(server.port, patient()), MESSAGE).await;
    sent.unwrap();
    assert!(kept.is_some());
    drop(kept);
    server.finish_one().await;
}

#[tokio::test]
async fn the_first_refusal_is_the_reason() {
    run(vec![
        keeps("250 ok\r\n550 no\r\n503 none\r\n", Phase::Rcpt, "reply 550", Then::Failed),
        keeps("250 ok\r\n450 later\r\n554 none\r\n", Phase::Rcpt, "reply 450", Then::Later),
        keeps("451 later\r\n503 x\r\n503 x\r\n", Phase::Mail, "reply 451", Then::Later),
        keeps("550 who\r\n503 x\r\n503 x\r\n", Phase::Mail, "reply 550", Then::Paused),
        keeps("530 sign in\r\n503 x\r\n503 x\r\n", Phase::Mail, "reply 530", Then::Credentials),
        keeps("250 ok\r\n252 ok\r\n451 x\r\n", Phase::Data, "reply 451", Then::Later),
        keeps("250 ok\r\n251 ok\r\n554 x\r\n", Phase::Data, "reply 554", Then::Failed),
    ])
    .await;
}

#[tokio::test]
async fn offered_and_broken() {
    let hold = || vec![Do::Hold];
    run(vec![
        // Not even a lone dot: it would be an empty message to a relay that is lenient.
        ends("250 ok\r\n550 no\r\n354 go\r\n", hold(), Phase::Rcpt, "reply 550", Then::Failed),
        ends("550 no\r\n250 ok\r\n354 go\r\n", hold(), Phase::Mail, "reply 550", Then::Paused),
        ends("250 ok\r\n550 no\r\n250 ok\r\n", hold(), Phase::Rcpt, "reply 550", Then::Failed),
        ends("250 ok\r\n550 no\r\n", vec![Do::Fin, Do::Hold], Phase::Rcpt, "reply 550", Then::Failed),
        ends("250 ok\r\n550 no\r\n421 x\r\n", hold(), Phase::Rcpt, "reply 550", Then::Failed),
        ends("421 x\r\n", vec![Do::Fin, Do::Hold], Phase::Mail, "reply 421", Then::Paused),
        ends("250 ok\r\n421 x\r\n", vec![Do::Fin, Do::Hold], Phase::Rcpt, "reply 421", Then::Paused),
        ends("250 ok\r\n250 ok\r\n421 x\r\n", vec![Do::Fin, Do::Hold], Phase::Data, "reply 421", Then::Paused),
        ends("250 ok\r\n250 ok\r\n250 ok\r\n", hold(), Phase::Data, "odd 250", Then::Later),
        // A relay that throws away what came behind MAIL answers it alone.
        ends("250 ok\r\n", hold(), Phase::Rcpt, "timeout", Then::Later).limits(|limits| limits.command = SHORT),
        ends("250 ok\r\n", vec![Do::Fin, Do::Hold], Phase::Rcpt, "eof", Then::Later),
        ends("250 ok\r\n250 ok\r\n", vec![Do::Rst], Phase::Data, "io", Then::Later),
        ends("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", hold(), Phase::Data, "odd 250", Then::Later),
        case(
            "a fourth reply",
            pipelined("250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n", hold()),
            Phase::Body,
            "Unasked",
            Fate::NotSent,
            Then::Later,
        ),
        case(
            "the end after the dot",
            pipelined("250 ok\r\n250 ok\r\n354 go\r\n", vec![Do::Body, Do::Fin, Do::Hold]),
            Phase::Dot,
            "eof",
            Fate::Unknown,
            Then::LaterPerhapsTwice,
        ),
    ])
    .await;
}
