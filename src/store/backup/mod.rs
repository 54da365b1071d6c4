//! Backups: all entries of a store at one revision, in one file that any engine can take back.
//!
//! ```text
//! lichhop backup 1\n
//! [length u32][CRC-32C u32] kind payload        again and again; length and checksum are those of kind and payload
//!
//! kind  payload
//! H     JSON: who wrote it, when, of which store
//! E     [key length u16] key frame              the entries, in the order of their keys
//! C     [key length u16] key frame              what was written while the entries were read: stands in place of those
//! D     key                                     what was removed meanwhile
//! T     JSON: revision, count and fingerprint of all entries, where the audit chain ends; SHA-256 of all before this
//! ```
//!
//! Numbers are big-endian; frames are those of the store (`store::codec`), with the checksums they were written with.

mod fault;
mod lines;
mod read;
mod write;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::fault::BackupError;
pub use self::lines::write_lines;
pub use self::read::Backup;
pub use self::write::BackupWriter;
use super::tally::Standing;
use crate::domain::audit::ChainHead;

/// What every backup begins with; the number is that of the format.
const MAGIC: &[u8] = b"lichhop backup 1\n";
/// What a backup of any format begins with.
const MAGIC_OF_ALL: &[u8] = b"lichhop backup ";
/// The longest block: a key, a value and what stands around them.
const MAX_BLOCK: usize = 512 * 1024;

const HEADER: u8 = b'H';
const ENTRY: u8 = b'E';
const CHANGED: u8 = b'C';
const GONE: u8 = b'D';
const TRAILER: u8 = b'T';

/// How a backup begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the program that wrote it.
    pub program: String,
    /// When it was begun.
    pub at: DateTime<Utc>,
    /// The schema of its records.
    pub schema: u32,
    /// Whose it is; older programs did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<Origin>,
}

/// The store that a backup was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The id of its audit chain, which no other store has.
    pub chain: String,
    /// Where it lay, for people: machine and state directory.
    pub place: String,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Where the store stood.
    pub standing: Standing,
    /// Where the audit chain ended.
    pub chain: ChainHead,
}

/// How a backup ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Trailer {
    #[serde(flatten)]
    content: Content,
    /// SHA-256 of everything before this block, in hexadecimal letters.
    sha256: String,
}
