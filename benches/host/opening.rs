//! Starting where nobody is the host: after a clean end and after none.

use std::time::{Duration, Instant};

use lichhop::client::{self, Target};
use tokio::runtime::Runtime;

use super::figures::{Size, median, micros, quantile, report};
use super::ministry::{Ministries, add};
use super::served::Served;

/// What was written since the last start.
const WRITTEN: usize = 200;
/// Starts of each kind.
const TIMES: usize = 3;

/// How long until the store can be asked.
fn opened(runtime: &Runtime, target: &Target) -> Duration {
    runtime.block_on(async {
        let begun = Instant::now();
        let client = client::open(target).await.unwrap();
        let time = begun.elapsed();
        assert!(client.stop(), "somebody else is the host");
        client.close().await;
        time
    })
}

pub(crate) fn opening(runtime: &Runtime, ministries: &Ministries, size: &Size) {
    for &meetings in size.opened {
        let (folder, target) = ministries.copy(meetings);
        let mut times: [Vec<f64>; 3] = Default::default();
        for time in 0..TIMES {
            for (kind, times) in times.iter_mut().enumerate().take(2) {
                let host = Served::start(&target, folder.path());
                runtime.block_on(async {
                    let client = host.client().await;
                    for n in 0..WRITTEN {
                        add(&client, (2 * time + kind) * WRITTEN + n).await;
                    }
                });
                if kind == 0 {
                    host.stop();
                } else {
                    host.kill();
                }
                times.push(micros(opened(runtime, &target)) / 1000.0);
            }
            times[2].push(micros(opened(runtime, &target)) / 1000.0);
        }
        let figure = |kind: usize| format!("{:.0} ms (max {:.0})", median(&times[kind]), quantile(&times[kind], 1.0));
        let bar = if meetings == 100_000 { "<= 500 ms" } else { "" };
        report(&format!("7. start after a clean end, {meetings} meetings"), &figure(0), bar, &format!("{WRITTEN} meetings were added"));
        report("   after kill -9", &figure(1), "", "");
        report("   after a start that wrote nothing", &figure(2), "", "");
    }
}
