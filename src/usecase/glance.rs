//! The value of an entry of the index of days ([`DayIndex::All`](crate::usecase::keys::DayIndex::All)): its meeting at a glance,
//! so that the conflicts of a meeting are found by a scan of its days.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | 1: the meeting claims its time in the state that it is in; 0: it does not |
//! | 8 | when it begins ([`WallTime::minutes`]), signed |
//! | 8 | when it is over, likewise |
//! | 4 each | its marks ([`Mark`]), ascending, each once |
//!
//! Numbers are big-endian. All of it, and how a mark is made, is part of the store's schema (since 3).

use crate::domain::glance::{Glance, Mark};
use crate::domain::time::WallTime;
use crate::usecase::ports::{Entry, Format, StoreError};
use crate::usecase::table::SCHEMA;

/// The stored form of a glance.
#[must_use]
pub fn encode(glance: &Glance) -> Vec<u8> {
    let mut bytes = vec![u8::from(glance.claims_time)];
    for time in [glance.start, glance.until] {
        bytes.extend_from_slice(&time.minutes().to_be_bytes());
    }
    for mark in &glance.marks {
        bytes.extend_from_slice(&mark.0.to_be_bytes());
    }
    bytes
}

/// The glance of an entry of the index.
///
/// # Errors
/// [`StoreError::Corrupt`], which names the key, when the value is none.
pub fn decode(entry: &Entry) -> Result<Glance, StoreError> {
    let corrupt = |what| StoreError::Corrupt(format!("index {}: {what}", entry.key.escape_ascii()));
    if entry.value.schema > SCHEMA || entry.value.format != Format::Raw {
        return Err(corrupt("written by a newer program"));
    }
    read(&entry.value.bytes).ok_or_else(|| corrupt("it does not say when its meeting is held"))
}

fn read(bytes: &[u8]) -> Option<Glance> {
    let (claims_time, bytes) = match bytes.split_first()? {
        (0, rest) => (false, rest),
        (1, rest) => (true, rest),
        _ => return None,
    };
    let (start, bytes) = bytes.split_first_chunk()?;
    let (until, bytes) = bytes.split_first_chunk()?;
    let time = |minutes: &[u8; 8]| WallTime::from_minutes(i64::from_be_bytes(*minutes));
    let (marks, []) = bytes.as_chunks() else { return None };
    let marks: Vec<Mark> = marks.iter().map(|mark| Mark(u32::from_be_bytes(*mark))).collect();
    // Whoever looks for a mark relies on their order.
    marks.is_sorted_by(|one, next| one < next).then_some(Glance { start: time(start)?, until: time(until)?, claims_time, marks })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::usecase::ports::Value;

    fn entry(bytes: &[u8]) -> Entry {
        let value = Value { format: Format::Raw, schema: SCHEMA, bytes: bytes.to_vec() };
        Entry { key: b"x/held/20160505/1400/LH-2016-0001".to_vec(), rev: 1, value }
    }

    fn refused(entry: &Entry) -> bool {
        matches!(decode(entry), Err(StoreError::Corrupt(detail)) if detail.contains("x/held/20160505/1400/LH-2016-0001"))
    }

    fn at(raw: &str) -> WallTime {
        WallTime::parse(raw, chrono::DateTime::UNIX_EPOCH).unwrap()
    }

    /// These bytes lie in people's stores.
    const STORED: [u8; 25] = [1, 0, 0, 0, 0, 1, 0x73, 0xEC, 0x08, 0, 0, 0, 0, 1, 0x73, 0xEC, 0x80, 0, 0, 0, 7, 0xFF, 0, 0, 1];

    #[test]
    fn what_is_stored_stays_as_it_is() {
        let marks = vec![Mark(7), Mark(0xFF00_0001)];
        let glance = Glance { start: at("2016-05-05 14:00"), until: at("2016-05-05 16:00"), claims_time: true, marks };
        assert_eq!((encode(&glance).as_slice(), decode(&entry(&STORED))), (STORED.as_slice(), Ok(glance)));
    }

    #[test]
    fn what_is_no_glance_is_damage_and_named() {
        for wrong in [&[][..], &[1], &STORED[..16], &STORED[..24], &[2; 17], &[0x7F; 17]] {
            assert!(refused(&entry(wrong)), "{wrong:?}");
        }
        let changed = |at: usize, byte| {
            let mut bytes = STORED;
            bytes[at] = byte;
            entry(&bytes)
        };
        // No state; a year that no calendar has; marks out of their order; one mark twice.
        let twice = entry(&[&STORED[..21], &STORED[17..21]].concat());
        for (n, wrong) in [changed(0, 2), changed(1, 0x7F), changed(9, 0x80), changed(17, 0xFF), twice].iter().enumerate() {
            assert!(refused(wrong), "{n}");
        }
        for value in [Value { schema: SCHEMA + 1, ..entry(&STORED).value }, Value { format: Format::Json, ..entry(&STORED).value }] {
            assert!(refused(&Entry { value, ..entry(&STORED) }));
        }
    }

    proptest! {
        #[test]
        fn a_glance_comes_back_as_it_was(claims_time: bool, start in -1_036_120_320i64..4_223_371_679, lasts in 1i64..50_000, marks in prop::collection::btree_set(any::<u32>(), 0..9)) {
            let time = |minutes| WallTime::from_minutes(minutes).unwrap();
            let glance = Glance { start: time(start), until: time(start + lasts), claims_time, marks: marks.into_iter().map(Mark).collect() };
            prop_assert_eq!(decode(&entry(&encode(&glance))), Ok(glance));
        }

        #[test]
        fn any_bytes_are_a_glance_of_their_own_or_none(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(glance) = decode(&entry(&bytes)) {
                prop_assert_eq!(encode(&glance), bytes);
            }
        }
    }
}
