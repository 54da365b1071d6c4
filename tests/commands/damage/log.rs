//! The log, in which everything lies.

use std::fs;
use std::path::Path;

use super::Base::{Closed, Killed, Read};
use super::Ends::{Either, Told, Whole};
use super::{Base, Case, Ends, Harm, change, store};

/// It is named where the damage was found.
const STORE: Ends = Told(&["/store"]);
const PAGE: usize = 4096;
const SEGMENT: usize = 512 * 1024;

fn log(state: &Path, harm: impl FnOnce(&mut Vec<u8>)) {
    change(&store(state).join("db"), harm);
}

/// Where the log ends, apart from the room that the engine keeps behind it.
fn end(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
}

/// Flips a bit at so many quarters of the log.
fn flip(state: &Path, quarters: usize) {
    log(state, |bytes| {
        let at = end(bytes) * quarters / 4;
        bytes[at] ^= 0x10;
    });
}

/// The last place at which these letters stand.
fn last(bytes: &[u8], letters: &str) -> usize {
    bytes.windows(letters.len()).rposition(|window| window == letters.as_bytes()).unwrap()
}

fn case(name: &'static str, base: Base, harm: fn(&Path), ends: Ends) -> Case {
    Case { name, base, harm, ends }
}

fn remove(state: &Path) {
    fs::remove_file(store(state).join("db")).unwrap();
}

fn empty(state: &Path) {
    log(state, Vec::clear);
}

fn one_byte(state: &Path) {
    log(state, |bytes| bytes.truncate(1));
}

fn half(state: &Path) {
    log(state, |bytes| bytes.truncate(bytes.len() / 2));
}

fn half_of_what_is_written(state: &Path) {
    log(state, |bytes| bytes.truncate(end(bytes) / 2));
}

fn by_a_kibibyte(state: &Path) {
    log(state, |bytes| bytes.truncate(end(bytes) - 1024));
}

fn by_a_segment(state: &Path) {
    log(state, |bytes| bytes.truncate((end(bytes) - 1) / SEGMENT * SEGMENT));
}

fn first_page(state: &Path) {
    log(state, |bytes| bytes[..PAGE].fill(0));
}

fn middle_page(state: &Path) {
    log(state, |bytes| bytes[SEGMENT / 2..SEGMENT / 2 + PAGE].fill(0));
}

fn last_page(state: &Path) {
    log(state, |bytes| {
        let end = end(bytes);
        bytes[end - PAGE..end].fill(0);
    });
}

fn noise(state: &Path) {
    log(state, |bytes| {
        let mut noise = vec![0; PAGE];
        getrandom::fill(&mut noise).unwrap();
        bytes[SEGMENT / 2..SEGMENT / 2 + PAGE].copy_from_slice(&noise);
    });
}

fn all_of_it_noise(state: &Path) {
    log(state, |bytes| getrandom::fill(bytes).unwrap());
}

fn swapped(state: &Path) {
    log(state, |bytes| {
        let (one, other) = bytes.split_at_mut(SEGMENT / 2);
        one[SEGMENT / 4..][..PAGE].swap_with_slice(&mut other[SEGMENT / 4..][..PAGE]);
    });
}

fn in_a_name(state: &Path) {
    log(state, |bytes| {
        let at = last(bytes, "Đơn vị số 77");
        bytes[at + 2] ^= 1;
    });
}

fn in_what_came_last(state: &Path) {
    log(state, |bytes| {
        let at = last(bytes, "LH-2016-0004");
        bytes[at] ^= 1;
    });
}

fn longer_by_noise(state: &Path) {
    log(state, |bytes| {
        let mut noise = vec![0; 3 * PAGE];
        getrandom::fill(&mut noise).unwrap();
        bytes.extend(noise);
    });
}

fn longer_by_zeros(state: &Path) {
    log(state, |bytes| bytes.resize(bytes.len() + SEGMENT, 0));
}

fn older(state: &Path) {
    fs::copy(state.join("earlier/db"), store(state).join("db")).unwrap();
}

/// An older log with the index that belongs to it, as somebody copies files back who knows no better.
fn all_older_but_the_mark(state: &Path) {
    without_snapshots(state);
    for found in fs::read_dir(state.join("earlier")).unwrap().map(Result::unwrap) {
        if found.file_type().unwrap().is_file() && found.file_name() != "mark" {
            fs::copy(found.path(), store(state).join(found.file_name())).unwrap();
        }
    }
}

pub(super) fn without_snapshots(state: &Path) {
    for found in fs::read_dir(store(state)).unwrap().map(Result::unwrap) {
        if found.file_name().to_str().unwrap().starts_with("snap.") {
            fs::remove_file(found.path()).unwrap();
        }
    }
}

pub(super) fn cases() -> Vec<Case> {
    let flips: [(&'static str, Harm); 5] = [
        ("a bit at the beginning", |state| flip(state, 0)),
        ("a bit at a quarter", |state| flip(state, 1)),
        ("a bit in the middle", |state| flip(state, 2)),
        ("a bit at three quarters", |state| flip(state, 3)),
        ("a bit near the end", |state| {
            log(state, |bytes| {
                let at = end(bytes) - 64;
                bytes[at] ^= 0x10;
            });
        }),
    ];
    let mut cases: Vec<Case> = Vec::new();
    for base in [Closed, Killed, Read] {
        // Where all was read before, a start does not read it again: the damage shows when something there is read, if ever.
        let inside = || if base == Read { Either } else { STORE };
        cases.extend([
            case("log missing", base, remove, STORE),
            case("log empty", base, empty, STORE),
            case("log cut to a byte", base, one_byte, STORE),
            case("log cut to a half", base, half, STORE),
            case("log cut to half of what is written", base, half_of_what_is_written, STORE),
            case("log shorter by a KiB", base, by_a_kibibyte, Either),
            case("log shorter by a segment", base, by_a_segment, Either),
            case("first page zeroed", base, first_page, STORE),
            case("middle page zeroed", base, middle_page, inside()),
            case("last page zeroed", base, last_page, Either),
            case("noise in the middle", base, noise, inside()),
            case("nothing but noise", base, all_of_it_noise, STORE),
            case("two pages swapped", base, swapped, inside()),
            case("a bit in a unit's name", base, in_a_name, inside()),
            case("log longer by noise", base, longer_by_noise, Whole),
            case("log longer by zeros", base, longer_by_zeros, Whole),
            // Since then nothing was committed but what lies in slots.
            case("an older log", base, older, if base == Killed { Whole } else { STORE }),
            case("all older but the mark", base, all_older_but_the_mark, Told(&["revision"])),
        ]);
        cases.extend(flips.map(|(name, harm)| case(name, base, harm, Either)));
    }
    for base in [Closed, Read] {
        // What came last before a kill lies in slots.
        cases.push(case("a bit in what came last", base, in_what_came_last, Either));
    }
    cases.push(case("log shorter by a byte", Closed, |state| log(state, |bytes| bytes.truncate(bytes.len() - 1)), Either));
    cases
}
