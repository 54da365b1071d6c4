//! The host: who owns the store. One process holds the lock; its writer decides, its readers read, its flusher sends.

mod access;
pub mod answer;
pub mod background;
mod backup;
pub mod changes;
pub mod chores;
pub mod clock;
mod connection;
mod counts;
pub mod flusher;
mod history;
pub mod identity;
pub mod kept;
mod left;
pub mod mailboxes;
pub mod open;
mod overview;
pub mod panic;
pub mod part;
mod past;
pub mod receiving;
mod replied;
mod report;
pub mod restore;
pub mod room;
pub mod server;
mod shelf;
mod sight;
pub mod socket;
mod spool;
mod status;
pub mod systemd;
mod vacuum;
pub mod view;
pub mod writer;

pub use open::{Host, Options};

use crate::domain::fault::Fault;

/// Does what blocks, on a thread that may.
///
/// # Errors
/// Those of `work`; [`Fault::Internal`] when it panics.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Fault::Internal { detail: error.to_string() }))
}
