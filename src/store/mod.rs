//! Engines behind [`Store`](crate::usecase::ports::Store): ordered keys and values with atomic commits.
//!
//! - [`MemoryStore`]: a map behind a lock; rehearsals, tests, and the model that the other engines are held against.
//! - [`SledStore`]: the files of one host.
//!
//! What all engines share stands beside them: the frame around each value ([`codec`]), the feed of changes ([`feed`]),
//! the lock of a state directory ([`lock`]) and what an engine puts right when it opens ([`repair`]); for those that keep
//! files also what each commit records about the whole (`tally`), how far the store had come (`mark`), and the shield
//! around a foreign engine (`shield`).

pub mod codec;
pub mod feed;
pub mod lock;
mod mark;
pub mod memory;
pub mod repair;
mod shield;
pub mod sled;
mod tally;

pub use self::lock::StateLock;
pub use self::memory::MemoryStore;
pub use self::repair::Repair;
pub use self::sled::SledStore;
pub use self::tally::Verified;
