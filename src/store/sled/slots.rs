//! The short way to the disk: commits that are few and small lie in one of a few slots until the engine is given them.
//!
//! A batch costs the engine a write of its own before that of the entries, a look for the place of each, and the waking of all
//! its threads for either write: more than the disk takes. So a sync that has little to write down writes it into the next free
//! slot of a file beside the log, whose place on the disk never changes: one write, one wait. When half of the slots are filled the
//! engine is given what they hold, in one batch, while the other half is filled; they are free again once that batch is safe. When
//! there is more than a slot holds, the engine is given everything that waits. What lies in a slot is there in memory too
//! ([`Pending`](super::pending::Pending)), so that slots are read only by a start.
//!
//! A slot begins with the length of a frame (`store::codec`) whose revision is the one its commits lead to; its value is:
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
//!
//! A write that breaks off leaves a slot that cannot be read, and nobody was told of what it was to hold. The next start goes on
//! without it, and says so; but not when the mark, or a later slot, says that there was more.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::super::codec;
use super::super::lock::open_private;
use super::super::mark::Mark;
use super::super::tally::{Head, Tally};
use crate::usecase::ports::{Format, Rev, StoreError, Value};

/// How many are filled before the engine is given what they hold: that has to be rare, and a start that finds them all still short.
pub(super) const HALF: u8 = 8;
/// While the engine is given what one half holds, the other is filled.
const SLOTS: u8 = 2 * HALF;
/// What a slot takes of the file: room for what some dozens of people do at once.
const SLOT_BYTES: usize = 128 * 1024;
const FILE_BYTES: usize = SLOT_BYTES * SLOTS as usize;
/// The length before the frame.
const LENGTH_BYTES: usize = 4;
/// What a key takes besides itself and its frame.
const KEY_BYTES: usize = 2 + 1 + 4;
const SCHEMA: u16 = 1;

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

/// What slots hold that the engine does not have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Beyond {
    /// In the order in which it was written, without a gap.
    pub(super) written: Vec<Written>,
    /// Slots that cannot be read, and why.
    pub(super) unreadable: Vec<(u8, StoreError)>,
}

/// The open file.
#[derive(Debug)]
pub(super) struct SlotFile(File);

impl SlotFile {
    /// Opens the file at `path`, creating it where there is none, with all its room taken and safe.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = open_private(path)?;
        let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        if length < FILE_BYTES {
            file.write_all_at(&vec![0; FILE_BYTES - length], length as u64)?;
            file.sync_all()?;
        }
        Ok(Self(file))
    }

    /// To be synced by whoever wrote.
    pub(super) fn file(&self) -> &File {
        &self.0
    }

    /// Fills a slot with what [`encode`] gave.
    pub(super) fn write(&self, slot: u8, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(bytes, u64::from(slot) * SLOT_BYTES as u64)
    }

    /// Frees a slot.
    pub(super) fn clear(&self, slot: u8) -> io::Result<()> {
        self.write(slot, &vec![0; SLOT_BYTES])?;
        self.0.sync_data()
    }
}

/// The bytes of all slots, as far as they are there.
pub(super) struct Slots(Vec<u8>);

