//! The program in a pseudo-terminal: what a person before it sees, and how it leaves.
//!
//! Needs the feature `faults`, by which the program can be told to panic or to stand still.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod app;
mod colors;
mod day;
mod hang_up;
mod harness;
mod leaving;
mod panicking;
mod process;
mod session;
mod sizes;
mod suspending;
mod traffic;
mod typing;
