//! Mail that leaves by itself while the application is open, and a relay that is left alone while it is in trouble.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use lichhop::client::{self, Target};
use lichhop::domain::outbox::ItemState;
use lichhop::domain::text::Prose;
use lichhop::wire::change::ChangeKind;
use lichhop::wire::reply::{Answer, OutboxCounts, OutboxStatus, RelayTrouble};
use lichhop::wire::request::Request;
use tokio::sync::Notify;

use super::relay::{FakeRelay, Instead};
use super::{House, NOW};

/// Far more than anything here takes: a test that hangs says so.
const PATIENCE: Duration = Duration::from_mins(1);

impl House {
    pub(super) async fn status(&self) -> OutboxStatus {
        match self.client.call(Request::OutboxStatus).await.unwrap() {
            Answer::OutboxStatus(status) => *status,
            other => panic!("{other:?}"),
        }
    }

    /// That these are the counts, and those of the items one by one.
    async fn assert_counted(&self, expected: OutboxCounts) {
        let mut listed = OutboxCounts::default();
        for state in self.states().await {
            *listed.of(state) += 1;
        }
        assert_eq!((self.status().await.counts, listed), (expected, expected));
    }

    /// The outbox's status once it is as asked; looked at whenever a change of the outbox is told.
    pub(super) async fn once(&self, wanted: impl Fn(&OutboxStatus) -> bool) -> OutboxStatus {
        let mut changes = self.client.changes();
        let waiting = async {
            loop {
                let status = self.status().await;
                if wanted(&status) {
                    return status;
                }
                while !changes.next().await.unwrap().touches(|kind| *kind == ChangeKind::Outbox) {}
            }
        };
        if let Ok(status) = tokio::time::timeout(PATIENCE, waiting).await {
            return status;
        }
        panic!("never as asked: {:?}", self.status().await)
    }
}

