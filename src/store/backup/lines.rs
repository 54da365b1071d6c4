//! A backup as JSON lines: one entry a line, readable with any tool, for the day on which nothing else can read the store.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Backup, BackupError, Content, Header};
use crate::store::codec::escape;
use crate::usecase::ports::{Entry, Format};

/// The first line and the last.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Around<'a> {
    Backup(&'a Header),
    End(&'a Content),
}

/// An entry. One of the last three fields is there.
#[derive(Serialize)]
struct Line<'a> {
    key: String,
    revision: u64,
    schema: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

/// Writes the entries of a backup as JSON lines, between a line that says when it was made and one that says what it holds.
///
/// Keys are letters where they are, everything else in them escaped as `\xNN`; a value that is JSON stands as it is, another
/// one as text where it is UTF-8, else in base64.
///
/// # Errors
/// See [`BackupError`].
pub fn write_lines(backup: &Backup, mut out: impl Write) -> Result<(), BackupError> {
    line(&mut out, &Around::Backup(&backup.header))?;
    backup.each(|entries| entries.iter().try_for_each(|entry| write_entry(&mut out, entry)))?;
    line(&mut out, &Around::End(&backup.content))?;
    Ok(out.flush()?)
}

fn write_entry(out: &mut impl Write, entry: &Entry) -> Result<(), BackupError> {
    let text = std::str::from_utf8(&entry.value.bytes).ok();
    let value = text.filter(|_| entry.value.format == Format::Json).and_then(|text| serde_json::from_str(text).ok());
    let text = text.filter(|_| value.is_none());
    let base64 = (value.is_none() && text.is_none()).then(|| STANDARD.encode(&entry.value.bytes));
    line(out, &Line { key: escape(&entry.key), revision: entry.rev, schema: entry.value.schema, value, text, base64 })
}

fn line(out: &mut impl Write, value: &impl Serialize) -> Result<(), BackupError> {
    serde_json::to_writer(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}
