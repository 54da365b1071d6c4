//! How far mailboxes were read. No record and nobody's decision: reading a message again changes nothing.

use serde::{Deserialize, Serialize};

use crate::domain::audit::Digest;
use crate::domain::fault::Fault;
use crate::usecase::desk::Desk;
use crate::usecase::keys;
use crate::usecase::ports::{Operation, Store, StoreError};
use crate::usecase::table;

/// How far a mailbox was read, in the numbers of its server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The series of numbers.
    pub validity: u32,
    /// The last one that was taken.
    pub last: u32,
}

fn key(mailbox: &str) -> Vec<u8> {
    keys::under(keys::MAILBOX_READ, Digest::of(mailbox.as_bytes()).as_str())
}

/// How far a mailbox was read.
///
/// # Errors
/// The store's.
pub fn of(store: &dyn Store, mailbox: &str) -> Result<Place, StoreError> {
    Ok(table::get(store, &key(mailbox))?.map(|stored| stored.value).unwrap_or_default())
}

/// Says that a mailbox was read so far.
///
/// # Errors
/// [`Fault::Store`].
pub fn reached(desk: &Desk, mailbox: &str, place: Place) -> Result<(), Fault> {
    desk.write_unaudited(vec![Operation::Put { key: key(mailbox), value: table::encode(&place)? }])
}
