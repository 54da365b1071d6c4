//! The issuing organ and the settings of its rules.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::account::Role;
use crate::domain::mailbox::MailAddress;
use crate::domain::policy::Policy;
use crate::domain::text::Line;

/// The issuing organ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// Its name as documents write it.
    pub name: Line,
    /// Its symbol in document numbers: `BVHTTDL` in `05/GM-BVHTTDL`.
    pub symbol: Line,
    /// The place name before a document's date.
    pub place: Line,
    /// Whether a frozen clock may be used on a store that has real records.
    pub rehearsal: bool,
}

/// The mailbox that signs what is sent: From, Reply-To and the organiser of calendar entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The display name.
    pub name: Line,
    /// The address.
    pub address: MailAddress,
}

/// When an undelivered message is tried again, and when it is given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// Waits after the first, second, … failed attempt.
    pub steps: Vec<Duration>,
    /// The wait after every attempt beyond those.
    pub then: Duration,
    /// How long after queueing a message is given up.
    pub give_up_after: Duration,
}

impl Retry {
    /// The wait after the `attempts`-th failed attempt (from 1), within ±20 % as `chance` says (any 64 bits).
    ///
    /// Without the jitter everything that failed together would be tried together again.
    #[must_use]
    pub fn wait(&self, attempts: u32, chance: u64) -> Duration {
        let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let base = self.steps.get(index).copied().unwrap_or(self.then);
        let per_mille = 800 + u32::try_from(chance % 401).unwrap_or(0);
        base * per_mille / 1000
    }

    /// The longest that [`Retry::wait`] can be.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.steps.iter().copied().fold(self.then, Duration::max) * 12 / 10
    }

    /// The instant at which a message queued at `queued` is given up.
    #[must_use]
    pub fn expiry(&self, queued: DateTime<Utc>) -> DateTime<Utc> {
        queued + chrono::Duration::from_std(self.give_up_after).unwrap_or(chrono::Duration::days(5))
    }
}

/// How many messages may go in what time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The messages; never none.
    pub messages: u32,
    /// The time.
    pub within: Duration,
}

impl Rate {
    /// The time from one message to the next: evenly, since nobody knows when the other side begins to count.
    #[must_use]
    pub fn every(self) -> Duration {
        self.within / self.messages.max(1)
    }
}

/// How fast mail may go, where somebody limits it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates {
    /// To the relay.
    pub relay: Option<Rate>,
    /// To the recipients of a domain and those below it, by its name in lower case.
    pub domains: BTreeMap<String, Rate>,
}

/// The settings that decide what the office's use cases do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// The issuing organ.
    pub office: Office,
    /// Whether whoever registered or last changed a meeting may approve it (a one-person office).
    pub approve_own: bool,
    /// What a Unix user without account is; `None`: nobody.
    pub unknown: Option<Role>,
    /// Domains and the day on which paper ends.
    pub policy: Policy,
    /// Who signs what is sent.
    pub sender: Sender,
    /// Back-off and expiry of mail.
    pub retry: Retry,
    /// How long what was issued waits, so that it can be recalled.
    pub hold: Duration,
    /// After what time whoever registered a meeting is warned that messages about it were tried in vain; none: never.
    pub warn_after: Duration,
    /// Whether each message comes back to an address of its own (see [`crate::domain::verp`]).
    pub verp: bool,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_stay_within_a_fifth(attempts in 1u32..40, chance in any::<u64>()) {
            let minutes = |m: u64| Duration::from_secs(60 * m);
            let retry = Retry { steps: [1, 2, 5, 10, 20, 40].map(minutes).to_vec(), then: minutes(60), give_up_after: minutes(60 * 24 * 5) };
            let base = *retry.steps.get(attempts as usize - 1).unwrap_or(&retry.then);
            let wait = retry.wait(attempts, chance);
            prop_assert!(wait >= base * 8 / 10 && wait <= base * 12 / 10);
        }
    }
}
