//! The frame around values notices every change.

use lichhop::store::MemoryStore;
use lichhop::store::codec::{HEADER_BYTES, decode, encode, escape, header};
use lichhop::usecase::ports::{Direction, Format, Store, StoreError, Value};
use proptest::prelude::*;

use super::{check, commit, everything, put, raw, write};

fn what_is_wrong(result: Result<impl std::fmt::Debug, StoreError>) -> String {
    match result {
        Err(StoreError::Corrupt(what)) => what,
        other => panic!("expected damage, got {other:?}"),
    }
}

#[test]
fn the_frame_has_its_documented_shape() {
    let frame = encode(b"m/1", 0x0102_0304_0506_0708, &Value { format: Format::Json, schema: 0x0A0B, bytes: b"{}".to_vec() });
    assert_eq!(frame[..11], [1, 0x0A, 0x0B, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(frame[HEADER_BYTES..], *b"{}");
    let mut covered = b"m/1".to_vec();
    covered.extend_from_slice(&frame[..11]);
    covered.extend_from_slice(b"{}");
    assert_eq!(frame[11..15], crc32c::crc32c(&covered).to_be_bytes());
    assert_eq!(header(b"m/1", &frame).unwrap().rev, 0x0102_0304_0506_0708);
}

#[test]
fn damage_names_the_key_and_what_is_wrong() {
    let frame = encode(b"m/\x01\xFF", 3, &raw("value"));
    assert_eq!(
        what_is_wrong(decode(b"m/\x01\xFF", &frame[..9])),
        r#"the value at "m/\x01\xff": cut short: 9 bytes where its frame alone has 15"#
    );
    let misplaced = what_is_wrong(decode(b"m/2", &frame));
    assert!(misplaced.starts_with(r#"the value at "m/2": its checksum is "#), "{misplaced}");
    assert_eq!(escape(b"\"\\\n\xC3"), r#"\"\\\n\xc3"#);
}

#[test]
fn what_was_never_written_is_refused_even_with_a_good_checksum() {
    for (format, rev, words) in [(9, 1, "its format 9 is not known to this version"), (2, 0, "its revision is 0")] {
        let mut frame = encode(b"k", rev, &raw(""));
        frame[0] = format;
        let covered = [b"k".as_slice(), &frame[..11]].concat();
        frame[11..15].copy_from_slice(&crc32c::crc32c(&covered).to_be_bytes());
        let what = what_is_wrong(decode(b"k", &frame));
        assert!(what.ends_with(words), "{what}");
    }
    what_is_wrong(decode(b"k", &[0; 64])).find("checksum").unwrap();
}

#[test]
fn a_damaged_value_in_memory_is_noticed_wherever_it_is_read() {
    let store = MemoryStore::new();
    let rev = write(&store, vec![put("good", "1"), put("bad", "2")]);
    assert!(store.damage(b"bad", |frame| *frame.last_mut().unwrap() ^= 1));
    assert!(!store.damage(b"absent", |_| panic!("there is nothing to damage")));
    what_is_wrong(store.get(b"bad"));
    what_is_wrong(store.scan(&everything(), 9, Direction::Forward));
    what_is_wrong(store.commit(&commit(vec![check("bad", rev)], vec![put("bad", "3")])));
    assert_eq!(store.get(b"good").unwrap().unwrap().value, raw("1"));
    write(&store, vec![put("bad", "whole again")]);
    assert_eq!(store.get(b"bad").unwrap().unwrap().value, raw("whole again"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn frames_round_trip_and_flips_are_noticed(
        key in prop::collection::vec(any::<u8>(), 1..40), bytes in prop::collection::vec(any::<u8>(), 0..300),
        rev in 1_u64.., schema: u16, json: bool, bit: prop::sample::Index,
    ) {
        let value = Value { format: if json { Format::Json } else { Format::Raw }, schema, bytes };
        let frame = encode(&key, rev, &value);
        let entry = decode(&key, &frame).unwrap();
        prop_assert_eq!((&entry.key, entry.rev, &entry.value), (&key, rev, &value));
        let mut flipped = frame.clone();
        let bit = bit.index(frame.len() * 8);
        flipped[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(matches!(decode(&key, &flipped), Err(StoreError::Corrupt(_))));
        prop_assert!(matches!(decode(&key, &frame[..frame.len() - 1]), Err(StoreError::Corrupt(_))));
    }
}
