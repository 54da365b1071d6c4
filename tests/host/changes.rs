//! What is told to whoever follows a store.

use std::time::Duration;

use futures_util::future::join_all;
use lichhop::client::Changes;
use lichhop::domain::meeting::MeetingId;
use lichhop::wire::change::{Change, ChangeKind};
use lichhop::wire::request::{DraftField, FormKey, Import, Request};

use super::{House, entry};

fn form(n: usize) -> FormKey {
    FormKey::parse(&format!("meeting.edit/{n}")).unwrap()
}

fn typed(text: &str) -> Vec<DraftField> {
    vec![DraftField { field: "title".into(), text: text.into() }]
}

/// What is told next; one that is never told is a failure and not a test that hangs.
async fn told(changes: &mut Changes) -> Change {
    tokio::time::timeout(Duration::from_mins(1), changes.next()).await.expect("nothing is told").expect("it has ended")
}

impl House {
    async fn added(&self) -> MeetingId {
        self.meeting(Request::MeetingAdd { entry: Box::new(entry(&["CDA"])), submit: true }).await.id
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_slow_is_told_once_of_everything() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    let before = house.added().await;
    let mut changes = house.client.changes();
    let ids = [house.added().await, house.added().await];
    assert!(house.client.call(Request::MeetingSubmit(before)).await.is_err());
    let change = told(&mut changes).await;
    assert_eq!(change.kinds, [ChangeKind::Meetings(ids.to_vec())], "and nothing of what was there before");
    let id = house.issued(&["CDA"]).await;
    let next = told(&mut changes).await;
    assert!(next.revision > change.revision);
    assert!(next.touches(|kind| *kind == ChangeKind::Meetings(vec![id.clone()])) && next.touches(|kind| *kind == ChangeKind::Outbox));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_is_told_and_drafts_are_not() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    let mut changes = house.client.changes();
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/samples");
    let mut units = lichhop::import::units(&samples.join("units.csv")).unwrap().rows;
    units.truncate(1);
    units[0].name = lichhop::domain::text::Line::parse("Lãnh đạo").ok();
    house.client.call(Request::UnitImport(Import { rows: units, source: "u".into(), check_only: false })).await.unwrap();
    assert_eq!(told(&mut changes).await.kinds, [ChangeKind::Units]);
    house.client.call(Request::DraftKeep { form: form(1), fields: typed("Họp") }).await.unwrap();
    let mut rows = lichhop::import::mailboxes(&samples.join("mailboxes.csv")).unwrap().rows;
    rows.truncate(1);
    rows[0].quota_mb = Some(77);
    house.client.call(Request::MailboxImport(Import { rows, source: "m".into(), check_only: false })).await.unwrap();
    assert_eq!(told(&mut changes).await.kinds, [ChangeKind::Mailboxes]);
    // Nothing is due: that a run began and ended is all there is to tell.
    house.flush().await;
    assert_eq!(told(&mut changes).await.kinds, [ChangeKind::Outbox]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_too_long_loads_everything() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    let mut changes = house.client.changes();
    let id = house.added().await;
    let keep = |n: usize| house.client.call(Request::DraftKeep { form: form(n % 8), fields: typed("x") });
    for _ in 0..5 {
        for kept in join_all((0..1000).map(keep)).await {
            kept.unwrap();
        }
    }
    let change = told(&mut changes).await;
    assert_eq!(change.kinds, [ChangeKind::Everything], "{id} was long ago");
    let id = house.added().await;
    assert_eq!(told(&mut changes).await.kinds, [ChangeKind::Meetings(vec![id])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_the_store_is_closed() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    house.client.keep_flushing();
    let mut changes = house.client.changes();
    let following = tokio::spawn(async move { while changes.next().await.is_some() {} });
    house.client.close().await;
    tokio::time::timeout(Duration::from_mins(1), following).await.unwrap().unwrap();
}
