//! Taking a backup back: into a state directory that has nothing yet, and only when all of it was found to be sound.

use std::fs::File;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::unistd::{Uid, User};

use crate::domain::fault::{BackupFault, Fault};
use crate::host::clock::SystemRandom;
use crate::host::left;
use crate::host::open::{Options, recover, surroundings};
use crate::host::room::{self, Whose};
pub use crate::store::Engine;
use crate::store::backup::{Backup, BackupError};
use crate::store::local::Fresh;
use crate::store::{Copied, LocalStore, StateLock};
use crate::usecase::desk::Desk;
use crate::usecase::ports::{Random as _, StoreError};
use crate::usecase::{check, due, migrate};
use crate::wire::reply::Restored;

/// What is taken back, and how.
#[derive(Debug, Clone)]
pub struct Order {
    /// The backup.
    pub file: PathBuf,
    /// The engine that shall keep it.
    pub engine: Engine,
    /// Only look whether it can be taken back.
    pub only_look: bool,
    /// Who takes it back.
    pub user: String,
    /// Set by whoever wants it to end before it is done.
    pub stop: Arc<AtomicBool>,
}

/// Takes a backup back.
///
/// The file is read whole first. Then its entries go into a fresh folder, the store that they make is compared with what the
/// backup says of it and checked as `check` does, and at last it becomes the state directory's own.
///
/// # Errors
/// [`Fault::Backup`], [`Fault::Locked`], [`Fault::Store`], [`Fault::Configuration`] for a backup of a newer program. The state
/// directory then has no store, as before.
pub fn restore(options: &Options, order: &Order) -> Result<Restored, Fault> {
    let refused = |error| of_file(&order.file, error);
    if order.only_look {
        fits(order, &std::env::temp_dir(), Whose::Target)?;
        let backup = Backup::open(&order.file).map_err(refused)?;
        // Nowhere near a store that is in use.
        let scratch = Scratch::make()?;
        let options = Options { state: scratch.folder.clone(), ..options.clone() };
        return rebuild(&options, order, &backup).map(|(_, restored)| restored);
    }
    own(&options.state)?;
    fits(order, &options.state, Whose::Store)?;
    let backup = Backup::open(&order.file).map_err(refused)?;
    let _lock = StateLock::acquire(&options.state, options.wait)?;
    if LocalStore::is_there(&options.state)? {
        let path = options.state.display().to_string();
        return Err(Fault::Backup { problem: BackupFault::NotEmpty { path } });
    }
    LocalStore::clear(&options.state)?;
    let (fresh, restored) = rebuild(options, order, &backup)?;
    go_on(order).map_err(refused)?;
    fresh.take_place(&options.state)?;
    Ok(restored)
}

/// Whether a process has the store of a state directory at this moment, and which.
#[must_use]
pub fn held(state: &Path) -> Option<Option<u32>> {
    // Where there is none, or it is another user's, looking must not leave anything.
    if own(state).is_err() || !LocalStore::is_there(state).unwrap_or(false) {
        return None;
    }
    match StateLock::acquire(state, Duration::ZERO) {
        Err(StoreError::Locked { pid }) => Some(pid),
        _ => None,
    }
}

/// Refuses a backup for which there is no room where its store is to be built: it takes no less there than in the file. Before all
/// of it is read, but not before it is known to be one.
fn fits(order: &Order, place: &Path, whose: Whose) -> Result<(), Fault> {
    let looked = File::open(&order.file).map_err(BackupError::from).and_then(|file| {
        Backup::peek(&file)?;
        Ok(file.metadata()?.len())
    });
    room::wanted(place, looked.map_err(|error| of_file(&order.file, error))?, whose)
}

/// How the names of folders begin in which it is only looked.
const SCRATCH: &str = "lichhop-restore-";

/// A folder for this user alone, gone when it is dropped.
struct Scratch {
    folder: PathBuf,
    /// Locked, so that nobody takes it for left over.
    _held: File,
}

