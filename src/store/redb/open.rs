//! Opening a store: the file is made whole or not at all, and nothing is taken for granted.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Mutex, RwLock};

use ::redb::backends::FileBackend;
use ::redb::{Builder, Database, StorageBackend};

use super::super::engine::{REDB_FILE, REDB_MARK};
use super::super::feed::Feed;
use super::super::lock::{create_private_dir, open_private, refused};
use super::super::mark::{Mark, MarkFile};
use super::super::repair::{self, Repair};
use super::super::shield::shielded;
use super::super::tally::Head;
use super::engine::{Engine, Fault};
use super::{Disk, RedbStore, table};
use crate::usecase::ports::{Store, StoreError};

const NEW_FILE: &str = "store.redb.new";
const CACHE_BYTES: usize = 128 * 1024 * 1024;

/// See [`RedbStore::open`].
pub(super) fn open(dir: &Path) -> Result<(RedbStore, Vec<Repair>), StoreError> {
    let at = |error: io::Error| refused(dir, &error);
    create_private_dir(dir).map_err(at)?;
    let (path, mark_path) = (dir.join(REDB_FILE), dir.join(REDB_MARK));
    let had_mark = length(&mark_path).map_err(at)?.is_some_and(|bytes| bytes > 0);
    let (mark_file, mark) = MarkFile::open(&mark_path).map_err(at)?;
    match length(&path).map_err(at)? {
        None if had_mark => return Err(StoreError::Corrupt(format!("{}: it is gone", path.display()))),
        None => create(dir)?,
        // redb would make a new store of it.
        Some(0) => return Err(StoreError::Corrupt(format!("{}: it is empty", path.display()))),
        Some(_) => {}
    }
    let file = File::options().read(true).write(true).open(&path).map_err(at)?;
    let db = database(backend(file)?)?;
    repair::sync_names(dir).map_err(at)?;
    let store = store(db, mark_file, mark)?;
    let repairs = if mark.is_none() && store.revision() > 0 { vec![Repair::MarkUnreadable] } else { Vec::new() };
    Ok((store, repairs))
}

/// The store in `db`, if that has come as far as `mark` says.
pub(super) fn store(db: Database, mut mark_file: MarkFile, mark: Option<Mark>) -> Result<RedbStore, StoreError> {
    let engine = Engine::new(db);
    let head = examine(&engine, mark.unwrap_or_default())?;
    let establish = mark_file.establish(Mark { rev: head.rev, verified: head.rev, parameters: 0 });
    establish.map_err(|error| refused(Path::new(REDB_MARK), &error))?;
    let disk = Disk { mark: mark_file, synced: head.rev };
    Ok(RedbStore { engine, head: RwLock::new(head), disk: Mutex::new(disk), feed: Feed::new(head.rev) })
}

/// Opens the database in `backend`, or makes it where that is empty.
///
/// A start after a clean end would trust the file, and may panic if it is damaged or give no answer where there was one:
/// redb looks at the checksums of its pages only when it is asked to. So it is asked to, at every start.
pub(super) fn database(backend: impl StorageBackend) -> Result<Database, StoreError> {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
    shielded(|| Ok(builder.create_with_backend(backend)?)).map_err(Fault::into_store_error)
}

/// Compares what is there with what was recorded; tells where the store stands. All entries are read unless a start has
/// done that since the last commit: pages have been verified already, so what this can find is redb's own fault.
fn examine(engine: &Engine, mark: Mark) -> Result<Head, StoreError> {
    let head = engine.read(|db| table::head(&table::snapshot(db)?))?;
    mark.reached(head.rev)?;
    if head.rev == 0 || head.rev != mark.verified {
        engine.read(|db| table::verify(&table::snapshot(db)?))?;
    }
    Ok(head)
}

/// Makes an empty store under another name and gives it its own when it is whole: a start that breaks off in between
/// leaves nothing that a later one could take for damage.
fn create(dir: &Path) -> Result<(), StoreError> {
    let at = |error: io::Error| refused(dir, &error);
    let path = dir.join(NEW_FILE);
    let file = open_private(&path).map_err(at)?;
    let synced = file.try_clone().map_err(at)?;
    file.set_len(0).map_err(at)?;
    make(backend(file)?)?;
    synced.sync_all().map_err(at)?;
    fs::rename(&path, dir.join(REDB_FILE)).map_err(at)
}

/// Makes an empty store in `backend`, and closes it.
pub(super) fn make(backend: impl StorageBackend) -> Result<(), StoreError> {
    let db = database(backend)?;
    shielded(|| {
        table::create(&db)?;
        Ok(Database::close(db)?)
    })
    .map_err(Fault::into_store_error)
}

fn backend(file: File) -> Result<FileBackend, StoreError> {
    shielded(|| Ok(FileBackend::new(file)?)).map_err(Fault::into_store_error)
}

/// How long the file at `path` is; `None` if there is none.
fn length(path: &Path) -> io::Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
