//! The feeder: claims what is due, ahead of the workers.

use std::sync::atomic::Ordering;

use tokio::sync::mpsc;

use crate::domain::fault::Fault;
use crate::domain::outbox::{Item, Tally};
use crate::host::flusher::pace::Pace;
use crate::host::flusher::{Run, warn};
use crate::usecase::outbox::{self, Looked};

/// Items handed out ahead of the workers.
const AHEAD: usize = 512;

/// How many items are handed out ahead of the workers of a run. Of a relay that wants few, no more than it takes in a second: what is
/// in hand counts as being sent, and can be taken back no more.
pub(super) fn ahead(pace: &Pace) -> usize {
    pace.in_a_second().map_or(AHEAD, |most| most.clamp(1, AHEAD))
}

/// Claims until nothing more is due, or as many were handed out as the run may try; then the warnings that are wanted because of
/// what waits all the same. Gives what ended without being sent.
pub(super) async fn feed(run: &Run, hand_out: mpsc::Sender<Item>) -> Result<Tally, Fault> {
    let (mut ended, mut left) = (Tally::default(), run.order.limit.unwrap_or(u64::MAX));
    claim(run, &hand_out, &mut left, &mut ended).await?;
    // Of a run that broke off not everything was tried, or the relay could take no warning.
    if !run.is_over() && warn::look(&run.host, run.due).await > 0 {
        claim(run, &hand_out, &mut left, &mut ended).await?;
    }
    Ok(ended)
}

/// Claims until nothing more is due, or nothing is `left` that the run may try.
async fn claim(run: &Run, hand_out: &mpsc::Sender<Item>, left: &mut u64, ended: &mut Tally) -> Result<(), Fault> {
    let (due, mut looked) = (run.due, Looked::default());
    // While these are claimed and synced the workers go through those that were handed out before.
    let at_once = hand_out.max_capacity().div_ceil(2);
    while *left > 0 && !run.is_over() {
        // In this order: whatever is in hand now will be recorded, and wake us, after we began to listen.
        let settled = run.recorded.notified();
        let in_hand = run.in_hand.load(Ordering::SeqCst);
        let most = usize::try_from(*left).map_or(at_once, |left| left.min(at_once));
        let anew = looked.is_nowhere();
        let from = std::mem::take(&mut looked);
        let claim = run.host.writer.decide(move |desk| outbox::claim_several(desk, due, most, from)).await?;
        *ended += claim.ended;
        if claim.nothing {
            // What was given back meanwhile may lie further in front.
            if !anew {
                continue;
            }
            if in_hand == 0 {
                break;
            }
            // What waits behind an earlier message may be free once that one has its fate.
            tokio::select! {
                () = settled => continue,
                () = run.over() => break,
            }
        }
        looked = claim.looked;
        *left -= claim.items.len() as u64;
        run.in_hand.fetch_add(claim.items.len(), Ordering::SeqCst);
        for item in claim.items {
            if hand_out.send(item).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}
