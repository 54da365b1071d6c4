//! Accounts: who may ask the application for what, by Unix user.

use serde::{Deserialize, Serialize};

use crate::domain::text::visible;
use crate::domain::unit::UnitCode;

/// What an account may do; [`crate::domain::access`] says what that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads what everybody was told.
    Viewer,
    /// Registers the meetings of its units and their subordinates.
    Registrar,
    /// Approves.
    Approver,
    /// Gives numbers and issues.
    Clerk,
    /// Keeps the mail going, without seeing what is in it.
    Operator,
    /// Everything.
    Admin,
}

impl Role {
    /// All roles, as they are listed.
    pub const ALL: [Self; 6] = [Self::Viewer, Self::Registrar, Self::Approver, Self::Clerk, Self::Operator, Self::Admin];

    /// The word of the command line and of machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Registrar => "registrar",
            Self::Approver => "approver",
            Self::Clerk => "clerk",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

/// A Unix user known to the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The Unix user's name.
    pub user: String,
    /// What it may do.
    pub role: Role,
    /// The units for which a registrar works, with their subordinates; of the other roles empty.
    #[serde(default)]
    pub units: Vec<UnitCode>,
    /// Whether it was taken away: then this user is nobody here, whatever the unknown may do.
    #[serde(default)]
    pub revoked: bool,
}

/// The most letters of a Unix user's name that any system allows.
const USER_MAX: usize = 256;

/// Whether this can be the name of a Unix user.
#[must_use]
pub fn is_user(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= USER_MAX
        && visible(name) == name
        && !name.starts_with('-')
        && !name.contains(|letter: char| letter.is_whitespace() || matches!(letter, ':' | '/' | ','))
}
