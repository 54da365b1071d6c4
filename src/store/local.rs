//! The store of a state directory: an engine's files in a folder, which can be changed for a fresh one while it is in use.
//!
//! ```text
//! store           the first folder
//! store-2 …       the ones that took its place
//! store.now       the name of the one in use; where there is no such file, it is the first
//! ```
//!
//! A folder that is not in use is either not finished, which a file in it says, or no longer needed: the next start removes it.
//! One that is finished and newer than the one in use can only mean that `store.now` is lost: nothing is removed then.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use super::engine::Engine;
use super::faults;
use super::files::{Copied, FileStore};
use super::lock::{create_private_dir, open_private, refused, unavailable};
use super::repair::{self, Repair};
use super::tally::Standing;
use crate::usecase::ports::{Changes, Commit, Direction, Entry, Outcome, Page, Range, Rev, Store, StoreError};

const FIRST: &str = "store";
const NOW: &str = "store.now";
const NOW_NEW: &str = "store.now.new";
/// Lies in a folder that was never in use.
const UNFINISHED: &str = "unfinished";

/// The store of a state directory.
pub struct LocalStore {
    state: PathBuf,
    current: RwLock<Arc<Current>>,
    /// Closes what another store took the place of.
    closing: Mutex<Vec<JoinHandle<()>>>,
}

struct Current {
    // Before the folder in this list: the files are closed before they are removed.
    store: Arc<dyn FileStore>,
    folder: Folder,
}

struct Folder {
    path: PathBuf,
    /// Removed with the last who reads in it.
    obsolete: AtomicBool,
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.obsolete.load(Ordering::SeqCst)
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, folder = %self.path.display(), "files that are no longer needed could not be removed");
        }
    }
}

/// A store in a fresh folder, to be filled and then used; given up when it is dropped.
pub struct Fresh {
    // Closed before its folder is removed.
    store: Arc<dyn FileStore>,
    folder: Folder,
}

impl LocalStore {
    /// Whether a state directory has a store.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when that cannot be told; [`StoreError::Corrupt`] when the one that should be there is not.
    pub fn is_there(state: &Path) -> Result<bool, StoreError> {
        let name = now(state)?;
        none_is_newer(state, &name)?;
        let folder = state.join(name);
        match fs::metadata(&folder) {
            Ok(found) if found.is_dir() => Ok(true),
            Ok(_) => Err(StoreError::Corrupt(format!("{} is not a folder", folder.display()))),
            Err(error) if error.kind() == ErrorKind::NotFound && !noted(state)? => Ok(false),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(StoreError::Corrupt(format!("{} is the store in use, and is not there", folder.display())))
            }
            Err(error) => Err(unavailable(&folder, &error)),
        }
    }

    /// Removes what was never in use from a state directory that has no store, and whose lock the caller holds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn clear(state: &Path) -> Result<(), StoreError> {
        for name in folders(state).map_err(|error| unavailable(state, &error))? {
            let folder = state.join(name);
            if folder.join(UNFINISHED).exists() {
                fs::remove_dir_all(&folder).map_err(|error| unavailable(&folder, &error))?;
            }
        }
        Ok(())
    }

    /// Opens the store of a state directory, whose lock the caller holds; where there is none, makes one with this engine.
    ///
    /// # Errors
    /// As [`LocalStore::is_there`] and [`Engine::open`].
    pub fn open(state: &Path, engine: Engine) -> Result<(Self, Vec<Repair>), StoreError> {
        let name = now(state)?;
        Self::is_there(state)?;
        let path = state.join(&name);
        let (store, repairs) = engine.open(&path).map_err(|error| within(&path, error))?;
        for other in folders(state).map_err(|error| unavailable(state, &error))?.into_iter().filter(|other| *other != name) {
            if let Err(error) = fs::remove_dir_all(state.join(&other)) {
                tracing::warn!(%error, folder = other, "files that are not in use could not be removed");
            }
        }
        finished(&path);
        let folder = Folder { path, obsolete: AtomicBool::new(false) };
        let current = RwLock::new(Arc::new(Current { store, folder }));
        Ok((Self { state: state.to_owned(), current, closing: Mutex::default() }, repairs))
    }

    /// Which engine keeps it.
    ///
    /// # Errors
    /// As [`Engine::recognise`].
    pub fn engine(&self) -> Result<Engine, StoreError> {
        Ok(Engine::recognise(&self.current().folder.path)?.unwrap_or_default())
    }

    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.current().store.standing()
    }

    /// How many bytes its files take on the disk.
    ///
    /// # Errors
    /// The operating system's.
    pub fn disk_bytes(&self) -> io::Result<u64> {
        weigh(&self.current().folder.path)
    }

    /// Puts a store in the place of this one. Nobody writes meanwhile; whoever reads here reads on to his end, after which the
    /// old files are removed.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it does not hold what this one does; [`StoreError::Unknown`] when it is not known which of
    /// the two a later start will find: then neither is used any more, because what only one of them held could be lost.
    pub fn renew(&self, fresh: Fresh) -> Result<(), StoreError> {
        let (new, old) = (fresh.store.standing(), self.standing());
        if new != old {
            return Err(StoreError::Corrupt(format!("the copy stands at {new}, the store at {old}")));
        }
        let entered = fresh.enter(&self.state);
        if let Err(StoreError::Unknown(why)) = &entered {
            self.current().store.stop(why);
        }
        let current = Arc::new(entered?);
        let mut place = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *place, current);
        drop(place);
        old.folder.obsolete.store(true, Ordering::SeqCst);
        old.store.retire();
        // Closing a store may take a while; nobody should wait for it before the end.
        let closing = std::thread::spawn(move || drop(old));
        self.closing.lock().unwrap_or_else(PoisonError::into_inner).push(closing);
        Ok(())
    }

    fn current(&self) -> Arc<Current> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for LocalStore {
    fn drop(&mut self) {
        for closing in std::mem::take(self.closing.get_mut().unwrap_or_else(PoisonError::into_inner)) {
            if closing.join().is_err() {
                tracing::error!("closing the old files of the store panicked");
            }
        }
    }
}

