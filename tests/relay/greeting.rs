//! The greeting and EHLO: no message was spoken of yet.

use lichhop::mail::driver::{Fate::NotSent, Limits, Phase};

use super::SHORT;
use super::case::{Then, case, run};
use super::server::{Do, say};

#[tokio::test]
async fn greetings_that_are_none() {
    let impatient = |limits: &mut Limits| limits.command = SHORT;
    let greeting = |name, script, why| case(name, script, Phase::Greeting, why, NotSent, Then::Unreachable);
    run(vec![
        greeting("silent", vec![Do::Hold], "timeout").limits(impatient),
        greeting("554", vec![say("554 go away\r\n"), Do::Hold], "reply 554"),
        greeting("450", vec![say("450 not now\r\n"), Do::Hold], "reply 450"),
        case("421", vec![say("421 busy\r\n"), Do::Hold], Phase::Greeting, "reply 421", NotSent, Then::Paused),
        greeting("250", vec![say("250 hello\r\n"), Do::Hold], "odd 250"),
        greeting("no SMTP", vec![say("HTTP/1.1 400 Bad Request\r\n"), Do::Hold], "NotAReply"),
        greeting("two codes", vec![say("220-a\r\n221 b\r\n"), Do::Hold], "CodesDiffer"),
        greeting("end", vec![Do::Fin, Do::Hold], "eof"),
        greeting("reset", vec![Do::Rst], "io"),
        greeting("half a code, end", vec![say("22"), Do::Fin, Do::Hold], "eof"),
        greeting("half a code, silence", vec![say("22"), Do::Hold], "timeout").limits(impatient),
        greeting("half a reply, end", vec![say("220-a\r\n"), Do::Fin, Do::Hold], "eof"),
        greeting("byte by byte without end", vec![say("2"), say("2"), say("0"), say("-x"), Do::Hold], "timeout").limits(impatient),
        greeting("line by line without end", vec![Do::Drip("220-wait\r\n")], "timeout").limits(impatient),
    ])
    .await;
}

#[tokio::test]
async fn ehlo_that_is_not_answered_as_it_should_be() {
    let impatient = |limits: &mut Limits| limits.command = SHORT;
    let ehlo = |name, steps: Vec<Do>, why| {
        let script = [vec![say("220 a\r\n"), Do::Hear("EHLO")], steps].concat();
        let then = if why == "reply 421" { Then::Paused } else { Then::Unreachable };
        case(name, script, Phase::Ehlo, why, NotSent, then)
    };
    run(vec![
        ehlo("silent", vec![Do::Hold], "timeout").limits(impatient),
        ehlo("421", vec![say("421 b\r\n"), Do::Hold], "reply 421"),
        ehlo("451", vec![say("451 b\r\n"), Do::Hold], "reply 451"),
        // No HELO: it offers neither TLS nor sizes.
        ehlo("502", vec![say("502 b\r\n"), Do::Hold], "reply 502"),
        ehlo("220", vec![say("220 b\r\n"), Do::Hold], "odd 220"),
        ehlo("end", vec![Do::Fin, Do::Hold], "eof"),
        ehlo("reset", vec![Do::Rst], "io"),
        ehlo("half a code, end", vec![say("25"), Do::Fin, Do::Hold], "eof"),
        ehlo("half a reply, end", vec![say("250-a\r\n250-PIPELINING\r\n"), Do::Fin, Do::Hold], "eof"),
        ehlo("half a reply, reset", vec![say("250-a\r\n"), Do::Rst], "io"),
        ehlo("no reply", vec![say("hello\r\n"), Do::Hold], "NotAReply"),
        case(
            "a reply too many with the greeting",
            vec![say("220 a\r\n250 b\r\n"), Do::Hold],
            Phase::Ehlo,
            "Unasked",
            NotSent,
            Then::Unreachable,
        )
        .hearing(""),
    ])
    .await;
}
