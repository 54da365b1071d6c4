//! The host: who owns the store. One process holds the lock; its writer decides, its readers read, its flusher sends.

mod access;
pub mod answer;
pub mod background;
pub mod changes;
pub mod clock;
mod connection;
mod counts;
pub mod flusher;
mod history;
pub mod identity;
pub mod open;
pub mod panic;
mod past;
pub mod server;
mod sight;
pub mod socket;
mod status;
pub mod systemd;
pub mod view;
pub mod writer;

pub use open::{Host, Options};
