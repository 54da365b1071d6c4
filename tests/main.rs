//! The integration tests: one binary, a module for each capability.

mod architecture;
mod cli_text;
mod commands;
mod compose;
mod office;
mod relay;
mod store;
mod tables;
