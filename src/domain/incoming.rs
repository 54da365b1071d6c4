//! What comes back: answers to invitations, bounces, acknowledgements, forms. First what a message says ([`Incoming`]), then
//! what was made of it ([`Received`]).

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::attendance::Trust;
use crate::domain::audit::Digest;
use crate::domain::dispatch::ItemId;
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::MeetingId;
use crate::domain::text::{LINE_MAX, Line, PROSE_MAX, Prose, is_harmful};
use crate::domain::unit::UnitCode;
use crate::domain::verp::Tag;

/// The longest message that is read, in bytes.
pub const MESSAGE_MAX: usize = 25 * 1024 * 1024;
/// What is kept of a longer one, in bytes: its header and the beginning of what it says.
pub const HEAD_KEPT: usize = 64 * 1024;
/// How many multiparts may lie within each other.
pub const DEPTH_MAX: usize = 10;
/// How many parts a message may have.
pub const PARTS_MAX: usize = 200;
/// The most bytes of its header.
pub const HEADER_MAX: usize = 256 * 1024;
/// The most recipients of a bounce that are looked at, and the most messages, meetings and files that one answer names.
pub const NAMED_MAX: usize = 8;
/// The longest identifier that is kept, in bytes: Message-ID, UID.
pub const ID_MAX: usize = 600;

/// A message that came: `R12` is the twelfth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReceivedId(pub u64);

impl ReceivedId {
    /// Reads `R12`.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let raw = raw.trim();
        let digits = raw.strip_prefix('R').or_else(|| raw.strip_prefix('r'))?;
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten().map(Self)
    }
}

impl fmt::Display for ReceivedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "R{}", self.0)
    }
}

impl TryFrom<String> for ReceivedId {
    type Error = String;
    fn try_from(raw: String) -> Result<Self, String> {
        Self::parse(&raw).ok_or_else(|| format!("not the id of a received message: {raw:?}"))
    }
}

impl From<ReceivedId> for String {
    fn from(id: ReceivedId) -> Self {
        id.to_string()
    }
}

/// What a message says, whatever it is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// How many bytes it had.
    pub size: u64,
    /// Its Message-ID, without the angle brackets.
    pub message_id: Option<String>,
    /// Who says to have written it; `None` when that is nobody, or not one alone.
    pub from: Option<MailAddress>,
    /// When it says to have been written.
    pub date: Option<DateTime<Utc>>,
    /// Its subject.
    pub subject: Option<Line>,
    /// Whether a program wrote it (RFC 3834, section 2).
    pub automatic: bool,
    /// Whether it came with an empty return path, as bounces do (RFC 5321, section 4.5.5).
    #[serde(default)]
    pub unreturnable: bool,
    /// The tags of addresses to which it was delivered, the last hop's first; at most [`NAMED_MAX`].
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// How sure it is that it comes from whom it says.
    pub trust: Trust,
    /// What it is.
    pub what: What,
}

/// What a message is, by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The answer of a calendar (iTIP, RFC 5546).
    Calendar(Box<CalendarAnswer>),
    /// A report about messages of ours (RFC 3464).
    Report(DeliveryReport),
    /// What somebody wrote.
    Letter(Letter),
    /// Nothing that can be read.
    Unread(Unread),
}

/// What a calendar asks of the organiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// It answers (RFC 5546, section 3.2.3).
    Reply,
    /// It proposes something else (section 3.2.7).
    Counter,
    /// It asks for the latest version (section 3.2.6).
    Refresh,
}

/// PARTSTAT (RFC 5545, section 3.2.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartStat {
    /// ACCEPTED.
    Accepted,
    /// DECLINED.
    Declined,
    /// TENTATIVE.
    Tentative,
    /// DELEGATED.
    Delegated,
    /// NEEDS-ACTION, or none.
    NeedsAction,
    /// Some other word.
    Other,
}

/// The answer of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarAnswer {
    /// METHOD.
    pub method: Method,
    /// UID.
    pub uid: String,
    /// Whether it speaks of one instance of a series (RECURRENCE-ID).
    pub instance: bool,
    /// SEQUENCE; 0 where there is none (RFC 5545, section 3.8.7.4).
    pub sequence: u32,
    /// DTSTAMP.
    pub stamp: Option<DateTime<Utc>>,
    /// ATTENDEE.
    pub attendee: MailAddress,
    /// PARTSTAT.
    pub status: PartStat,
    /// DELEGATED-TO.
    pub delegated_to: Option<MailAddress>,
    /// DELEGATED-FROM.
    pub delegated_from: Option<MailAddress>,
    /// COMMENT.
    pub comment: Option<Prose>,
}

/// What became of a message, by the word of who had it (RFC 3464, section 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportAction {
    /// It will not be delivered.
    Failed,
    /// Not yet delivered.
    Delayed,
    /// Delivered.
    Delivered,
    /// Handed on to who gives no reports.
    Relayed,
    /// Delivered to a list, which hands it on.
    Expanded,
}

