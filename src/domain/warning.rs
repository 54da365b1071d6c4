//! What is worth saying although nothing is refused.

use serde::{Deserialize, Serialize};

/// What is worth saying although nothing is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The meeting begins in the past.
    Past,
    /// Nobody is invited.
    NobodyInvited,
    /// An approved meeting went back for approval because something material changed.
    BackForApproval,
    /// Paper must go out too, to so many units.
    PaperToo {
        /// How many.
        units: u64,
    },
    /// The invitation before is withdrawn from so many mailboxes, which the one in its place does not go to.
    Withdrawn {
        /// How many.
        mailboxes: u64,
    },
}
