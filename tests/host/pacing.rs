//! How far a run goes and how fast: limits, deadlines, rates, and the time in which what was issued can be recalled.

use chrono::{DateTime, Duration, Utc};
use lichhop::domain::outbox::{ItemState, NextStep, Tally};
use lichhop::wire::reply::{Answer, FlushReport, ItemView};
use lichhop::wire::request::{FlushOrder, Request};

use super::relay::FakeRelay;
use super::{House, NOW};

/// Units whose mailboxes lie in `chinhphu.vn`, and one whose mailbox does not.
const UNITS: [&str; 5] = ["CDA", "CDSVH", "CVHCS", "VPC", "TCDL"];

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

async fn house(relay: &FakeRelay, more: &str) -> House {
    let house = House::with(&format!("relay = \"smtp://127.0.0.1:{}\"\n{more}\n", relay.port)).await;
    house.issued(&UNITS).await;
    house
}

async fn flush(house: &House, order: FlushOrder) -> FlushReport {
    match house.client.call(Request::Flush(order)).await.unwrap() {
        Answer::Flushed(report) => report,
        other => panic!("{other:?}"),
    }
}

async fn preview(house: &House, limit: Option<u64>) -> Vec<ItemView> {
    match house.client.call(Request::FlushPreview { limit }).await.unwrap() {
        Answer::Items(items) => items,
        other => panic!("{other:?}"),
    }
}

fn sent(sent: u64) -> Tally {
    Tally { sent, ..Tally::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_tries_no_more_than_it_may() {
    let relay = FakeRelay::start(|_, _| None).await;
    let house = house(&relay, "").await;
    let would = preview(&house, Some(2)).await;
    let report = flush(&house, FlushOrder { limit: Some(2), deadline_ms: None }).await;
    assert_eq!((report.tally, report.remaining, report.due, relay.count()), (sent(2), 3, 3, 2));
    let went: Vec<String> = house.items().await.into_iter().filter(|item| item.state == ItemState::Sent).map(|item| item.id).collect();
    assert_eq!(would.into_iter().map(|item| item.id).collect::<Vec<_>>(), went);
    assert_eq!((flush(&house, FlushOrder::default()).await.tally, preview(&house, None).await), (sent(3), vec![]));
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_sent_is_looked_at_and_not_touched() {
    let relay = FakeRelay::start(|_, _| None).await;
    let house = house(&relay, "").await;
    assert_eq!(preview(&house, None).await, house.items().await);
    assert_eq!((relay.connections(), house.items().await.iter().all(|item| item.attempts == 0)), (0, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_limits_gets_them_one_after_the_other_and_a_deadline_is_one() {
    let relay = FakeRelay::start(|_, _| None).await;
    let house = house(&relay, "rate = \"1/h\"").await;
    let report = flush(&house, FlushOrder { limit: None, deadline_ms: Some(300) }).await;
    assert_eq!((report.tally, report.remaining, report.due, report.relay), (sent(1), 4, 4, None));
    assert!(house.items().await.iter().all(|item| item.attempts <= 1 && item.last_error.is_none()));
    house.assert_sound().await;
}

/// What is in hand counts as being sent and is taken back no more: of a relay that wants few, few are.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_to_wait_for_its_turn_is_not_claimed_long_before() {
    let relay = FakeRelay::start(|_, _| None).await;
    let house = house(&relay, "rate = \"1/h\"\nconnections = 1").await;
    let order = FlushOrder { limit: None, deadline_ms: Some(2_000) };
    let (_, seen) = tokio::join!(flush(&house, order), house.once(|status| status.counts.sent == 1));
    assert!(seen.counts.queued >= 1, "{seen:?}");
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_that_limits_holds_up_nobody_but_itself() {
    let relay = FakeRelay::start(|_, _| None).await;
    let house = house(&relay, "domain_rates = { \"chinhphu.vn\" = \"1/h\" }").await;
    let report = flush(&house, FlushOrder::default()).await;
    // One of each domain; the others have each their own turn, an hour after the one before.
    assert_eq!((report.tally, report.remaining, report.due), (sent(2), 3, 0));
    let mut waits: Vec<i64> = house
        .items()
        .await
        .iter()
        .filter_map(|item| item.next_attempt)
        .map(|next| ((next - now()) + Duration::minutes(1)).num_hours())
        .collect();
    waits.sort_unstable();
    assert_eq!(waits, [1, 2, 3]);
    assert!(house.items().await.iter().all(|item| item.state == ItemState::Sent || item.attempts == 0));
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_for_recall_goes_when_that_time_is_over() {
    let relay = FakeRelay::start(|_, _| None).await;
    let house = house(&relay, "hold = \"5m\"").await;
    assert_eq!(house.flush().await.tally, Tally::default());
    let until = now() + Duration::minutes(5);
    let items = house.items().await;
    assert!(items.iter().all(|item| item.state == ItemState::Queued && item.next_attempt == Some(until)));
    let id = lichhop::domain::dispatch::ItemId::parse(&items[0].id).unwrap();
    match house.client.call(Request::OutboxWhy(id)).await.unwrap() {
        Answer::Why(why) => assert_eq!(why.next, NextStep::Recallable { until }),
        other => panic!("{other:?}"),
    }
    let house = house.reopened(until).await;
    assert_eq!(house.flush().await.tally, sent(5));
}
