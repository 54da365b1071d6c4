//! Reading a backup: first all of it, to know that it is whole; then its entries.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use chrono::Datelike as _;
use sha2::{Digest as _, Sha256};

use super::{BackupError, CHANGED, Content, ENTRY, GONE, HEADER, Header, MAGIC, MAGIC_OF_ALL, MAX_BLOCK, TRAILER, Trailer};
use crate::domain::audit::Digest;
use crate::domain::time::YEARS;
use crate::store::codec;
use crate::usecase::ports::Entry;

/// A store that commits a million times a second for ten thousand years does not come so far.
const MOST_REVISIONS: u64 = 1 << 62;
/// Entries handed on at once.
const BATCH: usize = 512;

/// A backup that was found to be whole.
#[derive(Debug)]
pub struct Backup {
    /// How it begins.
    pub header: Header,
    /// What it holds.
    pub content: Content,
    /// The digest of the whole file.
    pub digest: Digest,
    file: File,
    /// What stands in place of entries: where its block begins and how long it is; `None` for what is gone.
    changed: BTreeMap<Vec<u8>, Option<(u64, usize)>>,
}

impl Backup {
    /// Opens a backup and reads all of it: every block's checksum, that of every entry, and the digest of the whole.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        Self::read(File::open(path)?)
    }

    /// How a backup begins, and the key of its first entry. Nothing else of it is looked at.
    ///
    /// # Errors
    /// As [`Backup::open`].
    pub fn peek(file: &File) -> Result<(Header, Option<Vec<u8>>), BackupError> {
        let mut blocks = Blocks::begin(file)?;
        let header = header(&mut blocks)?;
        let first = match blocks.next()? {
            Some((at, ENTRY, payload)) => Some(entry(at, payload)?.key),
            _ => None,
        };
        Ok((header, first))
    }

    /// As [`Backup::open`], of an open file.
    ///
    /// # Errors
    /// As [`Backup::open`].
    pub fn read(file: File) -> Result<Self, BackupError> {
        let mut blocks = Blocks::begin(&file)?;
        let header = header(&mut blocks)?;
        let mut changed = BTreeMap::new();
        let mut last: Option<Vec<u8>> = None;
        loop {
            let before = blocks.sum.clone();
            let Some((at, kind, payload)) = blocks.next()? else { return Err(blocks.damaged("it is cut short")) };
            match kind {
                ENTRY => {
                    let entry = entry(at, payload)?;
                    if last.as_ref().is_some_and(|last| *last >= entry.key) {
                        return Err(BackupError::Damaged { at, what: "its entries are not in order".into() });
                    }
                    last = Some(entry.key);
                }
                CHANGED => {
                    let length = payload.len();
                    changed.insert(entry(at, payload)?.key, Some((at, length)));
                }
                GONE => drop(changed.insert(payload.to_vec(), None)),
                TRAILER => {
                    let trailer: Trailer = json(at, payload)?;
                    if trailer.sha256 != Digest::of_hash(&before).as_str() {
                        return Err(BackupError::Damaged { at, what: "its digest is another".into() });
                    }
                    if trailer.content.standing.rev > MOST_REVISIONS {
                        return Err(BackupError::Damaged { at, what: "no store ever comes to its revision".into() });
                    }
                    if blocks.next()?.is_some() {
                        return Err(blocks.damaged("it goes on behind its end"));
                    }
                    let digest = Digest::of_hash(&blocks.sum);
                    return Ok(Self { header, content: trailer.content, digest, file, changed });
                }
                _ => return Err(BackupError::Damaged { at, what: format!("a block of kind {kind} is not known to this version") }),
            }
        }
    }

    /// Hands on every entry as it was at the backup's revision, each key once; those that changed while it was made come last.
    ///
    /// # Errors
    /// See [`BackupError`], and what `take` answers.
    pub fn each<E: From<BackupError>>(&self, mut take: impl FnMut(Vec<Entry>) -> Result<(), E>) -> Result<(), E> {
        let mut batch = Vec::with_capacity(BATCH);
        let mut blocks = Blocks::begin(&self.file)?;
        while let Some((at, kind, payload)) = blocks.next()? {
            if kind != ENTRY {
                continue;
            }
            let entry = entry(at, payload)?;
            if self.changed.contains_key(&entry.key) {
                continue;
            }
            batch.push(entry);
            if batch.len() == BATCH {
                take(std::mem::take(&mut batch))?;
            }
        }
        for (at, length) in self.changed.values().flatten() {
            let mut payload = vec![0; *length];
            self.file.read_exact_at(&mut payload, *at).map_err(BackupError::from)?;
            batch.push(entry(*at, &payload)?);
            if batch.len() == BATCH {
                take(std::mem::take(&mut batch))?;
            }
        }
        if batch.is_empty() { Ok(()) } else { take(batch) }
    }
}

