//! Writing a backup.

use std::io::{self, BufWriter, Write};

use sha2::{Digest as _, Sha256};

use super::{CHANGED, Content, ENTRY, GONE, HEADER, Header, MAGIC, TRAILER, Trailer};
use crate::domain::audit::Digest;
use crate::store::codec;
use crate::store::files::Copied;
use crate::usecase::ports::Entry;

/// A backup that is being written: the entries, then what changed while they were read, then the end.
pub struct BackupWriter<W: Write> {
    out: BufWriter<W>,
    sum: Sha256,
    block: Vec<u8>,
}

impl<W: Write> BackupWriter<W> {
    /// Begins a backup.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn begin(out: W, header: &Header) -> io::Result<Self> {
        let mut writer = Self { out: BufWriter::with_capacity(1 << 20, out), sum: Sha256::new(), block: Vec::new() };
        writer.raw(MAGIC)?;
        writer.block(HEADER, |block| Ok(serde_json::to_writer(block, header)?))?;
        Ok(writer)
    }

    /// Writes entries, in the order of their keys.
    ///
    /// # Errors
    /// Those of the file.
    pub fn entries(&mut self, entries: &[Entry]) -> io::Result<()> {
        entries.iter().try_for_each(|entry| self.entry(ENTRY, entry))
    }

    /// Writes what changed since its entry was written.
    ///
    /// # Errors
    /// Those of the file.
    pub fn changed(&mut self, changed: &[Copied]) -> io::Result<()> {
        changed.iter().try_for_each(|copied| match copied {
            Copied::Is(entry) => self.entry(CHANGED, entry),
            Copied::IsGone(key) => self.block(GONE, |block| block.write_all(key)),
        })
    }

    /// Ends it. Gives back what it was written to, and the digest of the whole.
    ///
    /// # Errors
    /// Those of the file.
    pub fn finish(mut self, content: Content) -> io::Result<(W, Digest)> {
        let sha256 = Digest::of_hash(&self.sum.clone()).as_str().to_owned();
        self.block(TRAILER, |block| Ok(serde_json::to_writer(block, &Trailer { content, sha256 })?))?;
        let whole = Digest::of_hash(&self.sum);
        Ok((self.out.into_inner().map_err(io::IntoInnerError::into_error)?, whole))
    }

    fn entry(&mut self, kind: u8, entry: &Entry) -> io::Result<()> {
        let length = u16::try_from(entry.key.len()).map_err(io::Error::other)?;
        let frame = codec::encode(&entry.key, entry.rev, &entry.value);
        self.block(kind, |block| {
            block.extend_from_slice(&length.to_be_bytes());
            block.extend_from_slice(&entry.key);
            block.extend_from_slice(&frame);
            Ok(())
        })
    }

    fn block(&mut self, kind: u8, fill: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
        let mut block = std::mem::take(&mut self.block);
        block.clear();
        block.push(kind);
        fill(&mut block)?;
        let length = u32::try_from(block.len()).map_err(io::Error::other)?;
        self.raw(&length.to_be_bytes())?;
        self.raw(&crc32c::crc32c(&block).to_be_bytes())?;
        self.raw(&block)?;
        self.block = block;
        Ok(())
    }

    fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.out.write_all(bytes)
    }
}
