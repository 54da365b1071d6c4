//! Engines behind [`Store`](crate::usecase::ports::Store): ordered keys and values with atomic commits.
//!
//! - [`MemoryStore`]: a map behind a lock; rehearsals, tests, and the model that the other engines are held against.
//! - [`SledStore`]: the files of one host.
//! - `RedbStore`, with the feature `redb`: the same in one file, should sled no longer serve.
//!
//! [`Engine`] is the choice among those that keep files.
//!
//! What all engines share stands beside them: the frame around each value ([`codec`]), the feed of changes ([`feed`]),
//! the lock of a state directory ([`lock`]) and what an engine puts right when it opens ([`repair`]); for those that keep
//! files also what each commit records about the whole (`tally`), how far the store had come (`mark`), and the shield
//! around a foreign engine (`shield`).

pub mod backup;
pub mod codec;
mod copying;
pub mod engine;
mod faults;
pub mod feed;
pub mod files;
mod frames;
pub mod local;
pub mod lock;
mod mark;
pub mod memory;
#[cfg(feature = "redb")]
pub mod redb;
pub mod repair;
mod shield;
pub mod sled;
mod tally;

pub use self::copying::Copying;
pub use self::engine::Engine;
pub use self::files::{Copied, FileStore};
pub use self::local::LocalStore;
pub use self::lock::StateLock;
pub use self::memory::MemoryStore;
#[cfg(feature = "redb")]
pub use self::redb::RedbStore;
pub use self::repair::Repair;
pub use self::sled::SledStore;
pub use self::tally::Standing;
