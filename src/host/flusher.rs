//! The flusher: takes what is due from the outbox, sends it over several lines, and has each fate recorded.
//!
//! One feeder claims, some workers send, one recorder hands their fates to the writer. Nothing waits for a sync but the
//! recorder: while it waits, the fates of the next messages gather and are recorded together.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use tokio::sync::{Mutex, Notify, mpsc, watch};

use crate::domain::dispatch::ItemId;
use crate::domain::fault::Fault;
use crate::domain::outbox::{Failure, Fate, Item, Tally};
use crate::host::open::Host;
use crate::host::status::Running;
use crate::mail::transport::{Attempt, Line, Transport, Unusable};
use crate::mail::verdict::{self, Trouble};
use crate::usecase::ports::StoreError;
use crate::usecase::{message, outbox};
use crate::wire::reply::{FlushReport, RelayTrouble};

/// Fates recorded together at the most, for each line, and those that may wait behind them. With the one on the line
/// itself they make the 64 messages a line that a crash could make us send twice.
const RECORDED_AT_ONCE: usize = 32;
const UNRECORDED: usize = 31;
/// More than this gains nothing, however many lines there are.
const RECORDED_MAX: usize = 256;
/// How long fates gather before they are recorded: no line waits for that, and a sync costs more.
const GATHERING: Duration = Duration::from_millis(2);
/// By so much an item that sent a line away stands behind everything else that is due.
pub(crate) const A_MOMENT: chrono::Duration = chrono::Duration::milliseconds(1);
/// Items handed out ahead of the workers.
const AHEAD: usize = 128;

/// How long the messages on the lines may take once the run was asked to end.
const GRACE: Duration = Duration::from_secs(4);

/// One run over what is due.
struct Run {
    host: Arc<Host>,
    /// The relay as a whole is in trouble: what is still in hand goes back.
    down: AtomicBool,
    trouble: std::sync::Mutex<Option<Trouble>>,
    /// Workers that still have a relay to talk to.
    working: AtomicUsize,
    /// Items claimed whose fate is not recorded yet.
    in_hand: AtomicUsize,
    /// Woken whenever fates were recorded.
    recorded: Notify,
    /// A fate could not be recorded: nothing more is claimed.
    stop: AtomicBool,
    /// What was due then is tried, once.
    due: DateTime<Utc>,
    /// How many lines there may be.
    lines: usize,
    /// How the first line fares.
    first: watch::Sender<First>,
}

/// What the recorder counted.
#[derive(Default)]
struct Recorded {
    tally: Tally,
    repeated: u64,
}

/// Tries everything that is due once: waits for no due time and for no paused relay.
///
/// # Errors
/// [`Fault::Store`]. Trouble with the relay is in the report.
pub async fn once(host: &Arc<Host>) -> Result<FlushReport, Fault> {
    let _only_one = host.flushing.lock().await;
    run(host).await
}

/// As [`once`], for who holds the lock that keeps runs apart. Whoever follows the flusher is told of begin and end.
///
/// # Errors
/// As [`once`].
pub(crate) async fn run(host: &Arc<Host>) -> Result<FlushReport, Fault> {
    let running = Running::begin(host);
    let ended = run_through(host).await;
    running.end(&ended);
    ended
}

