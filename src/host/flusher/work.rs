//! The workers: each has a line to the relay and sends on it what it is handed.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{Mutex, mpsc};

use crate::domain::outbox::{Failure, Fate, Item};
use crate::host::flusher::Run;
use crate::host::flusher::lines::Place;
use crate::host::flusher::pace::Turn;
use crate::host::flusher::record::Settled;
use crate::mail::transport::{Attempt, Line};
use crate::mail::verdict;

/// How long the messages on the lines may take once the run was asked to end.
const GRACE: Duration = Duration::from_secs(4);

/// Where the workers take what is handed out.
pub(super) type Handed = Arc<Mutex<mpsc::Receiver<Item>>>;

/// Sends what is handed out, as long as there may be this line and there is anything.
pub(super) async fn work(run: Arc<Run>, mut place: Place, mut line: Line, handed: Handed, fates: mpsc::Sender<Settled>) {
    loop {
        if !place.is_open() {
            // The relay need not keep a line of which we make no use.
            line.close().await;
            if !place.opens().await {
                return;
            }
        }
        let next = async { handed.lock().await.recv().await };
        let item = tokio::select! {
            biased;
            () = place.closes() => continue,
            item = next => item,
        };
        let Some(item) = item else { break };
        let Some(attempt) = attempt(&run, &mut line, &item).await else { continue };
        match attempt.trouble {
            Some(trouble) => run.trouble_with(trouble),
            None if !matches!(attempt.fate, Fate::Released { .. }) => run.lines.went_well(),
            None => {}
        }
        let repeated = (item.interrupted || item.uncertain) && !matches!(attempt.fate, Fate::Released { .. });
        if fates.send(Settled { id: item.id, fate: attempt.fate, repeated }).await.is_err() {
            break;
        }
    }
    line.close().await;
}

/// What becomes of an item: it is sent when its turn comes, or given back untried because the run is over or its domain wants it
/// later. `None`: cut off in the middle; it gets no fate, its claim stands, and the next start repeats it.
async fn attempt(run: &Run, line: &mut Line, item: &Item) -> Option<Attempt> {
    let given_back = |due| Some(Attempt { fate: Fate::Released { due }, trouble: None });
    let due = item.next_attempt.unwrap_or_else(|| run.host.clock.now());
    if run.is_over() {
        return given_back(due);
    }
    match run.pace.turn(item.to.domain()) {
        Turn::After(wait) => return given_back(run.host.clock.now() + chrono::Duration::from_std(wait).unwrap_or_default()),
        // A timer takes a millisecond at least, also for an instant that has passed.
        Turn::Now => {}
        Turn::At(instant) => {
            tokio::select! {
                () = tokio::time::sleep_until(instant) => {}
                () = run.over() => return given_back(due),
            }
        }
    }
    tokio::select! {
        attempt = send(run, line, item) => Some(attempt),
        () = grace_is_over(run) => None,
    }
}

async fn grace_is_over(run: &Run) {
    run.asked_to_end().await;
    tokio::time::sleep(GRACE).await;
}

/// Sends one item; a panic on the way is its fate, not the program's.
async fn send(run: &Run, line: &mut Line, item: &Item) -> Attempt {
    let (now, chance) = (run.host.clock.now(), run.host.random.bits());
    let retry = &run.host.rules.retry;
    let sending = async {
        match run.messages.read(run.host.store.as_ref(), item.id) {
            Ok(message) => line.send(item, message, now, retry, chance).await,
            Err(error) => {
                let failure = Failure { phase: "check".into(), code: None, enhanced: None, text: error.to_string() };
                let next = verdict::next(item, now, retry, chance);
                Attempt { fate: Fate::Deferred { failure, next, uncertain: false }, trouble: None }
            }
        }
    };
    AssertUnwindSafe(sending).catch_unwind().await.unwrap_or_else(|panic| {
        let words = crate::host::panic::words(panic.as_ref());
        tracing::error!(item = %item.id, %words, "a panic while sending");
        Attempt { fate: Fate::Panicked { words, next: verdict::next(item, now, retry, chance) }, trouble: None }
    })
}
