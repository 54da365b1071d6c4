//! The folder of the nightly backups: whose it is, what lies in it, what goes.
//!
//! The names there are the same for every store. So before anything is written or removed it is looked whether all that lies
//! there is of this store, which every backup says of itself; and the folder is locked, so that of two stores that find it empty
//! at the same hour only one goes on.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, BufWriter, ErrorKind};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::domain::fault::{BackupFault, Fault};
use crate::host::open::Host;
use crate::host::part::{Earlier, Part};
use crate::store::backup::{Backup, BackupError, write_lines};
use crate::usecase::desk::{chain_in, chain_of};

/// The folder of the backups in the state directory, where no other is configured.
const FOLDER: &str = "backups";
/// How the names of nightly backups begin and end; the day stands between.
const NAME: (&str, &str) = ("lichhop-", ".lichhop");
/// How the name of the same in JSON lines ends.
const LINES: &str = "jsonl";

/// A folder in which nothing lies but this store's, and where nobody else makes a backup meanwhile.
pub(super) struct Shelf {
    folder: PathBuf,
    /// Locked until it is closed. None on file systems that know no locks.
    _held: Option<File>,
}

impl Shelf {
    /// The one of a host.
    ///
    /// # Errors
    /// [`BackupFault::OtherStore`]; [`Fault::Store`] when it cannot be used, or when a backup is being made there just now.
    pub(super) fn of(host: &Host) -> Result<Self, Fault> {
        let folder = place(host);
        let refused = |error: io::Error| told(&folder, &error);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(refused)?;
        let held = hold(&folder).map_err(refused)?;
        only_of(&chain_of(host.store.as_ref())?, &folder)?;
        Ok(Self { folder, _held: held })
    }

    /// Only looks whether it is another store's. One that is not there yet is nobody's.
    ///
    /// # Errors
    /// As [`Shelf::of`].
    pub(super) fn look(host: &Host) -> Result<(), Fault> {
        let folder = place(host);
        if folder.is_dir() { only_of(&chain_of(host.store.as_ref())?, &folder) } else { Ok(()) }
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the backup of a day is there.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub(super) fn has(&self, day: NaiveDate) -> Result<bool, Fault> {
        let path = self.folder.join(name(day));
        path.try_exists().map_err(|error| told(&path, &error))
    }

    /// Begins the backup of a day.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub(super) fn begin(&self, day: NaiveDate) -> Result<Part, Fault> {
        let path = self.folder.join(name(day));
        Part::create(&path).map_err(|error| told(&path, &error))
    }

    /// Reads the backup again, writes it as JSON lines beside it, gives both their names, and lets go of the oldest.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub(super) fn end(&self, part: Part, day: NaiveDate, keep: usize) -> Result<(), Fault> {
        let path = self.folder.join(name(day));
        let end = || {
            let backup = Backup::read(part.file().try_clone()?).map_err(io::Error::other)?;
            let lines = Part::create(&path.with_extension(LINES))?;
            write_lines(&backup, BufWriter::new(lines.file())).map_err(io::Error::other)?;
            lines.finish(Earlier::Goes)?;
            // Last: its name says that all of it is done.
            part.finish(Earlier::Stays)?;
            let_go(&self.folder, keep)
        };
        end().map_err(|error| told(&path, &error))
    }
}

/// Where backups lie in a state directory.
pub(super) fn folder(state: &Path) -> PathBuf {
    state.join(FOLDER)
}

fn place(host: &Host) -> PathBuf {
    host.backups().folder.clone().unwrap_or_else(|| folder(host.state()))
}

fn hold(folder: &Path) -> io::Result<Option<File>> {
    let file = File::open(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(io::Error::new(ErrorKind::ResourceBusy, "a backup is being made there just now")),
        // What lies there still tells whose it is.
        Err(TryLockError::Error(error)) => {
            tracing::debug!(%error, folder = %folder.display(), "the folder of the backups cannot be locked");
            Ok(None)
        }
    }
}

