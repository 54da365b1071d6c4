//! The frame around every stored value.
//!
//! ```text
//! [format u8][schema u16][revision u64][CRC-32C u32] payload        numbers big-endian
//! ```
//!
//! The checksum covers the key, the rest of the frame and the payload: a value that turns up under another key is
//! noticed as surely as a flipped bit. Every engine stores frames, the one in memory too.

use crate::usecase::ports::{Entry, Format, Rev, StoreError, Value};

/// Bytes of a frame before its payload.
pub const HEADER_BYTES: usize = 1 + 2 + 8 + 4;

// Never 0: a page of zeros must not look like a value.
const JSON: u8 = 1;
const RAW: u8 = 2;

/// What the frame says about its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Number of the payload's format; not every number has a meaning.
    pub format: u8,
    /// Version of the record's shape.
    pub schema: u16,
    /// Revision of the commit that wrote the value.
    pub rev: Rev,
    /// CRC-32C over key, format, schema, revision and payload.
    pub crc: u32,
}

/// The frame of `value`, as written at `key` by the commit `rev`.
#[must_use]
pub fn encode(key: &[u8], rev: Rev, value: &Value) -> Vec<u8> {
    let format = match value.format {
        Format::Json => JSON,
        Format::Raw => RAW,
    };
    let header = Header { format, schema: value.schema, rev, crc: 0 };
    let crc = checksum(key, header, &value.bytes);
    let mut frame = Vec::with_capacity(HEADER_BYTES + value.bytes.len());
    frame.push(format);
    frame.extend_from_slice(&value.schema.to_be_bytes());
    frame.extend_from_slice(&rev.to_be_bytes());
    frame.extend_from_slice(&crc.to_be_bytes());
    frame.extend_from_slice(&value.bytes);
    frame
}

/// Reads the frame found at `key`.
///
/// # Errors
/// [`StoreError::Corrupt`] naming the key and what is wrong: cut short, a checksum that does not hold, or a format
/// that this version does not know.
pub fn decode(key: &[u8], frame: &[u8]) -> Result<Entry, StoreError> {
    let (header, format, payload) = checked(key, frame)?;
    let value = Value { format, schema: header.schema, bytes: payload.to_vec() };
    Ok(Entry { key: key.to_vec(), rev: header.rev, value })
}

/// Whether the frame found at `key` can be read, for who wants nothing of its payload.
///
/// # Errors
/// As [`decode`].
pub fn check(key: &[u8], frame: &[u8]) -> Result<Header, StoreError> {
    checked(key, frame).map(|(header, _, _)| header)
}

fn checked<'a>(key: &[u8], frame: &'a [u8]) -> Result<(Header, Format, &'a [u8]), StoreError> {
    let (header, payload) = split(key, frame)?;
    let computed = checksum(key, header, payload);
    if computed != header.crc {
        return Err(corrupt(key, &format!("its checksum is {computed:08x} where {:08x} was written", header.crc)));
    }
    let format = match header.format {
        JSON => Format::Json,
        RAW => Format::Raw,
        other => return Err(corrupt(key, &format!("its format {other} is not known to this version"))),
    };
    if header.rev == 0 {
        return Err(corrupt(key, "its revision is 0"));
    }
    Ok((header, format, payload))
}

/// Reads the beginning of the frame found at `key`, which may be all there is of it, without looking at the payload.
///
/// # Errors
/// [`StoreError::Corrupt`] when it is shorter than a header.
pub fn header(key: &[u8], frame: &[u8]) -> Result<Header, StoreError> {
    split(key, frame).map(|(header, _)| header)
}

/// A key as it can be shown: printable ASCII as it is, everything else escaped.
#[must_use]
pub fn escape(key: &[u8]) -> String {
    key.escape_ascii().to_string()
}

/// The error for damage found at `key`.
#[must_use]
pub fn corrupt(key: &[u8], what: &str) -> StoreError {
    StoreError::Corrupt(format!("the value at \"{}\": {what}", escape(key)))
}

fn split<'a>(key: &[u8], frame: &'a [u8]) -> Result<(Header, &'a [u8]), StoreError> {
    let short = || corrupt(key, &format!("cut short: {} bytes where its frame alone has {HEADER_BYTES}", frame.len()));
    let (&[format], rest) = frame.split_first_chunk().ok_or_else(short)?;
    let (schema, rest) = rest.split_first_chunk().ok_or_else(short)?;
    let (rev, rest) = rest.split_first_chunk().ok_or_else(short)?;
    let (crc, payload) = rest.split_first_chunk().ok_or_else(short)?;
    let header = Header { format, schema: u16::from_be_bytes(*schema), rev: Rev::from_be_bytes(*rev), crc: u32::from_be_bytes(*crc) };
    Ok((header, payload))
}

fn checksum(key: &[u8], header: Header, payload: &[u8]) -> u32 {
    let crc = crc32c::crc32c(key);
    let crc = crc32c::crc32c_append(crc, &[header.format]);
    let crc = crc32c::crc32c_append(crc, &header.schema.to_be_bytes());
    let crc = crc32c::crc32c_append(crc, &header.rev.to_be_bytes());
    crc32c::crc32c_append(crc, payload)
}