impl Scratch {
    fn make() -> Result<Self, Fault> {
        let place = std::env::temp_dir();
        left::clear_folders(&place, SCRATCH);
        loop {
            let folder = place.join(format!("{SCRATCH}{:016x}", SystemRandom.bits()));
            let claim = || {
                std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
                let file = File::open(&folder)?;
                Ok(left::hold(&file, &folder)?.then_some(file))
            };
            let made = claim().map_err(|error: io::Error| Fault::Store { detail: format!("{}: {error}", folder.display()) })?;
            if let Some(held) = made {
                return Ok(Self { folder, _held: held });
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, folder = %self.folder.display(), "a copy that is no longer needed could not be removed");
        }
    }
}

/// Ends what was asked to; what was made so far goes away with whoever made it.
fn go_on(order: &Order) -> Result<(), BackupError> {
    if order.stop.load(Ordering::SeqCst) { Err(io::Error::from(io::ErrorKind::Interrupted).into()) } else { Ok(()) }
}

/// Builds the store that a backup holds, in a fresh folder, and checks it.
fn rebuild(options: &Options, order: &Order, backup: &Backup) -> Result<(Fresh, Restored), Fault> {
    let refused = |error| of_file(&order.file, error);
    let fresh = Fresh::make(&options.state, order.engine)?;
    let rev = backup.content.standing.rev;
    backup
        .each(|entries| {
            go_on(order)?;
            let copied: Vec<Copied> = entries.into_iter().map(Copied::Is).collect();
            fresh.adopt(&copied, rev).map_err(BackupError::from)
        })
        .map_err(refused)?;
    fresh.adopt(&[], rev)?;
    fresh.store().sync()?;
    go_on(order).map_err(refused)?;
    let standing = fresh.store().verify()?;
    go_on(order).map_err(refused)?;
    if standing != backup.content.standing {
        let detail = format!("its entries stand at {standing}, it says {}", backup.content.standing);
        return Err(of_file(&order.file, BackupError::Damaged { at: 0, what: detail }));
    }
    let restored = settle(options, order, backup, &fresh)?;
    Ok((fresh, restored))
}

/// Checks the store that the entries make, and says in its audit where it comes from.
fn settle(options: &Options, order: &Order, backup: &Backup, fresh: &Fresh) -> Result<Restored, Fault> {
    let mut desk = Desk::open(surroundings(options, fresh.store().clone()))?;
    let chain_fits = *desk.chain() == backup.content.chain;
    migrate::run(&mut desk)?;
    let found = check::check(desk.store())?;
    if !found.findings.is_empty() || !chain_fits {
        let path = order.file.display().to_string();
        return Err(Fault::Backup { problem: BackupFault::Unsound { path, findings: found.findings } });
    }
    let waiting = due::waiting(desk.store())?;
    if !order.only_look {
        recover(&mut desk)?;
        let change = desk.change(&order.user, "store.restore", backup.digest.as_str());
        desk.commit(change)?;
    }
    Ok(Restored {
        at: backup.header.at,
        revision: backup.content.standing.rev,
        entries: backup.content.standing.entries,
        chain: backup.content.chain.clone(),
        waiting,
        only_looked: order.only_look,
    })
}

/// Refuses to make files of another user's in a state directory, which the host could not open any more.
fn own(state: &Path) -> Result<(), Fault> {
    let Ok(found) = std::fs::metadata(state) else { return Ok(()) };
    if found.uid() == Uid::effective().as_raw() {
        return Ok(());
    }
    let user = User::from_uid(Uid::from_raw(found.uid())).ok().flatten().map_or_else(|| format!("uid:{}", found.uid()), |user| user.name);
    Err(Fault::Backup { problem: BackupFault::OtherUser { user, path: state.display().to_string() } })
}

fn of_file(file: &Path, error: BackupError) -> Fault {
    let path = file.display().to_string();
    let problem = match error {
        BackupError::Io(error) => BackupFault::Unreadable { path, detail: error.to_string() },
        BackupError::NotABackup => BackupFault::NotABackup { path },
        BackupError::OtherFormat => BackupFault::OtherFormat { path },
        error @ BackupError::Damaged { .. } => BackupFault::Damaged { path, detail: error.to_string() },
        BackupError::Store(error) => return error.into(),
    };
    Fault::Backup { problem }
}
