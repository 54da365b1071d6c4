//! Warnings on their way: sent in the run that found what waits, not while the relay is in trouble, and once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lichhop::domain::outbox::{ItemState, Tally};

use super::relay::{FakeRelay, Instead};
use super::{House, NOW};

const VP: &str = "vanphong-vhttdl@chinhphu.vn";

fn later(minutes: i64) -> chrono::DateTime<chrono::Utc> {
    NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap() + chrono::Duration::minutes(minutes)
}

async fn reports(house: &House) -> Vec<(String, ItemState)> {
    let items = house.items().await;
    items.into_iter().filter(|item| item.kind == "report").map(|item| (item.to.to_string(), item.state)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flush_warns_of_what_it_could_not_send_in_the_same_run_and_once() {
    let relay = FakeRelay::start(|_, line| line.starts_with("RCPT TO:<cucdienanh").then_some(Instead::Say("451 4.2.1 mailbox busy"))).await;
    let house = House::with_relay(relay.port, 2).await;
    house.issued(&["CDA", "VPC"]).await;
    assert_eq!(house.flush().await.tally, Tally { sent: 1, deferred: 1, ..Tally::default() });
    let house = house.reopened(later(4 * 60 - 1)).await;
    assert_eq!(house.flush().await.tally, Tally { deferred: 1, ..Tally::default() });
    assert_eq!(reports(&house).await, []);
    let house = house.reopened(later(4 * 60 + 10)).await;
    assert_eq!(house.flush().await.tally, Tally { sent: 1, deferred: 1, ..Tally::default() });
    assert_eq!(reports(&house).await, [(VP.to_owned(), ItemState::Sent)]);
    let mails = relay.taken();
    let (to, mail) = mails.iter().find(|(to, _)| to.contains(VP)).unwrap();
    assert!(mail.len() == 1 && mail[0].contains("Auto-Submitted: auto-generated"), "{to}: {mail:?}");
    let mut house = house;
    for hours in [6, 9, 30] {
        house = house.reopened(later(hours * 60)).await;
        assert_eq!(house.flush().await.tally, Tally { deferred: 1, ..Tally::default() });
    }
    assert_eq!(reports(&house).await.len(), 1);
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_relay_is_in_trouble_none_is_queued_and_afterwards_only_if_it_is_needed() {
    let (down, full) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(true)));
    let (is_down, is_full) = (down.clone(), full.clone());
    let relay = FakeRelay::start(move |_, line| {
        if line == "greeting" && is_down.load(Ordering::SeqCst) {
            return Some(Instead::SayAndClose("421 4.3.2 the relay has no time"));
        }
        (line.starts_with("RCPT TO:<cucdienanh") && is_full.load(Ordering::SeqCst)).then_some(Instead::Say("452 4.2.2 full"))
    })
    .await;
    let house = House::with_relay(relay.port, 2).await;
    house.issued(&["CDA"]).await;
    assert_eq!(house.flush().await.tally.deferred, 1);
    down.store(true, Ordering::SeqCst);
    let house = house.reopened(later(5 * 60)).await;
    assert!(house.flush().await.relay.is_some());
    assert_eq!(reports(&house).await, [], "no warning could leave");
    down.store(false, Ordering::SeqCst);
    let still_full = house.reopened(later(5 * 60 + 10)).await;
    assert_eq!(still_full.flush().await.tally, Tally { sent: 1, deferred: 1, ..Tally::default() });
    assert_eq!(reports(&still_full).await.len(), 1);
    // Another one, whose mailbox takes mail again by the time the relay is back.
    still_full.issued(&["CDA"]).await;
    assert_eq!(still_full.flush().await.tally.deferred, 1);
    full.store(false, Ordering::SeqCst);
    let house = still_full.reopened(later(11 * 60)).await;
    assert_eq!(house.flush().await.tally, Tally { sent: 2, ..Tally::default() });
    assert_eq!(reports(&house).await.len(), 1);
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_may_try_no_more_leaves_the_warning_to_the_next_which_drops_it_if_it_is_needless() {
    let full = Arc::new(AtomicBool::new(true));
    let is_full = full.clone();
    let relay = FakeRelay::start(move |_, line| {
        (line.starts_with("RCPT TO:<cucdienanh") && is_full.load(Ordering::SeqCst)).then_some(Instead::Say("452 4.2.2 full"))
    })
    .await;
    let house = House::with_relay(relay.port, 1).await;
    house.issued(&["CDA"]).await;
    house.flush().await;
    let house = house.reopened(later(5 * 60)).await;
    let order = lichhop::domain::order::FlushOrder { limit: Some(1), deadline_ms: None };
    house.client.call(lichhop::wire::request::Request::Flush(order)).await.unwrap();
    assert_eq!(reports(&house).await, [(VP.to_owned(), ItemState::Queued)]);
    full.store(false, Ordering::SeqCst);
    let house = house.reopened(later(7 * 60)).await;
    assert_eq!(house.flush().await.tally, Tally { sent: 1, ..Tally::default() });
    assert_eq!(reports(&house).await, [(VP.to_owned(), ItemState::Dropped)]);
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_nobody_is_warned() {
    let relay = FakeRelay::start(|_, line| line.starts_with("RCPT").then_some(Instead::Say("451 4.2.1 later"))).await;
    let house = House::with(&format!("relay = \"smtp://127.0.0.1:{}\"\nwarn_after = \"0s\"\n", relay.port)).await;
    house.issued(&["CDA"]).await;
    house.flush().await;
    let house = house.reopened(later(20 * 60)).await;
    assert_eq!(house.flush().await.tally, Tally { deferred: 1, ..Tally::default() });
    assert_eq!(reports(&house).await, []);
}
