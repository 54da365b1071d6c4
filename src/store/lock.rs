//! The lock of a state directory: one process at a time owns what lies in it.
//!
//! The lock is the kernel's (`flock` on the file `lock`): it ends with its holder however that ends, so nothing is ever
//! left behind to be cleared away. The holder's process id is written into the file for those who wait.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::usecase::ports::StoreError;

const FILE_NAME: &str = "lock";
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);
// Always of one length, so that writing it replaces the last holder's at once.
const PID_WIDTH: usize = 10;

/// The right to open what lies in a state directory; ends when dropped.
#[derive(Debug)]
pub struct StateLock {
    file: File,
}

impl StateLock {
    /// Takes the lock of `dir`, waiting for another holder up to `wait`.
    ///
    /// Creates `dir` for this user alone (0700) where it does not exist. Threads of one process exclude each other just
    /// as processes do.
    ///
    /// # Errors
    /// [`StoreError::Locked`] with the holder's process id when it still holds the lock at the end,
    /// [`StoreError::Unavailable`] when the directory or the file cannot be made or opened.
    pub fn acquire(dir: &Path, wait: Duration) -> Result<Self, StoreError> {
        let began = Instant::now();
        let path = dir.join(FILE_NAME);
        create_private_dir(dir).map_err(|error| unavailable(dir, &error))?;
        let file = open_private(&path).map_err(|error| unavailable(&path, &error))?;
        let mut pause = SHORTEST_PAUSE;
        loop {
            match file.try_lock() {
                Ok(()) => {
                    let pid = format!("{:<PID_WIDTH$}\n", std::process::id());
                    file.write_all_at(pid.as_bytes(), 0).map_err(|error| unavailable(&path, &error))?;
                    return Ok(Self { file });
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(unavailable(&path, &error)),
            }
            let left = wait.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Err(StoreError::Locked { pid: holder(&path) });
            }
            thread::sleep(pause.min(left));
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

impl Drop for StateLock {
    fn drop(&mut self) {
        // So that nobody reads it between the next holder's locking and its writing. Closing the file unlocks it.
        if let Err(error) = self.file.write_all_at(&[b' '; PID_WIDTH], 0) {
            tracing::debug!(%error, "could not clear the holder of the state lock");
        }
    }
}

/// Creates `dir`, and what is missing above it, for this user alone.
///
/// # Errors
/// The operating system's.
pub(super) fn create_private_dir(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Opens `path` for reading and writing, creating it for this user alone.
///
/// # Errors
/// The operating system's.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// The error for a file or directory that cannot be used.
pub(super) fn unavailable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {error}", path.display()))
}

/// The error for files of a store that the operating system refuses.
pub(super) fn refused(path: &Path, error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => unavailable(path, error),
    }
}

fn holder(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}
