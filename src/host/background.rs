//! Keeping the outbox empty while somebody has the application open.
//!
//! One task: it runs when something is due, otherwise it sleeps until the next item is, until the outbox changes, or until
//! somebody else's run ends. A relay in trouble is left alone for a growing while; then one run probes it. Whoever asks for
//! a flush does not wait for that, and how that one ends counts here too.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::domain::fault::Fault;
use crate::domain::outbox::Tally;
use crate::host::flusher;
use crate::host::open::Host;
use crate::host::panic::words;
use crate::host::status::{FIRST_WAIT, Running};
use crate::usecase::due::{self, Due};
use crate::usecase::keys;
use crate::usecase::ports::{Changes, Rev};
use crate::wire::reply::FlushReport;

/// The task, once it was started.
#[derive(Default)]
pub struct Background(Mutex<Option<JoinHandle<()>>>);

impl Background {
    /// Starts it, unless it was started before. Within a runtime.
    pub fn start(&self, host: &Arc<Host>) {
        let mut task = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if task.is_none() {
            host.flusher.send_modify(|state| state.kept = true);
            *task = Some(tokio::spawn(keep(host.clone(), run)));
        }
    }

    /// Waits until it has ended, which the host was asked for before.
    pub async fn ended(&self) {
        let task = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "what keeps flushing ended badly");
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Only when nobody waited for the end. The task must not keep a store open that nobody can reach any more; what it
        // has in hand is repeated by the next start.
        if let Some(task) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

async fn run(host: Arc<Host>) -> Result<FlushReport, Fault> {
    flusher::run(&host).await
}

/// What a look at the outbox came to.
enum Round {
    /// Something was done: look again.
    Ran,
    /// There is nothing to do before this instant, or before something happens.
    Wait(Option<Instant>),
}

async fn keep<R, F>(host: Arc<Host>, run: R)
where
    R: Fn(Arc<Host>) -> F,
    F: Future<Output = Result<FlushReport, Fault>>,
{
    let mut state = host.flusher.subscribe();
    let mut outbox = Outbox::of(&host);
    while !host.stopping() {
        // Both before the look: what happens from here on wakes the sleep that may follow it.
        let resume = state.borrow_and_update().resume.filter(|resume| *resume > Instant::now());
        outbox.note();
        let until = match resume {
            Some(resume) => Some(resume),
            None => match round(&host, &run).await {
                Round::Ran => continue,
                Round::Wait(until) => until,
            },
        };
        tokio::select! {
            () = sleep_until(until) => {}
            () = outbox.changed(&host), if resume.is_none() => {}
            _ = state.changed() => {}
            () = host.stopped() => {}
        }
    }
    host.flusher.send_modify(|state| state.kept = false);
}

async fn sleep_until(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}

/// Looks whether there is something to do, and does it.
async fn round<R, F>(host: &Arc<Host>, run: &R) -> Round
where
    R: Fn(Arc<Host>) -> F,
    F: Future<Output = Result<FlushReport, Fault>>,
{
    // Nobody else's run is going on while this one looks.
    let _only_one = host.flushing.lock().await;
    let now = host.clock.now();
    let due = match host.writer.look(move |desk| Ok(due::next(desk, now + flusher::A_MOMENT)?)).await {
        Ok(due) => due,
        Err(fault) => {
            broke_off(host, fault);
            return Round::Ran;
        }
    };
    match due {
        Due::Now => {}
        Due::Never => return Round::Wait(None),
        // A clock that stands does not come to that instant.
        Due::At(_) if host.clock.frozen() => return Round::Wait(None),
        Due::At(at) => return Round::Wait(Instant::now().checked_add((at - now).to_std().unwrap_or(Duration::ZERO))),
    }
    match AssertUnwindSafe(run(host.clone())).catch_unwind().await {
        Ok(Ok(report)) if report.tally == Tally::default() && report.relay.is_none() && report.due > 0 => {
            // It found nothing to do where this look found something. That must not be; should it be all the same, it must
            // not become a loop that eats the machine.
            host.flusher.send_modify(|state| state.resume = Some(Instant::now() + FIRST_WAIT));
        }
        Ok(_) => {}
        Err(panic) => {
            let detail = words(panic.as_ref());
            tracing::error!(%detail, "a panic while flushing");
            broke_off(host, Fault::Internal { detail });
        }
    }
    Round::Ran
}

fn broke_off(host: &Host, fault: Fault) {
    Running::begin(host).end(&Err(fault));
}

/// The waiting items of the outbox, and whether anything about them has changed.
struct Outbox {
    revisions: watch::Receiver<Rev>,
    at: Rev,
}

impl Outbox {
    fn of(host: &Host) -> Self {
        let revisions = host.writer.revisions();
        let at = *revisions.borrow();
        Self { revisions, at }
    }

    /// What has changed until now is known.
    fn note(&mut self) {
        self.at = *self.revisions.borrow_and_update();
    }

    /// Returns once something has changed.
    async fn changed(&mut self, host: &Host) {
        loop {
            if self.revisions.changed().await.is_err() {
                // The writer has stopped: nothing changes any more.
                std::future::pending::<()>().await;
            }
            match host.store.changes(keys::DUE, self.at, Duration::ZERO) {
                Ok(Changes::Keys { at, keys }) if keys.is_empty() => self.at = at,
                Ok(_) | Err(_) => return,
            }
        }
    }
}