/// Where the payload of a block begins, its kind and its payload.
type Block<'a> = (u64, u8, &'a [u8]);

/// The blocks of a backup, one after the other.
struct Blocks<'a> {
    file: BufReader<&'a File>,
    at: u64,
    sum: Sha256,
    block: Vec<u8>,
}

impl<'a> Blocks<'a> {
    fn begin(mut file: &'a File) -> Result<Self, BackupError> {
        file.seek(SeekFrom::Start(0))?;
        let mut blocks = Self { file: BufReader::with_capacity(1 << 20, file), at: 0, sum: Sha256::new(), block: Vec::new() };
        let mut magic = [0; MAGIC.len()];
        match blocks.file.read_exact(&mut magic) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(BackupError::NotABackup),
            read => read?,
        }
        if magic != MAGIC {
            return Err(if magic.starts_with(MAGIC_OF_ALL) { BackupError::OtherFormat } else { BackupError::NotABackup });
        }
        blocks.sum.update(magic);
        blocks.at = MAGIC.len() as u64;
        Ok(blocks)
    }

    fn damaged(&self, what: &str) -> BackupError {
        BackupError::Damaged { at: self.at, what: what.into() }
    }

    /// The next block; `None` at the end of the file.
    fn next(&mut self) -> Result<Option<Block<'_>>, BackupError> {
        let mut head = [0; 8];
        match self.file.read(&mut head[..1])? {
            0 => return Ok(None),
            _ => self.exactly(|file| file.read_exact(&mut head[1..]))?,
        }
        let (length, crc) = head.split_at(4);
        let number = |bytes: &[u8]| bytes.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        let length = number(length) as usize;
        if length == 0 || length > MAX_BLOCK {
            return Err(self.damaged(&format!("a block of {length} bytes")));
        }
        let mut block = std::mem::take(&mut self.block);
        block.resize(length, 0);
        self.exactly(|file| file.read_exact(&mut block))?;
        if crc32c::crc32c(&block) != number(crc) {
            return Err(self.damaged("a checksum that does not hold"));
        }
        self.sum.update(head);
        self.sum.update(&block);
        let payload_at = self.at + head.len() as u64 + 1;
        self.at += (head.len() + length) as u64;
        self.block = block;
        let (kind, payload) = self.block.split_first().unwrap_or((&0, &[]));
        Ok(Some((payload_at, *kind, payload)))
    }

    fn exactly(&mut self, read: impl FnOnce(&mut BufReader<&'a File>) -> io::Result<()>) -> Result<(), BackupError> {
        match read(&mut self.file) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(self.damaged("it is cut short")),
            read => Ok(read?),
        }
    }
}

fn header(blocks: &mut Blocks<'_>) -> Result<Header, BackupError> {
    match blocks.next()? {
        Some((at, HEADER, payload)) => {
            let header: Header = json(at, payload)?;
            if !YEARS.contains(&header.at.year()) {
                return Err(BackupError::Damaged { at, what: "it was made in no year of ours".into() });
            }
            Ok(header)
        }
        _ => Err(blocks.damaged("it has no header")),
    }
}

fn json<T: serde::de::DeserializeOwned>(at: u64, payload: &[u8]) -> Result<T, BackupError> {
    serde_json::from_slice(payload).map_err(|error| BackupError::Damaged { at, what: error.to_string() })
}

fn entry(at: u64, payload: &[u8]) -> Result<Entry, BackupError> {
    let damaged = |what: String| BackupError::Damaged { at, what };
    let short = || damaged("an entry cut short".into());
    let (length, rest) = payload.split_first_chunk::<2>().ok_or_else(short)?;
    let (key, frame) = rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or_else(short)?;
    codec::decode(key, frame).map_err(|error| damaged(error.to_string()))
}
