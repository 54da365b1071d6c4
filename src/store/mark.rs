//! The high-water mark: a small file beside an engine's own that says how far the store had come.
//!
//! It is written after each sync and never before, so that it can lag behind the engine but not run ahead of it. An engine
//! that ends before the mark has lost commits that somebody had been told were safe.
//!
//! ```text
//! [revision u64][verified u64][parameters u64][CRC-32C u32]        numbers big-endian
//! ```

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::lock::open_private;
use crate::usecase::ports::{Rev, StoreError};

const BYTES: usize = 8 + 8 + 8 + 4;

/// What the file says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// A revision that is safe.
    pub(super) rev: Rev,
    /// How far all entries have been verified, in the engine's own terms.
    pub(super) verified: u64,
    /// CRC-32C of the engine's parameters, where it has any: to tell damage there from another version of it.
    pub(super) parameters: u64,
}

impl Mark {
    /// Refuses a store that was found to stand at `found` if it had come further.
    pub(super) fn reached(self, found: Rev) -> Result<(), StoreError> {
        if found < self.rev {
            let safe = self.rev;
            return Err(StoreError::Corrupt(format!("the store ends at revision {found}, but revision {safe} had been made safe")));
        }
        Ok(())
    }
}

/// The open file.
#[derive(Debug)]
pub(super) struct MarkFile {
    file: File,
    mark: Mark,
}

impl MarkFile {
    /// Opens the mark at `path`, creating it where there is none, and reads it: `None` if it cannot be understood, or is
    /// not there.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Option<Mark>)> {
        let mut file = open_private(path)?;
        let mut bytes = Vec::with_capacity(BYTES);
        (&mut file).take(2 * BYTES as u64).read_to_end(&mut bytes)?;
        let mark = read(&bytes);
        Ok((Self { file, mark: mark.unwrap_or_default() }, mark))
    }

    /// Notes that `rev` is safe.
    pub(super) fn advance(&mut self, rev: Rev) -> io::Result<()> {
        self.write(Mark { rev, ..self.mark })
    }

    /// Writes a mark and makes it durable.
    pub(super) fn establish(&mut self, mark: Mark) -> io::Result<()> {
        self.write(mark)?;
        self.file.set_len(BYTES as u64)?;
        self.file.sync_all()
    }

    fn write(&mut self, mark: Mark) -> io::Result<()> {
        let mut bytes = [mark.rev, mark.verified, mark.parameters].map(u64::to_be_bytes).concat();
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_be_bytes());
        self.file.write_all_at(&bytes, 0)?;
        self.mark = mark;
        Ok(())
    }
}

fn read(bytes: &[u8]) -> Option<Mark> {
    let (numbers, crc) = bytes.split_last_chunk::<4>()?;
    let (&[rev, verified, parameters], []) = numbers.as_chunks::<8>() else { return None };
    let intact = crc32c::crc32c(numbers) == u32::from_be_bytes(*crc);
    let [rev, verified, parameters] = [rev, verified, parameters].map(u64::from_be_bytes);
    intact.then_some(Mark { rev, verified, parameters })
}
