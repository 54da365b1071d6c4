//! Backups on their way to who asked for them: a file without a name, handed on in pieces.
//!
//! It lies in the state directory, so that what is in it is nowhere less guarded than the store itself. Having no name, it
//! goes away with the host, however that ends.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::fault::{BackupFault, Fault};
use crate::host::left;

/// Bytes of a piece.
const PIECE: usize = 1 << 20;
/// So many wait to be fetched at once; whoever comes next makes the one go that was touched longest ago.
const MOST: usize = 4;

/// Whoever does not come for the next piece in this time does not come any more.
const PATIENCE: Duration = Duration::from_mins(10);

/// How the names begin that the files have for a moment.
const PREFIX: &str = ".spool-";

/// Takes away what a process left that was killed in that moment; for who holds the lock of the state directory.
pub(super) fn clear(state: &Path) {
    left::clear_own(state, PREFIX);
}

/// The backups that wait to be fetched.
#[derive(Debug, Default)]
pub(crate) struct Spools(Mutex<HashMap<u64, Spool>>);

#[derive(Debug)]
struct Spool {
    file: File,
    user: String,
    touched: Instant,
}

/// A file without a name in a folder.
pub(crate) fn nameless(folder: &Path) -> io::Result<File> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let path = folder.join(format!("{PREFIX}{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path);
    // A process of the same number that was killed in between left one.
    let file = match file {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            std::fs::remove_file(&path)?;
            File::options().read(true).write(true).create_new(true).mode(0o600).open(&path)?
        }
        file => file?,
    };
    std::fs::remove_file(&path)?;
    Ok(file)
}

impl Spools {
    /// Keeps a file for a user under a number that nobody can guess.
    pub(crate) fn keep(&self, ticket: u64, user: &str, file: File) {
        self.expire();
        let mut waiting = self.waiting();
        while waiting.len() >= MOST
            && let Some(oldest) = waiting.iter().min_by_key(|(_, spool)| spool.touched).map(|(ticket, _)| *ticket)
        {
            waiting.remove(&oldest);
        }
        waiting.insert(ticket, Spool { file, user: user.to_owned(), touched: Instant::now() });
    }

    /// A piece of a file; an empty one at its end, after which it is gone.
    ///
    /// # Errors
    /// [`BackupFault::Gone`]: there is no such file for this user.
    pub(crate) fn piece(&self, ticket: u64, user: &str, offset: u64) -> Result<Vec<u8>, Fault> {
        let gone = || Fault::Backup { problem: BackupFault::Gone };
        let file = {
            let mut waiting = self.waiting();
            let spool = waiting.get_mut(&ticket).filter(|spool| spool.user == user).ok_or_else(gone)?;
            spool.touched = Instant::now();
            spool.file.try_clone()
        };
        let mut piece = vec![0; PIECE];
        let read = file.and_then(|file| file.read_at(&mut piece, offset)).map_err(|error| Fault::Store { detail: error.to_string() })?;
        piece.truncate(read);
        if piece.is_empty() {
            self.waiting().remove(&ticket);
        }
        Ok(piece)
    }

    /// Lets go of what nobody comes for any more.
    pub(crate) fn expire(&self) {
        self.waiting().retain(|_, spool| spool.touched.elapsed() < PATIENCE);
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, Spool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_is_handed_on_in_pieces_to_its_user_alone_and_then_gone() {
        let folder = tempfile::tempdir().unwrap();
        let spools = Spools::default();
        let mut file = nameless(folder.path()).unwrap();
        file.write_all(&vec![7; PIECE + 3]).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        spools.keep(9, "lan", file);
        let gone = Err(Fault::Backup { problem: BackupFault::Gone });
        assert_eq!(spools.piece(9, "minh", 0), gone);
        assert_eq!(spools.piece(8, "lan", 0), gone);
        assert_eq!(spools.piece(9, "lan", 0).unwrap().len(), PIECE);
        assert_eq!(spools.piece(9, "lan", PIECE as u64).unwrap(), [7; 3]);
        assert_eq!(spools.piece(9, "lan", PIECE as u64 + 3).unwrap(), Vec::<u8>::new());
        assert_eq!(spools.piece(9, "lan", 0), gone);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_does_not_come_for_it_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let spools = Spools::default();
        spools.keep(1, "lan", nameless(folder.path()).unwrap());
        tokio::time::advance(PATIENCE / 2).await;
        spools.keep(2, "lan", nameless(folder.path()).unwrap());
        tokio::time::advance(PATIENCE / 2).await;
        spools.expire();
        assert_eq!(spools.waiting().keys().copied().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn only_so_many_wait() {
        let folder = tempfile::tempdir().unwrap();
        let spools = Spools::default();
        for ticket in 0..=MOST as u64 {
            spools.keep(ticket, "lan", nameless(folder.path()).unwrap());
        }
        assert_eq!(spools.waiting().len(), MOST);
        assert!(!spools.waiting().contains_key(&0));
    }
}
