//! The addresses to which messages come back, one for each. They are fixed when the messages are queued: what was issued does not
//! change with the configuration.

use crate::domain::dispatch::{Dispatch, ItemId};
use crate::domain::fault::Fault;
use crate::domain::mailbox::MailAddress;
use crate::domain::verp::Tag;
use crate::usecase::desk::Desk;
use crate::usecase::keys;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::{self, Stored};

/// The key of the codes. It is shown nowhere.
pub(super) type Key = [u64; 4];

/// The store's key; `None`: it has none yet.
///
/// # Errors
/// The store's; [`StoreError::Corrupt`] when it is no key.
pub(super) fn key(store: &dyn Store) -> Result<Option<Key>, StoreError> {
    let stored: Option<Stored<Key>> = table::get(store, keys::VERP)?;
    Ok(stored.map(|stored| stored.value))
}

/// Sees to it that there is a key, if the configuration wants one. No record names it, so that it needs no trace in the audit.
///
/// # Errors
/// [`Fault::Stale`] when another host made one at this moment; [`Fault::Store`].
pub(super) fn prepare(desk: &Desk) -> Result<(), Fault> {
    if !desk.rules().verp || key(desk.store())?.is_some() {
        return Ok(());
    }
    let key: Key = std::array::from_fn(|_| desk.around.random.bits());
    desk.stage(keys::VERP.to_vec(), table::encode(&key)?.bytes)
}

/// The envelope's sender of a message: an address of its own where its dispatch wants that and it fits, else the office's. A key
/// that is gone costs the tag and not the message.
///
/// # Errors
/// The store's.
pub(super) fn sender(store: &dyn Store, dispatch: &Dispatch, item: ItemId) -> Result<MailAddress, StoreError> {
    let plain = &dispatch.sender.address;
    let key = if dispatch.tagged { key(store)? } else { None };
    let Some(key) = key else { return Ok(plain.clone()) };
    let bytes: Vec<u8> = key.iter().flat_map(|part| part.to_be_bytes()).collect();
    Ok(Tag::new(&bytes, item).on(plain).unwrap_or_else(|| plain.clone()))
}
