//! What engines can do that keep files: be verified as a whole, and be filled with what another store holds.

use super::tally::Standing;
use crate::usecase::ports::{Entry, Rev, Store, StoreError};

/// What lies at a key of another store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copied {
    /// This entry. Its revision stays what it was: records and their versions name each other by it.
    Is(Entry),
    /// Nothing any more.
    IsGone(Vec<u8>),
}

impl Copied {
    /// The key.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        match self {
            Self::Is(entry) => &entry.key,
            Self::IsGone(key) => key,
        }
    }
}

/// A store that keeps files in a folder of its own.
pub trait FileStore: Store {
    /// Reads everything and compares it with what the commits recorded: every checksum, the number of entries and their
    /// fingerprint. Commits wait meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] naming the first damaged value, or that entries are missing or stale.
    fn verify(&self) -> Result<Standing, StoreError>;

    /// Where it stands, by what the commits recorded.
    fn standing(&self) -> Standing;

    /// Takes what lies in another store, which stands at `rev`. For a store that is being made and that nobody uses yet:
    /// nobody is told. Durable after the next [`Store::sync`].
    ///
    /// # Errors
    /// As [`Store::commit`].
    fn adopt(&self, copied: &[Copied], rev: Rev) -> Result<(), StoreError>;

    /// Ends its use, as a failure in the middle of a write would: every later call answers [`StoreError::Unknown`].
    fn stop(&self, why: &str);

    /// Says that another store has taken the place of this one: whoever waits here for changes is told to load afresh.
    fn retire(&self);
}
