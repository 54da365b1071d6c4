//! Many people issue at once: numbers without a gap and without an error.

use std::time::Instant;

use chrono::Duration;
use lichhop::client::Client;
use lichhop::domain::meeting::{Channel, MeetingId};
use lichhop::domain::number::serial;
use lichhop::domain::order::{IssueOrder, MeetingFilter};
use lichhop::domain::text::Prose;
use lichhop::wire::reply::Answer;
use lichhop::wire::request::Request;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::figures::{Size, report};
use super::ministry::{Ministries, today};
use super::served::Served;

const CLIENTS: usize = 50;
/// Meetings of the store: half of them lie behind us.
const MEETINGS: usize = 10_000;

/// So many approved meetings that are still to be held.
async fn prepared(client: &Client, count: usize) -> Vec<MeetingId> {
    let filter =
        MeetingFilter { from: Some(today() + Duration::days(1)), to: Some(today() + Duration::days(90)), ..MeetingFilter::default() };
    let Ok(Answer::Meetings(meetings)) = client.call(Request::MeetingList(filter)).await else { panic!("no meetings") };
    assert!(meetings.len() >= count, "{} meetings", meetings.len());
    meetings.into_iter().take(count).map(|meeting| meeting.id).collect()
}

async fn issue(client: Client, ids: Vec<MeetingId>) -> Vec<u32> {
    let mut numbers = Vec::new();
    for id in ids {
        let reason = Prose::parse("Đã thống nhất với các đơn vị.").ok();
        let order = IssueOrder { id, without: Vec::new(), reason: None, override_reason: reason, channel: Channel::Electronic };
        match client.call(Request::MeetingIssue(order)).await {
            Ok(Answer::Meeting(meeting)) => numbers.push(serial(&meeting.number.unwrap()).unwrap()),
            other => panic!("{other:?}"),
        }
    }
    numbers
}

pub(crate) fn issues(runtime: &Runtime, ministries: &Ministries, size: &Size) {
    let (folder, target) = ministries.copy(MEETINGS);
    let host = Served::start(&target, folder.path());
    let count = CLIENTS * size.issues;
    let (numbers, time) = runtime.block_on(async {
        let clients = host.clients(CLIENTS).await;
        let ids = prepared(&clients[0], count).await;
        let begun = Instant::now();
        let mut running = JoinSet::new();
        for (client, own) in clients.into_iter().zip(ids.chunks(size.issues)) {
            running.spawn(issue(client, own.to_vec()));
        }
        let mut numbers = running.join_all().await.concat();
        let time = begun.elapsed();
        numbers.sort_unstable();
        (numbers, time)
    });
    assert!(numbers.iter().copied().eq(1..=u32::try_from(count).unwrap()), "{numbers:?}");
    runtime.block_on(async {
        let client = host.client().await;
        let Ok(Answer::Checked(found)) = client.call(Request::Check).await else { panic!("not checked") };
        assert_eq!(found.findings, []);
    });
    #[allow(clippy::cast_precision_loss, reason = "a count")]
    let rate = count as f64 / time.as_secs_f64();
    report("4. invitations issued by 50 clients", &format!("{count} numbers"), "no gap", &format!("{rate:.0}/s, no error, checked"));
    host.stop();
}
