//! The desk at which the office decides: the store, the rules in force, the time, and the audit chain's end.
//!
//! Within a host there is one, and one use case at a time sits at it. So numbers, the audit's sequence and ids are given
//! here without conflicts; the checks in each commit guard against other hosts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::audit::{AuditEntry, ChainHead, Digest};
use crate::domain::dispatch::ItemId;
use crate::domain::fault::{ConfigurationFault, Fault};
use crate::domain::office::Rules;
use crate::domain::outbox::Item;
use crate::domain::request::RequestId;
use crate::usecase::ahead::Ahead;
use crate::usecase::keys;
use crate::usecase::ports::{
    Check, Clock, Commit, Compose, Entry, Format, MAX_COMMIT_BYTES, MAX_OPERATIONS, Operation, Outcome, Random, Rev, Store, StoreError,
    Typeset, Value,
};
use crate::usecase::request::Made;
use crate::usecase::table::{self, Record, SCHEMA, Stored};

/// Operations that every commit carries: the entry of the chain, its head, the store's own facts, the mark of the request.
const OVERHEAD: usize = 4;
/// The actor of what the program does by itself.
pub const PROGRAM: &str = "lichhop";

/// What surrounds the desk: the same for every use case of a host.
#[derive(Clone)]
pub struct Surroundings {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The rules in force.
    pub rules: Arc<Rules>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// Sets documents.
    pub typeset: Arc<dyn Typeset>,
    /// Composes messages.
    pub compose: Arc<dyn Compose>,
}

/// Facts about the store itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Version of the keyspace.
    pub schema: u32,
    /// The id of this host's audit chain.
    pub chain: String,
    /// Whether anything was written by a clock that runs.
    pub real: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A version of a record, as the history keeps it: its parts in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Version {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Who made it.
    pub by: String,
    /// Sequence of its audit entry.
    pub audit: u64,
    /// The record.
    pub value: serde_json::Value,
}

/// The desk.
pub struct Desk {
    /// What surrounds it.
    pub around: Surroundings,
    /// Items that a flusher of this host has.
    pub claimed: Claimed,
    /// Messages that were composed and are not queued yet.
    pub ahead: Ahead,
    /// A sealed job that broke off: it goes before every other decision.
    pub unfinished: Option<u64>,
    /// The request that is decided, until something was committed for it.
    pub asked: Option<RequestId>,
    meta: Stored<Meta>,
    chain: Stored<ChainHead>,
}

/// Items that a flusher of this host has, and the claims that say so in the store.
#[derive(Debug, Default)]
pub struct Claimed {
    /// The items.
    pub items: HashSet<ItemId>,
    /// Each as it was when it was claimed: what somebody decided about it since has another revision.
    pub known: HashMap<ItemId, Stored<Item>>,
    /// For each claim's key, the items that have no fate yet.
    pub open: HashMap<Vec<u8>, HashSet<ItemId>>,
    /// The number of the next claim.
    pub next: u64,
}

/// A commit in the making.
pub struct Change {
    actor: String,
    action: &'static str,
    object: String,
    at: DateTime<Utc>,
    checks: Vec<Check>,
    operations: Vec<Operation>,
    /// The keys of versions, each with its record as it is stored.
    versions: Vec<(Vec<u8>, Vec<u8>)>,
    job: Option<u64>,
    schema: Option<u32>,
}

impl Desk {
    /// Sits down at a store that was made before.
    ///
    /// # Errors
    /// [`Fault::NotInitialised`] for an empty store, [`Fault::Configuration`] when it is newer than this program or real
    /// while the clock stands, [`Fault::Store`].
    pub fn open(around: Surroundings) -> Result<Self, Fault> {
        let store = around.store.as_ref();
        let Some(meta): Option<Stored<Meta>> = table::get(store, keys::META)? else {
            made_before(store)?;
            return Err(Fault::NotInitialised { path: String::new() });
        };
        if meta.value.schema > u32::from(SCHEMA) {
            let problem = ConfigurationFault::NewerStore { found: meta.value.schema, known: u32::from(SCHEMA) };
            return Err(Fault::Configuration { problem });
        }
        if around.clock.frozen() && meta.value.real && !around.rules.office.rehearsal {
            return Err(Fault::Configuration { problem: ConfigurationFault::FrozenClock });
        }
        let chain = table::get(store, keys::CHAIN)?.unwrap_or(Stored { rev: 0, value: ChainHead::default() });
        Ok(Self { around, claimed: Claimed::default(), ahead: Ahead::default(), unfinished: None, asked: None, meta, chain })
    }