impl Fresh {
    /// Makes an empty store beside whatever a state directory has.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn make(state: &Path, engine: Engine) -> Result<Self, StoreError> {
        create_private_dir(state).map_err(|error| unavailable(state, &error))?;
        let taken = folders(state).map_err(|error| unavailable(state, &error))?;
        // Never the first, which would be in use as soon as it is there.
        let number = taken.iter().filter_map(|name| number(name)).max().unwrap_or(1) + 1;
        let path = state.join(format!("{FIRST}-{number}"));
        let folder = Folder { path, obsolete: AtomicBool::new(true) };
        // Before there is anything in it: whoever finds it after a crash must not take it for one that was in use.
        let unfinished = folder.path.join(UNFINISHED);
        create_private_dir(&folder.path).and_then(|()| open_private(&unfinished)).map_err(|error| refused(&folder.path, &error))?;
        let (store, _) = engine.open(&folder.path)?;
        Ok(Self { store, folder })
    }

    /// Takes what lies in another store, which stands at `rev`.
    ///
    /// # Errors
    /// The engine's.
    pub fn adopt(&self, copied: &[Copied], rev: Rev) -> Result<(), StoreError> {
        if copied.is_empty() && self.store.revision() == rev {
            return Ok(());
        }
        self.store.adopt(copied, rev)
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn FileStore> {
        &self.store
    }

    /// Makes it the store of the state directory, durably.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Unavailable`]: it is not.
    pub fn take_place(self, state: &Path) -> Result<(), StoreError> {
        self.enter(state).map(drop)
    }

    fn enter(self, state: &Path) -> Result<Current, StoreError> {
        let at = |error: io::Error| refused(state, &error);
        self.store.sync()?;
        repair::sync_dir(state).map_err(at)?;
        let mut file = open_private(&state.join(NOW_NEW)).map_err(at)?;
        file.set_len(0).map_err(at)?;
        writeln!(file, "{}", self.folder.path.file_name().unwrap_or_default().display()).map_err(at)?;
        file.sync_all().map_err(at)?;
        faults::moment();
        // From here on a start may find it.
        self.folder.obsolete.store(false, Ordering::SeqCst);
        fs::rename(state.join(NOW_NEW), state.join(NOW)).map_err(at)?;
        faults::moment();
        repair::sync_dir(state).map_err(|error| StoreError::Unknown(format!("{}: {error}", state.display())))?;
        finished(&self.folder.path);
        let Self { store, folder } = self;
        Ok(Current { store, folder })
    }
}

