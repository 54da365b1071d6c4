//! Commits that are on the disk when they are acknowledged: many clients, one client, and how many share a sync.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lichhop::client::Client;
use lichhop::domain::mailbox::MailAddress;
use lichhop::wire::request::Request;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::figures::{SMALL, Size, median, micros, quantile, report, spread};
use super::ministry::{Ministries, add};
use super::raw::{Raw, batches};
use super::served::Served;

/// Clients at once.
const CLIENTS: usize = 16;
/// Of the rounds, so many warm up.
const WARM: usize = 2;

/// All clients, each so many commits one after the other, numbered from `first`; how long until the last was told.
async fn all(clients: Vec<Client>, first: usize, commits: usize) -> (Vec<Client>, Duration) {
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for (own, client) in clients.into_iter().enumerate() {
        running.spawn(async move {
            for n in 0..commits {
                add(&client, first + own * commits + n).await;
            }
            client
        });
    }
    let clients = running.join_all().await;
    (clients, begun.elapsed())
}

#[allow(clippy::cast_precision_loss, reason = "a count")]
fn rate(commits: usize, time: Duration) -> f64 {
    commits as f64 / time.as_secs_f64()
}

/// Sixteen clients beside sixteen callers of the engine alone.
pub(crate) fn together(runtime: &Runtime, ministries: &Ministries, size: &Size) {
    let (folder, target) = ministries.copy(SMALL);
    let (_raw_folder, raw_target) = ministries.copy(SMALL);
    let each = CLIENTS * size.commits;
    let mut prepared = batches(&raw_target, each * (WARM + size.rounds)).into_iter();
    let host = Served::start(&target, folder.path());
    let raw = Raw::open(&raw_target);
    let mut clients = runtime.block_on(host.clients(CLIENTS));
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..WARM + size.rounds {
        let (kept, time) = runtime.block_on(all(clients, round * each, size.commits));
        clients = kept;
        let handed = (0..CLIENTS).map(|_| prepared.by_ref().take(size.commits).collect()).collect();
        let beside = raw.callers(handed);
        if round >= WARM {
            ours.push(rate(each, time));
            theirs.push(rate(each, beside));
            ratios.push(beside.as_secs_f64() / time.as_secs_f64());
        }
    }
    raw.close();
    let beside = format!("{:.0}/s beside {:.0}/s", median(&ours), median(&theirs));
    report("1. durable `meeting add`, 16 clients / sled alone", &spread(&ratios), ">= 0.8", &beside);
    drop(clients);
    host.stop();
}

/// One client beside one caller of the engine alone.
pub(crate) fn alone(runtime: &Runtime, ministries: &Ministries, size: &Size) {
    let (folder, target) = ministries.copy(SMALL);
    let (_raw_folder, raw_target) = ministries.copy(SMALL);
    let mut prepared = batches(&raw_target, size.commits * (WARM + size.rounds)).into_iter();
    let host = Served::start(&target, folder.path());
    let raw = Raw::open(&raw_target);
    let client = Arc::new(runtime.block_on(host.client()));
    let (mut ours, mut theirs, mut ratios, mut bare) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut turns = Vec::new();
    for round in 0..WARM + size.rounds {
        let (times, turn) = runtime.block_on(async {
            // As every face asks: from a task.
            let (asking, commits) = (client.clone(), size.commits);
            let asked = tokio::spawn(async move {
                let mut times = Vec::with_capacity(commits);
                for n in 0..commits {
                    let begun = Instant::now();
                    add(&asking, round * commits + n).await;
                    times.push(micros(begun.elapsed()));
                }
                // The same way there and back, for next to nothing.
                let mut turn = Vec::with_capacity(commits);
                for _ in 0..commits {
                    let begun = Instant::now();
                    asking.call(Request::MailboxShow(MailAddress::parse("nobody@chinhphu.vn").unwrap())).await.unwrap_err();
                    turn.push(micros(begun.elapsed()));
                }
                (times, turn)
            });
            asked.await.unwrap()
        });
        let beside: Vec<(Duration, Duration)> = prepared.by_ref().take(size.commits).map(|batch| raw.alone(batch)).collect();
        let written: Vec<f64> = beside.iter().map(|(written, _)| micros(*written)).collect();
        if round >= WARM {
            ratios.push(median(&times) / median(&written));
            bare.extend(beside.iter().map(|(_, synced)| micros(*synced)));
            ours.extend(times);
            theirs.extend(written);
            turns.extend(turn);
        }
    }
    raw.close();
    let beside = format!(
        "{:.0} µs (p99 {:.0}) beside {:.0} µs, of which flush and sync {:.0} µs; a refused question {:.0} µs",
        median(&ours),
        quantile(&ours, 0.99),
        median(&theirs),
        median(&bare),
        median(&turns)
    );
    report("2. durable `meeting add`, one client / sled alone", &spread(&ratios), "<= 1.5", &beside);
    drop(client);
    host.stop();
}

/// How many commits share a sync.
pub(crate) fn syncs(runtime: &Runtime, ministries: &Ministries, size: &Size) {
    let (folder, target) = ministries.copy(SMALL);
    let trace = folder.path().join("trace");
    let host = Served::traced(&target, folder.path(), &trace);
    let count = || std::fs::read_to_string(&trace).unwrap().lines().filter(|line| line.contains("fdatasync(")).count();
    let clients = runtime.block_on(host.clients(CLIENTS));
    let before = count();
    let (clients, _) = runtime.block_on(all(clients, 0, size.commits));
    let commits = CLIENTS * size.commits;
    drop(clients);
    host.stop();
    let syncs = count() - before;
    #[allow(clippy::cast_precision_loss, reason = "a count")]
    let share = syncs as f64 / commits as f64;
    report("3. syncs of a commit, 16 clients", &format!("{share:.3}"), "<= 0.25", &format!("{syncs} syncs, {commits} commits"));
    // No matter of timing: whoever waits for a sync is decided together with all who wait.
    assert!(share <= 0.25, "{syncs} syncs for {commits} commits");
}
