//! Mail into a folder instead of to a relay: for rehearsals, and to look at what would be sent.
//!
//! One [Maildir](https://cr.yp.to/proto/maildir.html) takes the mail of all recipients; each message begins with a
//! `Delivered-To:` that tells whose it is. Lines end in LF there, as every reader of Maildirs expects: `CR LF` is turned
//! to `LF`, and nothing else is changed.
//!
//! Calls block (each delivery waits for the disk): make them from a thread that may.

use std::collections::HashSet;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::driver::body;
use super::driver::{BodyFault, Envelope};

/// What ends the name of every file of ours, where other programs put their host's name.
const SUFFIX: &str = ".lichhop";
/// The longest id.
const MAX_ID: usize = 128;

/// Why a message could not be delivered into the folder. It is not there then.
#[derive(Debug, Error)]
pub enum MaildirError {
    /// The file system refused. A full disk shows as [`io::ErrorKind::StorageFull`] of `source`.
    #[error("cannot {action} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The id is empty, too long, or has characters other than ASCII letters, digits, `-` and `_`.
    #[error("{0:?} cannot stand in the name of a file")]
    Id(String),
    /// A relay would not be given this message either.
    #[error(transparent)]
    Body(#[from] BodyFault),
}

/// What a delivery came to. Both are success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The message is on disk.
    Delivered,
    /// It was there already, from an earlier delivery of the same id.
    Repeated,
}

/// A Maildir into which one process delivers.
///
/// It knows the ids in `new` and `cur` from the moment it was opened, so that sending again after a crash makes no
/// second copy, whether or not a reader has moved or flagged the first one meanwhile. A message somebody deleted before
/// it was opened is delivered again.
#[derive(Debug)]
pub struct Maildir {
    root: PathBuf,
    known: HashSet<String>,
}

impl Maildir {
    /// Opens `root`, making it and its `tmp`, `new` and `cur` where they are missing, for their owner only (0700).
    ///
    /// # Errors
    /// [`MaildirError::Io`].
    pub fn open(root: &Path) -> Result<Self, MaildirError> {
        for folder in [root.to_owned(), root.join("tmp"), root.join("new"), root.join("cur")] {
            DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(failed("create", &folder))?;
        }
        sync(root)?;
        let mut known = HashSet::new();
        for name in ["new", "cur"] {
            let folder = root.join(name);
            for entry in std::fs::read_dir(&folder).map_err(failed("read", &folder))? {
                let entry = entry.map_err(failed("read", &folder))?;
                known.extend(entry.file_name().to_str().and_then(id_of).map(str::to_owned));
            }
        }
        Ok(Self { root: root.to_owned(), known })
    }

    /// Delivers one message; it is on disk when this returns.
    ///
    /// `id` names the item of the outbox (one message to one recipient); `unix_time` in seconds goes into the file's
    /// name, by which readers sort. The same id again is success without a second copy, whatever the time.
    ///
    /// # Errors
    /// [`MaildirError`]; nothing is visible in the folder then, and the call may be repeated.
    pub fn deliver(&mut self, id: &str, unix_time: u64, envelope: &Envelope, message: &[u8]) -> Result<Delivery, MaildirError> {
        if !is_id(id) {
            return Err(MaildirError::Id(id.to_owned()));
        }
        if self.known.contains(id) {
            return Ok(Delivery::Repeated);
        }
        let bytes = stored(envelope.to(), message)?;
        let name = format!("{unix_time}.{id}{SUFFIX}");
        let (draft, folder) = (self.root.join("tmp").join(&name), self.root.join("new"));
        // What a crash left under this name is overwritten.
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft).map_err(failed("create", &draft))?;
        let written = file.write_all(&bytes).and_then(|()| file.sync_all());
        if let Err(source) = written {
            // The first reason is the one to tell; a draft that stays is overwritten next time.
            drop(std::fs::remove_file(&draft));
            return Err(MaildirError::Io { action: "write", path: draft, source });
        }
        let place = folder.join(&name);
        std::fs::rename(&draft, &place).map_err(failed("rename to", &place))?;
        if let Err(error) = sync(&folder) {
            // Not known to last: taken back, so that the repetition makes no second copy.
            drop(std::fs::remove_file(&place));
            return Err(error);
        }
        self.known.insert(id.to_owned());
        Ok(Delivery::Delivered)
    }
}

/// The message as it lies in the folder.
fn stored(recipient: &str, message: &[u8]) -> Result<Vec<u8>, BodyFault> {
    let mut bytes = Vec::with_capacity(message.len() + recipient.len() + 32);
    bytes.extend_from_slice(format!("Delivered-To: {recipient}\n").as_bytes());
    body::local(message, &mut bytes)?;
    Ok(bytes)
}

fn is_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The id in the name of a file of ours; a reader may have added flags behind a colon.
fn id_of(name: &str) -> Option<&str> {
    let (name, _) = name.split_once(':').unwrap_or((name, ""));
    let (time, id) = name.strip_suffix(SUFFIX)?.split_once('.')?;
    (is_id(id) && time.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}

/// Makes the names in a folder durable.
fn sync(folder: &Path) -> Result<(), MaildirError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("sync", folder))
}

fn failed<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> MaildirError + use<'a> {
    move |source| MaildirError::Io { action, path: path.to_owned(), source }
}
