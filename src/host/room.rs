//! Whether what is about to be written can fit at all. Whoever can be told so at once does not copy for minutes first; a disk that
//! fills meanwhile is met all the same, by whoever writes.

use std::io;
use std::path::Path;

use crate::domain::fault::{BackupFault, Fault};

/// On whose disk room is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The store's own.
    Store,
    /// That of a file somebody named.
    Target,
}

/// Refuses what cannot fit where `path` is, or would be made.
///
/// # Errors
/// [`BackupFault::NoRoom`].
pub fn wanted(path: &Path, needed: u64, whose: Whose) -> Result<(), Fault> {
    // Where that cannot be told, the disk says it in time.
    let Some(free) = free(path) else { return Ok(()) };
    if needed <= free {
        return Ok(());
    }
    let (path, store) = (path.display().to_string(), whose == Whose::Store);
    Err(Fault::Backup { problem: BackupFault::NoRoom { path, needed, free, store } })
}

/// What this user may still write on the file system of a path, or of what is above it.
pub(super) fn free(path: &Path) -> Option<u64> {
    let path = std::path::absolute(path).ok()?;
    let told = path.ancestors().find_map(|path| match rustix::fs::statvfs(path) {
        Err(error) if io::Error::from(error).kind() == io::ErrorKind::NotFound => None,
        told => Some(told),
    })?;
    match told {
        // What has no size does not say how much fits.
        Ok(told) if told.f_blocks > 0 => Some(told.f_bavail.saturating_mul(told.f_frsize)),
        Ok(_) => None,
        Err(error) => {
            tracing::debug!(%error, path = %path.display(), "the free space cannot be told");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_fit_is_refused_with_what_is_needed_and_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("not/there/yet");
        wanted(&place, 0, Whose::Store).unwrap();
        for whose in [Whose::Store, Whose::Target] {
            match wanted(&place, u64::MAX, whose) {
                Err(Fault::Backup { problem: BackupFault::NoRoom { path, needed, free, store } }) => {
                    assert_eq!((path, needed, store), (place.display().to_string(), u64::MAX, whose == Whose::Store));
                    assert!(free > 0 && free < u64::MAX);
                }
                other => panic!("{other:?}"),
            }
        }
        // One that has no size.
        assert_eq!(free(Path::new("/proc/self")), None);
    }
}
