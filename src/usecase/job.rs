//! Jobs: what does not fit one commit.
//!
//! Rows are checked first, staged in chunks that nothing names yet, then sealed by one commit (visible, audited, with the
//! digest of the rows); from then on they are applied from a cursor in bounded steps. A crash before the seal leaves
//! nothing but unnamed chunks, which the next start sweeps away; a crash after it is rolled forward by the next start
//! before it answers anybody. Each step commits its writes and the cursor together, so that no row is applied twice.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::audit::Digest;
use crate::domain::dispatch::Dispatch;
use crate::domain::fault::Fault;
use crate::domain::mailbox::Mailbox;
use crate::domain::registry::Imported;
use crate::domain::unit::Unit;
use crate::usecase::desk::{Change, Desk, PROGRAM};
use crate::usecase::issue;
use crate::usecase::keys;
use crate::usecase::ports::{Range, Rev, Store, StoreError};
use crate::usecase::recall;
use crate::usecase::table::{self, Record, Stored};

/// Bytes of rows in one chunk; a row alone may be as long.
const CHUNK_BYTES: usize = 128 * 1024;
/// The most operations that one row of a table needs: record, version, index keys removed and written.
const ROW_OPERATIONS: usize = 6;

/// What a job does with its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Takes units into the registry.
    Units,
    /// Takes mailboxes into the registry.
    Mailboxes,
    /// Queues the messages of a dispatch.
    Dispatch,
    /// Takes messages back that have not left.
    Recall,
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// To be applied from the cursor.
    Sealed,
    /// All rows applied.
    Done,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its number in this store.
    pub id: u64,
    /// What it does.
    pub kind: JobKind,
    /// Who sealed it.
    pub actor: String,
    /// What it is about: the name of a table, a meeting.
    pub subject: String,
    /// The dispatch, of [`JobKind::Dispatch`].
    pub dispatch: Option<u64>,
    /// How many rows.
    pub rows: u64,
    /// How many rows each chunk holds, in order.
    pub chunks: Vec<u64>,
    /// Digest of all rows.
    pub digest: Digest,
    /// Rows applied.
    pub cursor: u64,
    /// Where it is.
    pub state: JobState,
    /// What came of it so far.
    pub outcome: Imported,
}

/// A row of an import: the record as it is to be, and the revision it was checked against.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportRow<T> {
    /// The revision of the record when the row was checked; 0: it was not there.
    pub base: Rev,
    /// The record.
    pub new: T,
}

/// Stages the rows of a job. It is not sealed yet: put it into the commit that shall do so with [`seal`].
///
/// # Errors
/// [`Fault::Store`].
pub fn stage<T: Serialize>(desk: &Desk, kind: JobKind, actor: &str, subject: &str, rows: &[T]) -> Result<Job, Fault> {
    let store = desk.store();
    let last_number =
        |prefix| Ok::<_, StoreError>(table::last(store, prefix)?.and_then(|entry| keys::last_number(&entry.key)).unwrap_or(0));
    let last_job = last_number(keys::JOB)?.max(last_number(keys::JOB_DONE)?);
    // Rows of a job that was never sealed keep their number until the next start sweeps them away.
    let last_staged = table::last(store, keys::CHUNK)?.and_then(|entry| keys::first_number(keys::CHUNK, &entry.key)).unwrap_or(0);
    let id = last_job.max(last_staged) + 1;
    let mut encoded: Vec<Vec<u8>> = Vec::with_capacity(rows.len());
    for row in rows {
        encoded.push(serde_json::to_vec(row).map_err(|error| Fault::Internal { detail: error.to_string() })?);
    }
    let mut chunks: Vec<u64> = Vec::new();
    let mut at = 0;
    while at < encoded.len() {
        let rest = encoded.get(at..).unwrap_or_default();
        let mut bytes = 0;
        let fitting = rest.iter().take_while(|row| {
            bytes += row.len() + 1;
            bytes <= CHUNK_BYTES
        });
        let count = fitting.count().max(1);
        let chunk = [b"[".to_vec(), rest.get(..count).unwrap_or_default().join(b",".as_slice()), b"]".to_vec()].concat();
        desk.stage(keys::pair(keys::CHUNK, id, chunks.len() as u64), chunk)?;
        chunks.push(count as u64);
        at += count;
    }
    Ok(Job {
        id,
        kind,
        actor: actor.to_owned(),
        subject: subject.to_owned(),
        dispatch: None,
        rows: rows.len() as u64,
        chunks,
        digest: Digest::of_all(encoded.iter().map(Vec::as_slice)),
        cursor: 0,
        state: JobState::Sealed,
        outcome: Imported::default(),
    })
}

