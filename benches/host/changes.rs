//! What one does, seen by twenty others.

use std::time::Instant;

use lichhop::wire::change::ChangeKind;
use lichhop::wire::request::Request;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::figures::{SMALL, Size, median, micros, quantile, report};
use super::ministry::{Ministries, add};
use super::served::Served;

const OTHERS: usize = 20;
/// Changes in a round.
const CHANGES: usize = 20;

pub(crate) fn changes(runtime: &Runtime, ministries: &Ministries, size: &Size) {
    let (folder, target) = ministries.copy(SMALL);
    let host = Served::start(&target, folder.path());
    let (mut each, mut last) = (Vec::new(), Vec::new());
    runtime.block_on(async {
        let (seen, mut sightings) = mpsc::channel(OTHERS);
        let others = host.clients(OTHERS).await;
        for client in &others {
            let (mut changes, seen) = (client.changes(), seen.clone());
            // Whoever was answered follows already.
            client.call(Request::OutboxStatus).await.unwrap();
            tokio::spawn(async move {
                while let Some(change) = changes.next().await {
                    if change.kinds.iter().any(|kind| matches!(kind, ChangeKind::Meetings(_))) {
                        let _ = seen.send(Instant::now()).await;
                    }
                }
            });
        }
        let own = host.client().await;
        for n in 0..size.rounds * CHANGES {
            let begun = Instant::now();
            add(&own, n).await;
            let mut times = Vec::new();
            for _ in 0..OTHERS {
                times.push(micros(sightings.recv().await.unwrap().saturating_duration_since(begun)) / 1000.0);
            }
            last.push(quantile(&times, 1.0));
            each.extend(times);
        }
    });
    let figure = format!("{:.2} ms, max {:.1} ms", median(&each), quantile(&each, 1.0));
    report(
        "5. one change seen by 20 others, from its request on",
        &figure,
        "20 ms, 1 s",
        &format!("the last of them {:.2} ms", median(&last)),
    );
    host.stop();
}
