//! Processes that die: what was acknowledged stays, what was not is whole or absent, and no message is lost.
//!
//! Needs the feature `faults`, by which a child can be told to do without a safety: the tests must notice that.
//! `LICHHOP_CRASH_ROUNDS` (50) says how often each test kills, `LICHHOP_CRASH_SEED` repeats a run's choices.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod chance;
mod child;
mod commands;
mod flush;
mod import;
mod ledger;
mod moments;
mod office;
mod relay;
mod sync;
mod takeover;
mod trace;
mod writer;
