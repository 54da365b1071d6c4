//! What a process that was killed left behind. Whoever makes something that is not to stay keeps it locked, which ends with him
//! however he ends: what nobody holds any more is nobody's.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::Uid;

/// How a backup begins, in either form.
const BACKUP: [&[u8]; 2] = [b"lichhop backup ", b"{\"backup\":"];

/// Holds what was just made. `false`: somebody took it for left over and away.
///
/// # Errors
/// The system's.
pub(super) fn hold(file: &File, path: &Path) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Ok(false),
        // Where there are no locks nobody takes anything away.
        Err(fs::TryLockError::Error(_)) => return Ok(true),
    }
    let (own, there) = (file.metadata()?, path.symlink_metadata());
    Ok(there.is_ok_and(|there| (there.dev(), there.ino()) == (own.dev(), own.ino())))
}

/// Takes away the parts of backups in a folder that nobody writes any more.
pub(super) fn clear_parts(folder: &Path) {
    for path in named(folder, |name| is_random(name.strip_suffix(".part").and_then(|name| name.rsplit_once('.')))) {
        let Some(mut file) = nobodys(&path, false) else { continue };
        let mut begins = Vec::new();
        // One that has nothing in it yet was not come to either.
        if file.by_ref().take(64).read_to_end(&mut begins).is_ok()
            && (begins.is_empty() || BACKUP.iter().any(|one| begins.starts_with(one)))
        {
            said(&path, fs::remove_file(&path));
        }
    }
}

/// Takes away the folders in a folder whose names begin so and that nobody uses any more.
pub(super) fn clear_folders(folder: &Path, prefix: &str) {
    for path in named(folder, |name| is_random(name.strip_prefix(prefix).map(|rest| ("", rest)))) {
        if nobodys(&path, true).is_some() {
            said(&path, fs::remove_dir_all(&path));
        }
    }
}

/// Takes away the files in a folder whose names begin so, for who has the folder to himself.
pub(super) fn clear_own(folder: &Path, prefix: &str) {
    for path in named(folder, |name| name.starts_with(prefix)) {
        said(&path, fs::remove_file(&path));
    }
}

fn named(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    found.filter(|found| found.file_name().to_str().is_some_and(&wanted)).map(|found| found.path()).collect()
}

/// Whether a name ends in what makes it one that nobody else would give.
fn is_random(name: Option<(&str, &str)>) -> bool {
    name.is_some_and(|(_, random)| random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A file or a folder of this user's that nobody holds.
fn nobodys(path: &Path, is_folder: bool) -> Option<File> {
    let found = path.symlink_metadata().ok()?;
    if found.uid() != Uid::effective().as_raw() || found.is_dir() != is_folder || found.is_file() == is_folder {
        return None;
    }
    let file = File::open(path).ok()?;
    file.try_lock().ok()?;
    Some(file)
}

fn said(path: &Path, removed: io::Result<()>) {
    match removed {
        Ok(()) => tracing::info!(path = %path.display(), "removed what a process that was killed had left"),
        Err(error) => tracing::warn!(%error, path = %path.display(), "what a process that was killed had left could not be removed"),
    }
}
