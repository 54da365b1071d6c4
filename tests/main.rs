//! The integration tests: one binary, a module for each capability.

mod cli_text;
mod compose;
mod office;
mod relay;
mod store;
