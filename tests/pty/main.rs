//! The program in a pseudo-terminal: what a person before it sees, and how it leaves.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod harness;
mod session;
