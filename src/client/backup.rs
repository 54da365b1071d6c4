//! Fetching a backup from the host into a file, which this process writes with its own rights.

use std::io::{self, ErrorKind, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::Client;
use crate::domain::audit::Digest;
use crate::domain::fault::{BackupFault, Fault};
use crate::domain::time::WallTime;
use crate::host::part::{Earlier, Part};
use crate::host::room::{self, Whose};
use crate::wire::reply::{Answer, BackupView};
use crate::wire::request::{BackupFormat, Request};

/// Makes a backup and writes it to a file that is not there yet.
///
/// # Errors
/// The host's; [`BackupFault::Exists`], [`BackupFault::Unwritable`], [`BackupFault::NotAsMade`]. There is no file then.
pub async fn backup(client: &Client, path: &Path, format: BackupFormat) -> Result<BackupView, Fault> {
    if path.is_dir() || path.as_os_str().as_bytes().ends_with(b"/") {
        let (path, proposed) = (path.display().to_string(), path.join(proposed(client.now(), format)).display().to_string());
        return Err(Fault::Backup { problem: BackupFault::IsFolder { path, proposed } });
    }
    if path.symlink_metadata().is_ok() {
        return Err(unwritable(path, &ErrorKind::AlreadyExists.into()));
    }
    let refused = |error: io::Error| unwritable(path, &error);
    let part = Part::create(path).map_err(refused)?;
    let Answer::Backup(made) = client.call(Request::Backup(format)).await? else { return Err(unexpected()) };
    room::wanted(path, made.bytes, Whose::Target)?;
    let (mut sum, mut offset) = (Sha256::new(), 0);
    loop {
        let Answer::Document(piece) = client.call(Request::BackupPiece { ticket: made.ticket, offset }).await? else {
            return Err(unexpected());
        };
        if piece.is_empty() {
            break;
        }
        offset += piece.len() as u64;
        sum.update(&piece);
        part.file().write_all(&piece).map_err(refused)?;
    }
    if offset != made.bytes || Digest::of_hash(&sum).as_str() != made.sha256 {
        return Err(Fault::Backup { problem: BackupFault::NotAsMade { path: path.display().to_string() } });
    }
    part.finish(Earlier::Stays).map_err(refused)?;
    Ok(made)
}

/// A name for a backup made now.
#[must_use]
pub fn proposed(now: DateTime<Utc>, format: BackupFormat) -> String {
    let extension = match format {
        BackupFormat::Store => "lichhop",
        BackupFormat::Jsonl => "jsonl",
    };
    format!("lichhop-{}.{extension}", WallTime::at(now).day())
}

fn unwritable(path: &Path, error: &io::Error) -> Fault {
    let path = path.display().to_string();
    let problem = match error.kind() {
        ErrorKind::AlreadyExists => BackupFault::Exists { path },
        _ => BackupFault::Unwritable { path, detail: error.to_string() },
    };
    Fault::Backup { problem }
}

fn unexpected() -> Fault {
    Fault::Internal { detail: "the host answered something else than what was asked".into() }
}
