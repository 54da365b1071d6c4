//! Typed records over the store: where a record lies, which index keys follow from it, how it is read.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::account::Account;
use crate::domain::attendance::Attendance;
use crate::domain::audit::Digest;
use crate::domain::dispatch::{Dispatch, ItemId};
use crate::domain::fault::{Fault, Why};
use crate::domain::glance::Glance;
use crate::domain::incoming::{Received, ReceivedId};
use crate::domain::mailbox::Mailbox;
use crate::domain::meeting::Meeting;
use crate::domain::outbox::Item;
use crate::domain::unit::{Unit, UnitCode};
use crate::usecase::glance;
use crate::usecase::keys::{self, DayIndex};
use crate::usecase::ports::{Direction, Entry, Format, Range, Rev, Store, StoreError, Value};

/// Version of the records' shapes that this program writes.
pub const SCHEMA: u16 = 7;
/// How many entries are read at once.
const PAGE: usize = 512;

/// An entry of an index, as it follows from a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed {
    /// Its key.
    pub key: Vec<u8>,
    /// The bytes of its value: what is looked at without reading the record. Of most indexes there are none.
    pub bytes: Vec<u8>,
}

impl Indexed {
    /// An entry whose key says all.
    #[must_use]
    pub fn bare(key: Vec<u8>) -> Self {
        Self { key, bytes: Vec::new() }
    }
}

/// Something that is kept with its versions.
pub trait Record: Serialize + DeserializeOwned + PartialEq + Clone {
    /// The kind's name, in history keys and in the audit.
    const KIND: &'static str;
    /// The prefix under which it lies.
    const PREFIX: &'static [u8];

    /// Its id in letters.
    fn id(&self) -> String;

    /// Its key.
    fn key(&self) -> Vec<u8> {
        keys::under(Self::PREFIX, &self.id())
    }

    /// The entries of indexes that follow from it.
    fn index(&self) -> Vec<Indexed> {
        Vec::new()
    }
}

impl Record for Unit {
    const KIND: &'static str = "unit";
    const PREFIX: &'static [u8] = keys::UNIT;
    fn id(&self) -> String {
        self.code.to_string()
    }
    fn index(&self) -> Vec<Indexed> {
        let key = |parent: &UnitCode| [keys::units_below(parent.as_str()), self.code.as_str().into()].concat();
        self.parent.iter().map(|parent| Indexed::bare(key(parent))).collect()
    }
}

impl Record for Mailbox {
    const KIND: &'static str = "mailbox";
    const PREFIX: &'static [u8] = keys::MAILBOX;
    fn id(&self) -> String {
        self.address.to_string()
    }
    fn index(&self) -> Vec<Indexed> {
        vec![Indexed::bare([keys::mailboxes_of(self.unit.as_str()), self.address.as_str().into()].concat())]
    }
}

impl Record for Meeting {
    const KIND: &'static str = "meeting";
    const PREFIX: &'static [u8] = keys::MEETING;
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn index(&self) -> Vec<Indexed> {
        let start = self.entry.start;
        let key = |index: DayIndex, day| index.key(day, start, &self.id);
        let waiting = self.state.waits().then(|| Indexed::bare(key(DayIndex::Waiting(self.state), start.day())));
        let glance = glance::encode(&Glance::of(self));
        self.entry.days().map(|day| Indexed { key: key(DayIndex::All, day), bytes: glance.clone() }).chain(waiting).collect()
    }
}

impl Record for Account {
    const KIND: &'static str = "account";
    const PREFIX: &'static [u8] = keys::ACCOUNT;
    fn id(&self) -> String {
        self.user.clone()
    }
}

impl Record for Dispatch {
    const KIND: &'static str = "dispatch";
    const PREFIX: &'static [u8] = keys::DISPATCH;
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn key(&self) -> Vec<u8> {
        keys::numbered(keys::DISPATCH, self.id)
    }
    fn index(&self) -> Vec<Indexed> {
        // What units were told of a meeting decides what they are told next, and what can be recalled: reports are not among it.
        let of_meeting = || Indexed::bare(keys::numbered(&keys::dispatches_of(self.meeting.as_str()), self.id));
        self.kind.tells_units().then(of_meeting).into_iter().collect()
    }
}

impl Record for Item {
    const KIND: &'static str = "outbox";
    const PREFIX: &'static [u8] = keys::ITEM;
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn key(&self) -> Vec<u8> {
        keys::item(keys::ITEM, self.id)
    }
    fn index(&self) -> Vec<Indexed> {
        let due = self.next_attempt.filter(|_| self.state.is_waiting());
        due.map(|at| Indexed::bare(keys::due(at, self.id))).into_iter().collect()
    }
}

impl Record for Attendance {
    const KIND: &'static str = "attendance";
    const PREFIX: &'static [u8] = keys::ATTENDANCE;
    fn id(&self) -> String {
        format!("{}/{}", self.meeting, self.unit)
    }
    fn index(&self) -> Vec<Indexed> {
        let key = || [keys::answers_to(self.meeting.as_str()), self.unit.as_str().into()].concat();
        self.counted().map(|response| Indexed { key: key(), bytes: response.word().into() }).into_iter().collect()
    }
}

impl Record for Received {
    const KIND: &'static str = "received";
    const PREFIX: &'static [u8] = keys::RECEIVED;
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn key(&self) -> Vec<u8> {
        keys::numbered(keys::RECEIVED, self.id.0)
    }
    fn index(&self) -> Vec<Indexed> {
        let message = &self.message;
        let numbered = |prefix: Vec<u8>| Indexed::bare(keys::numbered(&prefix, self.id.0));
        let by_id = message.message_id.as_ref().map(|id| numbered(keys::received_id(Digest::of(id.as_bytes()).as_str())));
        let waiting = self.waits().then(|| numbered(keys::RECEIVED_WAITING.to_vec()));
        [Some(numbered(keys::received_as(message.digest.as_str()))), by_id, waiting].into_iter().flatten().collect()
    }
}

