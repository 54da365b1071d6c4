//! How a flush gets on, for who watches it on a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::client::Client;
use crate::wire::reply::{Answer, OutboxCounts, Reply};
use crate::wire::request::Request;

/// Between two looks at the outbox.
const LOOK: Duration = Duration::from_millis(250);

/// Waits for the answer to a flush and shows how it gets on meanwhile, where somebody can see it. Nothing of it is left when it
/// has ended: what the flush did is told in words.
pub(super) async fn beside(client: &Client, flush: impl Future<Output = Reply>) -> Reply {
    let bar = ProgressBar::no_length();
    if bar.is_hidden() {
        return flush.await;
    }
    tokio::pin!(flush);
    let (mut first, mut looks) = (None, tokio::time::interval(LOOK));
    let reply = loop {
        tokio::select! {
            reply = &mut flush => break reply,
            _ = looks.tick() => {}
        }
        // Who may send may see how it stands; where that cannot be told the flush goes on all the same.
        let look = client.call(Request::OutboxStatus);
        let status = tokio::select! {
            reply = &mut flush => break reply,
            status = look => status,
        };
        if let Ok(Answer::OutboxStatus(status)) = status {
            show(&bar, *first.get_or_insert(waiting(&status.counts)), waiting(&status.counts));
        }
    };
    bar.finish_and_clear();
    reply
}

fn waiting(counts: &OutboxCounts) -> u64 {
    counts.queued + counts.sending + counts.deferred
}

fn show(bar: &ProgressBar, first: u64, waiting: u64) {
    if bar.length().is_none() {
        bar.set_length(first);
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {per_sec} {eta}") {
            bar.set_style(style);
        }
    }
    bar.set_position(first.saturating_sub(waiting));
}
