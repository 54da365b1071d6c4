//! How messages lie in the store: what is a recipient's own under its item, what it shares with others once for all of them.
//!
//! A message ([`keys::MESSAGE`]) is a list of pieces in the order in which they are sent: texts, and the names of parts that lie
//! under [`keys::PART`]. A part's name is the beginning of its digest. A message that was written before schema 6 is its bytes.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::audit::Digest;
use crate::domain::dispatch::ItemId;
use crate::usecase::desk::{Change, Desk};
use crate::usecase::keys;
use crate::usecase::ports::{Composed, Entry, Format, Store, StoreError};
use crate::usecase::table::{self, Stored};

/// Fewer bytes are not worth an entry of their own.
const SHARED_MIN: usize = 256;
/// So many parts are kept by who reads messages: a run of the flusher goes through one dispatch after the other, and the messages
/// of each have a few. A part is as long as a value may be.
const PARTS_KEPT: usize = 16;
/// Letters of a part's name: 128 bits. Should two parts ever have one name, the later one is no part.
const NAME: usize = 32;

/// A piece of a message: a text, or an object that names a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Piece {
    /// The message's own: messages are ASCII.
    Own(String),
    /// What others have too.
    Shared {
        /// The part's name.
        part: String,
    },
}

/// The derived form of it would copy each text once more before it knew what it is.
impl<'de> Deserialize<'de> for Piece {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyPiece)
    }
}

struct AnyPiece;

impl<'de> Visitor<'de> for AnyPiece {
    type Value = Piece;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or the name of a part")
    }

    fn visit_str<E>(self, text: &str) -> Result<Piece, E> {
        Ok(Piece::Own(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Piece, A::Error> {
        let Named { part } = Named::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Piece::Shared { part })
    }
}

/// A piece that others have too.
#[derive(Deserialize)]
struct Named {
    part: String,
}

/// The name of a part, as it stands behind [`keys::PART`].
#[must_use]
pub fn name(part: &[u8]) -> String {
    Digest::of(part).as_str().chars().take(NAME).collect()
}

/// A text that messages share.
#[derive(Debug)]
struct Part {
    name: String,
    text: String,
    /// Whether it was seen to lie in the store.
    lies: AtomicBool,
}

/// The parts that were used last, the latest at the end: each is named once, not once for each message.
#[derive(Debug, Default)]
pub struct Parts(VecDeque<Arc<Part>>);

impl Parts {
    fn named(&mut self, text: &str) -> Arc<Part> {
        if let Some(part) = self.0.iter().rev().find(|part| part.text == text) {
            return part.clone();
        }
        let part = Arc::new(Part { name: name(text.as_bytes()), text: text.to_owned(), lies: AtomicBool::new(false) });
        if self.0.len() == PARTS_KEPT {
            self.0.pop_front();
        }
        self.0.push_back(part.clone());
        part
    }
}

/// A message in its pieces, not written yet.
#[derive(Debug)]
pub struct Prepared {
    /// A text of its own, and the part behind it; behind the last one there is none.
    pieces: Vec<(String, Option<Arc<Part>>)>,
    /// Bytes of the whole message.
    pub size: usize,
}

impl Prepared {
    /// Takes apart what was composed.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is not text.
    pub fn of(id: ItemId, composed: &Composed, parts: &mut Parts) -> Result<Self, StoreError> {
        let not_text = || StoreError::Corrupt(format!("the message of {id} is not text"));
        let text = str::from_utf8(&composed.bytes).map_err(|_| not_text())?;
        let mut pieces = Vec::new();
        let mut own = 0;
        for place in composed.shared.iter().filter(|place| place.len() >= SHARED_MIN) {
            let (before, shared) = (text.get(own..place.start), text.get(place.clone()));
            let (before, shared) = before.zip(shared).ok_or_else(not_text)?;
            pieces.push((before.to_owned(), Some(parts.named(shared))));
            own = place.end;
        }
        pieces.push((text.get(own..).ok_or_else(not_text)?.to_owned(), None));
        Ok(Self { pieces, size: text.len() })
    }

    /// Bytes that it has for itself.
    #[must_use]
    pub fn own_bytes(&self) -> usize {
        self.pieces.iter().map(|(own, _)| own.len()).sum()
    }
}

/// Writes an item's message, and those of its shared parts that are not there yet.
///
/// # Errors
/// The store's.
pub fn write(desk: &Desk, change: &mut Change, id: ItemId, prepared: &Prepared) -> Result<(), StoreError> {
    let mut pieces = Vec::new();
    let mut own = String::new();
    for (before, shared) in &prepared.pieces {
        own.push_str(before);
        match shared {
            Some(part) if lays_down(desk, change, part)? => {
                pieces.extend([Piece::Own(std::mem::take(&mut own)), Piece::Shared { part: part.name.clone() }]);
            }
            Some(part) => own.push_str(&part.text),
            None => {}
        }
    }
    pieces.push(Piece::Own(own));
    change.write_value(keys::item(keys::MESSAGE, id), table::encode(&pieces)?);
    Ok(())
}

/// Sees to it that a part is there; `false`: another has its name.
fn lays_down(desk: &Desk, change: &mut Change, part: &Part) -> Result<bool, StoreError> {
    if part.lies.load(Ordering::Relaxed) {
        return Ok(true);
    }
    let key = keys::under(keys::PART, &part.name);
    if change.writes(&key) {
        return Ok(true);
    }
    if let Some(entry) = desk.store().get(&key)? {
        let lies = entry.value.bytes == part.text.as_bytes();
        part.lies.store(lies, Ordering::Relaxed);
        return Ok(lies);
    }
    change.write_raw(key, part.text.clone().into_bytes());
    Ok(true)
}

/// The bytes of an item's message, as they were composed when it was issued.
///
/// # Errors
/// [`StoreError::Corrupt`] when they are not there, or not all of them.
pub fn read(store: &dyn Store, id: ItemId) -> Result<Vec<u8>, StoreError> {
    Messages::default().read(store, id)
}

/// Reads messages one after the other; what they have in common is read once.
#[derive(Debug, Default)]
pub struct Messages {
    /// The parts that were used last, the latest at the end.
    parts: Mutex<VecDeque<(String, Arc<[u8]>)>>,
}

impl Messages {
    /// As [`read`].
    ///
    /// # Errors
    /// As [`read`].
    pub fn read(&self, store: &dyn Store, id: ItemId) -> Result<Vec<u8>, StoreError> {
        let entry = store.get(&keys::item(keys::MESSAGE, id))?;
        let entry = entry.ok_or_else(|| StoreError::Corrupt(format!("the message of {id} is not there")))?;
        let Some(pieces) = pieces(&entry)? else { return Ok(entry.value.bytes) };
        let mut message = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Own(text) if message.is_empty() => message = text.into_bytes(),
                Piece::Own(text) => message.extend_from_slice(text.as_bytes()),
                Piece::Shared { part } => message.extend_from_slice(&self.part(store, id, part)?),
            }
        }
        Ok(message)
    }

    fn part(&self, store: &dyn Store, id: ItemId, name: String) -> Result<Arc<[u8]>, StoreError> {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, part)) = parts.iter().rev().find(|(kept, _)| *kept == name) {
            return Ok(part.clone());
        }
        let part: Arc<[u8]> = shared(store, id, &name)?.into();
        if parts.len() == PARTS_KEPT {
            parts.pop_front();
        }
        parts.push_back((name, part.clone()));
        Ok(part)
    }
}

