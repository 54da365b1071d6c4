//! What issuing a meeting would do, shown before it is done.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::conflict::Conflict;
use crate::domain::fault::Rule;
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::MeetingId;
use crate::domain::policy::Unreachable;
use crate::domain::text::Line;
use crate::domain::unit::UnitCode;
use crate::domain::warning::Warning;

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
    /// Mailboxes that hold the invitation which it would replace, and would not get it: from them that one is withdrawn.
    #[serde(default)]
    pub withdrawn: Vec<PreviewRecipient>,
    /// Units to be left out on record; of a meeting that is issued, those that were.
    pub without: Vec<UnitCode>,
    /// The same units, each with its name and whether it could be reached.
    pub left_out: Vec<PreviewLeftOut>,
    /// Conflicts as they are now.
    pub conflicts: Vec<Conflict>,
    /// Every rule that would refuse the issue as it was ordered; empty when it would go through.
    pub refusals: Vec<Rule>,
    /// What is worth saying although nothing is refused.
    pub warnings: Vec<Warning>,
    /// The date on the invitation.
    pub date: NaiveDate,
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

/// A unit that is left out on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewLeftOut {
    /// The unit.
    pub unit: UnitCode,
    /// Its name.
    pub name: Line,
    /// The mailbox that would get the invitation if it were not left out.
    pub address: Option<MailAddress>,
    /// Why there is none.
    pub why: Option<Unreachable>,
}
