//! The flusher: takes what is due from the outbox, sends it over several lines, and has each fate recorded.
//!
//! One feeder claims, some workers send, one recorder hands their fates to the writer. Nothing waits for a sync but the
//! recorder: while it waits, the fates of the next messages gather and are recorded together.

mod feed;
mod join;
mod lines;
mod pace;
mod record;
pub(crate) mod warn;
mod work;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, Notify, mpsc, watch};

use self::lines::Lines;
use self::pace::Pace;
use self::record::Recorded;
use crate::domain::fault::Fault;
use crate::domain::order::FlushOrder;
use crate::domain::outbox::{Item, Tally};
use crate::host::open::Host;
use crate::host::status::Running;
use crate::mail::transport::{Line, Transport, Unusable};
use crate::mail::verdict::Trouble;
use crate::usecase::message::Messages;
use crate::usecase::ports::StoreError;
use crate::usecase::{outbox, strayed};
use crate::wire::reply::{FlushReport, RelayTrouble};

/// By so much an item that sent a line away stands behind everything else that is due.
pub(crate) const A_MOMENT: chrono::Duration = chrono::Duration::milliseconds(1);

/// One run over what is due.
struct Run {
    host: Arc<Host>,
    /// What was ordered.
    order: FlushOrder,
    /// Why nothing more is begun; [`End::None`]: everything goes on.
    end: watch::Sender<End>,
    /// The trouble that the relay made, the gravest of it.
    trouble: std::sync::Mutex<Option<Trouble>>,
    /// Items claimed whose fate is not recorded yet.
    in_hand: AtomicUsize,
    /// Woken whenever fates were recorded.
    recorded: Notify,
    /// A fate could not be recorded: nothing more is claimed.
    stop: AtomicBool,
    /// What was due then is tried, once.
    due: DateTime<Utc>,
    /// How many lines there may be.
    lines: Lines,
    /// When each message may go.
    pace: Pace,
    /// The messages that are read.
    messages: Messages,
}

/// Why a run is over before everything was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It is not.
    None,
    /// Its time has run out, or the host stops: what is on the lines has a moment.
    Asked,
    /// The relay as a whole is in trouble: what is in hand goes back.
    Relay,
}

/// Tries everything that is due once: waits for no due time and for no paused relay. Where a run is going on already it is followed,
/// and what it leaves is tried after it.
///
/// # Errors
/// [`Fault::Store`]. Trouble with the relay is in the report.
pub async fn once(host: &Arc<Host>, order: FlushOrder) -> Result<FlushReport, Fault> {
    if let Ok(_only_one) = host.flushing.try_lock() {
        return run(host, order).await;
    }
    join::join(host, order).await
}

/// As [`once`], for who holds the lock that keeps runs apart. Whoever follows the flusher is told of begin and end.
///
/// # Errors
/// As [`once`].
pub(crate) async fn run(host: &Arc<Host>, order: FlushOrder) -> Result<FlushReport, Fault> {
    let running = Running::begin(host);
    let ended = run_through(host, order).await;
    running.end(&ended);
    ended
}

