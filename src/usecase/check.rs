//! Checking the whole store: every checksum, every index, every series, every waiting message, the chain.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::account::Account;
use crate::domain::attendance::Attendance;
use crate::domain::audit::{CheckReport, Finding, OutboxPart};
use crate::domain::dispatch::Dispatch;
use crate::domain::draft::Draft;
use crate::domain::fault::Fault;
use crate::domain::incoming::Received;
use crate::domain::mailbox::Mailbox;
use crate::domain::meeting::Meeting;
use crate::domain::number::serial;
use crate::domain::outbox::Item;
use crate::domain::unit::Unit;
use crate::usecase::audit;
use crate::usecase::desk::Version;
use crate::usecase::keys;
use crate::usecase::message;
use crate::usecase::ports::{Entry, Format, Store, StoreError};
use crate::usecase::table::{self, Record};
use crate::usecase::verp;

/// Checks everything, a record at a time: a store may be larger than the memory.
///
/// # Errors
/// [`Fault::NotInitialised`]; what is wrong with the store is in the report.
pub fn check(store: &dyn Store) -> Result<CheckReport, Fault> {
    let mut report = audit::verify(store)?;
    let mut looked_at = 0;
    // A scan stops at what it cannot read: that is said, and what can still be read is checked.
    each(store, b"", &mut report.findings, |_, _| looked_at += 1);
    report.looked_at += looked_at;
    let findings = &mut report.findings;
    let mut indexed = 0;
    indexed += check_records::<Unit>(store, findings);
    indexed += check_records::<Mailbox>(store, findings);
    indexed += check_records::<Meeting>(store, findings);
    indexed += check_records::<Account>(store, findings);
    indexed += check_records::<Dispatch>(store, findings);
    indexed += check_records::<Item>(store, findings);
    indexed += check_records::<Attendance>(store, findings);
    indexed += check_records::<Received>(store, findings);
    check_indexes(store, indexed, findings);
    check_series(store, findings);
    check_messages(store, findings);
    check_drafts(store, findings);
    check_received(store, findings);
    check_verp(store, findings);
    Ok(report)
}

/// Visits every entry under a prefix; where that breaks off, says so.
fn each(store: &dyn Store, prefix: &[u8], findings: &mut Vec<Finding>, mut visit: impl FnMut(&Entry, &mut Vec<Finding>)) {
    let walked = table::each(store, prefix, |entry| {
        visit(&entry, findings);
        Ok::<_, StoreError>(())
    });
    if let Err(error) = walked {
        findings.push(damaged(&error));
    }
}

/// Visits every record of a kind that can be read.
fn records<T: Record>(store: &dyn Store, findings: &mut Vec<Finding>, mut visit: impl FnMut(T, &mut Vec<Finding>)) {
    each(store, T::PREFIX, findings, |entry, findings| match table::decode::<T>(entry) {
        Ok(record) => visit(record.value, findings),
        Err(error) => findings.push(damaged(&error)),
    });
}

fn damaged(error: &StoreError) -> Finding {
    Finding::Damaged { detail: error.to_string() }
}

/// Each record must be its own latest version and have its entries in indexes, which are counted; and there is a record wherever
/// there are versions.
fn check_records<T: Record>(store: &dyn Store, findings: &mut Vec<Finding>) -> u64 {
    let (mut indexed, mut versioned) = (0, 0);
    records::<T>(store, findings, |record, findings| {
        let id = record.id();
        let newest = table::last(store, format!("h/{}/{id}/", T::KIND).as_bytes())
            .and_then(|entry| entry.as_ref().map(table::decode::<Version>).transpose());
        versioned += u64::from(!matches!(newest, Ok(None)));
        let same = match newest {
            Ok(Some(version)) => serde_json::from_value::<T>(version.value.value).is_ok_and(|value| value == record),
            Ok(None) | Err(_) => false,
        };
        if !same {
            findings.push(Finding::Record { id: format!("{}/{id}", T::KIND) });
        }
        for expected in record.index() {
            let key = || expected.key.escape_ascii().to_string();
            match store.get(&expected.key) {
                Ok(Some(entry)) => {
                    indexed += 1;
                    if entry.value.format != Format::Raw || entry.value.bytes != expected.bytes {
                        findings.push(Finding::IndexValue { key: key() });
                    }
                }
                Ok(None) => findings.push(Finding::Index { key: key() }),
                Err(error) => findings.push(damaged(&error)),
            }
        }
    });
    check_gone::<T>(store, versioned, findings);
    indexed
}

