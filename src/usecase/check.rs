//! Checking the whole store: every checksum, every index, every series, every waiting message, the chain.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::account::Account;
use crate::domain::audit::{CheckReport, Finding, OutboxPart};
use crate::domain::dispatch::Dispatch;
use crate::domain::draft::Draft;
use crate::domain::fault::Fault;
use crate::domain::mailbox::Mailbox;
use crate::domain::meeting::Meeting;
use crate::domain::number::serial;
use crate::domain::outbox::Item;
use crate::domain::unit::Unit;
use crate::usecase::audit;
use crate::usecase::desk::Version;
use crate::usecase::keys;
use crate::usecase::ports::{Format, Range, Store, StoreError};
use crate::usecase::table::{self, Record};

/// The entries of indexes that follow from records: keys, and the bytes of their values.
type Indexed = BTreeMap<Vec<u8>, Vec<u8>>;

/// Checks everything.
///
/// # Errors
/// [`Fault::NotInitialised`]; what is wrong with the store is in the report.
pub fn check(store: &dyn Store) -> Result<CheckReport, Fault> {
    let mut report = audit::verify(store)?;
    if let Err(error) = table::each(store, b"", |_| {
        report.looked_at += 1;
        Ok::<_, StoreError>(())
    }) {
        // A scan stops at what it cannot read: say where, then check what can still be read.
        report.findings.push(Finding::Damaged { detail: error.to_string() });
    }
    let mut indexed = Indexed::new();
    check_records::<Unit>(store, &mut indexed, &mut report.findings);
    check_records::<Mailbox>(store, &mut indexed, &mut report.findings);
    check_records::<Meeting>(store, &mut indexed, &mut report.findings);
    check_records::<Account>(store, &mut indexed, &mut report.findings);
    check_records::<Dispatch>(store, &mut indexed, &mut report.findings);
    check_records::<Item>(store, &mut indexed, &mut report.findings);
    check_indexes(store, indexed, &mut report.findings);
    check_series(store, &mut report.findings);
    check_messages(store, &mut report.findings);
    check_drafts(store, &mut report.findings);
    Ok(report)
}

/// Each record must be its own latest version, and there is one where there are versions; its entries in indexes are gathered in `indexed`.
fn check_records<T: Record>(store: &dyn Store, indexed: &mut Indexed, findings: &mut Vec<Finding>) {
    let records = match table::all::<T>(store) {
        Ok(records) => records,
        Err(error) => {
            findings.push(Finding::Damaged { detail: error.to_string() });
            return;
        }
    };
    let mut ids = BTreeSet::new();
    for record in records {
        indexed.extend(record.value.index().into_iter().map(|entry| (entry.key, entry.bytes)));
        let prefix = format!("h/{}/{}/", T::KIND, record.value.id());
        let newest = table::last(store, prefix.as_bytes()).and_then(|entry| entry.as_ref().map(table::decode::<Version>).transpose());
        let same = match newest {
            Ok(Some(version)) => serde_json::from_value::<T>(version.value.value).is_ok_and(|value| value == record.value),
            Ok(None) | Err(_) => false,
        };
        if !same {
            findings.push(Finding::Record { id: format!("{}/{}", T::KIND, record.value.id()) });
        }
        ids.insert(record.value.id());
    }
    check_gone::<T>(store, ids, findings);
}

/// No record of these kinds is ever removed: whatever has a version is there.
fn check_gone<T: Record>(store: &dyn Store, mut ids: BTreeSet<String>, findings: &mut Vec<Finding>) {
    let prefix = keys::versions(T::KIND);
    let walked = table::each(store, &prefix, |entry| {
        if let Some((id, _)) = keys::versioned(&prefix, &entry.key)
            && ids.insert(id.to_owned())
        {
            findings.push(Finding::Record { id: format!("{}/{id}", T::KIND) });
        }
        Ok::<_, StoreError>(())
    });
    if let Err(error) = walked {
        findings.push(Finding::Damaged { detail: error.to_string() });
    }
}

/// What is in the indexes is what follows from the records: no entry more, none less, and each says the same.
fn check_indexes(store: &dyn Store, mut indexed: Indexed, findings: &mut Vec<Finding>) {
    for prefix in [keys::INDEX, keys::DUE] {
        let walked = table::each(store, prefix, |entry| {
            let key = || entry.key.escape_ascii().to_string();
            match indexed.remove(&entry.key) {
                Some(bytes) if entry.value.format == Format::Raw && entry.value.bytes == bytes => {}
                Some(_) => findings.push(Finding::IndexValue { key: key() }),
                None => findings.push(Finding::Index { key: key() }),
            }
            Ok::<_, StoreError>(())
        });
        if let Err(error) = walked {
            findings.push(Finding::Damaged { detail: error.to_string() });
        }
    }
    findings.extend(indexed.keys().map(|key| Finding::Index { key: key.escape_ascii().to_string() }));
}

/// Every number of a year's series was given to exactly one meeting, without a gap.
fn check_series(store: &dyn Store, findings: &mut Vec<Finding>) {
    let Ok(meetings) = table::all::<Meeting>(store) else { return };
    let mut given: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for issue in meetings.iter().filter_map(|meeting| meeting.value.issue.as_ref()) {
        given.entry(crate::usecase::preview::series(issue.date)).or_default().extend(serial(&issue.number));
    }
    let mut counters: BTreeMap<String, u64> = BTreeMap::new();
    let read = table::each(store, keys::COUNTER, |entry| {
        let name = String::from_utf8_lossy(entry.key.get(keys::COUNTER.len()..).unwrap_or_default()).into_owned();
        if name.ends_with(crate::domain::number::INVITATION) {
            counters.insert(name, table::decode::<u64>(&entry)?.value);
        }
        Ok::<_, StoreError>(())
    });
    if let Err(error) = read {
        findings.push(Finding::Damaged { detail: error.to_string() });
    }
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
    let Ok(dispatches) = table::all::<Dispatch>(store) else { return };
    for dispatch in dispatches {
        let id = dispatch.value.id;
        let count = |prefix: &[u8]| {
            let range = Range::prefix(&keys::numbered(prefix, id));
            let mut count = 0;
            table::each(store, &range.start, |_| {
                count += 1;
                Ok::<_, StoreError>(())
            })
            .map(|()| count)
        };
        let expected = u64::from(dispatch.value.recipients);
        for (part, prefix) in [(OutboxPart::Items, keys::ITEM), (OutboxPart::Messages, keys::MESSAGE)] {
            match count(prefix) {
                Ok(found) if found == expected => {}
                Ok(found) => findings.push(Finding::Outbox { id: format!("T{id}"), part, found, expected }),
                Err(error) => findings.push(Finding::Damaged { detail: error.to_string() }),
            }
        }
    }
}

/// Every draft can be read and lies under the name of its own form.
fn check_drafts(store: &dyn Store, findings: &mut Vec<Finding>) {
    let walked = table::each(store, keys::DRAFT, |entry| {
        let name = entry.key.escape_ascii().to_string();
        match table::decode::<Draft>(&entry) {
            Ok(draft) if keys::draft_form(&entry.key) == Some(draft.value.form.as_str()) => {}
            Ok(_) => findings.push(Finding::Record { id: name }),
            Err(error) => findings.push(Finding::Damaged { detail: error.to_string() }),
        }
        Ok::<_, StoreError>(())
    });
    if let Err(error) = walked {
        findings.push(Finding::Damaged { detail: error.to_string() });
    }
}
