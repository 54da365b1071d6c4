//! What issuing a meeting would do, shown before it is done.

use serde::{Deserialize, Serialize};

use crate::domain::conflict::Conflict;
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::MeetingId;
use crate::domain::policy::Unreachable;
use crate::domain::text::Line;
use crate::domain::unit::UnitCode;

/// What issuing would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// The meeting.
    pub id: MeetingId,
    /// The number it would get if nothing else is issued before.
    pub number: String,
    /// Who would get an invitation.
    pub recipients: Vec<PreviewRecipient>,
    /// Who cannot be reached.
    pub unreachable: Vec<PreviewUnreachable>,
    /// Units to be left out on record.
    pub without: Vec<UnitCode>,
    /// Conflicts as they are now.
    pub conflicts: Vec<Conflict>,
    /// Subject of the messages.
    pub subject: Line,
    /// The document.
    pub text: String,
}

/// A unit that would get an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRecipient {
    /// The unit.
    pub unit: UnitCode,
    /// Its name.
    pub name: Line,
    /// Its mailbox.
    pub address: MailAddress,
}

/// A unit that cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewUnreachable {
    /// The unit.
    pub unit: UnitCode,
    /// Its name.
    pub name: Line,
    /// Why.
    pub why: Unreachable,
}