    /// Makes an empty store into one that [`Desk::open`] takes. Nothing happens when it is one already.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub fn make(around: &Surroundings) -> Result<bool, Fault> {
        let store = around.store.as_ref();
        if store.get(keys::META)?.is_some() {
            return Ok(false);
        }
        made_before(store)?;
        let chain = format!("{:016x}", around.random.bits());
        let meta = Meta { schema: u32::from(SCHEMA), chain, real: false, created_at: around.clock.now() };
        let commit = Commit {
            checks: vec![Check { key: keys::META.to_vec(), rev: 0 }],
            operations: vec![Operation::Put { key: keys::META.to_vec(), value: table::encode(&meta)? }],
        };
        store.commit(&commit)?;
        Ok(true)
    }

    /// Looks up where the chain ends and what the store says of itself, after a use case broke off.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub fn look_up(&mut self) -> Result<(), Fault> {
        let fresh = Self::open(self.around.clone())?;
        self.meta = fresh.meta;
        self.chain = fresh.chain;
        self.asked = None;
        self.ahead = Ahead::default();
        Ok(())
    }

    /// The schema of the store.
    #[must_use]
    pub fn schema(&self) -> u32 {
        self.meta.value.schema
    }

    /// Where the audit chain ends.
    #[must_use]
    pub fn chain(&self) -> &ChainHead {
        &self.chain.value
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        self.around.store.as_ref()
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.around.rules
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.around.clock.now()
    }

    /// Begins a commit.
    #[must_use]
    pub fn change(&self, actor: &str, action: &'static str, object: impl Into<String>) -> Change {
        Change {
            actor: actor.to_owned(),
            action,
            object: object.into(),
            at: self.now(),
            checks: Vec::new(),
            operations: Vec::new(),
            versions: Vec::new(),
            job: None,
            schema: None,
        }
    }

    /// Commits: the writes, the versions they made and the audit entry that speaks of them, together or not at all.
    ///
    /// # Errors
    /// [`Fault::Stale`] when a record was changed by another host, [`Fault::Store`].
    pub fn commit(&mut self, change: Change) -> Result<Rev, Fault> {
        let sequence = self.chain.value.sequence + 1;
        let (mut operations, checks) = (change.operations, change.checks);
        let mut digested: Vec<Vec<u8>> = Vec::with_capacity(change.versions.len() * 2);
        let mut made = Vec::with_capacity(change.versions.len());
        for (key, record) in change.versions {
            let value = version(change.at, &change.actor, sequence, &record)?;
            made.push(version_name(&key));
            digested.push(key.clone());
            digested.push(value.bytes.clone());
            operations.push(Operation::Put { key, value });
        }
        if let Some(id) = self.asked.take() {
            let made = Made { at: change.at, by: change.actor.clone(), audit: sequence, job: change.job };
            operations.push(Operation::Put { key: keys::request(id), value: table::encode(&made)? });
        }
        let entry = AuditEntry {
            sequence,
            at: change.at,
            actor: change.actor,
            action: change.action.to_owned(),
            object: change.object,
            rehearsal: self.around.clock.frozen(),
            made,
            digest: Digest::of_all(digested.iter().map(Vec::as_slice)),
            previous: self.chain.value.hash.clone(),
        }
        .seal();
        let head = ChainHead { sequence, hash: entry.hash.clone() };
        operations.push(Operation::Put { key: self.audit_key(sequence), value: table::encode(&entry)? });
        operations.push(Operation::Put { key: keys::CHAIN.to_vec(), value: table::encode(&head)? });
        let becomes_real = !self.meta.value.real && !self.around.clock.frozen();
        let schema = change.schema.unwrap_or(self.meta.value.schema);
        let meta = Meta { real: self.meta.value.real || becomes_real, schema, ..self.meta.value.clone() };
        if meta != self.meta.value {
            operations.push(Operation::Put { key: keys::META.to_vec(), value: table::encode(&meta)? });
        }
        let mut commit = Commit { checks, operations };
        commit.checks.push(Check { key: keys::CHAIN.to_vec(), rev: self.chain.rev });
        match self.around.store.commit(&commit)? {
            Outcome::Conflict { key } => Err(Fault::Stale { id: key.escape_ascii().to_string() }),
            Outcome::Committed(rev) => {
                self.chain = Stored { rev, value: head };
                self.meta.value = meta;
                Ok(rev)
            }
        }
    }

    /// Commits without a trace in the audit: rows of a job that no record names yet.
    ///
    /// # Errors
    /// As [`Desk::commit`].
    pub fn stage(&self, key: Vec<u8>, bytes: Vec<u8>) -> Result<(), Fault> {
        let value = Value { format: Format::Json, schema: SCHEMA, bytes };
        let commit = Commit { checks: vec![Check { key: key.clone(), rev: 0 }], operations: vec![Operation::Put { key, value }] };
        match self.around.store.commit(&commit)? {
            Outcome::Committed(_) => Ok(()),
            Outcome::Conflict { key } => Err(Fault::Stale { id: key.escape_ascii().to_string() }),
        }
    }

    /// Commits without a trace in the audit, whatever stood there before: drafts of forms, which are nobody's decision.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub fn write_unaudited(&self, operations: Vec<Operation>) -> Result<(), Fault> {
        let commit = Commit { checks: Vec::new(), operations };
        match self.around.store.commit(&commit)? {
            Outcome::Committed(_) => Ok(()),
            Outcome::Conflict { key } => Err(Fault::Stale { id: key.escape_ascii().to_string() }),
        }
    }

    /// Removes what is stale of what has no trace in the audit. A clock that stands at a chosen instant removes nothing: what it
    /// calls old is as old as somebody chose.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub fn sweep(&self, prefix: &[u8], stale: impl Fn(&Entry) -> bool) -> Result<(), Fault> {
        if self.around.clock.frozen() {
            return Ok(());
        }
        let mut removed = Vec::new();
        table::each(self.store(), prefix, |entry| {
            if stale(&entry) {
                removed.push(Operation::Delete { key: entry.key });
            }
            Ok::<_, StoreError>(())
        })?;
        while !removed.is_empty() {
            let rest = removed.split_off(removed.len().min(MAX_OPERATIONS));
            self.write_unaudited(std::mem::replace(&mut removed, rest))?;
        }
        Ok(())
    }

    /// Takes the next number of a counter within a commit.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub fn count(&self, change: &mut Change, name: &str) -> Result<u64, Fault> {
        self.count_several(change, name, 1)
    }

    /// Takes so many numbers of a series that follow each other, and gives the first.
    ///
    /// # Errors
    /// As [`Desk::count`].
    pub fn count_several(&self, change: &mut Change, name: &str, several: u64) -> Result<u64, Fault> {
        let key = keys::counter(name);
        let (rev, last) = match table::get::<u64>(self.store(), &key)? {
            Some(stored) => (stored.rev, stored.value),
            None => (0, 0),
        };
        change.check(&key, rev);
        change.write(key, &(last + several))?;
        Ok(last + 1)
    }

    /// The key of an entry of this host's chain.
    #[must_use]
    pub fn audit_key(&self, sequence: u64) -> Vec<u8> {
        audit_key(&self.meta.value.chain, sequence)
    }
}

