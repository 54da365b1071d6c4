//! Who comes: the answers of the invited units (RFC 5546, section 3.2.3), by their calendars, by letter, or as the office was told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::incoming::{Method, ReceivedId};
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::MeetingId;
use crate::domain::text::{Line, Prose};
use crate::domain::unit::UnitCode;

/// The most mailboxes whose last answer for a unit is remembered.
pub const ANSWERERS_MAX: usize = 8;
/// The most proposals of a unit that are kept; older ones go.
pub const PROPOSALS_MAX: usize = 4;

/// How sure it is that an answer is the unit's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The mail server that is trusted vouches for the sender's domain.
    Verified,
    /// The message says so, and nothing proves it.
    Claimed,
    /// Somebody of the office recorded it.
    Recorded,
}

impl Trust {
    /// The word that stands in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Claimed => "claimed",
            Self::Recorded => "recorded",
        }
    }
}

/// What a unit answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// Will come.
    Accepted,
    /// Will not.
    Declined,
    /// Perhaps.
    Tentative,
    /// Sends somebody else.
    Substituted,
}

impl Response {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Declined, Self::Tentative, Self::Substituted];

    /// The word that stands in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Tentative => "tentative",
            Self::Substituted => "substituted",
        }
    }

    /// The response that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// Who comes in the place of whom was invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegate {
    /// The name, as the office was told it.
    pub name: Option<Line>,
    /// The address, as a calendar gave it.
    pub address: Option<MailAddress>,
    /// What the delegate answered.
    pub response: Option<Response>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What.
    pub response: Response,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// The mailbox from which it came, or the Unix user who recorded it.
    pub by: String,
    /// How sure it is.
    pub trust: Trust,
    /// What was said with it.
    pub words: Option<Prose>,
    /// Who comes instead.
    pub delegate: Option<Delegate>,
    /// SEQUENCE of the invitation that it answers.
    pub sequence: u32,
    /// The message; `None`: it came by none.
    pub message: Option<ReceivedId>,
}

/// The confirmation that an invitation has come, which is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// From which mailbox.
    pub by: String,
    /// How sure it is.
    pub trust: Trust,
    /// What was written.
    pub words: Option<Prose>,
    /// The message.
    pub message: ReceivedId,
}

/// Something else that a calendar asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What it asks.
    pub method: Method,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// From which mailbox.
    pub by: String,
    /// How sure it is.
    pub trust: Trust,
    /// What was said with it.
    pub words: Option<Prose>,
    /// The message.
    pub message: ReceivedId,
}

/// The last answer of a mailbox for a unit: an older one of the same mailbox counts no more (RFC 5546, section 2.1.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answerer {
    /// The mailbox.
    pub attendee: MailAddress,
    /// DTSTAMP of its last answer.
    pub stamp: DateTime<Utc>,
    /// Whether that answer was verified.
    pub verified: bool,
}

/// What is known of a unit's coming to a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// The meeting.
    pub meeting: MeetingId,
    /// The unit.
    pub unit: UnitCode,
    /// The answer that counts.
    pub answer: Option<Answer>,
    /// The last answer to an earlier invitation than the last one.
    pub stale: Option<Answer>,
    /// The last confirmation that the invitation has come.
    pub acknowledged: Option<Acknowledgement>,
    /// What calendars propose, the latest last.
    pub proposals: Vec<Proposal>,
    /// Who answered last when.
    pub answerers: Vec<Answerer>,
}

impl Attendance {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(meeting: MeetingId, unit: UnitCode) -> Self {
        Self { meeting, unit, answer: None, stale: None, acknowledged: None, proposals: Vec::new(), answerers: Vec::new() }
    }

    /// What counts: a unit whose delegate declined has nobody who comes.
    #[must_use]
    pub fn counted(&self) -> Option<Response> {
        let answer = self.answer.as_ref()?;
        let delegate = answer.delegate.as_ref().and_then(|delegate| delegate.response);
        match (answer.response, delegate) {
            (Response::Substituted, Some(Response::Declined)) => Some(Response::Declined),
            (response, _) => Some(response),
        }
    }

    /// The last answer of a mailbox.
    #[must_use]
    pub fn last_of(&self, attendee: &MailAddress) -> Option<&Answerer> {
        self.answerers.iter().find(|one| one.attendee == *attendee)
    }

    /// Remembers a mailbox's last answer.
    pub fn remember(&mut self, answerer: Answerer) {
        self.answerers.retain(|one| one.attendee != answerer.attendee);
        self.answerers.push(answerer);
        let surplus = self.answerers.len().saturating_sub(ANSWERERS_MAX);
        self.answerers.drain(..surplus);
    }

    /// Keeps a proposal.
    pub fn propose(&mut self, proposal: Proposal) {
        self.proposals.push(proposal);
        let surplus = self.proposals.len().saturating_sub(PROPOSALS_MAX);
        self.proposals.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delegate_who_declines_comes_as_little_as_who_sent_him() {
        let mut attendance = Attendance::new(MeetingId::new(2026, 1), UnitCode::parse("CDA").unwrap());
        assert_eq!(attendance.counted(), None);
        for (delegate, counted) in [
            (None, Response::Substituted),
            (Some(Response::Accepted), Response::Substituted),
            (Some(Response::Declined), Response::Declined),
        ] {
            attendance.answer = Some(Answer {
                response: Response::Substituted,
                at: DateTime::UNIX_EPOCH,
                by: "cda@chinhphu.vn".into(),
                trust: Trust::Claimed,
                words: None,
                delegate: Some(Delegate { name: None, address: None, response: delegate }),
                sequence: 0,
                message: None,
            });
            assert_eq!(attendance.counted(), Some(counted));
        }
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let mut attendance = Attendance::new(MeetingId::new(2026, 1), UnitCode::parse("CDA").unwrap());
        for n in 0..20 {
            let attendee = MailAddress::parse(&format!("a{}@chinhphu.vn", n % 10)).unwrap();
            attendance.remember(Answerer { attendee, stamp: DateTime::UNIX_EPOCH, verified: n >= 10 });
        }
        assert_eq!(attendance.answerers.len(), ANSWERERS_MAX);
        assert!(attendance.last_of(&MailAddress::parse("a9@chinhphu.vn").unwrap()).unwrap().verified);
    }
}
