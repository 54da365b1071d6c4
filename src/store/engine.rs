//! Which engine keeps a store: chosen when the store is made, recognised by what lies in its folder ever after.

use std::path::Path;
use std::sync::Arc;

use super::files::FileStore;
use super::lock::unavailable;
use super::repair::Repair;
use super::sled::{self, SledStore};
use crate::usecase::ports::StoreError;

/// The file of redb's engine.
pub(super) const REDB_FILE: &str = "store.redb";
/// How far that store had come.
pub(super) const REDB_MARK: &str = "store.redb.mark";

// A mark alone is enough: the engine that wrote it will miss what belongs to it, and say so.
const OF_SLED: [&str; 4] = [sled::LOG, sled::PARAMETERS, sled::MARK, sled::SLOT_FILE];
const OF_REDB: [&str; 2] = [REDB_FILE, REDB_MARK];

/// A store with what had to be put right when it was opened.
pub type Opened = (Arc<dyn FileStore>, Vec<Repair>);

/// An engine that keeps files of this host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Engine {
    /// sled, in several files: [`SledStore`].
    #[default]
    Sled,
    /// redb, in one file: [`RedbStore`](super::RedbStore).
    #[cfg(feature = "redb")]
    Redb,
}

impl Engine {
    /// The engine of the store in `dir`; `None` if there is no store.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the folder cannot be read, when the files of two engines lie in it, or when its
    /// engine is not part of this program.
    pub fn recognise(dir: &Path) -> Result<Option<Self>, StoreError> {
        let present = |names: &[&str]| {
            let found = names.iter().map(|name| dir.join(name).try_exists()).collect::<Result<Vec<_>, _>>();
            found.map(|found| found.contains(&true)).map_err(|error| unavailable(dir, &error))
        };
        match (present(&OF_SLED)?, present(&OF_REDB)?) {
            (false, false) => Ok(None),
            (true, false) => Ok(Some(Self::Sled)),
            (false, true) => Self::redb(dir).map(Some),
            (true, true) => Err(StoreError::Unavailable(format!("{}: the files of two engines, sled and redb", dir.display()))),
        }
    }

    /// Opens the store in `dir` with the engine that it was made with; where there is none, makes one with this engine.
    ///
    /// # Errors
    /// As [`Engine::recognise`], and the engine's own: see [`SledStore::open`].
    pub fn open(self, dir: &Path) -> Result<Opened, StoreError> {
        match Self::recognise(dir)?.unwrap_or(self) {
            Self::Sled => SledStore::open(dir).map(shared),
            #[cfg(feature = "redb")]
            Self::Redb => super::RedbStore::open(dir).map(shared),
        }
    }

    #[cfg(feature = "redb")]
    #[allow(clippy::unnecessary_wraps, reason = "without the feature it fails")]
    fn redb(_: &Path) -> Result<Self, StoreError> {
        Ok(Self::Redb)
    }

    #[cfg(not(feature = "redb"))]
    fn redb(dir: &Path) -> Result<Self, StoreError> {
        Err(StoreError::Unavailable(format!("{}: the engine redb keeps it, which is not part of this program", dir.display())))
    }
}

fn shared<S: FileStore + 'static>((store, repairs): (S, Vec<Repair>)) -> Opened {
    (Arc::new(store), repairs)
}
