//! Many requests at once through the one writer.

use std::sync::Arc;

use lichhop::client;
use lichhop::domain::fault::Fault;
use lichhop::wire::reply::Answer;
use lichhop::wire::request::Request;

use super::{House, entry};

#[tokio::test(flavor = "multi_thread")]
async fn requests_at_once_get_ids_without_a_gap() {
    let house = Arc::new(House::with("relay = \"maildir:mail\"\n").await);
    let adds = (0..100).map(|_| {
        let house = house.clone();
        tokio::spawn(
            async move { house.meeting(Request::MeetingAdd { entry: Box::new(entry(&["CDA"])), submit: true }).await.id.to_string() },
        )
    });
    let mut ids = Vec::new();
    for add in adds.collect::<Vec<_>>() {
        ids.push(add.await.unwrap());
    }
    ids.sort();
    let expected: Vec<String> = (1..=100).map(|n| format!("LH-2016-{n:04}")).collect();
    assert_eq!(ids, expected);
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_when_it_is_opened_again() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    let id = house.issued(&["CDA", "TCDL"]).await;
    let house = house.reopened(super::NOW.parse().unwrap()).await;
    let shown = house.meeting(Request::MeetingShow(id)).await;
    assert_eq!((shown.number.as_deref(), shown.replies.pending), (Some("01/GM-BVHTTDL"), 2));
    assert_eq!(house.flush().await.tally.sent, 2);
    let delivered = std::fs::read_dir(house.folder.path().join("mail/new")).unwrap().count();
    assert_eq!(delivered, 2);
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_without_a_store_is_left_as_it_is() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    let elsewhere = client::Target { state: house.folder.path().join("nowhere"), ..house.target.clone() };
    let Err(Fault::NotInitialised { path }) = client::open(&elsewhere).await.map(|_| ()) else { panic!() };
    assert!(path.ends_with("nowhere") && !elsewhere.state.exists());
    let again = client::Target { state: house.folder.path().join("other"), ..house.target.clone() };
    assert!(client::init(&again, Some("lan")).await.unwrap().created);
    assert!(!client::init(&again, Some("minh")).await.unwrap().created);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_answered_beside_the_writer() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    let Answer::Units(units) = house.client.call(Request::UnitList).await.unwrap() else { panic!() };
    assert_eq!((units.len(), units[0].code.as_str()), (34, "LDB"));
    let Answer::Mailboxes(mailboxes) = house.client.call(Request::MailboxList).await.unwrap() else { panic!() };
    assert_eq!(mailboxes.len(), 16);
}
