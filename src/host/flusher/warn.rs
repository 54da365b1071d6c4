//! Warnings about messages that wait too long: when it is looked whether one is wanted.
//!
//! At the end of a run, when everything due has been tried and the relay is not in trouble, and between runs; in either case seldom,
//! since the whole queue is walked through. While the relay as a whole is in trouble no warning could leave either: none is queued.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::fault::Fault;
use crate::host::blocking;
use crate::host::open::Host;
use crate::usecase::warn;

/// It is not looked more often.
const EVERY: Duration = Duration::from_mins(5);

/// When it was looked last, by the host's clock.
#[derive(Debug, Default)]
pub(crate) struct Looked(Mutex<Option<DateTime<Utc>>>);

impl Looked {
    /// How long until it is looked again; a clock that was put back keeps nobody waiting.
    fn again_in(&self, now: DateTime<Utc>) -> Duration {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = last.map_or(Some(EVERY), |last| (now - last).to_std().ok());
        passed.map_or(Duration::ZERO, |passed| EVERY.saturating_sub(passed))
    }

    fn now(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }
}

/// How long until it is looked again; `None`: nobody wants warnings, or none could leave.
pub(crate) fn again_in(host: &Host) -> Option<Duration> {
    let wanted = !host.rules.warn_after.is_zero() && host.flusher.borrow().pause.is_none();
    wanted.then(|| host.looked.again_in(host.clock.now()))
}

/// Queues the warnings that are wanted, to be sent with what was due at `due`, if it is time to look. Gives how many. For who holds
/// the lock that keeps runs apart.
///
/// What goes wrong is no trouble of the messages that are sent meanwhile: it is logged, and tried again at the next look.
pub(crate) async fn look(host: &Arc<Host>, due: DateTime<Utc>) -> usize {
    let now = host.clock.now();
    if host.rules.warn_after.is_zero() || !host.looked.again_in(now).is_zero() {
        return 0;
    }
    host.looked.now(now);
    let (store, rules) = (host.store.clone(), host.rules.clone());
    let wanted = blocking(move || Ok(warn::due(store.as_ref(), &rules, now)?)).await;
    let wanted = wanted.unwrap_or_else(|fault| {
        tracing::error!(?fault, "it could not be looked whether messages wait too long");
        Vec::new()
    });
    let mut queued = 0;
    for dispatch in wanted {
        if host.stopping() {
            break;
        }
        match host.writer.decide(move |desk| warn::warn(desk, dispatch, due)).await {
            Ok(warning) => queued += usize::from(warning.is_some()),
            Err(fault) => {
                tracing::error!(dispatch, ?fault, "the warning that messages wait too long could not be queued");
                if matches!(fault, Fault::Store { .. } | Fault::Full) {
                    break;
                }
            }
        }
    }
    queued
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_looked_at_once_then_seldom_and_after_the_clock_was_put_back() {
        let at = |minute: i64| DateTime::from_timestamp(1_000_000 + 60 * minute, 0).unwrap();
        let looked = Looked::default();
        assert_eq!(looked.again_in(at(0)), Duration::ZERO);
        looked.now(at(0));
        assert_eq!([0, 4, 5, 99, -1].map(|minute| looked.again_in(at(minute)).as_secs()), [300, 60, 0, 0, 0]);
    }
}