/// The id of a store's audit chain, by which it is known from every other store.
///
/// # Errors
/// [`Fault::NotInitialised`] without one, [`Fault::Store`].
pub fn chain_of(store: &dyn Store) -> Result<String, Fault> {
    let meta: Option<Stored<Meta>> = table::get(store, keys::META)?;
    meta.map(|meta| meta.value.chain).ok_or_else(|| Fault::NotInitialised { path: String::new() })
}

/// The id of the chain to which the entry of a key belongs, if it is an entry of one.
#[must_use]
pub fn chain_in(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(key.strip_prefix(keys::AUDIT)?.split(|byte| *byte == b'/').next()?).ok()
}

/// The key of an entry of a chain.
#[must_use]
pub fn audit_key(chain: &str, sequence: u64) -> Vec<u8> {
    keys::numbered(&chain_prefix(chain), sequence)
}

/// What the keys of a chain's entries begin with.
#[must_use]
pub fn chain_prefix(chain: &str) -> Vec<u8> {
    keys::under(keys::AUDIT, &format!("{chain}/"))
}

/// The stored form of a [`Version`] of a record whose own stored form is there already.
fn version(at: DateTime<Utc>, by: &str, audit: u64, record: &[u8]) -> Result<Value, StoreError> {
    #[derive(Serialize)]
    struct Frame<'a> {
        at: DateTime<Utc>,
        by: &'a str,
        audit: u64,
    }
    let mut value = table::encode(&Frame { at, by, audit })?;
    // The brace that ends it comes behind the record.
    value.bytes.pop();
    value.bytes.extend_from_slice(b",\"value\":");
    value.bytes.extend_from_slice(record);
    value.bytes.push(b'}');
    Ok(value)
}

