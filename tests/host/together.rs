//! Many people at one host.

use lichhop::client::{self, Client};
use lichhop::domain::meeting::{Channel, MeetingId};
use lichhop::domain::number::serial;
use lichhop::domain::order::IssueOrder;
use lichhop::domain::text::Prose;
use lichhop::wire::reply::Answer;
use lichhop::wire::request::Request;

use super::{House, entry};

const CLIENTS: usize = 50;
/// Invitations of each. The bench `host` issues a thousand.
const EACH: usize = 4;

async fn issue(client: Client, ids: Vec<MeetingId>) -> Vec<u32> {
    let mut numbers = Vec::new();
    for id in ids {
        let order = IssueOrder {
            id,
            without: vec![],
            reason: None,
            override_reason: Prose::parse("đã thống nhất").ok(),
            channel: Channel::Electronic,
        };
        match client.call(Request::MeetingIssue(order)).await {
            Ok(Answer::Meeting(meeting)) => numbers.push(serial(&meeting.number.unwrap()).unwrap()),
            other => panic!("{other:?}"),
        }
    }
    client.close().await;
    numbers
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_who_issue_at_once_get_numbers_without_a_gap() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    house.client.serve();
    let mut ids = Vec::new();
    for _ in 0..CLIENTS * EACH {
        let id = house.meeting(Request::MeetingAdd { entry: Box::new(entry(&["CDA"])), submit: true }).await.id;
        let override_reason = Prose::parse("đã thống nhất").ok();
        house.meeting(Request::MeetingApprove { id: id.clone(), override_reason }).await;
        ids.push(id);
    }
    let mut running = tokio::task::JoinSet::new();
    for own in ids.chunks(EACH) {
        let client = client::open(&house.target).await.unwrap();
        assert!(!client.stop(), "it is not the host");
        running.spawn(issue(client, own.to_vec()));
    }
    let mut numbers = running.join_all().await.concat();
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(1..=200), "{numbers:?}");
    assert_eq!(house.items().await.len(), CLIENTS * EACH);
    house.assert_sound().await;
}
