//! What a host that serves others does by itself once in a while: a backup every night, with the same in JSON lines beside it;
//! the store's files written anew when they have grown too much; marks of old requests and expired drafts forgotten.

use std::fs;
use std::io::{self, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use tokio::task::JoinHandle;

use crate::domain::fault::Fault;
use crate::domain::time::WallTime;
use crate::host::backup::{self, Written};
use crate::host::open::Host;
use crate::host::part::{Earlier, Part};
use crate::host::{blocking, vacuum};
use crate::store::backup::{Backup, write_lines};
use crate::usecase::{draft, request};

/// How often it is looked whether there is something to do. What failed is tried again then.
const ROUND: Duration = Duration::from_mins(10);
/// The folder of the backups in the state directory, where no other is configured.
const FOLDER: &str = "backups";
/// How the names of nightly backups begin and end; the day stands between.
const NAME: (&str, &str) = ("lichhop-", ".lichhop");
/// How the name of the same in JSON lines ends.
const LINES: &str = "jsonl";

/// The task, once it was started.
#[derive(Default)]
pub struct Chores(Mutex<Option<JoinHandle<()>>>);

impl Chores {
    /// Starts it. Within a runtime.
    pub fn start(&self, host: &Arc<Host>) {
        let mut task = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        task.get_or_insert_with(|| tokio::spawn(keep(host.clone())));
    }

    /// Waits until it has ended, which the host was asked for before.
    pub async fn ended(&self) {
        let task = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "what does the chores ended badly");
        }
    }
}

