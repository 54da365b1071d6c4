//! What a host that serves others does by itself once in a while: a backup every night, with the same in JSON lines beside it;
//! the store's files written anew when they have grown too much; marks of old requests, expired drafts and mail of no use forgotten.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use crate::domain::fault::Fault;
use crate::domain::time::WallTime;
use crate::host::backup::{self, Written};
use crate::host::kept::Kept;
use crate::host::open::Host;
use crate::host::room::Whose;
use crate::host::shelf::{Shelf, told};
use crate::host::{blocking, vacuum};
use crate::i18n::Lang;
use crate::i18n::fault::fault as words;
use crate::usecase::{draft, incoming, request};

/// How often it is looked whether there is something to do. What failed is tried again then.
const ROUND: Duration = Duration::from_mins(10);

/// Starts the task, unless it was started before. Within a runtime.
pub fn start(task: &Kept, host: &Arc<Host>) {
    task.start("chores", || tokio::spawn(keep(host.clone())));
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
            let why = words(Lang::En, &fault).what;
            tracing::error!(why, ?fault, "what is done by itself failed; it is tried again in ten minutes");
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
        forget(host, now).await?;
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

/// Forgets what came long ago and is of no use; it is looked for beside the writer, and decided about a few at a time.
async fn forget(host: &Arc<Host>, now: DateTime<Utc>) -> Result<(), Fault> {
    let keep = chrono::Duration::from_std(host.receive().keep).unwrap_or(chrono::Duration::MAX);
    let Some(before) = now.checked_sub_signed(keep) else { return Ok(()) };
    let own = host.clone();
    let old = blocking(move || Ok(incoming::forget::outlived(own.store.as_ref(), before)?)).await?;
    for some in old.chunks(incoming::forget::AT_ONCE) {
        host.go_on()?;
        let some = some.to_vec();
        host.writer.decide(move |desk| incoming::forget::forget(desk, &some, before)).await?;
    }
    Ok(())
}

/// The last day on which a nightly backup was due.
fn due(now: DateTime<Utc>, at: NaiveTime) -> Option<NaiveDate> {
    let wall = WallTime::at(now);
    if wall.time() >= at { Some(wall.day()) } else { wall.day().checked_sub_days(Days::new(1)) }
}

/// Makes the backup of the last night, if it is not there.
async fn nightly(host: &Arc<Host>, now: DateTime<Utc>) -> Result<(), Fault> {
    let (at, keep) = (host.backups().at, host.backups().keep);
    let Some(day) = at.and_then(|at| due(now, at)) else { return Ok(()) };
    let opened = host.clone();
    let Some((shelf, part)) = blocking(move || {
        let shelf = Shelf::of(&opened)?;
        if shelf.has(day)? {
            return Ok(None);
        }
        // Both forms of it.
        vacuum::fits(&opened, 2, shelf.folder(), Whose::Target)?;
        let part = shelf.begin(day)?;
        Ok(Some((shelf, part)))
    })
    .await?
    else {
        return Ok(());
    };
    let file = part.file().try_clone().map_err(|error| told(shelf.folder(), &error))?;
    let Written { content, digest, .. } = backup::write(host, file).await?;
    blocking(move || shelf.end(part, day, keep)).await?;
    let (sequence, hash) = (content.chain.sequence, content.chain.hash.as_str());
    tracing::info!(%day, sha256 = digest.as_str(), sequence, hash, "the nightly backup was made; the audit chain ended here");
    Ok(())
}

/// What keeps the nightly backups from being made, as far as that can be told before the hour has come.
///
/// # Errors
/// [`Fault::Backup`], [`Fault::Store`].
pub async fn look(host: &Arc<Host>) -> Result<(), Fault> {
    if host.backups().at.is_none() {
        return Ok(());
    }
    let host = host.clone();
    blocking(move || Shelf::look(&host)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incoming::{ReceivedId, Source};
    use crate::wire::reply::Answer;
    use crate::wire::request::{Delivery, Request};

    #[test]
    fn everything_is_weighed_again_only_when_the_files_have_grown_by_a_quarter() {
        let mut done = Done::default();
        assert!(!done.is_outgrown(u64::MAX), "not before the first round has ended");
        done.settled = true;
        assert!(done.is_outgrown(1));
        done.weighed = 400;
        assert!(!done.is_outgrown(500) && done.is_outgrown(501));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_came_long_ago_and_is_of_no_use_is_forgotten_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let config = Arc::new(crate::config::load(None).unwrap());
        let options = crate::host::Options { state: folder.path().join("state"), config, frozen: None, wait: Duration::ZERO };
        Host::init(&options, "lan").unwrap();
        let host = Arc::new(Host::open(&options).unwrap());
        let ask = |request| crate::host::answer::answer(&host, "lan", crate::host::clock::request_id(), request);
        for text in ["From: a@b.vn\n\nmột", "From: a@b.vn\n\nhai"] {
            let delivery = Delivery { source: Source::Pipe, bytes: text.as_bytes().to_vec(), cut_from: None };
            ask(Request::Receive(Box::new(delivery))).await.unwrap();
        }
        ask(Request::ReceivedDiscard(ReceivedId(2))).await.unwrap();
        let all = async || match ask(Request::ReceivedList { all: true }).await.unwrap() {
            Answer::ReceivedList(all) => all.into_iter().map(|one| one.id.0).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let in_days = |days| host.clock.now() + chrono::Duration::days(days);
        tidy(&host, in_days(399), &mut Done::default()).await.unwrap();
        assert_eq!(all().await, [1, 2]);
        tidy(&host, in_days(401), &mut Done::default()).await.unwrap();
        assert_eq!(all().await, [1], "what waits for somebody waits");
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
}