/// No record is ever removed without its versions: whatever has one is there. Of those that are, so many are `versioned`.
fn check_gone<T: Record>(store: &dyn Store, versioned: u64, findings: &mut Vec<Finding>) {
    let mut count = 0;
    each_versioned::<T>(store, findings, |_| count += 1);
    if count == versioned {
        return;
    }
    // Only now it matters which they are.
    let mut gone = BTreeSet::new();
    each_versioned::<T>(store, &mut Vec::new(), |id| {
        gone.insert(id.to_owned());
    });
    records::<T>(store, &mut Vec::new(), |record, _| {
        gone.remove(&record.id());
    });
    findings.extend(gone.into_iter().map(|id| Finding::Record { id: format!("{}/{id}", T::KIND) }));
}

/// Visits every id of a kind that there are versions of, each once.
fn each_versioned<T: Record>(store: &dyn Store, findings: &mut Vec<Finding>, mut visit: impl FnMut(&str)) {
    let prefix = keys::versions(T::KIND);
    let mut last = String::new();
    each(store, &prefix, findings, |entry, _| {
        // The versions of a record lie together.
        if let Some((id, _)) = keys::versioned(&prefix, &entry.key)
            && id != last
        {
            visit(id);
            id.clone_into(&mut last);
        }
    });
}

/// Nothing is in the indexes but what follows from records, which was counted.
fn check_indexes(store: &dyn Store, indexed: u64, findings: &mut Vec<Finding>) {
    let mut count = 0;
    for prefix in [keys::INDEX, keys::DUE] {
        each(store, prefix, findings, |_, _| count += 1);
    }
    if count == indexed {
        return;
    }
    // Only now it matters which they are.
    let mut strays = BTreeSet::new();
    for prefix in [keys::INDEX, keys::DUE] {
        each(store, prefix, &mut Vec::new(), |entry, _| {
            strays.insert(entry.key.clone());
        });
    }
    claim::<Unit>(store, &mut strays);
    claim::<Mailbox>(store, &mut strays);
    claim::<Meeting>(store, &mut strays);
    claim::<Account>(store, &mut strays);
    claim::<Dispatch>(store, &mut strays);
    claim::<Item>(store, &mut strays);
    claim::<Attendance>(store, &mut strays);
    claim::<Received>(store, &mut strays);
    findings.extend(strays.iter().map(|key| Finding::Index { key: key.escape_ascii().to_string() }));
}

/// Takes from `strays` what follows from records of a kind.
fn claim<T: Record>(store: &dyn Store, strays: &mut BTreeSet<Vec<u8>>) {
    records::<T>(store, &mut Vec::new(), |record, _| {
        for entry in record.index() {
            strays.remove(&entry.key);
        }
    });
}

/// Every number of a year's series was given to exactly one invitation, without a gap; those that were replaced or recalled among
/// them.
fn check_series(store: &dyn Store, findings: &mut Vec<Finding>) {
    let mut given: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    // What cannot be read has been named.
    records::<Meeting>(store, &mut Vec::new(), |meeting, _| {
        let replaced = meeting.replaced.iter().map(|replaced| (replaced.date, &replaced.number));
        let voided = meeting.voided.iter().map(|voided| (voided.date, &voided.number));
        for (date, number) in replaced.chain(voided).chain(meeting.issue.iter().map(|issue| (issue.date, &issue.number))) {
            given.entry(crate::usecase::preview::series(date)).or_default().extend(serial(number));
        }
    });
    let mut counters: BTreeMap<String, u64> = BTreeMap::new();
    each(store, keys::COUNTER, findings, |entry, findings| {
        let name = String::from_utf8_lossy(entry.key.get(keys::COUNTER.len()..).unwrap_or_default()).into_owned();
        if name.ends_with(crate::domain::number::INVITATION) {
            match table::decode::<u64>(entry) {
                Ok(counter) => drop(counters.insert(name, counter.value)),
                Err(error) => findings.push(damaged(&error)),
            }
        }
    });
    for (series, numbers) in &mut given {
        numbers.sort_unstable();
        let last = counters.remove(series).unwrap_or(0);
        let expected = 1..=u32::try_from(last).unwrap_or(u32::MAX);
        if !numbers.iter().copied().eq(expected) {
            findings.push(Finding::Series { series: series.clone(), given: numbers.len() as u64, counted: last });
        }
    }
    for (series, last) in counters {
        findings.push(Finding::Series { series, given: 0, counted: last });
    }
}

