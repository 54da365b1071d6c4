//! What the store records about itself in every commit, so that a later start can tell whether all of it is there.
//!
//! The fingerprint is the sum of a hash over every entry's key, revision and checksum: it can be kept up with one read
//! per write, and it differs when an entry is missing, is one too many, or is older than it should be. It guards
//! against accidents, not against people.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::codec::{self, Header};
use crate::usecase::ports::{Format, Rev, StoreError, Value};

const SCHEMA: u16 = 1;

/// Where a store stands. Two stores that stand at the same hold the same entries, whatever engine keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The revision.
    pub rev: Rev,
    /// How many entries there are.
    pub entries: u64,
    /// The sum of a hash over every entry's key, revision and checksum.
    pub fingerprint: u64,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "revision {} with {} entries, fingerprint {:016x}", self.rev, self.entries, self.fingerprint)
    }
}

/// Count and fingerprint of all entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) entries: u64,
    /// Cells behind first cells, in an engine that cuts values.
    pub(super) parts: u64,
    fingerprint: u64,
}

impl Tally {
    /// Its bytes: three numbers, big-endian.
    pub(super) fn encode(&self) -> [u8; 24] {
        let mut bytes = [0; 24];
        let numbers = [self.entries, self.parts, self.fingerprint];
        for (place, number) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(numbers) {
            *place = number.to_be_bytes();
        }
        bytes
    }

    /// The tally of these bytes.
    pub(super) fn decode(bytes: &[u8; 24]) -> Self {
        let mut numbers = bytes.as_chunks::<8>().0.iter().map(|number| u64::from_be_bytes(*number));
        let mut next = || numbers.next().unwrap_or_default();
        Self { entries: next(), parts: next(), fingerprint: next() }
    }

    pub(super) fn add(&mut self, key: &[u8], header: Header, parts: u8) {
        self.entries = self.entries.wrapping_add(1);
        self.parts = self.parts.wrapping_add(parts.into());
        self.fingerprint = self.fingerprint.wrapping_add(fingerprint(key, header));
    }

    /// Of other entries than those of `other`, both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            entries: self.entries.wrapping_add(other.entries),
            parts: self.parts.wrapping_add(other.parts),
            fingerprint: self.fingerprint.wrapping_add(other.fingerprint),
        }
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
    pub(super) fn standing(&self) -> Standing {
        Standing { rev: self.rev, entries: self.tally.entries, fingerprint: self.tally.fingerprint }
    }

    /// The head as it is stored at `key` with the commit that leads to it.
    pub(super) fn encode(&self, key: &[u8]) -> Vec<u8> {
        let value = Value { format: Format::Raw, schema: SCHEMA, bytes: self.tally.encode().to_vec() };
        codec::encode(key, self.rev, &value)
    }

    /// Reads the head stored at `key`.
    pub(super) fn decode(key: &[u8], frame: &[u8]) -> Result<Self, StoreError> {
        let entry = codec::decode(key, frame)?;
        let (tally, rest) = entry.value.bytes.split_first_chunk().ok_or_else(|| codec::corrupt(key, "it is of another length"))?;
        if entry.value.schema != SCHEMA || !rest.is_empty() {
            return Err(codec::corrupt(key, "it is of another version"));
        }
        Ok(Self { rev: entry.rev, tally: Tally::decode(tally) })
    }

    /// Compares what a full reading found with what was recorded: the tally of all entries, their latest revision, and
    /// how many parts there are, whether or not an entry names them.
    pub(super) fn confirm(&self, found: Tally, latest: Rev, parts: u64) -> Result<Standing, StoreError> {
        let complete = Tally { parts, ..found };
        if found.entries != self.tally.entries {
            let (found, recorded) = (found.entries, self.tally.entries);
            return Err(StoreError::Corrupt(format!("{found} entries are there where {recorded} were recorded")));
        }
        if complete != self.tally || found != complete || latest > self.rev {
            return Err(StoreError::Corrupt("entries are not those that were last written: some are stale or missing".to_owned()));
        }
        Ok(self.standing())
    }
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
