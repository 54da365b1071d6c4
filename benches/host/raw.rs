//! The engine alone, as somebody would use it who wants no more of it than that what is acknowledged is on the disk: the same
//! keys and values as the host's commits, handed to one thread that groups them.

use std::fs::File;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, scope};
use std::time::{Duration, Instant};

use lichhop::client::Target;
use lichhop::host::clock::request_id;
use lichhop::store::MemoryStore;
use lichhop::store::codec::HEADER_BYTES;
use lichhop::usecase::desk::Desk;
use lichhop::usecase::meeting;
use lichhop::usecase::ports::{Changes, Commit, Direction, Entry, Operation, Outcome, Page, Range, Rev, Store, StoreError};

use super::ministry;

/// As the host's engine.
const CACHE_BYTES: u64 = 64_000_000;
/// As many as the host's writer takes.
const BATCH: usize = 256;
/// The store's head, in each commit: a frame with three numbers.
const HEAD_BYTES: usize = HEADER_BYTES + 24;

/// A store that remembers what was committed.
struct Recorded {
    store: MemoryStore,
    commits: Mutex<Vec<Commit>>,
}

impl Store for Recorded {
    fn get(&self, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.store.get(key)
    }

    fn scan(&self, range: &Range, limit: usize, direction: Direction) -> Result<Page, StoreError> {
        self.store.scan(range, limit, direction)
    }

    fn commit(&self, commit: &Commit) -> Result<Outcome, StoreError> {
        self.commits.lock().unwrap().push(commit.clone());
        self.store.commit(commit)
    }

    fn sync(&self) -> Result<(), StoreError> {
        self.store.sync()
    }

    fn revision(&self) -> Rev {
        self.store.revision()
    }

    fn changes(&self, prefix: &[u8], since: Rev, wait: Duration) -> Result<Changes, StoreError> {
        self.store.changes(prefix, since, wait)
    }
}

/// What the host writes for so many `meeting add`: the keys and the bytes, for the engine alone.
pub(crate) fn batches(target: &Target, count: usize) -> Vec<sled::Batch> {
    let recorded = Arc::new(Recorded { store: MemoryStore::new(), commits: Mutex::default() });
    let around = ministry::surroundings(target, recorded.clone());
    Desk::make(&around).unwrap();
    let mut desk = Desk::open(around).unwrap();
    ministry::register(&mut desk);
    // Like that of a store that is used.
    meeting::add(&mut desk, "bench", &ministry::fresh(0), true).unwrap();
    recorded.commits.lock().unwrap().clear();
    for n in 0..count {
        desk.asked = Some(request_id());
        meeting::add(&mut desk, "bench", &ministry::fresh(n), true).unwrap();
    }
    let commits = std::mem::take(&mut *recorded.commits.lock().unwrap());
    assert_eq!(commits.len(), count);
    commits.iter().map(batch).collect()
}

fn batch(commit: &Commit) -> sled::Batch {
    let mut batch = sled::Batch::default();
    for operation in &commit.operations {
        let Operation::Put { key, value } = operation else { panic!("{operation:?}") };
        let frame = [vec![0; 1 + HEADER_BYTES], value.bytes.clone()].concat();
        batch.insert([&[1], key.as_slice()].concat(), frame);
    }
    batch.insert(&[0], vec![7; HEAD_BYTES]);
    batch
}

/// What somebody hands over, and how he is told.
type Handed = (sled::Batch, SyncSender<()>);

/// The engine with the one thread that writes.
pub(crate) struct Raw {
    db: sled::Db,
    log: File,
    door: SyncSender<Handed>,
    thread: JoinHandle<()>,
}

impl Raw {
    /// Opens the files of a store.
    pub(crate) fn open(target: &Target) -> Self {
        let folder: &Path = &target.state.join("store");
        let db = sled::Config::new().path(folder).cache_capacity(CACHE_BYTES).flush_every_ms(None).open().unwrap();
        let log = File::options().read(true).write(true).open(folder.join("db")).unwrap();
        let (door, inbox) = sync_channel(1024);
        let (own, synced) = (db.clone(), log.try_clone().unwrap());
        let thread = std::thread::spawn(move || group(&own, &synced, &inbox));
        Self { db, log, door, thread }
    }

    /// Callers who each hand over one batch after the other; how long until all were told.
    pub(crate) fn callers(&self, batches: Vec<Vec<sled::Batch>>) -> Duration {
        let begun = Instant::now();
        scope(|scope| {
            for own in batches {
                let door = self.door.clone();
                scope.spawn(move || {
                    let (told, answer) = sync_channel(1);
                    for batch in own {
                        door.send((batch, told.clone())).unwrap();
                        answer.recv().unwrap();
                    }
                });
            }
        });
        begun.elapsed()
    }

    /// One batch by itself: how long it took to write and sync it, and of that to flush and sync.
    pub(crate) fn alone(&self, batch: sled::Batch) -> (Duration, Duration) {
        let begun = Instant::now();
        self.db.apply_batch(batch).unwrap();
        let applied = Instant::now();
        self.db.flush().unwrap();
        self.log.sync_data().unwrap();
        (begun.elapsed(), applied.elapsed())
    }

    pub(crate) fn close(self) {
        drop(self.door);
        self.thread.join().unwrap();
    }
}

fn group(db: &sled::Db, log: &File, inbox: &Receiver<Handed>) {
    let mut waiting = Vec::new();
    while let Ok((batch, told)) = inbox.recv() {
        db.apply_batch(batch).unwrap();
        waiting.push(told);
        while waiting.len() < BATCH {
            let Ok((batch, told)) = inbox.try_recv() else { break };
            db.apply_batch(batch).unwrap();
            waiting.push(told);
        }
        db.flush().unwrap();
        log.sync_data().unwrap();
        for told in waiting.drain(..) {
            told.send(()).unwrap();
        }
    }
}
