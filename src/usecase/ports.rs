//! What the office's use cases ask of the world: a store, a clock, chance, the composing of documents and mail.
//!
//! Everything here is a trait or plain data. The implementations live in `store`, `mail`, `print` and `host`; tests
//! bring their own.

use std::time::Duration;

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::domain::dispatch::{Dispatch, Recipient};
use crate::domain::invitation::{Document, Rendered};
use crate::domain::meeting::Meeting;
use crate::domain::office::Office;

/// A revision of the store: a number that rises with every commit. `0` means *absent*.
///
/// The meaning is etcd's `mod_revision`: an entry's revision is that of the commit that last wrote it.
pub type Rev = u64;

/// The most operations one commit may hold, in every engine (etcd's own limit is 128).
pub const MAX_OPERATIONS: usize = 100;
/// The most bytes of keys and values one commit may hold, in every engine (etcd refuses requests over 1.5 MiB).
pub const MAX_COMMIT_BYTES: usize = 512 * 1024;
/// The longest key.
pub const MAX_KEY_BYTES: usize = 512;
/// The longest value. What is larger is cut into chunks before it is stored.
pub const MAX_VALUE_BYTES: usize = 256 * 1024;

/// How a value's bytes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A JSON document.
    Json,
    /// Bytes that mean nothing to the store: a composed message, an attachment.
    Raw,
}

/// A stored value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// How `bytes` is to be read.
    pub format: Format,
    /// Version of the record's shape when it was written, for upgrades on reading.
    pub schema: u16,
    /// The payload.
    pub bytes: Vec<u8>,
}

/// One key with its value and the revision of the commit that wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key; keys are ordered as unsigned bytes.
    pub key: Vec<u8>,
    /// Revision of the commit that last wrote this key; never 0.
    pub rev: Rev,
    /// The value.
    pub value: Value,
}

/// A half-open range of keys: `start <= key < end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// First key of the range.
    pub start: Vec<u8>,
    /// First key behind the range; `None` for no bound.
    pub end: Option<Vec<u8>>,
}

impl Range {
    /// All keys that begin with `prefix`.
    #[must_use]
    pub fn prefix(prefix: &[u8]) -> Self {
        let mut end = prefix.to_vec();
        while let Some(last) = end.pop() {
            if last < u8::MAX {
                end.push(last + 1);
                return Self { start: prefix.to_vec(), end: Some(end) };
            }
        }
        Self { start: prefix.to_vec(), end: None }
    }

    /// Whether `key` lies in the range.
    #[must_use]
    pub fn contains(&self, key: &[u8]) -> bool {
        key >= self.start.as_slice() && self.end.as_deref().is_none_or(|end| key < end)
    }
}

/// In which order a scan walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the first key of the range.
    Forward,
    /// From the last key of the range.
    Backward,
}

/// Part of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The entries, in the scan's order.
    pub entries: Vec<Entry>,
    /// Whether the range holds more. The next page starts behind (before, when backward) the last key of this one.
    pub more: bool,
}

/// What must hold for a commit to happen: the key's present revision (0: the key is absent).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The key looked at.
    pub key: Vec<u8>,
    /// The revision it must have.
    pub rev: Rev,
}

/// One write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Store `value` at `key`, whether or not the key exists.
    Put {
        /// Where.
        key: Vec<u8>,
        /// What.
        value: Value,
    },
    /// Remove `key`; an absent key is no error.
    Delete {
        /// Where.
        key: Vec<u8>,
    },
}

impl Operation {
    /// The key written or removed.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        match self {
            Self::Put { key, .. } | Self::Delete { key } => key,
        }
    }

    /// Bytes of its key and value, as [`MAX_COMMIT_BYTES`] counts them.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Put { key, value } => key.len() + value.bytes.len(),
            Self::Delete { key } => key.len(),
        }
    }
}

/// Writes that happen together or not at all, if the checks hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// Guards against other hosts and stale forms.
    pub checks: Vec<Check>,
    /// The writes; no key twice.
    pub operations: Vec<Operation>,
}

impl Commit {
    /// Bytes of all keys and values, as [`MAX_COMMIT_BYTES`] counts them.
    #[must_use]
    pub fn size(&self) -> usize {
        self.operations.iter().map(Operation::size).sum::<usize>() + self.checks.iter().map(|check| check.key.len()).sum::<usize>()
    }

    /// Refuses what no engine may accept. Every engine calls this first, so that what works on one works on all.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] over a limit, [`StoreError::DuplicateKey`] where a key is written twice.
    pub fn validate(&self) -> Result<(), StoreError> {
        if self.operations.len() > MAX_OPERATIONS || self.checks.len() > MAX_OPERATIONS {
            return Err(StoreError::TooLarge { what: "operations", limit: MAX_OPERATIONS });
        }
        if self.size() > MAX_COMMIT_BYTES {
            return Err(StoreError::TooLarge { what: "bytes in a commit", limit: MAX_COMMIT_BYTES });
        }
        let mut seen = std::collections::HashSet::with_capacity(self.operations.len());
        for operation in &self.operations {
            if operation.key().is_empty() || operation.key().len() > MAX_KEY_BYTES {
                return Err(StoreError::TooLarge { what: "bytes in a key", limit: MAX_KEY_BYTES });
            }
            if let Operation::Put { value, .. } = operation
                && value.bytes.len() > MAX_VALUE_BYTES
            {
                return Err(StoreError::TooLarge { what: "bytes in a value", limit: MAX_VALUE_BYTES });
            }
            if !seen.insert(operation.key()) {
                return Err(StoreError::DuplicateKey);
            }
        }
        Ok(())
    }
}

