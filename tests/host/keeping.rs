//! Copies of a store that is being worked with: whatever was acknowledged before is in them, and the work goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::DateTime;
use lichhop::client::{self, Client, Engine, Target};
use lichhop::domain::meeting::{Entry, MeetingId};
use lichhop::domain::text::Line;
use lichhop::domain::time::WallTime;
use lichhop::wire::reply::Answer;
use lichhop::wire::request::{BackupFormat, EntryChanges, MeetingFilter, Request};

use super::{House, entry};

async fn ids(client: &Client) -> Vec<MeetingId> {
    match client.call(Request::MeetingList(MeetingFilter::default())).await.unwrap() {
        Answer::Meetings(meetings) => meetings.into_iter().map(|meeting| meeting.id).collect(),
        other => panic!("{other:?}"),
    }
}

/// So many meetings one registers; then they are only changed.
const EACH: usize = 100;

/// Registers meetings and changes them until told to stop; those that were acknowledged.
async fn work(client: Client, n: usize, done: Arc<AtomicBool>) -> Vec<MeetingId> {
    let (mut made, mut edits): (Vec<MeetingId>, usize) = (Vec::new(), 0);
    while !done.load(Ordering::SeqCst) {
        if made.len() == EACH {
            let title = Line::parse(&format!("Họp lần {edits}")).ok();
            let changes = Box::new(EntryChanges { title, ..EntryChanges::default() });
            client.call(Request::MeetingEdit { id: made[edits % EACH].clone(), changes, expected: None }).await.unwrap();
            edits += 1;
            continue;
        }
        let place = Line::parse(&format!("Phòng {n}/{}", made.len())).unwrap();
        let start =
            WallTime::parse(&format!("2016-{:02}-{:02} 08:00", 6 + made.len() % 6, 1 + made.len() % 28), DateTime::UNIX_EPOCH).unwrap();
        let entry = Entry { chair: place.clone(), place, start, ..entry(&["CDA"]) };
        match client.call(Request::MeetingAdd { entry: Box::new(entry), submit: made.len().is_multiple_of(2) }).await.unwrap() {
            Answer::Meeting(meeting) => made.push(meeting.id),
            other => panic!("{other:?}"),
        }
    }
    client.close().await;
    made
}

async fn sound(client: &Client) {
    match client.call(Request::Check).await.unwrap() {
        Answer::Checked(report) => assert_eq!(report.findings, []),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn backups_and_fresh_files_while_four_work() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    house.client.serve();
    let done = Arc::new(AtomicBool::new(false));
    let mut workers = Vec::new();
    for n in 0..4 {
        let client = client::open(&house.target).await.unwrap();
        workers.push(tokio::spawn(work(client, n, done.clone())));
    }
    let other = client::open(&house.target).await.unwrap();
    let mut last = 0;
    for round in 0..6 {
        let before = ids(&other).await;
        sound(&other).await;
        let file = house.folder.path().join(format!("{round}.lichhop"));
        // Made by the host, fetched over the socket.
        let made = client::backup(&other, &file, BackupFormat::Store).await.unwrap();
        assert!(made.revision > last);
        last = made.revision;
        let target = Target { state: house.folder.path().join(format!("restored-{round}")), ..house.target.clone() };
        client::restore(&target, file, Engine::default(), false).await.unwrap();
        let restored = client::open(&target).await.unwrap();
        let found = ids(&restored).await;
        assert!(before.iter().all(|id| found.contains(id)), "what was acknowledged before is in it");
        sound(&restored).await;
        restored.close().await;
        match other.call(Request::Vacuum).await.unwrap() {
            Answer::Vacuumed(done) => assert!(done.entries > 0),
            other => panic!("{other:?}"),
        }
        assert!(ids(&other).await.len() >= found.len());
    }
    done.store(true, Ordering::SeqCst);
    let mut made = Vec::new();
    for worker in workers {
        made.extend(worker.await.unwrap());
    }
    made.sort();
    let mut found = ids(&other).await;
    found.sort();
    assert_eq!(found, made, "nothing is lost and nothing is there twice");
    other.close().await;
    house.assert_sound().await;
    let house = house.reopened("2016-05-03T03:00:00Z".parse().unwrap()).await;
    assert_eq!(ids(&house.client).await.len(), made.len());
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_loads_afresh_when_the_files_were_written_anew() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    let mut changes = house.client.changes();
    house.client.call(Request::Vacuum).await.unwrap();
    let id = house.meeting(Request::MeetingAdd { entry: Box::new(entry(&["CDA"])), submit: true }).await.id;
    let told = tokio::time::timeout(std::time::Duration::from_mins(1), changes.next()).await.unwrap().unwrap();
    let all = lichhop::wire::change::ChangeKind::Everything;
    let one = lichhop::wire::change::ChangeKind::Meetings(vec![id]);
    assert!(told.kinds.contains(&all) || told.kinds.contains(&one), "{told:?}");
}
