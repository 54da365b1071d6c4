//! How fast the relay and the domains of the recipients want their mail, where they limit it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::office::{Rate, Rates};

/// When the next message may go.
pub(super) struct Pace {
    relay: Option<Mutex<Turns>>,
    domains: HashMap<String, Mutex<Turns>>,
}

/// The turns at one place that takes only so many in a time: evenly, since nobody knows when its time begins.
struct Turns {
    every: Duration,
    /// The next one may go then.
    free: Instant,
    /// Turns up to then were promised to who was sent away.
    promised: Instant,
}

/// Whether a message may go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// At once.
    Now,
    /// At this instant.
    At(Instant),
    /// Not before this time has passed; others should not have to wait behind it.
    After(Duration),
}

impl Pace {
    /// Nobody has had a turn.
    pub(super) fn new(rates: &Rates) -> Self {
        let turns = |rate: Rate| Mutex::new(Turns { every: rate.every(), free: Instant::now(), promised: Instant::now() });
        Self { relay: rates.relay.map(turns), domains: rates.domains.iter().map(|(domain, rate)| (domain.clone(), turns(*rate))).collect() }
    }

    /// How many messages the relay takes in a second; `None`: as many as it can.
    pub(super) fn in_a_second(&self) -> Option<usize> {
        let every = lock(self.relay.as_ref()?).every.as_nanos().max(1);
        Some(usize::try_from(Duration::from_secs(1).as_nanos() / every).unwrap_or(usize::MAX))
    }

    /// The turn of a message to `domain`. Where the domain has none free yet it is promised one; where it is the relay's that
    /// is waited for, all others wait too.
    pub(super) fn turn(&self, domain: &str) -> Turn {
        let now = Instant::now();
        // A domain's own limit counts for the domains below it, as an allowed domain does.
        let mut of_domain = self.domains.iter().filter(|(limited, _)| is_within(domain, limited));
        if let Some((_, turns)) = of_domain.next()
            && let Err(wait) = lock(turns).take(now)
        {
            return Turn::After(wait);
        }
        let turn = self.relay.as_ref().map_or(now, |turns| lock(turns).next(now));
        if turn > now { Turn::At(turn) } else { Turn::Now }
    }
}

fn lock(turns: &Mutex<Turns>) -> std::sync::MutexGuard<'_, Turns> {
    turns.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_within(domain: &str, limited: &str) -> bool {
    domain.strip_suffix(limited).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

impl Turns {
    /// Takes the turn that is free, or says in how long the one that was promised comes.
    fn take(&mut self, now: Instant) -> Result<(), Duration> {
        if self.free <= now {
            self.free = now + self.every;
            self.promised = self.promised.max(self.free);
            return Ok(());
        }
        let turn = self.promised.max(self.free);
        self.promised = turn + self.every;
        Err(turn - now)
    }

    /// The next turn, whenever it comes.
    fn next(&mut self, now: Instant) -> Instant {
        let turn = self.free.max(now);
        self.free = turn + self.every;
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(relay: Option<u64>, domains: &[(&str, u64)]) -> Rates {
        let one_in = |seconds| Rate { messages: 1, within: Duration::from_secs(seconds) };
        Rates { relay: relay.map(one_in), domains: domains.iter().map(|(domain, every)| ((*domain).to_owned(), one_in(*every))).collect() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_relay_gets_its_messages_evenly() {
        let (pace, begun) = (Pace::new(&rates(Some(2), &[])), Instant::now());
        let turns: Vec<Turn> = (0..3).map(|_| pace.turn("chinhphu.vn")).collect();
        assert_eq!(turns, [Turn::Now, Turn::At(begun + Duration::from_secs(2)), Turn::At(begun + Duration::from_secs(4))]);
        tokio::time::advance(Duration::from_mins(1)).await;
        assert_eq!(pace.turn("chinhphu.vn"), Turn::Now);
    }

    #[tokio::test]
    async fn what_a_relay_takes_in_a_second() {
        let in_a_second = |relay| Pace::new(&Rates { relay, ..Rates::default() }).in_a_second();
        let rate = |messages, seconds| Some(Rate { messages, within: Duration::from_secs(seconds) });
        assert_eq!([None, rate(1, 3600), rate(60, 60), rate(3000, 60)].map(in_a_second), [None, Some(0), Some(1), Some(50)]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_a_domain_is_promised_a_turn_and_holds_nobody_up() {
        let pace = Pace::new(&rates(None, &[("gov.vn", 10)]));
        let turns = |count: usize| (0..count).map(|_| pace.turn("thu.gov.vn")).collect::<Vec<_>>();
        let after = |seconds: u64| Turn::After(Duration::from_secs(seconds));
        assert_eq!(turns(3), [Turn::Now, after(10), after(20)]);
        assert_eq!([pace.turn("chinhphu.vn"), pace.turn("notgov.vn")], [Turn::Now; 2]);
        // Who comes when he was promised to has his turn, also beside one that never came before.
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(turns(1), [Turn::Now]);
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(turns(2), [Turn::Now, after(10)]);
    }
}