/// How a commit ended when nothing failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All of it happened, at this revision.
    Committed(Rev),
    /// Nothing happened: this key's revision was not the expected one.
    Conflict {
        /// The first key whose check did not hold.
        key: Vec<u8>,
    },
}

/// What changed since a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// These keys (each once, in no promised order) were written or removed after the revision asked about.
    Keys {
        /// The store's revision that this answer reaches; ask again from here.
        at: Rev,
        /// The keys under the prefix; empty when the wait ran out.
        keys: Vec<Vec<u8>>,
    },
    /// Too long ago: load afresh, then ask from here.
    Lagged {
        /// The store's present revision.
        at: Rev,
    },
}

/// Why the store could not answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// It cannot be reached or opened; nothing happened.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// It broke in the middle: the commit may have happened or not. The host stops after this.
    #[error("the store failed and the last write may or may not have happened: {0}")]
    Unknown(String),
    /// Over one of the limits that hold in every engine.
    #[error("too many {what}: the limit is {limit}")]
    TooLarge {
        /// What there was too much of.
        what: &'static str,
        /// How much there may be.
        limit: usize,
    },
    /// A commit writes one key twice.
    #[error("a commit writes one key twice")]
    DuplicateKey,
    /// The disk is full; nothing happened.
    #[error("no space left for the store")]
    Full,
    /// Stored bytes are not what was written.
    #[error("damaged data in the store: {0}")]
    Corrupt(String),
    /// Another process holds the store.
    #[error("the store is held by another process{}", .pid.map(|pid| format!(" ({pid})")).unwrap_or_default())]
    Locked {
        /// The other process, if it could be told.
        pid: Option<u32>,
    },
}

/// An ordered keyspace with atomic commits: all that the application asks of a database.
///
/// Calls block; they are made from threads that may (the writer has its own). A commit is visible to every reader when
/// the call returns, and is on disk when a later [`Store::sync`] has returned: who acknowledges anything must sync first.
pub trait Store: Send + Sync {
    /// Reads one key.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its checksum does not hold, others when the engine fails.
    fn get(&self, key: &[u8]) -> Result<Option<Entry>, StoreError>;

    /// Reads up to `limit` entries of a range.
    ///
    /// # Errors
    /// As [`Store::get`].
    fn scan(&self, range: &Range, limit: usize, direction: Direction) -> Result<Page, StoreError>;

    /// Writes all of `commit` if its checks hold.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when it cannot be told whether it happened; every other error means that it did not.
    fn commit(&self, commit: &Commit) -> Result<Outcome, StoreError>;

    /// Returns when everything committed before this call is on stable storage.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], or [`StoreError::Full`] for want of room: what was written since the last successful sync
    /// may be lost. Never to be retried: after a failed sync the kernel may have dropped the pages it could not write.
    fn sync(&self) -> Result<(), StoreError>;

    /// The revision of the last commit; 0 for an empty store.
    fn revision(&self) -> Rev;

    /// Waits up to `wait` for keys under `prefix` to change after revision `since`.
    ///
    /// # Errors
    /// When the engine fails.
    fn changes(&self, prefix: &[u8], since: Rev, wait: Duration) -> Result<Changes, StoreError>;
}

/// The time of day. The only door to the system clock, so that rehearsals and tests can stand still.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
    /// Whether this clock stands still at an instant that somebody chose.
    fn frozen(&self) -> bool {
        false
    }
}

/// Chance, for identifiers and jitter.
pub trait Random: Send + Sync {
    /// 64 bits that nobody can foretell.
    fn bits(&self) -> u64;
}

/// Sets documents: what is on the page, as text and as HTML.
pub trait Typeset: Send + Sync {
    /// The document as it is read.
    fn typeset(&self, document: &Document) -> Rendered;
}

/// Composes messages: MIME with the document and the calendar entry.
pub trait Compose: Send + Sync {
    /// One recipient's message: a pure function of its arguments.
    ///
    /// # Errors
    /// When the message would not be one that may be sent; the words say why.
    fn message(&self, dispatch: &Dispatch, recipient: &Recipient) -> Result<Composed, ComposeError>;

    /// The calendar entry of a dispatch alone, for a recipient.
    ///
    /// # Errors
    /// As [`Compose::message`].
    fn invitation_calendar(&self, dispatch: &Dispatch, recipient: &Recipient) -> Result<String, ComposeError>;

    /// A calendar to be published: all of these meetings, without the people in them.
    fn published_calendar(&self, office: &Office, meetings: &[Meeting], at: DateTime<Utc>) -> String;
}

/// A message as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Which of them are the same in the messages of the dispatch's other recipients: in order, none within another.
    pub shared: Vec<std::ops::Range<usize>>,
}

/// Why a message could not be composed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the message cannot be composed: {0}")]
pub struct ComposeError(pub String);
