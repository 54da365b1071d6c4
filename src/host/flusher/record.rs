//! The recorder: fates are recorded together, as many as have gathered while the last ones were being synced.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::domain::dispatch::ItemId;
use crate::domain::fault::Fault;
use crate::domain::outbox::{Fate, Tally};
use crate::host::flusher::Run;
use crate::usecase::outbox;

/// Fates recorded together at the most, for each line, and those that may wait behind them. With the one on the line
/// itself they make the 64 messages a line that a crash could make us send twice.
const RECORDED_AT_ONCE: usize = 32;
const UNRECORDED: usize = 31;
/// More than this gains nothing, however many lines there are.
const RECORDED_MAX: usize = 256;
/// How long fates gather before they are recorded: no line waits for that, and a sync costs more.
const GATHERING: Duration = Duration::from_millis(8);

/// What became of a message.
pub(super) struct Settled {
    /// The message.
    pub(super) id: ItemId,
    /// What became of it.
    pub(super) fate: Fate,
    /// Whether it may have been sent before this attempt.
    pub(super) repeated: bool,
}

/// What the recorder counted.
#[derive(Default)]
pub(super) struct Recorded {
    /// How the messages ended.
    pub(super) tally: Tally,
    /// How many of them may have been sent before.
    pub(super) repeated: u64,
}

/// Where the workers of so many lines leave fates.
pub(super) fn channel(lines: usize) -> (mpsc::Sender<Settled>, mpsc::Receiver<Settled>) {
    mpsc::channel((UNRECORDED * lines).min(RECORDED_MAX))
}

/// Records fates until no more will come.
pub(super) async fn record(run: Arc<Run>, mut unrecorded: mpsc::Receiver<Settled>, lines: usize) -> Result<Recorded, Fault> {
    let at_once = (RECORDED_AT_ONCE * lines).min(RECORDED_MAX);
    let mut recorded = Recorded::default();
    let mut batch = Vec::with_capacity(at_once);
    while gather(&mut unrecorded, &mut batch, at_once).await {
        let fates: Vec<(ItemId, Fate)> = batch.iter().map(|settled| (settled.id, settled.fate.clone())).collect();
        let result = run.host.writer.decide(move |desk| outbox::settle(desk, &fates)).await;
        let states = match result {
            Ok(states) => states,
            Err(fault) => {
                run.stop.store(true, Ordering::SeqCst);
                run.in_hand.store(0, Ordering::SeqCst);
                run.recorded.notify_waiters();
                return Err(fault);
            }
        };
        for (settled, state) in batch.iter().zip(states) {
            match settled.fate {
                Fate::Released { .. } => {}
                // Still queued, but not for want of trying.
                Fate::Panicked { .. } if state.is_waiting() => recorded.tally.deferred += 1,
                _ => recorded.tally.count(state),
            }
        }
        recorded.repeated += batch.iter().filter(|settled| settled.repeated).count() as u64;
        run.in_hand.fetch_sub(batch.len(), Ordering::SeqCst);
        run.recorded.notify_waiters();
        batch.clear();
    }
    Ok(recorded)
}

/// Waits for a fate, then for as many more as come within [`GATHERING`]. `false`: no more will come.
async fn gather(unrecorded: &mut mpsc::Receiver<Settled>, batch: &mut Vec<Settled>, at_once: usize) -> bool {
    if unrecorded.recv_many(batch, at_once).await == 0 {
        return false;
    }
    let until = tokio::time::Instant::now() + GATHERING;
    while batch.len() < at_once {
        let room = at_once - batch.len();
        match tokio::time::timeout_at(until, unrecorded.recv_many(batch, room)).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => break,
        }
    }
    true
}
