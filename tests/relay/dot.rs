//! After the final dot: the one moment in which nobody but the relay knows.

use lichhop::mail::driver::{Fate, Fate::Refused, Fate::Unknown, Phase};

use super::case::{Case, Then, before, case, run};
use super::server::{Do, say};
use super::{SHORT, reset};

const WITH_RESET: &str = "EHLO MAIL RCPT DATA RSET";

fn dot(name: &str, steps: Vec<Do>, why: &'static str, fate: Fate, then: Then) -> Case {
    case(name, [before(Phase::Dot), steps].concat(), Phase::Dot, why, fate, then)
}

#[tokio::test]
async fn a_refusal_is_a_refusal_and_keeps_the_connection() {
    let refused = |reply: &str, why, then| {
        dot(reply.trim(), [vec![say(reply)], reset(), vec![Do::Hold]].concat(), why, Refused, then).kept(WITH_RESET)
    };
    run(vec![
        refused("451 4.3.0 later\r\n", "reply 451", Then::Later),
        refused("452 4.2.2 mailbox full\r\n", "reply 452", Then::Later),
        refused("550 5.7.1 spam\r\n", "reply 550", Then::Failed),
        refused("552 5.3.4 too large\r\n", "reply 552", Then::Failed),
        refused("554-one\r\n554 two\r\n", "reply 554", Then::Failed),
        refused("535 5.7.8 who are you\r\n", "reply 535", Then::Credentials),
    ])
    .await;
}

#[tokio::test]
async fn a_refusal_that_ends_the_connection() {
    let refused = |name, reply, steps, why, then| dot(name, [vec![say(reply)], steps].concat(), why, Refused, then);
    let no = "550 no\r\n";
    run(vec![
        refused("421", "421 4.3.2 shutting down\r\n", vec![Do::Hold], "reply 421", Then::Paused),
        refused("a reply too many", "550 no\r\n250 yes\r\n", vec![Do::Hold], "reply 550", Then::Failed),
        refused("RSET refused", no, vec![Do::Hear("RSET"), say("500 what\r\n"), Do::Hold], "reply 550", Then::Failed).hearing(WITH_RESET),
        refused("RSET, end", no, vec![Do::Hear("RSET"), Do::Fin, Do::Hold], "reply 550", Then::Failed).hearing(WITH_RESET),
        refused("RSET, silence", no, vec![Do::Hear("RSET"), Do::Hold], "reply 550", Then::Failed)
            .hearing(WITH_RESET)
            .limits(|limits| limits.reset = SHORT),
    ])
    .await;
}

#[tokio::test]
async fn no_answer_leaves_it_open() {
    let open = |name, steps, why| dot(name, steps, why, Unknown, Then::LaterPerhapsTwice);
    run(vec![
        open("end", vec![Do::Fin, Do::Hold], "eof"),
        open("reset", vec![Do::Rst], "io"),
        open("half a code, end", vec![say("25"), Do::Fin, Do::Hold], "eof"),
        open("half a code, reset", vec![say("25"), Do::Rst], "io"),
        open("half a refusal, end", vec![say("55"), Do::Fin, Do::Hold], "eof"),
        open("a code without line end, end", vec![say("250"), Do::Fin, Do::Hold], "eof"),
        open("half a reply, end", vec![say("250-a\r\n"), Do::Fin, Do::Hold], "eof"),
        open("half a refusal of two lines, end", vec![say("550-a\r\n"), Do::Fin, Do::Hold], "eof"),
        open("silence", vec![Do::Hold], "timeout").limits(|limits| limits.dot = SHORT),
        open("half a code, silence", vec![say("25"), Do::Hold], "timeout").limits(|limits| limits.dot = SHORT),
        open("line by line without end", vec![Do::Drip("250-wait\r\n")], "timeout").limits(|limits| limits.dot = SHORT),
        open("the time of the whole message", vec![Do::Hold], "timeout").limits(|limits| limits.message = SHORT * 2),
    ])
    .await;
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_leaves_it_open() {
    let open = |reply: &str, why| dot(reply.trim(), vec![say(reply), Do::Hold], why, Unknown, Then::LaterPerhapsTwice);
    run(vec![
        open("354 go\r\n", "odd 354"),
        open("251 elsewhere\r\n", "odd 251"),
        open("220 relay.test ready\r\n", "odd 220"),
        open("221 bye\r\n", "odd 221"),
        open("blah\r\n", "NotAReply"),
        open("150 one moment\r\n", "NotAReply"),
        open("600 hell\r\n", "NotAReply"),
        open("250-a\r\n550 b\r\n", "CodesDiffer"),
    ])
    .await;
}
