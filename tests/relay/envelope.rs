//! MAIL, RCPT and DATA, each said by itself.

use lichhop::mail::driver::{Fate, Limits, Phase};

use super::case::{Case, Then, before, case, run};
use super::server::{Do, say};
use super::{SHORT, reset};

const PHASES: [Phase; 3] = [Phase::Mail, Phase::Rcpt, Phase::Data];

/// A step of the envelope that fails, after which nothing more is said.
fn envelope(name: &str, phase: Phase, steps: Vec<Do>, why: &'static str, then: Then) -> Case {
    case(name, [before(phase), steps].concat(), phase, why, Fate::NotSent, then)
}

fn with_rset(phase: Phase) -> &'static str {
    match phase {
        Phase::Mail => "EHLO MAIL RSET",
        Phase::Rcpt => "EHLO MAIL RCPT RSET",
        _ => "EHLO MAIL RCPT DATA RSET",
    }
}

/// A 5xx ends the message, but to MAIL: the sender of all messages is the same.
fn final_in(phase: Phase) -> Then {
    if phase == Phase::Mail { Then::Paused } else { Then::Failed }
}

#[tokio::test]
async fn refusals_keep_the_connection() {
    let mut cases = Vec::new();
    for phase in PHASES {
        let mut add = |reply: &str, why, then| {
            let steps = [vec![say(reply)], reset(), vec![Do::Hold]].concat();
            cases.push(envelope(reply.trim(), phase, steps, why, then).kept(with_rset(phase)));
        };
        add("451 4.3.0 later\r\n", "reply 451", Then::Later);
        add("450 busy\r\n", "reply 450", Then::Later);
        add("452 4.3.1 full\r\n", "reply 452", Then::Later);
        add("550 5.1.1 never\r\n", "reply 550", final_in(phase));
        add("503 5.5.1 what\r\n", "reply 503", final_in(phase));
        // Too large for the relay, or for the mailbox: that is this message's own fault.
        add("552 5.3.4 too large\r\n", "reply 552", Then::Failed);
        add("554 5.3.4 too large\r\n", "reply 554", Then::Failed);
        add("554 5.2.3 too large\r\n", "reply 554", Then::Failed);
        // Who must sign in first, or signed in wrongly, will meet the same with every message.
        add("530 5.7.0 sign in\r\n", "reply 530", Then::Credentials);
        add("535 5.7.8 wrong\r\n", "reply 535", Then::Credentials);
        add("538 5.7.11 encrypt\r\n", "reply 538", Then::Credentials);
    }
    run(cases).await;
}

#[tokio::test]
async fn what_ends_the_connection() {
    let mut cases = Vec::new();
    for phase in PHASES {
        let mut add = |name, steps: Vec<Do>, why, then| cases.push(envelope(name, phase, steps, why, then));
        add("421", vec![say("421 4.3.2 shutting down\r\n"), Do::Hold], "reply 421", Then::Paused);
        add("421 and the end", vec![say("421 4.3.2 shutting down\r\n"), Do::Fin, Do::Hold], "reply 421", Then::Paused);
        add("end", vec![Do::Fin, Do::Hold], "eof", Then::Later);
        add("reset", vec![Do::Rst], "io", Then::Later);
        add("half a code, end", vec![say("25"), Do::Fin, Do::Hold], "eof", Then::Later);
        add("half a code, reset", vec![say("25"), Do::Rst], "io", Then::Later);
        add("a code without line end, end", vec![say("250"), Do::Fin, Do::Hold], "eof", Then::Later);
        add("half a reply, end", vec![say("250-a\r\n"), Do::Fin, Do::Hold], "eof", Then::Later);
        add("no reply", vec![say("blah\r\n"), Do::Hold], "NotAReply", Then::Later);
        add("a reply of something else", vec![say("221 bye\r\n"), Do::Hold], "odd 221", Then::Later);
        add("a refusal and a reply too many", vec![say("550 no\r\n250 yes\r\n"), Do::Hold], "reply 550", final_in(phase));
        let mut add = |name, steps: Vec<Do>| {
            let steps = [vec![say("550 no\r\n"), Do::Hear("RSET")], steps].concat();
            cases.push(envelope(name, phase, steps, "reply 550", final_in(phase)).hearing(with_rset(phase)));
        };
        add("RSET refused", vec![say("500 what\r\n"), Do::Hold]);
        add("RSET, then 421", vec![say("421 enough\r\n"), Do::Hold]);
        add("RSET, then the end", vec![Do::Fin, Do::Hold]);
        add("RSET, then reset", vec![Do::Rst]);
        add("RSET, then two replies", vec![say("250 ok\r\n250 ok\r\n"), Do::Hold]);
    }
    run(cases).await;
}

#[tokio::test]
async fn silence() {
    let silent = |phase, steps: Vec<Do>, limits: fn(&mut Limits)| envelope("silence", phase, steps, "timeout", Then::Later).limits(limits);
    let command: fn(&mut Limits) = |limits| limits.command = SHORT;
    let data: fn(&mut Limits) = |limits| limits.data = SHORT;
    run(vec![
        silent(Phase::Mail, vec![Do::Hold], command),
        silent(Phase::Rcpt, vec![Do::Hold], command),
        silent(Phase::Data, vec![Do::Hold], data),
        silent(Phase::Mail, vec![say("25"), Do::Hold], command),
        silent(Phase::Rcpt, vec![say("250-a\r\n"), Do::Hold], command),
        // A relay that keeps us with a line now and then: the limit is for the whole of its answer.
        silent(Phase::Mail, vec![Do::Drip("250-wait\r\n")], command),
        silent(Phase::Rcpt, vec![Do::Drip("250-wait\r\n")], command),
        silent(Phase::Data, vec![Do::Drip("354-wait\r\n")], data),
        silent(Phase::Rcpt, vec![Do::Hold], |limits| limits.message = SHORT * 2),
        envelope("RSET", Phase::Rcpt, vec![say("550 no\r\n"), Do::Hear("RSET"), Do::Hold], "reply 550", Then::Failed)
            .hearing("EHLO MAIL RCPT RSET")
            .limits(|limits| limits.reset = SHORT),
    ])
    .await;
}

#[tokio::test]
async fn codes_that_make_no_sense() {
    let shifted = |name, twice, phase| {
        let script = [before(twice), vec![say("250 ok\r\n250 ok\r\n"), Do::Hold]].concat();
        case(name, script, phase, "Unasked", Fate::NotSent, Then::Later)
    };
    let odd = |phase, reply: &str, why| envelope(reply.trim(), phase, vec![say(reply), Do::Hold], why, Then::Later);
    run(vec![
        odd(Phase::Mail, "354 go\r\n", "odd 354"),
        odd(Phase::Mail, "251 elsewhere\r\n", "odd 251"),
        odd(Phase::Mail, "220 ready\r\n", "odd 220"),
        odd(Phase::Rcpt, "354 go\r\n", "odd 354"),
        odd(Phase::Rcpt, "253 who\r\n", "odd 253"),
        odd(Phase::Data, "250 ok\r\n", "odd 250"),
        odd(Phase::Data, "334 go\r\n", "odd 334"),
        // One command gets two answers, and the next one must not take the second for its own.
        shifted("two replies to MAIL", Phase::Mail, Phase::Rcpt).hearing("EHLO MAIL"),
        shifted("two replies to RCPT", Phase::Rcpt, Phase::Data).hearing("EHLO MAIL RCPT"),
    ])
    .await;
}
