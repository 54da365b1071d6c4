//! Walking the audit chain.

use std::collections::BTreeMap;

use crate::domain::audit::{AuditFilter, ChainHead, CheckReport, Digest, Finding, SealedEntry};
use crate::domain::fault::Fault;
use crate::domain::incoming::Received;
use crate::usecase::desk::{Meta, audit_key, chain_prefix, version_key};
use crate::usecase::keys;
use crate::usecase::ports::{Direction, Range, Store, StoreError};
use crate::usecase::table::{self, Record as _, Stored};

/// What an entry is called by which messages that came are forgotten: its object names them, with blanks between.
pub const FORGET: &str = "receive.forget";

/// Entries read at once.
const PAGE: usize = 256;

/// Verifies the chain from its first entry to its head: every hash, every link, and the versions each entry speaks of.
///
/// # Errors
/// [`Fault::NotInitialised`] without a chain; what is wrong with the chain is in the report.
pub fn verify(store: &dyn Store) -> Result<CheckReport, Fault> {
    let meta: Stored<Meta> = table::get(store, keys::META)?.ok_or_else(|| Fault::NotInitialised { path: String::new() })?;
    let mut report = CheckReport::default();
    let end = || Ok::<_, StoreError>(table::get::<ChainHead>(store, keys::CHAIN)?.map(|head| head.value).unwrap_or_default());
    let mut head = end().unwrap_or_else(|error| {
        report.findings.push(Finding::Damaged { detail: error.to_string() });
        ChainHead::default()
    });
    let (mut sequence, mut previous) = (0, Digest::zero());
    let mut forgotten = Forgotten::default();
    loop {
        sequence += 1;
        match read(store, &audit_key(&meta.value.chain, sequence)) {
            Ok(Some((entry, as_sealed))) => {
                report.looked_at += 1;
                let wrong = if as_sealed { wrong_with(store, &entry, sequence, &previous) } else { Some(Finding::Changed { sequence }) };
                report.findings.extend(forgotten.excuse(store, &entry, wrong));
                previous = entry.hash;
            }
            Ok(None) if sequence <= head.sequence => report.findings.push(Finding::Missing { sequence }),
            Ok(None) => {
                // It may have grown while it was walked.
                let now = end().unwrap_or_else(|_| head.clone());
                if now == head {
                    break;
                }
                head = now;
                sequence -= 1;
            }
            Err(StoreError::Corrupt(detail)) if sequence <= head.sequence => report.findings.push(Finding::Damaged { detail }),
            Err(error) => return Err(error.into()),
        }
    }
    report.findings.extend(forgotten.missing());
    if head.sequence != sequence - 1 || (head.hash != previous && report.findings.is_empty()) {
        report.findings.push(Finding::Head { expected: head.sequence, found: sequence - 1 });
    }
    report.head = Some(head);
    Ok(report)
}

/// An entry, and whether its bytes are those that were written: there is more than one way to write a time, and a field with
/// another name is no field.
fn read(store: &dyn Store, key: &[u8]) -> Result<Option<(SealedEntry, bool)>, StoreError> {
    let Some(entry) = store.get(key)? else { return Ok(None) };
    let sealed = table::decode::<SealedEntry>(&entry)?.value;
    let as_sealed = table::encode(&sealed)?.bytes == entry.value.bytes;
    Ok(Some((sealed, as_sealed)))
}

/// The entry of a number; `None` when there is none.
///
/// # Errors
/// The store's.
pub fn entry(store: &dyn Store, sequence: u64) -> Result<Option<SealedEntry>, StoreError> {
    let Some(meta) = table::get::<Meta>(store, keys::META)? else { return Ok(None) };
    Ok(table::get::<SealedEntry>(store, &audit_key(&meta.value.chain, sequence))?.map(|entry| entry.value))
}

/// The entries that a filter wants, the oldest first; of more than its limit the last.
///
/// # Errors
/// [`Fault::NotInitialised`] without a chain, [`Fault::Store`] when one cannot be read.
pub fn list(store: &dyn Store, filter: &AuditFilter) -> Result<Vec<SealedEntry>, Fault> {
    let meta: Stored<Meta> = table::get(store, keys::META)?.ok_or_else(|| Fault::NotInitialised { path: String::new() })?;
    let limit = filter.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let mut range = Range::prefix(&chain_prefix(&meta.value.chain));
    let mut found = Vec::new();
    while found.len() < limit {
        let page = store.scan(&range, PAGE, Direction::Backward)?;
        let Some(first) = page.entries.last() else { break };
        range.end = Some(first.key.clone());
        for entry in &page.entries {
            let entry = table::decode::<SealedEntry>(entry)?.value;
            if filter.wants(&entry.entry) {
                found.push(entry);
            }
        }
        if !page.more {
            break;
        }
    }
    found.truncate(limit);
    found.reverse();
    Ok(found)
}

fn wrong_with(store: &dyn Store, sealed: &SealedEntry, sequence: u64, previous: &Digest) -> Option<Finding> {
    if !sealed.holds() {
        return Some(Finding::Changed { sequence });
    }
    if sealed.entry.sequence != sequence || sealed.entry.previous != *previous {
        return Some(Finding::Unlinked { sequence });
    }
    match versions_digest(store, &sealed.entry.made) {
        Ok(Some(digest)) if digest == sealed.entry.digest => None,
        Ok(_) => Some(Finding::Versions { sequence }),
        Err(error) => Some(Finding::Damaged { detail: error.to_string() }),
    }
}

/// Versions that are not there any more, until the entry is met that says they were forgotten.
#[derive(Default)]
struct Forgotten {
    /// By the record: the entries that speak of them.
    awaited: BTreeMap<String, Vec<u64>>,
}

impl Forgotten {
    /// What is wrong with an entry, unless all that it speaks of is a message that may have been forgotten since.
    fn excuse(&mut self, store: &dyn Store, sealed: &SealedEntry, wrong: Option<Finding>) -> Option<Finding> {
        if let (None, FORGET) = (&wrong, sealed.entry.action.as_str()) {
            sealed.entry.object.split(' ').for_each(|id| drop(self.awaited.remove(id)));
        }
        let Some(Finding::Versions { sequence }) = wrong else { return wrong };
        match absent(store, &sealed.entry.made) {
            Some(id) => self.awaited.entry(id).or_default().push(sequence),
            None => return wrong,
        }
        None
    }

    /// What nobody said to be forgotten.
    fn missing(self) -> impl Iterator<Item = Finding> {
        let mut sequences: Vec<u64> = self.awaited.into_values().flatten().collect();
        sequences.sort_unstable();
        sequences.into_iter().map(|sequence| Finding::Versions { sequence })
    }
}

/// The message that came of whose one version, which is not there, an entry speaks.
fn absent(store: &dyn Store, made: &[String]) -> Option<String> {
    let [name] = made else { return None };
    let (id, _) = name.strip_prefix(Received::KIND)?.strip_prefix('/')?.split_once('@')?;
    let gone = matches!(store.get(&version_key(name)?), Ok(None));
    gone.then(|| id.to_owned())
}

fn versions_digest(store: &dyn Store, made: &[String]) -> Result<Option<Digest>, StoreError> {
    let mut pieces = Vec::with_capacity(made.len() * 2);
    for name in made {
        let Some(key) = version_key(name) else { return Ok(None) };
        let Some(entry) = store.get(&key)? else { return Ok(None) };
        pieces.push(key);
        pieces.push(entry.value.bytes);
    }
    Ok(Some(Digest::of_all(pieces.iter().map(Vec::as_slice))))
}
