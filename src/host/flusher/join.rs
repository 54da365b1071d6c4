//! Asking for a run while another one is going on: that one is followed to its end, then what it left is tried, and what is told is
//! what became of everything that was due when it was asked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::domain::fault::Fault;
use crate::domain::order::FlushOrder;
use crate::domain::outbox::Tally;
use crate::host::blocking;
use crate::host::open::Host;
use crate::usecase::due::{self, Outstanding};
use crate::usecase::ports::StoreError;
use crate::wire::reply::FlushReport;

/// Waits for the run that is going on and then runs as ordered, all within the order's time. With a limit only the own run is told of:
/// what others sent was not limited by it.
///
/// # Errors
/// As [`super::once`].
pub(super) async fn join(host: &Arc<Host>, order: FlushOrder) -> Result<FlushReport, Fault> {
    let begun = Instant::now();
    let time = order.deadline_ms.map(Duration::from_millis);
    let asked = now(host);
    let waiting =
        if order.limit.is_some() { Vec::new() } else { beside(host, move |host| due::outstanding(host.store.as_ref(), asked)).await? };
    let turn = tokio::select! {
        turn = host.flushing.lock() => Some(turn),
        () = sleep(time) => None,
        () = host.stopped() => None,
    };
    let at = now(host);
    let (mut tally, mut repeated) = beside(host, move |host| became(host, &waiting, at)).await?;
    let mut report = FlushReport::default();
    if turn.is_some() && !host.stopping() {
        let spent = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        report = super::run(host, FlushOrder { deadline_ms: order.deadline_ms.map(|time| time.saturating_sub(spent)), ..order }).await?;
        tally += report.tally;
        repeated += report.maybe_repeated;
    }
    let (remaining, due) = super::waiting(host)?;
    let elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(FlushReport { tally, maybe_repeated: repeated, remaining, due, elapsed_ms, ..report })
}

fn now(host: &Host) -> DateTime<Utc> {
    host.clock.now() + super::A_MOMENT
}

async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

async fn beside<T: Send + 'static>(
    host: &Arc<Host>,
    look: impl FnOnce(&Host) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Fault> {
    let host = host.clone();
    blocking(move || Ok(look(&host)?)).await
}

/// How those ended that are not due any more, and how many of them may have been sent twice.
fn became(host: &Host, waiting: &[Outstanding], now: DateTime<Utc>) -> Result<(Tally, u64), StoreError> {
    let (mut tally, mut repeated) = (Tally::default(), 0);
    for Outstanding { id, maybe_sent } in waiting {
        if let Some(state) = due::ended(host.store.as_ref(), *id, now)? {
            tally.count(state);
            repeated += u64::from(*maybe_sent);
        }
    }
    Ok((tally, repeated))
}