/// What became of a message to one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedRecipient {
    /// Action.
    pub action: ReportAction,
    /// Status: `5.1.1` (RFC 3463).
    pub status: Option<String>,
    /// Original-Recipient: whom it was sent to.
    pub original: Option<MailAddress>,
    /// Final-Recipient: whom that came to.
    pub last: Option<MailAddress>,
    /// Diagnostic-Code: the words of who refused it.
    pub diagnostic: Option<Line>,
}

/// A report about a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReport {
    /// Message-ID of the message that came back, without the angle brackets.
    pub message_id: Option<String>,
    /// For each recipient; the first [`NAMED_MAX`].
    pub recipients: Vec<ReportedRecipient>,
}

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Message-IDs that it answers, without the angle brackets; the first [`NAMED_MAX`].
    pub answers: Vec<String>,
    /// Meetings whose sign `[LH-2026-0001]` stands in it; the first [`NAMED_MAX`].
    pub signs: Vec<MeetingId>,
    /// Its first words, without what it quotes.
    pub words: Option<Prose>,
    /// Attached files that are named like a registration form; the first [`NAMED_MAX`].
    pub forms: Vec<Line>,
}

/// Why a message cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// Over [`MESSAGE_MAX`].
    TooLarge,
    /// Over [`DEPTH_MAX`].
    TooDeep,
    /// Over [`PARTS_MAX`].
    TooManyParts,
    /// Over [`HEADER_MAX`].
    LongHeader,
    /// It has no header.
    NoHeader,
    /// Its calendar object cannot be read.
    Calendar,
    /// It is a report that tells nothing about a recipient.
    Report,
    /// The notice that somebody opened a message (RFC 8098): no acknowledgement.
    Receipt,
    /// It broke the reader, which is an error in the program.
    Broken,
}

/// How a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// By the pipe of a mail server.
    Pipe,
    /// It lay in a Maildir.
    Maildir,
    /// From a mailbox, by IMAP.
    Imap,
}

impl Source {
    /// The word that stands in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pipe => "pipe",
            Self::Maildir => "maildir",
            Self::Imap => "imap",
        }
    }
}

/// What was made of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A unit's answer was taken.
    Answered {
        /// The meeting.
        meeting: MeetingId,
        /// The unit.
        unit: UnitCode,
    },
    /// It answers an earlier invitation than the last one: kept beside, not counted.
    Stale {
        /// The meeting.
        meeting: MeetingId,
        /// The unit.
        unit: UnitCode,
    },
    /// A later answer of the same mailbox was taken before: nothing came of it.
    Outdated {
        /// The meeting.
        meeting: MeetingId,
        /// The unit.
        unit: UnitCode,
    },
    /// A calendar proposes something else, or asks for the latest version: shown, not applied.
    Proposed {
        /// The meeting.
        meeting: MeetingId,
        /// The unit.
        unit: UnitCode,
    },
    /// Somebody wrote that the invitation has come.
    Acknowledged {
        /// The meeting.
        meeting: MeetingId,
        /// The unit.
        unit: UnitCode,
    },
    /// A message of ours came back.
    Bounced {
        /// The message.
        item: ItemId,
    },
    /// News of a message of ours that is no failure.
    Noted {
        /// The message.
        item: ItemId,
        /// What is told of it.
        action: ReportAction,
    },
    /// A unit sent a form: offered, not taken.
    Offered {
        /// The unit.
        unit: UnitCode,
    },
    /// Nobody knows what to make of it.
    Quarantined {
        /// Why.
        why: Quarantine,
    },
}

/// Why nothing was made of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quarantine {
    /// It cannot be read.
    Unread(Unread),
    /// The calendar object belongs to no meeting of ours.
    UnknownMeeting,
    /// It speaks of one instance of a series; our meetings are none.
    Instance,
    /// It answers for another mailbox than the one it comes from.
    Forged {
        /// For whom it answers.
        attendee: MailAddress,
    },
    /// It answers for a mailbox that was not invited, and to which no invited one handed over.
    NotInvited {
        /// The mailbox.
        attendee: MailAddress,
    },
    /// It answers nothing.
    NoAnswer,
    /// Nothing proves that it comes from whom it says, and a proven answer would go.
    LessTrusted,
    /// The report is about no message of ours.
    UnknownMessage,
    /// The report names another recipient than the one to whom that message went.
    OtherRecipient,
    /// It came to the address of one message of ours, and what it returns is not that message.
    OtherMessage {
        /// The message whose address it is.
        item: ItemId,
    },
    /// A program wrote it: it acknowledges nothing.
    Automatic,
    /// It answers what the program told the office's own people, which asks for no answer.
    AnswersReport,
    /// The mailbox from which the form comes is no unit's.
    Stranger,
    /// It names neither a message nor a meeting of ours.
    Unrelated,
    /// It names a meeting, but does not come from a mailbox that was invited to it.
    NotFromInvited {
        /// The meeting.
        meeting: MeetingId,
    },
}

