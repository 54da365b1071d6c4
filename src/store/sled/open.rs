//! Opening a store: what may be put right is put right, and nothing is taken for granted.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use super::super::feed::Feed;
use super::super::lock::{create_private_dir, refused};
use super::super::mark::{Mark, MarkFile};
use super::super::repair::{self, Repair};
use super::super::shield::{Kind, shielded};
use super::below::Below;
use super::engine::{Engine, Fault};
use super::slots::{Beyond, SlotFile};
use super::{Disk, SledStore, State, Turn, cells, slots, verify};
use crate::usecase::ports::{Store as _, StoreError};

/// The log.
pub(in super::super) const LOG: &str = "db";
/// What the log was made with.
pub(in super::super) const PARAMETERS: &str = "conf";
/// How far the store had come.
pub(in super::super) const MARK: &str = "mark";
/// What came last.
pub(in super::super) const SLOT_FILE: &str = "slots";
const BLOBS: &str = "blobs";
const CACHE_BYTES: u64 = 64_000_000;
// sled's threads let go of the file a moment after its last user has.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);
/// Reading so many entries one after the other leaves the memory in so many pieces that whatever is asked later takes twice as
/// long: the engine is opened once more. With fewer that is not worth the time it takes.
const MANY: u64 = if cfg!(test) { 8 } else { 1_000_000 };
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// See [`SledStore::open`].
pub(super) fn open(dir: &Path) -> Result<(SledStore, Vec<Repair>), StoreError> {
    let at = |error: io::Error| refused(dir, &error);
    create_private_dir(dir).map_err(at)?;
    let mut repairs = repair::remove_torn_snapshots(dir).map_err(at)?;
    let (mark_file, mark) = MarkFile::open(&dir.join(MARK)).map_err(at)?;
    let before = snapshot_position(dir).map_err(at)?;
    let (db, repaired) = open_database(dir, mark)?;
    let engine = Engine::new(db);
    let position = snapshot_position(dir).map_err(at)?;
    let covered = (repaired.is_none() && before == position).then_some(position);
    let examined = examine(engine, dir, mark.unwrap_or_default(), covered);
    let assembled = examined.and_then(|(engine, beyond)| {
        repairs.extend(beyond.unreadable.iter().map(|(slot, _)| Repair::SlotUnreadable { slot: *slot }));
        assemble(engine, dir, mark_file, beyond)
    });
    let mut store = assembled.map_err(|error| as_it_was(error, repaired.as_ref()))?;
    let rev = store.revision();
    if mark.is_none() && rev > 0 {
        repairs.push(Repair::MarkUnreadable);
    }
    repairs.extend(repaired);
    let position = snapshot_position(dir).map_err(at)?;
    let mark = Mark { rev, verified: position, parameters: parameters(dir).map_err(at)? };
    store.disk.get_mut().unwrap_or_else(PoisonError::into_inner).mark.establish(mark).map_err(at)?;
    Ok((store, repairs))
}

/// Compares what the engine has with what was recorded; gives what slots hold beyond that. If the snapshot that was found covers
/// all of the log (its position is `covered`) and an earlier start has verified just that, nothing need be read again: damage
/// shows when it is read.
fn examine(engine: Engine, dir: &Path, mark: Mark, covered: Option<u64>) -> Result<(Engine, Beyond), StoreError> {
    let head = cells::head(&engine)?;
    let beyond = slots::read(&dir.join(SLOT_FILE)).map_err(|error| refused(dir, &error))?.beyond(head.rev, mark)?;
    if covered.is_some_and(|position| position != 0 && position == mark.verified) {
        return Ok((engine, beyond));
    }
    verify::verify(&engine, head)?;
    if head.tally.entries < MANY {
        return Ok((engine, beyond));
    }
    drop(engine);
    let db = open_patiently(dir).map_err(Fault::into_store_error)?;
    Ok((Engine::new(db), beyond))
}

