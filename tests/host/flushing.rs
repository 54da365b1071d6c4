//! Flushing through a relay: everything once, nothing lost, trouble told from refusals.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use lichhop::domain::outbox::{ItemState, Tally};
use lichhop::domain::text::Prose;
use lichhop::wire::reply::{Answer, RelayTrouble};
use lichhop::wire::request::{FlushOrder, Request};
use tokio::sync::Notify;

use super::relay::{FakeRelay, Instead};
use super::{House, NOW};

const UNITS: [&str; 8] = ["TCDL", "TCTDTT", "CDA", "CDSVH", "CVHCS", "CNTBD", "VPC", "TTCNTT"];

fn later(minutes: i64) -> chrono::DateTime<chrono::Utc> {
    NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap() + chrono::Duration::minutes(minutes)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_due_is_sent_once_over_several_connections() {
    let relay = FakeRelay::start(|_, _| None).await;
    let house = House::with_relay(relay.port, 4).await;
    for _ in 0..10 {
        house.issued(&UNITS).await;
    }
    let report = house.flush().await;
    assert_eq!((report.tally, report.remaining, report.relay), (Tally { sent: 80, ..Tally::default() }, 0, None));
    assert_eq!((relay.count(), relay.taken().len(), relay.connections()), (80, 8, 4));
    let ids: std::collections::BTreeSet<_> = relay
        .taken()
        .values()
        .flatten()
        .map(|message| message.lines().find(|line| line.starts_with("Message-ID:")).unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 80, "each message has its own id");
    assert_eq!(house.flush().await.tally, Tally::default(), "and nothing is left for a second flush");
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_concern_their_own_item_only() {
    let relay = FakeRelay::choosy().await;
    let house = House::with_relay(relay.port, 2).await;
    house.issued(&UNITS).await;
    let report = house.flush().await;
    assert_eq!(report.tally, Tally { sent: 6, deferred: 1, failed: 1, held: 0 });
    assert_eq!((report.remaining, report.due), (1, 0));
    let items = house.items().await;
    let of = |unit: &str| items.iter().find(|item| item.unit.as_str() == unit).unwrap().clone();
    let (failed, deferred) = (of("CDA"), of("VPC"));
    assert_eq!((failed.state, failed.attempts), (ItemState::Failed, 1));
    let error = failed.last_error.unwrap();
    assert_eq!((error.phase.as_str(), error.code, error.enhanced.as_deref()), ("rcpt", Some(550), Some("5.1.1")));
    assert!(error.text.contains("no such mailbox") && !error.text.contains('\u{1b}'), "{:?}", error.text);
    let wait = deferred.next_attempt.unwrap() - NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert!((48..=72).contains(&wait.num_seconds()), "a minute, a fifth more or less: {wait}");
    assert_eq!(house.flush().await.tally, Tally::default(), "not due yet");
    let house = house.reopened(later(2)).await;
    assert_eq!(house.flush().await.tally, Tally { deferred: 1, ..Tally::default() });
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_cannot_be_reached_burns_no_attempt() {
    let port = FakeRelay::start(|_, _| None).await.port;
    // A port that was just free: nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_ne!(port, free);
    let house = House::with_relay(free, 4).await;
    house.issued(&UNITS).await;
    let report = house.flush().await;
    assert!(matches!(report.relay, Some(RelayTrouble::Unreachable { .. })), "{report:?}");
    assert_eq!((report.tally, report.remaining, report.due), (Tally::default(), 8, 8));
    assert!(house.items().await.iter().all(|item| item.attempts == 0 && item.state == ItemState::Queued));
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_takes_one_connection_gets_everything_over_that_one() {
    let relay = FakeRelay::start(|connection, line| {
        (connection > 0 && line == "greeting").then_some(Instead::SayAndClose("421 too many connections"))
    })
    .await;
    let house = House::with_relay(relay.port, 4).await;
    for _ in 0..5 {
        house.issued(&UNITS).await;
    }
    let report = house.flush().await;
    assert_eq!((report.tally, report.remaining, report.relay), (Tally { sent: 40, ..Tally::default() }, 0, None));
    assert_eq!(relay.count(), 40);
    assert!(house.items().await.iter().all(|item| item.attempts == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_away_over_one_message_lets_the_others_through_next_time() {
    let relay =
        FakeRelay::start(|_, line| line.starts_with("RCPT TO:<vanthu@vietnamtourism").then_some(Instead::SayAndClose("421 4.7.0 go away")))
            .await;
    let house = House::with_relay(relay.port, 1).await;
    house.issued(&UNITS).await;
    // The first item sends the only connection away; from then on it stands behind the others.
    let first = house.flush().await;
    assert!(matches!(first.relay, Some(RelayTrouble::Paused { .. })), "{first:?}");
    let house = house.reopened(later(1)).await;
    let second = house.flush().await;
    assert_eq!((first.tally.sent, second.tally.sent, second.remaining), (0, 7, 1));
    let item = house.items().await.into_iter().find(|item| item.unit.as_str() == "TCDL").unwrap();
    assert_eq!((item.attempts, item.state), (0, ItemState::Queued));
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_stop_the_run_and_burn_nothing() {
    let relay = FakeRelay::start(|_, line| line.starts_with("MAIL").then_some(Instead::Say("530 5.7.0 authentication required"))).await;
    let house = House::with_relay(relay.port, 4).await;
    house.issued(&UNITS).await;
    let report = house.flush().await;
    assert!(matches!(report.relay, Some(RelayTrouble::Credentials { .. })), "{report:?}");
    assert!(house.items().await.iter().all(|item| item.attempts == 0 && item.state == ItemState::Queued));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_closed_between_messages_costs_nothing() {
    let taken = Arc::new(AtomicUsize::new(0));
    let count = taken.clone();
    // Answers a second MAIL on any connection by closing.
    let seen = std::sync::Mutex::new(std::collections::BTreeMap::<usize, usize>::new());
    let relay = FakeRelay::start(move |connection, line| {
        if !line.starts_with("MAIL") {
            return None;
        }
        let mut seen = seen.lock().unwrap();
        let mails = seen.entry(connection).or_default();
        *mails += 1;
        count.fetch_add(1, Ordering::SeqCst);
        (*mails > 1).then_some(Instead::Close)
    })
    .await;
    let house = House::with_relay(relay.port, 1).await;
    house.issued(&UNITS).await;
    let report = house.flush().await;
    assert_eq!((report.tally.sent, report.remaining), (8, 0), "{report:?}");
    assert_eq!((relay.count(), relay.connections()), (8, 8));
    assert!(house.items().await.iter().all(|item| item.attempts == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_to_the_dot_is_tried_again_with_the_same_bytes() {
    let first = std::sync::atomic::AtomicBool::new(true);
    let relay = FakeRelay::start(move |_, line| (line == "dot" && first.swap(false, Ordering::SeqCst)).then_some(Instead::Close)).await;
    let house = House::with_relay(relay.port, 1).await;
    house.issued(&["CDA"]).await;
    let report = house.flush().await;
    assert_eq!(report.tally, Tally { deferred: 1, ..Tally::default() });
    assert_eq!(house.items().await[0].last_error.as_ref().unwrap().phase, "dot");
    let house = house.reopened(later(16)).await;
    assert_eq!(house.flush().await.tally.sent, 1);
    assert_eq!(relay.count(), 1);
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_flushes_at_once_send_nothing_twice() {
    let relay = FakeRelay::start(|_, _| None).await;
    let house = House::with_relay(relay.port, 4).await;
    house.issued(&UNITS).await;
    let (one, other) = tokio::join!(house.flush(), house.flush());
    // The one that came second tells what became of what it found, whoever sent it.
    assert_eq!((one.tally.sent.max(other.tally.sent), one.due, other.due, relay.count()), (8, 0, 0, 8));
}

/// A relay that takes one message; the next one waits at its dot until it is let.
async fn gated(open: Arc<(Mutex<bool>, Condvar)>, reached: Arc<Notify>) -> FakeRelay {
    let messages = AtomicUsize::new(0);
    FakeRelay::start(move |_, line| {
        if line == "dot" && messages.fetch_add(1, Ordering::SeqCst) == 1 {
            reached.notify_one();
            let (open, opened) = &*open;
            let wait = || opened.wait_timeout_while(open.lock().unwrap(), Duration::from_mins(1), |open| !*open).is_ok();
            assert!(tokio::task::block_in_place(wait));
        }
        None
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_asks_during_a_run_is_told_what_became_of_what_was_due() {
    let (open, reached) = (Arc::new((Mutex::new(false), Condvar::new())), Arc::new(Notify::new()));
    let relay = gated(open.clone(), reached.clone()).await;
    let house = House::with_relay(relay.port, 1).await;
    house.issued(&["CDA", "CDSVH", "CVHCS", "VPC"]).await;
    let first = house.client.call(Request::flush());
    let others = async {
        reached.notified().await;
        // Its time counts while it waits, and it is told that nothing came of it.
        let short = Request::Flush(FlushOrder { limit: None, deadline_ms: Some(50) });
        let Answer::Flushed(short) = house.client.call(short).await.unwrap() else { panic!() };
        assert_eq!((short.tally.failed, short.tally.deferred, short.relay.clone()), (0, 0, None), "{short:?}");
        assert!(short.due >= 1 && short.remaining >= short.due && short.elapsed_ms >= 50, "{short:?}");
        let left = house.states().await.iter().filter(|state| **state != ItemState::Sent).count() as u64;
        // Who waits to the end is told of all that was not sent when he asked; who set a limit of what he did himself.
        let all = house.client.call(Request::flush());
        let limited = house.client.call(Request::Flush(FlushOrder { limit: Some(1), deadline_ms: None }));
        let gate = async {
            // Asked behind both again and again: both wait by then.
            for _ in 0..50 {
                house.client.call(Request::OutboxStatus).await.unwrap();
            }
            let (open, opened) = &*open;
            *open.lock().unwrap() = true;
            opened.notify_all();
        };
        let (all, limited, ()) = tokio::join!(all, limited, gate);
        let (Answer::Flushed(all), Answer::Flushed(limited)) = (all.unwrap(), limited.unwrap()) else { panic!() };
        assert!((3..=left).contains(&all.tally.sent), "{all:?} of {left}");
        assert_eq!((all.remaining, all.due, limited.tally.sent), (0, 0, 0), "{all:?}, {limited:?}");
    };
    let (first, ()) = Box::pin(tokio::time::timeout(Duration::from_mins(1), async { tokio::join!(first, others) })).await.unwrap();
    let Answer::Flushed(first) = first.unwrap() else { panic!() };
    assert_eq!((first.tally.sent, relay.count()), (4, 4));
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_leaves_what_is_half_said_to_the_next_run() {
    let reached = Arc::new(tokio::sync::Notify::new());
    let tell = reached.clone();
    let relay = FakeRelay::start(move |connection, line| {
        (connection == 0 && line == "dot").then(|| {
            tell.notify_one();
            Instead::Silence
        })
    })
    .await;
    let house = House::with_relay(relay.port, 1).await;
    house.issued(&["CDA", "VPC"]).await;
    let report = {
        let flush = house.flush();
        tokio::pin!(flush);
        tokio::select! {
            report = &mut flush => panic!("ended before it was asked to: {report:?}"),
            () = reached.notified() => { assert!(house.client.stop()); }
        }
        flush.await
    };
    assert_eq!((report.tally, report.remaining), (Tally::default(), 2));
    let house = house.reopened(later(1)).await;
    let report = house.flush().await;
    assert_eq!((report.tally.sent, report.maybe_repeated), (2, 1), "{report:?}");
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_is_sent_after_its_invitation_in_the_same_thread_of_mail() {
    let relay = FakeRelay::start(|_, _| None).await;
    let house = House::with_relay(relay.port, 2).await;
    let id = house.issued(&["CDA", "VPC"]).await;
    house.flush().await;
    house.meeting(Request::MeetingCancel { id, reason: Prose::parse("Đồng chí chủ trì đi công tác").unwrap() }).await;
    assert_eq!(house.flush().await.tally.sent, 2);
    assert_eq!(house.states().await, [ItemState::Sent; 4]);
    for messages in relay.taken().into_values() {
        let header =
            |message: &str, name: &str| message.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        let id = header(&messages[0], "Message-ID").unwrap();
        assert_eq!(header(&messages[1], "In-Reply-To"), Some(id));
    }
}