/// Puts a staged job into the commit that seals it.
///
/// # Errors
/// [`Fault::Store`] when it cannot be encoded.
pub fn seal(change: &mut Change, job: &Job) -> Result<(), Fault> {
    let key = keys::numbered(keys::JOB, job.id);
    change.check(&key, 0);
    change.seals(job.id);
    change.write(key, job)
}

/// A job, done or not; `None` when there is none of that number.
///
/// # Errors
/// The store's.
pub fn find(store: &dyn Store, id: u64) -> Result<Option<Job>, StoreError> {
    for prefix in [keys::JOB_DONE, keys::JOB] {
        if let Some(job) = table::get::<Job>(store, &keys::numbered(prefix, id))? {
            return Ok(Some(job.value));
        }
    }
    Ok(None)
}

/// Applies a sealed job to its end and gives what came of it.
///
/// # Errors
/// [`Fault::Store`]. The desk remembers a job that broke off: nothing else is decided before it is finished.
pub fn run(desk: &mut Desk, id: u64) -> Result<Imported, Fault> {
    desk.unfinished = Some(id);
    let key = keys::numbered(keys::JOB, id);
    let mut job: Stored<Job> =
        table::get(desk.store(), &key)?.ok_or_else(|| Fault::Internal { detail: format!("job {id} is not there") })?;
    while job.value.state == JobState::Sealed {
        let mut first = 0;
        let chunk = job.value.chunks.iter().position(|rows| {
            first += rows;
            first > job.value.cursor
        });
        match chunk {
            Some(n) => {
                let skip = job.value.cursor - (first - job.value.chunks.get(n).copied().unwrap_or_default());
                job = match job.value.kind {
                    JobKind::Units => apply::<ImportRow<Unit>>(desk, job, n, skip)?,
                    JobKind::Mailboxes => apply::<ImportRow<Mailbox>>(desk, job, n, skip)?,
                    JobKind::Recall => apply::<recall::RecallRow>(desk, job, n, skip)?,
                    JobKind::Dispatch => apply::<issue::DispatchRow>(desk, job, n, skip)?,
                };
            }
            None => job = finish(desk, job)?,
        }
    }
    desk.unfinished = None;
    Ok(job.value.outcome)
}

/// Finishes a job that broke off in this process, before anything else is decided.
///
/// # Errors
/// As [`run`].
pub fn finish_unfinished(desk: &mut Desk) -> Result<(), Fault> {
    match desk.unfinished {
        Some(id) => run(desk, id).map(|_| ()),
        None => Ok(()),
    }
}

/// What a row of a job does.
trait Row: DeserializeOwned {
    /// What all rows of a step need.
    type Ground;
    /// Reads what all rows of a step need.
    fn ground(desk: &Desk, job: &Job) -> Result<Self::Ground, Fault>;
    /// Writes what the row asks for; counts it in `job.outcome`.
    fn apply(&self, desk: &Desk, ground: &Self::Ground, job: &mut Job, change: &mut Change) -> Result<(), Fault>;
    /// Whether the row still fits the commit.
    fn fits(&self, change: &Change, taken: usize) -> bool;
    /// The audit's name for a step.
    const ACTION: &'static str;
}

impl<T: Record> Row for ImportRow<T> {
    const ACTION: &'static str = "import.step";
    type Ground = ();

    fn ground(_desk: &Desk, _job: &Job) -> Result<(), Fault> {
        Ok(())
    }

    fn apply(&self, desk: &Desk, (): &(), job: &mut Job, change: &mut Change) -> Result<(), Fault> {
        let current: Option<Stored<T>> = table::find(desk.store(), &self.new.id())?;
        if current.as_ref().map_or(0, |current| current.rev) != self.base {
            job.outcome.left_alone.push(self.new.id());
            return Ok(());
        }
        match &current {
            Some(_) => job.outcome.changed += 1,
            None => job.outcome.added += 1,
        }
        change.put(current.as_ref(), &self.new)
    }

    fn fits(&self, change: &Change, _taken: usize) -> bool {
        change.fits(ROW_OPERATIONS, 4096)
    }
}

impl Row for issue::DispatchRow {
    const ACTION: &'static str = "dispatch.expand";
    type Ground = Dispatch;

    fn ground(desk: &Desk, job: &Job) -> Result<Dispatch, Fault> {
        Ok(issue::dispatch_of(desk.store(), job.dispatch.unwrap_or_default())?)
    }

