//! What the store records about itself in every commit, so that a later start can tell whether all of it is there.
//!
//! The fingerprint is the sum of a hash over every entry's key, revision and checksum: it can be kept up with one read
//! per write, and it differs when an entry is missing, is one too many, or is older than it should be. It guards
//! against accidents, not against people.

use ::sled::Batch;

use super::super::codec::{self, Header};
use super::cells::{self, HEAD_KEY};
use super::engine::Engine;
use crate::usecase::ports::{Format, Rev, StoreError, Value};

const SCHEMA: u16 = 1;

/// Count and fingerprint of all entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) entries: u64,
    parts: u64,
    fingerprint: u64,
}

impl Tally {
    pub(super) fn add(&mut self, key: &[u8], header: Header, parts: u8) {
        self.entries = self.entries.wrapping_add(1);
        self.parts = self.parts.wrapping_add(parts.into());
        self.fingerprint = self.fingerprint.wrapping_add(fingerprint(key, header));
    }

    pub(super) fn remove(&mut self, key: &[u8], header: Header, parts: u8) {
        self.entries = self.entries.wrapping_sub(1);
        self.parts = self.parts.wrapping_sub(parts.into());
        self.fingerprint = self.fingerprint.wrapping_sub(fingerprint(key, header));
    }
}

/// Where the store stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) rev: Rev,
    pub(super) tally: Tally,
}

impl Head {
    /// Adds the head to the commit that leads to it.
    pub(super) fn write(&self, batch: &mut Batch) {
        let numbers = [self.tally.entries, self.tally.parts, self.tally.fingerprint];
        let value = Value { format: Format::Raw, schema: SCHEMA, bytes: numbers.map(u64::to_be_bytes).concat() };
        batch.insert(HEAD_KEY, codec::encode(HEAD_KEY, self.rev, &value));
    }

    /// Reads the head; that of an empty store if there is none.
    pub(super) fn read(engine: &Engine) -> Result<Self, StoreError> {
        let Some(frame) = engine.read(|db| db.get(HEAD_KEY))? else { return Ok(Self::default()) };
        let entry = codec::decode(HEAD_KEY, &frame)?;
        let (numbers, rest) = entry.value.bytes.as_chunks::<8>();
        let &[entries, parts, fingerprint] = numbers else { return Err(codec::corrupt(HEAD_KEY, "it is of another length")) };
        if entry.value.schema != SCHEMA || !rest.is_empty() {
            return Err(codec::corrupt(HEAD_KEY, "it is of another version"));
        }
        let [entries, parts, fingerprint] = [entries, parts, fingerprint].map(u64::from_be_bytes);
        Ok(Self { rev: entry.rev, tally: Tally { entries, parts, fingerprint } })
    }
}

/// Reads every entry and compares the whole with `head`.
pub(super) fn verify(engine: &Engine, head: Head) -> Result<(), StoreError> {
    let mut found = Tally::default();
    let mut latest = 0;
    cells::for_each(engine, |entry, header, parts| {
        found.add(&entry.key, header, parts);
        latest = latest.max(entry.rev);
    })?;
    let complete = Tally { parts: cells::count_parts(engine)?, ..found };
    if found.entries != head.tally.entries {
        let (found, recorded) = (found.entries, head.tally.entries);
        return Err(StoreError::Corrupt(format!("{found} entries are there where {recorded} were recorded")));
    }
    if complete != head.tally || found != complete || latest > head.rev {
        return Err(StoreError::Corrupt("entries are not those that were last written: some are stale or missing".to_owned()));
    }
    Ok(())
}

fn fingerprint(key: &[u8], header: Header) -> u64 {
    // FNV-1a over the key, then SplitMix64's finaliser over the rest: the checksum stands for all else.
    let key = key.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    mix(key ^ mix(header.rev ^ mix(header.crc.into())))
}

fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
