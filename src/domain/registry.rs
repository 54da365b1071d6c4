//! What a table does to the registry.

use serde::{Deserialize, Serialize};

use crate::domain::fault::Wrong;

/// What a table did to the registry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Rows read.
    pub rows: u64,
    /// Records that are new.
    pub added: u64,
    /// Records that are different now.
    pub changed: u64,
    /// Records that were like that already.
    pub unchanged: u64,
    /// Records left alone because somebody else changed them meanwhile.
    pub left_alone: Vec<String>,
    /// When only a check was asked for: what is wrong.
    pub wrong: Vec<Wrong>,
}
