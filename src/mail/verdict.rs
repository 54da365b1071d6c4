//! What a failed conversation means: for the message, and for the relay as a whole.
//!
//! 4xx, time-outs and broken connections put a message off; 5xx ends it. What concerns the relay (no connection, no TLS,
//! refused credentials, 421) is no message's fault and burns no attempt.

use chrono::{DateTime, Utc};

use crate::domain::office::Retry;
use crate::domain::outbox::{Failure, Fate, Item};
use crate::mail::driver::{Fail, FailRecord, Fate as Known, Phase, Why};
use crate::mail::sendmail::{Exit, Refusal};

/// Trouble with the relay as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It could not be reached, or did not speak as it must.
    Unreachable(Failure),
    /// It answered, then sent us away for now.
    SentAway(Failure),
    /// It refused our credentials.
    Credentials(Failure),
}

/// What a failed conversation means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It concerns this message.
    Item(Fate),
    /// It concerns the relay; the message goes back as the fate says.
    Relay {
        /// The trouble.
        trouble: Trouble,
        /// The message's place in the queue.
        fate: Fate,
    },
    /// A kept connection had died meanwhile: the same message goes over a new one at once.
    Reconnect,
}

/// Judges a failed conversation about `item`. `chance` is any 64 bits, for the jitter of the back-off.
#[must_use]
pub fn judge(fail: &Fail, item: &Item, now: DateTime<Utc>, retry: &Retry, chance: u64) -> Verdict {
    if fail.reconnect_at_once() {
        return Verdict::Reconnect;
    }
    let failure = failure(fail);
    if fail.concerns_relay() || refuses_sender(fail) {
        let credentials = fail.phase == Phase::Auth || matches!(fail.code(), Some(530 | 534 | 535 | 538));
        let refused = credentials && fail.code().is_some_and(|code| code >= 500);
        // Sent away in the middle of a message: it goes behind what else is due now, so that it cannot stand in the way.
        let due = if fail.phase >= Phase::Check { now + chrono::Duration::milliseconds(1) } else { item.next_attempt.unwrap_or(now) };
        let trouble = match (refused, fail.phase >= Phase::Check || fail.code() == Some(421)) {
            (true, _) => Trouble::Credentials(failure),
            (false, true) => Trouble::SentAway(failure),
            (false, false) => Trouble::Unreachable(failure),
        };
        return Verdict::Relay { trouble, fate: Fate::Released { due } };
    }
    let permanent = match (&fail.why, fail.fate()) {
        (Why::Local(_) | Why::Lacks(_), _) => true,
        (Why::Reply(reply), _) => reply.code >= 500,
        (_, Known::NotSent | Known::Refused | Known::Unknown) => false,
    };
    if permanent {
        return Verdict::Item(Fate::Failed { failure });
    }
    let uncertain = fail.fate() == Known::Unknown;
    Verdict::Item(Fate::Deferred { failure, next: next(item, now, retry, chance), uncertain })
}

/// Whether the relay refuses the sender for good. All messages have the same one: what it says of this message it says of
/// every other. A message that is too large is refused here too, and that is its own fault.
fn refuses_sender(fail: &Fail) -> bool {
    let Why::Reply(reply) = &fail.why else { return false };
    let size = reply.code == 552 || reply.enhanced.is_some_and(|code| matches!((code.subject, code.detail), (3, 4) | (2, 3)));
    fail.phase == Phase::Mail && reply.code >= 500 && !size
}

/// Judges what a program said to a message about `item`: the message's fate, and trouble with the program as a whole.
///
/// The codes of `sysexits.h` say little, and programs differ: sendmail says 75 of what it has put into its own queue, msmtp says
/// 68 when its relay's name cannot be looked up, 69 to every 4xx, 76 when the answer to the dot stayed out. Only what all of
/// them mean the same by is final; of what one of them may have taken it is noted that it may be a repeat.
#[must_use]
pub fn judge_program(refusal: &Refusal, item: &Item, now: DateTime<Utc>, retry: &Retry, chance: u64) -> (Fate, Option<Trouble>) {
    let words = if refusal.words.is_empty() { String::new() } else { format!(": {}", refusal.words) };
    let text = match refusal.exit {
        Exit::Code(code) => format!("the program ended with exit code {code}{words}"),
        Exit::Signal(signal) => format!("the program was ended by signal {signal}{words}"),
        Exit::Late => format!("the program did not end in time{words}"),
        Exit::Unknown => format!("nobody knows how the program ended{words}"),
        Exit::Deaf => format!("the program ended before it had read the message{words}"),
        Exit::NotStarted => format!("the program could not be started{words}"),
        Exit::NotAsked => format!("the message is not given to the program{words}"),
    };
    let failure = Failure { phase: "sendmail".to_owned(), code: None, enhanced: None, text };
    let deferred = |failure, uncertain| (Fate::Deferred { failure, next: next(item, now, retry, chance), uncertain }, None);
    // It goes behind what else is due now, so that it cannot stand in the way.
    let released = Fate::Released { due: now + chrono::Duration::milliseconds(1) };
    match refusal.exit {
        // EX_DATAERR, EX_NOUSER.
        Exit::NotAsked | Exit::Code(65 | 67) => (Fate::Failed { failure }, None),
        // EX_NOHOST, EX_UNAVAILABLE: surely not taken, and perhaps tomorrow.
        Exit::Code(68 | 69) => deferred(failure, false),
        // EX_NOPERM: msmtp's password was refused, or Postfix's authorized_submit_users does not name us.
        Exit::Code(77) => (released, Some(Trouble::Credentials(failure))),
        // EX_USAGE, EX_SOFTWARE, EX_OSERR, EX_OSFILE, EX_CANTCREAT, EX_CONFIG; and a shell that found or could run nothing.
        Exit::NotStarted | Exit::Code(64 | 70..=73 | 78 | 126 | 127) => (released, Some(Trouble::Unreachable(failure))),
        // EX_TEMPFAIL, EX_PROTOCOL, EX_IOERR, and what nobody has defined.
        Exit::Code(_) | Exit::Signal(_) | Exit::Late | Exit::Unknown | Exit::Deaf => deferred(failure, true),
    }
}

/// When a message is tried again after one more failed attempt.
#[must_use]
pub fn next(item: &Item, now: DateTime<Utc>, retry: &Retry, chance: u64) -> DateTime<Utc> {
    let wait = retry.wait(item.attempts + item.panics + 1, chance);
    now + chrono::Duration::from_std(wait).unwrap_or(chrono::Duration::hours(1))
}

/// A failure as it is kept and shown.
#[must_use]
pub fn failure(fail: &Fail) -> Failure {
    let record = FailRecord::from(fail);
    let phase = serde_json::to_value(record.phase).ok().and_then(|phase| phase.as_str().map(str::to_owned)).unwrap_or_default();
    Failure { phase, code: record.code, enhanced: record.enhanced.map(|code| code.to_string()), text: record.text }
}
