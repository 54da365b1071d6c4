//! Writing the store anew into a fresh folder, while it is in use: sled's files never shrink by themselves.

use std::path::Path;
use std::sync::Arc;

use crate::domain::fault::Fault;
use crate::host::blocking;
use crate::host::open::Host;
use crate::host::room::{self, Whose};
use crate::store::local::Fresh;
use crate::store::{Copied, Copying};
use crate::usecase::desk::Desk;
use crate::usecase::ports::StoreError;
use crate::usecase::table;
use crate::wire::reply::Vacuumed;

/// The store is written anew when its files take so many times what is in them.
const TIMES: u64 = 4;
/// Files of this size bother nobody, whatever is in them.
const SMALL: u64 = 64 << 20;
/// What a disk holds of an entry beside its key and its value, roughly.
const AROUND_ENTRY: usize = 40;

/// Writes the store anew. Everybody goes on working; only for the last changes the writer waits.
///
/// # Errors
/// The store's; then the old files are still those in use.
pub(crate) async fn run(host: &Arc<Host>) -> Result<Vacuumed, Fault> {
    let _only_one = host.renewing.lock().await;
    let before = disk_bytes(host)?;
    let copied = host.clone();
    let (copying, fresh) = blocking(move || {
        fits(&copied, 1, copied.state(), Whose::Store)?;
        let fresh = Fresh::make(copied.state(), copied.local.engine()?)?;
        let copying = copy(&copied, &fresh)?;
        Ok((copying, fresh))
    })
    .await?;
    let local = host.local.clone();
    let turn = move |_: &mut Desk| {
        let standing = local.standing();
        fresh.adopt(&copying.last()?, standing.rev)?;
        Ok(local.renew(fresh)?)
    };
    host.writer.look(turn).await?;
    let after = disk_bytes(host)?;
    tracing::info!(before, after, "the store was written anew");
    Ok(Vacuumed { before, after, entries: host.local.standing().entries })
}

/// What the store's files take on the disk.
///
/// # Errors
/// [`Fault::Store`].
pub(crate) fn disk_bytes(host: &Host) -> Result<u64, Fault> {
    host.local.disk_bytes().map_err(|error| Fault::Store { detail: error.to_string() })
}

/// Copies what there is, makes it durable and reads it again, all beside the writer.
fn copy(host: &Host, fresh: &Fresh) -> Result<Copying, Fault> {
    let local = &host.local;
    let mut copying = Copying::begin(local.clone());
    copying.pages(|page| {
        host.go_on()?;
        let copied: Vec<Copied> = page.into_iter().map(Copied::Is).collect();
        fresh.adopt(&copied, local.standing().rev).map_err(Fault::from)
    })?;
    copying.catch_up(|changed| fresh.adopt(&changed, local.standing().rev).map_err(Fault::from))?;
    fresh.store().sync()?;
    fresh.store().verify()?;
    Ok(copying)
}

/// Whether the files take so much more than what is in them that the store should be written anew.
///
/// # Errors
/// The store's.
pub(crate) async fn is_due(host: &Arc<Host>) -> Result<bool, Fault> {
    let host = host.clone();
    blocking(move || {
        let disk = disk_bytes(&host)?;
        Ok(disk > SMALL && disk > TIMES * live_bytes(&host)?)
    })
    .await
}

/// Refuses what has no room for so many copies of the store at a place.
///
/// # Errors
/// [`BackupFault::NoRoom`](crate::domain::fault::BackupFault::NoRoom), and the store's.
pub(super) fn fits(host: &Host, copies: u64, path: &Path, whose: Whose) -> Result<(), Fault> {
    // What is in the files is seldom more than they take. Only where it is near all of it is read to know.
    if room::wanted(path, copies * 2 * disk_bytes(host)?, whose).is_ok() {
        return Ok(());
    }
    room::wanted(path, copies * live_bytes(host)?, whose)
}

/// What is in the store: keys, values and a little around each.
fn live_bytes(host: &Host) -> Result<u64, StoreError> {
    let mut sum = 0;
    table::each(host.store.as_ref(), b"", |entry| {
        sum += (entry.key.len() + entry.value.bytes.len() + AROUND_ENTRY) as u64;
        Ok::<_, StoreError>(())
    })?;
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::host::Options;
    use crate::usecase::ports::{Commit, Format, Operation, Value};

    fn host(folder: &std::path::Path) -> Arc<Host> {
        let config = Arc::new(crate::config::defaults());
        let frozen = Some("2016-05-03T02:00:00Z".parse().unwrap());
        let options = Options { state: folder.join("state"), config, frozen, wait: Duration::ZERO };
        Host::init(&options, "lan").unwrap();
        Arc::new(Host::open(&options).unwrap())
    }

    /// Writes drafts that nobody can read, or removes them: nothing else is so large and gone so soon.
    fn write(host: &Host, put: bool) {
        for number in 0..SMALL / 200_000 {
            let key = [b"zz/".as_slice(), &number.to_be_bytes()].concat();
            let value = Value { format: Format::Raw, schema: 1, bytes: vec![7; 200_000] };
            let operation = if put { Operation::Put { key, value } } else { Operation::Delete { key } };
            host.store.commit(&Commit { checks: vec![], operations: vec![operation] }).unwrap();
        }
        host.store.sync().unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn files_that_take_much_more_than_what_is_in_them_are_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let host = host(folder.path());
        assert!(!is_due(&host).await.unwrap(), "a small store bothers nobody");
        write(&host, true);
        assert!(!is_due(&host).await.unwrap(), "it is all there");
        write(&host, false);
        assert!(is_due(&host).await.unwrap());
        let before = host.local.standing();
        let done = run(&host).await.unwrap();
        assert!(done.before > SMALL && done.after < done.before / TIMES, "{done:?}");
        assert_eq!(host.local.standing(), before);
        assert!(!is_due(&host).await.unwrap());
    }
}