/// Refuses a folder in which a backup of another store lies than the one of this chain.
fn only_of(chain: &str, folder: &Path) -> Result<(), Fault> {
    let refused = |error: io::Error| told(folder, &error);
    for day in days(folder).map_err(refused)? {
        let path = folder.join(name(day));
        let Some(whose) = other(chain, &path).map_err(|error| told(&path, &error))? else { continue };
        let (folder, file) = (folder.display().to_string(), name(day));
        return Err(Fault::Backup { problem: BackupFault::OtherStore { folder, file, whose } });
    }
    Ok(())
}

/// The store of a backup, if it is another than the one of this chain; empty where the backup does not tell.
fn other(chain: &str, path: &Path) -> io::Result<Option<String>> {
    let peeked = File::open(path).map_err(BackupError::from).and_then(|file| Backup::peek(&file));
    let (header, first) = match peeked {
        Ok(peeked) => peeked,
        // Those of one's own can be read.
        Err(BackupError::Io(error)) if error.kind() == ErrorKind::PermissionDenied => return Ok(Some(String::new())),
        Err(BackupError::Io(error)) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(BackupError::Io(error)) => return Err(error),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "this backup cannot be read");
            return Ok(None);
        }
    };
    Ok(match (header.store, first.as_deref().and_then(chain_in)) {
        (Some(store), _) => (store.chain != chain).then_some(store.place),
        // The entries of the chain come first.
        (None, Some(found)) => (found != chain).then(|| found.to_owned()),
        (None, None) => None,
    })
}

fn name(day: NaiveDate) -> String {
    format!("{}{day}{}", NAME.0, NAME.1)
}

/// The days of which there are backups, the oldest first.
fn days(folder: &Path) -> io::Result<Vec<NaiveDate>> {
    let mut days: Vec<NaiveDate> = Vec::new();
    for found in fs::read_dir(folder)? {
        days.extend(found?.file_name().to_str().and_then(day_of));
    }
    days.sort_unstable();
    Ok(days)
}

fn let_go(folder: &Path, keep: usize) -> io::Result<()> {
    let days = days(folder)?;
    for old in days.iter().take(days.len().saturating_sub(keep)) {
        let path = folder.join(name(*old));
        for path in [path.with_extension(LINES), path] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

/// The day in the name of a nightly backup. Whatever else lies in the folder is nobody's to remove.
fn day_of(found: &str) -> Option<NaiveDate> {
    let day = found.strip_prefix(NAME.0)?.strip_suffix(NAME.1)?.parse().ok()?;
    (name(day) == found).then_some(day)
}

/// What the disk refused, and where.
pub(super) fn told(path: &Path, error: &io::Error) -> Fault {
    Fault::Store { detail: format!("{}: {error}", path.display()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let others = ["lichhop-2026-11-1.lichhop", "lichhop-2026-11-01.lichhop.part", "xlichhop-2026-11-01.lichhop", "lichhop-.lichhop"];
        for name in others.iter().map(|name| (*name).to_owned()).chain((1..=9).map(|day| format!("lichhop-2026-11-{day:02}.lichhop"))) {
            fs::write(folder.path().join(&name), "").unwrap();
        }
        fs::write(folder.path().join("lichhop-2026-11-01.jsonl"), "").unwrap();
        let_go(folder.path(), 3).unwrap();
        let mut left: Vec<String> =
            fs::read_dir(folder.path()).unwrap().map(|found| found.unwrap().file_name().into_string().unwrap()).collect();
        left.sort_unstable();
        let mut expected: Vec<String> = others.iter().map(|name| (*name).to_owned()).collect();
        expected.extend((7..=9).map(|day| format!("lichhop-2026-11-{day:02}.lichhop")));
        expected.sort_unstable();
        assert_eq!(left, expected);
        let_go(folder.path(), 3).unwrap();
    }
}
