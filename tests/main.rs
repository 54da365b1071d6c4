//! The integration tests: one binary, a module for each capability.
#![allow(clippy::unwrap_used, clippy::string_slice, clippy::too_many_lines, reason = "a test that cannot go on says so by a panic")]

mod architecture;
mod cli_text;
mod commands;
mod compose;
mod host;
mod incoming;
mod office;
mod relay;
mod screen;
mod store;
mod tables;
