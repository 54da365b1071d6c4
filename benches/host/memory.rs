//! What a host of many meetings takes once it has worked, and what somebody takes who only looks.

use std::path::Path;
use std::time::Duration;

use lichhop::client::Client;
use lichhop::domain::text::Line;
use lichhop::domain::time::IsoWeek;
use lichhop::wire::reply::Answer;
use lichhop::wire::request::{MeetingFilter, PAGE_MAX, PageDirection, PageOrder, PageStart, Request};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::figures::{Size, report};
use super::ministry::{Ministries, add, today};
use super::pty::Program;
use super::served::{Served, memory};

/// Clients that work at once.
const CLIENTS: usize = 16;
/// What each of them writes.
const WRITTEN: usize = 100;
/// Who is silent for so long has shown all he has.
const SETTLED: Duration = Duration::from_millis(500);
/// And for so long he looks on.
const IDLE: Duration = Duration::from_secs(3);

/// Turns all pages of the list; gives how many meetings stood there.
async fn leaf_through(client: &Client) -> usize {
    let mut from = PageStart::Edge;
    let mut seen = 0;
    loop {
        let order = PageOrder { filter: MeetingFilter::default(), from, direction: PageDirection::Forward, limit: PAGE_MAX };
        let Ok(Answer::MeetingPage(page)) = client.call(Request::MeetingPage(order)).await else { panic!("no page") };
        seen += page.meetings.len();
        match page.meetings.last() {
            Some(last) if page.more => from = PageStart::Beyond { start: last.start, id: last.id.clone() },
            _ => return seen,
        }
    }
}

async fn work(client: Client, own: usize) {
    for _ in 0..10 {
        client.call(Request::Week { week: None, unit: None }).await.unwrap();
    }
    for words in ["thư viện", "khong co gi nhu the"] {
        client.call(Request::Search { text: Line::parse(words).unwrap(), kind: None }).await.unwrap();
    }
    for n in 0..WRITTEN {
        add(&client, own * WRITTEN + n).await;
    }
}

/// The terminal application over the socket, looking at this week.
fn looker(folder: &Path) -> (f64, f64) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let env = [("LICHHOP_DATA".to_owned(), path("state")), ("LICHHOP_CONFIG".to_owned(), path("config.toml"))];
    let mut program = Program::start(&[env!("CARGO_BIN_EXE_lichhop")], &env, folder);
    let week = IsoWeek::of(today()).to_string();
    program.settled(&format!("Tuần {}", week.rsplit_once('W').unwrap().1), SETTLED);
    program.observed(IDLE);
    memory(program.id())
}

pub(crate) fn memories(runtime: &Runtime, ministries: &Ministries, size: &Size) {
    let (folder, target) = ministries.copy(size.memory);
    let host = Served::start(&target, folder.path());
    let at_start = host.memory().1;
    let (most, idle) = looker(folder.path());
    report(
        "8. memory of the idle terminal application, over the socket",
        &format!("{idle:.1} MiB"),
        "<= 25",
        &format!("at most {most:.1} MiB"),
    );
    let (leafed, at_pages) = runtime.block_on(async {
        let client = host.client().await;
        (leaf_through(&client).await, host.memory().1)
    });
    assert_eq!(leafed, size.memory);
    runtime.block_on(async {
        let mut running = JoinSet::new();
        for (own, client) in host.clients(CLIENTS).await.into_iter().enumerate() {
            running.spawn(work(client, own));
        }
        running.join_all().await;
    });
    let (most, now) = host.memory();
    let beside = format!("at the start {at_start:.0}, after all pages {at_pages:.0}, at most {most:.0} MiB");
    report(&format!("   of the host with {} meetings, after work", size.memory), &format!("{now:.0} MiB"), "<= 150", &beside);
    host.stop();
}