    fn apply(&self, desk: &Desk, dispatch: &Dispatch, job: &mut Job, change: &mut Change) -> Result<(), Fault> {
        job.outcome.added += 1;
        match self.dispatch {
            None => issue::expand(desk, dispatch, self, change),
            Some(other) => issue::expand(desk, &issue::dispatch_of(desk.store(), other)?, self, change),
        }
    }

    fn fits(&self, change: &Change, taken: usize) -> bool {
        taken < issue::EXPAND_AT_ONCE && change.fits(issue::EXPAND_OPERATIONS, 64 * 1024)
    }
}

impl Row for recall::RecallRow {
    const ACTION: &'static str = "dispatch.recall";
    type Ground = ();

    fn ground(_desk: &Desk, _job: &Job) -> Result<(), Fault> {
        Ok(())
    }

    fn apply(&self, desk: &Desk, (): &(), job: &mut Job, change: &mut Change) -> Result<(), Fault> {
        job.outcome.changed += 1;
        recall::apply(desk, self, change)
    }

    fn fits(&self, _change: &Change, taken: usize) -> bool {
        taken < recall::RECALL_AT_ONCE
    }
}

/// Applies the rows of a chunk but the first few, in as many commits as they need.
fn apply<R: Row>(desk: &mut Desk, mut job: Stored<Job>, chunk: usize, skip: u64) -> Result<Stored<Job>, Fault> {
    let rows: Stored<Vec<R>> = table::get(desk.store(), &keys::pair(keys::CHUNK, job.value.id, chunk as u64))?
        .ok_or_else(|| StoreError::Corrupt(format!("the rows of job {} are not there", job.value.id)))?;
    let ground = R::ground(desk, &job.value)?;
    let mut rest = rows.value.get(usize::try_from(skip).unwrap_or(usize::MAX)..).unwrap_or_default();
    if rest.is_empty() {
        return Err(StoreError::Corrupt(format!("job {} has fewer rows than were sealed", job.value.id)).into());
    }
    while !rest.is_empty() {
        let mut next = job.value;
        let mut change = desk.change(&next.actor, R::ACTION, next.subject.clone());
        let mut taken = 0;
        for row in rest {
            if taken > 0 && !row.fits(&change, taken) {
                break;
            }
            row.apply(desk, &ground, &mut next, &mut change)?;
            taken += 1;
        }
        next.cursor += taken as u64;
        rest = rest.get(taken..).unwrap_or_default();
        job = save(desk, change, job.rev, next)?;
    }
    Ok(job)
}

fn finish(desk: &mut Desk, job: Stored<Job>) -> Result<Stored<Job>, Fault> {
    let next = Job { state: JobState::Done, ..job.value };
    let mut change = desk.change(&next.actor, "job.done", next.subject.clone());
    // A table of 200,000 rows has at most some hundred chunks; what does not fit is swept by the next start.
    for n in 0..next.chunks.len().min(80) {
        change.delete(keys::pair(keys::CHUNK, next.id, n as u64));
    }
    let key = keys::numbered(keys::JOB, next.id);
    change.check(&key, job.rev);
    change.delete(key);
    change.write(keys::numbered(keys::JOB_DONE, next.id), &next)?;
    Ok(Stored { rev: desk.commit(change)?, value: next })
}

fn save(desk: &mut Desk, mut change: Change, rev: Rev, job: Job) -> Result<Stored<Job>, Fault> {
    let key = keys::numbered(keys::JOB, job.id);
    change.check(&key, rev);
    change.write(key, &job)?;
    Ok(Stored { rev: desk.commit(change)?, value: job })
}

/// Finishes what a crash left: sealed jobs are rolled forward, rows that no job names are swept away.
///
/// # Errors
/// [`Fault::Store`].
pub fn recover(desk: &mut Desk) -> Result<(), Fault> {
    let mut sealed = Vec::new();
    table::each(desk.store(), keys::JOB, |entry| {
        sealed.extend(keys::last_number(&entry.key));
        Ok::<_, StoreError>(())
    })?;
    for id in sealed {
        run(desk, id)?;
    }
    sweep(desk)
}

fn sweep(desk: &mut Desk) -> Result<(), Fault> {
    loop {
        let page = desk.store().scan(&Range::prefix(keys::CHUNK), 80, crate::usecase::ports::Direction::Forward)?;
        if page.entries.is_empty() {
            return Ok(());
        }
        let mut change = desk.change(PROGRAM, "job.sweep", "");
        for entry in page.entries {
            change.delete(entry.key);
        }
        desk.commit(change)?;
    }
}
