//! A disk for tests that counts, breaks and loses power.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::io::{Error as IoError, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard};

use ::redb::StorageBackend;

const SECTOR: usize = 512;

/// What a crash may or may not leave of each write that was not synced.
#[derive(Debug)]
enum Write {
    Bytes(usize, Vec<u8>),
    Length(usize),
}

impl Write {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Bytes(at, written) => {
                bytes.resize(bytes.len().max(at + written.len()), 0);
                bytes[*at..at + written.len()].copy_from_slice(written);
            }
            Self::Length(length) => bytes.resize(*length, 0),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Platter {
    pub(super) seen: Vec<u8>,
    pub(super) safe: Vec<u8>,
    waiting: Vec<Write>,
    pub(super) syncs: usize,
    /// How often the file grew. redb syncs each time, before anything refers to the new part.
    pub(super) growths: usize,
    /// Fails syncs, and everything else that changes the file if `all`.
    pub(super) broken: Option<(ErrorKind, bool)>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Disc(Arc<Mutex<Platter>>);

impl Disc {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(Platter { seen: bytes.clone(), safe: bytes, ..Platter::default() })))
    }

    pub(super) fn platter(&self) -> MutexGuard<'_, Platter> {
        self.0.lock().unwrap()
    }

    pub(super) fn syncs(&self) -> usize {
        self.platter().syncs
    }

    pub(super) fn syncs_without_growths(&self) -> usize {
        let platter = self.platter();
        platter.syncs - platter.growths
    }

    pub(super) fn breaks(&self, kind: ErrorKind, all: bool) {
        self.platter().broken = Some((kind, all));
    }

    /// What is there when the power comes back: all that was synced, and any part of what was not, in any order of sectors.
    pub(super) fn after_power_loss(&self, dice: &mut Dice) -> Self {
        let platter = self.platter();
        let mut bytes = platter.safe.clone();
        let luck = dice.roll(4);
        for write in &platter.waiting {
            match write {
                Write::Bytes(at, written) => {
                    for (number, sector) in written.chunks(SECTOR).enumerate() {
                        if dice.roll(3) < luck {
                            Write::Bytes(at + number * SECTOR, sector.to_vec()).apply(&mut bytes);
                        }
                    }
                }
                Write::Length(_) => write.apply(&mut bytes),
            }
        }
        Self::of(bytes)
    }
}

impl StorageBackend for Disc {
    fn len(&self) -> Result<u64, IoError> {
        Ok(self.platter().seen.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), IoError> {
        let at = usize::try_from(offset).unwrap();
        let platter = self.platter();
        out.copy_from_slice(platter.seen.get(at..at + out.len()).ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), IoError> {
        self.changed(Write::Length(usize::try_from(len).unwrap()))
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), IoError> {
        self.changed(Write::Bytes(usize::try_from(offset).unwrap(), data.to_vec()))
    }

    fn sync_data(&self) -> Result<(), IoError> {
        let mut platter = self.platter();
        platter.syncs += 1;
        if let Some((kind, _)) = platter.broken {
            return Err(kind.into());
        }
        platter.safe = platter.seen.clone();
        platter.waiting.clear();
        Ok(())
    }
}

impl Disc {
    fn changed(&self, write: Write) -> Result<(), IoError> {
        let mut platter = self.platter();
        if let Some((kind, true)) = platter.broken {
            return Err(kind.into());
        }
        let before = platter.seen.len();
        write.apply(&mut platter.seen);
        platter.growths += usize::from(platter.seen.len() > before);
        platter.waiting.push(write);
        Ok(())
    }
}

/// `SplitMix64`: the same histories in every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let number = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % sides
    }
}
