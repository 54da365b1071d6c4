//! The clocks and the source of chance of a running host: the only place that asks the system.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use chrono::{DateTime, Utc};

use crate::domain::request::RequestId;
use crate::usecase::ports::{Clock, Random};

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the one door to the system clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The present instant, for who has no host to ask.
#[must_use]
pub fn now() -> DateTime<Utc> {
    SystemClock.now()
}

/// A clock that stands at an instant somebody chose, for rehearsals and tests.
#[derive(Debug, Clone, Copy)]
pub struct FrozenClock(pub DateTime<Utc>);

impl Clock for FrozenClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }

    fn frozen(&self) -> bool {
        true
    }
}

/// The number of a new request.
#[must_use]
pub fn request_id() -> RequestId {
    let half = || SystemRandom.bits().to_le_bytes();
    let mut id = [0; 16];
    id.iter_mut().zip(half().into_iter().chain(half())).for_each(|(to, from)| *to = from);
    RequestId(id)
}

/// The operating system's random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn bits(&self) -> u64 {
        let mut bytes = [0; 8];
        if getrandom::fill(&mut bytes).is_ok() {
            return u64::from_le_bytes(bytes);
        }
        // No entropy source at all: identifiers still differ, by the hasher's own per-process keys.
        RandomState::new().build_hasher().finish()
    }
}
