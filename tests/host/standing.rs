//! How the host and the outbox stand, and what became of messages, as far as each account sees it.

use std::sync::Arc;

use lichhop::domain::account::{Account, Role};
use lichhop::domain::unit::UnitCode;
use lichhop::host::clock::request_id;
use lichhop::host::{Host, answer};
use lichhop::wire::reply::{Answer, OutboxReportPart, Status};
use lichhop::wire::report::Verdict;
use lichhop::wire::request::{OutboxReportOrder, Request};

use super::relay::FakeRelay;
use super::{House, NOW};

async fn report(host: &Arc<Host>, user: &str) -> OutboxReportPart {
    match answer::answer(host, user, request_id(), Request::OutboxReport(OutboxReportOrder::default())).await.unwrap() {
        Answer::OutboxReport(report) => *report,
        other => panic!("{other:?}"),
    }
}

async fn status(host: &Arc<Host>, user: &str) -> Status {
    match answer::answer(host, user, request_id(), Request::Status).await.unwrap() {
        Answer::Status(status) => *status,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_the_outbox_sees_its_report_and_a_registrar_that_of_its_units() {
    let relay = FakeRelay::choosy().await;
    let mut house = House::with_relay(relay.port, 1).await;
    let accounts = [
        ("viewer", Role::Viewer, None),
        ("operator", Role::Operator, None),
        ("approver", Role::Approver, None),
        ("own", Role::Registrar, Some("VP")),
        ("other", Role::Registrar, Some("VPC")),
    ];
    for (user, role, unit) in accounts {
        let units = unit.map(|unit| UnitCode::parse(unit).unwrap()).into_iter().collect();
        house.client.call(Request::AccountGrant(Account { user: user.into(), role, units, revoked: false })).await.unwrap();
    }
    house.issued(&["CDA", "VPC"]).await;
    house.flush().await;
    let host = house.host().await;
    for (user, counted) in [("viewer", 0), ("operator", 2), ("approver", 2), ("own", 2), ("other", 0)] {
        let report = report(&host, user).await;
        let total = report.total();
        assert_eq!((total.all(), report.next, report.troubled.len() as u64), (counted, None, counted / 2), "{user}");
        assert_eq!((total.of(Verdict::Refused), total.of(Verdict::Waiting)), (counted / 2, counted / 2), "{user}");
        if let Some(one) = report.troubled.first() {
            assert_eq!((one.verdict, one.item.id.as_str(), one.item.unit.as_str()), (Verdict::Refused, "T1-1", "CDA"));
            assert_eq!(one.item.subject.as_str() == "…", user == "operator");
        }
        let status = status(&host, user).await;
        let sees = matches!(user, "operator" | "approver");
        assert_eq!((status.whole, status.outbox.relay.is_empty(), status.outbox.oldest), (sees, !sees, NOW.parse().ok()), "{user}");
        assert_eq!((status.received.is_some(), status.meetings.is_some()), (user == "operator", user == "approver"), "{user}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_that_waits_is_known_whatever_happens() {
    let relay = FakeRelay::choosy().await;
    let house = House::with_relay(relay.port, 1).await;
    assert_eq!(house.status().await.oldest, None);
    // One is refused for good, one put off, one sent.
    house.issued(&["CDA", "VPC", "TTCNTT"]).await;
    assert_eq!(house.status().await.oldest, NOW.parse().ok());
    house.flush().await;
    assert_eq!(house.status().await.oldest, NOW.parse().ok());
    let later = "2016-05-03T04:00:00Z";
    let house = house.reopened(later.parse().unwrap()).await;
    house.issued(&["TTCNTT"]).await;
    assert_eq!(house.status().await.oldest, NOW.parse().ok(), "read anew");
    let put_off = house.items().await.into_iter().find(|item| item.unit.as_str() == "VPC").unwrap();
    let ids = vec![lichhop::domain::dispatch::ItemId::parse(&put_off.id).unwrap()];
    house.client.call(Request::OutboxDecide { ids, what: lichhop::wire::request::Intervention::Hold }).await.unwrap();
    assert_eq!(house.status().await.oldest, later.parse().ok(), "what is held does not wait");
    house.flush().await;
    assert_eq!(house.status().await.oldest, None);
}