/// A store as the engine has it, with all its files made durable, and with what slots hold.
fn assemble(engine: Engine, dir: &Path, mark: MarkFile, beyond: Beyond) -> Result<SledStore, StoreError> {
    let at = |error: io::Error| refused(dir, &error);
    let head = cells::head(&engine)?;
    let slots = SlotFile::open(&dir.join(SLOT_FILE)).map_err(at)?;
    let log = sync_files(dir).map_err(at)?;
    let disk = Disk { slots, mark, flushed: head.rev, synced: head.rev };
    let state = State { head, pending: Arc::default(), leaving: None };
    let below = Arc::new(Below { engine, log, feed: Feed::new(head.rev) });
    let mut store = SledStore { below, state: RwLock::new(state), turn: Mutex::new(Turn::at(head.rev)), disk: Mutex::new(disk) };
    if !beyond.written.is_empty() {
        store.take_in(beyond.written)?;
        store.sync()?;
    }
    for (slot, _) in beyond.unreadable {
        store.disk.get_mut().unwrap_or_else(PoisonError::into_inner).slots.clear(slot).map_err(at)?;
    }
    Ok(store)
}

/// After a repair that did not help, whoever reads the error is told where the untouched files are.
fn as_it_was(error: StoreError, repaired: Option<&Repair>) -> StoreError {
    match (error, repaired) {
        (StoreError::Corrupt(what), Some(Repair::SnapshotsSetAside { folder, .. })) => {
            StoreError::Corrupt(format!("{what}; as it was: {folder}"))
        }
        (error, _) => error,
    }
}

/// Opens sled's files; if they are damaged, once more without what can be built from the log.
fn open_database(dir: &Path, mark: Option<Mark>) -> Result<(::sled::Db, Option<Repair>), StoreError> {
    let fault = match open_patiently(dir) {
        Ok(db) => return Ok((db, None)),
        Err(fault) if fault.kind() == Kind::Damage || fault.kind() == Kind::Unsupported && !has_parameters(dir, mark) => fault,
        Err(fault) => return Err(fault.into_store_error()),
    };
    let why = fault.to_string();
    let set_aside = repair::set_snapshots_aside(dir, LOG, PARAMETERS, &why).map_err(|error| refused(dir, &error))?;
    let Some(Repair::SnapshotsSetAside { folder, .. }) = &set_aside else { return Err(fault.into_store_error()) };
    match open_patiently(dir) {
        Ok(db) => Ok((db, set_aside)),
        Err(second) if second.kind() == Kind::Damage => {
            Err(StoreError::Corrupt(format!("{why}; without its snapshots: {second}; as it was: {folder}")))
        }
        Err(second) => Err(second.into_store_error()),
    }
}

fn open_patiently(dir: &Path) -> Result<::sled::Db, Fault> {
    let began = Instant::now();
    loop {
        // No thread of sled's own flushes: it would swallow the errors of its syncs.
        let config = ::sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        match shielded(|| config.open()) {
            Err(fault) if Fault::kind(&fault) == Kind::Locked && began.elapsed() < LOCK_PATIENCE => thread::sleep(LOCK_PAUSE),
            result => return result,
        }
    }
}

/// How far the log is covered by the newest snapshot, from that file's name; 0 when there is none.
fn snapshot_position(dir: &Path) -> io::Result<u64> {
    let names = repair::snapshots(dir)?;
    Ok(names.iter().filter_map(|name| u64::from_str_radix(name.rsplit('.').next()?, 16).ok()).max().unwrap_or(0))
}

/// Makes what sled created durable, names included; returns the log, open for later syncs.
fn sync_files(dir: &Path) -> io::Result<File> {
    File::open(dir.join(PARAMETERS))?.sync_all()?;
    let log = File::options().read(true).write(true).open(dir.join(LOG))?;
    log.sync_all()?;
    repair::sync_dir(&dir.join(BLOBS))?;
    repair::sync_names(dir)?;
    Ok(log)
}

fn parameters(dir: &Path) -> io::Result<u64> {
    Ok(crc32c::crc32c(&fs::read(dir.join(PARAMETERS))?).into())
}

/// Whether the engine's parameters are those that were last there.
fn has_parameters(dir: &Path, mark: Option<Mark>) -> bool {
    mark.is_none_or(|mark| parameters(dir).is_ok_and(|parameters| parameters == mark.parameters))
}
