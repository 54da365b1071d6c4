//! Drafts of forms: kept by account and form, without a trace in the audit, forgotten after a month.

use chrono::{DateTime, Utc};

use crate::domain::draft::{DRAFT_BYTES_MAX, Draft, DraftField, FormKey};
use crate::domain::fault::{Fault, Why};
use crate::usecase::desk::Desk;
use crate::usecase::keys;
use crate::usecase::ports::{Operation, Store, StoreError};
use crate::usecase::table;

/// Keeps what stands in a form, instead of what was kept of it before.
///
/// # Errors
/// [`Why::TooLarge`] naming the form: what was kept of it before is still there.
pub fn keep(desk: &Desk, account: &str, form: FormKey, fields: Vec<DraftField>) -> Result<Draft, Fault> {
    let key = keys::draft(account, form.as_str());
    let draft = Draft { form, fields, at: desk.now() };
    let value = table::encode(&draft)?;
    if value.bytes.len() > DRAFT_BYTES_MAX {
        let why = Why::TooLarge { limit: DRAFT_BYTES_MAX as u64 };
        return Err(Fault::wrong(draft.form.as_str(), &value.bytes.len().to_string(), why));
    }
    desk.write_unaudited(vec![Operation::Put { key, value }])?;
    Ok(draft)
}

/// What is kept of a form.
///
/// # Errors
/// The store's.
pub fn show(store: &dyn Store, account: &str, form: &FormKey, now: DateTime<Utc>) -> Result<Option<Draft>, StoreError> {
    let kept = table::get::<Draft>(store, &keys::draft(account, form.as_str()))?;
    Ok(kept.map(|draft| draft.value).filter(|draft| !draft.expired(now)))
}

/// Forgets what is kept of a form.
///
/// # Errors
/// The store's.
pub fn discard(desk: &Desk, account: &str, form: &FormKey) -> Result<(), Fault> {
    let key = keys::draft(account, form.as_str());
    if desk.store().get(&key)?.is_some() {
        desk.write_unaudited(vec![Operation::Delete { key }])?;
    }
    Ok(())
}

/// All that is kept of forms of an account, the latest first.
///
/// # Errors
/// The store's.
pub fn list(store: &dyn Store, account: &str, now: DateTime<Utc>) -> Result<Vec<Draft>, StoreError> {
    let mut drafts = Vec::new();
    table::each(store, &keys::drafts_of(account), |entry| {
        drafts.push(table::decode::<Draft>(&entry)?.value);
        Ok::<_, StoreError>(())
    })?;
    drafts.retain(|draft| !draft.expired(now));
    drafts.sort_by(|a, b| (b.at, &a.form).cmp(&(a.at, &b.form)));
    Ok(drafts)
}

/// Removes what has expired, of all accounts.
///
/// # Errors
/// As [`Desk::sweep`].
pub fn sweep(desk: &Desk) -> Result<(), Fault> {
    // One that cannot be read is left for `check` to name.
    desk.sweep(keys::DRAFT, |entry| table::decode::<Draft>(entry).is_ok_and(|draft| draft.value.expired(desk.now())))
}