async fn run_through(host: &Arc<Host>) -> Result<FlushReport, Fault> {
    let begun = Instant::now();
    // What an earlier run of this host could not record is taken over as from a dead one.
    host.writer.decide(|desk| if desk.claimed.open.is_empty() { Ok(()) } else { outbox::recover(desk) }).await?;
    let mut report = FlushReport::default();
    match host.transport() {
        Err(Unusable::Configuration(failure)) => report.relay = Some(RelayTrouble::Configuration { failure }),
        Err(Unusable::Folder(failure)) => report.relay = Some(RelayTrouble::Unreachable { failure }),
        Ok(transport) => {
            let run = Arc::new(Run {
                host: host.clone(),
                down: AtomicBool::new(false),
                trouble: std::sync::Mutex::new(None),
                working: AtomicUsize::new(0),
                in_hand: AtomicUsize::new(0),
                recorded: Notify::new(),
                stop: AtomicBool::new(false),
                due: host.clock.now() + A_MOMENT,
                lines: transport.lines(host.connections),
                first: watch::Sender::new(First::Tries),
            });
            let (recorded, ended) = go(&run, &transport).await?;
            let reached = recorded.tally != Tally::default();
            report.tally = recorded.tally;
            report.tally.failed += ended.failed;
            report.tally.held += ended.held;
            report.maybe_repeated = recorded.repeated;
            let trouble = run.trouble.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
            (report.remaining, report.due) = waiting(host)?;
            // Where the other lines took what one line could not, nobody needs to hear of it.
            let matters = run.down.load(Ordering::SeqCst) || report.due > 0;
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

async fn go(run: &Arc<Run>, transport: &Transport) -> Result<(Recorded, Tally), Fault> {
    let lines = run.lines;
    run.working.store(1, Ordering::SeqCst);
    let (hand_out, handed) = mpsc::channel::<Item>(AHEAD);
    let (fates, unrecorded) = mpsc::channel::<(ItemId, Fate, bool)>((UNRECORDED * lines).min(RECORDED_MAX));
    let handed = Arc::new(Mutex::new(handed));
    let workers: Vec<_> =
        (0..lines).map(|n| tokio::spawn(work(run.clone(), n, Line::new(transport), handed.clone(), fates.clone()))).collect();
    drop(fates);
    let recording = tokio::spawn(record(run.clone(), unrecorded, (RECORDED_AT_ONCE * lines).min(RECORDED_MAX)));
    let fed = feed(run, hand_out).await;
    // Nothing will be handed out any more: who still waits for the first line need not.
    run.prove();
    for worker in workers {
        // A worker's own panics are caught around each message; one that ends otherwise gave nothing to record.
        let _ = worker.await;
    }
    let recorded = recording.await.map_err(|error| Fault::Internal { detail: error.to_string() })?;
    Ok((recorded?, fed?))
}

/// Claims until nothing more is due, ahead of the workers.
async fn feed(run: &Run, hand_out: mpsc::Sender<Item>) -> Result<Tally, Fault> {
    let (mut ended, due) = (Tally::default(), run.due);
    loop {
        if run.down.load(Ordering::SeqCst) || run.stop.load(Ordering::SeqCst) || run.host.stopping() {
            return Ok(ended);
        }
        // In this order: whatever is in hand now will be recorded, and wake us, after we began to listen.
        let settled = run.recorded.notified();
        let in_hand = run.in_hand.load(Ordering::SeqCst);
        let claim = run.host.writer.decide(move |desk| outbox::claim(desk, due)).await?;
        ended.failed += claim.ended.failed;
        ended.held += claim.ended.held;
        if claim.items.is_empty() && claim.ended == Tally::default() {
            if in_hand == 0 {
                return Ok(ended);
            }
            // What waits behind an earlier message may be free once that one has its fate.
            tokio::select! {
                () = settled => continue,
                () = run.host.stopped() => return Ok(ended),
            }
        }
        run.in_hand.fetch_add(claim.items.len(), Ordering::SeqCst);
        for item in claim.items {
            if hand_out.send(item).await.is_err() {
                return Ok(ended);
            }
        }
    }
}

async fn work(
    run: Arc<Run>,
    number: usize,
    mut line: Line,
    handed: Arc<Mutex<mpsc::Receiver<Item>>>,
    fates: mpsc::Sender<(ItemId, Fate, bool)>,
) {
    if number > 0 && !run.proven().await {
        return;
    }
    let mut own_line = true;
    loop {
        let next = handed.lock().await.recv().await;
        let Some(item) = next else { break };
        let due = item.next_attempt.unwrap_or_else(|| run.host.clock.now());
        let attempt = if own_line && !run.down.load(Ordering::SeqCst) && !run.host.stopping() {
            tokio::select! {
                attempt = attempt(&run, &mut line, &item) => attempt,
                // The message may be half said: it gets no fate, its claim stands, and the next start repeats it.
                () = grace_is_over(&run.host) => continue,
            }
        } else {
            Attempt { fate: Fate::Released { due }, trouble: None }
        };
        if let Some(trouble) = attempt.trouble {
            own_line = false;
            run.give_up(trouble);
        } else if own_line && number == 0 {
            run.prove();
        }
        let repeated = (item.interrupted || item.uncertain) && !matches!(attempt.fate, Fate::Released { .. });
        if fates.send((item.id, attempt.fate, repeated)).await.is_err() {
            break;
        }
        if !own_line && !run.down.load(Ordering::SeqCst) {
            // Others still have their lines: what is left is theirs.
            break;
        }
    }
    line.close().await;
}

async fn grace_is_over(host: &Host) {
    host.stopped().await;
    tokio::time::sleep(GRACE).await;
}

/// What the other lines wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    /// The first line has not got through yet.
    Tries,
    /// It has: the relay takes us.
    Proven,
    /// It has not: there is nothing to open further lines to.
    Failed,
}

impl Run {
    /// The first line got through to the relay: the others may open theirs. Until then one wrong password is one failed
    /// login, not one for each line.
    fn prove(&self) {
        self.first.send_if_modified(|first| {
            let proves = *first == First::Tries;
            if proves {
                self.working.fetch_add(self.lines - 1, Ordering::SeqCst);
                *first = First::Proven;
            }
            proves
        });
    }

    /// Waits for the first line; `false` when there will be nothing to do.
    async fn proven(&self) -> bool {
        let mut first = self.first.subscribe();
        first.wait_for(|first| *first != First::Tries).await.is_ok_and(|first| *first == First::Proven)
    }

    /// A worker's line is in trouble. It stops; when it was the last one, or waiting cannot help, the relay is down.
    fn give_up(&self, trouble: Trouble) {
        let final_word = matches!(trouble, Trouble::Credentials(_));
        let others = self.working.fetch_sub(1, Ordering::SeqCst) - 1;
        let mut gravest = self.trouble.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if final_word || !matches!(*gravest, Some(Trouble::Credentials(_))) {
            *gravest = Some(trouble);
        }
        if final_word || others == 0 {
            self.down.store(true, Ordering::SeqCst);
            self.first.send_if_modified(|first| std::mem::replace(first, First::Failed) == First::Tries);
        }
    }
}

/// Sends one item; a panic on the way is its fate, not the program's.
async fn attempt(run: &Run, line: &mut Line, item: &Item) -> Attempt {
    let (now, chance) = (run.host.clock.now(), run.host.random.bits());
    let retry = &run.host.rules.retry;
    let sending = async {
        match message::read(run.host.store.as_ref(), item.id) {
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

/// Waits for a fate, then for as many more as come within [`GATHERING`]. `false`: no more will come.
async fn gather(unrecorded: &mut mpsc::Receiver<(ItemId, Fate, bool)>, batch: &mut Vec<(ItemId, Fate, bool)>, at_once: usize) -> bool {
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

/// Records fates, as many as have gathered while the last ones were being synced.
async fn record(run: Arc<Run>, mut unrecorded: mpsc::Receiver<(ItemId, Fate, bool)>, at_once: usize) -> Result<Recorded, Fault> {
    let mut recorded = Recorded::default();
    let mut batch = Vec::with_capacity(at_once);
    while gather(&mut unrecorded, &mut batch, at_once).await {
        let fates: Vec<(ItemId, Fate)> = batch.iter().map(|(id, fate, _)| (*id, fate.clone())).collect();
        let result = run.host.writer.decide(move |desk| outbox::settle(desk, &fates).map(|states| (fates, states))).await;
        let (fates, states) = match result {
            Ok(settled) => settled,
            Err(fault) => {
                run.stop.store(true, Ordering::SeqCst);
                run.in_hand.store(0, Ordering::SeqCst);
                run.recorded.notify_waiters();
                return Err(fault);
            }
        };
        for ((_, fate), state) in fates.iter().zip(states) {
            match fate {
                Fate::Released { .. } => {}
                // Still queued, but not for want of trying.
                Fate::Panicked { .. } if state.is_waiting() => recorded.tally.deferred += 1,
                _ => recorded.tally.count(state),
            }
        }
        recorded.repeated += batch.iter().filter(|(_, _, repeated)| *repeated).count() as u64;
        run.in_hand.fetch_sub(batch.len(), Ordering::SeqCst);
        run.recorded.notify_waiters();
        batch.clear();
    }
    Ok(recorded)
}
