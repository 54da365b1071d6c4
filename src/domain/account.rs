//! Accounts: who may ask the application for what, by Unix user.

use serde::{Deserialize, Serialize};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// Everything.
    Admin,
}

/// A Unix user known to the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The Unix user's name.
    pub user: String,
    /// What it may do.
    pub role: Role,
}
