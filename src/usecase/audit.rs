//! Walking the audit chain.

use crate::domain::audit::{ChainHead, CheckReport, Digest, Finding, SealedEntry};
use crate::domain::fault::Fault;
use crate::usecase::desk::{Meta, audit_key, version_key};
use crate::usecase::keys;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::{self, Stored};

/// Verifies the chain from its first entry to its head: every hash, every link, and the versions each entry speaks of.
///
/// # Errors
/// [`Fault::NotInitialised`] without a chain; what is wrong with the chain is in the report.
pub fn verify(store: &dyn Store) -> Result<CheckReport, Fault> {
    let meta: Stored<Meta> = table::get(store, keys::META)?.ok_or_else(|| Fault::NotInitialised { path: String::new() })?;
    let mut report = CheckReport::default();
    let head = match table::get::<ChainHead>(store, keys::CHAIN) {
        Ok(head) => head.map(|head| head.value).unwrap_or_default(),
        Err(error) => {
            report.findings.push(Finding::Damaged { detail: error.to_string() });
            ChainHead::default()
        }
    };
    let (mut sequence, mut previous) = (0, Digest::zero());
    loop {
        sequence += 1;
        match table::get::<SealedEntry>(store, &audit_key(&meta.value.chain, sequence)) {
            Ok(Some(entry)) => {
                report.looked_at += 1;
                report.findings.extend(wrong_with(store, &entry.value, sequence, &previous));
                previous = entry.value.hash;
            }
            Ok(None) if sequence <= head.sequence => report.findings.push(Finding::Missing { sequence }),
            Ok(None) => break,
            Err(StoreError::Corrupt(detail)) if sequence <= head.sequence => report.findings.push(Finding::Damaged { detail }),
            Err(error) => return Err(error.into()),
        }
    }
    if head.sequence != sequence - 1 || (head.hash != previous && report.findings.is_empty()) {
        report.findings.push(Finding::Head { expected: head.sequence, found: sequence - 1 });
    }
    report.head = Some(head);
    Ok(report)
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
