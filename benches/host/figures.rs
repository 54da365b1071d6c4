//! Numbers of measurements, and the lines in which they are reported.

use std::time::Duration;

/// How much is done: enough to see each figure, or enough to believe it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Meetings of the large store that is held against the small one.
    pub(crate) large: usize,
    /// Meetings of the stores that are opened.
    pub(crate) opened: &'static [usize],
    /// Meetings of the host whose memory is looked at.
    pub(crate) memory: usize,
    /// Rounds of each comparison.
    pub(crate) rounds: usize,
    /// Commits of each client in a round.
    pub(crate) commits: usize,
    /// Invitations of each of fifty clients.
    pub(crate) issues: usize,
}

impl Size {
    /// `LICHHOP_BENCH=full` for somebody who waits.
    pub(crate) fn wanted() -> Self {
        if std::env::var_os("LICHHOP_BENCH").is_some_and(|value| value == "full") {
            let opened = &[1_000, 10_000, 100_000, 1_000_000];
            return Self { large: 1_000_000, opened, memory: 100_000, rounds: 15, commits: 100, issues: 20 };
        }
        Self { large: 10_000, opened: &[1_000, 10_000, 100_000], memory: 100_000, rounds: 7, commits: 50, issues: 20 }
    }
}

/// The meetings of the small stores.
pub(crate) const SMALL: usize = 1_000;

pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The value below which this share of the values lies.
pub(crate) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
    let at = (values.len() as f64 * share) as usize;
    values[at.min(values.len() - 1)]
}

pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// Values with their spread: the median, and from the tenth to the ninetieth of a hundred.
pub(crate) fn spread(values: &[f64]) -> String {
    format!("{:.2} ({:.2} to {:.2})", median(values), quantile(values, 0.1), quantile(values, 0.9))
}

/// A line of the table.
pub(crate) fn report(what: &str, figure: &str, bar: &str, beside: &str) {
    println!("| {what:<56} | {figure:<24} | {bar:<9} | {beside}");
}
