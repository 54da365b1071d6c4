//! The choices of a run, which its seed repeats.

use std::env;
use std::io::Write as _;
use std::time::Duration;

/// How often a test kills.
pub(crate) fn rounds() -> usize {
    env::var("LICHHOP_CRASH_ROUNDS").map_or(50, |rounds| rounds.parse().expect("LICHHOP_CRASH_ROUNDS is a number"))
}

/// The kills of one office: looking at all that is there takes longer the more there is.
pub(crate) fn offices() -> impl Iterator<Item = usize> {
    const EACH: usize = 25;
    let rounds = rounds();
    (0..rounds).step_by(EACH).map(move |done| EACH.min(rounds - done))
}

/// Says what a run did, also when it went well: libtest keeps only what `print!` writes.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Chance with a seed (`SplitMix64`).
pub(crate) struct Chance(u64);

impl Chance {
    /// Chance for the test `name`; its seed is said.
    pub(crate) fn new(name: &str) -> Self {
        let seed = match env::var("LICHHOP_CRASH_SEED") {
            Ok(seed) => seed.parse().expect("LICHHOP_CRASH_SEED is a number"),
            Err(_) => getrandom::u64().unwrap(),
        };
        say(&format!("{name}: LICHHOP_CRASH_SEED={seed}, {} rounds", rounds()));
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % end as u64).unwrap()
    }

    /// A time below `end`.
    pub(crate) fn time(&mut self, end: Duration) -> Duration {
        let end = u64::try_from(end.as_nanos()).unwrap().max(1);
        Duration::from_nanos(self.bits() % end)
    }

    /// A short time mostly, and one time in three a longer one.
    pub(crate) fn moment(&mut self, short: Duration, long: Duration) -> Duration {
        let end = if self.below(3) == 0 { long } else { short };
        self.time(end)
    }
}
