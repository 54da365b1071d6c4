//! What the flusher is at, for whoever shows it and for what keeps it going.

use std::time::Duration;

use tokio::time::Instant;

use crate::domain::fault::Fault;
use crate::host::open::Host;
use crate::wire::reply::{FlushReport, LastRun, RelayPause, RelayTrouble};

/// The first wait before a relay in trouble is tried again, and the longest.
pub(crate) const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// What the flusher is at.
#[derive(Debug, Clone, Default)]
pub(crate) struct FlusherState {
    /// Somebody keeps flushing.
    pub(crate) kept: bool,
    /// A run is going on.
    pub(crate) running: bool,
    /// The relay is in trouble.
    pub(crate) pause: Option<RelayPause>,
    /// Why the last run broke off, if it did, and how many have in a row.
    pub(crate) broken: Option<(Fault, u32)>,
    /// Before this nobody runs who is not asked to. Real time: a clock that stands does not hold it up.
    pub(crate) resume: Option<Instant>,
    /// The last run that ended.
    pub(crate) last: Option<LastRun>,
}

/// How long a relay in trouble is left alone after so many runs that met it: 5 s, then twice as long each time up to
/// 5 min, within ±20 % as `chance` says (any 64 bits), so that the hosts of a failed relay do not come back together.
fn wait(runs: u32, chance: u64) -> Duration {
    let base = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(runs.saturating_sub(1))).min(LONGEST_WAIT);
    base * (800 + u32::try_from(chance % 401).unwrap_or(0)) / 1000
}

/// As [`wait`], for this trouble. Waiting mends no password and no configuration, and each try with a wrong password
/// counts against the account: these are tried seldom from the beginning.
fn wait_for(trouble: &RelayTrouble, runs: u32, chance: u64) -> Duration {
    match trouble {
        RelayTrouble::Unreachable { .. } | RelayTrouble::Paused { .. } => wait(runs, chance),
        RelayTrouble::Credentials { .. } | RelayTrouble::Configuration { .. } => wait(u32::MAX, chance),
    }
}

impl FlusherState {
    fn ended(&mut self, host: &Host, report: &FlushReport) {
        let (now, chance) = (host.clock.now(), host.random.bits());
        self.broken = None;
        self.pause = report.relay.clone().map(|trouble| {
            let before = self.pause.take();
            let runs = before.as_ref().map_or(0, |before| before.runs).saturating_add(1);
            let wait = wait_for(&trouble, runs, chance);
            self.resume = Some(Instant::now() + wait);
            let next_probe = chrono::Duration::from_std(wait).ok().map(|wait| now + wait);
            RelayPause { trouble, since: before.map_or(now, |before| before.since), runs, next_probe }
        });
        if self.pause.is_none() {
            self.resume = None;
        }
        self.last = Some(LastRun { at: now, report: report.clone() });
    }

    fn broke_off(&mut self, host: &Host, fault: Fault) {
        let runs = self.broken.take().map_or(0, |(_, runs)| runs).saturating_add(1);
        self.resume = Some(Instant::now() + wait(runs, host.random.bits()));
        self.broken = Some((fault, runs));
    }
}

/// A run that is going on. One that is dropped before its end, because somebody lost patience, is no longer going on.
pub(crate) struct Running<'a>(&'a Host);

impl<'a> Running<'a> {
    pub(crate) fn begin(host: &'a Host) -> Self {
        host.flusher.send_modify(|state| state.running = true);
        Self(host)
    }

    /// Says how it ended.
    pub(crate) fn end(self, ended: &Result<FlushReport, Fault>) {
        self.0.flusher.send_modify(|state| {
            state.running = false;
            match ended {
                Ok(report) => state.ended(self.0, report),
                Err(fault) => state.broke_off(self.0, fault.clone()),
            }
        });
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.flusher.send_if_modified(|state| std::mem::take(&mut state.running));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::outbox::Failure;

    #[test]
    fn waits_grow_to_five_minutes_and_a_password_is_not_tried_often() {
        let middle = |runs| wait(runs, 200).as_secs();
        assert_eq!([1, 2, 3, 4, 5, 6, 7, 8, u32::MAX].map(middle), [5, 10, 20, 40, 80, 160, 300, 300, 300]);
        let failure = Failure { phase: "auth".into(), code: Some(535), enhanced: None, text: "no".into() };
        assert_eq!(wait_for(&RelayTrouble::Credentials { failure: failure.clone() }, 1, 200).as_secs(), 300);
        assert_eq!(wait_for(&RelayTrouble::Unreachable { failure }, 1, 200).as_secs(), 5);
    }

    proptest! {
        #[test]
        fn waits_stay_within_a_fifth(runs in any::<u32>(), chance in any::<u64>()) {
            let base = wait(runs, 200);
            prop_assert!((base * 8 / 10..=base * 12 / 10).contains(&wait(runs, chance)));
        }
    }
}
