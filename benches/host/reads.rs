//! What is read most, through a host of many meetings and through one of few.

use std::time::Instant;

use chrono::Datelike as _;
use lichhop::client::Client;
use lichhop::domain::meeting::MeetingId;
use lichhop::wire::request::{MeetingFilter, PageDirection, PageOrder, PageStart, Request};
use tokio::runtime::Runtime;

use super::figures::{SMALL, Size, median, micros, report, spread};
use super::ministry::{Ministries, today};
use super::served::Served;

/// Requests of a kind in a round.
const TIMES: usize = 40;
/// Of the rounds, so many warm up.
const WARM: usize = 2;
/// Meetings of a page.
const PAGE: u32 = 50;

/// The `n`-th request of a kind, of a store with so many meetings.
fn request(kind: usize, n: usize, meetings: usize) -> Request {
    match kind {
        0 => Request::Week { week: None, unit: None },
        1 => {
            // All over the store.
            let serial = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % meetings + 1;
            Request::MeetingShow(MeetingId::new(today().year(), u32::try_from(serial).unwrap()))
        }
        _ => Request::MeetingPage(PageOrder {
            filter: MeetingFilter::default(),
            from: PageStart::Day(today()),
            direction: if n.is_multiple_of(2) { PageDirection::Forward } else { PageDirection::Backward },
            limit: PAGE,
        }),
    }
}

async fn times(client: &Client, kind: usize, first: usize, meetings: usize) -> Vec<f64> {
    let mut times = Vec::with_capacity(TIMES);
    for n in first..first + TIMES {
        let request = request(kind, n, meetings);
        let begun = Instant::now();
        client.call(request).await.unwrap();
        times.push(micros(begun.elapsed()));
    }
    times
}

pub(crate) fn reads(runtime: &Runtime, ministries: &Ministries, size: &Size) {
    let (large_folder, large_target) = ministries.copy(size.large);
    let (small_folder, small_target) = ministries.copy(SMALL);
    let (large, small) = (Served::start(&large_target, large_folder.path()), Served::start(&small_target, small_folder.path()));
    runtime.block_on(async {
        let (many, few) = (large.client().await, small.client().await);
        for (kind, name) in ["the week", "one meeting", "a page of the list"].into_iter().enumerate() {
            let (mut ratios, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
            for round in 0..WARM + size.rounds {
                let long = times(&many, kind, round * TIMES, size.large).await;
                let short = times(&few, kind, round * TIMES, SMALL).await;
                if round >= WARM {
                    ratios.push(median(&long) / median(&short));
                    ours.extend(long);
                    theirs.extend(short);
                }
            }
            let beside = format!("{:.0} µs beside {:.0} µs", median(&ours), median(&theirs));
            report(&format!("6. {name}: {} / {SMALL} meetings", size.large), &spread(&ratios), "<= 1.5", &beside);
        }
    });
    large.stop();
    small.stop();
}
