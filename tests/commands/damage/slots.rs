//! The slots, in which lies what came last.

use std::fs;
use std::path::Path;

use super::Base::{Closed, Killed, Read, Renewed};
use super::Ends::{Told, Whole};
use super::{Case, Ends, Harm, change, store};

const ROOM: usize = 128 * 1024;
/// Something is missing, and the mark or a later slot says so.
const MISSED: Ends = Told(&["/store", "revision"]);

fn slots(state: &Path, harm: impl FnOnce(&mut Vec<u8>)) {
    change(&store(state).join("slots"), harm);
}

/// How many are filled.
fn filled(bytes: &[u8]) -> usize {
    bytes.chunks(ROOM).take_while(|slot| slot[..4] != [0; 4]).count()
}

fn zero(bytes: &mut [u8], slot: usize) {
    bytes[slot * ROOM..(slot + 1) * ROOM].fill(0);
}

fn flip(bytes: &mut [u8], slot: usize) {
    bytes[slot * ROOM + 100] ^= 0x10;
}

fn missing(state: &Path) {
    fs::remove_file(store(state).join("slots")).unwrap();
}

fn half_a_slot(state: &Path) {
    slots(state, |bytes| bytes.truncate(ROOM * (filled(bytes) - 1) + 300));
}

fn last_zeroed(state: &Path) {
    slots(state, |bytes| {
        let last = filled(bytes) - 1;
        zero(bytes, last);
    });
}

fn last_flipped(state: &Path) {
    slots(state, |bytes| {
        let last = filled(bytes) - 1;
        flip(bytes, last);
    });
}

fn swapped(state: &Path) {
    slots(state, |bytes| {
        let (one, other) = bytes.split_at_mut(ROOM);
        one.swap_with_slice(&mut other[..ROOM]);
    });
}

fn noise(state: &Path) {
    slots(state, |bytes| getrandom::fill(bytes).unwrap());
}

fn longer(state: &Path) {
    slots(state, |bytes| bytes.extend([7; 5000]));
}

fn in_what_came_last(state: &Path) {
    slots(state, |bytes| {
        let letters = b"LH-2016-0004";
        let at = bytes.windows(letters.len()).rposition(|window| window == letters).unwrap();
        bytes[at] ^= 1;
    });
}

/// A write that broke off behind those that came to their end.
fn broken_off(state: &Path) {
    slots(state, |bytes| {
        let next = filled(bytes) * ROOM;
        bytes[next..next + 8].copy_from_slice(&[0, 0, 9, 9, 2, 0, 3, 0]);
    });
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, base, harm: Harm, ends| Case { name, base, harm, ends };
    let mut cases = vec![
        case("slots missing", Killed, missing, MISSED),
        case("slots empty", Killed, |state| slots(state, Vec::clear), MISSED),
        case("slots cut to half a slot", Killed, half_a_slot, MISSED),
        case("first slot zeroed", Killed, |state| slots(state, |bytes| zero(bytes, 0)), MISSED),
        case("last slot zeroed", Killed, last_zeroed, MISSED),
        case("a bit in the first slot", Killed, |state| slots(state, |bytes| flip(bytes, 0)), Told(&["slot 0", "checksum"])),
        case("a bit in the last slot", Killed, last_flipped, Told(&["slot ", "checksum", "revision"])),
        case("a bit in a slot's meeting", Killed, in_what_came_last, Told(&["slot ", "checksum"])),
        case("two slots swapped", Killed, swapped, Told(&["slot 0", "checksum"])),
        case("slots full of noise", Killed, noise, Told(&["slot 0", "revision"])),
        case("slots longer", Killed, longer, Whole),
        case("a slot's write broke off", Killed, broken_off, Whole),
    ];
    // Whatever was closed in good order, or opened since, has its all in the log.
    for base in [Closed, Read, Renewed] {
        cases.extend([case("slots missing", base, missing, Whole), case("slots full of noise", base, noise, Whole)]);
    }
    cases
}
