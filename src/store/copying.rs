//! Reading all of a store that goes on being written, so that what was read is one revision of it in the end.
//!
//! No engine here can pin a revision. So the entries are read in pages, while the feed tells which keys were written since;
//! those are read again, round by round, until so few are left that the writer can wait for the last of them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::files::Copied;
use crate::usecase::ports::{Changes, Direction, Entry, Range, Rev, Store, StoreError};

/// Entries read at once. Between two pages the feed is asked, which remembers thousands of commits.
const PAGE: usize = 512;
/// With so few keys left nobody notices that the writer waits for them.
const FEW: usize = 256;
/// A store that is written faster than it is read: after so many rounds the writer waits for what is left.
const ROUNDS: usize = 12;

/// A copy that is being made.
pub struct Copying {
    store: Arc<dyn Store>,
    /// What is not read yet; `None` when all was.
    rest: Option<Range>,
    followed: Rev,
    changed: BTreeSet<Vec<u8>>,
}

impl Copying {
    /// Begins to copy a store as it is from now on.
    #[must_use]
    pub fn begin(store: Arc<dyn Store>) -> Self {
        let followed = store.revision();
        Self { store, rest: Some(Range::prefix(b"")), followed, changed: BTreeSet::new() }
    }

    /// The next entries in the order of their keys; empty when all were read.
    ///
    /// # Errors
    /// The store's; [`StoreError::Unavailable`] when it was written faster than it could be followed.
    pub fn next_page(&mut self) -> Result<Vec<Entry>, StoreError> {
        let Some(range) = &mut self.rest else { return Ok(Vec::new()) };
        let page = self.store.scan(range, PAGE, Direction::Forward)?;
        match page.entries.last() {
            Some(last) if page.more => range.start = [last.key.as_slice(), &[0]].concat(),
            _ => self.rest = None,
        }
        self.follow()?;
        Ok(page.entries)
    }

    /// Reads all entries that are not read yet and hands them on, page by page.
    ///
    /// # Errors
    /// As [`Copying::next_page`], and what `take` answers.
    pub fn pages<E: From<StoreError>>(&mut self, mut take: impl FnMut(Vec<Entry>) -> Result<(), E>) -> Result<(), E> {
        while self.rest.is_some() {
            take(self.next_page()?)?;
        }
        Ok(())
    }

    /// Reads again what changed since it was read, in rounds, and hands it on, until there is little left of it.
    ///
    /// # Errors
    /// As [`Copying::next_page`], and what `take` answers.
    pub fn catch_up<E: From<StoreError>>(&mut self, mut take: impl FnMut(Vec<Copied>) -> Result<(), E>) -> Result<(), E> {
        for _ in 0..ROUNDS {
            self.follow()?;
            if self.changed.len() <= FEW {
                break;
            }
            take(self.reread()?)?;
        }
        Ok(())
    }

    /// What is left, for the last time: nobody writes while this is called. With it the copy is the store as it is now.
    ///
    /// # Errors
    /// As [`Copying::next_page`].
    pub fn last(mut self) -> Result<Vec<Copied>, StoreError> {
        self.follow()?;
        self.reread()
    }

    fn follow(&mut self) -> Result<(), StoreError> {
        match self.store.changes(b"", self.followed, Duration::ZERO)? {
            Changes::Keys { at, keys } => {
                self.followed = at;
                self.changed.extend(keys);
                Ok(())
            }
            Changes::Lagged { .. } => Err(StoreError::Unavailable("it is written faster than it can be copied".into())),
        }
    }

    fn reread(&mut self) -> Result<Vec<Copied>, StoreError> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().map(|key| Ok(self.store.get(&key)?.map_or(Copied::IsGone(key), Copied::Is))).collect()
    }
}