/// A record with the revision at which it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<T> {
    /// The revision.
    pub rev: Rev,
    /// The record.
    pub value: T,
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Locked { pid } => Self::Locked { pid },
            // Every field has its bounds; together they can still be more than one commit holds.
            StoreError::TooLarge { limit, .. } => Self::wrong("", "", Why::TooLarge { limit: limit as u64 }),
            StoreError::DuplicateKey => Self::Internal { detail: error.to_string() },
            StoreError::Corrupt(detail) => Self::Damaged { detail },
            StoreError::Full => Self::Full,
            StoreError::Unavailable(_) | StoreError::Unknown(_) => Self::Store { detail: error.to_string() },
        }
    }
}

/// Reads a record by its key.
///
/// # Errors
/// The store's, and [`StoreError::Corrupt`] when the value is not such a record.
pub fn get<T: DeserializeOwned>(store: &dyn Store, key: &[u8]) -> Result<Option<Stored<T>>, StoreError> {
    store.get(key)?.as_ref().map(decode).transpose()
}

/// Reads a record by its id.
///
/// # Errors
/// As [`get`].
pub fn find<T: Record>(store: &dyn Store, id: &str) -> Result<Option<Stored<T>>, StoreError> {
    get(store, &keys::under(T::PREFIX, id))
}

/// Reads an outbox item.
///
/// # Errors
/// As [`get`].
pub fn item(store: &dyn Store, id: ItemId) -> Result<Option<Stored<Item>>, StoreError> {
    get(store, &keys::item(keys::ITEM, id))
}

/// Reads a message that came.
///
/// # Errors
/// As [`get`].
pub fn received(store: &dyn Store, id: ReceivedId) -> Result<Option<Stored<Received>>, StoreError> {
    get(store, &keys::numbered(keys::RECEIVED, id.0))
}

/// Reads the record of an entry.
///
/// # Errors
/// [`StoreError::Corrupt`] when the value is not such a record.
pub fn decode<T: DeserializeOwned>(entry: &Entry) -> Result<Stored<T>, StoreError> {
    if entry.value.schema > SCHEMA || entry.value.format != Format::Json {
        return Err(StoreError::Corrupt(format!("{}: written by a newer program", entry.key.escape_ascii())));
    }
    let value = serde_json::from_slice(&entry.value.bytes)
        .map_err(|error| StoreError::Corrupt(format!("{}: {error}", entry.key.escape_ascii())))?;
    Ok(Stored { rev: entry.rev, value })
}

/// The stored form of a record.
///
/// # Errors
/// [`StoreError::Corrupt`] when it has none, which no record of ours lacks.
pub fn encode<T: Serialize>(value: &T) -> Result<Value, StoreError> {
    let bytes = serde_json::to_vec(value).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(Value { format: Format::Json, schema: SCHEMA, bytes })
}

/// The stored form of bytes that are no record: an index's, a message's.
#[must_use]
pub fn raw(bytes: Vec<u8>) -> Value {
    Value { format: Format::Raw, schema: SCHEMA, bytes }
}

/// Walks every entry under a prefix, in order, a page at a time.
///
/// # Errors
/// The store's, or what `visit` answers.
pub fn each<E: From<StoreError>>(store: &dyn Store, prefix: &[u8], mut visit: impl FnMut(Entry) -> Result<(), E>) -> Result<(), E> {
    let mut range = Range::prefix(prefix);
    loop {
        let page = store.scan(&range, PAGE, Direction::Forward)?;
        let last = page.entries.last().map(|entry| entry.key.clone());
        for entry in page.entries {
            visit(entry)?;
        }
        match last {
            Some(mut key) if page.more => {
                key.push(0);
                range.start = key;
            }
            _ => return Ok(()),
        }
    }
}

/// All records of a kind, by key.
///
/// # Errors
/// As [`get`].
pub fn all<T: Record>(store: &dyn Store) -> Result<Vec<Stored<T>>, StoreError> {
    let mut records = Vec::new();
    each(store, T::PREFIX, |entry| {
        records.push(decode(&entry)?);
        Ok::<_, StoreError>(())
    })?;
    Ok(records)
}

/// The records that an index names: the letters behind `prefix` in its keys are their ids.
///
/// # Errors
/// As [`get`]; [`StoreError::Corrupt`] when the index names a record that is not there.
pub fn indexed<T: Record>(store: &dyn Store, prefix: &[u8]) -> Result<Vec<Stored<T>>, StoreError> {
    let mut records = Vec::new();
    each(store, prefix, |entry| {
        let id = entry.key.strip_prefix(prefix).unwrap_or_default();
        let id = std::str::from_utf8(id).map_err(|_| StoreError::Corrupt(format!("index {}", entry.key.escape_ascii())))?;
        let record = find(store, id)?.ok_or_else(|| StoreError::Corrupt(format!("index {} names nothing", entry.key.escape_ascii())))?;
        records.push(record);
        Ok::<_, StoreError>(())
    })?;
    Ok(records)
}

/// The last entry under a prefix.
///
/// # Errors
/// The store's.
pub fn last(store: &dyn Store, prefix: &[u8]) -> Result<Option<Entry>, StoreError> {
    Ok(store.scan(&Range::prefix(prefix), 1, Direction::Backward)?.entries.pop())
}