/// Every item has its message, and every dispatch has all its items.
fn check_messages(store: &dyn Store, findings: &mut Vec<Finding>) {
    let mut shared = BTreeSet::new();
    // What cannot be read has been named.
    records::<Dispatch>(store, &mut Vec::new(), |dispatch, _| {
        check_warned(store, &dispatch, findings);
        for (part, prefix) in [(OutboxPart::Items, keys::ITEM), (OutboxPart::Messages, keys::MESSAGE)] {
            let (mut found, expected) = (0, u64::from(dispatch.recipients));
            each(store, &keys::numbered(prefix, dispatch.id), findings, |entry, findings| {
                found += 1;
                if part == OutboxPart::Messages
                    && let Err(error) = message::each_shared(entry, |part| {
                        shared.insert(part);
                    })
                {
                    findings.push(damaged(&error));
                }
            });
            if found != expected {
                findings.push(Finding::Outbox { id: format!("T{}", dispatch.id), part, found, expected });
            }
        }
    });
    check_parts(store, shared, findings);
}

/// The message by which it was told that a dispatch's messages wait is there, and tells of that dispatch.
fn check_warned(store: &dyn Store, dispatch: &Dispatch, findings: &mut Vec<Finding>) {
    let Some(warned) = dispatch.warned else { return };
    match table::item(store, warned) {
        Ok(Some(warning)) if warning.value.about == Some(dispatch.id) => {}
        // What cannot be read is named where messages are.
        Err(StoreError::Corrupt(_)) => {}
        Ok(_) => findings.push(Finding::Record { id: format!("dispatch/{}", dispatch.id) }),
        Err(error) => findings.push(damaged(&error)),
    }
}

/// Whatever messages share is there, and is what its name says.
fn check_parts(store: &dyn Store, mut shared: BTreeSet<String>, findings: &mut Vec<Finding>) {
    each(store, keys::PART, findings, |entry, findings| {
        let name = message::name(&entry.value.bytes);
        if entry.key != keys::under(keys::PART, &name) {
            findings.push(Finding::Record { id: entry.key.escape_ascii().to_string() });
        }
        shared.remove(&*String::from_utf8_lossy(entry.key.get(keys::PART.len()..).unwrap_or_default()));
    });
    findings.extend(shared.into_iter().map(|part| Finding::Record { id: format!("p/{part}") }));
}

/// Of every message that waits for somebody all bytes are there, and there are none besides.
fn check_received(store: &dyn Store, findings: &mut Vec<Finding>) {
    let mut chunks: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    each(store, keys::RECEIVED_CHUNK, findings, |entry, _| {
        let (count, bytes) = chunks.entry(keys::first_number(keys::RECEIVED_CHUNK, &entry.key).unwrap_or(0)).or_default();
        *count += 1;
        *bytes += entry.value.bytes.len() as u64;
    });
    // What cannot be read has been named.
    records::<Received>(store, &mut Vec::new(), |received, findings| {
        let there = chunks.remove(&received.id.0).unwrap_or_default();
        let expected = if received.waits() { (u64::from(received.chunks), received.kept) } else { (0, 0) };
        if there != expected {
            findings.push(Finding::Record { id: format!("received/{}", received.id) });
        }
    });
    findings.extend(chunks.into_keys().map(|id| Finding::Record { id: format!("received/R{id}") }));
}

/// The key of the codes in return addresses can be read, and is there if any dispatch has such addresses.
fn check_verp(store: &dyn Store, findings: &mut Vec<Finding>) {
    let mut tagged = false;
    // What cannot be read has been named.
    records::<Dispatch>(store, &mut Vec::new(), |dispatch, _| tagged |= dispatch.tagged);
    match verp::key(store) {
        Ok(Some(_)) => {}
        Ok(None) if !tagged => {}
        Ok(None) => findings.push(Finding::Record { id: keys::VERP.escape_ascii().to_string() }),
        Err(error) => findings.push(damaged(&error)),
    }
}

/// Every draft can be read and lies under the name of its own form.
fn check_drafts(store: &dyn Store, findings: &mut Vec<Finding>) {
    each(store, keys::DRAFT, findings, |entry, findings| match table::decode::<Draft>(entry) {
        Ok(draft) if keys::draft_form(&entry.key) == Some(draft.value.form.as_str()) => {}
        Ok(_) => findings.push(Finding::Record { id: entry.key.escape_ascii().to_string() }),
        Err(error) => findings.push(damaged(&error)),
    });
}
