//! The versions of a record, as the history keeps them.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::usecase::keys;
use crate::usecase::ports::{Direction, Entry, Range, Rev, Store, StoreError};
use crate::usecase::table::{self, Record};

/// How many versions are read at once where the last ones are looked for.
const PAGE: usize = 8;

/// A version of a record, with the revision that the record had with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept<T> {
    /// The revision.
    pub rev: Rev,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Who made it.
    pub by: String,
    /// Sequence of its audit entry.
    pub audit: u64,
    /// The record.
    pub value: T,
}

/// A version as it is read, its record typed; see [`crate::usecase::desk::Version`] for how it is written.
#[derive(Deserialize)]
pub(super) struct Made<T> {
    pub(super) at: DateTime<Utc>,
    pub(super) by: String,
    pub(super) audit: u64,
    pub(super) value: T,
}

/// All versions of a record, the oldest first; none when there is no such record.
///
/// # Errors
/// The store's, and [`StoreError::Corrupt`] when a version cannot be read.
pub fn versions<T: Record>(store: &dyn Store, id: &str) -> Result<Vec<Kept<T>>, StoreError> {
    let kind = keys::versions(T::KIND);
    let mut kept: Vec<Kept<T>> = Vec::new();
    table::each(store, &keys::under(&kind, &format!("{id}/")), |entry| {
        let (named, replaced) = named(&kind, &entry)?;
        if named != id {
            return Ok(());
        }
        // Each says which revision it replaced: that of the one before.
        if let Some(before) = kept.last_mut() {
            before.rev = replaced;
        }
        let Made { at, by, audit, value } = table::decode::<Made<T>>(&entry)?.value;
        kept.push(Kept { rev: 0, at, by, audit, value });
        Ok::<_, StoreError>(())
    })?;
    if let Some(newest) = kept.last_mut() {
        newest.rev = present(store, &newest.value)?;
    }
    Ok(kept)
}

/// The last version of a record that is wanted, looked for from the present one backwards; `None` when none is. What was before
/// it is not read.
///
/// # Errors
/// As [`versions`].
pub fn latest<T: Record>(store: &dyn Store, id: &str, mut wanted: impl FnMut(&T) -> bool) -> Result<Option<T>, StoreError> {
    let kind = keys::versions(T::KIND);
    let mut range = Range::prefix(&keys::under(&kind, &format!("{id}/")));
    loop {
        let page = store.scan(&range, PAGE, Direction::Backward)?;
        for entry in &page.entries {
            if named(&kind, entry)?.0 != id {
                continue;
            }
            let record = table::decode::<Made<T>>(entry)?.value.value;
            if wanted(&record) {
                return Ok(Some(record));
            }
        }
        match page.entries.last() {
            Some(first) if page.more => range.end = Some(first.key.clone()),
            _ => return Ok(None),
        }
    }
}

/// When the last version of a record was made; `None` when it has none.
///
/// # Errors
/// As [`versions`].
pub fn written_at<T: Record>(store: &dyn Store, id: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let range = Range::prefix(&keys::under(&keys::versions(T::KIND), &format!("{id}/")));
    let page = store.scan(&range, 1, Direction::Backward)?;
    page.entries.first().map(|entry| table::decode::<Made<T>>(entry).map(|made| made.value.at)).transpose()
}

/// The revision of the commit that wrote a record for the first time.
///
/// # Errors
/// The store's, and [`StoreError::Corrupt`] without a first version.
pub fn began<T: Record>(store: &dyn Store, id: &str) -> Result<Rev, StoreError> {
    let entry = store.get(&keys::version(T::KIND, id, 0))?;
    entry.map(|entry| entry.rev).ok_or_else(|| StoreError::Corrupt(format!("{} {id} has no first version", T::KIND)))
}

/// The record and the revision replaced that the key of a version names.
pub(super) fn named<'a>(kind: &[u8], entry: &'a Entry) -> Result<(&'a str, Rev), StoreError> {
    keys::versioned(kind, &entry.key).ok_or_else(|| StoreError::Corrupt(format!("version {}", entry.key.escape_ascii())))
}

/// The revision that a record has now.
pub(super) fn present<T: Record>(store: &dyn Store, record: &T) -> Result<Rev, StoreError> {
    let entry = store.get(&record.key())?;
    entry.map(|entry| entry.rev).ok_or_else(|| StoreError::Corrupt(format!("{} {} has versions and is not there", T::KIND, record.id())))
}