/// Reads the file at `path` as it is; none is one without slots.
pub(super) fn read(path: &Path) -> io::Result<Slots> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(file) => drop(file.take(FILE_BYTES as u64).read_to_end(&mut bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    Ok(Slots(bytes))
}

impl Slots {
    /// What they hold beyond `rev`, where the engine stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when something is missing between them, or behind them by the mark.
    pub(super) fn beyond(&self, rev: Rev, mark: Mark) -> Result<Beyond, StoreError> {
        let mut beyond = Beyond::default();
        for (slot, bytes) in (0..SLOTS).zip(self.0.chunks(SLOT_BYTES)) {
            match decode(slot, bytes) {
                Ok(written) => beyond.written.extend(written.filter(|written| written.head.rev > rev)),
                Err(error) => beyond.unreadable.push((slot, error)),
            }
        }
        beyond.written.sort_by_key(|written| written.head.rev);
        let reached = beyond.written.iter().try_fold(rev, |reached, next| {
            let (base, to) = (next.base, next.head.rev);
            let missing = || format!("what leads from revision {reached} to {base} is missing, and revision {to} is there");
            if base == reached { Ok(to) } else { Err(StoreError::Corrupt(missing())) }
        });
        match (reached.and_then(|reached| mark.reached(reached)), beyond.unreadable.first()) {
            (Err(StoreError::Corrupt(what)), Some((_, StoreError::Corrupt(slot)))) => Err(StoreError::Corrupt(format!("{slot}; {what}"))),
            (Err(error), _) => Err(error),
            (Ok(()), _) => Ok(beyond),
        }
    }
}

/// With this the frame of a slot is told from that of another.
fn key(slot: u8) -> Vec<u8> {
    format!("slot {slot}").into_bytes()
}

/// The bytes of a slot; `None` where they would be too many.
pub(super) fn encode<'a>(slot: u8, base: Rev, head: &Head, frames: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(SLOT_BYTES / 8);
    bytes.extend_from_slice(&base.to_be_bytes());
    bytes.extend_from_slice(&head.tally.encode());
    for (key, frame) in frames {
        let length = frame.map_or(0, <[u8]>::len);
        if LENGTH_BYTES + codec::HEADER_BYTES + bytes.len() + KEY_BYTES + key.len() + length > SLOT_BYTES {
            return None;
        }
        bytes.extend_from_slice(&u16::try_from(key.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(key);
        bytes.push(frame.is_some().into());
        bytes.extend_from_slice(&u32::try_from(length).ok()?.to_be_bytes());
        bytes.extend_from_slice(frame.unwrap_or_default());
    }
    let frame = codec::encode(&key(slot), head.rev, &Value { format: Format::Raw, schema: SCHEMA, bytes });
    Some([&u32::try_from(frame.len()).ok()?.to_be_bytes()[..], &frame].concat())
}

/// What a slot says; `None`: it was never filled.
fn decode(slot: u8, bytes: &[u8]) -> Result<Option<Written>, StoreError> {
    let key = key(slot);
    let short = || codec::corrupt(&key, "it is cut short");
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>().ok_or_else(short)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| short())?;
    if length == 0 {
        return Ok(None);
    }
    let entry = codec::decode(&key, rest.get(..length).ok_or_else(short)?)?;
    if entry.value.schema != SCHEMA || entry.value.format != Format::Raw {
        return Err(codec::corrupt(&key, "it is of another version"));
    }
    commits(entry.rev, &entry.value.bytes).map(Some).ok_or_else(|| codec::corrupt(&key, "it is of another length"))
}

fn commits(rev: Rev, bytes: &[u8]) -> Option<Written> {
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

    fn head(rev: Rev) -> Head {
        Head { rev, tally: tally(1) }
    }

    /// Slots that are filled with so many commits each, from revision 10 on.
    fn filled(commits: &[Rev]) -> Slots {
        let (mut bytes, mut rev) = (vec![0; FILE_BYTES], 10);
        for (slot, commits) in (0..SLOTS).zip(commits) {
            let slot_bytes = encode(slot, rev, &head(rev + commits), [(&b"k"[..], Some(&b"frame"[..]))].into_iter()).unwrap();
            let at = usize::from(slot) * SLOT_BYTES;
            bytes[at..at + slot_bytes.len()].copy_from_slice(&slot_bytes);
            rev += commits;
        }
        Slots(bytes)
    }

    fn mark(rev: Rev) -> Mark {
        Mark { rev, ..Mark::default() }
    }

    /// Where the commits of the slots lead, and which slots cannot be read; or what is said.
    fn seen(slots: &Slots, engine: Rev, safe: Rev) -> Result<(Vec<Rev>, Vec<u8>), String> {
        match slots.beyond(engine, mark(safe)) {
            Ok(beyond) => Ok((
                beyond.written.iter().map(|written| written.head.rev).collect(),
                beyond.unreadable.iter().map(|(slot, _)| *slot).collect(),
            )),
            Err(StoreError::Corrupt(what)) => Err(what),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_too_long_has_no_slot() {
        let room = SLOT_BYTES - LENGTH_BYTES - codec::HEADER_BYTES - (8 + 24) - KEY_BYTES - 1;
        let of = |length: usize| encode(0, 6, &head(7), [(&b"k"[..], Some(vec![7; length].as_slice()))].into_iter());
        assert_eq!(of(room).unwrap().len(), SLOT_BYTES);
        assert_eq!(of(room + 1), None);
    }

    #[test]
    fn a_key_is_there_or_it_is_not() {
        let of = |is_there: u8, frame: &[u8]| {
            let length = u32::try_from(frame.len()).unwrap().to_be_bytes();
            commits(1, &[&[0; 32][..], &[0, 1], b"k", &[is_there], &length, frame].concat())
        };
        assert_eq!(of(0, b"").unwrap().frames, [(b"k".to_vec(), None)]);
        assert_eq!(of(1, b"v").unwrap().frames, [(b"k".to_vec(), Some(b"v".to_vec()))]);
        assert_eq!((of(0, b"v"), of(2, b"")), (None, None));
    }

    #[test]
    fn only_what_the_engine_does_not_have_is_taken() {
        let slots = filled(&[1, 3, 1]);
        assert_eq!(seen(&slots, 10, 15), Ok((vec![11, 14, 15], vec![])));
        assert_eq!(seen(&slots, 14, 0), Ok((vec![15], vec![])));
        assert_eq!(seen(&slots, 40, 40), Ok((vec![], vec![])));
        assert_eq!(seen(&Slots(Vec::new()), 10, 10), Ok((vec![], vec![])));
        assert_eq!(seen(&filled(&[]), 10, 10), Ok((vec![], vec![])));
    }

    #[test]
    fn what_is_missing_before_or_between_or_behind_is_named() {
        let slots = filled(&[1, 3, 1]);
        assert_eq!(seen(&slots, 9, 9).unwrap_err(), "what leads from revision 9 to 10 is missing, and revision 11 is there");
        // The engine stands in the middle of what a slot leads through.
        assert_eq!(seen(&slots, 12, 0).unwrap_err(), "what leads from revision 12 to 11 is missing, and revision 14 is there");
        assert_eq!(seen(&slots, 10, 16).unwrap_err(), "the store ends at revision 15, but revision 16 had been made safe");
        assert!(seen(&Slots(Vec::new()), 10, 11).is_err());
    }

    #[test]
    fn a_slot_that_broke_off_is_no_loss_unless_something_says_so() {
        for (slot, safe, taken) in
            [(2, 14, Some(vec![11, 14])), (2, 15, None), (1, 11, None), (0, 10, None), (3, 15, Some(vec![11, 14, 15]))]
        {
            let mut slots = filled(&[1, 3, 1]);
            // Not more of it than this came to the disk.
            let at = slot * SLOT_BYTES + LENGTH_BYTES + 20;
            slots.0[at - 24..at - 20].copy_from_slice(&40_u32.to_be_bytes());
            slots.0[at..at + 50].fill(0);
            match (seen(&slots, 10, safe), taken) {
                (Ok(found), Some(taken)) => assert_eq!(found, (taken, vec![u8::try_from(slot).unwrap()]), "{slot} {safe}"),
                (Err(what), None) => assert!(what.starts_with(&format!("the value at \"slot {slot}\": ")) && what.contains("; "), "{what}"),
                (found, taken) => panic!("{slot} {safe}: {found:?}, not {taken:?}"),
            }
        }
    }

    #[test]
    fn a_file_takes_all_its_room_at_once_and_keeps_what_it_had() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("slots");
        assert_eq!(read(&path).unwrap().0, Vec::<u8>::new());
        let file = SlotFile::open(&path).unwrap();
        file.write(0, b"first").unwrap();
        file.write(7, b"last").unwrap();
        file.file().set_len(100).unwrap();
        drop(SlotFile::open(&path).unwrap());
        let bytes = read(&path).unwrap().0;
        assert_eq!((bytes.len(), &bytes[..5], bytes[5..].iter().all(|byte| *byte == 0)), (FILE_BYTES, &b"first"[..], true));
        file.clear(0).unwrap();
        assert_eq!(read(&path).unwrap().0, vec![0; FILE_BYTES]);
    }

    proptest! {
        #[test]
        fn a_slot_says_what_was_written(
            base: u64, rev in 1u64.., entries: u64,
            frames in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..40), prop::option::of(prop::collection::vec(any::<u8>(), 0..300))), 0..20),
        ) {
            let head = Head { rev, tally: tally(entries) };
            let bytes = encode(3, base, &head, frames.iter().map(|(key, frame)| (key.as_slice(), frame.as_deref()))).unwrap();
            prop_assert_eq!(decode(3, &bytes), Ok(Some(Written { base, head, frames })));
            prop_assert!(decode(4, &bytes).is_err());
        }

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = commits(1, &bytes);
            let _ = decode(0, &bytes);
        }
    }
}
