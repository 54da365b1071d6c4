//! The integration tests: one binary, a module for each capability.

mod compose;
mod relay;
mod store;