/// Somebody looked at a message and put it away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discarded {
    /// When.
    pub at: DateTime<Utc>,
    /// The Unix user.
    pub by: String,
}

/// A message that came, with what was made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Its id.
    pub id: ReceivedId,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// How it came.
    pub source: Source,
    /// What it says.
    pub message: Incoming,
    /// What was made of it.
    pub outcome: Outcome,
    /// How many bytes of it are kept as they came.
    pub kept: u64,
    /// In how many chunks.
    pub chunks: u32,
    /// Who put it away.
    #[serde(default)]
    pub discarded: Option<Discarded>,
}

impl Received {
    /// The same without what people wrote in it.
    #[must_use]
    pub fn without_content(mut self) -> Self {
        self.message.subject = None;
        match &mut self.message.what {
            What::Calendar(answer) => answer.comment = None,
            What::Letter(letter) => (letter.words, letter.forms) = (None, Vec::new()),
            What::Report(_) | What::Unread(_) => {}
        }
        self
    }

    /// Since when it is of no use any more: nothing came of it, and nobody has to look at it. `None`: it is.
    #[must_use]
    pub fn spent(&self) -> Option<DateTime<Utc>> {
        match self.outcome {
            Outcome::Outdated { .. } | Outcome::Noted { .. } => Some(self.at),
            Outcome::Offered { .. } | Outcome::Quarantined { .. } => self.discarded.as_ref().map(|discarded| discarded.at.max(self.at)),
            Outcome::Answered { .. }
            | Outcome::Stale { .. }
            | Outcome::Proposed { .. }
            | Outcome::Acknowledged { .. }
            | Outcome::Bounced { .. } => None,
        }
    }

    /// Whether somebody has to look at it.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.discarded.is_none() && self.outcome.keeps()
    }
}

impl Outcome {
    /// Whether the message is kept as it came, because somebody has to look at it.
    #[must_use]
    pub fn keeps(&self) -> bool {
        matches!(self, Self::Quarantined { .. } | Self::Offered { .. })
    }

    /// The word that stands in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Answered { .. } => "answered",
            Self::Stale { .. } => "stale",
            Self::Outdated { .. } => "outdated",
            Self::Proposed { .. } => "proposed",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Bounced { .. } => "bounced",
            Self::Noted { .. } => "noted",
            Self::Offered { .. } => "offered",
            Self::Quarantined { .. } => "quarantined",
        }
    }
}

/// One line of a text that came from outside: what would steer a terminal is a blank, what is too long is cut. `None`: nothing
/// is left.
#[must_use]
pub fn line_of(raw: &str) -> Option<Line> {
    let plain: String = raw.chars().take(4 * LINE_MAX).map(|c| if is_harmful(c) { ' ' } else { c }).collect();
    let mut text = crate::domain::text::collapse(&plain);
    if let Some((end, _)) = text.char_indices().nth(LINE_MAX) {
        text.truncate(end);
    }
    Line::parse(text.trim_end()).ok()
}

/// Text of several lines that came from outside, at most `limit` characters of it, as [`line_of`] cleans one.
#[must_use]
pub fn prose_of(raw: &str, limit: usize) -> Option<Prose> {
    let unified = raw.replace("\r\n", "\n");
    let plain: String = unified.chars().take(2 * limit).map(|c| if is_harmful(c) && c != '\n' && c != '\t' { ' ' } else { c }).collect();
    let mut text = crate::domain::text::trim_lines(&plain);
    if let Some((end, _)) = text.char_indices().nth(limit.min(PROSE_MAX)) {
        text.truncate(end);
    }
    Prose::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids() {
        assert_eq!(ReceivedId::parse(" r12 "), Some(ReceivedId(12)));
        assert_eq!(ReceivedId(12).to_string(), "R12");
        for wrong in ["", "R", "12", "R-1", "R+1", "R1x", "T1", "R99999999999999999999"] {
            assert_eq!(ReceivedId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_comes_from_outside_is_cleaned_and_cut() {
        assert_eq!(line_of("  Re:\u{1b}[2J  Họp\r\n x ").unwrap().as_str(), "Re: [2J Họp x");
        assert_eq!(line_of(" \u{7}\u{202e} "), None);
        assert_eq!(line_of(&"ạ".repeat(10_000)).unwrap().as_str().chars().count(), LINE_MAX);
        assert_eq!(prose_of("a\u{0}b\r\n\r\nc", 3).unwrap().as_str(), "a b");
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(raw in any::<String>(), limit in 1usize..50) {
            let _ = (line_of(&raw), prose_of(&raw, limit));
        }

        #[test]
        fn whatever_is_printable_is_kept(raw in "[a-zA-Zạ ]{1,600}[a-z]") {
            prop_assert!(line_of(&raw).is_some() && prose_of(&raw, 100).is_some());
        }
    }
}
