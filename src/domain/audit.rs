//! The audit chain: one entry a commit, each holding the hash of the one before, so that nothing can be changed, removed or
//! put in another order without showing.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::time::WallTime;

/// A SHA-256 digest in hexadecimal letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::of_all([bytes])
    }

    /// The digest of several pieces, each with its length, so that no two lists of pieces share one.
    #[must_use]
    pub fn of_all<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = Sha256::new();
        for piece in pieces {
            hasher.update((piece.len() as u64).to_be_bytes());
            hasher.update(piece);
        }
        Self::of_hash(&hasher)
    }

    /// The digest of what was given to a hasher so far.
    #[must_use]
    pub fn of_hash(hasher: &Sha256) -> Self {
        let mut letters = String::with_capacity(64);
        for byte in hasher.clone().finalize() {
            use std::fmt::Write as _;
            let _ = write!(letters, "{byte:02x}");
        }
        Self(letters)
    }

    /// The digest of all that a reader has, as `sha256sum` prints it.
    ///
    /// # Errors
    /// The reader's.
    pub fn of_file(mut reader: impl std::io::Read) -> std::io::Result<Self> {
        let mut hasher = Sha256::new();
        let mut piece = vec![0; 1 << 16];
        loop {
            match reader.read(&mut piece)? {
                0 => return Ok(Self::of_hash(&hasher)),
                read => hasher.update(piece.get(..read).unwrap_or_default()),
            }
        }
    }

    /// What stands before the first entry.
    #[must_use]
    pub fn zero() -> Self {
        Self("0".repeat(64))
    }

    /// Its letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An entry of the chain, without its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Counted from 1 without gaps.
    pub sequence: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// The Unix user who asked, or `lichhop` for what the program does by itself.
    pub actor: String,
    /// What was done: `meeting.issue`.
    pub action: String,
    /// To what: `LH-2026-0147`.
    pub object: String,
    /// Whether the clock stood still at a chosen instant.
    #[serde(default)]
    pub rehearsal: bool,
    /// The versions of records that this commit made, as their history keys.
    pub made: Vec<String>,
    /// Digest of those versions.
    pub digest: Digest,
    /// Hash of the entry before.
    pub previous: Digest,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedEntry {
    /// The entry.
    #[serde(flatten)]
    pub entry: AuditEntry,
    /// Hash over everything in the entry.
    pub hash: Digest,
}

impl AuditEntry {
    /// Computes the hash over every field.
    #[must_use]
    pub fn seal(self) -> SealedEntry {
        let hash = self.hash();
        SealedEntry { entry: self, hash }
    }

    fn hash(&self) -> Digest {
        let sequence = self.sequence.to_be_bytes();
        let at = self.at.to_rfc3339();
        let made = self.made.join("\n");
        Digest::of_all([
            sequence.as_slice(),
            at.as_bytes(),
            self.actor.as_bytes(),
            self.action.as_bytes(),
            self.object.as_bytes(),
            &[u8::from(self.rehearsal)],
            made.as_bytes(),
            self.digest.as_str().as_bytes(),
            self.previous.as_str().as_bytes(),
        ])
    }
}

impl SealedEntry {
    /// Whether the entry is what was sealed.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.entry.hash() == self.hash
    }
}

/// Which entries of the chain are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFilter {
    /// Not before this day, in Vietnam.
    pub from: Option<NaiveDate>,
    /// Not after this day.
    pub to: Option<NaiveDate>,
    /// By this Unix user, or `lichhop` for what the program does by itself.
    pub actor: Option<String>,
    /// What was done: `meeting.issue`, or all that begins so: `meeting`.
    pub action: Option<String>,
    /// To what: `LH-2026-0147`.
    pub object: Option<String>,
    /// The last ones only, so many.
    pub limit: Option<u64>,
}

impl AuditFilter {
    /// Whether an entry is wanted; its number in the list is not looked at.
    #[must_use]
    pub fn wants(&self, entry: &AuditEntry) -> bool {
        let day = WallTime::at(entry.at).day();
        let begins =
            |action: &String| entry.action.strip_prefix(action.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.from.is_none_or(|from| day >= from)
            && self.to.is_none_or(|to| day <= to)
            && self.actor.as_ref().is_none_or(|actor| *actor == entry.actor)
            && self.action.as_ref().is_none_or(begins)
            && self.object.as_ref().is_none_or(|object| *object == entry.object)
    }
}

/// Where the chain ends: stored apart, so that a chain cut short shows too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// Sequence of the last entry; 0 for an empty chain.
    pub sequence: u64,
    /// Its hash.
    pub hash: Digest,
}

impl Default for ChainHead {
    fn default() -> Self {
        Self { sequence: 0, hash: Digest::zero() }
    }
}

/// What is wrong with a chain or a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// An entry's hash does not fit its content.
    Changed {
        /// The entry.
        sequence: u64,
    },
    /// An entry does not hold the hash of the one before.
    Unlinked {
        /// The entry.
        sequence: u64,
    },
    /// An entry is missing.
    Missing {
        /// The entry.
        sequence: u64,
    },
    /// The chain is shorter or longer than its head says.
    Head {
        /// What the head says.
        expected: u64,
        /// Where the chain ends.
        found: u64,
    },
    /// The versions an entry speaks of are not the ones it was sealed with.
    Versions {
        /// The entry.
        sequence: u64,
    },
    /// Something that cannot be read.
    Damaged {
        /// Where, and how.
        detail: String,
    },
    /// An index that does not fit its record, or the other way round.
    Index {
        /// The index key.
        key: String,
    },
    /// A record that is not its own latest version.
    Record {
        /// The record.
        id: String,
    },
    /// Numbers with a gap, a duplicate, or beyond what the series has given.
    Series {
        /// The series.
        series: String,
        /// How many numbers meetings have.
        given: u64,
        /// How many the counter has given.
        counted: u64,
    },
    /// A dispatch that has not as much in the outbox as it has recipients.
    Outbox {
        /// The dispatch.
        id: String,
        /// Of what there is another number.
        part: OutboxPart,
        /// How many there are.
        found: u64,
        /// How many there should be.
        expected: u64,
    },
    /// An entry of an index whose key fits its record, and whose value says something else.
    IndexValue {
        /// The index key.
        key: String,
    },
}

/// What a dispatch has in the outbox for each recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxPart {
    /// The item with its state.
    Items,
    /// The message's bytes.
    Messages,
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Records or entries looked at.
    pub looked_at: u64,
    /// The chain's head, of `audit verify`.
    pub head: Option<ChainHead>,
    /// What is wrong; empty when nothing is.
    pub findings: Vec<Finding>,
}
