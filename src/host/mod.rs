//! The host: who owns the store. One process holds the lock; its writer decides, its readers read, its flusher sends.

pub mod answer;
pub mod clock;
pub mod flusher;
pub mod identity;
pub mod open;
pub mod panic;
pub mod view;
pub mod writer;

pub use open::{Host, Options};