fn shared(store: &dyn Store, id: ItemId, part: &str) -> Result<Vec<u8>, StoreError> {
    let entry = store.get(&keys::under(keys::PART, part))?;
    entry.map(|entry| entry.value.bytes).ok_or_else(|| StoreError::Corrupt(format!("of the message of {id} the part {part} is not there")))
}

/// Calls `shared` with the name of each part that a message has in common with others.
///
/// # Errors
/// [`StoreError::Corrupt`] when it is no message.
pub fn each_shared(entry: &Entry, mut shared: impl FnMut(String)) -> Result<(), StoreError> {
    for piece in pieces(entry)?.into_iter().flatten() {
        if let Piece::Shared { part } = piece {
            shared(part);
        }
    }
    Ok(())
}

/// The pieces of a message; `None`: it was written as its bytes.
fn pieces(entry: &Entry) -> Result<Option<Vec<Piece>>, StoreError> {
    if entry.value.format == Format::Raw {
        return Ok(None);
    }
    table::decode(entry).map(|pieces: Stored<Vec<Piece>>| Some(pieces.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What lies in people's stores.
    #[test]
    fn what_is_stored_stays_as_it_is() {
        let part = name(b"shared");
        let pieces = [Piece::Own("To: a\r\n".to_owned()), Piece::Shared { part }];
        let stored = r#"["To: a\r\n",{"part":"3946dfeba53208180dd3374a4cbf8a85"}]"#;
        assert_eq!(String::from_utf8(table::encode(&pieces).unwrap().bytes).unwrap(), stored);
        assert_eq!(serde_json::from_str::<Vec<Piece>>(stored).unwrap(), pieces);
        for wrong in [r#"[{"part":"a"},7]"#, r#"[{"parts":"a"}]"#, r#"[["a"]]"#] {
            assert!(serde_json::from_str::<Vec<Piece>>(wrong).is_err(), "{wrong}");
        }
    }
}