fn idle(status: &OutboxStatus) -> bool {
    !status.running
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_issued_is_sent_by_itself() {
    let relay = FakeRelay::start(|_, _| None).await;
    let house = House::with_relay(relay.port, 2).await;
    house.issued(&["CDA", "VPC"]).await;
    let before = house.status().await;
    assert_eq!((before.counts.queued, before.kept, before.last), (2, false, None));
    assert_eq!(before.next_due, Some(NOW.parse().unwrap()));
    house.client.keep_flushing();
    house.client.keep_flushing();
    let first = house.once(|status| status.counts.sent == 2 && idle(status)).await;
    assert_eq!((first.kept, first.pause, first.next_due, first.counts.queued), (true, None, None, 0));
    assert_eq!(first.last.unwrap().report.tally.sent, 2);
    house.issued(&["TCDL"]).await;
    let then = house.once(|status| status.counts.sent == 3 && idle(status)).await;
    assert_eq!((then.last.unwrap().report.tally.sent, relay.count()), (1, 3));
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_in_trouble_is_left_alone_until_somebody_asks() {
    let down = Arc::new(AtomicBool::new(true));
    let is_down = down.clone();
    let relay = FakeRelay::start(move |_, line| {
        (line == "greeting" && is_down.load(Ordering::SeqCst)).then_some(Instead::SayAndClose("421 4.3.2 the relay has no time"))
    })
    .await;
    let house = House::with_relay(relay.port, 4).await;
    house.client.keep_flushing();
    house.issued(&["CDA", "VPC"]).await;
    let paused = house.once(|status| status.pause.is_some() && idle(status)).await;
    let pause = paused.pause.unwrap();
    assert!(matches!(pause.trouble, RelayTrouble::Paused { .. } | RelayTrouble::Unreachable { .. }), "{pause:?}");
    assert!(pause.trouble.failure().text.contains("the relay has no time"), "{pause:?}");
    assert!(paused.relay.ends_with(&format!(":{}", relay.port)), "{}", paused.relay);
    let now: DateTime<Utc> = NOW.parse().unwrap();
    assert_eq!((pause.runs, pause.since, relay.connections()), (1, now, 1), "one probe, not one for each line");
    let wait = pause.next_probe.unwrap() - now;
    assert!((4_000..=6_000).contains(&wait.num_milliseconds()), "{wait}");
    // More mail changes nothing about that; who asks is not put off, and counts.
    house.issued(&["TCDL"]).await;
    let report = house.flush().await;
    assert_eq!(report.relay.unwrap().failure().text, pause.trouble.failure().text);
    let longer = house.status().await.pause.unwrap();
    assert_eq!((longer.runs, longer.since, relay.connections()), (2, now, 2));
    assert!((longer.next_probe.unwrap() - now).num_milliseconds() >= 8_000);
    down.store(false, Ordering::SeqCst);
    assert_eq!(house.flush().await.tally.sent, 3);
    assert_eq!(house.status().await.pause, None);
    // The pause is over for what comes next too.
    house.issued(&["CDSVH"]).await;
    house.once(|status| status.counts.sent == 4 && idle(status)).await;
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_in_trouble_is_tried_again_by_itself_although_the_clock_stands() {
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let relay =
        FakeRelay::start(move |_, line| (line == "greeting" && tries.fetch_add(1, Ordering::SeqCst) == 0).then_some(Instead::Close)).await;
    let house = House::with_relay(relay.port, 1).await;
    house.client.keep_flushing();
    house.issued(&["CDA"]).await;
    house.once(|status| status.pause.is_some()).await;
    let after = house.once(|status| status.counts.sent == 1 && idle(status)).await;
    assert_eq!((after.pause, relay.connections()), (None, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_are_those_of_the_list() {
    let relay = FakeRelay::choosy().await;
    let house = House::with_relay(relay.port, 2).await;
    house.assert_counted(OutboxCounts::default()).await;
    let id = house.issued(&["CDA", "VPC", "TCDL", "CDSVH"]).await;
    house.assert_counted(OutboxCounts { queued: 4, ..OutboxCounts::default() }).await;
    house.flush().await;
    house.assert_counted(OutboxCounts { sent: 2, deferred: 1, failed: 1, ..OutboxCounts::default() }).await;
    let reason = Prose::parse("hoãn").unwrap();
    house.meeting(Request::MeetingCancel { id, reason }).await;
    // The refused invitation takes its notice along, and so does the one that never left; both of the latter are dropped.
    house.assert_counted(OutboxCounts { queued: 2, sent: 2, failed: 1, dropped: 3, ..OutboxCounts::default() }).await;
    let house = house.reopened(NOW.parse().unwrap()).await;
    house.assert_counted(OutboxCounts { queued: 2, sent: 2, failed: 1, dropped: 3, ..OutboxCounts::default() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_the_wire_is_counted_as_being_sent() {
    let reached = Arc::new(Notify::new());
    let tell = reached.clone();
    let relay = FakeRelay::start(move |_, line| {
        (line == "dot").then(|| {
            tell.notify_one();
            Instead::Silence
        })
    })
    .await;
    let house = House::with_relay(relay.port, 1).await;
    house.client.keep_flushing();
    house.issued(&["CDA"]).await;
    reached.notified().await;
    let during = house.status().await;
    assert_eq!((during.running, during.next_due, during.counts), (true, None, OutboxCounts { sending: 1, ..OutboxCounts::default() }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_stands_reaches_no_later_due_time() {
    let relay = FakeRelay::start(|_, line| line.starts_with("RCPT TO:<vuphapche").then_some(Instead::Say("451 4.3.0 try later"))).await;
    let house = House::with_relay(relay.port, 1).await;
    house.client.keep_flushing();
    house.issued(&["VPC", "CDA"]).await;
    let first = house.once(|status| status.counts.deferred == 1 && status.counts.sent == 1 && idle(status)).await;
    assert!(first.next_due.unwrap() > NOW.parse::<DateTime<Utc>>().unwrap());
    house.issued(&["CDA"]).await;
    house.once(|status| status.counts.sent == 2 && idle(status)).await;
    let deferred = house.items().await.into_iter().find(|item| item.state == ItemState::Deferred).unwrap();
    assert_eq!(deferred.attempts, 1, "what was done since did not touch it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_off_is_sent_when_its_time_has_come() {
    let first = AtomicBool::new(true);
    let relay = FakeRelay::start(move |_, line| {
        (line.starts_with("RCPT") && first.swap(false, Ordering::SeqCst)).then_some(Instead::Say("451 4.3.0 try later"))
    })
    .await;
    let house =
        House::with(&format!("relay = \"smtp://127.0.0.1:{}\"\nretry = [\"1s\"]\n", relay.port)).await.with_a_clock_that_runs().await;
    house.client.keep_flushing();
    house.issued(&["CDA"]).await;
    let put_off = house.once(|status| status.counts.deferred == 1 && idle(status)).await;
    assert!(put_off.next_due.is_some() && put_off.pause.is_none());
    house.once(|status| status.counts.sent == 1 && idle(status)).await;
    assert_eq!(house.items().await[0].attempts, 2);
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_are_not_tried_again_and_again() {
    let relay = FakeRelay::start(|_, line| line.starts_with("MAIL").then_some(Instead::Say("530 5.7.0 authentication required"))).await;
    let house = House::with_relay(relay.port, 4).await;
    house.client.keep_flushing();
    house.issued(&["CDA"]).await;
    let pause = house.once(|status| status.pause.is_some()).await.pause.unwrap();
    assert!(matches!(pause.trouble, RelayTrouble::Credentials { .. }), "{pause:?}");
    assert!((pause.next_probe.unwrap() - pause.since).num_seconds() >= 240, "{pause:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_leaves_what_is_half_said_to_the_next_start() {
    let reached = Arc::new(Notify::new());
    let tell = reached.clone();
    let relay = FakeRelay::start(move |connection, line| {
        (connection == 0 && line == "dot").then(|| {
            tell.notify_one();
            Instead::Silence
        })
    })
    .await;
    let house = House::with_relay(relay.port, 1).await;
    house.client.keep_flushing();
    house.issued(&["CDA", "VPC"]).await;
    reached.notified().await;
    let house = house.reopened(NOW.parse().unwrap()).await;
    assert_eq!(house.status().await.counts.queued, 2);
    house.client.keep_flushing();
    let after = house.once(|status| status.counts.sent == 2 && idle(status)).await;
    assert_eq!(after.last.unwrap().report.maybe_repeated, 1);
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_waits_for_nothing_when_nothing_is_sent() {
    let relay = FakeRelay::start(|_, line| (line == "greeting").then_some(Instead::Close)).await;
    let house = House::with_relay(relay.port, 1).await;
    house.client.keep_flushing();
    house.issued(&["CDA"]).await;
    house.once(|status| status.pause.is_some() && idle(status)).await;
    // Neither the pause before the next probe nor the grace for what is on the wire.
    tokio::time::timeout(Duration::from_secs(2), house.client.close()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_dropped_lets_go_of_the_store() {
    let house = House::with_relay(1, 1).await;
    house.client.keep_flushing();
    let House { folder, client, target } = house;
    drop(client);
    client::open(&target).await.unwrap().close().await;
    drop(folder);
}

impl House {
    /// The same ministry in a store of its own, on this day.
    async fn with_a_clock_that_runs(self) -> Self {
        self.client.close().await;
        let target = Target { frozen: None, ..self.target };
        let client = client::open(&target).await.unwrap();
        Self { folder: self.folder, client, target }
    }
}
