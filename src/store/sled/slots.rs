//! The short way to the disk: commits that are few and small lie in one of a few slots until the engine is given them.
//!
//! A batch costs the engine a write of its own before that of the entries, and a look for the place of each: twice what the disk
//! takes. One value under one key is whole by itself and is written once. So a sync that has little to write down writes it into
//! the next free slot; when none is free, or when there is more, the engine is given everything that waits, in one batch, and
//! all slots are free again. What lies in a slot is there in memory too ([`Pending`](super::pending::Pending)), so
//! that slots are read only when a store is opened that nobody had closed.
//!
//! A slot holds a frame (`store::codec`) whose revision is the one its commits lead to; its value is:
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | the revision at which the commits begin: that of the slot before, or of the engine |
//! | 24 | the tally that they lead to |
//! | 2, n | a key |
//! | 1 | 1: a frame follows; 0: the key is removed |
//! | 4, n | the frame |
//!
//! the last four for each key, numbers big-endian. What leads to no later revision than the engine's is a slot that is free.

use super::super::codec;
use super::super::tally::{Head, Tally};
use super::engine::{Engine, Fault};
use crate::usecase::ports::{Format, Rev, StoreError, Value};

/// How many there are: a sync that gives the engine all that waits has to be rare, and a start that finds them all still short.
pub(super) const SLOTS: u8 = 8;
/// The longest value of a slot. All slots can lie in one page of the engine, with cells beside them: see `cells`.
const SLOT_BYTES: usize = 8 * 1024;
/// What a key takes besides itself and its frame.
const KEY_BYTES: usize = 2 + 1 + 4;
const SCHEMA: u16 = 1;

/// With this the keys of slots begin, in the engine.
pub(super) const SLOT: u8 = 3;

/// What a slot says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Where its commits begin.
    pub(super) base: Rev,
    /// Where they lead.
    pub(super) head: Head,
    /// What they leave at each key.
    pub(super) frames: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

fn key(slot: u8) -> [u8; 2] {
    [SLOT, slot]
}

/// The frame of a slot; `None` where it would be too long for one.
pub(super) fn encode<'a>(slot: u8, base: Rev, head: &Head, frames: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(SLOT_BYTES / 2);
    bytes.extend_from_slice(&base.to_be_bytes());
    bytes.extend_from_slice(&head.tally.encode());
    for (key, frame) in frames {
        let length = frame.map_or(0, <[u8]>::len);
        if bytes.len() + KEY_BYTES + key.len() + length > SLOT_BYTES {
            return None;
        }
        bytes.extend_from_slice(&u16::try_from(key.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(key);
        bytes.push(frame.is_some().into());
        bytes.extend_from_slice(&u32::try_from(length).ok()?.to_be_bytes());
        bytes.extend_from_slice(frame.unwrap_or_default());
    }
    Some(codec::encode(&key(slot), head.rev, &Value { format: Format::Raw, schema: SCHEMA, bytes }))
}

/// Writes a slot.
pub(super) fn put(engine: &Engine, slot: u8, frame: Vec<u8>) -> Result<(), Fault> {
    engine.run(|db| db.insert(key(slot), frame).map(drop))
}

/// What lies in slots beyond `rev`, in the order in which it was written.
pub(super) fn beyond(engine: &Engine, rev: Rev) -> Result<Vec<Written>, StoreError> {
    let mut written = Vec::new();
    for slot in 0..SLOTS {
        let key = key(slot);
        let Some(frame) = engine.read(|db| db.get(key))? else { continue };
        let found = decode(&key, &frame)?;
        if found.head.rev > rev {
            written.push(found);
        }
    }
    written.sort_by_key(|written| written.head.rev);
    Ok(written)
}

fn decode(key: &[u8], frame: &[u8]) -> Result<Written, StoreError> {
    let entry = codec::decode(key, frame)?;
    if entry.value.schema != SCHEMA || entry.value.format != Format::Raw {
        return Err(codec::corrupt(key, "it is of another version"));
    }
    read(entry.rev, &entry.value.bytes).ok_or_else(|| codec::corrupt(key, "it is of another length"))
}

fn read(rev: Rev, bytes: &[u8]) -> Option<Written> {
    let (base, bytes) = bytes.split_first_chunk()?;
    let (tally, mut rest) = bytes.split_first_chunk()?;
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk()?;
        let (key, behind) = behind.split_at_checked(u16::from_be_bytes(*length).into())?;
        let (&is_there, behind) = behind.split_first()?;
        let (length, behind) = behind.split_first_chunk()?;
        let (frame, behind) = behind.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        frames.push((
            key.to_vec(),
            match (is_there, frame) {
                (1, frame) => Some(frame.to_vec()),
                (0, []) => None,
                _ => return None,
            },
        ));
        rest = behind;
    }
    Some(Written { base: Rev::from_be_bytes(*base), head: Head { rev, tally: Tally::decode(tally) }, frames })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tally(entries: u64) -> Tally {
        Tally::decode(&[entries, 2, u64::MAX].map(u64::to_be_bytes).concat().try_into().unwrap())
    }

    #[test]
    fn what_is_too_long_has_no_slot() {
        let head = Head { rev: 7, tally: tally(1) };
        let room = SLOT_BYTES - (8 + 24) - KEY_BYTES - 1;
        let of = |length: usize| encode(0, 6, &head, [(&b"k"[..], Some(vec![7; length].as_slice()))].into_iter());
        assert_eq!(of(room).unwrap().len(), codec::HEADER_BYTES + SLOT_BYTES);
        assert_eq!(of(room + 1), None);
    }

    #[test]
    fn a_key_is_there_or_it_is_not() {
        let of = |is_there: u8, frame: &[u8]| {
            let length = u32::try_from(frame.len()).unwrap().to_be_bytes();
            read(1, &[&[0; 32][..], &[0, 1], b"k", &[is_there], &length, frame].concat())
        };
        assert_eq!(of(0, b"").unwrap().frames, [(b"k".to_vec(), None)]);
        assert_eq!(of(1, b"v").unwrap().frames, [(b"k".to_vec(), Some(b"v".to_vec()))]);
        assert_eq!((of(0, b"v"), of(2, b"")), (None, None));
    }

    proptest! {
        #[test]
        fn a_slot_says_what_was_written(
            base: u64, rev in 1u64.., entries: u64,
            frames in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..40), prop::option::of(prop::collection::vec(any::<u8>(), 0..300))), 0..20),
        ) {
            let head = Head { rev, tally: tally(entries) };
            let frame = encode(3, base, &head, frames.iter().map(|(key, frame)| (key.as_slice(), frame.as_deref()))).unwrap();
            prop_assert_eq!(decode(&key(3), &frame), Ok(Written { base, head, frames }));
            prop_assert!(decode(&key(4), &frame).is_err());
        }

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(1, &bytes);
        }
    }
}
