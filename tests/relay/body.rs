//! Trouble while the message is on its way.

use lichhop::mail::driver::{Fate::NotSent, Fate::Unknown, Phase};

use super::case::{Case, Then, before, case, run};
use super::server::{Do, say};
use super::{MESSAGE, SHORT};

/// A message of 9 MB: more than any buffer on the way takes.
fn large() -> Vec<u8> {
    b"0123456789012345678901234567890123456789012345678901234567890123456789012\r\n".repeat(120_000)
}

/// Something that happens in the middle of a large message.
fn within(name: &str, steps: Vec<Do>, why: &'static str, then: Then) -> Case {
    case(name, [before(Phase::Body), steps].concat(), Phase::Body, why, NotSent, then).message(large(), 0)
}

#[tokio::test]
async fn refused_in_the_middle() {
    run(vec![
        within("552, end", vec![Do::Taste, say("552 5.3.4 too big\r\n"), Do::Close], "reply 552", Then::Failed),
        within("451, end", vec![Do::Taste, say("451 4.3.1 disk full\r\n"), Do::Close], "reply 451", Then::Later),
        within("421, end", vec![say("421 x\r\n"), Do::Close], "reply 421", Then::Paused),
        within("552, then deaf", vec![Do::Taste, say("552 5.3.4 too big\r\n"), Do::Wait], "reply 552", Then::Failed)
            .limits(|limits| limits.body = SHORT),
    ])
    .await;
}

#[tokio::test]
async fn cut_off_in_the_middle() {
    run(vec![
        within("the relay stops reading", vec![Do::Wait], "timeout", Then::Later).limits(|limits| {
            limits.body = SHORT;
            limits.last_words = SHORT;
        }),
        within("reset", vec![Do::Taste, Do::Rst], "io", Then::Later),
        within("closed", vec![Do::Taste, Do::Close], "io", Then::Later),
        // It may have been what the 354 was waiting for: a yes before the end is none.
        within("250 in the middle", vec![Do::Taste, say("250 ok\r\n"), Do::Close], "io", Then::Later),
    ])
    .await;
}

#[tokio::test]
async fn what_the_kernel_had_taken_may_have_arrived() {
    let script = [before(Phase::Body), vec![Do::Taste, Do::Rst]].concat();
    run(vec![case("reset", script, Phase::Dot, "io", Unknown, Then::LaterPerhapsTwice).message(MESSAGE.to_vec(), 0)]).await;
}

#[tokio::test]
async fn the_answer_to_the_dot_is_not_there_before_the_dot() {
    let script = [before(Phase::Data), vec![say("354 go\r\n250 ok\r\n"), Do::Hold]].concat();
    run(vec![case("354 and 250 at once", script, Phase::Body, "Unasked", NotSent, Then::Later)]).await;
}