impl Drop for Chores {
    fn drop(&mut self) {
        // Only when nobody waited for the end: the task must not keep a store open that nobody can reach any more.
        if let Some(task) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

/// What was done before.
#[derive(Debug, Default)]
struct Done {
    /// The day on which what is stale was forgotten last.
    swept: Option<NaiveDate>,
    /// A round has passed: whoever waited for the service to start is served by now, and not by a disk that reads everything.
    settled: bool,
    /// What the files took when what is in them was weighed last: that reads everything.
    weighed: u64,
}

impl Done {
    /// Whether the files have grown so much since that they are worth another look, and there is time for it.
    fn is_outgrown(&self, disk: u64) -> bool {
        self.settled && disk > self.weighed.saturating_add(self.weighed / 4)
    }
}

async fn keep(host: Arc<Host>) {
    let mut done = Done::default();
    while !host.stopping() {
        if let Err(fault) = round(&host, &mut done).await {
            tracing::error!(?fault, "what is done by itself failed; it is tried again in ten minutes");
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            () = host.stopped() => {}
        }
    }
}

async fn round(host: &Arc<Host>, done: &mut Done) -> Result<(), Fault> {
    host.spools.expire();
    let now = host.clock.now();
    // Each by itself: a folder that cannot be written must not keep the disk from being tidied.
    let (made, tidied) = (nightly(host, now).await, tidy(host, now, done).await);
    done.settled = true;
    made.and(tidied)
}

/// Forgets what is stale, and writes the store's files anew where they have grown too much.
async fn tidy(host: &Arc<Host>, now: DateTime<Utc>, done: &mut Done) -> Result<(), Fault> {
    let today = WallTime::at(now).day();
    if done.swept != Some(today) {
        host.writer.decide(|desk| draft::sweep(desk).and_then(|()| request::sweep(desk))).await?;
        done.swept = Some(today);
    }
    let disk = vacuum::disk_bytes(host)?;
    if done.is_outgrown(disk) {
        done.weighed = disk;
        if vacuum::is_due(host).await? {
            done.weighed = vacuum::run(host).await?.after;
        }
    }
    Ok(())
}

/// The last day on which a nightly backup was due.
fn due(now: DateTime<Utc>, at: NaiveTime) -> Option<NaiveDate> {
    let wall = WallTime::at(now);
    if wall.time() >= at { Some(wall.day()) } else { wall.day().checked_sub_days(Days::new(1)) }
}

fn name(day: NaiveDate) -> String {
    format!("{}{day}{}", NAME.0, NAME.1)
}

/// Makes the backup of the last night, if it is not there.
async fn nightly(host: &Arc<Host>, now: DateTime<Utc>) -> Result<(), Fault> {
    let config = host.backups().clone();
    let Some(day) = config.at.and_then(|at| due(now, at)) else { return Ok(()) };
    let folder = config.folder.unwrap_or_else(|| folder(host.state()));
    let path = folder.join(name(day));
    if path.try_exists().map_err(|error| told(&path, &error))? {
        return Ok(());
    }
    let part = Part::create_with_folder(&path).map_err(|error| told(&path, &error))?;
    let file = part.file().try_clone().map_err(|error| told(&path, &error))?;
    let Written { content, digest, .. } = backup::write(host, file).await?;
    let keep = config.keep;
    blocking(move || end(part, &path, keep).map_err(|error| told(&path, &error))).await?;
    let (sequence, hash) = (content.chain.sequence, content.chain.hash.as_str());
    tracing::info!(%day, sha256 = digest.as_str(), sequence, hash, "the nightly backup was made; the audit chain ended here");
    Ok(())
}

/// Where backups lie in a state directory.
pub(super) fn folder(state: &Path) -> PathBuf {
    state.join(FOLDER)
}

/// Reads the backup again, writes it as JSON lines beside it, gives both their names, and lets go of the oldest.
fn end(part: Part, path: &Path, keep: usize) -> io::Result<()> {
    let backup = Backup::read(part.file().try_clone()?).map_err(io::Error::other)?;
    let lines = Part::create(&path.with_extension(LINES))?;
    write_lines(&backup, BufWriter::new(lines.file())).map_err(io::Error::other)?;
    lines.finish(Earlier::Goes)?;
    // Last: its name says that all of it is done.
    part.finish(Earlier::Stays)?;
    let_go(path.parent().unwrap_or(Path::new(".")), keep)
}

fn let_go(folder: &Path, keep: usize) -> io::Result<()> {
    let mut days: Vec<NaiveDate> = Vec::new();
    for found in fs::read_dir(folder)? {
        let name = found?.file_name();
        days.extend(name.to_str().and_then(day_of));
    }
    days.sort_unstable();
    for old in days.iter().take(days.len().saturating_sub(keep)) {
        let path = folder.join(name(*old));
        for path in [path.with_extension(LINES), path] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

/// The day in the name of a nightly backup. Whatever else lies in the folder is nobody's to remove.
fn day_of(found: &str) -> Option<NaiveDate> {
    let day = found.strip_prefix(NAME.0)?.strip_suffix(NAME.1)?.parse().ok()?;
    (name(day) == found).then_some(day)
}

/// What the disk refused, and where.
pub(super) fn told(path: &Path, error: &io::Error) -> Fault {
    Fault::Store { detail: format!("{}: {error}", path.display()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_weighed_again_only_when_the_files_have_grown_by_a_quarter() {
        let mut done = Done::default();
        assert!(!done.is_outgrown(u64::MAX), "not before the first round has ended");
        done.settled = true;
        assert!(done.is_outgrown(1));
        done.weighed = 400;
        assert!(!done.is_outgrown(500) && done.is_outgrown(501));
    }

    #[test]
    fn a_backup_is_due_once_its_hour_has_come() {
        let at = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day);
        // Vietnam is seven hours ahead.
        for (now, expected) in [
            ("2026-11-22T19:29:59Z", day(22)),
            ("2026-11-22T19:30:00Z", day(23)),
            ("2026-11-23T16:59:59Z", day(23)),
            ("2026-11-23T19:30:00Z", day(24)),
        ] {
            assert_eq!(due(now.parse().unwrap(), at), expected, "{now}");
        }
    }

    #[test]
    fn the_oldest_go_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let others = ["lichhop-2026-11-1.lichhop", "lichhop-2026-11-01.lichhop.part", "xlichhop-2026-11-01.lichhop", "lichhop-.lichhop"];
        for name in others.iter().map(|name| (*name).to_owned()).chain((1..=9).map(|day| format!("lichhop-2026-11-{day:02}.lichhop"))) {
            fs::write(folder.path().join(&name), "").unwrap();
        }
        fs::write(folder.path().join("lichhop-2026-11-01.jsonl"), "").unwrap();
        let_go(folder.path(), 3).unwrap();
        let mut left: Vec<String> =
            fs::read_dir(folder.path()).unwrap().map(|found| found.unwrap().file_name().into_string().unwrap()).collect();
        left.sort_unstable();
        let mut expected: Vec<String> = others.iter().map(|name| (*name).to_owned()).collect();
        expected.extend((7..=9).map(|day| format!("lichhop-2026-11-{day:02}.lichhop")));
        expected.sort_unstable();
        assert_eq!(left, expected);
        let_go(folder.path(), 3).unwrap();
    }
}
