//! What has become of a message, as it is reported: each message has one verdict.

use serde::{Deserialize, Serialize};

use crate::domain::outbox::{Item, ItemState, Reason};

/// What has become of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The relay took it, and nothing came back.
    Sent,
    /// It will be tried, or is being sent.
    Waiting,
    /// The relay refused it for good.
    Refused,
    /// Its time ran out.
    Expired,
    /// It is kept back until somebody decides.
    Held,
    /// A later message took its place before it was sent.
    Superseded,
    /// A notice whose invitation was never sent.
    NeverInvited,
    /// A warning that nobody needs any more.
    Needless,
    /// A person gave it up.
    ByPerson,
    /// The relay took it, then it came back.
    Bounced,
}

impl Verdict {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 10] = [
        Self::Sent,
        Self::Waiting,
        Self::Refused,
        Self::Expired,
        Self::Held,
        Self::Superseded,
        Self::NeverInvited,
        Self::Needless,
        Self::ByPerson,
        Self::Bounced,
    ];

    /// The word that stands in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Held => "held",
            Self::Superseded => "superseded",
            Self::NeverInvited => "never_invited",
            Self::Needless => "needless",
            Self::ByPerson => "by_person",
            Self::Bounced => "bounced",
        }
    }

    /// The verdict on a message.
    #[must_use]
    pub fn of(item: &Item) -> Self {
        match (item.state, &item.reason) {
            (ItemState::Queued | ItemState::Sending | ItemState::Deferred, _) => Self::Waiting,
            // What came back while it still waits is tried again; what failed has its own verdict.
            (ItemState::Sent, _) if item.bounce.is_some() => Self::Bounced,
            (ItemState::Sent, _) => Self::Sent,
            (ItemState::Held, _) => Self::Held,
            (ItemState::Failed | ItemState::Dropped, Some(Reason::Expired)) => Self::Expired,
            (ItemState::Failed, _) => Self::Refused,
            (ItemState::Dropped, Some(Reason::Superseded { .. })) => Self::Superseded,
            (ItemState::Dropped, Some(Reason::NeverInvited { .. })) => Self::NeverInvited,
            (ItemState::Dropped, Some(Reason::Needless)) => Self::Needless,
            (ItemState::Dropped, _) => Self::ByPerson,
        }
    }

    /// Whether somebody was to get the message and has not, so that a person has to look at it.
    #[must_use]
    pub fn is_trouble(self) -> bool {
        matches!(self, Self::Refused | Self::Expired | Self::Bounced)
    }
}

/// How many messages have each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts([u64; Verdict::ALL.len()]);

impl Verdicts {
    /// Counts a message.
    pub fn count(&mut self, verdict: Verdict) {
        self.more(verdict, 1);
    }

    /// How many have this verdict.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> u64 {
        Verdict::ALL.iter().zip(self.0).find(|(one, _)| **one == verdict).map_or(0, |(_, count)| count)
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        for verdict in Verdict::ALL {
            self.more(verdict, other.of(verdict));
        }
    }

    /// All messages.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.0.iter().sum()
    }

    fn more(&mut self, verdict: Verdict, count: u64) {
        for (_, sum) in Verdict::ALL.iter().zip(&mut self.0).filter(|(one, _)| **one == verdict) {
            *sum += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verdict_is_counted_by_itself_and_sums_add_up() {
        let mut one = Verdicts::default();
        for (n, verdict) in (1..).zip(Verdict::ALL) {
            for _ in 0..n {
                one.count(verdict);
            }
        }
        assert_eq!(Verdict::ALL.map(|verdict| one.of(verdict)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        let mut sum = one;
        sum.add(&one);
        assert_eq!((one.all(), sum.all(), sum.of(Verdict::Bounced)), (55, 110, 20));
    }

    #[test]
    fn words_are_those_of_the_wire() {
        for verdict in Verdict::ALL {
            assert_eq!(serde_json::to_string(&verdict).unwrap(), format!("\"{}\"", verdict.word()));
        }
    }
}
