//! What stands in a warning that messages wait too long: the facts, before any layout.
//!
//! Postfix tells a sender after `delay_warning_time` that his message has not gone; here whoever registered a meeting is told, once
//! for each dispatch.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::dispatch::{Dispatch, DispatchKind, ItemId, Notice};
use crate::domain::incoming::line_of;
use crate::domain::mailbox::MailAddress;
use crate::domain::outbox::{Failure, Item};
use crate::domain::text::Line;
use crate::domain::time::WallTime;

/// The most messages that a warning lists; the rest is counted.
pub const LISTED_MAX: usize = 50;
/// The most characters of a relay's answer that a warning repeats: it may be long (RFC 5321, section 4.5.3.1.5, gives each of its
/// lines 512 octets), and its beginning says what is the matter.
pub const ANSWER_MAX: usize = 300;

/// The facts of a warning that messages of a dispatch wait too long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    /// When the warning was made.
    pub at: DateTime<Utc>,
    /// What the messages ask.
    pub kind: DispatchKind,
    /// What they tell, of a [`DispatchKind::Cancel`].
    pub notice: Notice,
    /// Number and symbol of the invitation that they are or take back.
    pub number: String,
    /// What the meeting is about.
    pub title: Line,
    /// When it begins.
    pub start: WallTime,
    /// Where.
    pub place: Line,
    /// Since when the messages wait: when they first might have gone.
    pub since: DateTime<Utc>,
    /// The messages, at most [`LISTED_MAX`].
    pub waiting: Vec<Waiting>,
    /// How many more wait.
    pub more: u64,
}

/// A message that waits, as a warning tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The message.
    pub id: ItemId,
    /// The name of the unit it goes to.
    pub name: Line,
    /// The mailbox it goes to.
    pub to: MailAddress,
    /// How often it was tried.
    pub attempts: u32,
    /// How the last attempt failed, cut and cleaned; `None`: it was not tried yet.
    pub answer: Option<Failure>,
    /// When it is tried again.
    pub next_attempt: Option<DateTime<Utc>>,
    /// When it is given up.
    pub expires_at: DateTime<Utc>,
}

impl Delay {
    /// The warning at `at` that these messages of a dispatch wait.
    #[must_use]
    pub fn of(at: DateTime<Utc>, dispatch: &Dispatch, waiting: &[Item]) -> Self {
        let calendar = &dispatch.calendar;
        Self {
            at,
            kind: dispatch.kind,
            notice: dispatch.notice,
            number: dispatch.number.clone(),
            title: calendar.title.clone(),
            start: calendar.start,
            place: calendar.place.clone(),
            since: dispatch.could_go(),
            waiting: waiting.iter().take(LISTED_MAX).map(Waiting::of).collect(),
            more: waiting.len().saturating_sub(LISTED_MAX) as u64,
        }
    }
}

impl Waiting {
    fn of(item: &Item) -> Self {
        Self {
            id: item.id,
            name: item.unit_name.clone(),
            to: item.to.clone(),
            attempts: item.attempts,
            answer: item.last_error.as_ref().map(cleaned),
            next_attempt: item.next_attempt,
            expires_at: item.expires_at,
        }
    }
}

/// What a relay answered, so that it can stand in a message: one line without what would steer a reader's program, and cut. A
/// relay may say anything.
fn cleaned(failure: &Failure) -> Failure {
    let words = |raw: &str, most: usize| {
        let line = line_of(raw).map(String::from).unwrap_or_default();
        let cut = line.char_indices().nth(most).and_then(|(end, _)| line.get(..end)).map(|cut| format!("{}…", cut.trim_end()));
        cut.unwrap_or(line)
    };
    Failure {
        phase: words(&failure.phase, 20),
        code: failure.code,
        enhanced: failure.enhanced.as_deref().map(|code| words(code, 20)).filter(|code| !code.is_empty()),
        text: words(&failure.text, ANSWER_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(text: &str) -> Failure {
        Failure { phase: "rcpt".into(), code: Some(451), enhanced: Some("4.2.1".into()), text: text.into() }
    }

    #[test]
    fn answers_are_one_short_line_that_steers_nothing() {
        assert_eq!(cleaned(&failure("4.2.1 hộp thư đầy")), failure("4.2.1 hộp thư đầy"));
        let hostile = failure("a\r\nBcc: x@y\r\n\r\n.\r\n\u{1b}]0;x\u{7}\0\u{202e}b\u{fffd}");
        assert_eq!(cleaned(&hostile).text, "a Bcc: x@y . ]0;x b\u{fffd}");
        let long = cleaned(&failure(&"ộ".repeat(100_000))).text;
        assert_eq!((long.chars().count(), long.ends_with('…')), (ANSWER_MAX + 1, true));
        let nothing = Failure { phase: "\u{7}".repeat(9), code: None, enhanced: Some("\r\n".into()), text: "\0".into() };
        assert_eq!(cleaned(&nothing), Failure { phase: String::new(), code: None, enhanced: None, text: String::new() });
    }
}
