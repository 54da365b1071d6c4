//! Keeping the outbox empty while somebody has the application open.
//!
//! One task: it runs when something is due, otherwise it sleeps until the next item is, until the outbox changes, or until
//! somebody else's run ends. A relay in trouble is left alone for a growing while; then one run probes it. Whoever asks for
//! a flush does not wait for that, and how that one ends counts here too.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::domain::fault::Fault;
use crate::domain::order::FlushOrder;
use crate::domain::outbox::Tally;
use crate::host::flusher;
use crate::host::kept::Kept;
use crate::host::open::Host;
use crate::host::panic::words;
use crate::host::status::{FIRST_WAIT, Running};
use crate::usecase::due::{self, Due};
use crate::wire::reply::FlushReport;

/// Starts the task, unless it was started before. Within a runtime. What it has in hand when it is given up is repeated by the next
/// start.
pub fn start(task: &Kept, host: &Arc<Host>) {
    task.start("flush", || {
        host.flusher.send_modify(|state| state.kept = true);
        tokio::spawn(keep(host.clone(), run))
    });
}

async fn run(host: Arc<Host>) -> Result<FlushReport, Fault> {
    flusher::run(&host, FlushOrder::default()).await
}

/// However far away the next message is due: a clock that was put back meanwhile is noticed then.
const LOOKED_AFTER: Duration = Duration::from_mins(10);

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
    let mut outbox = host.writer.outbox();
    while !host.stopping() {
        // Both before the look: what happens from here on wakes the sleep that may follow it.
        let resume = state.borrow_and_update().resume.filter(|resume| *resume > Instant::now());
        outbox.mark_unchanged();
        let until = match resume {
            Some(resume) => Some(resume),
            None => match round(&host, &run).await {
                Round::Ran => continue,
                Round::Wait(until) => until,
            },
        };
        tokio::select! {
            () = sleep_until(until) => {}
            () = moved(&mut outbox), if resume.is_none() => {}
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

/// Returns once what waits in the outbox has changed; never, when nothing changes any more.
async fn moved(outbox: &mut watch::Receiver<()>) {
    if outbox.changed().await.is_err() {
        std::future::pending::<()>().await;
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
        Due::At(at) => return between(host, now, at).await,
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

/// What is done while messages wait until `at`: whoever registered a meeting is warned if they wait too long.
async fn between(host: &Arc<Host>, now: DateTime<Utc>, at: DateTime<Utc>) -> Round {
    let mut wait = (at - now).to_std().unwrap_or(Duration::ZERO);
    if flusher::warn::again_in(host).is_some_and(|again| again.is_zero()) && flusher::warn::look(host, now).await > 0 {
        return Round::Ran;
    }
    wait = flusher::warn::again_in(host).map_or(wait, |again| wait.min(again)).min(LOOKED_AFTER);
    Round::Wait(Instant::now().checked_add(wait))
}

fn broke_off(host: &Host, fault: Fault) {
    Running::begin(host).end(&Err(fault));
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::domain::mailbox::{MailAddress, MailboxKind, MailboxRow, MailboxState};
    use crate::domain::meeting::{Channel, Entry};
    use crate::domain::order::IssueOrder;
    use crate::domain::outbox::{Failure, Fate};
    use crate::domain::text::Line;
    use crate::domain::unit::UnitRow;
    use crate::host::Options;
    use crate::host::answer::answer;
    use crate::host::clock::request_id;
    use crate::usecase::outbox;
    use crate::wire::reply::{Answer, OutboxStatus, RelayPause, RelayTrouble};
    use crate::wire::request::{Import, Request};

    /// What a host in `folder` is opened with, its clock standing at `now`.
    fn options(folder: &std::path::Path, now: &str) -> Options {
        let file = folder.join("config.toml");
        std::fs::write(&file, "[workflow]\napprove_own = true\n[mail]\nrelay = \"maildir:mail\"\n").unwrap();
        let config = Arc::new(crate::config::load(Some(&file)).unwrap());
        Options { state: folder.join("state"), config, frozen: Some(now.parse().unwrap()), wait: Duration::from_secs(10) }
    }

    /// A host in `folder` whose outbox holds one invitation, to be delivered into a folder beside it.
    async fn host_with_an_invitation(folder: &std::path::Path) -> Arc<Host> {
        let options = options(folder, "2016-05-03T02:00:00Z");
        Host::init(&options, "lan").unwrap();
        let host = Arc::new(Host::open(&options).unwrap());
        let entry: Entry = crate::domain::meeting::tests::entry("2016-05-05 14:00", None);
        let unit = |line, code: &crate::domain::unit::UnitCode| UnitRow {
            line,
            code: code.clone(),
            name: Line::parse("Đơn vị").ok(),
            parent: None,
            kind: None,
            mail_domain: None,
        };
        let units = vec![unit(2, &entry.unit), unit(3, &entry.invited[0])];
        let mailbox = MailboxRow {
            line: 2,
            address: MailAddress::parse("cucdienanh@chinhphu.vn").unwrap(),
            kind: Some(MailboxKind::Shared),
            unit: Some(entry.invited[0].clone()),
            owner: None,
            custodian: None,
            state: Some(MailboxState::Active),
            quota_mb: None,
            primary: None,
        };
        let ask = |request| answer(&host, "lan", request_id(), request);
        ask(Request::UnitImport(Import { rows: units, source: "u".into(), check_only: false })).await.unwrap();
        ask(Request::MailboxImport(Import { rows: vec![mailbox], source: "m".into(), check_only: false })).await.unwrap();
        let added = ask(Request::MeetingAdd { entry: Box::new(entry), submit: true }).await.unwrap();
        let Answer::Meeting(meeting) = added else { panic!("{added:?}") };
        let id = meeting.id;
        ask(Request::MeetingApprove { id: id.clone(), override_reason: None }).await.unwrap();
        let order = IssueOrder { id, without: vec![], reason: None, override_reason: None, channel: Channel::Electronic };
        ask(Request::MeetingIssue(order)).await.unwrap();
        host
    }

    async fn status(host: &Arc<Host>) -> OutboxStatus {
        match answer(host, "lan", request_id(), Request::OutboxStatus).await.unwrap() {
            Answer::OutboxStatus(status) => *status,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn between_runs_it_is_looked_seldom_whether_messages_wait_too_long_and_not_while_the_relay_is_in_trouble() {
        let folder = tempfile::tempdir().unwrap();
        let host = host_with_an_invitation(folder.path()).await;
        let failure = Failure { phase: "rcpt".into(), code: Some(451), enhanced: None, text: "later".into() };
        let refused = failure.clone();
        host.writer
            .decide(move |desk| {
                let (now, next) = (desk.now(), desk.now() + chrono::Duration::hours(9));
                let id = outbox::claim(desk, now, 1, outbox::Looked::default())?.items[0].id;
                outbox::settle(desk, &[(id, Fate::Deferred { failure: refused, next, uncertain: false })])
            })
            .await
            .unwrap();
        drop(host);
        let host = Arc::new(Host::open(&options(folder.path(), "2016-05-03T06:00:00Z")).unwrap());
        let (now, at) = (host.now(), host.now() + chrono::Duration::hours(5));
        let pause = |pause| host.flusher.send_modify(|state| state.pause = pause);
        let trouble = RelayTrouble::Unreachable { failure };
        pause(Some(RelayPause { trouble, since: now, runs: 1, next_probe: None }));
        assert!(matches!(between(&host, now, at).await, Round::Wait(Some(_))));
        assert_eq!(status(&host).await.counts.queued, 0);
        pause(None);
        assert!(matches!(between(&host, now, at).await, Round::Ran));
        assert_eq!(status(&host).await.counts.queued, 1);
        let until = Instant::now() + Duration::from_mins(6);
        assert!(matches!(between(&host, now, at).await, Round::Wait(Some(next)) if next < until), "the next look, not the next message");
        assert_eq!(status(&host).await.counts.queued, 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_is_told_and_ends_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let host = host_with_an_invitation(folder.path()).await;
        let mut told = host.flusher.subscribe();
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = runs.clone();
        let keeping = tokio::spawn(keep(host.clone(), move |host| {
            let run = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                assert!(run > 0, "the first run panics");
                flusher::run(&host, FlushOrder::default()).await
            }
        }));
        told.wait_for(|state| state.broken.is_some()).await.unwrap();
        let broken = status(&host).await;
        assert!(matches!(&broken.broken, Some(Fault::Internal { detail }) if detail.contains("the first run panics")), "{broken:?}");
        assert!(!broken.running && broken.counts.queued == 1);
        told.wait_for(|state| state.last.is_some()).await.unwrap();
        let after = status(&host).await;
        assert_eq!((after.broken, after.counts.sent, runs.load(Ordering::SeqCst)), (None, 1, 2));
        host.stop();
        keeping.await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_run_that_does_nothing_about_what_is_due_is_not_repeated_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let host = host_with_an_invitation(folder.path()).await;
        let mut told = host.flusher.subscribe();
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = runs.clone();
        let keeping = tokio::spawn(keep(host.clone(), move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Ok(FlushReport { remaining: 1, due: 1, ..FlushReport::default() }))
        }));
        told.wait_for(|state| state.resume.is_some()).await.unwrap();
        // Several rounds of the writer later it still has not run again.
        for _ in 0..100 {
            status(&host).await;
        }
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        host.stop();
        keeping.await.unwrap();
    }
}