impl Store for LocalStore {
    fn get(&self, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        let current = self.current();
        current.store.get(key).map_err(|error| within(&current.folder.path, error))
    }

    fn scan(&self, range: &Range, limit: usize, direction: Direction) -> Result<Page, StoreError> {
        let current = self.current();
        current.store.scan(range, limit, direction).map_err(|error| within(&current.folder.path, error))
    }

    fn commit(&self, commit: &Commit) -> Result<Outcome, StoreError> {
        let current = self.current();
        current.store.commit(commit).map_err(|error| within(&current.folder.path, error))
    }

    fn sync(&self) -> Result<(), StoreError> {
        self.current().store.sync()
    }

    fn revision(&self) -> Rev {
        self.current().store.revision()
    }

    fn changes(&self, prefix: &[u8], since: Rev, wait: Duration) -> Result<Changes, StoreError> {
        self.current().store.changes(prefix, since, wait)
    }
}

/// What is wrong with a store, with the folder in which it lies.
fn within(path: &Path, error: StoreError) -> StoreError {
    let place = path.display().to_string();
    match error {
        StoreError::Corrupt(what) if !what.contains(&place) => StoreError::Corrupt(format!("{place}: {what}")),
        StoreError::Unavailable(what) if !what.contains(&place) => StoreError::Unavailable(format!("{place}: {what}")),
        error => error,
    }
}

/// From now on a folder is, or was, in use.
fn finished(folder: &Path) {
    match fs::remove_file(folder.join(UNFINISHED)) {
        // The next start tries it again: what is in use is told by the note.
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(%error, folder = %folder.display(), "it could not be noted that these files are in use");
        }
        _ => {}
    }
}

/// Refuses a state directory in which a folder took the place of `name` and the note does not say so.
fn none_is_newer(state: &Path, name: &str) -> Result<(), StoreError> {
    let found = match folders(state) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(()),
        found => found.map_err(|error| unavailable(state, &error))?,
    };
    for other in found.into_iter().filter(|other| number(other) > number(name)) {
        let unfinished = state.join(&other).join(UNFINISHED);
        if !unfinished.try_exists().map_err(|error| unavailable(&unfinished, &error))? {
            let note = state.join(NOW).display().to_string();
            return Err(StoreError::Corrupt(format!("{note} does not name {other}, which was in use")));
        }
    }
    Ok(())
}

/// Whether it is noted which folder is in use.
fn noted(state: &Path) -> Result<bool, StoreError> {
    let path = state.join(NOW);
    path.try_exists().map_err(|error| unavailable(&path, &error))
}

/// The name of the folder in use.
fn now(state: &Path) -> Result<String, StoreError> {
    let path = state.join(NOW);
    match fs::read_to_string(&path) {
        Ok(text) if number(text.trim_end()).is_some() => Ok(text.trim_end().to_owned()),
        Ok(_) => Err(StoreError::Corrupt(format!("{} names no folder of a store", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(FIRST.to_owned()),
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Err(StoreError::Corrupt(format!("{} names no folder of a store", path.display())))
        }
        Err(error) => Err(unavailable(&path, &error)),
    }
}

/// The number of a store's folder: 1 for the first.
fn number(name: &str) -> Option<u32> {
    match name.strip_prefix(FIRST)? {
        "" => Some(1),
        rest => rest.strip_prefix('-')?.parse().ok().filter(|number| *number > 1),
    }
}

/// The names of all folders of stores.
fn folders(state: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(state)? {
        let entry = entry?;
        if let Ok(name) = entry.file_name().into_string()
            && number(&name).is_some()
            && entry.file_type()?.is_dir()
        {
            found.push(name);
        }
    }
    Ok(found)
}

/// The bytes that the files below a folder take on the disk; what goes away meanwhile weighs nothing.
fn weigh(folder: &Path) -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt as _;
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        sum += match entry.metadata() {
            Ok(found) if found.is_dir() => weigh(&entry.path())?,
            Ok(found) => found.blocks() * 512,
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
    }
    Ok(sum)
}
