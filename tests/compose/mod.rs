//! Documents as they are read, and the messages that carry them.
#![allow(clippy::unwrap_used, reason = "what fails in a helper fails its test")]

mod calendar;
mod document;
mod hostile;
mod message;
mod rules;
mod sample;