async fn run_through(host: &Arc<Host>, order: FlushOrder) -> Result<FlushReport, Fault> {
    let begun = Instant::now();
    // What an earlier run of this host could not record is taken over as from a dead one.
    host.writer.decide(|desk| if desk.claimed.open.is_empty() { Ok(()) } else { outbox::recover(desk) }).await?;
    host.writer.decide(strayed::call_back).await?;
    let mut report = FlushReport::default();
    match host.transport() {
        Err(Unusable::Configuration(failure)) => report.relay = Some(RelayTrouble::Configuration { failure }),
        Err(Unusable::Folder(failure)) => report.relay = Some(RelayTrouble::Unreachable { failure }),
        Ok(transport) => {
            let most = transport.lines(host.connections);
            let run = Arc::new(Run::new(host.clone(), order, most));
            let ending = tokio::spawn(end_in_time(run.clone()));
            let gone = go(&run, &transport, most).await;
            ending.abort();
            let (recorded, ended) = gone?;
            let reached = recorded.tally != Tally::default();
            report.tally = recorded.tally;
            report.tally += ended;
            report.maybe_repeated = recorded.repeated;
            let trouble = run.trouble.lock().unwrap_or_else(PoisonError::into_inner).take();
            (report.remaining, report.due) = waiting(host)?;
            // Where the other lines took what one line could not, nobody needs to hear of it.
            let matters = *run.end.borrow() == End::Relay || report.due > 0;
            report.relay = trouble.filter(|_| matters).map(|trouble| relay_trouble(trouble, reached));
        }
    }
    (report.remaining, report.due) = waiting(host)?;
    report.elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

/// What waits, and what of it is due: also what was put behind everything else by a moment.
fn waiting(host: &Host) -> Result<(u64, u64), StoreError> {
    outbox::waiting(host.store.as_ref(), host.clock.now() + A_MOMENT)
}

/// Trouble as it is reported; a relay that took or refused something in this run was reached.
fn relay_trouble(trouble: Trouble, reached: bool) -> RelayTrouble {
    match trouble {
        Trouble::Unreachable(failure) if reached => RelayTrouble::Paused { failure },
        Trouble::Unreachable(failure) => RelayTrouble::Unreachable { failure },
        Trouble::SentAway(failure) => RelayTrouble::Paused { failure },
        Trouble::Credentials(failure) => RelayTrouble::Credentials { failure },
    }
}

/// Ends a run when the host stops or the run's time is over.
async fn end_in_time(run: Arc<Run>) {
    let deadline = async {
        match run.order.deadline_ms {
            Some(time) => tokio::time::sleep(Duration::from_millis(time)).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = run.host.stopped() => {}
        () = deadline => {}
    }
    run.ends(End::Asked);
}

async fn go(run: &Arc<Run>, transport: &Transport, most: usize) -> Result<(Recorded, Tally), Fault> {
    let (hand_out, handed) = mpsc::channel::<Item>(feed::ahead(&run.pace));
    let (fates, unrecorded) = record::channel(most);
    let handed = Arc::new(Mutex::new(handed));
    let work = |n| work::work(run.clone(), run.lines.place(n), Line::new(transport), handed.clone(), fates.clone());
    let workers: Vec<_> = (0..most).map(|n| tokio::spawn(work(n))).collect();
    drop(fates);
    let recording = tokio::spawn(record::record(run.clone(), unrecorded, most));
    let fed = feed::feed(run, hand_out).await;
    // Nothing more is handed out: who waits for a line of his own need not. Those who have one come to the end of what there is.
    let mut workers = workers.into_iter();
    // A worker's own panics are caught around each message; one that ends otherwise gave nothing to record.
    if let Some(first) = workers.next() {
        let _ = first.await;
    }
    run.lines.close();
    for worker in workers {
        let _ = worker.await;
    }
    let recorded = recording.await.map_err(|error| Fault::Internal { detail: error.to_string() })?;
    Ok((recorded?, fed?))
}

impl Run {
    fn new(host: Arc<Host>, order: FlushOrder, most: usize) -> Self {
        Self {
            order,
            end: watch::Sender::new(End::None),
            trouble: std::sync::Mutex::new(None),
            in_hand: AtomicUsize::new(0),
            recorded: Notify::new(),
            stop: AtomicBool::new(false),
            due: host.clock.now() + A_MOMENT,
            lines: Lines::new(most),
            pace: Pace::new(&host.rates),
            messages: Messages::default(),
            host,
        }
    }

    /// Whether nothing more is begun.
    fn is_over(&self) -> bool {
        *self.end.borrow() != End::None || self.stop.load(Ordering::SeqCst) || self.host.stopping()
    }

    /// Returns when nothing more is begun.
    async fn over(&self) {
        // An end of those who decide is an end of the run.
        let _ = self.end.subscribe().wait_for(|end| *end != End::None).await;
    }

    /// Returns when what is on the lines has to end too.
    async fn asked_to_end(&self) {
        let _ = self.end.subscribe().wait_for(|end| *end == End::Asked).await;
    }

    fn ends(&self, why: End) {
        // A run that was asked to end stays so: what is on the lines has no more time because the relay is in trouble.
        self.end.send_if_modified(|end| {
            let changes = *end != why && *end != End::Asked;
            if changes {
                *end = why;
            }
            changes
        });
    }

    /// A line is in trouble. When it was the only one there may be, or waiting cannot help, the relay is.
    fn trouble_with(&self, trouble: Trouble) {
        let final_word = matches!(trouble, Trouble::Credentials(_));
        let last = self.lines.went_badly();
        let mut gravest = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if final_word || !matches!(*gravest, Some(Trouble::Credentials(_))) {
            *gravest = Some(trouble);
        }
        drop(gravest);
        if final_word || last {
            self.ends(End::Relay);
        }
    }
}