/// A history key in letters, for the audit: `meeting/LH-2026-0001@17`.
fn version_name(key: &[u8]) -> String {
    let rev = keys::last_number(key).unwrap_or_default();
    let path = key.strip_prefix(keys::HISTORY).and_then(|rest| rest.get(..rest.len().saturating_sub(9))).unwrap_or_default();
    format!("{}@{rev}", String::from_utf8_lossy(path))
}

/// The history key that a name of [`AuditEntry::made`] stands for.
#[must_use]
pub fn version_key(name: &str) -> Option<Vec<u8>> {
    let (path, rev) = name.rsplit_once('@')?;
    Some(keys::numbered(format!("h/{path}/").as_bytes(), rev.parse().ok()?))
}

impl Change {
    /// Writes a record, its entries in indexes and its version. `old` is what was read; `None` for a new one.
    ///
    /// # Errors
    /// [`Fault::Store`] when it cannot be encoded.
    pub fn put<T: Record>(&mut self, old: Option<&Stored<T>>, new: &T) -> Result<(), Fault> {
        let key = new.key();
        let rev = old.map_or(0, |old| old.rev);
        self.check(&key, rev);
        let value = table::encode(new)?;
        self.versions.push((keys::version(T::KIND, &new.id(), rev), value.bytes.clone()));
        self.operations.push(Operation::Put { key, value });
        let (before, after) = (old.map(|old| old.value.index()).unwrap_or_default(), new.index());
        for gone in before.iter().filter(|entry| after.iter().all(|after| after.key != entry.key)) {
            self.delete(gone.key.clone());
        }
        // New ones, and those that say something else now.
        for entry in after.into_iter().filter(|entry| !before.contains(entry)) {
            self.write_raw(entry.key, entry.bytes);
        }
        Ok(())
    }

    /// Writes a value that has no versions.
    ///
    /// # Errors
    /// [`Fault::Store`] when it cannot be encoded.
    pub fn write<T: Serialize>(&mut self, key: Vec<u8>, value: &T) -> Result<(), Fault> {
        self.write_value(key, table::encode(value)?);
        Ok(())
    }

    /// Writes a value as it is.
    pub fn write_value(&mut self, key: Vec<u8>, value: Value) {
        self.operations.push(Operation::Put { key, value });
    }

    /// Writes bytes.
    pub fn write_raw(&mut self, key: Vec<u8>, bytes: Vec<u8>) {
        self.write_value(key, table::raw(bytes));
    }

    /// Whether it writes at a key.
    #[must_use]
    pub fn writes(&self, key: &[u8]) -> bool {
        self.operations.iter().any(|operation| operation.key() == key)
    }

    /// Says which job the commit seals.
    pub fn seals(&mut self, job: u64) {
        self.job = Some(job);
    }

    /// Says that the store is of this schema from the commit on.
    pub fn migrates_to(&mut self, schema: u32) {
        self.schema = Some(schema);
    }

    /// Names what the commit is about, when that is known only after it was begun.
    pub fn about(&mut self, object: &str) {
        object.clone_into(&mut self.object);
    }

    /// Removes a key.
    pub fn delete(&mut self, key: Vec<u8>) {
        self.operations.push(Operation::Delete { key });
    }

    /// Demands that a key has this revision.
    pub fn check(&mut self, key: &[u8], rev: Rev) {
        self.checks.push(Check { key: key.to_vec(), rev });
    }

    /// Whether nothing would be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Whether `operations` more, of `bytes` together, still fit. Versions hold their record a second time.
    #[must_use]
    pub fn fits(&self, operations: usize, bytes: usize) -> bool {
        let held: usize = self
            .operations
            .iter()
            .map(|operation| match operation {
                Operation::Put { key, value } => 2 * (key.len() + value.bytes.len()),
                Operation::Delete { key } => key.len(),
            })
            .sum();
        self.operations.len() + self.versions.len() + OVERHEAD + operations <= MAX_OPERATIONS
            && held + 2 * bytes + 16 * 1024 <= MAX_COMMIT_BYTES
    }
}

/// Refuses a store that something was written to and that does not say what it is: a new chain in it would hide that.
fn made_before(store: &dyn Store) -> Result<(), StoreError> {
    let key = keys::META.escape_ascii();
    if store.revision() == 0 { Ok(()) } else { Err(StoreError::Corrupt(format!("{key} is not there"))) }
}
